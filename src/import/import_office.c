/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The list of imports, a new one, and the acts that go on with it or end it.
 * Law: GDPR 5(1)(d), 5(2), 14; FEATURES X22.
 */
#include "import/import_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "import/import_reader.h"
#include "ledger/ledger.h"

#define PER_PAGE 25

const struct field import_office_upload_fields[] = {
	{ .name = "file", .type = F_FILE, .need = true,
	  .max = IMPORT_UPLOAD_MAX_BYTES, .label = N_("The file"),
	  .hint = N_("A CSV file or an Excel workbook (.xlsx), up to 10 MB. Its first line names the columns."),
	  .if_large = N_("A file may have 10 MB. Save it in several parts, each with the names of the columns in its first line, and bring them in one after the other.") },
	{ .name = NULL }
};

static const struct page_state_label states[] = {
	{ "waiting", N_("being read"), MOOD_INFO },
	{ "refused", N_("could not be read"), MOOD_BAD },
	{ "read", N_("columns to be named"), MOOD_WARN },
	{ "checking", N_("being tried"), MOOD_INFO },
	{ "checked", N_("to be confirmed"), MOOD_WARN },
	{ "running", N_("being brought in"), MOOD_INFO },
	{ "done", N_("brought in"), MOOD_OK },
	{ "undoing", N_("being taken back"), MOOD_INFO },
	{ "undone", N_("taken back"), MOOD_NONE },
	{ "stating", N_("let out of quarantine"), MOOD_INFO },
	{ "removing", N_("being removed"), MOOD_INFO },
	{ "cancelled", N_("given up"), MOOD_NONE },
	{ "expired", N_("expired"), MOOD_NONE },
	{ .code = NULL }
};

const char *
import_office_path(struct ctx *c, uint64_t id, const char *rest)
{
	return arena_printf(c->arena, "/imports/%" PRIu64 "%s", id, rest);
}

enum err
import_office_load(struct ctx *c, uint64_t *ret_id, struct q_import_one *ret)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK)
		return e;
	return q_import_one(c->db, c->arena, *ret_id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, ret);
}

enum err
import_office_note(struct ctx *c, struct db *db, const char *verb,
    uint64_t id)
{
	const struct ledger_audit event = { .verb = verb, .actor = "staff",
	    .actor_id = c->caller.staff_id, .object = "import",
	    .object_id = id, .at_us = c->now_us };

	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

static json_t *
row_view(struct ctx *c, const struct q_import_list *r)
{
	json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "url",
	    import_office_path(c, r->id, ""), "number", arena_printf(c->arena,
	    "%" PRIu64, r->id), "who", r->name, "when", page_date_time(c,
	    r->created_us), "source", r->source == NULL ? "–" : r->source,
	    "rows", r->n_rows == 0 ? "–" : words_count(c->arena, c->lang,
	    "{n} row", "{n} rows", r->n_rows));

	page_state_of(c, item, states, r->state);
	return item;
}

static json_t *
pages_view(struct ctx *c, const struct q_import_list *rows, size_t n,
    bool is_first)
{
	if (n <= PER_PAGE && is_first)
		return json_null();
	return json_pack("{s:s, s:s?, s:s?}", "text", "", "previous_url",
	    is_first ? NULL : "/imports", "next_url", n <= PER_PAGE ? NULL :
	    arena_printf(c->arena, "/imports?before=%" PRIu64,
	    rows[PER_PAGE - 1].id));
}

enum err
import_office_list(struct ctx *c)
{
	const struct param *p = params_find(&c->query, "before");
	struct q_import_list *rows;
	uint64_t before = 0;
	json_t *view, *list;
	size_t i, n;
	enum err e;

	if (p != NULL && parse_u64(p->value, &before) != ERR_OK)
		return ERR_NOTFOUND;
	if ((e = q_import_list(c->db, c->arena, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, before, PER_PAGE + 1,
	    &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n && i < PER_PAGE; i++)
		json_array_append_new(list, row_view(c, &rows[i]));
	view = page_view(c, _("Imports"));
	json_object_set_new(view, "new_url", json_string("/imports/new"));
	json_object_set_new(view, "has_imports", json_boolean(n > 0));
	json_object_set_new(view, "imports", list);
	json_object_set_new(view, "pages", pages_view(c, rows, n,
	    before == 0));
	return page(c, "office/import_list.html", view);
}

static json_t *
new_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Bring in a file"));

	page_form(c, view, "/imports", "/imports", &c->form);
	json_object_set_new(view, "back_url", json_string("/imports"));
	return view;
}

enum err
import_office_new(struct ctx *c)
{
	form_blank(c, import_office_upload_fields, &c->form);
	return page(c, "office/import_new.html", new_view(c));
}

struct uploading {
	struct ctx *c;
	uint64_t contact_id;	/* whose corrected file it is; 0: of many */
};

static enum err
store_file(const struct uploading *u, struct db *db, const struct import_seal *s)
{
	struct import_piece piece = { "file", 0 };
	const struct bytes file = u->c->file;
	struct arena *a = arena_open();		/* one piece at a time */
	size_t at, len;
	enum err e = ERR_OK;

	for (at = 0; at < file.len && e == ERR_OK; at += len) {
		len = file.len - at < IMPORT_CHUNK_BYTES ? file.len - at :
		    IMPORT_CHUNK_BYTES;
		e = import_piece_put(db, a, s, &piece, (struct bytes){
		    file.ptr + at, len });
		piece.number++;
		arena_wipe(a);
	}
	arena_close(a);
	return e;
}

static enum err
upload_in_tx(struct db *db, void *arg)
{
	const struct uploading *u = arg;
	struct ctx *c = u->c;
	struct import_seal s = { .id = 0 };
	unsigned char mac[HASH_BYTES];
	struct q_import_new row;
	enum err e;

	mac_of(key_get(c->worker->keys, KEY_REQUEST), c->file, mac);
	if ((e = q_import_new(db, c->arena, c->caller.staff_id,
	    u->contact_id, c->file.len,
	    arena_bytes(c->arena, mac, sizeof(mac)), c->now_us, c->now_us + IMPORT_FILE_HOURS * HOUR_US, &row)) !=
	    ERR_OK)
		return e;
	s.id = row.id;
	tx_set_result(db, arena_printf(c->arena, "%" PRIu64, row.id));
	if ((e = import_seal_make(db, c->arena, c->worker->keys, c->now_us,
	    &s)) == ERR_OK && (e = store_file(u, db, &s)) == ERR_OK)
		e = import_office_note(c, db, "import.uploaded", s.id);
	secret_wipe(s.key, KEY_BYTES);
	return e;
}

enum err
import_office_receive(struct ctx *c, uint64_t contact_id, uint64_t *ret_id)
{
	struct uploading u = { c, contact_id };
	enum err e;

	ctx_more_time(c);
	if ((e = ctx_tx(c, upload_in_tx, &u)) != ERR_OK)
		return e;
	/* the result also of the press that did it, when this is a second one */
	return c->result != NULL && parse_u64(c->result, ret_id) == ERR_OK ?
	    ERR_OK : ERR_BUG;
}

enum err
import_office_upload(struct ctx *c)
{
	uint64_t id;
	enum err e;

	if ((e = form_read(c, import_office_upload_fields, &c->form)) !=
	    ERR_OK)
		return page_form_again(c, e, "office/import_new.html",
		    new_view(c));
	if ((e = import_office_receive(c, 0, &id)) != ERR_OK)
		return e;
	return page_redirect(c, import_office_path(c, id, ""));
}

/* An act of one press on an import. */
struct acting {
	struct ctx *c;
	uint64_t id;
	const struct q_import_one *row;
	enum err (*act)(const struct acting *k, struct db *db, uint64_t *n);
	const char *verb;
};

static enum err
act_in_tx(struct db *db, void *arg)
{
	const struct acting *k = arg;
	uint64_t n = 0;
	enum err e;

	if ((e = k->act(k, db, &n)) != ERR_OK || n == 0)
		return e;	/* it has gone on meanwhile: its page says so */
	return import_office_note(k->c, db, k->verb, k->id);
}

static enum err
act(struct ctx *c, struct acting *k)
{
	struct q_import_one row;
	enum err e;

	if ((e = import_office_load(c, &k->id, &row)) != ERR_OK)
		return e;
	k->c = c;
	k->row = &row;
	if ((e = ctx_tx(c, act_in_tx, k)) != ERR_OK)
		return e;
	return page_redirect(c, import_office_path(c, k->id, ""));
}

/* What tells one effect from another: the file, its columns, the policy. */
static struct bytes
effect_of(const struct acting *k)
{
	struct ctx *c = k->c;
	unsigned char mac[HASH_BYTES];

	mac_text(key_get(c->worker->keys, KEY_REQUEST), arena_printf(c->arena,
	    "import|%s|%s|%s", hex_write(c->arena, k->row->file_mac),
	    k->row->mapping == NULL ? "" : k->row->mapping,
	    k->row->policy == NULL ? "" : k->row->policy), mac);
	return arena_bytes(c->arena, mac, sizeof(mac));
}

static enum err
do_start(const struct acting *k, struct db *db, uint64_t *n)
{
	return q_import_start(db, effect_of(k), k->c->now_us, k->id, n);
}

static enum err
do_cancel(const struct acting *k, struct db *db, uint64_t *n)
{
	return q_import_cancel(db, k->c->now_us, k->id, n);
}

static enum err
do_undo(const struct acting *k, struct db *db, uint64_t *n)
{
	return q_import_undo(db, k->id, k->c->now_us, n);
}

/* The same file, in the same way, was started by somebody else. */
static enum err
say_like(struct ctx *c, const struct acting *k)
{
	struct q_import_like like;
	struct q_import_one row;
	json_t *view;
	enum err e;

	if ((e = q_import_like(c->db, c->arena, effect_of(k), &like)) !=
	    ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CONFLICT : e;
	if ((e = q_import_one(c->db, c->arena, k->id, auth_office_sees_all(c),
	    c->caller.staff_id, c->caller.team_id, &row)) != ERR_OK)
		return e;
	view = page_view(c, _("Nothing was brought in"));
	json_object_set_new(view, "who", json_string(like.name));
	json_object_set_new(view, "when", json_string(page_date_time(c,
	    like.started_us)));
	json_object_set_new(view, "back_url", json_string(
	    import_office_path(c, k->id, "")));
	return page_status(c, 409, "office/import_like.html", view);
}

enum err
import_office_start(struct ctx *c)
{
	struct acting k = { .act = do_start, .verb = "import.confirmed" };
	struct q_import_one row;
	enum err e;

	if ((e = act(c, &k)) != ERR_CONFLICT)
		return e;
	if ((e = import_office_load(c, &k.id, &row)) != ERR_OK)
		return e;
	k.row = &row;
	return say_like(c, &k);
}

enum err
import_office_cancel(struct ctx *c)
{
	struct acting k = { .act = do_cancel, .verb = "import.cancelled" };

	return act(c, &k);
}

enum err
import_office_undo(struct ctx *c)
{
	struct acting k = { .act = do_undo, .verb = "import.undo_asked" };

	return act(c, &k);
}
