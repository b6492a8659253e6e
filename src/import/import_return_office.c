/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person corrected the file of their data and sent it back: staff see, field
 * by field, what is held and what the file says, and choose.
 * Law: GDPR 5(1)(d), 16, 19; FEATURES CS4, X13.
 */
#include "import/import_returned.h"

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "ledger/ledger.h"

#define TRIES_MAX	3	/* while others save the same record */
#define SEEN_MAX	16000	/* what the page was drawn from, as JSON */

static const struct field_choice keep_or_take[] = {
	{ "keep", "" }, { "take", "" }, { NULL, NULL }
};

/* What the record has in the custom fields of the file. */
static void
hold_own(struct returned *k)
{
	size_t i;

	k->n = RETURNED_FIELDS + k->file.n_own;
	for (i = RETURNED_FIELDS; i < k->n; i++)
		k->now[i] = custom_value_of(k->values, k->n_values,
		    returned_own(k, i)->field);
}

/* Whoever may not see the record is told that it does not exist. */
static enum err
load_record(struct returned *k)
{
	struct ctx *c = k->c;
	const struct custom_reading reading = { .keys = c->worker->keys,
	    .fields = &k->own.open, .contact_id = k->contact_id };
	const struct q_contacts_load *r = &k->r;
	struct q_people_one one;
	enum err e;

	if ((e = q_people_one(c->db, c->arena, k->contact_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, k->contact_id, &k->r)) !=
	    ERR_OK || (e = custom_values_load(c->db, c->arena, &reading,
	    &k->values, &k->n_values)) != ERR_OK)
		return e;
	const char *const now[RETURNED_FIELDS] = { r->given_name, r->family_name,
	    r->language, r->phone == NULL ? "" : r->phone, r->street,
	    r->postcode, r->city, r->country };
	memcpy(k->now, now, sizeof(now));
	hold_own(k);
	return ERR_OK;
}

static enum err
begin(struct ctx *c, struct returned *k)
{
	enum err e;

	k->c = c;
	if ((e = ctx_path_u64(c, 0, &k->contact_id)) != ERR_OK ||
	    (e = ctx_path_u64(c, 1, &k->id)) != ERR_OK ||
	    (e = import_own_load(c->db, c->arena, c->worker->config, c->lang,
	    &k->own)) != ERR_OK || (e = load_record(k)) != ERR_OK)
		return e;
	return q_import_return_one(c->db, c->arena, k->id, k->contact_id,
	    &k->row);
}

static bool
is_being_erased(const struct returned *k)
{
	return text_equal(k->r.restriction, "erasure");
}

/* What is wrong with the file as a whole, in words; NULL: nothing. */
static const char *
fault_text(const struct returned *k)
{
	struct ctx *c = k->c;

	if (k->row.n_rows != 1 || !k->row.has_names)
		return _("The file holds several people, or no names of columns: send back the file of one person, with its first line as it was.");
	switch (k->file.fault) {
	case IMPORT_RETURN_FINE:
		break;
	case IMPORT_RETURN_ROWS:
		return _("The file holds several people, or no names of columns: send back the file of one person, with its first line as it was.");
	case IMPORT_RETURN_NO_REFERENCE:
		return _("The file does not say whose it is: its column Reference is missing or empty.");
	case IMPORT_RETURN_CELLS:
		return _("The row has more or fewer cells than there are columns.");
	}
	return strcmp(k->file.reference, k->r.reference) == 0 ? NULL :
	    _("The reference in the file is not that of this record: nothing of the file is shown.");
}

static enum err
read_file(struct returned *k)
{
	struct ctx *c = k->c;
	struct bytes head;
	enum err e;

	if ((e = import_office_head(c, k->id, &head)) != ERR_OK)
		return e;
	import_return_read(c->arena, c->worker->config, &k->own, head,
	    &k->file);
	hold_own(k);
	return ERR_OK;
}

/* What the file says is taken, unless it says nothing. */
static void
propose(struct returned *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		k->choice[i] = *returned_in_file(k, i) == '\0' ? "keep" : "take";
}

enum err
import_office_return_show(struct ctx *c)
{
	struct returned *k = arena_take(c->arena, sizeof(*k));
	const char *fault;
	enum err e;

	if ((e = begin(c, k)) != ERR_OK)
		return e;
	if (returned_is(k, "refused"))
		return returned_draw_fault(k, import_fault_word(c->lang,
		    k->row.fault));
	if (returned_is(k, "waiting"))
		return returned_draw_waiting(k);
	if (!returned_is(k, "read"))
		return page_redirect(c, returned_record_path(k));
	if ((e = read_file(k)) != ERR_OK)
		return e;
	if ((fault = fault_text(k)) != NULL)
		return returned_draw_fault(k, fault);
	propose(k);
	return returned_draw(k, ERR_OK);
}

enum err
import_office_return_state(struct ctx *c)
{
	struct returned *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	if ((e = begin(c, k)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:i, s:s, s:b}", "percent",
	    returned_is(k, "waiting") ? 0 : 100, "text", _("Reading"), "done",
	    !returned_is(k, "waiting")));
}

static void
declare(const struct returned *k, struct field *ret_fields)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		ret_fields[i] = (struct field){ .name = returned_name(k, i),
		    .type = F_CHOICE, .choices = keep_or_take,
		    .has_radios = true };
	ret_fields[k->n] = (struct field){ .name = "seen",
	    .type = F_HIDDEN, .need = true, .max = SEEN_MAX };
	ret_fields[k->n + 1] = (struct field){ .name = NULL };
}

static enum err
read_choices(struct returned *k)
{
	struct ctx *c = k->c;
	struct field *list = arena_take(c->arena, (k->n + 2) *
	    sizeof(*list));
	const char *value;
	json_t *seen;
	size_t i;
	enum err e;

	declare(k, list);
	if ((e = form_read(c, list, &c->form)) != ERR_OK)
		return ERR_MALFORMED;	/* our page sends no such thing */
	seen = json_loads(form_value(&c->form, "seen"), 0, NULL);
	for (i = 0; i < k->n && e == ERR_OK; i++) {
		value = json_string_value(json_object_get(seen,
		    returned_name(k, i)));
		if (value == NULL)
			e = ERR_MALFORMED;
		else
			k->seen[i] = arena_text(c->arena, value);
		k->choice[i] = form_value(&c->form, returned_name(k, i));
	}
	json_decref(seen);
	return e;
}

/* Where somebody changed meanwhile what is to be replaced, it is asked again,
 * with what is there now. */
static enum err
merge(struct returned *k)
{
	struct ctx *c = k->c;
	enum err e = ERR_OK;
	size_t i;

	k->edit = (struct contacts_edit){ .contact_id = k->contact_id,
	    .record = &k->r, .by_kind = "staff", .source = "file",
	    .staff_id = c->caller.staff_id, .at_us = c->now_us };
	for (i = 0; i < k->n; i++) {
		k->errors[i] = NULL;
		if (!returned_is_different(k, i) || strcmp(k->choice[i], "keep") == 0)
			continue;
		if (*k->choice[i] == '\0') {
			k->errors[i] = _("Choose one of the two.");
			e = ERR_INVALID;
		} else if (strcmp(k->now[i], k->seen[i]) != 0) {
			k->errors[i] = _("A colleague or the person changed it meanwhile: look again.");
			e = ERR_INVALID;
		}
		if (i < RETURNED_FIELDS)
			contacts_edit_add(&k->edit, returned_name(k, i),
			    k->now[i], returned_in_file(k, i));
		else
			contacts_edit_add_custom(&k->edit, returned_own(k,
			    i)->field, k->now[i], returned_in_file(k, i));
	}
	return e;
}

static enum err
return_in_tx(struct db *db, void *arg)
{
	struct returned *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "contact.file_taken",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = k->contact_id,
	    .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_import_return_end(db, "done", c->now_us, c->now_us, k->id,
	    k->contact_id, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_GONE;	/* another press was quicker */
	if (k->edit.n > 0 && (e = contacts_edit_store(db, c->arena,
	    c->worker->keys, &k->edit)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* Again when somebody else was quicker, on what they left. */
static enum err
save(struct returned *k)
{
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < TRIES_MAX; i++) {
		if (i > 0 && (e = load_record(k)) != ERR_OK)
			return e;
		if ((e = merge(k)) != ERR_OK ||
		    (e = ctx_tx(k->c, return_in_tx, k)) != ERR_CONFLICT)
			return e;
	}
	return e;
}

enum err
import_office_return(struct ctx *c)
{
	struct returned *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	if ((e = begin(c, k)) != ERR_OK)
		return e;
	if (!returned_is(k, "read"))
		return page_redirect(c, returned_path(k, ""));
	if ((e = read_file(k)) != ERR_OK)
		return e;
	if (fault_text(k) != NULL)
		return page_redirect(c, returned_path(k, ""));
	if ((e = read_choices(k)) != ERR_OK)
		return e;
	if (is_being_erased(k)) {
		k->error = _("This record is being erased: nothing of it changes any more.");
		return returned_draw(k, ERR_INVALID);
	}
	e = save(k);
	if (e == ERR_INVALID)
		return returned_draw(k, e);
	return e != ERR_OK && e != ERR_GONE ? e : page_redirect(c,
	    returned_record_path(k));
}

static enum err
cancel_in_tx(struct db *db, void *arg)
{
	const struct returned *k = arg;
	struct ctx *c = k->c;

	return q_import_return_end(db, "cancelled", c->now_us, c->now_us,
	    k->id, k->contact_id, NULL);
}

enum err
import_office_return_cancel(struct ctx *c)
{
	struct returned *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	if ((e = begin(c, k)) != ERR_OK ||
	    (e = ctx_tx(c, cancel_in_tx, k)) != ERR_OK)
		return e;
	return page_redirect(c, returned_record_path(k));
}

enum err
import_office_return_new(struct ctx *c)
{
	struct returned k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.contact_id)) != ERR_OK ||
	    (e = load_record(&k)) != ERR_OK)
		return e;
	form_blank(c, import_office_upload_fields, &c->form);
	return page(c, "office/import_return_new.html", returned_new_view(&k));
}

enum err
import_office_return_upload(struct ctx *c)
{
	struct returned k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.contact_id)) != ERR_OK ||
	    (e = load_record(&k)) != ERR_OK)
		return e;
	e = form_read(c, import_office_upload_fields, &c->form);
	if (e == ERR_OK && is_being_erased(&k)) {
		form_fail(&c->form, NULL,
		    _("This record is being erased: nothing of it changes any more."));
		e = ERR_INVALID;
	}
	if (e != ERR_OK)
		return page_form_again(c, e, "office/import_return_new.html",
		    returned_new_view(&k));
	if ((e = import_office_receive(c, k.contact_id, &k.id)) != ERR_OK)
		return e;
	return page_redirect(c, returned_path(&k, ""));
}
