/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The list of contacts, and finding people by name, address, number or
 * reference.  Each member of staff sees their silo only.
 * Law: GDPR 5(1)(f), 15(1)(c), 25.
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/address.h"
#include "base/text.h"
#include "contacts/contacts_search.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"

#define PER_PAGE	50
#define PER_PAGE_MAX	100
#define COUNT_MAX	1000	/* beyond it: "more than" */
#define WORDS_USED	3	/* of what was typed */
#define REFERENCE_PREFIX "C-"

static const struct field_choice reasons[] = {
	{ "call", N_("The person calls") },
	{ "order", N_("Following an order") },
	{ "case", N_("Answering a request") },
	{ "check", N_("Checking the data") },
	{ NULL, NULL }
};

const struct field contacts_office_search_fields[] = {
	{ .name = "words", .type = F_TEXT, .max = 120,
	  .label = N_("Name, address, phone or reference"),
	  .autocomplete = "off" },
	{ .name = "reason", .type = F_CHOICE, .need = true,
	  .label = N_("Why"), .choices = reasons },
	{ .name = NULL }
};

/* A page of the list. */
struct listing {
	struct ctx *c;
	struct contacts_query query;	/* .id NULL: the whole list */
	const char *after_name;		/* NULL: from the beginning */
	uint64_t after;
	uint64_t per_page;
	const struct q_people_list *rows;
	size_t n;			/* one more than per_page: there is more */
};

/* The two other statements have the same columns. */
_Static_assert(sizeof(struct q_people_list) ==
    sizeof(struct q_people_list_all), "one row for all lists");
_Static_assert(sizeof(struct q_people_list) ==
    sizeof(struct q_people_search), "one row for all lists");

static struct q_people_list
row_of_all(const struct q_people_list_all *r)
{
	return (struct q_people_list){ r->id, r->sort_name, r->given_name,
	    r->family_name, r->email, r->kind, r->team, r->restriction,
	    r->last_person_us };
}

static struct q_people_list
row_of_search(const struct q_people_search *r)
{
	return (struct q_people_list){ r->id, r->sort_name, r->given_name,
	    r->family_name, r->email, r->kind, r->team, r->restriction,
	    r->last_person_us };
}

static enum err
load_list(struct listing *l)
{
	struct ctx *c = l->c;
	struct q_people_list *rows = NULL;
	struct q_people_list_all *all;
	uint64_t team = c->caller.team_id, most = l->per_page + 1;
	size_t i;
	enum err e;

	if (!auth_office_sees_all(c)) {
		e = q_people_list(c->db, c->arena, l->after_name, l->after,
		    most, team, c->caller.staff_id, &rows, &l->n);
	} else {
		if ((e = q_people_list_all(c->db, c->arena, l->after_name,
		    l->after, most, &all, &l->n)) != ERR_OK)
			return e;
		rows = arena_take(c->arena, (l->n + 1) * sizeof(*rows));
		for (i = 0; i < l->n; i++)
			rows[i] = row_of_all(&all[i]);
	}
	if (e == ERR_OK)
		l->rows = rows;
	return e;
}

/* What one search looks for; all NULL: nothing that could be anybody. */
struct needle {
	struct bytes email_key;
	const char *phone;
	const char *reference;
	const char *words[WORDS_USED];
};

static bool
is_reference(const char *words)
{
	return strlen(words) == 10 &&
	    strncasecmp(words, REFERENCE_PREFIX, 2) == 0;
}

static bool
needle_read(struct ctx *c, const char *words, struct needle *ret_needle)
{
	struct needle n = { 0 };
	struct contacts_words found;
	struct address address;
	char *phone, *p;
	size_t i;

	if (strchr(words, '@') != NULL) {
		if (address_read(c->arena, words, &address) != ERR_OK)
			return false;
		n.email_key = (struct bytes){
		    (const unsigned char *)address.key, strlen(address.key) };
	} else if (is_reference(words)) {
		n.reference = p = arena_text(c->arena, words);
		for (; *p != '\0'; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
	} else if (contacts_phone_read(c->arena, words,
	    c->worker->config->country, &phone) == ERR_OK) {
		n.phone = phone;
	} else {
		contacts_search_words(c->arena, &words, 1, &found);
		if (found.n == 0)
			return false;
		for (i = 0; i < found.n && i < WORDS_USED; i++)
			n.words[i] = found.words[i];
	}
	*ret_needle = n;
	return true;
}

/* The first word that does not begin with ${word}. */
static const char *
end_of(struct ctx *c, const char *word)
{
	return word == NULL ? "" : arena_printf(c->arena, "%s\xF4\x8F\xBF\xBF",
	    word);
}

static enum err
load_search(struct listing *l)
{
	struct ctx *c = l->c;
	struct q_people_search *found;
	struct q_people_list *rows = NULL;
	struct needle n = { 0 };
	size_t i;
	enum err e;

	l->n = 0;
	if (!needle_read(c, l->query.words, &n))
		return ERR_OK;
	if ((e = q_people_search(c->db, c->arena, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, n.email_key, n.phone,
	    n.reference, n.words[0], end_of(c, n.words[0]), n.words[1],
	    end_of(c, n.words[1]), n.words[2], end_of(c, n.words[2]),
	    l->after_name, l->after, l->per_page + 1, &found, &l->n)) !=
	    ERR_OK)
		return e;
	rows = arena_take(c->arena, (l->n + 1) * sizeof(*rows));
	for (i = 0; i < l->n; i++)
		rows[i] = row_of_search(&found[i]);
	l->rows = rows;
	return ERR_OK;
}

static size_t
shown(const struct listing *l)
{
	return l->n > l->per_page ? (size_t)l->per_page : l->n;
}

static enum err
note_looks(const struct listing *l)
{
	const struct contacts_looking looking = {
	    l->query.id == NULL ? "list" : "search",
	    l->query.id == NULL ? "daily" : l->query.reason };
	size_t i, n = shown(l);
	uint64_t *ids;

	ids = arena_take(l->c->arena, (n + 1) * sizeof(*ids));
	for (i = 0; i < n; i++)
		ids[i] = l->rows[i].id;
	return contacts_looked(l->c, &looking, ids, n);
}

static const char *
name_of(struct ctx *c, const struct q_people_list *r)
{
	if (*r->given_name == '\0' && *r->family_name == '\0')
		return r->email == NULL ? _("no name") : r->email;
	return arena_printf(c->arena, "%s%s%s", r->given_name,
	    *r->given_name == '\0' || *r->family_name == '\0' ? "" : " ",
	    r->family_name);
}

static json_t *
row_view(const struct listing *l, const struct q_people_list *r)
{
	struct ctx *c = l->c;
	json_t *view;

	view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "url",
	    l->query.id == NULL ? arena_printf(c->arena,
	    "/contacts/%" PRIu64, r->id) : arena_printf(c->arena,
	    "/contacts/%" PRIu64 "?q=%s", r->id, l->query.id),
	    "name", name_of(c, r), "email", r->email == NULL ? "" :
	    address_show(c->arena, r->email),
	    "kind", strcmp(r->kind, "customer") == 0 ? _("Customer") :
	    _("Prospect"), "team", r->team == NULL ? "" : r->team, "last",
	    page_date(c, r->last_person_us));
	if (r->restriction == NULL)
		page_state(view, _("active"), MOOD_OK);
	else if (strcmp(r->restriction, "erasure") == 0)
		page_state(view, _("erasure"), MOOD_INFO);
	else
		page_state(view, _("restricted"), MOOD_BAD);
	return view;
}

static const char *
here(const struct listing *l, uint64_t after)
{
	struct ctx *c = l->c;
	const char *query = l->query.id == NULL ? "" :
	    arena_printf(c->arena, "&q=%s", l->query.id);

	return arena_printf(c->arena, "/contacts?after=%" PRIu64
	    "&per_page=%" PRIu64 "%s", after, l->per_page, query);
}

static json_t *
pages_view(const struct listing *l)
{
	struct ctx *c = l->c;
	bool has_more = l->n > l->per_page;

	if (!has_more && l->after_name == NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "text", words_count(c->arena,
	    c->lang, "{n} contact on this page", "{n} contacts on this page",
	    shown(l)), "previous_url", l->after_name == NULL ? json_null() :
	    json_string(l->query.id == NULL ? "/contacts" :
	    arena_printf(c->arena, "/contacts?q=%s", l->query.id)),
	    "next_url", !has_more ? json_null() :
	    json_string(here(l, l->rows[l->per_page - 1].id)));
}

static enum err
count_text(const struct listing *l, const char **ret_text)
{
	struct ctx *c = l->c;
	struct q_people_count count = { 0 };
	enum err e;

	count.n = l->n;
	if (l->query.id == NULL && (e = q_people_count(c->db, c->arena,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    COUNT_MAX + 1, &count)) != ERR_OK)
		return e;
	if (l->query.id == NULL ? count.n > COUNT_MAX :
	    l->n > l->per_page || l->after_name != NULL)
		*ret_text = words_count(c->arena, c->lang,
		    "more than {n} contact", "more than {n} contacts",
		    l->query.id == NULL ? COUNT_MAX : l->per_page);
	else
		*ret_text = words_count(c->arena, c->lang, "{n} contact",
		    "{n} contacts", count.n);
	return ERR_OK;
}

/* The page without its rows: the search as typed, with its errors. */
static json_t *
frame_view(const struct listing *l)
{
	struct ctx *c = l->c;
	json_t *view = page_view(c, _("Contacts")), *search;

	search = page_csrf(c, "/contacts", "/contacts");
	json_object_set_new(search, "fields", form_view(c, &c->form));
	json_object_set_new(view, "search", search);
	json_object_set_new(view, "errors", form_errors_view(c, &c->form));
	json_object_set_new(view, "searched", l->query.id == NULL ?
	    json_null() : json_string(arena_printf(c->arena, "%s: %s",
	    _("search"), l->query.words)));
	json_object_set_new(view, "all_url", l->query.id == NULL ?
	    json_null() : json_string("/contacts"));
	return view;
}

static enum err
show(struct listing *l)
{
	struct ctx *c = l->c;
	json_t *view, *list;
	const char *text;
	size_t i;
	enum err e;

	if ((e = l->query.id == NULL ? load_list(l) : load_search(l)) !=
	    ERR_OK || (e = count_text(l, &text)) != ERR_OK ||
	    (e = note_looks(l)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < shown(l); i++)
		json_array_append_new(list, row_view(l, &l->rows[i]));
	view = frame_view(l);
	json_object_set_new(view, "count_text", json_string(text));
	json_object_set_new(view, "has_contacts", json_boolean(l->n > 0));
	json_object_set_new(view, "contacts", list);
	json_object_set_new(view, "pages", pages_view(l));
	return page(c, "office/contacts_list.html", view);
}

static enum err
read_place(struct listing *l)
{
	struct ctx *c = l->c;
	const struct param *after = params_find(&c->query, "after");
	const struct param *per_page = params_find(&c->query, "per_page");
	struct q_people_one one;
	enum err e;

	l->per_page = PER_PAGE;
	if (per_page != NULL && (parse_u64(per_page->value, &l->per_page) !=
	    ERR_OK || l->per_page == 0 || l->per_page > PER_PAGE_MAX))
		l->per_page = PER_PAGE;
	if (after == NULL)
		return ERR_OK;
	if (parse_u64(after->value, &l->after) != ERR_OK)
		return ERR_NOTFOUND;
	e = q_people_one(c->db, c->arena, l->after, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &one);
	if (e == ERR_OK)
		l->after_name = one.sort_name;
	return e == ERR_NOTFOUND ? ERR_OK : e;	/* gone: from the beginning */
}

enum err
contacts_office_list(struct ctx *c)
{
	const struct param *q = params_find(&c->query, "q");
	struct listing l = { .c = c };
	enum err e;

	form_blank(c, contacts_office_search_fields, &c->form);
	form_set(&c->form, "reason", reasons[0].value);
	if (q != NULL) {
		e = contacts_query_load(c, q->value, &l.query);
		if (e == ERR_NOTFOUND)
			return page_redirect(c, "/contacts");
		if (e != ERR_OK)
			return e;
		form_set(&c->form, "words", l.query.words);
		form_set(&c->form, "reason", l.query.reason);
	}
	if ((e = read_place(&l)) != ERR_OK)
		return e;
	return show(&l);
}

enum err
contacts_office_search(struct ctx *c)
{
	struct listing l = { .c = c };
	const char *words, *id;
	json_t *view;
	enum err e;

	e = form_read(c, contacts_office_search_fields, &c->form);
	if (e != ERR_OK) {
		view = frame_view(&l);
		json_object_set_new(view, "count_text", json_string(""));
		json_object_set_new(view, "has_contacts", json_false());
		json_object_set_new(view, "contacts", json_array());
		json_object_set_new(view, "pages", json_null());
		return page_form_again(c, e, "office/contacts_list.html",
		    view);
	}
	words = form_value(&c->form, "words");
	if (*words == '\0')
		return page_redirect(c, "/contacts");
	if ((e = contacts_query_keep(c, words, form_value(&c->form,
	    "reason"), &id)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/contacts?q=%s", id));
}
