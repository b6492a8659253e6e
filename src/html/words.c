/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * GNU gettext, one process serving several languages: the environment's
 * LANGUAGE chooses, and a counter of the C library's tells it to look again.
 * What it said is remembered, because it asks the environment each time and a
 * page has a hundred words (GDPR 12(1): in the person's language).
 */
#include "html/words.h"

#include <inttypes.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"

#define DOMAIN		"assent"
#define LANG_MAX_BYTES	15
#define DIGITS_MAX	20	/* of a uint64_t */
#define KNOWN		2048u	/* words of all languages; a power of two */
#define PROBES		8u

/* The C library's: a new value makes it read LANGUAGE again. */
extern int _nl_msg_cat_cntr;

static char words_lang[LANG_MAX_BYTES + 1];

/* A word that has a translation; what has none is not kept here. */
static struct known {
	char *lang;		/* behind its NUL the msgid; NULL: a free place */
	const char *text;	/* the library's, for ever */
	uint32_t hash;
} known[KNOWN];

void
words_forget(void)
{
	size_t i;

	for (i = 0; i < KNOWN; i++) {
		if (known[i].lang == NULL)
			continue;	/* nor a page of memory touched */
		free(known[i].lang);
		known[i].lang = NULL;
	}
}

enum err
words_open(const char *localedir)
{
	/* In the locale "C" the library translates nothing, silently. */
	if (setlocale(LC_MESSAGES, "C.UTF-8") == NULL) {
		log_fault("event=words reason=\"no locale C.UTF-8\"");
		return ERR_INVALID;
	}
	if (bindtextdomain(DOMAIN, localedir) == NULL ||
	    bind_textdomain_codeset(DOMAIN, "UTF-8") == NULL) {
		log_fault("event=words reason=\"cannot bind catalogue\"");
		return ERR_INVALID;
	}
	words_forget();
	return ERR_OK;
}

static void
use_lang(const char *lang)
{
	if (strcmp(words_lang, lang) == 0)
		return;
	(void)snprintf(words_lang, sizeof(words_lang), "%s", lang);
	(void)setenv("LANGUAGE", words_lang, 1);
	++_nl_msg_cat_cntr;
}

/* FNV-1a. */
static uint32_t
hash_of(const char *lang, const char *msgid)
{
	uint32_t h = 2166136261u;

	for (; *lang != '\0'; lang++)
		h = (h ^ (unsigned char)*lang) * 16777619u;
	for (; *msgid != '\0'; msgid++)
		h = (h ^ (unsigned char)*msgid) * 16777619u;
	return h;
}

/* Where the word is, or may be put; NULL when all places are taken. */
static struct known *
find_known(uint32_t hash, const char *lang, const char *msgid)
{
	struct known *k;
	uint32_t i;

	for (i = 0; i < PROBES; i++) {
		k = &known[(hash + i) % KNOWN];
		if (k->lang == NULL || (k->hash == hash &&
		    strcmp(k->lang, lang) == 0 &&
		    strcmp(k->lang + strlen(lang) + 1, msgid) == 0))
			return k;
	}
	return NULL;
}

static void
keep(struct known *k, uint32_t hash, const char *lang, const char *msgid,
    const char *text)
{
	size_t lang_size = strlen(lang) + 1, size = strlen(msgid) + 1;

	if ((k->lang = malloc(lang_size + size)) == NULL)
		return;
	memcpy(k->lang, lang, lang_size);
	memcpy(k->lang + lang_size, msgid, size);
	k->hash = hash;
	k->text = text;
}

const char *
words_label(const struct words_label *labels, const char *code)
{
	size_t len = strcspn(code, ":");

	for (; labels->code != NULL; labels++)
		if (strncmp(labels->code, code, len) == 0 &&
		    labels->code[len] == '\0')
			return labels->label;
	return code;
}

const char *
words_get(const char *lang, const char *msgid)
{
	struct known *k;
	const char *text;
	uint32_t hash;

	/* The empty msgid is the catalogue's own header. */
	if (msgid[0] == '\0' || strcmp(lang, "en") == 0)
		return msgid;
	hash = hash_of(lang, msgid);
	k = find_known(hash, lang, msgid);
	if (k != NULL && k->lang != NULL)
		return k->text;
	use_lang(lang);
	text = dgettext(DOMAIN, msgid);
	if (k != NULL && text != msgid)
		keep(k, hash, lang, msgid, text);
	return text;
}

const char *
words_plural(const char *lang, const char *one, const char *many, uint64_t n)
{
	if (strcmp(lang, "en") == 0)
		return n == 1 ? one : many;
	use_lang(lang);
	return dngettext(DOMAIN, one, many, (unsigned long)n);
}

/* Digits in groups of three; French takes U+202F between them. */
static void
add_number(struct buf *b, const char *lang, uint64_t n)
{
	const char *gap = strcmp(lang, "fr") == 0 ? "\xe2\x80\xaf" : ",";
	char digits[DIGITS_MAX + 1];
	size_t i, len;

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	len = strlen(digits);
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_text(b, gap);
		buf_char(b, digits[i]);
	}
}

char *
words_count(struct arena *a, const char *lang, const char *one,
    const char *many, uint64_t n)
{
	const char *text = words_plural(lang, one, many, n);
	const char *mark = strstr(text, "{n}");
	struct buf b;

	buf_open(&b, a);
	if (mark == NULL) {
		buf_text(&b, text);
		return b.ptr;
	}
	buf_add(&b, text, (size_t)(mark - text));
	add_number(&b, lang, n);
	buf_text(&b, mark + 3);
	return b.ptr;
}
