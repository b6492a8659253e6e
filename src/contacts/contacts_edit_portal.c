/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person corrects their record: it changes at once, with history.  A new
 * address is confirmed at the new one and announced to the old one.
 * Law: GDPR 16; FEATURES CS3.
 */
#include "contacts/contacts_portal.h"

#include <inttypes.h>

#include "acting/acting.h"
#include "app/gate.h"
#include "app/page.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts.h"
#include "contacts/contacts_reach_page.h"
#include "contacts/contacts_rules.h"
#include "contacts/contacts_search.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "keys/person.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

#define ADDRESS_HOURS 24	/* how long the confirming link works */

static const struct field_choice languages[] = {
	{ "fr", N_("French") }, { "en", N_("English") }, { NULL, NULL }
};

/* Custom fields come before the version. */
const struct field contacts_portal_data_fields[] = {
	{ .name = "given_name", .type = F_TEXT, .label = N_("First name"),
	  .autocomplete = "given-name" },
	{ .name = "family_name", .type = F_TEXT, .label = N_("Last name"),
	  .autocomplete = "family-name" },
	{ .name = "phone", .type = F_PHONE, .label = N_("Mobile phone"),
	  .autocomplete = "tel" },
	{ .name = "street", .type = F_TEXT, .max = 200,
	  .label = N_("Street and number"),
	  .autocomplete = "address-line1" },
	{ .name = "postcode", .type = F_TEXT, .max = 16,
	  .label = N_("Postcode"), .autocomplete = "postal-code" },
	{ .name = "city", .type = F_TEXT, .label = N_("Town"),
	  .autocomplete = "address-level2" },
	{ .name = "country", .type = F_TEXT, .max = 60,
	  .label = N_("Country"), .hint = N_("Two letters, such as FR."),
	  .autocomplete = "country" },
	{ .name = "language", .type = F_CHOICE, .need = true,
	  .label = N_("Language"), .hint = N_("Of the pages and the messages."),
	  .choices = languages },
	{ .name = "version", .type = F_ID, .need = true },
	{ .name = NULL }
};

#define COLUMNS		(LENGTH(contacts_portal_data_fields) - 2)	/* not the version, not the end */

/* What the person may change, under the version that they saw. */
struct editing {
	struct ctx *c;
	const struct custom_fields *fields;
	struct q_contacts_data *rows;
	size_t n_rows;
	struct custom_value *values;
	size_t n_values;
	size_t n;	/* of the form's fields that are shown */
	struct field form[COLUMNS + CUSTOM_FIELDS_MAX + 2];
	const struct custom_field *custom[COLUMNS + CUSTOM_FIELDS_MAX];
	struct contacts_edit edit;
	uint64_t version;
};

const struct field contacts_portal_address_fields[] = {
	{ .name = "new_email", .type = F_EMAIL, .need = true,
	  .label = N_("New e-mail address"), .autocomplete = "email" },
	{ .name = NULL }
};

/* What this company notes beside the rest; ${is_typed}: as it is in this moment,
 * for what is typed to be checked against. */
static enum err
load_custom(struct editing *k, bool is_typed)
{
	struct ctx *c = k->c;
	struct custom_reading reading = { .keys = c->worker->keys,
	    .contact_id = c->caller.contact_id };
	struct q_custom_values *values = arena_take(c->arena, (k->n_rows + 1) *
	    sizeof(*values));
	struct custom_fields *now = arena_take(c->arena, sizeof(*now));
	const struct q_contacts_data *row;
	size_t n = 0;
	enum err e;

	for (row = k->rows; row < k->rows + k->n_rows; row++)
		if (strcmp(row->what, "custom") == 0)
			values[n++] = (struct q_custom_values){ row->id,
			    row->text, row->number, row->day, row->sealed,
			    row->at_us };
	e = is_typed ? custom_fields_load(c->db, c->arena, c->lang, now) :
	    contacts_rules_fields(c, values, n, &k->fields);
	if (e != ERR_OK)
		return e;
	if (is_typed)
		k->fields = now;
	reading.fields = k->fields;
	return custom_values_open(c->db, c->arena, &reading, values, n,
	    &k->values, &k->n_values);
}

/* The form of this person: custom fields that they may fill, and have been. */
static enum err
begin(struct ctx *c, bool is_typed, struct editing *k)
{
	const struct custom_field *f;
	size_t i;
	enum err e;

	k->c = c;
	if ((e = q_contacts_data(c->db, c->arena, c->caller.contact_id,
	    &k->rows, &k->n_rows)) != ERR_OK ||
	    (e = load_custom(k, is_typed)) != ERR_OK)
		return e;
	memcpy(k->form, contacts_portal_data_fields,
	    COLUMNS * sizeof(k->form[0]));
	k->n = COLUMNS;
	for (i = 0; i < k->fields->n && k->n < COLUMNS + CUSTOM_FIELDS_MAX;
	    i++) {
		f = &k->fields->list[i];
		if (!f->is_editable || (f->state != CUSTOM_OPEN &&
		    params_find(&c->body, f->input) == NULL))
			continue;
		k->custom[k->n] = f;
		k->form[k->n++] = custom_input(f);
	}
	memcpy(&k->form[k->n], &contacts_portal_data_fields[COLUMNS],
	    2 * sizeof(k->form[0]));
	return ERR_OK;
}

static const char *
said(const struct editing *k, const char *name, const char *value)
{
	return *value == '\0' ? "–" : contacts_shown(k->c, k->fields, name, value);
}

static json_t *
history_view(const struct editing *k, const unsigned char key[KEY_BYTES])
{
	struct ctx *c = k->c;
	struct person_place old_place = { "contact_history", "old_sealed",
	    c->caller.contact_id };
	struct person_place new_place = { "contact_history", "new_sealed",
	    c->caller.contact_id };
	const struct q_contacts_data *row;
	json_t *list = json_array();
	const char *before, *after;

	for (row = k->rows; row < k->rows + k->n_rows; row++) {
		if (strcmp(row->what, "change") != 0 ||
		    person_unseal(c->arena, key, &old_place, row->sealed,
		    &before) != ERR_OK || person_unseal(c->arena, key,
		    &new_place, row->after, &after) != ERR_OK)
			continue;
		json_array_append_new(list, json_pack(
		    "{s:o, s:s, s:s, s:s, s:s}", "at", page_at(c, row->at_us),
		    "label", contacts_label(c, k->fields, row->name),
		    "before", said(k, row->name, before),
		    "after", said(k, row->name, after), "by",
		    strcmp(row->text, "person") == 0 ? _("you") :
		    strcmp(row->text, "staff") == 0 ? _("our staff") :
		    _("a program: its time had ended, or we no longer use this field")));
	}
	return list;
}

static enum err
load_history(const struct editing *k, json_t **ret_list)
{
	struct ctx *c = k->c;
	unsigned char key[KEY_BYTES];
	const struct q_contacts_data *row = k->rows;
	enum err e;

	*ret_list = NULL;
	while (row < k->rows + k->n_rows && strcmp(row->what, "change") != 0)
		row++;
	if (row == k->rows + k->n_rows) {
		*ret_list = json_array();
		return ERR_OK;
	}
	if ((e = person_key_load(c->db, c->arena, c->worker->keys,
	    c->caller.contact_id, PERSON_LIVE, key)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_BUG : e;
	*ret_list = history_view(k, key);
	secret_wipe(key, sizeof(key));
	return ERR_OK;
}

static json_t *
reach_view(const struct editing *k, size_t *ret_n)
{
	struct ctx *c = k->c;
	struct q_reach_list *reach = arena_take(c->arena, (k->n_rows + 1) *
	    sizeof(*reach));
	const struct q_contacts_data *row;
	size_t n = 0;

	for (row = k->rows; row < k->rows + k->n_rows; row++)
		if (strcmp(row->what, "reach") == 0)
			reach[n++] = (struct q_reach_list){ .id = row->id,
			    .kind = row->name, .value = row->text,
			    .label = row->label };
	*ret_n = n;
	return contacts_reach_items(c, reach, n, "/account/data/reach");
}

/* The page: what is typed in ${data} or ${address}, the other as stored. */
static enum err
edit_view(const struct editing *k, const struct q_contacts_load *r,
    struct form *data, struct form *address, json_t **ret_view)
{
	struct ctx *c = k->c;
	json_t *view, *history, *f;
	size_t n;
	enum err e;

	if ((e = load_history(k, &history)) != ERR_OK)
		return e;
	view = page_view(c, _("My data"));
	json_object_set_new(view, "reach", reach_view(k, &n));
	json_object_set_new(view, "has_reach", json_boolean(n > 0));
	json_object_set_new(view, "reach_url",
	    json_string("/account/data/reach/new"));
	page_form(c, view, "/account/data", "/account/data", data);
	json_object_set_new(json_object_get(view, "form"), "version",
	    json_string(form_value(data, "version")));
	f = page_csrf(c, "/account/data/address", "/account/data/address");
	json_object_set_new(f, "fields", form_view(c, address));
	json_object_set_new(f, "address", json_string(r->email == NULL ? "–" :
	    address_show(c->arena, r->email)));
	json_object_set_new(view, "address_form", f);
	if (form_has_errors(address))
		json_object_set_new(view, "errors", form_errors_view(c,
		    address));
	json_object_set_new(view, "has_history",
	    json_boolean(json_array_size(history) > 0));
	json_object_set_new(view, "history", history);
	*ret_view = view;
	return ERR_OK;
}

static void
fill(const struct editing *k, const struct q_contacts_load *r,
    struct form *data)
{
	struct ctx *c = k->c;
	size_t i;

	form_blank(c, k->form, data);
	for (i = COLUMNS; i < k->n; i++)
		form_set(data, k->form[i].name, custom_typed(c->arena, c->lang,
		    k->custom[i], custom_value_of(k->values, k->n_values,
		    k->custom[i])));
	form_set(data, "given_name", r->given_name);
	form_set(data, "family_name", r->family_name);
	form_set(data, "phone", r->phone == NULL ? NULL :
	    contacts_phone_show(c->arena, r->phone));
	form_set(data, "street", r->street);
	form_set(data, "postcode", r->postcode);
	form_set(data, "city", r->city);
	form_set(data, "country", r->country);
	form_set(data, "language", r->language);
	form_set(data, "version", arena_printf(c->arena, "%" PRIu64,
	    r->version));
}

enum err
contacts_portal_data(struct ctx *c)
{
	const struct q_contacts_load *r = c->caller.record;
	struct editing *k = arena_take(c->arena, sizeof(*k));
	struct form data, address;
	json_t *view;
	enum err e;

	if ((e = begin(c, false, k)) != ERR_OK)
		return e;
	fill(k, r, &data);
	form_blank(c, contacts_portal_address_fields, &address);
	if ((e = edit_view(k, r, &data, &address, &view)) != ERR_OK)
		return e;
	return page(c, "portal/contacts_data.html", view);
}

static enum err
edit_in_tx(struct db *db, void *arg)
{
	struct editing *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "contact.edited",
	    .actor = "person", .object = "contact",
	    .contact_id = c->caller.contact_id, .at_us = c->now_us };
	enum err e;

	if (k->version != k->edit.record->version)
		return ERR_CONFLICT;
	if ((e = contacts_edit_store(db, c->arena, c->worker->keys,
	    &k->edit)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static void
collect_edits(struct editing *k, const char *phone, const char *country)
{
	static const char *const typed[] = { "given_name", "family_name",
		"street", "postcode", "city", "language" };
	const struct q_contacts_load *r = k->edit.record;
	const char *const before[] = { r->given_name, r->family_name,
		r->street, r->postcode, r->city, r->language };
	size_t i;

	for (i = 0; i < LENGTH(typed); i++)
		contacts_edit_add(&k->edit, typed[i], before[i],
		    form_value(&k->c->form, typed[i]));
	contacts_edit_add(&k->edit, "phone", r->phone, phone);
	contacts_edit_add(&k->edit, "country", r->country, country);
}

/* What is wrong with custom fields; those that are good are noted. */
static enum err
collect_custom(struct editing *k)
{
	struct form *form = &k->c->form;
	const struct custom_field *f;
	const char *text, *before;
	struct ctx *c = k->c;
	size_t i;
	enum err e = ERR_OK;

	for (i = COLUMNS; i < k->n; i++) {
		f = k->custom[i];
		before = custom_value_of(k->values, k->n_values, f);
		if (custom_read(c->arena, f, form_value(form, f->input),
		    &text) != ERR_OK) {
			form_fail(form, f->input, custom_wrong(c->arena,
			    c->lang, f));
			e = ERR_INVALID;
		} else if (f->state != CUSTOM_OPEN && *text != '\0' &&
		    strcmp(text, before) != 0) {
			form_fail(form, f->input,
			    _("We no longer ask for this: leave it empty."));
			e = ERR_INVALID;
		} else if (params_find(&c->body, f->input) != NULL)
			contacts_edit_add_custom(&k->edit, f, before, text);
	}
	return e;
}

/* All that is typed, as changes of the record. */
static enum err
read_typed(struct editing *k)
{
	struct ctx *c = k->c;
	const char *country = NULL;
	char *phone = NULL;
	enum err e, wrong;

	e = form_read(c, k->form, &c->form);
	if (e != ERR_OK && e != ERR_INVALID)
		return e;	/* else all that is wrong is said at once */
	/* one that came from elsewhere may stay as it is */
	if (k->edit.record->phone != NULL && strcmp(form_value(&c->form,
	    "phone"), contacts_phone_show(c->arena, k->edit.record->phone)) ==
	    0)
		phone = arena_text(c->arena, k->edit.record->phone);
	else if (*form_value(&c->form, "phone") != '\0' &&
	    contacts_phone_read(c->arena, form_value(&c->form, "phone"),
	    c->worker->config->country, &phone) != ERR_OK) {
		form_fail(&c->form, "phone",
		    _("Enter a phone number like 06 12 34 56 78 or +33 6 12 34 56 78."));
		e = ERR_INVALID;
	}
	if (contacts_country_read(c->arena, form_value(&c->form, "country"),
	    &country) != ERR_OK) {
		form_fail(&c->form, "country",
		    _("Enter the two letters of the country, such as FR."));
		e = ERR_INVALID;
	}
	wrong = collect_custom(k);
	if (e != ERR_OK || wrong != ERR_OK)
		return ERR_INVALID;
	k->version = form_input(&c->form, "version")->number;
	collect_edits(k, phone, country);
	return ERR_OK;
}

enum err
contacts_portal_edit(struct ctx *c)
{
	struct q_contacts_load r;
	struct editing *k = arena_take(c->arena, sizeof(*k));
	struct form address;
	json_t *view;
	enum err e, shown;

	/* the record first: what is read after it is as new at least */
	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &r)) != ERR_OK || (e = begin(c, true, k)) != ERR_OK)
		return e;
	k->edit = (struct contacts_edit){ .record = &r,
	    .contact_id = c->caller.contact_id, .by_kind = "person",
	    .at_us = c->now_us };
	if ((e = read_typed(k)) == ERR_OK && k->edit.n > 0)
		e = ctx_tx(c, edit_in_tx, k);
	if (e == ERR_OK)
		return page_redirect(c, "/account/data");
	if (e == ERR_CONFLICT) {
		form_fail(&c->form, NULL,
		    _("The record was changed meanwhile, perhaps in another window. What you typed is below; please save it again."));
		form_set(&c->form, "version", arena_printf(c->arena,
		    "%" PRIu64, r.version));
		e = ERR_INVALID;
	}
	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	form_blank(c, contacts_portal_address_fields, &address);
	if ((shown = edit_view(k, &r, &c->form, &address, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "portal/contacts_data.html", view);
}

/* A wish for another address. */
struct moving {
	struct ctx *c;
	const struct q_contacts_load *r;
	struct address address;
};

static enum err
add_mails(struct moving *k, struct db *db, const struct acting_issued *issued)
{
	struct ctx *c = k->c;
	struct outbox_mail mail = { 0 };
	json_t *view;
	enum err e;

	/* whoever gets it did not write that name */
	view = json_pack("{s:n, s:s, s:s}", "name", "url",
	    ctx_url(c, arena_printf(c->arena, "/address/%s", issued->token)),
	    "expires", page_date_time(c, c->now_us + ADDRESS_HOURS * HOUR_US));
	mail.template = "auth_address_new";
	mail.language = k->r->language;
	mail.to = k->address.mail;
	mail.contact_id = c->caller.contact_id;
	mail.view = view;
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(view);
	if (e != ERR_OK || k->r->email == NULL)
		return e;
	view = json_pack("{s:s, s:s, s:s}", "name", k->r->given_name,
	    "new_address", address_mask(c->arena, k->address.mail),
	    "url", ctx_url(c, "/account/security"));
	mail.template = "auth_address_old";
	mail.to = k->r->email;
	mail.view = view;
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(view);
	return e;
}

static enum err
move_in_tx(struct db *db, void *arg)
{
	struct moving *k = arg;
	struct ctx *c = k->c;
	const struct spend spends[] = {
		{ BUDGET_ADDRESS_MAIL, k->address.key },
		{ BUDGET_NETWORK_MAIL, NULL },
	};
	struct q_contacts_address_insert row;
	struct acting_issued issued;
	struct acting_new wanted;
	bool is_over[LENGTH(spends)];
	enum err e;

	if ((e = gate_spend(c, spends, LENGTH(spends), is_over)) != ERR_OK)
		return e;
	if (is_over[0] || is_over[1])
		return ERR_LIMIT;
	if ((e = q_contacts_address_insert(db, c->arena, c->caller.contact_id,
	    c->caller.identity_id, k->address.mail, (struct bytes){
	    (const unsigned char *)k->address.key, strlen(k->address.key) },
	    c->now_us, c->now_us + ADDRESS_HOURS * HOUR_US, &row)) != ERR_OK)
		return e;
	wanted = (struct acting_new){ ACTING_ADDRESS, row.id, k->address.key,
	    c->now_us, c->now_us + ADDRESS_HOURS * HOUR_US };
	if ((e = acting_issue(db, c->arena, c->worker->keys, &wanted,
	    &issued)) != ERR_OK)
		return e;
	return add_mails(k, db, &issued);
}

enum err
contacts_portal_address(struct ctx *c)
{
	struct q_contacts_load r;
	struct moving k = { .c = c, .r = &r };
	struct editing *around = arena_take(c->arena, sizeof(*around));
	struct form data;
	json_t *view;
	enum err e, shown;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &r)) != ERR_OK)
		return e;
	if ((e = form_read(c, contacts_portal_address_fields, &c->form)) ==
	    ERR_OK) {
		k.address = form_input(&c->form, "new_email")->address;
		if ((e = ctx_tx(c, move_in_tx, &k)) != ERR_OK)
			return e;
		return page_redirect(c, "/account/data/address/sent");
	}
	if ((shown = begin(c, false, around)) != ERR_OK)
		return shown;
	fill(around, &r, &data);
	if ((shown = edit_view(around, &r, &data, &c->form, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "portal/contacts_data.html", view);
}

enum err
contacts_portal_address_sent(struct ctx *c)
{
	json_t *view = page_view(c, _("Confirm the new address"));

	json_object_set_new(view, "address", json_string(
	    _("the new address")));
	json_object_set_new(view, "stop_url", json_string(
	    "/account/security"));
	json_object_set_new(view, "back_url", json_string("/account/data"));
	return page(c, "portal/contacts_address_sent.html", view);
}
