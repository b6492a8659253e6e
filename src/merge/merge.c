/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of a merge.  Protective: of two answers the one that allows less
 * (GDPR 7, 21, 25(2)).
 */
#include "merge/merge.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "db/queries.h"
#include "evidence/evidence.h"
#include "html/words.h"

const struct field_choice merge_reasons[] = {
	{ "said", N_("The person said so") },
	{ "shown", N_("A booking or a paper of theirs shows it") },
	{ "looked", N_("I compared name, addresses and exchanges") },
	{ NULL, NULL }
};

const char *const merge_field_names[MERGE__MAX] = {
	[MERGE_GIVEN_NAME] = "given_name",
	[MERGE_FAMILY_NAME] = "family_name",
	[MERGE_LANGUAGE] = "language",
	[MERGE_EMAIL] = "email",
	[MERGE_PHONE] = "phone",
	[MERGE_POST] = "post",
};

const char *const merge_why_names[MERGE_WHY__MAX] = {
	[MERGE_MAY] = "",
	[MERGE_GONE] = "gone",
	[MERGE_CHANGED] = "changed",
	[MERGE_FROZEN] = "frozen",
	[MERGE_ERASING] = "erasing",
	[MERGE_SIGN_INS] = "sign_ins",
	[MERGE_COPY] = "copy",
	[MERGE_MANY] = "many",
	[MERGE_WAITING] = "waiting",
	[MERGE_UNSEEN] = "unseen",
	[MERGE_QUARANTINED] = "quarantined",
	[MERGE_FILES] = "files",
	[MERGE_JOINED] = "joined",
	[MERGE_BROKEN] = "broken",
	[MERGE_SILOS] = "silos",
	[MERGE_TOO_BIG] = "too_big",
};

const char *
merge_why_word(const char *name)
{
	static const struct words_label words[] = {
		{ "gone", N_("One of the two records is no longer there.") },
		{ "changed", N_("One of the two records was changed since you looked: look at them again.") },
		{ "frozen", N_("The use of one of the two records is restricted: its data is stored and not used (GDPR, Article 18). Wait until that is lifted.") },
		{ "erasing", N_("An erasure of one of the two is under way.") },
		{ "sign_ins", N_("Both sign in, each with a mailbox of their own. The person brings them together: they put the same address in both spaces.") },
		{ "copy", N_("A copy of the person’s data is being made, or waits to be fetched. Wait until they have fetched it, or it has ended.") },
		{ "many", N_("Together they have too many addresses and numbers: remove some first.") },
		{ "waiting", N_("One of the two is being joined with another record: wait for it.") },
		{ "unseen", N_("You may no longer see both records.") },
		{ "quarantined", N_("One of the two is in quarantine: state its basis, source and date first.") },
		{ "files", N_("Together they have more recordings and scans than one record can have.") },
		{ "joined", N_("Too many records have become part of these two already.") },
		{ "silos", N_("They are of different teams: colleagues would see what they do not see now. The DPO can join them.") },
		{ "too_big", N_("The database could not do it in time, five times over: one of the two holds too much. The administrators see why in the log.") },
		{ "broken", N_("Something that is sealed in one of the two does not open. The administrators see why in the log.") },
		{ NULL, NULL }
	};

	return words_label(words, name);
}

const char *
merge_pair_word(const char *why)
{
	static const struct words_label words[] = {
		{ "email", N_("the same e-mail address") },
		{ "phone", N_("the same phone number") },
		{ "name", N_("the same name and postcode") },
		{ NULL, NULL }
	};

	return words_label(words, why);
}

const char *
merge_taken_write(struct arena *a, const struct merge_pair *pair)
{
	enum merge_field f;
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (f = 0; f < MERGE__MAX; f++) {
		if (!pair->is_taken[f])
			continue;
		buf_text(&b, b.len == 0 ? "" : ",");
		buf_text(&b, merge_field_names[f]);
	}
	for (i = 0; i < pair->n_custom; i++) {
		if (!pair->custom[i].is_taken)
			continue;
		buf_text(&b, b.len == 0 ? "" : ",");
		buf_text(&b, pair->custom[i].field->name);
	}
	return b.len == 0 ? "" : arena_text(a, b.ptr);
}

static bool
is_name(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && strncmp(name, text, len) == 0;
}

void
merge_taken_read(const char *text, struct merge_pair *pair)
{
	enum merge_field f;
	size_t i, len;

	for (; *text != '\0'; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		for (f = 0; f < MERGE__MAX; f++)
			if (is_name(merge_field_names[f], text, len))
				pair->is_taken[f] = true;
		for (i = 0; i < pair->n_custom; i++)
			if (is_name(pair->custom[i].field->name, text, len))
				pair->custom[i].is_taken = true;
	}
}

const char *
merge_value(struct arena *a, const struct q_merge_contacts *r,
    enum merge_field field)
{
	const char *const values[MERGE__MAX] = {
		[MERGE_GIVEN_NAME] = r->given_name,
		[MERGE_FAMILY_NAME] = r->family_name,
		[MERGE_LANGUAGE] = r->language,
		[MERGE_EMAIL] = r->email == NULL ? "" : r->email,
		[MERGE_PHONE] = r->phone == NULL ? "" : r->phone,
		[MERGE_POST] = "",
	};

	if (field != MERGE_POST)
		return values[field];
	/* a country alone is no address */
	if (*r->street == '\0' && *r->postcode == '\0' && *r->city == '\0')
		return "";
	return arena_printf(a, "%s, %s %s, %s", r->street, r->postcode,
	    r->city, r->country);
}

static bool
has_post(const struct q_merge_contacts *r)
{
	return *r->street != '\0' || *r->postcode != '\0' || *r->city != '\0';
}

static bool
has(const struct q_merge_contacts *r, enum merge_field field)
{
	const bool there[MERGE__MAX] = {
		[MERGE_GIVEN_NAME] = *r->given_name != '\0',
		[MERGE_FAMILY_NAME] = *r->family_name != '\0',
		[MERGE_LANGUAGE] = true,
		[MERGE_EMAIL] = r->email_key.ptr != NULL,
		[MERGE_PHONE] = r->phone != NULL,
		[MERGE_POST] = has_post(r),
	};

	return there[field];
}

static bool
is_same_key(struct bytes one, struct bytes other)
{
	if (one.ptr == NULL || other.ptr == NULL)
		return one.ptr == other.ptr;
	return one.len == other.len && memcmp(one.ptr, other.ptr, one.len) ==
	    0;
}

static bool
is_same_post(const struct q_merge_contacts *one,
    const struct q_merge_contacts *other)
{
	return strcmp(one->street, other->street) == 0 &&
	    strcmp(one->postcode, other->postcode) == 0 &&
	    strcmp(one->city, other->city) == 0 &&
	    strcmp(one->country, other->country) == 0;
}

static bool
is_same(const struct q_merge_contacts *one,
    const struct q_merge_contacts *other, enum merge_field field)
{
	switch (field) {
	case MERGE_GIVEN_NAME:
		return strcmp(one->given_name, other->given_name) == 0;
	case MERGE_FAMILY_NAME:
		return strcmp(one->family_name, other->family_name) == 0;
	case MERGE_LANGUAGE:
		return strcmp(one->language, other->language) == 0;
	case MERGE_EMAIL:
		return is_same_key(one->email_key, other->email_key);
	case MERGE_PHONE:
		return text_equal(one->phone == NULL ? "" : one->phone,
		    other->phone == NULL ? "" : other->phone);
	case MERGE_POST:
		return is_same_post(one, other);
	case MERGE__MAX:
		break;
	}
	return true;
}

bool
merge_differs(const struct merge_pair *pair, enum merge_field field)
{
	return has(pair->stays, field) && has(pair->goes, field) &&
	    !is_same(pair->stays, pair->goes, field);
}

bool
merge_is_free(const struct merge_pair *pair, enum merge_field field)
{
	if (field == MERGE_EMAIL && (pair->stays->identity_id != 0 ||
	    pair->goes->identity_id != 0))
		return false;
	return merge_differs(pair, field);
}

bool
merge_custom_is_free(const struct merge_custom *c)
{
	return *c->stays != '\0' && *c->goes != '\0' &&
	    strcmp(c->stays, c->goes) != 0;
}

void
merge_settle(struct merge_pair *pair)
{
	enum merge_field f;
	size_t i;

	for (i = 0; i < pair->n_custom; i++)
		if (!merge_custom_is_free(&pair->custom[i]))
			pair->custom[i].is_taken =
			    *pair->custom[i].stays == '\0';

	for (f = 0; f < MERGE__MAX; f++) {
		if (merge_is_free(pair, f))
			continue;
		pair->is_taken[f] = !has(pair->stays, f) &&
		    has(pair->goes, f);
	}
	if (pair->stays->identity_id != 0)
		pair->is_taken[MERGE_EMAIL] = false;
	else if (pair->goes->identity_id != 0)
		pair->is_taken[MERGE_EMAIL] = true;
}

/* How strict a no is; 0 for what is none. */
static int
severity(const struct merge_choice *c)
{
	static const struct { const char *state; int n; } noes[] = {
		{ "expired", 2 }, { "refused", 3 }, { "withdrawn", 4 },
		{ "objected", 5 },
	};
	size_t i;

	for (i = 0; i < LENGTH(noes); i++)
		if (text_equal(c->state, noes[i].state))
			return noes[i].n;
	return text_equal(c->state, "given") && c->is_held ? 1 : 0;
}

/* A yes for another mailbox says nothing of this one. */
static bool
says_something(const struct merge_choice *c)
{
	return c->state != NULL && (severity(c) > 0 ||
	    !text_equal(c->state, "given") || c->is_same_way);
}

enum merge_winner
merge_stricter(const struct merge_choice *stays,
    const struct merge_choice *goes)
{
	int no_stays = severity(stays), no_goes = severity(goes);

	if (!says_something(stays))
		return says_something(goes) ? MERGE_GOES : MERGE_NEITHER;
	if (!says_something(goes))
		return MERGE_STAYS;
	if (no_stays != no_goes)
		return no_stays > no_goes ? MERGE_STAYS : MERGE_GOES;
	/* two alike: the later; a yes and a question in the same moment: the
	 * question */
	if (stays->at_us == goes->at_us)
		return text_equal(stays->state, "given") ? MERGE_GOES :
		    MERGE_STAYS;
	return goes->at_us > stays->at_us ? MERGE_GOES : MERGE_STAYS;
}

static const struct q_merge_contacts *
giver(const struct merge_pair *pair, enum merge_field field)
{
	return pair->is_taken[field] ? pair->goes : pair->stays;
}

bool
merge_is_same_way(const struct merge_pair *pair,
    const struct q_merge_contacts *side, const char *channel)
{
	enum merge_field field = strcmp(channel, "email") == 0 ? MERGE_EMAIL :
	    strcmp(channel, "post") == 0 ? MERGE_POST : MERGE_PHONE;

	return is_same(side, giver(pair, field), field);
}

enum merge_why
merge_why(const struct merge_pair *pair, const struct q_merge_facts *facts)
{
	const struct q_merge_contacts *s = pair->stays, *g = pair->goes;

	if (facts->erasures > 0 || facts->archived > 0)
		return MERGE_ERASING;
	if (s->restricted_us != 0 || g->restricted_us != 0)
		return MERGE_FROZEN;
	if (s->identity_id != 0 && g->identity_id != 0 &&
	    s->identity_id != g->identity_id)
		return MERGE_SIGN_INS;
	if (facts->copies > 0)
		return MERGE_COPY;
	if (facts->quarantined > 0)
		return MERGE_QUARANTINED;
	if (facts->beside > MERGE_REACH_MAX)
		return MERGE_MANY;
	if (facts->files > EVIDENCE_FILES_MAX ||
	    facts->file_bytes > EVIDENCE_TOTAL_BYTES)
		return MERGE_FILES;
	return facts->joined >= MERGE_JOINED_MAX ? MERGE_JOINED : MERGE_MAY;
}

static int
width(const struct q_merge_contacts *r)
{
	return strcmp(r->visibility, "owner") == 0 ? 0 :
	    strcmp(r->visibility, "team") == 0 ? 1 : 2;
}

const struct q_merge_contacts *
merge_narrower(const struct merge_pair *pair)
{
	return width(pair->goes) < width(pair->stays) ? pair->goes :
	    pair->stays;
}

/* Whether whoever owns ${one} sees ${other}. */
static bool
owner_sees(const struct q_merge_contacts *one,
    const struct q_merge_contacts *other)
{
	return one->owner_id == 0 || one->owner_id == other->owner_id ||
	    (strcmp(other->visibility, "team") == 0 && other->team_id != 0 &&
	    one->owner_team_id == other->team_id);
}

bool
merge_is_within(const struct merge_pair *pair)
{
	const struct q_merge_contacts *seen = merge_narrower(pair);
	const struct q_merge_contacts *other = seen == pair->stays ?
	    pair->goes : pair->stays;

	if (strcmp(other->visibility, "everyone") == 0)
		return true;
	if (strcmp(seen->visibility, "team") == 0 &&
	    (strcmp(other->visibility, "team") != 0 ||
	    seen->team_id != other->team_id))
		return false;
	return owner_sees(seen, other);
}
