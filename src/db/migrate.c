/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The migration runner.  MariaDB commits each DDL by itself, so a step that
 * was cut off is run again from its beginning: every file is written for that.
 */
#include "db/inside.h"	/* mysql.h, before the banned list */
#include "db/migrate.h"

#include <dirent.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/lease.h"

#define STEPS_MAX	1000
#define LEASE_US	(15 * MINUTE_US)	/* prolonged before each step */
#define LEASE		"migrate"
#define CHECKSUM_BYTES	32

/* A file of the directory. */
struct step {
	unsigned version;
	const char *name;
	char *text;
	unsigned char checksum[CHECKSUM_BYTES];
	bool is_done;
};

struct run {
	struct db *db;
	struct arena *a;
	const char *who;
	struct step *steps;
	size_t n_steps;
	struct step *now;	/* for the transactions below */
};

/* What a statement that holds no personal value may say in the log. */
static bool
is_about_names(unsigned number)
{
	static const unsigned numbers[] = { 1005, 1044, 1046, 1049, 1050, 1051,
	    1054, 1059, 1060, 1061, 1064, 1067, 1068, 1071, 1072, 1091, 1101,
	    1142, 1146, 1170, 1171, 1239, 1822, 1824, 1826 };
	size_t i;

	for (i = 0; i < LENGTH(numbers); i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/* The end of the quoted text or comment that begins at ${p}; ${p} if none. */
static const char *
skip_quoted(const char *p)
{
	const char *end;
	char quote = *p;

	if (strncmp(p, "-- ", 3) == 0 || strncmp(p, "--\n", 3) == 0 ||
	    quote == '#')
		return p + strcspn(p, "\n");
	if (strncmp(p, "/*", 2) == 0) {
		end = strstr(p + 2, "*/");
		return end != NULL ? end + 2 : p + strlen(p);
	}
	if (quote != '\'' && quote != '"' && quote != '`')
		return p;
	for (p++; *p != '\0' && *p != quote; p++)
		if (*p == '\\' && quote != '`' && p[1] != '\0')
			p++;
	return *p == '\0' ? p : p + 1;
}

/* A semicolon that ends its line, but for a comment. */
static bool
is_at_end(const char *p)
{
	if (*p != ';')
		return false;
	p++;
	p += strspn(p, " \t\r");
	return *p == '\n' || *p == '\0' || strncmp(p, "--", 2) == 0;
}

const char *
migrate_next_statement(const char *p, size_t *ret_len)
{
	const char *begin = NULL, *next;

	for (; *p != '\0'; p = next) {
		next = skip_quoted(p);
		if (next != p) {
			if (begin == NULL && strchr("'\"`", *p) != NULL)
				begin = p;
			continue;
		}
		next = p + 1;
		if (begin == NULL && strchr(" \t\r\n;", *p) == NULL)
			begin = p;
		if (begin != NULL && is_at_end(p))
			break;
	}
	if (begin != NULL)
		*ret_len = (size_t)(p - begin);
	return begin;
}

static char *
name_the_keys(struct db *db, struct arena *a, const char *p, size_t len)
{
	const char *end = p + len, *found;
	struct buf b;

	buf_open(&b, a);
	while ((found = strstr(p, "{keys}")) != NULL && found < end) {
		buf_add(&b, p, (size_t)(found - p));
		buf_text(&b, db->config.keys_name);
		p = found + strlen("{keys}");
	}
	buf_add(&b, p, (size_t)(end - p));
	return b.ptr;
}

static enum err
send_step(struct run *r, const struct step *step)
{
	struct db *db = r->db;
	const char *p = step->text;
	unsigned number, n = 0;
	enum err e;
	size_t len;

	for (; (p = migrate_next_statement(p, &len)) != NULL; p += len) {
		n++;
		if ((e = link_open(db)) != ERR_OK)
			return e;
		order_send(db, name_the_keys(db, r->a, p, len), &number);
		if (number == 0)
			continue;
		log_fault("migrate=failed file=%s statement=%u errno=%u "
		    "text=\"%s\"", step->name, n, number,
		    is_about_names(number) ? mysql_error(db->link) : "");
		if (fate_of(number) == FATE_LOST)
			link_close(db);
		return fate_of(number) == FATE_DUPLICATE ? ERR_BUG :
		    fate_err(fate_of(number));
	}
	return ERR_OK;
}

static bool
is_step_name(const char *name, unsigned *ret_version)
{
	size_t len = strlen(name);
	unsigned version = 0, i;

	if (len < strlen("0001-x.sql") || len > 100 || name[4] != '-' ||
	    strcmp(name + len - 4, ".sql") != 0)
		return false;
	for (i = 0; i < 4; i++) {
		if (name[i] < '0' || name[i] > '9')
			return false;
		version = version * 10 + (unsigned)(name[i] - '0');
	}
	*ret_version = version;
	return version > 0;
}

static int
compare_steps(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	return (x->version > y->version) - (x->version < y->version);
}

static enum err
list_steps(struct run *r, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	struct step *s;
	unsigned version;

	if (d == NULL) {
		log_fault("migrate=unreadable dir=migrations");
		return ERR_INVALID;
	}
	r->steps = arena_take(r->a, STEPS_MAX * sizeof(*r->steps));
	while ((entry = readdir(d)) != NULL && r->n_steps < STEPS_MAX) {
		if (!is_step_name(entry->d_name, &version))
			continue;
		s = &r->steps[r->n_steps++];
		s->version = version;
		s->name = arena_text(r->a, entry->d_name);
	}
	closedir(d);
	qsort(r->steps, r->n_steps, sizeof(*r->steps), compare_steps);
	return ERR_OK;
}

static enum err
read_steps(struct run *r, const char *dir)
{
	struct step *s;
	enum err e;

	if ((e = list_steps(r, dir)) != ERR_OK)
		return e;
	for (s = r->steps; s < r->steps + r->n_steps; s++) {
		if (s > r->steps && s->version == s[-1].version) {
			log_fault("migrate=two_of_a_number file=%s", s->name);
			return ERR_INVALID;
		}
		if ((e = file_read(r->a, arena_printf(r->a, "%s/%s", dir,
		    s->name), &s->text)) != ERR_OK)
			return e;
		crypto_generichash(s->checksum, sizeof(s->checksum),
		    (const unsigned char *)s->text, strlen(s->text), NULL, 0);
	}
	if (r->n_steps > 0)
		return ERR_OK;
	log_fault("migrate=no_files");
	return ERR_INVALID;
}

static enum err
check_step(struct run *r, const struct q_migrate_list *row)
{
	struct step *s;

	for (s = r->steps; s < r->steps + r->n_steps; s++)
		if (s->version == row->version)
			break;
	if (s == r->steps + r->n_steps) {
		log_fault("migrate=file_is_gone version=%u hint=%s",
		    (unsigned)row->version, "database_of_a_newer_release");
		return ERR_INVALID;
	}
	s->is_done = row->is_done;
	if (!row->is_done || (row->checksum.len == sizeof(s->checksum) &&
	    memcmp(row->checksum.ptr, s->checksum, sizeof(s->checksum)) == 0))
		return ERR_OK;
	log_fault("migrate=applied_file_was_changed file=%s", s->name);
	return ERR_INVALID;
}

/* Compare the files with what the database has been through. */
static enum err
check_steps(struct run *r)
{
	struct q_migrate_list *rows;
	unsigned last = 0;
	struct step *s;
	size_t n, i;
	enum err e;

	if ((e = q_migrate_list(r->db, r->a, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = check_step(r, &rows[i])) != ERR_OK)
			return e;
		if (rows[i].is_done)
			last = (unsigned)rows[i].version;
	}
	for (s = r->steps; s < r->steps + r->n_steps; s++)
		if (!s->is_done && s->version < last) {
			log_fault("migrate=behind_the_last_applied file=%s",
			    s->name);
			return ERR_INVALID;
		}
	return ERR_OK;
}

/* The first step makes the tables that the others are remembered in. */
static enum err
lay_ground(struct run *r)
{
	struct q_migrate_ground row;
	enum err e;

	if ((e = q_migrate_ground(r->db, r->a, &row)) != ERR_OK)
		return e;
	return row.n == 2 ? ERR_OK : send_step(r, &r->steps[0]);
}

static enum err
begin_in_tx(struct db *db, void *arg)
{
	const struct step *s = ((struct run *)arg)->now;

	return q_migrate_begin(db, s->version, s->name,
	    (struct bytes){ s->checksum, sizeof(s->checksum) }, clock_now_us(),
	    NULL);
}

static enum err
done_in_tx(struct db *db, void *arg)
{
	const struct step *s = ((struct run *)arg)->now;

	return q_migrate_done(db, clock_now_us(), s->version, NULL);
}

static enum err
apply_step(struct run *r, struct step *s)
{
	int64_t now_us = clock_now_us();
	uint64_t fence;
	enum err e;

	if ((e = lease_take(r->db, LEASE, r->who, now_us, now_us + LEASE_US,
	    &fence)) != ERR_OK)
		return e;
	r->now = s;
	if ((e = tx_run(r->db, NULL, r->a, begin_in_tx, r, NULL)) != ERR_OK)
		return e;
	if ((e = send_step(r, s)) != ERR_OK)
		return e;
	if ((e = tx_run(r->db, NULL, r->a, done_in_tx, r, NULL)) != ERR_OK)
		return e;
	log_note("migrate=applied file=%s", s->name);
	return ERR_OK;
}

static enum err
run_steps(struct run *r, unsigned *ret_n_applied)
{
	int64_t now_us = clock_now_us();
	struct step *s;
	uint64_t fence;
	enum err e;

	if ((e = lease_take(r->db, LEASE, r->who, now_us, now_us + LEASE_US,
	    &fence)) != ERR_OK) {
		if (e == ERR_CONFLICT)
			log_note("migrate=busy");
		return e;
	}
	if ((e = check_steps(r)) == ERR_OK)
		for (s = r->steps; s < r->steps + r->n_steps; s++) {
			if (s->is_done)
				continue;
			if ((e = apply_step(r, s)) != ERR_OK)
				break;
			++*ret_n_applied;
		}
	if (lease_drop(r->db, LEASE, r->who) != ERR_OK)
		log_note("migrate=lease_not_dropped");
	return e;
}

enum err
migrate_run(struct db *db, const char *dir, const char *who,
    unsigned *ret_version, unsigned *ret_n_applied)
{
	struct run r = { .db = db, .who = who };
	unsigned n_applied = 0;
	enum err e;

	r.a = arena_open();
	if ((e = read_steps(&r, dir)) == ERR_OK &&
	    (e = lay_ground(&r)) == ERR_OK &&
	    (e = run_steps(&r, &n_applied)) == ERR_OK) {
		*ret_version = r.steps[r.n_steps - 1].version;
		*ret_n_applied = n_applied;
	}
	arena_close(r.a);
	return e;
}
