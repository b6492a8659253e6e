/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What holds of two choices, every pair of them: nothing may be sent after a
 * merge that could not be sent before (GDPR 7, 21, 25(2)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "db/queries.h"
#include "merge/merge.h"

static const char *const states[] = { NULL, "asked", "given", "refused",
	"withdrawn", "objected", "expired" };

#define STATES LENGTH(states)

/* A yes that is held back is a no, the mildest. */
static int
severity(const struct merge_choice *c)
{
	static const char *const noes[] = { "given", "expired", "refused",
	    "withdrawn", "objected" };
	const char *state = c->state;
	size_t i;

	for (i = c->is_held ? 0 : 1; i < LENGTH(noes); i++)
		if (text_equal(state, noes[i]))
			return (int)i;
	return -1;
}

static bool
is_no(const struct merge_choice *c)
{
	return severity(c) >= 0;
}

static bool
is_yes(const struct merge_choice *c)
{
	return text_equal(c->state, "given") && !c->is_held && c->is_same_way;
}

/* What the rule promises of one pair, said another way than it is written. */
static void
is_never_wider(const struct merge_choice *a, const struct merge_choice *b)
{
	enum merge_winner winner = merge_stricter(a, b);
	const struct merge_choice none = { NULL, false, 0, true };
	const struct merge_choice *w = winner == MERGE_STAYS ? a :
	    winner == MERGE_GOES ? b : &none;
	const struct merge_choice *loser = w == a ? b : a;

	/* a yes of another mailbox never holds */
	if (text_equal(w->state, "given") && !w->is_held)
		assert_true(w->is_same_way);
	/* a no is beaten by a no alone that is as strict, whichever is later */
	if (is_no(loser)) {
		assert_true(is_no(w));
		assert_true(severity(w) >= severity(loser));
	}
	/* nobody has a choice that nobody made, and none is lost for nothing */
	if (winner == MERGE_NEITHER)
		assert_true(!is_no(a) && !is_no(b) && !is_yes(a) &&
		    !is_yes(b));
	else
		assert_non_null(w->state);
	/* a question asked later than the yes is open again */
	if (is_yes(w) && loser->state != NULL &&
	    strcmp(loser->state, "asked") == 0)
		assert_true(w->at_us > loser->at_us);
}

static void
no_pair_of_choices_is_widened(void **state)
{
	size_t i, j, n = 0;
	int64_t at;
	int bits;

	(void)state;
	for (i = 0; i < STATES; i++)
		for (j = 0; j < STATES; j++)
			for (at = 1; at <= 3; at++)
				for (bits = 0; bits < 16; bits++, n++) {
					struct merge_choice a = { states[i],
					    (bits & 4) != 0, 2,
					    (bits & 1) != 0 };
					struct merge_choice b = { states[j],
					    (bits & 8) != 0, at,
					    (bits & 2) != 0 };

					is_never_wider(&a, &b);
				}
	assert_int_equal(n, STATES * STATES * 48);
}

static void
who_is_named_first_makes_no_difference_but_in_a_tie(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < STATES; i++)
		for (j = 0; j < STATES; j++) {
			const struct merge_choice a = { states[i], false, 1, true };
			const struct merge_choice b = { states[j], false, 2, true };
			enum merge_winner one = merge_stricter(&a, &b);
			enum merge_winner other = merge_stricter(&b, &a);

			assert_int_equal(one == MERGE_NEITHER, other ==
			    MERGE_NEITHER);
			if (one != MERGE_NEITHER)
				assert_int_equal(one == MERGE_STAYS, other ==
				    MERGE_GOES);
		}
}

/* Its corners by hand. */
static void
the_stricter_of_two_holds(void **state)
{
	static const struct {
		struct merge_choice stays, goes;
		enum merge_winner winner;
	} table[] = {
		{ { "given", false, 1, true },
		    { "withdrawn", false, 2, false }, MERGE_GOES },
		{ { "given", false, 2, true },
		    { "withdrawn", false, 1, true }, MERGE_GOES },
		{ { "withdrawn", false, 1, false },
		    { "given", false, 2, true }, MERGE_STAYS },
		{ { "given", false, 3, false },
		    { "objected", false, 1, true }, MERGE_GOES },
		{ { "given", false, 3, false },
		    { NULL, false, 0, true }, MERGE_NEITHER },
		{ { NULL, false, 0, true },
		    { "given", false, 3, false }, MERGE_NEITHER },
		{ { NULL, false, 0, true },
		    { "given", false, 3, true }, MERGE_GOES },
		{ { "objected", false, 1, true },
		    { "refused", false, 9, true }, MERGE_STAYS },
		{ { "refused", false, 1, true },
		    { "refused", false, 9, true }, MERGE_GOES },
		{ { "given", false, 9, true },
		    { "expired", false, 1, true }, MERGE_GOES },
		{ { "given", true, 1, true },
		    { "given", false, 9, true }, MERGE_STAYS },
		{ { "given", true, 1, false },
		    { "given", false, 9, true }, MERGE_STAYS },
		{ { "given", true, 9, true },
		    { "expired", false, 1, true }, MERGE_GOES },
		{ { "asked", false, 5, true },
		    { "given", false, 4, true }, MERGE_STAYS },
		{ { "asked", false, 5, true },
		    { "given", false, 6, true }, MERGE_GOES },
		{ { "given", false, 5, true },
		    { "asked", false, 5, true }, MERGE_GOES },
		{ { "expired", false, 5, true },
		    { "asked", false, 9, true }, MERGE_STAYS },
		{ { NULL, false, 0, true },
		    { NULL, false, 0, true }, MERGE_NEITHER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(table); i++)
		if (merge_stricter(&table[i].stays, &table[i].goes) !=
		    table[i].winner)
			fail_msg("row %zu", i);
}

static struct q_merge_contacts
record(uint64_t id, const char *email, const char *phone)
{
	return (struct q_merge_contacts){ .id = id, .reference = "C-1",
	    .kind = "customer", .given_name = "Ada", .family_name = "Byron",
	    .language = "fr", .email = email, .email_key = text_bytes(email),
	    .phone = phone, .street = "", .postcode = "", .city = "",
	    .country = "", .visibility = "team", .source = "staff",
	    .basis = "contract" };
}

static void
who_signs_in_keeps_the_address_they_sign_in_with(void **state)
{
	struct q_merge_contacts one = record(1, "a@x.org", NULL);
	struct q_merge_contacts other = record(2, "b@x.org", NULL);
	struct merge_pair pair = { .stays = &one, .goes = &other };

	(void)state;
	assert_true(merge_is_free(&pair, MERGE_EMAIL));
	other.identity_id = 5;
	assert_false(merge_is_free(&pair, MERGE_EMAIL));
	merge_settle(&pair);
	assert_true(pair.is_taken[MERGE_EMAIL]);
	one.identity_id = 5;
	pair.is_taken[MERGE_EMAIL] = true;
	merge_settle(&pair);
	assert_false(pair.is_taken[MERGE_EMAIL]);
}

static void
what_only_one_has_is_taken_from_it(void **state)
{
	struct q_merge_contacts one = record(1, "a@x.org", NULL);
	struct q_merge_contacts other = record(2, "a@x.org", "+33612345678");
	struct merge_pair pair = { .stays = &one, .goes = &other };

	(void)state;
	merge_settle(&pair);
	assert_true(pair.is_taken[MERGE_PHONE]);
	assert_false(pair.is_taken[MERGE_EMAIL]);
	assert_false(pair.is_taken[MERGE_POST]);
	/* a yes to calls goes along, one for another number would not */
	assert_true(merge_is_same_way(&pair, &other, "phone"));
	assert_false(merge_is_same_way(&pair, &one, "sms"));
	assert_true(merge_is_same_way(&pair, &one, "email"));
}

static void
fewer_colleagues_see_it_and_never_more(void **state)
{
	static const char *const widths[] = { "owner", "team", "everyone" };
	struct q_merge_contacts one = record(1, "a@x.org", NULL);
	struct q_merge_contacts other = record(2, "a@x.org", NULL);
	struct merge_pair pair = { .stays = &one, .goes = &other };
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(widths); i++)
		for (j = 0; j < LENGTH(widths); j++) {
			one.visibility = widths[i];
			other.visibility = widths[j];
			assert_ptr_equal(merge_narrower(&pair), j < i ?
			    &other : &one);
		}
}

/* In one team's and another's: owner, team, visibility of each. */
static void
nobody_sees_more_but_where_two_teams_meet(void **state)
{
	static const struct {
		struct { const char *visibility; uint64_t owner, owner_team,
		    team; } stays, goes;
		bool is_within;
	} table[] = {
		{ { "everyone", 0, 0, 0 }, { "everyone", 7, 2, 0 }, true },
		{ { "everyone", 7, 2, 0 }, { "team", 0, 0, 1 }, true },
		{ { "team", 0, 0, 1 }, { "team", 0, 0, 1 }, true },
		{ { "team", 0, 0, 1 }, { "team", 0, 0, 2 }, false },
		{ { "team", 5, 1, 1 }, { "team", 6, 1, 1 }, true },
		{ { "team", 5, 3, 1 }, { "team", 6, 1, 1 }, false },
		{ { "owner", 5, 1, 1 }, { "team", 0, 0, 1 }, true },
		{ { "owner", 5, 2, 1 }, { "team", 0, 0, 1 }, false },
		{ { "owner", 5, 1, 0 }, { "owner", 5, 1, 0 }, true },
		{ { "owner", 5, 1, 0 }, { "owner", 6, 1, 0 }, false },
	};
	struct q_merge_contacts one = record(1, "a@x.org", NULL);
	struct q_merge_contacts other = record(2, "a@x.org", NULL);
	struct merge_pair pair = { .stays = &one, .goes = &other };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(table); i++) {
		one.visibility = table[i].stays.visibility;
		one.owner_id = table[i].stays.owner;
		one.owner_team_id = table[i].stays.owner_team;
		one.team_id = table[i].stays.team;
		other.visibility = table[i].goes.visibility;
		other.owner_id = table[i].goes.owner;
		other.owner_team_id = table[i].goes.owner_team;
		other.team_id = table[i].goes.team;
		if (merge_is_within(&pair) != table[i].is_within)
			fail_msg("row %zu", i);
	}
}

static void
custom_fields_are_chosen_like_the_others(void **state)
{
	const struct custom_field diet = { .name = "custom:diet" };
	const struct custom_field nick = { .name = "custom:nick" };
	const struct custom_field seat = { .name = "custom:seat" };
	struct merge_custom list[] = { { &diet, "none", "vegan", false },
	    { &nick, "", "Noé", false }, { &seat, "aisle", "", true } };
	struct q_merge_contacts one = record(1, "a@x.org", NULL);
	struct q_merge_contacts other = record(2, "a@x.org", NULL);
	struct merge_pair pair = { .stays = &one, .goes = &other,
	    .custom = list, .n_custom = LENGTH(list) };
	struct arena *a = arena_open();

	(void)state;
	assert_true(merge_custom_is_free(&list[0]));
	assert_false(merge_custom_is_free(&list[1]));
	merge_taken_read("custom:diet,custom:seat", &pair);
	merge_settle(&pair);
	assert_string_equal(merge_taken_write(a, &pair),
	    "custom:diet,custom:nick");
	arena_close(a);
}

static void
what_was_chosen_comes_back_as_it_was(void **state)
{
	struct arena *a = arena_open();
	struct merge_pair pair = { .is_taken = { [MERGE_GIVEN_NAME] = true,
	    [MERGE_POST] = true } }, back = { .stays = NULL };

	(void)state;
	assert_string_equal(merge_taken_write(a, &pair), "given_name,post");
	merge_taken_read("given_name,post,nonsense", &back);
	assert_memory_equal(back.is_taken, pair.is_taken,
	    sizeof(pair.is_taken));
	merge_taken_read("", &back);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_pair_of_choices_is_widened),
		cmocka_unit_test(
		    who_is_named_first_makes_no_difference_but_in_a_tie),
		cmocka_unit_test(the_stricter_of_two_holds),
		cmocka_unit_test(
		    who_signs_in_keeps_the_address_they_sign_in_with),
		cmocka_unit_test(what_only_one_has_is_taken_from_it),
		cmocka_unit_test(fewer_colleagues_see_it_and_never_more),
		cmocka_unit_test(nobody_sees_more_but_where_two_teams_meet),
		cmocka_unit_test(custom_fields_are_chosen_like_the_others),
		cmocka_unit_test(what_was_chosen_comes_back_as_it_was),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
