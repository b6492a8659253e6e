/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands in the way of a merge leaves both records as they were
 * (GDPR 5(1)(d), 5(1)(f), 17, 18).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "tests/db/scratch.h"
#include "tests/merge/fixture.h"

static void
is_done(void)
{
	assert_int_equal(run(), ERR_OK);
	assert_string_equal(scratch_text(a, "SELECT CONCAT(state, "
	    "COALESCE(why, '')) FROM contact_merge WHERE id = 1"), "done");
}

/* Why it is refused after ${sql}; nothing of either has changed then. */
static void
is_refused(void **state, const char *sql, const char *why)
{
	fixture_arrange(state);
	scratch_sql(sql);
	assert_int_equal(run(), ERR_OK);
	assert_string_equal(scratch_text(a, "SELECT CONCAT(state, ' ', why) "
	    "FROM contact_merge WHERE id = 1"), arena_printf(a,
	    "refused %s", why));
	assert_int_equal(scratch_count("contact"), 2);
	assert_int_equal(scratch_count("interaction WHERE contact_id = 2"),
	    2);
	assert_int_equal(scratch_count("consent_state"), 8);
	assert_int_equal(scratch_count("custom_value WHERE contact_id = 2"),
	    3);
	assert_int_equal(scratch_count("outbox WHERE template <> 'x'"), 0);
}

static void
what_stands_in_the_way_ends_it_untouched(void **state)
{
	static const struct { const char *sql, *why; } all[] = {
		{ "UPDATE contact SET restricted_us = 1, restriction = "
		    "'accuracy' WHERE id = 2", "frozen" },
		{ "UPDATE contact SET restricted_us = 1, restriction = "
		    "'claims' WHERE id = 1", "frozen" },
		{ "UPDATE erasure SET state = 'intent'", "erasing" },
		{ "UPDATE erasure SET state = 'cooling', contact_id = 1",
		    "erasing" },
		{ "UPDATE contact SET identity_id = 2 WHERE id = 1",
		    "sign_ins" },
		{ "UPDATE package SET state = 'ready'", "copy" },
		{ "UPDATE contact SET quarantined_us = 1 WHERE id = 1",
		    "quarantined" },
		{ "UPDATE contact SET version = 2 WHERE id = 1", "changed" },
		{ "UPDATE contact SET version = 2 WHERE id = 2", "changed" },
		{ "UPDATE staff SET state = 'disabled'", "unseen" },
		{ "UPDATE staff SET role = 'adviser'", "unseen" },
		{ "UPDATE package SET state = 'building', contact_id = 1",
		    "copy" },
		{ "UPDATE evidence SET size_bytes = 41943041", "files" },
		{ "UPDATE rights_request SET words_sealed = 'nonsense'",
		    "broken" },
		{ "UPDATE evidence_chunk SET sealed = 'nonsense' WHERE number "
		    "= 1", "broken" },
		{ "UPDATE custom_value SET sealed = 'nonsense' WHERE "
		    "contact_id = 2 AND field_id = 4", "broken" },
		{ "DELETE FROM t_keys.person_key WHERE contact_id = 2 AND "
		    "class = 'live'", "broken" },
	};
	size_t i;

	for (i = 0; i < LENGTH(all); i++)
		is_refused(state, all[i].sql, all[i].why);
	/* a lead of another team, since it was asked */
	fixture_arrange(state);
	scratch_sql("UPDATE staff SET role = 'lead'");
	scratch_sql("UPDATE contact SET visibility = 'owner' WHERE id = 2");
	assert_int_equal(run(), ERR_OK);
	assert_int_equal(scratch_count("contact_merge WHERE why = 'unseen'"),
	    1);
}

/* At its last statement: all of it is undone, and done by the next. */
static void
a_keeper_that_dies_amid_it_leaves_both_as_they_were(void **state)
{
	(void)state;
	scratch_sql("CREATE OR REPLACE TRIGGER dying BEFORE DELETE ON contact "
	    "FOR EACH ROW SIGNAL SQLSTATE '70100' SET MYSQL_ERRNO = 1317");
	assert_int_equal(run(), ERR_DOWN);
	assert_int_equal(scratch_count("contact"), 2);
	assert_int_equal(scratch_count("interaction WHERE contact_id = 2"),
	    2);
	assert_int_equal(scratch_count("custom_value WHERE contact_id = 2"),
	    3);
	assert_int_equal(scratch_count("contact_history"), 1);
	assert_int_equal(scratch_count("outbox WHERE template <> 'x'"), 0);
	assert_int_equal(scratch_count("contact_merge WHERE state = 'asked'"),
	    1);
	scratch_sql("DROP TRIGGER dying");
	is_done();
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'contact.merged'"), 1);
	assert_int_equal(scratch_count("outbox WHERE template = "
	    "'contacts_merged'"), 2);
}

/* The database answers, and does not do this one: a few times, then no more,
 * and somebody is told; meanwhile it lets others before. */
static void
one_that_the_database_never_does_ends_with_a_task(void **state)
{
	unsigned i;

	(void)state;
	scratch_sql("CREATE OR REPLACE TRIGGER dying BEFORE DELETE ON contact "
	    "FOR EACH ROW SIGNAL SQLSTATE '70100' SET MYSQL_ERRNO = 1317");
	for (i = 1; i < 5; i++) {
		assert_int_equal(run(), ERR_DOWN);
		assert_int_equal(scratch_number("SELECT tries FROM "
		    "contact_merge WHERE id = 1"), i);
		assert_int_equal(scratch_number("SELECT next_us > 0 FROM "
		    "contact_merge WHERE id = 1"), i > 1);
		scratch_sql("UPDATE contact_merge SET next_us = 0");
	}
	assert_int_equal(scratch_count("task"), 0);
	assert_int_equal(run(), ERR_OK);
	scratch_sql("DROP TRIGGER dying");
	assert_int_equal(scratch_count("contact_merge WHERE state = 'refused' "
	    "AND why = 'too_big'"), 1);
	assert_int_equal(scratch_count("task WHERE kind = 'merge.too_big' AND "
	    "state = 'open' AND detail = '{\"merge\":1}'"), 1);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'contact.not_merged'"), 1);
	assert_int_equal(scratch_count("contact"), 2);
}

/* A lead joins records of the own team; across two, only the DPO does. */
static void
no_lead_joins_two_teams_records(void **state)
{
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'A'), (2, 'B')");
	scratch_sql("UPDATE staff SET role = 'lead', team_id = 1");
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = 1");
	scratch_sql("UPDATE contact SET team_id = 2, owner_id = 1 WHERE id = "
	    "2");
	assert_int_equal(run(), ERR_OK);
	assert_string_equal(scratch_text(a, "SELECT why FROM contact_merge "
	    "WHERE id = 1"), "silos");
	fixture_arrange(state);
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'A'), (2, 'B')");
	scratch_sql("UPDATE contact SET visibility = 'team', team_id = id");
	is_done();
	assert_int_equal(scratch_count("contact WHERE visibility = 'team' AND "
	    "team_id = 1"), 1);
}

/* Or it would stand before all that come after it. */
static void
one_that_cannot_be_finished_holds_up_no_other(void **state)
{
	(void)state;
	scratch_sql("UPDATE rights_request SET words_sealed = 'nonsense'");
	assert_int_equal(run(), ERR_OK);
	assert_int_equal(scratch_count("contact_history WHERE contact_id = "
	    "2"), 1);
	assert_int_equal(scratch_count("contact_history"), 1);
	assert_int_equal(scratch_count("contact_merge WHERE state = 'asked'"),
	    0);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'contact.not_merged' AND detail LIKE '%broken%'"), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, fixture_arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_stands_in_the_way_ends_it_untouched),
		TEST(a_keeper_that_dies_amid_it_leaves_both_as_they_were),
		TEST(one_that_the_database_never_does_ends_with_a_task),
		TEST(no_lead_joins_two_teams_records),
		TEST(one_that_cannot_be_finished_holds_up_no_other),
	};

	return cmocka_run_group_tests_name("merge refused", tests,
	    keeper_open, keeper_close);
}
