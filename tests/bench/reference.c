/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What this machine gives at most: a FastCGI worker that escapes nothing, has
 * no session and no log, and does only what its kind of request cannot do
 * without.  Budgets are shares of its rate in the same run (PERFORMANCE).
 *	reference SOCKET PASSWORD-FILE		listens on file descriptor 0
 * Its database is "reference", its tables those of reference.sql.
 */
#include <assert.h>
#include <fcgiapp.h>
#include <inttypes.h>
#include <mysql.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE_BYTES	8192
#define PEOPLE		10000	/* rows of person */
#define PENDING		20000	/* rows of pending, to confirm */
#define MAIL_BYTES	600	/* a sealed mail is about as large */

enum statement { SELECT_PERSON, INSERT_PENDING, INSERT_MAIL, INSERT_AUDIT,
	LOCK_PENDING, UPDATE_PENDING, INSERT_EVENT, STATEMENT__MAX };

static const char *const texts[STATEMENT__MAX] = {
	[SELECT_PERSON] = "SELECT name FROM person WHERE id = ?",
	[INSERT_PENDING] =
	    "INSERT INTO pending (token, at_us, body) VALUES (?, ?, ?)",
	[INSERT_MAIL] = "INSERT INTO mail (at_us, body) VALUES (?, ?)",
	[INSERT_AUDIT] = "INSERT INTO audit (at_us, verb) VALUES (?, 'x')",
	[LOCK_PENDING] = "SELECT at_us FROM pending WHERE id = ? FOR UPDATE",
	[UPDATE_PENDING] = "UPDATE pending SET done_us = ? WHERE id = ?",
	[INSERT_EVENT] = "INSERT INTO event (at_us, person) VALUES (?, ?)",
};

static MYSQL *db;
static MYSQL_STMT *statements[STATEMENT__MAX];
static char page[PAGE_BYTES + 1];
static uint64_t seed;

static void
die(const char *what)
{
	fprintf(stderr, "reference: %s: %s\n", what,
	    db == NULL ? "" : mysql_error(db));
	exit(1);
}

static uint64_t
draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void
prepare(const char *socket_path, const char *password_file)
{
	char password[100] = "";
	FILE *f = fopen(password_file, "r");
	int i;

	if (f == NULL || fgets(password, sizeof(password), f) == NULL)
		die("password file");
	fclose(f);
	password[strcspn(password, "\n")] = '\0';
	db = mysql_init(NULL);
	if (db == NULL || mysql_real_connect(db, NULL, "reference", password,
	    "reference", 0, socket_path, 0) == NULL)
		die("connect");
	for (i = 0; i < STATEMENT__MAX; i++) {
		statements[i] = mysql_stmt_init(db);
		if (statements[i] == NULL || mysql_stmt_prepare(statements[i],
		    texts[i], strlen(texts[i])) != 0)
			die(texts[i]);
	}
	memset(page, 'x', PAGE_BYTES);
	memcpy(page, "<!DOCTYPE html><title>reference</title>", 39);
}

/* Run a statement with numbers, and one blob for a NULL. */
static void
run(enum statement which, const uint64_t *numbers, const void *blob, size_t n)
{
	MYSQL_STMT *st = statements[which];
	MYSQL_BIND b[3];
	uint64_t values[3];
	unsigned long i, n_marks = mysql_stmt_param_count(st);
	bool has_blob = blob != NULL;

	memset(b, 0, sizeof(b));
	for (i = 0; i < n_marks; i++) {
		if (has_blob && i + 1 == n_marks) {
			b[i].buffer_type = MYSQL_TYPE_BLOB;
			memcpy(&b[i].buffer, &blob, sizeof(blob));
			b[i].buffer_length = n;
			continue;
		}
		values[i] = numbers[i];
		b[i].buffer_type = MYSQL_TYPE_LONGLONG;
		b[i].buffer = &values[i];
		b[i].is_unsigned = 1;
	}
	if (mysql_stmt_bind_param(st, b) != 0 || mysql_stmt_execute(st) != 0)
		die(mysql_stmt_error(st));
}

/* The first column of the one row, as text. */
static unsigned long
fetch(enum statement which, char *text, size_t size)
{
	MYSQL_STMT *st = statements[which];
	unsigned long len = 0;
	MYSQL_BIND b;

	memset(&b, 0, sizeof(b));
	b.buffer_type = MYSQL_TYPE_STRING;
	b.buffer = text;
	b.buffer_length = size;
	b.length = &len;
	if (mysql_stmt_bind_result(st, &b) != 0 || mysql_stmt_fetch(st) != 0)
		die("fetch");
	mysql_stmt_free_result(st);
	return len;
}

static void
order(const char *text)
{
	if (mysql_query(db, text) != 0)
		die(text);
}

static void
sign_up(FCGX_Request *r)
{
	static char body[4096], mail[MAIL_BYTES];
	int n = FCGX_GetStr(body, sizeof(body), r->in);
	uint64_t at = draw() >> 8;

	order("START TRANSACTION");
	run(INSERT_PENDING, (uint64_t[]){ at, at }, body, (size_t)n);
	run(INSERT_MAIL, (uint64_t[]){ at }, mail, sizeof(mail));
	run(INSERT_AUDIT, (uint64_t[]){ at }, NULL, 0);
	order("COMMIT");
}

static void
confirm(void)
{
	uint64_t id = 1 + draw() % PENDING, at = draw() >> 8;
	char text[32];

	order("START TRANSACTION");
	run(LOCK_PENDING, (uint64_t[]){ id }, NULL, 0);
	fetch(LOCK_PENDING, text, sizeof(text));
	run(UPDATE_PENDING, (uint64_t[]){ at, id }, NULL, 0);
	run(INSERT_EVENT, (uint64_t[]){ at, id }, NULL, 0);
	run(INSERT_AUDIT, (uint64_t[]){ at }, NULL, 0);
	order("COMMIT");
}

static void
answer(FCGX_Request *r)
{
	static const char moved[] = "Status: 303\r\nLocation: /static\r\n"
	    "Content-Length: 0\r\n\r\n";
	static const char head[] = "Content-Type: text/html\r\n"
	    "Cache-Control: no-store\r\n\r\n";
	const char *uri = FCGX_GetParam("REQUEST_URI", r->envp);

	if (strncmp(uri, "/insert", 7) == 0) {
		sign_up(r);
		FCGX_PutStr(moved, sizeof(moved) - 1, r->out);
		return;
	}
	if (strncmp(uri, "/select", 7) == 0) {
		run(SELECT_PERSON, (uint64_t[]){ 1 + draw() % PEOPLE }, NULL,
		    0);
		fetch(SELECT_PERSON, page + 100, 100);
	} else if (strncmp(uri, "/confirm", 8) == 0) {
		confirm();
	}
	FCGX_PutStr(head, sizeof(head) - 1, r->out);
	FCGX_PutStr(page, PAGE_BYTES, r->out);
}

int
main(int argc, char **argv)
{
	FCGX_Request r;

	if (argc != 3)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	seed = (uint64_t)getpid() * UINT64_C(0x9E3779B97F4A7C15) | 1;
	prepare(argv[1], argv[2]);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		die("file descriptor 0 is no listening socket");
	while (FCGX_Accept_r(&r) == 0) {
		answer(&r);
		FCGX_Finish_r(&r);
	}
	return 0;
}
