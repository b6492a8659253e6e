/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mustache text to operations: tags, lines that hold nothing but a tag,
 * sections, changed delimiters.  Source: the Mustache specification, 1.4.
 */
#include "html/tag.h"

#include "html/html.h"
#include "html/template.h"
#include "html/words.h"

struct parser {
	struct tags tags;
	struct template *t;
	struct ops *ops;
	bool is_indented;
	size_t seen;		/* offset up to which seen_line is counted */
	uint32_t seen_line;
	uint32_t open[HTML_NESTING_MAX];	/* sections not yet ended */
	unsigned depth;
};

static bool
is_line_start(const struct parser *p, size_t at)
{
	return at == 0 || p->tags.text[at - 1] == '\n';
}

static void
add_text(struct parser *p, size_t from, size_t to)
{
	struct op *op;

	if (from == to)
		return;
	for (; p->seen < from && !p->tags.has_one_line; p->seen++)
		p->seen_line += p->tags.text[p->seen] == '\n';
	op = ops_add(p->ops, OP_TEXT, p->seen_line);
	op->text = p->tags.text + from;
	op->len = (uint32_t)(to - from);
}

/*
 * Text between tags.  With indentation each line start is marked, as if the
 * blanks stood in the text itself: before a line's first byte or tag, unless
 * the line is empty or is dropped because a tag stands alone on it.
 */
static void
add_lines(struct parser *p, size_t from, size_t to, bool has_tag_after)
{
	const char *text = p->tags.text, *end;
	size_t next;

	if (!p->is_indented) {
		add_text(p, from, to);
		return;
	}
	for (; from < to; from = next) {
		end = memchr(text + from, '\n', to - from);
		next = end == NULL ? to : (size_t)(end - text) + 1;
		if (is_line_start(p, from) && text[from] != '\n')
			(void)ops_add(p->ops, OP_INDENT, 0);
		add_text(p, from, next);
	}
	if (has_tag_after && is_line_start(p, to))
		(void)ops_add(p->ops, OP_INDENT, 0);
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

/*
 * Whether nothing but blanks shares the line with the tag (which may be of
 * several lines): then the line goes with it, from ret_from to ret_to.
 */
static bool
is_alone(const struct parser *p, const struct tag *tag, size_t done,
    size_t *ret_from, size_t *ret_to)
{
	const char *text = p->tags.text;
	size_t from = tag->start, to = tag->end;

	while (from > done && is_blank(text[from - 1]))
		from--;
	if (!is_line_start(p, from))
		return false;
	while (is_blank(text[to]))
		to++;
	if (text[to] == '\r' && text[to + 1] == '\n')
		to++;
	if (text[to] != '\n' && text[to] != '\0')
		return false;
	*ret_from = from;
	*ret_to = text[to] == '\0' ? to : to + 1;
	return true;
}

static bool
is_good_name(const char *name)
{
	size_t i;
	bool was_dot = true;

	if (strcmp(name, ".") == 0)
		return true;
	if (strcmp(name, "_") == 0)
		return false;	/* words, which only a section can be */
	for (i = 0; name[i] != '\0'; i++) {
		if (name[i] == '.' && was_dot)
			return false;
		was_dot = name[i] == '.';
		if (!was_dot && strchr("abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", name[i]) == NULL)
			return false;
	}
	return !was_dot;
}

/* Put the tag's name into op, whole and split at its dots. */
static enum err
set_name(struct parser *p, struct op *op, const struct tag *tag)
{
	struct arena *a = p->t->set->arena;
	const char *name = arena_textn(a, tag->name, tag->name_len);
	struct bytes *parts;
	unsigned n = 1;
	size_t i, from = 0;

	if ((p->t->set->flags & HTML_LENIENT) == 0 && !is_good_name(name))
		return template_refuse(p->t, tag->line, "bad name %.60s", name);
	op->text = name;
	op->len = (uint32_t)tag->name_len;
	if (strcmp(name, ".") == 0)
		return ERR_OK;
	for (i = 0; i < op->len; i++)
		n += name[i] == '.';
	op->parts = parts = arena_take(a, n * sizeof(*parts));
	op->n_parts = n;
	for (i = 0, n = 0; i <= op->len; i++) {
		if (i < op->len && name[i] != '.')
			continue;
		parts[n].ptr = (const unsigned char *)name + from;
		parts[n++].len = i - from;
		from = i + 1;
	}
	return ERR_OK;
}

static enum err
add_value(struct parser *p, const struct tag *tag)
{
	bool is_lenient = (p->t->set->flags & HTML_LENIENT) != 0;
	struct op *op = ops_add(p->ops, OP_VALUE, tag->line);

	if (!p->t->is_html)
		op->flags |= OP_RAW;
	if (tag->kind != TAG_VALUE) {
		if (p->t->is_html && !is_lenient)
			return template_refuse(p->t, tag->line,
			    "the raw form of a value");
		op->flags |= OP_RAW;
	}
	return set_name(p, op, tag);
}

static enum err
add_section(struct parser *p, const struct tag *tag)
{
	if (p->depth == HTML_NESTING_MAX)
		return template_refuse(p->t, tag->line,
		    "sections are nested deeper than %d", HTML_NESTING_MAX);
	p->open[p->depth++] = p->ops->n;
	return set_name(p, ops_add(p->ops, tag->kind == TAG_SECTION ?
	    OP_SECTION : OP_INVERTED, tag->line), tag);
}

static enum err
add_end(struct parser *p, const struct tag *tag)
{
	struct op *start;

	if (p->depth == 0)
		return template_refuse(p->t, tag->line,
		    "the end of a section that was not started");
	start = &p->ops->at[p->open[--p->depth]];
	if (start->len != tag->name_len ||
	    memcmp(start->text, tag->name, tag->name_len) != 0)
		return template_refuse(p->t, tag->line,
		    "the end of another section than %.60s of line %u",
		    start->text, start->line);
	start->end = p->ops->n;
	(void)ops_add(p->ops, OP_END, tag->line);
	return ERR_OK;
}

static enum err
add_partial(struct parser *p, const struct tag *tag, const char *indent)
{
	struct set *set = p->t->set;
	struct op *op = ops_add(p->ops, OP_PARTIAL, tag->line);
	const char *ending = p->t->is_html ? ".html" : ".txt";

	if (set->has_names_as_they_stand)
		ending = "";
	op->text = arena_printf(set->arena, "%.*s%s", (int)tag->name_len,
	    tag->name, ending);
	op->len = (uint32_t)strlen(op->text);
	/* In HTML, blanks before lines would be seen in textarea and pre. */
	if (!p->t->is_html || (set->flags & HTML_LENIENT) != 0)
		op->indent = indent;
	return ERR_OK;
}

/* All tags of words are values; their names must be among those of ops. */
static enum err
add_words_text(struct parser *p, const char *text, uint32_t line,
    const struct ops *known)
{
	struct parser q = { .t = p->t, .ops = p->ops, .seen_line = line };
	struct tag tag;
	size_t done = 0;
	uint32_t i;
	enum err e;

	tags_open(&q.tags, p->t, text, line);
	while (tags_next(&q.tags, &tag, &e)) {
		add_text(&q, done, tag.start);
		done = tag.end;
		if (tag.kind != TAG_VALUE)
			return template_refuse(p->t, line,
			    "words hold something else than text and values");
		if ((e = add_value(&q, &tag)) != ERR_OK)
			return e;
		for (i = 0; known != NULL && i < known->n; i++)
			if (known->at[i].kind == OP_VALUE &&
			    strcmp(known->at[i].text,
			    p->ops->at[p->ops->n - 1].text) == 0)
				break;
		if (known != NULL && i == known->n)
			return template_refuse(p->t, line, "the translation "
			    "has a value that the English lacks: %.*s",
			    (int)tag.name_len, tag.name);
	}
	if (e == ERR_OK)
		add_text(&q, done, strlen(text));
	return e;
}

/* A translation may move the tags of the English words, not bring its own. */
static enum err
check_markup(struct parser *p, const char *msgid, const char *text,
    uint32_t line)
{
	const char *tag, *end, *found;
	size_t len;

	if (!p->t->is_html)
		return ERR_OK;
	for (tag = strchr(text, '<'); tag != NULL; tag = strchr(end, '<')) {
		end = strchr(tag, '>');
		end = end == NULL ? tag + strlen(tag) : end + 1;
		len = (size_t)(end - tag);
		for (found = msgid; (found = strchr(found, '<')) != NULL;
		    found++)
			if (strncmp(found, tag, len) == 0)
				break;
		if (found == NULL)
			return template_refuse(p->t, line, "the translation "
			    "has a tag that the English lacks: %.60s", tag);
	}
	return ERR_OK;
}

/* {{#_}}words{{/_}}: the translation is compiled in the place of the words. */
static enum err
add_words(struct parser *p, const struct tag *tag, size_t *ret_end)
{
	struct set *set = p->t->set;
	struct ops english = { .arena = set->scratch }, *ops = p->ops;
	const char *msgid, *text;
	enum err e;

	if ((e = tags_words(&p->tags, tag, set->scratch, &msgid, ret_end)) !=
	    ERR_OK)
		return e;
	p->ops = &english;
	e = add_words_text(p, msgid, tag->line, NULL);
	p->ops = ops;
	if (e != ERR_OK)
		return e;
	text = words_get(set->lang, msgid);
	if (text != msgid)
		text = arena_text(set->scratch, text);
	if ((e = check_markup(p, msgid, text, tag->line)) != ERR_OK)
		return e;
	(void)ops_add(ops, OP_WORDS, tag->line);
	if ((e = add_words_text(p, text, tag->line, &english)) != ERR_OK)
		return e;
	(void)ops_add(ops, OP_WORDS_END, tag->line);
	return ERR_OK;
}

static enum err
add_tag(struct parser *p, const struct tag *tag, const char *indent)
{
	switch (tag->kind) {
	case TAG_VALUE:
	case TAG_RAW:
		return add_value(p, tag);
	case TAG_SECTION:
	case TAG_INVERTED:
		return add_section(p, tag);
	case TAG_END:
		return add_end(p, tag);
	case TAG_PARTIAL:
		return add_partial(p, tag, indent);
	case TAG_COMMENT:
	case TAG_DELIMITERS:
		return ERR_OK;
	}
	return ERR_BUG;
}

static enum err
parse(struct parser *p)
{
	bool is_lenient = (p->t->set->flags & HTML_LENIENT) != 0, is_words;
	size_t done = 0, from, to;
	const char *indent;
	struct tag tag;
	enum err e;

	while (tags_next(&p->tags, &tag, &e)) {
		is_words = tag.kind == TAG_SECTION && !is_lenient &&
		    tag.name_len == 1 && tag.name[0] == '_';
		from = tag.start;
		to = tag.end;
		indent = NULL;
		if (tag.kind != TAG_VALUE && tag.kind != TAG_RAW && !is_words &&
		    is_alone(p, &tag, done, &from, &to))
			indent = arena_textn(p->t->set->arena,
			    p->tags.text + from, tag.start - from);
		add_lines(p, done, from, indent == NULL);
		e = is_words ? add_words(p, &tag, &to) :
		    add_tag(p, &tag, indent);
		if (e != ERR_OK)
			return e;
		done = to;
		if (is_words)
			tags_skip(&p->tags, to);
	}
	if (e != ERR_OK)
		return e;
	add_lines(p, done, strlen(p->tags.text), false);
	if (p->depth > 0)
		return template_refuse(p->t,
		    p->ops->at[p->open[p->depth - 1]].line,
		    "the section %.60s has no end",
		    p->ops->at[p->open[p->depth - 1]].text);
	return ERR_OK;
}

enum err
template_parse(struct template *t, bool is_indented, struct ops **ret_ops)
{
	struct parser p = { .t = t, .is_indented = is_indented,
	    .seen_line = 1 };
	enum err e;

	if (t->parsed[is_indented] == NULL) {
		p.ops = arena_take(t->set->scratch, sizeof(*p.ops));
		p.ops->arena = t->set->scratch;
		tags_open(&p.tags, t, t->text, 0);
		if ((e = parse(&p)) != ERR_OK)
			return e;
		t->parsed[is_indented] = p.ops;
	}
	*ret_ops = t->parsed[is_indented];
	return ERR_OK;
}
