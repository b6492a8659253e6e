/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * GMime is lenient, as a mail reader must be: what stands around it here is
 * strict (RFC 7578).
 */
#include "http/multipart.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/text.h"

#define NAME_MAX_BYTES		40	/* as params_read() */
#define BOUNDARY_MAX_BYTES	70	/* RFC 2046, 5.1.1 */
#define HEAD_MAX_BYTES		1024	/* of the content type that we were told */

struct reading {
	struct arena *a;
	struct params params;
	struct bytes file;
	bool has_file;
	bool is_bad;
};

void
multipart_open(void)
{
	g_mime_init();
}

static bool
is_name(const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES && strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
	    == len;
}

/* The bytes of a part, as they stand in the body. */
static struct bytes
content_of(struct arena *a, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *array;
	struct bytes bytes = { NULL, 0 };

	if (content != NULL && g_mime_data_wrapper_write_to_stream(content,
	    stream) >= 0) {
		array = g_mime_stream_mem_get_byte_array(
		    GMIME_STREAM_MEM(stream));
		if (array->len > 0)
			bytes = arena_bytes(a, array->data, array->len);
	}
	g_object_unref(stream);
	return bytes;
}

static void
add_value(struct reading *r, const char *name, struct bytes bytes)
{
	struct param *p = &r->params.list[r->params.n++];

	p->name = arena_text(r->a, name);
	p->is_bad = bytes.len > 0 && !text_is_utf8(bytes.ptr, bytes.len);
	p->value = bytes.len == 0 ? "" : p->is_bad ? "\xef\xbf\xbd" :
	    arena_textn(r->a, bytes.ptr, bytes.len);
	if (bytes.len > MULTIPART_TEXT_MAX)
		r->is_bad = true;
}

/* Whether the part is sent as it is: RFC 7578, 4.7. */
static bool
is_plain(GMimePart *part)
{
	switch (g_mime_part_get_content_encoding(part)) {
	case GMIME_CONTENT_ENCODING_DEFAULT:
	case GMIME_CONTENT_ENCODING_7BIT:
	case GMIME_CONTENT_ENCODING_8BIT:
	case GMIME_CONTENT_ENCODING_BINARY:
		return true;
	case GMIME_CONTENT_ENCODING_BASE64:
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
	case GMIME_CONTENT_ENCODING_UUENCODE:
		break;
	}
	return false;
}

static void
read_part(struct reading *r, GMimeObject *object)
{
	GMimeContentDisposition *how = g_mime_object_get_content_disposition(
	    object);
	const char *name, *disposition, *file;

	if (!GMIME_IS_PART(object) || !is_plain(GMIME_PART(object)) ||
	    how == NULL) {
		r->is_bad = true;
		return;
	}
	disposition = g_mime_content_disposition_get_disposition(how);
	name = g_mime_content_disposition_get_parameter(how, "name");
	file = g_mime_content_disposition_get_parameter(how, "filename");
	if (disposition == NULL || strcmp(disposition, "form-data") != 0 ||
	    !is_name(name)) {
		r->is_bad = true;
	} else if (file == NULL) {
		add_value(r, name, content_of(r->a, GMIME_PART(object)));
	} else if (r->has_file) {
		r->is_bad = true;
	} else {
		r->has_file = true;
		r->file = content_of(r->a, GMIME_PART(object));
	}
}

static bool
has_bytes(struct bytes body, size_t at, const char *text)
{
	size_t len = strlen(text);

	return at <= body.len && body.len - at >= len &&
	    memcmp(body.ptr + at, text, len) == 0;
}

/* Whether nothing stands around the parts: RFC 2046 allows it, no browser
 * does it, and GMime takes a body that was cut for a whole one. */
static bool
is_whole(struct arena *a, struct bytes body, const char *boundary)
{
	const char *first = arena_printf(a, "--%s\r\n", boundary);
	const char *last = arena_printf(a, "\r\n--%s--", boundary);
	size_t len = strlen(last), end = body.len;

	if (end >= 2 && has_bytes(body, end - 2, "\r\n"))
		end -= 2;
	return has_bytes(body, 0, first) && end >= len &&
	    has_bytes((struct bytes){ body.ptr, end }, end - len, last);
}

/* The boundary, in ${a}; NULL when the header is none that a browser sends. */
static const char *
boundary_of(struct arena *a, const char *content_type)
{
	GMimeContentType *type = strlen(content_type) > HEAD_MAX_BYTES ||
	    !text_is_plain(content_type, false) ? NULL :
	    g_mime_content_type_parse(NULL, content_type);
	const char *boundary = NULL;

	if (type != NULL && g_mime_content_type_is_type(type, "multipart",
	    "form-data"))
		boundary = g_mime_content_type_get_parameter(type,
		    "boundary");
	if (boundary != NULL && (*boundary == '\0' ||
	    strlen(boundary) > BOUNDARY_MAX_BYTES))
		boundary = NULL;
	if (boundary != NULL)
		boundary = arena_text(a, boundary);
	if (type != NULL)
		g_object_unref(type);
	return boundary;
}

/* What GMime makes of head and body; NULL: no MIME at all. */
static GMimeObject *
parse(struct arena *a, const char *boundary, struct bytes body)
{
	const char *head = arena_printf(a,
	    "Content-Type: multipart/form-data; boundary=\"%s\"\r\n\r\n",
	    boundary);
	GMimeStream *cat = g_mime_stream_cat_new(), *one, *two;
	GMimeParser *parser;
	GMimeObject *object;

	one = g_mime_stream_mem_new_with_buffer(head, strlen(head));
	two = g_mime_stream_mem_new_with_buffer((const char *)body.ptr,
	    body.len);
	g_mime_stream_cat_add_source(GMIME_STREAM_CAT(cat), one);
	g_mime_stream_cat_add_source(GMIME_STREAM_CAT(cat), two);
	g_object_unref(one);
	g_object_unref(two);
	parser = g_mime_parser_new_with_stream(cat);
	g_object_unref(cat);
	object = g_mime_parser_construct_part(parser, NULL);
	g_object_unref(parser);
	return object;
}

enum err
multipart_read(struct arena *a, const char *content_type, struct bytes body,
    struct params *ret_params, struct bytes *ret_file)
{
	const char *boundary = boundary_of(a, content_type);
	struct reading r = { .a = a };
	GMimeObject *object;
	int i, n;

	if (boundary == NULL || strpbrk(boundary, "\"\\") != NULL ||
	    !is_whole(a, body, boundary) ||
	    (object = parse(a, boundary, body)) == NULL)
		return ERR_MALFORMED;
	n = GMIME_IS_MULTIPART(object) ? g_mime_multipart_get_count(
	    GMIME_MULTIPART(object)) : 0;
	r.params.list = arena_take(a, (MULTIPART_PARTS_MAX + 1) *
	    sizeof(*r.params.list));
	r.is_bad = n < 1 || n > (int)MULTIPART_PARTS_MAX;
	for (i = 0; i < n && !r.is_bad; i++)
		read_part(&r, g_mime_multipart_get_part(
		    GMIME_MULTIPART(object), i));
	g_object_unref(object);
	if (r.is_bad)
		return ERR_MALFORMED;
	*ret_params = r.params;
	*ret_file = r.file.len == 0 ? (struct bytes){ NULL, 0 } : r.file;
	return ERR_OK;
}
