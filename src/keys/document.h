/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * JSON documents that are signed or hashed: written in one spelling only, and
 * read strictly, so that two programs never understand the same bytes in two
 * ways (GDPR 5(1)(f)).
 */
#ifndef KEYS_DOCUMENT_H
#define KEYS_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"

#define DOCUMENT_MAX_BYTES	(1u << 20)
#define DOCUMENT_MAX_DEPTH	32
#define DOCUMENT_MAX_INTEGER	INT64_C(9007199254740991)	/* 2^53 - 1 */

/**
 * doc_load(data, ret_doc):
 * Parse ${data}, which the caller json_decref()s.  ERR_MALFORMED for what is
 * not JSON, has a member twice, nests deeper than DOCUMENT_MAX_DEPTH, or is
 * longer than DOCUMENT_MAX_BYTES.
 *
 * Source: RFC 8259; RFC 7515, section 4 (no duplicate member).
 */
enum err doc_load(struct bytes data, json_t **ret_doc) MUST_CHECK;

/**
 * doc_canonical(a, doc, ret_text):
 * Write the only spelling of ${doc}: members sorted by code point, no white
 * space, UTF-8 as it is, no escape but \" and \\.  ERR_INVALID for a number
 * that is not an integer of at most 2^53 - 1, a string with a control
 * character, or a member name beyond printable ASCII: what is left is a
 * subset of RFC 8785, so that any canonicaliser gives these bytes.
 */
enum err doc_canonical(struct arena *a, json_t *doc,
    const char **ret_text) MUST_CHECK;

/**
 * doc_object(void), doc_array(void):
 * Return a new, empty value.  Never NULL.
 */
json_t *doc_object(void) NONNULL_RETURN;
json_t *doc_array(void) NONNULL_RETURN;

/**
 * doc_put(o, name, value), doc_put_text(o, name, text), ...:
 * Set the member ${name} of ${o}.  doc_put() takes ${value} over; a NULL
 * ${text} becomes null; bytes become base64url, an instant RFC 3339 in UTC to
 * the second, a day YYYY-MM-DD.
 */
void doc_put(json_t *o, const char *name, json_t *value);
void doc_put_text(json_t *o, const char *name, const char *text);
void doc_put_int(json_t *o, const char *name, int64_t value);
void doc_put_bytes(json_t *o, const char *name, const void *ptr, size_t len);
void doc_put_instant(json_t *o, const char *name, int64_t at_us);
void doc_put_day(json_t *o, const char *name, struct day day);

/**
 * doc_add(list, value):
 * Append ${value}, taken over, to ${list}.
 */
void doc_add(json_t *list, json_t *value);

/*
 * An object being read: each member is asked for once; what is missing, of
 * another type, out of bounds, or left over at the end makes the whole bad.
 */
struct doc {
	struct arena *arena;	/* borrowed */
	const json_t *object;	/* borrowed */
	size_t taken;		/* members asked for and found */
	bool is_bad;
};

/**
 * doc_open(d, a, object):
 * Begin to read ${object}; texts that are read are copied into ${a}.
 */
void doc_open(struct doc *d, struct arena *a, const json_t *object);

/**
 * doc_has(d, name):
 * Return whether there is a member ${name}: for those that may be absent.
 */
bool doc_has(const struct doc *d, const char *name);

/**
 * doc_text(d, name, max_bytes):
 * Return the text of ${name}, of 1 to ${max_bytes} bytes and without control
 * characters; "" when that is bad.
 */
const char *doc_text(struct doc *d, const char *name, size_t max_bytes)
    NONNULL_RETURN;

/**
 * doc_text_or_null(d, name, max_bytes):
 * As doc_text(), but the member may be null: NULL.
 */
const char *doc_text_or_null(struct doc *d, const char *name,
    size_t max_bytes);

/**
 * doc_int(d, name, min, max):
 * Return the integer of ${name}; ${min} when that is bad.
 */
int64_t doc_int(struct doc *d, const char *name, int64_t min, int64_t max);

/**
 * doc_bytes(d, name, ret_ptr, len):
 * Write the ${len} (at most 64) bytes that ${name} holds as canonical
 * base64url.
 */
void doc_bytes(struct doc *d, const char *name, void *ret_ptr, size_t len);

/**
 * doc_instant(d, name), doc_day(d, name):
 * Return the instant of ${name}, "YYYY-MM-DDThh:mm:ssZ", or its day,
 * "YYYY-MM-DD".
 */
int64_t doc_instant(struct doc *d, const char *name);
struct day doc_day(struct doc *d, const char *name);

/**
 * doc_list(d, name, max), doc_inner(d, name):
 * Return the array of ${name} with at most ${max} items, or its object;
 * NULL, which jansson reads as empty, when that is bad.
 */
const json_t *doc_list(struct doc *d, const char *name, size_t max);
const json_t *doc_inner(struct doc *d, const char *name);

/**
 * doc_end(d):
 * Return whether everything asked for was good and nothing was left over.
 */
bool doc_end(const struct doc *d) MUST_CHECK;

#endif
