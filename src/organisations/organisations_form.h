/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The form of an organisation: its fields for this colleague, what stands in
 * them, and what was typed as it is stored.
 * Law: GDPR 5(1)(d), 25(2).
 */
#ifndef ORGANISATIONS_ORGANISATIONS_FORM_H
#define ORGANISATIONS_ORGANISATIONS_FORM_H

#include "organisations/organisations_office.h"

#define ORGANISATIONS_COLUMNS	12	/* what it is */
#define ORGANISATIONS_FIELDS	(ORGANISATIONS_COLUMNS + 3)	/* who sees it, who looks after it, whose team */
#define ORGANISATIONS_SEEN_MAX	24000	/* what the page was drawn from, as JSON */

/* One organisation that is entered or corrected. */
struct organisations_form {
	struct ctx *c;
	uint64_t id;			/* 0: a new one */
	uint64_t for_id;		/* the contact it is entered for; 0: none */
	struct q_organisations_one r;	/* as it is stored now */
	size_t n;			/* fields of this form */
	struct field fields[ORGANISATIONS_FIELDS + 2];
	const char *now[ORGANISATIONS_FIELDS];	/* in the same order; never NULL */
	const char *seen[ORGANISATIONS_FIELDS];	/* what this person's page was drawn from */
	const char *typed[ORGANISATIONS_FIELDS];
	const char *changed;		/* names of what changes, for the audit */
	size_t n_changed;
	bool is_merged;			/* the form's untouched fields are now */
};

/**
 * organisations_form_load(k):
 * Read the organisation k->id into k->r and declare the fields of the form
 * with what stands in them: those of whose it is only for who may say it.  Of
 * a new one (0) what it begins with.  ERR_NOTFOUND when the caller sees none.
 */
enum err organisations_form_load(struct organisations_form *k) MUST_CHECK;

/**
 * organisations_form_shown(k, i, value), organisations_form_said(k, i, value):
 * Return what is stored in the ${i}-th field as people type it, and as they
 * read it.
 */
const char *organisations_form_shown(const struct organisations_form *k,
    size_t i, const char *value) NONNULL_RETURN;
const char *organisations_form_said(const struct organisations_form *k,
    size_t i, const char *value) NONNULL_RETURN;

/**
 * organisations_form_check(k), organisations_form_sight(k):
 * Take what was typed into k->typed, as it is stored; and see that whoever
 * saves it goes on seeing it.  ERR_INVALID with the fields marked.
 */
enum err organisations_form_check(struct organisations_form *k) MUST_CHECK;
enum err organisations_form_sight(struct organisations_form *k) MUST_CHECK;

/**
 * organisations_form_wrong(k, name, error):
 * Mark the field ${name} and return ERR_INVALID.
 */
enum err organisations_form_wrong(struct organisations_form *k,
    const char *name, const char *error) MUST_CHECK;

/**
 * organisations_form_typed(k, name), organisations_form_typed_id(k, name, now):
 * Return what will be in the field ${name}: NULL, or the id ${now}, when the
 * form has none.
 */
const char *organisations_form_typed(const struct organisations_form *k,
    const char *name);
uint64_t organisations_form_typed_id(const struct organisations_form *k,
    const char *name, uint64_t now);

#endif
