/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A backup as a file: what mariadb-dump says of one database, between a first
 * line that tells whose it is and a last one that tells whether it is whole
 * (GDPR 5(1)(f), 32(1)(c)).
 */
#ifndef CLI_DUMP_H
#define CLI_DUMP_H

#include "cli/cli.h"

/*
 * The first line:	-- assent backup 1 KIND SITE SCHEMA INSTANT
 * The last line:	-- assent backup end SHA-256-OF-ALL-BEFORE
 */
enum dump_kind { DUMP_SITE, DUMP_KEYS, DUMP_KIND__MAX };

struct dump_info {
	enum dump_kind kind;
	const char *site;
	uint64_t schema;	/* number of its last migration */
	const char *at;		/* when it was begun, RFC 3339 */
};

/**
 * dump_write(cli, kind, path, ret_bytes):
 * Write the database of ${kind} as one consistent snapshot to ${path}, mode
 * 0600, compressed when the name ends with ".gz".  The file is there whole and
 * on the disk, or as it was before.  ${ret_bytes} counts what was dumped.
 * Needs cli_open_db().
 */
enum cli_status dump_write(struct cli *cli, enum dump_kind kind,
    const char *path, uint64_t *ret_bytes) MUST_CHECK;

/**
 * dump_check(cli, path, ret_info):
 * Read all of ${path}: CLI_FAILED, with a line that says why, unless it is a
 * whole backup that nobody changed.
 */
enum cli_status dump_check(struct cli *cli, const char *path,
    struct dump_info *ret_info) MUST_CHECK;

/**
 * dump_load(cli, kind, files):
 * Give ${files}, dumps and SQL, ended by NULL, to the mariadb client, in one
 * session on the database of ${kind}, which stops at the first error.
 */
enum cli_status dump_load(struct cli *cli, enum dump_kind kind,
    const char *const *files) MUST_CHECK;

#endif
