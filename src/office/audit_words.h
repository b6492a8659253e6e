/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit in sentences.
 * Law: GDPR 5(2), 12(1), 32(1)(b).
 */
#ifndef OFFICE_AUDIT_WORDS_H
#define OFFICE_AUDIT_WORDS_H

#include "app/ctx.h"
#include "app/fields.h"
#include "db/queries.h"

/* What a line can be about, by which the page is filtered; ended by NULL. */
extern const struct field_choice audit_kinds[];

/**
 * audit_sentence(a, lang, verb, who):
 * Return in ${lang} that ${who} did ${verb}: "Ann signed in."  A verb without
 * a sentence is said as it is stored; tests/lint/verbs.sh finds it.
 */
const char *audit_sentence(struct arena *a, const char *lang,
    const char *verb, const char *who) NONNULL_RETURN;

/**
 * audit_program(lang, program):
 * Return what the writing program is called at the head of a sentence; NULL
 * is one that is not known.
 */
const char *audit_program(const char *lang, const char *program)
    NONNULL_RETURN;

/* What details are read with. */
struct audit_reading {
	struct ctx *c;
	const struct q_ledger_office_staff *staff;	/* to name them */
	size_t n_staff;
};

/**
 * audit_detail(reading, detail):
 * Return the JSON ${detail} of a line as words: "role Adviser"; "" for none.
 */
const char *audit_detail(const struct audit_reading *reading,
    const char *detail) NONNULL_RETURN;

#endif
