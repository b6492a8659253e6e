/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The journal survives crashes in the middle of a line and tells a changed
 * line from a cut one (GDPR 17).
 */
#include "journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SITE "demo"

static const unsigned char generation[JOURNAL_GENERATION_BYTES] = "generation-0001";
static char folder[] = "/tmp/assent-journal-XXXXXX";
static const char *places[3];
static struct arena *a;

static int
begin(void **state)
{
	static char names[2][60];

	(void)state;
	a = arena_open();
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(names[0], sizeof(names[0]), "%s/one", folder);
	snprintf(names[1], sizeof(names[1]), "%s/two", folder);
	places[0] = names[0];
	places[1] = names[1];
	places[2] = NULL;
	return journal_create(places, SITE, generation) == ERR_OK ? 0 : 1;
}

static int
end(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		unlink(i == 0 ? places[0] : places[1]);
		unlink(arena_printf(a, "%s.head", i == 0 ? places[0] :
		    places[1]));
	}
	rmdir(folder);
	arena_close(a);
	return 0;
}

static struct journal_entry
entry(uint64_t n)
{
	struct journal_entry e = { .n = n, .at_us = 1800000000000000 };

	memset(e.pseudonym, (int)n, sizeof(e.pseudonym));
	return e;
}

static enum err
append(uint64_t n)
{
	struct journal_entry e = entry(n);

	return journal_append(a, places, SITE, &e);
}

static void
add_text(const char *place, const char *text)
{
	FILE *f = fopen(place, "a");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
what_was_appended_is_read_at_both_places(void **state)
{
	struct journal j;
	int i;

	(void)state;
	assert_int_equal(append(1), ERR_OK);
	assert_int_equal(append(2), ERR_OK);
	for (i = 0; i < 2; i++) {
		assert_int_equal(journal_read(a, places[i], SITE, &j), ERR_OK);
		assert_int_equal(j.n_entries, 2);
		assert_int_equal(j.entries[1].n, 2);
		assert_int_equal(j.entries[1].pseudonym[31], 2);
		assert_int_equal(j.entries[1].at_us, 1800000000000000);
		assert_memory_equal(j.head.generation, generation, 16);
	}
}

static void
the_head_is_readable_by_all_and_the_journal_by_its_owner(void **state)
{
	struct journal_head head;
	struct stat st;

	(void)state;
	assert_int_equal(append(7), ERR_OK);
	assert_int_equal(journal_head(places, &head), ERR_OK);
	assert_int_equal(head.n, 7);
	assert_int_equal(stat(places[0], &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(arena_printf(a, "%s.head", places[0]), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void
the_same_number_twice_is_one_line(void **state)
{
	struct journal j;

	(void)state;
	assert_int_equal(append(1), ERR_OK);
	assert_int_equal(append(1), ERR_OK);
	assert_int_equal(journal_read(a, places[0], SITE, &j), ERR_OK);
	assert_int_equal(j.n_entries, 1);
}

static void
a_number_of_somebody_else_is_refused(void **state)
{
	struct journal_entry other = entry(9);

	(void)state;
	assert_int_equal(append(3), ERR_OK);
	other.n = 3;
	assert_int_equal(journal_append(a, places, SITE, &other),
	    ERR_CONFLICT);
	assert_int_equal(append(2), ERR_CONFLICT);
}

static void
a_line_that_a_crash_cut_counts_for_nothing(void **state)
{
	struct journal j;

	(void)state;
	assert_int_equal(append(1), ERR_OK);
	add_text(places[0], "2 0202020202");
	assert_int_equal(journal_read(a, places[0], SITE, &j), ERR_OK);
	assert_int_equal(j.n_entries, 1);
	assert_int_equal(append(2), ERR_OK);
	assert_int_equal(journal_read(a, places[0], SITE, &j), ERR_OK);
	assert_int_equal(j.n_entries, 2);
}

static void
a_line_that_was_changed_is_found(void **state)
{
	struct journal j;
	FILE *f;

	(void)state;
	assert_int_equal(append(1), ERR_OK);
	assert_int_equal(append(2), ERR_OK);
	f = fopen(places[0], "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, -100, SEEK_END), 0);
	assert_int_not_equal(fputc('7', f), EOF);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(journal_read(a, places[0], SITE, &j), ERR_MALFORMED);
	assert_int_equal(append(3), ERR_MALFORMED);
	add_text(places[1], "a whole line that is none\n");
	assert_int_equal(journal_read(a, places[1], SITE, &j), ERR_MALFORMED);
}

static void
a_journal_of_another_site_is_refused(void **state)
{
	struct journal j;

	(void)state;
	assert_int_equal(journal_read(a, places[0], "other", &j),
	    ERR_MALFORMED);
}

static void
the_head_further_on_is_the_one_that_counts(void **state)
{
	const char *only[] = { places[1], NULL };
	struct journal_entry e = entry(5);
	struct journal_head head;

	(void)state;
	assert_int_equal(journal_append(a, only, SITE, &e), ERR_OK);
	assert_int_equal(journal_head(places, &head), ERR_OK);
	assert_int_equal(head.n, 5);
	/* the place that stayed behind catches up when the step is resumed */
	assert_int_equal(append(5), ERR_OK);
}

static void
no_journal_is_not_found(void **state)
{
	const char *none[] = { "/nonexistent/journal", NULL };
	struct journal_head head;
	struct journal j;

	(void)state;
	assert_int_equal(journal_head(none, &head), ERR_NOTFOUND);
	assert_int_equal(journal_read(a, none[0], SITE, &j), ERR_NOTFOUND);
}

static void
while_it_is_held_nothing_is_appended(void **state)
{
	struct journal_head head;

	(void)state;
	assert_int_equal(append(1), ERR_OK);
	assert_int_equal(journal_head(places, &head), ERR_OK);
	assert_false(head.is_held);
	assert_int_equal(journal_hold(a, places, &head, true), ERR_OK);
	assert_int_equal(append(2), ERR_DOWN);
	assert_int_equal(journal_head(places, &head), ERR_OK);
	assert_true(head.is_held);
	assert_int_equal(head.n, 1);
	assert_int_equal(journal_hold(a, places, &head, false), ERR_OK);
	assert_int_equal(append(2), ERR_OK);
	assert_int_equal(journal_head(places, &head), ERR_OK);
	assert_false(head.is_held);
	assert_int_equal(head.n, 2);
}

static void
of_two_places_the_one_with_more_entries_is_read(void **state)
{
	const char *only[] = { places[1], NULL };
	const char *gone[] = { "/nonexistent/journal", places[0], places[1],
	    NULL };
	struct journal_entry e = entry(2);
	struct journal j;

	(void)state;
	assert_int_equal(append(1), ERR_OK);
	assert_int_equal(journal_append(a, only, SITE, &e), ERR_OK);
	assert_int_equal(journal_read_all(a, gone, SITE, &j), ERR_OK);
	assert_int_equal(j.n_entries, 2);
	assert_int_equal(j.head.n, 2);
	assert_int_equal(journal_read_all(a, gone + 3, SITE, &j),
	    ERR_NOTFOUND);
}

static void
two_places_that_disagree_are_not_believed(void **state)
{
	const char *first[] = { places[0], NULL };
	const char *second[] = { places[1], NULL };
	struct journal_entry e = entry(1);
	struct journal j;

	(void)state;
	assert_int_equal(journal_append(a, first, SITE, &e), ERR_OK);
	e.pseudonym[0] ^= 1;
	assert_int_equal(journal_append(a, second, SITE, &e), ERR_OK);
	assert_int_equal(journal_read_all(a, places, SITE, &j),
	    ERR_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_appended_is_read_at_both_places),
		TEST(the_head_is_readable_by_all_and_the_journal_by_its_owner),
		TEST(the_same_number_twice_is_one_line),
		TEST(a_number_of_somebody_else_is_refused),
		TEST(a_line_that_a_crash_cut_counts_for_nothing),
		TEST(a_line_that_was_changed_is_found),
		TEST(a_journal_of_another_site_is_refused),
		TEST(the_head_further_on_is_the_one_that_counts),
		TEST(no_journal_is_not_found),
		TEST(while_it_is_held_nothing_is_appended),
		TEST(of_two_places_the_one_with_more_entries_is_read),
		TEST(two_places_that_disagree_are_not_believed),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
