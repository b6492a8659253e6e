/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The second person: what a colleague asked to take out is agreed to, or is
 * not, by one who may and who is not the one that asked.
 * Law: GDPR 5(1)(f), 5(2), 25, 32.
 */
#include "export/export_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "export/export_staff.h"
#include "ledger/ledger.h"

const struct field export_office_refuse_fields[] = {
	{ .name = "answer", .type = F_LINES, .need = true,
	  .max = EXPORT_WORDS_MAX, .label = N_("Why not"),
	  .hint = N_("Your colleague reads it.") },
	{ .name = NULL }
};

static bool
sees_all(const struct ctx *c)
{
	return export_decides_all(role_choices[c->caller.role].value);
}

static const char *
asking_path(struct ctx *c, uint64_t id, const char *rest)
{
	return arena_printf(c->arena, "/exports/asked/%" PRIu64 "%s", id,
	    rest);
}

static const char *
people_text(struct ctx *c, uint64_t n)
{
	return words_count(c->arena, c->lang, "{n} contact", "{n} contacts",
	    n);
}

/* What became of it afterwards is its owner's. */
static const char *
state_for(const struct ctx *c, const char *state, int64_t decided_us,
    int64_t expires_us)
{
	return decided_us == 0 ? export_office_state_at(c, state,
	    expires_us) : text_equal(state, "refused") ? state : "agreed";
}

static const struct page_state_label answers[] = {
	{ "asked", N_("waits for you"), MOOD_WARN },
	{ "agreed", N_("agreed to"), MOOD_OK },
	{ "refused", N_("not agreed to"), MOOD_BAD },
	{ NULL, NULL, MOOD_NONE }
};

enum err
export_office_askings(struct ctx *c)
{
	struct q_export_staff_askings *rows;
	json_t *view, *list, *item;
	size_t i, n;
	enum err e;

	if ((e = q_export_staff_askings(c->db, c->arena, c->caller.staff_id,
	    c->now_us, sees_all(c), c->caller.team_id, &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++) {
		item = json_pack("{s:s, s:s, s:s, s:s, s:s}", "url",
		    asking_path(c, rows[i].id, ""), "asked", page_date_time(c,
		    rows[i].created_us), "who", rows[i].who, "people",
		    people_text(c, rows[i].total), "reason",
		    contacts_reason(c, rows[i].reason));
		page_state_of(c, item, answers, state_for(c, rows[i].state,
		    text_equal(rows[i].state, "asked") ? 0 : 1,
		    rows[i].expires_us));
		json_array_append_new(list, item);
	}
	view = page_view(c, _("Exports to agree to"));
	json_object_set_new(view, "has_exports", json_boolean(n > 0));
	json_object_set_new(view, "exports", list);
	json_object_set_new(view, "is_taker", json_boolean((EXPORT_TAKERS &
	    ROLE_BIT(c->caller.role)) != 0));
	return page(c, "office/export_askings.html", view);
}

/* One's own, one of another team, one that is over: not there. */
static enum err
load(struct ctx *c, uint64_t *ret_id, struct q_export_staff_asking *ret_row)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK)
		return e;
	return q_export_staff_asking(c->db, c->arena, *ret_id,
	    c->caller.staff_id, c->now_us, sees_all(c), c->caller.team_id,
	    ret_row);
}

static enum err
draw(struct ctx *c, uint64_t id, const struct q_export_staff_asking *p,
    enum err why)
{
	bool is_asked = text_equal(p->state, "asked");
	json_t *view = page_view(c, _("Export to agree to"));

	page_form(c, view, "/exports/asked/:id/refuse", asking_path(c, id,
	    "/refuse"), &c->form);
	if (!is_asked)
		json_object_set_new(view, "form", json_null());
	json_object_set_new(view, "agree", is_asked ? page_csrf(c,
	    "/exports/asked/:id/agree", asking_path(c, id, "/agree")) :
	    json_null());
	page_state_of(c, view, answers, state_for(c, p->state, p->decided_us,
	    p->expires_us));
	json_object_set_new(view, "who", json_string(p->who));
	json_object_set_new(view, "role", json_string(_(role_word(p->role))));
	json_object_set_new(view, "people", json_string(people_text(c,
	    p->total)));
	json_object_set_new(view, "words", json_string(p->words));
	json_object_set_new(view, "reason", json_string(contacts_reason(c,
	    p->reason)));
	json_object_set_new(view, "format", json_string(export_office_format(
	    c, p->format)));
	json_object_set_new(view, "columns", json_string(
	    export_office_columns(c, p->columns)));
	json_object_set_new(view, "is_pseudonymised",
	    json_boolean(p->is_pseudonymised));
	json_object_set_new(view, "asked", json_string(page_date_time(c,
	    p->created_us)));
	json_object_set_new(view, "until", is_asked ? json_string(
	    page_date_time(c, p->expires_us)) : json_null());
	json_object_set_new(view, "decided", p->decided_us == 0 ? json_null() :
	    json_string(page_date_time(c, p->decided_us)));
	json_object_set_new(view, "answer", *p->answer == '\0' ? json_null() :
	    json_string(p->answer));
	return why == ERR_OK ? page(c, "office/export_asking.html", view) :
	    page_form_again(c, why, "office/export_asking.html", view);
}

enum err
export_office_asking(struct ctx *c)
{
	struct q_export_staff_asking p;
	uint64_t id;
	enum err e;

	if ((e = load(c, &id, &p)) != ERR_OK)
		return e;
	form_blank(c, export_office_refuse_fields, &c->form);
	return draw(c, id, &p, ERR_OK);
}

/* The word of a second person. */
struct deciding {
	struct ctx *c;
	uint64_t id;
	int64_t expires_us;	/* of the asking */
	bool is_agreed;
	const char *answer;
};

static enum err
note(struct db *db, const struct deciding *k, uint64_t total)
{
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = k->is_agreed ?
	    "contacts.export_agreed" : "contacts.export_refused",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "staff_export", .object_id = k->id,
	    .detail = arena_printf(c->arena, "{\"n\":%" PRIu64 "}", total),
	    .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

/*
 * Who decides is asked for once more, with a lock: somebody who leaves or is
 * placed elsewhere in the same moment does not.  ERR_CONFLICT: somebody else
 * was quicker, or it is over.
 */
static enum err
decide_in_tx(struct db *db, void *arg)
{
	const struct deciding *k = arg;
	struct ctx *c = k->c;
	int64_t until_us = k->is_agreed ? c->now_us + EXPORT_STAFF_HOURS *
	    HOUR_US : k->expires_us;
	struct q_export_staff_decider who;
	struct q_export_staff_decided row;
	bool is_lead;
	uint64_t n;
	enum err e;

	if ((e = q_export_staff_decider(db, c->arena, c->caller.staff_id,
	    &who)) != ERR_OK)
		return e;
	is_lead = text_equal(who.role, "lead");
	if (!is_lead && !export_decides_all(who.role))
		return ERR_DENIED;
	if ((e = q_export_staff_decide(db, k->is_agreed ? "waiting" :
	    "refused", c->caller.staff_id, c->now_us, k->answer, until_us,
	    k->id, !is_lead, who.team_id, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if ((e = q_export_staff_decided(db, c->arena, k->id,
	    c->caller.staff_id, &row)) != ERR_OK ||
	    (k->is_agreed && row.snapshot_id != 0 &&
	    (e = q_export_staff_keep(db, until_us, row.snapshot_id, NULL)) !=
	    ERR_OK))
		return e;
	return note(db, k, row.total);
}

static enum err
decide(struct ctx *c, bool is_agreed)
{
	struct deciding k = { .c = c, .is_agreed = is_agreed };
	struct q_export_staff_asking p;
	enum err read, e;

	if ((e = load(c, &k.id, &p)) != ERR_OK)
		return e;
	if (is_agreed) {
		k.answer = "";
	} else {
		read = form_read(c, export_office_refuse_fields, &c->form);
		if (read != ERR_OK)
			return draw(c, k.id, &p, read);
		k.answer = form_value(&c->form, "answer");
	}
	k.expires_us = p.expires_us;
	if (p.decided_us == 0 && (e = ctx_tx(c, decide_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, asking_path(c, k.id, ""));
}

enum err
export_office_agree(struct ctx *c)
{
	return decide(c, true);
}

enum err
export_office_refuse(struct ctx *c)
{
	return decide(c, false);
}
