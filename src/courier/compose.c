/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Composing by GMime, and the last look at its result.
 */
#include "courier/compose.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "keys/hash.h"

#define WORD_MAX	60	/* in a header that is not encoded */
#define ENCODED		"=?utf-8?q?"
#define ENCODED_MAX	63	/* between that and ?= */

void
compose_open(void)
{
	g_mime_init();
}

static size_t
point_length(const char *p)
{
	unsigned char ch = (unsigned char)*p;

	return ch < 0x80 ? 1 : ch < 0xe0 ? 2 : ch < 0xf0 ? 3 : 4;
}

char *
compose_line(struct arena *a, const char *text)
{
	struct buf line;
	size_t points = 0, len;
	bool is_gap = false;
	char point[5];

	buf_open(&line, a);
	for (; *text != '\0' && points < COMPOSE_SUBJECT_MAX; text += len) {
		len = point_length(text);
		memcpy(point, text, len);
		point[len] = '\0';
		if (*text == ' ' || !text_is_plain(point, false)) {
			is_gap = true;
			continue;
		}
		if (is_gap && line.len > 0) {
			buf_char(&line, ' ');
			points++;
		}
		is_gap = false;
		buf_add(&line, text, len);
		points++;
	}
	return arena_text(a, line.ptr);
}

bool
compose_is_clean(struct bytes data)
{
	size_t i, line = 0;

	for (i = 0; i < data.len; i++) {
		if (data.ptr[i] == '\r') {
			if (i + 1 == data.len || data.ptr[i + 1] != '\n')
				return false;
			line = 0;
			i++;
			continue;
		}
		if (data.ptr[i] == '\n' || data.ptr[i] == 0 ||
		    data.ptr[i] > 0x7f || ++line > COMPOSE_LINE_MAX)
			return false;
	}
	return data.len > 0 && line == 0;
}

/* Lines as GMime's encoder wants them: LF only. */
static struct bytes
lines_of(struct arena *a, const char *text)
{
	struct buf b;

	buf_open(&b, a);
	for (; *text != '\0'; text++) {
		if (*text != '\r')
			buf_char(&b, *text);
		else if (text[1] != '\n')
			buf_char(&b, '\n');
	}
	if (b.len > 0 && b.ptr[b.len - 1] != '\n')
		buf_char(&b, '\n');
	return buf_bytes(&b);
}

/* A leaf of the mail; ${data} is copied by GMime. */
static GMimePart *
leaf(const char *type, struct bytes data, GMimeContentEncoding encoding)
{
	const char *slash = strchr(type, '/');
	char *kind = g_strndup(type, (gsize)(slash - type));
	GMimePart *part = g_mime_part_new_with_type(kind, slash + 1);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(
	    (const char *)data.ptr, data.len);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream,
	    GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(stream);
	g_free(kind);
	return part;
}

static void
add_words(struct arena *a, GMimeMultipart *to, const char *type,
    const char *text)
{
	GMimePart *part = leaf(type, lines_of(a, text),
	    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part),
	    "charset", "utf-8");
	g_mime_multipart_add(to, GMIME_OBJECT(part));
	g_object_unref(part);
}

static void
add_file(GMimeMultipart *to, const struct outbox_file *file)
{
	GMimePart *part = leaf(file->type, file->bytes,
	    GMIME_CONTENT_ENCODING_BASE64);

	g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
	g_mime_part_set_filename(part, file->name);
	g_mime_multipart_add(to, GMIME_OBJECT(part));
	g_object_unref(part);
}

/* A boundary that no text can hold: quoted-printable has no "=-". */
static GMimeMultipart *
container(struct arena *a, const char *kind)
{
	GMimeMultipart *m = g_mime_multipart_new_with_subtype(kind);
	unsigned char id[16];

	random_fill(id, sizeof(id));
	g_mime_multipart_set_boundary(m, arena_printf(a, "=-%s",
	    hex_write(a, (struct bytes){ id, sizeof(id) })));
	return m;
}

static GMimeMultipart *
body(struct arena *a, const struct compose_mail *mail)
{
	GMimeMultipart *both = container(a, "alternative");
	GMimeMultipart *all;
	size_t i;

	add_words(a, both, "text/plain", mail->text);
	add_words(a, both, "text/html", mail->html);
	if (mail->n_files == 0)
		return both;
	all = container(a, "mixed");
	g_mime_multipart_add(all, GMIME_OBJECT(both));
	g_object_unref(both);
	for (i = 0; i < mail->n_files; i++)
		add_file(all, &mail->files[i]);
	return all;
}

/* Whether ${line} may stand in a header as it is, and be folded. */
static bool
is_simple(const char *line)
{
	size_t word = 0;

	if (strstr(line, "=?") != NULL)
		return false;
	for (; *line != '\0'; line++) {
		word = *line == ' ' ? 0 : word + 1;
		if ((unsigned char)*line > 0x7e || word > WORD_MAX)
			return false;
	}
	return true;
}

/*
 * ${line} as encoded words, one to a line.  GMime makes longer ones than the
 * 75 characters that RFC 2047 allows, and its own parser then stumbles.
 */
static const char *
encoded(struct arena *a, const char *line)
{
	size_t room = 0, len, i;
	bool is_plain;
	struct buf b;

	buf_open(&b, a);
	for (; *line != '\0'; line += len) {
		len = point_length(line);
		is_plain = g_ascii_isalnum(*line) || *line == ' ';
		if (room < 3 * len) {
			buf_text(&b, b.len == 0 ? ENCODED : "?=\n " ENCODED);
			room = ENCODED_MAX;
		}
		room -= is_plain ? 1 : 3 * len;
		if (is_plain)
			buf_char(&b, *line == ' ' ? '_' : *line);
		for (i = 0; i < len && !is_plain; i++)
			buf_printf(&b, "=%02X", (unsigned char)line[i]);
	}
	buf_text(&b, "?=");
	return b.ptr;
}

/* A header whose value is written as given, but for its line ends. */
static void
add_raw(GMimeMessage *message, const char *name, const char *value)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(
	    GMIME_OBJECT(message));

	g_mime_header_list_append(list, name, "", NULL);
	g_mime_header_set_raw_value(g_mime_header_list_get_header(list, name),
	    value);
}

static void
add_address(GMimeMessage *message, GMimeAddressType type, const char *name,
    const char *address)
{
	InternetAddressList *list = g_mime_message_get_addresses(message, type);
	InternetAddress *one = internet_address_mailbox_new(name, address);

	internet_address_set_charset(one, "utf-8");
	internet_address_list_add(list, one);
	g_object_unref(one);
}

static void
add_header(GMimeMessage *message, const char *name, const char *value)
{
	g_mime_object_set_header(GMIME_OBJECT(message), name, value, "utf-8");
}

static void
add_headers(struct arena *a, GMimeMessage *message,
    const struct compose_mail *mail)
{
	GDateTime *date = g_date_time_new_from_unix_utc(mail->date_us /
	    SECOND_US);
	const char *name = compose_line(a, mail->from_name);
	const char *subject = compose_line(a, mail->subject);

	if (is_simple(name))
		add_address(message, GMIME_ADDRESS_TYPE_FROM,
		    *name == '\0' ? NULL : name, mail->from);
	else
		add_raw(message, "From", arena_printf(a, " %s\n <%s>\n",
		    encoded(a, name), mail->from));
	if (mail->reply_to != NULL)
		add_address(message, GMIME_ADDRESS_TYPE_REPLY_TO, NULL,
		    mail->reply_to);
	add_address(message, GMIME_ADDRESS_TYPE_TO, NULL, mail->to);
	if (is_simple(subject))
		g_mime_message_set_subject(message, subject, "utf-8");
	else
		add_raw(message, "Subject", arena_printf(a, " %s\n",
		    encoded(a, subject)));
	g_mime_message_set_date(message, date);
	g_date_time_unref(date);
	g_mime_message_set_message_id(message, mail->message_id);
	add_header(message, "Auto-Submitted", "auto-generated");
	if (mail->unsubscribe_url != NULL) {
		add_header(message, "List-Unsubscribe",
		    arena_printf(a, "<%s>", mail->unsubscribe_url));
		add_header(message, "List-Unsubscribe-Post",
		    "List-Unsubscribe=One-Click");
	}
}

/* The bytes, copied to ${a}; GMime's own copy is wiped. */
static struct bytes
write_out(struct arena *a, GMimeMessage *message)
{
	GMimeFormatOptions *options = g_mime_format_options_new();
	GByteArray *array = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(array);
	struct bytes data;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_format_options_set_newline_format(options,
	    GMIME_NEWLINE_FORMAT_DOS);
	(void)g_mime_object_write_to_stream(GMIME_OBJECT(message), options,
	    stream);
	g_object_unref(stream);
	data = arena_bytes(a, array->data, array->len);
	if (array->len > 0)
		secret_wipe(array->data, array->len);
	(void)g_byte_array_free(array, TRUE);
	g_mime_format_options_free(options);
	return data;
}

enum err
compose(struct arena *a, const struct compose_mail *mail,
    struct bytes *ret_bytes)
{
	GMimeMessage *message = g_mime_message_new(FALSE);
	GMimeMultipart *parts = body(a, mail);
	struct bytes data;

	add_headers(a, message, mail);
	g_mime_message_set_mime_part(message, GMIME_OBJECT(parts));
	g_object_unref(parts);
	data = write_out(a, message);
	g_object_unref(message);
	if (!compose_is_clean(data)) {
		log_fault("compose=unclean bytes=%zu", data.len);
		return ERR_BUG;
	}
	*ret_bytes = data;
	return ERR_OK;
}
