/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The first page: what needs this colleague now, by role and within the silo,
 * and whether the machinery is well.
 * Law: GDPR 5(1)(e), 12(3), 24, 32.
 */
#include "office/dashboard.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "export/export_office.h"
#include "export/export_staff.h"
#include "import/import_office.h"
#include "lists/lists_bulk_office.h"
#include "office/audit_check.h"
#include "rights/rights_office.h"

#define LOG_AGE_US	(2 * MINUTE_US)	/* the keeper takes lines in each second */
#define SOON_DAYS	7
#define RECENT_US	(7 * DAY_US)	/* of an import with rejected rows */
#define INACTIVE_MONTHS	36		/* BT5 */
#define INACTIVE_URL	"/contacts?f=last.before.1095d&order=last"
#define INACTIVE_MOST	20	/* it then says "more than 20" */
#define INACTIVE_LOOKS	400		/* rows looked at for them */

/* What the statements said; what is not for this role stays 0. */
struct needs {
	struct ctx *c;
	uint64_t requests;
	uint64_t late;
	struct day first_day;		/* when the next answer is due */
	uint64_t given;			/* requests that this colleague answers */
	struct day given_day;		/* when the first of them is due */
	uint64_t exports;
	uint64_t askings;		/* exports of others that wait for a word */
	uint64_t imports_checked;
	uint64_t imports_rejected;
	uint64_t erasures;
	uint64_t tasks;
	uint64_t mails_dead;
	uint64_t mails_waiting;
	uint64_t staff_active;
	uint64_t staff_invited;
	uint64_t inactive;
	bool is_inactive_cut;		/* there may be more */
	const struct q_statistics_today *today;	/* of the whole site */
	size_t n_today;
};

bool
office_is_among(const struct ctx *c, unsigned roles)
{
	return (roles & ROLE_BIT(c->caller.role)) != 0;
}

bool
dashboard_is_site_wide(const struct ctx *c)
{
	return auth_office_sees_all(c) || !office_is_among(c, OFFICE_PEOPLE);
}

static void
take(struct needs *k, const struct q_office_needs *row)
{
	const struct { const char *name; uint64_t *n; } places[] = {
		{ "requests", &k->requests }, { "given", &k->given },
		{ "exports", &k->exports },
		{ "askings", &k->askings },
		{ "imports_checked", &k->imports_checked },
		{ "imports_rejected", &k->imports_rejected },
		{ "erasures", &k->erasures }, { "tasks", &k->tasks },
		{ "mails_dead", &k->mails_dead },
		{ "mails_waiting", &k->mails_waiting },
		{ "staff_active", &k->staff_active },
		{ "staff_invited", &k->staff_invited },
	};
	size_t i;

	for (i = 0; i < LENGTH(places); i++)
		if (strcmp(row->name, places[i].name) == 0)
			*places[i].n = row->n;
	if (strcmp(row->name, "requests") == 0) {
		k->late = row->late;
		k->first_day = row->day;
	} else if (strcmp(row->name, "given") == 0)
		k->given_day = row->day;
}

static enum err
load_inactive(struct needs *k)
{
	struct q_office_inactive *rows;
	struct ctx *c = k->c;
	size_t n;
	enum err e;

	if ((e = q_office_inactive(c->db, c->arena, day_start_us(
	    day_add_months(day_of(c->now_us), -INACTIVE_MONTHS)),
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    INACTIVE_MOST + 1, INACTIVE_LOOKS, &rows, &n)) != ERR_OK)
		return e;
	k->is_inactive_cut = n > INACTIVE_MOST || db_was_cut(c->db);
	k->inactive = n > INACTIVE_MOST ? INACTIVE_MOST : n;
	return ERR_OK;
}

static enum err
load_today(struct needs *k)
{
	struct q_statistics_today *rows;
	enum err e;

	if ((e = q_statistics_today(k->c->db, k->c->arena, &rows,
	    &k->n_today)) == ERR_OK)
		k->today = rows;
	return e;
}

static enum err
load(struct needs *k)
{
	struct q_office_needs *rows;
	struct ctx *c = k->c;
	size_t i, n;
	enum err e;

	if ((e = q_office_needs(c->db, c->arena, day_of(c->now_us),
	    dashboard_is_site_wide(c), c->caller.staff_id, c->caller.team_id,
	    c->now_us - RECENT_US, c->now_us, export_decides_all(
	    role_choices[c->caller.role].value), &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		take(k, &rows[i]);
	if (office_is_among(c, OFFICE_PEOPLE) &&
	    (e = load_inactive(k)) != ERR_OK)
		return e;
	return dashboard_is_site_wide(c) ? load_today(k) : ERR_OK;
}

/* Consents of the whole site that are near their end. */
static uint64_t
ending(const struct needs *k)
{
	size_t i;

	for (i = 0; i < k->n_today; i++)
		if (strcmp(k->today[i].name, "ending") == 0)
			return k->today[i].n;
	return 0;
}

static const char *
number(struct ctx *c, uint64_t n)
{
	return arena_printf(c->arena, "%" PRIu64, n);
}

static void
add_figure(json_t *list, const char *value, const char *label,
    const char *text, const char *url)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}",
	    "value", value, "label", label, "text", text, "url", url));
}

static void
add_site_figures(const struct needs *k, json_t *list)
{
	struct ctx *c = k->c;

	if (dashboard_is_site_wide(c) && office_is_among(c, OFFICE_CASES))
		add_figure(list, number(c, k->erasures),
		    _("Erasures under way"),
		    _("each ends with a signed receipt"), NULL);
	if (auth_office_sees_all(c))
		add_figure(list, number(c, k->tasks), _("Open tasks"),
		    k->tasks == 0 ? _("nothing to settle") :
		    _("to be settled by a colleague"), NULL);
	if (office_is_among(c, OFFICE_MAIL))
		add_figure(list, number(c, k->mails_waiting),
		    _("Mails waiting"), k->mails_dead == 0 ?
		    _("no failure") : words_count(c->arena, c->lang,
		    "{n} could not be delivered",
		    "{n} could not be delivered", k->mails_dead), "/mail");
	if (office_is_among(c, OFFICE_STAFF))
		add_figure(list, number(c, k->staff_active), _("Colleagues"),
		    k->staff_invited == 0 ? _("nobody is invited") :
		    words_count(c->arena, c->lang, "{n} is invited",
		    "{n} are invited", k->staff_invited), "/staff");
}

static json_t *
figures_view(const struct needs *k)
{
	struct ctx *c = k->c;
	json_t *list = json_array();

	if (office_is_among(c, OFFICE_CASES))
		add_figure(list, number(c, k->requests), _("Open requests"),
		    k->late == 0 ? _("none is late") : words_count(c->arena,
		    c->lang, "{n} is late", "{n} are late", k->late),
		    "/requests");
	if (office_is_among(c, OFFICE_PEOPLE))
		add_figure(list, k->is_inactive_cut && k->inactive ==
		    INACTIVE_MOST ? _("more than 20") : number(c, k->inactive),
		    _("Inactive contacts"), k->is_inactive_cut &&
		    k->inactive < INACTIVE_MOST ?
		    _("not all were looked at: see the list") :
		    _("nothing from them for three years"), INACTIVE_URL);
	if (office_is_among(c, EXPORT_TAKERS))
		add_figure(list, number(c, k->exports), _("Your exports"),
		    k->exports == 0 ? _("none waits for you") :
		    _("ready and not taken yet"), "/exports");
	add_site_figures(k, list);
	return list;
}

static void
add_need(json_t *list, const char *title, const char *text, const char *url,
    bool is_bad)
{
	json_t *item = json_pack("{s:s, s:s, s:s}", "title", title, "text",
	    text, "url", url);

	json_object_set_new(item, "icon", json_string(is_bad ? "i-warn" :
	    "i-info"));
	json_array_append_new(list, item);
}

static void
add_request_needs(const struct needs *k, json_t *list)
{
	struct ctx *c = k->c;
	struct day soon = day_add_days(day_of(c->now_us), SOON_DAYS);

	if (k->late > 0)
		add_need(list, words_count(c->arena, c->lang,
		    "{n} request is past its legal limit",
		    "{n} requests are past their legal limit", k->late),
		    _("Answer, or tell the person why it takes longer."),
		    "/requests", true);
	else if (k->requests > 0 && day_compare(k->first_day, soon) <= 0)
		add_need(list, _("A request is due within a week"),
		    page_day(c, k->first_day), "/requests", true);
	if (k->given > 0)
		add_need(list, words_count(c->arena, c->lang,
		    "{n} request was given to you",
		    "{n} requests were given to you", k->given),
		    arena_printf(c->arena, "%s %s", _("The first answer is due on"),
		    page_day(c, k->given_day)), "/requests?mine=yes", false);
}

static void
add_file_needs(const struct needs *k, json_t *list)
{
	struct ctx *c = k->c;

	if (k->imports_checked > 0)
		add_need(list, words_count(c->arena, c->lang,
		    "{n} import of yours waits for its start",
		    "{n} imports of yours wait for their start",
		    k->imports_checked),
		    _("Its trial is over: look at what it would do."),
		    "/imports", false);
	if (k->imports_rejected > 0)
		add_need(list, words_count(c->arena, c->lang,
		    "{n} import of yours has rejected rows",
		    "{n} imports of yours have rejected rows",
		    k->imports_rejected),
		    _("Take the rejected rows, correct them, bring them again."),
		    "/imports", false);
	if (k->exports > 0)
		add_need(list, words_count(c->arena, c->lang,
		    "{n} export of yours is ready",
		    "{n} exports of yours are ready", k->exports),
		    _("It is destroyed a day after it was asked for."),
		    "/exports", false);
}

static json_t *
needs_view(const struct needs *k)
{
	struct ctx *c = k->c;
	json_t *list = json_array();

	if (office_is_among(c, OFFICE_CASES))
		add_request_needs(k, list);
	if (k->mails_dead > 0 && office_is_among(c, OFFICE_MAIL))
		add_need(list, words_count(c->arena, c->lang,
		    "{n} mail could not be delivered",
		    "{n} mails could not be delivered", k->mails_dead),
		    _("Reach these people in another way."),
		    "/mail?state=failed", true);
	if (k->askings > 0 && office_is_among(c, EXPORT_DECIDERS))
		add_need(list, words_count(c->arena, c->lang,
		    "{n} export waits for you to agree",
		    "{n} exports wait for you to agree", k->askings),
		    _("A colleague asked for more contacts than one takes out alone."),
		    "/exports/asked", false);
	add_file_needs(k, list);
	if (ending(k) > 0 && auth_office_sees_all(c))
		add_need(list, words_count(c->arena, c->lang,
		    "{n} consent ends within three months, or has ended",
		    "{n} consents end within three months, or have ended",
		    ending(k)), _("Ask these people again, or let it end."),
		    "/contacts?f=ends.is.any.any.90d", false);
	if (k->inactive > 0)
		add_need(list, _("Contacts have not come to us for three years"),
		    _("Ask them whether they stay, or let them go."),
		    INACTIVE_URL, false);
	if (k->staff_invited > 0 && office_is_among(c, OFFICE_ACCOUNTS))
		add_need(list, words_count(c->arena, c->lang,
		    "{n} invited colleague has not joined yet",
		    "{n} invited colleagues have not joined yet",
		    k->staff_invited), _("Send the invitation again, or take it back."),
		    "/staff", false);
	return list;
}

static enum err
due_view(struct ctx *c, json_t **ret_list)
{
	struct q_office_due *rows;
	json_t *list, *item;
	size_t i, n;
	enum err e;

	if (!office_is_among(c, OFFICE_CASES)) {
		*ret_list = json_null();
		return ERR_OK;
	}
	if ((e = q_office_due(c->db, c->arena, rights_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
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
	*ret_list = json_pack("{s:b, s:o}", "has_due", n > 0, "due", list);
	return ERR_OK;
}

static json_t *
check_item(bool is_ok, const char *label, const char *text)
{
	return json_pack("{s:b, s:b, s:s, s:s}", "ok", is_ok, "none", false,
	    "label", label, "text", text);
}

static enum err
checks_view(const struct needs *k, json_t **ret_list)
{
	struct q_office_log log = { 0 };
	struct ctx *c = k->c;
	struct audit_found found = { .text = "" };
	bool has_check = office_is_among(c, OFFICE_AUDIT);
	json_t *list, *item;
	enum err e;

	e = q_office_log(c->db, c->arena, c->now_us - LOG_AGE_US, &log);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (has_check && (e = audit_check_last(c, &found)) !=
	    ERR_OK)
		return e;
	list = json_array();
	json_array_append_new(list, check_item(log.signed_us != 0 &&
	    log.waiting == 0, _("Signed log"), log.waiting != 0 ?
	    words_count(c->arena, c->lang, "{n} line waits for its place",
	    "{n} lines wait for their place", log.waiting) :
	    log.signed_us == 0 ? _("no head has been signed yet") : arena_printf(
	    c->arena, "%s %s", _("last signed"), page_date_time(c,
	    log.signed_us))));
	if (has_check) {
		item = check_item(found.is_ok, _("Last check of the log"),
		    found.text);
		json_object_set_new(item, "none", json_boolean(!found.is_known));
		json_array_append_new(list, item);
	}
	if (office_is_among(c, OFFICE_MAIL))
		json_array_append_new(list, check_item(k->mails_dead == 0,
		    _("Mail"), k->mails_dead == 0 ? _("no failure") :
		    words_count(c->arena, c->lang,
		    "{n} could not be delivered",
		    "{n} could not be delivered", k->mails_dead)));
	if (office_is_among(c, OFFICE_CASES))
		json_array_append_new(list, check_item(k->late == 0,
		    _("Answers in time"), k->late == 0 ? _("none is late") :
		    words_count(c->arena, c->lang, "{n} is late",
		    "{n} are late", k->late)));
	*ret_list = list;
	return ERR_OK;
}

enum err
office_home(struct ctx *c)
{
	struct needs k = { .c = c };
	json_t *view, *checks, *tasks, *charts, *cases, *needs, *given;
	enum err e;

	if ((e = load(&k)) != ERR_OK ||
	    (e = due_view(c, &cases)) != ERR_OK ||
	    (e = lists_given_view(c, &given)) != ERR_OK ||
	    (e = dashboard_tasks(c, &tasks)) != ERR_OK ||
	    (e = checks_view(&k, &checks)) != ERR_OK ||
	    (e = dashboard_charts(c, k.today, k.n_today, &charts)) != ERR_OK)
		return e;
	needs = needs_view(&k);
	view = page_view(c, _("Dashboard"));
	json_object_set_new(view, "figures", figures_view(&k));
	json_object_set_new(view, "has_needs", json_boolean(
	    json_array_size(needs) > 0));
	json_object_set_new(view, "needs", needs);
	json_object_set_new(view, "cases", cases);
	json_object_set_new(view, "has_tasks", json_boolean(
	    json_array_size(tasks) > 0));
	json_object_set_new(view, "tasks", tasks);
	json_object_set_new(view, "has_given", json_boolean(json_array_size(
	    given) > 0));
	json_object_set_new(view, "given", given);
	json_object_set_new(view, "checks", checks);
	json_object_set_new(view, "charts", charts);
	return page(c, "office/dashboard.html", view);
}
