/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Columns of a file that are custom fields: each value by the rules of its
 * field, what is sensitive sealed, all of it taken back (GDPR 5(1)(c),
 * 5(1)(d), 9; FEATURES CS6, X22).
 */
#include "tests/import/desk-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "custom/custom.h"
#include "db/queries.h"
#include "tests/db/scratch.h"

static struct arena *a;

static int
open_all(void **state)
{
	desk_open(state);
	a = desk.a;
	return 0;
}

/* A field of each kind, and one that is sensitive. */
static int
arrange(void **state)
{
	desk_arrange(state);
	scratch_sql("INSERT INTO custom_field (id, code, kind, is_sensitive, "
	    "is_editable, is_bounded, least, most, choices, basis, "
	    "retention_months, created_us) VALUES "
	    "(1, 'nick', 'text', 0, 0, 0, 0, 0, '[]', 'contract', 0, 0), "
	    "(2, 'seats', 'number', 0, 0, 1, 1000, 9000, '[]', 'contract', 0, "
	    "0), "
	    "(3, 'joined', 'date', 0, 0, 0, 0, 0, '[]', 'contract', 0, 0), "
	    "(4, 'diet', 'choice', 0, 0, 0, 0, 0, '[{\"code\":\"vegan\","
	    "\"en\":\"Vegan\",\"fr\":\"Végétalien\"}]', 'consent', 0, 0), "
	    "(5, 'member', 'yes_no', 0, 0, 0, 0, 0, '[]', 'contract', 0, 0), "
	    "(6, 'allergy', 'text', 1, 0, 0, 0, 0, '[]', 'consent', 0, 0)");
	scratch_sql("INSERT INTO custom_text (field_id, language, label, "
	    "help) VALUES (1, 'fr', 'Surnom', ''), (1, 'en', 'Nickname', ''), "
	    "(2, 'fr', 'Places', ''), (3, 'fr', 'Adhésion le', ''), "
	    "(4, 'fr', 'Régime alimentaire', ''), (5, 'fr', 'Membre', ''), "
	    "(6, 'fr', 'Allergies', '')");
	scratch_sql("UPDATE contact SET collected_us = 0");
	return 0;
}

#define COLUMNS "Mail;Surnom;Places;Adhésion;Régime;Membre;Allergies\n"
#define MAPPING "[\"email\",\"custom:nick\",\"custom:seats\"," \
	"\"custom:joined\",\"custom:diet\",\"custom:member\"," \
	"\"custom:allergy\"]"

/* What somebody has in a field, opened. */
static const char *
value(const char *email, const char *code)
{
	struct custom_fields fields;
	struct custom_reading reading = { .keys = desk.keys,
	    .fields = &fields };
	struct custom_value *values;
	size_t n;

	scratch_begin(desk.keeper, DB_JOB);
	reading.contact_id = scratch_number(arena_printf(a, "SELECT id FROM "
	    "contact WHERE email_key = '%s'", email));
	assert_int_equal(custom_fields_load(desk.keeper, a, "fr", &fields),
	    ERR_OK);
	assert_int_equal(custom_values_load(desk.keeper, a, &reading, &values,
	    &n), ERR_OK);
	return custom_value_of(values, n, custom_find(&fields, code));
}

static void
a_new_contact_has_a_value_of_each_kind_and_where_it_is_from(void **state)
{
	(void)state;
	desk_import(COLUMNS "zoe@x.org;Zaza;2,5;31/01/2020;Végétalien;oui;noix\n"
	    "noe@x.org;;;;;;\n", MAPPING, "skip");
	assert_string_equal(value("zoe@x.org", "nick"), "Zaza");
	assert_string_equal(value("zoe@x.org", "seats"), "2.5");
	assert_string_equal(value("zoe@x.org", "joined"), "2020-01-31");
	assert_string_equal(value("zoe@x.org", "diet"), "vegan");
	assert_string_equal(value("zoe@x.org", "member"), "yes");
	assert_string_equal(value("zoe@x.org", "allergy"), "noix");
	assert_int_equal(scratch_count("custom_value"), 6);
	assert_int_equal(scratch_count("custom_value WHERE field_id = 6 AND "
	    "(value_text IS NOT NULL OR INSTR(sealed, 'noix') > 0)"), 0);
	assert_int_equal(scratch_count("contact_provenance WHERE source = "
	    "'import:Salon' AND field = 'custom:diet' AND basis = 'consent'"),
	    1);
	assert_int_equal(scratch_count("contact_provenance WHERE source = "
	    "'import:Salon' AND field = 'custom:nick' AND basis = "
	    "'contract'"), 1);
}

static void
what_a_field_does_not_take_is_told_by_row_and_column_in_the_trial(
    void **state)
{
	uint64_t id = desk_upload(COLUMNS "a@x.org;A;10;;;;\n"
	    "b@x.org;B;;31/02/2020;;;\nc@x.org;C;;;rien;;\n"
	    "d@x.org;D;;;;perhaps;\ne@x.org;E;x;;;;\nf@x.org;F;9;;;;\n");

	(void)state;
	desk_run(READ);
	desk_map(id, MAPPING, "skip");
	desk_run(WORK);
	assert_string_equal(desk_state(id), "checked");
	assert_string_equal(scratch_text(a, "SELECT CONCAT_WS(',', n_created, "
	    "n_rejected) FROM import"), "1,5");
	assert_string_equal(scratch_text(a, "SELECT GROUP_CONCAT(line, reason, "
	    "' ', field ORDER BY line SEPARATOR '; ') FROM import_row"),
	    "2own custom:seats; 3own custom:joined; 4own custom:diet; "
	    "5own custom:member; 6own custom:seats");
	assert_int_equal(scratch_count("custom_value"), 0);
	assert_int_equal(scratch_count("contact"), 1);
}

static void
known_people_get_what_is_newer_and_an_empty_cell_erases_nothing(void **state)
{
	(void)state;
	desk_import(COLUMNS "ann@x.org;Nana;3;;vegan;;lait\n", MAPPING,
	    "update");
	assert_string_equal(value("ann@x.org", "allergy"), "lait");
	scratch_sql("UPDATE import SET effect_mac = NULL");
	desk_import(COLUMNS "ann@x.org;;4;;;non;soja\n", MAPPING, "update");
	assert_string_equal(value("ann@x.org", "nick"), "Nana");
	assert_string_equal(value("ann@x.org", "seats"), "4");
	assert_string_equal(value("ann@x.org", "diet"), "vegan");
	assert_string_equal(value("ann@x.org", "member"), "no");
	assert_string_equal(value("ann@x.org", "allergy"), "soja");
	assert_int_equal(scratch_count("contact_history WHERE contact_id = 1 "
	    "AND field = 'custom:allergy'"), 2);
	/* the same once more changes nothing */
	scratch_sql("UPDATE import SET effect_mac = NULL");
	desk_import(COLUMNS "ann@x.org;Nana;4;;vegan;non;soja\n", MAPPING,
	    "update");
	assert_int_equal(scratch_count("import WHERE n_same = 1 AND "
	    "n_updated = 0"), 1);
}

static void
the_persons_own_word_of_today_stays(void **state)
{
	(void)state;
	scratch_sql(arena_printf(a, "INSERT INTO custom_value (contact_id, "
	    "field_id, value_text, at_us) VALUES (1, 1, 'Annie', %lld)",
	    (long long)bring.now_us));
	scratch_sql(arena_printf(a, "INSERT INTO contact_provenance "
	    "(contact_id, field, source, basis, at_us) VALUES (1, "
	    "'custom:nick', 'account', 'contract', %lld)",
	    (long long)bring.now_us));
	desk_import("Mail;Surnom\nann@x.org;Nana\n",
	    "[\"email\",\"custom:nick\"]", "update");
	assert_string_equal(value("ann@x.org", "nick"), "Annie");
}

static void
people_who_stay_as_they_are_get_no_value(void **state)
{
	(void)state;
	desk_import("Mail;Surnom\nann@x.org;Nana\n",
	    "[\"email\",\"custom:nick\"]", "skip");
	assert_int_equal(scratch_count("custom_value"), 0);
	scratch_sql("UPDATE import SET effect_mac = NULL");
	desk_import("Mail;Surnom\nann@x.org;Nana\n",
	    "[\"email\",\"custom:nick\"]", "create");
	assert_int_equal(scratch_count("custom_value"), 0);
}

static void
taken_back_each_value_is_what_it_was(void **state)
{
	uint64_t id;

	(void)state;
	desk_import(COLUMNS "ann@x.org;Nana;3;;;;lait\n", MAPPING, "update");
	scratch_sql("UPDATE import SET effect_mac = NULL");
	scratch_sql("UPDATE custom_value SET at_us = 5 WHERE field_id = 1");
	scratch_sql("UPDATE contact_provenance SET source = 'form:f', at_us = "
	    "5 WHERE field = 'custom:nick'");
	id = desk_import(COLUMNS "ann@x.org;Nanette;4;2020-01-31;;;soja\n"
	    "zoe@x.org;Zaza;1;;vegan;oui;noix\n", MAPPING, "update");
	assert_string_equal(value("ann@x.org", "nick"), "Nanette");
	desk_undo(id);
	assert_string_equal(value("ann@x.org", "nick"), "Nana");
	assert_string_equal(value("ann@x.org", "seats"), "3");
	assert_string_equal(value("ann@x.org", "joined"), "");
	assert_string_equal(value("ann@x.org", "allergy"), "lait");
	assert_int_equal(scratch_count("custom_value WHERE field_id = 1 AND "
	    "at_us = 5"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'custom:nick' AND source = 'form:f' AND at_us = 5"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'custom:joined'"), 0);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("custom_value WHERE contact_id <> 1"),
	    0);
	assert_int_equal(scratch_count("import WHERE n_undone = 2 AND n_kept "
	    "= 0"), 1);
}

/* In more than one batch, each of which asks what the import's columns are. */
static void
taken_back_many_leave_no_value_behind(void **state)
{
	struct buf b;
	uint64_t id;
	unsigned i;

	(void)state;
	buf_open(&b, a);
	buf_text(&b, "Mail;Surnom\n");
	for (i = 0; i < 150; i++)
		buf_printf(&b, "p%u@x.org;P%u\n", i, i);
	id = desk_import(b.ptr, "[\"email\",\"custom:nick\"]", "skip");
	assert_int_equal(scratch_count("custom_value"), 150);
	desk_undo(id);
	assert_int_equal(scratch_count("custom_value"), 0);
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'custom:nick'"), 0);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("import WHERE n_undone = 150"), 1);
}

static void
taken_back_after_a_field_was_closed_or_removed_the_rest_is_put_back(
    void **state)
{
	uint64_t id;

	(void)state;
	desk_import(COLUMNS "ann@x.org;Nana;3;;;;\n", MAPPING, "update");
	scratch_sql("UPDATE import SET effect_mac = NULL");
	id = desk_import(COLUMNS "ann@x.org;Nanette;4;;;;\n", MAPPING,
	    "update");
	scratch_sql("UPDATE custom_field SET state = 'closed' WHERE id = 1");
	scratch_sql("UPDATE custom_field SET state = 'emptying' WHERE id = "
	    "2");
	desk_undo(id);
	assert_string_equal(value("ann@x.org", "nick"), "Nana");
	assert_string_equal(value("ann@x.org", "seats"), "4");
}

static void
a_field_that_is_closed_before_the_run_stops_it_and_nothing_is_stored(
    void **state)
{
	uint64_t id = desk_upload(COLUMNS "zoe@x.org;Zaza;1;;;;\n");

	(void)state;
	desk_run(READ);
	desk_map(id, MAPPING, "skip");
	desk_run(WORK);
	desk_start(id);
	scratch_sql("UPDATE custom_field SET state = 'closed', version = "
	    "version + 1 WHERE id = 4");
	desk_run(WORK);
	assert_string_equal(desk_state(id), "read");
	assert_int_equal(scratch_count("import WHERE fault = 'field' AND "
	    "effect_mac IS NULL AND n_done = 0"), 1);
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("custom_value"), 0);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'import.started'"), 0);
}

static void
a_field_that_is_removed_half_way_ends_it_with_what_is_stored(void **state)
{
	struct buf b;
	uint64_t id;
	unsigned i;

	(void)state;
	buf_open(&b, a);
	buf_text(&b, "Mail;Surnom\n");
	for (i = 0; i < 150; i++)
		buf_printf(&b, "p%u@x.org;P%u\n", i, i);
	id = desk_upload(b.ptr);
	desk_run(READ);
	desk_map(id, "[\"email\",\"custom:nick\"]", "skip");
	desk_run(WORK);
	desk_start(id);
	/* the first piece is stored, by a process that is no more */
	scratch_sql("UPDATE import SET next_chunk = 1, n_done = 100, "
	    "n_created = 100");
	scratch_sql("UPDATE custom_field SET state = 'emptying' WHERE id = "
	    "1");
	desk_run(WORK);
	assert_string_equal(desk_state(id), "done");
	assert_int_equal(scratch_count("import WHERE fault = 'field' AND "
	    "n_done = 100 AND undo_until_us IS NOT NULL"), 1);
	assert_int_equal(scratch_count("contact"), 1);
}

static void
a_field_whose_choices_change_half_way_is_read_again(void **state)
{
	uint64_t id = desk_upload("Mail;Régime\nzoe@x.org;Halal\n");

	(void)state;
	desk_run(READ);
	desk_map(id, "[\"email\",\"custom:diet\"]", "skip");
	desk_run(WORK);
	assert_int_equal(scratch_count("import WHERE n_rejected = 1"), 1);
	desk_start(id);
	scratch_sql("UPDATE custom_field SET version = version + 1, choices = "
	    "'[{\"code\":\"halal\",\"en\":\"Halal\",\"fr\":\"Halal\"}]' "
	    "WHERE id = 4");
	desk_run(WORK);
	assert_string_equal(value("zoe@x.org", "diet"), "halal");
}

/* More than one statement takes, of each sort. */
static void
many_values_of_many_people_are_all_there(void **state)
{
	struct buf b;
	unsigned i;

	(void)state;
	buf_open(&b, a);
	buf_text(&b, COLUMNS);
	for (i = 0; i < 130; i++)
		buf_printf(&b, "p%u@x.org;P%u;%u;2020-01-%02u;vegan;%s;a%u\n",
		    i, i, 1 + i % 9, 1 + i % 28, i % 2 == 0 ? "oui" : "non",
		    i);
	desk_import(b.ptr, MAPPING, "skip");
	assert_int_equal(scratch_count("custom_value"), 130 * 6);
	assert_string_equal(value("p77@x.org", "allergy"), "a77");
	scratch_sql("UPDATE import SET effect_mac = NULL");
	buf_open(&b, a);
	buf_text(&b, COLUMNS);
	for (i = 0; i < 130; i++)
		buf_printf(&b, "p%u@x.org;Q%u;;;;;b%u\n", i, i, i);
	desk_import(b.ptr, MAPPING, "update");
	assert_int_equal(scratch_count("custom_value"), 130 * 6);
	assert_string_equal(value("p129@x.org", "allergy"), "b129");
	assert_string_equal(value("p129@x.org", "nick"), "Q129");
	assert_string_equal(value("p129@x.org", "seats"), "4");
}

static void
the_command_line_knows_fields_by_what_they_are_called(void **state)
{
	struct import_own own;

	(void)state;
	scratch_begin(bring.owner, DB_JOB);
	assert_int_equal(import_own_load(bring.owner, a, &bring.config, "en",
	    &own), ERR_OK);
	bring.own = &own;
	assert_int_equal(bring_run("email,SURNOM,custom.seats,"
	    "regime_alimentaire,ALLERGIES\nzoe@x.org,Zaza,2,végétalien,noix\n"
	    "bad@x.org,B,99,,\n"), ERR_OK);
	bring.own = NULL;
	assert_string_equal(value("zoe@x.org", "nick"), "Zaza");
	assert_string_equal(value("zoe@x.org", "diet"), "vegan");
	assert_string_equal(value("zoe@x.org", "allergy"), "noix");
	assert_int_equal(bring.import.counts[IMPORT_REJECTED], 1);
	assert_non_null(strstr(bring.rejects.ptr, "custom:seats: Enter a "
	    "number from 1 to 9"));
}

/* Within the transaction: no value gets into a field that was just closed. */
static void
a_field_that_is_closed_behind_its_reading_takes_nothing(void **state)
{
	struct import_own own;

	(void)state;
	scratch_begin(bring.owner, DB_JOB);
	assert_int_equal(import_own_load(bring.owner, a, &bring.config, "en",
	    &own), ERR_OK);
	bring.own = &own;
	scratch_sql("UPDATE custom_field SET state = 'closed', version = "
	    "version + 1 WHERE id = 1");
	assert_int_equal(bring_run("email,nick\nzoe@x.org,Zaza\n"),
	    ERR_GONE);
	bring.own = NULL;
	assert_int_equal(scratch_count("contact"), 1);
	assert_int_equal(scratch_count("custom_value"), 0);
}

static struct bytes
name(const char *text)
{
	return text_bytes(text);
}

static void
a_name_of_two_fields_is_no_guess(void **state)
{
	struct import_own own;

	(void)state;
	scratch_sql("UPDATE custom_text SET label = 'Surnom' WHERE field_id = "
	    "2 AND language = 'fr'");
	scratch_sql("UPDATE custom_field SET state = 'closed' WHERE id = 6");
	scratch_begin(bring.owner, DB_JOB);
	assert_int_equal(import_own_load(bring.owner, a, &bring.config, "en",
	    &own), ERR_OK);
	assert_null(import_own_guess(a, &own, name("surnom")));
	assert_string_equal(import_own_guess(a, &own, name("NICKNAME"))->code,
	    "nick");
	assert_string_equal(import_own_guess(a, &own, name("custom:seats"))->
	    code, "seats");
	assert_null(import_own_guess(a, &own, name("allergies")));
	assert_null(import_own_guess(a, &own, name("")));
}

/* What Brevo writes above the columns of an export, and Excel in France. */
static void
columns_of_other_programs_are_guessed(void **state)
{
	static const struct { const char *name, *guess; } real[] = {
		{ "CONTACT ID", NULL }, { "EMAIL", "email" },
		{ "FIRSTNAME", "given_name" }, { "LASTNAME", "family_name" },
		{ "PRENOM", "given_name" }, { "NOM", "family_name" },
		{ "SMS", "phone" }, { "WHATSAPP", NULL },
		{ "NB_PLACES", NULL }, { "PLACES", "custom:seats" },
		{ "ADHESION_LE", "custom:joined" },
		{ "REGIME_ALIMENTAIRE", "custom:diet" },
		{ "Régime alimentaire", "custom:diet" },
		{ "MEMBRE", "custom:member" }, { "SOCIETE", "organisation" },
		{ "Raison sociale", "organisation" }, { "SIRET",
		"registration" }, { "ADDED_TIME", NULL },
		{ "EMAIL_BLACKLIST", NULL }, { "N° de téléphone", NULL },
	};
	struct import_own own;
	const struct custom_field *f;
	enum import_field field;
	const char *guess;
	size_t i;

	(void)state;
	scratch_begin(bring.owner, DB_JOB);
	assert_int_equal(import_own_load(bring.owner, a, &bring.config, "en",
	    &own), ERR_OK);
	for (i = 0; i < LENGTH(real); i++) {
		field = import_column_guess(a, name(real[i].name));
		f = import_own_guess(a, &own, name(real[i].name));
		guess = field != IMPORT_FIELD__MAX ?
		    import_field_names[field] : f == NULL ? NULL : f->name;
		if (real[i].guess == NULL)
			assert_null(guess);
		else
			assert_string_equal(guess, real[i].guess);
	}
}

/* Windows-1252 and semicolons, as Excel saves CSV in France; Brevo's quotes. */
static void
a_file_as_excel_saves_it_fills_custom_fields(void **state)
{
	(void)state;
	desk_import("EMAIL;PRENOM;R\xe9gime alimentaire;Places;Membre\r\n"
	    "zoe@x.org;Zo\xe9;V\xe9g\xe9talien;2,5;VRAI\r\n"
	    "noe@x.org;\"No\xe9\";\"\";3;FAUX\r\n",
	    "[\"email\",\"given_name\",\"custom:diet\","
	    "\"custom:seats\",\"custom:member\"]", "skip");
	assert_int_equal(scratch_count("import WHERE is_cp1252"), 1);
	assert_string_equal(value("zoe@x.org", "diet"), "vegan");
	assert_string_equal(value("zoe@x.org", "seats"), "2.5");
	assert_string_equal(value("zoe@x.org", "member"), "yes");
	assert_string_equal(value("noe@x.org", "member"), "no");
	assert_int_equal(scratch_count("contact WHERE given_name = 'Noé'"),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, arrange, desk_leave)
		T(a_new_contact_has_a_value_of_each_kind_and_where_it_is_from),
		T(what_a_field_does_not_take_is_told_by_row_and_column_in_the_trial),
		T(known_people_get_what_is_newer_and_an_empty_cell_erases_nothing),
		T(the_persons_own_word_of_today_stays),
		T(people_who_stay_as_they_are_get_no_value),
		T(taken_back_each_value_is_what_it_was),
		T(taken_back_many_leave_no_value_behind),
		T(taken_back_after_a_field_was_closed_or_removed_the_rest_is_put_back),
		T(a_field_that_is_closed_before_the_run_stops_it_and_nothing_is_stored),
		T(a_field_that_is_removed_half_way_ends_it_with_what_is_stored),
		T(a_field_whose_choices_change_half_way_is_read_again),
		T(many_values_of_many_people_are_all_there),
		T(the_command_line_knows_fields_by_what_they_are_called),
		T(a_field_that_is_closed_behind_its_reading_takes_nothing),
		T(a_name_of_two_fields_is_no_guess),
		T(columns_of_other_programs_are_guessed),
		T(a_file_as_excel_saves_it_fills_custom_fields),
	};

	return cmocka_run_group_tests(tests, open_all, desk_close);
}
