/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an action on many contacts changes in each of them, with a line in the
 * person's history, and how it is put back (GDPR 5(1)(d), 16, 18, 25(2)).
 */
#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "base/day.h"
#include "base/text.h"
#include "keys/person.h"
#include "keys/token.h"
#include "lists/lists_bulk_inside.h"
#include "outbox/outbox.h"
#include "rights/rights.h"
#include "rights/rights_clock.h"

#define HISTORY_MAX	3	/* that one action changes in one contact */

/* Lines of the history, stored DB_EACH_MAX at a time. */
struct history {
	struct bulk_part *p;
	unsigned char keys[DB_EACH_MAX][KEY_BYTES];
	struct q_contacts_history_insert_each lines[DB_EACH_MAX * HISTORY_MAX];
	size_t n;
};

static enum err
open_history(struct bulk_part *p, struct history *h)
{
	const struct bulk_work *w = p->w;
	struct person_keys wanted = { .n = p->n_good, .class = PERSON_LIVE,
	    .now_us = w->now_us };
	uint64_t ids[DB_EACH_MAX];
	size_t i;

	for (i = 0; i < p->n_good; i++)
		ids[i] = p->good[i]->id;
	wanted.contacts = ids;
	h->p = p;
	h->n = 0;
	return person_keys_take(p->db, w->arena, w->keys, &wanted, h->keys);
}

/* The person reads it in their copy: no colleague's name stands there. */
static void
add_line(struct history *h, size_t i, const char *field, const char *before,
    const char *after)
{
	const struct bulk_part *p = h->p;
	uint64_t id = p->good[i]->id;

	h->lines[h->n++] = (struct q_contacts_history_insert_each){
	    .contact_id = id, .field = field,
	    .old_sealed = person_seal(p->w->arena, h->keys[i],
	    "contact_history", "old_sealed", id, before),
	    .new_sealed = person_seal(p->w->arena, h->keys[i],
	    "contact_history", "new_sealed", id, after),
	    .by_kind = "staff", .by_staff_id = p->b->staff_id,
	    .at_us = p->w->now_us };
}

static enum err
close_history(struct history *h)
{
	size_t at, n;
	enum err e = ERR_OK;

	for (at = 0; at < h->n && e == ERR_OK; at += n) {
		n = h->n - at < DB_EACH_MAX ? h->n - at : DB_EACH_MAX;
		e = q_contacts_history_insert(h->p->db, h->lines + at, n,
		    NULL);
	}
	secret_wipe(h->keys, sizeof(h->keys));
	return e;
}

/* ---- owner, team, visibility */

static const char *
number(struct bulk_part *p, const char *what, uint64_t id)
{
	return id == 0 ? "" : arena_printf(p->w->arena, "%s %" PRIu64, what,
	    id);
}

static void
add_assignment(struct history *h, size_t i, uint64_t owner_id,
    uint64_t team_id, const char *visibility)
{
	const struct q_bulk_part *r = h->p->good[i];
	struct bulk_part *p = h->p;

	if (owner_id != r->owner_id)
		add_line(h, i, "owner", number(p, "adviser", r->owner_id),
		    number(p, "adviser", owner_id));
	if (team_id != r->team_id)
		add_line(h, i, "team", number(p, "team", r->team_id),
		    number(p, "team", team_id));
	if (strcmp(visibility, r->visibility) != 0)
		add_line(h, i, "visibility", r->visibility, visibility);
}

static enum err
assign(struct bulk_part *p, struct history *h)
{
	const struct q_bulk_load *b = p->b;
	struct q_bulk_assign_each each[DB_EACH_MAX];
	const struct q_bulk_part *r;
	size_t i;

	for (i = 0; i < p->n_good; i++) {
		r = p->good[i];
		each[i].id = r->id;
		add_assignment(h, i, b->has_owner ? b->new_owner_id :
		    r->owner_id, b->has_team ? b->new_team_id : r->team_id,
		    b->new_visibility != NULL ? b->new_visibility :
		    r->visibility);
	}
	return q_bulk_assign(p->db, b->has_owner, b->new_owner_id,
	    b->has_team, b->new_team_id, b->new_visibility, p->w->now_us,
	    each, p->n_good, NULL);
}

static enum err
assign_back(struct bulk_part *p, struct history *h)
{
	const struct q_bulk_part *r;
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < p->n_good && e == ERR_OK; i++) {
		r = p->good[i];
		add_assignment(h, i, r->old_owner_id, r->old_team_id,
		    r->old_visibility);
		e = q_bulk_assign_back(p->db, r->old_owner_id,
		    r->old_team_id, r->old_visibility, p->w->now_us, r->id,
		    NULL);
	}
	return e;
}

/* ---- labels */

static enum err
put_label(struct bulk_part *p, struct history *h, int64_t at_us)
{
	struct q_bulk_label_each each[DB_EACH_MAX];
	size_t i;

	for (i = 0; i < p->n_good; i++) {
		each[i] = (struct q_bulk_label_each){ p->good[i]->id,
		    p->b->tag_id, p->b->staff_id, at_us };
		add_line(h, i, "tags", "", p->b->tag);
	}
	return q_bulk_label(p->db, each, p->n_good, NULL);
}

static enum err
take_label(struct bulk_part *p, struct history *h)
{
	struct q_bulk_unlabel_each each[DB_EACH_MAX];
	size_t i;

	for (i = 0; i < p->n_good; i++) {
		each[i].contact_id = p->good[i]->id;
		add_line(h, i, "tags", p->b->tag, "");
	}
	return q_bulk_unlabel(p->db, p->b->tag_id, each, p->n_good, NULL);
}

/* ---- freezes */

/*
 * Each freeze has its case, closed at once since nobody asked: there it is
 * lifted later, which the person is told first (GDPR 18(3)).
 */
static enum err
open_cases(struct bulk_part *p)
{
	struct q_bulk_case_each cases[DB_EACH_MAX];
	struct q_bulk_step_each ids[DB_EACH_MAX];
	int64_t now_us = p->w->now_us, at_us = p->b->acted_us;
	struct day today = day_of(now_us);
	struct day limit = rights_working_limit(today, RIGHTS_MONTHS);
	struct code code;
	size_t i;
	enum err e;

	for (i = 0; i < p->n_good; i++) {
		code_draw(&code);
		ids[i].contact_id = p->good[i]->id;
		cases[i] = (struct q_bulk_case_each){ arena_printf(
		    p->w->arena, "R-%s", code.text), p->good[i]->id,
		    p->good[i]->language, at_us, today, rights_target(today),
		    limit, limit, now_us, now_us };
	}
	if ((e = q_bulk_case(p->db, cases, p->n_good, NULL)) != ERR_OK ||
	    (e = q_bulk_step(p->db, "restricted", p->b->staff_id, at_us,
	    at_us, ids, p->n_good, NULL)) != ERR_OK)
		return e;
	return q_bulk_step(p->db, "answered", p->b->staff_id, now_us, at_us,
	    ids, p->n_good, NULL);
}

/* Whoever has an address is told, why, and that it may be taken back. */
static enum err
tell_frozen(struct bulk_part *p, const struct q_bulk_part *r)
{
	const struct bulk_work *w = p->w;
	struct outbox_mail mail = { .template = "lists_frozen",
	    .language = r->language, .to = r->email, .contact_id = r->id,
	    .is_legal = true };
	const char *g = p->b->ground;
	enum err e;

	if (r->email == NULL)
		return ERR_OK;
	mail.view = json_pack("{s:n, s:b, s:b, s:b, s:b, s:s}", "name",
	    "is_accuracy", strcmp(g, "accuracy") == 0, "is_unlawful",
	    strcmp(g, "unlawful") == 0, "is_claims", strcmp(g, "claims") == 0,
	    "is_objection", strcmp(g, "objection") == 0, "until",
	    page_write_day(w->arena, r->language, day_of(p->b->acted_us +
	    BULK_UNDO_US)));
	e = outbox_add(w->outbox, p->db, w->arena, &mail, w->now_us);
	json_decref(mail.view);
	return e;
}

static enum err
freeze(struct bulk_part *p, struct history *h)
{
	struct q_bulk_restrict_each each[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < p->n_good; i++) {
		each[i].id = p->good[i]->id;
		add_line(h, i, "restriction", "", p->b->ground);
	}
	if ((e = q_bulk_restrict(p->db, p->b->acted_us, p->b->ground,
	    p->w->now_us, each, p->n_good, NULL)) != ERR_OK ||
	    (e = open_cases(p)) != ERR_OK)
		return e;
	for (i = 0; i < p->n_good && e == ERR_OK; i++)
		e = tell_frozen(p, p->good[i]);
	return e;
}

static enum err
thaw(struct bulk_part *p, struct history *h)
{
	struct q_bulk_step_each ids[DB_EACH_MAX];
	size_t i;
	enum err e;

	for (i = 0; i < p->n_good; i++) {
		ids[i].contact_id = p->good[i]->id;
		add_line(h, i, "restriction", p->b->ground, "");
		if ((e = q_rights_lift(p->db, p->w->now_us, p->good[i]->id,
		    NULL)) != ERR_OK ||
		    (e = q_rights_lift_forget(p->db, p->good[i]->id, NULL)) !=
		    ERR_OK)
			return e;
	}
	return q_bulk_step(p->db, "lifted", p->b->staff_id, p->w->now_us,
	    p->b->acted_us, ids, p->n_good, NULL);
}

enum err
bulk_change(struct bulk_part *p)
{
	struct history *h = arena_take(p->w->arena, sizeof(*h));
	const char *action = p->b->action;
	enum err e, stored;

	if ((e = open_history(p, h)) != ERR_OK)
		return e;
	e = strcmp(action, "assign") == 0 ? assign(p, h) :
	    strcmp(action, "label") == 0 ? put_label(p, h, p->b->acted_us) :
	    strcmp(action, "unlabel") == 0 ? take_label(p, h) : freeze(p, h);
	stored = close_history(h);
	return e != ERR_OK ? e : stored;
}

enum err
bulk_put_back(struct bulk_part *p)
{
	struct history *h = arena_take(p->w->arena, sizeof(*h));
	const char *action = p->b->action;
	enum err e, stored;

	if ((e = open_history(p, h)) != ERR_OK)
		return e;
	e = strcmp(action, "assign") == 0 ? assign_back(p, h) :
	    strcmp(action, "label") == 0 ? take_label(p, h) :
	    strcmp(action, "unlabel") == 0 ? put_label(p, h, p->w->now_us) :
	    thaw(p, h);
	stored = close_history(h);
	return e != ERR_OK ? e : stored;
}
