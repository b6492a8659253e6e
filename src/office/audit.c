/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who did what, newest first, under the last signed head: all of it, of one
 * kind of thing, of one colleague, or about one person.
 * Law: GDPR 5(2), 32(1)(b).
 */
#include "office/office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "office/audit_check.h"
#include "office/audit_words.h"

#define PER_PAGE 50	/* the statements read one more */

static const struct field_choice kinds[] = {
	{ "contact", N_("Records") },
	{ "rights_request", N_("Requests") },
	{ "erasure", N_("Erasures") },
	{ "package", N_("Copies of data") },
	{ "staff_export", N_("Exports") },
	{ "staff", N_("Staff and their access") },
	{ "team", N_("Teams") },
	{ "mail", N_("Mail") },
	{ "signing_key", N_("Signing keys") },
	{ "clock", N_("The clock") },
	{ "ledger_check", N_("Checks of the log") },
	{ "site", N_("The company, and backups put back") },
};

/* What the address asks for. */
struct wanted {
	struct ctx *c;
	struct audit_reading reading;
	const char *kind;	/* NULL: all */
	uint64_t staff_id;	/* 0: all */
	uint64_t contact_id;	/* 0: all */
	uint64_t before;
	struct q_ledger_office_lines *rows;
	size_t n;
};

static enum err
read_id(struct ctx *c, const char *name, uint64_t *ret_id)
{
	const struct param *p = params_find(&c->query, name);

	if (p == NULL || *p->value == '\0')
		return ERR_OK;
	return parse_u64(p->value, ret_id) == ERR_OK ? ERR_OK : ERR_NOTFOUND;
}

static enum err
read_wanted(struct wanted *w)
{
	const struct param *kind = params_find(&w->c->query, "kind");
	size_t i;
	enum err e;

	w->before = INT64_MAX;
	for (i = 0; kind != NULL && i < LENGTH(kinds); i++)
		if (strcmp(kinds[i].value, kind->value) == 0)
			w->kind = kinds[i].value;
	if ((e = read_id(w->c, "before", &w->before)) != ERR_OK ||
	    (e = read_id(w->c, "staff", &w->staff_id)) != ERR_OK)
		return e;
	/* whose data it is may be asked by who may see people */
	if (!office_is_among(w->c, OFFICE_PEOPLE))
		return ERR_OK;
	return read_id(w->c, "contact", &w->contact_id);
}

static enum err
load(struct wanted *w)
{
	struct q_ledger_office_staff *staff;
	struct q_ledger_office_of *rows;
	struct ctx *c = w->c;
	enum err e;

	if ((e = q_ledger_office_staff(c->db, c->arena, &staff,
	    &w->reading.n_staff)) != ERR_OK)
		return e;
	w->reading.staff = staff;
	w->reading.c = c;
	if (w->contact_id == 0)
		return q_ledger_office_lines(c->db, c->arena, w->before,
		    w->kind, w->staff_id, &w->rows, &w->n);
	if ((e = q_ledger_office_of(c->db, c->arena, w->contact_id,
	    w->before, &rows, &w->n)) != ERR_OK)
		return e;
	_Static_assert(sizeof(*rows) == sizeof(*w->rows),
	    "both statements have the same columns");
	w->rows = arena_take(c->arena, (w->n + 1) * sizeof(*w->rows));
	memcpy(w->rows, rows, w->n * sizeof(*rows));
	return ERR_OK;
}

static const char *
who_of(struct ctx *c, const struct q_ledger_office_lines *line)
{
	if (strcmp(line->actor, "person") == 0)
		return _("The person");
	if (line->staff == NULL)
		return audit_program(c->lang, line->program);
	return arena_printf(c->arena, "%s (%s)", line->staff,
	    contacts_role(c, line->role, NULL));
}

/* The thing itself, with its page for who may open it. */
static json_t *
thing_view(struct ctx *c, const struct q_ledger_office_lines *line)
{
	const char *label = NULL, *url = NULL;

	if (line->case_id != 0) {
		label = line->reference;
		if (office_is_among(c, OFFICE_CASES))
			url = arena_printf(c->arena, "/requests/%" PRIu64,
			    line->case_id);
	} else if (line->member != NULL) {
		label = line->member;
		if (office_is_among(c, OFFICE_ACCOUNTS))
			url = arena_printf(c->arena, "/staff/%" PRIu64,
			    line->object_id);
	} else if (line->contact_id != 0 &&
	    office_is_among(c, OFFICE_PEOPLE)) {
		label = line->contact;
		url = arena_printf(c->arena, "/contacts/%" PRIu64,
		    line->contact_id);
	}
	return json_pack("{s:s?, s:s?}", "label", label, "url", url);
}

static json_t *
lines_view(const struct wanted *w, size_t n)
{
	json_t *list = json_array();
	struct ctx *c = w->c;
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
		    "{s:s, s:o, s:s, s:o, s:s}", "index", arena_printf(
		    c->arena, "%" PRIu64, w->rows[i].id), "at", page_at(c,
		    w->rows[i].at_us), "sentence", audit_sentence(c->arena,
		    c->lang, w->rows[i].verb, who_of(c, &w->rows[i])),
		    "thing", thing_view(c, &w->rows[i]), "detail",
		    audit_detail(&w->reading, w->rows[i].detail)));
	return list;
}

static json_t *
option(const char *value, const char *label, bool is_selected)
{
	return json_pack("{s:s, s:s, s:b}", "value", value, "label", label,
	    "selected", is_selected);
}

static json_t *
filters_view(const struct wanted *w)
{
	json_t *list = json_array(), *people = json_array();
	const struct q_ledger_office_staff *staff = w->reading.staff;
	struct ctx *c = w->c;
	size_t i;

	json_array_append_new(list, option("", _("Everything"),
	    w->kind == NULL));
	for (i = 0; i < LENGTH(kinds); i++)
		json_array_append_new(list, option(kinds[i].value,
		    _(kinds[i].label), text_equal(kinds[i].value, w->kind)));
	json_array_append_new(people, option("", _("Everybody"),
	    w->staff_id == 0));
	for (i = 0; i < w->reading.n_staff; i++)
		json_array_append_new(people, option(arena_printf(c->arena,
		    "%" PRIu64, staff[i].id), staff[i].name, staff[i].id ==
		    w->staff_id));
	return json_pack("{s:o, s:o}", "kinds", list, "people", people);
}

static enum err
head_view(struct ctx *c, json_t **ret_head)
{
	struct q_ledger_head_last head;
	enum err e;

	e = q_ledger_head_last(c->db, c->arena, &head);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	*ret_head = e == ERR_NOTFOUND ? json_null() : json_pack(
	    "{s:s, s:s, s:s}", "size", arena_printf(c->arena, "%" PRIu64,
	    head.size), "at", page_date_time(c, head.at_us), "root",
	    hex_write(c->arena, head.root));
	return ERR_OK;
}

/* The same list, from its beginning or after ${before}. */
static const char *
url_of(const struct wanted *w, uint64_t before)
{
	struct buf b;

	buf_open(&b, w->c->arena);
	buf_text(&b, "/audit?");
	if (w->kind != NULL)
		buf_printf(&b, "kind=%s&", w->kind);
	if (w->staff_id != 0)
		buf_printf(&b, "staff=%" PRIu64 "&", w->staff_id);
	if (w->contact_id != 0)
		buf_printf(&b, "contact=%" PRIu64 "&", w->contact_id);
	if (before != 0)
		buf_printf(&b, "before=%" PRIu64 "&", before);
	return arena_textn(w->c->arena, b.ptr, b.len - 1);
}

/* The last check of the log, and the press for another. */
static enum err
check_view(struct ctx *c, json_t **ret_view)
{
	const char *text, *url;
	bool is_ok;
	enum err e;

	if ((e = audit_check_last(c, &is_ok, &text, &url)) != ERR_OK)
		return e;
	*ret_view = page_csrf(c, "/audit/verify", "/audit/verify");
	json_object_set_new(*ret_view, "is_ok", json_boolean(is_ok));
	json_object_set_new(*ret_view, "text", json_string(text));
	json_object_set_new(*ret_view, "url", url == NULL ? json_null() :
	    json_string(url));
	return ERR_OK;
}

enum err
office_audit(struct ctx *c)
{
	struct wanted w = { .c = c };
	json_t *view, *head, *check;
	size_t shown;
	enum err e;

	if ((e = read_wanted(&w)) != ERR_OK || (e = load(&w)) != ERR_OK ||
	    (e = head_view(c, &head)) != ERR_OK ||
	    (e = check_view(c, &check)) != ERR_OK)
		return e;
	shown = w.n > PER_PAGE ? PER_PAGE : w.n;
	view = page_view(c, _("Audit"));
	json_object_set_new(view, "head", head);
	json_object_set_new(view, "check", check);
	json_object_set_new(view, "filters", filters_view(&w));
	json_object_set_new(view, "is_about_one", json_boolean(
	    w.contact_id != 0));
	json_object_set_new(view, "all_url", json_string("/audit"));
	json_object_set_new(view, "has_lines", json_boolean(w.n > 0));
	json_object_set_new(view, "lines", lines_view(&w, shown));
	json_object_set_new(view, "pages", json_pack("{s:s, s:s?, s:s?}",
	    "text", words_count(c->arena, c->lang, "{n} entry", "{n} entries",
	    shown), "previous_url", w.before == INT64_MAX ? NULL :
	    url_of(&w, 0), "next_url", w.n <= shown ? NULL : url_of(&w,
	    w.rows[shown - 1].id)));
	return page(c, "office/audit_list.html", view);
}
