/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The description of a company, as "assent site load" reads it: whether it
 * says all that people must be told before they choose (GDPR 13; LAW R11).
 */
#ifndef CLI_SITE_CHECK_H
#define CLI_SITE_CHECK_H

#include <jansson.h>

#include "cli/cli.h"

/**
 * site_check(cli, doc):
 * Say on stderr, a line each, what is missing or wrong in ${doc}, by its path.
 * Return how many lines; 0: every member has the type and the length that the
 * tables and the pages expect.
 */
unsigned site_check(struct cli *cli, json_t *doc) MUST_CHECK;

#endif
