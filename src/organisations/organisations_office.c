/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The list of organisations, and finding one by the beginning of a word of its
 * name, by its domain or its number.  What is typed stands in no address: it
 * may name a person.
 * Law: GDPR 5(1)(f), 15(1)(c), 25.
 */
#include "organisations/organisations_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"

const struct field organisations_office_search_fields[] = {
	{ .name = "words", .type = F_TEXT, .max = 120,
	  .label = N_("Name, domain or registration number"),
	  .autocomplete = "off" },
	{ .name = NULL }
};

enum err
organisations_looked(struct ctx *c, const organisations_row *rows, size_t n)
{
	const struct contacts_looking looking = { "list", "daily" };
	uint64_t *ids = arena_take(c->arena, (n + 1) * sizeof(*ids));
	size_t i, n_ids = 0;

	for (i = 0; i < n; i++)
		if (rows[i].trader_id != 0)
			ids[n_ids++] = rows[i].trader_id;
	return n_ids == 0 ? ERR_OK : contacts_looked(c, &looking, ids, n_ids);
}

const char *
organisations_visible_to(struct ctx *c, const char *visibility,
    const char *owner, const char *team)
{
	if (strcmp(visibility, "everyone") == 0)
		return _("Everyone");
	if (strcmp(visibility, "team") == 0)
		return team == NULL ? "" : team;
	return owner == NULL ? "" : owner;
}

json_t *
organisations_found_view(struct ctx *c,
    const struct organisations_found *found, const char *path)
{
	json_t *list = json_array();
	const organisations_row *r;
	size_t i;

	for (i = 0; i < found->n; i++) {
		r = &found->rows[i];
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s}", "url", arena_printf(c->arena,
		    "%s%" PRIu64, path, r->id), "name", r->name, "domain",
		    organisations_domain_show(c->arena, r->domain), "city",
		    r->city, "visible", organisations_visible_to(c,
		    r->visibility, r->owner, r->team)));
	}
	return list;
}

/* ---- the page */

struct listing {
	struct ctx *c;
	struct contacts_query query;	/* .id NULL: nothing was typed */
	struct organisations_found found;	/* one more than a page: there is more */
	uint64_t after;
};

static size_t
shown(const struct listing *l)
{
	return l->found.n > ORGANISATIONS_PER_PAGE ? ORGANISATIONS_PER_PAGE :
	    l->found.n;
}

static const char *
here(const struct listing *l, uint64_t after)
{
	struct ctx *c = l->c;
	const char *url = l->query.id == NULL ? "/organisations" :
	    arena_printf(c->arena, "/organisations?q=%s", l->query.id);

	return after == 0 ? url : arena_printf(c->arena, "%s%safter=%" PRIu64,
	    url, l->query.id == NULL ? "?" : "&", after);
}

static json_t *
pages_view(const struct listing *l)
{
	bool has_more = l->found.n > ORGANISATIONS_PER_PAGE;
	struct ctx *c = l->c;

	if (!has_more && l->after == 0)
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "text", words_count(c->arena,
	    c->lang, "{n} organisation on this page",
	    "{n} organisations on this page", shown(l)), "previous_url",
	    l->after == 0 ? NULL : here(l, 0), "next_url", !has_more ? NULL :
	    here(l, l->found.rows[ORGANISATIONS_PER_PAGE - 1].id));
}

static enum err
draw(struct listing *l, enum err why)
{
	struct organisations_found page_of = l->found;
	struct ctx *c = l->c;
	json_t *view, *search;
	enum err e;

	page_of.n = shown(l);
	if ((e = organisations_looked(c, page_of.rows, page_of.n)) != ERR_OK)
		return e;
	view = page_view(c, _("Organisations"));
	search = page_csrf(c, "/organisations", "/organisations");
	json_object_set_new(search, "fields", form_view(c, &c->form));
	json_object_set_new(view, "search", search);
	json_object_set_new(view, "errors", form_errors_view(c, &c->form));
	json_object_set_new(view, "new_url", (ROLE_BIT(c->caller.role) &
	    CONTACTS_EDITORS) == 0 ? json_null() :
	    json_string("/organisations/new"));
	json_object_set_new(view, "all_url", l->query.id == NULL ?
	    json_null() : json_string("/organisations"));
	json_object_set_new(view, "is_cut", json_boolean(l->found.is_cut));
	json_object_set_new(view, "has_organisations",
	    json_boolean(page_of.n > 0));
	json_object_set_new(view, "organisations", organisations_found_view(c,
	    &page_of, "/organisations/"));
	json_object_set_new(view, "pages", pages_view(l));
	return why == ERR_OK ? page(c, "office/organisations_list.html",
	    view) : page_form_again(c, why, "office/organisations_list.html",
	    view);
}

static enum err
find(struct listing *l)
{
	return organisations_find(l->c, l->query.words, l->after,
	    ORGANISATIONS_PER_PAGE + 1, &l->found);
}

enum err
organisations_office_list(struct ctx *c)
{
	const struct param *q = params_find(&c->query, "q");
	const struct param *after = params_find(&c->query, "after");
	struct listing l = { .c = c };
	enum err e;

	if (after != NULL && parse_u64(after->value, &l.after) != ERR_OK)
		return ERR_NOTFOUND;
	if (q != NULL && (e = contacts_query_load(c, q->value, &l.query)) !=
	    ERR_OK)
		return e == ERR_NOTFOUND ? page_redirect(c,
		    "/organisations") : e;
	if ((e = find(&l)) != ERR_OK)
		return e;
	form_blank(c, organisations_office_search_fields, &c->form);
	if (l.query.id != NULL)
		form_set(&c->form, "words", l.query.words);
	return draw(&l, ERR_OK);
}

enum err
organisations_office_search(struct ctx *c)
{
	struct contacts_query typed = { .reason = "daily", .filter = "" };
	struct listing l = { .c = c };
	const char *id;
	enum err e, wrong;

	wrong = form_read(c, organisations_office_search_fields, &c->form);
	if (wrong != ERR_OK) {
		if ((e = find(&l)) != ERR_OK)
			return e;
		return draw(&l, wrong);
	}
	typed.words = form_value(&c->form, "words");
	if (*typed.words == '\0')
		return page_redirect(c, "/organisations");
	if ((e = contacts_query_keep(c, &typed, &id)) != ERR_OK)
		return e;
	return page_redirect(c, arena_printf(c->arena, "/organisations?q=%s",
	    id));
}
