/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The portal's pages that belong to no one subject: home, notice,
 * accessibility, who to tell about a hole, and whether we are well.
 * Law: GDPR 12(2), 13; RFC 9116.
 */
#include "portal/portal.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "forms/forms_portal.h"
#include "contacts/contacts_view.h"
#include "forms/forms_view.h"

static void
add_form(struct ctx *c, json_t *forms, const char *code,
    const json_t *definition)
{
	json_t *texts = json_object_get(definition, "texts");
	json_t *words = json_object_get(texts, c->lang);
	const char *title;

	if (words == NULL)
		words = json_object_iter_value(json_object_iter(texts));
	title = json_string_value(json_object_get(words, "title"));
	json_array_append_new(forms, json_pack("{s:s, s:s}", "url",
	    arena_printf(c->arena, "/subscribe/%s", code), "title",
	    title == NULL ? "" : title));
}

/* The forms that are published; while the database is away, those that this
 * worker knows. */
static json_t *
forms_list(struct ctx *c)
{
	const struct forms_version *v;
	json_t *forms = json_array(), *root;
	struct q_site_forms *rows;
	const char *code;
	size_t i, n;

	if (q_site_forms(c->db, c->arena, &rows, &n) != ERR_OK) {
		for (i = 0; (v = forms_portal_known(c, i, &code)) != NULL;
		    i++)
			add_form(c, forms, code, v->definition);
		return forms;
	}
	for (i = 0; i < n; i++) {
		root = json_loads(rows[i].definition, 0, NULL);
		add_form(c, forms, rows[i].code, root);
		json_decref(root);
	}
	return forms;
}

enum err
portal_home(struct ctx *c)
{
	json_t *view, *forms = forms_list(c);

	view = page_view(c, _("Your data, your choices"));
	json_object_set_new(view, "account_url", json_string("/account"));
	json_object_set_new(view, "consents_url",
	    json_string("/account/consents"));
	json_object_set_new(view, "export_url",
	    json_string("/account/export"));
	json_object_set_new(view, "erasure_url",
	    json_string("/account/erasure"));
	json_object_set_new(view, "has_forms", json_boolean(
	    json_array_size(forms) > 0));
	json_object_set_new(view, "forms", forms);
	return page(c, "portal/home.html", view);
}

static json_t *
purposes_view(struct ctx *c, const struct q_site_purposes *rows, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s, s:s?, s:b}", "id",
		    rows[i].code, "title", rows[i].title, "text",
		    rows[i].wording, "basis", contacts_basis(c,
		    rows[i].basis), "retention", forms_retention(c,
		    (unsigned)rows[i].months), "interest",
		    *rows[i].interest == '\0' ? NULL : rows[i].interest,
		    "has_soft_opt_in", rows[i].has_soft_opt_in));
	return list;
}

/* The notice's blocks; those that the page shows apart are left out. */
static json_t *
sections_view(const char *blocks)
{
	static const char *const apart[] = { "controller", "dpo", "rights",
		"withdrawal" };
	json_t *root = json_loads(blocks, JSON_REJECT_DUPLICATES, NULL);
	json_t *list = json_array(), *b;
	const char *key;
	size_t i, j;

	for (i = 0; i < json_array_size(root); i++) {
		b = json_array_get(root, i);
		key = json_string_value(json_object_get(b, "key"));
		for (j = 0; j < LENGTH(apart); j++)
			if (text_equal(key, apart[j]))
				break;
		if (j == LENGTH(apart))
			json_array_append_new(list, json_pack("{s:O, s:O}",
			    "title", json_object_get(b, "heading"), "text",
			    json_object_get(b, "text")));
	}
	json_decref(root);
	return list;
}

enum err
portal_privacy(struct ctx *c)
{
	struct q_site_purposes *rows;
	struct q_site_notice notice;
	json_t *view;
	size_t n;
	enum err e;

	if ((e = q_site_notice(c->db, c->arena, c->lang, &notice)) != ERR_OK ||
	    (e = q_site_purposes(c->db, c->arena, c->lang, &rows, &n)) !=
	    ERR_OK)
		return e;
	view = page_view(c, _("Privacy notice"));
	json_object_set_new(view, "version",
	    json_integer((json_int_t)notice.number));
	json_object_set_new(view, "date", json_string(page_date(c,
	    notice.created_us)));
	json_object_set_new(view, "intro", json_null());
	json_object_set_new(view, "controller", json_pack("{s:s, s:s, s:s}",
	    "name", c->site->legal_name, "address", c->site->address,
	    "email", c->site->contact_email));
	json_object_set_new(view, "dpo", json_pack("{s:s, s:s}", "name",
	    c->site->dpo_name, "email", c->site->dpo_email));
	json_object_set_new(view, "authority", json_pack("{s:s, s:s}", "name",
	    c->site->authority_name, "url", c->site->authority_url));
	json_object_set_new(view, "purposes", purposes_view(c, rows, n));
	json_object_set_new(view, "sections", sections_view(notice.blocks));
	return page(c, "portal/privacy.html", view);
}

enum err
portal_accessibility(struct ctx *c)
{
	json_t *view = page_view(c, _("Accessibility"));

	json_object_set_new(view, "contact", json_string(
	    c->site->contact_email));
	return page(c, "portal/accessibility.html", view);
}

enum err
portal_security_txt(struct ctx *c)
{
	buf_text(&c->res->body, "Contact: mailto:");
	buf_text(&c->res->body, c->site->dpo_email);
	buf_text(&c->res->body, "\nExpires: ");
	buf_text(&c->res->body, clock_iso(c->arena,
	    day_start_us(day_add_days(day_of(c->now_us), 180))));
	buf_text(&c->res->body, "\nPreferred-Languages: fr, en\n");
	return page_text(c);
}

enum err
portal_health(struct ctx *c)
{
	return page_json(c, 200, json_pack("{s:s}", "status", "alive"));
}

enum err
portal_ready(struct ctx *c)
{
	enum err e;

	if ((e = db_check_health(c->db)) != ERR_OK ||
	    (e = db_check_schema(c->db, DB_SCHEMA_VERSION)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:s}", "status", "ready"));
}
