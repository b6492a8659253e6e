/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Puts mails into the outbox as the portal does, for tests of the courier:
 *	feed keys DIR
 *	feed add CONFIG TEMPLATE LANGUAGE FLAGS SUBJECT ADDRESS...
 *	feed many CONFIG TEMPLATE N
 * FLAGS are letters: l legal, u with a link to unsubscribe, f with a file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/config.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "outbox/outbox.h"

#define PER_TX 100

struct feeding {
	struct outbox *outbox;
	struct arena *a;
	struct outbox_mail mail;
	char **to;
	uint64_t n;		/* of to; or how many, when to is NULL */
	uint64_t done;
};

static enum err
add_in_tx(struct db *db, void *arg)
{
	struct feeding *f = arg;
	uint64_t i, until = f->done + PER_TX < f->n ? f->done + PER_TX : f->n;
	enum err e;

	for (i = f->done; i < until; i++) {
		f->mail.to = f->to != NULL ? f->to[i] : arena_printf(f->a,
		    "person.%" PRIu64 "@example.org", i);
		if ((e = outbox_add(f->outbox, db, f->a, &f->mail,
		    clock_now_us())) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static int
add(const char *file, struct feeding *f)
{
	static struct db_config database;
	static struct config *config;	/* for ever, like all at a start */
	static struct keys *keys;
	struct db *db;

	f->a = arena_open();
	if (config_open(file, &config) != ERR_OK ||
	    keys_open(arena_printf(f->a, "%s/portal.key", config->keys_dir),
	    KEYS_PORTAL, &keys) != ERR_OK ||
	    outbox_open(config, keys, &f->outbox) != ERR_OK)
		return 1;
	config_database(config, "portal", &database);
	if (db_open(&database, db_table_portal, &db) != ERR_OK)
		return 1;
	for (f->done = 0; f->done < f->n; f->done += PER_TX) {
		db_begin(db, clock_ticks_us() + 10 * SECOND_US, DB_JOB);
		if (tx_run(db, NULL, f->a, add_in_tx, f, NULL) != ERR_OK)
			return 1;
		arena_wipe(f->a);
	}
	db_close(db);
	return 0;
}

static int
make_keys(const char *dir)
{
	struct arena *a = arena_open();
	const char *path = arena_printf(a, "%s/root.key", dir);
	int status = keys_root_create(path) == ERR_OK &&
	    keys_derive(path, 1, 1, dir) == ERR_OK ? 0 : 1;

	arena_close(a);
	return status;
}

int
main(int argc, char **argv)
{
	static const unsigned char bytes[] = { 0, 1, 2, 253, 254, 255 };
	static const struct outbox_file file = { "receipt.jws",
	    "application/jose", { bytes, sizeof(bytes) } };
	static struct feeding f;

	memset(&f, 0, sizeof(f));
	if (argc == 3 && strcmp(argv[1], "keys") == 0)
		return make_keys(argv[2]);
	if (argc == 5 && strcmp(argv[1], "many") == 0 &&
	    parse_u64(argv[4], &f.n) == ERR_OK) {
		f.mail = (struct outbox_mail){ .template = argv[3],
		    .language = "fr", .view = json_pack("{s:s, s:s}",
		    "subject", "Votre choix", "token", "abc") };
		return add(argv[2], &f);
	}
	if (argc < 8 || strcmp(argv[1], "add") != 0)
		return 2;
	f.mail = (struct outbox_mail){ .template = argv[3],
	    .language = argv[4], .is_legal = strchr(argv[5], 'l') != NULL,
	    .unsubscribe = strchr(argv[5], 'u') == NULL ? NULL :
	    "/unsubscribe/TOKEN", .view = json_pack("{s:s, s:s}",
	    "subject", argv[6], "token", "abc") };
	if (strchr(argv[5], 'f') != NULL) {
		f.mail.files = &file;
		f.mail.n_files = 1;
	}
	f.to = argv + 7;
	f.n = (uint64_t)argc - 7;
	return add(argv[2], &f);
}
