/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a copy says of where somebody belongs: of a firm its name, of a
 * business of their own all of it; in the bundle what they said themself
 * (GDPR 4(1), 15(1), 20(1)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>

#include "erasure/erasure_keeper.h"
#include "export/export_data.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

static struct arena *a;
static struct job job;

static int
fill(void **state)
{
	(void)state;
	a = arena_open();
	fixture_fill();
	job = fixture_job(erasure_keeper_run);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fixture_end(&job);
	arena_close(a);
	return 0;
}

/* The section of ${contact} as compact JSON. */
static const char *
copy_of(uint64_t contact, bool is_portable)
{
	struct export_reading r = { .db = job.db, .arena = a,
	    .keys = fixture_keys(), .contact_id = contact, .lang = "fr",
	    .is_portable = is_portable };
	const char *text = NULL;
	json_t *list;
	char *dump;
	size_t i;

	scratch_begin(job.db, DB_JOB);
	assert_int_equal(export_begin(&r), ERR_OK);
	for (i = 0; i < EXPORT_SECTIONS; i++) {
		if (strcmp(export_sections[i].name, "organisation") != 0)
			continue;
		assert_int_equal(export_read(&r, &export_sections[i], &list),
		    ERR_OK);
		dump = json_dumps(list, JSON_COMPACT);
		text = arena_text(a, dump);
		free(dump);
		json_decref(list);
	}
	export_end(&r);
	assert_non_null(text);
	return text;
}

static void
of_a_firm_a_copy_has_the_name_alone(void **state)
{
	const char *copy;

	(void)state;
	scratch_sql("UPDATE organisation SET registration = '732829320', "
	    "note = 'Secret' WHERE id = 2");
	copy = copy_of(2, false);
	assert_non_null(strstr(copy, "\"name\":\"Ander\",\"job_title\":"
	    "\"Buyer\",\"member_since\":null,\"is_own\":false"));
	assert_null(strstr(copy, "732829320"));
	assert_null(strstr(copy, "Secret"));
	assert_null(strstr(copy, "kanarie"));
}

static void
of_their_own_business_a_copy_has_all(void **state)
{
	const char *copy;

	(void)state;
	copy = copy_of(1, false);
	assert_non_null(strstr(copy, "\"is_own\":true"));
	assert_non_null(strstr(copy, "\"member_since\":\"2020-02-29\""));
	assert_non_null(strstr(copy, "BE0KANARIE"));
	assert_non_null(strstr(copy, "kanarie calls in spring"));
	assert_null(strstr(copy, "Ander"));
}

static void
it_stays_theirs_when_they_belong_to_another_firm(void **state)
{
	const char *copy;

	(void)state;
	scratch_sql("UPDATE membership SET organisation_id = 2 WHERE "
	    "contact_id = 1");
	copy = copy_of(1, false);
	/* where they belong comes first: it is what the card takes */
	assert_non_null(strstr(copy, "[{\"name\":\"Ander\""));
	assert_non_null(strstr(copy, "kanarie calls in spring"));
}

static void
whoever_belongs_to_another_persons_business_gets_its_name_alone(void **state)
{
	const char *copy;

	(void)state;
	scratch_sql("UPDATE membership SET organisation_id = 1 WHERE "
	    "contact_id = 2");
	copy = copy_of(2, false);
	assert_non_null(strstr(copy, "kanarie en zoon"));
	assert_non_null(strstr(copy, "\"is_own\":false"));
	assert_null(strstr(copy, "kanarie calls in spring"));
	assert_null(strstr(copy, "BE0KANARIE"));
}

static void
the_bundle_has_what_they_said_themself_and_not_what_staff_noted(void **state)
{
	const char *copy;

	(void)state;
	scratch_sql("INSERT INTO contact_provenance VALUES (1, "
	    "'organisation', 'staff', 'contract', NULL, 5)");
	assert_string_equal(copy_of(1, true), "[]");
	scratch_sql("UPDATE contact_provenance SET source = 'account' WHERE "
	    "contact_id = 1 AND field = 'organisation'");
	scratch_sql("INSERT INTO contact_provenance VALUES (1, 'job_title', "
	    "'staff', 'contract', NULL, 5)");
	copy = copy_of(1, true);
	assert_non_null(strstr(copy, "kanarie en zoon"));
	assert_null(strstr(copy, "kanarie in chief"));
	assert_null(strstr(copy, "kanarie calls in spring"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fill, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_a_firm_a_copy_has_the_name_alone),
		TEST(of_their_own_business_a_copy_has_all),
		TEST(it_stays_theirs_when_they_belong_to_another_firm),
		TEST(whoever_belongs_to_another_persons_business_gets_its_name_alone),
		TEST(the_bundle_has_what_they_said_themself_and_not_what_staff_noted),
	};

	return cmocka_run_group_tests_name("organisations", tests,
	    fixture_open, fixture_close);
}
