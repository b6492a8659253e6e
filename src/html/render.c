/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Running a program over a view.  All that can go wrong is a bug in a template
 * or in the view that was given to it; then nothing is written.
 */
#include "html/render.h"

#include "base/log.h"
#include "html/escape.h"
#include "html/html.h"

#define CONTEXTS_MAX	256	/* sections inside sections, partials included */
#define STEPS_MAX	4000000u	/* partials that include themselves end */
#define URL_MAX_BYTES	2048u
#define NUMBER_MAX_BYTES 32

struct run {
	struct buf *out;
	size_t start;		/* of out, before this rendering */
	bool is_lenient;
	uint32_t steps;
	unsigned partials;
	const char *indent;
	const struct program *program;
	unsigned n;		/* of contexts */
	json_t *contexts[CONTEXTS_MAX];
};

static enum err run_range(struct run *r, uint32_t from, uint32_t to);

static enum err
fault(const struct run *r, const struct op *op, const char *reason)
{
	log_fault("event=template_render lang=%s at=%s:%u name=%.100s "
	    "reason=\"%s\"", r->program->of->set->lang, r->program->of->file,
	    op->line, op->text == NULL ? "-" : op->text, reason);
	return ERR_BUG;
}

static enum err
check_size(const struct run *r, const struct op *op, size_t more)
{
	if (more > HTML_PAGE_MAX_BYTES ||
	    r->out->len - r->start > HTML_PAGE_MAX_BYTES - more)
		return fault(r, op, "the page is too large");
	return ERR_OK;
}

/* The value of a name, or NULL where the view lacks it. */
static json_t *
look_up(const struct run *r, const struct op *op)
{
	const struct bytes *part = op->parts;
	json_t *found = NULL;
	unsigned i;

	if (op->n_parts == 0)
		return r->contexts[r->n - 1];
	for (i = r->n; i > 0 && found == NULL; i--)
		found = json_object_getn(r->contexts[i - 1],
		    (const char *)part->ptr, part->len);
	for (i = 1; i < op->n_parts && found != NULL; i++)
		found = json_object_getn(found, (const char *)part[i].ptr,
		    part[i].len);
	return found;
}

/* The shortest decimal that reads back as the same number. */
static size_t
write_real(double value, char *text)
{
	int digits, n = 0;

	for (digits = 15; digits <= 17; digits++) {
		n = snprintf(text, NUMBER_MAX_BYTES, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return n < 0 ? 0 : (size_t)n;
}

/* By hand: lists are full of ids, and printf takes ten times as long. */
static const char *
write_integer(json_int_t value, char *room, size_t *ret_len)
{
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char *p = room + NUMBER_MAX_BYTES;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		*--p = '-';
	*ret_len = (size_t)(room + NUMBER_MAX_BYTES - p);
	return p;
}

/* The text of a value that is neither object nor list; number is room. */
static const char *
text_of(const json_t *value, char *number, size_t *ret_len)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		*ret_len = json_string_length(value);
		return json_string_value(value);
	case JSON_INTEGER:
		return write_integer(json_integer_value(value), number,
		    ret_len);
	case JSON_REAL:
		*ret_len = write_real(json_real_value(value), number);
		return number;
	case JSON_TRUE:
		*ret_len = 4;
		return "true";
	case JSON_FALSE:
		*ret_len = 5;
		return "false";
	case JSON_NULL:
		*ret_len = 0;
		return "";
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	return NULL;
}

/*
 * What an attribute holds so far is what follows the last quote: neither the
 * template's text inside it nor an escaped value holds one.
 */
static enum err
check_url(const struct run *r, const struct op *op, const char *text,
    size_t len)
{
	const char *out = r->out->ptr;
	size_t at = r->out->len;

	while (at > r->start && out[at - 1] != '"' && out[at - 1] != '\'') {
		at--;
		if (r->out->len - at > URL_MAX_BYTES)
			return fault(r, op, "the address is too long");
	}
	if (escape_is_safe_url(out + at, r->out->len - at, text, len))
		return ERR_OK;
	return fault(r, op, "not an address that a link may have");
}

static enum err
run_value(struct run *r, const struct op *op)
{
	char number[NUMBER_MAX_BYTES];
	const char *text;
	json_t *value;
	size_t len;
	enum err e;

	value = look_up(r, op);
	if (value == NULL)
		return r->is_lenient ? ERR_OK :
		    fault(r, op, "the view lacks this name");
	text = text_of(value, number, &len);
	if (text == NULL)
		return r->is_lenient ? ERR_OK :
		    fault(r, op, "an object or list as value");
	if ((op->flags & OP_URL) != 0 &&
	    (e = check_url(r, op, text, len)) != ERR_OK)
		return e;
	if ((e = check_size(r, op, len)) != ERR_OK)
		return e;
	if ((op->flags & OP_RAW) != 0)
		buf_add(r->out, text, len);
	else
		escape_add(r->out, text, len);
	return check_size(r, op, 0);
}

static bool
is_true(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_ARRAY:
		return json_array_size(value) > 0;
	case JSON_STRING:
		return json_string_length(value) > 0;
	case JSON_INTEGER:
		return json_integer_value(value) != 0;
	case JSON_REAL:
		return json_real_value(value) < 0 || json_real_value(value) > 0;
	case JSON_TRUE:
	case JSON_OBJECT:
		break;
	}
	return true;
}

static enum err
run_in(struct run *r, const struct op *op, uint32_t at, json_t *context)
{
	enum err e;

	if (r->n == CONTEXTS_MAX)
		return fault(r, op, "sections are nested too deep");
	r->contexts[r->n++] = context;
	e = run_range(r, at + 1, op->end);
	r->n--;
	return e;
}

static enum err
run_section(struct run *r, const struct op *op, uint32_t at)
{
	json_t *value = look_up(r, op);
	size_t i, n;
	enum err e;

	if (value == NULL && !r->is_lenient)
		return fault(r, op, "the view lacks this name");
	if (value == NULL || !is_true(value))
		return op->kind == OP_SECTION ? ERR_OK :
		    run_range(r, at + 1, op->end);
	if (op->kind == OP_INVERTED)
		return ERR_OK;
	if (json_is_true(value))
		return run_range(r, at + 1, op->end);
	if (!json_is_array(value))
		return run_in(r, op, at, value);
	n = json_array_size(value);
	for (i = 0; i < n; i++)
		if ((e = run_in(r, op, at, json_array_get(value, i))) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
run_partial(struct run *r, const struct op *op)
{
	const struct program *program = r->program;
	const char *indent = r->indent;
	enum err e;

	if (op->partial == NULL)
		return ERR_OK;
	if (r->partials == HTML_PARTIALS_MAX)
		return fault(r, op, "partials are nested too deep");
	if (op->partial->is_indented)
		r->indent = arena_printf(r->out->arena, "%s%s",
		    program->is_indented ? indent : "", op->indent);
	r->program = op->partial;
	r->partials++;
	e = run_range(r, 0, r->program->ops.n - 1);
	r->partials--;
	r->program = program;
	r->indent = indent;
	return e;
}

static enum err
add(struct run *r, const struct op *op, const char *text, size_t len)
{
	enum err e;

	if ((e = check_size(r, op, len)) != ERR_OK)
		return e;
	buf_add(r->out, text, len);
	return ERR_OK;
}

static enum err
run_op(struct run *r, const struct op *op, uint32_t at)
{
	switch (op->kind) {
	case OP_VALUE:
		return run_value(r, op);
	case OP_SECTION:
	case OP_INVERTED:
		return run_section(r, op, at);
	case OP_PARTIAL:
		return run_partial(r, op);
	case OP_INDENT:
		return add(r, op, r->indent, strlen(r->indent));
	case OP_END:
	case OP_TEXT:
	case OP_WORDS:
	case OP_WORDS_END:
		break;
	}
	return ERR_OK;
}

/* From one operation up to an OP_END, whose text belongs to it. */
static enum err
run_range(struct run *r, uint32_t from, uint32_t to)
{
	const struct op *ops = r->program->ops.at, *op;
	enum err e;
	uint32_t i;

	for (i = from; i <= to; i++) {
		op = &ops[i];
		if (++r->steps > STEPS_MAX)
			return fault(r, op, "the page takes too many steps");
		if (op->before_len > 0 && (e = add(r, op, op->before,
		    op->before_len)) != ERR_OK)
			return e;
		if ((e = run_op(r, op, i)) != ERR_OK)
			return e;
		if (op->kind == OP_SECTION || op->kind == OP_INVERTED)
			i = op->end;
	}
	return ERR_OK;
}

enum err
render_run(const struct program *program, json_t *view, struct buf *out)
{
	struct run r = { .out = out, .start = out->len, .indent = "",
	    .program = program, .n = 1, .contexts = { view },
	    .is_lenient = (program->of->set->flags & HTML_LENIENT) != 0 };
	enum err e;

	e = run_range(&r, 0, program->ops.n - 1);
	if (e != ERR_OK) {
		out->len = r.start;
		out->ptr[out->len] = '\0';
	}
	return e;
}
