/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One write(2) per line, so that lines of several processes do not mix.
 * Bytes that are not printable ASCII become '?': nothing can forge a line.
 */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1000

static const char *log_program = "assent", *log_site = "-";
static uint64_t log_request_id;
static bool log_has_debug;

void
log_open(const char *program, const char *site)
{
	log_program = program;
	log_site = site;
}

void
log_request(uint64_t id)
{
	log_request_id = id;
}

void
log_debug_on(void)
{
	log_has_debug = true;
}

static void line(const char *level, const char *format, va_list ap)
    PRINTF_LIKE(2, 0);

static void
line(const char *level, const char *format, va_list ap)
{
	char text[LINE_MAX_BYTES + 2];
	int n, m;
	size_t len, i;

	n = snprintf(text, LINE_MAX_BYTES,
	    "request=%016" PRIx64 " level=%s program=%s site=%s ",
	    log_request_id, level, log_program, log_site);
	if (n < 0 || n >= LINE_MAX_BYTES)
		return;
	m = vsnprintf(text + n, (size_t)(LINE_MAX_BYTES - n), format, ap);
	if (m < 0)
		return;
	len = strlen(text);
	for (i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			text[i] = '?';
	text[len++] = '\n';
	if (write(STDERR_FILENO, text, len) < 0)
		return;		/* a lost log line must not stop the work */
}

#define LINE(level) do {						\
	va_list ap;							\
	va_start(ap, format);						\
	line(level, format, ap);					\
	va_end(ap);							\
} while (0)

void
log_fault(const char *format, ...)
{
	LINE("fault");
}

void
log_note(const char *format, ...)
{
	LINE("note");
}

void
log_debug(const char *format, ...)
{
	if (log_has_debug)
		LINE("debug");
}
