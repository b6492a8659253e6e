/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The data map against the database as it is, against the search, and against
 * a filled person: no column is forgotten (GDPR 5(2), 17, 30; LAW I6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "erasure/erasure_keeper.h"
#include "erasure/holding.h"
#include "erasure/scan.h"
#include "tests/db/scratch.h"
#include "tests/erasure/fixture.h"

#define LINES_MAX	2000
#define FIELDS		9

enum field { TABLE, COLUMN, CATEGORY, PURPOSE, BASIS, RETENTION, EXPORT,
	ERASE, SCAN };

static struct arena *a;
static const char *lines[LINES_MAX][FIELDS];
static size_t n_lines;

static void
read_line(char *text)
{
	size_t i;
	char *tab;

	assert_true(n_lines < LINES_MAX);
	text[strcspn(text, "\n")] = '\0';
	text = arena_text(a, text);
	for (i = 0; i < FIELDS; i++) {
		lines[n_lines][i] = text;
		tab = strchr(text, '\t');
		if ((tab == NULL) != (i == FIELDS - 1) || *text == '\0' ||
		    *text == '\t')
			fail_msg("%s.%s: nine fields, none empty",
			    lines[n_lines][TABLE], lines[n_lines][COLUMN]);
		if (tab != NULL) {
			*tab = '\0';
			text = tab + 1;
		}
	}
	n_lines++;
}

static int
open_all(void **state)
{
	char text[1000];
	FILE *f = fopen(DATA_MAP, "r");

	(void)state;
	if (f == NULL)
		return -1;
	a = arena_open();
	while (fgets(text, sizeof(text), f) != NULL)
		if (*text != '#' && *text != '\n')
			read_line(text);
	fclose(f);
	fixture_open();
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	fixture_close();
	arena_close(a);
	return 0;
}

static uint64_t
columns(const char *where)
{
	return scratch_number(arena_printf(a, "SELECT COUNT(*) FROM "
	    "information_schema.COLUMNS c JOIN information_schema.TABLES t "
	    "USING (TABLE_SCHEMA, TABLE_NAME) WHERE t.TABLE_TYPE = "
	    "'BASE TABLE' AND TABLE_SCHEMA IN ('t', 't_keys') AND %s",
	    where));
}

static bool
is_text(const char *const *line)
{
	return columns(arena_printf(a, "TABLE_NAME = '%s' AND COLUMN_NAME = "
	    "'%s' AND DATA_TYPE IN ('char', 'varchar', 'text', 'mediumtext', "
	    "'longtext', 'binary', 'varbinary', 'blob', 'mediumblob', "
	    "'longblob')", line[TABLE], line[COLUMN])) == 1;
}

static void
every_column_has_its_line_once(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < n_lines; i++) {
		if (columns(arena_printf(a, "TABLE_NAME = '%s' AND "
		    "COLUMN_NAME = '%s'", lines[i][TABLE],
		    lines[i][COLUMN])) != 1)
			fail_msg("no such column: %s.%s", lines[i][TABLE],
			    lines[i][COLUMN]);
		for (j = 0; j < i; j++)
			if (strcmp(lines[i][TABLE], lines[j][TABLE]) == 0 &&
			    strcmp(lines[i][COLUMN], lines[j][COLUMN]) == 0)
				fail_msg("twice: %s.%s", lines[i][TABLE],
				    lines[i][COLUMN]);
	}
	if (columns("TRUE") != n_lines)
		fail_msg("a column of the database has no line in "
		    "sql/data_map.tsv");
}

static bool
is_one_of(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

static void
every_line_says_how_the_column_is_reached(void **state)
{
	static const char *const categories[] = { "none", "identity",
		"content", "choice", "trace", "security", "staff", NULL };
	const char *holdings[HOLDING__MAX + 1] = { NULL };
	size_t i;

	(void)state;
	memcpy(holdings, holding_names, sizeof(holding_names));
	for (i = 0; i < n_lines; i++) {
		const char *const *l = lines[i];

		if (!is_one_of(l[CATEGORY], categories) ||
		    !(strcmp(l[EXPORT], "yes") == 0 ||
		    strcmp(l[EXPORT], "-") == 0 ||
		    text_starts(l[EXPORT], "no: ")) ||
		    !(is_one_of(l[ERASE], holdings) ||
		    strcmp(l[ERASE], "-") == 0 ||
		    strcmp(l[ERASE], "keys") == 0 ||
		    text_starts(l[ERASE], "kept: ")) ||
		    !(strcmp(l[SCAN], "yes") == 0 ||
		    strcmp(l[SCAN], "-") == 0 ||
		    text_starts(l[SCAN], "no: ")))
			fail_msg("%s.%s: a word that the map does not know",
			    l[TABLE], l[COLUMN]);
		if ((strcmp(l[SCAN], "-") == 0) == is_text(l))
			fail_msg("%s.%s: text is searched or says why not",
			    l[TABLE], l[COLUMN]);
	}
}

static bool
is_searched(const char *table, const char *column)
{
	const struct scan_place *p;

	for (p = scan_places; p->table != NULL; p++)
		if (strcmp(p->table, table) == 0 &&
		    is_one_of(column, p->columns))
			return true;
	return false;
}

static void
the_search_reads_what_the_map_marks_and_no_more(void **state)
{
	const struct scan_place *p;
	size_t i, c, n_marked = 0, n_searched = 0;

	(void)state;
	for (i = 0; i < n_lines; i++) {
		if (strcmp(lines[i][SCAN], "yes") != 0)
			continue;
		n_marked++;
		if (!is_searched(lines[i][TABLE], lines[i][COLUMN]))
			fail_msg("not searched: %s.%s", lines[i][TABLE],
			    lines[i][COLUMN]);
	}
	for (p = scan_places; p->table != NULL; p++)
		for (c = 0; p->columns[c] != NULL; c++)
			n_searched++;
	assert_int_equal(n_searched, n_marked);
}

/* Rows that hold something in this column. */
static uint64_t
filled(const char *const *l)
{
	return scratch_number(arena_printf(a, "SELECT COUNT(*) FROM %s%s "
	    "WHERE %s IS NOT NULL AND %s <> ''", strcmp(l[TABLE],
	    "person_key") == 0 ? "t_keys." : "", l[TABLE], l[COLUMN],
	    l[COLUMN]));
}

/*
 * The person of the fixture has a text in each column of theirs that can hold
 * one; what is not cleared by a holding is found by the words left over.
 */
static void
a_holding_reaches_every_text_of_a_person(void **state)
{
	struct job job;
	size_t i;

	(void)state;
	fixture_fill();
	for (i = 0; i < n_lines; i++)
		if ((strcmp(lines[i][CATEGORY], "identity") == 0 ||
		    strcmp(lines[i][CATEGORY], "content") == 0) &&
		    is_text(lines[i]) &&
		    strcmp(lines[i][TABLE], "archive_item") != 0 &&
		    !text_starts(lines[i][SCAN], "no: random") &&
		    !text_starts(lines[i][SCAN], "no: codes") &&
		    strcmp(lines[i][ERASE], "-") != 0 && filled(lines[i]) == 0)
			fail_msg("the fixture has nothing in %s.%s",
			    lines[i][TABLE], lines[i][COLUMN]);
	job = fixture_job(erasure_keeper_run);
	assert_int_equal(fixture_run(&job), ERR_OK);
	fixture_end(&job);
	assert_int_equal(fixture_places(), 0);
	/* one other person stays: what identifies has one row at most */
	for (i = 0; i < n_lines; i++)
		if (strcmp(lines[i][CATEGORY], "identity") == 0 &&
		    is_text(lines[i]) && filled(lines[i]) > 1)
			fail_msg("two rows in %s.%s", lines[i][TABLE],
			    lines[i][COLUMN]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_has_its_line_once),
		cmocka_unit_test(every_line_says_how_the_column_is_reached),
		cmocka_unit_test(the_search_reads_what_the_map_marks_and_no_more),
		cmocka_unit_test(a_holding_reaches_every_text_of_a_person),
	};

	return cmocka_run_group_tests_name("data map", tests, open_all,
	    close_all);
}
