/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One statement on an open connection: its text, its preparing, the values
 * bound to its marks, the rows that come back.  An error in the middle of the
 * rows is an error, never "no more rows" (GDPR 32: a check fails closed).
 */
#include "db/inside.h"

#include <assert.h>

#include "base/clock.h"
#include "base/log.h"

#define PREPARED_MAX	256	/* per connection; the server has 16382 for all */
#define ROWS_FIRST	16

/* A value on its way to the server or back. */
struct slot {
	long long number;
	signed char flag;
	MYSQL_TIME time;
	unsigned long len;
	my_bool is_null;
	my_bool is_cut;
};

static bool
has_rows(const struct query *q)
{
	return *q->out != '\0' && *q->out != '#';
}

/* Of an INSERT ... RETURNING the server names no column until it has run. */
static bool
has_columns(const struct query *q, MYSQL_STMT *st, bool was_run)
{
	unsigned n = mysql_stmt_field_count(st);

	if (n == 0 && !was_run && strstr(q->text, "RETURNING") != NULL)
		return true;
	return n == (has_rows(q) ? strlen(q->out) : 0);
}

/* A statement in the form in which it is sent. */
struct form {
	const struct query *q;
	uint64_t variant;
	const struct filter *filter;	/* NULL, or with conditions */
};

static size_t
n_marks(const struct db *db, const struct form *form)
{
	return variant_marks(form->q, form->variant) +
	    filter_marks(db, form->q, form->filter);
}

static unsigned
not_as_declared(const struct db *db, const struct form *form, MYSQL_STMT *st)
{
	log_fault("db=prepare query=%s marks=%lu columns=%u declared=%zu,%zu",
	    form->q->name, mysql_stmt_param_count(st),
	    mysql_stmt_field_count(st), n_marks(db, form),
	    strlen(form->q->out));
	return CR_UNSUPPORTED_PARAM_TYPE;
}

static unsigned
prepare(struct db *db, const struct form *form, MYSQL_STMT *st)
{
	const struct query *q = form->q;
	struct buf b;

	buf_open(&b, db->scratch);
	variant_text(db, q, form->variant, form->filter, &b);
	if (mysql_stmt_prepare(st, b.ptr, (unsigned long)b.len) != 0) {
		/* The text before the values are bound: nothing personal. */
		if (fate_of(mysql_stmt_errno(st)) == FATE_BUG ||
		    fate_of(mysql_stmt_errno(st)) == FATE_DOWN)
			log_fault("db=prepare query=%s errno=%u text=\"%s\"",
			    q->name, mysql_stmt_errno(st),
			    mysql_stmt_error(st));
		return mysql_stmt_errno(st);
	}
	if (mysql_stmt_param_count(st) == n_marks(db, form) &&
	    has_columns(q, st, false))
		return 0;
	return not_as_declared(db, form, st);
}

static enum fate
take_prepared(struct db *db, unsigned id, uint64_t variant,
    MYSQL_STMT **ret_st)
{
	const struct form form = { &db->table[id], variant, NULL };
	struct prepared *p;
	MYSQL_STMT *st;
	unsigned number;

	for (p = db->prepared[id]; p != NULL; p = p->next)
		if (p->variant == variant) {
			*ret_st = p->st;
			return FATE_NONE;
		}
	if (db->n_prepared >= PREPARED_MAX)
		link_forget_statements(db);
	st = mysql_stmt_init(db->link);
	p = malloc(sizeof(*p));
	if (st == NULL || p == NULL)
		abort();
	number = prepare(db, &form, st);
	if (number != 0) {
		mysql_stmt_close(st);
		free(p);
		return fate_of(number);
	}
	*p = (struct prepared){ db->prepared[id], st, variant };
	db->prepared[id] = p;
	db->n_prepared++;
	*ret_st = st;
	return FATE_NONE;
}

static void
bind_text(MYSQL_BIND *b, enum enum_field_types type, const void *ptr,
    size_t len)
{
	b->buffer_type = type;
	/* Connector/C reads parameters only; its struct lacks the const. */
	memcpy(&b->buffer, &ptr, sizeof(ptr));
	b->buffer_length = (unsigned long)len;
}

static void
bind_day(MYSQL_BIND *b, struct day day, struct slot *s)
{
	s->time.year = (unsigned)day.y;
	s->time.month = (unsigned)day.m;
	s->time.day = (unsigned)day.d;
	s->time.time_type = MYSQL_TIMESTAMP_DATE;
	b->buffer_type = MYSQL_TYPE_DATE;
	b->buffer = &s->time;
}

static void
bind_number(MYSQL_BIND *b, long long number, bool is_unsigned, struct slot *s)
{
	s->number = number;
	b->buffer_type = MYSQL_TYPE_LONGLONG;
	b->buffer = &s->number;
	b->is_unsigned = is_unsigned ? 1 : 0;
}

/* Bind one value; a capital letter's empty value is NULL. */
static void
bind_value(MYSQL_BIND *b, char letter, const union val *v, struct slot *s)
{
	if (variant_is_null(letter, v)) {
		b->buffer_type = MYSQL_TYPE_NULL;
		return;
	}
	switch (letter) {
	case 'u': case 'U':
		bind_number(b, (long long)v->u, true, s);
		break;
	case 'i': case 'I':
		bind_number(b, v->i, false, s);
		break;
	case 'b':
		s->flag = v->b ? 1 : 0;
		b->buffer_type = MYSQL_TYPE_TINY;
		b->buffer = &s->flag;
		break;
	case 't': case 'T':
		assert(v->text != NULL);
		bind_text(b, MYSQL_TYPE_STRING, v->text, strlen(v->text));
		break;
	case 'y': case 'Y':
		bind_text(b, MYSQL_TYPE_BLOB, v->bytes.ptr == NULL ?
		    (const unsigned char *)"" : v->bytes.ptr, v->bytes.len);
		break;
	case 'd': case 'D':
		assert(v->day.y != 0);
		bind_day(b, v->day, s);
		break;
	default:
		assert(!"type letter");
	}
}

/* Return how many values the conditions of ${filter} have. */
static size_t
bind_filter(const struct db *db, const struct filter *filter, MYSQL_BIND *b,
    struct slot *s)
{
	const struct condition *c;
	size_t i, at, n = 0;
	const char *in;

	for (i = 0; filter != NULL && i < filter->n; i++) {
		c = &filter->conditions[i];
		in = db->table[c->id].in;
		for (at = 0; in[at] != '\0'; at++, n++)
			bind_value(&b[n], in[at], &c->in[at], &s[n]);
	}
	return n;
}

static void
bind_parts(const struct db *db, const struct call *call, uint64_t variant,
    MYSQL_BIND *b, struct slot *s)
{
	uint64_t bit = 1;
	size_t n = 0, at = 0;
	const char *p;

	for (p = variant_next(db->table[call->id].in, variant, &bit, &n);
	    *p != '\0'; p = variant_next(p + 1, variant, &bit, &n))
		if (*p == '*') {
			at += bind_filter(db, call->filter, &b[at], &s[at]);
		} else {
			bind_value(&b[at], *p, &call->in[n++], &s[at]);
			at++;
		}
}

static void
bind_groups(const struct query *q, const struct call *call, MYSQL_BIND *b,
    struct slot *s)
{
	size_t n_in = strlen(q->in), n_group = strlen(q->each), i;

	for (i = 0; i < q->n_before; i++)
		bind_value(b++, q->in[i], &call->in[i], s++);
	for (i = 0; i < n_group * call->n_each; i++)
		bind_value(b++, q->each[i % n_group], &call->each[i], s++);
	for (i = q->n_before; i < n_in; i++)
		bind_value(b++, q->in[i], &call->in[i], s++);
}

static MYSQL_BIND *
bind_all(struct db *db, const struct form *form, const struct call *call)
{
	const struct query *q = form->q;
	size_t n = n_marks(db, form);
	MYSQL_BIND *b = arena_take(db->scratch, n * sizeof(*b));
	struct slot *s = arena_take(db->scratch, n * sizeof(*s));

	if (*q->each != '\0')
		bind_groups(q, call, b, s);
	else
		bind_parts(db, call, form->variant, b, s);
	return b;
}

/* Where one column arrives.  Text and bytes: only their length, at first. */
static void
bind_column(MYSQL_BIND *b, char letter, struct slot *s)
{
	b->is_null = &s->is_null;
	b->error = &s->is_cut;
	b->length = &s->len;
	switch (letter) {
	case 't': case 'T':
		b->buffer_type = MYSQL_TYPE_STRING;
		break;
	case 'y': case 'Y':
		b->buffer_type = MYSQL_TYPE_BLOB;
		break;
	case 'd': case 'D':
		b->buffer_type = MYSQL_TYPE_DATE;
		b->buffer = &s->time;
		b->buffer_length = sizeof(s->time);
		break;
	default:
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = &s->number;
		b->buffer_length = sizeof(s->number);
		b->is_unsigned = letter == 'u' || letter == 'U' ? 1 : 0;
	}
}

/* Fetch the bytes of column ${i} into ${a}.  False if that fails. */
static bool
take_bytes(MYSQL_STMT *st, unsigned i, char letter, const struct slot *s,
    struct arena *a, union val *ret_val)
{
	bool is_text = letter == 't' || letter == 'T';
	char *copy = arena_take(a, s->len + 1);
	unsigned long len = s->len;
	MYSQL_BIND b = { .buffer_type =
	    is_text ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB,
	    .buffer = copy, .buffer_length = s->len, .length = &len };

	if (s->len > 0 && mysql_stmt_fetch_column(st, &b, i, 0) != 0)
		return false;
	copy[s->len] = '\0';
	if (!is_text) {
		ret_val->bytes = (struct bytes){ (unsigned char *)copy,
		    s->len };
		return true;
	}
	ret_val->text = copy;
	return memchr(copy, '\0', s->len) == NULL;
}

/* One column of the row at hand.  False: not what was declared. */
static bool
take_column(MYSQL_STMT *st, unsigned i, char letter, const struct slot *s,
    struct arena *a, union val *ret_val)
{
	memset(ret_val, 0, sizeof(*ret_val));
	if (s->is_null)
		return letter >= 'A' && letter <= 'Z';
	switch (letter) {
	case 'u': case 'U':
		ret_val->u = (uint64_t)s->number;
		return !s->is_cut;
	case 'i': case 'I':
		ret_val->i = s->number;
		return !s->is_cut;
	case 'b':
		ret_val->b = s->number != 0;
		return true;
	case 'd': case 'D':
		ret_val->day = (struct day){ (int)s->time.year,
		    (int)s->time.month, (int)s->time.day };
		return true;
	default:
		return take_bytes(st, i, letter, s, a, ret_val);
	}
}

/* An error among the rows is told to the connection, not to the statement. */
static unsigned
error_of(struct db *db, MYSQL_STMT *st)
{
	if (mysql_stmt_errno(st) != 0)
		return mysql_stmt_errno(st);
	return mysql_errno(db->link) != 0 ? mysql_errno(db->link) :
	    CR_SERVER_LOST;
}

static union val *
next_row(struct fetch *f, size_t n_columns)
{
	union val *grown;

	if (f->n == f->size) {
		f->size = f->size == 0 ? ROWS_FIRST : f->size * 2;
		grown = arena_take(f->a, f->size * n_columns * sizeof(*grown));
		if (f->n > 0)
			memcpy(grown, f->rows,
			    f->n * n_columns * sizeof(*grown));
		f->rows = grown;
	}
	return f->rows + f->n * n_columns;
}

static unsigned
fetch_rows(struct db *db, const struct query *q, MYSQL_STMT *st,
    struct fetch *f)
{
	unsigned n = (unsigned)strlen(q->out), i;
	MYSQL_BIND *b = arena_take(db->scratch, n * sizeof(*b));
	struct slot *s = arena_take(db->scratch, n * sizeof(*s));
	union val *row;
	int got;

	for (i = 0; i < n; i++)
		bind_column(&b[i], q->out[i], &s[i]);
	if (mysql_stmt_bind_result(st, b) != 0)
		return mysql_stmt_errno(st);
	/* the server's warning comes behind the rows */
	if (q->is_bounded && mysql_stmt_store_result(st) != 0)
		return mysql_stmt_errno(st);
	while ((got = mysql_stmt_fetch(st)) == 0 ||
	    got == MYSQL_DATA_TRUNCATED) {
		row = next_row(f, n);
		for (i = 0; i < n; i++)
			if (!take_column(st, i, q->out[i], &s[i], f->a,
			    &row[i])) {
				log_fault("db=column query=%s number=%u",
				    q->name, i + 1);
				return CR_UNSUPPORTED_PARAM_TYPE;
			}
		f->n++;
	}
	if (got == MYSQL_NO_DATA)
		return 0;
	return error_of(db, st);
}

static void
take_new_id(MYSQL_STMT *st, struct fetch *f)
{
	next_row(f, 1)->u = mysql_stmt_insert_id(st);
	f->n = 1;
}

static unsigned
execute(struct db *db, const struct form *form, MYSQL_STMT *st,
    const struct call *call, struct fetch *f)
{
	const struct query *q = form->q;
	unsigned number;

	if (n_marks(db, form) > 0 &&
	    mysql_stmt_bind_param(st, bind_all(db, form, call)) != 0)
		return mysql_stmt_errno(st);
	f->was_sent = true;
	db->n_statements++;
	if (mysql_stmt_execute(st) != 0)
		return error_of(db, st);
	number = 0;
	if (!has_columns(q, st, true))
		number = not_as_declared(db, form, st);
	else if (has_rows(q))
		number = fetch_rows(db, q, st, f);
	else if (*q->out == '#')
		take_new_id(st, f);
	f->n_affected = mysql_stmt_affected_rows(st);
	db->was_cut = q->is_bounded && mysql_stmt_warning_count(st) > 0;
	mysql_stmt_free_result(st);
	return number;
}

static void
note_failure(const struct query *q, enum fate fate, unsigned number)
{
	if (number == CR_UNSUPPORTED_PARAM_TYPE)
		return;		/* logged where it was found */
	if (fate == FATE_BUG || fate == FATE_DOWN)
		log_fault("db=failed query=%s errno=%u", q->name, number);
	else if (fate == FATE_LOST)
		log_note("db=lost query=%s errno=%u", q->name, number);
}

/* A filter is made of what somebody chose: its text is prepared for once. */
static enum fate
take_filtered(struct db *db, const struct form *form, MYSQL_STMT **ret_st)
{
	MYSQL_STMT *st;
	unsigned number;

	if ((st = mysql_stmt_init(db->link)) == NULL)
		abort();
	number = prepare(db, form, st);
	if (number != 0)
		mysql_stmt_close(st);
	else
		*ret_st = st;
	return fate_of(number);
}

static enum fate
run_form(struct db *db, const struct form *form, MYSQL_STMT *st,
    const struct call *call, struct fetch *f)
{
	unsigned number = execute(db, form, st, call, f);
	enum fate fate = fate_of(number);

	note_failure(form->q, fate, number);
	if (form->filter != NULL)
		mysql_stmt_close(st);
	if (number == 1615 || number == 1243)
		link_forget_statements(db);
	return fate;
}

enum fate
statement_once(struct db *db, const struct call *call, struct fetch *f)
{
	const struct query *q = &db->table[call->id];
	const struct form form = { q, variant_of(q, call),
	    call->filter != NULL && call->filter->n > 0 ? call->filter : NULL };
	MYSQL_STMT *st;
	enum fate fate;

	f->n = 0;
	f->was_sent = false;
	fate = form.filter == NULL ?
	    take_prepared(db, call->id, form.variant, &st) :
	    take_filtered(db, &form, &st);
	if (fate == FATE_NONE)
		fate = run_form(db, &form, st, call, f);
	if (fate == FATE_NONE)
		db->alive_us = clock_ticks_us();
	arena_wipe(db->scratch);
	return fate;
}

/* The smallest and the largest variant: one group; no part, and every part. */
static bool
is_prepared(struct db *db, unsigned id)
{
	const struct query *q = &db->table[id];
	bool has_parts = strchr(q->in, '[') != NULL, is_good;
	MYSQL_STMT *st;

	is_good = take_prepared(db, id, *q->each != '\0', &st) == FATE_NONE &&
	    (!has_parts || take_prepared(db, id, UINT64_MAX, &st) ==
	    FATE_NONE);
	arena_wipe(db->scratch);
	return is_good;
}

/* A text with a filter's place, with each condition there is. */
static bool
is_filtered(struct db *db, unsigned id)
{
	struct condition c = { .id = 0 };
	const struct filter filter = { &c, 1 };
	const struct form form = { &db->table[id], UINT64_MAX, &filter };
	MYSQL_STMT *st = NULL;
	bool is_good = true;

	if (strchr(form.q->in, '*') == NULL)
		return true;
	for (; c.id < Q__MAX; c.id++) {
		if (db->table[c.id].text == NULL ||
		    db->table[c.id].does != DOES_CONDITION)
			continue;
		if (take_filtered(db, &form, &st) == FATE_NONE)
			mysql_stmt_close(st);
		else
			is_good = false;
		arena_wipe(db->scratch);
	}
	return is_good;
}

enum err
db_check_statements(struct db *db)
{
	bool is_good = true;
	unsigned id;
	enum err e;

	for (id = 0; id < Q__MAX; id++) {
		if (db->table[id].text == NULL ||
		    db->table[id].does == DOES_ORDER ||
		    db->table[id].does == DOES_CONDITION)
			continue;
		if ((e = link_open(db)) != ERR_OK)
			return e;
		if (!is_prepared(db, id) || !is_filtered(db, id))
			is_good = false;
	}
	return is_good ? ERR_OK : ERR_BUG;
}
