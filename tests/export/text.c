/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV and vCard as other programs read them (GDPR 15(3), 20).  With the
 * argument "card" it prints a card for vcard.sh.
 */
#include "export/csv.h"
#include "export/vcard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <csv.h>

/* The cells of what was written, as libcsv's strict reader finds them. */
struct read {
	struct arena *a;
	char *cells[64];
	size_t cells_n;
	size_t rows_n;
};

static void
on_cell(void *cell, size_t len, void *arg)
{
	struct read *r = arg;

	assert_true(r->cells_n < LENGTH(r->cells));
	r->cells[r->cells_n++] = arena_textn(r->a, cell, len);
}

static void
on_row(int end, void *arg)
{
	struct read *r = arg;

	(void)end;
	r->rows_n++;
}

static void
read_csv(struct read *r, const struct buf *b)
{
	struct csv_parser parser;

	assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI |
	    CSV_APPEND_NULL), 0);
	assert_int_equal(csv_parse(&parser, b->ptr, b->len, on_cell, on_row, r),
	    b->len);
	assert_int_equal(csv_fini(&parser, on_cell, on_row, r), 0);
	csv_free(&parser);
}

static void
rows_end_with_cr_lf_and_quotes_are_doubled(void **state)
{
	struct arena *a = arena_open();
	struct buf b;
	struct csv c;

	(void)state;
	buf_open(&b, a);
	csv_open(&c, &b);
	csv_cell(&c, "name");
	csv_cell(&c, "say \"hi\", twice");
	csv_end(&c);
	csv_cell(&c, NULL);
	csv_cell(&c, "one\r\ntwo");
	csv_end(&c);
	assert_string_equal(b.ptr,
	    "\"name\",\"say \"\"hi\"\", twice\"\r\n\"\",\"one\r\ntwo\"\r\n");
	arena_close(a);
}

static const char *const hostile[] = {
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
	"=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\",\"y\")", "+33612345678",
	"\xef\xbc\x9d" "1", "\xef\xbc\x8b" "1", "\xef\xbc\x8d" "1",
	"\xef\xbc\xa0" "1", "'=1", "''=1", "'+", "=", "-", "@", "\t", "-2+3",
	"=\"\"", "=1\r\n=2",
};

static const char *const harmless[] = {
	"", "a", "1=1", " =1", "'a", "''", "'", "O'Brien", "a\"b", "a,b", "a;b",
	"line\nline", "\xef\xbc\x9e", "é", "a@example.org", "0", "1-2",
};

static void
no_cell_begins_as_a_formula(void **state)
{
	struct arena *a = arena_open();
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(hostile); i++) {
		assert_int_equal(csv_guard(a, hostile[i])[0], '\'');
		assert_string_equal(csv_guard(a, hostile[i]) + 1, hostile[i]);
	}
	for (i = 0; i < LENGTH(harmless); i++)
		assert_string_equal(csv_guard(a, harmless[i]), harmless[i]);
	arena_close(a);
}

static void
a_file_of_ours_is_imported_again_without_loss(void **state)
{
	struct arena *a = arena_open();
	struct read r = { .a = a };
	struct buf b;
	struct csv c;
	size_t i, n = 0;

	(void)state;
	buf_open(&b, a);
	csv_open(&c, &b);
	for (i = 0; i < LENGTH(hostile); i++) {
		csv_cell(&c, hostile[i]);
		csv_cell(&c, i < LENGTH(harmless) ? harmless[i] : "x");
		csv_end(&c);
	}
	read_csv(&r, &b);
	assert_int_equal(r.rows_n, LENGTH(hostile));
	assert_int_equal(r.cells_n, 2 * LENGTH(hostile));
	for (i = 0; i < LENGTH(hostile); i++) {
		assert_string_equal(csv_unguard(a, r.cells[n++]), hostile[i]);
		assert_string_equal(csv_unguard(a, r.cells[n++]),
		    i < LENGTH(harmless) ? harmless[i] : "x");
	}
	arena_close(a);
}

static char *
card_text(struct arena *a, const struct vcard *card)
{
	struct buf b;

	buf_open(&b, a);
	vcard_add(card, &b);
	return b.ptr;
}

static void
a_card_holds_what_is_known_and_no_uid(void **state)
{
	const struct vcard card = {
		.given = "Élodie", .family = "D'Arcourt",
		.organisation = "Voyages Démo", .email = "elodie@example.org",
		.phone = "+33612345678", .street = "1, rue de l'Église",
		.postcode = "67000", .city = "Strasbourg", .country = "France",
		.language = "fr", .changed_us = INT64_C(1795285800000000),
	};
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(card_text(a, &card),
	    "BEGIN:VCARD\r\n"
	    "VERSION:4.0\r\n"
	    "FN:Élodie D'Arcourt\r\n"
	    "N:D'Arcourt;Élodie;;;\r\n"
	    "ORG:Voyages Démo\r\n"
	    "EMAIL:elodie@example.org\r\n"
	    "TEL;VALUE=uri:tel:+33612345678\r\n"
	    "ADR:;;1\\, rue de l'Église;Strasbourg;;67000;France\r\n"
	    "LANG:fr\r\n"
	    "REV:20261121T183000Z\r\n"
	    "END:VCARD\r\n");
	arena_close(a);
}

static void
a_card_without_a_name_is_called_by_its_address(void **state)
{
	const struct vcard card = { .given = "", .email = "e@example.org" };
	const struct vcard empty = { .given = NULL };
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(card_text(a, &card),
	    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:e@example.org\r\n"
	    "EMAIL:e@example.org\r\nEND:VCARD\r\n");
	assert_string_equal(card_text(a, &empty),
	    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:-\r\nEND:VCARD\r\n");
	arena_close(a);
}

static void
no_value_can_begin_a_property_of_its_own(void **state)
{
	const struct vcard card = {
		.given = "A\r\nUID:1", .family = "b\nEND:VCARD\rc\\d;e,f\x01\x7f",
	};
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(card_text(a, &card),
	    "BEGIN:VCARD\r\nVERSION:4.0\r\n"
	    "FN:A\\nUID:1 b\\nEND:VCARD\\nc\\\\d;e\\,f\r\n"
	    "N:b\\nEND:VCARD\\nc\\\\d\\;e\\,f;A\\nUID:1;;;\r\n"
	    "END:VCARD\r\n");
	arena_close(a);
}

/* The text without its folds, having checked each line's length. */
static char *
unfolded(struct arena *a, const char *text)
{
	struct buf b;
	const char *end;

	buf_open(&b, a);
	for (; *text != '\0'; text = end + 2) {
		end = strstr(text, "\r\n");
		assert_non_null(end);
		assert_true(end - text <= 75);
		assert_true(end - text > 0);
		/* a fold that splits a character leaves half of it here */
		assert_true(((unsigned char)text[*text == ' ' ? 1 : 0] &
		    0xc0) != 0x80);
		buf_add(&b, text + (*text == ' ' ? 1 : 0),
		    (size_t)(end - text) - (*text == ' ' ? 1 : 0));
		if (end[2] != ' ')
			buf_text(&b, "\r\n");
	}
	return b.ptr;
}

static void
long_lines_are_folded_between_characters(void **state)
{
	struct arena *a = arena_open();
	struct vcard card = { .given = NULL };
	struct buf b;
	int shift, i;

	(void)state;
	for (shift = 0; shift < 8; shift++) {
		buf_open(&b, a);
		for (i = 0; i < shift; i++)
			buf_char(&b, 'x');
		for (i = 0; i < 100; i++)
			buf_text(&b, i % 2 == 0 ? "é" : "\xf0\x9f\x98\x80");
		for (i = 0; i < 300; i++)
			buf_char(&b, 'x');
		card.family = b.ptr;
		assert_non_null(strstr(unfolded(a, card_text(a, &card)),
		    arena_printf(a, "\r\nFN:%s\r\n", b.ptr)));
	}
	arena_close(a);
}

static int
print_card(void)
{
	struct arena *a = arena_open();
	struct vcard card = {
		.given = "Élodie; \"É\"", .organisation = "Voyages; Démo\\",
		.email = "elodie@example.org", .phone = "+33612345678",
		.street = "1, rue; de l'Église\r\nbât. B", .postcode = "67000",
		.city = "Strasbourg", .country = "France", .language = "fr",
		.changed_us = INT64_C(1795285800000000),
	};
	struct buf b;
	int i;

	buf_open(&b, a);
	buf_text(&b, "D'Arcourt, ");
	for (i = 0; i < 12; i++)
		buf_text(&b, "née\nÉÉ\xf0\x9f\x98\x80 ");
	card.family = b.ptr;
	fputs(card_text(a, &card), stdout);
	arena_close(a);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_end_with_cr_lf_and_quotes_are_doubled),
		cmocka_unit_test(no_cell_begins_as_a_formula),
		cmocka_unit_test(a_file_of_ours_is_imported_again_without_loss),
		cmocka_unit_test(a_card_holds_what_is_known_and_no_uid),
		cmocka_unit_test(
		    a_card_without_a_name_is_called_by_its_address),
		cmocka_unit_test(no_value_can_begin_a_property_of_its_own),
		cmocka_unit_test(long_lines_are_folded_between_characters),
	};

	if (argc > 1 && strcmp(argv[1], "card") == 0)
		return print_card();
	return cmocka_run_group_tests_name("export/text", tests, NULL, NULL);
}
