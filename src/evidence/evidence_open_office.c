/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A recording is heard, a scan is looked at: for a reason that is recorded
 * first and that the person can read; then for ten minutes, by whoever gave
 * it, in that session.
 * Law: GDPR 5(1)(f), 5(2), 15(1)(c), 32.
 */
#include "evidence/evidence_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "consent/consent_office.h"
#include "contacts/contacts_office.h"
#include "contacts/contacts_view.h"
#include "evidence/evidence.h"
#include "keys/person.h"
#include "ledger/ledger.h"

#define GRANT_US	(10 * MINUTE_US)
#define GRANT_MAC_BYTES	16u
#define GRANT_BYTES	(8u + GRANT_MAC_BYTES)	/* when it ends, and the MAC */
#define PIECE_US	(20 * SECOND_US)	/* to read one and hand it over */

/* As everywhere, and sound from here. */
static const char policy[] = "default-src 'none'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

static const struct field_choice reasons[] = {
	{ "proof", N_("To prove this choice to somebody who doubts it") },
	{ "case", N_("To answer a request of the person") },
	{ "check", N_("To check that it is what it should be") },
	{ "audit", N_("For an audit") },
	{ NULL, NULL }
};

const struct field evidence_office_reason_fields[] = {
	{ .name = "reason", .type = F_CHOICE, .need = true,
	  .has_radios = true, .choices = reasons,
	  .label = N_("Why you open it"),
	  .hint = N_("The person can read this, with your role and the time.") },
	{ .name = NULL }
};

/* A file, and whose it is. */
struct opened {
	uint64_t id;
	struct q_evidence_one row;
	const struct evidence_kind *kind;
};

static enum err
load(struct ctx *c, struct opened *ret)
{
	struct opened o;
	enum err e;

	if ((e = ctx_path_u64(c, 0, &o.id)) != ERR_OK ||
	    (e = q_evidence_one(c->db, c->arena, o.id,
	    auth_office_sees_all(c), c->caller.staff_id, c->caller.team_id,
	    &o.row)) != ERR_OK)
		return e;
	o.kind = evidence_kind_named(o.row.kind);
	*ret = o;
	return ERR_OK;
}

static const char *
path_of(struct ctx *c, uint64_t id, const char *grant, const char *rest)
{
	return arena_printf(c->arena, "/evidence/%" PRIu64 "%s%s%s", id,
	    grant == NULL ? "" : "/", grant == NULL ? "" : grant, rest);
}

static void
grant_mac(struct ctx *c, uint64_t id, int64_t ends_us,
    unsigned char ret_mac[HASH_BYTES])
{
	mac_text(key_get(c->worker->keys, KEY_CSRF_OFFICE), arena_printf(
	    c->arena, "assent/evidence/1|%" PRIu64 "|%" PRIu64 "|%s|%" PRId64,
	    id, c->caller.staff_id, c->session_id, ends_us), ret_mac);
}

static const char *
grant_write(struct ctx *c, uint64_t id, int64_t ends_us)
{
	unsigned char grant[GRANT_BYTES], mac[HASH_BYTES];
	size_t i;

	for (i = 0; i < 8; i++)
		grant[i] = (unsigned char)((uint64_t)ends_us >> (56 - 8 * i));
	grant_mac(c, id, ends_us, mac);
	memcpy(grant + 8, mac, GRANT_MAC_BYTES);
	return base64url_write(c->arena, (struct bytes){ grant,
	    sizeof(grant) });
}

/* ERR_GONE for a grant that is over, another's, or none of ours. */
static enum err
grant_check(struct ctx *c, uint64_t id)
{
	unsigned char mac[HASH_BYTES];
	struct bytes grant;
	uint64_t ends = 0;
	size_t i;

	if (base64url_read(c->arena, c->path_param[1], &grant) != ERR_OK ||
	    grant.len != GRANT_BYTES)
		return ERR_GONE;
	for (i = 0; i < 8; i++)
		ends = ends << 8 | grant.ptr[i];
	grant_mac(c, id, (int64_t)ends, mac);
	return secret_equal(mac, grant.ptr + 8, GRANT_MAC_BYTES) &&
	    (int64_t)ends > c->now_us ? ERR_OK : ERR_GONE;
}

static enum err
add_what(struct ctx *c, const struct opened *o, json_t *view)
{
	struct q_evidence_proves *rows;
	struct q_contacts_load r;
	json_t *list;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_load(c->db, c->arena, o->row.contact_id, &r)) !=
	    ERR_OK || (e = q_evidence_proves(c->db, c->arena, c->lang,
	    o->id, o->row.contact_id, &rows, &n)) != ERR_OK)
		return e;
	list = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}",
		    "title", rows[i].title == NULL ? "" : rows[i].title,
		    "channel", _(consent_channel_label(rows[i].channel)),
		    "how", consent_office_how(c, rows[i].how), "at",
		    page_date(c, rows[i].at_us)));
	json_object_set_new(view, "name", json_string(contacts_name(c, &r)));
	json_object_set_new(view, "back_url", json_string(
	    evidence_office_path(c, o->row.contact_id, "/choices")));
	json_object_set_new(view, "kind", json_string(_(o->kind->label)));
	json_object_set_new(view, "size", json_string(evidence_office_size(c,
	    o->row.size_bytes)));
	json_object_set_new(view, "stored", json_string(page_date_time(c,
	    o->row.created_us)));
	json_object_set_new(view, "proves", list);
	return ERR_OK;
}

static enum err
draw_ask(struct ctx *c, const struct opened *o, enum err why)
{
	json_t *view = page_view(c, _("Recording or scan"));
	enum err e;

	page_form(c, view, "/evidence/:id", path_of(c, o->id, NULL, ""),
	    &c->form);
	if ((e = add_what(c, o, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	return why == ERR_OK ? page(c, "office/evidence_ask.html", view) :
	    page_form_again(c, why, "office/evidence_ask.html", view);
}

enum err
evidence_office_ask(struct ctx *c)
{
	const struct contacts_looking looking = { "record", "daily" };
	struct opened o;
	enum err e;

	if ((e = load(c, &o)) != ERR_OK || (e = contacts_looked(c, &looking,
	    &o.row.contact_id, 1)) != ERR_OK)
		return e;
	form_blank(c, evidence_office_reason_fields, &c->form);
	return draw_ask(c, &o, ERR_OK);
}

struct opening {
	struct ctx *c;
	const struct opened *o;
};

/* Who looked, and the audit: both, or it stays closed. */
static enum err
open_in_tx(struct db *db, void *arg)
{
	const struct opening *k = arg;
	struct ctx *c = k->c;
	const char *reason = form_value(&c->form, "reason");
	const struct ledger_audit event = { .verb = "evidence.opened",
	    .actor = "staff", .actor_id = c->caller.staff_id,
	    .object = "evidence", .object_id = k->o->id,
	    .contact_id = k->o->row.contact_id, .at_us = c->now_us,
	    .detail = arena_printf(c->arena, "{\"reason\":\"%s\"}",
	    reason) };
	struct q_people_line line;
	enum err e;

	tx_set_result(db, arena_printf(c->arena, "%" PRId64, c->now_us +
	    GRANT_US));
	if ((e = q_people_line(db, c->arena, c->caller.staff_id,
	    role_choices[c->caller.role].value, c->caller.team_id,
	    "evidence", reason, c->now_us, &line)) != ERR_OK ||
	    (e = q_people_seen(db, line.id, arena_printf(c->arena,
	    "[%" PRIu64 "]", k->o->row.contact_id), NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, c->arena, c->worker->ledger, &event);
}

enum err
evidence_office_open(struct ctx *c)
{
	struct opened o;
	struct opening k = { c, &o };
	int64_t ends_us;
	enum err e;

	if ((e = load(c, &o)) != ERR_OK)
		return e;
	if ((e = form_read(c, evidence_office_reason_fields, &c->form)) !=
	    ERR_OK)
		return draw_ask(c, &o, e);
	if ((e = ctx_tx(c, open_in_tx, &k)) != ERR_OK)
		return e;
	/* the same press again opens it for what is left of its time */
	if (c->result == NULL || parse_i64(c->result, &ends_us) != ERR_OK)
		return ERR_BUG;
	return page_redirect(c, path_of(c, o.id, grant_write(c, o.id,
	    ends_us), ""));
}

enum err
evidence_office_show(struct ctx *c)
{
	struct opened o;
	json_t *view;
	enum err e;

	if ((e = load(c, &o)) != ERR_OK)
		return e;
	if (grant_check(c, o.id) != ERR_OK)
		return page_redirect(c, path_of(c, o.id, NULL, ""));
	view = page_view(c, _("Recording or scan"));
	if ((e = add_what(c, &o, view)) != ERR_OK) {
		json_decref(view);
		return e;
	}
	json_object_set_new(view, "file_url", json_string(path_of(c, o.id,
	    c->path_param[1], "/file")));
	json_object_set_new(view, "is_sound", json_boolean(o.kind->look ==
	    EVIDENCE_SOUND));
	json_object_set_new(view, "is_picture", json_boolean(o.kind->look ==
	    EVIDENCE_PICTURE));
	json_object_set_new(view, "sha256", json_string(hex_write(c->arena,
	    o.row.sha256)));
	http_header(c->res, "Content-Security-Policy", policy);
	return page(c, "office/evidence_show.html", view);
}

/* A file on its way; in the request's arena.  Its ctx is gone by then. */
struct sending {
	struct db *db;
	struct evidence_stored stored;
	unsigned char key[KEY_BYTES];	/* wiped at the end */
};

static enum err
send_file(void *arg, http_write_fn *write, void *sink)
{
	struct sending *s = arg;
	struct arena *a = arena_open();		/* one piece at a time */
	struct bytes plain;
	uint64_t sent, number;
	enum err e = ERR_OK;

	for (sent = 0, number = 0; sent < s->stored.size_bytes; number++) {
		db_begin(s->db, clock_ticks_us() + PIECE_US, DB_GET);
		if ((e = evidence_piece(s->db, a, &s->stored, number,
		    &plain)) != ERR_OK ||
		    (e = write(sink, plain.ptr, plain.len)) != ERR_OK)
			break;
		sent += plain.len;
		arena_wipe(a);
	}
	arena_close(a);
	secret_wipe(s->key, sizeof(s->key));
	return e;
}

enum err
evidence_office_file(struct ctx *c)
{
	struct sending *s = arena_take(c->arena, sizeof(*s));
	struct opened o;
	enum err e;

	if ((e = load(c, &o)) != ERR_OK ||
	    (e = grant_check(c, o.id)) != ERR_OK)
		return e;
	*s = (struct sending){ .db = c->db, .stored = { .id = o.id,
	    .size_bytes = o.row.size_bytes } };
	s->stored.key = s->key;
	http_header(c->res, "Content-Type", o.kind->type);
	http_header(c->res, "Content-Disposition", arena_printf(c->arena,
	    "%s; filename=\"%s\"", o.kind->look == EVIDENCE_PAPER ?
	    "attachment" : "inline", strchr(evidence_file(c->arena, o.id,
	    o.row.kind), '/') + 1));
	http_header(c->res, "Content-Length", arena_printf(c->arena,
	    "%" PRIu64, o.row.size_bytes));
	http_header(c->res, "Content-Security-Policy",
	    "default-src 'none'; sandbox; frame-ancestors 'none'");
	http_header(c->res, "Cache-Control", "no-store");
	http_header(c->res, "X-Content-Type-Options", "nosniff");
	http_header(c->res, "Cross-Origin-Resource-Policy", "same-origin");
	if (c->req->method == M_HEAD)
		return ERR_OK;
	if ((e = person_key_load(c->db, c->arena, c->worker->keys,
	    o.row.contact_id, PERSON_LIVE, s->key)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_GONE : e;
	http_stream(c->res, send_file, s);
	return ERR_OK;
}
