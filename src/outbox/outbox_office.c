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
#include "ledger/ledger.h"
#include "outbox/outbox.h"

#define PER_PAGE 50	/* the statement reads one more */

static void
add_state(struct ctx *c, json_t *view, const char *state)
{
	static const struct page_state_label words[] = {
		{ "new", N_("waits"), MOOD_INFO },
		{ "claimed", N_("leaving"), MOOD_INFO },
		{ "sent", N_("sent"), MOOD_OK },
		{ "retry", N_("tried again later"), MOOD_WARN },
		{ "ambiguous", N_("outcome not known"), MOOD_WARN },
		{ "bounced", N_("refused by the other server"), MOOD_BAD },
		{ "dead", N_("given up"), MOOD_BAD },
		{ "cancelled", N_("cancelled"), MOOD_NONE },
		{ NULL, NULL, MOOD_NONE }
	};

	page_state_of(c, view, words, state);
}

static bool
is_waiting(const char *state)
{
	return strcmp(state, "new") == 0 || strcmp(state, "retry") == 0 ||
	    strcmp(state, "ambiguous") == 0;
}

/* What the other side's last code means; the code itself behind it. */
static const char *
why_of(struct ctx *c, const char *state, uint64_t code)
{
	static const struct { uint64_t first, last; const char *label; }
	    words[] = {
		{ 421, 421, N_("the server asks to come back later") },
		{ 452, 452, N_("the mailbox or the server is full") },
		{ 400, 499, N_("refused for now") },
		{ 530, 535, N_("the mail relay does not accept our password") },
		{ 550, 551, N_("there is no such mailbox") },
		{ 552, 552, N_("the mailbox is full") },
		{ 553, 553, N_("the address is not one for this server") },
		{ 554, 554, N_("refused by its rules") },
		{ 500, 599, N_("refused for good") },
	};
	size_t i;

	if (strcmp(state, "sent") == 0 || strcmp(state, "new") == 0 ||
	    strcmp(state, "claimed") == 0 || strcmp(state, "cancelled") == 0)
		return "";
	if (code == 0)
		return _("no answer from the mail relay");
	for (i = 0; i < LENGTH(words); i++)
		if (code >= words[i].first && code <= words[i].last)
			return arena_printf(c->arena, "%s (SMTP %" PRIu64 ")",
			    _(words[i].label), code);
	return arena_printf(c->arena, "SMTP %" PRIu64, code);
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
		    rows[i].due_us == OUTBOX_NEVER_US ?
		    _("when a colleague says so") :
		    page_date_time(c, rows[i].due_us);
		view = json_pack("{s:I, s:s, s:s, s:I, s:s, s:s}", "number",
		    (json_int_t)rows[i].id, "kind", _(outbox_template_word(
		    rows[i].template)), "written", page_date_time(c,
		    rows[i].created_us), "tries", (json_int_t)rows[i].attempt,
		    "next", next, "why", why_of(c, rows[i].state,
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

/* The tabs: their states, of which the last is said again to make four. */
static const struct {
	const char *name;
	const char *url;
	const char *label;
	const char *states[4];
} tabs[] = {
	{ "", "/mail", N_("All"), { NULL, NULL, NULL, NULL } },
	{ "waiting", "/mail?state=waiting", N_("Waiting"),
	  { "new", "claimed", "retry", "ambiguous" } },
	{ "failed", "/mail?state=failed", N_("Failed"),
	  { "bounced", "dead", "dead", "dead" } },
	{ "sent", "/mail?state=sent", N_("Sent"),
	  { "sent", "sent", "sent", "sent" } },
};

struct listing {
	struct ctx *c;
	size_t tab;
	uint64_t before;
	struct q_outbox_office_mails *rows;
	size_t n;
	uint64_t tasks;
};

static enum err
load(struct listing *l)
{
	const struct param *state = params_find(&l->c->query, "state");
	const struct param *before = params_find(&l->c->query, "before");
	const char *const *states;
	struct q_outbox_office_tasks open;
	struct ctx *c = l->c;
	size_t i;
	enum err e;

	for (i = 0; state != NULL && i < LENGTH(tabs); i++)
		if (strcmp(tabs[i].name, state->value) == 0)
			l->tab = i;
	l->before = INT64_MAX;
	if (before != NULL && parse_u64(before->value, &l->before) != ERR_OK)
		return ERR_NOTFOUND;
	states = tabs[l->tab].states;
	if ((e = q_outbox_office_tasks(c->db, c->arena, &open)) != ERR_OK)
		return e;
	l->tasks = open.n;
	return q_outbox_office_mails(c->db, c->arena, l->before, states[0],
	    states[1], states[2], states[3], &l->rows, &l->n);
}

static json_t *
tabs_view(const struct listing *l)
{
	json_t *list = json_array();
	struct ctx *c = l->c;
	size_t i;

	for (i = 0; i < LENGTH(tabs); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}",
		    "url", tabs[i].url, "label", _(tabs[i].label), "current",
		    i == l->tab));
	return list;
}

static json_t *
pages_view(const struct listing *l, size_t shown)
{
	const char *url = tabs[l->tab].url;
	struct ctx *c = l->c;

	return json_pack("{s:s, s:s?, s:s?}", "text", words_count(c->arena,
	    c->lang, "{n} mail on this page", "{n} mails on this page",
	    shown), "previous_url", l->before == INT64_MAX ? NULL : url,
	    "next_url", l->n <= shown ? NULL : arena_printf(c->arena,
	    "%s%cbefore=%" PRIu64, url, l->tab == 0 ? '?' : '&',
	    l->rows[shown - 1].id));
}

enum err
outbox_office_list(struct ctx *c)
{
	struct listing l = { .c = c };
	struct q_outbox_office_counts counts;
	size_t shown;
	json_t *view;
	enum err e;

	if ((e = load(&l)) != ERR_OK ||
	    (e = q_outbox_office_counts(c->db, c->arena, c->now_us - DAY_US,
	    &counts)) != ERR_OK)
		return e;
	shown = l.n > PER_PAGE ? PER_PAGE : l.n;
	view = page_view(c, _("Mail"));
	json_object_set_new(view, "figures", figures_view(c, &counts));
	json_object_set_new(view, "tabs", tabs_view(&l));
	json_object_set_new(view, "seen", l.tasks == 0 ||
	    c->caller.role == ROLE_AUDITOR ? json_null() : page_csrf(c,
	    "/mail/seen", "/mail/seen"));
	json_object_set_new(view, "has_mails", json_boolean(l.n > 0));
	json_object_set_new(view, "mails", mails_view(c, l.rows, shown));
	json_object_set_new(view, "pages", pages_view(&l, shown));
	return page(c, "office/outbox_list.html", view);
}

static enum err
seen_in_tx(struct db *db, void *arg)
{
	struct ctx *c = arg;
	const struct ledger_audit event = { .verb = "mail.seen",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "mail", .at_us = c->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_outbox_office_seen(db, c->now_us, c->caller.staff_id,
	    &n)) != ERR_OK || n == 0)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
outbox_office_seen(struct ctx *c)
{
	enum err e;

	if ((e = ctx_tx(c, seen_in_tx, c)) != ERR_OK)
		return e;
	return page_redirect(c, "/mail?state=failed");
}
