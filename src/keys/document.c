/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One spelling out, strict reading in, over jansson (GDPR 5(1)(f)).
 */
#include "keys/document.h"

#include <assert.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/tree.h"

/* Depth counted before jansson recurses; strings do not count. */
static bool
is_shallow(struct bytes data)
{
	bool in_string = false;
	unsigned depth = 0;
	size_t i;

	for (i = 0; i < data.len; i++) {
		if (in_string) {
			if (data.ptr[i] == '\\')
				i++;
			else if (data.ptr[i] == '"')
				in_string = false;
		} else if (data.ptr[i] == '"') {
			in_string = true;
		} else if (data.ptr[i] == '{' || data.ptr[i] == '[') {
			if (++depth > DOCUMENT_MAX_DEPTH)
				return false;
		} else if (data.ptr[i] == '}' || data.ptr[i] == ']') {
			depth -= depth > 0 ? 1 : 0;
		}
	}
	return true;
}

enum err
doc_load(struct bytes data, json_t **ret_doc)
{
	json_t *doc;

	if (data.len > DOCUMENT_MAX_BYTES || !is_shallow(data))
		return ERR_MALFORMED;
	doc = json_loadb((const char *)data.ptr, data.len,
	    JSON_REJECT_DUPLICATES, NULL);
	if (doc == NULL)
		return ERR_MALFORMED;
	*ret_doc = doc;
	return ERR_OK;
}

static bool
has_control(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	return false;
}

static bool
is_plain_name(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name < 0x20 || *name > 0x7e)
			return false;
	return true;
}

static bool is_canonical(json_t *v, unsigned depth);

static bool
has_canonical_members(json_t *v, unsigned depth)
{
	json_t *member;
	const char *name;

	json_object_foreach(v, name, member)
		if (!is_plain_name(name) || !is_canonical(member, depth + 1))
			return false;
	return true;
}

static bool
is_canonical(json_t *v, unsigned depth)
{
	json_int_t i;
	size_t n;

	if (depth > DOCUMENT_MAX_DEPTH)
		return false;
	switch (json_typeof(v)) {
	case JSON_STRING:
		return !has_control(json_string_value(v),
		    json_string_length(v));
	case JSON_INTEGER:
		i = json_integer_value(v);
		return i >= -DOCUMENT_MAX_INTEGER && i <= DOCUMENT_MAX_INTEGER;
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		return true;
	case JSON_ARRAY:
		for (n = 0; n < json_array_size(v); n++)
			if (!is_canonical(json_array_get(v, n), depth + 1))
				return false;
		return true;
	case JSON_OBJECT:
		return has_canonical_members(v, depth);
	case JSON_REAL:
		return false;
	}
	return false;
}

enum err
doc_canonical(struct arena *a, json_t *doc, const char **ret_text)
{
	if (!is_canonical(doc, 0))
		return ERR_INVALID;
	*ret_text = tree_text(a, doc, JSON_COMPACT | JSON_SORT_KEYS);
	return ERR_OK;
}

json_t *
doc_object(void)
{
	json_t *o = json_object();

	assert(o != NULL);
	return o;
}

json_t *
doc_array(void)
{
	json_t *list = json_array();

	assert(list != NULL);
	return list;
}

void
doc_put(json_t *o, const char *name, json_t *value)
{
	int bad = json_object_set_new(o, name, value);

	assert(bad == 0);
}

void
doc_add(json_t *list, json_t *value)
{
	int bad = json_array_append_new(list, value);

	assert(bad == 0);
}

void
doc_put_text(json_t *o, const char *name, const char *text)
{
	doc_put(o, name, text == NULL ? json_null() : json_string(text));
}

void
doc_put_int(json_t *o, const char *name, int64_t value)
{
	doc_put(o, name, json_integer(value));
}

void
doc_put_bytes(json_t *o, const char *name, const void *ptr, size_t len)
{
	struct arena *a = arena_open();

	doc_put_text(o, name, base64url_write(a, (struct bytes){ ptr, len }));
	arena_close(a);
}

void
doc_put_instant(json_t *o, const char *name, int64_t at_us)
{
	struct arena *a = arena_open();

	doc_put_text(o, name, clock_iso(a, at_us));
	arena_close(a);
}

void
doc_put_day(json_t *o, const char *name, struct day day)
{
	struct arena *a = arena_open();

	doc_put_text(o, name, day_write(a, day));
	arena_close(a);
}

void
doc_open(struct doc *d, struct arena *a, const json_t *object)
{
	d->arena = a;
	d->object = object;
	d->taken = 0;
	d->is_bad = !json_is_object(object);
}

bool
doc_has(const struct doc *d, const char *name)
{
	return json_object_get(d->object, name) != NULL;
}

static const json_t *
take(struct doc *d, const char *name)
{
	const json_t *v = json_object_get(d->object, name);

	if (v == NULL)
		d->is_bad = true;
	else
		d->taken++;
	return v;
}

static const char *
text_of(struct doc *d, const json_t *v, size_t max_bytes)
{
	size_t len = json_string_length(v);

	if (!json_is_string(v) || len < 1 || len > max_bytes ||
	    !text_is_plain(json_string_value(v), false)) {
		d->is_bad = true;
		return "";
	}
	return arena_textn(d->arena, json_string_value(v), len);
}

const char *
doc_text(struct doc *d, const char *name, size_t max_bytes)
{
	return text_of(d, take(d, name), max_bytes);
}

const char *
doc_text_or_null(struct doc *d, const char *name, size_t max_bytes)
{
	const json_t *v = take(d, name);

	return json_is_null(v) ? NULL : text_of(d, v, max_bytes);
}

int64_t
doc_int(struct doc *d, const char *name, int64_t min, int64_t max)
{
	const json_t *v = take(d, name);
	json_int_t i = json_integer_value(v);

	if (!json_is_integer(v) || i < min || i > max) {
		d->is_bad = true;
		return min;
	}
	return i;
}

void
doc_bytes(struct doc *d, const char *name, void *ret_ptr, size_t len)
{
	const char *text = doc_text(d, name, 88);	/* of 64 bytes */
	struct bytes data;

	if (d->is_bad)
		return;
	if (base64url_read(d->arena, text, &data) != ERR_OK ||
	    data.len != len)
		d->is_bad = true;
	else
		memcpy(ret_ptr, data.ptr, len);
}

static bool
two_digits(const char *p, char before, int max, int *ret_value)
{
	int v;

	if (p[0] != before || p[1] < '0' || p[1] > '9' || p[2] < '0' ||
	    p[2] > '9')
		return false;
	v = (p[1] - '0') * 10 + p[2] - '0';
	if (v > max)
		return false;
	*ret_value = v;
	return true;
}

int64_t
doc_instant(struct doc *d, const char *name)
{
	const char *text = doc_text(d, name, 20);
	int h = 0, m = 0, s = 0;
	struct day day;

	if (d->is_bad)
		return 0;
	if (strlen(text) != 20 || text[19] != 'Z' ||
	    day_read(arena_textn(d->arena, text, 10), &day) != ERR_OK ||
	    !two_digits(text + 10, 'T', 23, &h) ||
	    !two_digits(text + 13, ':', 59, &m) ||
	    !two_digits(text + 16, ':', 59, &s)) {
		d->is_bad = true;
		return 0;
	}
	return day_number(day) * DAY_US + h * HOUR_US + m * MINUTE_US +
	    s * SECOND_US;
}

struct day
doc_day(struct doc *d, const char *name)
{
	const char *text = doc_text(d, name, 10);
	struct day day = { 0, 0, 0 };

	if (!d->is_bad && day_read(text, &day) != ERR_OK)
		d->is_bad = true;
	return day;
}

const json_t *
doc_list(struct doc *d, const char *name, size_t max)
{
	const json_t *v = take(d, name);

	if (!json_is_array(v) || json_array_size(v) > max) {
		d->is_bad = true;
		return NULL;
	}
	return v;
}

const json_t *
doc_inner(struct doc *d, const char *name)
{
	const json_t *v = take(d, name);

	if (!json_is_object(v)) {
		d->is_bad = true;
		return NULL;
	}
	return v;
}

bool
doc_end(const struct doc *d)
{
	return !d->is_bad && d->taken == json_object_size(d->object);
}
