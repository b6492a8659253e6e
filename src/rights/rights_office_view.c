/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words for cases, as staff say them.
 */
#include "rights/rights_office.h"

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/text.h"
#include "rights/rights_clock.h"

#define N_OPEN 3	/* the first states are those of open cases */

bool
rights_office_sees_all(const struct ctx *c)
{
	return auth_office_sees_all(c) || c->caller.role == ROLE_AUDITOR;
}

bool
rights_office_is_masked(const struct ctx *c)
{
	return c->caller.role == ROLE_AUDITOR;
}

/* The first character of ${name}, and that there is more. */
static const char *
masked(struct arena *a, const char *name)
{
	size_t len = *name == '\0' ? 0 : 1;

	while (len > 0 && ((unsigned char)name[len] & 0xC0) == 0x80)
		len++;
	return len == 0 ? "" : arena_printf(a, "%s•••", arena_textn(a, name,
	    len));
}

const char *
rights_office_who(struct ctx *c, uint64_t contact_id, const char *given,
    const char *family)
{
	if (contact_id == 0)
		return _("not known, or erased");
	if (*given == '\0' && *family == '\0')
		return _("no name");
	if (rights_office_is_masked(c)) {
		given = masked(c->arena, given);
		family = masked(c->arena, family);
	}
	return arena_printf(c->arena, "%s%s%s", given, *given == '\0' ||
	    *family == '\0' ? "" : " ", family);
}

const char *
rights_office_kind(struct ctx *c, const char *kind)
{
	static const struct words_label words[] = {
		{ "access", N_("Copy of the data") },
		{ "portability", N_("Portability") },
		{ "rectification", N_("Correction") },
		{ "restriction", N_("Restriction") },
		{ "objection", N_("Objection") },
		{ "erasure", N_("Erasure") },
		{ NULL, NULL }
	};

	return _(words_label(words, kind));
}

const char *
rights_office_verb(struct ctx *c, const char *verb)
{
	static const struct words_label words[] = {
		{ "received", N_("Request received") },
		{ "proven", N_("Intent proven") },
		{ "cooling", N_("Waiting time began") },
		{ "hastened", N_("Asked to be done at once") },
		{ "cancelled", N_("Cancelled by the person") },
		{ "decided", N_("Decided") },
		{ "announced", N_("Announced to the erasure journal") },
		{ "journaled", N_("In the erasure journal") },
		{ "erased", N_("Erased in every place") },
		{ "scanned", N_("Scanned for second copies") },
		{ "signed", N_("Receipt signed") },
		{ "done", N_("Done") },
		{ "blocked", N_("Stopped by the scan") },
		{ "packed", N_("Copy made ready") },
		{ "downloaded", N_("Copy downloaded") },
		{ "restricted", N_("Use restricted") },
		{ "lift_told", N_("End of the restriction announced") },
		{ "lift_untold", N_("Restriction kept: the mail that announces its end did not arrive") },
		{ "lifted", N_("Restriction ended") },
		{ "extended", N_("Time extended") },
		{ "overdue", N_("Legal limit passed") },
		{ "assigned", N_("Given to a colleague") },
		{ "reminded", N_("Link sent again") },
		{ "mended", N_("Second copy dealt with, scanned again") },
		{ "taken", N_("Second copy dealt with") },
		{ "looked", N_("Names that were found were looked at") },
		{ "answered", N_("Answered") },
		{ "refused", N_("Refused") },
		{ NULL, NULL }
	};

	return _(words_label(words, verb));
}

/* An open case: near its limit, the days that are left. */
static void
add_open(struct ctx *c, json_t *view, const char *label,
    enum page_mood mood, struct day due)
{
	struct day today = day_of(c->now_us);
	int64_t left = day_number(due) - day_number(today);

	switch (rights_alert(due, today)) {
	case RIGHTS_OVERDUE:
		page_state(view, _("late"), MOOD_BAD);
		return;
	case RIGHTS_ONE_DAY:
	case RIGHTS_FIVE_DAYS:
	case RIGHTS_TEN_DAYS:
		page_state(view, words_count(c->arena, c->lang,
		    "{n} day left", "{n} days left", (uint64_t)left),
		    left <= 5 ? MOOD_BAD : MOOD_WARN);
		return;
	case RIGHTS_CALM:
	case RIGHTS_ALERT__MAX:
		break;
	}
	page_state(view, label, mood);
}

void
rights_office_state(struct ctx *c, json_t *view, const char *state,
    struct day due)
{
	static const struct { const char *name, *label; enum page_mood mood; }
	    states[] = {
		{ "intent", N_("not yet confirmed"), MOOD_NONE },
		{ "open", N_("under way"), MOOD_INFO },
		{ "waiting", N_("waits for the person"), MOOD_WARN },
		{ "answered", N_("answered"), MOOD_OK },
		{ "refused", N_("refused"), MOOD_NONE },
		{ "cancelled", N_("cancelled"), MOOD_NONE },
	};
	size_t i;

	for (i = 0; i < LENGTH(states); i++)
		if (strcmp(states[i].name, state) == 0)
			break;
	if (i == LENGTH(states))
		page_state(view, state, MOOD_NONE);
	else if (i >= N_OPEN)
		page_state(view, _(states[i].label), states[i].mood);
	else
		add_open(c, view, _(states[i].label), states[i].mood, due);
}
