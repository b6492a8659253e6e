/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The connector's calls that reach the server, each with a switch before it.
 */
#include <stddef.h>

#include <mysql.h>
#include <sys/socket.h>

#include "tests/db/faults.h"

MYSQL *__real_mysql_real_connect(MYSQL *link, const char *host,
    const char *user, const char *password, const char *name, unsigned port,
    const char *path, unsigned long flags);
MYSQL *__wrap_mysql_real_connect(MYSQL *link, const char *host,
    const char *user, const char *password, const char *name, unsigned port,
    const char *path, unsigned long flags);
int __real_mysql_real_query(MYSQL *link, const char *text, unsigned long len);
int __wrap_mysql_real_query(MYSQL *link, const char *text, unsigned long len);
int __real_mysql_stmt_prepare(MYSQL_STMT *st, const char *text,
    unsigned long len);
int __wrap_mysql_stmt_prepare(MYSQL_STMT *st, const char *text,
    unsigned long len);
int __real_mysql_stmt_execute(MYSQL_STMT *st);
int __wrap_mysql_stmt_execute(MYSQL_STMT *st);
int __real_mysql_stmt_fetch(MYSQL_STMT *st);
int __wrap_mysql_stmt_fetch(MYSQL_STMT *st);
unsigned __real_mysql_errno(MYSQL *link);
unsigned __wrap_mysql_errno(MYSQL *link);
unsigned __real_mysql_stmt_errno(MYSQL_STMT *st);
unsigned __wrap_mysql_stmt_errno(MYSQL_STMT *st);

static unsigned fault_n, fault_number, n_calls;
static enum fault_when fault_when;
static unsigned said;	/* the error that the last call was made to give */
static const void *said_by;	/* the connection or statement it was made on */

void
faults_set(unsigned n, unsigned number, enum fault_when when)
{
	fault_n = n;
	fault_number = number;
	fault_when = when;
	n_calls = 0;
	said = 0;
}

unsigned
faults_calls(void)
{
	return n_calls;
}

static bool
is_loss(void)
{
	return fault_number >= 2000 || fault_number == 1047 ||
	    fault_number == 1180 || fault_number == 1053;
}

/* Count a call; whether it fails, before or after the server has acted. */
static bool
is_due(void)
{
	said = 0;
	n_calls++;
	return fault_n != 0 && (n_calls == fault_n ||
	    (fault_when == FAULT_FROM && n_calls > fault_n));
}

static void
fail(MYSQL *link, const void *by)
{
	said = fault_number;
	said_by = by;
	if (is_loss() && link != NULL &&
	    mysql_get_socket(link) != (my_socket)-1)
		shutdown((int)mysql_get_socket(link), SHUT_RDWR);
}

MYSQL *
__wrap_mysql_real_connect(MYSQL *link, const char *host, const char *user,
    const char *password, const char *name, unsigned port, const char *path,
    unsigned long flags)
{
	if (is_due()) {
		fail(NULL, link);
		return NULL;
	}
	return __real_mysql_real_connect(link, host, user, password, name,
	    port, path, flags);
}

int
__wrap_mysql_real_query(MYSQL *link, const char *text, unsigned long len)
{
	int result;

	if (!is_due())
		return __real_mysql_real_query(link, text, len);
	if (fault_when == FAULT_AFTER) {
		result = __real_mysql_real_query(link, text, len);
		(void)result;
	}
	fail(link, link);
	return 1;
}

int
__wrap_mysql_stmt_prepare(MYSQL_STMT *st, const char *text, unsigned long len)
{
	if (!is_due())
		return __real_mysql_stmt_prepare(st, text, len);
	fail(st->mysql, st);
	return 1;
}

int
__wrap_mysql_stmt_execute(MYSQL_STMT *st)
{
	int result;

	if (!is_due())
		return __real_mysql_stmt_execute(st);
	if (fault_when == FAULT_AFTER) {
		result = __real_mysql_stmt_execute(st);
		(void)result;
	}
	fail(st->mysql, st);
	return 1;
}

int
__wrap_mysql_stmt_fetch(MYSQL_STMT *st)
{
	if (!is_due())
		return __real_mysql_stmt_fetch(st);
	fail(st->mysql, st);
	return 1;
}

unsigned
__wrap_mysql_errno(MYSQL *link)
{
	return said != 0 && said_by == link ? said :
	    __real_mysql_errno(link);
}

unsigned
__wrap_mysql_stmt_errno(MYSQL_STMT *st)
{
	return said != 0 && said_by == st ? said :
	    __real_mysql_stmt_errno(st);
}
