/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lists of a large base: each filter finds what it says, and no list looks at
 * more rows than a page is worth (GDPR 5(1)(c), 25; PERFORMANCE: gate of every
 * list).
 */
#include "tests/lists/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "lists/lists_keeper.h"
#include "tests/db/scratch.h"

#define MANY	20000		/* contacts */
#define READS	20		/* handler reads for each row of a page */

/* A field of each kind, filled for every other contact or so. */
static void
arrange_custom(void)
{
	scratch_sql("INSERT INTO custom_field (id, code, kind, is_sensitive,"
	    " is_editable, basis, retention_months, created_us) VALUES"
	    " (1, 'seat', 'choice', 0, 1, 'contract', 0, 1),"
	    " (2, 'passport', 'date', 0, 1, 'contract', 0, 1),"
	    " (3, 'miles', 'number', 0, 1, 'contract', 0, 1),"
	    " (4, 'nick', 'text', 0, 1, 'contract', 0, 1),"
	    " (5, 'diet', 'text', 1, 1, 'consent', 0, 1)");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id,"
	    " value_text, at_us) SELECT id, 1, IF(id % 4999 = 2, 'front',"
	    " 'aisle'), 1 FROM contact WHERE id % 2 = 0");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id,"
	    " value_day, at_us) SELECT id, 2, '2026-01-01' + INTERVAL id % 3000"
	    " DAY, 1 FROM contact WHERE id % 3 = 0");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id,"
	    " value_number, at_us) SELECT id, 3, id, 1 FROM contact");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id,"
	    " value_text, at_us) SELECT id, 4, CONCAT('N', id), 1 FROM contact"
	    " WHERE id % 5 = 0");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id, sealed,"
	    " at_us) SELECT id, 5, REPEAT('s', 60), 1 FROM contact WHERE"
	    " id % 7 = 0");
}

/* A base in which every field has common and rare values. */
static int
arrange_many(void **state)
{
	(void)state;
	lists_arrange_staff();
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
	scratch_sql("INSERT INTO purpose_version (id, purpose_id, number,"
	    " basis, is_commercial, is_material, has_soft_opt_in,"
	    " retention_months, created_us) VALUES (1, 1, 1, 'consent', 1, 1,"
	    " 1, 36, 0), (2, 2, 1, 'consent', 1, 1, 1, 36, 0)");
	scratch_sql("INSERT INTO purpose_channel VALUES (1, 'email'), (2,"
	    " 'sms')");
	scratch_sql("INSERT INTO consent_soft_opt_in SELECT id, 1, 5, TRUE,"
	    " id % 5 <> 1, TRUE, 5, REPEAT('e', 32), REPEAT('p', 32) FROM"
	    " contact WHERE id % 3 < 2");
	arrange_custom();
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
	"state.is.quarantine",
	"tag.is.1", "tag.is.2", "tag.not.1", "consent.is.1.email",
	"consent.is.2.email", "consent.not.1.email", "consent.is.1.post",
	"soft.is.1.email", "soft.not.1.email", "soft.is.2.sms",
	"ends.is.any.any.90d", "ends.is.1.email.36500d", "ends.not.1.email.1d",
	"out.is.email", "out.not.email", "outof.is.1", "last.before.36500d",
	"last.since.1970-01-01", "last.before.1970-01-01",
	"collected.before.1970-01-02", "updated.since.1970-01-01",
	"ended.is", "ended.not", "name.is.bWFyaWU", "name.is.enp6",
	"city.is.TmFudGVz", "postcode.is.NDQ", "country.is.MT",
	"country.is.FR", "language.is.en", "business.is", "has.is.phone",
	"has.not.post", "owner.is.mine", "owner.is.2", "team.is.2",
	"team.is.mine", "visible.is.owner", "basis.is.consent",
	"basis.is.contract", "source.is.form", "source.not.import",
	"custom.seat.is.aisle", "custom.seat.is.front", "custom.seat.not.aisle",
	"custom.seat.filled", "custom.passport.before.2031-01-01",
	"custom.passport.since.2031-01-01", "custom.passport.before.1990-01-01",
	"custom.passport.within.1d", "custom.passport.within.36500d",
	"custom.miles.least.12-5", "custom.miles.most.100",
	"custom.nick.begins.Tjc", "custom.nick.begins.enp6",
	"custom.diet.filled", "custom.diet.empty", "custom.gone.filled" };

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
	struct ctx who[] = { lists_request(ANN, NORTH), lists_request(DORA, 0) };
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
				asked = lists_asked_for(text, "");
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
		{ "country.is.FR", "", LISTS_BY_NAME },
		{ "country.is.BE", "", LISTS_BY_NAME },
		{ "country.is.MT", "", LISTS_BY_NAME },
		{ "country.is.LI", "", LISTS_BY_NAME },
		{ "last.before.36500d,kind.is.customer", "", LISTS_BY_LAST },
		{ "country.is.FR~language.is.fr", "", LISTS_BY_NAME },
		{ "custom.seat.is.front", "", LISTS_BY_NAME },
		{ "custom.seat.is.front~country.is.MT", "", LISTS_BY_NAME },
		{ "custom.passport.before.2026-01-20", "", LISTS_BY_NAME },
		{ "custom.passport.before.1990-01-01", "", LISTS_BY_NAME },
		{ "custom.passport.within.30d", "", LISTS_BY_NAME },
		{ "", "", LISTS_BY_NAME }, { "", "", LISTS_BY_LAST },
	};
	struct lists_asked asked;
	struct lists_found found;
	struct ctx who[] = { lists_request(DORA, 0), lists_request(ANN, NORTH) };
	size_t i, w;

	(void)state;
	/* an adviser whose own contacts the team sees: found twice, read once */
	scratch_sql("UPDATE contact SET owner_id = 1, team_id = 1, visibility"
	    " = 'team' WHERE id % 3 = 1");
	for (i = 0; i < LENGTH(cells) * 2; i++) {
		w = i % 2;
		if (w == 1 && *cells[i / 2].filter != '\0' &&
		    strncmp(cells[i / 2].filter, "country.is.", 11) != 0)
			continue;	/* a silo may leave too few */
		asked = lists_asked_for(cells[i / 2].filter, cells[i / 2].words);
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
		{ "state.is.quarantine", "id = 5007" },
		/* nobody in quarantine is found for a mailing (X22) */
		{ "consent.is.1.email~country.is.MT", "id % 3 = 0 AND id % 9 "
		    "<> 0 AND id % 20 <> 0 AND country = 'MT' AND id <> "
		    "5007" },
		{ "state.is.active~country.is.MT", "country = 'MT' AND id <> "
		    "5007 AND restricted_us IS NULL" },
		{ "tag.is.2", "id % 4999 = 1" },
		{ "tag.not.1~tag.is.2", "id % 4999 = 1 AND id % 4 <> 1" },
		{ "consent.is.2.email", "id % 3000 = 0 AND id % 9 <> 0 AND "
		    "id % 20 <> 0" },
		{ "consent.is.1.post~country.is.MT", "id % 3 = 0 AND id % "
		    "3000 <> 0 AND id % 9 <> 0 AND id % 20 <> 0 AND id % 6 = "
		    "0 AND country = 'MT'" },
		{ "soft.is.1.email~country.is.MT", "(id % 3 = 1 OR id % 3000 "
		    "= 0) AND id % 5 > 1 AND id % 20 <> 0 AND country = "
		    "'MT' AND id <> 5007" },
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
		{ "custom.seat.is.front", "id % 4999 = 2 AND id % 2 = 0" },
		{ "custom.seat.not.aisle~country.is.MT", "id % 2 = 1 AND "
		    "country = 'MT'" },
		{ "custom.passport.before.2026-01-02", "id % 3000 = 0" },
		/* 15 to 25 January 2027, as the clock stands */
		{ "custom.passport.within.10d", "id % 3 = 0 AND id % 3000 "
		    "BETWEEN 379 AND 389" },
		{ "custom.passport.since.2034-03-15~country.is.MT",
		    "id % 3 = 0 AND id % 3000 > 2994 AND country = 'MT'" },
		{ "custom.miles.most.0-02", "id <= 20" },
		{ "custom.miles.least.19-99", "id >= 19990" },
		{ "custom.nick.begins.bjE5OQ", "id % 5 = 0 AND id LIKE "
		    "'199%%'" },
		{ "custom.diet.filled~country.is.MT", "id % 7 = 0 AND country "
		    "= 'MT'" },
		{ "custom.diet.empty~country.is.MT", "id % 7 <> 0 AND country "
		    "= 'MT'" },
		/* what is sensitive, another kind's or gone finds nobody */
		{ "custom.diet.begins.cw", "FALSE" },
		{ "custom.diet.is.ssssssssssssssssssssssssss", "FALSE" },
		{ "custom.nick.least.0", "FALSE" },
		{ "custom.gone.filled", "FALSE" },
	};
	struct lists_asked asked = lists_asked_for("", "");
	struct ctx c = lists_request(DORA, 0);
	const char *wanted;
	size_t i;

	(void)state;
	scratch_sql("UPDATE contact SET quarantined_us = 1 WHERE id = 5007");
	for (i = 0; i < LENGTH(cells); i++) {
		scratch_sql("DELETE FROM snapshot_contact");
		scratch_sql("DELETE FROM snapshot");
		asked.snapshot_id = lists_snapshot_of(DORA, cells[i].filter);
		wanted = scratch_text(a, arena_printf(a, "SELECT "
		    "COALESCE(GROUP_CONCAT(CONCAT(id, ' ') ORDER BY sort_name,"
		    " id SEPARATOR ''), '') FROM contact WHERE %s",
		    cells[i].where));
		scratch_begin(office, DB_GET);
		if (strcmp(lists_ids_of(&c, &asked, 100), wanted) != 0)
			fail_msg("%s: not %s", cells[i].filter, wanted);
	}
}

/* Whatever leads, a page goes on where the one before it ended. */
static void
a_country_is_walked_in_the_order_of_names_within_the_silo(void **state)
{
	static const char *const all[] = { "country.is.FR", "country.is.MT" };
	struct ctx who[] = { lists_request(DORA, 0), lists_request(ANN, NORTH) };
	static const char *const seen[] = { "TRUE", "(visibility = 'everyone' "
	    "OR owner_id = 1 OR (visibility = 'team' AND team_id = 1))" };
	struct lists_asked asked;
	struct lists_found one, two;
	size_t i, w;

	(void)state;
	for (i = 0; i < LENGTH(all) * 2; i++) {
		w = i % 2;
		asked = lists_asked_for(all[i / 2], "");
		asked.order = LISTS_BY_NAME;
		scratch_begin(office, DB_GET);
		assert_int_equal(lists_find(&who[w], &asked, 0, 4, &one),
		    ERR_OK);
		assert_int_equal(lists_find(&who[w], &asked, one.rows[2].id,
		    4, &two), ERR_OK);
		assert_int_equal(one.n, 4);
		assert_int_equal(two.rows[0].id, one.rows[3].id);
		assert_int_equal(two.rows[2].id, scratch_number(arena_printf(a,
		    "SELECT id FROM contact WHERE country = '%s' AND %s ORDER "
		    "BY sort_name, id LIMIT 5, 1", all[i / 2] + 11,
		    seen[w])));
	}
}

/* Through several scopes at once, and with more of one name than on a page. */
static void
a_list_of_everybody_is_whole_and_in_order_page_after_page(void **state)
{
	static const char *const seen[] = { "TRUE", "(visibility = 'everyone' "
	    "OR owner_id = 1 OR (visibility = 'team' AND team_id = 1))" };
	struct ctx who[] = { lists_request(DORA, 0), lists_request(ANN, NORTH) };
	struct lists_asked asked = lists_asked_for("", "");
	const char *wanted;
	size_t w;

	(void)state;
	scratch_sql("UPDATE contact SET sort_name = 'n5' WHERE id % 60 = 1");
	asked.order = LISTS_BY_NAME;
	for (w = 0; w < LENGTH(who); w++) {
		is_bounded(&who[w], &asked, "everybody");
		wanted = scratch_text(a, arena_printf(a, "SELECT GROUP_CONCAT("
		    "CONCAT(id, ' ') ORDER BY sort_name, id SEPARATOR '')"
		    " FROM contact WHERE %s", seen[w]));
		scratch_begin(office, DB_JOB);
		assert_true(strcmp(lists_ids_of(&who[w], &asked, 101),
		    wanted) == 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    no_list_reads_more_than_twenty_rows_for_each_of_a_page,
		    arrange_many),
		cmocka_unit_test_setup(
		    what_leads_through_an_index_is_answered_at_once,
		    arrange_many),
		cmocka_unit_test_setup(each_condition_finds_those_it_names,
		    arrange_many),
		cmocka_unit_test_setup(
		    a_country_is_walked_in_the_order_of_names_within_the_silo,
		    arrange_many),
		cmocka_unit_test_setup(
		    a_list_of_everybody_is_whole_and_in_order_page_after_page,
		    arrange_many),
	};

	return cmocka_run_group_tests_name("lists-many", tests, lists_open_all,
	    lists_close_all);
}
