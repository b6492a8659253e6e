/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whom staff see and find: every walk of the list keeps to the silo, page
 * after page (GDPR 5(1)(f), 25; I10).
 */
#include "tests/lists/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "lists/lists_keeper.h"
#include "tests/db/scratch.h"

static void
add_contact(uint64_t id, const char *family, const char *visibility,
    uint64_t owner, uint64_t team)
{
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " given_name, family_name, sort_name, language, email, email_key,"
	    " visibility, owner_id, team_id, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) VALUES (%d, 'C-%08d',"
	    " 'customer', 'Zoé', '%s', LOWER('%s'), 'fr', 'p%d@x.org',"
	    " 'p%d@x.org', '%s', %d, %d, 'staff', 'contract', 1, %d, 1, 1)",
	    (int)id, (int)id, family, family, (int)id, (int)id, visibility,
	    (int)owner, (int)team, (int)id));
}

static int
arrange(void **state)
{
	(void)state;
	lists_arrange_staff();
	add_contact(11, "Everyone", "everyone", CLEO, SOUTH);
	add_contact(12, "Northern", "team", BOB, NORTH);
	add_contact(13, "Anns", "owner", ANN, NORTH);
	add_contact(14, "Bobs", "owner", BOB, NORTH);
	add_contact(15, "Southern", "team", CLEO, SOUTH);
	add_contact(16, "Lent", "team", ANN, SOUTH);
	scratch_sql("INSERT INTO contact_tag SELECT id, 1, NULL, 1 FROM "
	    "contact");
	return 0;
}

/* The same question by each walk there is. */
static void
is_seen_by_every_walk(uint64_t staff, uint64_t team, uint64_t id, bool is_seen)
{
	struct lists_asked ways[] = { lists_asked_for("", ""),
	    lists_asked_for("tag.is.1", ""), lists_asked_for("", "zo"),
	    lists_asked_for("", arena_printf(a, "p%d@x.org", (int)id)),
	    lists_asked_for("", arena_printf(a, "C-%08d", (int)id)),
	    lists_asked_for("kind.is.customer~country.not.FR", ""),
	    lists_asked_for("", ""), lists_asked_for("", "") };
	const char *needle = arena_printf(a, " %d ", (int)id);
	struct ctx c = lists_request(staff, team);
	size_t i;

	ways[6].order = LISTS_BY_LAST;
	ways[7].snapshot_id = lists_snapshot_of(DORA, "kind.is.customer");
	for (i = 0; i < LENGTH(ways); i++)
		if (is_seen != (strstr(arena_printf(a, " %s", lists_ids_of(&c,
		    &ways[i], 50)), needle) != NULL))
			fail_msg("walk %zu, staff %d, contact %d", i,
			    (int)staff, (int)id);
}

static void
a_contact_is_seen_by_its_adviser_its_team_or_everyone(void **state)
{
	static const struct { uint64_t staff, team, id; bool is_seen; }
	    cells[] = {
		{ ANN, NORTH, 11, true }, { ANN, NORTH, 12, true },
		{ ANN, NORTH, 13, true }, { ANN, NORTH, 14, false },
		{ ANN, NORTH, 15, false }, { ANN, NORTH, 16, true },
		{ BOB, NORTH, 11, true }, { BOB, NORTH, 12, true },
		{ BOB, NORTH, 13, false }, { BOB, NORTH, 14, true },
		{ BOB, NORTH, 15, false }, { BOB, NORTH, 16, false },
		{ CLEO, SOUTH, 11, true }, { CLEO, SOUTH, 12, false },
		{ CLEO, SOUTH, 13, false }, { CLEO, SOUTH, 14, false },
		{ CLEO, SOUTH, 15, true }, { CLEO, SOUTH, 16, true },
		{ CLEO, 0, 16, false },	/* without a team */
		{ DORA, 0, 14, true }, { DORA, 0, 16, true },
	};
	struct q_people_one row;
	enum err e;
	size_t i;

	(void)state;
	lists_run_index();
	for (i = 0; i < LENGTH(cells); i++) {
		is_seen_by_every_walk(cells[i].staff, cells[i].team,
		    cells[i].id, cells[i].is_seen);
		e = q_people_one(office, a, cells[i].id, cells[i].staff ==
		    DORA, cells[i].staff, cells[i].team, &row);
		assert_int_equal(e, cells[i].is_seen ? ERR_OK : ERR_NOTFOUND);
	}
}

static void
a_snapshot_holds_what_its_owner_may_see_and_no_more(void **state)
{
	uint64_t id;

	(void)state;
	id = lists_snapshot_of(ANN, "");
	assert_string_equal(scratch_text(a, arena_printf(a, "SELECT "
	    "GROUP_CONCAT(contact_id ORDER BY position) FROM snapshot_contact "
	    "WHERE snapshot_id = %d", (int)id)), "13,11,16,12");
	assert_int_equal(scratch_number(arena_printf(a, "SELECT n = 4 AND "
	    "walked = 6 AND state = 'ready' FROM snapshot WHERE id = %d",
	    (int)id)), 1);
	id = lists_snapshot_of(CLEO, "country.is.FR");
	assert_int_equal(scratch_number("SELECT n FROM snapshot ORDER BY id "
	    "DESC LIMIT 1"), 0);
}

static void
a_snapshot_of_who_is_out_is_never_filled(void **state)
{
	(void)state;
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	lists_snapshot_of(ANN, "");
	assert_int_equal(scratch_count("snapshot_contact"), 0);
	assert_int_equal(scratch_count("snapshot WHERE state = 'waiting'"),
	    1);
}

static void
a_walk_that_was_cut_off_begins_again_and_doubles_nobody(void **state)
{
	(void)state;
	lists_snapshot_of(ANN, "");
	scratch_sql("UPDATE snapshot SET state = 'walking', walked = 2, n = 4");
	lists_run("snapshot_walk", lists_keeper_walk);
	assert_int_equal(scratch_count("snapshot_contact"), 4);
	assert_int_equal(scratch_count("snapshot WHERE state = 'ready' AND "
	    "n = 4 AND fence = 2"), 1);
}

static void
a_snapshot_ends_with_its_day(void **state)
{
	(void)state;
	lists_snapshot_of(ANN, "");
	scratch_sql(arena_printf(a, "UPDATE snapshot SET expires_us = %"
	    PRId64, NOW_US));
	lists_run("snapshot_purge", lists_keeper_expire);
	assert_int_equal(scratch_count("snapshot"), 0);
	assert_int_equal(scratch_count("snapshot_contact"), 0);
}

static void
the_list_shows_each_contact_once_page_after_page(void **state)
{
	struct lists_asked all = lists_asked_for("", ""), zo = lists_asked_for("", "zo");
	struct lists_asked tagged = lists_asked_for("tag.is.1", "");
	struct ctx c = lists_request(ANN, NORTH), d = lists_request(DORA, 0);
	uint64_t most;

	(void)state;
	lists_run_index();
	/* one whose two words both begin with what is typed */
	scratch_sql("INSERT INTO contact_word VALUES ('zorro', 16)");
	for (most = 1; most < 8; most++) {
		all.order = LISTS_BY_NAME;
		assert_string_equal(lists_ids_of(&c, &all, most), "13 11 16 12 ");
		assert_string_equal(lists_ids_of(&d, &all, most),
		    "13 14 11 16 12 15 ");
		assert_string_equal(lists_ids_of(&c, &zo, most), "11 12 13 16 ");
		assert_string_equal(lists_ids_of(&d, &tagged, most),
		    "11 12 13 14 15 16 ");
		all.order = LISTS_BY_LAST;
		assert_string_equal(lists_ids_of(&c, &all, most), "11 12 13 16 ");
	}
}

/* A further address or number finds whom the main one finds, and no more. */
static void
a_further_address_or_number_finds_whom_one_may_see(void **state)
{
	static const char *const words[] = { "Beside@x.org", "06 98 76 54 32" };
	struct ctx ann = lists_request(ANN, NORTH), dora = lists_request(DORA,
	    0);
	struct lists_asked asked;
	size_t i;

	(void)state;
	scratch_sql("INSERT INTO contact_reach (contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) SELECT id, 'email', "
	    "'beside@x.org', 'beside@x.org', 'work', 'staff', 'consent', 0 "
	    "FROM contact WHERE id IN (12, 14, 15) UNION ALL SELECT id, "
	    "'phone', '+33698765432', '+33698765432', 'work', 'staff', "
	    "'consent', 0 FROM contact WHERE id IN (12, 14, 15)");
	scratch_sql("UPDATE contact SET email = 'beside@x.org', email_key = "
	    "'beside@x.org', phone = '+33698765432' WHERE id = 11");
	for (i = 0; i < LENGTH(words); i++) {
		asked = lists_asked_for("", words[i]);
		assert_string_equal(lists_ids_of(&ann, &asked, 50), "11 12 ");
		assert_string_equal(lists_ids_of(&dora, &asked, 50),
		    "11 12 14 15 ");
	}
}

static void
a_cursor_outside_the_silo_tells_nothing(void **state)
{
	struct lists_asked ways[] = { lists_asked_for("", ""), lists_asked_for("", ""),
	    lists_asked_for("", "zo") };
	struct lists_found first, stranger, nobody;
	struct ctx c = lists_request(ANN, NORTH);
	size_t i;

	(void)state;
	lists_run_index();
	ways[1].order = LISTS_BY_LAST;
	for (i = 0; i < LENGTH(ways); i++) {
		assert_int_equal(lists_find(&c, &ways[i], 0, 50, &first),
		    ERR_OK);
		assert_int_equal(lists_find(&c, &ways[i], 14, 50, &stranger),
		    ERR_OK);
		assert_int_equal(lists_find(&c, &ways[i], 99, 50, &nobody),
		    ERR_OK);
		assert_int_equal(first.n, 4);
		assert_int_equal(stranger.n, 4);
		assert_int_equal(nobody.n, 4);
	}
}

static void
a_name_is_found_by_the_beginning_of_any_word_once_indexed(void **state)
{
	struct lists_asked zo = lists_asked_for("", "ZO"), oe = lists_asked_for("", "oé");
	struct lists_asked two = lists_asked_for("", "sou  Zoë");
	struct ctx c = lists_request(DORA, 0);

	(void)state;
	assert_string_equal(lists_ids_of(&c, &zo, 50), "");
	lists_run_index();
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact"
	    " WHERE NOT is_indexed"), 0);
	assert_string_equal(lists_ids_of(&c, &zo, 50), "11 12 13 14 15 16 ");
	assert_string_equal(lists_ids_of(&c, &two, 50), "15 ");
	assert_string_equal(lists_ids_of(&c, &oe, 50), "");
}

static void
a_changed_name_is_not_found_by_what_it_was(void **state)
{
	struct lists_asked old = lists_asked_for("", "southern");
	struct lists_asked new = lists_asked_for("", "winter");
	struct ctx c = lists_request(DORA, 0);

	(void)state;
	lists_run_index();
	scratch_sql("UPDATE contact SET family_name = 'Winter',"
	    " is_indexed = FALSE, version = version + 1 WHERE id = 15");
	lists_run_index();
	assert_string_equal(lists_ids_of(&c, &old, 50), "");
	assert_string_equal(lists_ids_of(&c, &new, 50), "15 ");
}

#define TEST(name) cmocka_unit_test_setup(name, arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_contact_is_seen_by_its_adviser_its_team_or_everyone),
		TEST(a_snapshot_holds_what_its_owner_may_see_and_no_more),
		TEST(a_snapshot_of_who_is_out_is_never_filled),
		TEST(a_walk_that_was_cut_off_begins_again_and_doubles_nobody),
		TEST(a_snapshot_ends_with_its_day),
		TEST(the_list_shows_each_contact_once_page_after_page),
		TEST(a_cursor_outside_the_silo_tells_nothing),
		TEST(a_further_address_or_number_finds_whom_one_may_see),
		TEST(a_name_is_found_by_the_beginning_of_any_word_once_indexed),
		TEST(a_changed_name_is_not_found_by_what_it_was),
	};

	return cmocka_run_group_tests_name("lists", tests, lists_open_all,
	    lists_close_all);
}
