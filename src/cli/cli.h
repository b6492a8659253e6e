/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent, the owner's program: what its commands share.  It runs under the
 * owner's account, which no server uses (GDPR 25, 32(4)).
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "keys/keys.h"

/* What a command returns, and the program with it. */
enum cli_status { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

struct cli {
	const char *program;	/* argv[0] */
	const char *config_file;	/* --config, or made of --etc and --site */
	bool is_json;
	char **words;		/* what is left of the arguments; NULL at the end */
	struct arena *arena;
	const struct command *command;
	struct config *config;	/* cli_open_config() */
	struct keys *keys;	/* cli_open_keys() */
	struct db *db;		/* cli_open_db() */
	struct db_config database;
};

struct command {
	const char *name;	/* one or two words */
	const char *usage;	/* what follows the name */
	const char *summary;	/* a line for the list */
	const char *help;	/* more lines, or NULL */
	enum cli_status (*run)(struct cli *cli);
};

/* Ends with .name NULL. */
extern const struct command cli_commands[];

/**
 * cli_value(cli, name):
 * Take the option ${name} ("--jwks") with its value, written "--jwks VALUE" or
 * "--jwks=VALUE", out of the words.  NULL when it is not there.
 */
const char *cli_value(struct cli *cli, const char *name);

/**
 * cli_flag(cli, name):
 * Take the option ${name}, which has no value, out of the words.
 */
bool cli_flag(struct cli *cli, const char *name);

/**
 * cli_word(cli):
 * Take the next word that is no option; NULL when there is none.
 */
const char *cli_word(struct cli *cli);

/**
 * cli_any_word(cli):
 * Take the next word, also one that begins with "-", as every 64th key's name
 * does (RFC 7638, RFC 4648 section 5); NULL when there is none.  The command's
 * options are taken before.
 */
const char *cli_any_word(struct cli *cli);

/**
 * cli_end(cli):
 * CLI_USAGE, with a line that says why, unless every word has been taken.
 */
enum cli_status cli_end(struct cli *cli) MUST_CHECK;

/**
 * cli_usage(cli, format, ...), cli_fail(cli, format, ...):
 * Say on stderr what is wrong, with the command's name; return CLI_USAGE or
 * CLI_FAILED.
 */
enum cli_status cli_usage(struct cli *cli, const char *format, ...)
    PRINTF_LIKE(2, 3);
enum cli_status cli_fail(struct cli *cli, const char *format, ...)
    PRINTF_LIKE(2, 3);

/**
 * cli_say(cli, format, ...):
 * Print a line for a person; nothing under --json.
 */
void cli_say(struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);

/**
 * cli_print_json(json):
 * Print ${json}, whose reference it takes, as one document.
 */
void cli_print_json(json_t *json);

/**
 * cli_open_config(cli), cli_open_keys(cli), cli_open_db(cli, seconds):
 * Open what the command needs: the configuration; owner.key; the database
 * under the owner's account, for statements of at most ${seconds} each.
 * CLI_FAILED after a line that says what is wrong.  The later ones open the
 * configuration too.
 */
enum cli_status cli_open_config(struct cli *cli) MUST_CHECK;
enum cli_status cli_open_keys(struct cli *cli) MUST_CHECK;
enum cli_status cli_open_db(struct cli *cli, unsigned seconds) MUST_CHECK;

/**
 * cli_read_bytes(cli, path, max_bytes, ret_bytes),
 * cli_read_file(cli, path, max_bytes, ret_text):
 * Read the whole file ${path} ("-": standard input), of at most ${max_bytes};
 * as bytes with a NUL behind them, or as text, which has none inside.
 */
enum cli_status cli_read_bytes(struct cli *cli, const char *path,
    size_t max_bytes, struct bytes *ret_bytes) MUST_CHECK;
enum cli_status cli_read_file(struct cli *cli, const char *path,
    size_t max_bytes, const char **ret_text) MUST_CHECK;

/* The commands; the table in main.c says how each is called. */
enum cli_status cli_keys_init(struct cli *cli);
enum cli_status cli_keys_derive(struct cli *cli);
enum cli_status cli_keys_rotate(struct cli *cli);
enum cli_status cli_keys_list(struct cli *cli);
enum cli_status cli_keys_revoke(struct cli *cli);
enum cli_status cli_migrate(struct cli *cli);
enum cli_status cli_backup(struct cli *cli);
enum cli_status cli_restore(struct cli *cli);
enum cli_status cli_clock_accept(struct cli *cli);
enum cli_status cli_routes(struct cli *cli);
enum cli_status cli_verify_ledger(struct cli *cli);
enum cli_status cli_verify_receipt(struct cli *cli);
enum cli_status cli_verify_package(struct cli *cli);
enum cli_status cli_staff_add(struct cli *cli);
enum cli_status cli_staff_disable(struct cli *cli);
enum cli_status cli_staff_reset(struct cli *cli);
enum cli_status cli_import_contacts(struct cli *cli);
enum cli_status cli_demo(struct cli *cli);
enum cli_status cli_doctor(struct cli *cli);
enum cli_status cli_site_add(struct cli *cli);
enum cli_status cli_site_load(struct cli *cli);

#endif
