/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parts of a request and an answer that need no FastCGI.
 */
#include "http/request.h"

#include <assert.h>

#define LENGTH_DIGITS_MAX 10

void
http_response_open(struct http_response *res, struct arena *a)
{
	memset(res, 0, sizeof(*res));
	res->arena = a;
	res->status = 200;
	res->headers_end = &res->headers;
	buf_open(&res->body, a);
}

void
http_header(struct http_response *res, const char *name, const char *value)
{
	struct http_header *h = arena_take(res->arena, sizeof(*h));
	const char *p;

	for (p = value; *p != '\0'; p++)
		assert((unsigned char)*p >= 0x20 && *p != 0x7f);
	h->name = arena_text(res->arena, name);
	h->value = arena_text(res->arena, value);
	*res->headers_end = h;
	res->headers_end = &h->next;
}

void
http_stream(struct http_response *res, http_body_fn *fn, void *arg)
{
	res->stream = fn;
	res->stream_arg = arg;
}

bool
http_path_is_plain(const char *path)
{
	const char *p;

	if (path[0] != '/')
		return false;
	for (p = path; *p != '\0'; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' ||
		    *p == '.' || *p == '/')
			continue;
		return false;
	}
	return true;
}

enum err
http_read_length(const char *text, size_t max, size_t *ret_length)
{
	size_t n = 0, digits = 0;
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || ++digits > LENGTH_DIGITS_MAX)
			return ERR_MALFORMED;
		n = n * 10 + (size_t)(*p - '0');
	}
	if (n > max)
		return ERR_TOOLARGE;
	*ret_length = n;
	return ERR_OK;
}
