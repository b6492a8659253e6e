/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The data map against the database as it is, against the search, against the
 * copy of a filled person and against their erasure: no column is forgotten
 * (GDPR 5(2), 15, 17, 30; LAW I6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "consent/consent.h"
#include "erasure/erasure_keeper.h"
#include "erasure/holding.h"
#include "erasure/scan.h"
#include "export/export_data.h"
#include "export/export_words.h"
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
	return fixture_open(state);
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(a);
	return fixture_close(state);
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
		    !(strchr(l[EXPORT], '.') != NULL ||
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

/* Whether a line names a field of a copy, and which. */
static bool
is_exported(const char *const *l, const char **ret_section,
    const char **ret_field)
{
	const char *dot = strchr(l[EXPORT], '.');

	if (dot == NULL || text_starts(l[EXPORT], "no: "))
		return false;
	*ret_section = arena_textn(a, l[EXPORT], (size_t)(dot - l[EXPORT]));
	*ret_field = dot + 1;
	return true;
}

/* The words of the list of the column, 'a','b', one after the other. */
static const char *
next_of(const char **list)
{
	const char *begin = strchr(*list, '\'');
	size_t len;

	if (begin == NULL)
		return NULL;
	len = strcspn(begin + 1, "'");
	*list = begin + len + 2;
	return arena_textn(a, begin + 1, len);
}

static void
every_code_of_a_copy_has_words_on_its_page(void **state)
{
	const char *section, *field, *list, *code;
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < n_lines; i++) {
		if (!is_exported(lines[i], &section, &field) ||
		    columns(arena_printf(a, "TABLE_NAME = '%s' AND "
		    "COLUMN_NAME = '%s' AND DATA_TYPE = 'enum'",
		    lines[i][TABLE], lines[i][COLUMN])) == 0)
			continue;
		list = scratch_text(a, arena_printf(a, "SELECT COLUMN_TYPE "
		    "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
		    "'t' AND TABLE_NAME = '%s' AND COLUMN_NAME = '%s'",
		    lines[i][TABLE], lines[i][COLUMN]));
		for (; (code = next_of(&list)) != NULL; n++)
			if (export_word(section, field, code) == NULL)
				fail_msg("%s.%s: no words for \"%s\"",
				    section, field, code);
	}
	assert_true(n > 100);
}

static bool
ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* ${text} hashed or sealed as the program does it, for SQL. */
static const char *
hex_of(struct bytes b)
{
	return arena_printf(a, "X'%s'", hex_write(a, b));
}

static const char *
suppressed(const char *identifier, const char *value)
{
	unsigned char hash[HASH_BYTES];

	consent_suppression_hash(a, fixture_keys(), identifier, value, hash);
	return hex_of((struct bytes){ hash, sizeof(hash) });
}

/* What the person of the fixture lacks to have something in every column. */
static void
fill_the_rest(struct db *db)
{
	unsigned char proof[KEY_BYTES];

	assert_int_equal(person_key_load(db, a, fixture_keys(), 1,
	    PERSON_PROOF, proof), ERR_OK);
	scratch_sql("INSERT INTO purpose_text VALUES (1, 'fr', 'Lettre', "
	    "'Je veux la lettre', '')");
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'Nord')");
	scratch_sql("UPDATE contact SET team_id = 1, notice_version_id = 1, "
	    "restriction = 'claims', basis = 'contract' WHERE id = 1");
	scratch_sql("UPDATE consent_event SET form_version_id = 1, "
	    "rendering = REPEAT('r', 32)");
	scratch_sql("UPDATE access_line SET team_id = 1");
	scratch_sql("UPDATE organisation SET team_id = 1");
	scratch_sql("INSERT INTO rights_step (request_id, verb, actor, at_us) "
	    "VALUES (2, 'answered', 'staff', 0)");
	scratch_sql(arena_printf(a, "INSERT INTO archive_item (contact_id, "
	    "origin, hold_law, hold_until, sealed, created_us) VALUES (1, "
	    "'interaction', 'L123-22', '2036-12-31', %s, 0)", hex_of(
	    person_seal(a, proof, "archive_item", "sealed", 1, "{}"))));
	scratch_sql(arena_printf(a, "INSERT INTO suppression "
	    "(identifier_hash, identifier, purpose_id, channel, basis, "
	    "since_us, until_us) VALUES (%s, 'email', 1, 'email', "
	    "'GDPR 21(3)', 0, 0), (%s, 'phone', 0, 'sms', 'GDPR 17', 0, 0), "
	    "(%s, 'email', 1, 'email', 'another', 0, 0)",
	    suppressed("email", FIXTURE_MAIL), suppressed("phone",
	    "+33612345678"), suppressed("email", "other@example.org")));
}

/* Each exported instant is another second, so that none stands for another. */
static void
part_the_instants(void)
{
	const char *section, *field;
	size_t i;

	for (i = 0; i < n_lines; i++)
		if (is_exported(lines[i], &section, &field) &&
		    ends(lines[i][COLUMN], "_us"))
			scratch_sql(arena_printf(a, "UPDATE %s SET %s = "
			    "1790000000000000 + %zu000000", lines[i][TABLE],
			    lines[i][COLUMN], i));
}

static json_t *
read_copy(struct db *db)
{
	struct export_reading r = { .db = db, .arena = a,
	    .keys = fixture_keys(), .contact_id = 1, .lang = "fr" };
	json_t *lists = json_object(), *list;
	size_t i;

	scratch_begin(db, DB_JOB);
	assert_int_equal(export_begin(&r), ERR_OK);
	for (i = 0; i < EXPORT_SECTIONS; i++) {
		assert_int_equal(export_read(&r, &export_sections[i], &list),
		    ERR_OK);
		json_object_set_new(lists, export_sections[i].name, list);
	}
	export_end(&r);
	return lists;
}

/* Whether ${value} stands in the column, as far as it goes over unchanged. */
static bool
is_in_column(const char *const *l, const json_t *value)
{
	const char *c = l[COLUMN], *text;

	if (ends(c, "_id") || ends(c, "sealed") || json_is_boolean(value))
		return true;	/* a name stands for it, or it was opened */
	text = json_is_integer(value) ? arena_printf(a, "%"
	    JSON_INTEGER_FORMAT, json_integer_value(value)) :
	    json_string_value(value);
	if (ends(c, "_us"))
		return scratch_number(arena_printf(a, "SELECT COUNT(*) FROM "
		    "%s WHERE %s DIV 1000000 = TIMESTAMPDIFF(SECOND, "
		    "'1970-01-01', REPLACE(REPLACE('%s', 'T', ' '), 'Z', "
		    "''))", l[TABLE], c, text)) > 0;
	return scratch_number(arena_printf(a, "SELECT COUNT(*) FROM %s WHERE "
	    "%s = '%s' OR HEX(%s) = UPPER('%s')", l[TABLE], c, text, c,
	    text)) > 0;
}

static void
a_copy_holds_every_column_that_the_map_exports(void **state)
{
	const char *section, *field;
	struct job job;
	json_t *lists, *row, *value;
	size_t i, j, n = 0;
	bool is_there;

	(void)state;
	fixture_fill();
	job = fixture_job(erasure_keeper_run);
	scratch_begin(job.db, DB_JOB);
	fill_the_rest(job.db);
	part_the_instants();
	lists = read_copy(job.db);
	for (i = 0; i < n_lines; i++) {
		if (!is_exported(lines[i], &section, &field))
			continue;
		is_there = false;
		n++;
		json_array_foreach(json_object_get(lists, section), j, row) {
			value = json_object_get(row, field);
			is_there = is_there || (value != NULL &&
			    !json_is_null(value) && (!json_is_string(value) ||
			    *json_string_value(value) != '\0') &&
			    is_in_column(lines[i], value));
		}
		if (!is_there)
			fail_msg("%s.%s is not in the copy at %s",
			    lines[i][TABLE], lines[i][COLUMN],
			    lines[i][EXPORT]);
	}
	assert_true(n > 100);
	assert_int_equal(json_array_size(json_object_get(lists,
	    "suppressions")), 2);
	json_decref(lists);
	fixture_end(&job);
}

static void
every_column_of_a_customer_is_exported_or_says_why_not(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < n_lines; i++)
		if (strcmp(lines[i][CATEGORY], "none") != 0 &&
		    strcmp(lines[i][CATEGORY], "staff") != 0 &&
		    strcmp(lines[i][ERASE], "-") != 0 &&
		    strcmp(lines[i][EXPORT], "-") == 0)
			fail_msg("%s.%s: exported, or why not?",
			    lines[i][TABLE], lines[i][COLUMN]);
}

static void
every_section_of_a_copy_is_in_the_map(void **state)
{
	static const char *const of_the_site[] = { "information", "purposes",
		"retention", NULL };
	const char *section, *field;
	size_t i, j;

	(void)state;
	for (i = 0; i < EXPORT_SECTIONS; i++) {
		for (j = 0; j < n_lines; j++)
			if (is_exported(lines[j], &section, &field) &&
			    strcmp(section, export_sections[i].name) == 0)
				break;
		if ((j == n_lines) != is_one_of(export_sections[i].name,
		    of_the_site))
			fail_msg("section %s: where does it come from?",
			    export_sections[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_has_its_line_once),
		cmocka_unit_test(every_line_says_how_the_column_is_reached),
		cmocka_unit_test(the_search_reads_what_the_map_marks_and_no_more),
		cmocka_unit_test(
		    every_column_of_a_customer_is_exported_or_says_why_not),
		cmocka_unit_test(every_section_of_a_copy_is_in_the_map),
		cmocka_unit_test(every_code_of_a_copy_has_words_on_its_page),
		cmocka_unit_test(
		    a_copy_holds_every_column_that_the_map_exports),
		cmocka_unit_test(a_holding_reaches_every_text_of_a_person),
	};

	return cmocka_run_group_tests_name("data map", tests, open_all,
	    close_all);
}
