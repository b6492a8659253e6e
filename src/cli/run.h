/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Running the site's other programs to ask them something: each knows its own
 * addresses and what its own account may do (GDPR 32(1)(d)).
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cli/cli.h"

struct run_output {
	int status;		/* of exit; 128 and more: a signal */
	const char *text;	/* what it printed on both streams */
};

/* As whom a program runs. */
struct run_user {
	uid_t uid;
	gid_t gid;
};

/**
 * run_find(cli, name):
 * Return the path of assent-${name}: beside this program, where make install
 * lays it relative to this one, or where it was configured to be; NULL when it
 * is nowhere.
 */
const char *run_find(struct cli *cli, const char *name);

/**
 * run_program(cli, words, user, ret_output):
 * Run ${words} (ended by NULL, the first a path) with nothing on its standard
 * input, as ${user} unless NULL, which only root can ask for.  At most 1 MiB
 * of output is kept.  ERR_DOWN when it cannot be run.
 */
enum err run_program(struct cli *cli, char *const *words,
    const struct run_user *user, struct run_output *ret_output) MUST_CHECK;

#endif
