/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One case: its journal, its dates, how far its erasure is, and the forms of
 * what this colleague may do with it now.
 * Law: GDPR 12(3), 12(4), 15 to 22; Regulation 1182/71.
 */
#include "rights/rights_case.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "rights/rights_clock.h"
#include "rights/rights_office.h"

static bool
is_open(const struct rights_case *k)
{
	return strcmp(k->r.state, "open") == 0 ||
	    strcmp(k->r.state, "intent") == 0 ||
	    strcmp(k->r.state, "waiting") == 0;
}

static enum err
load_rows(struct rights_case *k)
{
	struct ctx *c = k->c;
	struct q_rights_office_tasks_open open;
	enum err e;

	if ((e = q_rights_office_one(c->db, c->arena, k->id,
	    rights_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &k->r)) != ERR_OK ||
	    (e = q_rights_office_steps(c->db, c->arena, k->id, &k->steps,
	    &k->n_steps)) != ERR_OK ||
	    (e = q_rights_office_erasure(c->db, c->arena, k->id, &k->erasure,
	    &k->n_erasure)) != ERR_OK ||
	    (k->n_erasure > 0 && (e = q_rights_office_counts(c->db, c->arena,
	    k->erasure[0].id, &k->counts, &k->n_counts)) != ERR_OK))
		return e;
	if ((e = q_rights_office_tasks_open(c->db, c->arena, k->id,
	    &open)) != ERR_OK)
		return e;
	k->open_tasks = open.n;
	if (!auth_office_sees_all(c) || !is_open(k))
		return ERR_OK;
	return q_rights_office_answerers(c->db, c->arena, &k->colleagues,
	    &k->n_colleagues);
}

enum err
rights_case_open(struct rights_case *k)
{
	enum err e;

	if ((e = load_rows(k)) != ERR_OK)
		return e;
	k->is_masked = rights_office_is_masked(k->c);
	if (k->is_masked)
		return ERR_OK;
	k->texts = (struct rights_texts){ .sealed_words = k->r.words_sealed,
	    .sealed_mailbox = k->r.mailbox_sealed,
	    .sealed_answer = k->r.answer_sealed,
	    .sealed_why = k->r.extended_sealed };
	if ((e = rights_texts_open(k->c, k->r.contact_id, &k->texts)) !=
	    ERR_OK)
		return e;
	k->to = k->r.email != NULL ? k->r.email : k->texts.mailbox;
	return ERR_OK;
}

/* The erasure behind the case, while it is one: its state, or NULL. */
static const char *
erasure_state(const struct rights_case *k)
{
	if (k->n_erasure == 0 ||
	    strcmp(k->erasure[0].state, "cancelled") == 0)
		return NULL;
	return k->erasure[0].state;
}

/* An erasure that a form asked for: nobody has proven who they are. */
static bool
is_unproven(const struct rights_case *k)
{
	return strcmp(k->r.kind, "erasure") == 0 && k->n_erasure == 0 &&
	    k->r.person_id != 0 && is_open(k);
}

/* The record may be frozen anew since, in another case. */
bool
rights_case_freezes(const struct rights_case *k)
{
	size_t i;

	if (k->r.restriction == NULL ||
	    strcmp(k->r.restriction, "erasure") == 0)
		return false;
	for (i = 0; i < k->n_steps; i++)
		if (strcmp(k->steps[i].verb, "restricted") == 0 &&
		    k->steps[i].at_us == k->r.restricted_us)
			return true;
	return false;
}

bool
rights_case_may(const struct rights_case *k, enum rights_act act)
{
	const char *state = erasure_state(k);
	bool is_silent = text_equal(state, "intent");

	if (!auth_office_sees_all(k->c))
		return false;
	if (act == RIGHTS_LIFT)
		return !is_open(k) && rights_case_freezes(k) &&
		    k->r.lift_day.y == 0;
	if (!is_open(k))
		return false;
	switch (act) {
	case RIGHTS_ANSWER:	/* an erasure is answered by its receipt */
		return state == NULL;
	case RIGHTS_REFUSE:
		return state == NULL || is_silent ||
		    strcmp(state, "cooling") == 0;
	case RIGHTS_EXTEND:
		return k->r.extended_us == 0 && rights_may_extend(
		    k->r.received_day, day_of(k->c->now_us));
	case RIGHTS_ASSIGN:
		return k->n_colleagues > 0;
	case RIGHTS_REMIND:
		return k->r.email != NULL && (is_silent || is_unproven(k));
	case RIGHTS_LIFT:
	case RIGHTS_ACT__MAX:
		break;
	}
	return false;
}

static json_t *
journal_view(const struct rights_case *k)
{
	json_t *list = json_array();
	struct ctx *c = k->c;
	const char *actor;
	size_t i;

	for (i = 0; i < k->n_steps; i++) {
		actor = k->steps[i].actor;
		json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "at",
		    page_at(c, k->steps[i].at_us), "text",
		    rights_office_verb(c, k->steps[i].verb), "by",
		    strcmp(actor, "person") == 0 ? _("the person") :
		    k->steps[i].staff != NULL ? k->steps[i].staff :
		    strcmp(actor, "staff") == 0 ? _("a colleague") :
		    _("a program")));
	}
	return list;
}

/* How far an erasure is, in the order of its states. */
static int
rank_of(const char *state)
{
	static const char *const order[] = { "intent", "cooling", "decided",
		"announced", "journaled", "erased", "scanned", "signed",
		"done" };
	size_t i;

	for (i = 0; i < LENGTH(order); i++)
		if (strcmp(order[i], state) == 0)
			return (int)i;
	/* stopped by the scan: what comes before it is done */
	return strcmp(state, "blocked") == 0 ? 5 : -1;
}

static json_t *
steps_view(const struct rights_case *k)
{
	static const struct { int rank; const char *label; } steps[] = {
		{ 1, N_("Intent proven") },
		{ 2, N_("Waiting time over") },
		{ 4, N_("In the erasure journal") },
		{ 5, N_("Erased in every place") },
		{ 6, N_("Scanned for second copies") },
		{ 7, N_("Receipt signed") },
		{ 8, N_("Receipt sent") },
	};
	const struct q_rights_office_erasure *erasure = &k->erasure[0];
	int rank = rank_of(erasure->state);
	json_t *list = json_array(), *text;
	struct ctx *c = k->c;
	bool is_done, was_done = true;
	size_t i;

	for (i = 0; i < LENGTH(steps); i++) {
		is_done = rank >= steps[i].rank;
		text = json_null();
		if (steps[i].rank == 2 && !is_done)
			text = json_string(page_date_time(c,
			    erasure->due_us));
		else if (steps[i].rank == 4 && is_done &&
		    erasure->journal_n != 0)
			text = json_string(arena_printf(c->arena, "%s %"
			    PRIu64, _("number"), erasure->journal_n));
		else if (steps[i].rank == 5 && is_done)
			text = json_string(page_date_time(c,
			    erasure->erased_us));
		json_array_append_new(list, json_pack("{s:s, s:o, s:b, s:b}",
		    "label", _(steps[i].label), "text", text, "is_done",
		    is_done, "is_now", was_done && !is_done && rank >= 0));
		was_done = is_done;
	}
	return list;
}

static json_t *
erasure_view(const struct rights_case *k)
{
	struct ctx *c = k->c;
	json_t *stores;
	size_t i;

	if (k->n_erasure == 0)
		return json_null();
	stores = json_array();
	for (i = 0; i < k->n_counts; i++)
		json_array_append_new(stores, json_pack(
		    "{s:s, s:I, s:I, s:I, s:I}", "name",
		    _(rights_store_word(k->counts[i].holding)), "found",
		    (json_int_t)k->counts[i].found, "erased",
		    (json_int_t)k->counts[i].erased, "anonymised",
		    (json_int_t)k->counts[i].anonymised, "kept",
		    (json_int_t)k->counts[i].kept));
	return json_pack("{s:n, s:o, s:b, s:o, s:b, s:s?}", "progress",
	    "steps", steps_view(k), "has_stores", k->n_counts > 0, "stores",
	    stores, "is_blocked", strcmp(k->erasure[0].state, "blocked") == 0,
	    "task_url", k->open_tasks == 0 ? NULL : arena_printf(
	    k->c->arena, "/requests/%" PRIu64 "/task", k->id));
}

static const char *
door_of(struct ctx *c, const char *door)
{
	static const struct words_label words[] = {
		{ "account", N_("from their space") },
		{ "form", N_("by the public form") },
		{ "desk", N_("at the desk") },
		{ "staff", N_("noted by a colleague") },
		{ NULL, NULL }
	};

	return _(words_label(words, door));
}

static json_t *
left_view(const struct rights_case *k)
{
	int64_t days = day_number(k->r.due_day) -
	    day_number(day_of(k->c->now_us));
	struct ctx *c = k->c;

	if (days < 0 || (strcmp(k->r.state, "open") != 0 &&
	    strcmp(k->r.state, "intent") != 0 &&
	    strcmp(k->r.state, "waiting") != 0))
		return json_null();
	return json_string(words_count(c->arena, c->lang, "{n} day left",
	    "{n} days left", (uint64_t)days));
}

#define SEEN_VERSION { .name = "version", .type = F_ID, .need = true }

const struct field rights_office_answer_fields[] = {
	SEEN_VERSION,
	{ .name = "text", .type = F_LINES, .need = true,
	  .label = N_("Your answer") },
	{ .name = NULL }
};

const struct field rights_office_refuse_fields[] = {
	SEEN_VERSION,
	{ .name = "ground", .type = F_CHOICE, .need = true,
	  .has_radios = true, .label = N_("Ground"),
	  .choices = rights_grounds },
	{ .name = "reason", .type = F_LINES, .need = true, .max = 3000,
	  .label = N_("Reasons"),
	  .hint = N_("In words that the person understands. The mail adds how to complain to the authority and to a court.") },
	{ .name = NULL }
};

const struct field rights_office_extend_fields[] = {
	SEEN_VERSION,
	{ .name = "why", .type = F_LINES, .need = true, .max = 1000,
	  .label = N_("Why it takes longer"),
	  .hint = N_("The person receives it by mail. Only how complex or how many the requests are can be a reason.") },
	{ .name = NULL }
};

static const struct field remind_fields[] = {
	SEEN_VERSION,
	{ .name = NULL }
};

const struct field_choice rights_lift_grounds[] = {
	{ "checked", N_("The data was checked, and corrected where it was wrong") },
	{ "lawful", N_("The use is lawful now") },
	{ "claims", N_("The legal claim that the data was kept for is over") },
	{ "weighed", N_("Your objection was weighed: our grounds for the use prevail") },
	{ NULL, NULL }
};

const struct field rights_office_lift_fields[] = {
	SEEN_VERSION,
	{ .name = "ground", .type = F_CHOICE, .need = true,
	  .has_radios = true, .label = N_("Why it ends"),
	  .hint = N_("The person receives it by mail, with the day from which the data is used again."),
	  .choices = rights_lift_grounds },
	{ .name = NULL }
};

/* The form whose choices are the colleagues who may answer. */
static const struct field *
assign_fields(const struct rights_case *k)
{
	static const struct field plain[] = {
		SEEN_VERSION,
		{ .name = "colleague", .type = F_CHOICE, .need = true,
		  .label = N_("Colleague") },
		{ .name = NULL }
	};
	struct arena *a = k->c->arena;
	struct field *fields = arena_take(a, sizeof(plain));
	struct field_choice *choices = arena_take(a,
	    (k->n_colleagues + 1) * sizeof(*choices));
	size_t i;

	for (i = 0; i < k->n_colleagues; i++) {
		choices[i].value = arena_printf(a, "%" PRIu64,
		    k->colleagues[i].id);
		choices[i].label = k->colleagues[i].name;
	}
	memcpy(fields, plain, sizeof(plain));
	fields[1].choices = choices;
	return fields;
}

static const struct {
	const char *name;	/* in the view */
	const char *path;
	const struct field *fields;
} acts[RIGHTS_ACT__MAX] = {
	[RIGHTS_ANSWER] = { "answer_form", "/requests/:id/answer",
	    rights_office_answer_fields },
	[RIGHTS_REFUSE] = { "refuse_form", "/requests/:id/refuse",
	    rights_office_refuse_fields },
	[RIGHTS_EXTEND] = { "extend_form", "/requests/:id/extend",
	    rights_office_extend_fields },
	[RIGHTS_ASSIGN] = { "assign_form", "/requests/:id/assign", NULL },
	[RIGHTS_REMIND] = { "remind_form", "/requests/:id/remind",
	    remind_fields },
	[RIGHTS_LIFT] = { "lift_form", "/requests/:id/lift",
	    rights_office_lift_fields },
};

const struct field *
rights_case_fields(const struct rights_case *k, enum rights_act act)
{
	return act == RIGHTS_ASSIGN ? assign_fields(k) : acts[act].fields;
}

const char *
rights_case_path(enum rights_act act)
{
	return acts[act].path;
}

static json_t *
form_of(const struct rights_case *k, enum rights_act act)
{
	bool is_typed = k->has_failed && k->failed == act;
	struct ctx *c = k->c;
	struct form blank, *form = &c->form;
	json_t *view;

	if (!rights_case_may(k, act))
		return json_null();
	if (!is_typed) {
		form_blank(c, rights_case_fields(k, act), &blank);
		form = &blank;
		if (act == RIGHTS_ASSIGN && k->r.assigned_id != 0)
			form_set(form, "colleague", arena_printf(c->arena,
			    "%" PRIu64, k->r.assigned_id));
	}
	view = page_csrf(c, acts[act].path, arena_printf(c->arena,
	    "/requests/%" PRIu64 "%s", k->id, strrchr(acts[act].path, '/')));
	json_object_set_new(view, "fields", form_view(c, form));
	json_object_set_new(view, "version", json_string(arena_printf(
	    c->arena, "%" PRIu64, k->r.version)));
	json_object_set_new(view, "is_typed", json_boolean(is_typed));
	return view;
}

/* What was typed for a case that a colleague has closed meanwhile. */
static const char *
left_over(const struct rights_case *k)
{
	static const char *const names[RIGHTS_ACT__MAX] = {
		[RIGHTS_ANSWER] = "text", [RIGHTS_REFUSE] = "reason",
		[RIGHTS_EXTEND] = "why" };

	if (!k->has_failed || names[k->failed] == NULL ||
	    rights_case_may(k, k->failed))
		return NULL;
	return form_value(&k->c->form, names[k->failed]);
}

static void
add_outcome(const struct rights_case *k, json_t *view)
{
	bool is_refused = strcmp(k->r.state, "refused") == 0;
	const struct rights_texts *t = &k->texts;
	struct ctx *c = k->c;
	json_t *answer = json_null();

	if (t->answer != NULL || (is_refused && k->r.outcome != NULL))
		answer = json_pack("{s:s, s:s?, s:s}", "text", t->answer ==
		    NULL ? _("not shown to you") : t->answer, "ground",
		    is_refused && k->r.outcome != NULL ? rights_ground(c->lang,
		    k->r.outcome) : NULL, "at", page_date_time(c,
		    k->r.answered_us));
	json_object_set_new(view, "answer", answer);
	json_object_set_new(view, "extended_why", k->r.extended_us == 0 ?
	    json_null() : json_string(t->why == NULL ?
	    _("not shown to you") : t->why));
	json_object_set_new(view, "left_over", json_pack("s?",
	    left_over(k)));
	json_object_set_new(view, "assigned", json_pack("s?",
	    k->r.assigned_name));
}

static void
add_forms(const struct rights_case *k, json_t *view)
{
	enum rights_act act;

	for (act = 0; act < RIGHTS_ACT__MAX; act++)
		json_object_set_new(view, acts[act].name, form_of(k, act));
	json_object_set_new(view, "has_no_address", json_boolean(
	    k->to == NULL && (rights_case_may(k, RIGHTS_ANSWER) ||
	    rights_case_may(k, RIGHTS_REFUSE) ||
	    rights_case_may(k, RIGHTS_LIFT))));
	if (k->has_failed)
		json_object_set_new(view, "errors",
		    form_errors_view(k->c, &k->c->form));
}

/* The freeze that the case set: since when, until when (GDPR 18(3)). */
static json_t *
freeze_view(const struct rights_case *k)
{
	struct ctx *c = k->c;

	if (!rights_case_freezes(k))
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "since", page_date(c,
	    k->r.restricted_us), "ends", k->r.lift_day.y == 0 ? NULL :
	    page_day(c, k->r.lift_day), "would_end", rights_case_may(k,
	    RIGHTS_REFUSE) ? page_day(c, day_add_days(day_of(c->now_us),
	    RIGHTS_LIFT_DAYS)) : NULL);
}

static void
add_dates(const struct rights_case *k, json_t *view)
{
	struct ctx *c = k->c;

	json_object_set_new(view, "received", json_string(page_date(c,
	    k->r.received_us)));
	json_object_set_new(view, "target", json_string(page_day(c,
	    k->r.target_day)));
	json_object_set_new(view, "working", json_string(page_day(c,
	    k->r.working_day)));
	json_object_set_new(view, "legal", json_string(page_day(c,
	    k->r.due_day)));
	json_object_set_new(view, "left", left_view(k));
}

/* Who asks, when no record is known to be theirs: as they signed, with the
 * search for it.  Of whom was erased it says no more than that. */
static void
add_stranger(const struct rights_case *k, json_t *view)
{
	bool is_stranger = k->r.person_id == 0 && k->r.contact_id == 0 &&
	    k->texts.mailbox != NULL;
	struct ctx *c = k->c;
	json_t *find = json_null();

	/* who may read the address may search for it too */
	if (is_stranger && is_open(k)) {
		find = page_csrf(c, "/contacts", "/contacts");
		json_object_set_new(find, "words", json_string(
		    k->texts.mailbox));
	}
	json_object_set_new(view, "mailbox", !is_stranger ? json_null() :
	    json_string(address_show(c->arena, k->texts.mailbox)));
	json_object_set_new(view, "find", find);
	json_object_set_new(view, "who", json_string(is_stranger ?
	    _("Nobody here alone has this address") : rights_office_who(c,
	    k->r.person_id, k->r.given_name, k->r.family_name)));
}

enum err
rights_case_show(const struct rights_case *k, int status, const char *late)
{
	struct ctx *c = k->c;
	json_t *view = page_view(c, k->r.reference);

	json_object_set_new(view, "back_url", json_string("/requests"));
	json_object_set_new(view, "reference", json_string(k->r.reference));
	json_object_set_new(view, "kind", json_string(rights_office_kind(c,
	    k->r.kind)));
	rights_office_state(c, view, k->r.state, k->r.due_day);
	json_object_set_new(view, "journal", journal_view(k));
	json_object_set_new(view, "erasure", erasure_view(k));
	json_object_set_new(view, "is_silent", json_boolean(text_equal(
	    erasure_state(k), "intent")));
	json_object_set_new(view, "is_unproven", json_boolean(
	    rights_case_may(k, RIGHTS_REMIND) && is_unproven(k)));
	json_object_set_new(view, "freeze", freeze_view(k));
	add_outcome(k, view);
	add_forms(k, view);
	add_dates(k, view);
	if (late != NULL)
		json_object_set_new(view, "flash", json_pack(
		    "{s:b, s:b, s:s}", "kind_ok", false, "kind_warn", true,
		    "text", late));
	add_stranger(k, view);
	json_object_set_new(view, "contact_url", k->r.person_id == 0 ||
	    k->is_masked ? json_null() : json_string(arena_printf(c->arena,
	    "/contacts/%" PRIu64, k->r.person_id)));
	json_object_set_new(view, "channel", json_string(door_of(c,
	    k->r.door)));
	json_object_set_new(view, "message", json_pack("s?",
	    k->texts.words));
	return page_status(c, status, "office/rights_show.html", view);
}

enum err
rights_office_show(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "case" };
	struct rights_case k = { .c = c };
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k.id)) != ERR_OK ||
	    (e = rights_case_open(&k)) != ERR_OK ||
	    (k.r.person_id != 0 && !k.is_masked &&
	    (e = contacts_looked(c, &looking, &k.r.person_id, 1)) != ERR_OK))
		return e;
	return rights_case_show(&k, 200, NULL);
}
