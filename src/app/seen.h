/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the page of a form was drawn from, which comes back in its hidden field
 * "seen": of two who save at once, fields that only one of them changed are both
 * kept, and for the others the later one is asked (GDPR 5(1)(d)).
 */
#ifndef APP_SEEN_H
#define APP_SEEN_H

#include "app/page.h"

/**
 * seen_write(a, fields, values, n):
 * Return what the ${n} fields show, ${values} in their order, as one text in
 * ${a}.
 */
const char *seen_write(struct arena *a, const struct field *fields,
    const char *const *values, size_t n) NONNULL_RETURN;

/**
 * seen_read(c, fields, n, n_needed, ret_values):
 * Give what the fields showed by the field "seen" of c->form, in their order.
 * Of the first ${n_needed} each must stand there, or it is ERR_MALFORMED; one
 * that is newer than the page showed "".
 */
enum err seen_read(struct ctx *c, const struct field *fields, size_t n,
    size_t n_needed, const char **ret_values) MUST_CHECK;

/**
 * seen_clash(c, field, said):
 * Say at ${field} that it was changed meanwhile and is now ${said}.  Returns
 * ERR_INVALID.
 */
enum err seen_clash(struct ctx *c, const struct field *field,
    const char *said);

#endif
