/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What makes the office a door: its layout, its sessions, its start.
 */
#include "office/office.h"

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "auth/sso.h"
#include "base/text.h"
#include "contacts/contacts_rules.h"
#include "contacts/contacts_view.h"
#include "export/export_office.h"
#include "db/queries.h"
#include "http/multipart.h"
#include "import/import_office.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

static const struct {
	const char *url;
	const char *label;
	unsigned roles;		/* 0: all */
	const char *also;	/* its other pages stand under this; or NULL */
} menu[] = {
	{ "/", N_("Dashboard"), 0, NULL },
	{ "/contacts", N_("Contacts"), OFFICE_PEOPLE, "/lists" },
	{ "/organisations", N_("Organisations"), OFFICE_PEOPLE, NULL },
	{ "/crossings", N_("Crossings"), OFFICE_PEOPLE, NULL },
	{ "/exports", N_("Exports"), EXPORT_TAKERS, NULL },
	{ "/imports", N_("Imports"), IMPORT_BRINGERS, NULL },
	{ "/notices", N_("Notices"), IMPORT_BRINGERS, NULL },
	{ "/requests", N_("Requests"), OFFICE_CASES, "/erasures" },
	{ "/audit", N_("Audit"), OFFICE_AUDIT, NULL },
	{ "/mail", N_("Mail"), OFFICE_MAIL, NULL },
	{ "/staff", N_("Staff"), OFFICE_STAFF, NULL },
	{ "/settings", N_("Settings"), OFFICE_SETTINGS, NULL },
};

static bool
is_current(const struct ctx *c, const char *url)
{
	size_t len = strlen(url);

	if (c->route == NULL)
		return false;
	if (len == 1)
		return strcmp(c->route->path, url) == 0;
	return strncmp(c->route->path, url, len) == 0 &&
	    (c->route->path[len] == '\0' || c->route->path[len] == '/');
}

static json_t *
menu_view(struct ctx *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < LENGTH(menu); i++)
		if (menu[i].roles == 0 ||
		    (menu[i].roles & ROLE_BIT(c->caller.role)) != 0)
			json_array_append_new(list, json_pack(
			    "{s:s, s:s, s:b, s:n}", "url", menu[i].url,
			    "label", _(menu[i].label), "current",
			    is_current(c, menu[i].url) ||
			    (menu[i].also != NULL &&
			    is_current(c, menu[i].also)), "count"));
	return json_pack("{s:o}", "items", list);
}

static void
frame(struct ctx *c, json_t *view)
{
	(void)c;
	json_object_set_new(view, "links", json_pack("{s:s}", "home_url",
	    "/"));
}

static void
layout(struct ctx *c, json_t *view)
{
	if (c->caller.kind != CALLER_STAFF)
		return;
	json_object_set_new(json_object_get(view, "person"), "role",
	    json_string(contacts_role(c, role_choices[c->caller.role].value,
	    NULL)));
	json_object_set_new(json_object_get(view, "person"), "access_url",
	    json_string("/access"));
	json_object_set_new(view, "menu", menu_view(c));
}

static enum err
start(struct worker *w)
{
	enum err e;

	if ((e = outbox_open(w->config, w->keys, &w->outbox)) != ERR_OK ||
	    (e = sso_open(&w->config->sso, &w->sso)) != ERR_OK)
		return e;
	multipart_open();
	w->ledger = ledger_open(w->db, w->keys, KEYS_OFFICE);
	w->rules = contacts_rules_open();
	return ERR_OK;
}

static const char *const folders[] = { "office", "shared", NULL };

const struct door office_door = {
	.program = "office",
	.routes = office_routes,
	.template_folders = folders,
	.queries = db_table_office,
	.csrf_key = KEY_CSRF_OFFICE,
	.session_key = KEY_SESSION_OFFICE,
	.same_site = "Strict",
	.sign_in_path = "/sign-in",
	.caller_load = auth_office_caller_load,
	.upload = multipart_read,
	.frame = frame,
	.layout = layout,
	.start = start,
};
