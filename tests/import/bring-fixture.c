/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file that is brought into the contacts (GDPR 5(1)(d), 17(1), 21(3)).
 */
#include "tests/import/bring-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "app/owner.h"
#include "base/clock.h"
#include "base/text.h"
#include "consent/consent.h"
#include "keys/person.h"
#include "tests/db/scratch.h"
#include "tests/ledger/fixture.h"

struct bring bring;

static const struct job_row row = { .name = "import" };
static char name[100];

int
bring_open(void **state)
{
	(void)state;
	bring.config = (struct config){ .site = "t", .languages = { "fr", "en",
	    NULL }, .country = "FR" };
	bring.a = arena_open();
	bring.keys = fixture_keys(KEYS_OWNER);
	bring.owner = scratch_open("owner");
	bring.portal = scratch_open("portal");
	bring.ledger = ledger_open(bring.owner, bring.keys, KEYS_OWNER);
	bring.portal_ledger = ledger_open(bring.portal,
	    fixture_keys(KEYS_PORTAL), KEYS_PORTAL);
	owner_name(name, sizeof(name));
	return 0;
}

int
bring_close(void **state)
{
	(void)state;
	ledger_close(bring.portal_ledger);
	ledger_close(bring.ledger);
	db_close(bring.portal);
	db_close(bring.owner);
	arena_close(bring.a);
	return 0;
}

static enum err
take_rejects(void *arg, struct bytes lines)
{
	(void)arg;
	buf_add(&bring.rejects, lines.ptr, lines.len);
	return ERR_OK;
}

/* Contact 1 is Ann, who said yes to "news"; a file of today is to come. */
int
bring_arrange(void **state)
{
	(void)state;
	fixture_rows();
	bring.now_us = clock_now_us();
	scratch_sql("UPDATE contact SET email = 'Ann@x.org', email_key = "
	    "'ann@x.org', given_name = 'Ann', phone = '+33612345678' "
	    "WHERE id = 1");
	scratch_sql("DELETE FROM contact WHERE id = 2");
	scratch_sql("DELETE FROM lease WHERE name = 'job.import'");
	buf_open(&bring.rejects, bring.a);
	bring.job = (struct job){ .row = &row, .config = &bring.config,
	    .keys = bring.keys,
	    .db = bring.owner, .ledger = bring.ledger, .owner = name,
	    .arena = arena_open(), .now_us = bring.now_us };
	bring.import = (struct import){ .job = &bring.job,
	    .reject = take_rejects,
	    .terms = { .basis = "contract", .source = "Salon 2026",
	    .date = day_of(bring.now_us), .policy = IMPORT_UPDATE } };
	return 0;
}

int
bring_leave(void **state)
{
	(void)state;
	arena_close(bring.job.arena);
	return 0;
}

enum err
bring_run(const char *text)
{
	struct import_file f;
	const char *why = "";

	buf_open(&bring.rejects, bring.a);
	assert_int_equal(import_file_open(bring.a, text_bytes(text), 0, &f,
	    &why), ERR_OK);
	assert_int_equal(import_columns_read(bring.a, &f.first, bring.own,
	    &bring.import.columns, &why), ERR_OK);
	bring.import.file = &f;
	return import_run(&bring.import);
}

/* As an erasure does it. */
void
bring_suppress(const char *identifier, const char *value, uint64_t purpose,
    const char *basis)
{
	unsigned char hash[HASH_BYTES];

	consent_suppression_hash(bring.a, bring.keys, identifier, value, hash);
	scratch_sql(arena_printf(bring.a, "INSERT INTO suppression "
	    "(identifier_hash, identifier, purpose_id, channel, basis, "
	    "since_us, until_us) VALUES (X'%s', '%s', %u, '%s', '%s', 1, "
	    "%lld)", hex_write(bring.a, (struct bytes){ hash, sizeof(hash) }),
	    identifier, (unsigned)purpose, strcmp(identifier, "email") == 0 ?
	    "email" : "sms", basis, (long long)(bring.now_us + DAY_US)));
}
