/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mail addresses: the check that keeps look-alikes and injected commands out
 * of sign-in and mail (GDPR 5(1)(d) and 32).
 */
#include "base/address.h"

#include <assert.h>
#include <stdbool.h>

#include <idn2.h>
#include <unictype.h>
#include <unistr.h>

#include "base/text.h"

#define LOCAL_MAX_BYTES	64	/* RFC 5321, 4.5.3.1.1 */
#define LABEL_MAX_BYTES	63	/* RFC 1035, 2.3.4 */
#define TYPED_MAX_BYTES	1024	/* an A-label may be shorter than its letters */

/*
 * Without IDN2_USE_STD3_ASCII_RULES: with it libidn2 drops what it should
 * refuse, and "exam_ple.org" becomes the domain of somebody else.  is_domain()
 * refuses instead.
 */
#define IDN_FLAGS	(IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

enum script {
	SCRIPT_HAN	= 1 << 0,
	SCRIPT_HIRAGANA	= 1 << 1,
	SCRIPT_KATAKANA	= 1 << 2,
	SCRIPT_HANGUL	= 1 << 3,
	SCRIPT_BOPOMOFO	= 1 << 4,
	SCRIPT_LATIN	= 1 << 5,
	SCRIPT_OTHER	= 1 << 6
};

static const struct {
	const char *name;	/* as in Unicode's Scripts.txt */
	unsigned int script;
} script_names[] = {
	{ "Han",	SCRIPT_HAN },
	{ "Hiragana",	SCRIPT_HIRAGANA },
	{ "Katakana",	SCRIPT_KATAKANA },
	{ "Hangul",	SCRIPT_HANGUL },
	{ "Bopomofo",	SCRIPT_BOPOMOFO },
	{ "Latin",	SCRIPT_LATIN },
};

/* The mixtures that one language writes: UTS 39, 5.2, highly restrictive. */
static const unsigned int mixtures[] = {
	SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_HIRAGANA | SCRIPT_KATAKANA,
	SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_HANGUL,
	SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_BOPOMOFO,
};

/* What the label at hand has been written in so far. */
struct label {
	unsigned int scripts;
	const char *other;	/* name of its one script that has no bit */
	bool mixed;
};

static unsigned int
script_bit(const char *name)
{
	size_t i;

	for (i = 0; i < LENGTH(script_names); i++)
		if (strcmp(script_names[i].name, name) == 0)
			return script_names[i].script;
	return SCRIPT_OTHER;
}

static void
label_add(struct label *label, ucs4_t point)
{
	const uc_script_t *script = uc_script(point);
	unsigned int bit;

	if (script == NULL) {
		label->mixed = true;
		return;
	}
	if (strcmp(script->name, "Common") == 0 ||
	    strcmp(script->name, "Inherited") == 0)
		return;
	bit = script_bit(script->name);
	if (bit == SCRIPT_OTHER) {
		if (label->other != NULL &&
		    strcmp(label->other, script->name) != 0)
			label->mixed = true;
		label->other = script->name;
	}
	label->scripts |= bit;
}

static bool
is_single_script(const struct label *label)
{
	unsigned int s = label->scripts;
	size_t i;

	if (label->mixed)
		return false;
	if ((s & (s - 1)) == 0)
		return true;
	for (i = 0; i < LENGTH(mixtures); i++)
		if ((s & ~mixtures[i]) == 0)
			return true;
	return false;
}

/* Whether no label of ${domain}, in letters, mixes scripts. */
static bool
has_honest_labels(const char *domain)
{
	const uint8_t *p = (const uint8_t *)domain;
	struct label label = { 0 };
	ucs4_t point;

	while ((p = u8_next(&point, p)) != NULL) {
		if (point != '.') {
			label_add(&label, point);
			continue;
		}
		if (!is_single_script(&label))
			return false;
		label = (struct label){ 0 };
	}
	return is_single_script(&label);
}

/*
 * Whether ${text} holds a character that is drawn as nothing.  UTS 46 drops
 * most of them from a domain; what is shown would then hide them.  The two
 * joiners pass: libidn2 checks that their neighbours need them (RFC 5892, A.1).
 */
static bool
has_invisible(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	ucs4_t point;

	while ((p = u8_next(&point, p)) != NULL)
		if (point != 0x200c && point != 0x200d &&
		    uc_is_property_default_ignorable_code_point(point))
			return true;
	return false;
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* atext of RFC 5322, 3.2.3. */
static bool
is_atom_char(char c)
{
	return is_letter_or_digit(c) ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_dot_atom(const char *text, size_t len)
{
	size_t i;

	if (len == 0 || len > LOCAL_MAX_BYTES ||
	    text[0] == '.' || text[len - 1] == '.')
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] == '.' && text[i - 1] == '.')
			return false;
		if (text[i] != '.' && !is_atom_char(text[i]))
			return false;
	}
	return true;
}

static bool
is_ldh_label(const char *label, size_t len)
{
	size_t i;

	if (len == 0 || len > LABEL_MAX_BYTES ||
	    label[0] == '-' || label[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (label[i] != '-' && !is_letter_or_digit(label[i]))
			return false;
	return true;
}

/*
 * Whether ${domain} is at least two labels of letters, digits and hyphens,
 * the last of which starts with a letter: no address of a host in digits.
 */
static bool
is_domain(const char *domain)
{
	const char *label = domain, *dot;
	size_t labels = 1;

	for (; (dot = strchr(label, '.')) != NULL; label = dot + 1, labels++)
		if (!is_ldh_label(label, (size_t)(dot - label)))
			return false;
	return labels >= 2 && is_ldh_label(label, strlen(label)) &&
	    !(label[0] >= '0' && label[0] <= '9');
}

/*
 * The domain as A-labels.  libidn2 refuses a typed A-label that is not what
 * its letters give.
 */
static enum err
read_domain(struct arena *a, const char *typed, const char **ret_domain)
{
	char *ascii = NULL, *letters = NULL;
	enum err e = ERR_INVALID;
	int rc;

	rc = idn2_to_ascii_8z(typed, &ascii, IDN_FLAGS);
	assert(rc != IDN2_MALLOC);
	if (rc != IDN2_OK || !is_domain(ascii))
		goto out;
	rc = idn2_to_unicode_8z8z(ascii, &letters, IDN_FLAGS);
	assert(rc != IDN2_MALLOC);
	if (rc != IDN2_OK || !has_honest_labels(letters))
		goto out;
	*ret_domain = text_lower_ascii(a, ascii);
	e = ERR_OK;
out:
	idn2_free(ascii);
	idn2_free(letters);
	return e;
}

enum err
address_read(struct arena *a, const char *text, struct address *ret_address)
{
	const char *shown, *at, *domain;
	char *local;
	enum err e;

	if (text == NULL || strlen(text) > TYPED_MAX_BYTES)
		return ERR_INVALID;
	shown = text_trim(a, text);
	if (!text_is_plain(shown, false) || has_invisible(shown))
		return ERR_INVALID;
	if ((at = strchr(shown, '@')) == NULL ||
	    !is_dot_atom(shown, (size_t)(at - shown)))
		return ERR_INVALID;
	if ((e = read_domain(a, at + 1, &domain)) != ERR_OK)
		return e;
	local = arena_textn(a, shown, (size_t)(at - shown));
	if (strlen(local) + 1 + strlen(domain) > ADDRESS_MAX_BYTES)
		return ERR_INVALID;
	ret_address->shown = shown;
	ret_address->mail = arena_printf(a, "%s@%s", local, domain);
	ret_address->key = text_lower_ascii(a, ret_address->mail);
	return ERR_OK;
}

#define HIDDEN "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"

const char *
address_show(struct arena *a, const char *mail)
{
	const char *at = strrchr(mail, '@'), *shown = mail;
	struct address again;
	char *letters = NULL;
	int rc;

	if (at == NULL || strstr(at, "xn--") == NULL)
		return mail;
	rc = idn2_to_unicode_8z8z(at + 1, &letters, IDN_FLAGS);
	assert(rc != IDN2_MALLOC);
	if (rc == IDN2_OK) {
		shown = arena_printf(a, "%.*s%s", (int)(at + 1 - mail), mail,
		    letters);
		if (address_read(a, shown, &again) != ERR_OK ||
		    strcmp(again.mail, mail) != 0)
			shown = mail;
	}
	idn2_free(letters);
	return shown;
}

char *
address_mask(struct arena *a, const char *mail)
{
	const char *at = strchr(mail, '@'), *dot;

	if (at == NULL || at == mail || (dot = strrchr(at, '.')) == NULL)
		return arena_text(a, HIDDEN);
	return arena_printf(a, "%c" HIDDEN "@%c" HIDDEN "%s", mail[0], at[1],
	    dot);
}
