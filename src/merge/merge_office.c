/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff say that two records are of one person, ask for it, and see what came
 * of it.
 * Law: GDPR 5(1)(d), 5(1)(f), 5(2), 25.
 */
#include "merge/merge_office.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "merge/merge_preview_office.h"

#define PARAM_OTHER	1	/* of the path */
#define PAIRS_MAX	8	/* of merge_pairs_of */

const struct field merge_office_find_fields[] = {
	{ .name = "reference", .type = F_TEXT, .need = true, .max = 20,
	  .label = N_("Reference of the other record"), .autocomplete = "off",
	  .hint = N_("It stands under the name, such as C-7K2M9QXA.") },
	{ .name = NULL }
};

static const char *
record_url(struct ctx *c, uint64_t id, const char *suffix)
{
	return arena_printf(c->arena, "/contacts/%" PRIu64 "%s", id, suffix);
}

/* Who may be the same person, and that all of them were looked at. */
static enum err
pairs_view(struct ctx *c, uint64_t id, json_t **ret_list)
{
	const struct contacts_looking looking = { "record", "check" };
	struct q_merge_pairs_of *rows;
	uint64_t ids[1 + PAIRS_MAX];
	json_t *list;
	size_t i, n;
	enum err e;

	if ((e = q_merge_pairs_of(c->db, c->arena, id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &rows, &n)) != ERR_OK)
		return e;
	ids[0] = id;
	for (i = 0; i < n; i++)
		ids[1 + i] = rows[i].id;
	if ((e = contacts_looked(c, &looking, ids, 1 + n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}",
		    "name", merge_office_name(c, rows[i].given_name,
		    rows[i].family_name, rows[i].email), "reference",
		    rows[i].reference, "why", _(merge_pair_word(rows[i].why)),
		    "url", merge_preview_url(c, id, rows[i].id)));
	*ret_list = list;
	return ERR_OK;
}

static enum err
show_find(struct ctx *c, uint64_t id, enum err why)
{
	struct q_contacts_load r;
	json_t *view, *pairs;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, id, &r)) != ERR_OK ||
	    (e = pairs_view(c, id, &pairs)) != ERR_OK)
		return e;
	view = page_view(c, _("The same person as …"));
	page_form(c, view, "/contacts/:id/merge", record_url(c, id, "/merge"),
	    &c->form);
	json_object_set_new(view, "has_pairs", json_boolean(
	    json_array_size(pairs) > 0));
	json_object_set_new(view, "pairs", pairs);
	json_object_set_new(view, "name", json_string(contacts_name(c, &r)));
	json_object_set_new(view, "reference", json_string(r.reference));
	json_object_set_new(view, "back_url", json_string(record_url(c, id,
	    "")));
	return why == ERR_OK ? page(c, "office/merge_find.html", view) :
	    page_form_again(c, why, "office/merge_find.html", view);
}

enum err
merge_office_find_show(struct ctx *c)
{
	uint64_t id;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = merge_office_see(c, id)) != ERR_OK)
		return e;
	form_blank(c, merge_office_find_fields, &c->form);
	return show_find(c, id, ERR_OK);
}

static const char *
upper(struct ctx *c, const char *text)
{
	char *copy = arena_text(c->arena, text), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return copy;
}

enum err
merge_office_find(struct ctx *c)
{
	struct q_merge_by_reference found = { 0 };
	uint64_t id;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = merge_office_see(c, id)) != ERR_OK)
		return e;
	e = form_read(c, merge_office_find_fields, &c->form);
	if (e == ERR_OK) {
		e = q_merge_by_reference(c->db, c->arena, upper(c,
		    form_value(&c->form, "reference")),
		    auth_office_sees_all(c), c->caller.staff_id,
		    c->caller.team_id, &found);
		if (e == ERR_NOTFOUND || (e == ERR_OK && found.id == id)) {
			form_fail(&c->form, "reference",
			    _("No other record that you may see has this reference."));
			e = ERR_INVALID;
		}
	}
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return show_find(c, id, e);
	return e != ERR_OK ? e : page_redirect(c, merge_preview_url(c, id,
	    found.id));
}

enum err
merge_office_show(struct ctx *c)
{
	struct merge_preview *k = arena_take(c->arena, sizeof(*k));
	enum err e;

	k->c = c;
	if ((e = merge_preview_load(k)) != ERR_OK)
		return e;
	merge_preview_fields(k);
	form_blank(c, k->fields, &c->form);
	merge_preview_begin(k);
	return merge_preview_draw(k, ERR_OK);
}

/* One that is asked for, unless this press asked already. */
struct asking {
	struct merge_preview *k;
	enum merge_why not;
};

static enum err
ask_in_tx(struct db *db, void *arg)
{
	const struct asking *asking = arg;
	const struct merge_preview *k = asking->k;
	const struct q_merge_contacts *s = k->pair.stays, *g = k->pair.goes;
	struct ctx *c = k->c;
	const char *reason = form_value(&c->form, "reason");
	const struct ledger_audit event = { .verb = "contact.merge_asked",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = s->id, .at_us = c->now_us,
	    .detail = arena_printf(c->arena, "{\"reason\":\"%s\"}", reason) };
	struct q_merge_ask row;
	enum err e;

	if (asking->not != MERGE_MAY)
		return ERR_INVALID;
	if ((e = q_merge_ask(db, c->arena, g->id, g->reference, s->id,
	    c->caller.staff_id, reason, merge_taken_write(c->arena,
	    &k->pair), g->version, s->version, c->now_us, &row)) != ERR_OK)
		return e;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
show_state(struct ctx *c, uint64_t id, const char *merge_id)
{
	return page_redirect(c, arena_printf(c->arena, "/contacts/%" PRIu64
	    "/merges/%s", id, merge_id));
}

/* Pressed again when the two were one already: as it was shown then. */
static enum err
ask_again(struct ctx *c)
{
	struct q_merge_mine row;
	uint64_t id, other;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &id)) != ERR_OK ||
	    (e = ctx_path_u64(c, PARAM_OTHER, &other)) != ERR_OK ||
	    (e = merge_office_see(c, id)) != ERR_OK ||
	    (e = q_merge_mine(c->db, c->arena, other, id,
	    c->caller.staff_id, &row)) != ERR_OK)
		return e;
	return show_state(c, id, arena_printf(c->arena, "%" PRIu64, row.id));
}

enum err
merge_office_ask(struct ctx *c)
{
	struct merge_preview *k = arena_take(c->arena, sizeof(*k));
	struct asking asking = { k, MERGE_MAY };
	enum err e;

	k->c = c;
	e = merge_preview_load(k);
	if (e == ERR_NOTFOUND)
		return ask_again(c);
	if (e != ERR_OK)
		return e;
	merge_preview_fields(k);
	if ((e = form_read(c, k->fields, &c->form)) != ERR_OK) {
		merge_settle(&k->pair);
		return e == ERR_INVALID || e == ERR_MALFORMED ?
		    merge_preview_draw(k, e) : e;
	}
	merge_preview_take(k);
	asking.not = strcmp(form_value(&c->form, "versions"), k->versions) ==
	    0 ? merge_preview_why_not(k) : MERGE_CHANGED;
	if ((e = ctx_tx(c, ask_in_tx, &asking)) == ERR_OK)
		return show_state(c, k->id, c->result);
	if (e != ERR_INVALID)
		return e;
	form_fail(&c->form, NULL, _(merge_why_word(
	    merge_why_names[asking.not])));
	return merge_preview_draw(k, e);
}

struct state {
	uint64_t id;		/* of the record that stays */
	uint64_t merge_id;
	struct q_merge_one row;
};

static enum err
load_state(struct ctx *c, struct state *s)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, &s->id)) != ERR_OK ||
	    (e = ctx_path_u64(c, PARAM_OTHER, &s->merge_id)) != ERR_OK ||
	    (e = merge_office_see(c, s->id)) != ERR_OK)
		return e;
	return q_merge_one(c->db, c->arena, s->merge_id, s->id,
	    c->caller.staff_id, &s->row);
}

static bool
is_in(const struct state *s, const char *state)
{
	return strcmp(s->row.state, state) == 0;
}

static const char *
state_url(struct ctx *c, const struct state *s, const char *rest)
{
	return arena_printf(c->arena, "/contacts/%" PRIu64 "/merges/%" PRIu64
	    "%s", s->id, s->merge_id, rest);
}

enum err
merge_office_state(struct ctx *c)
{
	struct state s;
	json_t *view;
	enum err e;

	if ((e = load_state(c, &s)) != ERR_OK)
		return e;
	view = page_view(c, _("One record of two"));
	json_object_set_new(view, "goes", json_string(s.row.reference));
	json_object_set_new(view, "progress", !is_in(&s, "asked") ?
	    json_null() : json_pack("{s:s, s:i, s:s, s:s, s:s}", "label",
	    _("The two records are being joined"), "percent", 0, "text",
	    _("This takes a few seconds."), "json_url", state_url(c, &s,
	    "/state"), "next_url", state_url(c, &s, "")));
	json_object_set_new(view, "is_done", json_boolean(is_in(&s,
	    "done")));
	json_object_set_new(view, "why_not", !is_in(&s, "refused") ?
	    json_null() : json_string(_(merge_why_word(s.row.why == NULL ?
	    "" : s.row.why))));
	json_object_set_new(view, "record_url", json_string(record_url(c,
	    s.id, "")));
	return page(c, "office/merge_state.html", view);
}

enum err
merge_office_progress(struct ctx *c)
{
	struct state s;
	bool is_done;
	enum err e;

	if ((e = load_state(c, &s)) != ERR_OK)
		return e;
	is_done = !is_in(&s, "asked");
	return page_json(c, 200, json_pack("{s:i, s:s, s:b}", "percent",
	    is_done ? 100 : 0, "text", _("This takes a few seconds."), "done",
	    is_done));
}
