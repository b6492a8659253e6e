/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows as the portal, the office and the keeper leave them (GDPR 5(1)(d)).
 */
#include "tests/merge/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "merge/merge_keeper.h"
#include "tests/db/scratch.h"

enum err
run(void)
{
	return keeper_pass(merge_keeper_run, NOW_US);
}

struct keyed {
	uint64_t contact;
	enum person_class class;
	unsigned char key[KEY_BYTES];
};

static enum err
take_in_tx(struct db *in, void *arg)
{
	struct keyed *k = arg;
	const struct person_key wanted = { k->contact, k->class, NOW_US };

	return person_key_take(in, a, keys, &wanted, k->key);
}

/* X'..' of ${text}, sealed for ${contact}. */
static const char *
sealed(uint64_t contact, enum person_class class, const char *table,
    const char *column, const char *text)
{
	struct keyed k = { .contact = contact, .class = class };
	struct bytes b;

	scratch_begin(keeper, DB_JOB);
	assert_int_equal(tx_run(keeper, NULL, a, take_in_tx, &k, NULL), ERR_OK);
	b = person_seal(a, k.key, table, column, contact, text);
	return arena_printf(a, "X'%s'", hex_write(a, b));
}

static void
arrange_site(void)
{
	scratch_sql("INSERT INTO site VALUES (1, 'V', 'V', 'x', 'c@x.org', "
	    "'D', 'd@x.org', 'CNIL', 'x', 'FR', 3, 30, 7, 1, 500)");
	scratch_sql("INSERT INTO staff (id, email, email_key, name, role, "
	    "language, state, created_us) VALUES (1, 's@x.org', 's@x.org', "
	    "'S', 'dpo', 'fr', 'active', 0)");
	scratch_sql("INSERT INTO purpose (id, code) VALUES (1, 'news'), "
	    "(2, 'offers')");
	scratch_sql("INSERT INTO tag (id, name, name_key) VALUES "
	    "(1, 'A', 'a'), (2, 'B', 'b')");
}

static void
arrange_people(void)
{
	scratch_sql("INSERT INTO identity (id, mailbox, mailbox_key, language, "
	    "epoch, created_us) VALUES (1, 'ada@x.org', 'ada@x.org', 'fr', 4, "
	    "0), (2, 'else@x.org', 'else@x.org', 'fr', 1, 0)");
	scratch_sql("INSERT INTO contact (id, reference, kind, identity_id, "
	    "given_name, family_name, sort_name, language, email, email_key, "
	    "phone, street, postcode, city, country, visibility, source, "
	    "basis, collected_us, last_person_us, created_us, updated_us) "
	    "VALUES (1, 'C-STAYS', 'prospect', NULL, 'Ada', 'Byron', "
	    "'byron ada', 'fr', 'a.byron@work.org', 'a.byron@work.org', "
	    "'+33611111111', '1 quai', '44000', 'Nantes', 'FR', 'everyone', "
	    "'import:fair', 'contract', 50, 60, 50, 0), "
	    "(2, 'C-GOES', 'customer', 1, 'Adele', 'Byron', 'byron adele', "
	    "'fr', 'ada@x.org', 'ada@x.org', '+33622222222', '', '', '', '', "
	    "'everyone', 'form:f', 'consent', 40, 70, 40, 0)");
	scratch_sql("INSERT INTO contact_word VALUES ('ada', 1), ('adele', 2)");
	scratch_sql("INSERT INTO contact_provenance VALUES (2, 'phone', "
	    "'account', 'consent', NULL, 45)");
	scratch_sql("INSERT INTO contact_reach (contact_id, kind, value, "
	    "value_key, label, source, basis, at_us) VALUES "
	    "(1, 'phone', '+33633333333', '+33633333333', 'work', 'staff', "
	    "'contract', 1), (2, 'phone', '+33633333333', '+33633333333', "
	    "'private', 'account', 'consent', 2), (2, 'phone', "
	    "'+33611111111', '+33611111111', 'private', 'account', 'consent', "
	    "2)");
	scratch_sql("INSERT INTO contact_tag VALUES (1, 1, NULL, 0), "
	    "(2, 1, NULL, 0), (2, 2, NULL, 0)");
}

static void
arrange_rows(void)
{
	scratch_sql(arena_printf(a, "INSERT INTO interaction (contact_id, "
	    "kind, is_from_person, title, detail_sealed, at_us) VALUES "
	    "(2, 'call', 1, 'Call', %s, 0), (2, 'note', 0, 'Bare', NULL, 0)",
	    sealed(GOES, PERSON_LIVE, "interaction", "detail_sealed",
	    "She flies to Oslo")));
	scratch_sql(arena_printf(a, "INSERT INTO contact_history (contact_id, "
	    "field, old_sealed, new_sealed, by_kind, at_us) VALUES (2, "
	    "'city', %s, %s, 'person', 0)", sealed(GOES, PERSON_LIVE,
	    "contact_history", "old_sealed", "Lyon"), sealed(GOES,
	    PERSON_LIVE, "contact_history", "new_sealed", "Nice")));
	scratch_sql(arena_printf(a, "INSERT INTO rights_request (id, "
	    "reference, kind, door, contact_id, language, words_sealed, "
	    "state, received_us, received_day, target_day, working_day, "
	    "due_day) VALUES (1, 'R-1', 'access', 'account', 2, 'fr', %s, "
	    "'open', 0, '2026-11-06', '2026-11-26', '2026-12-06', "
	    "'2026-12-07')", sealed(GOES, PERSON_PROOF, "rights_request",
	    "words_sealed", "Who has my data?")));
	scratch_sql("INSERT INTO access_line (id, staff_id, role, kind, "
	    "reason, at_us) VALUES (1, 1, 'dpo', 'record', '', 0), "
	    "(2, 1, 'dpo', 'list', '', 0)");
	scratch_sql("INSERT INTO access_subject VALUES (1, 1), (2, 1), (2, 2)");
	scratch_sql("INSERT INTO outbox (template, message_id, language, "
	    "contact_id, state, is_legal, due_us, created_us) VALUES "
	    "('x', 'm', 'fr', 2, 'sent', 0, 0, 0)");
	scratch_sql("INSERT INTO portal_session VALUES (REPEAT('a', 32), 1, 2, "
	    "'link', 'x', 0, 0, 0)");
	scratch_sql("INSERT INTO address_change (id, contact_id, identity_id, "
	    "mailbox, mailbox_key, created_us, expires_us) VALUES (1, 2, 1, "
	    "'n@x.org', 'n@x.org', 0, 1)");
	scratch_sql("INSERT INTO package (id, contact_id, request_id, kind, "
	    "language, state, created_us, expires_us) VALUES (1, 2, 1, "
	    "'access', 'fr', 'destroyed', 0, 1)");
	scratch_sql("INSERT INTO snapshot (id, staff_id, sealed, state, "
	    "created_us, expires_us) VALUES (1, 1, 'x', 'ready', 0, 1)");
	scratch_sql("INSERT INTO snapshot_contact VALUES (1, 1, 2)");
	scratch_sql("INSERT INTO erasure (id, contact_id, state, due_us, "
	    "created_us) VALUES (1, 2, 'cancelled', 0, 0)");
}

static void
arrange_choices(void)
{
	scratch_sql("INSERT INTO consent_subject VALUES (1, 1, NULL, "
	    "REPEAT('o', 32)), (2, 2, NULL, REPEAT('o', 32))");
	/* the result's mailbox is that of the one that goes, who signs in */
	scratch_sql("INSERT INTO consent_state VALUES "
	    "(1, 1, 'email', 'given', 1, 1, 90, TRUE, FALSE), "	/* another mailbox */
	    "(2, 2, 'email', 'given', 1, 2, 99, TRUE, FALSE), "	/* a later yes */
	    "(1, 2, 'email', 'withdrawn', 1, 1, 95, TRUE, FALSE), "
	    "(2, 1, 'phone', 'objected', 1, 2, 10, TRUE, FALSE), "
	    "(1, 1, 'phone', 'given', 1, 1, 15, TRUE, FALSE), "
	    "(1, 2, 'phone', 'given', 1, 1, 15, TRUE, FALSE), "
	    "(2, 2, 'phone', 'given', 1, 2, 5, TRUE, TRUE), "	/* held back */
	    "(2, 2, 'sms', 'given', 1, 2, 99, TRUE, FALSE)");	/* another number */
	scratch_sql("INSERT INTO consent_soft_opt_in VALUES (1, 1, 0, 1, 1, 1, 0,"
	    " REPEAT('e', 32), NULL)");
}

/* X'..' of a piece of a recording. */
static const char *
sealed_piece(uint64_t contact, uint64_t id, uint64_t number, const char *text)
{
	struct keyed k = { .contact = contact, .class = PERSON_LIVE };
	struct bytes b;

	scratch_begin(keeper, DB_JOB);
	assert_int_equal(tx_run(keeper, NULL, a, take_in_tx, &k, NULL), ERR_OK);
	b = seal(a, k.key, seal_aad(a, "evidence_chunk", arena_printf(a,
	    "%llu", (unsigned long long)id), number), text_bytes(text));
	return arena_printf(a, "X'%s'", hex_write(a, b));
}

static void
arrange_custom(void)
{
	scratch_sql("INSERT INTO custom_field (id, code, kind, is_sensitive, "
	    "is_editable, choices, basis, retention_months, state, "
	    "created_us) VALUES (1, 'nick', 'text', 0, 1, '[]', 'consent', 0, "
	    "'closed', 0), (2, 'miles', 'number', 0, 0, '[]', 'contract', 12, "
	    "'open', 0), (4, 'diet', 'text', 1, 1, '[]', 'consent', 36, "
	    "'open', 0)");
	scratch_sql("INSERT INTO custom_value (contact_id, field_id, "
	    "value_text, value_number, at_us) VALUES (2, 1, 'Dele', 0, 7), "
	    "(1, 2, NULL, 12500, 8), (2, 2, NULL, 3000, 9)");
	scratch_sql(arena_printf(a, "INSERT INTO custom_value (contact_id, "
	    "field_id, sealed, at_us) VALUES (1, 4, %s, 5), (2, 4, %s, 6)",
	    sealed(STAYS, PERSON_LIVE, "custom_value", "sealed", "none"),
	    sealed(GOES, PERSON_LIVE, "custom_value", "sealed", "no nuts")));
}

static void
arrange_evidence(void)
{
	scratch_sql("INSERT INTO evidence (id, contact_id, kind, size_bytes, "
	    "sha256, staff_id, created_us) VALUES (5, 2, 'ogg', 10, "
	    "REPEAT('h', 32), 1, 0)");
	scratch_sql(arena_printf(a, "INSERT INTO evidence_chunk VALUES "
	    "(5, 0, %s), (5, 1, %s)", sealed_piece(GOES, 5, 0, "yes, I "),
	    sealed_piece(GOES, 5, 1, "do.")));
}

/* What was done to many at once, brought in, or opened across a silo. */
static void
arrange_later_rows(void)
{
	arrange_custom();
	arrange_evidence();
	scratch_sql("INSERT INTO bulk (id, staff_id, action, state, reason, "
	    "total, n, created_us, acted_us, expires_us) VALUES (1, 1, "
	    "'assign', 'done', 'order', 3, 3, 0, 0, 9000000000000000), "
	    "(2, 1, 'delete', 'proposed', 'old', 1, 1, 0, NULL, "
	    "9000000000000000)");
	scratch_sql("INSERT INTO bulk_contact (bulk_id, position, contact_id, "
	    "is_done, old_visibility) VALUES (1, 1, 1, 1, 'everyone'), "
	    "(1, 2, 2, 1, 'everyone'), (2, 1, 2, 0, NULL)");
	scratch_sql("INSERT INTO import (id, staff_id, state, size_bytes, "
	    "file_mac, created_us, expires_us, undo_until_us) VALUES (1, 1, "
	    "'done', 9, REPEAT('f', 32), 0, 9000000000000000, "
	    "9000000000000000)");
	scratch_sql(arena_printf(a, "INSERT INTO import_row (import_id, line, "
	    "contact_id, outcome, version, before_sealed) VALUES (1, 2, 1, "
	    "'created', 1, NULL), (1, 3, 2, 'updated', 1, %s)",
	    sealed(GOES, PERSON_LIVE, "import_row", "before_sealed", "{}")));
	scratch_sql("INSERT INTO import (id, staff_id, contact_id, state, "
	    "size_bytes, file_mac, created_us, expires_us) VALUES (2, 1, 2, "
	    "'read', 9, REPEAT('g', 32), 0, 9000000000000000)");
	scratch_sql("INSERT INTO crossing (id, staff_id, contact_id, reason, "
	    "begun_us, until_us) VALUES (1, 1, 2, 'call', 1, "
	    "9000000000000000)");
	scratch_sql("INSERT INTO notice_duty (contact_id, state, due_day, "
	    "send_us, created_us) VALUES (1, 'told', '2026-12-01', 0, 0), "
	    "(2, 'due', '2026-12-31', 5, 0)");
	scratch_sql("INSERT INTO staff_export (id, staff_id, contact_id, "
	    "format, columns, reason, is_pseudonymised, state, mark, line_id, "
	    "total, created_us, expires_us) VALUES (1, 1, 2, 'csv', 'email', "
	    "'case', 0, 'ready', 'markmark', 1, 1, 0, 9000000000000000)");
	scratch_sql("INSERT INTO duplicate (low_id, high_id, why, found_us) "
	    "VALUES (1, 2, 'name', 0)");
}

int
fixture_arrange(void **state)
{
	(void)state;
	scratch_empty();
	arrange_site();
	arrange_people();
	arrange_rows();
	arrange_choices();
	arrange_later_rows();
	scratch_sql("INSERT INTO contact_merge (id, merged_id, reference, "
	    "survivor_id, staff_id, reason, taken, merged_version, "
	    "survivor_version, state, epoch, epoch_after, asked_us) VALUES "
	    "(1, 2, 'C-GOES', 1, 1, 'said', 'given_name,custom:diet', 1, 1, "
	    "'asked', NULL, 0, 0), (9, 77, 'C-OLDER', 2, 1, 'said', '', 1, 1, "
	    "'done', 1, 4, 0)");
	return 0;
}
