/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where the people of a file belong: found, made once, taken back
 * (GDPR 5(1)(d), 25; FEATURES X22).
 */
#include "tests/import/desk-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"
#include "tests/db/scratch.h"

#define COLUMNS "Mail;Société;SIREN\n"
#define MAPPING "[\"email\",\"organisation\",\"registration\"]"

static struct arena *a;

static int
open_all(void **state)
{
	desk_open(state);
	a = desk.a;
	return 0;
}

/* One organisation that Lea sees, two of one name, one of another silo. */
static int
arrange(void **state)
{
	desk_arrange(state);
	scratch_sql("UPDATE contact SET collected_us = 0");
	scratch_sql("INSERT INTO organisation (id, name, sort_name, "
	    "registration, language, visibility, team_id, created_us, "
	    "updated_us) VALUES "
	    "(1, 'Café Ärmel', 'cafe armel', '', 'fr', 'team', 7, 0, 0), "
	    "(2, 'Dupont', 'dupont', '732829320', 'fr', 'everyone', NULL, 0, "
	    "0), (3, 'DUPONT', 'dupont', '', 'fr', 'everyone', NULL, 0, 0), "
	    "(4, 'Secret', 'secret', '552100554', 'fr', 'team', 8, 0, 0)");
	return 0;
}

/* Which organisation somebody belongs to; 0: none. */
static uint64_t
belongs(const char *email)
{
	return scratch_number(arena_printf(a, "SELECT COALESCE((SELECT "
	    "m.organisation_id FROM membership m JOIN contact c ON c.id = "
	    "m.contact_id WHERE c.email_key = '%s'), 0)", email));
}

static void
one_that_is_there_is_found_by_its_name_or_its_number(void **state)
{
	(void)state;
	desk_import(COLUMNS "a@x.org;CAFE ARMEL;\nb@x.org;;732 829 320\n"
	    "c@x.org;Dupont & fils;732829320\nd@x.org;;\n", MAPPING, "skip");
	assert_int_equal(belongs("a@x.org"), 1);
	assert_int_equal(belongs("b@x.org"), 2);
	assert_int_equal(belongs("c@x.org"), 2);
	assert_int_equal(belongs("d@x.org"), 0);
	assert_int_equal(scratch_count("organisation"), 4);
	assert_int_equal(scratch_number("SELECT n_organisations FROM import"),
	    0);
}

static void
a_new_one_is_made_once_by_a_file_and_the_trial_counts_it(void **state)
{
	struct buf b;
	uint64_t id;
	unsigned i;

	(void)state;
	buf_open(&b, a);
	buf_text(&b, COLUMNS);
	for (i = 0; i < 250; i++)
		buf_printf(&b, "p%u@x.org;%s %u;\n", i, i % 2 == 0 ?
		    "Société" : "SOCIETE", i % 50);
	id = desk_upload(b.ptr);
	desk_run(READ);
	desk_map(id, MAPPING, "skip");
	desk_run(WORK);
	assert_int_equal(scratch_number("SELECT n_organisations FROM import"),
	    50);
	assert_int_equal(scratch_count("organisation"), 4);
	desk_start(id);
	desk_run(WORK);
	assert_string_equal(desk_state(id), "done");
	assert_int_equal(scratch_number("SELECT n_organisations FROM import"),
	    50);
	assert_int_equal(scratch_count("organisation WHERE visibility = "
	    "'everyone' AND version = 1 AND id > 4"), 50);
	assert_int_equal(scratch_count("membership"), 250);
	assert_int_equal(scratch_count("organisation_word WHERE word = "
	    "'societe'"), 50);
	assert_int_equal(belongs("p3@x.org"), belongs("p53@x.org"));
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.ended' AND JSON_VALUE(detail, '$.organisations') = 50"),
	    1);
}

static void
what_could_mean_several_or_none_is_told_by_row(void **state)
{
	(void)state;
	desk_import(COLUMNS "a@x.org;dupont;\nb@x.org;Dupont;732829320\n"
	    "c@x.org;;999999998\nd@x.org;Acme;123456789\ne@x.org;Acme;\n",
	    MAPPING, "skip");
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(line, ' ', "
	    "reason, ' ', field ORDER BY line SEPARATOR '; ') FROM "
	    "import_row WHERE reason IS NOT NULL"),
	    "2 organisations organisation; 4 nameless registration; "
	    "5 registration registration");
	assert_int_equal(belongs("b@x.org"), 2);
	assert_int_equal(scratch_count("contact WHERE source = "
	    "'import:Salon'"), 2);
}

static void
one_of_another_silo_is_as_unknown_as_none(void **state)
{
	(void)state;
	desk_import(COLUMNS "a@x.org;Secret;\nb@x.org;;552100554\n", MAPPING,
	    "skip");
	assert_true(belongs("a@x.org") > 4);
	assert_int_equal(scratch_count("import_row WHERE line = 3 AND reason "
	    "= 'nameless'"), 1);
	assert_int_equal(scratch_count("membership WHERE organisation_id = "
	    "4"), 0);
}

static void
who_is_known_moves_and_taken_back_is_where_they_were(void **state)
{
	uint64_t id;

	(void)state;
	scratch_sql("INSERT INTO membership (contact_id, organisation_id, "
	    "job_title, since, at_us) VALUES (1, 1, 'Chef', '2020-01-31', "
	    "5)");
	id = desk_import(COLUMNS "ann@x.org;Neuve;\nzoe@x.org;Neuve;\n"
	    "noe@x.org;Autre;\n", MAPPING, "update");
	assert_true(belongs("ann@x.org") > 4);
	assert_int_equal(belongs("ann@x.org"), belongs("zoe@x.org"));
	assert_int_equal(scratch_count("membership WHERE contact_id = 1 AND "
	    "job_title = '' AND since IS NULL"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE contact_id "
	    "= 1 AND field = 'organisation' AND source = 'import:Salon'"), 1);
	assert_int_equal(scratch_count("contact_history WHERE contact_id = "
	    "1"), 3);
	desk_undo(id);
	assert_int_equal(scratch_count("membership WHERE contact_id = 1 AND "
	    "organisation_id = 1 AND job_title = 'Chef' AND since = "
	    "'2020-01-31' AND at_us = 5"), 1);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("organisation"), 4);
	assert_int_equal(scratch_count("organisation_word"), 0);
	assert_int_equal(scratch_count("contact_history WHERE contact_id = "
	    "1"), 6);
}

static void
taken_back_an_organisation_that_somebody_uses_or_touched_stays(void **state)
{
	uint64_t id;

	(void)state;
	id = desk_import(COLUMNS "a@x.org;Used;\nb@x.org;Touched;\n"
	    "c@x.org;Gone;\n", MAPPING, "skip");
	scratch_sql("INSERT INTO membership (contact_id, organisation_id, "
	    "at_us) SELECT 1, id, 0 FROM organisation WHERE name = 'Used'");
	scratch_sql("UPDATE organisation SET version = 2 WHERE name = "
	    "'Touched'");
	desk_undo(id);
	assert_int_equal(scratch_count("organisation WHERE name IN ('Used', "
	    "'Touched')"), 2);
	assert_int_equal(scratch_count("organisation WHERE name = 'Gone'"),
	    0);
}

/* Whose own business it is, is theirs to say; others may belong to it. */
static void
who_runs_a_business_of_their_own_is_not_moved(void **state)
{
	(void)state;
	scratch_sql("UPDATE organisation SET trader_id = 1 WHERE id = 1");
	scratch_sql("INSERT INTO membership (contact_id, organisation_id, "
	    "at_us) VALUES (1, 1, 5)");
	desk_import(COLUMNS "ann@x.org;Neuve;\nzoe@x.org;Café Ärmel;\n",
	    MAPPING, "update");
	assert_int_equal(belongs("ann@x.org"), 1);
	assert_int_equal(belongs("zoe@x.org"), 1);
	assert_int_equal(scratch_count("organisation WHERE trader_id = 1"),
	    1);
	assert_int_equal(scratch_count("organisation"), 4);
	assert_int_equal(scratch_count("import WHERE n_same = 1 AND n_created "
	    "= 1 AND n_organisations = 0"), 1);
}

static void
who_stays_as_they_are_makes_no_organisation(void **state)
{
	(void)state;
	desk_import(COLUMNS "ann@x.org;Neuve;\n", MAPPING, "skip");
	assert_int_equal(scratch_count("organisation"), 4);
	assert_int_equal(scratch_count("membership"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, arrange, desk_leave)
		T(one_that_is_there_is_found_by_its_name_or_its_number),
		T(a_new_one_is_made_once_by_a_file_and_the_trial_counts_it),
		T(what_could_mean_several_or_none_is_told_by_row),
		T(one_of_another_silo_is_as_unknown_as_none),
		T(who_is_known_moves_and_taken_back_is_where_they_were),
		T(taken_back_an_organisation_that_somebody_uses_or_touched_stays),
		T(who_runs_a_business_of_their_own_is_not_moved),
		T(who_stays_as_they_are_makes_no_organisation),
	};

	return cmocka_run_group_tests(tests, open_all, desk_close);
}
