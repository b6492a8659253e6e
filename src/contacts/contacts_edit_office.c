/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A member of staff corrects a record.  Two who do so at once lose nothing:
 * fields that only one of them changed are both kept, and for the others the
 * later one sees what is there now before it is replaced.
 * Law: GDPR 5(1)(d), 5(1)(f), 16; FEATURES CS3, X13.
 */
#include "contacts/contacts_office.h"

#include <assert.h>
#include <inttypes.h>

#include "app/page.h"
#include "app/seen.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts.h"
#include "contacts/contacts_reach_page.h"
#include "contacts/contacts_search.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define TRIES_MAX	3	/* while others save the same record */
#define SEEN_MAX	24000	/* what the page was drawn from, as JSON */

static const struct field_choice kinds[] = {
	{ "prospect", N_("Prospect") }, { "customer", N_("Customer") },
	{ NULL, NULL }
};

static const struct field_choice languages[] = {
	{ "fr", N_("French") }, { "en", N_("English") }, { NULL, NULL }
};

/* Custom fields come before "seen". */
const struct field contacts_office_edit_fields[] = {
	{ .name = "given_name", .type = F_TEXT, .label = N_("First name") },
	{ .name = "family_name", .type = F_TEXT, .label = N_("Last name") },
	{ .name = "kind", .type = F_CHOICE, .need = true,
	  .label = N_("Relationship"), .choices = kinds },
	{ .name = "language", .type = F_CHOICE, .need = true,
	  .label = N_("Language"), .hint = N_("Of the pages and the messages."),
	  .choices = languages },
	{ .name = "phone", .type = F_PHONE, .label = N_("Mobile phone") },
	{ .name = "street", .type = F_TEXT, .max = 200,
	  .label = N_("Street and number") },
	{ .name = "postcode", .type = F_TEXT, .max = 16,
	  .label = N_("Postcode") },
	{ .name = "city", .type = F_TEXT, .label = N_("Town") },
	{ .name = "country", .type = F_TEXT, .max = 60,
	  .label = N_("Country"), .hint = N_("Two letters, such as FR.") },
	{ .name = "seen", .type = F_HIDDEN, .need = true, .max = SEEN_MAX },
	{ .name = NULL }
};

#define COLUMNS		(LENGTH(contacts_office_edit_fields) - 2)	/* not seen, not the end */
#define FIELDS_OF_ONE	(COLUMNS + CUSTOM_FIELDS_MAX)

/* One edit of one record. */
struct editing {
	struct ctx *c;
	uint64_t id;
	const struct contacts_query *query;
	struct q_contacts_load r;	/* as it is stored now */
	size_t n;			/* fields of this form */
	struct field fields[FIELDS_OF_ONE + 2];
	const struct custom_field *custom[FIELDS_OF_ONE];	/* NULL: a column */
	const char *now[FIELDS_OF_ONE];	/* in the same order; never NULL */
	const char *seen[FIELDS_OF_ONE];	/* what this person's page was drawn from */
	const char *typed[FIELDS_OF_ONE];
	bool is_merged;			/* the form's untouched fields are now */
	struct contacts_edit edit;
	struct q_reach_list *reach;
	size_t n_reach;
};

static const char *
name_at(const struct editing *k, size_t i)
{
	return k->fields[i].name;
}

/* A closed field is there while it holds something, so that it can be emptied,
 * and for who typed into it before it was closed. */
static enum err
load_custom(struct editing *k)
{
	struct ctx *c = k->c;
	struct custom_fields *fields = arena_take(c->arena, sizeof(*fields));
	const struct custom_reading reading = { .keys = c->worker->keys,
	    .fields = fields, .contact_id = k->id };
	const struct custom_field *f;
	struct custom_value *values;
	const char *text;
	size_t i, n;
	enum err e;

	if ((e = custom_fields_load(c->db, c->arena, c->lang, fields)) !=
	    ERR_OK || (e = custom_values_load(c->db, c->arena, &reading,
	    &values, &n)) != ERR_OK)
		return e;
	for (i = 0; i < fields->n && k->n < FIELDS_OF_ONE; i++) {
		f = &fields->list[i];
		text = custom_value_of(values, n, f);
		if (f->state != CUSTOM_OPEN && *text == '\0' &&
		    params_find(&c->body, f->input) == NULL)
			continue;
		k->fields[k->n] = custom_input(f);
		if (f->state != CUSTOM_OPEN)
			k->fields[k->n].hint =
			    N_("This field is closed: it can only be emptied.");
		k->custom[k->n] = f;
		k->now[k->n++] = text;
	}
	return ERR_OK;
}

/* Whoever may not see the record is told that it does not exist. */
static enum err
load(struct editing *k)
{
	struct ctx *c = k->c;
	const struct q_contacts_load *r = &k->r;
	struct q_people_one one;
	size_t i = 0;
	enum err e;

	if ((e = q_people_one(c->db, c->arena, k->id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &one)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, k->id, &k->r)) != ERR_OK ||
	    (e = q_reach_list(c->db, c->arena, k->id, &k->reach,
	    &k->n_reach)) != ERR_OK)
		return e;
	k->now[i++] = r->given_name;
	k->now[i++] = r->family_name;
	k->now[i++] = r->kind;
	k->now[i++] = r->language;
	k->now[i++] = r->phone == NULL ? "" : r->phone;
	k->now[i++] = r->street;
	k->now[i++] = r->postcode;
	k->now[i++] = r->city;
	k->now[i++] = r->country;
	assert(i == COLUMNS);
	memcpy(k->fields, contacts_office_edit_fields,
	    COLUMNS * sizeof(k->fields[0]));
	k->n = i;
	if ((e = load_custom(k)) != ERR_OK)
		return e;
	memcpy(&k->fields[k->n], &contacts_office_edit_fields[COLUMNS],
	    2 * sizeof(k->fields[0]));
	return ERR_OK;
}

static bool
is_phone(const struct editing *k, size_t i)
{
	return strcmp(name_at(k, i), "phone") == 0;
}

static bool
is_being_erased(const struct editing *k)
{
	return text_equal(k->r.restriction, "erasure");
}

static const char *
shown_phone(struct ctx *c, const char *value)
{
	return *value == '\0' ? value : contacts_phone_show(c->arena, value);
}

/* A value as people type it. */
static const char *
shown(const struct editing *k, size_t i, const char *value)
{
	return is_phone(k, i) ? shown_phone(k->c, value) :
	    k->custom[i] != NULL ? custom_typed(k->c->arena, k->c->lang,
	    k->custom[i], value) : value;
}

/* A value as people read it. */
static const char *
said(const struct editing *k, size_t i, const char *value)
{
	if (*value == '\0')
		return "–";
	return k->custom[i] != NULL ? contacts_custom_shown(k->c,
	    k->custom[i], value) : contacts_value(k->c, name_at(k, i), value);
}

static const char *
address_of(const struct editing *k, const char *suffix)
{
	return arena_printf(k->c->arena, "/contacts/%" PRIu64 "%s%s%s", k->id,
	    suffix, k->query->id == NULL ? "" : "?q=", k->query->id == NULL ?
	    "" : k->query->id);
}

/* The page shows the record: a line says so first. */
static enum err
draw(struct editing *k, enum err why)
{
	struct contacts_looking looking = { "record", k->query->id == NULL ?
	    "daily" : k->query->reason };
	struct ctx *c = k->c;
	const char *name = contacts_name(c, &k->r);
	json_t *view;
	enum err e;

	if ((e = contacts_looked(c, &looking, &k->id, 1)) != ERR_OK)
		return e;
	view = page_view(c, name);
	page_form(c, view, "/contacts/:id/edit", address_of(k, "/edit"),
	    &c->form);
	/* fields of before belong to what was seen before */
	json_object_set_new(json_object_get(view, "form"), "seen",
	    json_string(k->is_merged ? seen_write(c->arena, k->fields, k->now,
	    k->n) : form_value(&c->form, "seen")));
	json_object_set_new(view, "name", json_string(name));
	json_object_set_new(view, "email", k->r.email == NULL ? json_null() :
	    json_string(contacts_value(c, "email", k->r.email)));
	json_object_set_new(view, "has_identity", json_boolean(
	    k->r.identity_id != 0));
	json_object_set_new(view, "has_reach", json_boolean(k->n_reach > 0));
	json_object_set_new(view, "reach", contacts_reach_items(c, k->reach,
	    k->n_reach, arena_printf(c->arena, "/contacts/%" PRIu64 "/reach",
	    k->id)));
	json_object_set_new(view, "reach_url", json_string(arena_printf(
	    c->arena, "/contacts/%" PRIu64 "/reach/new", k->id)));
	json_object_set_new(view, "back_url", json_string(address_of(k, "")));
	json_object_set_new(view, "is_being_erased",
	    json_boolean(is_being_erased(k)));
	return why == ERR_OK ? page(c, "office/contacts_edit.html", view) :
	    page_form_again(c, why, "office/contacts_edit.html", view);
}

static enum err
begin(struct editing *k, struct contacts_query *query)
{
	struct ctx *c = k->c;
	const struct param *q = params_find(&c->query, "q");
	enum err e;

	k->query = query;
	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK ||
	    (e = load(k)) != ERR_OK)
		return e;
	if (q != NULL && (e = contacts_query_load(c, q->value, query)) !=
	    ERR_OK && e != ERR_NOTFOUND)
		return e;
	return ERR_OK;
}

enum err
contacts_office_edit_show(struct ctx *c)
{
	struct editing k = { .c = c };
	struct contacts_query query = { 0 };
	size_t i;
	enum err e;

	if ((e = begin(&k, &query)) != ERR_OK)
		return e;
	form_blank(c, k.fields, &c->form);
	for (i = 0; i < k.n; i++)
		form_set(&c->form, name_at(&k, i), shown(&k, i, k.now[i]));
	k.is_merged = true;
	return draw(&k, ERR_OK);
}

/* What is wrong with a value beyond its type. */
static enum err
check_typed(struct editing *k)
{
	struct ctx *c = k->c;
	const char *country = form_value(&c->form, "country");
	const char *phone = form_value(&c->form, "phone"), *same = "";
	char *number = NULL;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		if (is_phone(k, i))
			same = k->seen[i];
	/* one that came from elsewhere may stay as it is */
	if (strcmp(phone, shown_phone(c, same)) == 0)
		number = arena_text(c->arena, same);
	else if (*phone != '\0' && contacts_phone_read(c->arena, phone,
	    c->worker->config->country, &number) != ERR_OK) {
		form_fail(&c->form, "phone",
		    _("Enter a phone number like 06 12 34 56 78 or +33 6 12 34 56 78."));
		e = ERR_INVALID;
	}
	if (contacts_country_read(c->arena, country, &country) != ERR_OK) {
		form_fail(&c->form, "country",
		    _("Enter the two letters of the country, such as FR."));
		e = ERR_INVALID;
	}
	for (i = 0; i < COLUMNS; i++) {
		k->typed[i] = form_value(&c->form, name_at(k, i));
		if (is_phone(k, i))
			k->typed[i] = number == NULL ? "" : number;
		else if (strcmp(name_at(k, i), "country") == 0)
			k->typed[i] = country;
	}
	return e;
}

static enum err
check_custom(struct editing *k)
{
	struct ctx *c = k->c;
	const struct custom_field *f;
	const char *wrong;
	size_t i;
	enum err e = ERR_OK;

	for (i = COLUMNS; i < k->n; i++) {
		f = k->custom[i];
		wrong = NULL;
		if (custom_read(c->arena, f, form_value(&c->form, name_at(k,
		    i)), &k->typed[i]) != ERR_OK)
			wrong = custom_wrong(c->arena, c->lang, f);
		else if (f->state != CUSTOM_OPEN && *k->typed[i] != '\0' &&
		    strcmp(k->typed[i], k->now[i]) != 0)
			wrong = _("This field is closed: it can only be emptied.");
		if (wrong == NULL)
			continue;
		form_fail(&c->form, name_at(k, i), wrong);
		e = ERR_INVALID;
	}
	return e;
}

/*
 * Three texts of each field: as seen, as typed, as stored now.  Who changed
 * nothing leaves what is stored; where both changed it and differ, the form
 * shows what is stored and asks again.
 */
static enum err
merge(struct editing *k)
{
	struct ctx *c = k->c;
	enum err e = ERR_OK;
	size_t i;

	k->is_merged = true;
	k->edit = (struct contacts_edit){ .contact_id = k->id,
	    .record = &k->r, .by_kind = "staff",
	    .staff_id = c->caller.staff_id, .at_us = c->now_us };
	for (i = 0; i < k->n; i++) {
		if (strcmp(k->typed[i], k->seen[i]) == 0) {
			form_set(&c->form, name_at(k, i), shown(k, i,
			    k->now[i]));
			continue;
		}
		if (strcmp(k->now[i], k->seen[i]) != 0 &&
		    strcmp(k->now[i], k->typed[i]) != 0)
			e = seen_clash(c, &k->fields[i], said(k, i,
			    k->now[i]));
		if (k->custom[i] != NULL)
			contacts_edit_add_custom(&k->edit, k->custom[i],
			    k->now[i], k->typed[i]);
		else
			contacts_edit_add(&k->edit, name_at(k, i), k->now[i],
			    k->typed[i]);
	}
	return e;
}

static enum err
edit_in_tx(struct db *db, void *arg)
{
	struct editing *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "contact.edited",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = k->id, .at_us = c->now_us };
	enum err e;

	if ((e = contacts_edit_store(db, c->arena, c->worker->keys,
	    &k->edit)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* What is there now, for the fields that this form has. */
static enum err
load_again(struct editing *k)
{
	struct editing *fresh = arena_take(k->c->arena, sizeof(*fresh));
	size_t i, j;
	enum err e;

	fresh->c = k->c;
	fresh->id = k->id;
	if ((e = load(fresh)) != ERR_OK)
		return e;
	k->r = fresh->r;
	memcpy(k->now, fresh->now, COLUMNS * sizeof(k->now[0]));
	for (i = COLUMNS; i < k->n; i++) {
		k->now[i] = "";
		for (j = COLUMNS; j < fresh->n; j++)
			if (fresh->custom[j]->id == k->custom[i]->id) {
				k->now[i] = fresh->now[j];
				k->custom[i] = fresh->custom[j];
				break;
			}
	}
	return check_custom(k);
}

/* Again when somebody else was quicker, on what they left. */
static enum err
save(struct editing *k)
{
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < TRIES_MAX; i++) {
		if (i > 0 && (e = load_again(k)) != ERR_OK)
			return e;
		if ((e = merge(k)) != ERR_OK || k->edit.n == 0)
			return e;
		if ((e = ctx_tx(k->c, edit_in_tx, k)) != ERR_CONFLICT)
			return e;
	}
	return e;
}

enum err
contacts_office_edit(struct ctx *c)
{
	struct editing k = { .c = c };
	struct contacts_query query = { 0 };
	enum err e, seen, typed, own;

	if ((e = begin(&k, &query)) != ERR_OK)
		return e;
	e = form_read(c, k.fields, &c->form);
	if (e == ERR_OK && is_being_erased(&k)) {
		form_fail(&c->form, NULL,
		    _("This record is being erased: nothing of it changes any more."));
		e = ERR_INVALID;
	}
	seen = e == ERR_OK || e == ERR_INVALID ? seen_read(c, k.fields, k.n,
	    COLUMNS, k.seen) : e;
	if (seen == ERR_OK) {	/* all that is wrong is said at once */
		typed = check_typed(&k);
		own = check_custom(&k);
		e = e != ERR_OK ? e : typed != ERR_OK ? typed : own;
	} else if (e == ERR_OK)
		e = seen;
	if (e == ERR_OK)
		e = save(&k);
	if (e == ERR_OK)
		return page_redirect(c, address_of(&k, ""));
	if (e != ERR_INVALID && e != ERR_MALFORMED)
		return e;
	return draw(&k, e);
}
