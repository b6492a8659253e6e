/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cases for staff: which wait until when.
 * Law: GDPR 12(3), 15 to 22; Regulation 1182/71.
 */
#include "rights/rights_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "db/queries.h"

#define PER_PAGE 50	/* the statements read one more */

/* A row of either list. */
struct listed {
	uint64_t id;
	const char *reference, *kind, *state;
	int64_t received_us;
	struct day target, working, due;
	uint64_t contact_id;	/* 0: unknown, or erased */
	const char *given_name, *family_name;
	const char *assigned;	/* who answers; NULL: nobody yet */
};

enum tab { TAB_OPEN, TAB_MINE, TAB_ERASURES, TAB_DONE, TAB__MAX };

static const struct {
	const char *url;
	const char *label;
} tabs[TAB__MAX] = {
	[TAB_OPEN] = { "/requests", N_("To answer") },
	[TAB_MINE] = { "/requests?mine=yes", N_("Given to me") },
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
	    rights_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    l->tab == TAB_ERASURES ? "erasure" : NULL, l->tab == TAB_MINE ?
	    c->caller.staff_id : 0, l->day, l->after,
	    &rows, &l->n)) != ERR_OK)
		return e;
	for (r = rows; r < rows + l->n; r++)
		l->rows[r - rows] = (struct listed){ r->id, r->reference,
		    r->kind, r->state, r->received_us, r->target_day,
		    r->working_day, r->due_day, r->contact_id, r->given_name,
		    r->family_name, r->assigned };
	return ERR_OK;
}

static enum err
load_done(struct listing *l)
{
	struct q_rights_office_done *rows, *r;
	struct ctx *c = l->c;
	enum err e;

	if ((e = q_rights_office_done(c->db, c->arena,
	    rights_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    l->after, &rows, &l->n)) != ERR_OK)
		return e;
	for (r = rows; r < rows + l->n; r++)
		l->rows[r - rows] = (struct listed){ r->id, r->reference,
		    r->kind, r->state, r->received_us, r->target_day,
		    r->working_day, r->due_day, r->contact_id, r->given_name,
		    r->family_name, r->assigned };
	return ERR_OK;
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

	if (rights_office_is_masked(l->c))
		return ERR_OK;	/* nobody can be told from the page */
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
		view = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:s, s:s}",
		    "url", arena_printf(c->arena, "/requests/%" PRIu64, r->id),
		    "reference", r->reference, "kind",
		    rights_office_kind(c, r->kind), "who",
		    rights_office_who(c, r->contact_id, r->given_name,
		    r->family_name), "assigned", r->assigned, "received",
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

	for (i = 0; i < TAB__MAX; i++) {
		if (i == TAB_MINE && !auth_office_sees_all(c))
			continue;	/* cases are given to others only */
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
		    "url", tabs[i].url, "label", _(tabs[i].label), "current",
		    i == l->tab));
	}
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
	const struct param *mine = params_find(&c->query, "mine");
	const struct param *state = params_find(&c->query, "state");
	const struct param *day = params_find(&c->query, "day");
	const struct param *after = params_find(&c->query, "after");

	if (kind != NULL && strcmp(kind->value, "erasure") == 0)
		l->tab = TAB_ERASURES;
	if (mine != NULL && strcmp(mine->value, "yes") == 0)
		l->tab = TAB_MINE;
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
