/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filters as conditions of sql/queries/lists.sql: values are bound, texts are
 * those of the file (GDPR 25, 32).
 */
#include "lists/lists_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "contacts/contacts_search.h"
#include "custom/custom.h"
#include "db/queries.h"

const char *
lists_word_end(struct arena *a, const char *word)
{
	return arena_printf(a, "%s\xF4\x8F\xBF\xBF", word);
}

struct condition
lists_words_condition(struct arena *a, const char *word)
{
	return q_lists_word(a, word, lists_word_end(a, word));
}

/* A pattern of LIKE for what begins with ${start}. */
static const char *
beginning(struct arena *a, const char *start)
{
	struct buf b;

	buf_open(&b, a);
	for (; *start != '\0'; start++) {
		if (strchr("%_\\", *start) != NULL)
			buf_char(&b, '\\');
		buf_char(&b, *start);
	}
	buf_char(&b, '%');
	return b.ptr;
}

static uint64_t
row_of(const struct lists_condition *c, const struct lists_reader *reader)
{
	uint64_t id = 0;

	if (strcmp(c->value, "mine") == 0)
		return c->what == LISTS_TEAM ? reader->team_id :
		    reader->staff_id;
	return parse_u64(c->value, &id) == ERR_OK ? id : 0;
}

static struct condition
state_condition(struct arena *a, const char *value)
{
	if (strcmp(value, "active") == 0)
		return q_lists_active(a);
	if (strcmp(value, "quarantine") == 0)
		return q_lists_quarantined(a);
	return strcmp(value, "erasure") == 0 ? q_lists_erasing(a) :
	    q_lists_restriction(a);
}

static struct condition
has_condition(struct arena *a, const char *value)
{
	if (strcmp(value, "email") == 0)
		return q_lists_has_email(a);
	return strcmp(value, "phone") == 0 ? q_lists_has_phone(a) :
	    q_lists_has_post(a);
}

static struct condition
date_condition(struct arena *a, enum lists_what what, int64_t at_us)
{
	return what == LISTS_LAST ? q_lists_last_before(a, at_us) :
	    what == LISTS_COLLECTED ? q_lists_collected_before(a, at_us) :
	    q_lists_updated_before(a, at_us);
}

/* The first word of ${name}, folded; "" begins every word. */
static const char *
first_word(struct arena *a, const char *name)
{
	struct contacts_words words;

	contacts_search_words(a, &name, 1, &words);
	return words.n == 0 ? "" : words.words[0];
}

static struct condition
organisation_condition(struct arena *a, const char *name)
{
	const char *word = first_word(a, name);

	return q_lists_organisation(a, word, lists_word_end(a, word));
}

/* Which field it is, and that it is of that kind, the statement finds. */
static struct condition
custom_condition(struct arena *a, const struct lists_condition *c,
    const struct lists_reader *reader)
{
	struct day day;
	int64_t n = 0;

	switch (c->op) {
	case LISTS_IS: case LISTS_NOT:
		return q_lists_custom_choice(a, c->custom, c->value);
	case LISTS_BEFORE: case LISTS_SINCE:
		day = day_of(lists_instant(c->value, reader->now_us));
		return c->op == LISTS_BEFORE ? q_lists_custom_before(a,
		    c->custom, day) : q_lists_custom_since(a, c->custom, day);
	case LISTS_WITHIN:
		return q_lists_custom_within(a, c->custom, day_of(
		    reader->now_us), day_of(lists_end(c->value,
		    reader->now_us)));
	case LISTS_LEAST: case LISTS_MOST:
		if (custom_number_read(c->value, &n) != ERR_OK)
			abort();	/* the filter's reader has read it */
		return c->op == LISTS_LEAST ? q_lists_custom_least(a,
		    c->custom, n) : q_lists_custom_most(a, c->custom, n);
	case LISTS_BEGINS:
		return q_lists_custom_begins(a, c->custom, beginning(a,
		    c->value));
	case LISTS_FILLED: case LISTS_EMPTY: case LISTS_OP__MAX:
		break;
	}
	return q_lists_custom_filled(a, c->custom);
}

/* Whether the condition is that of the statement, turned round. */
static bool
is_turned(const struct lists_condition *c)
{
	return c->op == LISTS_NOT || c->op == LISTS_EMPTY ||
	    (c->op == LISTS_SINCE && c->what != LISTS_CUSTOM);
}

static struct condition
condition_of(struct arena *a, const struct lists_condition *c,
    const struct lists_reader *reader)
{
	switch (c->what) {
	case LISTS_KIND:
		return q_lists_kind(a, c->value);
	case LISTS_STATE:
		return state_condition(a, c->value);
	case LISTS_TAG:
		return q_lists_tag(a, row_of(c, reader));
	case LISTS_CONSENT:
		return q_lists_consent(a, row_of(c, reader), c->channel);
	case LISTS_SOFT:
		return q_lists_soft(a, c->channel, row_of(c, reader),
		    reader->now_us);
	case LISTS_ENDING:
		return q_lists_ending(a, strcmp(c->value, "any") == 0,
		    row_of(c, reader), c->channel, lists_end(c->days,
		    reader->now_us));
	case LISTS_OPTED_OUT:
		return q_lists_opted_out(a, c->value);
	case LISTS_OPTED_OUT_OF:
		return q_lists_opted_out_of(a, row_of(c, reader));
	case LISTS_LAST: case LISTS_COLLECTED: case LISTS_UPDATED:
		return date_condition(a, c->what, lists_instant(c->value,
		    reader->now_us));
	case LISTS_ENDED:
		return q_lists_ended(a);
	case LISTS_NAME:
		return lists_words_condition(a, first_word(a, c->value));
	case LISTS_CITY:
		return q_lists_city(a, beginning(a, c->value));
	case LISTS_POSTCODE:
		return q_lists_postcode(a, beginning(a, c->value));
	case LISTS_COUNTRY:
		return q_lists_country(a, c->value);
	case LISTS_LANGUAGE:
		return q_lists_language(a, c->value);
	case LISTS_BUSINESS:
		return q_lists_business(a);
	case LISTS_HAS:
		return has_condition(a, c->value);
	case LISTS_OWNER:
		return q_lists_owner(a, row_of(c, reader));
	case LISTS_TEAM:
		return q_lists_team(a, row_of(c, reader));
	case LISTS_VISIBILITY:
		return q_lists_visibility(a, c->value);
	case LISTS_BASIS:
		return q_lists_basis(a, c->value);
	case LISTS_SOURCE:
		return q_lists_source(a, beginning(a, c->value));
	case LISTS_MEMBER:
		return q_lists_member(a, row_of(c, reader));
	case LISTS_ORGANISATION:
		return organisation_condition(a, c->value);
	case LISTS_CUSTOM:
		return custom_condition(a, c, reader);
	case LISTS_WHAT__MAX:
		break;
	}
	abort();	/* there is no such field */
}

void
lists_conditions(struct arena *a, const struct lists_filter *filter,
    const struct lists_reader *reader, struct filter *ret_filter)
{
	struct condition *list = arena_take(a, (filter->n + 1) *
	    sizeof(*list));
	const struct lists_condition *c;
	size_t i;

	for (i = 0; i < filter->n; i++) {
		c = &filter->conditions[i];
		list[i] = condition_of(a, c, reader);
		list[i].is_not = is_turned(c);
		list[i].is_or = c->is_or;
	}
	*ret_filter = (struct filter){ list, filter->n };
}
