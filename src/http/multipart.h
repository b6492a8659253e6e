/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A form with a file in it.  GMime takes it apart; what is not exactly a form
 * that our pages send is refused, not mended (GDPR 5(1)(d), 32).
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/params.h"

#define MULTIPART_PARTS_MAX	16u
#define MULTIPART_TEXT_MAX	(16u * 1024)	/* bytes of a value that is no file */

/**
 * multipart_open(void):
 * Ready GMime, once per process.
 */
void multipart_open(void);

/**
 * multipart_read(a, content_type, body, ret_params, ret_file):
 * Take ${body} apart as ${content_type}, a multipart/form-data, says: its
 * values, and the bytes of its one file as they were sent, both in ${a}.  No
 * file, or one that was not chosen in the browser, is { NULL, 0 }.  The name
 * that the file had is not looked at: it may say who is in it.  ERR_MALFORMED
 * for a body without its last boundary, bytes before the first, a part that
 * is no form-data, is encoded, or has parts of its own; two files; more parts
 * than MULTIPART_PARTS_MAX; and names that params_read() would not take.
 *
 * Source: RFC 7578; RFC 2046, 5.1.1.
 */
enum err multipart_read(struct arena *a, const char *content_type,
    struct bytes body, struct params *ret_params, struct bytes *ret_file)
    MUST_CHECK;

#endif
