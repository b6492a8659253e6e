/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whatever a name, a subject or a text tries: each header once, 7-bit, CRLF,
 * short lines, and the words that were meant (RFC 5322; GDPR 32).
 */
#include "courier/compose.h"

#include <gmime/gmime.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

static const char *const hostile[] = {
	"x\r\nBcc: evil@example.org", "x\nBcc: evil@example.org",
	"x\rBcc: evil@example.org", "x\r\n\r\n<h1>body</h1>",
	"x\r\n Bcc: folded@example.org", "x\n\tBcc: folded@example.org",
	"\r\nFrom: evil@example.org\r\n", "=?utf-8?q?=0D=0ABcc:_a@b?=",
	"=?utf-8?b?DQpCY2M6IGFAYg==?=", "a\xc2\x85" "b", "a\xe2\x80\xa8" "b",
	"a\xe2\x80\xa9" "b", "\xe2\x80\xae" "gnp.exe", "a\x0b" "b\x0c" "c\x1b" "d",
	"\x7f\x01\x02\x1f", "\"quoted\" <evil@example.org>, b@c", "a,b;c:d@e",
	"<script>alert(1)</script>", "(comment) \\ \" ", ".", "..", ".\r\n",
	"\r\n.\r\n", "\r\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
	"\n.\n", "\n.\r\nQUIT\r\n", "\r.\r", "From evil", "\nFrom evil\n",
	"--", "-- \nsignature", "Content-Type: text/html\n\nx", "a=\nb=0D=0A",
	"=", "==", "=3D", "trailing   ", "trailing\t", "   leading", "",
	"\xf0\x9f\x92\xa9\xf0\x9f\x92\xa9", "\xef\xbb\xbf" "bom",
	"\xc3\xa9t\xc3\xa9 \xc3\xa0 No\xc3\xabl", "\xd8\xa7\xd9\x84\xd8\xb9",
	"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
	"e\xcc\x81" "e\xcc\x82", "%s%n%x", "{{7*7}}", "${x}", "\\r\\nBcc: a@b",
};

#define SHAPES 6
#define BIG 3000

static struct arena *a;

static int
set_up(void **state)
{
	(void)state;
	compose_open();
	a = arena_open();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_close(a);
	g_mime_shutdown();
	return 0;
}

/* The same text, longer or in other company: SHAPES per entry above. */
static const char *
shape(const char *text, unsigned how)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	if (how == 1)
		buf_text(&b, "Dur\xc3\xa9" "e ");
	if (how == 2)
		for (i = 0; i < BIG; i++)
			buf_char(&b, 'w');
	buf_text(&b, text);
	if (how == 3)
		for (i = 0; i < BIG; i++)
			buf_text(&b, i % 3 == 0 ? "\xe2\x82\xac" : "x");
	if (how == 4)
		for (i = 0; i < 40; i++)
			buf_text(&b, text);
	if (how == 5)
		buf_text(&b, "\r\nTo: second@example.org\r\nSubject: two");
	return arena_text(a, buf_bytes(&b).len == 0 ? "" : b.ptr);
}

static struct compose_mail
some_mail(void)
{
	return (struct compose_mail){ .from = "noreply@example.org",
	    .from_name = "Voyages D\xc3\xa9mo", .reply_to = "dpo@example.org",
	    .to = "zoe@example.org", .subject = "Your choice",
	    .text = "Hello\n", .html = "<p>Hello</p>\n",
	    .message_id = "0123@example.org",
	    .unsubscribe_url = "https://example.org/unsubscribe/x",
	    .date_us = INT64_C(1795285800) * SECOND_US };
}

/* The header block, and how often ${name} stands at a line's beginning. */
static unsigned
count_headers(struct bytes message, const char *name)
{
	const char *all = arena_textn(a, message.ptr, message.len);
	const char *end = strstr(all, "\r\n\r\n");
	const char *line = all;
	size_t len = strlen(name);
	unsigned n = 0;

	assert_non_null(end);
	while (line != NULL && line < end) {
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			n++;
		line = strstr(line, "\r\n");
		line = line == NULL ? NULL : line + 2;
	}
	return n;
}

static void
assert_sound(struct bytes message)
{
	static const char *const once[] = { "From", "To", "Subject", "Date",
	    "Message-ID", "MIME-Version", "Content-Type", "Reply-To",
	    "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post" };
	static const char *const never[] = { "Bcc", "Cc", "Sender", "X",
	    "DATA", "RCPT TO", "MAIL FROM" };
	size_t i;

	assert_true(compose_is_clean(message));
	for (i = 0; i < LENGTH(once); i++)
		if (count_headers(message, once[i]) != 1)
			fail_msg("%s: %u times", once[i],
			    count_headers(message, once[i]));
	for (i = 0; i < LENGTH(never); i++)
		if (count_headers(message, never[i]) != 0)
			fail_msg("%s", never[i]);
}

/* RFC 2047, 2: no encoded word has more than 75 characters. */
static void
assert_encoded_words_are_short(struct bytes message)
{
	const char *p = arena_textn(a, message.ptr, message.len);
	const char *end = strstr(p, "\r\n\r\n");

	while ((p = strstr(p, "=?utf-8?")) != NULL && p < end) {
		assert_in_range(strcspn(p, " \r\n"), 12, 75);
		p++;
	}
}

/* Read ${message} back as a mail program would. */
static GMimeMessage *
read_back(struct bytes message)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(
	    (const char *)message.ptr, message.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *read = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	assert_non_null(read);
	return read;
}

static void
assert_part_is(GMimeMessage *message, int i, const char *type,
    const char *text)
{
	GMimeMultipart *both =
	    (GMimeMultipart *)g_mime_message_get_mime_part(message);
	GMimeObject *part = g_mime_multipart_get_part(both, i);
	char *kind = g_mime_content_type_get_mime_type(
	    g_mime_object_get_content_type(part));
	char *read = g_mime_text_part_get_text((GMimeTextPart *)part);
	const char *p = read, *want = text;

	assert_string_equal(kind, type);
	for (; *p != '\0'; p++) {
		if (*p == '\r')
			continue;
		if (*want == '\r')
			want += want[1] == '\n' ? 1 : 0;
		assert_int_equal(*p, *want == '\r' ? '\n' :
		    *want == '\0' ? '\n' : *want);
		if (*want != '\0')
			want++;
	}
	assert_int_equal(*want, '\0');
	g_free(read);
	g_free(kind);
}

static void
no_name_subject_or_text_breaks_a_mail(void **state)
{
	struct compose_mail mail;
	struct bytes message;
	GMimeMessage *read;
	unsigned i, how, n = 0;
	const char *text;

	(void)state;
	for (i = 0; i < LENGTH(hostile); i++) {
		for (how = 0; how < SHAPES; how++) {
			text = shape(hostile[i], how);
			mail = some_mail();
			mail.from_name = mail.subject = text;
			mail.text = mail.html = text;
			assert_int_equal(compose(a, &mail, &message), ERR_OK);
			assert_sound(message);
			assert_encoded_words_are_short(message);
			read = read_back(message);
			assert_string_equal(compose_line(a, text),
			    g_mime_message_get_subject(read) == NULL ? "" :
			    g_mime_message_get_subject(read));
			assert_part_is(read, 0, "text/plain", text);
			assert_part_is(read, 1, "text/html", text);
			assert_int_equal(internet_address_list_length(
			    g_mime_message_get_to(read)), 1);
			assert_int_equal(internet_address_list_length(
			    g_mime_message_get_from(read)), 1);
			g_object_unref(read);
			arena_wipe(a);
			n++;
		}
	}
	assert_true(n >= 200);
}

static void
a_mail_says_what_the_norms_ask(void **state)
{
	struct compose_mail mail = some_mail();
	struct bytes message;
	const char *all;

	(void)state;
	assert_int_equal(compose(a, &mail, &message), ERR_OK);
	all = arena_textn(a, message.ptr, message.len);
	assert_non_null(strstr(all, "Auto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(all, "Message-Id: <0123@example.org>\r\n"));
	assert_non_null(strstr(all, "\r\nReply-To: dpo@example.org\r\n"));
	assert_non_null(strstr(all,
	    "Date: Sat, 21 Nov 2026 18:30:00 +0000\r\n"));
	assert_non_null(strstr(all, "List-Unsubscribe: "
	    "<https://example.org/unsubscribe/x>\r\n"));
	assert_non_null(strstr(all,
	    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
	assert_non_null(strstr(all, "multipart/alternative"));
	assert_true(strstr(all, "text/plain") < strstr(all, "text/html"));
}

static void
a_mail_that_the_person_asked_for_has_no_list_header(void **state)
{
	struct compose_mail mail = some_mail();
	struct bytes message;

	(void)state;
	mail.unsubscribe_url = NULL;
	mail.reply_to = NULL;
	assert_int_equal(compose(a, &mail, &message), ERR_OK);
	assert_int_equal(count_headers(message, "List-Unsubscribe"), 0);
	assert_int_equal(count_headers(message, "List-Unsubscribe-Post"), 0);
	assert_int_equal(count_headers(message, "Reply-To"), 0);
}

static void
a_file_arrives_byte_for_byte(void **state)
{
	unsigned char bytes[1000];
	struct outbox_file file = { "re\xc3\xa7u \xe2\x82\xac.jws",
	    "application/jose", { bytes, sizeof(bytes) } };
	struct compose_mail mail = some_mail();
	struct bytes message;
	GMimeMessage *read;
	GMimeMultipart *all;
	GMimePart *part;
	GMimeStream *stream;
	GByteArray *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	mail.files = &file;
	mail.n_files = 1;
	assert_int_equal(compose(a, &mail, &message), ERR_OK);
	assert_sound(message);
	read = read_back(message);
	all = (GMimeMultipart *)g_mime_message_get_mime_part(read);
	assert_int_equal(g_mime_multipart_get_count(all), 2);
	part = (GMimePart *)g_mime_multipart_get_part(all, 1);
	assert_string_equal(g_mime_part_get_filename(part), file.name);
	stream = g_mime_stream_mem_new();
	(void)g_mime_data_wrapper_write_to_stream(
	    g_mime_part_get_content(part), stream);
	got = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
	assert_int_equal(got->len, sizeof(bytes));
	assert_memory_equal(got->data, bytes, sizeof(bytes));
	g_object_unref(stream);
	g_object_unref(read);
}

static bool
is_clean(const char *text, size_t len)
{
	return compose_is_clean((struct bytes){ (const unsigned char *)text,
	    len });
}

static void
the_last_look_sees_every_byte_that_may_not_leave(void **state)
{
	char line[COMPOSE_LINE_MAX + 4];

	(void)state;
	assert_true(is_clean("a\r\nb\r\n", 6));
	assert_false(is_clean("", 0));
	assert_false(is_clean("a", 1));
	assert_false(is_clean("a\n", 2));
	assert_false(is_clean("a\r", 2));
	assert_false(is_clean("a\rb\r\n", 5));
	assert_false(is_clean("a\n\r\n", 4));
	assert_false(is_clean("\xc3\xa9\r\n", 4));
	assert_false(is_clean("a\0b\r\n", 5));
	memset(line, 'x', sizeof(line));
	memcpy(line + COMPOSE_LINE_MAX, "\r\n", 2);
	assert_true(is_clean(line, COMPOSE_LINE_MAX + 2));
	memcpy(line + COMPOSE_LINE_MAX, "x\r\n", 3);
	assert_false(is_clean(line, COMPOSE_LINE_MAX + 3));
}

static void
a_subject_is_cut_at_two_hundred_characters(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, a);
	for (i = 0; i < 500; i++)
		buf_text(&b, "\xc3\xa9");
	assert_int_equal(text_points(compose_line(a, b.ptr)), 200);
	assert_string_equal(compose_line(a, "  a \t\n b  "), "a b");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_name_subject_or_text_breaks_a_mail),
		cmocka_unit_test(a_mail_says_what_the_norms_ask),
		cmocka_unit_test(a_mail_that_the_person_asked_for_has_no_list_header),
		cmocka_unit_test(a_file_arrives_byte_for_byte),
		cmocka_unit_test(the_last_look_sees_every_byte_that_may_not_leave),
		cmocka_unit_test(a_subject_is_cut_at_two_hundred_characters),
	};

	return cmocka_run_group_tests_name("courier compose", tests, set_up,
	    tear_down);
}
