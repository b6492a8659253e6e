/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows as the portal, the office and the keeper leave them (GDPR 17).
 */
#include "tests/erasure/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "erasure/erasure_keeper.h"
#include "journal/journal.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "tests/db/scratch.h"

static const unsigned char root[KEY_BYTES] =
    "a root for erasures, 32 bytes ..";
static const unsigned char generation[JOURNAL_GENERATION_BYTES] =
    "generation-0001";
static const struct job_row row_run = { "erasure_run", SECOND_US, true,
    NULL };

static struct arena *arena;
static struct config config;
static struct keys *keys;
static struct db *db;
static struct ledger *ledger;
static struct outbox *outbox;
static char place[300];

static void
sql(const char *text)
{
	scratch_sql(text);
}

int
fixture_open(void **state)
{
	(void)state;
	arena = arena_open();
	snprintf(place, sizeof(place), "%s", scratch_path("erasure.journal"));
	config = (struct config){ .site = "demo",
	    .portal_url = "https://privacy.example.org",
	    .journals = { place, NULL }, .templates = TEST_SOURCE
	    "/templates", .languages = { "fr", "en", NULL } };
	keys = keys_from_root(root, 1, 1, KEYS_KEEPER);
	db = scratch_open("keeper");
	ledger = ledger_open(db, keys, KEYS_KEEPER);
	if (outbox_open(&config, keys, &outbox) != ERR_OK)
		abort();
	sql("CREATE OR REPLACE PROCEDURE places(IN word VARCHAR(100))\n"
	    "BEGIN\n"
	    "  DECLARE is_done INT DEFAULT 0;\n"
	    "  DECLARE t, c VARCHAR(64);\n"
	    "  DECLARE found BIGINT DEFAULT 0;\n"
	    "  DECLARE cur CURSOR FOR SELECT TABLE_NAME, COLUMN_NAME\n"
	    "    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 't'\n"
	    "    AND DATA_TYPE IN ('char', 'varchar', 'text', 'mediumtext',\n"
	    "    'varbinary', 'binary', 'blob', 'mediumblob');\n"
	    "  DECLARE CONTINUE HANDLER FOR NOT FOUND SET is_done = 1;\n"
	    "  OPEN cur;\n"
	    "  walk: LOOP\n"
	    "    FETCH cur INTO t, c;\n"
	    "    IF is_done THEN LEAVE walk; END IF;\n"
	    "    EXECUTE IMMEDIATE CONCAT('SELECT COUNT(*) INTO @here FROM `',\n"
	    "      t, '` WHERE INSTR(`', c, '`, ''', word, ''') > 0');\n"
	    "    SET found = found + @here;\n"
	    "  END LOOP;\n"
	    "  CLOSE cur;\n"
	    "  SET @places = found;\n"
	    "END");
	return 0;
}

int
fixture_close(void **state)
{
	(void)state;
	sql("DROP PROCEDURE places");
	outbox_close(outbox);
	ledger_close(ledger);
	db_close(db);
	keys_close(keys);
	arena_close(arena);
	return 0;
}

const struct keys *
fixture_keys(void)
{
	return keys;
}

const char *const *
fixture_journal(void)
{
	return config.journals;
}

uint64_t
fixture_places(void)
{
	sql("CALL places('" FIXTURE_WORD "')");
	return scratch_number("SELECT @places");
}

/* X'..' of ${text} sealed by a key of contact 1. */
static const char *
sealed(enum person_class class, const char *table, const char *column,
    const char *text)
{
	static unsigned char person_keys[PERSON_CLASS__MAX][KEY_BYTES];
	static bool has_keys;
	struct bytes b;

	if (!has_keys) {
		person_key_draw(person_keys[PERSON_LIVE]);
		person_key_draw(person_keys[PERSON_PROOF]);
		has_keys = true;
	}
	if (text == NULL)
		b = person_key_wrap(arena, keys, 1, class,
		    person_keys[class]);
	else
		b = person_seal(arena, person_keys[class], table, column, 1,
		    text);
	return arena_printf(arena, "X'%s'", hex_write(arena, b));
}

static void
fill_site(void)
{
	sql("INSERT INTO site VALUES (1, 'Voyages', 'Voyages SAS', 'x', "
	    "'c@example.com', 'DPO', 'd@example.com', 'CNIL', 'x', 'FR', 3, "
	    "30, 7, 1, 500)");
	sql("INSERT INTO purpose (id, code) VALUES (1, 'news')");
	sql("INSERT INTO purpose_version (id, purpose_id, number, basis, "
	    "is_commercial, is_material, retention_months, created_us) "
	    "VALUES (1, 1, 1, 'consent', 1, 1, 36, 0)");
	sql("INSERT INTO notice_version (id, number, is_material, created_us) "
	    "VALUES (1, 1, 1, 0)");
	sql("INSERT INTO form (id, code, state) VALUES (1, 'f', 'published')");
	sql("INSERT INTO form_version (id, form_id, number, "
	    "notice_version_id, definition, created_us) VALUES "
	    "(1, 1, 1, 1, '{}', 0)");
	sql("INSERT INTO staff (id, email, email_key, name, role, language, "
	    "state, created_us) VALUES (1, 's@example.com', 's@example.com', "
	    "'Staff', 'dpo', 'fr', 'active', 0)");
	sql("INSERT INTO journal_mark (id, generation, announced) VALUES "
	    "(1, 'generation-0001', 0)");
	sql("INSERT IGNORE INTO log_state (id, epoch, size, frontier, "
	    "consent_through, audit_through, fence) "
	    "VALUES (1, 1, 0, '', 0, 0, 0)");
}

static void
fill_person(void)
{
	sql("INSERT INTO identity (id, mailbox, mailbox_key, language, "
	    "created_us) VALUES (1, '" FIXTURE_MAIL "', '" FIXTURE_MAIL
	    "', 'fr', 0), (2, 'other@example.org', 'other@example.org', "
	    "'fr', 0)");
	sql("INSERT INTO contact (id, reference, kind, identity_id, "
	    "given_name, family_name, sort_name, language, email, email_key, "
	    "phone, street, postcode, city, source, basis, collected_us, "
	    "last_person_us, created_us, updated_us) VALUES (1, "
	    "'C-KANARIE1', 'customer', 1, 'kanarie', 'kanarieova', "
	    "'kanarieova kanarie', 'fr', '" FIXTURE_MAIL "', '" FIXTURE_MAIL
	    "', '+33612345678', '1 kanariestraat', 'kanarie', 'kanariestad', "
	    "'form:f', 'consent', 0, 0, 0, 0), (2, 'C-OTHER001', 'prospect', "
	    "2, 'Jan', 'Ander', 'ander jan', 'fr', 'other@example.org', "
	    "'other@example.org', NULL, '', '', '', 'form:f', 'consent', 0, "
	    "0, 0, 0)");
	sql("UPDATE identity SET password_hash = 'kanarie', "
	    "password_mac = REPEAT('p', 32) WHERE id = 1");
	sql("UPDATE contact SET country = 'FR' WHERE id = 1");
	sql("INSERT INTO contact_word VALUES ('kanarie', 1), ('jan', 2)");
	sql("INSERT INTO tag (id, name, name_key) VALUES "
	    "(1, 'Seaside', 'seaside')");
	sql("INSERT INTO contact_tag VALUES (1, 1, NULL, 0), (2, 1, NULL, 0)");
	sql("INSERT INTO contact_reach (contact_id, kind, value, value_key, "
	    "label, source, basis, notice_version_id, at_us) VALUES (1, "
	    "'email', 'Beside.kanarie@example.org', "
	    "'beside.kanarie@example.org', 'work', 'import:kanarie', "
	    "'consent', 1, 0), (1, 'phone', '+33698765432', '+33698765432', "
	    "'work', 'staff', 'consent', NULL, 0)");
	sql("INSERT INTO organisation (id, name, sort_name, registration, "
	    "vat, domain, website, phone, street, postcode, city, country, "
	    "language, note, trader_id, created_us, updated_us) VALUES (1, "
	    "'kanarie en zoon', 'kanarie en zoon', 'kanarie 1', "
	    "'BE0KANARIE', 'kanarie.example', 'https://kanarie.example', "
	    "'+33612345678', '1 kanariestraat', 'kanarie', 'kanariestad', "
	    "'FR', 'fr', 'kanarie calls in spring', 1, 0, 0), (2, 'Ander', "
	    "'ander', '', '', '', '', NULL, '', '', '', '', 'fr', '', NULL, "
	    "0, 0)");
	sql("INSERT INTO organisation_word VALUES ('kanarie', 1), "
	    "('ander', 2)");
	sql("INSERT INTO membership VALUES (1, 1, 'kanarie in chief', "
	    "'2020-02-29', 0), (2, 2, 'Buyer', NULL, 0)");
	sql("INSERT INTO contact_merge (merged_id, reference, survivor_id, "
	    "staff_id, reason, taken, merged_version, survivor_version, "
	    "state, asked_us) VALUES (9, 'C-KANARIE0', 1, 1, 'said', '', 1, "
	    "1, 'refused', 0)");
	sql("INSERT INTO duplicate (low_id, high_id, why, found_us) VALUES "
	    "(1, 2, 'name', 0)");
	sql("INSERT INTO contact_provenance VALUES "
	    "(1, 'email', 'form:f', 'consent', 1, 0)");
}

static void
fill_sealed(void)
{
	sql(arena_printf(arena, "INSERT INTO t_keys.person_key VALUES "
	    "(1, 'live', %s, 0), (1, 'proof', %s, 0)",
	    sealed(PERSON_LIVE, NULL, NULL, NULL),
	    sealed(PERSON_PROOF, NULL, NULL, NULL)));
	sql(arena_printf(arena, "INSERT INTO contact_history (contact_id, "
	    "field, old_sealed, new_sealed, by_kind, at_us) VALUES (1, "
	    "'city', %s, %s, 'person', 0)", sealed(PERSON_LIVE,
	    "contact_history", "old_sealed", "kanariedorp"),
	    sealed(PERSON_LIVE, "contact_history", "new_sealed",
	    "kanariestad")));
	sql(arena_printf(arena, "INSERT INTO interaction (contact_id, kind, "
	    "is_from_person, title, detail_sealed, amount_cents, at_us, "
	    "hold_law, hold_until) VALUES (1, 'order', 1, 'kanarie invoice', "
	    "%s, 12000, 0, 'Code de commerce L123-22', '2036-12-31'), "
	    "(1, 'call', 1, 'kanarie called', NULL, NULL, 0, NULL, NULL), "
	    "(1, 'order', 1, 'kanarie of old', NULL, 1, 0, "
	    "'Code de commerce L123-22', '2020-12-31')", sealed(PERSON_LIVE,
	    "interaction", "detail_sealed", "kanarie flies to Oslo")));
	sql(arena_printf(arena, "INSERT INTO rights_request (id, reference, "
	    "kind, door, contact_id, language, words_sealed, state, "
	    "received_us, received_day, target_day, working_day, due_day) "
	    "VALUES (1, 'R-ERASURE1', 'erasure', 'account', 1, 'fr', NULL, "
	    "'open', 1795000000000000, '2026-11-18', '2026-12-08', "
	    "'2026-12-18', '2026-12-18'), (2, 'R-ACCESS01', 'access', "
	    "'account', 1, 'fr', %s, 'answered', 1794000000000000, "
	    "'2026-11-06', '2026-11-26', '2026-12-06', '2026-12-07')",
	    sealed(PERSON_PROOF, "rights_request", "words_sealed",
	    "kanarie asks")));
	sql(arena_printf(arena, "UPDATE rights_request SET outcome = 'sent', "
	    "lift_told_us = 1, lift_day = '2026-12-06', "
	    "mailbox_sealed = %s WHERE id = 2", sealed(PERSON_PROOF,
	    "rights_request", "mailbox_sealed", FIXTURE_MAIL)));
	sql(arena_printf(arena, "UPDATE rights_request SET answer_sealed = %s "
	    "WHERE id = 2", sealed(PERSON_PROOF, "rights_request",
	    "answer_sealed", "kanarie is answered")));
	sql(arena_printf(arena, "UPDATE rights_request SET extended_sealed = "
	    "%s WHERE id = 2", sealed(PERSON_PROOF, "rights_request",
	    "extended_sealed", "kanarie has to wait")));
}

/* A field of each kind, and a sensitive one. */
static void
fill_custom(void)
{
	sql("INSERT INTO custom_field (id, code, kind, is_sensitive, "
	    "is_editable, choices, basis, retention_months, created_us) "
	    "VALUES (1, 'nick', 'text', 0, 1, '[]', 'consent', 0, 0), "
	    "(2, 'miles', 'number', 0, 0, '[]', 'contract', 12, 0), "
	    "(3, 'expiry', 'date', 0, 1, '[]', 'contract', 0, 0), "
	    "(4, 'diet', 'text', 1, 1, '[]', 'consent', 36, 0)");
	sql("INSERT INTO custom_text VALUES (1, 'fr', 'Surnom', '')");
	sql("INSERT INTO custom_purpose VALUES (1, 1)");
	sql("INSERT INTO custom_value (contact_id, field_id, value_text, "
	    "value_number, value_day, at_us) VALUES (1, 1, 'kanarie', 0, "
	    "NULL, 0), (1, 2, NULL, 12500, NULL, 0), (1, 3, NULL, 0, "
	    "'2031-05-12', 0), (2, 1, 'jan', 0, NULL, 0)");
	sql(arena_printf(arena, "INSERT INTO custom_value (contact_id, "
	    "field_id, sealed, at_us) VALUES (1, 4, %s, 0)",
	    sealed(PERSON_LIVE, "custom_value", "sealed",
	    "kanarie eats seeds")));
}

static void
fill_traces(void)
{
	sql("INSERT INTO import (id, staff_id, state, size_bytes, file_mac, "
	    "created_us, expires_us) VALUES (1, 1, 'done', 9, "
	    "REPEAT('f', 32), 0, 9000000000000000)");
	sql(arena_printf(arena, "INSERT INTO import_row (import_id, line, "
	    "contact_id, outcome, version, before_sealed) VALUES (1, 2, 1, "
	    "'updated', 2, %s), (1, 3, 2, 'created', 1, NULL)",
	    sealed(PERSON_LIVE, "import_row", "before_sealed",
	    "kanariedorp")));
	sql("INSERT INTO import (id, staff_id, contact_id, state, size_bytes, "
	    "file_mac, created_us, expires_us) VALUES (2, 1, 1, 'read', 9, "
	    "REPEAT('g', 32), 0, 8000000000000000)");
	sql("INSERT INTO quarantine (contact_id, import_id, lacks, "
	    "remove_day) VALUES (1, 1, 'basis', '2026-12-31'), "
	    "(2, 1, 'basis', '2026-12-31')");
	sql("INSERT INTO notice_duty (contact_id, state, due_day, send_us, "
	    "how, told_us, notice_version_id, exemption, created_us) VALUES "
	    "(1, 'told', '2026-12-31', 0, 'mail', 0, 1, 'known', 0), "
	    "(2, 'due', '2026-12-31', 0, NULL, NULL, NULL, NULL, 0)");
	sql("INSERT INTO portal_session VALUES (REPEAT('a', 32), 1, 1, "
	    "'link', 'kanarie browser', 0, 0, 0)");
	sql("INSERT INTO address_change (id, contact_id, identity_id, "
	    "mailbox, mailbox_key, created_us, expires_us) VALUES (1, 1, 1, "
	    "'new.kanarie@example.org', 'new.kanarie@example.org', 0, 1)");
	sql("INSERT INTO token (hash, purpose, subject_id, address_hash, "
	    "created_us, expires_us) VALUES "
	    "(REPEAT('a', 32), 'sign_in', 1, REPEAT('x', 32), 0, 1), "
	    "(REPEAT('b', 32), 'address', 1, REPEAT('x', 32), 0, 1), "
	    "(REPEAT('c', 32), 'erasure', 1, REPEAT('x', 32), 0, 1), "
	    "(REPEAT('e', 32), 'sign_in', 2, REPEAT('x', 32), 0, 1)");
	sql("INSERT INTO signup (id, form_version_id, rendering, language, "
	    "mailbox, mailbox_key, given_name, family_name, phone, choices, "
	    "token_hash, code_hash, created_us, expires_us) VALUES (1, 1, "
	    "REPEAT('r', 32), 'fr', '" FIXTURE_MAIL "', '" FIXTURE_MAIL "', "
	    "'kanarie', 'kanarieova', '+33612345678', '[]', REPEAT('t', 32), "
	    "REPEAT('c', 32), 0, 9000000000000000)");
	sql("INSERT INTO consent_event (id, kind, purpose_version_id, "
	    "channel, language, notice_version_id, how, at_us, subject, leaf, "
	    "writer, writer_n, mac) VALUES (1, 'given', 1, 'email', 'fr', 1, "
	    "'form', 0, REPEAT('s', 32), REPEAT('l', 32), REPEAT('w', 16), 1, "
	    "REPEAT('m', 32))");
	sql("INSERT INTO consent_subject VALUES (1, 1, NULL, "
	    "REPEAT('o', 32))");
	sql("INSERT INTO consent_state VALUES (1, 1, 'email', 'given', 1, 1, "
	    "0, TRUE, FALSE)");
	sql("INSERT INTO consent_soft_opt_in VALUES (1, 1, 0, 1, 1, 1, 0,"
	    " REPEAT('e', 32), NULL)");
	sql("INSERT INTO evidence (id, contact_id, kind, size_bytes, sha256, "
	    "staff_id, created_us) VALUES (1, 1, 'ogg', 7, REPEAT('h', 32), "
	    "1, 0), (2, 2, 'ogg', 3, REPEAT('i', 32), 1, 0)");
	sql("INSERT INTO evidence_chunk VALUES (1, 0, 'kanarie'), "
	    "(2, 0, 'jan')");
	sql("UPDATE consent_event SET evidence_id = 1 WHERE id = 1");
	sql("INSERT INTO audit_event (id, verb, actor, actor_id, object, "
	    "object_id, detail, at_us, subject, leaf, writer, writer_n, mac) "
	    "VALUES (1, 'x', 'person', 0, 'contact', 0, '{}', 0, "
	    "REPEAT('s', 32), REPEAT('l', 32), REPEAT('w', 16), 1, "
	    "REPEAT('m', 32))");
	sql("INSERT INTO audit_subject VALUES (1, 1, REPEAT('o', 32))");
	sql("INSERT INTO access_line (id, staff_id, role, kind, reason, "
	    "at_us) VALUES (1, 1, 'dpo', 'record', 'case', 0)");
	sql("INSERT INTO access_subject VALUES (1, 1), (2, 1)");
	sql("INSERT INTO outbox (template, message_id, language, contact_id, "
	    "sealed, state, is_legal, due_us, created_us) VALUES ('x', 'm1', "
	    "'fr', 1, 'kanarie', 'new', 0, 0, 0)");
	sql("INSERT INTO package (id, contact_id, request_id, kind, language, "
	    "state, created_us, expires_us) VALUES (1, 1, 2, 'access', 'fr', "
	    "'ready', 0, 9000000000000000)");
	sql("UPDATE package SET sha256 = REPEAT('h', 32)");
	sql("INSERT INTO package_chunk VALUES (1, 1, 'kanarie')");
	sql("INSERT INTO staff_export (id, staff_id, contact_id, format, "
	    "columns, reason, is_pseudonymised, state, mark, line_id, total, "
	    "sha256, created_us, expires_us) VALUES (1, 1, 1, 'csv', "
	    "'email', 'case', 0, 'ready', 'markmark', 1, 1, REPEAT('h', 32), "
	    "0, 9000000000000000)");
	sql("INSERT INTO staff_export_chunk VALUES (1, 0, 'kanarie')");
	sql("INSERT INTO package_download (package_id, at_us, is_whole) "
	    "VALUES (1, 0, 1)");
}

void
fixture_fill(void)
{
	const char *head = arena_printf(arena, "%s.head", place);

	scratch_empty();
	unlink(place);
	unlink(head);
	if (journal_create(config.journals, config.site, generation) !=
	    ERR_OK)
		abort();
	fill_site();
	fill_person();
	fill_sealed();
	fill_custom();
	fill_traces();
	sql("INSERT INTO erasure (id, request_id, contact_id, state, proof, "
	    "due_us, created_us, decided_us) VALUES (1, 1, 1, 'decided', "
	    "'session', 0, 1795000000000000, 1795200000000000)");
}

struct job
fixture_job(enum err (*run)(struct job *job))
{
	struct job job = { .row = &row_run, .config = &config, .keys = keys,
	    .db = db, .ledger = ledger, .outbox = outbox, .owner = "test",
	    .arena = arena_open(), .now_us = FIXTURE_NOW_US };
	struct job_row *row = malloc(sizeof(*row));

	if (row == NULL)
		abort();
	*row = row_run;
	row->run = run;
	job.row = row;
	return job;
}

void
fixture_end(struct job *job)
{
	struct arena **held = job->memory;	/* struct search begins so */

	if (held != NULL)
		arena_close(*held);
	free(job->memory);
	free((void *)(uintptr_t)job->row);
	arena_close(job->arena);
	memset(job, 0, sizeof(*job));
}

enum err
fixture_run(struct job *job)
{
	enum err e;

	do {
		scratch_begin(db, DB_JOB);
		job->is_more = false;
		if ((e = job_lead(job)) == ERR_OK)
			e = job->row->run(job);
		arena_wipe(job->arena);
	} while (e == ERR_OK && job->is_more);
	return e;
}
