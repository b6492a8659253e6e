/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whom staff see and find: every walk of the list keeps to the silo, finds
 * what the filter says, page after page, and looks at no more rows than a page
 * is worth (GDPR 5(1)(f), 25; I10; PERFORMANCE: gate of every list).
 */
#include "lists/lists_office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_keeper.h"
#include "lists/lists_keeper.h"
#include "lists/lists_snapshot.h"
#include "tests/db/scratch.h"

#define NOW_US (INT64_C(1800000000) * SECOND_US)
#define MANY	20000		/* contacts of the large base */
#define READS	20		/* handler reads for each row of a page */

/* Two teams; Ann and Bob in the first, Cleo in the second; Dora sees all. */
enum { ANN = 1, BOB, CLEO, DORA };
enum { NORTH = 1, SOUTH };

static struct arena *a;
static struct db *office, *keeper;
static struct query table[Q__MAX];
static struct config config = { .country = "FR" };
static struct worker worker = { .config = &config };

/* The office's statements, and one that counts what they read. */
static struct db *
counting_office(void)
{
	struct db_config how;
	struct db *db;

	memcpy(table, db_table_office, sizeof(table));
	table[Q_LISTS_ABOUT].text = "SELECT CAST(SUM(VARIABLE_VALUE) AS "
	    "UNSIGNED) FROM information_schema.SESSION_STATUS WHERE "
	    "VARIABLE_NAME LIKE 'Handler_read%'";
	scratch_config("office", &how);
	assert_int_equal(db_open(&how, table, &db), ERR_OK);
	return db;
}

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	office = counting_office();
	keeper = scratch_open("keeper");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	db_close(office);
	db_close(keeper);
	arena_close(a);
	return 0;
}

static void
add_contact(uint64_t id, const char *family, const char *visibility,
    uint64_t owner, uint64_t team)
{
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " given_name, family_name, sort_name, language, email, email_key,"
	    " visibility, owner_id, team_id, source, basis, collected_us,"
	    " last_person_us, created_us, updated_us) VALUES (%d, 'C-%08d',"
	    " 'customer', 'Zoé', '%s', LOWER('%s'), 'fr', 'p%d@x.org',"
	    " 'p%d@x.org', '%s', %d, %d, 'staff', 'contract', 1, %d, 1, 1)",
	    (int)id, (int)id, family, family, (int)id, (int)id, visibility,
	    (int)owner, (int)team, (int)id));
}

static void
arrange_staff(void)
{
	scratch_empty();
	scratch_sql("INSERT INTO team (id, name) VALUES (1, 'North'),"
	    " (2, 'South')");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role,"
	    " team_id, language, state, created_us) VALUES"
	    " (1, 'a@x', 'a@x', 'Ann', 'adviser', 1, 'fr', 'active', 1),"
	    " (2, 'b@x', 'b@x', 'Bob', 'adviser', 1, 'fr', 'active', 1),"
	    " (3, 'c@x', 'c@x', 'Cleo', 'adviser', 2, 'fr', 'active', 1),"
	    " (4, 'd@x', 'd@x', 'Dora', 'dpo', NULL, 'fr', 'active', 1)");
	scratch_sql("INSERT INTO tag (id, name, name_key) VALUES"
	    " (1, 'Seaside', 'seaside'), (2, 'Rare', 'rare')");
}

static int
arrange(void **state)
{
	(void)state;
	arrange_staff();
	add_contact(11, "Everyone", "everyone", CLEO, SOUTH);
	add_contact(12, "Northern", "team", BOB, NORTH);
	add_contact(13, "Anns", "owner", ANN, NORTH);
	add_contact(14, "Bobs", "owner", BOB, NORTH);
	add_contact(15, "Southern", "team", CLEO, SOUTH);
	add_contact(16, "Lent", "team", ANN, SOUTH);
	scratch_sql("INSERT INTO contact_tag SELECT id, 1, NULL, 1 FROM "
	    "contact");
	return 0;
}

static void
run(const char *name, enum err (*fn)(struct job *job))
{
	const struct job_row row = { name, SECOND_US, false, fn };
	struct keys *keys = keys_from_root((const unsigned char *)
	    "0123456789abcdef0123456789abcdef", 1, 1, KEYS_KEEPER);
	struct job job = { .row = &row, .db = keeper, .owner = "test",
	    .arena = a, .now_us = NOW_US, .keys = keys };

	do {
		job.is_more = false;
		scratch_begin(keeper, DB_JOB);
		assert_int_equal(job_lead(&job), ERR_OK);
		assert_int_equal(fn(&job), ERR_OK);
	} while (job.is_more);
	job_resign(&job);
	free(job.memory);
	keys_close(keys);
}

static void
run_index(void)
{
	run("contact_index", contacts_keeper_index);
}

/* A request of a member of staff. */
static struct ctx
request(uint64_t staff, uint64_t team)
{
	struct ctx c = { .arena = a, .worker = &worker, .db = office,
	    .now_us = NOW_US, .lang = "fr" };

	c.caller.staff_id = staff;
	c.caller.team_id = team;
	c.caller.role = staff == DORA ? ROLE_DPO : ROLE_ADVISER;
	scratch_begin(office, DB_GET);
	return c;
}

static struct lists_asked
asked_for(const char *filter, const char *words)
{
	struct lists_asked asked = { .query.words = words };

	assert_int_equal(lists_filter_read(a, filter, &asked.filter), ERR_OK);
	return asked;
}

/* The ids of a list, "13 11 ": all its pages of ${most}. */
static const char *
ids_of(struct ctx *c, const struct lists_asked *asked, uint64_t most)
{
	struct lists_found found;
	uint64_t after = 0;
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, "");
	do {
		assert_int_equal(lists_find(c, asked, after, most, &found),
		    ERR_OK);
		assert_false(found.is_cut);
		for (i = 0; i < found.n; i++)
			buf_text(&b, arena_printf(a, "%" PRIu64 " ",
			    found.rows[i].id));
		if (found.n > 0)
			after = found.rows[found.n - 1].id;
	} while (found.n == most);
	return b.len == 0 ? "" : b.ptr;
}

static uint64_t
snapshot_of(uint64_t staff, const char *filter)
{
	struct keys *keys = keys_from_root((const unsigned char *)
	    "0123456789abcdef0123456789abcdef", 1, 1, KEYS_OFFICE);
	struct lists_snapshot f = { .reason = "daily" };
	struct bytes sealed;

	assert_int_equal(lists_filter_read(a, filter, &f.filter), ERR_OK);
	sealed = lists_snapshot_seal(a, keys, staff, NOW_US, &f);
	keys_close(keys);
	scratch_sql(arena_printf(a, "INSERT INTO snapshot (staff_id, sealed, "
	    "state, created_us, expires_us) VALUES (%d, x'%s', 'waiting', "
	    "%" PRId64 ", %" PRId64 ")", (int)staff, hex_write(a, sealed),
	    NOW_US, NOW_US + HOUR_US));
	run("snapshot_walk", lists_keeper_walk);
	return scratch_number("SELECT MAX(id) FROM snapshot");
}

/* The same question by each walk there is. */
static void
is_seen_by_every_walk(uint64_t staff, uint64_t team, uint64_t id, bool is_seen)
{
	struct lists_asked ways[] = { asked_for("", ""),
	    asked_for("tag.is.1", ""), asked_for("", "zo"),
	    asked_for("", arena_printf(a, "p%d@x.org", (int)id)),
	    asked_for("", arena_printf(a, "C-%08d", (int)id)),
	    asked_for("kind.is.customer~country.not.FR", ""),
	    asked_for("", ""), asked_for("", "") };
	const char *needle = arena_printf(a, " %d ", (int)id);
	struct ctx c = request(staff, team);
	size_t i;

	ways[6].order = LISTS_BY_LAST;
	ways[7].snapshot_id = snapshot_of(DORA, "kind.is.customer");
	for (i = 0; i < LENGTH(ways); i++)
		if (is_seen != (strstr(arena_printf(a, " %s", ids_of(&c,
		    &ways[i], 50)), needle) != NULL))
			fail_msg("walk %zu, staff %d, contact %d", i,
			    (int)staff, (int)id);
}

static void
a_contact_is_seen_by_its_adviser_its_team_or_everyone(void **state)
{
	static const struct { uint64_t staff, team, id; bool is_seen; }
	    cells[] = {
		{ ANN, NORTH, 11, true }, { ANN, NORTH, 12, true },
		{ ANN, NORTH, 13, true }, { ANN, NORTH, 14, false },
		{ ANN, NORTH, 15, false }, { ANN, NORTH, 16, true },
		{ BOB, NORTH, 11, true }, { BOB, NORTH, 12, true },
		{ BOB, NORTH, 13, false }, { BOB, NORTH, 14, true },
		{ BOB, NORTH, 15, false }, { BOB, NORTH, 16, false },
		{ CLEO, SOUTH, 11, true }, { CLEO, SOUTH, 12, false },
		{ CLEO, SOUTH, 13, false }, { CLEO, SOUTH, 14, false },
		{ CLEO, SOUTH, 15, true }, { CLEO, SOUTH, 16, true },
		{ CLEO, 0, 16, false },	/* without a team */
		{ DORA, 0, 14, true }, { DORA, 0, 16, true },
	};
	struct q_people_one row;
	enum err e;
	size_t i;

	(void)state;
	run_index();
	for (i = 0; i < LENGTH(cells); i++) {
		is_seen_by_every_walk(cells[i].staff, cells[i].team,
		    cells[i].id, cells[i].is_seen);
		e = q_people_one(office, a, cells[i].id, cells[i].staff ==
		    DORA, cells[i].staff, cells[i].team, &row);
		assert_int_equal(e, cells[i].is_seen ? ERR_OK : ERR_NOTFOUND);
	}
}

static void
a_snapshot_holds_what_its_owner_may_see_and_no_more(void **state)
{
	uint64_t id;

	(void)state;
	id = snapshot_of(ANN, "");
	assert_string_equal(scratch_text(a, arena_printf(a, "SELECT "
	    "GROUP_CONCAT(contact_id ORDER BY position) FROM snapshot_contact "
	    "WHERE snapshot_id = %d", (int)id)), "13,11,16,12");
	assert_int_equal(scratch_number(arena_printf(a, "SELECT n = 4 AND "
	    "walked = 6 AND state = 'ready' FROM snapshot WHERE id = %d",
	    (int)id)), 1);
	id = snapshot_of(CLEO, "country.is.FR");
	assert_int_equal(scratch_number("SELECT n FROM snapshot ORDER BY id "
	    "DESC LIMIT 1"), 0);
}

static void
a_snapshot_of_who_is_out_is_never_filled(void **state)
{
	(void)state;
	scratch_sql("UPDATE staff SET state = 'disabled' WHERE id = 1");
	snapshot_of(ANN, "");
	assert_int_equal(scratch_count("snapshot_contact"), 0);
	assert_int_equal(scratch_count("snapshot WHERE state = 'waiting'"),
	    1);
}

static void
a_walk_that_was_cut_off_begins_again_and_doubles_nobody(void **state)
{
	(void)state;
	snapshot_of(ANN, "");
	scratch_sql("UPDATE snapshot SET state = 'walking', walked = 2, n = 4");
	run("snapshot_walk", lists_keeper_walk);
	assert_int_equal(scratch_count("snapshot_contact"), 4);
	assert_int_equal(scratch_count("snapshot WHERE state = 'ready' AND "
	    "n = 4 AND fence = 2"), 1);
}

static void
a_snapshot_ends_with_its_day(void **state)
{
	(void)state;
	snapshot_of(ANN, "");
	scratch_sql(arena_printf(a, "UPDATE snapshot SET expires_us = %"
	    PRId64, NOW_US));
	run("snapshot_purge", lists_keeper_expire);
	assert_int_equal(scratch_count("snapshot"), 0);
	assert_int_equal(scratch_count("snapshot_contact"), 0);
}

static void
the_list_shows_each_contact_once_page_after_page(void **state)
{
	struct lists_asked all = asked_for("", ""), zo = asked_for("", "zo");
	struct lists_asked tagged = asked_for("tag.is.1", "");
	struct ctx c = request(ANN, NORTH), d = request(DORA, 0);
	uint64_t most;

	(void)state;
	run_index();
	/* one whose two words both begin with what is typed */
	scratch_sql("INSERT INTO contact_word VALUES ('zorro', 16)");
	for (most = 1; most < 8; most++) {
		all.order = LISTS_BY_NAME;
		assert_string_equal(ids_of(&c, &all, most), "13 11 16 12 ");
		assert_string_equal(ids_of(&d, &all, most),
		    "13 14 11 16 12 15 ");
		assert_string_equal(ids_of(&c, &zo, most), "11 12 13 16 ");
		assert_string_equal(ids_of(&d, &tagged, most),
		    "11 12 13 14 15 16 ");
		all.order = LISTS_BY_LAST;
		assert_string_equal(ids_of(&c, &all, most), "11 12 13 16 ");
	}
}

static void
a_cursor_outside_the_silo_tells_nothing(void **state)
{
	struct lists_asked ways[] = { asked_for("", ""), asked_for("", ""),
	    asked_for("", "zo") };
	struct lists_found first, stranger, nobody;
	struct ctx c = request(ANN, NORTH);
	size_t i;

	(void)state;
	run_index();
	ways[1].order = LISTS_BY_LAST;
	for (i = 0; i < LENGTH(ways); i++) {
		assert_int_equal(lists_find(&c, &ways[i], 0, 50, &first),
		    ERR_OK);
		assert_int_equal(lists_find(&c, &ways[i], 14, 50, &stranger),
		    ERR_OK);
		assert_int_equal(lists_find(&c, &ways[i], 99, 50, &nobody),
		    ERR_OK);
		assert_int_equal(first.n, 4);
		assert_int_equal(stranger.n, 4);
		assert_int_equal(nobody.n, 4);
	}
}

static void
a_name_is_found_by_the_beginning_of_any_word_once_indexed(void **state)
{
	struct lists_asked zo = asked_for("", "ZO"), oe = asked_for("", "oé");
	struct lists_asked two = asked_for("", "sou  Zoë");
	struct ctx c = request(DORA, 0);

	(void)state;
	assert_string_equal(ids_of(&c, &zo, 50), "");
	run_index();
	assert_int_equal(scratch_number("SELECT COUNT(*) FROM contact"
	    " WHERE NOT is_indexed"), 0);
	assert_string_equal(ids_of(&c, &zo, 50), "11 12 13 14 15 16 ");
	assert_string_equal(ids_of(&c, &two, 50), "15 ");
	assert_string_equal(ids_of(&c, &oe, 50), "");
}

static void
a_changed_name_is_not_found_by_what_it_was(void **state)
{
	struct lists_asked old = asked_for("", "southern");
	struct lists_asked new = asked_for("", "winter");
	struct ctx c = request(DORA, 0);

	(void)state;
	run_index();
	scratch_sql("UPDATE contact SET family_name = 'Winter',"
	    " is_indexed = FALSE, version = version + 1 WHERE id = 15");
	run_index();
	assert_string_equal(ids_of(&c, &old, 50), "");
	assert_string_equal(ids_of(&c, &new, 50), "15 ");
}

/* A base in which every field has common and rare values. */
static int
arrange_many(void **state)
{
	(void)state;
	arrange_staff();
	scratch_sql(arena_printf(a, "INSERT INTO contact (id, reference, kind,"
	    " given_name, family_name, sort_name, language, email, email_key,"
	    " phone, street, postcode, city, country, is_business, visibility,"
	    " owner_id, team_id, source, basis, collected_us, last_person_us,"
	    " relationship_end_us, restricted_us, restriction, created_us,"
	    " updated_us, is_indexed) SELECT seq, CONCAT('C-', LPAD(seq, 8,"
	    " '0')), IF(seq %% 5 = 0, 'prospect', 'customer'), IF(seq %% 3 ="
	    " 0, 'Marie', 'Paul'), CONCAT('N', seq * 7919 %% 20011),"
	    " CONCAT('n', seq * 7919 %% 20011), IF(seq %% 4 = 0, 'en', 'fr'),"
	    " CONCAT('p', seq, '@x.org'), CONCAT('p', seq, '@x.org'),"
	    " IF(seq %% 2 = 0, CONCAT('+336', LPAD(seq, 8, '0')), NULL),"
	    " IF(seq %% 6 = 0, '1 rue', ''), LPAD(seq %% 95, 2, '0'),"
	    " IF(seq %% 6 = 0, 'Nantes', ''), IF(seq %% 10 < 6, 'FR',"
	    " IF(seq %% 1000 = 7, 'MT', 'BE')), seq %% 50 = 0,"
	    " ELT(1 + seq DIV 3 %% 3, 'everyone', 'team', 'owner'), 1 + seq %% 3,"
	    " 1 + seq %% 2, IF(seq %% 7 = 0, 'form:n', 'import:old'),"
	    " 'consent', seq * 1000000, seq * 1000000, IF(seq %% 11 = 0, 5,"
	    " NULL), IF(seq %% 20 = 0, 5, NULL), IF(seq %% 20 = 0, 'claims',"
	    " NULL), 1, seq * 1000000, TRUE FROM seq_1_to_%d", MANY));
	scratch_sql("INSERT INTO contact_word SELECT LOWER(given_name), id"
	    " FROM contact");
	scratch_sql("INSERT IGNORE INTO contact_word SELECT sort_name, id"
	    " FROM contact");
	scratch_sql("INSERT INTO contact_tag SELECT id, 1, NULL, 1 FROM"
	    " contact WHERE id % 4 = 1");
	scratch_sql("INSERT INTO contact_tag SELECT id, 2, NULL, 1 FROM"
	    " contact WHERE id % 4999 = 1");
	scratch_sql("INSERT INTO purpose (id, code) VALUES (1, 'news'),"
	    " (2, 'rare')");
	scratch_sql("INSERT INTO consent_state (contact_id, purpose_id,"
	    " channel, state, purpose_version_id, event_id, at_us) SELECT id,"
	    " IF(id % 3000 = 0, 2, 1), 'email', IF(id % 9 = 0, 'withdrawn',"
	    " 'given'), 1, id, 1 FROM contact WHERE id % 3 = 0");
	return 0;
}

static uint64_t
reads(void)
{
	struct q_lists_about about = { 0 };

	assert_int_equal(q_lists_about(office, a, &about), ERR_OK);
	return about.most;
}

/* One condition of each kind, common and rare; ${i} beyond them: "". */
static const char *const atoms[] = { "kind.is.prospect", "kind.not.customer",
	"state.is.restricted", "state.is.active", "state.not.erasure",
	"tag.is.1", "tag.is.2", "tag.not.1", "consent.is.1.email",
	"consent.is.2.email", "consent.not.1.email", "consent.is.1.post",
	"out.is.email", "out.not.email", "outof.is.1", "last.before.36500d",
	"last.since.1970-01-01", "last.before.1970-01-01",
	"collected.before.1970-01-02", "updated.since.1970-01-01",
	"ended.is", "ended.not", "name.is.bWFyaWU", "name.is.enp6",
	"city.is.TmFudGVz", "postcode.is.NDQ", "country.is.MT",
	"country.is.FR", "language.is.en", "business.is", "has.is.phone",
	"has.not.post", "owner.is.mine", "owner.is.2", "team.is.2",
	"team.is.mine", "visible.is.owner", "basis.is.consent",
	"basis.is.contract", "source.is.form", "source.not.import" };

static void
is_bounded(struct ctx *c, const struct lists_asked *asked, const char *what)
{
	struct lists_found found;
	uint64_t own, before, n, after = 0;
	unsigned page;

	for (page = 0; page < 3; page++) {
		scratch_begin(office, DB_GET);
		own = reads();
		before = reads();
		own = before - own;	/* what counting reads itself */
		assert_int_equal(lists_find(c, asked, after, LISTS_PER_PAGE +
		    1, &found), ERR_OK);
		n = reads() - before - own;
		if (n > READS * LISTS_PER_PAGE)
			fail_msg("%s, page %u: %" PRIu64 " reads", what, page,
			    n);
		if (found.n <= LISTS_PER_PAGE || found.is_cut)
			return;
		after = found.rows[LISTS_PER_PAGE - 1].id;
	}
}

static void
no_list_reads_more_than_twenty_rows_for_each_of_a_page(void **state)
{
	struct ctx who[] = { request(ANN, NORTH), request(DORA, 0) };
	struct lists_asked asked;
	const char *text;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < LENGTH(atoms); i++)
		for (j = i % 5; j < LENGTH(atoms); j += 5)
			for (k = (i + j) % 2; k < 4; k += 2) {
				text = i == j ? atoms[i] : arena_printf(a,
				    "%s%s%s", atoms[i], k < 2 ? "~" : ",",
				    atoms[j]);
				asked = asked_for(text, "");
				asked.order = k % 2 == 0 ? LISTS_BY_NAME :
				    LISTS_BY_LAST;
				is_bounded(&who[(i + j + k) % 2], &asked,
				    text);
			}
}

static void
what_leads_through_an_index_is_answered_at_once(void **state)
{
	static const struct { const char *filter, *words; enum lists_order by; }
	    cells[] = {
		{ "tag.is.2", "", LISTS_BY_NAME },
		{ "tag.is.2~country.is.MT", "", LISTS_BY_NAME },
		{ "business.is", "p4711@x.org", LISTS_BY_NAME },
		{ "", "C-00004711", LISTS_BY_NAME },
		{ "", "+33600004712", LISTS_BY_NAME },
		{ "kind.is.customer", "n47", LISTS_BY_NAME },
		{ "kind.is.customer", "zzz", LISTS_BY_NAME },
		{ "", "paul n4712", LISTS_BY_NAME },
		{ "last.before.36500d,kind.is.customer", "", LISTS_BY_LAST },
		{ "country.is.FR~language.is.fr", "", LISTS_BY_NAME },
		{ "", "", LISTS_BY_NAME }, { "", "", LISTS_BY_LAST },
	};
	struct lists_asked asked;
	struct lists_found found;
	struct ctx who[] = { request(DORA, 0), request(ANN, NORTH) };
	size_t i, w;

	(void)state;
	/* an adviser whose own contacts the team sees: found twice, read once */
	scratch_sql("UPDATE contact SET owner_id = 1, team_id = 1, visibility"
	    " = 'team' WHERE id % 3 = 1");
	for (i = 0; i < LENGTH(cells) * 2; i++) {
		w = i % 2;
		if (w == 1 && *cells[i / 2].filter != '\0')
			continue;	/* a silo may leave too few */
		asked = asked_for(cells[i / 2].filter, cells[i / 2].words);
		asked.order = cells[i / 2].by;
		assert_int_equal(lists_find(&who[w], &asked, 0, LISTS_PER_PAGE + 1,
		    &found), ERR_OK);
		if (found.is_cut)
			fail_msg("%s %s", cells[i / 2].filter,
			    cells[i / 2].words);
	}
}

/* What the product finds is what the condition says, by other words. */
static void
each_condition_finds_those_it_names(void **state)
{
	static const struct { const char *filter, *where; } cells[] = {
		{ "kind.not.customer", "kind = 'prospect'" },
		{ "state.is.restricted", "restricted_us IS NOT NULL" },
		{ "tag.is.2", "id % 4999 = 1" },
		{ "tag.not.1~tag.is.2", "id % 4999 = 1 AND id % 4 <> 1" },
		{ "consent.is.2.email", "id % 3000 = 0 AND id % 9 <> 0 AND "
		    "id % 20 <> 0" },
		{ "consent.is.1.post~country.is.MT", "id % 3 = 0 AND id % "
		    "3000 <> 0 AND id % 9 <> 0 AND id % 20 <> 0 AND id % 6 = "
		    "0 AND country = 'MT'" },
		{ "out.is.email~country.is.MT", "id % 9 = 0 AND country = "
		    "'MT'" },
		{ "outof.not.1~country.is.MT", "NOT (id % 9 = 0 AND id % 3000 "
		    "<> 0) AND country = 'MT'" },
		{ "country.is.MT,tag.is.2", "country = 'MT' OR id % 4999 = 1" },
		{ "last.before.1970-01-01", "last_person_us < 0" },
		{ "owner.is.mine~country.is.MT", "owner_id = 4" },
		{ "country.is.MT~owner.is.2", "country = 'MT' AND owner_id = "
		    "2" },
		{ "name.is.bWFyaWU~country.is.MT", "given_name = 'Marie' AND "
		    "country = 'MT'" },
		{ "city.is.JQ", "city LIKE '\\%%'" },
	};
	struct lists_asked asked = asked_for("", "");
	struct ctx c = request(DORA, 0);
	const char *wanted;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cells); i++) {
		scratch_sql("DELETE FROM snapshot_contact");
		scratch_sql("DELETE FROM snapshot");
		asked.snapshot_id = snapshot_of(DORA, cells[i].filter);
		wanted = scratch_text(a, arena_printf(a, "SELECT "
		    "COALESCE(GROUP_CONCAT(CONCAT(id, ' ') ORDER BY sort_name,"
		    " id SEPARATOR ''), '') FROM contact WHERE %s",
		    cells[i].where));
		scratch_begin(office, DB_GET);
		if (strcmp(ids_of(&c, &asked, 100), wanted) != 0)
			fail_msg("%s: not %s", cells[i].filter, wanted);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, arrange)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_contact_is_seen_by_its_adviser_its_team_or_everyone),
		TEST(a_snapshot_holds_what_its_owner_may_see_and_no_more),
		TEST(a_snapshot_of_who_is_out_is_never_filled),
		TEST(a_walk_that_was_cut_off_begins_again_and_doubles_nobody),
		TEST(a_snapshot_ends_with_its_day),
		TEST(the_list_shows_each_contact_once_page_after_page),
		TEST(a_cursor_outside_the_silo_tells_nothing),
		TEST(a_name_is_found_by_the_beginning_of_any_word_once_indexed),
		TEST(a_changed_name_is_not_found_by_what_it_was),
		cmocka_unit_test_setup(
		    no_list_reads_more_than_twenty_rows_for_each_of_a_page,
		    arrange_many),
		cmocka_unit_test_setup(
		    what_leads_through_an_index_is_answered_at_once,
		    arrange_many),
		cmocka_unit_test_setup(each_condition_finds_those_it_names,
		    arrange_many),
	};

	return cmocka_run_group_tests_name("lists", tests, open_all,
	    close_all);
}
