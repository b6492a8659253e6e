/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking for a copy of one's data, seeing how far it is, fetching it.
 * Law: GDPR 12(3), 15(3), 20(1); LAW R36.
 */
#include "export/export_portal.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "export/export.h"
#include "export/export_stream.h"
#include "keys/person.h"
#include "ledger/ledger.h"
#include "rights/rights.h"

static const char *
kind_label(struct ctx *c, const char *kind)
{
	return text_equal(kind, "access") ? _("Everything, to read (Art. 15)") :
	    _("To take elsewhere (Art. 20)");
}

static const char *
state_label(struct ctx *c, const char *state)
{
	static const struct words_label labels[] = {
		{ "waiting", N_("waiting") },
		{ "building", N_("being prepared") },
		{ "ready", N_("ready") },
		{ "destroyed", N_("destroyed") },
		{ "failed", N_("could not be made") },
		{ NULL, NULL }
	};

	return _(words_label(labels, state));
}

static bool
is_running(const char *state)
{
	return text_equal(state, "waiting") || text_equal(state, "building");
}

/* The keeper may destroy it a little later than its time. */
static bool
is_ready(struct ctx *c, const char *state, int64_t expires_us)
{
	return text_equal(state, "ready") && expires_us > c->now_us;
}

static const char *
size_text(struct ctx *c, uint64_t bytes)
{
	return words_count(c->arena, c->lang, "{n} KB", "{n} KB",
	    (bytes + 1023) / 1024);
}

static const char *
path_of(struct ctx *c, uint64_t id, const char *rest)
{
	return arena_printf(c->arena, "/account/export/%" PRIu64 "%s", id,
	    rest);
}

static json_t *
package_view(struct ctx *c, const struct q_export_mine *p)
{
	bool ready = is_ready(c, p->state, p->expires_us);
	bool running = is_running(p->state);
	const char *state = text_equal(p->state, "ready") && !ready ?
	    "destroyed" : p->state;

	return json_pack("{s:s, s:s, s:b, s:b, s:s, s:s?, s:s?, s:s?, s:s?}",
	    "kind", kind_label(c, p->kind), "state", state_label(c, state),
	    "is_ready", ready, "is_running", running,
	    "asked", page_date(c, p->created_us),
	    "size", ready ? size_text(c, p->size_bytes) : NULL,
	    "until", ready ? page_date_time(c, p->expires_us) : NULL,
	    "download_url", ready ? path_of(c, p->id, "") : NULL,
	    "progress_url", running ? path_of(c, p->id, "/progress") : NULL);
}

enum err
export_portal_list(struct ctx *c)
{
	struct q_export_mine *rows;
	json_t *view, *list;
	size_t i, n;
	enum err e;

	if ((e = q_export_mine(c->db, c->arena, c->caller.contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, package_view(c, &rows[i]));
	view = page_view(c, _("A copy of my data"));
	json_object_set_new(view, "access_form", page_csrf(c,
	    "/account/export/access", "/account/export/access"));
	json_object_set_new(view, "portable_form", page_csrf(c,
	    "/account/export/portable", "/account/export/portable"));
	json_object_set_new(view, "hours", json_integer(EXPORT_HOURS));
	json_object_set_new(view, "days", json_integer(EXPORT_DAYS));
	json_object_set_new(view, "has_packages", json_boolean(n > 0));
	json_object_set_new(view, "packages", list);
	return page(c, "portal/export_packages.html", view);
}

/* A copy about to be asked for. */
struct asking {
	struct ctx *c;
	const char *kind;
};

static enum err
ask_in_tx(struct db *db, void *arg)
{
	struct asking *k = arg;
	struct ctx *c = k->c;
	struct rights_filing filing = { .kind = k->kind, .door = "account",
	    .state = "open", .contact_id = c->caller.contact_id,
	    .lang = c->lang };
	struct ledger_audit audit = { .verb = "package.asked",
	    .actor = "person", .object = "package",
	    .contact_id = c->caller.contact_id, .at_us = c->now_us };
	struct q_export_underway *running;
	struct q_export_insert row;
	size_t n;
	enum err e;

	if ((e = q_export_underway(db, c->arena, c->caller.contact_id,
	    k->kind, &running, &n)) != ERR_OK || n > 0)
		return e;
	if ((e = rights_file(c, db, &filing)) != ERR_OK ||
	    (e = q_export_insert(db, c->arena, c->caller.contact_id,
	    filing.id, k->kind, c->lang, c->now_us, c->now_us +
	    EXPORT_DAYS * DAY_US, &row)) != ERR_OK)
		return e;
	audit.object_id = row.id;
	return ledger_audit(db, c->arena, c->worker->ledger, &audit);
}

static enum err
ask(struct ctx *c, const char *kind)
{
	struct asking k = { c, kind };
	struct q_export_underway *running;
	size_t n;
	enum err e;

	if (!ctx_is_recent(c))
		return page_redirect(c, "/sign-in/again");
	if ((e = ctx_tx(c, ask_in_tx, &k)) != ERR_OK ||
	    (e = q_export_underway(c->db, c->arena, c->caller.contact_id,
	    kind, &running, &n)) != ERR_OK)
		return e;
	return page_redirect(c, n == 0 ? "/account/export" :
	    path_of(c, running[0].id, "/progress"));
}

enum err
export_portal_access(struct ctx *c)
{
	return ask(c, "access");
}

enum err
export_portal_portable(struct ctx *c)
{
	return ask(c, "portability");
}

static enum err
load(struct ctx *c, uint64_t *ret_id, struct q_export_mine_one *ret_p)
{
	enum err e;

	if ((e = ctx_path_u64(c, 0, ret_id)) != ERR_OK)
		return e;
	return q_export_mine_one(c->db, c->arena, *ret_id,
	    c->caller.contact_id, ret_p);
}

static int
percent(const struct q_export_mine_one *p)
{
	return p->total == 0 ? 0 : (int)(p->done * 100 / p->total);
}

static const char *
progress_text(struct ctx *c, const struct q_export_mine_one *p)
{
	return p->total == 0 ? _("waiting") : words_count(c->arena, c->lang,
	    "{n} step left", "{n} steps left", p->total - p->done);
}

static json_t *
files_view(struct ctx *c, const char *kind)
{
	static const struct { const char *file, *what; bool is_for_all; } f[] = {
		{ "index.html", N_("the page to read"), false },
		{ "data.json", N_("all the data, with its schema"), true },
		{ "csv/", N_("the same data as tables"), true },
		{ "contact.vcf", N_("your contact card"), true },
		{ "evidence/", N_("recordings and scans of choices that you gave another way, if there are any"), false },
		{ "manifest.jws", N_("the list of the files, signed"), true },
	};
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < LENGTH(f); i++)
		if (f[i].is_for_all || text_equal(kind, "access"))
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "file", f[i].file, "what", _(f[i].what)));
	return list;
}

static json_t *
progress_view(struct ctx *c, uint64_t id, const struct q_export_mine_one *p)
{
	return json_pack("{s:s, s:i, s:s, s:s, s:s}", "label",
	    _("Preparation"), "percent", percent(p), "text",
	    progress_text(c, p), "json_url", path_of(c, id, "/state"),
	    "next_url", path_of(c, id, "/progress"));
}

enum err
export_portal_progress(struct ctx *c)
{
	struct q_export_mine_one p;
	bool running, ready;
	uint64_t id;
	json_t *view;
	enum err e;

	if ((e = load(c, &id, &p)) != ERR_OK)
		return e;
	running = is_running(p.state);
	ready = is_ready(c, p.state, p.expires_us);
	if (!running && !ready && !text_equal(p.state, "failed"))
		return page_redirect(c, "/account/export");
	view = page_view(c, kind_label(c, p.kind));
	json_object_set_new(view, "kind", json_string(kind_label(c, p.kind)));
	json_object_set_new(view, "back_url", json_string("/account/export"));
	json_object_set_new(view, "is_running", json_boolean(running));
	json_object_set_new(view, "is_ready", json_boolean(ready));
	json_object_set_new(view, "is_failed", json_boolean(!running &&
	    !ready));
	json_object_set_new(view, "progress", running ? progress_view(c, id,
	    &p) : json_null());
	json_object_set_new(view, "size", ready ? json_string(size_text(c,
	    p.size_bytes)) : json_null());
	json_object_set_new(view, "until", ready ? json_string(page_date_time(
	    c, p.expires_us)) : json_null());
	json_object_set_new(view, "download_url", ready ? json_string(path_of(
	    c, id, "")) : json_null());
	json_object_set_new(view, "files", ready ? files_view(c, p.kind) :
	    json_array());
	json_object_set_new(view, "sha256", ready ? json_string(hex_write(
	    c->arena, p.sha256)) : json_null());
	return page(c, "portal/export_progress.html", view);
}

enum err
export_portal_state(struct ctx *c)
{
	struct q_export_mine_one p;
	uint64_t id;
	enum err e;

	if ((e = load(c, &id, &p)) != ERR_OK)
		return e;
	return page_json(c, 200, json_pack("{s:i, s:s, s:b}", "percent",
	    percent(&p), "text", progress_text(c, &p), "done",
	    !is_running(p.state)));
}

static enum err
read_chunk(struct db *db, struct arena *a, uint64_t id, uint64_t number,
    struct bytes *ret_sealed)
{
	struct q_export_chunk chunk;
	enum err e;

	if ((e = q_export_chunk(db, a, id, number, &chunk)) == ERR_OK)
		*ret_sealed = chunk.sealed;
	return e;
}

static enum err
note_sent(struct db *db, uint64_t id, int64_t now_us, bool is_whole)
{
	return q_export_downloaded(db, id, now_us, is_whole, NULL);
}

enum err
export_portal_download(struct ctx *c)
{
	struct export_stream *s = arena_take(c->arena, sizeof(*s));
	struct q_export_mine_one p;
	enum err e;

	*s = (struct export_stream){ .db = c->db, .now_us = c->now_us,
	    .place = EXPORT_CHUNK_PLACE, .chunk = read_chunk,
	    .sent = note_sent };
	if ((e = load(c, &s->id, &p)) != ERR_OK)
		return e;
	if (!is_ready(c, p.state, p.expires_us))
		return ERR_GONE;
	s->size_bytes = p.size_bytes;
	export_stream_head(c, "application/zip", arena_printf(c->arena,
	    "%s-%s.zip", text_equal(p.kind, "access") ? "my-data" :
	    "my-data-portable", day_write(c->arena, day_of(p.created_us))),
	    p.size_bytes);
	if (c->req->method == M_HEAD)
		return ERR_OK;
	if ((e = person_key_load(c->db, c->arena, c->worker->keys,
	    c->caller.contact_id, PERSON_LIVE, s->key)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	export_stream(c, s);
	return ERR_OK;
}
