/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent backup: the site's database without its key store, and the key
 * store's one copy apart (GDPR 17(1), 32(1)(c)).
 */
#include "cli/cli.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "app/gate.h"
#include "base/clock.h"
#include "cli/dump.h"

#define STAMP "%Y%m%dT%H%M%SZ"
#define STAMP_CHARS 16

static const char *
stamp(struct cli *cli, int64_t at_us)
{
	time_t seconds = (time_t)(at_us / SECOND_US);
	char text[40];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), STAMP, &tm);
	return arena_text(cli->arena, text);
}

/*
 * The receipts promise that backups end after backup_days.  A stamp sorts
 * like its instant, so the names are compared.
 */
static enum cli_status
forget_old(struct cli *cli, const char *newest)
{
	const char *start = arena_printf(cli->arena, "%s/%s-",
	    cli->config->backup_dir, cli->config->site), *oldest;
	struct site_info site;
	enum cli_status s = CLI_OK;
	glob_t found;
	size_t i;

	if (gate_site_load(cli->db, cli->arena, &site) != ERR_OK)
		return cli_fail(cli, "the site's backup_days cannot be read; older backups stay");
	oldest = stamp(cli, clock_now_us() - (int64_t)site.backup_days *
	    DAY_US);
	if (glob(arena_printf(cli->arena, "%s????????T??????Z.sql*", start),
	    0, NULL, &found) != 0)
		return CLI_OK;
	for (i = 0; i < found.gl_pathc; i++) {
		if (strcmp(found.gl_pathv[i], newest) == 0 ||
		    strncmp(found.gl_pathv[i] + strlen(start), oldest,
		    STAMP_CHARS) >= 0)
			continue;
		if (unlink(found.gl_pathv[i]) != 0)
			s = cli_fail(cli, "%s: %s; receipts say that it is gone: remove it",
			    found.gl_pathv[i], strerror(errno));
		else
			cli_say(cli, "Removed %s, older than %" PRIu64 " days.",
			    found.gl_pathv[i], site.backup_days);
	}
	globfree(&found);
	return s;
}

static enum cli_status
write_one(struct cli *cli, enum dump_kind kind, const char *path)
{
	enum cli_status s;
	uint64_t bytes;

	if ((s = dump_write(cli, kind, path, &bytes)) != CLI_OK)
		return s;
	cli_say(cli, "%s: %s, %" PRIu64 " bytes before packing.",
	    kind == DUMP_KEYS ? "Copied the key store" : "Backed up", path,
	    bytes);
	if (cli->is_json)
		cli_print_json(json_pack("{s:s, s:s, s:I}", "kind",
		    kind == DUMP_KEYS ? "keys" : "site", "file", path,
		    "bytes", (json_int_t)bytes));
	return CLI_OK;
}

enum cli_status
cli_backup(struct cli *cli)
{
	const char *path = cli_word(cli);
	bool is_named = path != NULL;
	enum cli_status s;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_db(cli, 3600)) !=
	    CLI_OK)
		return s;
	if (!is_named && cli->config->backup_dir == NULL)
		return cli_usage(cli, "name a FILE, or set backup_dir in the configuration");
	if (!is_named)
		path = arena_printf(cli->arena, "%s/%s-%s.sql.gz",
		    cli->config->backup_dir, cli->config->site, stamp(cli,
		    clock_now_us()));
	if ((s = write_one(cli, DUMP_SITE, path)) != CLI_OK)
		return s;
	if (cli->config->key_copy != NULL && (s = write_one(cli, DUMP_KEYS,
	    cli->config->key_copy)) != CLI_OK)
		return s;
	return is_named ? CLI_OK : forget_old(cli, path);
}
