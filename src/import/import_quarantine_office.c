/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Contacts whose basis, source or date nobody has stated: who they are, and
 * the form that states it, for one or for all of an import; or they go.
 * Law: GDPR 5(1)(b), 5(2), 6(1), 14(2)(f); FEATURES X22.
 */
#include "import/import_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_office.h"
#include "import/import.h"
#include "import/import_inside.h"
#include "ledger/ledger.h"

#define PER_PAGE	25
#define COUNTED_MAX	1000

const struct field import_office_state_fields[] = {
	{ .name = "basis", .type = F_CHOICE, .need = true,
	  .choices = import_bases, .label = N_("Legal basis"),
	  .hint = N_("Why we may hold these data. No file gives a consent to mailings: only the person does.") },
	{ .name = "source", .type = F_TEXT, .need = true,
	  .max = IMPORT_SOURCE_POINTS, .label = N_("Source"),
	  .hint = N_("Where the data come from, such as Spring fair 2026. The people read it in their space.") },
	{ .name = "collected", .type = F_DATE, .need = true,
	  .label = N_("Collected on") },
	{ .name = NULL }
};

/* The page of one import's, or of one contact. */
struct quarantine {
	struct ctx *c;
	uint64_t id;		/* of the import; 0: of one contact */
	uint64_t contact_id;
	uint64_t after;
	struct q_import_quarantine_list *rows;
	size_t n;
	uint64_t total;
	struct day collected;
	const char *state;	/* what is to become of them */
};

static const char *
base_path(const struct quarantine *k)
{
	return k->id != 0 ? import_office_path(k->c, k->id, "") :
	    arena_printf(k->c->arena, "/contacts/%" PRIu64, k->contact_id);
}

static const char *
lacks_text(struct ctx *c, const char *lacks)
{
	bool has_basis = strstr(lacks, "basis") != NULL;
	bool has_source = strstr(lacks, "source") != NULL;
	bool has_date = strstr(lacks, "collected") != NULL;

	return arena_printf(c->arena, "%s%s%s%s%s", has_basis ?
	    _("legal basis") : "", has_basis && has_source ? ", " : "",
	    has_source ? _("source") : "", (has_basis || has_source) &&
	    has_date ? ", " : "", has_date ? _("date") : "");
}

static enum err
load_all(struct quarantine *k)
{
	const struct contacts_looking looking = { "list", "check" };
	const struct param *p = params_find(&k->c->query, "after");
	struct q_import_quarantine_count count;
	struct q_import_one row;
	struct ctx *c = k->c;
	uint64_t ids[PER_PAGE];
	size_t i, n;
	enum err e;

	if (p != NULL && parse_u64(p->value, &k->after) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = import_office_load(c, &k->id, &row)) != ERR_OK)
		return e;
	if (strcmp(row.state, "done") != 0)
		return ERR_GONE;
	if ((e = q_import_quarantine_count(c->db, c->arena, k->id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &count)) != ERR_OK ||
	    (e = q_import_quarantine_list(c->db, c->arena, k->id, k->after,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    PER_PAGE + 1, &k->rows, &k->n)) != ERR_OK)
		return e;
	k->total = count.n;
	n = k->n < PER_PAGE ? k->n : PER_PAGE;
	for (i = 0; i < n; i++)
		ids[i] = k->rows[i].id;
	return n == 0 ? ERR_OK : contacts_looked(c, &looking, ids, n);
}

/* Whoever may not see the record is told that it does not exist. */
static enum err
load_one(struct quarantine *k)
{
	struct q_import_quarantine_one row;
	struct ctx *c = k->c;
	struct q_people_one one;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &k->contact_id)) != ERR_OK ||
	    (e = q_people_one(c->db, c->arena, k->contact_id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &one)) != ERR_OK)
		return e;
	e = q_import_quarantine_one(c->db, c->arena, k->contact_id, &row);
	k->total = 1;
	return e == ERR_NOTFOUND ? ERR_GONE : e;
}

static json_t *
row_view(struct ctx *c, const struct q_import_quarantine_list *r)
{
	bool has_name = *r->given_name != '\0' || *r->family_name != '\0';

	return json_pack("{s:s, s:s, s:s, s:s}", "url", arena_printf(
	    c->arena, "/contacts/%" PRIu64, r->id), "name", has_name ?
	    text_trim(c->arena, arena_printf(c->arena, "%s %s",
	    r->given_name, r->family_name)) :
	    r->email == NULL ? _("no name") : r->email, "lacks", lacks_text(
	    c, r->lacks), "until", page_day(c, r->remove_day));
}

static json_t *
pages_view(const struct quarantine *k)
{
	const char *here = import_office_path(k->c, k->id, "/quarantine");

	if (k->n <= PER_PAGE && k->after == 0)
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "text", "", "previous_url",
	    k->after == 0 ? NULL : here, "next_url", k->n <= PER_PAGE ? NULL :
	    arena_printf(k->c->arena, "%s?after=%" PRIu64, here,
	    k->rows[PER_PAGE - 1].id));
}

static const char *
count_text(const struct quarantine *k)
{
	struct ctx *c = k->c;

	return k->total > COUNTED_MAX ? _("More than 1,000 contacts") :
	    words_count(c->arena, c->lang, "{n} contact", "{n} contacts",
	    k->total);
}

static enum err
draw(struct quarantine *k, enum err why)
{
	struct ctx *c = k->c;
	const char *path = k->id != 0 ? "/imports/:id/quarantine" :
	    "/contacts/:id/quarantine";
	json_t *view = page_view(c, _("In quarantine")), *list;
	size_t i;

	page_form(c, view, path, arena_printf(c->arena, "%s/quarantine",
	    base_path(k)), &c->form);
	list = json_array();
	for (i = 0; i < k->n && i < PER_PAGE; i++)
		json_array_append_new(list, row_view(c, &k->rows[i]));
	json_object_set_new(view, "back_url", json_string(base_path(k)));
	json_object_set_new(view, "is_of_import", json_boolean(k->id != 0));
	json_object_set_new(view, "count", json_string(count_text(k)));
	json_object_set_new(view, "has_rows", json_boolean(k->total > 0));
	json_object_set_new(view, "rows", list);
	json_object_set_new(view, "pages", k->id == 0 ? json_null() :
	    pages_view(k));
	json_object_set_new(view, "remove_form", k->id == 0 || k->total ==
	    0 ? json_null() : page_csrf(c, "/imports/:id/quarantine/remove",
	    import_office_path(c, k->id, "/quarantine/remove")));
	return why == ERR_OK ? page(c, "office/import_quarantine.html",
	    view) : page_form_again(c, why, "office/import_quarantine.html",
	    view);
}

static enum err
show(struct quarantine *k, enum err e)
{
	if (e == ERR_GONE)
		return page_redirect(k->c, base_path(k));
	if (e != ERR_OK)
		return e;
	form_blank(k->c, import_office_state_fields, &k->c->form);
	return draw(k, ERR_OK);
}

enum err
import_office_quarantine(struct ctx *c)
{
	struct quarantine k = { .c = c };

	return show(&k, load_all(&k));
}

enum err
import_office_quarantine_one(struct ctx *c)
{
	struct quarantine k = { .c = c };

	return show(&k, load_one(&k));
}

/* ---- it is stated */

static enum err
read_terms(struct quarantine *k)
{
	struct ctx *c = k->c;
	enum err e = form_read(c, import_office_state_fields, &c->form);

	if (e == ERR_MALFORMED)
		return e;
	if (strchr(form_value(&c->form, "source"), '@') != NULL) {
		form_fail(&c->form, "source",
		    _("Everybody in the file can read this: it names no mail address."));
		e = ERR_INVALID;
	}
	k->collected = form_input(&c->form, "collected")->day;
	if (day_compare(k->collected, day_of(c->now_us)) > 0) {
		form_fail(&c->form, "collected",
		    _("Enter a date like 2026-01-31, not after today."));
		e = ERR_INVALID;
	}
	return e;
}

static enum err
act_in_tx(struct db *db, void *arg)
{
	const struct quarantine *k = arg;
	struct ctx *c = k->c;
	bool is_stating = strcmp(k->state, "stating") == 0;
	uint64_t n;
	enum err e;

	if ((e = q_import_quarantine_act(db, k->state, c->caller.staff_id,
	    is_stating ? form_value(&c->form, "basis") : NULL, is_stating ? form_value(
	    &c->form, "source") : NULL, k->collected, k->id, &n)) !=
	    ERR_OK || n == 0)
		return e;	/* it has gone on meanwhile: its page says so */
	return import_office_note(c, db, is_stating ?
	    "import.state_asked" : "import.remove_asked", k->id);
}

enum err
import_office_quarantine_state(struct ctx *c)
{
	struct quarantine k = { .c = c, .state = "stating" };
	enum err e;

	if ((e = load_all(&k)) != ERR_OK)
		return e == ERR_GONE ? page_redirect(c, base_path(&k)) : e;
	if ((e = read_terms(&k)) != ERR_OK)
		return draw(&k, e);
	if ((e = ctx_tx(c, act_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, base_path(&k));
}

enum err
import_office_quarantine_remove(struct ctx *c)
{
	struct quarantine k = { .c = c, .state = "removing" };
	struct q_import_one row;
	enum err e;

	if ((e = import_office_load(c, &k.id, &row)) != ERR_OK ||
	    (e = ctx_tx(c, act_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, base_path(&k));
}

static enum err
state_one_in_tx(struct db *db, void *arg)
{
	const struct quarantine *k = arg;
	struct ctx *c = k->c;
	const struct ledger_audit event = { .verb = "contact.stated",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "contact", .contact_id = k->contact_id,
	    .at_us = c->now_us };
	const struct import_stating stating = { .a = c->arena, .terms = {
	    .basis = form_value(&c->form, "basis"), .source = form_value(
	    &c->form, "source"), .date = k->collected },
	    .first = k->contact_id, .last = k->contact_id,
	    .now_us = c->now_us };
	enum err e;

	if ((e = import_state(db, &stating)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
import_office_quarantine_state_one(struct ctx *c)
{
	struct quarantine k = { .c = c };
	enum err e;

	if ((e = load_one(&k)) != ERR_OK)
		return e == ERR_GONE ? page_redirect(c, base_path(&k)) : e;
	if ((e = read_terms(&k)) != ERR_OK)
		return draw(&k, e);
	if ((e = ctx_tx(c, state_one_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, base_path(&k));
}
