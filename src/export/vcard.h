/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person's contact data as a vCard, which every address book reads.
 * GDPR 20(1): structured, commonly used, machine-readable.
 */
#ifndef EXPORT_VCARD_H
#define EXPORT_VCARD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* NULL or "" is a property that the card does not have. */
struct vcard {
	const char *given;
	const char *family;
	const char *organisation;
	const char *title;	/* what they do there */
	const char *email;
	const char *phone;	/* E.164 */
	const char *street;
	const char *postcode;
	const char *city;
	const char *country;
	const char *language;	/* "fr" */
	int64_t changed_us;	/* 0: unknown */
};

/**
 * vcard_add(card, out):
 * Append ${card} to ${out} as vCard 4.0: lines end with CR LF and are folded
 * at 75 bytes, between characters.  A card without a name takes its
 * organisation, address or phone for one.  There is no UID: the card of one
 * site must not be matched with that of another.  Control characters are left
 * out; line ends become "\n".
 *
 * Source: RFC 6350, 3.2, 3.4 and 6.
 */
void vcard_add(const struct vcard *card, struct buf *out);

#endif
