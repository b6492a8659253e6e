/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What makes the portal a door: its layout, its sessions, its start.
 */
#include "portal/portal.h"

#include "app/page.h"
#include "auth/auth.h"
#include "base/text.h"
#include "consent/consent_offers_portal.h"
#include "contacts/contacts_portal.h"
#include "contacts/contacts_rules.h"
#include "db/queries.h"
#include "forms/forms_portal.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

static const struct { const char *url, *label; } menu[] = {
	{ "/account", N_("Overview") },
	{ "/account/data", N_("My data") },
	{ "/account/consents", N_("My choices") },
	{ "/account/activity", N_("Who looked") },
	{ "/account/export", N_("Copy of my data") },
	{ "/account/requests", N_("My requests") },
	{ "/account/restriction", N_("Freeze the use") },
	{ "/account/erasure", N_("Erase everything") },
	{ "/account/security", N_("Security") },
};

static json_t *
menu_item(struct ctx *c, size_t i, bool is_current)
{
	return json_pack("{s:s, s:s, s:b}", "url", menu[i].url, "label",
	    _(menu[i].label), "current", is_current);
}

static void
frame(struct ctx *c, json_t *view)
{
	json_t *items = json_array();
	size_t i;

	json_object_set_new(view, "links", json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "home_url", "/",
	    "sign_in_url", "/sign-in/link", "privacy_url", "/privacy",
	    "rights_url", "/rights", "verify_url", "/receipts/verify",
	    "accessibility_url", "/accessibility", "security_txt_url",
	    "/.well-known/security.txt"));
	for (i = 0; i < LENGTH(menu); i++)
		json_array_append_new(items, menu_item(c, i, false));
	json_object_set_new(view, "menu", json_pack("{s:o}", "items", items));
}

static void
layout(struct ctx *c, json_t *view)
{
	json_t *items, *links;
	size_t i;

	if (c->caller.kind != CALLER_PERSON || c->caller.contact_id == 0) {
		json_object_set_new(view, "menu", json_null());
		return;
	}
	/* who is signed in is not sent to sign in */
	links = json_copy(json_object_get(view, "links"));
	json_object_set_new(links, "sign_in_url", json_string("/account"));
	json_object_set_new(links, "requests_url", json_string(
	    "/account/requests"));
	json_object_set_new(view, "links", links);
	items = json_copy(json_object_get(json_object_get(view, "menu"),
	    "items"));
	for (i = 0; i < LENGTH(menu); i++)
		if (c->route != NULL && strcmp(c->route->path,
		    menu[i].url) == 0)
			json_array_set_new(items, i, menu_item(c, i, true));
	json_object_set_new(view, "menu", json_pack("{s:o}", "items", items));
}

static enum err
start(struct worker *w)
{
	enum err e;

	if ((e = outbox_open(w->config, w->keys, &w->outbox)) != ERR_OK)
		return e;
	w->ledger = ledger_open(w->db, w->keys, KEYS_PORTAL);
	forms_portal_open(w);
	w->offers = consent_offers_open();
	w->rules = contacts_rules_open();
	return ERR_OK;
}

static const char *const folders[] = { "portal", "shared", NULL };

const struct door portal_door = {
	.program = "portal",
	.routes = portal_routes,
	.template_folders = folders,
	.queries = db_table_portal,
	.csrf_key = KEY_CSRF_PORTAL,
	.session_key = KEY_SESSION_PORTAL,
	.same_site = "Lax",
	.sign_in_path = "/sign-in/link",
	.choose_path = "/sign-in/choose",
	.caller_load = auth_caller_load,
	.framers = forms_portal_framers,
	.frame = frame,
	.layout = layout,
	.start = start,
	.remember = forms_portal_remember,
};
