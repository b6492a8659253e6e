/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mail builder: lines of the input are the sender's name, the subject, a
 * file's name, then the text.  Whatever they hold, the mail is 7-bit with CRLF
 * lines and one of each header, and decodes to what went in (GDPR 32).
 */
#include "courier/compose.h"

#include <assert.h>
#include <gmime/gmime.h>
#include <string.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static unsigned
count_headers(const char *all, const char *name)
{
	const char *end = strstr(all, "\r\n\r\n"), *line = all;
	size_t len = strlen(name);
	unsigned n = 0;

	assert(end != NULL);
	while (line != NULL && line < end) {
		if (g_ascii_strncasecmp(line, name, len) == 0 &&
		    line[len] == ':')
			n++;
		line = strstr(line, "\r\n");
		line = line == NULL ? NULL : line + 2;
	}
	return n;
}

static void
check(struct arena *a, const struct compose_mail *mail, struct bytes message)
{
	const char *all = arena_textn(a, message.ptr, message.len);
	const char *subject = compose_line(a, mail->subject);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(all,
	    message.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *read = g_mime_parser_construct_message(parser, NULL);
	const char *got;

	assert(compose_is_clean(message));
	assert(count_headers(all, "From") == 1);
	assert(count_headers(all, "To") == 1);
	assert(count_headers(all, "Subject") == 1);
	assert(count_headers(all, "Message-ID") == 1);
	assert(count_headers(all, "Content-Type") == 1);
	assert(count_headers(all, "Bcc") == 0);
	assert(read != NULL);
	got = g_mime_message_get_subject(read);
	assert(strcmp(got == NULL ? "" : got, subject) == 0);
	assert(internet_address_list_length(g_mime_message_get_to(read)) == 1);
	assert(internet_address_list_length(g_mime_message_get_from(read)) ==
	    1);
	g_object_unref(read);
	g_object_unref(parser);
	g_object_unref(stream);
}

/* The next line of *${rest}, or all of it. */
static const char *
take_line(struct arena *a, const char **rest)
{
	size_t len = strcspn(*rest, "\n");
	const char *line = arena_textn(a, *rest, len);

	*rest += len + ((*rest)[len] == '\n' ? 1 : 0);
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_open;
	struct arena *a = arena_open();
	const char *rest = arena_textn(a, data, size);
	struct outbox_file file = { NULL, "text/plain", { data, size } };
	struct compose_mail mail = { .from = "n@example.org",
	    .to = "z@example.org", .message_id = "1@example.org",
	    .date_us = 1, .files = &file };
	struct bytes message;
	enum err e;

	if (!is_open)
		compose_open();
	is_open = true;
	if (text_is_utf8(rest, strlen(rest))) {
		mail.from_name = take_line(a, &rest);
		mail.subject = take_line(a, &rest);
		file.name = take_line(a, &rest);
		mail.n_files = *file.name != '\0' &&
		    text_is_plain(file.name, false) &&
		    strlen(file.name) <= 100 ? 1 : 0;
		mail.text = mail.html = rest;
		e = compose(a, &mail, &message);
		assert(e == ERR_OK);
		check(a, &mail, message);
	}
	arena_close(a);
	return 0;
}
