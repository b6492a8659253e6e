/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent site add: lay what one more site needs on this machine, made of what
 * make install laid: configuration, passwords, nginx, units (GDPR 25, 32).
 */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/run.h"

#define FILE_MAX_BYTES	(64u * 1024)
#define PASSWORD_BYTES	24
#define WORDS_MAX	16

/* What stands for what in the files that are laid. */
struct word {
	const char *from;
	const char *to;
};

struct adding {
	struct cli *cli;
	struct arena *a;
	const char *name;
	const char *share;	/* what make install laid */
	const char *root;	/* before every path; "" on a server */
	struct word words[WORDS_MAX + 1];
};

/* From below share to below root; @site@ in ${to} is the site's name. */
struct piece {
	const char *from;	/* a '/' at the end: every file in it */
	const char *to;
};

static const struct piece pieces[] = {
	{ "assent.conf", "/etc/assent/@site@/assent.conf" },
	{ "systemd/assent.sysusers", "/etc/sysusers.d/assent.conf" },
	{ "systemd/assent.tmpfiles", "/etc/tmpfiles.d/assent-@site@.conf" },
	{ "systemd/", "/etc/systemd/system/" },
	{ "systemd/assent-backup@.service.d/",
	    "/etc/systemd/system/assent-backup@.service.d/" },
	{ "systemd/assent-.service.d/",
	    "/etc/systemd/system/assent-.service.d/" },
	{ "systemd/assent-portal-.service.d/",
	    "/etc/systemd/system/assent-portal-.service.d/" },
	{ "systemd/assent-office-.service.d/",
	    "/etc/systemd/system/assent-office-.service.d/" },
	{ "nginx/assent-http.conf", "/etc/nginx/conf.d/assent.conf" },
	{ "nginx/snippets/", "/etc/nginx/snippets/" },
	{ "nginx/sso.conf", "/etc/nginx/snippets/assent-sso-@site@.conf" },
	{ "nginx/site.conf", "/etc/nginx/sites-available/assent-@site@" },
	{ "nginx/catch-all.conf",
	    "/etc/nginx/sites-available/assent-catch-all" },
	{ "logrotate/assent", "/etc/logrotate.d/assent" },
	{ "mariadb/assent.cnf", "/etc/mysql/mariadb.conf.d/70-assent.cnf" },
};

static bool
ends(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static const char *
replace(struct arena *a, const char *text, const struct word *words)
{
	const struct word *w;
	const char *p;
	struct buf b;

	buf_open(&b, a);
	for (p = text; *p != '\0';) {
		for (w = words; w->from != NULL; w++)
			if (text_starts(p, w->from))
				break;
		if (w->from == NULL) {
			buf_char(&b, *p++);
		} else {
			buf_text(&b, w->to);
			p += strlen(w->from);
		}
	}
	return b.ptr;
}

/* Make the folders above ${path}. */
static enum cli_status
make_folders(struct adding *s, const char *path)
{
	char *copy = arena_text(s->a, path);
	char *slash;

	for (slash = strchr(copy + 1, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			return cli_fail(s->cli, "%s: %s", copy,
			    strerror(errno));
		*slash = '/';
	}
	return CLI_OK;
}

/* A file that is there already stays as it is: an admin may have changed it. */
static enum cli_status
lay(struct adding *s, const char *path, const char *text, mode_t mode)
{
	enum cli_status status;
	bool is_good;
	int fd;

	if ((status = make_folders(s, path)) != CLI_OK)
		return status;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    mode);
	if (fd < 0 && errno == EEXIST) {
		cli_say(s->cli, "kept  %s", path);
		return CLI_OK;
	}
	if (fd < 0)
		return cli_fail(s->cli, "%s: %s", path, strerror(errno));
	is_good = file_write_all(fd, text_bytes(text)) && fsync(fd) == 0;
	if (close(fd) != 0 || !is_good) {
		(void)unlink(path);
		return cli_fail(s->cli, "%s cannot be written", path);
	}
	cli_say(s->cli, "made  %s", path);
	return CLI_OK;
}

static enum cli_status
lay_one(struct adding *s, const char *from, const char *to)
{
	enum cli_status status;
	const char *text;

	status = cli_read_file(s->cli, arena_printf(s->a, "%s/%s", s->share,
	    from), FILE_MAX_BYTES, &text);
	if (status != CLI_OK)
		return status;
	return lay(s, arena_printf(s->a, "%s%s", s->root, to), replace(s->a,
	    text, s->words), 0644);
}

/* Every unit or snippet of a folder, under its own name. */
static enum cli_status
lay_folder(struct adding *s, const struct piece *p)
{
	const char *path = arena_printf(s->a, "%s/%s", s->share, p->from);
	enum cli_status status = CLI_OK;
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL)
		return cli_fail(s->cli, "%s: %s", path, strerror(errno));
	while (status == CLI_OK && (entry = readdir(dir)) != NULL)
		if (!ends(entry->d_name, ".d") &&
		    (strchr(entry->d_name, '@') != NULL ||
		    ends(entry->d_name, ".conf")))
			status = lay_one(s, arena_printf(s->a, "%s%s",
			    p->from, entry->d_name), arena_printf(s->a,
			    "%s%s", p->to, entry->d_name));
	closedir(dir);
	return status;
}

static const char *
draw_password(struct adding *s)
{
	unsigned char *bytes = arena_take(s->a, PASSWORD_BYTES);

	random_fill(bytes, PASSWORD_BYTES);
	return hex_write(s->a, (struct bytes){ bytes, PASSWORD_BYTES });
}

/* What MariaDB's administrator runs, with the passwords of these files. */
static enum cli_status
lay_accounts(struct adding *s, const char *const *passwords)
{
	static const struct word underscore[] = { { "_", "\\_" }, { NULL, NULL } };
	const char *path = arena_printf(s->a, "%s/etc/assent/%s/accounts.sql",
	    s->root, s->name);
	struct word words[KEYS_PROGRAM__MAX + 3];
	enum cli_status status;
	const char *text;
	size_t i;

	status = cli_read_file(s->cli, arena_printf(s->a, "%s/sql/accounts.sql",
	    s->share), FILE_MAX_BYTES, &text);
	if (status != CLI_OK)
		return status;
	for (i = 0; i < KEYS_PROGRAM__MAX; i++)
		words[i] = (struct word){ arena_printf(s->a, "@%s_password@",
		    key_program_names[i]), passwords[i] };
	words[i++] = (struct word){ "@site@", s->name };
	words[i++] = (struct word){ "@pattern@", replace(s->a, s->name,
	    underscore) };
	words[i] = (struct word){ NULL, NULL };
	(void)unlink(path);
	return lay(s, path, replace(s->a, text, words), 0400);
}

/* A password file for each account, its program's own. */
static enum cli_status
lay_secrets(struct adding *s)
{
	const char *passwords[KEYS_PROGRAM__MAX];
	enum cli_status status;
	const struct passwd *pw;
	bool is_new = false;
	const char *path;
	size_t i;

	for (i = 0; i < KEYS_PROGRAM__MAX; i++) {
		path = arena_printf(s->a, "%s/etc/assent/%s/secrets/%s.pw",
		    s->root, s->name, key_program_names[i]);
		if (access(path, F_OK) == 0) {
			status = cli_read_file(s->cli, path, FILE_MAX_BYTES,
			    &passwords[i]);
		} else {
			is_new = true;
			passwords[i] = draw_password(s);
			status = lay(s, path, passwords[i], 0400);
		}
		if (status != CLI_OK)
			return status;
		pw = getpwnam(arena_printf(s->a, "assent-%s",
		    key_program_names[i]));
		if (pw != NULL && geteuid() == 0 &&
		    chown(path, pw->pw_uid, pw->pw_gid) != 0)
			return cli_fail(s->cli, "%s: %s", path,
			    strerror(errno));
	}
	return is_new ? lay_accounts(s, passwords) : CLI_OK;
}

/* Users and directories, on the machine itself. */
static enum cli_status
make_users(struct adding *s)
{
	char users[] = "/usr/bin/systemd-sysusers";
	char folders[] = "/usr/bin/systemd-tmpfiles", create[] = "--create";
	char *const words[][3] = {
		{ users, NULL, NULL },
		{ folders, create, NULL },
	};
	struct run_output out;
	size_t i;

	for (i = 0; i < LENGTH(words); i++) {
		if (access(words[i][0], X_OK) != 0)
			continue;
		if (run_program(s->cli, words[i], NULL, &out) != ERR_OK)
			return cli_fail(s->cli, "%s cannot be run",
			    words[i][0]);
		if (out.status != 0)
			cli_say(s->cli, "%s says: %s", words[i][0], out.text);
	}
	return CLI_OK;
}

static bool
is_host(const char *text)
{
	return text != NULL && *text != '\0' && strlen(text) <= 253 &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") ==
	    strlen(text);
}

static void
fill_words(struct adding *s, const char *portal, const char *office)
{
	const char *name = s->name;
	const struct word words[] = {
		{ "@site@", name },
		{ "@portal_name@", portal }, { "@office_name@", office },
		{ "@portal_listen@", "443 ssl http2" },
		{ "@portal_listen6@", "[::]:443 ssl http2" },
		{ "@office_listen@", "443 ssl http2" },
		{ "@office_listen6@", "[::]:443 ssl http2" },
		{ "@run@", arena_printf(s->a, "/run/assent/%s", name) },
		{ "@data@", s->share },
		{ "@log@", arena_printf(s->a, "/var/log/assent/%s.log",
		    name) },
		{ "@error_log@", "/var/log/nginx/error.log" },
		{ "@password_queue@", arena_printf(s->a, "%ld",
		    16 * sysconf(_SC_NPROCESSORS_ONLN)) },
	};

	_Static_assert(LENGTH(words) <= WORDS_MAX, "words");
	memcpy(s->words, words, sizeof(words));
}

/* The example's own names, in assent.conf only. */
static void
fill_conf_words(struct adding *s, const char *portal, const char *office,
    struct word *ret_words)
{
	const struct word words[] = {
		{ "privacy.example.org", portal },
		{ "office.example.org", office },
		{ "/assent/demo", arena_printf(s->a, "/assent/%s", s->name) },
		{ "\"demo\"", arena_printf(s->a, "\"%s\"", s->name) },
		{ "\"demo_keys\"", arena_printf(s->a, "\"%s_keys\"",
		    s->name) },
		{ "\"demo_\"", arena_printf(s->a, "\"%s_\"", s->name) },
		{ "/usr/share/assent", s->share },
		{ NULL, NULL },
	};

	memcpy(ret_words, words, sizeof(words));
}

static enum cli_status
lay_all(struct adding *s, const char *portal, const char *office)
{
	struct word saved[WORDS_MAX + 1];
	enum cli_status status;
	size_t i;

	fill_words(s, portal, office);
	for (i = 0; i < LENGTH(pieces); i++) {
		const struct piece *p = &pieces[i];
		bool is_conf = strcmp(p->from, "assent.conf") == 0;
		const char *to = replace(s->a, p->to, s->words);

		memcpy(saved, s->words, sizeof(saved));
		if (is_conf)
			fill_conf_words(s, portal, office, s->words);
		if (strcmp(p->from, "nginx/catch-all.conf") == 0)
			s->words[0] = (struct word){ "\tlisten @",
			    "\t#listen @" };
		status = ends(p->from, "/") ? lay_folder(s, p) :
		    lay_one(s, p->from, to);
		memcpy(s->words, saved, sizeof(saved));
		if (status != CLI_OK)
			return status;
	}
	if (*s->root == '\0' && (status = make_users(s)) != CLI_OK)
		return status;
	return lay_secrets(s);
}

enum cli_status
cli_site_add(struct cli *cli)
{
	const char *portal = cli_value(cli, "--portal");
	const char *office = cli_value(cli, "--office");
	const char *share = cli_value(cli, "--share");
	const char *root = cli_value(cli, "--root");
	struct adding s = { .cli = cli, .a = cli->arena,
	    .share = share == NULL ? ASSENT_DATADIR : share,
	    .root = root == NULL ? "" : root };
	const char *name = cli_word(cli);
	enum cli_status status;

	if ((status = cli_end(cli)) != CLI_OK)
		return status;
	if (name == NULL || *name == '\0' || strlen(name) > 16 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") !=
	    strlen(name))
		return cli_usage(cli, "the name of a site is 1 to 16 of a-z 0-9 _");
	if (!is_host(portal) || !is_host(office) ||
	    strcmp(portal, office) == 0)
		return cli_usage(cli, "--portal and --office need two host names");
	s.name = name;
	if ((status = lay_all(&s, portal, office)) != CLI_OK)
		return status;
	cli_say(cli, "\nNow, as root:\n"
	    "  1. put certificate and key where /etc/nginx/snippets/assent-tls.conf says;\n"
	    "     correct smtp in /etc/assent/%s/assent.conf\n"
	    "  2. mariadb < /etc/assent/%s/accounts.sql && rm /etc/assent/%s/accounts.sql\n"
	    "  3. assent --site %s keys init; assent --site %s keys derive --user-prefix assent-\n"
	    "  4. assent --site %s migrate\n"
	    "     assent --site %s site load FILE   # like %s/site.json\n"
	    "     assent --site %s staff add --email ADDRESS --name NAME --role admin\n"
	    "  5. systemctl daemon-reload; systemctl enable --now assent@%s.target \\\n"
	    "       assent-{portal,office}-{a,b,pw}@%s.{socket,service} assent-{courier,keeper}@%s\n"
	    "  6. ln -s ../sites-available/assent-{%s,catch-all} /etc/nginx/sites-enabled/\n"
	    "     nginx -t && systemctl reload nginx\n"
	    "  7. assent --site %s doctor", name, name, name, name, name, name,
	    name, s.share, name, name, name, name, name, name);
	return CLI_OK;
}
