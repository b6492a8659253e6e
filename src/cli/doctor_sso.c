/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What doctor looks at where the company's own sign-on lets staff in: the
 * secret, and whether nginx could take a visitor's word for it (GDPR 32).
 */
#include <sys/stat.h>
#include <unistd.h>

#include "auth/sso.h"
#include "base/text.h"
#include "cli/doctor.h"
#include "cli/run.h"

#define NGINX "/usr/sbin/nginx"

/* Lines of ${text} that are no comments, each ended by a newline. */
static const char *
without_comments(struct arena *a, const char *text)
{
	struct buf b;
	size_t len;

	buf_open(&b, a);
	while (*text != '\0') {
		text += strspn(text, " \t\n");
		len = strcspn(text, "\n");
		if (*text != '#') {
			buf_add(&b, text, len);
			buf_text(&b, "\n");
		}
		text += len;
	}
	return arena_text(a, b.ptr == NULL ? "" : b.ptr);
}

/* Whether a line begins with ${begin} and holds ${part} behind it. */
static bool
has_line(struct arena *a, const char *text, const char *begin,
    const char *part)
{
	const char *line;
	size_t len;

	for (line = text; *line != '\0'; line += len + 1) {
		len = strcspn(line, "\n");
		if (text_starts(line, begin) && strstr(arena_textn(a, line,
		    len) + strlen(begin), part) != NULL)
			return true;
	}
	return false;
}

enum whose { SHARED, OWN, ANOTHER };

/* Whose sign-on a file of nginx's can be about. */
static enum whose
whose_file(struct arena *a, const char *path, const char *site)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (strcmp(name, arena_printf(a, "assent-sso-%s.conf", site)) == 0 ||
	    strcmp(name, arena_printf(a, "assent-%s", site)) == 0)
		return OWN;
	return text_starts(name, "assent-sso-") ? ANOTHER : SHARED;
}

/*
 * What nginx -T tells, of which each file begins with a comment that names it:
 * the lines of this site's own files into ${ret_own}, and these with those
 * that it shares with others into ${ret_all}.
 */
static void
split(struct arena *a, const char *text, const char *site,
    const char **ret_own, const char **ret_all)
{
	static const char head[] = "# configuration file ";
	enum whose whose = SHARED;
	struct buf own, all;
	const char *line;
	size_t len;

	buf_open(&own, a);
	buf_open(&all, a);
	for (; *text != '\0'; text += len) {
		len = strcspn(text, "\n");
		line = arena_textn(a, text, len);
		len += text[len] == '\n';
		if (text_starts(line, head))
			whose = whose_file(a, arena_textn(a, line +
			    strlen(head), strcspn(line + strlen(head), ":")),
			    site);
		if (whose == OWN)
			buf_printf(&own, "%s\n", line);
		if (whose != ANOTHER)
			buf_printf(&all, "%s\n", line);
	}
	*ret_own = without_comments(a, own.ptr == NULL ? "" : own.ptr);
	*ret_all = without_comments(a, all.ptr == NULL ? "" : all.ptr);
}

/* From where a visitor's own words come. */
static const char *
believed(struct arena *a, const char *text)
{
	static const char *const begins[] = { "set $assent_sso_user ",
		"auth_request_set $assent_sso_user ",
		"fastcgi_param ASSENT_SSO_USER " };
	static const char *const words[] = { "$http_", "$arg_", "$cookie_",
		"$request_body", "$args", "$query_string" };
	size_t i, j;

	for (i = 0; i < LENGTH(begins); i++)
		for (j = 0; j < LENGTH(words); j++)
			if (has_line(a, text, begins[i], words[j]))
				return words[j];
	if (has_line(a, text, "map $http_", "$assent_sso_user"))
		return words[0];
	return NULL;
}

static void
check_nginx(struct doctor *d, const char *text)
{
	const struct config_sso *sso = &d->cli->config->sso;
	const char *site = d->cli->config->site;
	struct arena *a = d->cli->arena;
	const char *own, *all, *word;

	split(a, text, site, &own, &all);
	word = believed(a, all);

	if (word != NULL)
		doctor_bad(d, arena_printf(a,
		    "nginx takes a visitor's word (%s...) for who signed in",
		    word),
		    "take it from the sign-on's answer: $upstream_http_...");
	if (!has_line(a, all, arena_printf(a, "fastcgi_param %s ",
	    sso->parameter), "\"\""))
		doctor_bad(d, arena_printf(a,
		    "nginx lets a visitor's %s through", sso->header),
		    "fastcgi_param %s \"\" if_not_empty; in snippets/assent-sso-%s.conf",
		    sso->parameter, site);
	if (!has_line(a, own, "auth_request ", "/") &&
	    !has_line(a, own, "auth_basic ", "\""))
		doctor_bad(d, "nginx asks nobody who has signed in",
		    "auth_request in snippets/assent-sso-%s.conf, included by the office of sites-available/assent-%s, or take secret_file away",
		    site, site);
}

static void
look_at_nginx(struct doctor *d)
{
	struct arena *a = d->cli->arena;
	char *words[] = { arena_text(a, NGINX), arena_text(a, "-T"), NULL,
	    NULL, NULL };
	struct run_output output;

	if (d->nginx_file != NULL) {
		words[2] = arena_text(a, "-c");
		words[3] = arena_text(a, d->nginx_file);
	}
	if (access(NGINX, X_OK) != 0) {
		doctor_good(d, "nginx is on another machine: look there that it clears %s",
		    d->cli->config->sso.header);
		return;
	}
	if (run_program(d->cli, words, NULL, &output) != ERR_OK ||
	    output.status != 0) {
		doctor_bad(d, "nginx does not tell its configuration",
		    "run assent doctor as root, and nginx -t");
		return;
	}
	check_nginx(d, output.text);
}

static void
check_secret(struct doctor *d)
{
	const struct config_sso *config = &d->cli->config->sso;
	struct stat st;

	if (stat(config->secret_file, &st) != 0 || !S_ISREG(st.st_mode))
		doctor_bad(d, arena_printf(d->cli->arena,
		    "%s cannot be read", config->secret_file),
		    "openssl rand -hex 32 > %s", config->secret_file);
	else if ((st.st_mode & 0377) != 0)
		doctor_bad(d, arena_printf(d->cli->arena,
		    "%s can be read or changed by others",
		    config->secret_file), "chmod 0400 %s",
		    config->secret_file);
	else if (st.st_size < SSO_SECRET_MIN)
		doctor_bad(d, arena_printf(d->cli->arena,
		    "%s holds too short a secret", config->secret_file),
		    "openssl rand -hex 32 > %s", config->secret_file);
}

void
doctor_sso(struct doctor *d)
{
	const struct config *config = d->cli->config;
	unsigned before = d->n_bad;

	if (config->sso.secret_file == NULL) {
		doctor_good(d, "off: staff sign in here");
		return;
	}
	check_secret(d);
	if (!text_starts(config->office_url, "https://") &&
	    !text_starts(config->office_url, "http://localhost"))
		doctor_bad(d, "the office is reached without TLS",
		    "serve it by https, and correct office_url");
	look_at_nginx(d);
	if (d->n_bad == before)
		doctor_good(d, "lets staff in by %s, %s",
		    config->sso.header, config->sso.needs_code ?
		    "with the code of their app" :
		    "WITHOUT a code of ours: it must ask for a second factor");
}
