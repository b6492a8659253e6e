/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes what a measurement needs in numbers, as the workers make it (GDPR 32:
 * what is measured is the real thing):
 *	fill CONFIG portal COOKIE	sessions, for lines "identity contact"
 *	fill CONFIG office COOKIE	sessions, for lines "staff 0"
 *	fill CONFIG signups N		sign-ups, for lines "form-version 0"
 * The lines come on standard input; cookies or tokens go to standard output.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "acting/acting.h"
#include "app/session.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "forms/forms.h"
#include "ledger/ledger.h"

#define PER_TX 100

struct filling {
	struct ctx c;
	struct ledger *ledger;
	bool is_office;
	uint64_t first, second;		/* of the line */
	struct forms_version *version;
	uint64_t done, n;		/* sign-ups */
};

static enum err
session_in_tx(struct db *db, void *arg)
{
	struct filling *f = arg;
	unsigned char hash[HASH_BYTES];
	struct bytes id = { hash, sizeof(hash) };
	int64_t now_us = f->c.now_us;

	session_renew(&f->c, true);
	session_hash(&f->c, hash);
	if (f->is_office)
		return q_auth_office_insert(db, id, f->first, true,
		    "password", "Other", now_us, now_us, now_us, NULL);
	return q_auth_session_insert(db, id, f->first, f->second, "link",
	    "Other", now_us, now_us, now_us, NULL);
}

static enum err
add_signup(struct filling *f, struct db *db)
{
	struct arena *a = f->c.arena;
	struct acting_drawn drawn;
	struct forms_signup s = { .form_version_id = f->first, .lang = "fr",
	    .given_name = "Zoé", .family_name = "d’Artagnan & fils",
	    .created_us = f->c.now_us, .expires_us = f->c.now_us + DAY_US };
	const struct forms_purpose *p = &f->version->purposes[0];
	struct ledger_consent asked = { .kind = "asked", .purpose = p->code,
	    .purpose_version_id = p->version_id, .channel = "email",
	    .lang = "fr", .notice_version_id = f->version->notice_version_id,
	    .form_version_id = f->first, .rendering = s.rendering,
	    .how = "form", .at_us = f->c.now_us };
	enum err e;

	random_fill(s.rendering, sizeof(s.rendering));
	s.mailbox_key = s.mailbox = arena_printf(a, "%s@bench.example",
	    hex_write(a, (struct bytes){ s.rendering, 12 }));
	s.choices = arena_printf(a, "[[%" PRIu64 ",\"email\"]]", p->version_id);
	acting_draw(a, f->c.worker->keys, &drawn);
	memcpy(s.token_hash, drawn.hash, HASH_BYTES);
	memcpy(s.code_hash, drawn.code_hash, HASH_BYTES);
	if ((e = forms_signup_insert(db, a, &s, &asked.signup_id)) != ERR_OK ||
	    (e = ledger_consents(db, a, f->ledger, &asked, 1, NULL)) != ERR_OK)
		return e;
	puts(drawn.issued.token);
	return ERR_OK;
}

static enum err
signups_in_tx(struct db *db, void *arg)
{
	struct filling *f = arg;
	uint64_t i;
	enum err e;

	for (i = f->done; i < f->n && i < f->done + PER_TX; i++)
		if ((e = add_signup(f, db)) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
run(struct filling *f, enum err (*fn)(struct db *db, void *arg))
{
	db_begin(f->c.db, clock_ticks_us() + 30 * SECOND_US, DB_JOB);
	return tx_run(f->c.db, NULL, f->c.arena, fn, f, NULL);
}

static enum err
fill(struct filling *f)
{
	static struct arena *a;		/* for ever */
	enum err e = ERR_OK;

	f->c.now_us = clock_now_us();
	if (a == NULL)
		a = arena_open();
	db_begin(f->c.db, clock_ticks_us() + 30 * SECOND_US, DB_JOB);
	if (f->n > 0 && (e = forms_version_load(f->c.db, a, f->first,
	    &f->version)) != ERR_OK)
		return e;
	if (f->n == 0) {
		if ((e = run(f, session_in_tx)) == ERR_OK)
			puts(session_cookie(&f->c));
		arena_wipe(f->c.arena);
	}
	for (f->done = 0; f->done < f->n && e == ERR_OK; f->done += PER_TX) {
		e = run(f, signups_in_tx);
		arena_wipe(f->c.arena);
	}
	return e;
}

static enum err
read_lines(struct filling *f)
{
	char line[64], *space;
	enum err e = ERR_OK;

	while (e == ERR_OK && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((space = strchr(line, ' ')) == NULL)
			return ERR_INVALID;
		*space = '\0';
		if ((e = parse_u64(line, &f->first)) == ERR_OK &&
		    (e = parse_u64(space + 1, &f->second)) == ERR_OK)
			e = fill(f);
	}
	return e;
}

int
main(int argc, char **argv)
{
	static struct db_config database;
	static struct door door = { .same_site = "Lax" };
	static struct worker w = { .door = &door };
	static struct filling f = { .c = { .worker = &w } };
	const char *program;
	enum key_program p;

	if (argc != 4)
		return 2;
	f.is_office = strcmp(argv[2], "office") == 0;
	if (strcmp(argv[2], "signups") != 0)
		snprintf(w.cookie_name, sizeof(w.cookie_name), "%s", argv[3]);
	else if (parse_u64(argv[3], &f.n) != ERR_OK || f.n == 0)
		return 2;
	p = f.is_office ? KEYS_OFFICE : KEYS_PORTAL;
	program = f.is_office ? "office" : "portal";
	door.session_key = f.is_office ? KEY_SESSION_OFFICE :
	    KEY_SESSION_PORTAL;
	f.c.arena = arena_open();
	if (config_open(argv[1], &w.config) != ERR_OK || keys_open(
	    arena_printf(f.c.arena, "%s/%s.key", w.config->keys_dir, program),
	    p, &w.keys) != ERR_OK)
		return 1;
	config_database(w.config, program, &database);
	if (db_open(&database, f.is_office ? db_table_office :
	    db_table_portal, &f.c.db) != ERR_OK)
		return 1;
	f.ledger = ledger_open(f.c.db, w.keys, p);
	if (read_lines(&f) != ERR_OK || fflush(stdout) != 0)
		return 1;
	db_close(f.c.db);
	return 0;
}
