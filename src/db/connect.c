/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The connection: opened late, never reconnected by itself, refused when the
 * server would lose what it acknowledged (GDPR 32(1)(b)).
 */
#include "db/inside.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#define STATEMENT_S		2	/* longest statement of a page */
#define WIRE_S			5	/* connect, write */
#define READ_S			4	/* a full disk hangs; below a page's deadline */
#define AWAY_S			1	/* to connect to what did not answer before */
#define LOCK_S			2	/* below the deadline, so that 1205 is retried */
#define OUTAGE_US		(5 * SECOND_US)	/* after that, one try per request */
#define BACK_OFF_MIN_MS		50
#define BACK_OFF_MAX_MS		1000
#define PASSWORD_MAX_BYTES	256
#define NAME_MAX_BYTES		60	/* the server takes 64 */
#define UNKNOWN_VARIABLE	1193
#define ACCESS_DENIED		1045

bool
name_is_safe(const char *name)
{
	size_t n;

	for (n = 0; name[n] != '\0'; n++)
		if (!isalnum((unsigned char)name[n]) && name[n] != '_')
			return false;
	return n > 0 && n <= NAME_MAX_BYTES;
}

static bool
is_near(const char *host)
{
	return host != NULL && (strcmp(host, "127.0.0.1") == 0 ||
	    strcmp(host, "::1") == 0);
}

enum err
db_open(const struct db_config *config, const struct query *table,
    struct db **ret_db)
{
	struct db *db;

	if ((config->name != NULL && !name_is_safe(config->name)) ||
	    (config->keys_name != NULL && !name_is_safe(config->keys_name))) {
		log_fault("db=config wrong=database_name");
		return ERR_INVALID;
	}
	if (config->socket == NULL && config->ca_file == NULL &&
	    !is_near(config->host)) {
		log_fault("db=config wrong=ca_file hint=%s",
		    "a_far_host_needs_one");
		return ERR_INVALID;
	}
	db = calloc(1, sizeof(*db));
	if (db == NULL)
		abort();
	db->config = *config;
	db->table = table;
	db->scratch = arena_open();
	db->mode = DB_GET;
	*ret_db = db;
	return ERR_OK;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	link_close(db);
	arena_close(db->scratch);
	sodium_memzero(db, sizeof(*db));
	free(db);
}

/* A closed socket reads as ended: seen here, it costs no failed statement. */
static bool
link_is_dead(struct db *db)
{
	struct pollfd p = { .fd = (int)mysql_get_socket(db->link),
	    .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}

void
db_begin(struct db *db, int64_t deadline_ticks_us, enum db_mode mode)
{
	assert(!db->is_in_tx);
	db->deadline_us = deadline_ticks_us;
	db->mode = mode;
	db->has_given_up = false;
	if (db->link != NULL && link_is_dead(db))
		link_close(db);
	db->has_lost = false;
}

bool
db_is_away(const struct db *db)
{
	return db->has_given_up;
}

uint64_t
db_statements(const struct db *db)
{
	return db->n_statements;
}

void
link_forget_statements(struct db *db)
{
	struct prepared *p;
	size_t i;

	for (i = 0; i < Q__MAX; i++)
		while ((p = db->prepared[i]) != NULL) {
			db->prepared[i] = p->next;
			mysql_stmt_close(p->st);
			free(p);
		}
	db->n_prepared = 0;
}

void
link_close(struct db *db)
{
	if (db->link == NULL)
		return;
	mysql_close(db->link);	/* first: then closing a statement is silent */
	db->link = NULL;
	db->has_lost = true;
	link_forget_statements(db);
}

void
link_pause(struct db *db, unsigned most_ms)
{
	int64_t us, left = db->deadline_us - clock_ticks_us();
	struct timespec ts;

	us = (5 + (int64_t)randombytes_uniform(most_ms - 4)) * 1000;
	if (us > left)
		us = left;
	if (us <= 0)
		return;
	ts.tv_sec = (time_t)(us / SECOND_US);
	ts.tv_nsec = (long)(us % SECOND_US) * 1000;
	while (nanosleep(&ts, &ts) != 0 && errno == EINTR)
		continue;
}

static enum err
read_password(const char *path, char *password, size_t size)
{
	struct stat st;
	ssize_t n = -1;
	int fd;

	if (path == NULL) {
		password[0] = '\0';
		return ERR_OK;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 077) == 0)
		n = read(fd, password, size - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0 || (size_t)n == size - 1) {
		log_fault("db=password_file hint=%s", n <= 0 ?
		    "missing_empty_or_open_to_others" : "too_long");
		sodium_memzero(password, size);
		return ERR_DOWN;
	}
	password[n] = '\0';
	password[strcspn(password, "\r\n")] = '\0';
	return ERR_OK;
}

/* A server that is frozen takes connections and says nothing. */
static unsigned
connect_s(const struct db *db)
{
	int64_t left_s = (db->deadline_us - clock_ticks_us()) / SECOND_US + 1;

	if (db->is_away || left_s <= 1)
		return AWAY_S;
	return left_s < WIRE_S ? (unsigned)left_s : WIRE_S;
}

static void
set_options(const struct db *db, MYSQL *link)
{
	const struct db_config *c = &db->config;
	unsigned off = 0, begin_s = connect_s(db), write_s = WIRE_S;
	unsigned read_s = READ_S;
	my_bool no = 0, yes = 1;

	if (c->statement_s > 0)
		read_s = c->statement_s + 3;
	mysql_options(link, MYSQL_OPT_LOCAL_INFILE, &off);
	mysql_options(link, MYSQL_OPT_RECONNECT, &no);
	mysql_options(link, MYSQL_OPT_CONNECT_TIMEOUT, &begin_s);
	mysql_options(link, MYSQL_OPT_READ_TIMEOUT, &read_s);
	mysql_options(link, MYSQL_OPT_WRITE_TIMEOUT, &write_s);
	mysql_options(link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(link, MYSQL_REPORT_DATA_TRUNCATION, &yes);
	if (c->ca_file != NULL) {
		mysql_options(link, MYSQL_OPT_SSL_ENFORCE, &yes);
		mysql_options(link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
		mysql_ssl_set(link, NULL, NULL, c->ca_file, NULL, NULL);
	}
}

/* Connect once.  Gives the error number; 0 leaves db->link set. */
static unsigned
connect_once(struct db *db)
{
	const struct db_config *c = &db->config;
	char password[PASSWORD_MAX_BYTES];
	unsigned number = 0;
	MYSQL *link;

	if (read_password(c->password_file, password, sizeof(password)) !=
	    ERR_OK)
		return ACCESS_DENIED;
	link = mysql_init(NULL);
	if (link == NULL)
		abort();
	set_options(db, link);
	if (mysql_real_connect(link, c->host, c->user, password, c->name,
	    c->port, c->socket, CLIENT_FOUND_ROWS) == NULL) {
		number = mysql_errno(link);
		mysql_close(link);
	} else
		db->link = link;
	sodium_memzero(password, sizeof(password));
	return number;
}

static unsigned
set_session(struct db *db)
{
	unsigned s = db->config.statement_s, number;
	char seconds[16], lock_seconds[16];
	const struct word words[] = { { "seconds", seconds },
	    { "lock_seconds", lock_seconds }, { NULL, NULL } };

	snprintf(seconds, sizeof(seconds), "%u", s == 0 ? STATEMENT_S : s);
	snprintf(lock_seconds, sizeof(lock_seconds), "%u",
	    s > 0 && s < LOCK_S ? s : LOCK_S);
	order_run(db, Q_DB_SESSION, words, &number);
	if (number != 0)
		return number;	/* these every server knows */
	order_run(db, Q_DB_SESSION_SNAPSHOT, NULL, &number);
	if (number == 0 || number == UNKNOWN_VARIABLE)
		order_run(db, Q_DB_SESSION_CLUSTER, NULL, &number);
	return number == UNKNOWN_VARIABLE ? 0 : number;
}

/* With any other setting a crash loses what people were told is stored. */
static enum err
check_durable(struct db *db)
{
	const struct call call = { Q_DB_DURABLE, NULL, NULL, 0,
	    NULL };
	struct arena *a = arena_open();
	struct fetch f = { .a = a };
	uint64_t n_statements = db->n_statements;
	enum err e = ERR_DOWN;

	if (statement_once(db, &call, &f) == FATE_NONE && f.n == 1) {
		if (f.rows[0].u == 1)
			e = ERR_OK;
		else
			log_fault("db=refused set=%s to=1",
			    "innodb_flush_log_at_trx_commit");
	}
	db->n_statements = n_statements;
	arena_close(a);
	return e;
}

static void
note_away(struct db *db, unsigned number)
{
	if (!db->is_away)
		log_fault("db=away errno=%u", number);
	db->is_away = true;
}

/* Whether to wait for a server that is not there. */
static bool
is_worth_waiting(const struct db *db, unsigned number)
{
	int64_t ticks_us = clock_ticks_us();

	return fate_of(number) == FATE_LOST && ticks_us < db->deadline_us &&
	    db->alive_us != 0 && ticks_us - db->alive_us <= OUTAGE_US;
}

enum err
link_open(struct db *db)
{
	unsigned wait_ms = BACK_OFF_MIN_MS, number;

	/* what did not answer till now will not within what is left */
	if (db->link == NULL && db->has_lost &&
	    clock_ticks_us() + AWAY_S * SECOND_US > db->deadline_us)
		db->has_given_up = true;
	if (db->link == NULL && (db->has_given_up ||
	    clock_ticks_us() >= db->deadline_us))
		return ERR_DOWN;
	while (db->link == NULL) {
		number = connect_once(db);
		if (number == 0 && (number = set_session(db)) == 0) {
			if (check_durable(db) == ERR_OK)
				break;
			link_close(db);
			return ERR_DOWN;
		}
		link_close(db);
		note_away(db, number);
		if (!is_worth_waiting(db, number)) {
			db->has_given_up = true;
			return ERR_DOWN;
		}
		link_pause(db, wait_ms);
		if ((wait_ms *= 2) > BACK_OFF_MAX_MS)
			wait_ms = BACK_OFF_MAX_MS;
	}
	if (db->is_away)
		log_note("db=back");
	db->is_away = false;
	db->alive_us = clock_ticks_us();
	return ERR_OK;
}

enum err
db_check_health(struct db *db)
{
	struct q_db_health row;
	struct arena *a = arena_open();
	enum err e = q_db_health(db, a, &row);

	arena_close(a);
	return e == ERR_OK ? ERR_OK : ERR_DOWN;
}

enum err
db_check_schema(struct db *db, unsigned version)
{
	struct q_db_schema row;
	struct arena *a = arena_open();
	enum err e = q_db_schema(db, a, &row);

	arena_close(a);
	if (e != ERR_OK)
		return ERR_DOWN;
	if (row.version == version)
		return ERR_OK;
	log_fault("db=schema has=%u needs=%u hint=assent_migrate",
	    (unsigned)row.version, version);
	return ERR_DOWN;
}
