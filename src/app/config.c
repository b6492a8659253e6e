/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent.conf by libconfuse.  The table of keys is here and in assent.conf(5).
 */
#include "app/config.h"

#include <confuse.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "http/request.h"

#define FILE_MAX_BYTES	(64u * 1024)
#define HEADER_MAX	60	/* of a name, bytes */
#define NAME_BYTES	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"abcdefghijklmnopqrstuvwxyz0123456789-"

static const char *parsed_file = "?";	/* while libconfuse reads it */

static void on_error(cfg_t *cfg, const char *format, va_list ap)
    PRINTF_LIKE(2, 0);

static void
on_error(cfg_t *cfg, const char *format, va_list ap)
{
	char text[300];

	vsnprintf(text, sizeof(text), format, ap);
	log_fault("config=%s line=%d what=\"%s\"", parsed_file,
	    cfg != NULL ? cfg->line : 0, text);
}

/* libconfuse 3.3 counts the line of a comment three times. */
static void
blank_comments(char *text)
{
	char quote = '\0';
	char *p;

	for (p = text; *p != '\0'; p++) {
		if (quote != '\0') {
			if (*p == '\\' && p[1] != '\0')
				p++;
			else if (*p == quote)
				quote = '\0';
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (*p == '#') {
			memset(p, ' ', strcspn(p, "\n"));
		}
	}
}

static bool
parse_file(cfg_t *cfg, const char *file)
{
	char *text = calloc(1, FILE_MAX_BYTES + 1);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	bool is_good;

	if (text == NULL)
		abort();
	if (fd >= 0) {
		n = read(fd, text, FILE_MAX_BYTES);
		(void)close(fd);
	}
	parsed_file = file;
	blank_comments(text);
	is_good = n > 0 && strlen(text) == (size_t)n &&
	    (size_t)n < FILE_MAX_BYTES && cfg_parse_buf(cfg, text) ==
	    CFG_SUCCESS;
	free(text);
	return is_good;
}

static const char *
keep(const char *text)
{
	char *copy;

	if (text == NULL || *text == '\0')
		return NULL;
	copy = strdup(text);
	if (copy == NULL)
		abort();
	return copy;
}

static enum err
need(const struct config *c, const char *value, const char *key)
{
	if (value != NULL)
		return ERR_OK;
	log_fault("config=%s key=%s what=\"is missing; see assent.conf(5)\"",
	    c->file, key);
	return ERR_INVALID;
}

static bool
is_base_url(const char *url)
{
	return url != NULL && (text_starts(url, "https://") ||
	    text_starts(url, "http://")) && url[strlen(url) - 1] != '/';
}

static bool
is_site_name(const char *name)
{
	return name != NULL && strlen(name) <= 16 &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
	    strlen(name);
}

/* One that a page may lead to, and the name of an HTTP header. */
static enum err
check_sso(const struct config *c)
{
	const char *out = c->sso.sign_out;

	if (out != NULL && (out[0] != '/' || out[1] == '/' ||
	    !http_path_is_plain(out))) {
		log_fault("config=%s key=sso.sign_out what=\"a path of the office, such as /oauth2/sign_out\"",
		    c->file);
		return ERR_INVALID;
	}
	if (c->sso.header == NULL || strspn(c->sso.header, NAME_BYTES) !=
	    strlen(c->sso.header) || strlen(c->sso.header) > HEADER_MAX) {
		log_fault("config=%s key=sso.header what=\"letters, digits and -\"",
		    c->file);
		return ERR_INVALID;
	}
	return ERR_OK;
}

static enum err
check(const struct config *c)
{
	enum err e;

	if (!is_site_name(c->site)) {
		log_fault("config=%s key=site what=\"1 to 16 of a-z 0-9 _\"",
		    c->file);
		return ERR_INVALID;
	}
	if (!is_base_url(c->portal_url) || !is_base_url(c->office_url)) {
		log_fault("config=%s key=portal_url,office_url what=\"http:// or https://, without / at the end\"",
		    c->file);
		return ERR_INVALID;
	}
	if (c->languages[0] == NULL || c->journals[0] == NULL) {
		log_fault("config=%s key=languages,journal what=\"need one at least\"",
		    c->file);
		return ERR_INVALID;
	}
	if ((e = need(c, c->db_name, "database.name")) != ERR_OK ||
	    (e = need(c, c->db_keys_name, "database.keys_name")) != ERR_OK ||
	    (e = need(c, c->db_password_dir, "database.password_dir")) != ERR_OK ||
	    (e = need(c, c->keys_dir, "keys_dir")) != ERR_OK ||
	    (e = need(c, c->smtp.from, "smtp.from")) != ERR_OK)
		return e;
	if (c->db_socket == NULL && c->db_host == NULL)
		return need(c, NULL, "database.socket");
	return check_sso(c);
}

static void
read_list(cfg_t *cfg, const char *key, const char **list, unsigned max)
{
	unsigned i, n = cfg_size(cfg, key);

	for (i = 0; i < n && i < max; i++)
		list[i] = keep(cfg_getnstr(cfg, key, i));
	list[i] = NULL;
}

/* RFC 3875, 4.1.18. */
static const char *
parameter_of(const char *header)
{
	char name[sizeof("HTTP_") + HEADER_MAX] = "HTTP_";
	size_t i, len = strlen(name);

	for (i = 0; header != NULL && header[i] != '\0' && i < HEADER_MAX; i++)
		name[len++] = header[i] == '-' ? '_' :
		    header[i] >= 'a' && header[i] <= 'z' ?
		    (char)(header[i] - 'a' + 'A') : header[i];
	return keep(name);
}

static void
fill_sso(struct config_sso *sso, cfg_t *cfg)
{
	sso->header = keep(cfg_getstr(cfg, "header"));
	sso->parameter = parameter_of(sso->header);
	sso->secret_file = keep(cfg_getstr(cfg, "secret_file"));
	sso->needs_code = strcmp(cfg_getstr(cfg, "code"), "never") != 0;
	sso->sign_out = keep(cfg_getstr(cfg, "sign_out"));
}

static void
fill(struct config *c, cfg_t *cfg)
{
	cfg_t *database = cfg_getsec(cfg, "database");
	cfg_t *smtp = cfg_getsec(cfg, "smtp");

	c->site = keep(cfg_getstr(cfg, "site"));
	c->portal_url = keep(cfg_getstr(cfg, "portal_url"));
	c->office_url = keep(cfg_getstr(cfg, "office_url"));
	c->timezone = keep(cfg_getstr(cfg, "timezone"));
	read_list(cfg, "languages", c->languages, CONFIG_LANGUAGES_MAX);
	c->country = keep(cfg_getstr(cfg, "country"));
	c->db_socket = keep(cfg_getstr(database, "socket"));
	c->db_host = keep(cfg_getstr(database, "host"));
	c->db_port = (unsigned)cfg_getint(database, "port");
	c->db_ca_file = keep(cfg_getstr(database, "ca_file"));
	c->db_name = keep(cfg_getstr(database, "name"));
	c->db_keys_name = keep(cfg_getstr(database, "keys_name"));
	c->db_user_prefix = keep(cfg_getstr(database, "user_prefix"));
	c->db_password_dir = keep(cfg_getstr(database, "password_dir"));
	c->keys_dir = keep(cfg_getstr(cfg, "keys_dir"));
	c->root_key = keep(cfg_getstr(cfg, "root_key"));
	read_list(cfg, "journal", c->journals, CONFIG_JOURNALS_MAX);
	c->smtp.host = keep(cfg_getstr(smtp, "host"));
	c->smtp.port = (unsigned)cfg_getint(smtp, "port");
	c->smtp.needs_tls = strcmp(cfg_getstr(smtp, "tls"), "never") != 0;
	c->smtp.ca_file = keep(cfg_getstr(smtp, "ca_file"));
	c->smtp.user = keep(cfg_getstr(smtp, "user"));
	c->smtp.password_file = keep(cfg_getstr(smtp, "password_file"));
	c->smtp.from = keep(cfg_getstr(smtp, "from"));
	c->smtp.reply_to = keep(cfg_getstr(smtp, "reply_to"));
	fill_sso(&c->sso, cfg_getsec(cfg, "sso"));
	c->templates = keep(cfg_getstr(cfg, "templates"));
	c->templates_override = keep(cfg_getstr(cfg, "templates_override"));
	c->locale_dir = keep(cfg_getstr(cfg, "locale_dir"));
	c->sql_dir = keep(cfg_getstr(cfg, "sql_dir"));
	c->heads_file = keep(cfg_getstr(cfg, "heads_file"));
	c->backup_dir = keep(cfg_getstr(cfg, "backup_dir"));
	c->key_copy = keep(cfg_getstr(cfg, "key_copy"));
}

static int
port_number(cfg_t *cfg, cfg_opt_t *opt)
{
	long value = cfg_opt_getnint(opt, 0);

	if (value >= 1 && value <= 65535)
		return 0;
	cfg_error(cfg, "port is 1 to 65535");
	return -1;
}

static int
required_word(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);

	if (value != NULL && (strcmp(value, "required") == 0 ||
	    strcmp(value, "never") == 0))
		return 0;
	cfg_error(cfg, "%s is \"required\" or \"never\"", cfg_opt_name(opt));
	return -1;
}

static cfg_t *
open_options(void)
{
	static char languages[] = "{fr, en}";
	cfg_opt_t database[] = {
		CFG_STR("socket", "/run/mysqld/mysqld.sock", CFGF_NONE),
		CFG_STR("host", NULL, CFGF_NONE),
		CFG_INT("port", 3306, CFGF_NONE),
		CFG_STR("ca_file", NULL, CFGF_NONE),
		CFG_STR("name", NULL, CFGF_NONE),
		CFG_STR("keys_name", NULL, CFGF_NONE),
		CFG_STR("user_prefix", "", CFGF_NONE),
		CFG_STR("password_dir", NULL, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t smtp[] = {
		CFG_STR("host", "localhost", CFGF_NONE),
		CFG_INT("port", 25, CFGF_NONE),
		CFG_STR("tls", "required", CFGF_NONE),
		CFG_STR("ca_file", NULL, CFGF_NONE),
		CFG_STR("user", NULL, CFGF_NONE),
		CFG_STR("password_file", NULL, CFGF_NONE),
		CFG_STR("from", NULL, CFGF_NONE),
		CFG_STR("reply_to", NULL, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t sso[] = {
		CFG_STR("header", "X-Auth-Request-Email", CFGF_NONE),
		CFG_STR("secret_file", NULL, CFGF_NONE),
		CFG_STR("code", "required", CFGF_NONE),
		CFG_STR("sign_out", NULL, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t options[] = {
		CFG_STR("site", NULL, CFGF_NONE),
		CFG_STR("portal_url", NULL, CFGF_NONE),
		CFG_STR("office_url", NULL, CFGF_NONE),
		CFG_STR("timezone", "Europe/Paris", CFGF_NONE),
		CFG_STR_LIST("languages", languages, CFGF_NONE),
		CFG_STR("country", "FR", CFGF_NONE),
		CFG_SEC("database", database, CFGF_NONE),
		CFG_STR("keys_dir", NULL, CFGF_NONE),
		CFG_STR("root_key", NULL, CFGF_NONE),
		CFG_STR_LIST("journal", NULL, CFGF_NONE),
		CFG_SEC("smtp", smtp, CFGF_NONE),
		CFG_SEC("sso", sso, CFGF_NONE),
		CFG_STR("templates", ASSENT_DATADIR "/templates", CFGF_NONE),
		CFG_STR("templates_override", NULL, CFGF_NONE),
		CFG_STR("locale_dir", ASSENT_LOCALEDIR, CFGF_NONE),
		CFG_STR("sql_dir", ASSENT_DATADIR "/sql", CFGF_NONE),
		CFG_STR("heads_file", NULL, CFGF_NONE),
		CFG_STR("backup_dir", NULL, CFGF_NONE),
		CFG_STR("key_copy", NULL, CFGF_NONE),
		CFG_END()
	};

	return cfg_init(options, CFGF_NONE);	/* copies the tables */
}

enum err
config_open(const char *file, struct config **ret_config)
{
	struct config *c = calloc(1, sizeof(*c));
	cfg_t *cfg = open_options();
	enum err e = ERR_INVALID;

	if (c == NULL || cfg == NULL)
		abort();
	c->file = keep(file);
	cfg_set_error_function(cfg, on_error);
	cfg_set_validate_func(cfg, "smtp|tls", required_word);
	cfg_set_validate_func(cfg, "sso|code", required_word);
	cfg_set_validate_func(cfg, "smtp|port", port_number);
	cfg_set_validate_func(cfg, "database|port", port_number);
	if (!parse_file(cfg, file)) {
		log_fault("config=%s what=\"cannot be read; see the line above, or whether the file is there\"",
		    file);
		goto out;
	}
	fill(c, cfg);
	if ((e = check(c)) != ERR_OK)
		goto out;
	if (setenv("TZ", c->timezone, 1) != 0)
		abort();
	tzset();
	*ret_config = c;
out:
	cfg_free(cfg);
	return e;	/* what a bad file left behind goes with the process */
}

void
config_database(const struct config *c, const char *program,
    struct db_config *ret_database)
{
	struct arena *a = arena_open();

	memset(ret_database, 0, sizeof(*ret_database));
	ret_database->socket = c->db_host == NULL ? c->db_socket : NULL;
	ret_database->host = c->db_host;
	ret_database->port = c->db_port;
	ret_database->ca_file = c->db_ca_file;
	ret_database->name = c->db_name;
	ret_database->keys_name = c->db_keys_name;
	ret_database->user = keep(arena_printf(a, "%s%s",
	    c->db_user_prefix == NULL ? "" : c->db_user_prefix, program));
	ret_database->password_file = keep(arena_printf(a, "%s/%s.pw",
	    c->db_password_dir, program));
	arena_close(a);
}
