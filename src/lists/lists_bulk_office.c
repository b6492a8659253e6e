/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which action, for whom, why: the chosen rows of a page or a whole list that
 * stands still, and a form for each thing that can be done to them.
 * Law: GDPR 5(1)(d), 5(1)(f), 18(1), 25; FEATURES BT4, CS12.
 */
#include "lists/lists_bulk_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/buf.h"
#include "base/text.h"
#include "lists/lists_office.h"
#include "lists/lists_snapshot.h"

const struct bulk_kind bulk_kinds[] = {
	{ "assign", N_("Assign"), N_("Who looks after them, which team, and who can see them."), N_("Look at it first") },
	{ "label", N_("Put on a label"), N_("Each of them gets it; they can read it in their space."), N_("Look at it first") },
	{ "unlabel", N_("Take off a label"), N_("Whoever has it loses it."), N_("Look at it first") },
	{ "restrict", N_("Restrict the use"), N_("Their data is stored and used for nothing else (GDPR, Article 18). They are told."), N_("Look at it first") },
	{ "delete", N_("Propose to delete"), N_("Nothing is deleted: the data protection officer gets the list as it stands, and decides."), N_("Look at it first") },
	{ NULL, NULL, NULL, NULL }
};

static const struct field_choice reasons[] = {
	{ "shared_out", N_("The work is shared out anew") },
	{ "away", N_("A colleague leaves or is away") },
	{ "asked", N_("The person asked for it") },
	{ "order", N_("The data is put in order") },
	{ "mistake", N_("Something was entered by mistake") },
	{ NULL, NULL }
};

static const struct field_choice delete_reasons[] = {
	{ "inactive", N_("No contact for a long time") },
	{ "unneeded", N_("No purpose needs them any more") },
	{ "mistake", N_("Something was entered by mistake") },
	{ NULL, NULL }
};

static const struct field_choice grounds[] = {
	{ "accuracy", N_("It is not certain that the data is right") },
	{ "unlawful", N_("It should not be used, and should not be erased either") },
	{ "claims", N_("It is needed for a legal claim only") },
	{ "objection", N_("Somebody objected, and it is being looked at") },
	{ NULL, NULL }
};

static const struct field_choice visibilities[] = {
	{ "keep", N_("as it is") }, { "owner", N_("their adviser alone") },
	{ "team", N_("the team, and their adviser") },
	{ "everyone", N_("all colleagues who see contacts") },
	{ NULL, NULL }
};

const char *
bulk_reason_text(struct ctx *c, const char *reason)
{
	const struct field_choice *lists[] = { reasons, delete_reasons }, *r;
	size_t i;

	for (i = 0; i < LENGTH(lists); i++)
		for (r = lists[i]; r->value != NULL; r++)
			if (strcmp(r->value, reason) == 0)
				return _(r->label);
	return reason;
}

const char *
bulk_title(struct ctx *c, const char *action)
{
	const struct bulk_kind *k;

	for (k = bulk_kinds; k->action != NULL; k++)
		if (strcmp(k->action, action) == 0)
			return _(k->title);
	return action;
}

struct bulk_work
bulk_work_of(struct ctx *c)
{
	return (struct bulk_work){ c->arena, c->worker->keys,
	    c->worker->ledger, c->worker->outbox, "staff", c->now_us };
}

static const char *
role_of(const struct ctx *c)
{
	return role_choices[c->caller.role].value;
}

/* ---- the fields of an action */

enum { IN_SNAPSHOT, IN_ACTION, IN_OWNER, IN_TEAM, IN_VISIBILITY, IN_LABEL,
	IN_GROUND, IN_REASON, IN__MAX };

/* "keep" and "none" before the rows of ${rows}, which may be a query's. */
#define ROWS(list, n, first, second, rows)				\
	do {								\
		list = arena_take(c->arena, ((n) + 3) * sizeof(*list));	\
		at = 0;							\
		if ((first) != NULL)					\
			list[at++] = (struct field_choice){ "keep",	\
			    (first) };					\
		if ((second) != NULL)					\
			list[at++] = (struct field_choice){ "none",	\
			    (second) };					\
		for (i = 0; i < (n); i++)				\
			list[at++] = (struct field_choice){		\
			    arena_printf(c->arena, "%" PRIu64,		\
			    (rows)[i].id), (rows)[i].name };		\
		list[at] = (struct field_choice){ NULL, NULL };		\
	} while (0)

static enum err
place_fields(struct ctx *c, struct field *fields)
{
	bool is_lead = c->caller.role == ROLE_LEAD;
	/* a lead without a team gives to nobody: no team has the number */
	uint64_t team = !is_lead ? 0 : c->caller.team_id != 0 ?
	    c->caller.team_id : UINT64_MAX >> 1;
	const char *none = is_lead ? NULL : N_("nobody");
	struct field_choice *list;
	struct q_bulk_people *people;
	struct q_bulk_teams *teams;
	size_t i, at, n;
	enum err e;

	if ((e = q_bulk_people(c->db, c->arena, team, &people, &n)) != ERR_OK)
		return e;
	ROWS(list, n, N_("as it is"), none, people);
	fields[IN_OWNER] = (struct field){ .name = "owner", .type = F_CHOICE,
	    .need = true, .label = N_("Adviser"), .choices = list };
	if ((e = q_bulk_teams(c->db, c->arena, team, &teams, &n)) != ERR_OK)
		return e;
	none = is_lead ? NULL : N_("no team");
	ROWS(list, n, N_("as it is"), none, teams);
	fields[IN_TEAM] = (struct field){ .name = "team", .type = F_CHOICE,
	    .need = true, .label = N_("Team"), .choices = list };
	fields[IN_VISIBILITY] = (struct field){ .name = "visibility",
	    .type = F_CHOICE, .need = true, .label = N_("Visible to"),
	    .choices = visibilities };
	return ERR_OK;
}

void
bulk_place_keep(struct form *form)
{
	form_set(form, "owner", "keep");
	form_set(form, "team", "keep");
	form_set(form, "visibility", "keep");
}

static enum err
label_field(struct ctx *c, struct field *ret_field)
{
	struct field_choice *list;
	struct q_lists_tags *rows;
	size_t i, at, n;
	enum err e;

	if ((e = q_lists_tags(c->db, c->arena, &rows, &n)) != ERR_OK)
		return e;
	ROWS(list, n, NULL, NULL, rows);
	*ret_field = (struct field){ .name = "label", .type = F_CHOICE,
	    .need = true, .label = N_("Label"), .choices = list };
	return ERR_OK;
}

enum err
bulk_fields(struct ctx *c, const char *action,
    const struct field **ret_fields)
{
	struct field all[IN__MAX] = {
		[IN_SNAPSHOT] = { .name = "s", .type = F_ID },
		[IN_ACTION] = { .name = "action", .type = F_HIDDEN,
		    .max = 20 },
		[IN_REASON] = { .name = "reason", .type = F_CHOICE,
		    .need = true, .label = N_("Reason"), .choices =
		    strcmp(action, "delete") == 0 ? delete_reasons : reasons },
	};
	struct field *fields = arena_take(c->arena, (IN__MAX + 1) *
	    sizeof(*fields));
	size_t i, n = 0;
	enum err e = ERR_OK;

	if (strcmp(action, "assign") == 0)
		e = place_fields(c, all);
	else if (strcmp(action, "label") == 0 ||
	    strcmp(action, "unlabel") == 0)
		e = label_field(c, &all[IN_LABEL]);
	else if (strcmp(action, "restrict") == 0)
		all[IN_GROUND] = (struct field){ .name = "ground",
		    .type = F_CHOICE, .need = true, .has_radios = true,
		    .label = N_("Why they are restricted"),
		    .choices = grounds };
	if (e != ERR_OK)
		return e;
	for (i = 0; i < IN__MAX; i++)
		if (all[i].name != NULL)
			fields[n++] = all[i];
	fields[n] = (struct field){ .name = NULL };
	*ret_fields = fields;
	return ERR_OK;
}

/* A chosen row: whether it says anything, and its number. */
static bool
read_row(const struct form *form, const char *name, uint64_t *ret_id)
{
	const char *value = form_value(form, name);

	*ret_id = 0;
	if (strcmp(value, "keep") == 0)
		return false;
	return strcmp(value, "none") == 0 || parse_u64(value, ret_id) ==
	    ERR_OK;
}

enum err
bulk_read(struct ctx *c, const char *action, struct bulk_wanted *ret_wanted)
{
	struct bulk_wanted w = { .action = action, .reason = form_value(
	    &c->form, "reason") };

	if (strcmp(action, "assign") == 0) {
		w.has_owner = read_row(&c->form, "owner", &w.owner_id);
		w.has_team = read_row(&c->form, "team", &w.team_id);
		if (strcmp(form_value(&c->form, "visibility"), "keep") != 0)
			w.visibility = form_value(&c->form, "visibility");
		if (!w.has_owner && !w.has_team && w.visibility == NULL) {
			form_fail(&c->form, "owner",
			    _("Choose what changes: the adviser, the team, or who sees them."));
			return ERR_INVALID;
		}
	} else if (strcmp(action, "label") == 0 ||
	    strcmp(action, "unlabel") == 0) {
		if (parse_u64(form_value(&c->form, "label"), &w.tag_id) !=
		    ERR_OK)
			return ERR_MALFORMED;
	} else if (strcmp(action, "restrict") == 0) {
		w.ground = form_value(&c->form, "ground");
	}
	*ret_wanted = w;
	return ERR_OK;
}

enum err
bulk_store(struct ctx *c, struct db *db, const struct bulk_wanted *w,
    const struct bulk_source *from, uint64_t *ret_id)
{
	bool is_running = strcmp(from->state, "running") == 0;
	struct q_bulk_insert row;
	enum err e;

	if ((e = auth_office_team_enter(c, db, w->team_id)) != ERR_OK)
		return e;
	if ((e = q_bulk_insert(db, c->arena, c->caller.staff_id, w->action,
	    from->state, from->snapshot_id, w->reason, w->has_owner,
	    w->owner_id, w->has_team, w->team_id, w->visibility, w->tag_id,
	    w->ground, from->total, c->now_us, is_running ? c->now_us : 0,
	    c->now_us + BULK_READY_US, &row)) == ERR_OK)
		*ret_id = row.id;
	return e;
}

enum err
bulk_run(struct ctx *c, struct db *db, uint64_t id)
{
	const struct bulk_work w = bulk_work_of(c);
	bool is_over = false;
	enum err e = ERR_OK;

	while (!is_over && e == ERR_OK)
		e = bulk_step(&w, db, id, &is_over);
	return e;
}

/* ---- a list to act on */

struct acting {
	struct ctx *c;
	uint64_t snapshot_id;
	uint64_t n;		/* contacts of it */
	const char *ids;	/* JSON, chosen on a page; NULL: a snapshot */
	struct bulk_wanted wanted;
	struct bytes sealed;
};

static enum err
load_source(struct acting *k)
{
	struct ctx *c = k->c;
	struct q_bulk_source row;
	enum err e;

	if ((e = q_bulk_source(c->db, c->arena, k->snapshot_id,
	    c->caller.staff_id, c->now_us, &row)) != ERR_OK)
		return e;
	k->n = row.contacts;
	return strcmp(row.state, "ready") == 0 ? ERR_OK : ERR_CONFLICT;
}

static enum err
form_of(const struct acting *k, const struct bulk_kind *kind, bool is_typed,
    json_t **ret_view)
{
	struct ctx *c = k->c;
	const struct field *fields;
	struct form blank;
	json_t *view;
	enum err e;

	if ((e = bulk_fields(c, kind->action, &fields)) != ERR_OK)
		return e;
	form_blank(c, fields, &blank);
	if (strcmp(kind->action, "assign") == 0)
		bulk_place_keep(&blank);
	view = page_csrf(c, "/lists/bulk", "/lists/bulk");
	json_object_set_new(view, "s", json_string(arena_printf(c->arena,
	    "%" PRIu64, k->snapshot_id)));
	json_object_set_new(view, "code", json_string(kind->action));
	json_object_set_new(view, "title", json_string(_(kind->title)));
	json_object_set_new(view, "text", json_string(_(kind->text)));
	json_object_set_new(view, "button", json_string(_(kind->button)));
	json_object_set_new(view, "is_open", json_boolean(is_typed));
	/* the summary of errors leads to fields without it */
	json_object_set_new(view, "id_of_form", is_typed ? json_string("") :
	    json_string(arena_printf(c->arena, "%s-", kind->action)));
	json_object_set_new(view, "fields", form_view(c, is_typed ?
	    &c->form : &blank));
	*ret_view = view;
	return ERR_OK;
}

static enum err
draw(const struct acting *k, const char *typed, enum err why)
{
	const struct bulk_kind *kind;
	struct ctx *c = k->c;
	json_t *view = page_view(c, _("Act on several contacts")), *form;
	json_t *forms = json_array();
	bool is_typed;
	enum err e;

	for (kind = bulk_kinds; k->n > 0 && kind->action != NULL; kind++) {
		if (!bulk_may(role_of(c), kind->action))
			continue;
		is_typed = typed != NULL && strcmp(typed, kind->action) == 0;
		if ((e = form_of(k, kind, is_typed, &form)) != ERR_OK) {
			json_decref(forms);
			json_decref(view);
			return e;
		}
		json_array_insert_new(forms, is_typed ? 0 :
		    json_array_size(forms), form);
	}
	json_object_set_new(view, "forms", forms);
	json_object_set_new(view, "errors", typed == NULL && k->n > 0 ?
	    json_null() : form_errors_view(c, &c->form));
	json_object_set_new(view, "who", k->n == 0 ? json_null() :
	    json_string(words_count(c->arena, c->lang, "{n} contact",
	    "{n} contacts", k->n)));
	json_object_set_new(view, "export_url", k->n == 0 ||
	    !bulk_may(role_of(c), "delete") ? json_null() : json_string(
	    arena_printf(c->arena, "/exports/new?snapshot=%" PRIu64,
	    k->snapshot_id)));
	json_object_set_new(view, "back_url", json_string(k->n == 0 ?
	    "/contacts" : arena_printf(c->arena, "/contacts?s=%" PRIu64,
	    k->snapshot_id)));
	return why == ERR_OK ? page(c, "office/lists_bulk_new.html", view) :
	    page_form_again(c, why, "office/lists_bulk_new.html", view);
}

enum err
lists_office_bulk_new(struct ctx *c)
{
	const struct param *s = params_find(&c->query, "s");
	struct acting k = { .c = c };
	enum err e;

	if (s == NULL || parse_u64(s->value, &k.snapshot_id) != ERR_OK)
		return page_redirect(c, "/contacts");
	if ((e = load_source(&k)) != ERR_OK)
		return e;
	return k.n == 0 ? page_redirect(c, "/contacts") :
	    draw(&k, NULL, ERR_OK);
}

static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct acting *k = arg;
	struct ctx *c = k->c;
	const struct bulk_source from = { "counting", k->snapshot_id, k->n };
	struct q_bulk_open open;
	uint64_t id;
	enum err e;

	if ((e = q_bulk_open(db, c->arena, c->caller.staff_id, &open)) !=
	    ERR_OK)
		return e;
	if (open.n >= BULK_OPEN_MAX)
		return ERR_LIMIT;
	if ((e = bulk_store(c, db, &k->wanted, &from, &id)) != ERR_OK ||
	    (k->n <= BULK_AT_ONCE && (e = bulk_run(c, db, id)) != ERR_OK))
		return e;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, id));
	return ERR_OK;
}

enum err
lists_office_bulk(struct ctx *c)
{
	const struct param *action = params_find(&c->body, "action");
	const struct bulk_kind *kind;
	const struct field *fields;
	struct acting k = { .c = c };
	enum err e, wrong;

	for (kind = bulk_kinds; kind->action != NULL; kind++)
		if (action != NULL && strcmp(kind->action, action->value) == 0)
			break;
	if (kind->action == NULL)
		return ERR_MALFORMED;
	if (!bulk_may(role_of(c), kind->action))
		return ERR_NOTFOUND;
	if ((e = bulk_fields(c, kind->action, &fields)) != ERR_OK)
		return e;
	wrong = form_read(c, fields, &c->form);
	k.snapshot_id = form_input(&c->form, "s")->number;
	if ((e = load_source(&k)) != ERR_OK)
		return e;
	if (wrong == ERR_OK)
		wrong = bulk_read(c, kind->action, &k.wanted);
	if (wrong != ERR_OK)
		return draw(&k, kind->action, wrong);
	e = ctx_tx(c, ask_in_tx, &k);
	if (e == ERR_LIMIT) {
		form_fail(&c->form, NULL, _("Three of your actions are under way: wait for one of them, or stop it."));
		return draw(&k, kind->action, ERR_INVALID);
	}
	if (e == ERR_INVALID)
		return draw(&k, kind->action, e);
	return e != ERR_OK ? e : page_redirect(c, arena_printf(c->arena,
	    "/lists/bulk/%s", c->result));
}

/* ---- rows that were ticked */

/* The ids of the body ("id-7=yes"), each once, as JSON.  NULL: none. */
static enum err
read_chosen(struct ctx *c, const char **ret_ids)
{
	uint64_t ids[LISTS_PER_PAGE_MAX];
	const struct param *p;
	size_t i, j, n = 0;
	struct buf b;

	buf_open(&b, c->arena);
	for (i = 0; i < c->body.n; i++) {
		p = &c->body.list[i];
		if (strcmp(p->name, "csrf") == 0 ||
		    strcmp(p->name, "request_key") == 0)
			continue;
		if (!text_starts(p->name, "id-") || n == LENGTH(ids) ||
		    parse_u64(p->name + strlen("id-"), &ids[n]) != ERR_OK)
			return ERR_MALFORMED;
		for (j = 0; j < n && ids[j] != ids[n]; j++)
			;
		if (j < n)
			continue;
		buf_text(&b, arena_printf(c->arena, "%c%" PRIu64, n == 0 ?
		    '[' : ',', ids[n]));
		n++;
	}
	if (n > 0)
		buf_char(&b, ']');
	*ret_ids = n == 0 ? NULL : b.ptr;
	return ERR_OK;
}

static enum err
choose_in_tx(struct db *db, void *arg)
{
	struct acting *k = arg;
	struct ctx *c = k->c;
	struct q_bulk_source_insert row;
	uint64_t n;
	enum err e;

	if ((e = q_bulk_source_insert(db, c->arena, c->caller.staff_id,
	    k->sealed, c->now_us, c->now_us, c->now_us +
	    LISTS_SNAPSHOT_HOURS * HOUR_US, &row)) != ERR_OK ||
	    (e = q_bulk_source_add(db, row.id, k->ids,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;	/* of another silo, or gone */
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	return q_bulk_source_count(db, n, row.id, NULL);
}

enum err
lists_office_chosen(struct ctx *c)
{
	const struct lists_snapshot chosen = { .reason = "daily" };
	static const struct field none[] = { { .name = NULL } };
	struct acting k = { .c = c };
	enum err e;

	if ((e = read_chosen(c, &k.ids)) != ERR_OK)
		return e;
	if (k.ids == NULL) {
		form_blank(c, none, &c->form);
		form_fail(&c->form, NULL,
		    _("Choose at least one contact of the list."));
		return draw(&k, NULL, ERR_INVALID);
	}
	k.sealed = lists_snapshot_seal(c->arena, c->worker->keys,
	    c->caller.staff_id, c->now_us, &chosen);
	if ((e = ctx_tx(c, choose_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/lists/bulk/new?s=%s",
	    c->result));
}
