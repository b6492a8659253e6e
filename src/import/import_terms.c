/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Why, from where and since when a row of a file may be held: as the row
 * says, else as is stated for the file; what neither says puts who is new
 * into quarantine (GDPR 5(1)(b), 6(1), 14(1)(c), 14(2)(f); FEATURES X22).
 */
#include "import/import_inside.h"

#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"

/* What a cell may say, folded, in English or French. */
static const struct {
	const char *basis;
	const char *name;
} basis_names[] = {
	{ "contract", "contract" }, { "contract", "contrat" },
	{ "consent", "consent" }, { "consent", "consentement" },
	{ "legitimate_interest", "legitimate interest" },
	{ "legitimate_interest", "interet legitime" },
	{ "legal_obligation", "legal obligation" },
	{ "legal_obligation", "obligation legale" },
	{ "public_task", "public task" },
	{ "public_task", "mission d interet public" },
	{ "vital_interest", "vital interest" },
	{ "vital_interest", "interets vitaux" },
};

const char *
import_basis_read(struct arena *a, const char *text)
{
	const char *folded = fold_words(a, text);
	size_t i;

	for (i = 0; i < LENGTH(basis_names); i++)
		if (strcmp(basis_names[i].name, folded) == 0)
			return basis_names[i].basis;
	return NULL;
}

/* A day as spreadsheets write it: 2026-01-31, with or without a time behind
 * it, or 31/01/2026. */
enum err
import_day_read(struct arena *a, const char *text, struct day *ret_day)
{
	size_t len = strcspn(text, " T");

	return day_read_typed(arena_textn(a, text, len), ret_day);
}

static const char *
lacks_of(struct arena *a, const struct import_match *m)
{
	const char *text = arena_printf(a, "%s%s%s", m->terms.basis == NULL ?
	    ",basis" : "", m->terms.source == NULL ? ",source" : "",
	    m->terms.date.y == 0 ? ",collected" : "");

	return *text == '\0' ? NULL : text + 1;
}

static const char *
nothing_or(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : text;
}

void
import_terms_of(const struct import_storing *s, struct import_match *m)
{
	const struct import_row *row = m->row;
	const struct job *job = s->import->job;

	m->terms = s->import->terms;
	m->terms.basis = row->basis != NULL ? row->basis :
	    nothing_or(m->terms.basis);
	m->terms.source = *row->values[IMPORT_SOURCE] != '\0' ?
	    row->values[IMPORT_SOURCE] : nothing_or(m->terms.source);
	if (row->date.y != 0)
		m->terms.date = row->date;
	m->lacks = lacks_of(s->a, m);
	m->source = m->terms.source == NULL ? "import" : arena_printf(s->a,
	    "import:%s", m->terms.source);
	m->collected_us = m->terms.date.y == 0 ? job->now_us :
	    day_start_us(m->terms.date);
}
