/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mail addresses: one check and one normalised key for every door.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/arena.h"
#include "base/err.h"

#define ADDRESS_MAX_BYTES 254	/* RFC 5321, 4.5.3.1.3, less the brackets */

struct address {
	const char *shown;	/* as typed, trimmed; what a page shows */
	const char *mail;	/* what SMTP gets: local part as typed, domain as A-label */
	const char *key;	/* what is unique: lower-case ASCII local part, A-label domain */
};

/**
 * address_read(a, text, ret_address):
 * Check ${text} as one mail address that this product can write to, and give
 * its three spellings, all in ${a}.  The local part is a dot-atom of ASCII
 * (no quoted form, no UTF-8 local part); the domain is one of RFC 1035 letters,
 * or an international one that UTS 46 (non-transitional) turns into A-labels
 * and that does not mix scripts within a label.  No control byte, space, or
 * any of <>()[]",;:\ passes.  ERR_INVALID otherwise.
 *
 * Source: RFC 5321, 4.1.2 and 4.5.3.1; RFC 5322, 3.4.1; UTS 46; UTS 39, 5.1.
 */
enum err address_read(struct arena *a, const char *text,
    struct address *ret_address) MUST_CHECK;

/**
 * address_show(a, mail):
 * Return ${mail} as people write it: an international domain in its letters,
 * but only where address_read() makes the same of it again.
 */
const char *address_show(struct arena *a, const char *mail) NONNULL_RETURN;

/**
 * address_mask(a, mail):
 * Return ${mail} with most of it hidden, for a page that a forwarded link can
 * show: "m•••@e•••.org".
 */
char *address_mask(struct arena *a, const char *mail) RETURNS_NEW;

#endif
