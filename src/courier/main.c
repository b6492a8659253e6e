/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent-courier: the only program of a site that speaks to the network beyond
 * its own machine (GDPR 25, 32).
 */
#include "courier/courier.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "courier/compose.h"
#include "html/words.h"
#include "keys/hash.h"
#include "outbox/outbox.h"

#define PASSWORD_MAX_BYTES 500
#define CHECK_US (5 * SECOND_US)

static volatile sig_atomic_t stop;

struct options {
	const char *file;
	uint64_t timeout_s;
	bool is_once;
	bool is_check;
};

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void
catch_signals(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_signal;
	if (sigaction(SIGTERM, &act, NULL) != 0 ||
	    sigaction(SIGINT, &act, NULL) != 0)
		abort();
	act.sa_handler = SIG_IGN;
	if (sigaction(SIGPIPE, &act, NULL) != 0)
		abort();
}

/* The first line of the password file, for ever. */
static enum err
read_password(const char *path, struct arena *a, const char **ret_password)
{
	char text[PASSWORD_MAX_BYTES + 1];
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, PASSWORD_MAX_BYTES);

	if (fd >= 0)
		(void)close(fd);
	if (n <= 0 || n == PASSWORD_MAX_BYTES) {
		log_fault("smtp=open what=\"smtp.password_file %s\"", n <= 0 ?
		    "cannot be read" : "is too long");
		secret_wipe(text, sizeof(text));
		return ERR_INVALID;
	}
	text[n] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	*ret_password = arena_text(a, text);
	secret_wipe(text, sizeof(text));
	return ERR_OK;
}

static bool
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    text_starts(host, "127.");
}

static enum err
open_smtp(struct courier *c, struct arena *a, const struct options *options)
{
	const struct config_smtp *smtp = &c->config->smtp;
	struct smtp_config config = { .host = smtp->host, .port = smtp->port,
	    .needs_tls = smtp->needs_tls, .user = smtp->user,
	    .ca_file = smtp->ca_file,
	    .timeout_s = (unsigned)options->timeout_s,
	    .tick = courier_tick, .arg = c };
	struct address from;
	enum err e;

	if (smtp->host == NULL || smtp->port == 0 || smtp->port > 65535 ||
	    address_read(a, smtp->from, &from) != ERR_OK) {
		log_fault("config=%s what=\"smtp needs a host, a port, and an address in from\"",
		    c->config->file);
		return ERR_INVALID;
	}
	c->from = config.from = from.mail;
	config.hello = outbox_host(a, c->config->portal_url);
	if (smtp->user != NULL && !smtp->needs_tls &&
	    !is_loopback(smtp->host)) {
		log_fault("config=%s what=\"smtp.user needs tls = required: a password is not sent in clear\"",
		    c->config->file);
		return ERR_INVALID;
	}
	if (smtp->user != NULL && (e = read_password(smtp->password_file, a,
	    &config.password)) != ERR_OK)
		return e;
	return smtp_open(&config, &c->smtp);
}

static enum err
open_all(struct courier *c, const struct options *options)
{
	static const char *const folders[] = { "mail", "shared",
	    NULL };
	static struct db_config database;	/* lives as long as the db */
	static struct arena *a;		/* for ever */
	struct html_source source;
	struct config *config;
	enum err e;

	a = arena_open();
	if ((e = config_open(options->file, &config)) != ERR_OK)
		return e;
	c->config = config;
	log_open("courier", config->site);
	if ((e = keys_open(arena_printf(a, "%s/courier.key",
	    config->keys_dir), KEYS_COURIER, &c->keys)) != ERR_OK ||
	    (e = words_open(config->locale_dir)) != ERR_OK)
		return e;
	source = (struct html_source){ .dir = config->templates,
	    .override_dir = config->templates_override, .folders = folders,
	    .langs = config->languages };
	if ((e = html_open(&source, &c->html)) != ERR_OK ||
	    (e = open_smtp(c, a, options)) != ERR_OK)
		return e;
	config_database(config, "courier", &database);
	if ((e = db_open(&database, db_table_courier, &c->db)) != ERR_OK)
		return e;
	compose_open();
	c->batch.arena = arena_open();
	c->mail = arena_open();
	c->stop = &stop;
	return ERR_OK;
}

/* What would be wrong with sending: for `assent doctor`. */
static int
check(struct courier *c)
{
	db_begin(c->db, clock_ticks_us() + CHECK_US, DB_JOB);
	return db_check_health(c->db) == ERR_OK &&
	    db_check_schema(c->db, DB_SCHEMA_VERSION) == ERR_OK &&
	    db_check_statements(c->db) == ERR_OK ? 0 : 1;
}

static void
close_all(struct courier *c)
{
	smtp_close(c->smtp);
	db_close(c->db);
	html_close(c->html);
	keys_close(c->keys);
	arena_close(c->batch.arena);
	arena_close(c->mail);
	arena_close(c->site_arena);
}

static int
usage(int status)
{
	fputs("Usage: assent-courier -c FILE [-1 | -n] [-t SECONDS]\n\n"
	    "Sends the mails of a site's outbox to its mail relay.\n\n"
	    "  -c FILE     the site's configuration, see assent.conf(5)\n"
	    "  -1          send what is due, then end\n"
	    "  -n          open everything, say what is wrong, and end\n"
	    "  -t SECONDS  the longest time for one mail, 1 to 60 (default 60)\n"
	    "  -h          this help\n"
	    "  -V          the version\n", status == 0 ? stdout : stderr);
	return status;
}

/* Returns the exit status to end with, or -1 to go on. */
static int
read_options(int argc, char **argv, struct options *ret_options)
{
	struct options o = { NULL, SMTP_TIMEOUT_MAX_S, false, false };
	int option;

	while ((option = getopt(argc, argv, "1c:nt:hV")) != -1) {
		switch (option) {
		case '1':
			o.is_once = true;
			break;
		case 'c':
			o.file = optarg;
			break;
		case 'n':
			o.is_check = true;
			break;
		case 't':
			if (parse_u64(optarg, &o.timeout_s) != ERR_OK ||
			    o.timeout_s < 1 ||
			    o.timeout_s > SMTP_TIMEOUT_MAX_S)
				return usage(2);
			break;
		case 'V':
			puts(ASSENT_VERSION);
			return 0;
		case 'h':
			return usage(0);
		default:
			return usage(2);
		}
	}
	if (o.file == NULL || optind != argc)
		return usage(2);
	*ret_options = o;
	return -1;
}

int
main(int argc, char **argv)
{
	static struct courier c;
	struct options options;
	int status;

	if ((status = read_options(argc, argv, &options)) >= 0)
		return status;
	log_open("courier", "-");
	keys_harden();
	catch_signals();
	if (open_all(&c, &options) != ERR_OK)
		return 1;
	if (options.is_check) {
		status = check(&c);
	} else {
		log_note("courier=started");
		status = courier_run(&c, options.is_once);
		log_note("courier=ended status=%d", status);
	}
	close_all(&c);
	return status;
}
