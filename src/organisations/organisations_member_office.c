/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * To which organisation a contact belongs: looked for, set, changed, ended.
 * The person sees it in their space, with where it came from.
 * Law: GDPR 4(1), 5(1)(c), 5(1)(d), 15(1), 16.
 */
#include "organisations/organisations_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "ledger/ledger.h"

#define FOUND_MAX	20	/* of one search */
#define SEEN_MAX	700	/* organisations_line() */

const struct field organisations_member_search_fields[] = {
	{ .name = "words", .type = F_TEXT, .need = true, .max = 120,
	  .label = N_("Name, domain or registration number"),
	  .autocomplete = "off" },
	{ .name = NULL }
};

const struct field organisations_member_fields[] = {
	{ .name = "job_title", .type = F_TEXT, .max = ORGANISATIONS_TITLE_MAX,
	  .label = N_("Function"), .autocomplete = "off",
	  .hint = N_("What the person does there, as they would say it.") },
	{ .name = "since", .type = F_DATE, .label = N_("Since"),
	  .autocomplete = "off",
	  .hint = N_("Empty when it is not known.") },
	{ .name = "own", .type = F_FLAG,
	  .label = N_("It is the person’s own business: then all that is noted of it is their data, is in their copy, and goes with them") },
	{ .name = "organisation", .type = F_ID, .need = true },
	{ .name = "seen", .type = F_HIDDEN, .max = SEEN_MAX },
	{ .name = NULL }
};

const struct field organisations_member_end_fields[] = {
	{ .name = "seen", .type = F_HIDDEN, .need = true, .max = SEEN_MAX },
	{ .name = NULL }
};

/* The page of one contact. */
struct belonging {
	struct ctx *c;
	uint64_t contact_id;
	struct q_contacts_load r;
	bool is_member;
	struct q_organisations_of of;		/* when is_member */
	uint64_t chosen_id;			/* to belong to from now on; 0: none */
	const char *chosen_name;
	struct contacts_query query;		/* .id NULL: nothing was looked for */
	struct organisations_found found;
	struct form search;
	struct organisations_member member;	/* what is stored */
};

static const char *
here(const struct belonging *b, const char *suffix)
{
	return arena_printf(b->c->arena, "/contacts/%" PRIu64 "%s",
	    b->contact_id, suffix);
}

/* Whoever may not see the record is told that it does not exist. */
static enum err
load(struct belonging *b)
{
	struct ctx *c = b->c;
	struct q_people_one one;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &b->contact_id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, b->contact_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK ||
	    (e = q_contacts_load(c->db, c->arena, b->contact_id, &b->r)) !=
	    ERR_OK)
		return e;
	e = q_organisations_of(c->db, c->arena, b->contact_id, &b->of);
	b->is_member = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static bool
is_being_erased(const struct belonging *b)
{
	return text_equal(b->r.restriction, "erasure");
}

/* The organisation that the form is for: one of the silo, or the present one,
 * of whichever. */
static enum err
choose(struct belonging *b, uint64_t id)
{
	struct q_organisations_one row;
	enum err e;

	if (b->is_member && b->of.organisation_id == id) {
		b->chosen_id = id;
		b->chosen_name = b->of.name;
		return ERR_OK;
	}
	if ((e = organisations_load(b->c, id, &row)) != ERR_OK)
		return e;
	b->chosen_id = id;
	b->chosen_name = row.name;
	return ERR_OK;
}

/* Its record, for who may see that. */
static enum err
current_url(const struct belonging *b, const char **ret_url)
{
	struct q_organisations_one row;
	enum err e;

	*ret_url = NULL;
	if (!b->is_member)
		return ERR_OK;
	e = organisations_load(b->c, b->of.organisation_id, &row);
	if (e == ERR_OK)
		*ret_url = arena_printf(b->c->arena, "/organisations/%" PRIu64,
		    b->of.organisation_id);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static const char *
line(const struct belonging *b)
{
	return organisations_line(b->c->arena, b->is_member ? &b->of : NULL);
}

static json_t *
set_view(const struct belonging *b)
{
	struct ctx *c = b->c;
	json_t *view;

	if (b->chosen_id == 0 || is_being_erased(b))
		return json_null();
	view = page_csrf(c, "/contacts/:id/organisation", here(b,
	    "/organisation"));
	json_object_set_new(view, "fields", form_view(c, &c->form));
	json_object_set_new(view, "organisation", json_string(arena_printf(
	    c->arena, "%" PRIu64, b->chosen_id)));
	json_object_set_new(view, "chosen", json_string(b->chosen_name));
	json_object_set_new(view, "seen", json_string(line(b)));
	return view;
}

static json_t *
end_view(const struct belonging *b)
{
	struct ctx *c = b->c;
	json_t *view;

	if (!b->is_member || is_being_erased(b))
		return json_null();
	view = page_csrf(c, "/contacts/:id/organisation/end", here(b,
	    "/organisation/end"));
	json_object_set_new(view, "seen", json_string(line(b)));
	json_object_set_new(view, "is_own", json_boolean(b->of.is_own));
	return view;
}

static json_t *
search_view(const struct belonging *b)
{
	struct ctx *c = b->c;
	json_t *view;

	if (is_being_erased(b))
		return json_null();
	view = page_csrf(c, "/contacts/:id/organisation/search", here(b,
	    "/organisation/search"));
	json_object_set_new(view, "fields", form_view(c, &b->search));
	json_object_set_new(view, "has_searched", json_boolean(b->query.id !=
	    NULL));
	json_object_set_new(view, "has_found", json_boolean(b->found.n > 0));
	json_object_set_new(view, "is_cut", json_boolean(b->found.is_cut ||
	    b->found.n == FOUND_MAX));
	json_object_set_new(view, "found", organisations_found_view(c,
	    &b->found, here(b, "/organisation?o=")));
	json_object_set_new(view, "new_url", json_string(arena_printf(
	    c->arena, "/organisations/new?for=%" PRIu64, b->contact_id)));
	return view;
}

static enum err
draw(struct belonging *b, const struct form *wrong, enum err why)
{
	const struct contacts_looking looking = { "record", "daily" };
	struct ctx *c = b->c;
	const char *name = contacts_name(c, &b->r), *url;
	json_t *view;
	enum err e;

	if ((e = current_url(b, &url)) != ERR_OK ||
	    (e = contacts_looked(c, &looking, &b->contact_id, 1)) != ERR_OK ||
	    (e = organisations_looked(c, b->found.rows, b->found.n)) !=
	    ERR_OK)
		return e;
	view = page_view(c, _("Organisation"));
	json_object_set_new(view, "name", json_string(name));
	json_object_set_new(view, "back_url", json_string(here(b, "")));
	json_object_set_new(view, "errors", form_errors_view(c, wrong));
	json_object_set_new(view, "is_being_erased", json_boolean(
	    is_being_erased(b)));
	json_object_set_new(view, "belongs", !b->is_member ? json_null() :
	    json_pack("{s:s, s:s?, s:s, s:s, s:b}", "name", b->of.name,
	    "url", url, "job_title", b->of.job_title, "since",
	    b->of.since.y == 0 ? "" : page_day(c, b->of.since), "is_own",
	    b->of.is_own));
	json_object_set_new(view, "set", set_view(b));
	json_object_set_new(view, "end", end_view(b));
	json_object_set_new(view, "search", search_view(b));
	return why == ERR_OK ? page(c, "office/organisations_member.html",
	    view) : page_form_again(c, why,
	    "office/organisations_member.html", view);
}

/* The form as it is stored; of another organisation nothing is said yet. */
static void
fill(struct belonging *b)
{
	struct form *form = &b->c->form;
	bool is_same = b->is_member && b->chosen_id ==
	    b->of.organisation_id;

	form_blank(b->c, organisations_member_fields, form);
	if (!is_same)
		return;
	form_set(form, "job_title", b->of.job_title);
	form_set(form, "since", b->of.since.y == 0 ? "" : day_write(
	    b->c->arena, b->of.since));
	form_set(form, "own", b->of.is_own ? "yes" : "");
	form_input(form, "own")->number = b->of.is_own ? 1 : 0;
}

/* The search of the page before, in the form and done. */
static enum err
look_again(struct belonging *b, const char *id)
{
	struct ctx *c = b->c;
	enum err e;

	form_blank(c, organisations_member_search_fields, &b->search);
	if (id == NULL)
		return ERR_OK;
	e = contacts_query_load(c, id, &b->query);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	form_set(&b->search, "words", b->query.words);
	return organisations_find(c, b->query.words, 0, FOUND_MAX,
	    &b->found);
}

enum err
organisations_member_show(struct ctx *c)
{
	const struct param *q = params_find(&c->query, "q");
	const struct param *o = params_find(&c->query, "o");
	struct belonging b = { .c = c };
	uint64_t id = 0;
	enum err e;

	if ((e = load(&b)) != ERR_OK)
		return e;
	if (o != NULL && parse_u64(o->value, &id) != ERR_OK)
		return ERR_NOTFOUND;
	if (id == 0 && b.is_member)
		id = b.of.organisation_id;
	if ((id != 0 && (e = choose(&b, id)) != ERR_OK) ||
	    (e = look_again(&b, q == NULL ? NULL : q->value)) != ERR_OK)
		return e;
	fill(&b);
	return draw(&b, &c->form, ERR_OK);
}

enum err
organisations_member_search(struct ctx *c)
{
	struct contacts_query typed = { .reason = "daily", .filter = "" };
	struct belonging b = { .c = c };
	const char *id;
	enum err e, wrong;

	if ((e = load(&b)) != ERR_OK)
		return e;
	wrong = form_read(c, organisations_member_search_fields, &b.search);
	if (wrong != ERR_OK) {
		if (b.is_member && (e = choose(&b,
		    b.of.organisation_id)) != ERR_OK)
			return e;
		fill(&b);
		return draw(&b, &b.search, wrong);
	}
	typed.words = form_value(&b.search, "words");
	if ((e = contacts_query_keep(c, &typed, &id)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "%s?q=%s", here(&b,
	    "/organisation"), id));
}

/* ---- storing it */

static enum err
note(const struct belonging *b, struct db *db, const char *verb)
{
	struct ctx *c = b->c;
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "contact",
	    .contact_id = b->contact_id, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* The organisation is locked first; the present one, of whichever silo. */
static enum err
set_in_tx(struct db *db, void *arg)
{
	struct belonging *b = arg;
	struct ctx *c = b->c;
	bool is_present = b->is_member && b->of.organisation_id ==
	    b->member.organisation_id;
	struct q_organisations_lock row;
	enum err e;

	if ((e = q_organisations_lock(db, c->arena,
	    b->member.organisation_id, is_present || auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &row)) != ERR_OK)
		return e;
	/* whose own it is, is said by who sees the organisation itself */
	if (b->member.is_own != (row.trader_id == b->contact_id) &&
	    (e = q_organisations_lock(db, c->arena, b->member.organisation_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &row)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_DENIED : e;
	if (b->member.is_own && row.trader_id != 0 &&
	    row.trader_id != b->contact_id)
		return ERR_INVALID;
	b->member.name = row.name;
	b->member.trader_id = row.trader_id;
	if ((e = organisations_member_store(db, c->arena, c->worker->keys,
	    &b->member)) != ERR_OK)
		return e;
	return note(b, db, "contact.organisation_set");
}

/* A sole trader's business is data of theirs: it does not outlive the link. */
static enum err
end_in_tx(struct db *db, void *arg)
{
	struct belonging *b = arg;
	struct ctx *c = b->c;
	uint64_t id = b->of.organisation_id;
	const struct ledger_audit removed = { .verb = "organisation.removed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "organisation", .object_id = id, .at_us = c->now_us };
	struct q_organisations_lock row;
	struct q_organisations_others *others;
	size_t n = 0;
	enum err e;

	if ((e = q_organisations_lock(db, c->arena, id, true, 0, 0, &row)) !=
	    ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CONFLICT : e;
	if (row.trader_id == b->contact_id && (e = q_organisations_others(db,
	    c->arena, id, b->contact_id, &others, &n)) != ERR_OK)
		return e;
	if (n > 0)
		return ERR_INVALID;
	if ((e = organisations_member_store(db, c->arena, c->worker->keys,
	    &b->member)) != ERR_OK)
		return e;
	if (row.trader_id == b->contact_id &&
	    ((e = q_organisations_words_delete(db, id, NULL)) != ERR_OK ||
	    (e = q_organisations_delete(db, id, NULL)) != ERR_OK ||
	    (e = ledger_audit(db, c->arena, c->worker->ledger, &removed)) !=
	    ERR_OK))
		return e;
	return note(b, db, "contact.organisation_ended");
}

static struct organisations_member
member_of(const struct belonging *b)
{
	struct ctx *c = b->c;

	return (struct organisations_member){ .contact_id = b->contact_id,
	    .name = "", .job_title = "", .seen = form_value(&c->form,
	    "seen"), .source = "staff", .staff_id = c->caller.staff_id,
	    .at_us = c->now_us };
}

/* Refused as a whole, in words; the page shows what is there now. */
static enum err
refuse(struct belonging *b, const char *words)
{
	enum err e;

	form_fail(&b->c->form, NULL, words);
	if ((e = look_again(b, NULL)) != ERR_OK)
		return e;
	return draw(b, &b->c->form, ERR_INVALID);
}

static const char *
words_meanwhile(struct ctx *c)
{
	return _("The record was changed meanwhile, perhaps in another window: look again before you save.");
}

/* What was typed; ERR_INVALID with its words. */
static enum err
check(struct belonging *b)
{
	struct ctx *c = b->c;
	const struct input *since = form_input(&c->form, "since");

	b->member = member_of(b);
	b->member.organisation_id = b->chosen_id;
	b->member.job_title = form_value(&c->form, "job_title");
	b->member.is_own = form_input(&c->form, "own")->number == 1;
	b->member.since = since->day;
	if (day_compare(since->day, day_of(c->now_us)) > 0) {
		form_fail(&c->form, "since",
		    _("Enter a day that has come, such as 2026-01-31."));
		return ERR_INVALID;
	}
	return ERR_OK;
}

enum err
organisations_member(struct ctx *c)
{
	struct belonging b = { .c = c };
	enum err e, wrong;

	if ((e = load(&b)) != ERR_OK)
		return e;
	wrong = form_read(c, organisations_member_fields, &c->form);
	if (form_input(&c->form, "organisation")->number != 0 &&
	    (e = choose(&b, form_input(&c->form, "organisation")->number)) !=
	    ERR_OK)
		return e;
	if (wrong == ERR_OK)
		wrong = check(&b);
	if (wrong != ERR_OK) {
		if ((e = look_again(&b, NULL)) != ERR_OK)
			return e;
		return draw(&b, &c->form, wrong);
	}
	if (is_being_erased(&b))
		return refuse(&b, _("This record is being erased: nothing of it changes any more."));
	if (b.is_member && b.of.is_own &&
	    b.of.organisation_id != b.chosen_id)
		return refuse(&b, _("They belong to their own business: end that first."));
	e = ctx_tx(c, set_in_tx, &b);
	if (e == ERR_OK)
		return page_redirect(c, here(&b, ""));
	if (e == ERR_INVALID || e == ERR_DENIED) {
		form_fail(&c->form, "own", e == ERR_INVALID ?
		    _("It is noted as somebody else’s own business.") :
		    _("Whether it is their own is said by a colleague who sees the organisation."));
		e = look_again(&b, NULL);
		return e != ERR_OK ? e : draw(&b, &c->form, ERR_INVALID);
	}
	if (e != ERR_CONFLICT || (e = load(&b)) != ERR_OK)
		return e;
	return refuse(&b, words_meanwhile(c));
}

enum err
organisations_member_end(struct ctx *c)
{
	struct belonging b = { .c = c };
	struct form ending;
	const char *why;
	enum err e;

	if ((e = load(&b)) != ERR_OK)
		return e;
	if (form_read(c, organisations_member_end_fields, &ending) != ERR_OK)
		return ERR_MALFORMED;
	if (b.is_member)
		b.chosen_id = b.of.organisation_id;
	b.chosen_name = b.of.name;
	fill(&b);
	if (is_being_erased(&b))
		return refuse(&b, _("This record is being erased: nothing of it changes any more."));
	b.member = member_of(&b);
	b.member.seen = form_value(&ending, "seen");
	e = ctx_tx(c, end_in_tx, &b);
	if (e == ERR_OK)
		return page_redirect(c, here(&b, ""));
	if (e != ERR_CONFLICT && e != ERR_INVALID)
		return e;
	why = e == ERR_INVALID ? _("Others belong to this business: end that first, or say that it is no longer the person’s own.") :
	    words_meanwhile(c);
	if ((e = load(&b)) != ERR_OK)
		return e;
	return refuse(&b, why);
}
