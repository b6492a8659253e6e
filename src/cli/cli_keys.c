/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent keys: the root key, the programs' key files, and the directory of
 * the keys that sign (GDPR 32(1)(a)).
 */
#include "cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"

enum cli_status
cli_keys_init(struct cli *cli)
{
	enum cli_status s;
	enum err e;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_config(cli)) !=
	    CLI_OK)
		return s;
	if (cli->config->root_key == NULL)
		return cli_fail(cli, "the configuration names no root_key");
	if ((e = keys_root_create(cli->config->root_key)) == ERR_CONFLICT)
		return cli_fail(cli, "%s is there already, and is never replaced",
		    cli->config->root_key);
	if (e != ERR_OK)
		return cli_fail(cli, "%s cannot be written; see the line above",
		    cli->config->root_key);
	cli_say(cli, "Root key written to %s.  Keep a copy of it offline.",
	    cli->config->root_key);
	return CLI_OK;
}

/* The generation that owner.key holds; 0 when there is no such file yet. */
static enum cli_status
present_generation(struct cli *cli, uint32_t *ret_generation)
{
	const char *path = arena_printf(cli->arena, "%s/owner.key",
	    cli->config->keys_dir);
	enum cli_status s;

	*ret_generation = 0;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return CLI_OK;
	if ((s = cli_open_keys(cli)) != CLI_OK)
		return s;
	*ret_generation = keys_generation(cli->keys);
	return CLI_OK;
}

/* Hand each file to its program's user; only root can. */
static enum cli_status
hand_over(struct cli *cli, const char *prefix)
{
	const char *path, *user;
	const struct passwd *pw;
	size_t i;

	for (i = 0; i < KEYS_OWNER; i++) {
		user = arena_printf(cli->arena, "%s%s", prefix,
		    key_program_names[i]);
		path = arena_printf(cli->arena, "%s/%s.key",
		    cli->config->keys_dir, key_program_names[i]);
		if ((pw = getpwnam(user)) == NULL)
			return cli_fail(cli, "there is no user %s", user);
		if (chown(path, pw->pw_uid, pw->pw_gid) != 0)
			return cli_fail(cli, "%s: %s", path, strerror(errno));
	}
	return CLI_OK;
}

static enum cli_status
derive(struct cli *cli, uint32_t oldest, uint32_t generation,
    const char *prefix)
{
	const struct config *config = cli->config;

	if (config->root_key == NULL)
		return cli_fail(cli, "the configuration names no root_key");
	if (mkdir(config->keys_dir, 0755) != 0 && errno != EEXIST)
		return cli_fail(cli, "%s: %s", config->keys_dir,
		    strerror(errno));
	if (keys_derive(config->root_key, oldest, generation,
	    config->keys_dir) != ERR_OK)
		return cli_fail(cli, "the key files cannot be written; see the line above");
	if (prefix != NULL && hand_over(cli, prefix) != CLI_OK)
		return CLI_FAILED;
	cli_say(cli, "Key files of generation %" PRIu32 " written to %s.",
	    generation, config->keys_dir);
	return CLI_OK;
}

/* A generation as typed; ${otherwise} when it was not. */
static bool
read_generation(const char *text, uint32_t otherwise, uint32_t *ret_value)
{
	uint64_t value;

	*ret_value = otherwise;
	if (text == NULL)
		return true;
	if (parse_u64(text, &value) != ERR_OK || value < 1 ||
	    value > UINT16_MAX)
		return false;
	*ret_value = (uint32_t)value;
	return true;
}

enum cli_status
cli_keys_derive(struct cli *cli)
{
	const char *generation_text = cli_value(cli, "--generation");
	const char *oldest_text = cli_value(cli, "--oldest");
	const char *prefix = cli_value(cli, "--user-prefix");
	uint32_t present, generation, oldest;
	enum cli_status s;

	if ((s = cli_end(cli)) != CLI_OK ||
	    (s = cli_open_config(cli)) != CLI_OK ||
	    (s = present_generation(cli, &present)) != CLI_OK)
		return s;
	if (!read_generation(generation_text, present == 0 ? 1 : present,
	    &generation) || !read_generation(oldest_text,
	    generation < KEYS_GENERATIONS_MAX ? 1 :
	    generation - KEYS_GENERATIONS_MAX + 1, &oldest))
		return cli_usage(cli, "a generation is a number from 1");
	return derive(cli, oldest, generation, prefix);
}

enum cli_status
cli_keys_rotate(struct cli *cli)
{
	bool must_forget = cli_flag(cli, "--forget");
	uint32_t present, oldest;
	enum cli_status s;

	if ((s = cli_end(cli)) != CLI_OK ||
	    (s = cli_open_config(cli)) != CLI_OK ||
	    (s = present_generation(cli, &present)) != CLI_OK)
		return s;
	if (present == 0)
		return cli_fail(cli, "there are no key files yet: assent keys derive");
	oldest = must_forget ? present + 1 : present + 1 <
	    KEYS_GENERATIONS_MAX ? 1 : present + 2 - KEYS_GENERATIONS_MAX;
	return derive(cli, oldest, present + 1, NULL);
}

enum cli_status
cli_keys_list(struct cli *cli)
{
	struct q_ledger_keys *rows;
	enum cli_status s;
	json_t *list;
	size_t i, n;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_db(cli, 10)) !=
	    CLI_OK)
		return s;
	if (q_ledger_keys(cli->db, cli->arena, &rows, &n) != ERR_OK)
		return cli_fail(cli, "the keys cannot be read");
	list = json_array();
	for (i = 0; i < n; i++) {
		const char *state = rows[i].revoked_us != 0 ? "revoked" :
		    rows[i].retired_us != 0 ? "retired" : "valid";

		cli_say(cli, "%s  %-7s  generation %" PRIu64 "  %s  since %s",
		    rows[i].kid, rows[i].usage_of, rows[i].generation, state,
		    clock_iso(cli->arena, rows[i].created_us));
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:I, s:s, s:s}", "kid", rows[i].kid,
		    "use", rows[i].usage_of, "generation",
		    (json_int_t)rows[i].generation, "state", state, "since",
		    clock_iso(cli->arena, rows[i].created_us)));
	}
	if (cli->is_json)
		cli_print_json(json_incref(list));
	json_decref(list);
	return CLI_OK;
}

struct revoking {
	struct cli *cli;
	struct ledger *ledger;
	const char *kid;
	int64_t now_us;
};

static enum err
revoke_in_tx(struct db *db, void *arg)
{
	struct revoking *r = arg;
	struct ledger_audit event = { .verb = "key.revoked",
	    .actor = "program", .object = "signing_key",
	    .at_us = r->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_ledger_key_revoke(db, r->now_us, r->kid, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_NOTFOUND;
	event.detail = arena_printf(r->cli->arena, "{\"kid\":\"%s\"}", r->kid);
	return ledger_audit(db, r->cli->arena, r->ledger, &event);
}

enum cli_status
cli_keys_revoke(struct cli *cli)
{
	struct revoking r = { .cli = cli, .kid = cli_any_word(cli),
	    .now_us = clock_now_us() };
	struct bytes thumbprint;
	enum cli_status s;
	enum err e;

	if (r.kid == NULL || base64url_read(cli->arena, r.kid, &thumbprint) !=
	    ERR_OK || thumbprint.len != HASH_BYTES)
		return cli_usage(cli, "which key? assent keys list names them");
	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_keys(cli)) !=
	    CLI_OK || (s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	r.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	e = tx_run(cli->db, NULL, cli->arena, revoke_in_tx, &r, NULL);
	ledger_close(r.ledger);
	if (e == ERR_NOTFOUND)
		return cli_fail(cli, "no key of that name, or revoked before");
	if (e != ERR_OK)
		return cli_fail(cli, "not stored: %s", err_name(e));
	cli_say(cli, "Revoked %s.", r.kid);
	return CLI_OK;
}
