/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A receipt as templates/shared/receipt.html shows it: on the page that
 * verifies it, and in the file that goes out with it (GDPR 12(1)).
 */
#ifndef ERASURE_RECEIPT_VIEW_H
#define ERASURE_RECEIPT_VIEW_H

#include <jansson.h>

#include "base/arena.h"
#include "erasure/receipt.h"

/**
 * receipt_view(a, lang, receipt, kid, jws, proof):
 * Return the view of ${receipt}, signed by the key ${kid} as ${jws}, in the
 * words of ${lang}.  Takes the reference of ${proof}, its place in the log or
 * null.  A new reference.
 */
json_t *receipt_view(struct arena *a, const char *lang,
    const struct receipt *receipt, const char *kid, const char *jws,
    json_t *proof);

#endif
