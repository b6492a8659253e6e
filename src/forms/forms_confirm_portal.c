/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The double opt-in: the link of the mail shows, its one button confirms; or
 * the person types address and code.  GET changes nothing, however often.
 * Law: GDPR 7(1); LAW R1, R7.
 */
#include "forms/forms_confirm_portal.h"

#include <inttypes.h>

#include "acting/acting.h"
#include "app/gate.h"
#include "app/page.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "db/queries.h"
#include "forms/forms.h"
#include "forms/forms_portal.h"

/* A confirmation, decided before its transaction. */
struct confirming {
	struct ctx *c;
	unsigned char hash[HASH_BYTES];	/* of the sign-up's token */
	bool is_by_code;
	const char *typed_key;		/* address beside the code */
	const char *typed_code;
	bool is_wrong_code;		/* set by the transaction */
	bool is_over;
	int64_t used_us;		/* when another press did; 0: this one */
	const char *mailbox;
	json_t *choices;		/* [[purpose version, channel], ...] */
	uint64_t form_version_id;
};

static json_t *
choices_view(struct ctx *c, const struct forms_version *v, json_t *choices)
{
	json_t *list = json_array(), *choice;
	const struct forms_text *text;
	enum forms_channel channel;
	const char *name;
	size_t i, j;

	for (i = 0; i < json_array_size(choices); i++) {
		choice = json_array_get(choices, i);
		name = json_string_value(json_array_get(choice, 1));
		for (j = 0; j < v->n_purposes; j++) {
			if (v->purposes[j].version_id != (uint64_t)
			    json_integer_value(json_array_get(choice, 0)))
				continue;
			text = forms_text_of(&v->purposes[j], c->lang);
			for (channel = 0; channel < CHANNEL__MAX; channel++)
				if (text_equal(name,
				    forms_channel_names[channel]))
					json_array_append_new(list, json_pack(
					    "{s:s, s:s, s:s}", "title",
					    text->title, "channel",
					    _(forms_channel_labels[channel]),
					    "text", text->wording));
		}
	}
	return list;
}

static enum err
show_ended(struct ctx *c, const char *form_code)
{
	json_t *view = page_view(c, _("This link has ended"));

	json_object_set_new(view, "days", json_integer(FORMS_SIGNUP_DAYS));
	json_object_set_new(view, "form_url", json_string(form_code == NULL ?
	    "/" : arena_printf(c->arena, "/subscribe/%s", form_code)));
	return page_status(c, 410, "portal/forms_link_ended.html", view);
}

static enum err
show_already(struct ctx *c, int64_t used_us)
{
	json_t *view = page_view(c, _("Already confirmed"));

	json_object_set_new(view, "at", json_string(page_date_time(c,
	    used_us)));
	return page(c, "portal/forms_already.html", view);
}

enum err
forms_portal_confirm_show(struct ctx *c)
{
	const struct forms_version *v;
	struct q_forms_confirm_load s;
	unsigned char hash[HASH_BYTES];
	json_t *view, *choices;
	enum err e;

	if (acting_hash(c->worker->keys, c->path_param[0], hash) != ERR_OK)
		return show_ended(c, NULL);
	if ((e = q_forms_confirm_load(c->db, c->arena, (struct bytes){ hash,
	    sizeof(hash) }, &s)) != ERR_OK)
		return e == ERR_NOTFOUND ? show_ended(c, NULL) : e;
	if (s.used_us != 0)
		return show_already(c, s.used_us);
	if ((e = forms_portal_version(c, s.form_version_id, &v)) != ERR_OK)
		return e;
	if (s.expires_us <= c->now_us)
		return show_ended(c, v->code);
	choices = json_loads(s.choices, 0, NULL);
	view = page_view(c, _("Confirm your choices"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, s.mailbox)));
	json_object_set_new(view, "choices", choices_view(c, v, choices));
	json_object_set_new(view, "form", json_pack("{s:s, s:n, s:n}",
	    "action", c->req->path, "csrf", "request_key"));
	json_object_set_new(view, "purge_date", json_string(page_date(c,
	    s.expires_us)));
	json_decref(choices);
	return page(c, "portal/forms_confirm.html", view);
}

static size_t
changes_of(struct confirming *k, const struct forms_version *v,
    const struct q_forms_signup_person *s, uint64_t contact_id,
    struct consent_change *changes)
{
	struct ctx *c = k->c;
	const struct forms_purpose *p;
	json_t *choice;
	size_t i, j, n = 0;

	for (i = 0; i < json_array_size(k->choices) &&
	    n < FORMS_CHOICES_MAX; i++) {
		choice = json_array_get(k->choices, i);
		p = NULL;
		for (j = 0; j < v->n_purposes; j++)
			if (v->purposes[j].version_id == (uint64_t)
			    json_integer_value(json_array_get(choice, 0)))
				p = &v->purposes[j];
		if (p == NULL)
			continue;
		changes[n++] = (struct consent_change){
		    .purpose_id = p->purpose_id, .state = "given", .event = {
		    .kind = "given", .purpose = p->code,
		    .purpose_version_id = p->version_id, .channel = arena_text(
		    c->arena, json_string_value(json_array_get(choice, 1))),
		    .lang = s->language,
		    .notice_version_id = v->notice_version_id,
		    .form_version_id = v->id, .rendering = s->rendering.ptr,
		    .how = "double_opt_in", .at_us = c->now_us,
		    .contact_id = contact_id, .signup_id = s->id } };
	}
	return n;
}

/* Of the contacts with this address the identity's own; else one that nobody's
 * identity has; the oldest.  0: there is none. */
static uint64_t
contact_of(const struct q_forms_signup_person *rows, size_t n)
{
	uint64_t own = 0, free_one = 0, *best;
	size_t i;

	for (i = 0; i < n; i++) {
		if (rows[i].contact_id == 0 || (rows[i].contact_identity_id !=
		    0 && rows[i].contact_identity_id != rows[i].identity_id))
			continue;
		best = rows[i].contact_identity_id != 0 ? &own : &free_one;
		if (*best == 0 || rows[i].contact_id < *best)
			*best = rows[i].contact_id;
	}
	return own != 0 ? own : free_one;
}

static enum err
record(struct confirming *k, struct db *db)
{
	struct consent_change changes[FORMS_CHOICES_MAX];
	struct ctx *c = k->c;
	const struct forms_version *v;
	struct contacts_confirmed who;
	struct q_forms_signup_person *s;
	uint64_t contact_id;
	size_t n;
	enum err e;

	if ((e = q_forms_signup_person(db, c->arena, (struct bytes){
	    k->hash, HASH_BYTES }, &s, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;	/* claimed a moment ago */
	if ((e = forms_portal_version(c, s->form_version_id, &v)) != ERR_OK)
		return e;
	k->mailbox = s->mailbox;
	k->form_version_id = s->form_version_id;
	json_decref(k->choices);	/* of the try that came to nothing */
	k->choices = json_loads(s->choices, 0, NULL);
	who = (struct contacts_confirmed){ s->identity_id,
	    contact_of(s, n), s->language, s->mailbox, arena_textn(c->arena,
	    s->mailbox_key.ptr, s->mailbox_key.len), s->given_name,
	    s->family_name, s->phone,
	    arena_printf(c->arena, "form:%s", v->code), v->notice_version_id,
	    c->now_us };
	if ((e = contacts_confirm(db, c->arena, &who, &contact_id)) != ERR_OK)
		return e;
	if ((n = changes_of(k, v, s, contact_id, changes)) == 0) {
		log_fault("signup=%" PRIu64 " what=\"its choices cannot be read\"",
		    s->id);
		return ERR_BUG;
	}
	return consent_record(db, c->arena, c->worker->ledger, changes, n);
}

/* The sign-up of the address whose code was typed.  A try is counted against
 * each that waits; after the last only the link works.  Two statements, whoever
 * is asked for. */
static enum err
find_by_code(struct confirming *k, struct db *db)
{
	struct q_forms_confirm_by_address *rows;
	struct ctx *c = k->c;
	size_t i, n;
	enum err e;

	if ((e = q_forms_confirm_count_try(db, text_bytes(k->typed_key),
	    ACTING_TRIES_MAX, NULL)) != ERR_OK ||
	    (e = q_forms_confirm_by_address(db, c->arena, text_bytes(
	    k->typed_key), &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if (rows[i].tries > ACTING_TRIES_MAX || !acting_code_fits(c->worker->keys,
		    k->typed_code, rows[i].token_hash, rows[i].code_hash))
			continue;
		memcpy(k->hash, rows[i].token_hash.ptr, HASH_BYTES);
		k->used_us = rows[i].used_us;
		return ERR_OK;
	}
	return ERR_NOTFOUND;
}

static enum err
confirm_in_tx(struct db *db, void *arg)
{
	struct confirming *k = arg;
	const struct spend spend = { BUDGET_CODE, k->typed_key };
	struct ctx *c = k->c;
	uint64_t claimed;
	enum err e;

	k->used_us = 0;
	k->is_wrong_code = false;
	if (k->is_by_code) {
		if ((e = gate_spend(c, &spend, 1, &k->is_over)) != ERR_OK)
			return e;
		e = k->is_over ? ERR_NOTFOUND : find_by_code(k, db);
		if (e == ERR_NOTFOUND) {
			k->is_wrong_code = true;
			return ERR_OK;	/* the counted try must be stored */
		}
		if (e != ERR_OK)
			return e;
	}
	if ((e = q_forms_confirm_claim(db, c->now_us, (struct bytes){
	    k->hash, HASH_BYTES }, c->now_us, &claimed)) != ERR_OK)
		return e;
	if (claimed == 0)
		return k->used_us != 0 ? ERR_OK : ERR_GONE;
	return record(k, db);
}

static enum err
show_confirmed(struct confirming *k)
{
	struct ctx *c = k->c;
	const struct forms_version *v;
	json_t *view;
	enum err e;

	if (k->used_us != 0)
		return show_already(c, k->used_us);
	if ((e = forms_portal_version(c, k->form_version_id, &v)) != ERR_OK)
		return e;
	view = page_view(c, _("Your choices are recorded"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, k->mailbox)));
	json_object_set_new(view, "at", json_string(page_date_time(c,
	    c->now_us)));
	json_object_set_new(view, "choices", choices_view(c, v, k->choices));
	return page(c, "portal/forms_confirmed.html", view);
}

enum err
forms_portal_confirm(struct ctx *c)
{
	struct confirming k = { .c = c };
	enum err e;

	if (acting_hash(c->worker->keys, c->path_param[0], k.hash) != ERR_OK)
		return show_ended(c, NULL);
	e = tx_run(c->db, NULL, c->arena, confirm_in_tx, &k, NULL);
	if (e == ERR_OK)
		e = show_confirmed(&k);
	else if (e == ERR_GONE)
		e = forms_portal_confirm_show(c);	/* second, or too late */
	json_decref(k.choices);
	return e;
}

const struct field forms_portal_code_fields[] = {
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"), .autocomplete = "email" },
	{ .name = "code", .type = F_CODE, .need = true,
	  .label = N_("Code from the mail"),
	  .hint = N_("For example K7QF-2M9T; spaces and small letters are fine."),
	  .autocomplete = "one-time-code" },
	{ .name = NULL }
};

static json_t *
code_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Type the code of the mail"));

	page_form(c, view, "/confirm", "/confirm", &c->form);
	return view;
}

enum err
forms_portal_code_show(struct ctx *c)
{
	form_blank(c, forms_portal_code_fields, &c->form);
	return page(c, "portal/forms_code.html", code_view(c));
}

enum err
forms_portal_code(struct ctx *c)
{
	struct confirming k = { .c = c, .is_by_code = true };
	bool is_done;
	enum err e;

	if ((e = form_read(c, forms_portal_code_fields, &c->form)) != ERR_OK)
		return page_form_again(c, e, "portal/forms_code.html",
		    code_view(c));
	k.typed_key = form_input(&c->form, "email")->address.key;
	k.typed_code = form_value(&c->form, "code");
	e = tx_run(c->db, NULL, c->arena, confirm_in_tx, &k, NULL);
	is_done = e == ERR_OK && !k.is_wrong_code;
	if (is_done)
		e = show_confirmed(&k);
	json_decref(k.choices);
	if (is_done || (e != ERR_OK && e != ERR_GONE))
		return e;
	form_fail(&c->form, "code",
	    _("This code does not fit this address, or it was used, or its time is over. Use the link of the newest mail, or fill in the form again."));
	return page_form_again(c, ERR_INVALID, "portal/forms_code.html",
	    code_view(c));
}
