/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Templates by name, their operations, and what is said when one is refused.
 */
#include "html/template.h"

#include <stdarg.h>

#include "base/log.h"

#define REASON_MAX_BYTES	400
#define FAULTS_MAX		200	/* after which a look at the first is enough */

struct fault {
	struct fault *next;
	uint32_t line;
	const char *file;
	const char *reason;
};

static bool
was_said(const struct faults *faults, const char *file, uint32_t line,
    const char *reason)
{
	const struct fault *f;

	for (f = faults->last; f != NULL; f = f->next)
		if (f->line == line && strcmp(f->file, file) == 0 &&
		    strcmp(f->reason, reason) == 0)
			return true;
	return false;
}

enum err
template_refuse(struct template *t, uint32_t line, const char *format, ...)
{
	struct faults *faults = t->set->faults;
	char reason[REASON_MAX_BYTES];
	struct fault *f;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(reason, sizeof(reason), format, ap);
	va_end(ap);
	t->is_bad = true;
	if (n < 0 || faults->n >= FAULTS_MAX ||
	    was_said(faults, t->file, line, reason))
		return ERR_INVALID;
	f = arena_take(faults->arena, sizeof(*f));
	f->next = faults->last;
	f->line = line;
	f->file = t->file;
	f->reason = arena_text(faults->arena, reason);
	faults->last = f;
	faults->n++;
	log_fault("event=template_refused lang=%s at=%s:%u reason=\"%s\"",
	    t->set->lang, t->file, line, reason);
	return ERR_INVALID;
}

static int
compare(const void *a, const void *b)
{
	const struct template *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
template_sort(struct set *set)
{
	if (set->n > 0)
		qsort(set->at, set->n, sizeof(set->at[0]), compare);
}

struct template *
template_find(const struct set *set, const char *name)
{
	struct template key = { .name = name };

	if (set->n == 0)
		return NULL;
	return bsearch(&key, set->at, set->n, sizeof(set->at[0]), compare);
}

struct op *
ops_add(struct ops *ops, enum op_kind kind, uint32_t line)
{
	struct op *grown;
	uint32_t size;

	if (ops->n == ops->size) {
		size = ops->size == 0 ? 16 : ops->size * 2;
		grown = arena_take(ops->arena, size * sizeof(*grown));
		if (ops->n > 0)
			memcpy(grown, ops->at, ops->n * sizeof(*grown));
		ops->at = grown;
		ops->size = size;
	}
	ops->at[ops->n].kind = kind;
	ops->at[ops->n].line = line;
	return &ops->at[ops->n++];
}
