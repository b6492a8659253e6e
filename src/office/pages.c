/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What waits for a decision, and whether we are well.
 * Law: GDPR 12(3), 24, 32.
 */
#include "office/dashboard.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_crossing_office.h"
#include "db/queries.h"
#include "ledger/ledger.h"

static const char *
task_title(struct ctx *c, const char *kind)
{
	static const struct words_label words[] = {
		{ "bulk.to_decide", N_("A colleague proposes to delete contacts") },
		{ "erasure.second_copy", N_("A second copy was found after an erasure") },
		{ "erasure.intent", N_("An erasure was asked for and not confirmed") },
		{ "erasure.look", N_("Names were found after an erasure: to be looked at") },
		{ "erasure.nobody", N_("An erasure found nobody to erase") },
		{ "erasure.no_address", N_("A receipt has no address to go to") },
		{ "quarantine.late", N_("Contacts have been in quarantine for a month: state their basis, or remove them") },
		{ "notice.late", N_("People were not told in time that we hold their data") },
		{ "export.failed", N_("A copy of somebody’s data could not be made") },
		{ "ledger.bad_mac", N_("A line of the ledgers is not ours: somebody wrote into the database") },
		{ "ledger.foreign_key", N_("A signing key was slipped into the database") },
		{ "ledger.gap", N_("A line of the ledgers is missing") },
		{ "merge.too_big", N_("Two records could not be joined: one of them holds too much") },
		{ "mail.dead", N_("A mail could not be delivered") },
		{ "site.restored", N_("A backup was put back") },
		{ "clock.forward", N_("The clock jumped forward") },
		{ "clock.backward", N_("The clock went back") },
		{ NULL, NULL }
	};

	return _(words_label(words, kind));
}

/* Where a task is settled; NULL: not on a page. */
static const char *
task_url(struct ctx *c, const struct q_office_tasks *row)
{
	bool is_found = strcmp(row->kind, "erasure.second_copy") == 0 ||
	    strcmp(row->kind, "erasure.look") == 0;

	if (strcmp(row->kind, "mail.dead") == 0)
		return "/mail";
	if (strcmp(row->kind, "notice.late") == 0)
		return "/notices";
	if (strcmp(row->kind, "quarantine.late") == 0)
		return "/notices?state=held";
	if (strcmp(row->kind, "bulk.to_decide") == 0)
		return "/lists/bulk";
	if (row->request_id == 0)
		return !is_found || row->erasure_id == 0 ? NULL :
		    arena_printf(c->arena, "/erasures/%" PRIu64 "/task",
		    row->erasure_id);
	return arena_printf(c->arena, "/requests/%" PRIu64 "%s",
	    row->request_id, is_found ? "/task" : "");
}

/* What is settled by having been looked at. */
static bool
is_to_read(const struct q_office_tasks *row)
{
	static const char *const kinds[] = { "erasure.nobody",
	    "erasure.no_address", "quarantine.late", "notice.late",
	    "export.failed", "merge.too_big", "ledger.bad_mac",
	    "ledger.foreign_key", "ledger.gap", "site.restored" };
	size_t i;

	for (i = 0; i < LENGTH(kinds); i++)
		if (strcmp(row->kind, kinds[i]) == 0)
			return true;
	return false;
}

static json_t *
tasks_view(struct ctx *c, const struct q_office_tasks *rows, size_t n)
{
	json_t *list = json_array(), *item;
	bool is_late;
	size_t i;

	for (i = 0; i < n; i++) {
		item = json_pack("{s:o, s:s?, s:s, s:s}", "settle",
		    !is_to_read(&rows[i]) ? json_null() : page_csrf(c,
		    "/tasks/:id", arena_printf(c->arena, "/tasks/%" PRIu64,
		    rows[i].id)), "url", task_url(c, &rows[i]), "title",
		    task_title(c, rows[i].kind), "text",
		    page_date_time(c, rows[i].created_us));
		is_late = rows[i].due_day.y != 0 &&
		    day_compare(rows[i].due_day, day_of(c->now_us)) < 0;
		page_state(item, is_late ? _("late") : _("to do"),
		    is_late ? MOOD_BAD : MOOD_WARN);
		json_array_append_new(list, item);
	}
	return list;
}

enum err
dashboard_tasks(struct ctx *c, json_t **ret_list)
{
	struct q_office_tasks *rows;
	size_t n;
	enum err e;

	if (!auth_office_sees_all(c)) {
		if ((ROLE_BIT(c->caller.role) & CONTACTS_CROSSERS) != 0)
			return contacts_crossings_told(c, ret_list);
		*ret_list = json_array();
		return ERR_OK;
	}
	if ((e = q_office_tasks(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	*ret_list = tasks_view(c, rows, n);
	return ERR_OK;
}

struct settling {
	struct ctx *c;
	uint64_t id;
};

static enum err
settle_in_tx(struct db *db, void *arg)
{
	const struct settling *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "task.settled",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "task", .object_id = k->id, .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_office_task_settle(db, c->now_us, c->caller.staff_id,
	    k->id, &n)) != ERR_OK || n == 0)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
office_settle(struct ctx *c)
{
	struct settling k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.id)) != ERR_OK ||
	    (e = ctx_tx(c, settle_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/");
}

enum err
office_health(struct ctx *c)
{
	return page_json(c, 200, json_pack("{s:s}", "status", "alive"));
}

enum err
office_ready(struct ctx *c)
{
	enum err e;

	if ((e = db_check_health(c->db)) != ERR_OK ||
	    (e = db_check_schema(c->db, DB_SCHEMA_VERSION)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:s}", "status", "ready"));
}
