/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent staff add, disable, reset: the first people of a back-office, with
 * password and second factor, and the way back in when nobody who administers
 * can sign in any more (GDPR 32(1)(b), 32(4)).
 */
#include "cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "acting/acting.h"
#include "app/role.h"
#include "auth/password.h"
#include "auth/totp.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/seal.h"
#include "keys/token.h"
#include "ledger/ledger.h"

struct joining {
	struct cli *cli;
	struct ledger *ledger;
	struct address address;
	const char *name;
	const char *role;
	const char *team;
	const char *language;
	const char *password;
	struct bytes secret;
	uint64_t id;
	int64_t now_us;
};

static enum err
keep_secrets(struct db *db, const struct joining *j)
{
	struct arena *a = j->cli->arena;
	struct password_kept kept;
	struct bytes sealed;
	enum err e;

	if ((e = password_keep(a, j->cli->keys, PASSWORD_OFFICE, j->id,
	    j->password, &kept)) != ERR_OK)
		return e;
	sealed = seal(a, key_get(j->cli->keys, KEY_TOTP), seal_aad(a,
	    "staff", "totp_sealed", j->id), j->secret);
	return q_cli_staff_secrets(db, text_bytes(kept.hash), kept.mac, sealed,
	    j->id, NULL);
}

static enum err
join_in_tx(struct db *db, void *arg)
{
	struct joining *j = arg;
	struct ledger_audit event = { .verb = "staff.added",
	    .actor = "program", .object = "staff", .at_us = j->now_us };
	struct q_cli_staff_insert row;
	struct q_cli_team team = { 0 };
	enum err e;

	if (j->team != NULL && (e = q_cli_team(db, j->cli->arena, j->team,
	    &team)) != ERR_OK)
		return e;
	if ((e = q_cli_staff_insert(db, j->cli->arena, j->address.shown,
	    text_bytes(j->address.key), j->name, j->role, team.id,
	    j->language, j->now_us, &row)) != ERR_OK)
		return e;
	j->id = row.id;
	if ((e = keep_secrets(db, j)) != ERR_OK)
		return e;
	event.object_id = j->id;
	event.detail = arena_printf(j->cli->arena, "{\"role\":\"%s\"}",
	    j->role);
	return ledger_audit(db, j->cli->arena, j->ledger, &event);
}

/* A line from a file descriptor, so that no password is in a command line. */
static enum cli_status
read_password(struct cli *cli, const char *number, const char **ret_password)
{
	char text[PASSWORD_MAX_BYTES + 2];
	uint64_t fd;
	size_t len = 0;
	ssize_t n;

	if (parse_u64(number, &fd) != ERR_OK || fd > 1023)
		return cli_usage(cli, "--password-fd is the number of an open file");
	while (len < sizeof(text) - 1 && (n = read((int)fd, text + len,
	    sizeof(text) - 1 - len)) != 0) {
		if (n < 0 && errno != EINTR)
			return cli_fail(cli, "the password cannot be read: %s",
			    strerror(errno));
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	len = strcspn(text, "\r\n");
	*ret_password = arena_textn(cli->arena, text, len);
	secret_wipe(text, sizeof(text));
	return CLI_OK;
}

static enum cli_status
judge_password(struct joining *j, const char *number)
{
	const char *own[] = { j->name, j->address.shown, NULL };
	const char *site[] = { j->cli->config->site, NULL };
	struct code one, two;
	enum password_fault fault;
	enum cli_status s;

	if (number == NULL) {
		code_draw(&one);
		code_draw(&two);
		j->password = arena_printf(j->cli->arena, "%s-%s",
		    code_show(j->cli->arena, &one),
		    code_show(j->cli->arena, &two));
		return CLI_OK;
	}
	if ((s = read_password(j->cli, number, &j->password)) != CLI_OK)
		return s;
	if (!text_is_utf8(j->password, strlen(j->password)))
		return cli_fail(j->cli, "the password is not UTF-8");
	fault = password_judge(j->cli->arena, PASSWORD_OFFICE, j->password,
	    site, own);
	if (fault != PASSWORD_GOOD)
		return cli_fail(j->cli, "%s", password_sentence(fault));
	return CLI_OK;
}

static enum cli_status
read_words(struct joining *j, const char **ret_password_fd)
{
	struct cli *cli = j->cli;
	const char *email = cli_value(cli, "--email");
	const char *language;
	size_t i;

	j->name = cli_value(cli, "--name");
	j->role = cli_value(cli, "--role");
	j->team = cli_value(cli, "--team");
	language = cli_value(cli, "--language");
	*ret_password_fd = cli_value(cli, "--password-fd");
	if (email == NULL || j->name == NULL || j->role == NULL)
		return cli_usage(cli, "--email, --name and --role are needed");
	if (address_read(cli->arena, email, &j->address) != ERR_OK)
		return cli_usage(cli, "that is no mail address");
	if (!text_is_utf8(j->name, strlen(j->name)) ||
	    !text_is_plain(j->name, false) || *j->name == '\0' ||
	    text_points(j->name) > 120)
		return cli_usage(cli, "a name has 1 to 120 characters");
	for (i = 0; role_choices[i].value != NULL; i++)
		if (strcmp(role_choices[i].value, j->role) == 0)
			break;
	if (role_choices[i].value == NULL)
		return cli_usage(cli, "there is no role %s", j->role);
	j->language = language;
	return cli_end(cli);
}

static enum cli_status
say_joined(const struct joining *j, const char *done)
{
	struct cli *cli = j->cli;
	char *uri = totp_uri(cli->arena, cli->config->site, j->address.shown,
	    j->secret);
	char *secret = totp_base32(cli->arena, j->secret);

	cli_say(cli, "%s %s (%s).", done, j->address.shown, j->role);
	cli_say(cli, "Password: %s", j->password);
	cli_say(cli, "Authenticator: %s", uri);
	cli_say(cli, "They are shown once.  Sign-in is at %s/sign-in",
	    cli->config->office_url);
	if (cli->is_json)
		cli_print_json(json_pack(
		    "{s:I, s:s, s:s, s:s, s:s, s:s}", "id",
		    (json_int_t)j->id, "email", j->address.shown, "role",
		    j->role, "password", j->password, "totp_secret", secret,
		    "otpauth", uri));
	return CLI_OK;
}

enum cli_status
cli_staff_add(struct cli *cli)
{
	struct joining j = { .cli = cli, .now_us = clock_now_us() };
	const char *password_fd;
	enum cli_status s;
	enum err e;

	if ((s = read_words(&j, &password_fd)) != CLI_OK ||
	    (s = cli_open_keys(cli)) != CLI_OK)
		return s;
	if (j.language == NULL)
		j.language = cli->config->languages[0];
	if (strlen(j.language) != 2)
		return cli_usage(cli, "a language has two letters");
	if ((s = judge_password(&j, password_fd)) != CLI_OK ||
	    (s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	j.secret = totp_secret(cli->arena);
	j.ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	e = tx_run(cli->db, NULL, cli->arena, join_in_tx, &j, NULL);
	ledger_close(j.ledger);
	if (e == ERR_CONFLICT)
		return cli_fail(cli, "somebody has that address already");
	if (e == ERR_NOTFOUND)
		return cli_fail(cli, "there is no team %s", j.team);
	if (e != ERR_OK)
		return cli_fail(cli, "not stored: %s", err_name(e));
	return say_joined(&j, "Added");
}

/* The colleague whose address is given; CLI_FAILED when there is none. */
static enum cli_status
find(struct joining *j, struct q_cli_staff_by_key *ret_row)
{
	struct cli *cli = j->cli;
	const char *email = cli_value(cli, "--email");
	enum cli_status s;
	enum err e;

	if (email == NULL)
		return cli_usage(cli, "--email is needed");
	if (address_read(cli->arena, email, &j->address) != ERR_OK)
		return cli_usage(cli, "that is no mail address");
	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_keys(cli)) !=
	    CLI_OK || (s = cli_open_db(cli, 10)) != CLI_OK)
		return s;
	e = q_cli_staff_by_key(cli->db, cli->arena,
	    text_bytes(j->address.key), ret_row);
	if (e == ERR_NOTFOUND)
		return cli_fail(cli, "nobody has that address");
	if (e != ERR_OK)
		return cli_fail(cli, "not read: %s", err_name(e));
	j->id = ret_row->id;
	j->name = ret_row->name;
	j->role = ret_row->role;
	return CLI_OK;
}

/* Sessions, codes and links end with the access that they belonged to. */
static enum err
shut(struct db *db, const struct joining *j, const char *verb)
{
	const struct ledger_audit event = { .verb = verb,
	    .actor = "program", .object = "staff", .object_id = j->id,
	    .detail = arena_printf(j->cli->arena, "{\"role\":\"%s\"}",
	    j->role), .at_us = j->now_us };
	enum err e;

	if ((e = q_auth_office_delete_all(db, j->id, NULL)) != ERR_OK ||
	    (e = q_auth_recovery_delete(db, j->id, NULL)) != ERR_OK ||
	    (e = q_passkey_forget(db, j->id, NULL)) != ERR_OK ||
	    (e = acting_end(db, ACTING_INVITE, j->id, j->now_us)) != ERR_OK)
		return e;
	return ledger_audit(db, j->cli->arena, j->ledger, &event);
}

static enum err
disable_in_tx(struct db *db, void *arg)
{
	const struct joining *j = arg;
	uint64_t n;
	enum err e;

	if ((e = q_auth_staff_disable(db, j->id, &n)) != ERR_OK || n == 0)
		return e;
	return shut(db, j, "staff.disabled");
}

static enum err
reset_in_tx(struct db *db, void *arg)
{
	const struct joining *j = arg;
	enum err e;

	if ((e = q_cli_staff_reset(db, j->id, NULL)) != ERR_OK ||
	    (e = keep_secrets(db, j)) != ERR_OK)
		return e;
	return shut(db, j, "staff.reset");
}

static enum cli_status
change(struct joining *j, enum err (*fn)(struct db *db, void *arg))
{
	struct cli *cli = j->cli;
	enum err e;

	j->ledger = ledger_open(cli->db, cli->keys, KEYS_OWNER);
	e = tx_run(cli->db, NULL, cli->arena, fn, j, NULL);
	ledger_close(j->ledger);
	return e == ERR_OK ? CLI_OK : cli_fail(cli, "not stored: %s",
	    err_name(e));
}

enum cli_status
cli_staff_disable(struct cli *cli)
{
	struct joining j = { .cli = cli, .now_us = clock_now_us() };
	struct q_cli_staff_by_key row;
	enum cli_status s;

	if ((s = find(&j, &row)) != CLI_OK ||
	    (s = change(&j, disable_in_tx)) != CLI_OK)
		return s;
	cli_say(cli, "%s (%s) is out, and every session of theirs.",
	    j.address.shown, j.role);
	if (cli->is_json)
		cli_print_json(json_pack("{s:I, s:s, s:s}", "id",
		    (json_int_t)j.id, "email", row.email, "state",
		    "disabled"));
	return CLI_OK;
}

enum cli_status
cli_staff_reset(struct cli *cli)
{
	const char *password_fd = cli_value(cli, "--password-fd");
	struct joining j = { .cli = cli, .now_us = clock_now_us() };
	struct q_cli_staff_by_key row;
	enum cli_status s;

	if ((s = find(&j, &row)) != CLI_OK ||
	    (s = judge_password(&j, password_fd)) != CLI_OK)
		return s;
	j.secret = totp_secret(cli->arena);
	if ((s = change(&j, reset_in_tx)) != CLI_OK)
		return s;
	return say_joined(&j, "Reset");
}
