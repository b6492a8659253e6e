/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Further addresses and numbers: none is lost, none is there twice, none lets
 * anybody in, and what a person stopped goes along (GDPR 5(1)(d), 15(1)(g),
 * 16, 21(3), 32).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "contacts/contacts.h"
#include "contacts/contacts_reach.h"
#include "keys/person.h"
#include "tests/contacts/history.h"
#include "tests/db/scratch.h"

#define NOW_US	INT64_C(1795200000000000)

static struct arena *a;
static struct db *office;
static struct keys *keys;

static int
open_all(void **state)
{
	static const unsigned char root[KEY_BYTES] = { 7 };

	(void)state;
	a = arena_open();
	office = scratch_open("office");
	keys = keys_from_root(root, 1, 1, KEYS_OFFICE);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	keys_close(keys);
	db_close(office);
	arena_close(a);
	return 0;
}

/* 1: may sign in; 2: may not. */
static int
arrange(void **state)
{
	(void)state;
	scratch_empty();
	scratch_sql("INSERT INTO identity (id, mailbox, mailbox_key, language, "
	    "created_us) VALUES (1, 'Ada@x.org', 'ada@x.org', 'fr', 0)");
	scratch_sql("INSERT INTO contact (id, reference, kind, identity_id, "
	    "given_name, language, email, email_key, phone, source, basis, "
	    "collected_us, last_person_us, created_us, updated_us) VALUES "
	    "(1, 'C-1', 'customer', 1, 'Ada', 'fr', 'Ada@x.org', 'ada@x.org', "
	    "'+33612345678', 'form:f', 'consent', 5, 7, 0, 0), "
	    "(2, 'C-2', 'customer', NULL, 'Bea', 'fr', 'bea@x.org', "
	    "'bea@x.org', '+33611111111', 'import:fair', 'contract', 5, 7, "
	    "0, 0)");
	scratch_begin(office, DB_POST);
	return 0;
}

static struct contacts_reach
reach(uint64_t contact, const char *kind, const char *value)
{
	return (struct contacts_reach){ .contact_id = contact, .kind = kind,
	    .value = value, .key = value, .label = "work", .staff_id = 0,
	    .at_us = NOW_US };
}

static enum err
put_in_tx(struct db *db, void *arg)
{
	return contacts_reach_put(db, a, keys, arg);
}

static enum err
remove_in_tx(struct db *db, void *arg)
{
	return contacts_reach_remove(db, a, keys, arg);
}

static enum err
swap_in_tx(struct db *db, void *arg)
{
	const char *old;

	return contacts_reach_swap(db, a, keys, arg, &old);
}

static enum err
run(enum err (*fn)(struct db *db, void *arg), struct contacts_reach r)
{
	return tx_run(office, NULL, a, fn, &r, NULL);
}

static enum err
put(uint64_t contact, const char *kind, const char *value)
{
	return run(put_in_tx, reach(contact, kind, value));
}

static uint64_t
newest(void)
{
	return scratch_number("SELECT MAX(id) FROM contact_reach");
}

static const char *
history(uint64_t contact)
{
	return history_text(office, a, keys, contact);
}

static void
one_is_added_with_history_and_origin(void **state)
{
	(void)state;
	assert_int_equal(put(2, "email", "bea@work.org"), ERR_OK);
	assert_int_equal(scratch_count("contact_reach WHERE contact_id = 2 "
	    "AND kind = 'email' AND value = 'bea@work.org' AND label = 'work' "
	    "AND source = 'staff' AND basis = 'contract' AND "
	    "at_us = 1795200000000000"), 1);
	assert_string_equal(history(2), "other_email:>bea@work.org work;");
	/* staff are no contact from the person (X10) */
	assert_int_equal(scratch_count("contact WHERE id = 2 AND version = 2 "
	    "AND last_person_us = 7"), 1);
}

static void
a_person_who_adds_one_has_been_in_touch(void **state)
{
	struct contacts_reach r = reach(1, "phone", "+33698765432");

	(void)state;
	r.is_person = true;
	assert_int_equal(run(put_in_tx, r), ERR_OK);
	assert_int_equal(scratch_count("contact_reach WHERE source = "
	    "'account'"), 1);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND "
	    "last_person_us = 1795200000000000"), 1);
}

static void
what_the_record_has_is_not_added_again(void **state)
{
	(void)state;
	assert_int_equal(put(2, "email", "bea@x.org"), ERR_CONFLICT);
	assert_int_equal(put(2, "phone", "+33611111111"), ERR_CONFLICT);
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_OK);
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_CONFLICT);
	/* another record's may well be the same: a family, a shop */
	assert_int_equal(put(1, "phone", "+33698765432"), ERR_OK);
	assert_int_equal(scratch_count("contact_reach"), 2);
}

static void
the_eleventh_is_refused(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < CONTACTS_REACH_MAX; i++)
		assert_int_equal(put(2, "phone", arena_printf(a,
		    "+336987654%02u", i)), ERR_OK);
	assert_int_equal(put(2, "phone", "+33698765499"), ERR_CONFLICT);
}

static void
one_that_a_colleague_changed_meanwhile_is_not_written_over(void **state)
{
	struct contacts_reach r;

	(void)state;
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_OK);
	r = reach(2, "phone", "+33698765433");
	r.id = newest();
	r.seen = "+33698765432 work";
	assert_int_equal(run(put_in_tx, r), ERR_OK);
	r.value = r.key = "+33698765434";
	assert_int_equal(run(put_in_tx, r), ERR_CONFLICT);
	assert_string_equal(scratch_text(a, "SELECT value FROM "
	    "contact_reach"), "+33698765433");
	assert_string_equal(history(2), "other_phone:>+33698765432 work;"
	    "other_phone:+33698765432 work>+33698765433 work;");
}

static void
another_label_leaves_where_it_came_from(void **state)
{
	struct contacts_reach r = reach(2, "phone", "+33698765432");

	(void)state;
	scratch_sql("INSERT INTO contact_reach (id, contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) VALUES (9, 2, 'phone', "
	    "'+33698765432', '+33698765432', 'mobile', 'import:fair', "
	    "'contract', 5)");
	r.id = 9;
	assert_int_equal(run(put_in_tx, r), ERR_OK);
	assert_int_equal(scratch_count("contact_reach WHERE label = 'work' "
	    "AND source = 'import:fair' AND at_us = 5"), 1);
	r.value = r.key = "+33698765433";
	assert_int_equal(run(put_in_tx, r), ERR_OK);
	assert_int_equal(scratch_count("contact_reach WHERE source = 'staff' "
	    "AND at_us = 1795200000000000"), 1);
}

static void
a_row_of_another_contact_is_not_reached(void **state)
{
	struct contacts_reach r;

	(void)state;
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_OK);
	r = reach(1, "phone", "+33600000000");
	r.id = newest();
	assert_int_equal(run(put_in_tx, r), ERR_CONFLICT);
	assert_int_equal(run(remove_in_tx, r), ERR_CONFLICT);
	assert_int_equal(run(swap_in_tx, r), ERR_CONFLICT);
	assert_int_equal(scratch_count("contact_reach WHERE contact_id = 2 "
	    "AND value = '+33698765432'"), 1);
}

static void
the_main_number_and_a_further_one_change_places(void **state)
{
	struct contacts_reach r;

	(void)state;
	scratch_sql("INSERT INTO contact_provenance VALUES (2, 'phone', "
	    "'form:f', 'consent', NULL, 3)");
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_OK);
	r = reach(2, "phone", "");
	r.id = newest();
	assert_int_equal(run(swap_in_tx, r), ERR_OK);
	assert_int_equal(scratch_count("contact WHERE id = 2 AND phone = "
	    "'+33698765432'"), 1);
	/* where each came from moves with it (X13) */
	assert_int_equal(scratch_count("contact_reach WHERE value = "
	    "'+33611111111' AND label = 'mobile' AND source = 'form:f' AND "
	    "basis = 'consent' AND at_us = 3"), 1);
	assert_int_equal(scratch_count("contact_provenance WHERE field = "
	    "'phone' AND source = 'staff'"), 1);
	assert_string_equal(history(2), "other_phone:>+33698765432 work;"
	    "phone:+33611111111>+33698765432;"
	    "other_phone:+33698765432 work>+33611111111 mobile;");
}

static void
nobody_moves_the_address_that_somebody_signs_in_with(void **state)
{
	struct contacts_reach r;

	(void)state;
	assert_int_equal(put(1, "email", "thief@x.org"), ERR_OK);
	r = reach(1, "email", "");
	r.id = newest();
	assert_int_equal(run(swap_in_tx, r), ERR_CONFLICT);
	r.is_person = true;	/* they answer a mail to it, and not so */
	assert_int_equal(run(swap_in_tx, r), ERR_CONFLICT);
	assert_int_equal(scratch_count("contact WHERE id = 1 AND email_key = "
	    "'ada@x.org' AND identity_id = 1"), 1);
	assert_int_equal(scratch_count("identity WHERE mailbox_key = "
	    "'ada@x.org'"), 1);
}

static void
who_does_not_sign_in_can_get_another_main_address(void **state)
{
	struct contacts_reach r;

	(void)state;
	assert_int_equal(put(2, "email", "bea@work.org"), ERR_OK);
	r = reach(2, "email", "");
	r.id = newest();
	assert_int_equal(run(swap_in_tx, r), ERR_OK);
	assert_int_equal(scratch_count("contact WHERE id = 2 AND email = "
	    "'bea@work.org' AND email_key = 'bea@work.org' AND identity_id "
	    "IS NULL"), 1);
	assert_int_equal(scratch_count("contact_reach WHERE value_key = "
	    "'bea@x.org' AND source = 'import:fair'"), 1);
	assert_int_equal(scratch_count("identity"), 1);
}

static void
a_no_goes_along_with_an_address_that_goes(void **state)
{
	unsigned char hash[HASH_BYTES];
	struct contacts_reach r;

	(void)state;
	scratch_sql("INSERT INTO purpose (id, code) VALUES (1, 'news'), "
	    "(2, 'offers')");
	scratch_sql("INSERT INTO consent_state (contact_id, "
	    "purpose_id, channel, state, purpose_version_id, event_id, at_us, "
	    "is_told) VALUES (2, 1, 'email', "
	    "'withdrawn', 1, 1, 90, TRUE), (2, 1, 'phone', 'objected', 1, 1, "
	    "91, TRUE), (2, 2, 'email', 'given', 1, 1, 92, TRUE)");
	assert_int_equal(put(2, "email", "bea@work.org"), ERR_OK);
	r = reach(2, "email", "");
	r.id = newest();
	assert_int_equal(scratch_count("suppression"), 0);
	assert_int_equal(run(remove_in_tx, r), ERR_OK);
	consent_suppression_hash(a, keys, "email", "bea@work.org", hash);
	assert_int_equal(scratch_count("suppression"), 1);
	assert_int_equal(scratch_count(arena_printf(a, "suppression WHERE "
	    "identifier_hash = X'%s' AND purpose_id = 1 AND channel = 'email' "
	    "AND since_us = 90", hex_write(a, (struct bytes){ hash,
	    sizeof(hash) }))), 1);
	assert_string_equal(history(2), "other_email:>bea@work.org work;"
	    "other_email:bea@work.org work>;");
}

static void
nothing_changes_while_the_record_is_being_erased(void **state)
{
	struct contacts_reach r;

	(void)state;
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_OK);
	scratch_sql("UPDATE contact SET restriction = 'erasure' WHERE id = 2");
	r = reach(2, "phone", "+33600000000");
	assert_int_equal(run(put_in_tx, r), ERR_CONFLICT);
	r.id = newest();
	assert_int_equal(run(put_in_tx, r), ERR_CONFLICT);
	assert_int_equal(run(remove_in_tx, r), ERR_CONFLICT);
	assert_int_equal(run(swap_in_tx, r), ERR_CONFLICT);
	assert_int_equal(scratch_count("contact_reach WHERE value = "
	    "'+33698765432'"), 1);
}

static enum err
edit_in_tx(struct db *db, void *arg)
{
	return contacts_edit_store(db, a, keys, arg);
}

static void
a_further_number_typed_as_the_main_one_is_not_there_twice(void **state)
{
	struct q_contacts_load record;
	struct contacts_edit edit = { .contact_id = 2, .record = &record,
	    .by_kind = "staff", .at_us = NOW_US };

	(void)state;
	assert_int_equal(put(2, "phone", "+33698765432"), ERR_OK);
	assert_int_equal(q_contacts_load(office, a, 2, &record), ERR_OK);
	contacts_edit_add(&edit, "phone", record.phone, "+33698765432");
	assert_int_equal(tx_run(office, NULL, a, edit_in_tx, &edit, NULL),
	    ERR_OK);
	assert_int_equal(scratch_count("contact WHERE id = 2 AND phone = "
	    "'+33698765432'"), 1);
	assert_int_equal(scratch_count("contact_reach WHERE contact_id = 2 "
	    "AND value = '+33611111111'"), 1);
	assert_int_equal(scratch_count("contact_reach"), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_is_added_with_history_and_origin),
		TEST(a_person_who_adds_one_has_been_in_touch),
		TEST(what_the_record_has_is_not_added_again),
		TEST(the_eleventh_is_refused),
		TEST(one_that_a_colleague_changed_meanwhile_is_not_written_over),
		TEST(another_label_leaves_where_it_came_from),
		TEST(a_row_of_another_contact_is_not_reached),
		TEST(the_main_number_and_a_further_one_change_places),
		TEST(nobody_moves_the_address_that_somebody_signs_in_with),
		TEST(who_does_not_sign_in_can_get_another_main_address),
		TEST(a_no_goes_along_with_an_address_that_goes),
		TEST(nothing_changes_while_the_record_is_being_erased),
		TEST(a_further_number_typed_as_the_main_one_is_not_there_twice),
	};

	return cmocka_run_group_tests_name("contacts", tests, open_all,
	    close_all);
}
