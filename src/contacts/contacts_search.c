/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names and telephone numbers in the one spelling that search columns hold
 * (GDPR 15).
 */
#include "contacts/contacts_search.h"

#include <stdbool.h>

#include "base/fold.h"
#include "base/text.h"

#define DIGITS_MIN	8
#define DIGITS_MAX	15	/* E.164, 6.1 */

/* How a country writes a number for itself. */
struct plan {
	const char *country;
	const char *code;	/* E.164 country code */
	const char *trunk;	/* written before national numbers; "" if none */
	size_t min;		/* digits after the trunk prefix */
	size_t max;
};

static const struct plan plans[] = {
	{ "AT", "43",	"0",	4,	13 },
	{ "BE", "32",	"0",	8,	9 },
	{ "CA", "1",	"",	10,	10 },
	{ "CH", "41",	"0",	9,	9 },
	{ "DE", "49",	"0",	5,	11 },
	{ "ES", "34",	"",	9,	9 },
	{ "FR", "33",	"0",	9,	9 },
	{ "GB", "44",	"0",	9,	10 },
	{ "IE", "353",	"0",	7,	9 },
	{ "IT", "39",	"",	6,	11 },	/* its zero is part of the number */
	{ "LU", "352",	"",	6,	11 },
	{ "MC", "377",	"",	8,	9 },
	{ "NL", "31",	"0",	9,	9 },
	{ "PT", "351",	"",	9,	9 },
	{ "US", "1",	"",	10,	10 },
};

/* National numbers of France that start so are of another country code. */
static const struct {
	const char *start;	/* after the trunk prefix */
	const char *code;
} overseas[] = {
	{ "262", "262" }, { "263", "262" }, { "269", "262" },
	{ "639", "262" }, { "692", "262" }, { "693", "262" },
	{ "63998", "33" },	/* of films and examples (ARCEP) */
	{ "590", "590" }, { "690", "590" }, { "691", "590" },
	{ "594", "594" }, { "694", "594" },
	{ "596", "596" }, { "696", "596" }, { "697", "596" },
};

char *
contacts_search_key(struct arena *a, const char *name)
{
	return fold_words(a, name);
}

static bool
has_word(const struct contacts_words *w, const char *word)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->words[i], word) == 0)
			return true;
	return false;
}

/* ${word}, ${len} bytes, cut to CONTACTS_WORD_MAX code points. */
static char *
cut(struct arena *a, const char *word, size_t len)
{
	char *copy = arena_textn(a, word, len), *p;
	size_t points = 0;

	for (p = copy; *p != '\0'; p++) {
		if (((unsigned char)*p & 0xc0) == 0x80)
			continue;
		if (points++ == CONTACTS_WORD_MAX) {
			*p = '\0';
			break;
		}
	}
	return copy;
}

void
contacts_search_words(struct arena *a, const char *const *texts, size_t n,
    struct contacts_words *ret_words)
{
	struct contacts_words w = { .n = 0 };
	const char *p, *word;
	size_t i, len;

	for (i = 0; i < n; i++) {
		p = fold_words(a, texts[i]);
		for (; *p != '\0' && w.n < CONTACTS_WORDS_MAX; p += len) {
			p += strspn(p, " ");
			len = strcspn(p, " ");
			word = cut(a, p, len);
			if (!has_word(&w, word))
				w.words[w.n++] = word;
		}
	}
	*ret_words = w;
}

/* Bytes of the separator at ${p}, or 0. */
static size_t
separator(const char *p)
{
	static const char *const wide[] = {
		"\xc2\xa0",	/* no-break space */
		"\xe2\x80\x89",	/* thin space */
		"\xe2\x80\xaf",	/* narrow no-break space */
		"\xe2\x80\x90",	/* hyphen */
		"\xe2\x80\x91",	/* non-breaking hyphen */
		"\xe2\x80\x93",	/* en dash */
	};
	size_t i;

	if (*p != '\0' && strchr(" .-/()", *p) != NULL)
		return 1;
	for (i = 0; i < LENGTH(wide); i++)
		if (text_starts(p, wide[i]))
			return strlen(wide[i]);
	return 0;
}

/*
 * The digits of ${text} into ${digits} (DIGITS_MAX + 3 bytes), without a "(0)"
 * that follows an international prefix; false for anything but a number.
 */
static bool
read_digits(const char *text, bool is_international, char *digits)
{
	size_t n = 0, skip;

	while (*text != '\0') {
		if (is_international && n > 0 && text_starts(text, "(0)")) {
			text += strlen("(0)");
		} else if ((skip = separator(text)) > 0) {
			text += skip;
		} else if (*text < '0' || *text > '9' ||
		    n == DIGITS_MAX + 2) {
			return false;
		} else {
			digits[n++] = *text++;
		}
	}
	digits[n] = '\0';
	return true;
}

static const struct plan *
plan_of_country(const char *country)
{
	size_t i;

	for (i = 0; country != NULL && i < LENGTH(plans); i++)
		if (strcmp(plans[i].country, country) == 0)
			return &plans[i];
	return NULL;
}

/* The longest code wins: 377 is not 37 and a 7. */
static const struct plan *
plan_of_code(const char *digits)
{
	const struct plan *found = NULL;
	size_t i;

	for (i = 0; i < LENGTH(plans); i++)
		if (text_starts(digits, plans[i].code) && (found == NULL ||
		    strlen(plans[i].code) > strlen(found->code)))
			found = &plans[i];
	return found;
}

/* ${number}, without its trunk prefix, under ${plan}; NULL if it is none. */
static char *
under_plan(struct arena *a, const struct plan *plan, const char *number)
{
	const char *code = plan->code;
	size_t i, len = strlen(number);

	if (len < plan->min || len > plan->max ||
	    (plan->trunk[0] != '\0' && number[0] == '0'))
		return NULL;
	for (i = 0; strcmp(plan->country, "FR") == 0 && i < LENGTH(overseas);
	    i++)
		if (text_starts(number, overseas[i].start))
			code = overseas[i].code;
	return arena_printf(a, "+%s%s", code, number);
}

static char *
international(struct arena *a, const char *digits)
{
	const struct plan *plan = plan_of_code(digits);
	size_t len = strlen(digits);
	const char *number;

	if (len < DIGITS_MIN || len > DIGITS_MAX || digits[0] == '0')
		return NULL;
	if (plan == NULL)
		return arena_printf(a, "+%s", digits);
	number = digits + strlen(plan->code);
	if (plan->trunk[0] != '\0' && text_starts(number, plan->trunk))
		number += strlen(plan->trunk);	/* "+33 06 ...", often typed */
	return under_plan(a, plan, number);
}

static char *
national(struct arena *a, const char *digits, const char *country)
{
	const struct plan *plan = plan_of_country(country);

	if (plan == NULL || !text_starts(digits, plan->trunk))
		return NULL;
	return under_plan(a, plan, digits + strlen(plan->trunk));
}

enum err
contacts_phone_read(struct arena *a, const char *text, const char *country,
    char **ret_phone)
{
	const char *p = text_trim(a, text);
	char digits[DIGITS_MAX + 3], *phone;
	bool has_plus = *p == '+';

	if (!read_digits(p + (has_plus ? 1 : 0),
	    has_plus || text_starts(p, "00"), digits))
		return ERR_INVALID;
	if (has_plus)
		phone = international(a, digits);
	else if (text_starts(digits, "00"))
		phone = international(a, digits + 2);
	else
		phone = national(a, digits, country);
	if (phone == NULL || strlen(phone) < 1 + DIGITS_MIN ||
	    strlen(phone) > CONTACTS_PHONE_MAX)
		return ERR_INVALID;
	*ret_phone = phone;
	return ERR_OK;
}

enum err
contacts_country_read(struct arena *a, const char *text,
    const char **ret_country)
{
	char *country = arena_text(a, text), *p;

	for (p = country; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
	if (p != country && (p - country != 2 || strspn(country,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
		return ERR_INVALID;
	*ret_country = country;
	return ERR_OK;
}

const char *
contacts_phone_show(struct arena *a, const char *phone)
{
	const char *p;

	if (!text_starts(phone, "+33") || strlen(phone) != 12)
		return phone;
	p = phone + 3;
	return arena_printf(a, "+33 %.1s %.2s %.2s %.2s %.2s", p, p + 1, p + 3,
	    p + 5, p + 7);
}
