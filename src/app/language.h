/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The language of an answer (RFC 9110, 12.5.4).  What a record says of it:
 * ctx_prefer_language(), in app/ctx.h.
 */
#ifndef APP_LANGUAGE_H
#define APP_LANGUAGE_H

#include "app/ctx.h"

/**
 * language_choose(c):
 * Set c->lang from the address (?lang=, which a cookie then remembers for a
 * year), that cookie, or Accept-Language; the site's first language when none
 * of them is spoken.
 */
void language_choose(struct ctx *c);

#endif
