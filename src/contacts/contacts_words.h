/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the codes of a record are called: pages of both doors and copies say
 * the same.  Law: GDPR 12(1).
 */
#ifndef CONTACTS_CONTACTS_WORDS_H
#define CONTACTS_CONTACTS_WORDS_H

#include "base/cc.h"

/**
 * contacts_field_word(field), contacts_value_word(field, value),
 * contacts_source_word(source),
 * contacts_look_word(kind), contacts_reason_word(reason),
 * contacts_basis_word(basis):
 * Return the msgid of a code as the person is told it; the code itself when
 * it is none.
 */
const char *contacts_field_word(const char *field) NONNULL_RETURN;
const char *contacts_value_word(const char *field, const char *value)
    NONNULL_RETURN;
const char *contacts_source_word(const char *source) NONNULL_RETURN;
const char *contacts_look_word(const char *kind) NONNULL_RETURN;
const char *contacts_reason_word(const char *reason) NONNULL_RETURN;
const char *contacts_basis_word(const char *basis) NONNULL_RETURN;

#endif
