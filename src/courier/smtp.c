/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libcurl's SMTP.  What it is about to send is watched, because its result
 * alone does not tell a refused sender from a refused recipient.
 */
#include "courier/smtp.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/log.h"

#define CONNECT_MAX_S	15

struct smtp {
	struct smtp_config config;
	struct arena *arena;
	CURL *curl;
	enum smtp_stage stage;
	struct bytes rest;	/* of the mail: not yet read by libcurl */
};

bool
smtp_is_address(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	const char *at = strchr(text, '@');
	size_t len = strlen(text);

	for (; *p != '\0'; p++)
		if (*p < 0x21 || *p > 0x7e || *p == '<' || *p == '>')
			return false;
	return len >= 3 && len <= ADDRESS_MAX_BYTES && at != NULL &&
	    at != text && at[1] != '\0';
}

/* libcurl wants the next bytes of the mail. */
static size_t
on_read(char *ptr, size_t size, size_t n, void *arg)
{
	struct smtp *s = arg;
	size_t len = size * n;

	s->stage = SMTP_BODY;
	if (len > s->rest.len)
		len = s->rest.len;
	if (len > 0)
		memcpy(ptr, s->rest.ptr, len);
	s->rest.ptr += len;
	s->rest.len -= len;
	return len;
}

/* libcurl sends a command.  Its other messages are not for a log. */
static int
on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *arg)
{
	struct smtp *s = arg;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT || size < 4)
		return 0;
	if (memcmp(data, "MAIL", 4) == 0)
		s->stage = SMTP_MAIL;
	else if (memcmp(data, "RCPT", 4) == 0)
		s->stage = SMTP_RCPT;
	else if (memcmp(data, "DATA", 4) == 0)
		s->stage = SMTP_DATA;
	return 0;
}

static int
on_progress(void *arg, curl_off_t down, curl_off_t down_now, curl_off_t up,
    curl_off_t up_now)
{
	struct smtp *s = arg;

	(void)down;
	(void)down_now;
	(void)up;
	(void)up_now;
	if (s->config.tick == NULL || s->config.tick(s->config.arg, s->stage))
		return 0;
	return s->stage < SMTP_DATA ? 1 : 0;
}

/* What a server says besides codes is not kept. */
static size_t
on_words(char *ptr, size_t size, size_t n, void *arg)
{
	(void)ptr;
	(void)arg;
	return size * n;
}

static CURLcode
set_security(struct smtp *s, CURL *c)
{
	const struct smtp_config *config = &s->config;
	CURLcode r = CURLE_OK;

	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(
		    config->needs_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_SSLVERSION,
		    (long)CURL_SSLVERSION_TLSv1_2);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	if (r == CURLE_OK && config->ca_file != NULL)
		r = curl_easy_setopt(c, CURLOPT_CAINFO, config->ca_file);
	if (r == CURLE_OK && config->user != NULL)
		r = curl_easy_setopt(c, CURLOPT_USERNAME, config->user);
	if (r == CURLE_OK && config->user != NULL)
		r = curl_easy_setopt(c, CURLOPT_PASSWORD, config->password);
	return r;
}

static CURLcode
set_callbacks(struct smtp *s, CURL *c)
{
	CURLcode r = CURLE_OK;

	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_READDATA, s);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_words);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_DEBUGDATA, s);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_XFERINFODATA, s);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	return r;
}

static CURLcode
set_relay(struct smtp *s, CURL *c)
{
	const struct smtp_config *config = &s->config;
	bool is_literal = strchr(config->host, ':') != NULL;
	const char *url = arena_printf(s->arena, "%s://%s%s%s:%u/%s",
	    config->needs_tls && config->port == 465 ? "smtps" : "smtp",
	    is_literal ? "[" : "", config->host, is_literal ? "]" : "",
	    config->port, config->hello);
	CURLcode r = CURLE_OK;

	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_URL, url);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_PROXY, "");
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)(
		    config->timeout_s < CONNECT_MAX_S ? config->timeout_s :
		    CONNECT_MAX_S));
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_MAIL_FROM, arena_printf(
		    s->arena, "<%s>", config->from));
	return r;
}

/* A new handle; its connection is the only one. */
static enum err
start(struct smtp *s)
{
	CURLcode r;

	arena_wipe(s->arena);
	s->curl = curl_easy_init();
	if (s->curl == NULL)
		abort();
	if ((r = set_relay(s, s->curl)) == CURLE_OK &&
	    (r = set_security(s, s->curl)) == CURLE_OK)
		r = set_callbacks(s, s->curl);
	if (r == CURLE_OK)
		return ERR_OK;
	log_fault("smtp=open curl=%d what=\"%s\"", (int)r,
	    curl_easy_strerror(r));
	return ERR_INVALID;
}

enum err
smtp_open(const struct smtp_config *config, struct smtp **ret_smtp)
{
	struct smtp *s;
	enum err e;

	if (!smtp_is_address(config->from)) {
		log_fault("smtp=open what=\"smtp.from is not a mail address\"");
		return ERR_INVALID;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (s = calloc(1, sizeof(*s))) == NULL)
		abort();
	s->config = *config;
	s->arena = arena_open();
	if ((e = start(s)) != ERR_OK) {
		smtp_close(s);
		return e;
	}
	*ret_smtp = s;
	return ERR_OK;
}

void
smtp_close(struct smtp *s)
{
	if (s == NULL)
		return;
	curl_easy_cleanup(s->curl);
	arena_close(s->arena);
	free(s);
}

void
smtp_rest(struct smtp *s)
{
	curl_easy_cleanup(s->curl);
	if (start(s) != ERR_OK)
		abort();	/* the same options were accepted before */
}

/*
 * After a fault the connection is of no use: a late answer would be taken for
 * that to the next mail, and libcurl would wait minutes for one to its QUIT.
 */
static void
cut(struct smtp *s)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(s->curl, CURLINFO_ACTIVESOCKET, &fd) ==
	    CURLE_OK && fd != CURL_SOCKET_BAD)
		(void)shutdown(fd, SHUT_RDWR);
}

/* One conversation; returns whether the connection was a new one. */
static bool
talk(struct smtp *s, struct bytes message, int64_t left_us,
    struct smtp_answer *answer)
{
	long reply = 0, connects = 0;
	CURLcode r;

	s->stage = SMTP_HELLO;
	s->rest = message;
	r = curl_easy_setopt(s->curl, CURLOPT_TIMEOUT_MS,
	    (long)(left_us / 1000));
	if (r == CURLE_OK)
		r = curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE,
		    (curl_off_t)message.len);
	if (r == CURLE_OK)
		r = curl_easy_perform(s->curl);
	(void)curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &reply);
	(void)curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &connects);
	if (r != CURLE_OK)
		cut(s);
	answer->stage = s->stage;
	answer->curl = (int)r;
	answer->reply = reply > 0 && reply < 1000 ? (unsigned)reply : 0;
	return connects > 0;
}

/* The relay had closed a kept connection: nothing was said yet. */
static bool
is_stale(const struct smtp_answer *answer)
{
	return answer->curl != 0 && answer->stage <= SMTP_MAIL &&
	    (answer->reply == 0 || answer->reply == 421);
}

enum err
smtp_send(struct smtp *s, const char *to, struct bytes message,
    struct smtp_answer *ret_answer)
{
	int64_t most_us = (int64_t)s->config.timeout_s * SECOND_US;
	int64_t began_us = clock_ticks_us(), left_us;
	struct curl_slist *list;
	char brackets[ADDRESS_MAX_BYTES + 3];

	if (!smtp_is_address(to))
		return ERR_INVALID;
	(void)snprintf(brackets, sizeof(brackets), "<%s>", to);
	if ((list = curl_slist_append(NULL, brackets)) == NULL ||
	    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, list) != CURLE_OK)
		abort();
	if (!talk(s, message, most_us, ret_answer) && is_stale(ret_answer)) {
		left_us = most_us - (clock_ticks_us() - began_us);
		if (left_us > SECOND_US / 10)
			(void)talk(s, message, left_us, ret_answer);
	}
	(void)curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(list);
	return ERR_OK;
}
