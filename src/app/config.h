/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The configuration file of a site, assent.conf(5): read once at start.  An
 * unknown key is refused with its file and line.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include <stdbool.h>

#include "base/err.h"
#include "db/db.h"

#define CONFIG_LANGUAGES_MAX	8
#define CONFIG_JOURNALS_MAX	2

struct config_smtp {
	const char *host;
	unsigned port;
	bool needs_tls;
	const char *ca_file;		/* NULL: the system's authorities */
	const char *user;		/* NULL: no authentication */
	const char *password_file;
	const char *from;
	const char *reply_to;
};

/* Whom nginx says the company's own sign-on named; see auth/sso.h. */
struct config_sso {
	const char *header;		/* of that sign-on's answer to nginx */
	const char *parameter;		/* as a worker would get it: HTTP_... */
	const char *secret_file;	/* NULL: there is no such sign-on */
	bool needs_code;		/* of our own app, too */
	const char *sign_out;		/* path at the office; NULL: none */
};

/* All text lives for ever; NULL where a key is optional and absent. */
struct config {
	const char *file;
	const char *site;		/* [a-z0-9_]{1,16} */
	const char *portal_url;		/* no '/' at the end */
	const char *office_url;
	const char *timezone;
	const char *languages[CONFIG_LANGUAGES_MAX + 1];	/* NULL at the end; first is the default */
	const char *country;		/* ISO 3166, for phone numbers */
	const char *db_socket;
	const char *db_host;
	unsigned db_port;
	const char *db_ca_file;
	const char *db_name;
	const char *db_keys_name;
	const char *db_user_prefix;
	const char *db_password_dir;
	const char *keys_dir;
	const char *root_key;
	const char *journals[CONFIG_JOURNALS_MAX + 1];
	struct config_smtp smtp;
	struct config_sso sso;
	const char *templates;
	const char *templates_override;
	const char *locale_dir;
	const char *sql_dir;
	const char *heads_file;
	const char *backup_dir;		/* where assent backup lays them */
	const char *key_copy;		/* the key store's one copy */
};

/**
 * config_open(file, ret_config):
 * Read ${file}.  ERR_INVALID, logged with file, line and what to do, for an
 * unknown key, a missing one, or a value that cannot be.  Sets TZ for the
 * process from "timezone".
 */
enum err config_open(const char *file, struct config **ret_config)
    MUST_CHECK;

/**
 * config_database(config, program, ret_database):
 * Fill ${ret_database} for the account of ${program} ("portal", "owner").
 */
void config_database(const struct config *config, const char *program,
    struct db_config *ret_database);

#endif
