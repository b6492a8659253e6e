/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libfcgi, used without its stdio wrapper.  SIGTERM lets the request in hand
 * finish, also one that this worker was woken for: the wait, or accept(2), then
 * ends with EINTR and the loop with it.
 */
#include "http/fcgi.h"

#include <assert.h>
#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

static volatile sig_atomic_t is_asked_to_end;

static void
end_soon(int signo)
{
	(void)signo;
	is_asked_to_end = 1;
}

static void
bite(int signo)
{
	static const char line[] =
	    "level=fault watchdog=bite what=\"a request hung; the worker ends\"\n";

	(void)signo;
	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		_exit(71);
	_exit(70);
}

static void
on_signal(int signo, void (*handler)(int))
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;	/* no SA_RESTART: accept must see it */
	if (sigaction(signo, &sa, NULL) != 0)
		assert(!"sigaction");
}

static void
watchdog(unsigned seconds)
{
	struct itimerval it;

	memset(&it, 0, sizeof(it));
	it.it_value.tv_sec = (time_t)seconds;
	if (setitimer(ITIMER_REAL, &it, NULL) != 0)
		assert(!"setitimer");
}

/* A parameter as checked text in the arena; "" when absent or not UTF-8. */
static const char *
param(struct arena *a, FCGX_Request *r, const char *name)
{
	const char *value = FCGX_GetParam(name, r->envp);

	if (value == NULL || !text_is_utf8(value, strlen(value)))
		return "";
	return arena_text(a, value);
}

static enum http_method
method_of(const char *text)
{
	if (strcmp(text, "GET") == 0)
		return M_GET;
	if (strcmp(text, "HEAD") == 0)
		return M_HEAD;
	if (strcmp(text, "POST") == 0)
		return M_POST;
	return M_OTHER;
}

static enum err
read_body(struct arena *a, FCGX_Request *r, size_t max,
    struct bytes *ret_body)
{
	size_t length, got = 0;
	unsigned char *body;
	enum err e;
	int n;

	if ((e = http_read_length(param(a, r, "CONTENT_LENGTH"), max,
	    &length)) != ERR_OK)
		return e;
	body = arena_take(a, length + 1);
	while (got < length) {
		n = FCGX_GetStr((char *)body + got, (int)(length - got), r->in);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	/* libfcgi reports no error for a body that ends early */
	if (got != length || FCGX_GetError(r->in) != 0)
		return ERR_MALFORMED;
	*ret_body = (struct bytes){ body, length };
	return ERR_OK;
}

static enum err
read_request(struct arena *a, FCGX_Request *r,
    const struct fcgi_limits *limits, struct http_request *ret_req)
{
	const char *uri = param(a, r, "REQUEST_URI");
	size_t path_len = strcspn(uri, "?");
	struct http_request *req = ret_req;

	memset(req, 0, sizeof(*req));
	req->method = method_of(param(a, r, "REQUEST_METHOD"));
	req->path = arena_textn(a, uri, path_len);
	req->query = uri[path_len] == '?' ? uri + path_len + 1 : "";
	req->remote_addr = param(a, r, "REMOTE_ADDR");
	req->cookie = param(a, r, "HTTP_COOKIE");
	req->origin = param(a, r, "HTTP_ORIGIN");
	req->sec_fetch_site = param(a, r, "HTTP_SEC_FETCH_SITE");
	req->accept = param(a, r, "HTTP_ACCEPT");
	req->accept_language = param(a, r, "HTTP_ACCEPT_LANGUAGE");
	req->content_type = param(a, r, "CONTENT_TYPE");
	req->user_agent = param(a, r, "HTTP_USER_AGENT");
	req->is_https = strcmp(param(a, r, "HTTPS"), "on") == 0;
	req->is_trusted = strcmp(param(a, r, "ASSENT_TRUSTED"), "1") == 0;
	req->sso_user = param(a, r, "ASSENT_SSO_USER");
	req->sso_secret = param(a, r, "ASSENT_SSO_SECRET");
	req->has_sso_header = limits->sso_header != NULL &&
	    FCGX_GetParam(limits->sso_header, r->envp) != NULL &&
	    *FCGX_GetParam(limits->sso_header, r->envp) != '\0';
	if (req->method != M_POST)
		return ERR_OK;
	return read_body(a, r, limits->body_max_bytes, &req->body);
}

static enum err
put(void *sink, const void *ptr, size_t len)
{
	FCGX_Request *r = sink;
	const char *p = ptr;
	int n;

	while (len > 0) {
		n = FCGX_PutStr(p, len > 65536 ? 65536 : (int)len, r->out);
		if (n <= 0)
			return ERR_DOWN;
		p += n;
		len -= (size_t)n;
	}
	return ERR_OK;
}

static void
send_response(FCGX_Request *r, const struct http_request *req,
    const struct http_response *res, struct arena *a)
{
	const struct http_header *h;
	struct buf head;
	enum err e;

	buf_open(&head, a);
	buf_printf(&head, "Status: %d\r\n", res->status);
	for (h = res->headers; h != NULL; h = h->next) {
		buf_text(&head, h->name);
		buf_text(&head, ": ");
		buf_text(&head, h->value);
		buf_text(&head, "\r\n");
	}
	/* with it an answer is one write of nginx, and one that was cut is seen */
	if (res->stream == NULL)
		buf_printf(&head, "Content-Length: %zu\r\n", res->body.len);
	buf_text(&head, "\r\n");
	e = put(r, head.ptr, head.len);
	if (e != ERR_OK || req->method == M_HEAD)
		return;
	if (res->stream == NULL)
		e = put(r, res->body.ptr, res->body.len);
	else
		e = res->stream(res->stream_arg, put, r);
	if (e != ERR_OK) {
		/* a peer that went away, or a stream that failed: cut it */
		log_note("answer=cut error=%s", err_name(e));
		r->keepConnection = 0;
		FCGX_SetExitStatus(1, r->out);
		if (res->stream != NULL) {
			FCGX_Free(r, 1);
		}
	}
}

static bool
is_listening(int fd)
{
	int is_so = 0;
	socklen_t size = sizeof(is_so);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_so, &size) == 0 &&
	    is_so != 0;
}

/*
 * Of the workers that wait in accept(2) the kernel wakes the one that waits
 * longest, so one visitor meets all of them in turn, each with cold caches, and
 * so each connection to the database.  Of those in an exclusive epoll(7) it
 * wakes the one that came first and is free: the same one again.
 */
static int
open_wait(int listening)
{
	struct epoll_event wanted = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, listening, &wanted) == 0)
		return fd;
	log_note("fcgi=epoll what=\"workers take turns\" errno=%d", errno);
	if (fd >= 0 && close(fd) != 0)
		assert(!"close");
	return -1;
}

/* Until somebody knocks: false when a signal came instead.  Another worker may
 * take the connection meanwhile; then accept(2) waits for the next one. */
static bool
wait_for_request(int fd)
{
	struct epoll_event event;

	return fd < 0 || epoll_wait(fd, &event, 1, -1) >= 0 || errno != EINTR;
}

void
fcgi_run(const struct fcgi_limits *limits, fcgi_handler_fn *handler,
    void *arg)
{
	struct arena *a = arena_open();
	struct http_response res;
	struct http_request req;
	unsigned long served = 0;
	FCGX_Request r;
	int waiting;
	enum err e;

	on_signal(SIGTERM, end_soon);
	on_signal(SIGALRM, bite);
	on_signal(SIGPIPE, SIG_IGN);
	if (!is_listening(0) || FCGX_Init() != 0 || FCGX_InitRequest(&r, 0,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		log_fault("fcgi=init what=\"file descriptor 0 is not a listening socket\"");
		arena_close(a);
		return;
	}
	waiting = open_wait(0);
	while (!is_asked_to_end && (limits->requests_max == 0 ||
	    served < limits->requests_max)) {
		if (!wait_for_request(waiting))
			continue;
		if (FCGX_Accept_r(&r) != 0)
			break;
		watchdog(limits->watchdog_seconds);
		e = read_request(a, &r, limits, &req);
		http_response_open(&res, a);
		handler(arg, a, &req, e, &res);
		send_response(&r, &req, &res, a);
		r.keepConnection = 0;	/* the wait is for new ones */
		FCGX_Finish_r(&r);
		watchdog(0);
		arena_wipe(a);
		served++;
	}
	arena_close(a);
}
