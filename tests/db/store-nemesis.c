/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The server is killed under load, again and again: what was acknowledged is
 * there, what was refused is not, nothing is torn.  Law: GDPR 5(1)(f), 32.
 */
#include "tests/db/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"

#define CLIENTS		4
#define KILLS		6
#define BETWEEN_US	700000	/* from one kill to the next */
#define DEADLINE_US	(4 * SECOND_US)
#define BACK_US		(3 * SECOND_US)	/* first answer after a restart */
#define KEYS_MAX	100000

static struct arena *arena;

/* What one client was told about one key. */
struct answer {
	unsigned client;
	unsigned number;
	char told;	/* A acknowledged, U unsure, E refused */
};

static void
name_act(char word[40], unsigned client, unsigned number, const char *part)
{
	snprintf(word, 40, "%u-%u-%s", client, number, part);
}

static enum err
add(struct db *db, unsigned client, unsigned number, const char *part)
{
	char word[40];
	union val in, id;
	const struct call call = { SAMPLE_ADD, &in, NULL, 0, NULL };

	name_act(word, client, number, part);
	in.text = word;
	return db_one(db, arena, &call, &id);
}

/* The effect and its ledger line. */
static enum err
act(struct db *db, void *arg)
{
	const struct answer *a = arg;
	enum err e;

	if ((e = add(db, a->client, a->number, "effect")) != ERR_OK)
		return e;
	return add(db, a->client, a->number, "line");
}

static struct tx_key
key_of(const struct answer *a)
{
	struct tx_key key = { .route = "/nemesis" };

	memcpy(key.k, &a->client, sizeof(a->client));
	memcpy(key.k + 8, &a->number, sizeof(a->number));
	return key;
}

static char
tell(struct db *db, struct answer *a)
{
	struct tx_key key = key_of(a);

	db_begin(db, clock_ticks_us() + DEADLINE_US, DB_POST);
	switch ((int)tx_run(db, &key, arena, act, a, NULL)) {
	case ERR_OK:
		return 'A';
	case ERR_UNSURE:
		return 'U';
	case ERR_DOWN:
		return 'E';
	default:
		return '?';
	}
}

/* Act until told to stop; each answer is written down after it came. */
static int
run_client(unsigned client, int out, int stop)
{
	struct answer a = { .client = client };
	struct db *db = sample_open();
	char ch;

	while (read(stop, &ch, 1) != 0) {
		a.told = tell(db, &a);
		if (write(out, &a, sizeof(a)) != sizeof(a))
			return 1;
		a.number++;
		arena_wipe(arena);
	}
	db_close(db);
	return 0;
}

static pid_t
server_pid(void)
{
	char text[20] = "";
	uint64_t pid = 0;
	FILE *f = fopen(scratch_path("pid"), "r");

	if (f != NULL) {
		if (fgets(text, sizeof(text), f) != NULL)
			text[strcspn(text, "\n")] = '\0';
		fclose(f);
	}
	if (parse_u64(text, &pid) != ERR_OK)
		return 0;
	return (pid_t)pid;
}

static pid_t
start_server(void)
{
	const char *script = arena_text(arena, scratch_path("server.sh"));
	int log = open(scratch_path("server.log"), O_WRONLY | O_APPEND);
	pid_t pid = fork();

	if (pid == 0) {
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
		execl("/bin/sh", "sh", script, (char *)NULL);
		_exit(127);
	}
	close(log);
	return pid;
}

static void
sleep_us(long us)
{
	const struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&ts, NULL);
}

/* Wait until a table can be read again; return how long that took. */
static int64_t
wait_for_server(void)
{
	int64_t began_us = clock_ticks_us();
	struct db *db = sample_open();

	while (db_check_health(db) != ERR_OK) {
		sleep_us(10000);
		scratch_begin(db, DB_GET);
		if (clock_ticks_us() - began_us > 60 * SECOND_US)
			fail_msg("the server does not come back");
	}
	db_close(db);
	return clock_ticks_us() - began_us;
}

/* Kill the server KILLS times; return the last one's pid. */
static pid_t
torment(void)
{
	pid_t pid = server_pid(), child = 0;
	int64_t longest_us = 0, us;
	unsigned i;

	for (i = 0; i < KILLS; i++) {
		sleep_us(BETWEEN_US);
		assert_true(pid > 0);
		assert_int_equal(kill(pid, SIGKILL), 0);
		if (child > 0)
			waitpid(child, NULL, 0);
		else
			sleep_us(100000);
		pid = child = start_server();
		if ((us = wait_for_server()) > longest_us)
			longest_us = us;
	}
	sleep_us(BETWEEN_US);
	print_message("killed %u times, back after at most %d ms\n", KILLS,
	    (int)(longest_us / 1000));
	assert_true(longest_us < 10 * BACK_US);
	return child;
}

/* ${n} of the two rows and the key of an act that are stored. */
static unsigned
rows_of(struct db *db, const struct answer *a, bool *ret_has_key)
{
	static const char *const parts[] = { "effect", "line" };
	const struct tx_key key = key_of(a);
	struct q_db_key_load row;
	union val in, id;
	const struct call call = { SAMPLE_ONE, &in, NULL, 0, NULL };
	char word[40];
	unsigned n = 0;
	size_t i;

	for (i = 0; i < LENGTH(parts); i++) {
		name_act(word, a->client, a->number, parts[i]);
		in.text = word;
		n += db_one(db, arena, &call, &id) == ERR_OK;
	}
	*ret_has_key = q_db_key_load(db, arena, (struct bytes){ key.k,
	    sizeof(key.k) }, &row) == ERR_OK;
	arena_wipe(arena);
	return n;
}

static void
check(const struct answer *answers, size_t n)
{
	struct db *db = sample_open();
	unsigned counts[3] = { 0 }, n_rows;
	uint64_t n_stored = 0;
	bool has_key;
	size_t i;

	db_begin(db, clock_ticks_us() + 120 * SECOND_US, DB_GET);
	for (i = 0; i < n; i++) {
		n_rows = rows_of(db, &answers[i], &has_key);
		if (n_rows == 1 || (n_rows == 2) != has_key)
			fail_msg("torn: %u rows, key %d", n_rows, has_key);
		if (answers[i].told == 'A' && n_rows != 2)
			fail_msg("lost: %u-%u", answers[i].client,
			    answers[i].number);
		if (answers[i].told == 'E' && n_rows != 0)
			fail_msg("ghost: %u-%u", answers[i].client,
			    answers[i].number);
		assert_int_not_equal(answers[i].told, '?');
		counts[answers[i].told == 'A' ? 0 :
		    answers[i].told == 'U' ? 1 : 2]++;
		n_stored += n_rows;
	}
	assert_true(n_stored == sample_count());
	print_message("%u acknowledged, %u unsure, %u refused\n", counts[0],
	    counts[1], counts[2]);
	assert_true(counts[0] > 100);
	db_close(db);
}

static void
nothing_acknowledged_is_lost_when_the_server_is_killed(void **state)
{
	static struct answer answers[KEYS_MAX];
	int out[2], stop[2], status;
	pid_t clients[CLIENTS], server;
	size_t n = 0;
	unsigned i;

	(void)state;
	assert_int_equal(pipe(stop), 0);
	assert_int_equal(fcntl(stop[0], F_SETFL, O_NONBLOCK), 0);
	/* or the server that is started holds it open for ever */
	assert_int_equal(fcntl(stop[1], F_SETFD, FD_CLOEXEC), 0);
	out[1] = open(scratch_path("answers"), O_WRONLY | O_CREAT | O_APPEND,
	    0600);
	assert_true(out[1] >= 0);
	for (i = 0; i < CLIENTS; i++) {
		clients[i] = fork();
		if (clients[i] == 0) {
			close(stop[1]);
			_exit(run_client(i, out[1], stop[0]));
		}
	}
	server = torment();
	close(stop[1]);
	for (i = 0; i < CLIENTS; i++) {
		waitpid(clients[i], &status, 0);
		assert_int_equal(status, 0);
	}
	out[0] = open(scratch_path("answers"), O_RDONLY);
	while (n < KEYS_MAX && read(out[0], &answers[n], sizeof(*answers)) ==
	    sizeof(*answers))
		n++;
	check(answers, n);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    nothing_acknowledged_is_lost_when_the_server_is_killed),
	};
	int n_failed;

	arena = arena_open();
	sample_make();
	n_failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(arena);
	return n_failed;
}
