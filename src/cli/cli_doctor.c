/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent doctor: every check, in the order in which things stand on each
 * other (GDPR 32(1)(b), (d)).
 */
#include "cli/doctor.h"

#include <stdarg.h>

#include "base/buf.h"

static const struct {
	const char *name;
	void (*run)(struct doctor *d);
} checks[] = {
	{ "database", doctor_database },
	{ "settings", doctor_settings },
	{ "tables", doctor_schema },
	{ "keys", doctor_keys },
	{ "programs", doctor_programs },
	{ "journal", doctor_journal },
	{ "log", doctor_log },
	{ "backup", doctor_backup },
	{ "clock", doctor_clock },
	{ "sockets", doctor_sockets },
	{ "mail", doctor_mail },
	{ "sign-on", doctor_sso },
};

static char *format_text(struct doctor *d, const char *format, va_list ap)
    PRINTF_LIKE(2, 0);

static char *
format_text(struct doctor *d, const char *format, va_list ap)
{
	char text[1000];

	(void)vsnprintf(text, sizeof(text), format, ap);
	return arena_text(d->cli->arena, text);
}

void
doctor_good(struct doctor *d, const char *format, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, format);
	text = format_text(d, format, ap);
	va_end(ap);
	cli_say(d->cli, "ok    %-9s %s", d->name, text);
	json_array_append_new(d->list, json_pack("{s:s, s:b, s:s}", "check",
	    d->name, "is_good", 1, "text", text));
}

void
doctor_bad(struct doctor *d, const char *what, const char *format, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, format);
	text = format_text(d, format, ap);
	va_end(ap);
	d->n_bad++;
	cli_say(d->cli, "BAD   %-9s %s\n%15s do: %s", d->name, what, "", text);
	json_array_append_new(d->list, json_pack("{s:s, s:b, s:s, s:s}",
	    "check", d->name, "is_good", 0, "text", what, "do", text));
}

enum cli_status
cli_doctor(struct cli *cli)
{
	struct doctor d = { .cli = cli, .run_dir = cli_value(cli, "--run"),
	    .nginx_file = cli_value(cli, "--nginx") };
	enum cli_status s;
	size_t i;

	if ((s = cli_end(cli)) != CLI_OK || (s = cli_open_config(cli)) !=
	    CLI_OK)
		return s;
	d.list = json_array();
	d.name = "config";
	doctor_good(&d, "%s can be used", cli->config_file);
	if (d.run_dir == NULL)
		d.run_dir = arena_printf(cli->arena, "/run/assent/%s",
		    cli->config->site);
	for (i = 0; i < LENGTH(checks); i++) {
		d.name = checks[i].name;
		checks[i].run(&d);
	}
	if (d.n_bad == 0)
		cli_say(cli, "Everything is in order.");
	else
		cli_say(cli, "%u things to do.", d.n_bad);
	if (cli->is_json)
		cli_print_json(json_pack("{s:b, s:O}", "is_good",
		    d.n_bad == 0, "checks", d.list));
	json_decref(d.list);
	return d.n_bad == 0 ? CLI_OK : CLI_FAILED;
}
