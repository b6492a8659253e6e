/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decoding of urlencoded pairs, flat JSON and cookies.
 */
#include "http/params.h"

#include <inttypes.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/text.h"

#define NAME_MAX_BYTES 40

static int
hex_digit(unsigned char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

static enum err
decode(struct buf *out, const unsigned char *p, size_t len)
{
	size_t i;
	int hi, lo;

	for (i = 0; i < len; i++) {
		if (p[i] == '+') {
			buf_char(out, ' ');
		} else if (p[i] != '%') {
			buf_char(out, (char)p[i]);
		} else {
			if (len - i < 3 || (hi = hex_digit(p[i + 1])) < 0 ||
			    (lo = hex_digit(p[i + 2])) < 0)
				return ERR_MALFORMED;
			buf_char(out, (char)(hi * 16 + lo));
			i += 2;
		}
	}
	return ERR_OK;
}

/* Keep what is well-formed; each byte that is not becomes U+FFFD. */
static const char *
repaired(struct arena *a, const char *ptr, size_t len)
{
	struct buf b;
	size_t i = 0, n;

	buf_open(&b, a);
	while (i < len) {
		for (n = len - i < 4 ? len - i : 4; n > 0; n--)
			if (text_is_utf8(ptr + i, n))
				break;
		if (n == 0) {
			buf_text(&b, "\xef\xbf\xbd");
			i++;
		} else {
			buf_add(&b, ptr + i, n);
			i += n;
		}
	}
	return b.ptr;
}

static bool
is_name(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || len > NAME_MAX_BYTES)
		return false;
	for (i = 0; i < len; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') ||
		    (name[i] >= 'A' && name[i] <= 'Z') ||
		    (name[i] >= '0' && name[i] <= '9') || name[i] == '_' ||
		    name[i] == '-'))
			return false;
	return true;
}

static enum err
read_pair(struct arena *a, const unsigned char *p, size_t len,
    struct param *ret_param)
{
	const unsigned char *eq = memchr(p, '=', len);
	size_t name_len = eq == NULL ? len : (size_t)(eq - p);
	struct buf name, value;
	enum err e;

	buf_open(&name, a);
	buf_open(&value, a);
	if ((e = decode(&name, p, name_len)) != ERR_OK)
		return e;
	if (!is_name(name.ptr, name.len))
		return ERR_MALFORMED;
	if (eq != NULL && (e = decode(&value, eq + 1, len - name_len - 1)) !=
	    ERR_OK)
		return e;
	ret_param->name = name.ptr;
	ret_param->is_bad = !text_is_utf8(value.ptr, value.len);
	ret_param->value = ret_param->is_bad ?
	    repaired(a, value.ptr, value.len) : value.ptr;
	return ERR_OK;
}

enum err
params_read(struct arena *a, const void *ptr, size_t len,
    struct params *ret_params)
{
	const unsigned char *p = ptr, *end = p + len, *amp;
	struct params params;
	enum err e;

	params.list = arena_take(a, PARAMS_MAX * sizeof(*params.list));
	params.n = 0;
	for (; len > 0 && p < end; p = amp + 1) {
		if ((amp = memchr(p, '&', (size_t)(end - p))) == NULL)
			amp = end;
		if (amp == p)
			continue;
		if (params.n == PARAMS_MAX)
			return ERR_MALFORMED;
		if ((e = read_pair(a, p, (size_t)(amp - p),
		    &params.list[params.n])) != ERR_OK)
			return e;
		params.n++;
	}
	*ret_params = params;
	return ERR_OK;
}

/* The text of a JSON value; NULL when it is none that a field can have. */
static const char *
json_text(struct arena *a, const json_t *value)
{
	if (json_is_string(value))
		return arena_text(a, json_string_value(value));
	if (json_is_integer(value))
		return arena_printf(a, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	return json_is_true(value) ? "yes" : NULL;
}

enum err
params_read_json(struct arena *a, struct bytes body,
    struct params *ret_params)
{
	json_t *o = json_loadb((const char *)body.ptr, body.len,
	    JSON_REJECT_DUPLICATES, NULL), *value;
	struct params params = { arena_take(a, PARAMS_MAX *
	    sizeof(*params.list)), 0 };
	enum err e = json_is_object(o) && json_object_size(o) <= PARAMS_MAX ?
	    ERR_OK : ERR_MALFORMED;
	const char *name, *text;

	json_object_foreach(o, name, value) {
		if (e != ERR_OK || json_is_false(value) ||
		    json_is_null(value))
			continue;
		text = json_text(a, value);
		if (text == NULL || !is_name(name, strlen(name)))
			e = ERR_MALFORMED;
		else
			params.list[params.n++] = (struct param){
			    arena_text(a, name), text, false };
	}
	json_decref(o);
	if (e == ERR_OK)
		*ret_params = params;
	return e;
}

const struct param *
params_find(const struct params *params, const char *name)
{
	size_t i;

	for (i = 0; i < params->n; i++)
		if (strcmp(params->list[i].name, name) == 0)
			return &params->list[i];
	return NULL;
}

size_t
params_count(const struct params *params, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < params->n; i++)
		if (strcmp(params->list[i].name, name) == 0)
			n++;
	return n;
}

char *
params_encode(struct arena *a, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	struct buf b;

	buf_open(&b, a);
	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_char(&b, *text);
		else
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)*text);
	}
	return b.ptr;
}

static bool
is_cookie_value(const char *value)
{
	const unsigned char *p;

	for (p = (const unsigned char *)value; *p != '\0'; p++)
		if (*p < 0x21 || *p > 0x7e || *p == '"' || *p == ',' ||
		    *p == ';' || *p == '\\')
			return false;
	return true;
}

const char *
cookie_find(struct arena *a, const char *header, const char *name)
{
	size_t name_len = strlen(name), len;
	const char *p = header, *found = NULL;

	while (*p != '\0') {
		p += strspn(p, " \t;");
		len = strcspn(p, ";");
		if (len > name_len && p[name_len] == '=' &&
		    strncmp(p, name, name_len) == 0) {
			if (found != NULL)
				return NULL;
			found = arena_textn(a, p + name_len + 1,
			    len - name_len - 1);
		}
		p += len;
	}
	if (found == NULL || !is_cookie_value(found))
		return NULL;
	return found;
}
