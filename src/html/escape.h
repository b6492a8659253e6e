/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values on their way into HTML: the five characters that mean something
 * there, and the addresses that a link may have (GDPR 32).
 */
#ifndef HTML_ESCAPE_H
#define HTML_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/**
 * escape_add(out, text, len):
 * Append ${text} with & < > " ' as character references: safe as HTML text
 * and between either quotes.
 */
void escape_add(struct buf *out, const char *text, size_t len);

/**
 * escape_is_safe_url(before, before_len, value, value_len):
 * Return whether an attribute that holds ${before} so far may go on with
 * ${value}: together they must be an address that runs no script and, if it
 * starts with "/", stays on this site.
 */
bool escape_is_safe_url(const char *before, size_t before_len,
    const char *value, size_t value_len);

#endif
