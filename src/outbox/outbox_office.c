/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which mails wait, left or failed; never what they say nor to whom.
 * Law: GDPR 5(1)(c), 12(3), 24.
 */
#include "outbox/outbox_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"

#define PER_PAGE 50	/* the statement reads one more */

static const char *
kind_of(struct ctx *c, const char *template)
{
	static const struct { const char *name, *label; } words[] = {
		{ "auth_address_new", N_("Change of address, to the new one") },
		{ "auth_address_old", N_("Change of address, to the old one") },
		{ "auth_link", N_("Sign-in link") },
		{ "auth_unknown", N_("Sign-in, address unknown") },
		{ "consent_changed", N_("Choices changed") },
		{ "erasure_confirm", N_("Erasure, to be confirmed") },
		{ "erasure_done", N_("Erasure, receipt") },
		{ "erasure_started", N_("Erasure, begun") },
		{ "export_ready", N_("Copy of the data is ready") },
		{ "forms_confirm", N_("Subscription, to be confirmed") },
		{ "forms_known", N_("Subscription, known already") },
		{ "rights_received", N_("Request received") },
		{ "staff_alert", N_("Alert to staff") },
		{ "staff_invite", N_("Invitation of a colleague") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, template) == 0)
			return _(words[i].label);
	return template;
}

static void
add_state(struct ctx *c, json_t *view, const char *state)
{
	static const struct { const char *name, *label; enum page_mood mood; }
	    words[] = {
		{ "new", N_("waits"), MOOD_INFO },
		{ "claimed", N_("leaving"), MOOD_INFO },
		{ "sent", N_("sent"), MOOD_OK },
		{ "retry", N_("tried again later"), MOOD_WARN },
		{ "ambiguous", N_("outcome not known"), MOOD_WARN },
		{ "bounced", N_("refused by the other server"), MOOD_BAD },
		{ "dead", N_("given up"), MOOD_BAD },
		{ "cancelled", N_("cancelled"), MOOD_NONE },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, state) == 0)
			break;
	if (i == LENGTH(words))
		page_state(view, state, MOOD_NONE);
	else
		page_state(view, _(words[i].label), words[i].mood);
}

static bool
is_waiting(const char *state)
{
	return strcmp(state, "new") == 0 || strcmp(state, "retry") == 0 ||
	    strcmp(state, "ambiguous") == 0;
}

static json_t *
mails_view(struct ctx *c, const struct q_outbox_office_mails *rows, size_t n)
{
	json_t *list = json_array(), *view;
	const char *next;
	size_t i;

	for (i = 0; i < n; i++) {
		next = !is_waiting(rows[i].state) ? "" :
		    rows[i].due_us <= c->now_us ? _("now") :
		    page_date_time(c, rows[i].due_us);
		view = json_pack("{s:I, s:s, s:s, s:I, s:s, s:s}", "number",
		    (json_int_t)rows[i].id, "kind", kind_of(c,
		    rows[i].template), "written", page_date_time(c,
		    rows[i].created_us), "tries", (json_int_t)rows[i].attempt,
		    "next", next, "why", rows[i].reply_code == 0 ? "" :
		    arena_printf(c->arena, "SMTP %" PRIu64,
		    rows[i].reply_code));
		add_state(c, view, rows[i].state);
		json_array_append_new(list, view);
	}
	return list;
}

static json_t *
figures_view(struct ctx *c, const struct q_outbox_office_counts *counts)
{
	return json_pack("[{s:I, s:s, s:s}, {s:I, s:s, s:s}, {s:I, s:s, s:s}]",
	    "value", (json_int_t)counts->waiting, "label", _("Waiting"),
	    "text", counts->waiting == 0 ? "" : arena_printf(c->arena,
	    "%s %s", _("the oldest:"), page_date_time(c, counts->oldest_us)),
	    "value", (json_int_t)counts->sent, "label",
	    _("Sent in 24 hours"), "text", "",
	    "value", (json_int_t)counts->failed, "label", _("Failed"), "text",
	    counts->failed == 0 ? "" :
	    _("refused by the other server, or given up"));
}

enum err
outbox_office_list(struct ctx *c)
{
	const struct param *p = params_find(&c->query, "before");
	struct q_outbox_office_counts counts;
	struct q_outbox_office_mails *rows;
	uint64_t before = INT64_MAX;
	size_t n, shown;
	json_t *view;
	enum err e;

	if (p != NULL && parse_u64(p->value, &before) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = q_outbox_office_counts(c->db, c->arena, c->now_us - DAY_US,
	    &counts)) != ERR_OK ||
	    (e = q_outbox_office_mails(c->db, c->arena, before, &rows, &n)) !=
	    ERR_OK)
		return e;
	shown = n > PER_PAGE ? PER_PAGE : n;
	view = page_view(c, _("Mail"));
	json_object_set_new(view, "figures", figures_view(c, &counts));
	json_object_set_new(view, "has_mails", json_boolean(n > 0));
	json_object_set_new(view, "mails", mails_view(c, rows, shown));
	json_object_set_new(view, "pages", json_pack("{s:s, s:o, s:o}",
	    "text", words_count(c->arena, c->lang, "{n} mail on this page",
	    "{n} mails on this page", shown), "previous_url", p == NULL ?
	    json_null() : json_string("/mail"), "next_url", n <= shown ?
	    json_null() : json_string(arena_printf(c->arena,
	    "/mail?before=%" PRIu64, rows[shown - 1].id))));
	return page(c, "office/outbox_list.html", view);
}
