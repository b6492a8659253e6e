/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A table of members for each object of the description; what they hold has
 * the lengths of sql/migrations/0010-site.sql.
 */
#include "cli/site_check.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/address.h"
#include "base/text.h"
#include "forms/forms.h"
#include "rights/rights_clock.h"

enum type { T_TEXT, T_CODE, T_MAIL, T_URL, T_CALENDAR, T_NUMBER,
	T_NUMBER_OR_NONE,	/* where it lacks, it stays as it is */
	T_BOOL, T_LIST, T_OBJECT };

struct member {
	const char *name;
	enum type type;
	json_int_t most;		/* characters, value, or entries */
	const char *const *words;	/* the only ones; NULL: any */
};

static const char *const bases[] = { "consent", "contract", "legal_obligation",
	"vital_interest", "public_task", "legitimate_interest", NULL };
static const char *const starts[] = { "last_person_contact",
	"relationship_end", "collected", "answered", "year_end", NULL };
static const char *const actions[] = { "erase", "archive", "anonymise", NULL };
/* What GDPR 13 asks of every notice; others may stand beside. */
static const char *const blocks[] = { "controller", "purposes", "recipients",
	"retention", "rights", "withdrawal", "complaint", NULL };

static const struct member document[] = {
	{ "company", T_OBJECT, 0, NULL }, { "teams", T_LIST, 200, NULL },
	{ "purposes", T_LIST, 60, NULL }, { "notice", T_OBJECT, 0, NULL },
	{ "forms", T_LIST, 20, NULL }, { "rules", T_LIST, 60, NULL },
	{ NULL, T_TEXT, 0, NULL }
};
static const struct member company[] = {
	{ "name", T_TEXT, 120, NULL }, { "legal_name", T_TEXT, 200, NULL },
	{ "address", T_TEXT, 400, NULL }, { "contact_email", T_MAIL, 254, NULL },
	{ "dpo_name", T_TEXT, 120, NULL }, { "dpo_email", T_MAIL, 254, NULL },
	{ "authority_name", T_TEXT, 200, NULL },
	{ "authority_url", T_URL, 200, NULL },
	{ "holidays", T_CALENDAR, 12, NULL },
	{ "cooling_off_minutes", T_NUMBER, 20160, NULL },
	{ "backup_days", T_NUMBER, 3650, NULL },
	{ "binlog_days", T_NUMBER, 3650, NULL },
	{ "export_rows", T_NUMBER_OR_NONE, 10000000, NULL },
	{ NULL, T_TEXT, 0, NULL }
};
static const struct member purpose[] = {
	{ "code", T_CODE, 40, NULL }, { "basis", T_TEXT, 40, bases },
	{ "is_commercial", T_BOOL, 0, NULL }, { "months", T_NUMBER, 1200, NULL },
	{ "channels", T_LIST, CHANNEL__MAX, forms_channel_names },
	{ "texts", T_OBJECT, 0, NULL }, { NULL, T_TEXT, 0, NULL }
};
static const struct member purpose_text[] = {
	{ "title", T_TEXT, 120, NULL }, { "wording", T_TEXT, 1000, NULL },
	{ NULL, T_TEXT, 0, NULL }
};
/* On a legitimate interest: which it is, and why it weighs more (13(1)(d)). */
static const struct member interest_text[] = {
	{ "title", T_TEXT, 120, NULL }, { "wording", T_TEXT, 1000, NULL },
	{ "interest", T_TEXT, 1000, NULL }, { NULL, T_TEXT, 0, NULL }
};
static const struct member block[] = {
	{ "key", T_CODE, 40, NULL }, { "heading", T_TEXT, 120, NULL },
	{ "text", T_TEXT, 4000, NULL }, { NULL, T_TEXT, 0, NULL }
};
static const struct member form[] = {
	{ "code", T_CODE, FORMS_CODE_MAX_BYTES, NULL },
	{ "fields", T_LIST, 20, NULL }, { "choices", T_LIST, 20, NULL },
	{ "texts", T_OBJECT, 0, NULL }, { "origins", T_LIST, 50, NULL },
	{ NULL, T_TEXT, 0, NULL }
};
static const struct member choice[] = {
	{ "purpose", T_CODE, 40, NULL },
	{ "channels", T_LIST, CHANNEL__MAX, forms_channel_names },
	{ NULL, T_TEXT, 0, NULL }
};
static const struct member form_text[] = {
	{ "title", T_TEXT, 120, NULL }, { "intro", T_TEXT, 1000, NULL },
	{ "mandatory", T_TEXT, 400, NULL }, { NULL, T_TEXT, 0, NULL }
};
static const struct member rule[] = {
	{ "category", T_CODE, 40, NULL }, { "law", T_TEXT, 120, NULL },
	{ "start", T_TEXT, 40, starts }, { "months", T_NUMBER, 1200, NULL },
	{ "action", T_TEXT, 40, actions }, { NULL, T_TEXT, 0, NULL }
};

struct check {
	struct cli *cli;
	unsigned n;		/* lines said */
};


static void
wrong(struct check *k, const char *path, const char *name, const char *what)
{
	(void)cli_fail(k->cli, "%s%s%s: %s", path, *path == '\0' ? "" : ".",
	    name, what);
	k->n++;
}

/* ${words} ends with NULL, or is that of the channels. */
static bool
is_among(const char *const *words, const char *text)
{
	size_t i;

	for (i = 0; words == forms_channel_names ? i < CHANNEL__MAX :
	    words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

static bool
is_code(const char *text)
{
	return *text != '\0' && strspn(text,
	    "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

/* NULL, or what is wrong with a text. */
static const char *
fault_of_text(struct check *k, const struct member *m, json_t *value)
{
	const char *text = json_string_value(value);
	struct address address;

	if (text == NULL || *text == '\0')
		return "needs a text";
	if (!text_is_plain(text, false) ||
	    text_points(text) > (size_t)m->most)
		return "is too long, or holds control characters";
	if (m->type == T_CODE && !is_code(text))
		return "is made of a-z 0-9 _ -";
	if (m->type == T_MAIL && address_read(k->cli->arena, text,
	    &address) != ERR_OK)
		return "is no mail address";
	if (m->type == T_URL && !text_starts(text, "https://"))
		return "begins with https://";
	if (m->type == T_CALENDAR && holidays_find(text) == NULL)
		return "is FR, FR-57, FR-67, FR-68 or EU";
	if (m->words != NULL && !is_among(m->words, text))
		return "is none of the words that are possible here";
	return NULL;
}

static const char *
fault_of(struct check *k, const struct member *m, json_t *value)
{
	size_t i, n = json_array_size(value);
	const char *word;

	if (value == NULL)
		return m->type == T_NUMBER_OR_NONE ? NULL : "is missing";
	if (m->type == T_BOOL)
		return json_is_boolean(value) ? NULL : "is true or false";
	if (m->type == T_OBJECT)
		return json_is_object(value) ? NULL : "needs an object";
	if (m->type == T_NUMBER || m->type == T_NUMBER_OR_NONE)
		return json_is_integer(value) && json_integer_value(value) >=
		    0 && json_integer_value(value) <= m->most ? NULL :
		    arena_printf(k->cli->arena, "is a number, 0 to %" PRId64,
		    (int64_t)m->most);
	if (m->type != T_LIST)
		return fault_of_text(k, m, value);
	if (!json_is_array(value) || n > (size_t)m->most)
		return "needs a list, not longer than the product can show";
	for (i = 0; m->words != NULL && i < n; i++) {
		word = json_string_value(json_array_get(value, i));
		if (word == NULL || !is_among(m->words, word))
			return "is none of the words that are possible here";
	}
	return NULL;
}

static void
check_object(struct check *k, const char *path, json_t *object,
    const struct member *members)
{
	const struct member *m;
	const char *fault, *key;
	json_t *value;

	for (m = members; m->name != NULL; m++)
		if ((fault = fault_of(k, m, json_object_get(object,
		    m->name))) != NULL)
			wrong(k, path, m->name, fault);
	json_object_foreach(object, key, value) {
		for (m = members; m->name != NULL; m++)
			if (strcmp(m->name, key) == 0)
				break;
		if (m->name == NULL)
			wrong(k, path, key, "is not known");
	}
}

/* One object for each language that the site speaks. */
static void
check_texts(struct check *k, const char *path, json_t *texts,
    const struct member *members)
{
	const char *const *lang = k->cli->config->languages;
	json_t *one;

	for (; *lang != NULL; lang++) {
		one = json_object_get(texts, *lang);
		if (one == NULL)
			wrong(k, path, *lang, "is missing: the site speaks it");
		else
			check_object(k, arena_printf(k->cli->arena, "%s.%s",
			    path, *lang), one, members);
	}
}

static void
check_notice(struct check *k, json_t *notice)
{
	const char *const *lang = k->cli->config->languages, *const *key;
	const char *path;
	json_t *list, *one;
	bool is_there;
	size_t i;

	for (; *lang != NULL; lang++) {
		list = json_object_get(notice, *lang);
		path = arena_printf(k->cli->arena, "notice.%s", *lang);
		json_array_foreach(list, i, one)
			check_object(k, arena_printf(k->cli->arena, "%s[%zu]",
			    path, i), one, block);
		for (key = blocks; *key != NULL; key++) {
			is_there = false;
			json_array_foreach(list, i, one)
				is_there |= text_equal(*key, json_string_value(
				    json_object_get(one, "key")));
			if (!is_there)
				wrong(k, path, *key,
				    "is missing: GDPR 13 asks for it");
		}
	}
}

/* Each choice is of a purpose above, by a channel that the purpose has. */
static void
check_choice(struct check *k, const char *path, json_t *one,
    json_t *all)
{
	json_t *p, *word, *own, *channels = NULL;
	size_t i, j, h;
	bool is_there;

	check_object(k, path, one, choice);
	json_array_foreach(all, i, p)
		if (text_equal(json_string_value(json_object_get(p, "code")),
		    json_string_value(json_object_get(one, "purpose"))))
			channels = json_object_get(p, "channels");
	if (channels == NULL)
		wrong(k, path, "purpose", "is the code of no purpose");
	json_array_foreach(json_object_get(one, "channels"), j, word) {
		is_there = false;
		json_array_foreach(channels, h, own)
			is_there |= json_equal(own, word) == 1;
		if (channels != NULL && !is_there)
			wrong(k, path, "channels",
			    "has one that its purpose does not have");
	}
}

static void
check_form(struct check *k, const char *path, json_t *one, json_t *all)
{
	json_t *c;
	size_t i;

	check_object(k, path, one, form);
	check_texts(k, arena_printf(k->cli->arena, "%s.texts", path),
	    json_object_get(one, "texts"), form_text);
	json_array_foreach(json_object_get(one, "choices"), i, c)
		check_choice(k, arena_printf(k->cli->arena, "%s.choices[%zu]",
		    path, i), c, all);
	json_array_foreach(json_object_get(one, "origins"), i, c)
		if (!json_is_string(c) || !text_starts(json_string_value(c),
		    "https://") || strlen(json_string_value(c)) > 200)
			wrong(k, path, "origins",
			    "are like https://www.example.org");
}

/* Of two that are called the same, neither can be meant. */
static void
check_twice(struct check *k, json_t *doc, const char *list, const char *name)
{
	json_t *all = json_object_get(doc, list), *one, *other;
	size_t i, j;

	json_array_foreach(all, i, one)
		json_array_foreach(all, j, other) {
			if (j >= i)
				break;
			if (json_equal(name == NULL ? one : json_object_get(
			    one, name), name == NULL ? other :
			    json_object_get(other, name)) == 1)
				wrong(k, "", arena_printf(k->cli->arena,
				    "%s[%zu]", list, i),
				    "is called as one before");
		}
}

unsigned
site_check(struct cli *cli, json_t *doc)
{
	json_t *purposes = json_object_get(doc, "purposes"), *one;
	struct check k = { .cli = cli };
	const char *path;
	size_t i;

	check_object(&k, "", doc, document);
	check_object(&k, "company", json_object_get(doc, "company"), company);
	json_array_foreach(json_object_get(doc, "teams"), i, one)
		if (!json_is_string(one) || json_string_length(one) == 0 ||
		    text_points(json_string_value(one)) > 80)
			wrong(&k, "", "teams", "are names of 1 to 80 characters");
	json_array_foreach(purposes, i, one) {
		path = arena_printf(cli->arena, "purposes[%zu]", i);
		check_object(&k, path, one, purpose);
		check_texts(&k, arena_printf(cli->arena, "%s.texts", path),
		    json_object_get(one, "texts"), text_equal(
		    json_string_value(json_object_get(one, "basis")),
		    "legitimate_interest") ? interest_text : purpose_text);
	}
	check_twice(&k, doc, "teams", NULL);
	check_twice(&k, doc, "purposes", "code");
	check_twice(&k, doc, "forms", "code");
	check_twice(&k, doc, "rules", "category");
	check_notice(&k, json_object_get(doc, "notice"));
	json_array_foreach(json_object_get(doc, "forms"), i, one)
		check_form(&k, arena_printf(cli->arena, "forms[%zu]", i), one,
		    purposes);
	json_array_foreach(json_object_get(doc, "rules"), i, one)
		check_object(&k, arena_printf(cli->arena, "rules[%zu]", i),
		    one, rule);
	return k.n;
}
