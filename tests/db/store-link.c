/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The connection to a real MariaDB: what the session is set to, which servers
 * are refused, and what a loss costs.  Law: GDPR 32.
 */
#include "tests/db/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_open();
	sample_make();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sample_drop();
	arena_close(arena);
	return 0;
}

static enum err
one(struct db *db, unsigned id, const union val *in, union val *ret_row)
{
	const struct call call = { id, in, NULL, 0, NULL };

	return db_one(db, arena, &call, ret_row);
}

static void
the_session_is_strict_utc_and_bounded(void **state)
{
	struct db *db = sample_open();
	union val v[7];

	(void)state;
	sample_set(SAMPLE_OTHER, DOES_READ, "", "tttuuut",
	    "SELECT @@sql_mode, @@time_zone, @@collation_connection, "
	    "@@max_statement_time, @@wsrep_sync_wait, "
	    "@@innodb_snapshot_isolation, @@character_set_client");
	assert_int_equal(one(db, SAMPLE_OTHER, NULL, v), ERR_OK);
	assert_non_null(strstr(v[0].text, "STRICT_ALL_TABLES"));
	assert_string_equal(v[1].text, "+00:00");
	assert_string_equal(v[2].text, "utf8mb4_nopad_bin");
	assert_int_equal(v[3].u, 10);
	assert_int_equal(v[4].u, 1);
	assert_int_equal(v[5].u, 1);
	assert_string_equal(v[6].text, "utf8mb4");
	db_close(db);
}

static void
the_server_cannot_ask_for_our_files(void **state)
{
	struct db *db = sample_open();
	unsigned number = 0;

	(void)state;
	assert_int_equal(db_check_health(db), ERR_OK);
	scratch_sql("SET GLOBAL local_infile = 1");
	order_send(db, "LOAD DATA LOCAL INFILE '/etc/hostname' "
	    "INTO TABLE sample (w)", &number);
	scratch_sql("SET GLOBAL local_infile = 0");
	assert_int_not_equal(number, 0);
	assert_int_equal(sample_count(), 0);
	db_close(db);
}

static void
two_statements_at_once_are_refused(void **state)
{
	struct db *db = sample_open();
	unsigned number = 0;

	(void)state;
	assert_int_equal(db_check_health(db), ERR_OK);
	order_send(db, "DO 1; DELETE FROM sample", &number);
	assert_int_equal(number, 1064);
	db_close(db);
}

static void
a_server_that_would_lose_commits_is_refused(void **state)
{
	struct db *db = sample_open();

	(void)state;
	scratch_sql("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
	assert_int_equal(db_check_health(db), ERR_DOWN);
	scratch_sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	assert_int_equal(db_check_health(db), ERR_OK);
	db_close(db);
}

static void
opening_does_not_need_the_server(void **state)
{
	static const struct db_config config = { .socket = "/nonexistent",
	    .user = "x", .name = "t" };
	int64_t began_us = clock_ticks_us();
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&config, sample_table, &db), ERR_OK);
	scratch_begin(db, DB_GET);
	assert_int_equal(db_check_health(db), ERR_DOWN);
	assert_true(clock_ticks_us() - began_us < SECOND_US);
	db_close(db);
}

static void
a_far_server_needs_a_certificate_authority(void **state)
{
	static const struct db_config far = { .host = "db.example",
	    .user = "x", .name = "t" };
	static const struct db_config odd = { .socket = "/x", .user = "x",
	    .name = "t;" };
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&far, sample_table, &db), ERR_INVALID);
	assert_int_equal(db_open(&odd, sample_table, &db), ERR_INVALID);
}

static void
a_password_file_open_to_others_is_refused(void **state)
{
	char text[100];
	struct db_config config;
	struct db *db;
	FILE *f;

	(void)state;
	scratch_config("owner", &config);
	f = fopen(config.password_file, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	config.password_file = scratch_path("open.password");
	f = fopen(config.password_file, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(db_open(&config, sample_table, &db), ERR_OK);
	scratch_begin(db, DB_GET);
	assert_int_equal(chmod(config.password_file, 0640), 0);
	assert_int_equal(db_check_health(db), ERR_DOWN);
	assert_int_equal(chmod(config.password_file, 0400), 0);
	scratch_begin(db, DB_GET);
	assert_int_equal(db_check_health(db), ERR_OK);
	db_close(db);
}

static void
a_password_file_that_is_too_long_is_refused_and_not_cut(void **state)
{
	char text[100];
	struct db_config config;
	struct db *db;
	FILE *f;

	(void)state;
	scratch_config("owner", &config);
	f = fopen(config.password_file, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	config.password_file = scratch_path("long.password");
	f = fopen(config.password_file, "w");
	assert_non_null(f);
	fprintf(f, "%s\n%300s", text, "x");	/* its beginning is right */
	fclose(f);
	assert_int_equal(chmod(config.password_file, 0400), 0);
	assert_int_equal(db_open(&config, sample_table, &db), ERR_OK);
	scratch_begin(db, DB_GET);
	assert_int_equal(db_check_health(db), ERR_DOWN);
	db_close(db);
}

static enum err
nothing_in_tx(struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	return ERR_OK;
}

/* A server that is frozen: the kernel takes its connections. */
static int
listen_dumb(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_in_range(snprintf(at.sun_path, sizeof(at.sun_path), "%s",
	    path), 1, sizeof(at.sun_path) - 1);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

static int64_t
waited_us(struct db *db)
{
	int64_t from_us = clock_ticks_us();

	assert_int_equal(db_check_health(db), ERR_DOWN);
	return clock_ticks_us() - from_us;
}

static void
a_frozen_server_is_waited_for_once_a_request(void **state)
{
	const char *path = scratch_path("dumb.sock");
	struct db_config config;
	struct db *db;
	int fd;

	(void)state;
	scratch_config("owner", &config);
	config.socket = path;
	fd = listen_dumb(path);
	assert_int_equal(db_open(&config, sample_table, &db), ERR_OK);
	db_begin(db, clock_ticks_us() + SECOND_US, DB_GET);
	assert_false(db_is_away(db));
	assert_true(waited_us(db) < 3 * SECOND_US);
	assert_true(db_is_away(db));
	assert_true(waited_us(db) < SECOND_US / 10);
	assert_int_equal(tx_run(db, NULL, arena, nothing_in_tx, NULL, NULL),
	    ERR_DOWN);
	/* known to be away: the next request is told sooner */
	db_begin(db, clock_ticks_us() + 20 * SECOND_US, DB_GET);
	assert_false(db_is_away(db));
	assert_true(waited_us(db) < 2 * SECOND_US);
	assert_true(db_is_away(db));
	db_close(db);
	close(fd);
}

static void
kill_link(struct db *db)
{
	scratch_sql(arena_printf(arena, "KILL %lu",
	    mysql_thread_id(db->link)));
}

static void
what_was_lost_near_the_deadline_is_not_tried_past_it(void **state)
{
	struct db *db = sample_open();

	(void)state;
	db_begin(db, clock_ticks_us() + 20 * SECOND_US, DB_GET);
	assert_int_equal(db_check_health(db), ERR_OK);
	db_begin(db, clock_ticks_us() + SECOND_US / 2, DB_GET);
	kill_link(db);
	assert_true(waited_us(db) < SECOND_US / 2);
	assert_true(db_is_away(db));
	db_begin(db, clock_ticks_us() + 20 * SECOND_US, DB_GET);
	assert_int_equal(db_check_health(db), ERR_OK);
	db_close(db);
}

static void
a_lost_connection_costs_a_reader_nothing(void **state)
{
	struct db *db = sample_open();

	(void)state;
	assert_int_equal(db_check_health(db), ERR_OK);
	kill_link(db);
	assert_int_equal(db_check_health(db), ERR_OK);
	kill_link(db);
	scratch_begin(db, DB_GET);
	assert_int_equal(db_check_health(db), ERR_OK);
	db_close(db);
}

static void
a_read_only_server_is_read(void **state)
{
	const union val in = { .text = "x" };
	struct db *db = sample_open();
	union val v;

	(void)state;
	scratch_sql("SET GLOBAL read_only = 1");
	assert_int_equal(db_check_health(db), ERR_OK);
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_DOWN);
	scratch_sql("SET GLOBAL read_only = 0");
	assert_int_equal(one(db, SAMPLE_ADD, &in, &v), ERR_OK);
	db_close(db);
}

static void
statements_outlive_the_change_of_a_table(void **state)
{
	const union val in = { .text = "x" };
	struct db *db = sample_open();
	union val v;

	(void)state;
	assert_int_equal(one(db, SAMPLE_ONE, &in, &v), ERR_NOTFOUND);
	scratch_sql("ALTER TABLE sample ADD COLUMN more INT NULL FIRST");
	scratch_sql("INSERT INTO sample (w) VALUES ('x')");
	assert_int_equal(one(db, SAMPLE_ONE, &in, &v), ERR_OK);
	db_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_session_is_strict_utc_and_bounded),
		TEST(the_server_cannot_ask_for_our_files),
		TEST(two_statements_at_once_are_refused),
		TEST(a_server_that_would_lose_commits_is_refused),
		TEST(opening_does_not_need_the_server),
		TEST(a_far_server_needs_a_certificate_authority),
		TEST(a_password_file_open_to_others_is_refused),
		TEST(a_password_file_that_is_too_long_is_refused_and_not_cut),
		TEST(a_frozen_server_is_waited_for_once_a_request),
		TEST(what_was_lost_near_the_deadline_is_not_tried_past_it),
		TEST(a_lost_connection_costs_a_reader_nothing),
		TEST(a_read_only_server_is_read),
		TEST(statements_outlive_the_change_of_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
