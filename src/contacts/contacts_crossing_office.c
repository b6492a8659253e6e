/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A reference is what a person can quote and nobody can guess, so it opens
 * one record, with a reason: not lists, not corrections, not exports.  Tries
 * that miss are few a day, and each is a line of the audit.
 * Law: GDPR 5(1)(f), 15(1)(c), 32(4); FEATURES X37.
 */
#include "contacts/contacts_crossing_office.h"

#include <inttypes.h>

#include "app/gate.h"
#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "ledger/ledger.h"

#define PER_PAGE	50	/* the statement reads one more */
#define REFERENCE_CHARS	10	/* "C-" and eight */

static const struct field_choice reasons[] = {
	{ "call", N_("The person calls or writes") },
	{ "visit", N_("The person is here") },
	{ "cover", N_("I stand in for a colleague") },
	{ "urgent", N_("It cannot wait") },
	{ NULL, NULL }
};

static const struct field_choice hours[] = {
	{ "4", N_("4 hours") }, { "1", N_("1 hour") },
	{ "8", N_("8 hours") }, { "24", N_("24 hours") },
	{ NULL, NULL }
};

const struct field contacts_office_cross_fields[] = {
	{ .name = "reference", .type = F_TEXT, .need = true, .max = 20,
	  .label = N_("Reference"), .autocomplete = "off",
	  .hint = N_("C- and eight characters, as the person reads it out from a message or their space.") },
	{ .name = "reason", .type = F_CHOICE, .need = true,
	  .has_radios = true, .label = N_("Why"), .choices = reasons },
	{ .name = "words", .type = F_TEXT, .need = true, .max = 200,
	  .label = N_("What it is about"), .autocomplete = "off",
	  .hint = N_("It is noted in the record, where the person reads it.") },
	{ .name = "hours", .type = F_CHOICE, .need = true,
	  .label = N_("For how long"), .choices = hours },
	{ .name = NULL }
};

/* As contacts_reason_word() knows them. */
static const char *
look_reason(struct ctx *c, const char *reason)
{
	return arena_printf(c->arena, "cross.%s", reason);
}

static const char *
reason_word(struct ctx *c, const char *reason)
{
	const struct field_choice *r = reasons;

	while (r->value != NULL && strcmp(r->value, reason) != 0)
		r++;
	return r->value == NULL ? reason : _(r->label);
}

enum err
contacts_crossing_open(struct ctx *c, uint64_t contact_id,
    struct contacts_crossing *ret_crossing, const char **ret_team)
{
	struct q_crossing_one *rows;
	size_t n;
	enum err e;

	if ((ROLE_BIT(c->caller.role) & CONTACTS_CROSSERS) == 0)
		return ERR_NOTFOUND;
	if ((e = q_crossing_one(c->db, c->arena, contact_id,
	    c->caller.staff_id, c->now_us, &rows, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;
	*ret_crossing = (struct contacts_crossing){ rows[0].id,
	    look_reason(c, rows[0].reason), rows[0].until_us };
	*ret_team = rows[0].team;
	return ERR_OK;
}

static json_t *
press_view(struct ctx *c, const char *route, uint64_t id, const char *act)
{
	return page_csrf(c, route, arena_printf(c->arena, "/crossings/%"
	    PRIu64 "/%s", id, act));
}

json_t *
contacts_crossing_view(struct ctx *c,
    const struct contacts_crossing *crossing)
{
	if (crossing->id == 0)
		return json_null();
	return json_pack("{s:s, s:o}", "until", page_date_time(c,
	    crossing->until_us), "end", press_view(c, "/crossings/:id/end",
	    crossing->id, "end"));
}

enum err
contacts_crossings_told(struct ctx *c, json_t **ret_list)
{
	struct q_crossing_told *rows;
	json_t *list, *item;
	size_t i, n;
	enum err e;

	if ((e = q_crossing_told(c->db, c->arena, c->caller.staff_id,
	    c->caller.role == ROLE_LEAD, c->caller.team_id, &rows,
	    &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++) {
		item = json_pack("{s:o, s:s, s:s, s:s}", "settle",
		    press_view(c, "/crossings/:id/seen", rows[i].id, "seen"),
		    "url", arena_printf(c->arena, "/contacts/%" PRIu64,
		    rows[i].contact_id), "title", arena_printf(c->arena,
		    "%s %s", _("A colleague opened a record of yours:"),
		    rows[i].reference), "text", arena_printf(c->arena,
		    "%s, %s · %s", rows[i].staff, page_date_time(c,
		    rows[i].begun_us), reason_word(c, rows[i].reason)));
		page_state(item, _("to read"), MOOD_INFO);
		json_array_append_new(list, item);
	}
	*ret_list = list;
	return ERR_OK;
}

/* ---- asking */

struct crossing {
	struct ctx *c;
	struct spend spends[2];		/* a try, and a miss until it hits */
	struct q_crossing_find found;
};

static json_t *
ask_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Open a record of another team"));

	page_form(c, view, "/crossings", "/crossings", &c->form);
	json_object_set_new(view, "back_url", json_string("/crossings"));
	return view;
}

enum err
contacts_office_cross_show(struct ctx *c)
{
	form_blank(c, contacts_office_cross_fields, &c->form);
	form_set(&c->form, "hours", hours[0].value);
	return page(c, "office/contacts_crossing_new.html", ask_view(c));
}

/* Spaces aside and in capitals, as they are stored; NULL: it is none. */
static const char *
reference_of(struct ctx *c, const char *typed)
{
	char *text = arena_text(c->arena, typed), *to = text;
	const char *p;

	for (p = text; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*to++ = (char)(*p - 'a' + 'A');
		else if (*p != ' ')
			*to++ = *p;
	*to = '\0';
	return text_starts(text, "C-") && strlen(text) == REFERENCE_CHARS ?
	    text : NULL;
}

static enum err
return_in_tx(struct db *db, void *arg)
{
	const struct crossing *k = arg;

	(void)db;
	return gate_return(k->c, k->spends, LENGTH(k->spends));
}

static enum err
missed_in_tx(struct db *db, void *arg)
{
	const struct crossing *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "contact.cross_missed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "staff", .object_id = c->caller.staff_id,
	    .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* The crossing, its line, and what it is about, where the person reads it. */
static enum err
cross_in_tx(struct db *db, void *arg)
{
	const struct crossing *k = arg;
	struct ctx *c = k->c;
	const char *reason = form_value(&c->form, "reason");
	const char *asked = form_value(&c->form, "hours");
	const struct ledger_audit event = { .verb = "contact.crossed",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = k->found.id,
	    .detail = arena_printf(c->arena,
	    "{\"hours\":%s,\"reason\":\"%s\"}", asked, reason),
	    .at_us = c->now_us };
	struct q_crossing_begin row;
	uint64_t n;
	enum err e;

	if (parse_u64(asked, &n) != ERR_OK)
		return ERR_BUG;		/* it was one of the choices */
	if ((e = q_crossing_begin(db, c->arena, c->caller.staff_id,
	    k->found.id, reason, c->now_us, c->now_us + (int64_t)n * HOUR_US,
	    &row)) != ERR_OK ||
	    (e = q_contacts_interaction_insert(db, k->found.id, "note", false,
	    c->caller.staff_id, form_value(&c->form, "words"),
	    (struct bytes){ NULL, 0 }, c->now_us, NULL)) != ERR_OK ||
	    (e = gate_return(c, &k->spends[1], 1)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* Open it, unless it is open already. */
static enum err
cross(struct crossing *k)
{
	struct ctx *c = k->c;
	enum err e;

	if (k->found.is_mine || k->found.is_open)
		e = tx_run(c->db, NULL, c->arena, return_in_tx, k, NULL);
	else
		e = ctx_tx(c, cross_in_tx, k);
	return e != ERR_OK ? e : page_redirect(c, arena_printf(c->arena,
	    "/contacts/%" PRIu64, k->found.id));
}

static enum err
ask_again(struct ctx *c, const char *why)
{
	if (why != NULL)
		form_fail(&c->form, "reference", why);
	return page_form_again(c, ERR_INVALID,
	    "office/contacts_crossing_new.html", ask_view(c));
}

enum err
contacts_office_cross(struct ctx *c)
{
	const char *who = arena_printf(c->arena, "staff:%" PRIu64,
	    c->caller.staff_id);
	struct crossing k = { .c = c, .spends = {
		{ BUDGET_CROSSING, who }, { BUDGET_CROSSING_MISS, who } } };
	const char *reference;
	enum err e;

	e = form_read(c, contacts_office_cross_fields, &c->form);
	if (e == ERR_INVALID)
		return ask_again(c, NULL);
	if (e != ERR_OK)
		return page_form_again(c, e,
		    "office/contacts_crossing_new.html", ask_view(c));
	reference = reference_of(c, form_value(&c->form, "reference"));
	if (reference == NULL)
		return ask_again(c,
		    _("A reference is C- and eight characters."));
	if ((e = gate_try(c, k.spends, LENGTH(k.spends))) != ERR_OK)
		return e;
	e = q_crossing_find(c->db, c->arena, c->caller.staff_id,
	    c->caller.team_id, c->now_us, reference, &k.found);
	if (e == ERR_OK)
		return cross(&k);
	if (e != ERR_NOTFOUND || (e = tx_run(c->db, NULL, c->arena,
	    missed_in_tx, &k, NULL)) != ERR_OK)
		return e;
	return ask_again(c, _("No record opens with this reference. Ask for it once more: few tries are left to you today, and each is noted."));
}

/* ---- ending, reading of it */

struct acting {
	struct ctx *c;
	uint64_t id;
};

static enum err
end_in_tx(struct db *db, void *arg)
{
	const struct acting *k = arg;
	struct ctx *c = k->c;
	struct ledger_audit event = { .verb = "contact.crossing_ended",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .at_us = c->now_us };
	struct q_crossing_of row;
	uint64_t n;
	enum err e;

	if ((e = q_crossing_end(db, c->now_us, k->id,
	    c->caller.role == ROLE_DPO, c->caller.staff_id, c->now_us, &n)) !=
	    ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;	/* over, another's, or none */
	if ((e = q_crossing_of(db, c->arena, k->id, &row)) != ERR_OK)
		return e;
	event.contact_id = row.contact_id;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
contacts_office_uncross(struct ctx *c)
{
	struct acting k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.id)) != ERR_OK ||
	    (e = ctx_tx(c, end_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/crossings");
}

static enum err
seen_in_tx(struct db *db, void *arg)
{
	const struct acting *k = arg;
	struct ctx *c = k->c;
	uint64_t n;
	enum err e;

	if ((e = q_crossing_seen(db, c->now_us, k->id, c->caller.staff_id,
	    c->caller.role == ROLE_LEAD, c->caller.team_id, &n)) != ERR_OK)
		return e;
	return n == 0 ? ERR_NOTFOUND : ERR_OK;
}

enum err
contacts_office_crossing_seen(struct ctx *c)
{
	struct acting k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.id)) != ERR_OK ||
	    (e = ctx_tx(c, seen_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/");
}

/* ---- the list */

static json_t *
row_view(struct ctx *c, const struct q_crossing_list *r)
{
	bool is_over = r->ended_us != 0 || r->until_us <= c->now_us;
	bool is_mine = r->staff_id == c->caller.staff_id;
	json_t *view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:o}",
	    "who", r->staff, "reference", r->reference, "why",
	    reason_word(c, r->reason), "begun", page_date_time(c,
	    r->begun_us), "until", page_date_time(c, r->ended_us != 0 ?
	    r->ended_us : r->until_us), "url", auth_office_sees_all(c) ||
	    !is_over ? arena_printf(c->arena, "/contacts/%" PRIu64,
	    r->contact_id) : NULL, "end", is_over || (!is_mine &&
	    c->caller.role != ROLE_DPO) ? json_null() : press_view(c,
	    "/crossings/:id/end", r->id, "end"));

	if (r->ended_us != 0)
		page_state(view, _("ended early"), MOOD_NONE);
	else if (is_over)
		page_state(view, _("over"), MOOD_NONE);
	else
		page_state(view, _("open"), MOOD_WARN);
	return view;
}

enum err
contacts_office_crossings(struct ctx *c)
{
	const struct param *p = params_find(&c->query, "before");
	struct q_crossing_list *rows;
	uint64_t before = 0;
	json_t *view, *list;
	size_t i, n, shown;
	enum err e;

	if (p != NULL && parse_u64(p->value, &before) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = q_crossing_list(c->db, c->arena, auth_office_sees_all(c),
	    c->caller.staff_id, before, &rows, &n)) != ERR_OK)
		return e;
	shown = n > PER_PAGE ? PER_PAGE : n;
	list = json_array();
	for (i = 0; i < shown; i++)
		json_array_append_new(list, row_view(c, &rows[i]));
	view = page_view(c, _("Crossings"));
	json_object_set_new(view, "new_url", (ROLE_BIT(c->caller.role) &
	    CONTACTS_CROSSERS) == 0 ? json_null() :
	    json_string("/crossings/new"));
	json_object_set_new(view, "has_crossings", json_boolean(n > 0));
	json_object_set_new(view, "crossings", list);
	json_object_set_new(view, "pages", n <= shown && before == 0 ?
	    json_null() : json_pack("{s:s, s:s?, s:s?}", "text",
	    words_count(c->arena, c->lang, "{n} entry", "{n} entries", shown),
	    "previous_url", before == 0 ? NULL : "/crossings", "next_url",
	    n <= shown ? NULL : arena_printf(c->arena, "/crossings?before=%"
	    PRIu64, rows[shown - 1].id)));
	return page(c, "office/contacts_crossings.html", view);
}
