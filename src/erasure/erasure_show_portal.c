/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the pages of an erasure say: what goes and what stays, how long one may
 * change one's mind, and how far it is.
 * Law: GDPR 12(1), 17(3).
 */
#include "erasure/erasure_show_portal.h"

#include <string.h>

#include "app/page.h"
#include "base/day.h"
#include "db/queries.h"
#include "erasure/holding.h"
#include "rights/rights.h"

static void
add_goes(json_t *list, const char *title, uint64_t count, const char *text)
{
	if (count > 0)
		json_array_append_new(list, json_pack("{s:s, s:I, s:s}",
		    "title", title, "count", (json_int_t)count, "text", text));
}

/* What the case of a person keeps of them once they are erased. */
static void
add_cases(struct ctx *c, const struct q_erasure_case_counts *n, json_t *stays)
{
	if (n->kept > 0)
		json_array_append_new(stays, json_pack("{s:s, s:I, s:s, s:s}",
		    "title", _(rights_store_word("rights_request")), "count",
		    (json_int_t)n->kept, "why", arena_printf(c->arena,
		    "%s (%s)", _("proof of what you asked and what we answered"),
		    HOLDING_PROOF_LAW), "until", page_day(c, day_add_months(
		    n->kept_last, HOLDING_PROOF_MONTHS))));
}

static json_t *
others_view(struct ctx *c, const struct q_erasure_case_others *rows, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
		    "kind", _(rights_kind_word(rows[i].kind)), "reference",
		    rows[i].reference, "received", page_date(c,
		    rows[i].received_us)));
	return list;
}

enum err
erasure_show_extent(struct ctx *c, uint64_t id, json_t *view)
{
	struct q_erasure_case_counts n = { 0 };
	struct q_erasure_case_others *others;
	struct q_erasure_case_held *held;
	json_t *goes, *stays;
	size_t i, n_held, n_others;
	enum err e;

	if ((e = q_erasure_case_counts(c->db, c->arena, id, id, id, id, id,
	    id, &n)) != ERR_OK || (e = q_erasure_case_held(c->db,
	    c->arena, id, day_of(c->now_us), &held, &n_held)) != ERR_OK ||
	    (e = q_erasure_case_others(c->db, c->arena, id, &others,
	    &n_others)) != ERR_OK)
		return e;
	goes = json_array();
	stays = json_array();
	add_goes(goes, _(rights_store_word("contact")), 1,
	    _("name, addresses, phone"));
	add_goes(goes, _(rights_store_word("history")), n.history,
	    _("what stood there before"));
	add_goes(goes, _(rights_store_word("consent")), n.choices,
	    _("the proof becomes anonymous; a no stays as a fingerprint"));
	add_goes(goes, _(rights_store_word("access")), n.looks,
	    _("who opened your record"));
	add_goes(goes, _(rights_store_word("interaction")),
	    n.interactions - n_held, _("with their notes"));
	add_goes(goes, _(rights_store_word("package")), n.packages,
	    _("packages made for you"));
	for (i = 0; i < n_held; i++)
		json_array_append_new(stays, json_pack("{s:s, s:i, s:s, s:s}",
		    "title", held[i].title, "count", 1, "why",
		    held[i].hold_law, "until", page_day(c,
		    held[i].hold_until)));
	add_cases(c, &n, stays);
	json_object_set_new(view, "erased", goes);
	json_object_set_new(view, "has_kept", json_boolean(n_held + n.kept >
	    0));
	json_object_set_new(view, "kept", stays);
	json_object_set_new(view, "has_others", json_boolean(n_others > 0));
	json_object_set_new(view, "others", others_view(c, others, n_others));
	json_object_set_new(view, "erased_text", json_string(words_count(
	    c->arena, c->lang, "{n} entry, wherever it is",
	    "{n} entries, wherever they are", 1 + n.history + n.choices +
	    n.looks + n.interactions - n_held + n.packages)));
	json_object_set_new(view, "kept_text", n_held + n.kept == 0 ?
	    json_null() : json_string(words_count(c->arena, c->lang,
	    "{n} entry that a law demands", "{n} entries that a law demands",
	    n_held + n.kept)));
	return ERR_OK;
}

const char *
erasure_show_cooling(struct ctx *c)
{
	uint64_t minutes = c->site->cooling_off_minutes;

	if (minutes % (24 * 60) == 0)
		return words_count(c->arena, c->lang, "{n} day", "{n} days",
		    minutes / (24 * 60));
	if (minutes % 60 == 0)
		return words_count(c->arena, c->lang, "{n} hour", "{n} hours",
		    minutes / 60);
	return words_count(c->arena, c->lang, "{n} minute", "{n} minutes",
	    minutes);
}

static const char *const order[] = { "intent", "cooling", "decided",
	"announced", "journaled", "erased", "scanned", "signed", "done" };

static size_t
rank_of(const char *state)
{
	size_t i;

	for (i = 0; i < LENGTH(order); i++)
		if (strcmp(order[i], state) == 0)
			return i;
	return 6;	/* blocked: after the erasing, before the receipt */
}

bool
erasure_show_is_working(const char *state)
{
	return rank_of(state) >= rank_of("decided");
}

json_t *
erasure_show_steps(struct ctx *c, const char *state)
{
	static const struct { const char *label; size_t done_at; } steps[] = {
		{ N_("Request received"), 0 },
		{ N_("It is really you"), 1 },
		{ N_("Time to change your mind"), 2 },
		{ N_("Entry in the journal of erasures"), 4 },
		{ N_("Erasure in every place"), 5 },
		{ N_("A second search"), 6 },
		{ N_("Signed receipt and last mail"), 8 },
	};
	size_t i, at = rank_of(state);
	json_t *list = json_array();
	bool is_done, was_done = true;

	for (i = 0; i < LENGTH(steps); i++) {
		is_done = at >= steps[i].done_at;
		json_array_append_new(list, json_pack("{s:s, s:n, s:b, s:b}",
		    "label", _(steps[i].label), "text", "is_done", is_done,
		    "is_now", !is_done && was_done));
		was_done = is_done;
	}
	return list;
}
