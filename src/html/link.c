/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Operations to a program: each value is checked against its place in HTML,
 * and each partial is compiled for the place where it is used, so that the
 * renderer has nothing left to decide (GDPR 32).
 */
#include "base/buf.h"
#include "html/html.h"
#include "html/template.h"

#define STEPS_MAX 200000	/* sections in tags are checked more than once */

struct linker {
	struct template *t;
	struct program *program;
	struct ops *ops;
	struct place place;
	struct place words;	/* where the present words began */
	bool is_checked;	/* an .html under the strict rules */
	unsigned steps;
};

static enum err check_range(struct linker *l, uint32_t from, uint32_t to);

static uint32_t
line_of(const struct op *op, size_t at)
{
	uint32_t line = op->line;
	size_t i;

	for (i = 0; i < at; i++)
		line += op->text[i] == '\n';
	return line;
}

static enum err
check_text(struct linker *l, const struct op *op)
{
	const char *reason;
	size_t at = 0;

	reason = place_feed(&l->place, op->text, op->len, &at);
	if (reason != NULL)
		return template_refuse(l->t, line_of(op, at), "%s", reason);
	return ERR_OK;
}

static enum err
check_value(struct linker *l, struct op *op)
{
	const char *reason;
	bool is_url;

	reason = place_value(&l->place, &is_url);
	if (reason != NULL)
		return template_refuse(l->t, op->line, "the value %.60s %s",
		    op->text, reason);
	if (is_url)
		op->flags |= OP_URL;
	return ERR_OK;
}

static enum err
border(struct linker *l, const struct op *op, const char *what)
{
	const char *reason = place_border(&l->place);

	if (reason != NULL)
		return template_refuse(l->t, op->line, "%s %.60s %s", what,
		    op->text == NULL ? "" : op->text, reason);
	return ERR_OK;
}

/*
 * What follows a section must mean the same whether it is drawn or not, and
 * each further time a list draws it.
 */
static enum err
check_section(struct linker *l, uint32_t at)
{
	const struct op *op = &l->ops->at[at];
	struct place before, joined;
	enum err e;

	if ((e = border(l, op, "the section")) != ERR_OK)
		return e;
	for (;;) {
		before = l->place;
		if ((e = check_range(l, at + 1, op->end)) != ERR_OK ||
		    (e = border(l, op, "the end of section")) != ERR_OK)
			return e;
		if (!place_join(&before, &l->place, &joined))
			return template_refuse(l->t, op->line, "after the "
			    "section %.60s HTML is elsewhere than before it",
			    op->text);
		l->place = joined;
		if (place_is_equal(&before, &joined))
			return ERR_OK;
	}
}

static enum err
check_partial(struct linker *l, struct op *op)
{
	bool is_indented = op->indent != NULL &&
	    (op->indent[0] != '\0' || l->program->is_indented);
	struct template *t;
	enum err e;

	t = template_find(l->t->set, op->text);
	if (t == NULL && (l->t->set->flags & HTML_LENIENT) != 0)
		return ERR_OK;
	if (t == NULL)
		return template_refuse(l->t, op->line,
		    "there is no partial %.100s", op->text);
	if (l->is_checked &&
	    (e = border(l, op, "the partial")) != ERR_OK)
		return e;
	if ((e = template_link(t, &l->place, is_indented, &op->partial)) !=
	    ERR_OK) {
		if (l->place.spot != SPOT_TEXT)
			return template_refuse(l->t, op->line,
			    "the partial %.100s cannot be here", op->text);
		l->t->is_bad = true;	/* the partial itself has been named */
		return e;
	}
	l->place = op->partial->end;
	return ERR_OK;
}

static enum err
check_words(struct linker *l, const struct op *op)
{
	enum err e;

	if ((e = border(l, op, "words")) != ERR_OK)
		return e;
	if (op->kind == OP_WORDS) {
		if (place_is_in_tag(&l->place))
			return template_refuse(l->t, op->line,
			    "words in a tag");
		l->words = l->place;
	} else if (!place_is_equal(&l->words, &l->place)) {
		return template_refuse(l->t, op->line,
		    "after the words HTML is elsewhere than before them");
	}
	return ERR_OK;
}

/* Words in an attribute may not leave it, even to come back. */
static enum err
check_words_text(struct linker *l, const struct op *op)
{
	char quote = l->words.spot == SPOT_DOUBLE ? '"' : '\'';

	if (!place_is_quoted(&l->words) ||
	    memchr(op->text, quote, op->len) == NULL)
		return ERR_OK;
	return template_refuse(l->t, op->line,
	    "words in an attribute hold the quote that ends it");
}

static enum err
check_op(struct linker *l, uint32_t *i, bool *has_words)
{
	struct op *op = &l->ops->at[*i];
	enum err e;

	switch (op->kind) {
	case OP_TEXT:
		if (*has_words && (e = check_words_text(l, op)) != ERR_OK)
			return e;
		return check_text(l, op);
	case OP_VALUE:
		return check_value(l, op);
	case OP_SECTION:
	case OP_INVERTED:
		e = check_section(l, *i);
		*i = op->end;
		return e;
	case OP_PARTIAL:
		return check_partial(l, op);
	case OP_WORDS:
	case OP_WORDS_END:
		*has_words = op->kind == OP_WORDS;
		return check_words(l, op);
	case OP_INDENT:
	case OP_END:
		break;
	}
	return ERR_OK;
}

static enum err
check_range(struct linker *l, uint32_t from, uint32_t to)
{
	bool has_words = false;
	uint32_t i;
	enum err e;

	for (i = from; i < to; i++) {
		if (++l->steps > STEPS_MAX)
			return template_refuse(l->t, l->ops->at[i].line,
			    "too many sections in a tag");
		if ((e = check_op(l, &i, &has_words)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
link_partials(struct linker *l)
{
	uint32_t i;
	enum err e;

	for (i = 0; i < l->ops->n; i++)
		if (l->ops->at[i].kind == OP_PARTIAL &&
		    (e = check_partial(l, &l->ops->at[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

static void
copy_ops(const struct ops *from, struct ops *to)
{
	uint32_t i;

	for (i = 0; i < from->n; i++)
		*ops_add(to, from->at[i].kind, 0) = from->at[i];
}

/*
 * What runs: each operation takes the text before it along, so that only
 * operations that decide something are left.  Sections find their ends anew.
 * Only this stays, in ${a}; a worker holds all programs in all languages.
 */
static void
make_program(struct arena *a, const struct ops *from, struct ops *ret_ops)
{
	struct ops made = { .arena = from->arena }, *to = &made;
	uint32_t open[HTML_NESTING_MAX], i;
	unsigned depth = 0;
	struct buf text;
	struct op *op;

	buf_open(&text, to->arena);
	for (i = 0; i <= from->n; i++) {
		if (i < from->n && from->at[i].kind == OP_TEXT)
			buf_add(&text, from->at[i].text, from->at[i].len);
		if (i < from->n && from->at[i].kind >= OP_TEXT)
			continue;
		op = ops_add(to, OP_END, 0);
		if (i < from->n)
			*op = from->at[i];
		op->before = text.len == 0 ? "" :
		    arena_textn(a, text.ptr, text.len);
		op->before_len = (uint32_t)text.len;
		text.len = 0;
		if (op->kind == OP_SECTION || op->kind == OP_INVERTED)
			open[depth++] = to->n - 1;
		if (op->kind == OP_END && i < from->n)
			to->at[open[--depth]].end = to->n - 1;
	}
	*ret_ops = (struct ops){ .arena = a, .n = to->n, .size = to->n,
	    .at = arena_take(a, to->n * sizeof(*to->at)) };
	memcpy(ret_ops->at, to->at, to->n * sizeof(*to->at));
}

static enum err
check_program(struct linker *l)
{
	struct program *p = l->program;
	enum err e;

	if (!l->is_checked)
		return link_partials(l);
	if ((e = check_range(l, 0, l->ops->n)) != ERR_OK)
		return e;
	if (place_border(&l->place) != NULL ||
	    !place_join(&p->start, &l->place, &p->end))
		return template_refuse(l->t,
		    l->ops->n == 0 ? 1 : l->ops->at[l->ops->n - 1].line,
		    "HTML is elsewhere at the end than at the start");
	return ERR_OK;
}

static struct program *
find_program(const struct template *t, const struct place *start,
    bool is_indented)
{
	struct program *p;

	for (p = t->programs; p != NULL; p = p->next)
		if (p->is_indented == is_indented && (!t->is_html ||
		    place_is_equal(&p->start, start)))
			return p;
	return NULL;
}

enum err
template_link(struct template *t, const struct place *start,
    bool is_indented, const struct program **ret_program)
{
	struct arena *a = t->set->arena;
	struct linker l = { .t = t, .place = *start };
	struct ops *parsed, copy = { .arena = t->set->scratch };
	struct program *p;
	enum err e;

	if (t->is_bad)
		return ERR_INVALID;
	if (t->set->linking > HTML_PARTIALS_MAX)
		return template_refuse(t, 1, "partials deeper than %d",
		    HTML_PARTIALS_MAX);
	p = find_program(t, start, is_indented);
	if (p == NULL) {
		if ((e = template_parse(t, is_indented, &parsed)) != ERR_OK)
			return e;
		p = arena_take(a, sizeof(*p));
		*p = (struct program){ .next = t->programs, .of = t,
		    .start = *start, .end = *start,
		    .is_indented = is_indented, .ops = { .arena = a } };
		t->programs = p;
		/* A partial that meets itself: suppose the strictest end. */
		if (place_is_in_tag(start))
			p->end.spot = SPOT_JOINED_TAG;
		copy_ops(parsed, &copy);
		l.program = p;
		l.ops = &copy;
		l.is_checked = t->is_html &&
		    (t->set->flags & HTML_LENIENT) == 0;
		t->set->linking++;
		e = check_program(&l);
		t->set->linking--;
		if (e != ERR_OK)
			return e;
		make_program(a, &copy, &p->ops);
	}
	*ret_program = p;
	return ERR_OK;
}
