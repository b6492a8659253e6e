/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Exports of a member of staff: how far they are, fetching, ending them.
 * Law: GDPR 5(1)(e), 5(1)(f), 5(2), 32.
 */
#include "export/export_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "db/queries.h"
#include "export/export_staff.h"
#include "export/export_stream.h"
#include "keys/seal.h"

const struct page_state_label export_office_states[] = {
	{ "asked", N_("waits for a colleague"), MOOD_WARN },
	{ "refused", N_("not agreed to"), MOOD_BAD },
	{ "lapsed", N_("nobody answered"), MOOD_NONE },
	{ "waiting", N_("waiting"), MOOD_INFO },
	{ "building", N_("being prepared"), MOOD_INFO },
	{ "ready", N_("ready"), MOOD_OK },
	{ "cancelled", N_("cancelled"), MOOD_NONE },
	{ "failed", N_("could not be made"), MOOD_BAD },
	{ "destroyed", N_("destroyed"), MOOD_NONE },
	{ NULL, NULL, MOOD_NONE }
};

const char *
export_office_format(struct ctx *c, const char *format)
{
	static const struct words_label words[] = {
		{ "csv", N_("CSV") }, { "xlsx", N_("Excel (XLSX)") },
		{ "json", N_("JSON") }, { NULL, NULL }
	};

	return _(words_label(words, format));
}

const char *
export_office_path(struct ctx *c, uint64_t id, const char *rest)
{
	return arena_printf(c->arena, "/exports/%" PRIu64 "%s", id, rest);
}

static bool
is_running(const char *state)
{
	return text_equal(state, "waiting") || text_equal(state, "building");
}

const char *
export_office_state_at(const struct ctx *c, const char *state,
    int64_t expires_us)
{
	if (expires_us > c->now_us)
		return state;
	return text_equal(state, "ready") ? "destroyed" :
	    text_equal(state, "asked") ? "lapsed" : state;
}

static const char *
size_text(struct ctx *c, uint64_t bytes)
{
	return words_count(c->arena, c->lang, "{n} KB", "{n} KB",
	    (bytes + 1023) / 1024);
}

static const char *
people_text(struct ctx *c, uint64_t n)
{
	return words_count(c->arena, c->lang, "{n} contact", "{n} contacts",
	    n);
}

enum err
export_office_list(struct ctx *c)
{
	struct q_export_staff_mine *rows;
	json_t *view, *list, *item;
	const char *state;
	size_t i, n;
	enum err e;

	if ((e = q_export_staff_mine(c->db, c->arena, c->caller.staff_id,
	    &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++) {
		state = export_office_state_at(c, rows[i].state, rows[i].expires_us);
		item = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s?}", "url",
		    export_office_path(c, rows[i].id, ""), "asked",
		    page_date_time(c, rows[i].created_us), "format",
		    export_office_format(c, rows[i].format), "people",
		    people_text(c, rows[i].total), "is_pseudonymised",
		    rows[i].is_pseudonymised, "until", text_equal(state,
		    "ready") ? page_date_time(c, rows[i].expires_us) : NULL);
		page_state_of(c, item, export_office_states,
		    state);
		json_array_append_new(list, item);
	}
	view = page_view(c, _("Exports"));
	json_object_set_new(view, "may_decide", json_boolean(
	    (EXPORT_DECIDERS & ROLE_BIT(c->caller.role)) != 0));
	json_object_set_new(view, "has_exports", json_boolean(n > 0));
	json_object_set_new(view, "exports", list);
	json_object_set_new(view, "hours", json_integer(EXPORT_STAFF_HOURS));
	return page(c, "office/export_list.html", view);
}

/* Another's export is not there. */
static enum err
load(struct ctx *c, uint64_t *ret_id, struct q_export_staff_one *ret_row)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK ||
	    (e = q_export_staff_one(c->db, c->arena, *ret_id,
	    c->caller.staff_id, ret_row)) != ERR_OK)
		return e;
	ret_row->state = export_office_state_at(c, ret_row->state, ret_row->expires_us);
	return ERR_OK;
}

static int
percent(const struct q_export_staff_one *p)
{
	return p->total == 0 ? 0 : (int)(p->done * 100 / p->total);
}

static const char *
progress_text(struct ctx *c, const struct q_export_staff_one *p)
{
	return text_equal(p->state, "waiting") ? _("waiting") :
	    words_count(c->arena, c->lang, "{n} contact left",
	    "{n} contacts left", p->total - p->done);
}

static json_t *
progress_view(struct ctx *c, uint64_t id, const struct q_export_staff_one *p)
{
	return json_pack("{s:s, s:i, s:s, s:s, s:s}", "label",
	    _("Preparation"), "percent", percent(p), "text",
	    progress_text(c, p), "json_url", export_office_path(c, id,
	    "/state"), "next_url", export_office_path(c, id, ""));
}

static json_t *
ready_view(struct ctx *c, uint64_t id, const struct q_export_staff_one *p)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?}", "download_url",
	    export_office_path(c, id, "/download"), "size", size_text(c,
	    p->size_bytes), "until", page_date_time(c, p->expires_us),
	    "people", people_text(c, p->total - p->left_out), "sha256",
	    hex_write(c->arena, p->sha256), "left_out", p->left_out == 0 ?
	    NULL : words_count(c->arena, c->lang,
	    "{n} contact was left out: erased, restricted, in quarantine, or no longer yours to see.",
	    "{n} contacts were left out: erased, restricted, in quarantine, or no longer yours to see.",
	    p->left_out));
}

static const char *
why_text(struct ctx *c, const char *why)
{
	static const struct words_label words[] = {
		{ "space", N_("The disk has no room for it. Ask for less, or tell the administrator.") },
		{ "staff", N_("Your role or your access has changed meanwhile.") },
		{ "source", N_("The list that it was made from is no longer there: make it again.") },
		{ "program", N_("Something went wrong on our side. Ask again, or tell the administrator.") },
		{ NULL, NULL }
	};

	return _(words_label(words, why == NULL ? "program" : why));
}

const char *
export_office_columns(struct ctx *c, const char *codes)
{
	struct custom_fields own = { NULL, 0 };
	const struct custom_field *f;
	struct export_choice choice;
	struct buf b;
	size_t i;

	if (export_choice_read(c->arena, codes, &choice) != ERR_OK)
		return codes;
	/* without their names the codes will do */
	if (choice.n_own > 0 && custom_fields_load(c->db, c->arena, c->lang,
	    &own) != ERR_OK)
		own.n = 0;
	buf_open(&b, c->arena);
	for (i = 0; i < choice.n; i++) {
		buf_text(&b, i == 0 ? "" : ", ");
		buf_text(&b, _(export_columns[choice.list[i]].label));
	}
	for (i = 0; i < choice.n_own; i++) {
		f = custom_find(&own, choice.own[i] +
		    strlen(EXPORT_OWN_PREFIX));
		buf_text(&b, b.len == 0 ? "" : ", ");
		buf_text(&b, f == NULL ? choice.own[i] : f->label);
	}
	return b.ptr;
}

static void
add_facts(struct ctx *c, json_t *view, uint64_t id,
    const struct q_export_staff_one *p)
{
	json_object_set_new(view, "format", json_string(export_office_format(
	    c, p->format)));
	json_object_set_new(view, "columns", json_string(export_office_columns(
	    c, p->columns)));
	json_object_set_new(view, "reason", json_string(contacts_reason(c,
	    p->reason)));
	json_object_set_new(view, "is_pseudonymised",
	    json_boolean(p->is_pseudonymised));
	json_object_set_new(view, "asked", json_string(page_date_time(c,
	    p->created_us)));
	json_object_set_new(view, "people", json_string(people_text(c,
	    p->total)));
	json_object_set_new(view, "words", *p->words == '\0' ? json_null() :
	    json_string(p->words));
	json_object_set_new(view, "mark", json_string(export_mark_name(
	    c->arena, id, p->mark)));
}

/* Until when a second person may answer; what they answered. */
static void
add_second(struct ctx *c, json_t *view, const struct q_export_staff_one *p)
{
	bool is_asked = text_equal(p->state, "asked");

	json_object_set_new(view, "asked_until", is_asked ? json_string(
	    page_date_time(c, p->expires_us)) : json_null());
	json_object_set_new(view, "refused", text_equal(p->state, "refused") ?
	    json_string(p->answer) : json_null());
	json_object_set_new(view, "is_lapsed", json_boolean(text_equal(
	    p->state, "lapsed")));
	json_object_set_new(view, "second", p->decider == NULL ? json_null() :
	    json_pack("{s:s, s:s}", "name", p->decider, "at",
	    page_date_time(c, p->decided_us)));
}

enum err
export_office_show(struct ctx *c)
{
	struct q_export_staff_one p;
	bool running, ready, failed, asked;
	uint64_t id;
	json_t *view;
	enum err e;

	if ((e = load(c, &id, &p)) != ERR_OK)
		return e;
	running = is_running(p.state);
	ready = text_equal(p.state, "ready");
	failed = text_equal(p.state, "failed");
	asked = text_equal(p.state, "asked");
	view = page_view(c, _("Export of contacts"));
	add_facts(c, view, id, &p);
	add_second(c, view, &p);
	page_state_of(c, view, export_office_states, p.state);
	json_object_set_new(view, "is_running", json_boolean(running));
	json_object_set_new(view, "progress", running ? progress_view(c, id,
	    &p) : json_null());
	json_object_set_new(view, "ready", ready ? ready_view(c, id, &p) :
	    json_null());
	json_object_set_new(view, "failed", failed ? json_string(why_text(c,
	    p.why)) : json_null());
	json_object_set_new(view, "cancel", running || ready || asked ? page_csrf(c,
	    "/exports/:id/cancel", export_office_path(c, id, "/cancel")) :
	    json_null());
	return page(c, "office/export_show.html", view);
}

enum err
export_office_state(struct ctx *c)
{
	struct q_export_staff_one p;
	uint64_t id;
	enum err e;

	if ((e = load(c, &id, &p)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:i, s:s, s:b}", "percent",
	    percent(&p), "text", progress_text(c, &p), "done",
	    !is_running(p.state)));
}

struct ending {
	struct ctx *c;
	uint64_t id;
};

static enum err
cancel_in_tx(struct db *db, void *arg)
{
	const struct ending *k = arg;
	const struct ctx *c = k->c;
	uint64_t n;
	enum err e;

	if ((e = q_export_staff_cancel(db, k->id, c->caller.staff_id, &n)) !=
	    ERR_OK || n > 0)
		return e;
	return q_export_staff_end(db, c->now_us, k->id, c->caller.staff_id,
	    NULL);
}

enum err
export_office_cancel(struct ctx *c)
{
	struct ending k = { .c = c };
	struct q_export_staff_one p;
	enum err e;

	if ((e = load(c, &k.id, &p)) != ERR_OK ||
	    (e = ctx_tx(c, cancel_in_tx, &k)) != ERR_OK)
		return e;
	return page_redirect(c, export_office_path(c, k.id, ""));
}

static enum err
read_chunk(struct db *db, struct arena *a, uint64_t id, uint64_t number,
    struct bytes *ret_sealed)
{
	struct q_export_staff_chunk chunk;
	enum err e;

	if ((e = q_export_staff_chunk(db, a, id, number, &chunk)) == ERR_OK)
		*ret_sealed = chunk.sealed;
	return e;
}

static enum err
note_sent(struct db *db, uint64_t id, int64_t now_us, bool is_whole)
{
	return q_export_staff_downloaded(db, id, now_us, is_whole, NULL);
}

static enum err
load_key(struct ctx *c, uint64_t id, unsigned char ret_key[KEY_BYTES])
{
	struct q_export_staff_key row;
	enum err e;

	if ((e = q_export_staff_key(c->db, c->arena, id, &row)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	return export_key_unwrap(c->arena, c->worker->keys, id, row.wrapped,
	    ret_key);
}

enum err
export_office_download(struct ctx *c)
{
	struct export_stream *s = arena_take(c->arena, sizeof(*s));
	struct q_export_staff_one p;
	enum err e;

	*s = (struct export_stream){ .db = c->db, .now_us = c->now_us,
	    .place = EXPORT_STAFF_PLACE, .chunk = read_chunk,
	    .sent = note_sent };
	if ((e = load(c, &s->id, &p)) != ERR_OK)
		return e;
	if (!text_equal(p.state, "ready"))
		return ERR_GONE;
	s->size_bytes = p.size_bytes;
	export_stream_head(c, export_staff_mime(p.format), arena_printf(
	    c->arena, "contacts-%s-%s.%s", export_mark_name(c->arena, s->id,
	    p.mark), day_write(c->arena, day_of(p.created_us)), p.format),
	    p.size_bytes);
	if (c->req->method == M_HEAD)
		return ERR_OK;
	if ((e = load_key(c, s->id, s->key)) != ERR_OK)
		return e;
	export_stream(c, s);
	return ERR_OK;
}
