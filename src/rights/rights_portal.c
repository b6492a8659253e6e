/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking for a right: from the person's space, or by the public form.  The
 * public form's answer is the same whoever is behind the address.
 * Law: GDPR 12(2), 12(3), 18; FEATURES RG6.
 */
#include "rights/rights_portal.h"

#include <inttypes.h>

#include "app/gate.h"
#include "app/page.h"
#include "auth/auth.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "rights/rights.h"
#include "rights/rights_clock.h"

#define CASE_YEARS 5	/* LAW R37 */

static const struct field_choice kinds[] = {
	{ "access", N_("Get a copy of my data") },
	{ "rectification", N_("Correct a piece of data") },
	{ "objection", N_("Object to a use") },
	{ "restriction", N_("Freeze the use") },
	{ "erasure", N_("Erase my data") },
	{ "portability", N_("Take my data with me") },
	{ NULL, NULL }
};

const struct field rights_portal_form_fields[] = {
	{ .name = "kind", .type = F_CHOICE, .need = true,
	  .label = N_("Your request"), .choices = kinds },
	{ .name = "email", .type = F_EMAIL, .need = true,
	  .label = N_("E-mail address"),
	  .hint = N_("The one that we know, if possible. The answer goes there."),
	  .autocomplete = "email" },
	{ .name = "name", .type = F_TEXT, .label = N_("Name"),
	  .autocomplete = "name" },
	{ .name = "message", .type = F_LINES, .max = 1500,
	  .label = N_("Details"),
	  .hint = N_("What you wish, in your words.") },
	{ .name = NULL }
};

const struct field rights_portal_own_fields[] = {
	{ .name = "kind", .type = F_CHOICE, .need = true,
	  .label = N_("Your request"), .choices = kinds },
	{ .name = "message", .type = F_LINES, .max = 1500,
	  .label = N_("Details"),
	  .hint = N_("What you wish, in your words.") },
	{ .name = NULL }
};

static const struct field_choice reasons[] = {
	{ "accuracy", N_("A piece of data is wrong") },
	{ "unlawful", N_("The use is not allowed, but I do not want erasure") },
	{ "claims", N_("I need the data for a legal claim") },
	{ "objection", N_("I objected to a use") },
	{ NULL, NULL }
};

const struct field rights_portal_restriction_fields[] = {
	{ .name = "reason", .type = F_CHOICE, .need = true, .has_radios = true,
	  .label = N_("Why"), .choices = reasons },
	{ .name = "message", .type = F_LINES, .max = 1500,
	  .label = N_("Details") },
	{ .name = NULL }
};

/* A case about to be opened. */
struct filing {
	struct ctx *c;
	struct rights_filing request;
	struct address address;		/* the public form's */
	const char *reason;		/* of a restriction, or NULL */
	const char *to;			/* where the mail goes; NULL: none */
	const char *name;	/* for the greeting; NULL: none */
};

static enum err
add_mail(struct filing *k, struct db *db)
{
	struct outbox_mail mail = { 0 };
	struct ctx *c = k->c;
	json_t *view;
	enum err e;

	view = json_pack("{s:s?, s:s, s:s, s:s, s:n}", "name", k->name,
	    "reference", k->request.reference, "kind",
	    rights_kind_label(c, k->request.kind), "due", page_day(c,
	    k->request.due), "url");
	mail.template = "rights_received";
	mail.language = k->request.lang;
	mail.to = k->to;
	mail.contact_id = k->request.contact_id;
	mail.is_legal = true;
	mail.view = view;
	e = outbox_add(c->worker->outbox, db, c->arena, &mail, c->now_us);
	json_decref(view);
	return e;
}

/*
 * One freeze at a time: its case says how it ends.  It takes the place of one
 * by staff, who could take theirs back (rights_restrict).
 */
static enum err
freeze(const struct filing *k, struct db *db)
{
	int64_t now_us = k->c->now_us;
	const struct rights_step step = { k->request.id, "restricted",
	    "person", 0, now_us };
	uint64_t n;
	enum err e;

	if ((e = q_rights_restrict(db, now_us, k->reason, now_us,
	    k->request.contact_id, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	/* an end that was announced is of the freeze that stood before */
	if ((e = q_rights_lift_forget(db, k->request.contact_id, NULL)) !=
	    ERR_OK)
		return e;
	return rights_step_add(db, &step);
}

static enum err
file_in_tx(struct db *db, void *arg)
{
	struct filing *k = arg;
	struct ctx *c = k->c;
	enum err e;

	if ((e = rights_file(c, db, &k->request)) != ERR_OK ||
	    (k->reason != NULL && (e = freeze(k, db)) != ERR_OK))
		return e;
	tx_set_result(db, k->request.reference);
	return k->to == NULL ? ERR_OK : add_mail(k, db);
}

/*
 * The public form.  Whose address it is, is not even asked here: the keeper
 * does (rights_match.c), so that the time of an answer cannot tell it.
 */
static enum err
file_public_in_tx(struct db *db, void *arg)
{
	struct filing *k = arg;
	const struct spend spends[] = {
		{ BUDGET_ADDRESS_MAIL, k->address.key },
		{ BUDGET_NETWORK_MAIL, NULL },
	};
	bool is_over[LENGTH(spends)];
	enum err e;

	if ((e = gate_spend(k->c, spends, LENGTH(spends), is_over)) != ERR_OK)
		return e;
	if (is_over[0] || is_over[1])
		return ERR_LIMIT;
	return file_in_tx(db, k);
}

static json_t *
new_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Your rights"));

	page_form(c, view, "/rights", "/rights", &c->form);
	json_object_set_new(view, "years", json_integer(CASE_YEARS));
	return view;
}

/* Who is signed in need not type who they are. */
static enum err
set_caller(struct ctx *c)
{
	struct auth_identity who;
	enum err e;

	if (c->caller.kind != CALLER_PERSON)
		return ERR_OK;
	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK)
		return e;
	form_set(&c->form, "email", who.mailbox);
	if (c->caller.contact_id != 0 && !text_equal(c->caller.name,
	    address_show(c->arena, who.mailbox)))
		form_set(&c->form, "name", c->caller.name);
	return ERR_OK;
}

enum err
rights_portal_new(struct ctx *c)
{
	enum err e;

	form_blank(c, rights_portal_form_fields, &c->form);
	if ((e = set_caller(c)) != ERR_OK)
		return e;
	return page(c, "portal/rights_new.html", new_view(c));
}

/*
 * Staff read who says to write.  The mail does not greet them so: it goes to
 * whomever a stranger chose, and would carry the stranger's words.
 */
static const char *
signed_words(struct ctx *c)
{
	const char *name = form_value(&c->form, "name");
	const char *message = form_value(&c->form, "message");

	if (*name == '\0')
		return message;
	return arena_printf(c->arena, "%s\n\n%s", name, message);
}

enum err
rights_portal_file(struct ctx *c)
{
	struct filing k = { .c = c };
	enum err e;

	if ((e = form_read(c, rights_portal_form_fields, &c->form)) != ERR_OK)
		return page_form_again(c, e, "portal/rights_new.html",
		    new_view(c));
	k.address = form_input(&c->form, "email")->address;
	k.to = k.address.mail;
	k.request = (struct rights_filing){ .kind = form_value(&c->form,
	    "kind"), .door = "form", .state = "open", .lang = c->lang,
	    .words = signed_words(c), .mailbox = k.address.mail,
	    .is_unmatched = true };
	if ((e = ctx_tx(c, file_public_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/rights/filed");
}

enum err
rights_portal_filed(struct ctx *c)
{
	json_t *view = page_view(c, _("Your request has arrived"));

	json_object_set_new(view, "reference", json_null());
	json_object_set_new(view, "address", json_string(_("your address")));
	json_object_set_new(view, "erasure", json_null());
	json_object_set_new(view, "due", json_string(page_day(c, rights_due(
	    day_of(c->now_us), RIGHTS_MONTHS,
	    holidays_at(c->site->holidays)))));
	json_object_set_new(view, "authority", json_pack("{s:s, s:s}", "name",
	    c->site->authority_name, "url", c->site->authority_url));
	return page(c, "portal/rights_filed.html", view);
}

static bool
is_open(const char *state)
{
	return strcmp(state, "intent") == 0 || strcmp(state, "open") == 0 ||
	    strcmp(state, "waiting") == 0;
}

static void
add_state(struct ctx *c, json_t *item, const char *state, struct day due)
{
	bool open = is_open(state);

	json_object_set_new(item, "state", json_string(rights_state_label(c,
	    state)));
	json_object_set_new(item, "is_open", json_boolean(open));
	json_object_set_new(item, "is_done", json_boolean(
	    strcmp(state, "answered") == 0));
	json_object_set_new(item, "is_late", json_boolean(open &&
	    day_compare(day_of(c->now_us), due) > 0));
}

static enum err
list_view(struct ctx *c, json_t **ret_view)
{
	json_t *view, *list = json_array(), *item;
	struct q_rights_mine *rows;
	size_t i, n;
	enum err e;

	if ((e = q_rights_mine(c->db, c->arena, c->caller.contact_id, &rows,
	    &n)) != ERR_OK) {
		json_decref(list);
		return e;
	}
	for (i = 0; i < n; i++) {
		item = json_pack("{s:s, s:s, s:s, s:s, s:o}", "url",
		    arena_printf(c->arena, "/account/requests/%" PRIu64,
		    rows[i].id), "kind", rights_kind_label(c, rows[i].kind),
		    "reference", rows[i].reference, "filed", page_date(c,
		    rows[i].received_us), "due", is_open(rows[i].state) ?
		    json_string(page_day(c, rows[i].due_day)) : json_null());
		add_state(c, item, rows[i].state, rows[i].due_day);
		json_array_append_new(list, item);
	}
	view = page_view(c, _("My requests"));
	page_form(c, view, "/account/requests", "/account/requests",
	    &c->form);
	json_object_set_new(view, "has_requests", json_boolean(n > 0));
	json_object_set_new(view, "requests", list);
	json_object_set_new(view, "pages", json_null());
	*ret_view = view;
	return ERR_OK;
}

enum err
rights_portal_list(struct ctx *c)
{
	json_t *view;
	enum err e;

	form_blank(c, rights_portal_own_fields, &c->form);
	if ((e = list_view(c, &view)) != ERR_OK)
		return e;
	return page(c, "portal/rights_list.html", view);
}

static enum err
file_own(struct ctx *c, const char *kind, const char *words,
    const char *reason)
{
	struct filing k = { .c = c, .reason = reason };
	struct auth_identity who;
	enum err e;

	if ((e = auth_identity_load(c->db, c->arena, c->caller.identity_id,
	    &who)) != ERR_OK)
		return e;
	k.to = who.mailbox;
	k.name = c->caller.name;
	k.request = (struct rights_filing){ .kind = kind, .door = "account",
	    .state = "open", .contact_id = c->caller.contact_id,
	    .lang = c->lang, .words = words };
	return ctx_tx(c, file_in_tx, &k);
}

enum err
rights_portal_ask(struct ctx *c)
{
	json_t *view;
	enum err e, shown;

	if ((e = form_read(c, rights_portal_own_fields, &c->form)) == ERR_OK) {
		if ((e = file_own(c, form_value(&c->form, "kind"),
		    form_value(&c->form, "message"), NULL)) != ERR_OK)
			return e;
		return page_redirect(c, "/account/requests");
	}
	if ((shown = list_view(c, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "portal/rights_list.html", view);
}

/* What they and we said in the case, opened for the person. */
static enum err
add_texts(struct ctx *c, const struct q_rights_mine_one *r, json_t *view)
{
	bool is_refused = strcmp(r->state, "refused") == 0;
	struct rights_texts texts = { .sealed_words = r->words_sealed,
	    .sealed_answer = r->answer_sealed, .sealed_why = r->extended_sealed };
	json_t *refused = json_null();
	enum err e;

	if ((e = rights_texts_open(c, c->caller.contact_id, &texts)) !=
	    ERR_OK)
		return e;
	if (is_refused)
		refused = json_pack("{s:s, s:s, s:s}", "ground",
		    rights_ground(c->lang, r->outcome == NULL ? "" :
		    r->outcome), "authority_name", c->site->authority_name,
		    "authority_url", c->site->authority_url);
	json_object_set_new(view, "message", json_pack("s?", texts.words));
	json_object_set_new(view, "extended_why", json_pack("s?",
	    texts.why));
	json_object_set_new(view, "answer", texts.answer == NULL ?
	    json_null() : json_pack("{s:s, s:O}", "text", texts.answer,
	    "refused", refused));
	json_decref(refused);
	return ERR_OK;
}

enum err
rights_portal_show(struct ctx *c)
{
	json_t *view, *events = json_array();
	struct q_rights_mine_one r;
	struct q_rights_steps *steps;
	uint64_t id;
	size_t i, n;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = q_rights_mine_one(c->db, c->arena, id, c->caller.contact_id,
	    &r)) != ERR_OK ||
	    (e = q_rights_steps(c->db, c->arena, id, &steps, &n)) != ERR_OK) {
		json_decref(events);
		return e;
	}
	for (i = 0; i < n; i++)
		json_array_append_new(events, json_pack("{s:o, s:s}", "at",
		    page_at(c, steps[i].at_us), "text", rights_verb_label(c,
		    steps[i].verb)));
	view = page_view(c, rights_kind_label(c, r.kind));
	add_state(c, view, r.state, r.due_day);
	json_object_set_new(view, "back_url", json_string(
	    "/account/requests"));
	json_object_set_new(view, "kind", json_string(rights_kind_label(c,
	    r.kind)));
	json_object_set_new(view, "reference", json_string(r.reference));
	json_object_set_new(view, "filed", json_string(page_date(c,
	    r.received_us)));
	json_object_set_new(view, "due", json_string(page_day(c, r.due_day)));
	json_object_set_new(view, "erasure_url", strcmp(r.kind, "erasure") ==
	    0 && is_open(r.state) ? json_string("/account/erasure") :
	    json_null());
	json_object_set_new(view, "events", events);
	if ((e = add_texts(c, &r, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	return page(c, "portal/rights_show.html", view);
}

static const char *
reason_label(struct ctx *c, const char *reason)
{
	const struct field_choice *choice;

	for (choice = reasons; choice->value != NULL; choice++)
		if (text_equal(choice->value, reason))
			return _(choice->label);
	return _("An erasure is under way");
}

static enum err
restriction_view(struct ctx *c, json_t **ret_view)
{
	struct q_rights_frozen_by_staff *by_staff;
	struct q_rights_lift_announced *ends;
	struct q_contacts_load r;
	json_t *view, *frozen;
	size_t n, n_by_staff;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, c->caller.contact_id,
	    &r)) != ERR_OK || (e = q_rights_lift_announced(c->db, c->arena,
	    c->caller.contact_id, &ends, &n)) != ERR_OK ||
	    (e = q_rights_frozen_by_staff(c->db, c->arena,
	    c->caller.contact_id, &by_staff, &n_by_staff)) != ERR_OK)
		return e;
	view = page_view(c, _("Freeze the use of my data"));
	page_form(c, view, "/account/restriction", "/account/restriction",
	    &c->form);
	json_object_set_new(view, "restricted", json_null());
	if (r.restricted_us != 0) {
		frozen = page_csrf(c, "/account/restriction/end",
		    "/account/restriction/end");
		json_object_set_new(frozen, "since", json_string(page_date(c,
		    r.restricted_us)));
		json_object_set_new(frozen, "reason", json_string(
		    reason_label(c, r.restriction)));
		json_object_set_new(frozen, "by_staff", json_boolean(
		    n_by_staff > 0));
		json_object_set_new(frozen, "can_end", json_boolean(
		    !text_equal(r.restriction, "erasure")));
		json_object_set_new(frozen, "ends", n == 0 ? json_null() :
		    json_string(page_day(c, ends[0].lift_day)));
		json_object_set_new(view, "restricted", frozen);
		/* what was typed wrongly is shown again all the same */
		if (n_by_staff == 0 && !form_has_errors(&c->form))
			json_object_set_new(view, "form", json_null());
	}
	*ret_view = view;
	return ERR_OK;
}

enum err
rights_portal_restriction(struct ctx *c)
{
	json_t *view;
	enum err e;

	form_blank(c, rights_portal_restriction_fields, &c->form);
	if ((e = restriction_view(c, &view)) != ERR_OK)
		return e;
	return page(c, "portal/rights_restriction.html", view);
}

enum err
rights_portal_restrict(struct ctx *c)
{
	json_t *view;
	enum err e, shown;

	if ((e = form_read(c, rights_portal_restriction_fields, &c->form)) ==
	    ERR_OK) {
		if ((e = file_own(c, "restriction", form_value(&c->form,
		    "message"), form_value(&c->form, "reason"))) != ERR_OK)
			return e;
		return page_redirect(c, "/account/restriction");
	}
	if ((shown = restriction_view(c, &view)) != ERR_OK)
		return shown;
	return page_form_again(c, e, "portal/rights_restriction.html", view);
}

static enum err
lift_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	struct q_rights_open_restriction *open;
	struct q_contacts_load r;
	struct ledger_audit event = { .verb = "rights.lifted",
	    .actor = "person", .object = "contact",
	    .object_id = c->caller.contact_id,
	    .contact_id = c->caller.contact_id, .at_us = c->now_us };
	struct rights_step step;
	size_t n;
	enum err e;

	if ((e = q_contacts_load(db, c->arena, c->caller.contact_id, &r)) !=
	    ERR_OK)
		return e;
	/* what an erasure froze is freed by cancelling the erasure */
	if (r.restricted_us == 0 || text_equal(r.restriction, "erasure"))
		return ERR_CONFLICT;
	if ((e = q_rights_lift(db, c->now_us, c->caller.contact_id, NULL)) !=
	    ERR_OK || (e = q_rights_lift_forget(db, c->caller.contact_id,
	    NULL)) != ERR_OK || (e = ledger_audit(db, c->arena,
	    c->worker->ledger, &event)) != ERR_OK ||
	    (e = q_rights_open_restriction(db, c->arena,
	    c->caller.contact_id, &open, &n)) != ERR_OK || n == 0)
		return e;
	step = (struct rights_step){ open[0].id, "lifted", "person", 0,
	    c->now_us };
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return q_rights_close(db, "answered", "lifted by the person",
	    c->now_us, open[0].id, NULL);
}

enum err
rights_portal_lift(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, lift_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/account/restriction");
}
