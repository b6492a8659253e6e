/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a file to import may say, and what a wrong one is told
 * (GDPR 5(1)(d), 6(1), 14(2)(f)).
 */
#include "contacts/contacts_words.h"
#include "import/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#include "app/config.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "import/import_frame.h"
#include "import/import_return.h"

static const struct config config = { .site = "t", .languages = { "fr", "en",
    NULL }, .country = "FR" };
static struct arena *a;
static const char *why;

static int
open_arena(void **state)
{
	(void)state;
	a = arena_open();
	why = NULL;
	return 0;
}

static int
close_arena(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

/* The rows that a reader saw, cells parted by '|', a '/' behind each row. */
static enum err
write_down(void *arg, const struct import_record *record)
{
	struct buf *b = arg;
	size_t i;

	for (i = 0; i < record->n; i++) {
		if (i > 0)
			buf_char(b, '|');
		buf_add(b, record->cells[i].ptr, record->cells[i].len);
	}
	buf_char(b, '/');
	return ERR_OK;
}

static enum err
try(const char *text, char delimiter, struct import_file *f)
{
	return import_file_open(a, text_bytes(text), delimiter, f, &why);
}

static const char *
rows_of(const char *text, char delimiter)
{
	struct import_file f;
	struct buf b;

	buf_open(&b, a);
	assert_int_equal(try(text, delimiter, &f), ERR_OK);
	assert_int_equal(import_file_read(&f, a, write_down, &b), ERR_OK);
	return b.ptr;
}

static void
cells_come_out_as_they_were_written(void **state)
{
	(void)state;
	assert_string_equal(rows_of("email,given_name\na@x.org,Ann\n", 0),
	    "a@x.org|Ann/");
	assert_string_equal(rows_of("\xef\xbb\xbf" "email\r\na@x.org\r\n", 0),
	    "a@x.org/");
	assert_string_equal(rows_of("email;nom\na@x.org;\"O\"\"X; Y\"", 0),
	    "a@x.org|O\"X; Y/");
	assert_string_equal(rows_of("email\tnom\na@x.org\tX,Y\n", 0),
	    "a@x.org|X,Y/");
	assert_string_equal(rows_of("email|nom\n\n\na@x.org|X\n", 0),
	    "a@x.org|X/");
	assert_string_equal(rows_of("email,nom;x\na@x.org,1;2\n", ';'),
	    "a@x.org,1|2/");
	assert_string_equal(rows_of("\"a;b;c\",email\n1,2\n", 0), "1|2/");
	assert_string_equal(rows_of("email,street\na@x.org,\"1\n2\"\n", 0),
	    "a@x.org|1\n2/");
}

static void
a_broken_file_is_refused_before_its_first_row(void **state)
{
	static const struct {
		const char *text, *why;
	} all[] = {
		{ "", "the file is empty" },
		{ "\n\n", "the file is empty" },
		{ "\xff\xfe" "e\0m", "UTF-16" },
		{ "PK\003\004xx", "a workbook" },
		{ "email,nom\na@x.org,O\"X\n", "line 2: a quotation mark" },
		{ "email\na@x.org\n\"b@x.org\n", "line 3: a quotation mark" },
	};
	struct import_file f;
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(all); i++) {
		assert_int_equal(try(all[i].text, 0, &f), ERR_INVALID);
		assert_non_null(strstr(why, all[i].why));
	}
	buf_open(&b, a);
	buf_text(&b, "email\n\"");
	for (i = 0; i <= IMPORT_CELL_MAX_BYTES; i++)
		buf_char(&b, i % 60 == 59 ? '\n' : 'x');
	buf_text(&b, "\"\n");
	assert_int_equal(try(b.ptr, 0, &f), ERR_INVALID);
	assert_non_null(strstr(why, "longer than 16 KiB"));
}

static void
a_file_of_too_many_rows_is_refused(void **state)
{
	size_t i, n = 2 * (IMPORT_ROWS_MAX + 2);
	char *text = malloc(n + 1);
	struct import_file f;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < n; i++)
		text[i] = i % 2 == 0 ? 'x' : '\n';
	text[n] = '\0';
	assert_int_equal(try(text, 0, &f), ERR_INVALID);
	assert_non_null(strstr(why, "1,000,000 rows"));
	text[n - 2] = '\0';
	assert_int_equal(try(text, 0, &f), ERR_OK);
	assert_int_equal(f.rows, IMPORT_ROWS_MAX);
	free(text);
}

static enum err
columns(const char *first, struct import_columns *c)
{
	struct import_file f;

	assert_int_equal(try(first, 0, &f), ERR_OK);
	return import_columns_read(a, &f.first, NULL, c, &why);
}

static void
columns_are_known_in_english_and_french_and_by_their_own_names(void **state)
{
	struct import_columns c;

	(void)state;
	assert_int_equal(columns("Prénom;NOM;E-mail;Téléphone;Code postal",
	    &c), ERR_OK);
	assert_int_equal(c.n, 5);
	assert_int_equal(c.fields[0], IMPORT_GIVEN_NAME);
	assert_int_equal(c.fields[1], IMPORT_FAMILY_NAME);
	assert_int_equal(c.fields[2], IMPORT_EMAIL);
	assert_int_equal(c.fields[3], IMPORT_PHONE);
	assert_int_equal(c.fields[4], IMPORT_POSTCODE);
	assert_int_equal(columns("email,given_name,family_name,language,"
	    "phone,street,postcode,city,country,kind,basis,source,"
	    "collected on,organisation,registration", &c), ERR_OK);
	assert_int_equal(c.n, IMPORT_FIELD__MAX);
}

static void
a_column_that_is_not_known_is_named(void **state)
{
	struct import_columns c;

	(void)state;
	assert_int_equal(columns("email,Shoe size", &c), ERR_INVALID);
	assert_non_null(strstr(why, "column 2 \"Shoe size\" is not known"));
	assert_int_equal(columns("email,mail", &c), ERR_INVALID);
	assert_non_null(strstr(why, "second one for email"));
}

static void
a_first_line_without_names_is_not_repeated(void **state)
{
	struct import_columns c;

	(void)state;
	assert_int_equal(columns("zoe@x.org,Secret", &c), ERR_INVALID);
	assert_null(strstr(why, "zoe"));
	assert_null(strstr(why, "Secret"));
	assert_non_null(strstr(why, "is called email"));
}

static struct import_row
row_of(const char *first, const char *line)
{
	struct import_row row = { 0 };
	struct import_columns c;
	struct import_file f;

	assert_int_equal(columns(first, &c), ERR_OK);
	assert_int_equal(try(line, ',', &f), ERR_OK);
	row.record = f.first;
	import_row_read(a, &config, &c, &row);
	return row;
}

static void
a_row_is_read_in_one_spelling(void **state)
{
	struct import_row r = row_of("email,phone,country,language,kind,city",
	    " Ann@M\xc3\xbcnchen.example ,0470 12 34 56,be,EN,Customer, '=x ");

	(void)state;
	assert_int_equal(r.outcome, IMPORT_NEW);
	assert_string_equal(r.address.key, "ann@xn--mnchen-3ya.example");
	assert_string_equal(r.phone, "+32470123456");
	assert_string_equal(r.values[IMPORT_COUNTRY], "BE");
	assert_string_equal(r.values[IMPORT_LANGUAGE], "en");
	assert_string_equal(r.values[IMPORT_KIND], "customer");
	assert_string_equal(r.values[IMPORT_STREET], "");
}

static void
countries_languages_and_kinds_are_read_by_name_too(void **state)
{
	static const char *const codes[] = { "AT", "BE", "BG", "CA", "CH",
		"CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR",
		"HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC",
		"MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "US" };
	struct import_row r = row_of("email,country,language,kind",
	    "a@x.org,Pays-Bas,FRAN\xc3\x87" "AIS,Client");
	size_t i;

	(void)state;
	assert_int_equal(r.outcome, IMPORT_NEW);
	assert_string_equal(r.values[IMPORT_COUNTRY], "NL");
	assert_string_equal(r.values[IMPORT_LANGUAGE], "fr");
	assert_string_equal(r.values[IMPORT_KIND], "customer");
	/* as pages say them, so that what was seen may come back */
	for (i = 0; i < LENGTH(codes); i++) {
		r = row_of("email,country", arena_printf(a, "a@x.org,%s",
		    contacts_value_word("country", codes[i])));
		assert_string_equal(r.values[IMPORT_COUNTRY], codes[i]);
	}
	r = row_of("email,country", "a@x.org,uk");
	assert_string_equal(r.values[IMPORT_COUNTRY], "GB");
}

static void
a_guard_against_formulas_is_taken_off(void **state)
{
	(void)state;
	assert_string_equal(row_of("email,city", "a@x.org,'=x").values[
	    IMPORT_CITY], "=x");
	assert_string_equal(row_of("email,phone", "a@x.org,'+33612345678").
	    phone, "+33612345678");
}

static void
a_wrong_row_says_which_cell_and_not_what(void **state)
{
	static const struct {
		const char *first, *line, *reason;
	} all[] = {
		{ "email,city", "a@x.org", "1 cells, but 2 columns" },
		{ "email,city", "a@x.org,b,c", "3 cells, but 2 columns" },
		{ "email,city", ",Nantes", "email: missing" },
		{ "email,city", "nobody,Nantes", "email: not an address" },
		{ "email,city", "a@x.org,\xff\xfe", "city: not UTF-8" },
		{ "email,city", "a@x.org,\"a\nb\"", "city: has characters" },
		{ "email,postcode", "a@x.org,12345678901234567",
		    "postcode: longer than 16" },
		{ "email,phone", "a@x.org,12", "phone: not a number" },
		{ "email,language", "a@x.org,de", "language: none of" },
		{ "email,language", "a@x.org,deu", "language: none of" },
		{ "email,country", "a@x.org,F1", "country: not two letters" },
		{ "email,country", "a@x.org,Frankia",
		    "country: not two letters" },
		{ "email,kind", "a@x.org,friend", "kind: neither" },
	};
	struct import_row r;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(all); i++) {
		r = row_of(all[i].first, all[i].line);
		assert_int_equal(r.outcome, IMPORT_REJECTED);
		assert_non_null(strstr(import_reasons(a, &r), all[i].reason));
		assert_null(strstr(import_reasons(a, &r), "Nantes"));
		assert_null(strstr(import_reasons(a, &r), "a@x.org"));
	}
}

static void
a_wrong_row_says_everything_that_is_wrong_at_once(void **state)
{
	struct import_row r = row_of("email,phone,language,country,city,"
	    "basis,collected_on", "nobody,12,de,Frankia,\xff,habit,31/31/2020");

	(void)state;
	assert_int_equal(r.outcome, IMPORT_REJECTED);
	/* a number is read by its country: of a wrong one nothing is said */
	assert_string_equal(import_reasons(a, &r), "city: not UTF-8; "
	    "language: none of the site's; "
	    "country: not two letters (ISO 3166); "
	    "email: not an address that mail can reach; "
	    "basis: none of those of GDPR 6(1); "
	    "collected on: not a date like 2026-01-31, not after today");
	r = row_of("email,country,phone", ",FR,12");
	assert_string_equal(import_reasons(a, &r),
	    "email: missing; phone: not a number that can be called");
}

static void
of_a_field_one_fault_is_said_and_of_a_row_at_most_eight(void **state)
{
	static const char *const fields[] = { "a", "b", "c", "d", "e", "f",
		"g", "h", "i" };
	struct import_row r = row_of("email", "nobody");
	size_t i;

	(void)state;
	import_reject(&r, IMPORT_WHY_LONG, "email", "second");
	assert_int_equal(r.n_faults, 1);
	assert_int_equal(r.faults[0].why, IMPORT_WHY_ADDRESS);
	for (i = 0; i < LENGTH(fields); i++)
		import_reject(&r, IMPORT_WHY_LONG, fields[i], "long");
	assert_int_equal(r.n_faults, IMPORT_FAULTS_MAX);
}

static void
a_cell_with_a_nul_is_rejected(void **state)
{
	static const char text[] = "email,city\na@x.org,a\0b\n";
	struct import_row row = { 0 };
	struct import_columns c;
	struct import_file f;

	(void)state;
	assert_int_equal(columns("email,city", &c), ERR_OK);
	assert_int_equal(import_file_open(a, (struct bytes){
	    (const unsigned char *)text + 11, sizeof(text) - 12 }, ',', &f,
	    &why), ERR_OK);
	row.record = f.first;
	import_row_read(a, &config, &c, &row);
	assert_string_equal(import_reasons(a, &row), "city: not UTF-8");
}

static const char *
line_of(const struct import_row *row)
{
	struct bytes line = import_rejects_line(a, row,
	    import_reasons(a, row));

	return arena_textn(a, line.ptr, line.len);
}

static void
a_rejected_row_comes_back_without_formulas(void **state)
{
	struct import_row r = row_of("email,city", "=1+2,@SUM(A1)");

	(void)state;
	r.record.line = 7;
	assert_string_equal(line_of(&r),
	    "\"7\",\"email: not an address that mail can reach\","
	    "\"'=1+2\",\"'@SUM(A1)\"\r\n");
}

static void
of_a_suppressed_person_no_cell_comes_back(void **state)
{
	struct import_row r = row_of("email,city", "a@x.org,Nantes");

	(void)state;
	r.record.line = 7;
	r.outcome = IMPORT_SUPPRESSED;
	import_wrong_add(&r, IMPORT_WHY_ERASED, "email", "why");
	assert_string_equal(line_of(&r), "\"7\",\"why\"\r\n");
}

static void
every_row_has_a_basis_a_source_and_a_date_that_has_come(void **state)
{
	const struct day today = { 2026, 11, 22 };
	struct import_terms t = { .basis = "contract",
	    .source = "Salon 2026", .date = today };

	(void)state;
	assert_null(import_terms_check(&t, today));
	t.date = day_add_days(today, 1);
	assert_non_null(import_terms_check(&t, today));
	t.date = today;
	t.basis = "habit";
	assert_non_null(import_terms_check(&t, today));
	t.basis = "consent";
	t.source = "";
	assert_non_null(import_terms_check(&t, today));
	t.source = "from ann@x.org";
	assert_non_null(import_terms_check(&t, today));
	t.source = "a\nb";
	assert_non_null(import_terms_check(&t, today));
	t.source = "123456789 123456789 123456789 123456789 123456789 1234";
	assert_non_null(import_terms_check(&t, today));
}

static void
an_older_file_never_replaces_a_newer_value(void **state)
{
	const struct import_terms t = { .date = { 2026, 11, 22 } };
	int64_t same_us = day_start_us(t.date) + HOUR_US;

	(void)state;
	assert_true(import_is_newer(&t, same_us - DAY_US, "account", false));
	assert_true(import_is_newer(&t, same_us, "staff", false));
	assert_true(import_is_newer(&t, same_us, "account", true));
	assert_false(import_is_newer(&t, same_us, "account", false));
	assert_false(import_is_newer(&t, same_us, "form:news", false));
	assert_false(import_is_newer(&t, same_us + DAY_US, "staff", true));
}

/* The head of a file: its columns, and its rows. */
static struct import_return
returned_with(const struct import_own *own, const char *text)
{
	struct import_record record;
	struct import_return r;
	struct buf b;
	size_t at, len, n;
	uint64_t line = 1;

	buf_open(&b, a);
	for (at = 0; text[at] != '\0'; at += len + 1) {
		len = strcspn(text + at, "\n");
		memset(&record, 0, sizeof(record));
		record.line = line++;
		for (n = 0; n <= len; n += strcspn(text + at + n, ";\n") + 1)
			record.cells[record.n++] = (struct bytes){
			    (const unsigned char *)text + at + n, strcspn(
			    text + at + n, ";\n") };
		import_frame_write(&b, &record);
	}
	import_return_read(a, &config, own, buf_bytes(&b), &r);
	return r;
}

static struct import_return
returned(const char *text)
{
	return returned_with(NULL, text);
}

/* CS4: what we noted beside can be corrected as well. */
static void
a_corrected_file_says_what_is_new_of_custom_fields(void **state)
{
	static struct custom_field list[] = {
		{ .id = 1, .code = "seats", .name = "custom:seats",
		  .kind = CUSTOM_NUMBER, .label = "Places" },
		{ .id = 2, .code = "nick", .name = "custom:nick",
		  .kind = CUSTOM_TEXT, .label = "Surnom" },
	};
	static const char *names[][IMPORT_OWN_NAMES] = {
		{ "seats", "places" }, { "nick", "surnom" } };
	const struct import_own own = { { list, LENGTH(list) }, names };
	struct import_return r = returned_with(&own, "Reference;SURNOM;"
	    "Places;points;surnom\nC-1;'=Zaza;many;9;again\n");

	(void)state;
	assert_int_equal(r.fault, IMPORT_RETURN_FINE);
	assert_int_equal(r.n_own, 2);
	assert_string_equal(r.own[0].field->code, "nick");
	assert_int_equal(r.own[0].why, IMPORT_WHY_NONE);
	assert_string_equal(r.own[0].value, "=Zaza");
	assert_string_equal(r.own[1].field->code, "seats");
	assert_int_equal(r.own[1].why, IMPORT_WHY_OWN);
}

static void
a_corrected_file_says_whose_it_is_and_what_is_new(void **state)
{
	struct import_return r = returned("reference;city;street;Pays;phone;"
	    "points;email\nC-1;Brest;'=1+1;fr;06 12 34 56 78;9;\n");

	(void)state;
	assert_int_equal(r.fault, IMPORT_RETURN_FINE);
	assert_string_equal(r.reference, "C-1");
	assert_string_equal(r.values[IMPORT_CITY], "Brest");
	/* the guard against formulas is off: the bytes that were exported */
	assert_string_equal(r.values[IMPORT_STREET], "=1+1");
	assert_string_equal(r.values[IMPORT_COUNTRY], "FR");
	assert_string_equal(r.values[IMPORT_PHONE], "+33612345678");
	assert_true(r.is_there[IMPORT_EMAIL]);
	assert_false(r.is_there[IMPORT_GIVEN_NAME]);
}

static void
a_corrected_file_that_is_not_one_persons_is_none(void **state)
{
	(void)state;
	assert_int_equal(returned("city\nBrest\n").fault,
	    IMPORT_RETURN_NO_REFERENCE);
	assert_int_equal(returned("reference;city\n;Brest\n").fault,
	    IMPORT_RETURN_NO_REFERENCE);
	assert_int_equal(returned("reference\nC-1\nC-2\n").fault,
	    IMPORT_RETURN_ROWS);
	assert_int_equal(returned("reference\n").fault, IMPORT_RETURN_ROWS);
	assert_int_equal(returned("reference;city\nC-1\n").fault,
	    IMPORT_RETURN_CELLS);
}

static void
a_cell_that_a_record_cannot_hold_is_said_by_itself(void **state)
{
	struct import_return r = returned("reference;country;phone;language;"
	    "city\nC-1;F1;none;xx;Brest\n");

	(void)state;
	assert_int_equal(r.why[IMPORT_COUNTRY], IMPORT_WHY_COUNTRY);
	assert_int_equal(r.why[IMPORT_PHONE], IMPORT_WHY_PHONE);
	assert_int_equal(r.why[IMPORT_LANGUAGE], IMPORT_WHY_LANGUAGE);
	assert_int_equal(r.why[IMPORT_CITY], IMPORT_WHY_NONE);
}

/* What staff exports call their columns, in a file of each language. */
static void
every_column_of_an_exported_file_is_known_again(void **state)
{
	static const char *const names[] = { "given_name", "First name",
		"Prénom", "family_name", "Last name", "Nom", "phone",
		"Mobile phone", "Téléphone mobile", "street",
		"Street and number", "Numéro et rue", "postcode", "Postcode",
		"Code postal", "city", "Town", "Ville", "country", "Country",
		"Pays", "language", "Language", "Langue", "email", "E-mail",
		"kind", "Kind", "Sorte" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++)
		assert_int_not_equal(import_column_guess(a, text_bytes(
		    names[i])), IMPORT_FIELD__MAX);
	assert_true(import_column_is_reference(a, text_bytes("Référence")));
	assert_true(import_column_is_reference(a, text_bytes("reference")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_corrected_file_says_what_is_new_of_custom_fields),
		TEST(a_corrected_file_says_whose_it_is_and_what_is_new),
		TEST(a_corrected_file_that_is_not_one_persons_is_none),
		TEST(a_cell_that_a_record_cannot_hold_is_said_by_itself),
		TEST(every_column_of_an_exported_file_is_known_again),
		TEST(cells_come_out_as_they_were_written),
		TEST(a_broken_file_is_refused_before_its_first_row),
		TEST(a_file_of_too_many_rows_is_refused),
		TEST(columns_are_known_in_english_and_french_and_by_their_own_names),
		TEST(a_column_that_is_not_known_is_named),
		TEST(a_first_line_without_names_is_not_repeated),
		TEST(a_row_is_read_in_one_spelling),
		TEST(
		    countries_languages_and_kinds_are_read_by_name_too),
		TEST(a_guard_against_formulas_is_taken_off),
		TEST(a_wrong_row_says_which_cell_and_not_what),
		TEST(a_wrong_row_says_everything_that_is_wrong_at_once),
		TEST(of_a_field_one_fault_is_said_and_of_a_row_at_most_eight),
		TEST(a_cell_with_a_nul_is_rejected),
		TEST(a_rejected_row_comes_back_without_formulas),
		TEST(of_a_suppressed_person_no_cell_comes_back),
		TEST(every_row_has_a_basis_a_source_and_a_date_that_has_come),
		TEST(an_older_file_never_replaces_a_newer_value),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
