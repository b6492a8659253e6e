/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Exports by staff: what is in the file and who is not, that a keeper which
 * dies leaves none twice or half, and that each goes at its time
 * (GDPR 5(1)(c), 5(1)(e), 5(1)(f), 15(1)(c), 17, 18(2)).
 */
#include "tests/export/staff-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/text.h"
#include "erasure/holding.h"
#include "export/csv.h"
#include "export/export_staff.h"
#include "tests/db/scratch.h"

#define ALL "reference,given_name,family_name,email,phone,street,postcode," \
	"city,country,language,kind,team,source,basis,collected_on," \
	"last_contact_on,other_emails,other_phones,organisation,job_title," \
	"member_since"

static bool
holds(struct bytes file, const char *word)
{
	return strstr((const char *)file.ptr, word) != NULL;
}

static size_t
lines_of(struct bytes file)
{
	size_t i, n = 0;

	for (i = 0; i < file.len; i++)
		n += file.ptr[i] == '\n';
	return n;
}

static uint64_t
number(const char *what)
{
	return scratch_number(arena_printf(staff_arena, "SELECT %s FROM "
	    "staff_export", what));
}

static void
a_record_comes_in_the_columns_and_order_asked_for(void **state)
{
	struct bytes file;

	(void)state;
	staff_fixture_ask("csv", "city,given_name,collected_on", 1);
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_state(), "ready");
	file = staff_fixture_file();
	assert_string_equal((const char *)file.ptr, CSV_BOM
	    "\"city\",\"given_name\",\"collected_on\",\"export "
	    "E6-9f3a1c2b4d5e6f70, Ada Viser, 2027-01-15T07:43:20Z\"\r\n"
	    "\"Nantes\",\"Given-one\",\"2025-10-09\","
	    "\"E6-9f3a1c2b4d5e6f70\"\r\n");
	assert_int_equal(number("done = total AND left_out = 0 AND "
	    "ready_us IS NOT NULL"), 1);
}

static void
a_list_comes_in_its_own_order(void **state)
{
	struct bytes file;
	const char *one, *two, *three;

	(void)state;
	staff_fixture_ask("csv", "given_name", 0);
	staff_fixture_run(&staff_build);
	file = staff_fixture_file();
	one = strstr((const char *)file.ptr, "Given-one");
	two = strstr((const char *)file.ptr, "Given-two");
	three = strstr((const char *)file.ptr, "Given-three");
	assert_non_null(three);
	assert_true(three < one && one < two);
}

static void
no_cell_of_csv_is_a_formula_and_it_reads_back(void **state)
{
	struct bytes file;

	(void)state;
	staff_fixture_ask("csv", "family_name,city,phone", 0);
	scratch_sql("UPDATE contact SET phone = '+33699999999' WHERE id = 2");
	staff_fixture_run(&staff_build);
	file = staff_fixture_file();
	assert_true(holds(file, "\"'=1+1\",\"'@Lyon\",\"'+33699999999\""));
	assert_true(holds(file, "\"Family \"\"three\"\", the\""));
	assert_string_equal(csv_unguard(staff_arena, "'=1+1"), "=1+1");
}

static void
who_is_not_the_owners_to_see_any_more_is_left_out(void **state)
{
	struct bytes file;

	(void)state;
	staff_fixture_ask("csv", "given_name", 0);
	scratch_sql("UPDATE contact SET team_id = 2 WHERE id = 1");
	scratch_sql("UPDATE contact SET owner_id = 2 WHERE id = 3");
	staff_fixture_run(&staff_build);
	file = staff_fixture_file();
	assert_false(holds(file, "Given-one"));
	assert_true(holds(file, "Given-two"));
	assert_false(holds(file, "Given-three"));
	assert_int_equal(number("left_out"), 2);
}

static void
the_team_and_role_are_those_of_the_moment_of_writing(void **state)
{
	(void)state;
	staff_fixture_ask("csv", "given_name", 0);
	scratch_sql("UPDATE staff SET role = 'dpo', team_id = NULL "
	    "WHERE id = 1");
	scratch_sql("UPDATE contact SET owner_id = 2, team_id = 2");
	staff_fixture_run(&staff_build);
	assert_int_equal(number("left_out"), 0);
}

static void
who_is_being_erased_or_restricted_is_left_out(void **state)
{
	struct bytes file;

	(void)state;
	staff_fixture_ask("csv", "given_name", 0);
	scratch_sql("UPDATE contact SET restriction = 'erasure' WHERE id = 1");
	scratch_sql("UPDATE contact SET restriction = 'accuracy' "
	    "WHERE id = 2");
	staff_fixture_run(&staff_build);
	file = staff_fixture_file();
	assert_true(holds(file, "Given-three"));
	assert_false(holds(file, "Given-one") || holds(file, "Given-two"));
	assert_int_equal(number("left_out"), 2);
	assert_int_equal(scratch_count("access_subject"), 1);
}

static void
everybody_in_the_file_sees_that_they_were_exported(void **state)
{
	(void)state;
	staff_fixture_ask("csv", "given_name", 0);
	staff_fixture_run(&staff_build);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM access_line l "
	    "JOIN access_subject s ON s.line_id = l.id WHERE "
	    "l.kind = 'export' AND l.staff_id = 1 AND l.role = 'adviser' AND "
	    "l.team_id = 1 AND l.reason = 'case'"), 3);
}

static void
a_pseudonymised_file_says_of_nobody_who_they_are(void **state)
{
	static const char *const words[] = { "Given", "Family", "example",
		"C00000000", "+336", "Nantes", "44000", "SW1A", "2025-10-09" };
	struct bytes file;
	size_t i;

	(void)state;
	staff_fixture_ask("csv", "postcode,country,collected_on", 0);
	scratch_sql("UPDATE staff_export SET is_pseudonymised = TRUE");
	staff_fixture_run(&staff_build);
	file = staff_fixture_file();
	for (i = 0; i < LENGTH(words); i++)
		assert_false(holds(file, words[i]));
	assert_true(holds(file, CSV_BOM "\"pseudonym\",\"postcode\""));
	assert_true(holds(file, "\"SW\",\"GB\",\"2025-10\""));
	assert_int_equal(lines_of(file), 4);
}

static void
a_pseudonym_is_the_same_in_one_export_and_another_in_the_next(void **state)
{
	const unsigned char one[KEY_BYTES] = "the key of one export";
	const unsigned char two[KEY_BYTES] = "the key of another";
	const char *name = export_pseudonym(staff_arena, one, 1);

	(void)state;
	assert_string_equal(name, export_pseudonym(staff_arena, one, 1));
	assert_string_not_equal(name, export_pseudonym(staff_arena, one, 2));
	assert_string_not_equal(name, export_pseudonym(staff_arena, two, 1));
}

static void
json_says_which_export_it_is_and_holds_each_contact(void **state)
{
	struct bytes file;
	json_t *root, *row;

	(void)state;
	staff_fixture_ask("json", ALL, 0);
	staff_fixture_run(&staff_build);
	file = staff_fixture_file();
	root = json_loadb((const char *)file.ptr, file.len, 0, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root,
	    "format")), "assent-contacts/1");
	assert_string_equal(json_string_value(json_object_get(
	    json_object_get(root, "export"), "name")),
	    "E6-9f3a1c2b4d5e6f70");
	assert_int_equal(json_array_size(json_object_get(root, "contacts")),
	    3);
	row = json_array_get(json_object_get(root, "contacts"), 2);
	assert_string_equal(json_string_value(json_object_get(row,
	    "family_name")), "=1+1");
	assert_int_equal(json_integer_value(json_object_get(root, "n")), 3);
	json_decref(root);
}

/* The mark that the rows of ${text} spell, each line one bit. */
static uint64_t
mark_of(const char *text, const char *one, const char *zero)
{
	uint64_t mark = 0;
	unsigned i;

	for (i = 0; i < 64; i++) {
		text = strchr(text, '\n');
		assert_non_null(text);
		text++;
		assert_true(text_starts(text, one) || text_starts(text, zero));
		mark = mark << 1 | text_starts(text, one);
	}
	return mark;
}

static void
the_mark_is_in_the_file_without_the_column_that_says_it(void **state)
{
	(void)state;
	staff_fixture_many(70);
	staff_fixture_ask("csv", "given_name", 0);
	staff_fixture_run(&staff_build);
	assert_int_equal(mark_of((const char *)staff_fixture_file().ptr,
	    "\"Given", "Given"), 0x9f3a1c2b4d5e6f70);
	staff_fixture_fill(NULL);
	staff_fixture_many(70);
	staff_fixture_ask("json", "given_name", 0);
	staff_fixture_run(&staff_build);
	assert_int_equal(mark_of(strstr((const char *)staff_fixture_file().ptr,
	    "\"contacts\":["), "  {", " {"), 0x9f3a1c2b4d5e6f70);
}

static void
an_export_that_a_dead_keeper_left_is_made_again_once(void **state)
{
	struct bytes file;

	(void)state;
	staff_fixture_many(7000);
	staff_fixture_ask("csv", ALL, 0);
	assert_int_equal(staff_fixture_batch(&staff_build), ERR_OK);
	assert_string_equal(staff_fixture_state(), "building");
	assert_true(number("done") >= 500);
	staff_fixture_die();
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_state(), "ready");
	file = staff_fixture_file();
	assert_int_equal(lines_of(file), 7001);
	assert_true(holds(file, "Given1,") || holds(file, "\"Given1\","));
	assert_int_equal(scratch_count("access_line"), 1);
	assert_int_equal(scratch_count("access_subject"), 7000);
	assert_int_equal(scratch_count("t_keys.staff_export_key"), 1);
}

static void
a_keeper_that_was_overtaken_stores_nothing(void **state)
{
	(void)state;
	staff_fixture_many(7000);
	staff_fixture_ask("csv", ALL, 0);
	assert_int_equal(staff_fixture_batch(&staff_build), ERR_OK);
	scratch_sql("UPDATE staff_export SET fence = fence + 1, "
	    "expires_us = 1");
	scratch_sql("DELETE FROM staff_export_chunk");
	staff_fixture_run(&staff_build);
	assert_null(staff_build.memory);
	assert_int_equal(scratch_count("staff_export_chunk"), 0);
	assert_string_equal(staff_fixture_state(), "building");
}

static void
a_cancelled_export_stops_and_is_destroyed(void **state)
{
	(void)state;
	staff_fixture_many(7000);
	staff_fixture_ask("csv", ALL, 0);
	assert_int_equal(staff_fixture_batch(&staff_build), ERR_OK);
	scratch_sql("UPDATE staff_export SET state = 'cancelled', "
	    "fence = fence + 1");
	staff_fixture_run(&staff_build);
	assert_null(staff_build.memory);
	staff_fixture_run(&staff_expire);
	assert_string_equal(staff_fixture_state(), "cancelled");
	assert_int_equal(scratch_count("staff_export_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.staff_export_key"), 0);
}

static void
an_export_that_has_no_room_is_refused_before_it_starts(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	scratch_sql("UPDATE staff_export SET total = 1000000000000000");
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_state(), "failed");
	assert_string_equal(staff_fixture_why(), "space");
	assert_int_equal(scratch_count("access_subject"), 0);
	assert_int_equal(number("done"), 0);
}

static void
an_export_of_who_has_left_is_not_made(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_why(), "staff");
	staff_fixture_fill(NULL);
	staff_fixture_ask("csv", ALL, 0);
	scratch_sql("UPDATE staff SET role = 'auditor' WHERE id = 1");
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_why(), "staff");
}

static void
an_export_whose_list_is_gone_fails(void **state)
{
	(void)state;
	staff_fixture_many(7000);
	staff_fixture_ask("csv", ALL, 0);
	assert_int_equal(staff_fixture_batch(&staff_build), ERR_OK);
	scratch_sql("UPDATE snapshot SET state = 'cancelled'");
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_state(), "failed");
	assert_string_equal(staff_fixture_why(), "source");
}

static void
an_export_that_fails_five_times_is_given_up(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	scratch_sql("UPDATE staff_export SET state = 'building', fence = 5");
	staff_fixture_run(&staff_build);
	assert_string_equal(staff_fixture_why(), "program");
}

static enum err
erase_in_tx(struct db *db, void *arg)
{
	struct holding_person person;
	struct holding_run run = { .keys = staff_keys, .arena = staff_arena,
	    .person = &person, .now_us = STAFF_NOW_US };
	uint64_t *id = arg;
	enum err e;

	if ((e = holding_person_load(db, staff_arena, *id, &person)) !=
	    ERR_OK)
		return e;
	return holding_erase(db, &run);
}

/* As the lists do it: their own rows first. */
static void
erase(uint64_t id)
{
	scratch_sql(arena_printf(staff_arena, "DELETE FROM snapshot_contact "
	    "WHERE contact_id = %" PRIu64, id));
	scratch_begin(staff_keeper, DB_JOB);
	assert_int_equal(tx_run(staff_keeper, NULL, staff_arena, erase_in_tx,
	    &id, NULL), ERR_OK);
}

static void
an_erasure_destroys_every_export_that_holds_the_person(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	staff_fixture_run(&staff_build);
	erase(1);
	assert_string_equal(staff_fixture_state(), "destroyed");
	assert_int_equal(scratch_count("staff_export_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.staff_export_key"), 0);
	staff_fixture_run(&staff_expire);
	assert_int_equal(number("destroyed_us IS NOT NULL"), 1);
}

static void
an_erasure_leaves_the_exports_without_the_person(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 2);
	staff_fixture_run(&staff_build);
	erase(1);
	assert_string_equal(staff_fixture_state(), "ready");
	assert_true(holds(staff_fixture_file(), "Given-two"));
	erase(2);
	assert_string_equal(staff_fixture_state(), "destroyed");
	assert_int_equal(number("contact_id IS NULL"), 1);
}

static void
an_erasure_while_it_is_written_stops_it(void **state)
{
	(void)state;
	staff_fixture_many(7000);
	staff_fixture_ask("csv", ALL, 0);
	assert_int_equal(staff_fixture_batch(&staff_build), ERR_OK);
	erase(100);
	staff_fixture_run(&staff_build);
	assert_null(staff_build.memory);
	assert_string_equal(staff_fixture_state(), "destroyed");
	assert_int_equal(scratch_count("staff_export_chunk"), 0);
}

static void
an_export_goes_at_its_time_and_is_known_for_a_year(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	staff_fixture_run(&staff_build);
	staff_expire.now_us = STAFF_NOW_US;
	staff_fixture_run(&staff_expire);
	assert_string_equal(staff_fixture_state(), "ready");
	staff_expire.now_us = STAFF_NOW_US + 25 * HOUR_US;
	staff_fixture_run(&staff_expire);
	assert_string_equal(staff_fixture_state(), "destroyed");
	assert_int_equal(scratch_count("staff_export_chunk"), 0);
	assert_int_equal(scratch_count("t_keys.staff_export_key"), 0);
	staff_expire.now_us = STAFF_NOW_US + 400 * DAY_US;
	staff_fixture_run(&staff_expire);
	staff_expire.now_us = STAFF_NOW_US;
	assert_int_equal(scratch_count("staff_export"), 0);
	assert_int_equal(scratch_count("access_subject"), 3);
}

static void
an_export_of_who_leaves_goes_with_them(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	staff_fixture_run(&staff_build);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	staff_fixture_run(&staff_expire);
	assert_string_equal(staff_fixture_state(), "destroyed");
}

static void
each_download_has_one_line_in_the_audit(void **state)
{
	(void)state;
	staff_fixture_ask("csv", ALL, 0);
	staff_fixture_run(&staff_build);
	scratch_begin(staff_office, DB_GET);
	assert_int_equal(q_export_staff_downloaded(staff_office, 6, 5, true,
	    NULL), ERR_OK);
	assert_int_equal(q_export_staff_downloaded(staff_office, 6, 6, false,
	    NULL), ERR_OK);
	staff_fixture_run(&staff_note);
	staff_fixture_run(&staff_note);
	assert_int_equal(scratch_count("audit_event WHERE "
	    "verb = 'contacts.downloaded' AND actor_id = 1 AND object_id = 6"),
	    2);
}

static void
the_columns_of_an_address_are_each_known_and_there_once(void **state)
{
	static const char *const wrong[] = { "", "email,", ",email",
		"email,email", "Email", "email,nothing", "email, phone" };
	struct export_choice choice;
	size_t i;

	(void)state;
	assert_int_equal(export_choice_read(staff_arena, ALL, &choice),
	    ERR_OK);
	assert_int_equal(choice.n, COLUMN__MAX);
	assert_string_equal(export_choice_write(staff_arena, &choice), ALL);
	for (i = 0; i < LENGTH(wrong); i++)
		assert_int_equal(export_choice_read(staff_arena, wrong[i],
		    &choice), ERR_INVALID);
}

static double
cpu_s(const struct rusage *use)
{
	return (double)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) +
	    (double)(use->ru_utime.tv_usec + use->ru_stime.tv_usec) / 1e6;
}

/* How long ${n} contacts take, and how much memory: for P12. */
static int
measure(unsigned n)
{
	static const char *const formats[] = { "csv", "json", "xlsx" };
	struct rusage use;
	int64_t began_us;
	double own_s;
	size_t i;

	staff_fixture_open(NULL);
	for (i = 0; i < LENGTH(formats); i++) {
		staff_fixture_fill(NULL);
		staff_fixture_many(n);
		staff_fixture_ask(formats[i], ALL, 0);
		getrusage(RUSAGE_SELF, &use);
		own_s = cpu_s(&use);
		began_us = clock_ticks_us();
		staff_fixture_run(&staff_build);
		getrusage(RUSAGE_SELF, &use);
		printf("%s: %u contacts, %" PRIu64 " bytes, %.2f s, of these "
		    "%.2f our own, %ld KiB at most\n", formats[i], n,
		    number("size_bytes"), (double)(clock_ticks_us() -
		    began_us) / 1e6, cpu_s(&use) - own_s, use.ru_maxrss);
	}
	staff_fixture_close(NULL);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup(name, staff_fixture_fill)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_record_comes_in_the_columns_and_order_asked_for),
		TEST(a_list_comes_in_its_own_order),
		TEST(no_cell_of_csv_is_a_formula_and_it_reads_back),
		TEST(who_is_not_the_owners_to_see_any_more_is_left_out),
		TEST(the_team_and_role_are_those_of_the_moment_of_writing),
		TEST(who_is_being_erased_or_restricted_is_left_out),
		TEST(everybody_in_the_file_sees_that_they_were_exported),
		TEST(a_pseudonymised_file_says_of_nobody_who_they_are),
		TEST(a_pseudonym_is_the_same_in_one_export_and_another_in_the_next),
		TEST(json_says_which_export_it_is_and_holds_each_contact),
		TEST(the_mark_is_in_the_file_without_the_column_that_says_it),
		TEST(an_export_that_a_dead_keeper_left_is_made_again_once),
		TEST(a_keeper_that_was_overtaken_stores_nothing),
		TEST(a_cancelled_export_stops_and_is_destroyed),
		TEST(an_export_that_has_no_room_is_refused_before_it_starts),
		TEST(an_export_of_who_has_left_is_not_made),
		TEST(an_export_whose_list_is_gone_fails),
		TEST(an_export_that_fails_five_times_is_given_up),
		TEST(an_erasure_destroys_every_export_that_holds_the_person),
		TEST(an_erasure_leaves_the_exports_without_the_person),
		TEST(an_erasure_while_it_is_written_stops_it),
		TEST(an_export_goes_at_its_time_and_is_known_for_a_year),
		TEST(an_export_of_who_leaves_goes_with_them),
		TEST(each_download_has_one_line_in_the_audit),
		TEST(the_columns_of_an_address_are_each_known_and_there_once),
	};

	if (argc == 2 && strcmp(argv[1], "measure") == 0)
		return measure(100000);
	return cmocka_run_group_tests_name("exports by staff", tests,
	    staff_fixture_open, staff_fixture_close);
}
