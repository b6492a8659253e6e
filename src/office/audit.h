/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lines of the audit as a page or a file of it reads them.
 * Law: GDPR 5(2), 32(1)(b).
 */
#ifndef OFFICE_AUDIT_H
#define OFFICE_AUDIT_H

#include "app/ctx.h"
#include "db/queries.h"
#include "office/audit_words.h"

#define AUDIT_EXPORT_MOST	100000u		/* lines of one file */

/* What an address asks for, and what was read of it. */
struct audit_wanted {
	struct ctx *c;
	struct audit_reading reading;
	const char *kind;	/* of thing; NULL: all */
	uint64_t staff_id;	/* 0: all */
	uint64_t contact_id;	/* 0: all */
	uint64_t before;	/* only older lines than this one */
	struct q_ledger_office_lines *rows;
	size_t n;
};

/**
 * audit_wanted_read(c, ret_wanted):
 * Read what the address asks for.  ERR_NOTFOUND for a number that is none.
 */
enum err audit_wanted_read(struct ctx *c, struct audit_wanted *ret_wanted)
    MUST_CHECK;

/**
 * audit_wanted_load(w, a, most):
 * Read the newest ${most} lines into ${w}, from ${a}.
 */
enum err audit_wanted_load(struct audit_wanted *w, struct arena *a,
    uint64_t most) MUST_CHECK;

/**
 * audit_who(c, line):
 * Return who did it: a colleague with their role, a program, the person.
 */
const char *audit_who(struct ctx *c, const struct q_ledger_office_lines *line)
    NONNULL_RETURN;

/**
 * audit_thing(c, line, ret_url):
 * Return what it was done to, NULL if the reader may not know or it is gone,
 * and the address of its page, NULL for who may not open it.
 */
const char *audit_thing(struct ctx *c,
    const struct q_ledger_office_lines *line, const char **ret_url);

/**
 * audit_export(c):
 * POST /audit/export: what the page shows, as a file (doc/formats/audit.md).
 * It is a line of the audit itself.
 */
enum err audit_export(struct ctx *c);

#endif
