/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Arguments, messages, and opening what a command needs (GDPR 32(4)).
 */
#include "cli/cli.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"

#define COMMAND_US	(24 * HOUR_US)	/* a person watches and may end it */

static void
remove_words(char **at, size_t n)
{
	do
		at[0] = at[n];
	while (*at++ != NULL);
}

const char *
cli_value(struct cli *cli, const char *name)
{
	size_t len = strlen(name);
	const char *value;
	char **w;

	for (w = cli->words; *w != NULL; w++) {
		if (strncmp(*w, name, len) != 0)
			continue;
		if ((*w)[len] == '=') {
			value = *w + len + 1;
			remove_words(w, 1);
			return value;
		}
		if ((*w)[len] == '\0' && w[1] != NULL) {
			value = w[1];
			remove_words(w, 2);
			return value;
		}
	}
	return NULL;
}

bool
cli_flag(struct cli *cli, const char *name)
{
	char **w;

	for (w = cli->words; *w != NULL; w++)
		if (strcmp(*w, name) == 0) {
			remove_words(w, 1);
			return true;
		}
	return false;
}

const char *
cli_word(struct cli *cli)
{
	const char *word;
	char **w;

	for (w = cli->words; *w != NULL; w++)
		if ((*w)[0] != '-' || (*w)[1] == '\0') {
			word = *w;
			remove_words(w, 1);
			return word;
		}
	return NULL;
}

const char *
cli_any_word(struct cli *cli)
{
	const char *word = cli->words[0];

	if (word != NULL)
		remove_words(cli->words, 1);
	return word;
}

enum cli_status
cli_end(struct cli *cli)
{
	if (cli->words[0] == NULL)
		return CLI_OK;
	return cli_usage(cli, "what is \"%s\"?", cli->words[0]);
}

static void complain(struct cli *cli, const char *format, va_list ap)
    PRINTF_LIKE(2, 0);

static void
complain(struct cli *cli, const char *format, va_list ap)
{
	fprintf(stderr, "assent %s: ", cli->command == NULL ? "" :
	    cli->command->name);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
}

enum cli_status
cli_usage(struct cli *cli, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(cli, format, ap);
	va_end(ap);
	if (cli->command != NULL)
		fprintf(stderr, "Usage: assent [--site NAME] %s %s\n",
		    cli->command->name, cli->command->usage);
	return CLI_USAGE;
}

enum cli_status
cli_fail(struct cli *cli, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(cli, format, ap);
	va_end(ap);
	return CLI_FAILED;
}

void
cli_say(struct cli *cli, const char *format, ...)
{
	va_list ap;

	if (cli->is_json)
		return;
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

void
cli_print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

enum cli_status
cli_open_config(struct cli *cli)
{
	if (cli->config != NULL)
		return CLI_OK;
	if (cli->config_file == NULL)
		return cli_usage(cli, "name the site: --site NAME, or its configuration: --config FILE");
	if (config_open(cli->config_file, &cli->config) != ERR_OK)
		return cli_fail(cli, "the configuration cannot be used; see the line above");
	log_open("owner", cli->config->site);
	return CLI_OK;
}

enum cli_status
cli_open_keys(struct cli *cli)
{
	enum cli_status s;

	if (cli->keys != NULL)
		return CLI_OK;
	if ((s = cli_open_config(cli)) != CLI_OK)
		return s;
	if (keys_open(arena_printf(cli->arena, "%s/owner.key",
	    cli->config->keys_dir), KEYS_OWNER, &cli->keys) != ERR_OK)
		return cli_fail(cli, "the owner's keys cannot be used; see the line above");
	return CLI_OK;
}

enum cli_status
cli_open_db(struct cli *cli, unsigned seconds)
{
	enum cli_status s;

	if ((s = cli_open_config(cli)) != CLI_OK)
		return s;
	config_database(cli->config, "owner", &cli->database);
	cli->database.statement_s = seconds;
	if (cli->db == NULL && db_open(&cli->database, db_table_owner,
	    &cli->db) != ERR_OK)
		return cli_fail(cli, "the database's configuration cannot be used");
	db_begin(cli->db, clock_ticks_us() + COMMAND_US, DB_JOB);
	return CLI_OK;
}

enum cli_status
cli_read_bytes(struct cli *cli, const char *path, size_t max_bytes,
    struct bytes *ret_bytes)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char piece[4096];
	struct buf b;
	size_t n;

	if (in == NULL)
		return cli_fail(cli, "%s: %s", path, strerror(errno));
	buf_open(&b, cli->arena);
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0 &&
	    b.len + n <= max_bytes)
		buf_add(&b, piece, n);
	if (n > 0 || ferror(in)) {
		if (in != stdin)
			fclose(in);
		return cli_fail(cli, "%s: %s", path, n > 0 ?
		    "is longer than such a file can be" : strerror(errno));
	}
	if (in != stdin)
		fclose(in);
	*ret_bytes = buf_bytes(&b);
	return CLI_OK;
}

enum cli_status
cli_read_file(struct cli *cli, const char *path, size_t max_bytes,
    const char **ret_text)
{
	enum cli_status s;
	struct bytes b;

	if ((s = cli_read_bytes(cli, path, max_bytes, &b)) != CLI_OK)
		return s;
	if (memchr(b.ptr, '\0', b.len) != NULL)
		return cli_fail(cli, "%s: holds a NUL", path);
	*ret_text = (const char *)b.ptr;
	return CLI_OK;
}
