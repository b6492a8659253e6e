/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers, domains and names of organisations as they are typed and stored.
 * Law: GDPR 5(1)(d).
 */
#include "organisations/organisations.h"

#include <string.h>

#include "base/address.h"
#include "base/text.h"

#define SIREN_DIGITS	9
#define SIRET_DIGITS	14
#define REGISTER_MAX	20
#define VAT_MIN		4
#define VAT_MAX		14
#define DOMAIN_MAX	253	/* RFC 1035, 2.3.4 */
#define WEBSITE_MAX	200
#define LA_POSTE	"356000000"

#define DIGITS		"0123456789"
#define CAPITALS	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* ${text} in capitals, without the characters of ${out}. */
static char *
capitals(struct arena *a, const char *text, const char *out)
{
	char *copy = arena_text(a, text), *to = copy;

	for (; *text != '\0'; text++) {
		if (strchr(out, *text) != NULL)
			continue;
		*to++ = *text >= 'a' && *text <= 'z' ?
		    (char)(*text - 'a' + 'A') : *text;
	}
	*to = '\0';
	return copy;
}

static bool
is_all(const char *text, const char *of)
{
	return text[strspn(text, of)] == '\0';
}

static bool
has_right_digit(const char *digits)
{
	size_t i, len = strlen(digits);
	unsigned sum = 0, plain = 0, d;

	for (i = 0; i < len; i++) {
		d = (unsigned)(digits[len - 1 - i] - '0');
		plain += d;
		if (i % 2 == 1)
			d = d < 5 ? 2 * d : 2 * d - 9;
		sum += d;
	}
	return sum % 10 == 0 || (len == SIRET_DIGITS &&
	    text_starts(digits, LA_POSTE) && plain % 5 == 0);
}

enum err
organisations_registration_read(struct arena *a, const char *text,
    const char *country, const char **ret_number)
{
	const char *number = capitals(a, text_trim(a, text), "");
	const char *digits = capitals(a, number, " .-/");
	size_t len = strlen(digits);

	if ((*country == '\0' || strcmp(country, "FR") == 0) &&
	    is_all(digits, DIGITS) &&
	    (len == SIREN_DIGITS || len == SIRET_DIGITS)) {
		if (!has_right_digit(digits))
			return ERR_INVALID;
		number = digits;
	}
	if (strlen(number) > REGISTER_MAX ||
	    !is_all(number, DIGITS CAPITALS " -./") ||
	    (*number != '\0' && len == 0))
		return ERR_INVALID;
	*ret_number = number;
	return ERR_OK;
}

/* The key of two digits before a SIREN. */
static bool
has_right_key(const char *digits)
{
	unsigned siren = 0;
	size_t i;

	for (i = 2; i < 2 + SIREN_DIGITS; i++)
		siren = (siren * 10 + (unsigned)(digits[i] - '0')) % 97;
	return (12 + 3 * siren) % 97 == (unsigned)(digits[0] - '0') * 10 +
	    (unsigned)(digits[1] - '0');
}

enum err
organisations_vat_read(struct arena *a, const char *text,
    const char **ret_number)
{
	const char *number = capitals(a, text, " .-");
	size_t len = strlen(number);

	if (len != 0 && (len < VAT_MIN || len > VAT_MAX ||
	    strspn(number, CAPITALS) < 2 ||
	    !is_all(number, DIGITS CAPITALS)))
		return ERR_INVALID;
	if (text_starts(number, "FR") && (len != 4 + SIREN_DIGITS ||
	    !is_all(number + 4, DIGITS) || (is_all(number + 2, DIGITS) &&
	    !has_right_key(number + 2))))
		return ERR_INVALID;
	*ret_number = number;
	return ERR_OK;
}

/* What stands between "https://", "www.", "somebody@" and "/a/page". */
static const char *
host_of(struct arena *a, const char *text)
{
	const char *p = strstr(text, "://");

	text = p == NULL ? text : p + strlen("://");
	p = strrchr(text, '@');
	text = p == NULL ? text : p + 1;
	if (strncasecmp(text, "www.", 4) == 0)
		text += 4;
	return arena_textn(a, text, strcspn(text, "/?#"));
}

enum err
organisations_domain_read(struct arena *a, const char *text,
    const char **ret_domain)
{
	const char *host = host_of(a, text_trim(a, text));
	struct address address;
	const char *domain;

	if (*host == '\0') {
		*ret_domain = "";
		return *text_trim(a, text) == '\0' ? ERR_OK : ERR_INVALID;
	}
	if (strchr(host, '.') == NULL || address_read(a, arena_printf(a,
	    "x@%s", host), &address) != ERR_OK)
		return ERR_INVALID;
	domain = strchr(address.key, '@') + 1;
	if (strlen(domain) > DOMAIN_MAX)
		return ERR_INVALID;
	*ret_domain = domain;
	return ERR_OK;
}

const char *
organisations_domain_show(struct arena *a, const char *domain)
{
	return *domain == '\0' ? domain : strchr(address_show(a,
	    arena_printf(a, "x@%s", domain)), '@') + 1;
}

bool
organisations_website_is_good(const char *text)
{
	size_t scheme = text_starts(text, "https://") ? strlen("https://") :
	    text_starts(text, "http://") ? strlen("http://") : 0;

	return *text == '\0' || (scheme > 0 && strlen(text) <= WEBSITE_MAX &&
	    strlen(text) > scheme + 3 && strchr(text, '.') != NULL &&
	    strpbrk(text, " \"'<>\\") == NULL);
}

const char *
organisations_sort_name(struct arena *a, const char *name)
{
	char *key = contacts_search_key(a, name), *p;
	size_t points = 0;

	for (p = key; *p != '\0'; p++) {
		if (((unsigned char)*p & 0xc0) == 0x80)
			continue;
		if (points++ == ORGANISATIONS_SORT_MAX) {
			*p = '\0';
			break;
		}
	}
	return key;
}

/* The longest word leads the walk: fewer have it. */
static void
longest_first(struct contacts_words *words)
{
	const char *first;
	size_t i, best = 0;

	for (i = 1; i < words->n; i++)
		if (strlen(words->words[i]) > strlen(words->words[best]))
			best = i;
	if (best > 0) {
		first = words->words[0];
		words->words[0] = words->words[best];
		words->words[best] = first;
	}
}

void
organisations_needle_read(struct arena *a, const char *text,
    struct organisations_needle *ret_needle)
{
	struct organisations_needle n = { .words = { .n = 0 } };
	const char *typed = text_trim(a, text);
	const char *digits = capitals(a, typed, " .-/");
	const char *host = host_of(a, typed), *domain;

	if (strlen(digits) >= SIREN_DIGITS && is_all(digits, DIGITS)) {
		n.registration = digits;
	} else if (strpbrk(typed, " \t") == NULL &&
	    strpbrk(typed, ".@") != NULL && *host != '\0') {
		/* the beginning of a domain need not be one */
		n.domain = organisations_domain_read(a, typed, &domain) ==
		    ERR_OK ? domain : text_lower_ascii(a, host);
	} else {
		contacts_search_words(a, &typed, 1, &n.words);
		longest_first(&n.words);
		if (n.words.n > ORGANISATIONS_WORDS_USED)
			n.words.n = ORGANISATIONS_WORDS_USED;
	}
	*ret_needle = n;
}

const char *
organisations_end(struct arena *a, const char *start)
{
	return arena_printf(a, "%s\xF4\x8F\xBF\xBF", start);
}
