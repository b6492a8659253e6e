/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where a second copy or a name was met after an erasure: tables, columns and
 * rows, never the value.  Staff settle it with a word, and the keeper searches
 * again: no receipt leaves before it finds nothing.
 * Law: GDPR 5(2), 12(3), 17(1).
 */
#include "erasure/erasure_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "rights/rights.h"

#define NOTE_MAX 1000	/* characters of the column */

const struct field erasure_office_mend_fields[] = {
	{ .name = "note", .type = F_LINES, .need = true, .max = NOTE_MAX,
	  .label = N_("What was done"),
	  .hint = N_("Without name or address: what you write is searched too.") },
	{ .name = NULL }
};

const struct field erasure_office_look_fields[] = {
	{ .name = "remark", .type = F_LINES, .need = true, .max = NOTE_MAX,
	  .label = N_("What you found"),
	  .hint = N_("Without name or address: what you write is searched too.") },
	{ .name = NULL }
};

/* How a task of either kind is settled. */
struct settling {
	const char *kind;	/* of the task */
	const char *outcome;	/* of the task, and the step of the case */
	const char *verb;	/* of the audit */
	const char *path;	/* of a case's page */
	const char *bare_path;	/* of an erasure's without a case */
	const char *field;
	const struct field *fields;
	const char *form;	/* in the view */
};

static const struct settling mend = { "erasure.second_copy", "mended",
	"erasure.mended", "/requests/:id/task", "/erasures/:id/task", "note",
	erasure_office_mend_fields, "mend_form" };
static const struct settling look = { "erasure.look", "looked",
	"erasure.looked", "/requests/:id/task/look",
	"/erasures/:id/task/look", "remark",
	erasure_office_look_fields, "look_form" };

struct task_page {
	struct ctx *c;
	bool is_bare;		/* of an erasure, not of a case */
	uint64_t id;		/* of either, as the address says */
	struct q_erasure_task_of *r;
	struct q_erasure_task_list *tasks;
	size_t n;
	const struct settling *typed;	/* c->form is of this one; NULL: none */
};

static enum err
open_page(struct task_page *p)
{
	struct ctx *c = p->c;
	size_t n;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &p->id)) != ERR_OK)
		return e;
	if (p->id == 0)
		return ERR_NOTFOUND;
	if ((e = q_erasure_task_of(c->db, c->arena, p->is_bare ? 0 : p->id,
	    p->is_bare ? p->id : 0, &p->r, &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_NOTFOUND;
	if ((e = q_erasure_task_list(c->db, c->arena, p->r->id, &p->tasks,
	    &p->n)) != ERR_OK)
		return e;
	return p->n == 0 ? ERR_NOTFOUND : ERR_OK;
}

/* What was found when the receipt had left: nothing is searched again. */
static bool
is_late(const struct task_page *p)
{
	return strcmp(p->r->state, "done") == 0;
}

/* The page itself, or ${end} behind it. */
static const char *
address_of(const struct task_page *p, const char *end)
{
	return arena_printf(p->c->arena, "/%s/%" PRIu64 "/task%s",
	    p->is_bare ? "erasures" : "requests", p->id, end);
}

static const struct q_erasure_task_list *
open_task(const struct task_page *p, const char *kind)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->tasks[i].kind, kind) == 0 &&
		    strcmp(p->tasks[i].state, "open") == 0)
			return &p->tasks[i];
	return NULL;
}

static const char *
needle_of(struct ctx *c, const char *kind)
{
	static const struct { const char *name, *label; } words[] = {
		{ "address", N_("mail address") },
		{ "phone", N_("phone number") },
		{ "reference", N_("reference") },
		{ "name", N_("whole name") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (text_equal(words[i].name, kind))
			return _(words[i].label);
	return "";
}

static void
add_places(struct ctx *c, const struct q_erasure_task_list *t, json_t *list)
{
	bool is_open = strcmp(t->state, "open") == 0;
	bool is_hard = strcmp(t->kind, mend.kind) == 0;
	json_t *detail = json_loads(t->detail, 0, NULL), *place, *view;
	json_int_t more;
	size_t i;

	json_array_foreach(json_object_get(detail, "places"), i, place) {
		view = json_pack("{s:s?, s:s?, s:I, s:s}", "table",
		    json_string_value(json_object_get(place, "table")),
		    "column", json_string_value(json_object_get(place,
		    "column")), "row", json_integer_value(json_object_get(
		    place, "row")), "needle", needle_of(c, json_string_value(
		    json_object_get(place, "needle"))));
		page_state(view, !is_open ? _("settled") : is_hard ?
		    _("to be settled") : _("to be looked at"), !is_open ?
		    MOOD_OK : is_hard ? MOOD_BAD : MOOD_WARN);
		json_array_append_new(list, view);
	}
	more = json_integer_value(json_object_get(detail, "more"));
	if (more > 0) {
		view = json_pack("{s:s, s:s, s:s, s:s}", "table", "…",
		    "column", "", "row", "", "needle", words_count(c->arena,
		    c->lang, "{n} more place", "{n} more places",
		    (uint64_t)more));
		page_state(view, "", MOOD_NONE);
		json_array_append_new(list, view);
	}
	json_decref(detail);
}

static json_t *
done_view(const struct task_page *p)
{
	json_t *list = json_array();
	struct ctx *c = p->c;
	const struct q_erasure_task_list *t;

	for (t = p->tasks; t < p->tasks + p->n; t++)
		if (strcmp(t->state, "open") != 0)
			json_array_append_new(list, json_pack(
			    "{s:o, s:s, s:s, s:s}", "at", page_at(c,
			    t->done_us), "what", text_equal(t->outcome,
			    "mended") ? _("Second copy dealt with") :
			    _("Names that were found were looked at"), "note",
			    t->note == NULL ? "" : t->note, "by", t->staff ==
			    NULL ? _("a program") : t->staff));
	return list;
}

static json_t *
form_of(const struct task_page *p, const struct settling *s)
{
	bool may = p->c->caller.role == ROLE_DPO ||
	    p->c->caller.role == ROLE_LEGAL;
	struct ctx *c = p->c;
	struct form blank, *form = &c->form;
	json_t *view;

	if (!may || open_task(p, s->kind) == NULL)
		return json_null();
	if (p->typed != s) {
		form_blank(c, s->fields, &blank);
		form = &blank;
	}
	view = page_csrf(c, p->is_bare ? s->bare_path : s->path,
	    address_of(p, s == &look ? "/look" : ""));
	json_object_set_new(view, "fields", form_view(c, form));
	return view;
}

/* What an open find means: it blocks the receipt, or came after it. */
static void
add_lead(const struct task_page *p, json_t *view)
{
	bool is_hard = open_task(p, mend.kind) != NULL;

	json_object_set_new(view, "due", p->r->due_day.y == 0 ? json_null() :
	    json_string(page_day(p->c, p->r->due_day)));
	json_object_set_new(view, "is_blocked", json_boolean(is_hard &&
	    !is_late(p)));
	json_object_set_new(view, "is_late", json_boolean(is_hard &&
	    is_late(p)));
	json_object_set_new(view, "is_calm", json_boolean(!is_hard));
}

static enum err
show(const struct task_page *p, int status, const char *late)
{
	struct ctx *c = p->c;
	json_t *view = page_view(c, _("Found after an erasure"));
	json_t *places = json_array(), *done = done_view(p);
	size_t i;

	for (i = 0; i < p->n; i++)
		add_places(c, &p->tasks[i], places);
	json_object_set_new(view, "back_url", json_string(p->is_bare ? "/" :
	    arena_printf(c->arena, "/requests/%" PRIu64, p->id)));
	json_object_set_new(view, "reference", json_string(p->r->reference !=
	    NULL ? p->r->reference : arena_printf(c->arena, "E-%" PRIu64,
	    p->r->id)));
	add_lead(p, view);
	json_object_set_new(view, "places", places);
	json_object_set_new(view, "has_done", json_boolean(
	    json_array_size(done) > 0));
	json_object_set_new(view, "done", done);
	json_object_set_new(view, mend.form, form_of(p, &mend));
	json_object_set_new(view, look.form, form_of(p, &look));
	if (p->typed != NULL)
		json_object_set_new(view, "errors", form_errors_view(c,
		    &c->form));
	if (late != NULL)
		json_object_set_new(view, "flash", json_pack(
		    "{s:b, s:b, s:s}", "kind_ok", false, "kind_warn", true,
		    "text", late));
	return page_status(c, status, "office/erasure_task.html", view);
}

static enum err
show_task(struct ctx *c, bool is_bare)
{
	struct task_page p = { .c = c, .is_bare = is_bare };
	enum err e;

	if ((e = open_page(&p)) != ERR_OK)
		return e;
	return show(&p, 200, NULL);
}

struct settled {
	const struct task_page *p;
	const struct settling *how;
};

static enum err
settle_in_tx(struct db *db, void *arg)
{
	const struct settled *k = arg;
	const struct settling *how = k->how;
	struct ctx *c = k->p->c;
	const struct q_erasure_task_of *r = k->p->r;
	const struct rights_step step = { r->request_id, how == &mend &&
	    is_late(k->p) ? "taken" : how->outcome, "staff",
	    c->caller.staff_id, c->now_us };
	const struct ledger_audit event = { .verb = how->verb,
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "erasure", .object_id = r->id, .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_erasure_task_settle(db, how->outcome, form_value(&c->form,
	    how->field), c->now_us, c->caller.staff_id, r->id, how->kind,
	    &n)) != ERR_OK)
		return e;
	if (n == 0)
		return ERR_CONFLICT;
	if (r->request_id != 0 && (e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static enum err
settle(struct ctx *c, const struct settling *how, bool is_bare)
{
	struct task_page p = { .c = c, .is_bare = is_bare, .typed = how };
	struct settled k = { &p, how };
	enum err e;

	if ((e = open_page(&p)) != ERR_OK)
		return e;
	e = form_read(c, how->fields, &c->form);
	if (e == ERR_INVALID || e == ERR_MALFORMED)
		return show(&p, err_table[e].status, NULL);
	if (e != ERR_OK)
		return e;
	e = ctx_tx(c, settle_in_tx, &k);
	if (e == ERR_OK)
		return page_redirect(c, address_of(&p, ""));
	if (e != ERR_CONFLICT || (e = open_page(&p)) != ERR_OK)
		return e;
	return show(&p, err_table[ERR_CONFLICT].status,
	    _("Somebody was faster: this was settled after you opened the page."));
}

enum err
erasure_office_task(struct ctx *c)
{
	return show_task(c, false);
}

enum err
erasure_office_mend(struct ctx *c)
{
	return settle(c, &mend, false);
}

enum err
erasure_office_look(struct ctx *c)
{
	return settle(c, &look, false);
}

enum err
erasure_office_bare(struct ctx *c)
{
	return show_task(c, true);
}

enum err
erasure_office_bare_mend(struct ctx *c)
{
	return settle(c, &mend, true);
}

enum err
erasure_office_bare_look(struct ctx *c)
{
	return settle(c, &look, true);
}
