/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The accept loop of a worker: one process, one request at a time, a watchdog
 * that ends a request which hangs.
 */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include "http/request.h"

struct fcgi_limits {
	size_t body_max_bytes;
	unsigned watchdog_seconds;	/* a request that takes longer ends the process */
	unsigned long requests_max;	/* the process ends after so many; 0: never */
	const char *sso_header;		/* "HTTP_X_USER": no visitor may send it; NULL: none */
};

/* Answers ${req} into ${res}; both live in ${a}, which is wiped afterwards. */
typedef void fcgi_handler_fn(void *arg, struct arena *a,
    const struct http_request *req, enum err read_error,
    struct http_response *res);

/**
 * fcgi_run(limits, handler, arg):
 * Accept connections on file descriptor 0 and let ${handler} answer each,
 * until SIGTERM, an accept that fails, or the last allowed request.  A request
 * whose body cannot be read as it was announced comes with its error in
 * read_error and an empty body.
 */
void fcgi_run(const struct fcgi_limits *limits, fcgi_handler_fn *handler,
    void *arg);

#endif
