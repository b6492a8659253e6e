/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who did what, newest first, under the last signed head: all of it, of one
 * kind of thing, of one colleague, or about one person.
 * Law: GDPR 5(2), 32(1)(b).
 */
#include "office/audit.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "office/audit_check.h"
#include "office/office.h"

#define PER_PAGE 50

static enum err
read_id(struct ctx *c, const char *name, uint64_t *ret_id)
{
	const struct param *p = params_find(&c->query, name);

	if (p == NULL || *p->value == '\0')
		return ERR_OK;
	return parse_u64(p->value, ret_id) == ERR_OK ? ERR_OK : ERR_NOTFOUND;
}

enum err
audit_wanted_read(struct ctx *c, struct audit_wanted *w)
{
	const struct param *kind = params_find(&c->query, "kind");
	struct q_ledger_office_staff *staff;
	size_t i;
	enum err e;

	memset(w, 0, sizeof(*w));
	w->c = w->reading.c = c;
	w->before = INT64_MAX;
	for (i = 0; kind != NULL && audit_kinds[i].value != NULL; i++)
		if (strcmp(audit_kinds[i].value, kind->value) == 0)
			w->kind = audit_kinds[i].value;
	if ((e = read_id(c, "before", &w->before)) != ERR_OK ||
	    (e = read_id(c, "staff", &w->staff_id)) != ERR_OK ||
	    /* whose data it is may be asked by who may see people */
	    (office_is_among(c, OFFICE_PEOPLE) &&
	    (e = read_id(c, "contact", &w->contact_id)) != ERR_OK) ||
	    (e = q_ledger_office_staff(c->db, c->arena, &staff,
	    &w->reading.n_staff)) != ERR_OK)
		return e;
	if (w->contact_id != 0) {	/* all that is about one person */
		w->kind = NULL;
		w->staff_id = 0;
	}
	w->reading.staff = staff;
	return ERR_OK;
}

enum err
audit_wanted_load(struct audit_wanted *w, struct arena *a, uint64_t most)
{
	struct q_ledger_office_of *rows;
	enum err e;

	if (w->contact_id == 0)
		return q_ledger_office_lines(w->c->db, a, w->before,
		    w->kind, w->staff_id, most, &w->rows, &w->n);
	if ((e = q_ledger_office_of(w->c->db, a, w->contact_id, w->before,
	    most, &rows, &w->n)) != ERR_OK)
		return e;
	_Static_assert(sizeof(*rows) == sizeof(*w->rows),
	    "both statements have the same columns");
	w->rows = arena_take(a, (w->n + 1) * sizeof(*w->rows));
	memcpy(w->rows, rows, w->n * sizeof(*rows));
	return ERR_OK;
}

const char *
audit_who(struct ctx *c, const struct q_ledger_office_lines *line)
{
	if (strcmp(line->actor, "person") == 0)
		return _("The person");
	if (line->staff == NULL)
		return audit_program(c->lang, line->program);
	return arena_printf(c->arena, "%s (%s)", line->staff,
	    contacts_role(c, line->role, NULL));
}

const char *
audit_thing(struct ctx *c, const struct q_ledger_office_lines *line,
    const char **ret_url)
{
	*ret_url = NULL;
	if (line->case_id != 0) {
		if (office_is_among(c, OFFICE_CASES))
			*ret_url = arena_printf(c->arena, "/requests/%" PRIu64,
			    line->case_id);
		return line->reference;
	}
	if (line->member != NULL) {
		if (office_is_among(c, OFFICE_ACCOUNTS))
			*ret_url = arena_printf(c->arena, "/staff/%" PRIu64,
			    line->object_id);
		return line->member;
	}
	if (line->contact_id == 0 || !office_is_among(c, OFFICE_PEOPLE))
		return NULL;
	*ret_url = arena_printf(c->arena, "/contacts/%" PRIu64,
	    line->contact_id);
	return line->contact;
}

/* The thing itself, with its page for who may open it. */
static json_t *
thing_view(struct ctx *c, const struct q_ledger_office_lines *line)
{
	const char *url, *label = audit_thing(c, line, &url);

	return json_pack("{s:s?, s:s?}", "label", label, "url", url);
}

static json_t *
lines_view(const struct audit_wanted *w, size_t n)
{
	json_t *list = json_array();
	struct ctx *c = w->c;
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
		    "{s:s, s:o, s:s, s:o, s:s}", "index", arena_printf(
		    c->arena, "%" PRIu64, w->rows[i].id), "at", page_at(c,
		    w->rows[i].at_us), "sentence", audit_sentence(c->arena,
		    c->lang, w->rows[i].verb, audit_who(c, &w->rows[i])),
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
filters_view(const struct audit_wanted *w)
{
	json_t *list = json_array(), *people = json_array();
	const struct q_ledger_office_staff *staff = w->reading.staff;
	struct ctx *c = w->c;
	size_t i;

	json_array_append_new(list, option("", _("Everything"),
	    w->kind == NULL));
	for (i = 0; audit_kinds[i].value != NULL; i++)
		json_array_append_new(list, option(audit_kinds[i].value,
		    _(audit_kinds[i].label), text_equal(
		    audit_kinds[i].value, w->kind)));
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

/* The same list at ${path}, from its beginning or after ${before}. */
static const char *
url_of(const struct audit_wanted *w, const char *path, uint64_t before)
{
	struct buf b;

	buf_open(&b, w->c->arena);
	buf_printf(&b, "%s?", path);
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
	struct audit_found found;
	enum err e;

	if ((e = audit_check_last(c, &found)) != ERR_OK)
		return e;
	*ret_view = page_csrf(c, "/audit/verify", "/audit/verify");
	json_object_set_new(*ret_view, "is_ok", json_boolean(found.is_ok));
	json_object_set_new(*ret_view, "none", json_boolean(!found.is_known));
	json_object_set_new(*ret_view, "text", json_string(found.text));
	json_object_set_new(*ret_view, "url", found.url == NULL ?
	    json_null() : json_string(found.url));
	return ERR_OK;
}

enum err
office_audit(struct ctx *c)
{
	struct audit_wanted w;
	json_t *view, *head, *check, *export;
	size_t shown;
	enum err e;

	if ((e = audit_wanted_read(c, &w)) != ERR_OK ||
	    (e = audit_wanted_load(&w, c->arena, PER_PAGE + 1)) != ERR_OK ||
	    (e = head_view(c, &head)) != ERR_OK ||
	    (e = check_view(c, &check)) != ERR_OK)
		return e;
	shown = w.n > PER_PAGE ? PER_PAGE : w.n;
	view = page_view(c, _("Audit"));
	json_object_set_new(view, "head", head);
	json_object_set_new(view, "check", check);
	export = page_csrf(c, "/audit/export", url_of(&w, "/audit/export", 0));
	json_object_set_new(export, "most", json_string(words_count(c->arena,
	    c->lang, "At most {n} entry", "At most the newest {n} entries",
	    AUDIT_EXPORT_MOST)));
	json_object_set_new(view, "export", export);
	json_object_set_new(view, "filters", filters_view(&w));
	json_object_set_new(view, "is_about_one", json_boolean(
	    w.contact_id != 0));
	json_object_set_new(view, "all_url", json_string("/audit"));
	json_object_set_new(view, "has_lines", json_boolean(w.n > 0));
	json_object_set_new(view, "lines", lines_view(&w, shown));
	json_object_set_new(view, "pages", json_pack("{s:s, s:s?, s:s?}",
	    "text", words_count(c->arena, c->lang, "{n} entry", "{n} entries",
	    shown), "previous_url", w.before == INT64_MAX ? NULL :
	    url_of(&w, "/audit", 0), "next_url", w.n <= shown ? NULL : url_of(&w,
	    "/audit", w.rows[shown - 1].id)));
	return page(c, "office/audit_list.html", view);
}
