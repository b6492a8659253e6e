/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How far an import is, what it would do or did, and the rows that it does
 * not take.
 * Law: GDPR 5(1)(d), 5(2), 14.
 */
#include "import/import_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "import/import.h"
#include "import/import_frame.h"

#define PIECE_US	(20 * SECOND_US)	/* to read one and hand it over */

static bool
is(const struct q_import_one *r, const char *state)
{
	return strcmp(r->state, state) == 0;
}

/* It names whom to delete. */
static bool
is_list(const struct q_import_one *r)
{
	return text_equal(r->policy, "delete");
}

static bool
is_running(const struct q_import_one *r)
{
	return is(r, "waiting") || is(r, "checking") || is(r, "running") ||
	    is(r, "undoing") || is(r, "stating") || is(r, "removing");
}

static int
percent(const struct q_import_one *r)
{
	uint64_t done = is(r, "undoing") ? r->n_undone + r->n_kept : r->n_done;
	uint64_t total = is(r, "undoing") ? r->n_created + r->n_updated :
	    r->n_rows;

	return total == 0 ? 0 : (int)(done * 100 / total);
}

static const char *
progress_text(struct ctx *c, const struct q_import_one *r)
{
	if (is(r, "waiting"))
		return _("The file is read by a process that can do nothing else.");
	if (is(r, "stating") || is(r, "removing"))
		return _("Those in quarantine, some at a time.");
	if (is(r, "undoing"))
		return words_count(c->arena, c->lang, "{n} row taken back",
		    "{n} rows taken back", r->n_undone);
	return words_count(c->arena, c->lang, "{n} row left", "{n} rows left",
	    r->n_rows - r->n_done);
}

static const char *
progress_label(struct ctx *c, const struct q_import_one *r)
{
	return is(r, "waiting") ? _("Reading") : is(r, "checking") ?
	    _("Trying, without storing anything") : is(r, "undoing") ?
	    _("Taking back") : is(r, "stating") ?
	    _("Letting out of quarantine") : is(r, "removing") ?
	    _("Removing") : _("Bringing in");
}

static json_t *
progress_view(struct ctx *c, uint64_t id, const struct q_import_one *r)
{
	return json_pack("{s:s, s:i, s:s, s:s, s:s}", "label",
	    progress_label(c, r), "percent", percent(r), "text",
	    progress_text(c, r), "json_url", import_office_path(c, id,
	    "/state"), "next_url", import_office_path(c, id, ""));
}

static void
add_count(struct ctx *c, json_t *list, uint64_t n, const char *label)
{
	json_array_append_new(list, json_pack("{s:s, s:s}", "value",
	    arena_printf(c->arena, "%" PRIu64, n), "label", label));
}

static json_t *
counts_view(struct ctx *c, const struct q_import_one *r)
{
	json_t *list = json_array();

	if (is_list(r)) {
		add_count(c, list, r->n_updated, words_plural(c->lang, "contact named to be deleted",
		    "contacts named to be deleted", r->n_updated));
		add_count(c, list, r->n_same, words_plural(c->lang, "contact not found",
		    "contacts not found", r->n_same));
		add_count(c, list, r->n_rejected, words_plural(c->lang, "row rejected",
		    "rows rejected", r->n_rejected));
		return list;
	}
	add_count(c, list, r->n_created, words_plural(c->lang, "new contact",
	    "new contacts", r->n_created));
	if (r->n_quarantined > 0)
		add_count(c, list, r->n_quarantined, _("of these in quarantine"));
	if (r->n_organisations > 0)
		add_count(c, list, r->n_organisations, words_plural(c->lang, "new organisation",
		    "new organisations", r->n_organisations));
	add_count(c, list, r->n_updated, words_plural(c->lang, "record that changes",
	    "records that change", r->n_updated));
	add_count(c, list, r->n_same, words_plural(c->lang, "left as it is",
	    "left as they are", r->n_same));
	add_count(c, list, r->n_suppressed, _("must not be written to"));
	add_count(c, list, r->n_rejected, words_plural(c->lang, "row rejected",
	    "rows rejected", r->n_rejected));
	return list;
}

/* What is wrong by kind, then line by line; no value of any. */
static enum err
faults_view(struct ctx *c, uint64_t id, bool is_there, json_t *view)
{
	struct import_words words = { c->lang, { NULL, 0 } };
	struct q_import_faults *kinds;
	struct q_import_fault_lines *lines;
	json_t *list = json_array(), *each = json_array();
	size_t i, n = 0, n_lines = 0;
	enum err e;

	/* while it runs, its page is asked for again and again */
	if (is_there && ((e = q_import_faults(c->db, c->arena, id, &kinds,
	    &n)) != ERR_OK || (e = q_import_fault_lines(c->db, c->arena, id,
	    &lines, &n_lines)) != ERR_OK || (n > 0 && (e =
	    custom_fields_load(c->db, c->arena, c->lang, &words.own)) !=
	    ERR_OK))) {
		json_decref(list);
		json_decref(each);
		return e;
	}
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}",
		    "what", import_row_word(c->arena, &words, kinds[i].reason,
		    kinds[i].field), "column", import_column_word(&words,
		    kinds[i].field),
		    "rows", words_count(c->arena, c->lang, "{n} row",
		    "{n} rows", kinds[i].n), "first", arena_printf(c->arena,
		    "%" PRIu64, kinds[i].first)));
	for (i = 0; i < n_lines; i++)
		json_array_append_new(each, json_pack("{s:s, s:s, s:s}",
		    "line", arena_printf(c->arena, "%" PRIu64, lines[i].line),
		    "column", import_column_word(&words, lines[i].field),
		    "what", import_row_word(c->arena, &words,
		    lines[i].reason, lines[i].field)));
	json_object_set_new(view, "has_faults", json_boolean(n > 0));
	json_object_set_new(view, "faults", list);
	json_object_set_new(view, "lines", each);
	return ERR_OK;
}

static json_t *
fact(const char *label, const char *value)
{
	return json_pack("{s:s, s:s}", "label", label, "value", value);
}

static const char *
format_of(struct ctx *c, const struct q_import_one *r)
{
	if (r->format == NULL)
		return "–";
	if (strcmp(r->format, "xlsx") == 0)
		return _("Excel workbook");
	return arena_printf(c->arena, "CSV, %s, %s", r->is_cp1252 ?
	    "Windows-1252" : "UTF-8", text_equal(r->delimiter, "\t") ?
	    _("cells parted by tabs") : arena_printf(c->arena, "%s %s",
	    _("cells parted by"), r->delimiter == NULL ? "" : r->delimiter));
}

static json_t *
facts_view(struct ctx *c, const struct q_import_one *r)
{
	json_t *list = json_array();

	json_array_append_new(list, fact(_("Brought by"), r->name));
	json_array_append_new(list, fact(_("Uploaded"), page_date_time(c,
	    r->created_us)));
	json_array_append_new(list, fact(_("File"), format_of(c, r)));
	if (r->n_rows > 0)
		json_array_append_new(list, fact(_("Rows"), words_count(
		    c->arena, c->lang, "{n} row", "{n} rows", r->n_rows)));
	if (r->policy == NULL)
		return list;
	json_array_append_new(list, fact(_("Source"), r->source == NULL ?
	    _("as each row says") : r->source));
	json_array_append_new(list, fact(_("Legal basis"), r->basis == NULL ?
	    _("as each row says") : import_basis_word(c->lang, r->basis)));
	json_array_append_new(list, fact(_("Collected on"),
	    r->collected.y == 0 ? _("as each row says") : page_day(c,
	    r->collected)));
	json_array_append_new(list, fact(_("People who are known already"),
	    import_policy_word(c->lang, r->policy)));
	json_array_append_new(list, fact(_("Who sees new contacts"),
	    r->team == NULL ? _("All colleagues") : r->team));
	return list;
}

/* A button's form, or null. */
static json_t *
form_of(struct ctx *c, bool is_there, uint64_t id, const char *act)
{
	return !is_there ? json_null() : page_csrf(c, arena_printf(c->arena,
	    "/imports/:id%s", act), import_office_path(c, id, act));
}

static json_t *
url_of(struct ctx *c, bool is_there, uint64_t id, const char *rest)
{
	return !is_there ? json_null() : json_string(import_office_path(c,
	    id, rest));
}

static const char *
heading(struct ctx *c, const struct q_import_one *r)
{
	if (is(r, "checked"))
		return _("What this file would do");
	if (is(r, "done") && is_list(r))
		return _("The list of whom the file names");
	if (is(r, "done"))
		return _("The file was brought in");
	if (is(r, "undone"))
		return _("The import was taken back");
	if (is(r, "refused"))
		return _("The file could not be read");
	return is_running(r) ? _("The import is under way") :
	    _("The import has ended");
}

static void
end_view(struct ctx *c, const struct q_import_one *r, json_t *view)
{
	bool may_undo = is(r, "done") && r->undo_until_us > c->now_us;

	json_object_set_new(view, "until", may_undo ? json_string(
	    page_date_time(c, r->undo_until_us)) : json_null());
	json_object_set_new(view, "rejects_until", r->destroyed_us != 0 ?
	    json_null() : json_string(page_date_time(c, r->expires_us)));
	json_object_set_new(view, "undone", !is(r, "undone") ? json_null() :
	    json_string(words_count(c->arena, c->lang,
	    "{n} contact was removed or put back as it was.",
	    "{n} contacts were removed or put back as they were.",
	    r->n_undone)));
	json_object_set_new(view, "kept", r->n_kept == 0 ? json_null() :
	    json_string(words_count(c->arena, c->lang,
	    "{n} contact was touched since: it stays as it is.",
	    "{n} contacts were touched since: they stay as they are.",
	    r->n_kept)));
	/* a custom field took no more values before the last row */
	json_object_set_new(view, "stopped", !is(r, "done") ||
	    !text_equal(r->fault, "field") ? json_null() : json_string(
	    words_count(c->arena, c->lang,
	    "{n} row was left out.", "{n} rows were left out.",
	    r->n_rows - r->n_done)));
	json_object_set_new(view, "fault", !is(r, "refused") ? json_null() :
	    json_string(import_fault_word(c->lang, r->fault)));
	json_object_set_new(view, "fault_line", r->fault_line == 0 ?
	    json_null() : json_string(arena_printf(c->arena, "%" PRIu64,
	    r->fault_line)));
}

enum err
import_office_show(struct ctx *c)
{
	struct q_import_one r;
	bool has_rejects, is_counted;
	uint64_t id;
	json_t *view;
	enum err e;

	if ((e = import_office_load(c, &id, &r)) != ERR_OK)
		return e;
	if (is(&r, "read"))
		return page_redirect(c, import_office_path(c, id,
		    "/columns"));
	is_counted = is(&r, "checked") || is(&r, "done");
	has_rejects = is_counted && r.destroyed_us == 0 &&
	    r.n_suppressed + r.n_rejected + (is_list(&r) ? r.n_same : 0) > 0;
	view = page_view(c, heading(c, &r));
	json_object_set_new(view, "heading", json_string(heading(c, &r)));
	json_object_set_new(view, "back_url", json_string("/imports"));
	json_object_set_new(view, "is_running", json_boolean(is_running(&r)));
	json_object_set_new(view, "is_checked", json_boolean(is(&r,
	    "checked")));
	json_object_set_new(view, "is_done", json_boolean(is(&r, "done")));
	json_object_set_new(view, "has_new", json_boolean(is(&r, "done") &&
	    r.n_created > 0));
	json_object_set_new(view, "is_list", json_boolean(is_list(&r)));
	json_object_set_new(view, "list_url", !is(&r, "done") ||
	    r.snapshot_id == 0 ? json_null() : json_string(arena_printf(
	    c->arena, "/contacts?s=%" PRIu64, r.snapshot_id)));
	json_object_set_new(view, "quarantine_url", url_of(c, is(&r,
	    "done") && r.n_quarantined > 0, id, "/quarantine"));
	json_object_set_new(view, "progress", is_running(&r) ?
	    progress_view(c, id, &r) : json_null());
	json_object_set_new(view, "has_counts", json_boolean(is_counted));
	json_object_set_new(view, "counts", is_counted ? counts_view(c, &r) :
	    json_array());
	json_object_set_new(view, "facts", facts_view(c, &r));
	json_object_set_new(view, "start_form", form_of(c, is(&r, "checked") &&
	    r.n_created + r.n_updated > 0, id, "/start"));
	json_object_set_new(view, "cancel_form", form_of(c, is(&r,
	    "checked") || is(&r, "waiting") || is(&r, "checking"), id,
	    "/cancel"));
	json_object_set_new(view, "undo_form", form_of(c, is(&r, "done") &&
	    r.undo_until_us > c->now_us, id, "/undo"));
	json_object_set_new(view, "columns_url", url_of(c, is(&r, "checked"),
	    id, "/columns"));
	json_object_set_new(view, "rejects_url", url_of(c, has_rejects, id,
	    "/rejects"));
	json_object_set_new(view, "new_url", json_string("/imports/new"));
	end_view(c, &r, view);
	if ((e = faults_view(c, id, is_counted, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	return page(c, "office/import_show.html", view);
}

enum err
import_office_state(struct ctx *c)
{
	struct q_import_one r;
	uint64_t id;
	enum err e;

	if ((e = import_office_load(c, &id, &r)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:i, s:s, s:b}", "percent",
	    percent(&r), "text", progress_text(c, &r), "done",
	    !is_running(&r)));
}

enum err
import_office_head(struct ctx *c, uint64_t id, struct bytes *ret_head)
{
	const struct import_piece piece = { "head", 0 };
	struct import_seal s = { .id = id };
	enum err e;

	if ((e = import_seal_load(c->db, c->arena, c->worker->keys, &s)) ==
	    ERR_OK)
		e = import_piece_get(c->db, c->arena, &s, &piece, ret_head);
	secret_wipe(s.key, KEY_BYTES);
	return e == ERR_NOTFOUND ? ERR_GONE : e;
}

/* Rows on their way back; in the request's arena.  Its ctx is gone by then. */
struct sending {
	struct db *db;
	struct import_words words;
	struct import_seal seal;	/* wiped at the end */
	struct import_columns columns;
	struct bytes head;
};

/* All that is wrong with a row, each after the column it is of. */
static const char *
reason_of(const struct sending *s, struct arena *a,
    const struct import_record *why)
{
	const char *code, *field, *said = "";
	size_t i;

	for (i = 0; i + 1 < why->n && i + 1 < IMPORT_COLUMNS_MAX; i += 2) {
		code = arena_textn(a, why->cells[i].ptr, why->cells[i].len);
		field = arena_textn(a, why->cells[i + 1].ptr,
		    why->cells[i + 1].len);
		if (*field != '\0')
			code = arena_printf(a, "%s%s%s", import_column_word(
			    &s->words, field), words_get(s->words.lang,
			    N_(": ")), import_row_word(a, &s->words, code,
			    field));
		else
			code = import_row_word(a, &s->words, code, field);
		said = arena_printf(a, "%s%s%s", said, i == 0 ? "" : " ",
		    code);
	}
	return said;
}

/* A piece: for each row its reason, then the row. */
static enum err
send_piece(const struct sending *s, struct arena *a, struct bytes plain,
    struct buf *out)
{
	struct import_record why;
	struct import_row row;
	struct bytes line;
	enum err e;

	while ((e = import_frame_read(&plain, &why)) == ERR_OK) {
		memset(&row, 0, sizeof(row));
		if ((e = import_frame_read(&plain, &row.record)) != ERR_OK)
			return e;
		row.outcome = IMPORT_REJECTED;
		if (row.record.n == 1 && s->columns.n > 1 &&
		    row.record.cells[0].len == 0)
			row.outcome = IMPORT_SUPPRESSED;
		line = import_rejects_line(a, &row, reason_of(s, a, &why));
		buf_add(out, line.ptr, line.len);
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
send_rows(void *arg, http_write_fn *write, void *sink)
{
	struct sending *s = arg;
	struct import_piece piece = { "reject", 0 };
	struct arena *a = arena_open();
	struct q_import_chunk_next *rows;
	struct bytes plain;
	struct buf out;
	size_t n;
	enum err e;

	e = write(sink, s->head.ptr, s->head.len);
	while (e == ERR_OK) {
		db_begin(s->db, clock_ticks_us() + PIECE_US, DB_GET);
		if ((e = q_import_chunk_next(s->db, a, s->seal.id,
		    piece.kind, piece.number, &rows, &n)) != ERR_OK || n == 0)
			break;
		piece.number = rows[0].number;
		buf_open(&out, a);
		if ((e = import_piece_open(a, &s->seal, &piece,
		    rows[0].sealed, &plain)) == ERR_OK &&
		    (e = send_piece(s, a, plain, &out)) == ERR_OK)
			e = write(sink, out.ptr, out.len);
		piece.number++;
		arena_wipe(a);
	}
	secret_wipe(s->seal.key, KEY_BYTES);
	arena_close(a);
	return e;
}

/* The names of the columns, as the file had them. */
static enum err
read_names(struct ctx *c, uint64_t id, struct import_columns *ret)
{
	struct import_record names;
	struct bytes head;
	size_t i;
	enum err e;

	if ((e = import_office_head(c, id, &head)) != ERR_OK ||
	    (e = import_frame_read(&head, &names)) != ERR_OK)
		return e;
	ret->n = names.n < IMPORT_COLUMNS_MAX ? names.n : IMPORT_COLUMNS_MAX;
	for (i = 0; i < ret->n; i++)
		ret->names[i] = !text_is_utf8(names.cells[i].ptr,
		    names.cells[i].len) ? "" : arena_textn(c->arena,
		    names.cells[i].ptr, names.cells[i].len);
	return ERR_OK;
}

enum err
import_office_rejects(struct ctx *c)
{
	struct sending *s = arena_take(c->arena, sizeof(*s));
	struct q_import_one r;
	enum err e;

	if ((e = import_office_load(c, &s->seal.id, &r)) != ERR_OK)
		return e;
	if (r.destroyed_us != 0 || (!is(&r, "checked") && !is(&r, "done")))
		return ERR_GONE;
	if ((e = read_names(c, s->seal.id, &s->columns)) != ERR_OK ||
	    (e = custom_fields_load(c->db, c->arena, c->lang,
	    &s->words.own)) != ERR_OK)
		return e;
	s->db = c->db;
	s->words.lang = c->lang;
	s->head = import_rejects_head(c->arena, &s->columns, _("Line"),
	    _("What is wrong"));
	http_header(c->res, "Content-Type", "text/csv; charset=utf-8");
	http_header(c->res, "Content-Disposition", arena_printf(c->arena,
	    "attachment; filename=\"import-%" PRIu64 "-rejected.csv\"",
	    s->seal.id));
	http_header(c->res, "Cache-Control", "no-store");
	http_header(c->res, "X-Content-Type-Options", "nosniff");
	if (c->req->method == M_HEAD)
		return ERR_OK;
	if ((e = import_seal_load(c->db, c->arena, c->worker->keys,
	    &s->seal)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	http_stream(c->res, send_rows, s);
	return ERR_OK;
}
