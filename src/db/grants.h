/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The accounts of a site and what each may do: the least that its program
 * needs (GDPR 25, 32(4)).  The page that a DBA reads is sql/grants.tsv.
 */
#ifndef DB_GRANTS_H
#define DB_GRANTS_H

#include "db/db.h"

/* The programs, each with an account SITE_program of its own. */
enum account {
	ACCOUNT_PORTAL,
	ACCOUNT_OFFICE,
	ACCOUNT_COURIER,
	ACCOUNT_KEEPER,
	ACCOUNT_OWNER,		/* the CLI */
	ACCOUNT__MAX
};

extern const char *const account_names[ACCOUNT__MAX];

/* Where a site's accounts are. */
struct grants_site {
	const char *name;	/* of the site and of its database */
	const char *keys_name;	/* of the key store */
	const char *host;	/* from where they connect: localhost */
};

/* A row of the matrix: verbs by account, letters of "SIUD" in that order. */
struct grants_row {
	const char *table;
	bool is_in_keys;
	const char *verbs[ACCOUNT_OWNER];	/* "" for none */
};

/**
 * grants_read(a, path, ret_rows, ret_n):
 * Read the matrix of ${path}.  ERR_INVALID, logged with the line, for anything
 * but a table's name and four cells, or a table that comes twice.
 */
enum err grants_read(struct arena *a, const char *path,
    struct grants_row **ret_rows, size_t *ret_n) MUST_CHECK;

/**
 * grants_apply(db, path, site):
 * Make the privileges of ${site}'s four programs agree with the matrix of
 * ${path}: what is missing is granted, what is too much is revoked.  ${db} is
 * the owner's.  ERR_INVALID, logged, when a table of the database has no row,
 * or a row no table.
 */
enum err grants_apply(struct db *db, const char *path,
    const struct grants_site *site) MUST_CHECK;

/**
 * grants_create(admin, site, passwords):
 * Create both databases of ${site} and its five accounts, or bring them up to
 * date: each gets its password of ${passwords} (letters, digits, - and _), the
 * owner all of both databases.  ${admin} is a connection of the server's
 * administrator, with the owner's table and no database.  ERR_INVALID for a
 * site whose names cannot be used.
 */
enum err grants_create(struct db *admin, const struct grants_site *site,
    const char *const passwords[ACCOUNT__MAX]) MUST_CHECK;

#endif
