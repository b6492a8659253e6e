/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The queue of those who came with a file and must be told: who, by when, how
 * it was done; letters, and whom the law exempts.
 * Law: GDPR 5(2), 14; FEATURES X22.
 */
#include "import/import_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "ledger/ledger.h"

#define PER_PAGE	25
#define COUNTED_MAX	1000

static const struct field_choice exemptions[] = {
	{ "known", N_("the person knows it already (Article 14(5)(a))") },
	{ "impossible", N_("it is impossible, or out of all proportion (Article 14(5)(b))") },
	{ "law", N_("a law provides for the data (Article 14(5)(c))") },
	{ "secrecy", N_("the data is a professional secret (Article 14(5)(d))") },
	{ NULL, NULL }
};

const struct field import_office_exempt_fields[] = {
	{ .name = "exemption", .type = F_CHOICE, .need = true,
	  .choices = exemptions, .label = N_("Why not") },
	{ .name = NULL }
};

static const struct {
	const char *code;
	const char *label;
} states[] = {
	{ "due", N_("to be told by mail") },
	{ "post", N_("to be told by post") },
	{ "held", N_("in quarantine") },
	{ "told", N_("told") },
	{ "exempt", N_("need not be told") },
};

/* The page of one state. */
struct queue {
	struct ctx *c;
	size_t state;
	uint64_t after;
	struct day after_day;		/* year 0: the first page */
	struct q_import_notice_list *rows;
	size_t n;
	uint64_t counts[LENGTH(states)];
	uint64_t late;
};

static enum err
read_place(struct queue *k)
{
	const struct param *state = params_find(&k->c->query, "state");
	const struct param *after = params_find(&k->c->query, "after");
	struct q_import_notice_place place;
	struct ctx *c = k->c;
	struct q_people_one one;
	enum err e;

	while (state != NULL && k->state < LENGTH(states) &&
	    strcmp(states[k->state].code, state->value) != 0)
		k->state++;
	if (k->state == LENGTH(states))
		return ERR_NOTFOUND;
	if (after == NULL)
		return ERR_OK;
	if (parse_u64(after->value, &k->after) != ERR_OK)
		return ERR_NOTFOUND;
	/* a place that is gone, or of another silo, begins the list */
	if ((e = q_people_one(c->db, c->arena, k->after,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) == ERR_OK)
		e = q_import_notice_place(c->db, c->arena, k->after, &place);
	if (e == ERR_NOTFOUND)
		k->after = 0;
	else if (e != ERR_OK)
		return e;
	else
		k->after_day = place.due_day;
	return ERR_OK;
}

static enum err
load(struct queue *k)
{
	const struct contacts_looking looking = { "list", "check" };
	struct q_import_notice_counts counts;
	struct ctx *c = k->c;
	uint64_t ids[PER_PAGE];
	size_t i, n;
	enum err e;

	for (i = 0; i < LENGTH(states); i++) {
		if ((e = q_import_notice_counts(c->db, c->arena,
		    day_of(c->now_us), states[i].code,
		    auth_office_sees_all(c), c->caller.staff_id,
		    c->caller.team_id, &counts)) != ERR_OK)
			return e;
		k->counts[i] = counts.n;
		if (strcmp(states[i].code, "told") != 0 &&
		    strcmp(states[i].code, "exempt") != 0)
			k->late += counts.late;
	}
	if ((e = q_import_notice_list(c->db, c->arena, states[k->state].code,
	    k->after_day, k->after, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, PER_PAGE + 1, &k->rows,
	    &k->n)) != ERR_OK)
		return e;
	n = k->n < PER_PAGE ? k->n : PER_PAGE;
	for (i = 0; i < n; i++)
		ids[i] = k->rows[i].id;
	return n == 0 ? ERR_OK : contacts_looked(c, &looking, ids, n);
}

static const char *
number(struct ctx *c, uint64_t n)
{
	return n > COUNTED_MAX ? _("more than 1,000") : arena_printf(c->arena,
	    "%" PRIu64, n);
}

static const char *
exemption_word(struct ctx *c, const char *code)
{
	const struct field_choice *choice;

	for (choice = exemptions; choice->value != NULL; choice++)
		if (text_equal(code, choice->value))
			return _(choice->label);
	return "";
}

/* What happened, or where a letter goes. */
static const char *
detail_of(struct ctx *c, const struct q_import_notice_list *r,
    const char *state)
{
	if (strcmp(state, "told") == 0)
		return arena_printf(c->arena, "%s, %s", page_date_time(c,
		    r->told_us), text_equal(r->how, "post") ? _("by post") :
		    _("by mail"));
	if (strcmp(state, "exempt") == 0)
		return exemption_word(c, r->exemption);
	if (strcmp(state, "post") == 0)
		return *r->street == '\0' && *r->city == '\0' ?
		    _("no postal address") : arena_printf(c->arena,
		    "%s, %s %s", r->street, r->postcode, r->city);
	return r->email == NULL ? _("no mail address") : r->email;
}

static const char *
act_path(struct ctx *c, uint64_t id, const char *act)
{
	return arena_printf(c->arena, "/notices/%" PRIu64 "/%s", id, act);
}

static json_t *
row_view(const struct queue *k, const struct q_import_notice_list *r)
{
	const char *state = states[k->state].code;
	bool is_open = strcmp(state, "told") != 0 &&
	    strcmp(state, "exempt") != 0;
	bool has_name = *r->given_name != '\0' || *r->family_name != '\0';
	struct ctx *c = k->c;
	json_t *view;

	view = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "url",
	    arena_printf(c->arena, "/contacts/%" PRIu64, r->id), "name",
	    has_name ? text_trim(c->arena, arena_printf(c->arena, "%s %s",
	    r->given_name, r->family_name)) : _("no name"), "detail",
	    detail_of(c, r, state),
	    "due", page_day(c, r->due_day), "told_form",
	    strcmp(state, "due") != 0 && strcmp(state, "post") != 0 ?
	    json_null() : page_csrf(c, "/notices/:id/told", act_path(c,
	    r->id, "told")), "exempt_form", !is_open ||
	    c->caller.role != ROLE_DPO ? json_null() : page_csrf(c,
	    "/notices/:id/exempt", act_path(c, r->id, "exempt")));
	page_state(view, is_open && day_compare(r->due_day,
	    day_of(c->now_us)) < 0 ? _("late") : _(states[k->state].label),
	    is_open && day_compare(r->due_day, day_of(c->now_us)) < 0 ?
	    MOOD_BAD : is_open ? MOOD_WARN : MOOD_OK);
	return view;
}

static json_t *
tabs_view(const struct queue *k)
{
	struct ctx *c = k->c;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < LENGTH(states); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}",
		    "url", arena_printf(c->arena, "/notices?state=%s",
		    states[i].code), "label", _(states[i].label), "count",
		    number(c, k->counts[i]), "current", i == k->state));
	return list;
}

static json_t *
exemptions_view(struct ctx *c)
{
	const struct field_choice *choice;
	json_t *list = json_array();

	for (choice = exemptions; choice->value != NULL; choice++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "value",
		    choice->value, "label", _(choice->label)));
	return list;
}

static json_t *
pages_view(const struct queue *k)
{
	const char *here = arena_printf(k->c->arena, "/notices?state=%s",
	    states[k->state].code);

	if (k->n <= PER_PAGE && k->after == 0)
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "text", "", "previous_url",
	    k->after == 0 ? NULL : here, "next_url", k->n <= PER_PAGE ? NULL :
	    arena_printf(k->c->arena, "%s&after=%" PRIu64, here,
	    k->rows[PER_PAGE - 1].id));
}

enum err
import_office_notices(struct ctx *c)
{
	struct queue k = { .c = c };
	json_t *view, *list;
	size_t i;
	enum err e;

	if ((e = read_place(&k)) != ERR_OK || (e = load(&k)) != ERR_OK)
		return e;
	view = page_view(c, _("Notices"));
	list = json_array();
	for (i = 0; i < k.n && i < PER_PAGE; i++)
		json_array_append_new(list, row_view(&k, &k.rows[i]));
	json_object_set_new(view, "tabs", tabs_view(&k));
	json_object_set_new(view, "late", k.late == 0 ? json_null() :
	    json_string(words_count(c->arena, c->lang,
	    "{n} person was not told in time.",
	    "{n} people were not told in time.", k.late)));
	json_object_set_new(view, "label", json_string(
	    _(states[k.state].label)));
	json_object_set_new(view, "has_rows", json_boolean(k.n > 0));
	json_object_set_new(view, "rows", list);
	json_object_set_new(view, "exemptions", exemptions_view(c));
	json_object_set_new(view, "pages", pages_view(&k));
	json_object_set_new(view, "now_form", c->caller.role != ROLE_DPO ||
	    k.counts[0] == 0 || k.state != 0 ? json_null() : page_csrf(c,
	    "/notices/now", "/notices/now"));
	return page(c, "office/import_notices.html", view);
}

/* ---- the acts */

struct acting {
	struct ctx *c;
	uint64_t id;
	uint64_t notice_id;
};

static enum err
note(const struct acting *k, struct db *db, const char *verb)
{
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "contact",
	    .contact_id = k->id, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/* Whoever may not see the record is told that it does not exist. */
static enum err
begin(struct acting *k)
{
	struct q_import_notice_place place;
	struct ctx *c = k->c;
	struct q_people_one one;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k->id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, k->id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK)
		return e;
	return q_import_notice_place(c->db, c->arena, k->id, &place);
}

static enum err
told_in_tx(struct db *db, void *arg)
{
	const struct acting *k = arg;
	uint64_t n;
	enum err e;

	if ((e = q_import_notice_told(db, k->c->now_us, k->notice_id,
	    k->c->caller.staff_id, k->id, &n)) != ERR_OK || n == 0)
		return e;
	return note(k, db, "contact.told");
}

enum err
import_office_notice_told(struct ctx *c)
{
	struct acting k = { .c = c };
	struct q_consent_notice_newest notice;
	enum err e;

	if ((e = begin(&k)) != ERR_OK ||
	    (e = q_consent_notice_newest(c->db, c->arena, &notice)) != ERR_OK)
		return e;
	k.notice_id = notice.id;
	if ((e = ctx_tx(c, told_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/notices?state=post");
}

static enum err
exempt_in_tx(struct db *db, void *arg)
{
	const struct acting *k = arg;
	uint64_t n;
	enum err e;

	if ((e = q_import_notice_exempt(db, form_value(&k->c->form,
	    "exemption"), k->c->caller.staff_id, k->id, &n)) != ERR_OK ||
	    n == 0)
		return e;
	return note(k, db, "contact.not_told");
}

enum err
import_office_notice_exempt(struct ctx *c)
{
	struct acting k = { .c = c };
	enum err e;

	if ((e = begin(&k)) != ERR_OK)
		return e;
	if (form_read(c, import_office_exempt_fields, &c->form) != ERR_OK)
		return ERR_MALFORMED;	/* our page sends one of the four */
	if ((e = ctx_tx(c, exempt_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/notices?state=exempt");
}

static enum err
now_in_tx(struct db *db, void *arg)
{
	const struct acting *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "import.notices_now",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "notice", .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_import_notices_now(db, c->now_us, &n)) !=
	    ERR_OK || n == 0)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
import_office_notices_now(struct ctx *c)
{
	struct acting k = { .c = c };
	enum err e;

	if ((e = ctx_tx(c, now_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, "/notices");
}
