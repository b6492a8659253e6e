/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Somebody who oversees has the whole log verified: who asked, how far it is,
 * and which row is wrong, in words.
 * Law: GDPR 5(2), 32(1)(d).
 */
#include "office/audit_check.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

struct asking {
	struct ctx *c;
	uint64_t id;
};

static const char *
url_of(struct ctx *c, uint64_t id, const char *end)
{
	return arena_printf(c->arena, "/audit/checks/%" PRIu64 "%s", id, end);
}

static enum err
note(struct ctx *c, struct db *db, const char *verb, uint64_t id)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "ledger_check",
	    .object_id = id, .detail = "{}", .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* One that is under way is as good as a new one. */
static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct asking *k = arg;
	struct ctx *c = k->c;
	struct q_ledger_check_open *open;
	struct q_ledger_check_insert made;
	size_t n;
	enum err e;

	if ((e = q_ledger_check_open(db, c->arena, &open, &n)) != ERR_OK)
		return e;
	if (n > 0) {
		k->id = open[0].id;
	} else {
		if ((e = q_ledger_check_insert(db, c->arena,
		    c->caller.staff_id, c->now_us, &made)) != ERR_OK ||
		    (e = note(c, db, "ledger.check_asked", made.id)) !=
		    ERR_OK)
			return e;
		k->id = made.id;
	}
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, k->id));
	return ERR_OK;
}

enum err
audit_check_ask(struct ctx *c)
{
	struct asking k = { .c = c };
	enum err e;

	if ((e = ctx_tx(c, ask_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/audit/checks/%s",
	    c->result));
}

static enum err
cancel_in_tx(struct db *db, void *arg)
{
	struct asking *k = arg;
	uint64_t n;
	enum err e;

	if ((e = q_ledger_check_cancel(db, k->c->now_us, k->id, &n)) !=
	    ERR_OK || n == 0)
		return e;
	return note(k->c, db, "ledger.check_cancelled", k->id);
}

static enum err
load(struct ctx *c, uint64_t *ret_id, struct q_ledger_check_one *ret_row)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK)
		return e;
	return q_ledger_check_one(c->db, c->arena, *ret_id, ret_row);
}

enum err
audit_check_cancel(struct ctx *c)
{
	struct asking k = { .c = c };
	struct q_ledger_check_one row;
	enum err e;

	if ((e = load(c, &k.id, &row)) != ERR_OK ||
	    (e = ctx_tx(c, cancel_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, url_of(c, k.id, ""));
}

static bool
is_open(const struct q_ledger_check_one *k)
{
	return strcmp(k->state, "waiting") == 0 ||
	    strcmp(k->state, "running") == 0;
}

static json_int_t
percent(const struct q_ledger_check_one *k)
{
	uint64_t n = k->n_total == 0 ? 0 : k->n_done * 100 / k->n_total;

	return (json_int_t)(n > 99 ? 99 : n);	/* 100 is "done" */
}

static const char *
progress_text(struct ctx *c, const struct q_ledger_check_one *k)
{
	return words_count(c->arena, c->lang, "{n} line looked at",
	    "{n} lines looked at", k->n_done);
}

/* What is wrong, as a sentence; the ledgers and numbers stand beside it. */
static const char *
kind_words(struct ctx *c, const char *kind)
{
	static const struct words_label words[] = {
		{ "row.slipped_in", N_("A line was slipped in: no program of ours wrote it.") },
		{ "row.changed", N_("A line was changed after it was written.") },
		{ "row.removed", N_("A line was removed: the log still has its place.") },
		{ "leaf.changed", N_("A line is right, but the log has another hash for it.") },
		{ "leaf.missing", N_("Places of the log are missing.") },
		{ "tree.other", N_("The log is not the one that was signed.") },
		{ "head.bad", N_("A signed head is not ours, or out of order.") },
		{ "file.differs", N_("The file of heads and the database disagree.") },
		{ "prune.bad", N_("A record of what was pruned is not ours.") },
		{ "writer.gap", N_("Lines are gone that were removed before the log had them, or stand there twice.") },
		{ "key.foreign", N_("A signing key was slipped into the database.") },
		{ "state.differs", N_("The state of the log does not agree with the log.") },
		{ NULL, NULL }
	};

	return _(words_label(words, kind));
}

static const char *
ledger_words(struct ctx *c, const char *ledger)
{
	static const struct words_label words[] = {
		{ "consent", N_("consents") }, { "audit", N_("audit") },
		{ "receipt", N_("receipts") }, { "head", N_("heads") },
		{ "prune", N_("pruning") },
		{ NULL, NULL }
	};

	return ledger == NULL ? "–" : _(words_label(words, ledger));
}

static json_t *
findings_view(struct ctx *c, const char *text)
{
	json_t *all = text == NULL ? NULL : json_loads(text, 0, NULL), *one;
	json_t *list = json_array();
	const char *kind;
	json_int_t row;
	size_t i;

	json_array_foreach(all, i, one) {
		kind = json_string_value(json_object_get(one, "kind"));
		row = json_integer_value(json_object_get(one, "row"));
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
		    "what", kind_words(c, kind == NULL ? "" : arena_text(
		    c->arena, kind)), "ledger", ledger_words(c,
		    json_string_value(json_object_get(one, "ledger"))),
		    "row", row == 0 ? "–" : arena_printf(c->arena,
		    "%" JSON_INTEGER_FORMAT, row)));
	}
	json_decref(all);
	return list;
}

static void
add_state(struct ctx *c, json_t *view, const struct q_ledger_check_one *k)
{
	if (is_open(k))
		page_state(view, _("under way"), MOOD_INFO);
	else if (strcmp(k->state, "cancelled") == 0)
		page_state(view, _("called off"), MOOD_NONE);
	else if (strcmp(k->state, "failed") == 0)
		page_state(view, _("could not be ended"), MOOD_BAD);
	else
		page_state(view, k->n_findings == 0 ? _("all is right") :
		    _("something is wrong"), k->n_findings == 0 ? MOOD_OK :
		    MOOD_BAD);
}

enum err
audit_check_show(struct ctx *c)
{
	struct q_ledger_check_one row;
	uint64_t id;
	json_t *view;
	bool is_done;
	enum err e;

	if ((e = load(c, &id, &row)) != ERR_OK)
		return e;
	is_done = strcmp(row.state, "done") == 0;
	view = page_view(c, _("Check of the log"));
	add_state(c, view, &row);
	json_object_set_new(view, "back_url", json_string("/audit"));
	json_object_set_new(view, "who", json_string(row.staff));
	json_object_set_new(view, "asked", json_string(page_date_time(c,
	    row.created_us)));
	json_object_set_new(view, "ended", json_string(page_date_time(c,
	    row.ended_us)));
	json_object_set_new(view, "is_open", json_boolean(is_open(&row)));
	json_object_set_new(view, "is_done", json_boolean(is_done));
	json_object_set_new(view, "lines", json_string(words_count(c->arena,
	    c->lang, "{n} line", "{n} lines", row.n_rows)));
	json_object_set_new(view, "heads", json_integer((json_int_t)
	    row.n_heads));
	json_object_set_new(view, "has_findings", json_boolean(is_done &&
	    row.n_findings > 0));
	json_object_set_new(view, "findings", findings_view(c,
	    row.findings));
	json_object_set_new(view, "n_findings", json_integer((json_int_t)
	    row.n_findings));
	json_object_set_new(view, "progress", json_pack(
	    "{s:s, s:I, s:s, s:s, s:s}", "label", _("Lines looked at"),
	    "percent", percent(&row), "text", progress_text(c, &row),
	    "json_url", url_of(c, id, "/state"), "next_url", url_of(c, id,
	    "")));
	json_object_set_new(view, "cancel", page_csrf(c,
	    "/audit/checks/:id/cancel", url_of(c, id, "/cancel")));
	return page(c, "office/audit_check.html", view);
}

enum err
audit_check_state(struct ctx *c)
{
	struct q_ledger_check_one row;
	uint64_t id;
	enum err e;

	if ((e = load(c, &id, &row)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:I, s:s, s:b}", "percent",
	    percent(&row), "text", progress_text(c, &row), "done",
	    !is_open(&row)));
}

enum err
audit_check_last(struct ctx *c, struct audit_found *ret_found)
{
	struct q_ledger_check_last *row;
	bool is_failed;
	const char *when;
	size_t n;
	enum err e;

	if ((e = q_ledger_check_last(c->db, c->arena, &row, &n)) != ERR_OK)
		return e;
	*ret_found = (struct audit_found){ false, true,
	    _("nobody has asked for a check yet"), NULL };
	if (n == 0)
		return ERR_OK;
	ret_found->url = url_of(c, row->id, "");
	is_failed = strcmp(row->state, "failed") == 0;
	if (!is_failed && strcmp(row->state, "done") != 0) {
		ret_found->text = strcmp(row->state, "cancelled") == 0 ?
		    _("called off") : _("under way");
		return ERR_OK;
	}
	when = page_date_time(c, row->ended_us);
	ret_found->is_known = true;
	ret_found->is_ok = !is_failed && row->n_findings == 0;
	ret_found->text = ret_found->is_ok ? arena_printf(c->arena,
	    "%s, %s, %s", when, words_count(c->arena, c->lang, "{n} line",
	    "{n} lines", row->n_rows), _("all is right")) :
	    arena_printf(c->arena, "%s, %s", when, is_failed ?
	    _("could not be ended") : _("something is wrong"));
	return ERR_OK;
}
