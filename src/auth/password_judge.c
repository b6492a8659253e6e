/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which passwords are strong enough: length, zxcvbn with the words that
 * anybody would try here, and nothing of the person's own (GDPR 32).
 */
#include "auth/password.h"

#include <assert.h>

#include <zxcvbn.h>

#include "base/fold.h"
#include "base/text.h"
#include "html/words.h"

#define OWN_WORD_MIN	4	/* shorter ones stand in too many words */
#define WORDS_MAX	128	/* zxcvbn looks for each at every place */

static const char *const sentences[PASSWORD_FAULT__MAX] = {
	[PASSWORD_GOOD] = NULL,
	[PASSWORD_SHORT_PORTAL] =
	    N_("Use at least 15 characters. Four or five words that do not belong together are easy to remember."),
	[PASSWORD_SHORT_OFFICE] =
	    N_("Use at least 12 characters. Four or five words that do not belong together are easy to remember."),
	[PASSWORD_LONG] = N_("Use at most 1,024 bytes, about as many letters."),
	[PASSWORD_OWN] =
	    N_("Leave your name and your e-mail address out of the password."),
	[PASSWORD_GUESSABLE] =
	    N_("This password is too easy to guess. Add words that do not belong together, and leave out names, dates and rows of keys."),
};

/* The words that zxcvbn is given, ended by NULL. */
struct words {
	const char *list[WORDS_MAX + 1];
	size_t n;
	size_t max;	/* how many of WORDS_MAX may be taken now */
};

static void
add_words(struct arena *a, struct words *w, const char *text)
{
	const char *word = fold_words(a, text), *end;

	for (; *word != '\0' && w->n < w->max; word = end) {
		end = word + strcspn(word, " ");
		w->list[w->n++] = arena_textn(a, word, (size_t)(end - word));
		end += strspn(end, " ");
	}
}

/* ${text} without the spaces that fold_words() put between its words. */
static char *
joined(struct arena *a, const char *text)
{
	char *folded = fold_words(a, text), *to = folded;
	const char *from;

	for (from = folded; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return folded;
}

/* What identifies the person in ${own}: of an address, the part before "@". */
static char *
own_part(struct arena *a, const char *own)
{
	return arena_textn(a, own, strcspn(own, "@"));
}

static bool
has_own_word(struct arena *a, const char *password, const char *const *own)
{
	struct words w = { .max = WORDS_MAX };
	const char *part, *all = joined(a, password);
	size_t i;

	for (; own != NULL && *own != NULL; own++) {
		part = own_part(a, *own);
		add_words(a, &w, part);
		part = joined(a, part);
		if (text_points(part) >= OWN_WORD_MIN &&
		    strstr(all, part) != NULL)
			return true;
	}
	for (i = 0; i < w.n; i++)
		if (text_points(w.list[i]) >= OWN_WORD_MIN &&
		    strstr(all, w.list[i]) != NULL)
			return true;
	return false;
}

static double
bits(struct arena *a, const char *password, const char *const *site,
    const char *const *own)
{
	struct words w = { .max = PASSWORD_SITE_WORDS_MAX };

	for (; site != NULL && *site != NULL; site++)
		add_words(a, &w, *site);
	w.max = WORDS_MAX;
	for (; own != NULL && *own != NULL; own++)
		add_words(a, &w, *own);
	return ZxcvbnMatch(password, w.list, NULL);
}

enum password_fault
password_judge(struct arena *a, enum password_door door, const char *password,
    const char *const *site, const char *const *own)
{
	size_t points = text_points(password);

	if (strlen(password) > PASSWORD_MAX_BYTES)
		return PASSWORD_LONG;
	if (door == PASSWORD_PORTAL && points < PASSWORD_PORTAL_MIN)
		return PASSWORD_SHORT_PORTAL;
	if (door == PASSWORD_OFFICE && points < PASSWORD_OFFICE_MIN)
		return PASSWORD_SHORT_OFFICE;
	if (has_own_word(a, password, own))
		return PASSWORD_OWN;
	if (bits(a, password, site, own) < PASSWORD_MIN_BITS)
		return PASSWORD_GUESSABLE;
	return PASSWORD_GOOD;
}

const char *
password_sentence(enum password_fault fault)
{
	assert(fault < PASSWORD_FAULT__MAX);
	return sentences[fault];
}
