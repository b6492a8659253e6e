/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking for an export: of one record, or of the people of a snapshot; in
 * which columns and order, why, and no more than a day's budget.
 * Law: GDPR 4(5), 5(1)(c), 5(1)(f), 18(2), 32.
 */
#include "export/export_office.h"

#include <assert.h>
#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "export/export_staff.h"
#include "ledger/ledger.h"

#define ORDER_MAX 2400	/* staff_export.columns */

static const struct field_choice formats[] = {
	{ "csv", N_("CSV, for any program") }, { "xlsx", N_("Excel (XLSX)") },
	{ "json", N_("JSON, for programmers") }, { NULL, NULL }
};

/* As contacts_reason() says them to the person. */
static const struct field_choice reasons[] = {
	{ "case", N_("to answer a request") },
	{ "order", N_("to follow an order") },
	{ "mailing", N_("to prepare a mailing") },
	{ "report", N_("for a report") },
	{ "check", N_("to check the data") },
	{ NULL, NULL }
};

/* The columns' own fields are drawn in the order that "order" says. */
#define FIRST_COLUMN 7
const struct field export_office_fields[] = {
	{ .name = "format", .type = F_CHOICE, .need = true, .has_radios = true,
	  .label = N_("Format"), .choices = formats },
	{ .name = "reason", .type = F_CHOICE, .need = true,
	  .label = N_("Reason"), .choices = reasons,
	  .hint = N_("Everybody in the file can see that they were exported, and why.") },
	{ .name = "words", .type = F_LINES, .max = EXPORT_WORDS_MAX,
	  .label = N_("What the file is for"),
	  .hint = N_("For the colleague who has to agree, where one has to. No names of people.") },
	{ .name = "pseudonymised", .type = F_FLAG, .label = N_("Pseudonymise"),
	  .hint = N_("No name, address or number: a pseudonym of this export, the region, the month.") },
	{ .name = "contact", .type = F_ID },
	{ .name = "snapshot", .type = F_ID },
	{ .name = "order", .type = F_HIDDEN, .need = true, .max = ORDER_MAX },
	{ .name = "reference", .type = F_FLAG },
	{ .name = "given_name", .type = F_FLAG },
	{ .name = "family_name", .type = F_FLAG },
	{ .name = "email", .type = F_FLAG },
	{ .name = "phone", .type = F_FLAG },
	{ .name = "street", .type = F_FLAG },
	{ .name = "postcode", .type = F_FLAG },
	{ .name = "city", .type = F_FLAG },
	{ .name = "country", .type = F_FLAG },
	{ .name = "language", .type = F_FLAG },
	{ .name = "kind", .type = F_FLAG },
	{ .name = "team", .type = F_FLAG },
	{ .name = "source", .type = F_FLAG },
	{ .name = "basis", .type = F_FLAG },
	{ .name = "collected_on", .type = F_FLAG },
	{ .name = "last_contact_on", .type = F_FLAG },
	{ .name = "other_emails", .type = F_FLAG },
	{ .name = "other_phones", .type = F_FLAG },
	{ .name = "organisation", .type = F_FLAG },
	{ .name = "job_title", .type = F_FLAG },
	{ .name = "member_since", .type = F_FLAG },
	{ .name = NULL }
};
static_assert(LENGTH(export_office_fields) == FIRST_COLUMN + COLUMN__MAX + 1,
    "a field for each column");

/* Why one is not taken. */
enum lack { LACKS_NOTHING, LACKS_BUDGET, LACKS_WORDS, LACKS_SECOND };

/* An export about to be asked for. */
struct asking {
	struct ctx *c;
	uint64_t contact_id;	/* 0: of a snapshot */
	uint64_t snapshot_id;
	const char *name;	/* of the contact */
	bool is_restricted;
	bool is_quarantined;
	uint64_t total;
	struct custom_fields own;
	struct field fields[LENGTH(export_office_fields) + CUSTOM_FIELDS_MAX];
	struct export_choice order;	/* all columns, as they are drawn */
	struct export_choice choice;	/* those that are ticked */
	uint64_t spent;			/* of today's budget, before this */
	uint64_t taken;			/* of that, without a second person */
	uint64_t alone;			/* what may be taken so in a day */
	enum lack lack;
	uint64_t id;
};

static const char *
role_of(const struct ctx *c)
{
	return role_choices[c->caller.role].value;
}

/* Of whom: somebody else's snapshot and a record of another silo are none. */
static enum err
load_source(struct asking *k)
{
	struct ctx *c = k->c;
	struct q_export_staff_snapshot list;
	struct q_people_one one;
	struct q_people_brought brought;
	struct q_contacts_load r;
	enum err e;

	if ((k->contact_id == 0) == (k->snapshot_id == 0))
		return ERR_NOTFOUND;
	if (k->contact_id == 0) {
		if ((e = q_export_staff_snapshot(c->db, c->arena,
		    k->snapshot_id, c->caller.staff_id, c->now_us, &list)) !=
		    ERR_OK)
			return e;
		k->total = list.n;
		return text_equal(list.state, "ready") ? ERR_OK :
		    ERR_CONFLICT;
	}
	if ((e = q_people_one(c->db, c->arena, k->contact_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, k->contact_id, &r)) !=
	    ERR_OK)
		return e;
	k->name = contacts_name(c, &r);
	if ((e = q_people_brought(c->db, c->arena, k->contact_id,
	    &brought)) != ERR_OK)
		return e;
	k->is_restricted = r.restriction != NULL;
	k->is_quarantined = brought.quarantined_us != 0;
	k->total = 1;
	return ERR_OK;
}

/* The form's fields, with one for each custom field that can be a column. */
static enum err
declare(struct asking *k)
{
	struct ctx *c = k->c;
	const struct custom_field *f;
	size_t i, n = LENGTH(export_office_fields) - 1;
	enum err e;

	if ((e = custom_fields_load(c->db, c->arena, c->lang, &k->own)) !=
	    ERR_OK)
		return e;
	memcpy(k->fields, export_office_fields, sizeof(export_office_fields));
	for (i = 0; i < k->own.n; i++) {
		f = &k->own.list[i];
		if (export_may_take(f) && n + 1 < LENGTH(k->fields))
			k->fields[n++] = (struct field){ .name = f->input,
			    .type = F_FLAG };
	}
	k->fields[n] = (struct field){ .name = NULL };
	return ERR_OK;
}

/* The custom field of a column; NULL: none, or one that cannot be taken. */
static const struct custom_field *
own_of(const struct asking *k, const char *code)
{
	const struct custom_field *f = custom_find(&k->own, code +
	    strlen(EXPORT_OWN_PREFIX));

	return f != NULL && export_may_take(f) ? f : NULL;
}

/* That of a column of the order, which has none that cannot be taken. */
static const struct custom_field *
listed_own(const struct asking *k, size_t i)
{
	const struct custom_field *f = own_of(k, k->order.own[i]);

	assert(f != NULL);
	return f;
}

/* The columns that the order lacks follow in their own order; of custom
 * fields only those that there are. */
static void
add_others(struct asking *k)
{
	struct export_choice *order = &k->order;
	const struct custom_field *f;
	size_t i, n = 0;

	for (i = 0; i < order->n_own; i++)
		if (own_of(k, order->own[i]) != NULL)
			order->own[n++] = order->own[i];
	order->n_own = n;
	for (i = 0; i < COLUMN__MAX; i++)
		if (export_choice_add(order, export_columns[i].code) !=
		    ERR_OK)
			continue;
	for (i = 0; i < k->own.n; i++) {
		f = &k->own.list[i];
		if (export_may_take(f) && export_choice_add(order,
		    arena_printf(k->c->arena, EXPORT_OWN_PREFIX "%s",
		    f->code)) != ERR_OK)
			continue;
	}
}

static json_t *
columns_view(struct asking *k)
{
	json_t *list = json_array();
	struct ctx *c = k->c;
	const struct column_row *row;
	const struct custom_field *f;
	size_t i;

	for (i = 0; i < k->order.n; i++) {
		row = &export_columns[k->order.list[i]];
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}",
		    "name", row->code, "label", _(row->label), "selected",
		    form_input(&c->form, row->code)->number == 1,
		    "is_hidden", row->nature == COLUMN_SAYS_WHO));
	}
	for (i = 0; i < k->order.n_own; i++) {
		f = listed_own(k, i);
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}",
		    "name", f->input, "label", f->label, "selected",
		    form_input(&c->form, f->input)->number == 1, "is_hidden",
		    true));
	}
	return list;
}

static const char *
left_text(struct asking *k)
{
	uint64_t most = export_staff_rows(role_of(k->c));
	struct ctx *c = k->c;

	return most == UINT64_MAX ? _("Your exports have no daily limit.") :
	    words_count(c->arena, c->lang,
	    "{n} contact is left to you today.",
	    "{n} contacts are left to you today.", most > k->spent ?
	    most - k->spent : 0);
}

static json_t *
id_or_null(struct ctx *c, uint64_t id)
{
	return id == 0 ? json_null() : json_string(arena_printf(c->arena,
	    "%" PRIu64, id));
}

static enum err
load_spent(struct db *db, struct asking *k)
{
	struct ctx *c = k->c;
	struct q_export_staff_spent row;
	struct q_export_staff_alone alone;
	enum err e;

	if ((e = q_export_staff_spent(db, c->arena, c->caller.staff_id,
	    day_start_us(day_of(c->now_us)), &row)) != ERR_OK ||
	    (e = q_export_staff_alone(db, c->arena, &alone)) != ERR_OK)
		return e;
	k->spent = row.n;
	k->taken = row.alone;
	k->alone = alone.n;
	return ERR_OK;
}

static const char *
second_text(struct asking *k)
{
	struct ctx *c = k->c;

	if (export_needs_second(k->taken, k->total, k->alone))
		return _("So many are taken out by two: a colleague has to agree first. Say what the file is for.");
	return words_count(c->arena, c->lang,
	    "More than {n} contact in a day needs a colleague who agrees.",
	    "More than {n} contacts in a day need a colleague who agrees.",
	    k->alone);
}

static enum err
draw(struct asking *k, enum err why)
{
	struct ctx *c = k->c;
	json_t *view, *form;
	enum err e;

	if ((e = load_spent(c->db, k)) != ERR_OK)
		return e;
	view = page_view(c, _("Export contacts"));
	page_form(c, view, "/exports", "/exports", &c->form);
	form = json_object_get(view, "form");
	json_object_set_new(form, "columns", columns_view(k));
	json_object_set_new(form, "order", json_string(export_choice_write(
	    c->arena, &k->order)));
	json_object_set_new(form, "contact", id_or_null(c, k->contact_id));
	json_object_set_new(form, "snapshot", id_or_null(c, k->snapshot_id));
	json_object_set_new(view, "who", json_string(k->name != NULL ?
	    k->name : words_count(c->arena, c->lang, "{n} contact",
	    "{n} contacts", k->total)));
	json_object_set_new(view, "left", json_string(left_text(k)));
	json_object_set_new(view, "second", json_string(second_text(k)));
	json_object_set_new(view, "hours", json_integer(EXPORT_STAFF_HOURS));
	json_object_set_new(view, "back_url", json_string(k->contact_id == 0 ?
	    "/contacts" : arena_printf(c->arena, "/contacts/%" PRIu64,
	    k->contact_id)));
	return why == ERR_OK ? page(c, "office/export_new.html", view) :
	    page_form_again(c, why, "office/export_new.html", view);
}

static enum err
read_id(struct ctx *c, const char *name, uint64_t *ret_id)
{
	const struct param *p = params_find(&c->query, name);

	if (p == NULL)
		return ERR_OK;
	return parse_u64(p->value, ret_id) == ERR_OK ? ERR_OK : ERR_NOTFOUND;
}

enum err
export_office_new(struct ctx *c)
{
	struct asking k = { .c = c };
	const struct param *columns = params_find(&c->query, "columns");
	size_t i, n, n_own;
	enum err e;

	if ((e = read_id(c, "contact", &k.contact_id)) != ERR_OK ||
	    (e = read_id(c, "snapshot", &k.snapshot_id)) != ERR_OK)
		return e;
	if (k.contact_id == 0 && k.snapshot_id == 0)
		return page_redirect(c, "/exports");	/* of nothing */
	if ((e = load_source(&k)) != ERR_OK || (e = declare(&k)) != ERR_OK)
		return e;
	if (columns != NULL && export_choice_read(c->arena, columns->value,
	    &k.order) != ERR_OK)
		return ERR_NOTFOUND;
	form_blank(c, k.fields, &c->form);
	form_set(&c->form, "format", "csv");
	n = k.order.n;
	n_own = k.order.n_own;
	add_others(&k);
	for (i = 0; i < n_own && i < k.order.n_own; i++)
		form_input(&c->form, listed_own(&k, i)->input)->
		    number = 1;
	for (i = 0; i < k.order.n; i++)
		form_input(&c->form, export_columns[k.order.list[i]].code)->
		    number = n == 0 ? export_columns[k.order.list[i]].is_usual
		    : i < n;
	return draw(&k, ERR_OK);
}

/* ---- the form comes back */

static enum err
read_columns(struct asking *k)
{
	const struct form *form = &k->c->form;
	const char *code;
	size_t i;
	enum err e;

	if ((e = export_choice_read(k->c->arena, form_value(form, "order"),
	    &k->order)) != ERR_OK)
		return ERR_MALFORMED;
	add_others(k);
	for (i = 0; i < k->order.n_own; i++)
		if (form_input(form, listed_own(k, i)->input)->
		    number == 1)
			k->choice.own[k->choice.n_own++] = k->order.own[i];
	for (i = 0; i < k->order.n; i++) {
		code = export_columns[k->order.list[i]].code;
		if (form_input(form, code)->number == 1)
			k->choice.list[k->choice.n++] = k->order.list[i];
	}
	if (form_input(form, "pseudonymised")->number == 1)
		export_choice_hide(&k->choice);
	return ERR_OK;
}

static void
judge(struct asking *k)
{
	struct ctx *c = k->c;

	if (k->choice.n + k->choice.n_own == 0)
		form_fail_group(&c->form, "f-columns", N_("Columns"),
		    form_input(&c->form, "pseudonymised")->number == 1 ?
		    _("Choose at least one column that does not say who somebody is.") :
		    _("Choose at least one column."));
	else if (k->is_restricted)
		form_fail(&c->form, NULL, _("The use of this record is restricted: it is not exported."));
	else if (k->is_quarantined)
		form_fail(&c->form, NULL, _("This record is in quarantine: it is not exported."));
	else if (k->total == 0)
		form_fail(&c->form, NULL, _("There is nobody to export."));
	if (text_equal(form_value(&c->form, "format"), "xlsx") &&
	    k->total > EXPORT_SHEET_ROWS_MAX)
		form_fail(&c->form, "format", _("A sheet of Excel has no room for so many: choose CSV."));
}

static const char *
detail_of(struct asking *k)
{
	const struct form *form = &k->c->form;
	bool is_hidden = form_input(form, "pseudonymised")->number == 1;

	return arena_printf(k->c->arena, "{\"format\":\"%s\",\"n\":%" PRIu64
	    ",\"pseudonymised\":%s,\"reason\":\"%s\"}", form_value(form,
	    "format"), k->total, is_hidden ? "true" : "false",
	    form_value(form, "reason"));
}

/* ERR_INVALID: with the reason in k->lack. */
static enum err
lacks(struct asking *k, enum lack lack)
{
	k->lack = lack;
	return ERR_INVALID;
}

/* What asks for a second person says what for, to somebody who is there; the
 * list stays as long as that one may take. */
static enum err
prepare_asking(struct db *db, struct asking *k)
{
	struct ctx *c = k->c;
	struct q_export_staff_seconds row;
	enum err e;

	if (*form_value(&c->form, "words") == '\0')
		return lacks(k, LACKS_WORDS);
	if ((e = q_export_staff_seconds(db, c->arena, c->caller.staff_id,
	    &row)) != ERR_OK)
		return e;
	if (row.n == 0)
		return lacks(k, LACKS_SECOND);
	return k->snapshot_id == 0 ? ERR_OK : q_export_staff_keep(db,
	    c->now_us + EXPORT_ASKED_HOURS * HOUR_US, k->snapshot_id, NULL);
}

/* ERR_INVALID: over the budget, or k->lack.  The staff row makes two of them
 * wait. */
static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct asking *k = arg;
	struct ctx *c = k->c;
	struct ledger_audit event = { .verb = "contacts.exported",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "staff_export", .contact_id = k->contact_id,
	    .detail = detail_of(k), .at_us = c->now_us };
	unsigned char mark[EXPORT_MARK_BYTES];
	uint64_t most = export_staff_rows(role_of(c));
	struct q_export_staff_insert row;
	struct q_export_staff_only only;
	bool is_asked;
	enum err e;

	k->lack = LACKS_NOTHING;
	if ((e = q_export_staff_only(db, c->arena, c->caller.staff_id,
	    &only)) != ERR_OK || (e = load_spent(db, k)) != ERR_OK)
		return e;
	if (k->spent > most || k->total > most - k->spent)
		return lacks(k, LACKS_BUDGET);
	is_asked = export_needs_second(k->taken, k->total, k->alone);
	if (is_asked && (e = prepare_asking(db, k)) != ERR_OK)
		return e;
	if (is_asked)
		event.verb = "contacts.export_asked";
	random_fill(mark, sizeof(mark));
	if ((e = q_export_staff_insert(db, c->arena, c->caller.staff_id,
	    k->contact_id, k->snapshot_id, form_value(&c->form, "format"),
	    export_choice_write(c->arena, &k->choice), form_value(&c->form,
	    "reason"), is_asked ? form_value(&c->form, "words") : "",
	    form_input(&c->form, "pseudonymised")->number == 1, is_asked ?
	    "asked" : "waiting", arena_bytes(c->arena, mark, sizeof(mark)),
	    k->total, c->now_us, c->now_us + (is_asked ? EXPORT_ASKED_HOURS :
	    EXPORT_STAFF_HOURS) * HOUR_US, &row)) != ERR_OK)
		return e;
	event.object_id = row.id;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
store(struct asking *k)
{
	struct ctx *c = k->c;
	enum err e;

	if ((e = ctx_tx(c, ask_in_tx, k)) != ERR_OK)
		return e;
	/* of a second press: what the first one asked for */
	return c->result != NULL && parse_u64(c->result, &k->id) == ERR_OK ?
	    ERR_OK : ERR_BUG;
}

static void
say_lack(struct asking *k)
{
	struct ctx *c = k->c;

	switch (k->lack) {
	case LACKS_NOTHING:
		break;
	case LACKS_BUDGET:
		form_fail(&c->form, NULL, arena_printf(c->arena, "%s %s",
		    _("This is more than you may export in a day."),
		    left_text(k)));
		break;
	case LACKS_WORDS:
		form_fail(&c->form, "words", _("Say what the file is for: a colleague has to agree to so many."));
		break;
	case LACKS_SECOND:
		form_fail(&c->form, NULL, _("A second person has to agree to so many, and nobody else here may. Ask for less, or tell the administrator."));
		break;
	}
}

enum err
export_office_ask(struct ctx *c)
{
	struct asking k = { .c = c };
	enum err read, e;

	if ((e = declare(&k)) != ERR_OK)
		return e;
	read = form_read(c, k.fields, &c->form);
	k.contact_id = form_input(&c->form, "contact")->number;
	k.snapshot_id = form_input(&c->form, "snapshot")->number;
	if ((e = load_source(&k)) != ERR_OK ||
	    (e = read_columns(&k)) != ERR_OK)
		return e;
	if (read == ERR_MALFORMED)
		return draw(&k, read);
	judge(&k);
	if (form_has_errors(&c->form))
		return draw(&k, ERR_INVALID);
	e = store(&k);
	if (e == ERR_INVALID && k.lack != LACKS_NOTHING) {
		say_lack(&k);
		return draw(&k, e);
	}
	return e != ERR_OK ? e : page_redirect(c, export_office_path(c, k.id,
	    ""));
}
