/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One request: arena, route, session, gate, CSRF, fields, handler, answer,
 * one log line without personal data.
 */
#include "app/worker.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <sys/resource.h>

#include "app/csrf.h"
#include "app/gate.h"
#include "app/language.h"
#include "app/page.h"
#include "app/route.h"
#include "app/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/tree.h"
#include "db/queries.h"
#include "http/fcgi.h"

#define BODY_MAX_BYTES		(64u * 1024)
#define UPLOAD_MAX_BYTES	(10u * 1024 * 1024 + BODY_MAX_BYTES)	/* a file, and the form about it */
#define WATCHDOG_SECONDS	10u
#define REQUESTS_MAX		10000ul
#define DEADLINE_US		(4 * SECOND_US + 500000)
#define MEMORY_MAX_BYTES	(512ul * 1024 * 1024)
#define INFO_AGE_US		(10 * SECOND_US)
#define INFO_LOOK_US		(SECOND_US / 2)	/* of its version: seen within a second */
#define RECENT_US		(10 * MINUTE_US)	/* of a proof that still counts */

static void
read_request_key(struct ctx *c)
{
	const struct param *p = params_find(&c->body, "request_key");
	struct bytes key;

	if (p != NULL && base64url_read(c->arena, p->value, &key) == ERR_OK &&
	    key.len == sizeof(c->request_key)) {
		memcpy(c->request_key, key.ptr, key.len);
		c->has_request_key = true;
	} else {
		random_fill(c->request_key, sizeof(c->request_key));
	}
}

/* A file is read for those who may send one there, and nobody else. */
static bool
is_upload(const struct ctx *c)
{
	return c->worker->door->upload != NULL &&
	    field_file(c->route->fields) != NULL && text_starts(
	    c->req->content_type, "multipart/form-data");
}

static enum err
read_upload(struct ctx *c)
{
	enum err e;

	if (c->req->method != M_POST || !is_upload(c))
		return ERR_OK;
	if ((e = c->worker->door->upload(c->arena, c->req->content_type,
	    c->req->body, &c->body, &c->file)) != ERR_OK)
		return e;
	read_request_key(c);
	return ERR_OK;
}

static bool
is_too_large(const struct ctx *c)
{
	return c->req->body.len > BODY_MAX_BYTES && !is_upload(c);
}

static enum err
read_params(struct ctx *c)
{
	enum err e;

	if ((e = params_read(c->arena, c->req->query, strlen(c->req->query),
	    &c->query)) != ERR_OK)
		memset(&c->query, 0, sizeof(c->query));
	if (c->req->method != M_POST)
		return ERR_OK;
	if (c->route->csrf == CSRF_ORIGINS && text_starts(
	    c->req->content_type, "application/json"))
		return params_read_json(c->arena, c->req->body, &c->body);
	if (is_upload(c))
		return ERR_OK;	/* once we know who sends it */
	if (!text_starts(c->req->content_type,
	    "application/x-www-form-urlencoded"))
		return c->req->body.len == 0 ||
		    c->route->csrf == CSRF_BEARER ||
		    c->route->csrf == CSRF_ORIGINS ? ERR_OK : ERR_MALFORMED;
	return params_read(c->arena, c->req->body.ptr, c->req->body.len,
	    &c->body);
}

/* While the database is away a public page shows what cannot change. */
static bool
may_draw(const struct ctx *c)
{
	return db_is_away(c->db) && c->route->least == LEAST_NOBODY &&
	    c->req->method != M_POST;
}

static enum err
load_caller(struct ctx *c)
{
	unsigned char hash[32];
	enum err e;

	if (!session_is_signed_in(c))
		return ERR_OK;
	session_hash(c, hash);
	e = c->worker->door->caller_load(c, hash);
	if (e == ERR_LOGIN) {
		memset(&c->caller, 0, sizeof(c->caller));
		return ERR_OK;
	}
	/* A public page is drawn even while the database is away. */
	return e == ERR_DOWN && may_draw(c) ? ERR_OK : e;
}

/* What has no page is said in the frame of whoever is signed in, as what they
 * may not see is; the answer is the error's in any case. */
static void
load_caller_if_known(struct ctx *c)
{
	unsigned char hash[32];

	if (!session_is_signed_in(c))
		return;
	session_hash(c, hash);
	if (gate_restore(c->worker) != ERR_OK ||
	    c->worker->door->caller_load(c, hash) != ERR_OK)
		memset(&c->caller, 0, sizeof(c->caller));
}

static enum err
check_caller(const struct ctx *c)
{
	const struct caller *caller = &c->caller;

	switch (c->route->least) {
	case LEAST_NOBODY:
		return ERR_OK;
	case LEAST_IDENTITY:
		return caller->kind == CALLER_PERSON ? ERR_OK : ERR_LOGIN;
	case LEAST_PERSON:
		return caller->contact_id != 0 ? ERR_OK : ERR_LOGIN;
	case LEAST_RECENT:
		if (caller->contact_id == 0)
			return ERR_LOGIN;
		return ctx_is_recent(c) ? ERR_OK : ERR_AGAIN;
	case LEAST_STAFF:
	case LEAST_STAFF_RECENT:
		if (caller->kind != CALLER_STAFF)
			return ERR_LOGIN;
		if (c->route->roles != 0 &&
		    (c->route->roles & 1u << caller->role) == 0)
			return ERR_DENIED;
		return c->route->least == LEAST_STAFF || ctx_is_recent(c) ?
		    ERR_OK : ERR_AGAIN;
	}
	return ERR_BUG;
}

/* Whether what is remembered of the site is still what it says of itself. */
static bool
is_info_fresh(struct worker *w, int64_t ticks_us)
{
	uint64_t version;
	struct arena *a;
	bool is_same;

	if (w->info_arena == NULL || ticks_us - w->info_ticks_us >=
	    INFO_AGE_US)
		return false;
	if (ticks_us - w->info_looked_us < INFO_LOOK_US)
		return true;
	w->info_looked_us = ticks_us;
	a = arena_open();
	is_same = gate_site_version(w->db, a, &version) != ERR_OK ||
	    version == w->info.version;
	arena_close(a);
	return is_same;
}

static void
refresh_info(struct worker *w, int64_t ticks_us)
{
	struct arena *a;
	struct site_info info;

	if (is_info_fresh(w, ticks_us))
		return;
	a = arena_open();
	if (gate_site_load(w->db, a, &info) == ERR_OK) {
		arena_close(w->info_arena);
		w->info = info;
		w->info_arena = a;
		w->info_ticks_us = w->info_looked_us = ticks_us;
		if (!w->has_remembered && (w->door->remember == NULL ||
		    w->door->remember(w) == ERR_OK))
			w->has_remembered = true;
		return;
	}
	arena_close(a);
	if (w->info_arena == NULL) {
		memset(&w->info, 0, sizeof(w->info));
		w->info.name = w->info.legal_name = w->config->site;
		w->info.address = w->info.contact_email = "";
		w->info.dpo_name = w->info.dpo_email = "";
		w->info.authority_name = w->info.authority_url = "";
		w->info.holidays = "FR";
	}
}

static enum err
answer(struct ctx *c, enum err read_error)
{
	enum err e;

	e = route_match(c->arena, c->worker->door->routes, c->req->method,
	    c->req->path, &c->route, c->path_param);
	if (c->route == NULL || e != ERR_OK) {
		language_choose(c);
		load_caller_if_known(c);
		return e;
	}
	if (read_error == ERR_OK && is_too_large(c))
		read_error = ERR_TOOLARGE;
	if (read_error != ERR_OK) {
		language_choose(c);
		return read_error;
	}
	e = read_params(c);
	language_choose(c);
	read_request_key(c);
	if (e != ERR_OK)
		return e;
	if (((e = gate_restore(c->worker)) != ERR_OK &&
	    !may_draw(c)) || (e = load_caller(c)) != ERR_OK ||
	    (e = check_caller(c)) != ERR_OK || (e = read_upload(c)) != ERR_OK)
		return e;
	if (c->req->method == M_POST && ((e = csrf_check(c)) != ERR_OK ||
	    (c->route->fields == NULL && (e = form_check_none(c)) != ERR_OK)))
		return e;
	return c->route->handler(c);
}

static void
log_answer(struct ctx *c, int64_t began_us, uint64_t statements,
    enum err e)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "other" };

	log_note("method=%s route=%s status=%d error=%s us=%" PRId64
	    " statements=%" PRIu64, methods[c->req->method],
	    c->route == NULL ? "-" : c->route->path, c->res->status,
	    err_name(e), clock_ticks_us() - began_us,
	    db_statements(c->db) - statements);
}

void
worker_answer(void *arg, struct arena *a, const struct http_request *req,
    enum err read_error, struct http_response *res)
{
	struct worker *w = arg;
	int64_t ticks_us = clock_ticks_us();
	uint64_t statements = db_statements(w->db);
	struct ctx ctx, *c = &ctx;
	enum err e;

	memset(c, 0, sizeof(*c));
	c->arena = a;
	c->worker = w;
	c->db = w->db;
	c->req = req;
	c->res = res;
	c->now_us = clock_now_us();
	c->lang = w->config->languages[0];
	c->site = &w->info;
	random_fill(&c->request_id, sizeof(c->request_id));
	log_request(c->request_id);
	db_begin(w->db, ticks_us + DEADLINE_US,
	    req->method == M_POST ? DB_POST : DB_GET);
	refresh_info(w, ticks_us);
	session_read(c);
	e = answer(c, read_error);
	if (e == ERR_AGAIN && c->route != NULL)
		e = page_redirect(c, arena_printf(a, "/sign-in/again?to=%s",
		    route_page_above(c, req->path)));
	else if (e == ERR_LOGIN && req->method != M_POST)
		e = page_redirect(c, c->caller.kind == CALLER_PERSON ?
		    w->door->choose_path : w->door->sign_in_path);
	if (e != ERR_OK)
		page_error(c, e);
	log_answer(c, ticks_us, statements, e);
	log_request(0);
}

/*
 * What was posted, in one order: a page that holds it for another press may
 * ask for some of it again, behind the rest.
 */
static struct bytes
posted(struct ctx *c)
{
	size_t *order = arena_take(c->arena, (c->body.n + 1) *
	    sizeof(*order)), i, j, n = 0;
	const struct param *list = c->body.list;
	unsigned char hash[HASH_BYTES];
	struct buf b;

	for (i = 0; i < c->body.n; i++) {
		if (strcmp(list[i].name, "csrf") == 0 ||
		    strcmp(list[i].name, "request_key") == 0)
			continue;
		for (j = n++; j > 0 && strcmp(list[order[j - 1]].name,
		    list[i].name) > 0; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	buf_open(&b, c->arena);
	buf_add(&b, c->req->path, strlen(c->req->path) + 1);
	for (i = 0; i < n; i++) {
		buf_add(&b, list[order[i]].name,
		    strlen(list[order[i]].name) + 1);
		buf_add(&b, list[order[i]].value,
		    strlen(list[order[i]].value) + 1);
	}
	if (c->body.n == 0)
		buf_add(&b, c->req->body.ptr, c->req->body.len);
	if (c->file.len > 0) {
		sha256_of(c->file, hash);
		buf_add(&b, hash, sizeof(hash));
	}
	return (struct bytes){ (const unsigned char *)b.ptr, b.len };
}

enum err
ctx_tx(struct ctx *c, enum err (*fn)(struct db *db, void *arg), void *arg)
{
	struct tx_result result;
	struct tx_key key;
	enum err e;

	memset(&key, 0, sizeof(key));
	memcpy(key.k, c->request_key, sizeof(key.k));
	key.route = c->route->path;
	key.now_us = c->now_us;
	mac_of(key_get(c->worker->keys, KEY_REQUEST), posted(c),
	    key.body_mac);
	memset(&result, 0, sizeof(result));
	e = tx_run(c->db, &key, c->arena, fn, arg, &result);
	if (e == ERR_OK) {
		c->is_replayed = result.is_replayed;
		c->result = result.text;
	}
	return e;
}

void
ctx_more_time(struct ctx *c)
{
	db_begin(c->db, clock_ticks_us() + DEADLINE_US,
	    c->req->method == M_POST ? DB_POST : DB_GET);
}

bool
ctx_is_recent(const struct ctx *c)
{
	return c->now_us - c->caller.signed_in_us <= RECENT_US;
}

const char *
ctx_url(struct ctx *c, const char *path)
{
	return arena_printf(c->arena, "%s%s", c->worker->config->portal_url,
	    path);
}

enum err
ctx_path_u64(const struct ctx *c, size_t i, uint64_t *ret_id)
{
	if (c->path_param[i] == NULL || strlen(c->path_param[i]) > 20 ||
	    parse_u64(c->path_param[i], ret_id) != ERR_OK)
		return ERR_NOTFOUND;
	return ERR_OK;
}

static void
usage(const char *program)
{
	printf("Usage: assent-%s -c FILE [-r REQUESTS]\n\n"
	    "A FastCGI worker: answers connections on file descriptor 0.\n\n"
	    "  -c FILE      the site's configuration, see assent.conf(5)\n"
	    "  -r REQUESTS  end after so many requests; 0 is never (default %lu)\n"
	    "  -l           list the addresses and end\n"
	    "  -n           open everything, say what is wrong, and end\n"
	    "  -h           this help\n  -V           the version\n",
	    program, REQUESTS_MAX);
}

static void
name_cookie(struct worker *w)
{
	const char *colon = strrchr(w->base_url, ':');
	int n;

	w->is_https = text_starts(w->base_url, "https://");
	if (w->is_https)
		n = snprintf(w->cookie_name, sizeof(w->cookie_name),
		    "__Host-assent-%s", w->door->program);
	else
		n = snprintf(w->cookie_name, sizeof(w->cookie_name),
		    "assent-%s-%.5s", w->door->program, colon != NULL &&
		    colon[1] != '/' ? colon + 1 : "80");
	assert(n > 0 && (size_t)n < sizeof(w->cookie_name));
}

static enum err
worker_open(struct worker *w, const char *file, enum key_program program)
{
	static struct db_config database;	/* lives as long as the db */
	struct html_source source;
	static struct arena *a;		/* for ever */
	enum err e;

	a = arena_open();
	if ((e = config_open(file, &w->config)) != ERR_OK)
		return e;
	log_open(w->door->program, w->config->site);
	w->base_url = program == KEYS_OFFICE ? w->config->office_url :
	    w->config->portal_url;
	name_cookie(w);
	if ((e = keys_open(arena_printf(a, "%s/%s.key", w->config->keys_dir,
	    w->door->program), program, &w->keys)) != ERR_OK ||
	    (e = words_open(w->config->locale_dir)) != ERR_OK)
		return e;
	source = (struct html_source){ .dir = w->config->templates,
	    .override_dir = w->config->templates_override,
	    .folders = w->door->template_folders,
	    .langs = w->config->languages };
	if ((e = html_open(&source, &w->html)) != ERR_OK)
		return e;
	config_database(w->config, w->door->program, &database);
	if ((e = db_open(&database, w->door->queries, &w->db)) != ERR_OK)
		return e;
	return w->door->start == NULL ? ERR_OK : w->door->start(w);
}

static void
limit_memory(void)
{
	/* AddressSanitizer maps terabytes; its builds go without the limit. */
#ifndef IS_SANITIZED
	struct rlimit limit = { MEMORY_MAX_BYTES, MEMORY_MAX_BYTES };

	if (setrlimit(RLIMIT_AS, &limit) != 0)
		log_fault("what=\"RLIMIT_AS cannot be set\"");
#endif
}

/* What would be wrong with answering: for `assent doctor`. */
static int
check(struct worker *w)
{
	db_begin(w->db, clock_ticks_us() + DEADLINE_US, DB_GET);
	return db_check_health(w->db) == ERR_OK &&
	    db_check_schema(w->db, DB_SCHEMA_VERSION) == ERR_OK &&
	    db_check_statements(w->db) == ERR_OK ? 0 : 1;
}

int
worker_main(const struct door *door, enum key_program program, int argc,
    char **argv)
{
	struct fcgi_limits limits = { door->upload == NULL ? BODY_MAX_BYTES :
	    UPLOAD_MAX_BYTES, WATCHDOG_SECONDS, REQUESTS_MAX, NULL };
	static struct worker w;
	const char *file = NULL;
	bool is_check = false;
	uint64_t requests;
	int option, status = 0;

	log_open(door->program, "-");
	while ((option = getopt(argc, argv, "c:r:lnhV")) != -1) {
		switch (option) {
		case 'c':
			file = optarg;
			break;
		case 'l':
			route_print(door->routes);
			return 0;
		case 'n':
			is_check = true;
			break;
		case 'r':
			if (parse_u64(optarg, &requests) != ERR_OK) {
				usage(door->program);
				return 2;
			}
			limits.requests_max = requests;
			break;
		case 'V':
			puts(ASSENT_VERSION);
			return 0;
		case 'h':
			usage(door->program);
			return 0;
		default:
			usage(door->program);
			return 2;
		}
	}
	if (file == NULL) {
		usage(door->program);
		return 2;
	}
	keys_harden();
	tree_open();
	w.door = door;
	w.frames = json_object();
	if (worker_open(&w, file, program) != ERR_OK)
		return 1;
	if (w.config->sso.secret_file != NULL)
		limits.sso_header = w.config->sso.parameter;
	limit_memory();
	if (is_check) {
		status = check(&w);
	} else {
		db_begin(w.db, clock_ticks_us() + DEADLINE_US, DB_GET);
		refresh_info(&w, clock_ticks_us());
		fcgi_run(&limits, worker_answer, &w);
	}
	db_close(w.db);
	keys_close(w.keys);
	return status;
}
