/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fill CONFIG N: as the portal, write N choices and N/10 acts of contact 1,
 * for tests that run the real keeper and the real verifier (GDPR 7(1)).
 */
#include <inttypes.h>

#include "app/config.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

struct filling {
	struct arena *arena;
	struct ledger *ledger;
	size_t n;
};

static enum err
fill_in_tx(struct db *db, void *arg)
{
	struct filling *f = arg;
	struct ledger_consent events[LEDGER_BATCH_MAX];
	const struct ledger_audit event = { .verb = "contact.edited",
	    .actor = "person", .object = "contact", .contact_id = 1,
	    .detail = "{\"fields\":[\"city\"]}", .at_us = clock_now_us() };
	size_t i;
	enum err e;

	for (i = 0; i < f->n; i++)
		events[i] = (struct ledger_consent){ .kind = "given",
		    .purpose = "news", .purpose_version_id = 1,
		    .channel = "email", .lang = "fr", .notice_version_id = 1,
		    .how = "account", .at_us = clock_now_us(),
		    .contact_id = 1 };
	if ((e = ledger_consents(db, f->arena, f->ledger, events, f->n,
	    NULL)) != ERR_OK)
		return e;
	for (i = 0; i < f->n / 10; i++)
		if ((e = ledger_audit(db, f->arena, f->ledger, &event)) !=
		    ERR_OK)
			return e;
	return ERR_OK;
}

int
main(int argc, char **argv)
{
	struct filling f = { .arena = arena_open() };
	static struct db_config database;
	static struct config *config;
	struct keys *keys;
	struct db *db;
	uint64_t n;

	keys_harden();
	if (argc != 3 || parse_u64(argv[2], &n) != ERR_OK ||
	    config_open(argv[1], &config) != ERR_OK ||
	    keys_open(arena_printf(f.arena, "%s/portal.key",
	    config->keys_dir), KEYS_PORTAL, &keys) != ERR_OK)
		return 1;
	config_database(config, "portal", &database);
	if (db_open(&database, db_table_portal, &db) != ERR_OK)
		return 1;
	f.ledger = ledger_open(db, keys, KEYS_PORTAL);
	while (n > 0) {
		f.n = n < LEDGER_BATCH_MAX ? (size_t)n : LEDGER_BATCH_MAX;
		db_begin(db, clock_ticks_us() + 10 * SECOND_US, DB_POST);
		if (tx_run(db, NULL, f.arena, fill_in_tx, &f, NULL) != ERR_OK)
			return 1;
		n -= f.n;
		arena_wipe(f.arena);
	}
	ledger_close(f.ledger);
	db_close(db);
	keys_close(keys);
	arena_close(f.arena);
	return 0;
}
