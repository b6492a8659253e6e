/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Folding by libunistring, and the few Latin letters that Unicode does not
 * take apart.
 */
#include "base/fold.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/buf.h"

/* Letters in lower case that no normalisation form decomposes. */
static const struct {
	ucs4_t letter;
	const char *plain;
} plain_letters[] = {
	{ 0x00e6, "ae" },	/* ae ligature */
	{ 0x00f0, "d" },	/* eth */
	{ 0x00f8, "o" },	/* o with stroke */
	{ 0x00fe, "th" },	/* thorn */
	{ 0x0111, "d" },	/* d with stroke */
	{ 0x0127, "h" },	/* h with stroke */
	{ 0x0131, "i" },	/* dotless i */
	{ 0x0138, "k" },	/* kra */
	{ 0x0142, "l" },	/* l with stroke */
	{ 0x014b, "n" },	/* eng */
	{ 0x0153, "oe" },	/* oe ligature */
	{ 0x0167, "t" },	/* t with stroke */
};

/*
 * Accents and the points of Hebrew and Arabic go; the marks without which a
 * letter is another letter stay: the voiced kana, Indic signs, Thai tones.
 */
static bool
is_accent(ucs4_t point)
{
	int class = uc_combining_class(point);

	return (class >= 10 && class <= 35) || class >= 200;
}

/* Letters by their category that people type for an apostrophe. */
static bool
is_apostrophe(ucs4_t point)
{
	return point >= 0x02b9 && point <= 0x02bf;
}

static bool
is_of_word(ucs4_t point)
{
	return !is_apostrophe(point) && uc_is_general_category_withtable(point,
	    UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M);
}

static void
add_plain(struct buf *b, ucs4_t point)
{
	uint8_t bytes[6];
	size_t i;
	int n;

	for (i = 0; i < LENGTH(plain_letters); i++)
		if (plain_letters[i].letter == point) {
			buf_text(b, plain_letters[i].plain);
			return;
		}
	n = u8_uctomb(bytes, point, (ptrdiff_t)sizeof(bytes));
	assert(n > 0);
	buf_add(b, bytes, (size_t)n);
}

/* The words of ${p}, which is case-folded NFKD. */
static void
add_words(struct buf *b, const uint8_t *p, const uint8_t *end)
{
	bool in_word = false;
	ucs4_t point;

	for (; p < end; ) {
		p += u8_mbtouc(&point, p, (size_t)(end - p));
		if (is_accent(point))
			continue;
		if (!is_of_word(point)) {
			in_word = false;
			continue;
		}
		if (!in_word && b->len > 0)
			buf_char(b, ' ');
		in_word = true;
		add_plain(b, point);
	}
}

/* Take ${p}, from the library's allocator, into ${a}; nothing stays behind. */
static struct bytes
take(struct arena *a, uint8_t *p, size_t len)
{
	struct bytes copy;

	assert(p != NULL);
	copy = arena_bytes(a, p, len);
	explicit_bzero(p, len);
	free(p);
	return copy;
}

/*
 * Normalised before folding too: the letter that a compatibility form stands
 * for can be a capital.
 */
char *
fold_words(struct arena *a, const char *text)
{
	struct bytes t = { (const uint8_t *)text, strlen(text) };
	struct buf b;
	uint8_t *p;
	size_t len;

	p = u8_normalize(UNINORM_NFKD, t.ptr, t.len, NULL, &len);
	t = take(a, p, len);
	p = u8_casefold(t.ptr, t.len, NULL, UNINORM_NFKD, NULL, &len);
	t = take(a, p, len);
	buf_open(&b, a);
	add_words(&b, t.ptr, t.ptr + t.len);
	p = u8_normalize(UNINORM_NFC, (const uint8_t *)b.ptr, b.len, NULL,
	    &len);
	t = take(a, p, len);
	return arena_textn(a, t.ptr, t.len);
}
