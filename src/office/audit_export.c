/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lines of the audit as a file for an auditor or an authority, written while
 * they are read: newest first, at most AUDIT_EXPORT_MOST.
 * Law: GDPR 5(2), 31, 58(1)(a).
 */
#include "office/audit.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "export/csv.h"
#include "ledger/ledger.h"

#define PIECE		1000u
#define PIECE_US	(20 * SECOND_US)	/* to read one and hand it over */

static void
add_line(struct csv *csv, struct ctx *c, const struct audit_reading *reading,
    const struct q_ledger_office_lines *line)
{
	const char *url, *who = audit_who(c, line);

	csv_plain(csv, arena_printf(c->arena, "%" PRIu64, line->id));
	csv_plain(csv, clock_iso(c->arena, line->at_us));
	csv_cell(csv, line->verb);
	csv_cell(csv, who);
	csv_cell(csv, audit_sentence(c->arena, c->lang, line->verb, who));
	csv_cell(csv, line->object);
	csv_plain(csv, line->object_id == 0 ? "" : arena_printf(c->arena,
	    "%" PRIu64, line->object_id));
	csv_cell(csv, audit_thing(c, line, &url));
	csv_cell(csv, audit_detail(reading, line->detail));
	csv_end(csv);
}

/* The names of the columns; they stay the same in every language. */
static struct bytes
head(struct arena *a)
{
	static const char *const names[] = { "entry", "at", "verb", "who",
	    "sentence", "kind", "id", "thing", "detail" };
	struct csv csv;
	struct buf out;
	size_t i;

	buf_open(&out, a);
	buf_text(&out, CSV_BOM);
	csv_open(&csv, &out);
	for (i = 0; i < LENGTH(names); i++)
		csv_plain(&csv, names[i]);
	csv_end(&csv);
	return buf_bytes(&out);
}

/* One piece, in an arena of its own, which words are made in too. */
static enum err
send_piece(struct audit_wanted *w, struct arena *a, http_write_fn *write,
    void *sink)
{
	struct ctx here = *w->c;
	struct audit_reading reading = w->reading;
	struct csv csv;
	struct buf out;
	size_t i;
	enum err e;

	here.arena = a;
	reading.c = &here;
	db_begin(here.db, clock_ticks_us() + PIECE_US, DB_GET);
	if ((e = audit_wanted_load(w, a, PIECE)) != ERR_OK || w->n == 0)
		return e;
	buf_open(&out, a);
	csv_open(&csv, &out);
	for (i = 0; i < w->n; i++)
		add_line(&csv, &here, &reading, &w->rows[i]);
	w->before = w->rows[w->n - 1].id;
	return write(sink, out.ptr, out.len);
}

static enum err
send(void *arg, http_write_fn *write, void *sink)
{
	struct audit_wanted *w = arg;
	struct arena *a = arena_open();
	struct bytes first = head(a);
	size_t sent = 0;
	enum err e;

	e = write(sink, first.ptr, first.len);
	do {
		arena_wipe(a);
		if (e == ERR_OK)
			e = send_piece(w, a, write, sink);
		sent += w->n;
	} while (e == ERR_OK && w->n == PIECE && sent < AUDIT_EXPORT_MOST);
	arena_close(a);
	return e;
}

static enum err
note_in_tx(struct db *db, void *arg)
{
	const struct audit_wanted *w = arg;
	struct ctx *c = w->c;
	struct ledger_audit event = { .verb = "audit.exported",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "site", .contact_id = w->contact_id,
	    .at_us = c->now_us };
	struct q_contacts_load person;
	struct buf b;
	enum err e;

	/* who is gone has no lines of their own any more */
	if (w->contact_id != 0 && (e = q_contacts_load(db, c->arena,
	    w->contact_id, &person)) != ERR_OK) {
		if (e != ERR_NOTFOUND)
			return e;
		event.contact_id = 0;
	}
	buf_open(&b, c->arena);
	buf_text(&b, "{");
	if (w->kind != NULL)
		buf_printf(&b, "\"kind\":\"%s\"", w->kind);
	if (w->staff_id != 0)
		buf_printf(&b, "%s\"about\":%" PRIu64, w->kind == NULL ? "" :
		    ",", w->staff_id);
	buf_text(&b, "}");
	event.detail = arena_textn(c->arena, b.ptr, b.len);
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
audit_export(struct ctx *c)
{
	struct audit_wanted *w = arena_take(c->arena, sizeof(*w));
	struct ctx *later = arena_take(c->arena, sizeof(*later));
	enum err e;

	/* without a request key: each file is one more that left the house */
	if ((e = audit_wanted_read(c, w)) != ERR_OK ||
	    (e = tx_run(c->db, NULL, c->arena, note_in_tx, w, NULL)) !=
	    ERR_OK)
		return e;
	http_header(c->res, "Content-Type", "text/csv; charset=utf-8");
	http_header(c->res, "Content-Disposition", arena_printf(c->arena,
	    "attachment; filename=\"audit-%s.csv\"", day_write(c->arena,
	    day_of(c->now_us))));
	http_header(c->res, "Cache-Control", "no-store");
	http_header(c->res, "X-Content-Type-Options", "nosniff");
	*later = *c;	/* the body is written after this answer is given */
	w->c = later;
	http_stream(c->res, send, w);
	return ERR_OK;
}
