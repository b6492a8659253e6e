/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One request's life: what every handler gets.  A handler reads as fetch,
 * decide, show, and returns an error or has filled the answer.
 */
#ifndef APP_CTX_H
#define APP_CTX_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/config.h"
#include "app/fields.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "html/html.h"
#include "html/words.h"
#include "http/params.h"
#include "http/request.h"
#include "keys/keys.h"

#define PATH_PARAMS_MAX 2

/* The words of the request's language; a `c` must be in scope. */
#define _(msgid) words_get(c->lang, msgid)

enum caller_kind { CALLER_NOBODY, CALLER_PERSON, CALLER_STAFF };

enum staff_role { ROLE_ADVISER, ROLE_LEAD, ROLE_DPO, ROLE_SECURITY, ROLE_LEGAL,
	ROLE_AUDITOR, ROLE_ADMIN, ROLE__MAX };

/* Who asks, as the session's row says at this request. */
struct q_contacts_load;

struct caller {
	enum caller_kind kind;
	uint64_t identity_id;
	uint64_t contact_id;	/* 0: not chosen yet among several */
	uint64_t staff_id;
	uint64_t team_id;	/* 0: none */
	enum staff_role role;
	const char *name;	/* to greet with; never in a log */
	const struct q_contacts_load *record;	/* at the portal, what its pages show, as of the request's start; NULL: no contact */
	int64_t signed_in_us;	/* the last proof of identity */
	bool is_sso;		/* as long as the company's sign-on names them */
};

struct ctx;
struct worker;
typedef enum err handler_fn(struct ctx *c);

/* How a POST proves that the person meant it (DESIGN, CSRF modes). */
enum csrf { CSRF_SESSION, CSRF_TOKEN, CSRF_ORIGINS, CSRF_BEARER };

/* The least a caller must be; LEAST_IDENTITY has not said yet which of the
 * contacts of a shared mailbox they are. */
enum least { LEAST_NOBODY, LEAST_IDENTITY, LEAST_PERSON, LEAST_RECENT,
	LEAST_STAFF, LEAST_STAFF_RECENT };

struct route {
	enum http_method method;	/* M_GET answers HEAD too */
	const char *path;		/* "/confirm/:token" */
	handler_fn *handler;
	const struct field *fields;	/* of a POST; NULL: none; or fields_own */
	enum least least;
	enum csrf csrf;
	unsigned roles;			/* office: bits 1u << enum staff_role; 0: all */
	const char *law;		/* the article it serves */
};

/* What the controller is called; read again once its version is another. */
struct site_info {
	const char *name;
	const char *legal_name;
	const char *address;
	const char *contact_email;
	const char *dpo_name;
	const char *dpo_email;
	const char *authority_name;
	const char *authority_url;
	const char *holidays;
	uint64_t cooling_off_minutes;
	uint64_t backup_days;
	uint64_t binlog_days;
	uint64_t version;	/* goes up with each change */
};

/* A door: one worker program. */
struct door {
	const char *program;			/* "portal", "office" */
	const struct route *routes;		/* ends with .path NULL */
	const char *const *template_folders;
	const struct query *queries;
	enum key_purpose csrf_key;
	enum key_purpose session_key;
	const char *same_site;			/* of the cookie: Lax, Strict */
	const char *sign_in_path;
	const char *choose_path;		/* for a caller without contact; NULL at the office */
	/* Fill c->caller from the session of hash ${id_hash}; ERR_LOGIN: none. */
	enum err (*caller_load)(struct ctx *c, const unsigned char id_hash[32]);
	/* Add what the door's layout shows besides page_view(): alike on every
	 * page of a language, and kept; then of this page. */
	void (*frame)(struct ctx *c, json_t *view);
	void (*layout)(struct ctx *c, json_t *view);
	/* Read the multipart/form-data of a route that takes a file; NULL: the
	 * door has none.  Called for callers that the route lets in, alone. */
	enum err (*upload)(struct arena *a, const char *content_type,
	    struct bytes body, struct params *ret_params,
	    struct bytes *ret_file);
	/* Return the sites that may frame the answer of this request, errors
	 * too, as sources of a policy; "": none.  NULL: no page is framed. */
	const char *(*framers)(const struct ctx *c);
	/* Once at start, after everything else is open. */
	enum err (*start)(struct worker *w);
	/* As soon as the database answers: read what never changes and is
	 * shown while it is away; NULL: nothing. */
	enum err (*remember)(struct worker *w);
};

struct ledger;
struct outbox;
struct sso;
struct forms_cache;
struct consent_offers;
struct contacts_rules;

/* One process of a door. */
struct worker {
	const struct door *door;
	struct config *config;
	struct keys *keys;
	struct html *html;
	struct db *db;
	struct ledger *ledger;		/* opened by the door's start */
	struct outbox *outbox;
	struct sso *sso;		/* the office's: whom nginx may name; NULL: nobody */
	struct forms_cache *forms;	/* versions, which never change */
	struct consent_offers *offers;	/* what can be chosen */
	struct contacts_rules *rules;	/* how long what is kept; the teams */
	json_t *frames;		/* by language: what its pages show alike */
	struct site_info info;
	struct arena *info_arena;
	int64_t info_ticks_us;	/* when info was read */
	int64_t info_looked_us;	/* ticks: when its version was compared */
	bool has_remembered;	/* door->remember() has succeeded */
	int64_t restore_ticks_us;	/* when gate_restore() looked; 0: never */
	enum err restore;	/* what it saw */
	const char *base_url;	/* of this door */
	bool is_https;
	char cookie_name[40];
};

struct ctx {
	struct arena *arena;
	struct worker *worker;
	struct db *db;			/* worker->db */
	const struct site_info *site;
	const struct http_request *req;
	struct http_response *res;
	const struct route *route;	/* NULL until matched */
	const char *path_param[PATH_PARAMS_MAX];	/* in the pattern's order */
	struct params query;
	struct params body;
	struct bytes file;		/* what was uploaded; { NULL, 0 }: nothing */
	struct form form;		/* the route's fields as typed */
	const char *lang;
	bool has_chosen_lang;		/* by the person, in this browser */
	int64_t now_us;
	uint64_t request_id;
	struct caller caller;
	const char *session_id;		/* the cookie's random part; never NULL after ctx_begin */
	bool is_new_session_id;		/* set the cookie with the answer */
	unsigned char request_key[16];	/* of this POST, or the one a form of this page will carry */
	bool has_request_key;
	bool is_replayed;		/* the transaction had been done before */
	const char *result;		/* of tx_set_result(), then or now; or NULL */
};

/**
 * ctx_tx(c, fn, arg):
 * Run ${fn} in the one transaction of this POST, under its request key (see
 * tx_run()).  When the key was used before by the same POST nothing is run
 * and c->is_replayed is true: show what was shown then.
 */
enum err ctx_tx(struct ctx *c, enum err (*fn)(struct db *db, void *arg),
    void *arg) MUST_CHECK;

/**
 * ctx_prefer_language(c, lang):
 * Speak ${lang}, which a record says, unless the person has chosen another
 * one in this browser or the site does not speak it.
 */
void ctx_prefer_language(struct ctx *c, const char *lang);

/**
 * ctx_more_time(c):
 * Give the database the whole time of a request from now on: for a handler
 * that has hashed many secrets before its transaction.
 */
void ctx_more_time(struct ctx *c);

/**
 * ctx_is_recent(c):
 * Return whether the caller has proven who they are so lately that a serious
 * act needs no second proof: in the last ten minutes.
 */
bool ctx_is_recent(const struct ctx *c) MUST_CHECK;

/**
 * ctx_url(c, path):
 * Return the external address of ${path} at the portal, from the
 * configuration, never from the request.
 */
const char *ctx_url(struct ctx *c, const char *path) NONNULL_RETURN;

/**
 * ctx_path_u64(c, i, ret_id):
 * Read the ${i}-th parameter of the path as an id.  ERR_NOTFOUND otherwise.
 */
enum err ctx_path_u64(const struct ctx *c, size_t i, uint64_t *ret_id)
    MUST_CHECK;

#endif
