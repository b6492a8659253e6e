/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Figures count once, and stay when what they counted has gone (X39; GDPR
 * recital 26).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/day.h"
#include "statistics/statistics_keeper.h"
#include "tests/db/scratch.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)	/* 15 January 2027 */
#define OLD_US (NOW_US - 40 * DAY_US)			/* December 2026 */

static struct db *keeper;
static struct job job;

static int
open_all(void **state)
{
	(void)state;
	keeper = scratch_open("keeper");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(keeper);
	return 0;
}

static void
run(enum err (*fn)(struct job *job), const char *name)
{
	static struct job_row row;
	int i;

	row = (struct job_row){ .name = name, .run = fn };
	job.row = &row;
	for (i = 0; i < 100; i++) {
		scratch_begin(keeper, DB_JOB);
		job.is_more = false;
		assert_int_equal(job_lead(&job), ERR_OK);
		assert_int_equal(fn(&job), ERR_OK);
		if (!job.is_more)
			break;
	}
	assert_int_not_equal(i, 100);
	job_resign(&job);
}

static void
count_months(void)
{
	run(statistics_keeper_months, "statistics_months");
}

static void
count_today(void)
{
	run(statistics_keeper_today, "statistics_today");
	free(job.memory);
	job.memory = NULL;
}

static void
add_contact(uint64_t id, const char *kind, int64_t created_us,
    int64_t last_us)
{
	scratch_sql(arena_printf(job.arena, "INSERT INTO contact (id,"
	    " reference, kind, language, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) VALUES (%d, 'C-%08d',"
	    " '%s', 'fr', 'form:newsletter', 'consent', 1, %lld, %lld, 1)",
	    (int)id, (int)id, kind, (long long)last_us,
	    (long long)created_us));
}

static uint64_t
month(const char *name)
{
	return scratch_number(arena_printf(job.arena, "SELECT"
	    " COALESCE(SUM(n), 0) FROM statistic_month WHERE name = '%s'",
	    name));
}

static uint64_t
today(const char *name)
{
	return scratch_number(arena_printf(job.arena, "SELECT n FROM"
	    " statistic_today WHERE name = '%s'", name));
}

static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	job = (struct job){ .db = keeper, .arena = arena_open(),
	    .owner = "test", .now_us = NOW_US };
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	arena_close(job.arena);
	return 0;
}

static void
a_months_total_stays_when_its_rows_are_erased(void **state)
{
	(void)state;
	add_contact(1, "prospect", OLD_US, OLD_US);
	add_contact(2, "customer", NOW_US - DAY_US, OLD_US);
	count_months();
	assert_int_equal(scratch_number("SELECT n FROM statistic_month WHERE"
	    " name = 'contacts' AND kind = 'form' AND month = 202612"), 1);
	assert_int_equal(scratch_number("SELECT n FROM statistic_month WHERE"
	    " name = 'contacts' AND kind = 'form' AND month = 202701"), 1);
	scratch_sql("DELETE FROM contact");
	count_months();
	assert_int_equal(month("contacts"), 2);
}

static void
a_row_counts_once_however_often_the_keeper_comes(void **state)
{
	(void)state;
	add_contact(1, "prospect", OLD_US, OLD_US);
	count_months();
	count_months();
	assert_int_equal(month("contacts"), 1);
	add_contact(2, "prospect", OLD_US, OLD_US);
	count_months();
	assert_int_equal(month("contacts"), 2);
}

static void
more_rows_than_one_pass_are_counted(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO contact (reference, kind, language, source,"
	    " basis, collected_us, last_person_us, created_us, updated_us)"
	    " SELECT CONCAT('S-', LPAD(seq, 8, '0')), 'prospect', 'fr',"
	    " 'staff', 'contract', 1, 1, 1000000 * seq, 1 FROM"
	    " seq_1_to_2500");
	count_months();
	assert_int_equal(month("contacts"), 2500);
}

static void
a_young_row_waits_for_its_older_neighbour(void **state)
{
	(void)state;
	add_contact(1, "prospect", NOW_US - SECOND_US, OLD_US);
	add_contact(2, "prospect", NOW_US - DAY_US, OLD_US);
	count_months();
	assert_int_equal(month("contacts"), 0);
	job.now_us += HOUR_US;
	count_months();
	assert_int_equal(month("contacts"), 2);
}

static void
consents_count_once_they_are_in_the_log(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO consent_event (id, kind, purpose_version_id,"
	    " channel, language, notice_version_id, how, at_us, subject,"
	    " leaf, writer, writer_n, mac) VALUES (1, 'given', 1, 'email',"
	    " 'fr', 1, 'account', 1, REPEAT('a', 32), REPEAT('b', 32),"
	    " REPEAT('c', 16), 1, REPEAT('d', 32)), (2, 'withdrawn', 1,"
	    " 'email', 'fr', 1, 'account', 1, REPEAT('a', 32),"
	    " REPEAT('b', 32), REPEAT('c', 16), 2, REPEAT('d', 32))");
	scratch_sql("DELETE FROM log_state");
	scratch_sql("INSERT INTO log_state VALUES (1, 1, 0, '', 1, 0, 0)");
	count_months();
	assert_int_equal(month("consents"), 1);
	scratch_sql("UPDATE log_state SET consent_through = 2");
	count_months();
	assert_int_equal(month("consents"), 2);
	scratch_sql("DELETE FROM log_state");
}

static void
the_contacts_of_today_are_counted_by_the_years(void **state)
{
	(void)state;
	add_contact(1, "prospect", 1, NOW_US - 364 * DAY_US);
	add_contact(2, "customer", 1, NOW_US - 370 * DAY_US);
	add_contact(3, "customer", 1, NOW_US - 800 * DAY_US);
	add_contact(4, "customer", 1, NOW_US - 1200 * DAY_US);
	add_contact(5, "customer", 1, NOW_US - 3000 * DAY_US);
	count_today();
	assert_int_equal(today("contacts"), 5);
	assert_int_equal(today("customers"), 4);
	assert_int_equal(today("years_0"), 1);
	assert_int_equal(today("years_1"), 1);
	assert_int_equal(today("years_2"), 1);
	assert_int_equal(today("years_3"), 2);
}

static void
they_are_counted_again_on_the_next_day_only(void **state)
{
	(void)state;
	count_today();
	add_contact(1, "prospect", 1, OLD_US);
	job.now_us += HOUR_US;
	count_today();
	assert_int_equal(today("contacts"), 0);
	job.now_us += DAY_US;
	count_today();
	assert_int_equal(today("contacts"), 1);
}

static void
a_consent_ends_with_the_period_that_was_told(void **state)
{
	(void)state;
	scratch_sql("INSERT INTO purpose (id, code, is_closed) VALUES"
	    " (1, 'letter', 0)");
	scratch_sql("INSERT INTO purpose_version (id, purpose_id, number,"
	    " basis, is_commercial, is_material, retention_months,"
	    " created_us) VALUES (1, 1, 1, 'consent', 1, 1, 12, 1)");
	add_contact(1, "prospect", 1, OLD_US);
	add_contact(2, "prospect", 1, OLD_US);
	scratch_sql(arena_printf(job.arena, "INSERT INTO consent_state"
	    " (contact_id, purpose_id, channel, state, purpose_version_id,"
	    " event_id, at_us) VALUES (1, 1, 'email', 'given', 1, 1, %lld),"
	    " (1, 1, 'post', 'withdrawn', 1, 2, %lld),"
	    " (2, 1, 'email', 'given', 1, 3, %lld)",
	    (long long)(NOW_US - 300 * DAY_US),
	    (long long)(NOW_US - 300 * DAY_US),
	    (long long)(NOW_US - 200 * DAY_US)));
	count_today();
	assert_int_equal(today("ending"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_months_total_stays_when_its_rows_are_erased, arrange,
		    clear),
		cmocka_unit_test_setup_teardown(
		    a_row_counts_once_however_often_the_keeper_comes, arrange,
		    clear),
		cmocka_unit_test_setup_teardown(
		    more_rows_than_one_pass_are_counted, arrange, clear),
		cmocka_unit_test_setup_teardown(
		    a_young_row_waits_for_its_older_neighbour, arrange,
		    clear),
		cmocka_unit_test_setup_teardown(
		    consents_count_once_they_are_in_the_log, arrange, clear),
		cmocka_unit_test_setup_teardown(
		    the_contacts_of_today_are_counted_by_the_years, arrange,
		    clear),
		cmocka_unit_test_setup_teardown(
		    they_are_counted_again_on_the_next_day_only, arrange,
		    clear),
		cmocka_unit_test_setup_teardown(
		    a_consent_ends_with_the_period_that_was_told, arrange,
		    clear),
	};

	return cmocka_run_group_tests_name("statistics", tests, open_all,
	    close_all);
}
