/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent: the table of commands, and the way from the words that were typed
 * to one of them (GDPR 5(2), 32(4)).
 */
#include "cli/cli.h"

#include "base/log.h"
#include "base/text.h"

const struct command cli_commands[] = {
	{ "site add", "NAME --portal HOST --office HOST [--share DIR] [--root DIR]",
	    "lay what one more site needs on this machine",
	    "Configuration, passwords, nginx, systemd units, rotation of logs.  What is\n"
	    "there already is kept.  Says what is left to do.  --share names what make\n"
	    "install laid, --root a directory to lay it all in for a look.\n",
	    cli_site_add },
	{ "site load", "FILE",
	    "fill an empty site with its company, purposes, notice and forms",
	    "FILE is JSON like the site.json that make install laid; everything wrong in\n"
	    "it is named, and then nothing is stored.\n", cli_site_load },
	{ "keys init", "", "draw the site's root key",
	    "Writes the file that the configuration calls root_key, mode 0400.  It is\n"
	    "never replaced.  Keep a copy offline: without it, no key file can be made\n"
	    "again.\n", cli_keys_init },
	{ "keys derive", "[--generation N] [--oldest N] [--user-prefix WORD]",
	    "write one key file per program",
	    "Without options the generation stays what it is: 1 the first time.  As root\n"
	    "and with --user-prefix, each new file is handed to the user WORD + program.\n",
	    cli_keys_derive },
	{ "keys rotate", "[--forget]", "go on to the next generation of keys",
	    "Purposes that must still open what is stored keep their earlier keys.  After\n"
	    "a leak, --forget drops them.  Restart the programs afterwards.\n",
	    cli_keys_rotate },
	{ "keys list", "[--json]", "list the keys that sign receipts and heads",
	    NULL, cli_keys_list },
	{ "keys revoke", "KID", "declare a signing key to be in other hands",
	    "What it signed then verifies only with a proof to a head that was published\n"
	    "before.  Rotate first, so that nothing is signed by it any more.\n",
	    cli_keys_revoke },
	{ "migrate", "", "bring the tables and the grants up to date", NULL,
	    cli_migrate },
	{ "clock accept", "", "confirm that the clock is right after a jump",
	    "Purges, retention and erasures wait while the clock stands more than an hour\n"
	    "after, or two seconds before, the last work done.  A long pause of the keeper\n"
	    "looks the same.\n", cli_clock_accept },
	{ "routes", "[--json]", "list every address of both doors", NULL,
	    cli_routes },
	{ "verify ledger", "[--heads FILE] [--jwks FILE] [--json]",
	    "check every row of the ledgers against the signed heads",
	    "Exit status 1 when a row was slipped in, changed or removed; each is named.\n",
	    cli_verify_ledger },
	{ "verify receipt",
	    "FILE [--jwks FILE] [--opening TEXT --address ADDRESS --case REFERENCE] [--json]",
	    "check an erasure receipt, offline with --jwks",
	    "FILE is the .jws that came with the mail, - for standard input.  The opening\n"
	    "stands in the mail's text.\n", cli_verify_receipt },
	{ "verify package", "FILE [--jwks FILE] [--json]",
	    "check the copy of a person's data, offline with --jwks",
	    "FILE is the .zip as it was downloaded, - for standard input.  Each file in it\n"
	    "that was changed, added or is missing is named; exit status 1 when one was.\n",
	    cli_verify_package },
	{ "staff add",
	    "--email ADDRESS --name NAME --role ROLE [--team NAME] [--language CODE] [--password-fd N]",
	    "add somebody to the back-office",
	    "ROLE: adviser lead dpo security legal auditor admin.  Prints a random password\n"
	    "unless one comes on a file descriptor, and the address for the authenticator.\n",
	    cli_staff_add },
	{ "staff disable", "--email ADDRESS",
	    "end somebody's access to the back-office at once",
	    "Their sessions end in the same second.  What they did stays in the audit.\n",
	    cli_staff_disable },
	{ "staff reset", "--email ADDRESS [--password-fd N]",
	    "give somebody a new password and authenticator",
	    "Sessions, recovery codes and invitations of before end; somebody who was\n"
	    "disabled is let in again.  Prints what \"staff add\" prints.\n",
	    cli_staff_reset },
	{ "backup", "[FILE] [--json]", "write the site's database to a file, without its keys",
	    "Without FILE it goes to backup_dir, and backups there that are older than\n"
	    "the receipts promise are removed.  Where key_copy is set, the key store's one\n"
	    "copy is replaced too.  A name that ends with .gz is packed.\n",
	    cli_backup },
	{ "restore", "FILE [--json] | --replay [--json]",
	    "put a backup back, and erase again who was erased since",
	    "Every address answers 503 until it has ended well; after a failure run it\n"
	    "again.  --replay is for a database that was put back by other means.  Nobody\n"
	    "is signed in afterwards, and waiting mails wait for staff.\n",
	    cli_restore },
	{ "import contacts",
	    "FILE --basis CODE --source TEXT --date DAY --policy WORD [--team NAME] [--delimiter CHAR] [--rejects FILE] [--dry-run] [--json]",
	    "take contacts in from a CSV file, and nobody who must stay out",
	    "CODE: consent contract legal_obligation vital_interest public_task\n"
	    "legitimate_interest.  TEXT says where the data came from: the people in it see\n"
	    "it.  DAY (YYYY-MM-DD) is when it was collected.  WORD is what becomes of an\n"
	    "address that is known: create (the row is rejected), update, skip.  With a\n"
	    "team, only that one sees who is new, as in the back-office.  Rows that\n"
	    "are not taken go to FILE.rejected.csv with their reason.  No row gives or takes\n"
	    "back a consent; who was erased comes back by themself only.\n",
	    cli_import_contacts },
	{ "doctor", "[--run DIR] [--nginx FILE] [--json]", "check everything a site needs, and say what to do",
	    NULL, cli_doctor },
	{ "demo", "[--contacts N] [--out FILE]",
	    "fill an empty site with the demonstration company",
	    "Everything in it is invented.  Writes the log-ins as JSON to FILE.\n",
	    cli_demo },
	{ .name = NULL }
};

static void
print_commands(FILE *to)
{
	const struct command *c;

	fputs("Usage: assent [--site NAME | --config FILE] [--etc DIR] [--json] COMMAND ...\n\n", to);
	for (c = cli_commands; c->name != NULL; c++)
		fprintf(to, "  %-16s %s\n", c->name, c->summary);
	fputs("\nassent COMMAND --help says more.  Exit status: 0 done, 1 failed, 2 usage.\n", to);
}

static int
print_help(const struct command *c)
{
	printf("Usage: assent [--site NAME] %s %s\n\n%s.\n", c->name, c->usage,
	    c->summary);
	if (c->help != NULL)
		printf("\n%s", c->help);
	return CLI_OK;
}

/* The command that the first words name; those words are taken. */
static const struct command *
find_command(struct cli *cli)
{
	const char *first = cli_word(cli), *second, *both;
	const struct command *c;

	if (first == NULL)
		return NULL;
	for (c = cli_commands; c->name != NULL; c++)
		if (strcmp(c->name, first) == 0)
			return c;
	second = cli_word(cli);
	both = arena_printf(cli->arena, "%s %s", first,
	    second == NULL ? "" : second);
	for (c = cli_commands; c->name != NULL; c++)
		if (strcmp(c->name, both) == 0)
			return c;
	fprintf(stderr, "assent: no such command: %s\n", both);
	return NULL;
}

/* The options before and after the command that every command has. */
static enum cli_status
take_common(struct cli *cli)
{
	const char *site = cli_value(cli, "--site");
	const char *etc = cli_value(cli, "--etc");

	cli->config_file = cli_value(cli, "--config");
	cli->is_json = cli_flag(cli, "--json");
	if (cli->config_file != NULL && (site != NULL || etc != NULL))
		return cli_usage(cli, "--config stands alone, without --site and --etc");
	if (site != NULL)
		cli->config_file = arena_printf(cli->arena,
		    "%s/%s/assent.conf", etc == NULL ? ASSENT_ETCDIR : etc,
		    site);
	return CLI_OK;
}

int
main(int argc, char **argv)
{
	static struct cli cli;
	bool wants_help;
	int status;

	(void)argc;
	log_open("owner", "-");
	keys_harden();
	cli.program = argv[0];
	cli.arena = arena_open();
	cli.words = argv + 1;
	if (cli_flag(&cli, "--version")) {
		puts(ASSENT_VERSION);
		return CLI_OK;
	}
	wants_help = cli_flag(&cli, "--help") || cli_flag(&cli, "-h");
	if (take_common(&cli) != CLI_OK)
		return CLI_USAGE;
	cli.command = find_command(&cli);
	if (cli.command == NULL) {
		print_commands(wants_help ? stdout : stderr);
		return wants_help ? CLI_OK : CLI_USAGE;
	}
	if (wants_help)
		return print_help(cli.command);
	status = (int)cli.command->run(&cli);
	db_close(cli.db);
	keys_close(cli.keys);
	return status;
}
