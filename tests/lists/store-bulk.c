/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Actions on many contacts: each part asks again who acts and whom they may
 * see, a part that was cut off is not done twice, and only what nobody touched
 * since is put back (GDPR 5(1)(d), 5(1)(f), 17, 25; BT4, CS12).
 */
#include "tests/lists/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>

#include "base/text.h"
#include "ledger/ledger.h"
#include "lists/lists_bulk.h"
#include "tests/db/scratch.h"

#define PEOPLE	140	/* two parts */

static struct keys *keys;
static struct ledger *ledger;
static struct bulk_work work;

static int
open_all(void **state)
{
	lists_open_all(state);
	keys = keys_from_root((const unsigned char *)
	    "0123456789abcdef0123456789abcdef", 1, 1, KEYS_KEEPER);
	ledger = ledger_open(keeper, keys, KEYS_KEEPER);
	work = (struct bulk_work){ a, keys, ledger, NULL, "program", NOW_US };
	return 0;
}

static int
close_all(void **state)
{
	ledger_close(ledger);
	keys_close(keys);
	return lists_close_all(state);
}

/* Contacts 1 to PEOPLE of Ann's team and owned by her, and their snapshot. */
static int
arrange(void **state)
{
	(void)state;
	lists_arrange_staff();
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " sort_name, language, visibility, owner_id, team_id, source,"
	    " basis, collected_us, last_person_us, created_us, updated_us)"
	    " SELECT seq, CONCAT('C-', LPAD(seq, 8, '0')), 'customer',"
	    " LPAD(seq, 3, '0'), 'fr', 'team', 1, 1, 'staff', 'contract', 1,"
	    " 1, 1, 1 FROM seq_1_to_%d", PEOPLE));
	return 0;
}

static uint64_t
bulk_of(uint64_t staff, const char *action, const char *what)
{
	uint64_t snapshot = lists_snapshot_of(DORA, "kind.is.customer");

	scratch_sql(arena_printf(a, "INSERT INTO bulk SET staff_id = %d,"
	    " action = '%s', state = 'counting', snapshot_id = %d, reason ="
	    " 'order', total = %d, created_us = 1, expires_us = %" PRId64
	    " %s", (int)staff, action, (int)snapshot, PEOPLE, NOW_US +
	    BULK_UNDO_US, what));
	return scratch_number("SELECT MAX(id) FROM bulk");
}

struct step {
	uint64_t id;
	bool is_over;
};

static enum err
step_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;

	return bulk_step(&work, db, s->id, &s->is_over);
}

static enum err
step(uint64_t id, bool *ret_is_over)
{
	struct step s = { id, false };
	enum err e;

	scratch_begin(keeper, DB_JOB);
	e = tx_run(keeper, NULL, a, step_in_tx, &s, NULL);
	*ret_is_over = s.is_over;
	return e;
}

static void
go_on(uint64_t id)
{
	bool is_over = false;

	while (!is_over)
		assert_int_equal(step(id, &is_over), ERR_OK);
}

static enum err
start_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;
	struct q_bulk_load b;
	enum err e;

	if ((e = q_bulk_load(db, a, s->id, &b)) != ERR_OK)
		return e;
	return strcmp(b.state, "ready") == 0 ? bulk_start(&work, db, &b) :
	    bulk_undo(&work, db, &b);
}

/* Let it run, or take it back. */
static void
press(uint64_t id)
{
	struct step s = { id, false };

	scratch_begin(keeper, DB_JOB);
	assert_int_equal(tx_run(keeper, NULL, a, start_in_tx, &s, NULL),
	    ERR_OK);
}

static uint64_t
count(uint64_t id, const char *column)
{
	return scratch_number(arena_printf(a, "SELECT %s FROM bulk WHERE id ="
	    " %d", column, (int)id));
}

static void
each_part_asks_again_whom_its_maker_may_see(void **state)
{
	uint64_t id = bulk_of(ANN, "label", ", tag_id = 1");

	(void)state;
	go_on(id);
	assert_int_equal(count(id, "n"), PEOPLE);
	scratch_sql("UPDATE contact SET visibility = 'owner', owner_id = 2"
	    " WHERE id = 7");
	scratch_sql("UPDATE contact SET restriction = 'claims', restricted_us"
	    " = 5 WHERE id = 8");
	press(id);
	go_on(id);
	assert_int_equal(scratch_count("contact_tag"), PEOPLE - 2);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact_tag"
	    " WHERE contact_id IN (7, 8)"), 0);
	assert_int_equal(count(id, "n"), PEOPLE - 2);
	assert_int_equal(count(id, "n_foreign"), 1);
	assert_int_equal(count(id, "n_restricted"), 1);
	assert_int_equal(scratch_count("contact_history"), PEOPLE - 2);
}

static void
who_is_out_changes_nobody(void **state)
{
	uint64_t id = bulk_of(ANN, "label", ", tag_id = 1");
	bool is_over;

	(void)state;
	go_on(id);
	press(id);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	assert_int_equal(step(id, &is_over), ERR_DENIED);
	assert_int_equal(scratch_count("contact_tag"), 0);
}

static void
a_colleague_who_left_is_given_nothing_more(void **state)
{
	uint64_t id = bulk_of(ANN, "assign", ", has_owner = 1, new_owner_id = "
	    "2");
	bool is_over;

	(void)state;
	go_on(id);
	press(id);
	assert_int_equal(step(id, &is_over), ERR_OK);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 2");
	assert_int_equal(step(id, &is_over), ERR_DENIED);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact WHERE"
	    " owner_id = 1"), PEOPLE - DB_EACH_MAX);
}

static void
a_walk_that_was_cut_off_goes_on_and_doubles_nobody(void **state)
{
	uint64_t id = bulk_of(ANN, "label", ", tag_id = 1");
	bool is_over;

	(void)state;
	go_on(id);
	press(id);
	assert_int_equal(step(id, &is_over), ERR_OK);
	assert_false(is_over);
	/* another keeper knows nothing but the row */
	assert_int_equal(step(id, &is_over), ERR_OK);
	assert_true(is_over);
	assert_int_equal(scratch_count("contact_tag"), PEOPLE);
	assert_int_equal(count(id, "n"), PEOPLE);
	assert_int_equal(step(id, &is_over), ERR_CONFLICT);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM audit_event"
	    " WHERE verb = 'bulk.labelled'"), 1);
}

static void
only_what_nobody_touched_since_is_put_back(void **state)
{
	uint64_t id = bulk_of(ANN, "assign", ", has_owner = 1, new_owner_id = "
	    "2");

	(void)state;
	go_on(id);
	press(id);
	go_on(id);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact WHERE"
	    " owner_id = 2"), PEOPLE);
	scratch_sql("UPDATE contact SET owner_id = NULL WHERE id = 3");
	/* somebody in it is erased */
	scratch_sql("DELETE FROM bulk_contact WHERE contact_id = 4");
	press(id);
	go_on(id);
	assert_int_equal(count(id, "n_undone"), PEOPLE - 2);
	assert_int_equal(count(id, "n_kept"), 1);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact WHERE"
	    " owner_id = 1"), PEOPLE - 2);
	assert_int_equal(scratch_count("bulk_contact"), 0);
}

static void
nobody_gives_what_is_not_theirs(void **state)
{
	uint64_t id = bulk_of(BOB, "assign", ", has_owner = 1, new_owner_id = "
	    "2");

	(void)state;
	go_on(id);
	assert_int_equal(count(id, "n"), 0);
	assert_int_equal(count(id, "n_foreign"), PEOPLE);
}

static void
nobody_makes_a_contact_invisible(void **state)
{
	uint64_t id = bulk_of(DORA, "assign", ", has_owner = 1, new_visibility"
	    " = 'owner'");

	(void)state;
	go_on(id);
	assert_int_equal(count(id, "n"), 0);
	assert_int_equal(count(id, "n_unseen"), PEOPLE);
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id < 3");
	id = bulk_of(DORA, "assign", ", new_visibility = 'owner'");
	go_on(id);
	assert_int_equal(count(id, "n_unseen"), PEOPLE);
}

static void
a_proposal_deletes_nobody_and_leaves_out_who_is_restricted(void **state)
{
	uint64_t id = bulk_of(ANN, "delete", "");

	(void)state;
	scratch_sql("UPDATE contact SET restriction = 'claims', restricted_us"
	    " = 5 WHERE id < 4");
	go_on(id);
	press(id);
	assert_int_equal(scratch_count("contact"), PEOPLE);
	assert_int_equal(scratch_count("bulk_contact"), PEOPLE - 3);
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM task WHERE kind"
	    " = 'bulk.to_decide' AND state = 'open'"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    each_part_asks_again_whom_its_maker_may_see, arrange),
		cmocka_unit_test_setup(who_is_out_changes_nobody, arrange),
		cmocka_unit_test_setup(
		    a_colleague_who_left_is_given_nothing_more, arrange),
		cmocka_unit_test_setup(
		    a_walk_that_was_cut_off_goes_on_and_doubles_nobody,
		    arrange),
		cmocka_unit_test_setup(
		    only_what_nobody_touched_since_is_put_back, arrange),
		cmocka_unit_test_setup(nobody_gives_what_is_not_theirs,
		    arrange),
		cmocka_unit_test_setup(nobody_makes_a_contact_invisible,
		    arrange),
		cmocka_unit_test_setup(
		    a_proposal_deletes_nobody_and_leaves_out_who_is_restricted,
		    arrange),
	};

	return cmocka_run_group_tests_name("lists-bulk", tests, open_all,
	    close_all);
}
