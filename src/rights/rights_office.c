/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cases for staff: which wait until when, and one with its journal, its
 * dates, and how far its erasure is.
 * Law: GDPR 12(3), 15 to 22; Regulation 1182/71.
 */
#include "rights/rights_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "db/queries.h"
#include "keys/person.h"

#define PER_PAGE 50	/* the statements read one more */

/* A row of either list. */
struct listed {
	uint64_t id;
	const char *reference, *kind, *state;
	int64_t received_us;
	struct day target, working, due;
	uint64_t contact_id;	/* 0: unknown, or erased */
	const char *given_name, *family_name;
};

enum tab { TAB_OPEN, TAB_ERASURES, TAB_DONE, TAB__MAX };

static const struct {
	const char *url;
	const char *label;
} tabs[TAB__MAX] = {
	[TAB_OPEN] = { "/requests", N_("To answer") },
	[TAB_ERASURES] = { "/requests?kind=erasure", N_("Erasures") },
	[TAB_DONE] = { "/requests?state=done", N_("Closed") },
};

struct listing {
	struct ctx *c;
	enum tab tab;
	struct day day;		/* y 0: from the beginning */
	uint64_t after;
	struct listed rows[PER_PAGE + 1];
	size_t n;
};

static enum err
load_open(struct listing *l)
{
	struct q_rights_office_open *rows, *r;
	struct ctx *c = l->c;
	enum err e;

	if ((e = q_rights_office_open(c->db, c->arena,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    l->tab == TAB_ERASURES ? "erasure" : NULL, l->day, l->after,
	    &rows, &l->n)) != ERR_OK)
		return e;
	for (r = rows; r < rows + l->n; r++)
		l->rows[r - rows] = (struct listed){ r->id, r->reference,
		    r->kind, r->state, r->received_us, r->target_day,
		    r->working_day, r->due_day, r->contact_id, r->given_name,
		    r->family_name };
	return ERR_OK;
}

static enum err
load_done(struct listing *l)
{
	struct q_rights_office_done *rows, *r;
	struct ctx *c = l->c;
	enum err e;

	if ((e = q_rights_office_done(c->db, c->arena,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    l->after, &rows, &l->n)) != ERR_OK)
		return e;
	for (r = rows; r < rows + l->n; r++)
		l->rows[r - rows] = (struct listed){ r->id, r->reference,
		    r->kind, r->state, r->received_us, r->target_day,
		    r->working_day, r->due_day, r->contact_id, r->given_name,
		    r->family_name };
	return ERR_OK;
}

static const char *
who(struct ctx *c, uint64_t contact_id, const char *given, const char *family)
{
	if (contact_id == 0)
		return _("not known, or erased");
	if (*given == '\0' && *family == '\0')
		return _("no name");
	return arena_printf(c->arena, "%s%s%s", given, *given == '\0' ||
	    *family == '\0' ? "" : " ", family);
}

static size_t
shown(const struct listing *l)
{
	return l->n > PER_PAGE ? PER_PAGE : l->n;
}

/* Whose names the page shows. */
static enum err
note_looks(const struct listing *l)
{
	const struct contacts_looking looking = { "list", "case" };
	uint64_t ids[PER_PAGE];
	size_t i, j, n = 0;

	for (i = 0; i < shown(l); i++) {
		for (j = 0; j < n; j++)
			if (ids[j] == l->rows[i].contact_id)
				break;
		if (j == n && l->rows[i].contact_id != 0)
			ids[n++] = l->rows[i].contact_id;
	}
	return n == 0 ? ERR_OK : contacts_looked(l->c, &looking, ids, n);
}

static json_t *
rows_view(const struct listing *l)
{
	json_t *list = json_array(), *view;
	struct ctx *c = l->c;
	const struct listed *r;
	size_t i;

	for (i = 0; i < shown(l); i++) {
		r = &l->rows[i];
		view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
		    "url", arena_printf(c->arena, "/requests/%" PRIu64, r->id),
		    "reference", r->reference, "kind",
		    rights_office_kind(c, r->kind), "who", who(c,
		    r->contact_id, r->given_name, r->family_name), "received",
		    page_date(c, r->received_us), "target",
		    page_day(c, r->target), "working",
		    page_day(c, r->working), "legal", page_day(c, r->due));
		rights_office_state(c, view, r->state, r->due);
		json_array_append_new(list, view);
	}
	return list;
}

static json_t *
tabs_view(const struct listing *l)
{
	json_t *list = json_array();
	struct ctx *c = l->c;
	size_t i;

	for (i = 0; i < TAB__MAX; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
		    "url", tabs[i].url, "label", _(tabs[i].label), "current",
		    i == l->tab));
	return list;
}

static json_t *
pages_view(const struct listing *l)
{
	const struct listed *last = &l->rows[PER_PAGE - 1];
	const char *url = tabs[l->tab].url;
	struct ctx *c = l->c;
	const char *next;

	if (l->n <= PER_PAGE && l->after == 0)
		return json_null();
	next = l->n <= PER_PAGE ? NULL : arena_printf(c->arena,
	    "%s%cday=%s&after=%" PRIu64, url,
	    l->tab == TAB_OPEN ? '?' : '&', day_write(c->arena, last->due),
	    last->id);
	return json_pack("{s:s, s:o, s:o}", "text", words_count(c->arena,
	    c->lang, "{n} request on this page", "{n} requests on this page",
	    shown(l)), "previous_url", l->after == 0 ? json_null() :
	    json_string(url), "next_url", next == NULL ? json_null() :
	    json_string(next));
}

static enum err
read_place(struct listing *l)
{
	struct ctx *c = l->c;
	const struct param *kind = params_find(&c->query, "kind");
	const struct param *state = params_find(&c->query, "state");
	const struct param *day = params_find(&c->query, "day");
	const struct param *after = params_find(&c->query, "after");

	if (kind != NULL && strcmp(kind->value, "erasure") == 0)
		l->tab = TAB_ERASURES;
	if (state != NULL && strcmp(state->value, "done") == 0)
		l->tab = TAB_DONE;
	if (day == NULL || after == NULL)
		return ERR_OK;
	if (day_read(day->value, &l->day) != ERR_OK ||
	    parse_u64(after->value, &l->after) != ERR_OK)
		return ERR_NOTFOUND;
	return ERR_OK;
}

enum err
rights_office_list(struct ctx *c)
{
	struct listing *l = arena_take(c->arena, sizeof(*l));
	json_t *view;
	enum err e;

	l->c = c;
	if ((e = read_place(l)) != ERR_OK ||
	    (e = l->tab == TAB_DONE ? load_done(l) : load_open(l)) !=
	    ERR_OK || (e = note_looks(l)) != ERR_OK)
		return e;
	view = page_view(c, _("Requests"));
	json_object_set_new(view, "tabs", tabs_view(l));
	json_object_set_new(view, "has_requests", json_boolean(l->n > 0));
	json_object_set_new(view, "requests", rows_view(l));
	json_object_set_new(view, "pages", pages_view(l));
	return page(c, "office/rights_list.html", view);
}

/* One case with all that its page shows. */
struct one {
	struct ctx *c;
	uint64_t id;
	struct q_rights_office_one r;
	struct q_rights_steps *steps;
	struct q_rights_office_erasure *erasure;
	struct q_rights_office_counts *counts;
	size_t n_steps, n_erasure, n_counts;
	const char *words;	/* what they wrote; NULL: nothing */
};

static enum err
open_words(struct one *o)
{
	const struct person_place place = { "rights_request", "words_sealed",
	    o->r.contact_id };
	unsigned char key[KEY_BYTES];
	struct ctx *c = o->c;
	enum err e;

	if (o->r.words_sealed.ptr == NULL)
		return ERR_OK;
	e = person_key_load(c->db, c->arena, c->worker->keys,
	    o->r.contact_id, PERSON_PROOF, key);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;	/* destroyed */
	e = person_unseal(c->arena, key, &place, o->r.words_sealed,
	    &o->words);
	secret_wipe(key, sizeof(key));
	return e == ERR_OK ? ERR_OK : ERR_BUG;
}

static enum err
load_one(struct one *o)
{
	struct ctx *c = o->c;
	enum err e;

	if ((e = q_rights_office_one(c->db, c->arena, o->id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &o->r)) != ERR_OK ||
	    (e = q_rights_steps(c->db, c->arena, o->id, &o->steps,
	    &o->n_steps)) != ERR_OK ||
	    (e = q_rights_office_erasure(c->db, c->arena, o->id, &o->erasure,
	    &o->n_erasure)) != ERR_OK ||
	    (o->n_erasure > 0 && (e = q_rights_office_counts(c->db, c->arena,
	    o->erasure[0].id, &o->counts, &o->n_counts)) != ERR_OK))
		return e;
	return open_words(o);
}

static json_t *
journal_view(const struct one *o)
{
	json_t *list = json_array();
	struct ctx *c = o->c;
	const char *actor;
	size_t i;

	for (i = 0; i < o->n_steps; i++) {
		actor = o->steps[i].actor;
		json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "at",
		    page_at(c, o->steps[i].at_us), "text",
		    rights_office_verb(c, o->steps[i].verb), "by",
		    strcmp(actor, "person") == 0 ? _("the person") :
		    strcmp(actor, "staff") == 0 ? _("a colleague") :
		    _("a program")));
	}
	return list;
}

/* How far an erasure is, in the order of its states. */
static int
rank_of(const char *state)
{
	static const char *const order[] = { "intent", "cooling", "decided",
		"announced", "journaled", "erased", "scanned", "signed",
		"done" };
	size_t i;

	for (i = 0; i < LENGTH(order); i++)
		if (strcmp(order[i], state) == 0)
			return (int)i;
	/* stopped by the scan: what comes before it is done */
	return strcmp(state, "blocked") == 0 ? 5 : -1;
}

static json_t *
steps_view(const struct one *o)
{
	static const struct { int rank; const char *label; } steps[] = {
		{ 1, N_("Intent proven") },
		{ 2, N_("Waiting time over") },
		{ 4, N_("In the erasure journal") },
		{ 5, N_("Erased in every place") },
		{ 6, N_("Scanned for second copies") },
		{ 7, N_("Receipt signed") },
		{ 8, N_("Receipt sent") },
	};
	const struct q_rights_office_erasure *erasure = &o->erasure[0];
	int rank = rank_of(erasure->state);
	json_t *list = json_array(), *text;
	struct ctx *c = o->c;
	bool is_done, was_done = true;
	size_t i;

	for (i = 0; i < LENGTH(steps); i++) {
		is_done = rank >= steps[i].rank;
		text = json_null();
		if (steps[i].rank == 2 && !is_done)
			text = json_string(page_date_time(c,
			    erasure->due_us));
		else if (steps[i].rank == 4 && is_done &&
		    erasure->journal_n != 0)
			text = json_string(arena_printf(c->arena, "%s %"
			    PRIu64, _("number"), erasure->journal_n));
		else if (steps[i].rank == 5 && is_done)
			text = json_string(page_date_time(c,
			    erasure->erased_us));
		json_array_append_new(list, json_pack("{s:s, s:o, s:b, s:b}",
		    "label", _(steps[i].label), "text", text, "is_done",
		    is_done, "is_now", was_done && !is_done && rank >= 0));
		was_done = is_done;
	}
	return list;
}

static json_t *
erasure_view(const struct one *o)
{
	json_t *stores;
	size_t i;

	if (o->n_erasure == 0)
		return json_null();
	stores = json_array();
	for (i = 0; i < o->n_counts; i++)
		json_array_append_new(stores, json_pack(
		    "{s:s, s:I, s:I, s:I, s:I}", "name", o->counts[i].holding,
		    "found", (json_int_t)o->counts[i].found, "erased",
		    (json_int_t)o->counts[i].erased, "anonymised",
		    (json_int_t)o->counts[i].anonymised, "kept",
		    (json_int_t)o->counts[i].kept));
	return json_pack("{s:n, s:o, s:b, s:o, s:n}", "progress", "steps",
	    steps_view(o), "has_stores", o->n_counts > 0, "stores", stores,
	    "task_url");
}

static const char *
door_of(struct ctx *c, const char *door)
{
	static const struct { const char *name, *label; } words[] = {
		{ "account", N_("from their space") },
		{ "form", N_("by the public form") },
		{ "desk", N_("at the desk") },
		{ "staff", N_("noted by a colleague") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, door) == 0)
			return _(words[i].label);
	return door;
}

static json_t *
left_view(const struct one *o)
{
	int64_t days = day_number(o->r.due_day) -
	    day_number(day_of(o->c->now_us));
	struct ctx *c = o->c;

	if (days < 0 || (strcmp(o->r.state, "open") != 0 &&
	    strcmp(o->r.state, "intent") != 0 &&
	    strcmp(o->r.state, "waiting") != 0))
		return json_null();
	return json_string(words_count(c->arena, c->lang, "{n} day left",
	    "{n} days left", (uint64_t)days));
}

static enum err
show_one(const struct one *o)
{
	struct ctx *c = o->c;
	json_t *view = page_view(c, o->r.reference);

	json_object_set_new(view, "back_url", json_string("/requests"));
	json_object_set_new(view, "reference", json_string(o->r.reference));
	json_object_set_new(view, "kind", json_string(rights_office_kind(c,
	    o->r.kind)));
	rights_office_state(c, view, o->r.state, o->r.due_day);
	json_object_set_new(view, "journal", journal_view(o));
	json_object_set_new(view, "erasure", erasure_view(o));
	json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "received", json_string(page_date(c,
	    o->r.received_us)));
	json_object_set_new(view, "target", json_string(page_day(c,
	    o->r.target_day)));
	json_object_set_new(view, "working", json_string(page_day(c,
	    o->r.working_day)));
	json_object_set_new(view, "legal", json_string(page_day(c,
	    o->r.due_day)));
	json_object_set_new(view, "left", left_view(o));
	json_object_set_new(view, "who", json_string(who(c, o->r.person_id,
	    o->r.given_name, o->r.family_name)));
	json_object_set_new(view, "contact_url", o->r.person_id == 0 ?
	    json_null() : json_string(arena_printf(c->arena,
	    "/contacts/%" PRIu64, o->r.person_id)));
	json_object_set_new(view, "channel", json_string(door_of(c,
	    o->r.door)));
	json_object_set_new(view, "message", o->words == NULL ? json_null() :
	    json_string(o->words));
	return page(c, "office/rights_show.html", view);
}

enum err
rights_office_show(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "case" };
	struct one o = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &o.id)) != ERR_OK ||
	    (e = load_one(&o)) != ERR_OK ||
	    (o.r.person_id != 0 && (e = contacts_looked(c, &looking,
	    &o.r.person_id, 1)) != ERR_OK))
		return e;
	return show_one(&o);
}
