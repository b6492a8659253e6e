/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Pairs that look like one person, for those who may see both: compared, or
 * dismissed (GDPR 5(1)(d), 5(1)(f), 25).
 */
#include "merge/merge_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "merge/merge_preview_office.h"

#define PER_PAGE	25
#define LOOKED_AT	1000	/* pairs of everybody, by one statement, */
#define SCANS_MAX	50	/* and statements for one page */

const struct field merge_office_dismiss_fields[] = {
	{ .name = "low", .type = F_ID, .need = true },
	{ .name = "high", .type = F_ID, .need = true },
	{ .name = NULL }
};

static json_t *
pair_view(struct ctx *c, const struct q_merge_pairs *r)
{
	json_t *item = page_csrf(c, "/lists/duplicates",
	    "/lists/duplicates");

	json_object_update_new(item, json_pack("{s:I, s:I, s:s, s:s, s:s, "
	    "s:s, s:s, s:s}", "low", (json_int_t)r->low_id, "high",
	    (json_int_t)r->high_id, "why", _(merge_pair_word(r->why)),
	    "url", arena_printf(c->arena, "/contacts/%" PRIu64 "/merge/%"
	    PRIu64, r->low_id, r->high_id), "low_name", merge_office_name(c,
	    r->low_given, r->low_family, r->low_email), "low_reference",
	    r->low_reference, "high_name", merge_office_name(c, r->high_given,
	    r->high_family, r->high_email), "high_reference",
	    r->high_reference));
	return item;
}

static enum err
looked(struct ctx *c, const struct q_merge_pairs *rows, size_t n)
{
	const struct contacts_looking looking = { "list", "check" };
	uint64_t ids[2 * PER_PAGE];
	size_t i, j, n_ids = 0;

	for (i = 0; i < 2 * n; i++) {
		uint64_t id = i % 2 == 0 ? rows[i / 2].low_id :
		    rows[i / 2].high_id;

		for (j = 0; j < n_ids && ids[j] != id; j++)
			;
		if (j == n_ids)
			ids[n_ids++] = id;
	}
	return n == 0 ? ERR_OK : contacts_looked(c, &looking, ids, n_ids);
}

/* The pairs of one page, of those that the caller may see. */
struct scanned {
	struct q_merge_pairs_each ids[PER_PAGE];
	size_t n;
	uint64_t after;		/* the last pair of the page */
	bool is_more;
};

/*
 * Pairs that the caller may not see are as if they were not there: a page is
 * filled over them, goes on from a pair that is shown, and has a next one
 * only where there is something on it.
 */
static enum err
scan(struct ctx *c, uint64_t after, struct scanned *ret)
{
	bool sees_all = auth_office_sees_all(c);
	uint64_t staff = c->caller.staff_id, team = c->caller.team_id;
	struct scanned s = { .n = 0, .after = after };
	struct q_merge_scan *rows;
	size_t i, n = LOOKED_AT;
	unsigned scans;
	enum err e;

	for (scans = 0; n == LOOKED_AT && !s.is_more && scans < SCANS_MAX;
	    scans++) {
		if ((e = q_merge_scan(c->db, c->arena, sees_all, staff, team,
		    after, LOOKED_AT, &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n && !s.is_more; i++) {
			after = rows[i].id;
			if (!rows[i].is_seen)
				continue;
			s.is_more = s.n == PER_PAGE;
			if (!s.is_more)
				s.ids[s.n++].id = s.after = after;
		}
	}
	*ret = s;
	return ERR_OK;
}

/* The number of the last pair of the page before. */
static enum err
read_after(struct ctx *c, uint64_t *ret_after)
{
	const struct param *p = params_find(&c->query, "after");

	*ret_after = 0;
	return p == NULL || parse_u64(p->value, ret_after) == ERR_OK ?
	    ERR_OK : ERR_NOTFOUND;
}

static json_t *
pages_view(struct ctx *c, uint64_t after, const struct scanned *s)
{
	if (after == 0 && !s->is_more)
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "text", "", "previous_url",
	    after == 0 ? NULL : "/lists/duplicates", "next_url",
	    !s->is_more ? NULL : arena_printf(c->arena,
	    "/lists/duplicates?after=%" PRIu64, s->after));
}

enum err
merge_office_pairs(struct ctx *c)
{
	bool sees_all = auth_office_sees_all(c);
	uint64_t after, staff = c->caller.staff_id, team = c->caller.team_id;
	struct q_merge_pairs *rows = NULL;
	struct scanned s;
	size_t i, n = 0;
	json_t *view, *list;
	enum err e;

	if ((e = read_after(c, &after)) != ERR_OK ||
	    (e = scan(c, after, &s)) != ERR_OK ||
	    (s.n > 0 && (e = q_merge_pairs(c->db, c->arena, sees_all, staff,
	    team, s.ids, s.n, &rows, &n)) != ERR_OK) ||
	    (e = looked(c, rows, n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, pair_view(c, &rows[i]));
	view = page_view(c, _("Perhaps the same person"));
	json_object_set_new(view, "has_pairs", json_boolean(n > 0));
	json_object_set_new(view, "pairs", list);
	json_object_set_new(view, "pages", pages_view(c, after, &s));
	return page(c, "office/merge_pairs.html", view);
}

struct dismissing {
	struct ctx *c;
	uint64_t low;
	uint64_t high;
};

static enum err
dismiss_in_tx(struct db *db, void *arg)
{
	const struct dismissing *k = arg;
	struct ctx *c = k->c;
	struct ledger_audit event = { .verb = "contact.told_apart",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = k->low, .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_merge_dismiss(db, c->now_us, k->low, k->high, &n)) !=
	    ERR_OK || n == 0 || (e = ledger_audit(db, c->arena,
	    c->worker->ledger, &event)) != ERR_OK)
		return e;
	event.contact_id = k->high;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
merge_office_dismiss(struct ctx *c)
{
	struct dismissing k = { .c = c };
	enum err e;

	if (form_read(c, merge_office_dismiss_fields, &c->form) != ERR_OK)
		return ERR_MALFORMED;
	k.low = form_input(&c->form, "low")->number;
	k.high = form_input(&c->form, "high")->number;
	if ((e = merge_office_see(c, k.low)) != ERR_OK ||
	    (e = merge_office_see(c, k.high)) != ERR_OK ||
	    (e = ctx_tx(c, dismiss_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/lists/duplicates");
}
