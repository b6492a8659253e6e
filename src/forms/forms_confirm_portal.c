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

/* A sign-up, and what was said since of what it asks for. */
struct asked {
	const struct forms_version *v;
	const struct q_forms_signup_person *s;	/* NULL: not read */
	uint64_t contact_id;		/* that it is filed under; 0: a new one */
	const struct forms_purpose *purposes[FORMS_CHOICES_MAX];
	struct consent_since since[FORMS_CHOICES_MAX];
	size_t n;
	size_t n_new;			/* of them, of which nothing was said since */
};

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
	struct asked asked;
};

static const struct forms_purpose *
purpose_of(const struct forms_version *v, json_int_t version_id)
{
	size_t i;

	for (i = 0; i < v->n_purposes; i++)
		if (v->purposes[i].version_id == (uint64_t)version_id)
			return &v->purposes[i];
	return NULL;
}

/* ${k->s->choices}: [[purpose version, channel], ...]. */
static void
read_choices(struct arena *a, struct asked *k)
{
	json_t *choices = json_loads(k->s->choices, 0, NULL), *choice;
	const struct forms_purpose *p;
	size_t i;

	k->n = 0;
	for (i = 0; i < json_array_size(choices) &&
	    k->n < FORMS_CHOICES_MAX; i++) {
		choice = json_array_get(choices, i);
		p = purpose_of(k->v, json_integer_value(json_array_get(choice,
		    0)));
		if (p == NULL)
			continue;
		k->purposes[k->n] = p;
		k->since[k->n++] = (struct consent_since){
		    .purpose_id = p->purpose_id, .channel = arena_text(a,
		    json_string_value(json_array_get(choice, 1))) };
	}
	json_decref(choices);
}

/* Of the contacts with this address the identity's own; else one that nobody's
 * identity has; the oldest.  NULL: there is none. */
static const struct q_forms_signup_person *
contact_of(const struct q_forms_signup_person *rows, size_t n)
{
	const struct q_forms_signup_person *own = NULL, *free_one = NULL,
	    **best;
	size_t i;

	for (i = 0; i < n; i++) {
		if (rows[i].contact_id == 0 || (rows[i].contact_identity_id !=
		    0 && rows[i].contact_identity_id != rows[i].identity_id))
			continue;
		best = rows[i].contact_identity_id != 0 ? &own : &free_one;
		if (*best == NULL || rows[i].contact_id < (*best)->contact_id)
			*best = &rows[i];
	}
	return own != NULL ? own : free_one;
}

/* What it asks for and what was said since.  ERR_NOTFOUND: there is no such
 * sign-up; one that was used, or whose time is over, comes with k->v alone. */
static enum err
load_asked(struct ctx *c, struct db *db,
    const unsigned char hash[HASH_BYTES], struct asked *k)
{
	const struct q_forms_signup_person *who;
	struct q_forms_signup_person *rows;
	struct consent_asking asking;
	size_t i, n;
	enum err e;

	*k = (struct asked){ .n = 0 };
	if ((e = q_forms_signup_person(db, c->arena, (struct bytes){ hash,
	    HASH_BYTES }, &rows, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;
	k->s = rows;
	if ((e = forms_portal_version(c, rows->form_version_id, &k->v)) !=
	    ERR_OK)
		return e;
	if (rows->used_us != 0 || rows->expires_us <= c->now_us)
		return ERR_OK;
	read_choices(c->arena, k);
	who = contact_of(rows, n);
	k->contact_id = who == NULL ? 0 : who->contact_id;
	asking = (struct consent_asking){ rows->id, k->contact_id,
	    arena_textn(c->arena, rows->mailbox_key.ptr,
	    rows->mailbox_key.len), rows->phone, who == NULL ? NULL :
	    who->contact_phone, rows->created_us, c->now_us };
	if ((e = consent_since(db, c->arena, c->worker->keys, &asking,
	    k->since, k->n)) != ERR_OK)
		return e;
	for (i = 0; i < k->n; i++)
		k->n_new += k->since[i].state == NULL;
	return ERR_OK;
}

static const char *
channel_label(struct ctx *c, const char *name)
{
	enum forms_channel channel;

	for (channel = 0; channel < CHANNEL__MAX; channel++)
		if (text_equal(name, forms_channel_names[channel]))
			return _(forms_channel_labels[channel]);
	return "";
}

/* What the button records; and what stays as it was said since. */
static void
add_choices(struct ctx *c, json_t *view, const struct asked *k)
{
	json_t *choices = json_array(), *kept = json_array();
	const struct consent_since *since;
	const struct forms_text *text;
	bool is_yes;
	size_t i;

	for (i = 0; i < k->n; i++) {
		since = &k->since[i];
		text = forms_text_of(k->purposes[i], c->lang);
		is_yes = text_equal(since->state, "given");
		if (since->state == NULL)
			json_array_append_new(choices, json_pack(
			    "{s:s, s:s, s:s}", "title", text->title,
			    "channel", channel_label(c, since->channel),
			    "text", text->wording));
		else
			json_array_append_new(kept, json_pack(
			    "{s:s, s:s, s:s, s:b, s:b, s:b}", "title",
			    text->title, "channel", channel_label(c,
			    since->channel), "at", page_date(c, since->at_us),
			    "is_yes", is_yes && !since->is_held, "is_no",
			    !is_yes, "is_held", is_yes && since->is_held));
	}
	json_object_set_new(view, "has_choices", json_boolean(k->n_new > 0));
	json_object_set_new(view, "choices", choices);
	json_object_set_new(view, "has_kept", json_boolean(k->n_new < k->n));
	json_object_set_new(view, "kept", kept);
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

/* ${action}: where the one button goes. */
static enum err
show_asked(struct ctx *c, int status, const struct asked *k,
    const char *action)
{
	json_t *view = page_view(c, k->n_new > 0 ?
	    _("Confirm your choices") : _("Nothing is left to confirm"));

	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, k->s->mailbox)));
	add_choices(c, view, k);
	json_object_set_new(view, "form", k->n_new == 0 ? json_null() :
	    json_pack("{s:s, s:n, s:n}", "action", action, "csrf",
	    "request_key"));
	json_object_set_new(view, "form_url", json_string(arena_printf(
	    c->arena, "/subscribe/%s", k->v->code)));
	json_object_set_new(view, "purge_date", json_string(page_date(c,
	    k->s->expires_us)));
	return page_status(c, status, "portal/forms_confirm.html", view);
}

enum err
forms_portal_confirm_show(struct ctx *c)
{
	unsigned char hash[HASH_BYTES];
	struct asked k;
	enum err e;

	if (acting_hash(c->worker->keys, c->path_param[0], hash) != ERR_OK)
		return show_ended(c, NULL);
	if ((e = load_asked(c, c->db, hash, &k)) != ERR_OK)
		return e == ERR_NOTFOUND ? show_ended(c, NULL) : e;
	if (k.s->used_us != 0)
		return show_already(c, k.s->used_us);
	if (k.s->expires_us <= c->now_us)
		return show_ended(c, k.v->code);
	return show_asked(c, 200, &k, c->req->path);
}

static size_t
changes_of(struct ctx *c, const struct asked *k, uint64_t contact_id,
    struct consent_change *changes)
{
	const struct forms_purpose *p;
	size_t i, n = 0;

	for (i = 0; i < k->n; i++) {
		if (k->since[i].state != NULL)
			continue;
		p = k->purposes[i];
		changes[n++] = (struct consent_change){
		    .purpose_id = p->purpose_id, .state = "given", .event = {
		    .kind = "given", .purpose = p->code,
		    .purpose_version_id = p->version_id,
		    .channel = k->since[i].channel,
		    .lang = k->s->language,
		    .notice_version_id = k->v->notice_version_id,
		    .form_version_id = k->v->id,
		    .rendering = k->s->rendering.ptr,
		    .how = "double_opt_in", .at_us = c->now_us,
		    .contact_id = contact_id, .signup_id = k->s->id } };
	}
	return n;
}

static enum err
record(struct confirming *k, struct db *db)
{
	struct consent_change changes[FORMS_CHOICES_MAX];
	const struct asked *asked = &k->asked;
	const struct q_forms_signup_person *s = asked->s;
	struct ctx *c = k->c;
	struct contacts_confirmed who;
	uint64_t contact_id;
	size_t n;
	enum err e;

	who = (struct contacts_confirmed){ s->identity_id,
	    asked->contact_id, s->language, s->mailbox, arena_textn(c->arena,
	    s->mailbox_key.ptr, s->mailbox_key.len), s->given_name,
	    s->family_name, s->phone,
	    arena_printf(c->arena, "form:%s", asked->v->code),
	    asked->v->notice_version_id, c->now_us };
	if ((e = contacts_confirm(db, c->arena, &who, &contact_id)) != ERR_OK)
		return e;
	n = changes_of(c, asked, contact_id, changes);
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
	if ((e = load_asked(c, db, k->hash, &k->asked)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	if (k->asked.s->used_us == 0 && k->asked.s->expires_us > c->now_us) {
		if (k->asked.n == 0) {
			log_fault("signup=%" PRIu64
			    " what=\"its choices cannot be read\"",
			    k->asked.s->id);
			return ERR_BUG;
		}
		if (k->asked.n_new == 0)
			return ERR_OK;	/* not claimed: it confirms nothing */
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
	json_t *view;

	if (k->used_us != 0)
		return show_already(c, k->used_us);
	if (k->asked.n_new == 0)
		return show_asked(c, 409, &k->asked, c->req->path);
	view = page_view(c, _("Your choices are recorded"));
	json_object_set_new(view, "address", json_string(address_mask(
	    c->arena, k->asked.s->mailbox)));
	json_object_set_new(view, "at", json_string(page_date_time(c,
	    c->now_us)));
	add_choices(c, view, &k->asked);
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
	if (is_done || (e != ERR_OK && e != ERR_GONE))
		return e;
	form_fail(&c->form, "code",
	    _("This code does not fit this address, or it was used, or its time is over. Use the link of the newest mail, or fill in the form again."));
	return page_form_again(c, ERR_INVALID, "portal/forms_code.html",
	    code_view(c));
}
