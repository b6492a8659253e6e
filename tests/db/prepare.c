/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * prepare SOCKET ADMIN SQL-DIR DIR: make the databases t and t_keys, their
 * accounts (passwords into DIR), tables and grants, with the code that
 * production uses.  Run by run-test.sh.
 */
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/grants.h"
#include "db/migrate.h"
#include "db/queries.h"

#define DEADLINE_US	(120 * SECOND_US)
#define STATEMENT_S	60

static const struct grants_site site = { "t", "t_keys", "localhost" };

/* Draw a password and leave it in the file that the program reads. */
static const char *
draw_password(struct arena *a, const char *dir, const char *program)
{
	const char *path = arena_printf(a, "%s/%s.password", dir, program);
	unsigned char bytes[24];
	const char *password;
	int fd;

	randombytes_buf(bytes, sizeof(bytes));
	password = hex_write(a, (struct bytes){ bytes, sizeof(bytes) });
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	if (fd < 0 || write(fd, password, strlen(password)) < 0) {
		fprintf(stderr, "prepare: cannot write %s\n", path);
		exit(1);
	}
	close(fd);
	return password;
}

static enum err
create(struct arena *a, const char *socket, const char *user, const char *dir)
{
	const struct db_config config = { .socket = socket, .user = user,
	    .statement_s = STATEMENT_S };
	const char *passwords[ACCOUNT__MAX];
	struct db *db;
	unsigned i;
	enum err e;

	for (i = 0; i < ACCOUNT__MAX; i++)
		passwords[i] = draw_password(a, dir, account_names[i]);
	if ((e = db_open(&config, db_table_owner, &db)) != ERR_OK)
		return e;
	db_begin(db, clock_ticks_us() + DEADLINE_US, DB_JOB);
	e = grants_create(db, &site, passwords);
	db_close(db);
	return e;
}

static enum err
fill(struct arena *a, const char *socket, const char *sql, const char *dir)
{
	const struct db_config config = { .socket = socket, .user = "t_owner",
	    .password_file = arena_printf(a, "%s/owner.password", dir),
	    .name = site.name, .keys_name = site.keys_name,
	    .statement_s = STATEMENT_S };
	unsigned version, n;
	struct db *db;
	enum err e;

	if ((e = db_open(&config, db_table_owner, &db)) != ERR_OK)
		return e;
	db_begin(db, clock_ticks_us() + DEADLINE_US, DB_JOB);
	e = migrate_run(db, arena_printf(a, "%s/migrations", sql), "prepare",
	    &version, &n);
	if (e == ERR_OK)
		e = db_check_schema(db, DB_SCHEMA_VERSION);
	if (e == ERR_OK)
		e = grants_apply(db, arena_printf(a, "%s/grants.tsv", sql),
		    &site);
	db_close(db);
	return e;
}

int
main(int argc, char **argv)
{
	struct arena *a;
	enum err e;

	if (argc != 5 || sodium_init() < 0) {
		fprintf(stderr, "usage: prepare SOCKET ADMIN SQL-DIR DIR\n");
		return 2;
	}
	log_open("prepare", "t");
	a = arena_open();
	e = create(a, argv[1], argv[2], argv[4]);
	if (e == ERR_OK)
		e = fill(a, argv[1], argv[3], argv[4]);
	arena_close(a);
	if (e != ERR_OK)
		fprintf(stderr, "prepare: %s\n", err_name(e));
	return e == ERR_OK ? 0 : 1;
}
