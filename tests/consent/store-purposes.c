/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purposes as rows: a version is never changed, only a material one asks
 * people again, the forms follow, and closing takes nothing away but the use
 * (GDPR 4(11), 5(1)(b), 5(2), 7(1), 13(1)(d); ePrivacy 13; CS6, TL2, TL4, I12).
 */
#include "consent/consent_purposes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)

static const char *const languages[] = { "fr", "en", NULL };

static struct arena *a;
static struct db *office;
static struct keys *keys;
static struct ledger *ledger;
static struct consent_purposes p;
static const char *why;		/* of the last refusal */

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = scratch_open("office");
	keys = fixture_keys(KEYS_OFFICE);
	ledger = ledger_open(office, keys, KEYS_OFFICE);
	p = (struct consent_purposes){ office, a, ledger, languages, "fr", 1,
	    NOW_US };
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	ledger_close(ledger);
	keys_close(keys);
	db_close(office);
	arena_close(a);
	return 0;
}

static int
arrange(void **state)
{
	(void)state;
	fixture_rows();
	scratch_sql("DELETE FROM purpose_text");
	scratch_sql("DELETE FROM purpose_channel");
	scratch_sql("DELETE FROM purpose_version");
	scratch_sql("DELETE FROM purpose");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (1, 'a@x', 'a@x', 'Ann', "
	    "'dpo', 'fr', 'active', 1)");
	scratch_sql("INSERT INTO site (id, name, legal_name, address, "
	    "contact_email, dpo_name, dpo_email, authority_name, "
	    "authority_url, holidays, cooling_off_minutes, backup_days, "
	    "binlog_days) VALUES (1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', "
	    "'FR', 1, 1, 1)");
	return 0;
}

/* A letter by mail and post, on consent. */
static struct consent_wanted
letter(void)
{
	return (struct consent_wanted){ .code = "letter", .basis = "consent",
	    .is_commercial = true, .has = { true, false, true, false },
	    .months = 36, .words = { { "Lettre", "J’accepte.", "" },
	    { "Letter", "I agree.", "" } } };
}

struct storing {
	uint64_t id;
	const struct consent_wanted *w;
	uint64_t stored_id;
};

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct storing *s = arg;

	assert_ptr_equal(db, office);
	return consent_purpose_store(&p, s->id, s->w, &s->stored_id, &why);
}

static enum err
close_in_tx(struct db *db, void *arg)
{
	assert_ptr_equal(db, office);
	return consent_purpose_close(&p, *(uint64_t *)arg, &why);
}

static enum err
run(enum err (*fn)(struct db *db, void *arg), void *arg)
{
	scratch_begin(office, DB_POST);
	return tx_run(office, NULL, a, fn, arg, NULL);
}

static uint64_t
make(const struct consent_wanted *w)
{
	struct storing s = { 0, w, 0 };

	assert_int_equal(run(store_in_tx, &s), ERR_OK);
	return s.stored_id;
}

static struct consent_now
now_of(uint64_t id)
{
	struct consent_now now;

	scratch_begin(office, DB_GET);
	assert_int_equal(consent_purpose_load(&p, id, &now), ERR_OK);
	return now;
}

/* The next version of ${id} says ${wording}. */
static enum err
say(uint64_t id, const char *wording, bool is_material)
{
	struct consent_wanted w = now_of(id).is;
	struct storing s = { id, &w, 0 };

	w.words[0].wording = wording;
	w.is_material = is_material;
	return run(store_in_tx, &s);
}

/* Contact ${contact} said yes to the newest version of ${id}. */
static void
agree(uint64_t id, unsigned contact, const char *channel)
{
	scratch_sql(arena_printf(a, "INSERT INTO consent_state (contact_id, "
	    "purpose_id, channel, state, purpose_version_id, event_id, at_us) "
	    "VALUES (%u, %u, '%s', 'given', (SELECT MAX(id) FROM "
	    "purpose_version WHERE purpose_id = %u), 1, 1)", contact,
	    (unsigned)id, channel, (unsigned)id));
}

static struct consent_touched
touched(uint64_t id)
{
	const struct consent_now now = now_of(id);
	struct consent_touched t;

	assert_int_equal(consent_purpose_touched(&p, &now, &t), ERR_OK);
	return t;
}

/* Whether the yes of contact 1 by mail counts, as everybody decides it. */
static bool
counts(uint64_t id)
{
	const struct consent_said said = { "given", false,
	    scratch_number("SELECT purpose_version_id FROM consent_state "
	    "WHERE contact_id = 1 AND channel = 'email'"),
	    scratch_number(arena_printf(a, "SELECT material_id FROM purpose "
	    "WHERE id = %u", (unsigned)id)), scratch_number(arena_printf(a,
	    "SELECT is_closed FROM purpose WHERE id = %u", (unsigned)id)) };

	return consent_is_usable(&said);
}

static void
a_version_is_never_changed_the_next_one_follows(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);

	(void)state;
	assert_int_equal(say(id, "J’accepte bien.", false), ERR_OK);
	assert_int_equal(scratch_count("purpose_version"), 2);
	assert_int_equal(scratch_count("purpose_text t JOIN purpose_version v "
	    "ON v.id = t.purpose_version_id WHERE v.number = 1 AND t.language "
	    "= 'fr' AND t.wording = 'J’accepte.'"), 1);
	assert_int_equal(scratch_count("purpose_text t JOIN purpose_version v "
	    "ON v.id = t.purpose_version_id WHERE v.number = 2 AND t.language "
	    "= 'fr' AND t.wording = 'J’accepte bien.'"), 1);
	assert_int_equal(scratch_count("purpose_text"), 4);
	assert_int_equal(scratch_count("purpose_channel"), 4);
}

static void
only_a_material_version_asks_people_again(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);

	(void)state;
	agree(id, 1, "email");
	assert_true(counts(id));
	assert_int_equal(say(id, "J’accepte !", false), ERR_OK);
	assert_true(counts(id));
	assert_int_equal(touched(id).people, 1);
	assert_int_equal(say(id, "J’accepte tout.", true), ERR_OK);
	assert_false(counts(id));
	assert_int_equal(touched(id).people, 0);
	/* a later spelling brings nobody's yes back */
	assert_int_equal(say(id, "J’accepte tout !", false), ERR_OK);
	assert_false(counts(id));
	scratch_sql("DELETE FROM consent_state");
	agree(id, 1, "email");
	assert_true(counts(id));
}

static void
who_follows_a_version_that_is_gone_stores_nothing(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);
	struct consent_wanted mine = now_of(id).is;
	struct storing s = { id, &mine, 0 };

	(void)state;
	assert_int_equal(say(id, "J’accepte bien.", true), ERR_OK);
	mine.months = 12;
	assert_int_equal(run(store_in_tx, &s), ERR_CONFLICT);
	assert_non_null(why);
	assert_int_equal(scratch_count("purpose_version"), 2);
	assert_int_equal(scratch_count("audit_event"), 2);
	mine.seen_id = now_of(id).is.seen_id;
	assert_int_equal(run(store_in_tx, &s), ERR_OK);
}

/* Whether ${w} is refused as a new purpose. */
static bool
is_refused(const struct consent_wanted *w)
{
	struct storing s = { 0, w, 0 };
	enum err e = run(store_in_tx, &s);

	assert_true(e == ERR_OK || e == ERR_CONFLICT);
	assert_true((why != NULL) == (e == ERR_CONFLICT));
	if (e == ERR_OK)
		(void)arrange(NULL);
	return e == ERR_CONFLICT;
}

static void
advertising_to_consumers_rests_on_consent_alone(void **state)
{
	static const char *const others[] = { "contract", "legal_obligation",
		"vital_interest", "public_task", "legitimate_interest" };
	struct consent_wanted w;
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(others); i++)
		for (j = 0; j < CONSENT_CHANNELS; j++) {
			w = letter();
			w.basis = others[i];
			w.words[0].interest = w.words[1].interest = "Vivre.";
			memset(w.has, 0, sizeof(w.has));
			w.has[j] = true;
			/* by post an objection is enough: ePrivacy 13(3) */
			assert_int_equal(is_refused(&w), strcmp(
			    consent_channels[j], "post") != 0);
			w.is_commercial = false;
			assert_false(is_refused(&w));
		}
}

static void
a_legitimate_interest_is_weighed_in_every_language(void **state)
{
	struct consent_wanted w = letter();

	(void)state;
	w.basis = "legitimate_interest";
	w.is_commercial = false;
	assert_true(is_refused(&w));
	w.words[0].interest = "Savoir.";
	assert_true(is_refused(&w));
	w.words[1].interest = "To know.";
	assert_false(is_refused(&w));
}

static void
the_rule_for_customers_is_for_advertising_by_mail_and_sms(void **state)
{
	struct consent_wanted w = letter();

	(void)state;
	w.has_soft_opt_in = true;
	assert_false(is_refused(&w));
	w.is_commercial = false;
	assert_true(is_refused(&w));
	w = letter();
	w.has_soft_opt_in = true;
	w.has[0] = false;	/* post is left */
	assert_true(is_refused(&w));
	w.has[3] = true;
	assert_false(is_refused(&w));
}

static void
two_open_purposes_have_two_titles(void **state)
{
	struct consent_wanted w = letter();
	uint64_t id = make(&w), other;

	(void)state;
	w.code = "other";
	w.words[0].title = "Autre";
	assert_int_equal(run(store_in_tx, &(struct storing){ 0, &w, 0 }),
	    ERR_CONFLICT);
	w.words[1].title = "Other";
	other = make(&w);
	w = now_of(other).is;
	w.words[0].title = "Lettre";
	assert_int_equal(run(store_in_tx, &(struct storing){ other, &w, 0 }),
	    ERR_CONFLICT);
	assert_int_equal(run(close_in_tx, &id), ERR_OK);
	assert_int_equal(run(store_in_tx, &(struct storing){ other, &w, 0 }),
	    ERR_OK);
}

static void
no_more_are_open_than_people_can_read(void **state)
{
	struct consent_wanted w = letter();

	(void)state;
	scratch_sql("INSERT INTO purpose (code) SELECT CONCAT('p', seq) FROM "
	    "seq_1_to_50");
	assert_true(is_refused(&w));
	scratch_sql("UPDATE purpose SET is_closed = TRUE LIMIT 1");
	assert_false(is_refused(&w));
}

static void
another_basis_than_people_chose_under_is_another_purpose(void **state)
{
	struct consent_wanted w = letter();
	uint64_t id = make(&w);
	struct storing s = { id, &w, 0 };

	(void)state;
	w = now_of(id).is;
	w.basis = "contract";
	w.is_commercial = false;
	assert_int_equal(run(store_in_tx, &s), ERR_OK);
	w = now_of(id).is;
	scratch_sql("INSERT INTO consent_event (id, kind, purpose_version_id, "
	    "channel, language, notice_version_id, how, at_us, subject, leaf, "
	    "writer, writer_n, mac) SELECT 1, 'refused', MIN(id), 'email', "
	    "'fr', 1, 'form', 0, REPEAT('s', 32), REPEAT('l', 32), "
	    "REPEAT('w', 16), 1, REPEAT('m', 32) FROM purpose_version");
	w.basis = "consent";
	assert_int_equal(run(store_in_tx, &s), ERR_CONFLICT);
	w.basis = "contract";
	w.is_commercial = true;
	assert_int_equal(run(store_in_tx, &s), ERR_CONFLICT);
	assert_int_equal(scratch_count("purpose_version"), 2);
}

static void
a_channel_that_somebody_said_yes_to_stays(void **state)
{
	struct consent_wanted w = letter();
	uint64_t id = make(&w);
	struct storing s = { id, &w, 0 };

	(void)state;
	agree(id, 1, "post");
	w = now_of(id).is;
	w.has[2] = false;
	assert_int_equal(run(store_in_tx, &s), ERR_CONFLICT);
	w.has[2] = true;
	w.has[0] = false;
	assert_int_equal(run(store_in_tx, &s), ERR_OK);
}

/* A published form that asks for ${ids}, by mail. */
static void
ask(const uint64_t *ids, size_t n)
{
	const char *choices = "";
	size_t i;

	for (i = 0; i < n; i++)
		choices = arena_printf(a, "%s%s{\"purpose_version\":%u,"
		    "\"channels\":[\"email\"]}", choices, i == 0 ? "" : ",",
		    (unsigned)now_of(ids[i]).row.version_id);
	scratch_sql("INSERT INTO form (id, code, state, version_id) VALUES "
	    "(7, 'f', 'published', 70)");
	scratch_sql(arena_printf(a, "INSERT INTO form_version (id, form_id, "
	    "number, notice_version_id, definition, created_us) VALUES (70, 7, "
	    "1, 1, '{\"fields\":[\"email\"],\"choices\":[%s]}', 1)",
	    choices));
}

/* How many choices of the form as it is shown are to the newest version. */
static uint64_t
asked_newest(void)
{
	return scratch_number("SELECT COUNT(*) FROM form f JOIN form_version "
	    "v ON v.id = f.version_id JOIN purpose_version n ON v.definition "
	    "LIKE CONCAT('%\"purpose_version\":', n.id, ',%') WHERE n.number "
	    "= (SELECT MAX(o.number) FROM purpose_version o WHERE o.purpose_id "
	    "= n.purpose_id)");
}

static void
a_form_asks_for_the_newest_version_at_once(void **state)
{
	struct consent_wanted w = letter();
	uint64_t ids[2];

	(void)state;
	ids[0] = make(&w);
	w.code = "other";
	w.words[0].title = "Autre";
	w.words[1].title = "Other";
	ids[1] = make(&w);
	ask(ids, 2);
	assert_int_equal(asked_newest(), 2);
	assert_int_equal(say(ids[0], "Un.", false), ERR_OK);
	assert_int_equal(asked_newest(), 2);
	assert_int_equal(say(ids[1], "Deux.", true), ERR_OK);
	assert_int_equal(asked_newest(), 2);
	assert_int_equal(say(ids[0], "Trois.", true), ERR_OK);
	assert_int_equal(asked_newest(), 2);
	/* what was shown before stays what it was */
	assert_int_equal(scratch_count("form_version"), 4);
	assert_int_equal(scratch_number("SELECT number FROM form_version v "
	    "JOIN form f ON f.version_id = v.id"), 4);
	w = now_of(ids[0]).is;
	w.has[0] = false;
	assert_int_equal(run(store_in_tx, &(struct storing){ ids[0], &w, 0 }),
	    ERR_CONFLICT);
}

static void
closing_takes_the_use_and_nothing_else(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);

	(void)state;
	agree(id, 1, "email");
	assert_int_equal(run(close_in_tx, &id), ERR_OK);
	assert_false(counts(id));
	assert_int_equal(scratch_count("consent_state WHERE state = 'given'"),
	    1);
	assert_int_equal(scratch_count("purpose_version"), 1);
	assert_int_equal(run(close_in_tx, &id), ERR_OK);
	assert_int_equal(scratch_count("audit_event WHERE verb = "
	    "'purpose.closed'"), 1);
	assert_int_equal(say(id, "Encore.", true), ERR_CONFLICT);
	assert_int_equal(scratch_count("purpose_version"), 1);
}

static void
what_a_form_asks_for_is_not_closed(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);

	(void)state;
	ask(&id, 1);
	assert_int_equal(say(id, "J’accepte bien.", true), ERR_OK);
	assert_int_equal(run(close_in_tx, &id), ERR_CONFLICT);
	assert_non_null(why);
	assert_int_equal(scratch_count("purpose WHERE is_closed"), 0);
	scratch_sql("UPDATE form SET state = 'closed'");
	assert_int_equal(run(close_in_tx, &id), ERR_OK);
}

static void
the_audit_says_which_words_were_replaced(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);

	(void)state;
	assert_int_equal(say(id, "J’accepte bien.", true), ERR_OK);
	assert_int_equal(scratch_count("audit_event x JOIN audit_event y ON "
	    "x.verb = 'purpose.created' AND y.verb = 'purpose.changed' AND "
	    "JSON_VALUE(x.detail, '$.after') = JSON_VALUE(y.detail, "
	    "'$.before') AND LENGTH(JSON_VALUE(y.detail, '$.after')) = 64 AND "
	    "JSON_VALUE(y.detail, '$.after') <> JSON_VALUE(y.detail, "
	    "'$.before') AND JSON_VALUE(y.detail, '$.material') = 1 AND "
	    "y.actor_id = 1"), 1);
	assert_int_equal(scratch_count("audit_event WHERE detail LIKE "
	    "'%accept%'"), 0);
}

static void
the_workers_read_what_is_offered_again(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t before = scratch_number("SELECT version FROM site"), id;

	(void)state;
	id = make(&w);
	assert_int_equal(say(id, "J’accepte bien.", true), ERR_OK);
	assert_int_equal(run(close_in_tx, &id), ERR_OK);
	assert_int_equal(scratch_number("SELECT version FROM site"),
	    before + 3);
}

static void
people_are_counted_once_and_no_further_than_is_looked(void **state)
{
	const struct consent_wanted w = letter();
	uint64_t id = make(&w);

	(void)state;
	agree(id, 1, "email");
	agree(id, 1, "post");
	agree(id, 2, "post");
	assert_int_equal(touched(id).people, 2);
	assert_false(touched(id).is_more);
	scratch_sql("UPDATE consent_state SET is_held = TRUE WHERE contact_id "
	    "= 2");
	assert_int_equal(touched(id).people, 1);
	scratch_sql("INSERT INTO contact (reference, kind, language, source, "
	    "basis, collected_us, last_person_us, created_us, updated_us) "
	    "SELECT CONCAT('N-', seq), 'prospect', 'fr', 'form', 'consent', "
	    "1, 1, 1, 1 FROM seq_1_to_1200");
	scratch_sql(arena_printf(a, "INSERT IGNORE INTO consent_state "
	    "(contact_id, purpose_id, channel, state, purpose_version_id, "
	    "event_id, at_us) SELECT id, %u, 'email', 'given', 1000000, 1, 1 "
	    "FROM contact", (unsigned)id));
	assert_int_equal(touched(id).people, CONSENT_TOUCHED_MOST);
	assert_true(touched(id).is_more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_version_is_never_changed_the_next_one_follows, arrange),
		cmocka_unit_test_setup(
		    only_a_material_version_asks_people_again, arrange),
		cmocka_unit_test_setup(
		    who_follows_a_version_that_is_gone_stores_nothing,
		    arrange),
		cmocka_unit_test_setup(
		    advertising_to_consumers_rests_on_consent_alone, arrange),
		cmocka_unit_test_setup(
		    a_legitimate_interest_is_weighed_in_every_language,
		    arrange),
		cmocka_unit_test_setup(
		    the_rule_for_customers_is_for_advertising_by_mail_and_sms,
		    arrange),
		cmocka_unit_test_setup(no_more_are_open_than_people_can_read,
		    arrange),
		cmocka_unit_test_setup(two_open_purposes_have_two_titles,
		    arrange),
		cmocka_unit_test_setup(
		    another_basis_than_people_chose_under_is_another_purpose,
		    arrange),
		cmocka_unit_test_setup(
		    a_channel_that_somebody_said_yes_to_stays, arrange),
		cmocka_unit_test_setup(
		    a_form_asks_for_the_newest_version_at_once, arrange),
		cmocka_unit_test_setup(closing_takes_the_use_and_nothing_else,
		    arrange),
		cmocka_unit_test_setup(what_a_form_asks_for_is_not_closed,
		    arrange),
		cmocka_unit_test_setup(
		    the_audit_says_which_words_were_replaced, arrange),
		cmocka_unit_test_setup(the_workers_read_what_is_offered_again,
		    arrange),
		cmocka_unit_test_setup(
		    people_are_counted_once_and_no_further_than_is_looked,
		    arrange),
	};

	return cmocka_run_group_tests_name("purposes", tests, open_all,
	    close_all);
}
