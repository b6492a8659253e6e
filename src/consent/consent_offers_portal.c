/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One statement over both would join thirteen tables at each view of a page;
 * eleven of them say what is the same for everybody, and is remembered.
 * Law: GDPR 7(3), 12(1).
 */
#include "consent/consent_offers_portal.h"

#include <stdlib.h>

/* What is offered, in one language. */
struct offered {
	struct arena *arena;		/* NULL: not read yet */
	struct q_consent_offers *rows;
	size_t n;
	struct q_consent_titles *titles;	/* newest version first */
	size_t n_titles;
	int64_t info_ticks_us;
};

#define PROOFS_MAX	64

/* What a person saw when they chose, by the versions; none of it changes. */
struct proof {
	uint64_t purpose_version_id;
	uint64_t notice_version_id;
	uint64_t form_version_id;
	const char *lang;
	struct q_consent_proof words;
};

struct consent_offers {
	struct arena *arena;		/* for ever */
	struct arena *proofs_arena;	/* NULL: none yet */
	struct proof proofs[PROOFS_MAX];
	size_t n_proofs;
	struct offered in[CONFIG_LANGUAGES_MAX];
};

struct consent_offers *
consent_offers_open(void)
{
	struct arena *a = arena_open();
	struct consent_offers *offers = arena_take(a, sizeof(*offers));

	offers->arena = a;
	return offers;
}

static enum err
load_offered(struct ctx *c, struct offered *o)
{
	struct offered fresh = { .arena = arena_open(),
	    .info_ticks_us = c->worker->info_ticks_us };
	enum err e;

	if ((e = q_consent_offers(c->db, fresh.arena, c->lang, &fresh.rows,
	    &fresh.n)) != ERR_OK || (e = q_consent_titles(c->db, fresh.arena,
	    c->lang, &fresh.titles, &fresh.n_titles)) != ERR_OK) {
		arena_close(fresh.arena);
		return e;
	}
	arena_close(o->arena);
	*o = fresh;
	return ERR_OK;
}

void
consent_offers_forget(struct ctx *c)
{
	size_t i;

	for (i = 0; i < CONFIG_LANGUAGES_MAX; i++)
		c->worker->offers->in[i].info_ticks_us = -1;
}

static enum err
find_offered(struct ctx *c, struct offered **ret_offered)
{
	const char *const *languages = c->worker->config->languages;
	struct offered *o;
	size_t i;
	enum err e;

	for (i = 0; languages[i] != NULL; i++)
		if (strcmp(languages[i], c->lang) == 0)
			break;
	if (languages[i] == NULL)
		return ERR_BUG;
	o = &c->worker->offers->in[i];
	if ((o->arena == NULL || o->info_ticks_us !=
	    c->worker->info_ticks_us) && (e = load_offered(c, o)) != ERR_OK)
		return e;
	*ret_offered = o;
	return ERR_OK;
}

/* All are forgotten when there is no room for one more. */
static enum err
add_proof(struct ctx *c, const char *lang, const struct q_consent_lines *s,
    const struct proof **ret_proof)
{
	struct consent_offers *offers = c->worker->offers;
	struct proof *p;
	enum err e;

	if (offers->n_proofs == PROOFS_MAX || offers->proofs_arena == NULL) {
		arena_close(offers->proofs_arena);
		offers->proofs_arena = arena_open();
		offers->n_proofs = 0;
	}
	p = &offers->proofs[offers->n_proofs];
	if ((e = q_consent_proof(c->db, offers->proofs_arena, lang,
	    s->notice_version_id, s->form_version_id, s->purpose_version_id,
	    &p->words)) != ERR_OK)
		return e;
	p->purpose_version_id = s->purpose_version_id;
	p->notice_version_id = s->notice_version_id;
	p->form_version_id = s->form_version_id;
	p->lang = arena_text(offers->proofs_arena, lang);
	offers->n_proofs++;
	*ret_proof = p;
	return ERR_OK;
}

static enum err
find_proof(struct ctx *c, const struct q_consent_lines *s,
    const struct proof **ret_proof)
{
	const struct consent_offers *offers = c->worker->offers;
	const char *lang = s->language == NULL ? c->lang : s->language;
	const struct proof *p;
	size_t i;

	for (i = 0; i < offers->n_proofs; i++) {
		p = &offers->proofs[i];
		if (p->purpose_version_id == s->purpose_version_id &&
		    p->notice_version_id == s->notice_version_id &&
		    p->form_version_id == s->form_version_id &&
		    strcmp(p->lang, lang) == 0) {
			*ret_proof = p;
			return ERR_OK;
		}
	}
	return add_proof(c, lang, s, ret_proof);
}

static enum err
set_state(struct ctx *c, struct q_consent_choices *row,
    const struct q_consent_lines *s)
{
	const struct proof *p;
	enum err e;

	if ((e = find_proof(c, s, &p)) != ERR_OK)
		return e;
	row->state = s->state;
	row->at_us = s->at_us;
	row->how = s->how;
	row->is_held = s->is_held;
	row->said_id = s->purpose_version_id;
	/* copied: the next one may make all be forgotten */
	row->last_wording = p->words.wording == NULL ? NULL :
	    arena_text(c->arena, p->words.wording);
	row->last_number = p->words.number;
	row->notice_number = p->words.notice_number;
	row->form_code = p->words.form_code == NULL ? NULL :
	    arena_text(c->arena, p->words.form_code);
	row->form_number = p->words.form_number;
	return ERR_OK;
}

/* What ${line} says of ${row}, if it is about it. */
static enum err
set_line(struct ctx *c, struct q_consent_choices *row,
    const struct q_consent_lines *line)
{
	if (strcmp(line->what, "person") == 0) {
		row->is_customer = strcmp(line->state, "customer") == 0;
		row->is_restricted = strcmp(line->channel, "restricted") == 0;
		row->is_quarantined = strcmp(line->channel,
		    "quarantine") == 0;
		return ERR_OK;
	}
	if (line->id != row->purpose_id ||
	    strcmp(line->channel, row->channel) != 0)
		return ERR_OK;
	return strcmp(line->what, "state") != 0 ? ERR_OK :
	    set_state(c, row, line);
}

static int
compare_titles(const void *a, const void *b)
{
	const struct q_consent_titles *x = a, *y = b;

	return (x->purpose_version_id < y->purpose_version_id) -
	    (x->purpose_version_id > y->purpose_version_id);
}

const char *
consent_offers_title(const struct consent_choices *choices,
    uint64_t purpose_version_id)
{
	const struct q_consent_titles key = {
	    .purpose_version_id = purpose_version_id }, *found;

	found = choices->n_titles == 0 ? NULL : bsearch(&key, choices->titles,
	    choices->n_titles, sizeof(key), compare_titles);
	return found == NULL ? "" : found->title;
}

/* Something came that was published since the last reading. */
static bool
is_behind(const struct offered *o, const struct q_consent_lines *lines,
    size_t n)
{
	uint64_t newest = o->n_titles == 0 ? 0 :
	    o->titles[0].purpose_version_id;
	size_t i;

	for (i = 0; i < n; i++)
		if (lines[i].purpose_version_id > newest)
			return true;
	return false;
}

/* A record with a sale may be written to about what is like it. */
static enum err
set_sold(struct ctx *c, uint64_t contact_id, struct q_consent_choices *rows,
    size_t n)
{
	struct q_consent_sold *sold;
	size_t i, j, n_sold;
	enum err e;

	if ((e = q_consent_sold(c->db, c->arena, contact_id, c->now_us, &sold,
	    &n_sold)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (j = 0; j < n_sold; j++)
			if (sold[j].purpose_id == rows[i].purpose_id &&
			    strcmp(sold[j].channel, rows[i].channel) == 0)
				rows[i].sold_us = sold[j].sold_us;
	return ERR_OK;
}

enum err
consent_offers_load(struct ctx *c, uint64_t contact_id,
    struct consent_choices *ret_choices)
{
	const struct q_consent_offers *offer;
	struct q_consent_choices *rows;
	struct q_consent_lines *lines;
	struct offered *o;
	bool has_sale = false;
	size_t i, j, n;
	enum err e;

	if ((e = find_offered(c, &o)) != ERR_OK ||
	    (e = q_consent_lines(c->db, c->arena, contact_id, &lines,
	    &n)) != ERR_OK)
		return e;
	if (is_behind(o, lines, n) && (e = load_offered(c, o)) != ERR_OK)
		return e;
	rows = arena_take(c->arena, (o->n + 1) * sizeof(*rows));
	for (i = 0; i < o->n; i++) {
		offer = &o->rows[i];
		rows[i] = (struct q_consent_choices){
		    .purpose_id = offer->purpose_id, .code = offer->code,
		    .version_id = offer->version_id, .basis = offer->basis,
		    .channel = offer->channel, .title = offer->title,
		    .wording = offer->wording,
		    .interest = offer->interest,
		    .has_soft_opt_in = offer->has_soft_opt_in,
		    .material_id = offer->material_id };
		for (j = 0; j < n; j++)
			if ((e = set_line(c, &rows[i], &lines[j])) != ERR_OK)
				return e;
	}
	for (j = 0; j < n; j++)
		has_sale = has_sale || strcmp(lines[j].what, "sale") == 0;
	if (has_sale && (e = set_sold(c, contact_id, rows, o->n)) != ERR_OK)
		return e;
	*ret_choices = (struct consent_choices){ rows, o->n, lines, n,
	    o->titles, o->n_titles };
	return ERR_OK;
}
