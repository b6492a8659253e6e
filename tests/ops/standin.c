/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A FastCGI worker without Assent behind it: shows what nginx passed on, so
 * that the nginx files are tested by themselves.  GDPR 32(1)(d).
 */
#include <fcgiapp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cc.h"

/* The whole set, each value unlike nginx's own, so that a test sees whose. */
static const char full_headers[] =
    "Content-Security-Policy: default-src 'none'; frame-ancestors x.example\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: unsafe-none\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n"
    "Permissions-Policy: camera=()\r\n"
    "Cache-Control: private\r\n";

static void
show_request(FCGX_Request *r)
{
	char buf[4096];
	char **p;
	size_t len = 0;
	int n;

	for (p = r->envp; *p != NULL; p++)
		(void)FCGX_FPrintF(r->out, "%s\n", *p);
	while ((n = FCGX_GetStr(buf, sizeof(buf), r->in)) > 0)
		len += (size_t)n;
	(void)FCGX_FPrintF(r->out, "BODY=%lu\nPID=%ld\n", (unsigned long)len,
	    (long)getpid());
}

static bool
path_is(FCGX_Request *r, const char *path)
{
	const char *uri = FCGX_GetParam("REQUEST_URI", r->envp);

	return uri != NULL && strncmp(uri, path, strlen(path)) == 0;
}

/* A path that asks one worker, by its number, to die. */
static bool
is_told_to_die(FCGX_Request *r)
{
	char path[40];

	(void)snprintf(path, sizeof(path), "/die-at-%ld.", (long)getpid());
	return path_is(r, path);
}

int
main(void)
{
	FCGX_Request r;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&r) == 0) {
		if (path_is(&r, "/die/") || is_told_to_die(&r))
			_exit(70);
		if (path_is(&r, "/missing"))
			(void)FCGX_PutS("Status: 404 Not Found\r\n", r.out);
		if (path_is(&r, "/away"))
			(void)FCGX_PutS("Status: 503 Service Unavailable\r\n"
			    "Retry-After: 77\r\n", r.out);
		if (path_is(&r, "/sign-in"))
			(void)sleep(1);
		if (!path_is(&r, "/bare"))
			(void)FCGX_PutS(full_headers, r.out);
		(void)FCGX_PutS("Content-Type: text/plain; charset=utf-8\r\n\r\n",
		    r.out);
		show_request(&r);
		FCGX_Finish_r(&r);
	}
	return 0;
}
