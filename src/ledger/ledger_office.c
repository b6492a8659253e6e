/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who did what, newest first, under the last signed head.
 * Law: GDPR 5(2), 32(1)(b).
 */
#include "ledger/ledger_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

#define PER_PAGE 50	/* the statement reads one more */

static const char *
verb_of(struct ctx *c, const char *verb)
{
	static const struct { const char *name, *label; } words[] = {
		{ "clock.accepted", N_("a jump of the clock was accepted") },
		{ "contact.address_changed", N_("address changed") },
		{ "contact.edited", N_("data corrected") },
		{ "erasure.announced", N_("erasure announced") },
		{ "erasure.blocked", N_("erasure stopped by the scan") },
		{ "erasure.erased", N_("erasure done") },
		{ "erasure.intent", N_("erasure asked for") },
		{ "erasure.receipt", N_("receipt of an erasure signed") },
		{ "identity.password_set", N_("password chosen") },
		{ "key.revoked", N_("signing key revoked") },
		{ "package.asked", N_("copy of the data asked for") },
		{ "package.destroyed", N_("copy of the data destroyed") },
		{ "package.ready", N_("copy of the data made") },
		{ "rights.filed", N_("request received") },
		{ "staff.added", N_("colleague added") },
		{ "staff.code_refused", N_("second factor refused") },
		{ "staff.signed_in", N_("signed in") },
		{ "staff.signed_in_by_recovery", N_("signed in with a recovery code") },
		{ "staff.signed_out", N_("signed out") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, verb) == 0)
			return _(words[i].label);
	return verb;
}

static const char *
object_of(struct ctx *c, const char *object)
{
	static const struct { const char *name, *label; } words[] = {
		{ "clock", N_("clock") }, { "contact", N_("record") },
		{ "erasure", N_("erasure") }, { "package", N_("copy") },
		{ "rights_request", N_("request") },
		{ "signing_key", N_("signing key") },
		{ "staff", N_("colleague") }, { "task", N_("task") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, object) == 0)
			return _(words[i].label);
	return object;
}

/* One member of a line's detail, "Role: Auditor". */
static const char *
detail_of(struct ctx *c, const char *name, const char *value)
{
	static const struct { const char *name, *label; } words[] = {
		{ "from", N_("From") }, { "kid", N_("Key") },
		{ "role", N_("Role") }, { "to", N_("To") },
	};
	size_t i;

	if (strcmp(name, "role") == 0)
		value = contacts_role(c, value, NULL);
	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, name) == 0)
			name = _(words[i].label);
	return arena_printf(c->arena, "%s: %s", name, value);
}

/* The JSON of a line's detail in words; "" for an empty one. */
static const char *
why_of(struct ctx *c, const char *detail)
{
	json_t *root = json_loads(detail, 0, NULL), *value;
	const char *name, *why = "", *text;

	json_object_foreach(root, name, value) {
		text = json_is_integer(value) ? arena_printf(c->arena,
		    "%" JSON_INTEGER_FORMAT, json_integer_value(value)) :
		    json_string_value(value);
		why = arena_printf(c->arena, "%s%s%s", why, *why == '\0' ?
		    "" : ", ", detail_of(c, arena_text(c->arena, name),
		    arena_text(c->arena, text == NULL ? "–" : text)));
	}
	json_decref(root);
	return why;
}

static const char *
who_of(struct ctx *c, const struct q_ledger_office_lines *line)
{
	if (strcmp(line->actor, "person") == 0)
		return _("the person");
	if (line->staff == NULL)
		return _("a program");
	return arena_printf(c->arena, "%s, %s", line->staff,
	    contacts_role(c, line->role, NULL));
}

static json_t *
lines_view(struct ctx *c, const struct q_ledger_office_lines *rows, size_t n)
{
	json_t *list = json_array();
	const char *object;
	size_t i;

	for (i = 0; i < n; i++) {
		object = object_of(c, rows[i].object);
		if (rows[i].object_id != 0)
			object = arena_printf(c->arena, "%s %" PRIu64, object,
			    rows[i].object_id);
		if (rows[i].reference != NULL)
			object = arena_printf(c->arena, "%s, %s", object,
			    rows[i].reference);
		json_array_append_new(list, json_pack(
		    "{s:s, s:o, s:s, s:s, s:s, s:s}", "index",
		    arena_printf(c->arena, "%" PRIu64, rows[i].id), "at",
		    page_at(c, rows[i].at_us), "who", who_of(c, &rows[i]),
		    "what", verb_of(c, rows[i].verb), "object", object, "why",
		    why_of(c, rows[i].detail)));
	}
	return list;
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

enum err
ledger_office_list(struct ctx *c)
{
	const struct param *p = params_find(&c->query, "before");
	struct q_ledger_office_lines *rows;
	uint64_t before = INT64_MAX;
	json_t *view, *head;
	size_t n, shown;
	enum err e;

	if (p != NULL && parse_u64(p->value, &before) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = q_ledger_office_lines(c->db, c->arena, before, &rows, &n)) !=
	    ERR_OK || (e = head_view(c, &head)) != ERR_OK)
		return e;
	shown = n > PER_PAGE ? PER_PAGE : n;
	view = page_view(c, _("Audit"));
	json_object_set_new(view, "head", head);
	json_object_set_new(view, "has_lines", json_boolean(n > 0));
	json_object_set_new(view, "lines", lines_view(c, rows, shown));
	json_object_set_new(view, "pages", json_pack("{s:s, s:o, s:o}",
	    "text", words_count(c->arena, c->lang, "{n} entry", "{n} entries",
	    shown), "previous_url", p == NULL ? json_null() :
	    json_string("/audit"), "next_url", n <= shown ? json_null() :
	    json_string(arena_printf(c->arena, "/audit?before=%" PRIu64,
	    rows[shown - 1].id))));
	return page(c, "office/audit_list.html", view);
}
