/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a value of a custom field may be, typed and shown (GDPR 5(1)(c),
 * 5(1)(d)).
 */
#include "custom/custom.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/text.h"
#include "base/tree.h"
#include "html/words.h"

#define CODE_MAX	30
#define CHOICE_POINTS	80
#define YEAR_MIN	1900
#define YEAR_MAX	2200

const struct field_choice custom_kinds[] = {
	{ "text", N_("Text") }, { "number", N_("A number") },
	{ "date", N_("Date") }, { "choice", N_("One of several answers") },
	{ "yes_no", N_("Yes or no") }, { NULL, NULL }
};

const struct field_choice custom_states[] = {
	{ "open", N_("in use") }, { "closed", N_("closed") },
	{ "emptying", N_("being emptied") }, { "removed", N_("removed") },
	{ NULL, NULL }
};

bool
custom_code_is_good(const char *code)
{
	size_t len = strlen(code);

	return len > 0 && len <= CODE_MAX && code[0] >= 'a' &&
	    code[0] <= 'z' && strspn(code,
	    "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

const struct custom_field *
custom_find(const struct custom_fields *fields, const char *code)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (strcmp(fields->list[i].code, code) == 0)
			return &fields->list[i];
	return NULL;
}

const struct custom_field *
custom_find_name(const struct custom_fields *fields, const char *name)
{
	return text_starts(name, CUSTOM_PREFIX) ? custom_find(fields,
	    name + strlen(CUSTOM_PREFIX)) : NULL;
}

const struct custom_field *
custom_find_id(const struct custom_fields *fields, uint64_t id)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (fields->list[i].id == id)
			return &fields->list[i];
	return NULL;
}

enum err
custom_number_read(const char *text, int64_t *ret_thousandths)
{
	bool is_negative = *text == '-';
	int64_t n = 0;
	int places = -1;	/* no point yet */

	text += is_negative ? 1 : 0;
	if (*text < '0' || *text > '9')
		return ERR_INVALID;
	for (; *text != '\0'; text++) {
		if ((*text == '.' || *text == ',') && places < 0) {
			places = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || places == 3)
			return ERR_INVALID;
		n = n * 10 + (*text - '0');
		places += places < 0 ? 0 : 1;
		if (n > CUSTOM_NUMBER_MAX * 1000)
			return ERR_INVALID;
	}
	if (places == 0)
		return ERR_INVALID;
	for (places = places < 0 ? 0 : places; places < 3; places++)
		n *= 10;
	if (n > CUSTOM_NUMBER_MAX * 1000)
		return ERR_INVALID;
	*ret_thousandths = is_negative ? -n : n;
	return ERR_OK;
}

const char *
custom_number_write(struct arena *a, int64_t n)
{
	int64_t whole = n < 0 ? -n : n;
	char *text = arena_printf(a, "%s%" PRId64 ".%03" PRId64,
	    n < 0 ? "-" : "", whole / 1000, whole % 1000);
	size_t len = strlen(text);

	while (text[len - 1] == '0')
		text[--len] = '\0';
	if (text[len - 1] == '.')
		text[--len] = '\0';
	return text;
}

static enum err
read_number(struct arena *a, const struct custom_field *f, const char *typed,
    const char **ret_text)
{
	int64_t n;

	if (custom_number_read(typed, &n) != ERR_OK ||
	    (f->is_bounded && (n < f->least || n > f->most)))
		return ERR_INVALID;
	*ret_text = custom_number_write(a, n);
	return ERR_OK;
}

static enum err
read_date(struct arena *a, const char *typed, const char **ret_text)
{
	struct day day;

	if (day_read_typed(typed, &day) != ERR_OK || day.y < YEAR_MIN || day.y > YEAR_MAX)
		return ERR_INVALID;
	*ret_text = day_write(a, day);
	return ERR_OK;
}

/* Whether ${typed} is how a choice is called in some language. */
static bool
is_called(struct arena *a, const json_t *choice, const char *typed)
{
	const char *folded = fold_words(a, typed), *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)choice, key, value)
		if (strcmp(key, "code") != 0 && *folded != '\0' &&
		    strcmp(fold_words(a, json_string_value(value)),
		    folded) == 0)
			return true;
	return false;
}

static enum err
read_choice(struct arena *a, const struct custom_field *f, const char *typed,
    const char **ret_text)
{
	json_t *list = json_loads(f->written_choices, 0, NULL), *one;
	const char *code;
	size_t i;
	enum err e = ERR_INVALID;

	json_array_foreach(list, i, one) {
		code = json_string_value(json_object_get(one, "code"));
		if (e != ERR_OK && code != NULL && (strcmp(code, typed) == 0 ||
		    is_called(a, one, typed))) {
			*ret_text = arena_text(a, code);
			e = ERR_OK;
		}
	}
	json_decref(list);
	return e;
}

static enum err
read_yes_no(struct arena *a, const char *typed, const char **ret_text)
{
	static const char *const said[][2] = { { "yes", "yes" },
		{ "no", "no" }, { "oui", "yes" }, { "non", "no" },
		{ "true", "yes" }, { "false", "no" }, { "vrai", "yes" },
		{ "faux", "no" }, { "1", "yes" },
		{ "0", "no" } };
	const char *lower = text_lower_ascii(a, typed);
	size_t i;

	for (i = 0; i < LENGTH(said); i++)
		if (strcmp(said[i][0], lower) == 0) {
			*ret_text = said[i][1];
			return ERR_OK;
		}
	return ERR_INVALID;
}

enum err
custom_read(struct arena *a, const struct custom_field *f, const char *typed,
    const char **ret_text)
{
	if (!text_is_utf8(typed, strlen(typed)))
		return ERR_INVALID;
	typed = text_trim(a, typed);
	if (!text_is_plain(typed, false) ||
	    text_points(typed) > CUSTOM_TEXT_POINTS)
		return ERR_INVALID;
	if (*typed == '\0') {
		*ret_text = "";
		return ERR_OK;
	}
	switch (f->kind) {
	case CUSTOM_TEXT:
		*ret_text = typed;
		return ERR_OK;
	case CUSTOM_NUMBER:
		return read_number(a, f, typed, ret_text);
	case CUSTOM_DATE:
		return read_date(a, typed, ret_text);
	case CUSTOM_CHOICE:
		return read_choice(a, f, typed, ret_text);
	case CUSTOM_YES_NO:
		return read_yes_no(a, typed, ret_text);
	case CUSTOM_KIND__MAX:
		break;
	}
	return ERR_INVALID;
}

static const char *
as_said(struct arena *a, const char *lang, const char *number)
{
	char *text = arena_text(a, number), *point;

	if (strcmp(lang, "fr") == 0 && (point = strchr(text, '.')) != NULL)
		*point = ',';
	return text;
}

const char *
custom_wrong(struct arena *a, const char *lang, const struct custom_field *f)
{
	switch (f->kind) {
	case CUSTOM_TEXT:
		return words_count(a, lang,
		    "This is too long: {n} character at most.",
		    "This is too long: {n} characters at most.",
		    CUSTOM_TEXT_POINTS);
	case CUSTOM_NUMBER:
		if (!f->is_bounded)
			return words_get(lang,
			    N_("Enter a number, with at most three places."));
		return arena_printf(a, "%s %s %s %s.", words_get(lang,
		    N_("Enter a number from")), as_said(a, lang,
		    custom_number_write(a, f->least)), words_get(lang,
		    N_("to")), as_said(a, lang, custom_number_write(a,
		    f->most)));
	case CUSTOM_DATE:
		return words_get(lang,
		    N_("Enter a date like 2031-05-12 or 12/05/2031."));
	case CUSTOM_CHOICE:
	case CUSTOM_YES_NO:
	case CUSTOM_KIND__MAX:
		break;
	}
	return words_get(lang, N_("Choose one of the answers."));
}

const char *
custom_show(struct arena *a, const char *lang, const struct custom_field *f,
    const char *text)
{
	const struct field_choice *c;

	switch (f->kind) {
	case CUSTOM_NUMBER:
		return as_said(a, lang, text);
	case CUSTOM_CHOICE:
	case CUSTOM_YES_NO:
		for (c = f->choices; c->value != NULL; c++)
			if (*text != '\0' && strcmp(c->value, text) == 0)
				return words_get(lang, c->label);
		break;
	case CUSTOM_TEXT:
	case CUSTOM_DATE:
	case CUSTOM_KIND__MAX:
		break;
	}
	return text;
}

struct field
custom_input(const struct custom_field *f)
{
	bool is_choice = f->kind == CUSTOM_CHOICE || f->kind == CUSTOM_YES_NO;

	return (struct field){ .name = f->input, .type = is_choice ?
	    F_CHOICE : f->kind == CUSTOM_DATE ? F_DATE : F_TEXT, .label = f->label, .hint = *f->help == '\0' ?
	    NULL : f->help, .choices = is_choice ? f->choices : NULL,
	    .autocomplete = "off", .max = f->kind == CUSTOM_DATE ? 0 :
	    CUSTOM_TEXT_POINTS };
}

const char *
custom_typed(struct arena *a, const char *lang, const struct custom_field *f,
    const char *text)
{
	return f->kind == CUSTOM_NUMBER ? as_said(a, lang, text) : text;
}

struct day
custom_goes(const struct custom_field *f, int64_t at_us, struct day record)
{
	struct day own = day_add_months(day_of(at_us), (int)f->months);

	if (f->months == 0 || (record.y != 0 && day_compare(record, own) < 0))
		return record;
	return own;
}

/* The next part of a line, up to "|" or its end; moves ${line} behind it. */
static const char *
part(struct arena *a, const char **line)
{
	size_t len = strcspn(*line, "|");
	const char *text = text_trim(a, arena_textn(a, *line, len));

	*line += len;
	if (**line == '|')
		++*line;
	return text;
}

static enum err
read_line(struct arena *a, const char *line, json_t *list)
{
	const char *code = part(a, &line), *en = part(a, &line);
	const char *fr = part(a, &line);
	json_t *one;
	size_t i;

	if (!custom_code_is_good(code) || *en == '\0' || *fr == '\0' ||
	    *line != '\0' || text_points(en) > CHOICE_POINTS ||
	    text_points(fr) > CHOICE_POINTS ||
	    json_array_size(list) == CUSTOM_CHOICES_MAX)
		return ERR_INVALID;
	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(json_object_get(one, "code")),
		    code) == 0)
			return ERR_INVALID;
	one = json_pack("{s:s, s:s, s:s}", "code", code, "en", en, "fr", fr);
	return json_array_append_new(list, one) == 0 ? ERR_OK : ERR_INVALID;
}

enum err
custom_choices_read(struct arena *a, const char *lines, const char **ret_json)
{
	json_t *list = json_array();
	const char *line;
	size_t len;
	enum err e = ERR_OK;

	while (*lines != '\0' && e == ERR_OK) {
		len = strcspn(lines, "\n");
		line = text_trim(a, arena_textn(a, lines, len));
		if (*line != '\0')
			e = read_line(a, line, list);
		lines += len + (lines[len] == '\n' ? 1 : 0);
	}
	if (json_array_size(list) == 0)
		e = ERR_INVALID;
	if (e == ERR_OK)
		*ret_json = tree_text(a, list, JSON_COMPACT);
	json_decref(list);
	return e;
}

const char *
custom_choices_write(struct arena *a, const char *json)
{
	json_t *list = json_loads(json, 0, NULL), *one;
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, "");
	json_array_foreach(list, i, one) {
		buf_text(&b, i == 0 ? "" : "\n");
		buf_text(&b, json_string_value(json_object_get(one, "code")));
		buf_text(&b, " | ");
		buf_text(&b, json_string_value(json_object_get(one, "en")));
		buf_text(&b, " | ");
		buf_text(&b, json_string_value(json_object_get(one, "fr")));
	}
	json_decref(list);
	return b.len == 0 ? "" : arena_text(a, b.ptr);
}
