/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Looking through all contacts: the keeper fills a snapshot, which is its
 * owner's alone, lasts a day, and can be called off.
 * Law: GDPR 5(1)(e), 25, 32.
 */
#include "lists/lists_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "keys/seal.h"
#include "lists/lists_snapshot.h"

#define OPEN_MAX	3	/* of one member of staff at a time */

const struct field lists_office_snapshot_fields[] = {
	{ .name = "f", .type = F_HIDDEN, .max = LISTS_FILTER_MAX },
	{ .name = "words", .type = F_HIDDEN, .max = 120 },
	{ .name = "reason", .type = F_HIDDEN, .max = 20 },
	{ .name = NULL }
};

struct asking {
	struct ctx *c;
	struct bytes sealed;
	uint64_t total;
	uint64_t oldest;	/* to be called off for it; 0: none */
};

static enum err
ask_in_tx(struct db *db, void *arg)
{
	const struct asking *k = arg;
	struct ctx *c = k->c;
	struct q_lists_snapshot_insert row;
	enum err e;

	if (k->oldest != 0 && (e = q_lists_snapshot_cancel(db, k->oldest,
	    c->caller.staff_id, NULL)) != ERR_OK)
		return e;
	if ((e = q_lists_snapshot_insert(db, c->arena, c->caller.staff_id,
	    k->sealed, k->total, c->now_us, c->now_us + LISTS_SNAPSHOT_HOURS *
	    HOUR_US, &row)) != ERR_OK)
		return e;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	return ERR_OK;
}

static enum err
read_asked(struct ctx *c, struct lists_snapshot *ret_snapshot)
{
	struct lists_asked asked = { .query.id = NULL };
	enum err e;

	if ((e = form_read(c, lists_office_snapshot_fields, &c->form)) !=
	    ERR_OK)
		return ERR_MALFORMED;
	if (lists_filter_read(c->arena, form_value(&c->form, "f"),
	    &asked.filter) != ERR_OK)
		return ERR_MALFORMED;
	asked.query.words = form_value(&c->form, "words");
	ret_snapshot->reason = form_value(&c->form, "reason");
	if (!lists_reason_is_good(ret_snapshot->reason))
		return ERR_MALFORMED;
	if (*ret_snapshot->reason == '\0')
		ret_snapshot->reason = "daily";
	return lists_filter_all(c, &asked, &ret_snapshot->filter) == ERR_OK ?
	    ERR_OK : ERR_MALFORMED;
}

enum err
lists_office_snapshot(struct ctx *c)
{
	struct asking k = { .c = c };
	struct q_lists_snapshots_open *open;
	struct lists_snapshot wanted;
	struct q_lists_about about;
	size_t n;
	enum err e;

	if ((e = read_asked(c, &wanted)) != ERR_OK ||
	    (e = q_lists_snapshots_open(c->db, c->arena, c->caller.staff_id,
	    c->now_us, &open, &n)) != ERR_OK)
		return e;
	if (n >= OPEN_MAX)
		k.oldest = open[0].id;
	if ((e = q_lists_about(c->db, c->arena, &about)) != ERR_OK)
		return e;
	k.total = about.most;
	k.sealed = lists_snapshot_seal(c->arena, c->worker->keys,
	    c->caller.staff_id, c->now_us, &wanted);
	if ((e = ctx_tx(c, ask_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena,
	    "/lists/snapshots/%s", c->result));
}

static enum err
load_mine(struct ctx *c, uint64_t *ret_id,
    struct q_lists_snapshot_mine *ret_row)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK)
		return e;
	return q_lists_snapshot_mine(c->db, c->arena, *ret_id,
	    c->caller.staff_id, c->now_us, ret_row);
}

static uint64_t
percent(const struct q_lists_snapshot_mine *s)
{
	uint64_t n = s->total == 0 ? 0 : s->walked * 100 / s->total;

	return n > 99 ? 99 : n;	/* 100 is "ready" */
}

static const char *
progress_text(struct ctx *c, const struct q_lists_snapshot_mine *s)
{
	return words_count(c->arena, c->lang, "{n} contact found so far",
	    "{n} contacts found so far", s->n);
}

static bool
is_open(const struct q_lists_snapshot_mine *s)
{
	return strcmp(s->state, "waiting") == 0 ||
	    strcmp(s->state, "walking") == 0;
}

static json_t *
progress_view(struct ctx *c, uint64_t id, const struct q_lists_snapshot_mine *s)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:s}", "label",
	    _("Contacts looked at"), "percent", (json_int_t)percent(s),
	    "text", progress_text(c, s), "json_url", arena_printf(c->arena,
	    "/lists/snapshots/%" PRIu64 "/state", id), "next_url",
	    arena_printf(c->arena, "/lists/snapshots/%" PRIu64, id));
}

enum err
lists_office_snapshot_show(struct ctx *c)
{
	struct q_lists_snapshot_mine s;
	json_t *view;
	uint64_t id;
	enum err e;

	if ((e = load_mine(c, &id, &s)) != ERR_OK)
		return e;
	if (strcmp(s.state, "ready") == 0)
		return page_redirect(c, arena_printf(c->arena,
		    "/contacts?s=%" PRIu64, id));
	view = page_view(c, _("Looking through all contacts"));
	json_object_set_new(view, "is_open", json_boolean(is_open(&s)));
	json_object_set_new(view, "is_cancelled", json_boolean(strcmp(
	    s.state, "cancelled") == 0));
	json_object_set_new(view, "is_failed", json_boolean(strcmp(s.state,
	    "failed") == 0));
	json_object_set_new(view, "progress", is_open(&s) ? progress_view(c,
	    id, &s) : json_null());
	json_object_set_new(view, "back_url", json_string("/contacts"));
	json_object_set_new(view, "cancel", is_open(&s) ? page_csrf(c,
	    "/lists/snapshots/:id/cancel", arena_printf(c->arena,
	    "/lists/snapshots/%" PRIu64 "/cancel", id)) : json_null());
	return page(c, "office/lists_snapshot.html", view);
}

enum err
lists_office_snapshot_state(struct ctx *c)
{
	struct q_lists_snapshot_mine s;
	uint64_t id;
	enum err e;

	if ((e = load_mine(c, &id, &s)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:I, s:s, s:b}", "percent",
	    (json_int_t)percent(&s), "text", progress_text(c, &s), "done",
	    !is_open(&s)));
}

static enum err
cancel_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	uint64_t id;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK)
		return e;
	return q_lists_snapshot_cancel(db, id, c->caller.staff_id, NULL);
}

enum err
lists_office_cancel(struct ctx *c)
{
	struct q_lists_snapshot_mine s;
	uint64_t id;
	enum err e;

	if ((e = form_check_none(c)) != ERR_OK ||
	    (e = load_mine(c, &id, &s)) != ERR_OK ||
	    (e = ctx_tx(c, cancel_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena,
	    "/lists/snapshots/%" PRIu64, id));
}
