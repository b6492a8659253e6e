/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * vCard 4.0 as text (GDPR 20).
 */
#include "export/vcard.h"

#include <stdbool.h>

#include "base/clock.h"

#define LINE_MAX_BYTES	75	/* RFC 6350, 3.2, without the CR LF */

static bool
is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/*
 * What a backslash precedes (RFC 6350, 3.4): a semicolon only where it would
 * end a component, since readers leave it escaped elsewhere.
 */
#define IN_TEXT		"\\,"
#define IN_COMPONENT	"\\,;"

static void
add_escaped(struct buf *b, const char *text, const char *special)
{
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '\n' || (*text == '\r' && text[1] != '\n')) {
			buf_text(b, "\\n");
		} else if (strchr(special, *text) != NULL) {
			buf_char(b, '\\');
			buf_char(b, *text);
		} else if ((unsigned char)*text >= 0x20 && *text != 0x7f) {
			buf_char(b, *text);
		}
	}
}

/* Append ${line}, folded between characters. */
static void
add_folded(struct buf *out, const struct buf *line)
{
	const char *p = line->ptr, *end = line->ptr + line->len;
	size_t room = LINE_MAX_BYTES, n;

	while ((size_t)(end - p) > room) {
		for (n = room; n > 1 &&
		    ((unsigned char)p[n] & 0xc0) == 0x80; n--)
			continue;
		buf_add(out, p, n);
		buf_text(out, "\r\n ");
		p += n;
		room = LINE_MAX_BYTES - 1;	/* the space counts */
	}
	buf_add(out, p, (size_t)(end - p));
	buf_text(out, "\r\n");
}

/* One property of ${n} components; none if all are empty. */
static void
add_components(struct buf *out, const char *name, const char *special,
    const char *const *parts, size_t n)
{
	struct buf line;
	bool has_any = false;
	size_t i;

	for (i = 0; i < n; i++)
		has_any = has_any || is_given(parts[i]);
	if (!has_any)
		return;
	buf_open(&line, out->arena);
	buf_text(&line, name);
	for (i = 0; i < n; i++) {
		buf_char(&line, i == 0 ? ':' : ';');
		add_escaped(&line, parts[i], special);
	}
	add_folded(out, &line);
}

static void
add_text(struct buf *out, const char *name, const char *text)
{
	add_components(out, name, IN_TEXT, &text, 1);
}

/* What the card is shown as: FN may not be empty (RFC 6350, 6.2.1). */
static const char *
full_name(struct arena *a, const struct vcard *card)
{
	if (is_given(card->given) && is_given(card->family))
		return arena_printf(a, "%s %s", card->given, card->family);
	if (is_given(card->given))
		return card->given;
	if (is_given(card->family))
		return card->family;
	if (is_given(card->organisation))
		return card->organisation;
	if (is_given(card->email))
		return card->email;
	return is_given(card->phone) ? card->phone : "-";
}

/* REV in the basic format of ISO 8601 (RFC 6350, 4.3.5). */
static const char *
revision(struct arena *a, int64_t at_us)
{
	char *iso = clock_iso(a, at_us), *to = iso;
	const char *from;

	for (from = iso; *from != '\0'; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
	return iso;
}

void
vcard_add(const struct vcard *card, struct buf *out)
{
	struct arena *a = out->arena;
	const char *fn = full_name(a, card), *tel = NULL, *rev = NULL;
	const char *const name[] = { card->family, card->given, "", "", "" };
	const char *const address[] = { "", "", card->street, card->city, "",
		card->postcode, card->country };

	if (is_given(card->phone))
		tel = arena_printf(a, "tel:%s", card->phone);
	if (card->changed_us != 0)
		rev = revision(a, card->changed_us);
	buf_text(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
	add_text(out, "FN", fn);
	add_components(out, "N", IN_COMPONENT, name, LENGTH(name));
	add_components(out, "ORG", IN_COMPONENT, &card->organisation, 1);
	add_text(out, "TITLE", card->title);
	add_text(out, "EMAIL", card->email);
	add_text(out, "TEL;VALUE=uri", tel);
	add_components(out, "ADR", IN_COMPONENT, address, LENGTH(address));
	add_text(out, "LANG", card->language);
	add_text(out, "REV", rev);
	buf_text(out, "END:VCARD\r\n");
}
