/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One HTTP request as nginx hands it over, checked once: method, path, the
 * few headers that we use, and the body.  And the answer to it.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum http_method { M_GET, M_HEAD, M_POST, M_OTHER };

/* All text is NUL-ended UTF-8 in the request's arena; "" where absent. */
struct http_request {
	enum http_method method;
	const char *path;	/* begins with '/', bytes of http_path_is_plain() only */
	const char *query;	/* after the '?', still encoded */
	const char *remote_addr;	/* text form of the peer's address */
	const char *cookie;
	const char *origin;
	const char *sec_fetch_site;
	const char *accept;
	const char *accept_language;
	const char *content_type;
	const char *user_agent;
	bool is_https;
	bool is_trusted;	/* the admin's geo list has the address */
	const char *sso_user;	/* whom nginx says the company's sign-on named */
	const char *sso_secret;	/* by which we know that it was nginx */
	bool has_sso_header;	/* the visitor sent the header of the sign-on */
	struct bytes body;
};

/* A header of the answer; name and value are checked by http_header(). */
struct http_header {
	const char *name;
	const char *value;
	struct http_header *next;
};

struct http_response;

/* Writes a long body piece by piece; see http_stream(). */
typedef enum err http_write_fn(void *sink, const void *ptr, size_t len);
typedef enum err http_body_fn(void *arg, http_write_fn *write, void *sink);

struct http_response {
	struct arena *arena;
	int status;
	struct http_header *headers;	/* in order */
	struct http_header **headers_end;
	struct buf body;
	http_body_fn *stream;		/* instead of body; NULL mostly */
	void *stream_arg;
};

/**
 * http_response_open(res, a):
 * Make ${res} an empty answer with status 200 whose memory is in ${a}.
 */
void http_response_open(struct http_response *res, struct arena *a);

/**
 * http_header(res, name, value):
 * Add a header.  A value with a control byte is a bug and ends the process:
 * nothing that a person typed may come here unchecked.
 */
void http_header(struct http_response *res, const char *name,
    const char *value);

/**
 * http_stream(res, fn, arg):
 * Let ${fn} write the body after the headers are out.  An error in it cuts
 * the connection, so that a half file never looks whole.
 */
void http_stream(struct http_response *res, http_body_fn *fn, void *arg);

/**
 * http_path_is_plain(path):
 * Return whether ${path} begins with '/' and holds nothing but A-Z a-z 0-9
 * '-' '_' '.' '/': no address of ours needs more, so nothing is ever decoded.
 */
bool http_path_is_plain(const char *path);

/**
 * http_read_length(text, max, ret_length):
 * Read a CONTENT_LENGTH: "" is 0; otherwise 1 to 10 digits.  ERR_MALFORMED
 * for anything else, ERR_TOOLARGE above ${max}.
 */
enum err http_read_length(const char *text, size_t max, size_t *ret_length)
    MUST_CHECK;

#endif
