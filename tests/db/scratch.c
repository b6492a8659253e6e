/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Connects store tests to the server that run-test.sh started.
 */
#include <mysql.h>	/* before the banned list */

#include "tests/db/scratch.h"

#include <unistd.h>

#include "base/clock.h"
#include "db/grants.h"

#define DEADLINE_US	(20 * SECOND_US)
#define TABLES_MAX	500
#define GONE		2006

extern char **environ;

static MYSQL *admin;
static char *seeded[TABLES_MAX];	/* tables that had rows at the start */
static size_t n_seeded;

static void
give_up(const char *why, const char *what)
{
	fprintf(stderr, "scratch: %s: %s\n", why, what);
	exit(1);
}

static const char *
variable(const char *name)
{
	size_t len = strlen(name);
	char **e;

	for (e = environ; *e != NULL; e++)
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
			return *e + len + 1;
	give_up("run by tests/run-test.sh only; not set", name);
	return "";
}

const char *
scratch_path(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", variable("ASSENT_TEST_DIR"),
	    name);
	return path;
}

void
scratch_config(const char *program, struct db_config *ret_config)
{
	static char users[8][40], files[8][300];
	static size_t at;
	struct db_config c = { .socket = variable("ASSENT_TEST_SOCKET"),
	    .statement_s = 10 };
	size_t i = at++ % LENGTH(users);

	if (strcmp(program, "admin") == 0)
		c.user = variable("ASSENT_TEST_ADMIN");
	else {
		snprintf(users[i], sizeof(users[i]), "%s_%s", SCRATCH_NAME,
		    program);
		snprintf(files[i], sizeof(files[i]), "%s/%s.password",
		    variable("ASSENT_TEST_DIR"), program);
		c.user = users[i];
		c.password_file = files[i];
		c.name = SCRATCH_NAME;
		c.keys_name = SCRATCH_KEYS;
	}
	*ret_config = c;
}

static const struct query *
table_of(const char *program)
{
	static const struct query *const tables[ACCOUNT__MAX] = {
		[ACCOUNT_PORTAL] = db_table_portal,
		[ACCOUNT_OFFICE] = db_table_office,
		[ACCOUNT_COURIER] = db_table_courier,
		[ACCOUNT_KEEPER] = db_table_keeper,
		[ACCOUNT_OWNER] = db_table_owner,
	};
	unsigned i;

	for (i = 0; i < ACCOUNT__MAX; i++)
		if (strcmp(account_names[i], program) == 0)
			return tables[i];
	give_up("no such program", program);
	return NULL;
}

void
scratch_begin(struct db *db, enum db_mode mode)
{
	db_begin(db, clock_ticks_us() + DEADLINE_US, mode);
}

static MYSQL *
connect_to(const char *program)
{
	struct db_config c;
	char password[100] = "";
	MYSQL *link = mysql_init(NULL);
	FILE *f;

	scratch_config(program, &c);
	if (c.password_file != NULL) {
		f = fopen(c.password_file, "r");
		if (f == NULL ||
		    fgets(password, sizeof(password), f) == NULL)
			give_up("no password", program);
		else
			fclose(f);
		password[strcspn(password, "\n")] = '\0';
	}
	mysql_options(link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(link, NULL, c.user, password,
	    c.name != NULL ? c.name : SCRATCH_NAME, 0, c.socket, 0) == NULL)
		give_up("cannot connect", mysql_error(link));
	return link;
}

static void
close_admin(void)
{
	size_t i;

	mysql_close(admin);
	for (i = 0; i < n_seeded; i++)
		free(seeded[i]);
}

static MYSQL_RES *
ask(const char *text)
{
	MYSQL_RES *res;

	if (mysql_query(admin, text) != 0 && mysql_errno(admin) == GONE) {
		mysql_close(admin);	/* the test had the server killed */
		admin = connect_to("admin");
		if (mysql_query(admin, text) != 0)
			give_up(mysql_error(admin), text);
	} else if (mysql_errno(admin) != 0)
		give_up(mysql_error(admin), text);
	res = mysql_store_result(admin);
	if (res == NULL && mysql_errno(admin) != 0)
		give_up(mysql_error(admin), text);
	return res;
}

/* All tables of both databases as "db.table"; the caller frees each. */
static size_t
list_tables(char *names[TABLES_MAX])
{
	MYSQL_RES *res = ask("SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) "
	    "FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('t', "
	    "'t_keys') AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1");
	MYSQL_ROW row;
	size_t n = 0;

	while ((row = mysql_fetch_row(res)) != NULL && n < TABLES_MAX)
		names[n++] = strdup(row[0]);
	mysql_free_result(res);
	return n;
}

static bool
has_rows(const char *table)
{
	char text[300];

	snprintf(text, sizeof(text), "SELECT EXISTS(SELECT 1 FROM %s)", table);
	return scratch_number(text) != 0;
}

static void
need_admin(void)
{
	char *names[TABLES_MAX];
	size_t n, i;

	if (admin != NULL)
		return;
	admin = connect_to("admin");
	atexit(close_admin);
	n = list_tables(names);
	for (i = 0; i < n; i++)
		if (has_rows(names[i]))
			seeded[n_seeded++] = names[i];
		else
			free(names[i]);
}

struct db *
scratch_open(const char *program)
{
	struct db_config *c = malloc(sizeof(*c));
	struct db *db;

	need_admin();
	if (c == NULL)
		abort();
	scratch_config(program, c);
	if (db_open(c, table_of(program), &db) != ERR_OK)
		give_up("cannot open", program);
	free(c);
	scratch_begin(db, DB_JOB);
	return db;
}

/* What is tried, and what it came to. */
struct attempt {
	enum err (*fn)(struct db *db, void *arg);
	void *arg;
	enum err e;
};

static enum err
try_in_tx(struct db *db, void *arg)
{
	struct attempt *t = arg;

	t->e = t->fn(db, t->arg);
	return t->e != ERR_OK ? t->e : ERR_GONE;
}

enum err
scratch_try(struct db *db, enum err (*fn)(struct db *db, void *arg),
    void *arg)
{
	struct attempt t = { .fn = fn, .arg = arg, .e = ERR_BUG };
	struct arena *a = arena_open();
	enum err e = tx_run(db, NULL, a, try_in_tx, &t, NULL);

	arena_close(a);
	return e == ERR_GONE ? t.e : e;
}

void
scratch_sql(const char *text)
{
	need_admin();
	mysql_free_result(ask(text));
}

uint64_t
scratch_number(const char *text)
{
	MYSQL_RES *res;
	MYSQL_ROW row;
	uint64_t n = 0;

	need_admin();
	res = ask(text);
	row = mysql_fetch_row(res);
	if (row == NULL || row[0] == NULL)
		give_up("no number", text);
	else
		n = strtoull(row[0], NULL, 10);
	mysql_free_result(res);
	return n;
}

uint64_t
scratch_count(const char *from)
{
	char text[1000];
	int n = snprintf(text, sizeof(text), "SELECT COUNT(*) FROM %s", from);

	if (n < 0 || (size_t)n >= sizeof(text))
		give_up("too long", from);
	return scratch_number(text);
}

const char *
scratch_text(struct arena *a, const char *text)
{
	const char *found = "";
	MYSQL_RES *res;
	MYSQL_ROW row;

	need_admin();
	res = ask(text);
	row = mysql_fetch_row(res);
	if (row == NULL || row[0] == NULL)
		give_up("no text", text);
	else
		found = arena_text(a, row[0]);
	mysql_free_result(res);
	return found;
}

unsigned
scratch_errno(const char *program, const char *text)
{
	static MYSQL *link;
	static char whose[20];
	unsigned number = 0;
	MYSQL_RES *res;

	if (link != NULL && strcmp(whose, program) != 0) {
		mysql_close(link);
		link = NULL;
	}
	if (link == NULL)
		link = connect_to(program);
	snprintf(whose, sizeof(whose), "%s", program);
	if (mysql_query(link, text) != 0)
		number = mysql_errno(link);
	else if ((res = mysql_store_result(link)) != NULL)
		mysql_free_result(res);
	else
		number = mysql_errno(link);
	return number;
}

static bool
is_seeded(const char *name)
{
	size_t i;

	for (i = 0; i < n_seeded; i++)
		if (strcmp(seeded[i], name) == 0)
			return true;
	return false;
}

void
scratch_empty(void)
{
	char *names[TABLES_MAX], text[300];
	size_t n, i;

	need_admin();
	scratch_sql("SET foreign_key_checks = 0");
	n = list_tables(names);
	for (i = 0; i < n; i++) {
		if (!is_seeded(names[i]) && has_rows(names[i])) {
			snprintf(text, sizeof(text), "DELETE FROM %s",
			    names[i]);
			scratch_sql(text);
		}
		free(names[i]);
	}
	scratch_sql("SET foreign_key_checks = 1");
}
