/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One statement over both would join thirteen tables at each view of a page;
 * seven of them say what is the same for everybody.
 * Law: GDPR 7(3), 12(1).
 */
#include "consent/consent_offers_portal.h"

/* What is offered, in one language. */
struct offered {
	const char *lang;	/* the configuration's; NULL: free */
	struct arena *arena;
	struct q_consent_offers *rows;
	size_t n;
	int64_t info_ticks_us;
};

struct consent_offers {
	struct arena *arena;		/* for ever */
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
	struct arena *a = arena_open();
	struct q_consent_offers *rows;
	size_t n;
	enum err e;

	if ((e = q_consent_offers(c->db, a, c->lang, &rows, &n)) != ERR_OK) {
		arena_close(a);
		return e;
	}
	arena_close(o->arena);
	o->arena = a;
	o->rows = rows;
	o->n = n;
	o->info_ticks_us = c->worker->info_ticks_us;
	return ERR_OK;
}

static enum err
find_offered(struct ctx *c, const struct offered **ret_offered)
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

static void
set_state(struct q_consent_choices *row, const struct q_consent_states *s)
{
	row->state = s->state;
	row->at_us = s->at_us;
	row->last_wording = s->last_wording;
	row->last_number = s->last_number;
	row->how = s->how;
	row->notice_number = s->notice_number;
	row->form_code = s->form_code;
	row->form_number = s->form_number;
}

enum err
consent_offers_load(struct ctx *c, uint64_t contact_id,
    struct q_consent_choices **ret_rows, size_t *ret_n)
{
	const struct q_consent_offers *offer;
	struct q_consent_states *states;
	struct q_consent_choices *rows;
	const struct offered *o;
	size_t i, j, n_states;
	enum err e;

	if ((e = find_offered(c, &o)) != ERR_OK ||
	    (e = q_consent_states(c->db, c->arena, c->lang, contact_id,
	    &states, &n_states)) != ERR_OK)
		return e;
	rows = arena_take(c->arena, (o->n + 1) * sizeof(*rows));
	for (i = 0; i < o->n; i++) {
		offer = &o->rows[i];
		rows[i] = (struct q_consent_choices){
		    .purpose_id = offer->purpose_id, .code = offer->code,
		    .version_id = offer->version_id, .basis = offer->basis,
		    .channel = offer->channel, .title = offer->title,
		    .wording = offer->wording };
		for (j = 0; j < n_states; j++)
			if (states[j].purpose_id == offer->purpose_id &&
			    strcmp(states[j].channel, offer->channel) == 0)
				set_state(&rows[i], &states[j]);
	}
	*ret_rows = rows;
	*ret_n = o->n;
	return ERR_OK;
}
