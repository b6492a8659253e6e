/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of processes in leases, without a database (GDPR 32(1)(b), (c)).
 */
#include "app/owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
a_process_that_lives_is_not_dead(void **state)
{
	char mine[100], again[100];

	(void)state;
	owner_name(mine, sizeof(mine));
	owner_name(again, sizeof(again));
	assert_true(strcmp(mine, again) != 0);
	assert_false(owner_is_dead(mine, again));
}

static void
a_process_that_ended_here_is_dead(void **state)
{
	char mine[100], theirs[100];
	int fds[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		memset(theirs, 0, sizeof(theirs));
		owner_name(theirs, sizeof(theirs));
		_exit(write(fds[1], theirs, sizeof(theirs)) ==
		    sizeof(theirs) ? 0 : 1);
	}
	assert_int_equal(read(fds[0], theirs, sizeof(theirs)),
	    sizeof(theirs));
	assert_int_equal(waitpid(child, &status, 0), child);
	close(fds[0]);
	close(fds[1]);
	owner_name(mine, sizeof(mine));
	assert_true(owner_is_dead(mine, theirs));
	assert_false(owner_is_dead(theirs, mine));
}

static void
of_a_process_elsewhere_nothing_is_known(void **state)
{
	static const char *const others[] = { "", ":", "::", "host",
		"host:1234:99999999:abc", "host:1234:99999999" };
	char mine[100], before[100], *colon;
	size_t i;

	(void)state;
	owner_name(mine, sizeof(mine));
	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_false(owner_is_dead(mine, others[i]));
		assert_false(owner_is_dead(others[i], mine));
	}
	/* the same number on another machine */
	snprintf(before, sizeof(before), "%s", mine);
	colon = strchr(before, ':');
	assert_non_null(colon);
	colon[1] = colon[1] == '0' ? '1' : '0';
	assert_false(owner_is_dead(mine, before));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_lives_is_not_dead),
		cmocka_unit_test(a_process_that_ended_here_is_dead),
		cmocka_unit_test(of_a_process_elsewhere_nothing_is_known),
	};

	return cmocka_run_group_tests_name("owner", tests, NULL, NULL);
}
