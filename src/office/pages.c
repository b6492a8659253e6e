/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The office's pages that belong to no one subject: what waits for this
 * colleague, and whether we are well.
 * Law: GDPR 12(3), 24, 32.
 */
#include "office/office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "rights/rights_office.h"

#define MONTHS		12
#define LOG_AGE_US	(2 * MINUTE_US)	/* the keeper takes lines in each second */

/* The drawing of the chart, in units of its own. */
#define BAR_STEP	40
#define BAR_WIDTH	26
#define BAR_MARGIN	8
#define BAR_HEIGHT	88
#define BASE_Y		120
#define LABEL_Y		138
#define CHART_HEIGHT	144

bool
office_is_among(const struct ctx *c, unsigned roles)
{
	return (roles & ROLE_BIT(c->caller.role)) != 0;
}

static json_t *
figure(const char *value, const char *label, const char *text,
    const char *url)
{
	json_t *f = json_pack("{s:s, s:s, s:s, s:n}", "value", value,
	    "label", label, "text", text, "url");

	if (url != NULL)
		json_object_set_new(f, "url", json_string(url));
	return f;
}

static const char *
number(struct ctx *c, uint64_t n)
{
	return arena_printf(c->arena, "%" PRIu64, n);
}

static json_t *
figures_view(struct ctx *c, const struct q_office_figures *f)
{
	const char *url = office_is_among(c, OFFICE_CASES) ? "/requests" :
	    NULL;
	json_t *list = json_array();

	json_array_append_new(list, figure(number(c, f->open),
	    _("Open requests"), f->late == 0 ? _("none is late") :
	    words_count(c->arena, c->lang, "{n} is late", "{n} are late",
	    f->late), url));
	json_array_append_new(list, figure(number(c, f->erasures),
	    _("Erasures under way"), _("each ends with a signed receipt"),
	    NULL));
	json_array_append_new(list, figure(number(c, f->tasks),
	    _("Open tasks"), f->tasks == 0 ? _("nothing to settle") :
	    _("to be settled by a colleague"), NULL));
	json_array_append_new(list, figure(number(c, f->mails_waiting),
	    _("Mails waiting"), f->mails_dead == 0 ? _("no failure") :
	    words_count(c->arena, c->lang, "{n} could not be delivered",
	    "{n} could not be delivered", f->mails_dead), NULL));
	return list;
}

static json_t *
due_view(struct ctx *c, const struct q_office_due *rows, size_t n)
{
	json_t *list = json_array(), *item;
	size_t i;

	for (i = 0; i < n; i++) {
		item = json_pack("{s:s, s:s, s:s, s:s, s:s}", "url",
		    arena_printf(c->arena, "/requests/%" PRIu64, rows[i].id),
		    "reference", rows[i].reference, "kind",
		    rights_office_kind(c, rows[i].kind), "target",
		    page_day(c, rows[i].target_day), "legal",
		    page_day(c, rows[i].due_day));
		rights_office_state(c, item, rows[i].state, rows[i].due_day);
		json_array_append_new(list, item);
	}
	return list;
}

static const char *
task_title(struct ctx *c, const char *kind)
{
	static const struct words_label words[] = {
		{ "erasure.second_copy", N_("A second copy was found after an erasure") },
		{ "erasure.intent", N_("An erasure was asked for and not confirmed") },
		{ "erasure.look", N_("Names were found after an erasure: to be looked at") },
		{ "erasure.nobody", N_("An erasure found nobody to erase") },
		{ "erasure.no_address", N_("A receipt has no address to go to") },
		{ "export.failed", N_("A copy of somebody’s data could not be made") },
		{ "ledger.bad_mac", N_("A line of the ledgers is not ours: somebody wrote into the database") },
		{ "ledger.foreign_key", N_("A signing key was slipped into the database") },
		{ "ledger.gap", N_("A line of the ledgers is missing") },
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
	    "erasure.no_address", "export.failed", "ledger.bad_mac",
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

static json_t *
check_item(bool is_ok, const char *label, const char *text)
{
	return json_pack("{s:b, s:s, s:s}", "ok", is_ok, "label", label,
	    "text", text);
}

static enum err
checks_view(struct ctx *c, const struct q_office_figures *f,
    json_t **ret_list)
{
	struct q_ledger_head_last head = { 0 };
	struct q_office_log log = { 0 };
	json_t *list;
	enum err e;

	e = q_office_log(c->db, c->arena, c->now_us - LOG_AGE_US, &log);
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = q_ledger_head_last(c->db, c->arena, &head);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	list = json_array();
	json_array_append_new(list, check_item(e == ERR_OK &&
	    log.waiting == 0, _("Signed log"), log.waiting != 0 ?
	    words_count(c->arena, c->lang, "{n} line waits for its place",
	    "{n} lines wait for their place", log.waiting) : e != ERR_OK ? _("no head has been signed yet") : arena_printf(
	    c->arena, "%s %s", _("last signed"), page_date_time(c,
	    head.at_us))));
	json_array_append_new(list, check_item(f->mails_dead == 0, _("Mail"),
	    f->mails_dead == 0 ? _("no failure") : words_count(c->arena,
	    c->lang, "{n} could not be delivered",
	    "{n} could not be delivered", f->mails_dead)));
	json_array_append_new(list, check_item(f->late == 0,
	    _("Answers in time"), f->late == 0 ? _("none is late") :
	    words_count(c->arena, c->lang, "{n} is late", "{n} are late",
	    f->late)));
	*ret_list = list;
	return ERR_OK;
}

static json_t *
bar_view(struct ctx *c, int i, uint64_t value, uint64_t most)
{
	struct day day = day_of(c->now_us);
	const char *name;
	int x = BAR_MARGIN + i * BAR_STEP, height;

	day.d = 1;
	day = day_add_months(day, i - (MONTHS - 1));
	/* "1 November 2026" without the day */
	name = strchr(page_day(c, day), ' ') + 1;
	height = most == 0 ? 0 : (int)(value * BAR_HEIGHT / most);
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:s, s:I, s:b}",
	    "x", x, "y", BASE_Y - height, "bar_width", BAR_WIDTH, "height",
	    height, "mid_x", x + BAR_WIDTH / 2, "label_y", LABEL_Y, "label",
	    arena_textn(c->arena, name, 1), "label_long", name, "value",
	    (json_int_t)value, "now", i == MONTHS - 1);
}

static json_t *
chart_view(struct ctx *c, const struct q_office_months *rows, size_t n)
{
	struct day today = day_of(c->now_us);
	uint64_t values[MONTHS] = { 0 }, most = 0;
	json_t *bars = json_array();
	int i, width = BAR_MARGIN + MONTHS * BAR_STEP, at;
	size_t j;

	for (j = 0; j < n; j++) {
		at = (int)(rows[j].month / 100) * 12 +
		    (int)(rows[j].month % 100) - today.y * 12 - today.m +
		    MONTHS - 1;
		if (at < 0 || at >= MONTHS)
			continue;
		values[at] = rows[j].requests;
		if (rows[j].requests > most)
			most = rows[j].requests;
	}
	for (i = 0; i < MONTHS; i++)
		json_array_append_new(bars, bar_view(c, i, values[i], most));
	return json_pack("{s:s, s:s, s:i, s:i, s:o}", "title",
	    _("Requests per month"), "view_box", arena_printf(c->arena,
	    "0 0 %d %d", width, CHART_HEIGHT), "width", width, "base_y",
	    BASE_Y, "bars", bars);
}

enum err
office_home(struct ctx *c)
{
	struct day first = day_of(c->now_us);
	struct q_office_figures figures;
	struct q_office_due *due = NULL;
	struct q_office_tasks *tasks = NULL;
	struct q_office_months *months;
	size_t n_due = 0, n_tasks = 0, n_months;
	json_t *view, *checks;
	enum err e;

	first.d = 1;
	first = day_add_months(first, -(MONTHS - 1));
	if ((e = q_office_figures(c->db, c->arena, day_of(c->now_us),
	    &figures)) != ERR_OK ||
	    (office_is_among(c, OFFICE_CASES) && (e = q_office_due(c->db,
	    c->arena, rights_office_sees_all(c), c->caller.staff_id,
	    c->caller.team_id, &due, &n_due)) != ERR_OK) ||
	    (auth_office_sees_all(c) && (e = q_office_tasks(c->db, c->arena,
	    &tasks, &n_tasks)) != ERR_OK) ||
	    (e = q_office_months(c->db, c->arena, day_start_us(first),
	    &months, &n_months)) != ERR_OK ||
	    (e = checks_view(c, &figures, &checks)) != ERR_OK)
		return e;
	view = page_view(c, _("Dashboard"));
	json_object_set_new(view, "figures", figures_view(c, &figures));
	json_object_set_new(view, "has_due", json_boolean(n_due > 0));
	json_object_set_new(view, "due", due_view(c, due, n_due));
	json_object_set_new(view, "has_tasks", json_boolean(n_tasks > 0));
	json_object_set_new(view, "tasks", tasks_view(c, tasks, n_tasks));
	json_object_set_new(view, "checks", checks);
	json_object_set_new(view, "chart", chart_view(c, months, n_months));
	return page(c, "office/dashboard.html", view);
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
