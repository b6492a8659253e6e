/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Making copies and destroying them (GDPR 5(1)(e), 12(3), 15(3), 20(1)).
 */
#include "export/export_keeper.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/day.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "evidence/evidence.h"
#include "export/export.h"
#include "export/export_data.h"
#include "export/export_page.h"
#include "export/package.h"
#include "export/vcard.h"
#include "html/html.h"
#include "html/words.h"
#include "keys/person.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "rights/rights.h"


/* What the job keeps from batch to batch. */
struct tools {
	struct html *html;
	struct outbox *outbox;
};

/* A copy being made. */
struct building {
	struct job *job;
	const struct tools *tools;
	struct q_export_next row;
	struct q_site_load site;
	struct export_reading reading;
	struct package package;
	struct bytes zip;
	unsigned char key[KEY_BYTES];	/* wiped at the end */
	uint64_t fence;			/* of our claim */
	uint64_t done;
	uint64_t total;
};

/* Once, when the keeper ends. */
static void
close_tools(void *memory)
{
	struct tools *tools = memory;

	html_close(tools->html);
	outbox_close(tools->outbox);
	free(tools);
}

static enum err
open_tools(struct job *job)
{
	static const char *const folders[] = { "export", "shared", NULL };
	struct html_source source = { .dir = job->config->templates,
	    .override_dir = job->config->templates_override,
	    .folders = folders, .langs = job->config->languages };
	struct tools *tools;
	enum err e;

	if (job->memory != NULL)
		return ERR_OK;
	if ((tools = calloc(1, sizeof(*tools))) == NULL)
		abort();
	if ((e = words_open(job->config->locale_dir)) != ERR_OK ||
	    (e = html_open(&source, &tools->html)) != ERR_OK ||
	    (e = outbox_open(job->config, job->keys, &tools->outbox)) !=
	    ERR_OK) {
		close_tools(tools);
		return e;
	}
	job->memory = tools;
	job->drop = close_tools;
	return ERR_OK;
}

/* An UPDATE under the fence: one row, or the copy is another keeper's. */
static enum err
one_row(enum err e, uint64_t n)
{
	return e != ERR_OK ? e : n == 1 ? ERR_OK : ERR_CONFLICT;
}

static enum err
claim_in_tx(struct db *db, void *arg)
{
	struct building *b = arg;
	struct job *job = b->job;
	struct person_key wanted = { b->row.contact_id, PERSON_LIVE,
	    job->now_us };
	uint64_t n;
	enum err e;

	e = q_export_claim(db, b->total, b->row.id, b->row.fence, &n);
	if ((e = one_row(e, n)) != ERR_OK)
		return e;
	return person_key_take(db, job->arena, job->keys, &wanted, b->key);
}

static enum err
progress_in_tx(struct db *db, void *arg)
{
	struct building *b = arg;
	uint64_t n;
	enum err e;

	e = q_export_progress(db, b->done, b->row.id, b->fence, &n);
	return one_row(e, n);
}

static enum err
step(struct building *b)
{
	b->done++;
	return job_tx(b->job, progress_in_tx, b);
}

static bool
is_in(const struct building *b, const struct export_section *s)
{
	return export_n_fields(s, b->reading.is_portable) > 0;
}

static enum err
read_lists(struct building *b, json_t *lists)
{
	json_t *list;
	size_t i;
	enum err e;

	b->reading.lists = lists;
	for (i = 0; i < EXPORT_SECTIONS; i++) {
		if (!is_in(b, &export_sections[i]))
			continue;
		if ((e = export_read(&b->reading, &export_sections[i],
		    &list)) != ERR_OK)
			return e;
		json_object_set_new(lists, export_sections[i].name, list);
		if ((e = step(b)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static const char *
text_at(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static void
add_card(struct building *b, const json_t *row, const json_t *place)
{
	struct vcard card = { .given = text_at(row, "given_name"),
	    .family = text_at(row, "family_name"),
	    .organisation = text_at(place, "name"),
	    .title = text_at(place, "job_title"),
	    .email = text_at(row, "email"), .phone = text_at(row, "phone"),
	    .street = text_at(row, "street"),
	    .postcode = text_at(row, "postcode"),
	    .city = text_at(row, "city"), .country = text_at(row, "country"),
	    .language = text_at(row, "language") };
	struct buf out;

	buf_open(&out, b->job->arena);
	vcard_add(&card, &out);
	package_add(&b->package, "contact.vcf", buf_bytes(&out));
}

static void
add_data(struct building *b, json_t *lists)
{
	struct arena *a = b->job->arena;
	json_t *data = json_pack("{s:s, s:s, s:s, s:s, s:O}", "format",
	    "assent-data/1", "kind", b->row.kind, "site", b->site.name,
	    "created_at", clock_iso(a, b->job->now_us), "data", lists);
	json_t *schema = export_schema(b->reading.is_portable), *list;
	const char *name;

	package_add_json(&b->package, "data.json", data);
	package_add_json(&b->package, "schema/data.schema.json", schema);
	json_decref(schema);
	json_decref(data);
	json_object_foreach(lists, name, list)
		package_add_csv(&b->package, arena_printf(a, "csv/%s.csv",
		    name), list);
	add_card(b, json_array_get(json_object_get(lists, "person"), 0),
	    json_array_get(json_object_get(lists, "organisation"), 0));
}

/* The recordings and scans themselves, as they came. */
static enum err
add_evidence(struct building *b)
{
	struct arena *a = b->job->arena;
	struct q_evidence_list *rows;
	struct bytes file;
	size_t i, n;
	enum err e;

	if ((e = q_evidence_list(b->job->db, a, b->row.contact_id, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && b->reading.has_live; i++) {
		const struct evidence_stored stored = { rows[i].id,
		    rows[i].size_bytes, b->reading.live };

		if ((e = evidence_whole(b->job->db, a, &stored, &file)) !=
		    ERR_OK)
			return e;
		package_add(&b->package, evidence_file(a, rows[i].id,
		    rows[i].kind), file);
	}
	return ERR_OK;
}

static enum err
add_page(struct building *b, const json_t *lists)
{
	struct export_page page = { b->job->arena, b->row.language,
	    b->site.name, b->job->now_us };
	json_t *view = export_page_view(&page, lists);
	struct buf out;
	enum err e;

	buf_open(&out, b->job->arena);
	e = html_render(b->tools->html, "export/index.html", b->row.language,
	    view, &out);
	json_decref(view);
	if (e == ERR_OK)
		package_add(&b->package, "index.html", buf_bytes(&out));
	return e;
}

static enum err
make_files(struct building *b)
{
	struct package_about about = { b->site.name, b->row.kind,
	    b->job->now_us };
	json_t *lists = json_object();
	enum err e;

	package_open(&b->package, b->job->arena);
	if ((e = read_lists(b, lists)) == ERR_OK) {
		add_data(b, lists);
		if (!b->reading.is_portable && (e = add_page(b, lists)) ==
		    ERR_OK)
			e = add_evidence(b);
	}
	json_decref(lists);
	if (e != ERR_OK)
		return e;
	package_sign(&b->package, &about, key_get(b->job->keys,
	    KEY_RECEIPT_SEED));
	return package_zip(&b->package, &b->zip);
}

static enum err
store_chunks(struct db *db, struct building *b)
{
	struct arena *a = arena_open();
	const char *place = arena_printf(b->job->arena, "%" PRIu64,
	    b->row.id);
	struct bytes piece, sealed;
	uint64_t number;
	size_t at;
	enum err e;

	e = q_export_chunks_delete(db, b->row.id, NULL);
	for (at = 0, number = 0; e == ERR_OK && at < b->zip.len; number++) {
		piece.ptr = b->zip.ptr + at;
		piece.len = b->zip.len - at < EXPORT_CHUNK_BYTES ?
		    b->zip.len - at : EXPORT_CHUNK_BYTES;
		sealed = seal(a, b->key, seal_aad(a, EXPORT_CHUNK_PLACE,
		    place, number), piece);
		e = q_export_chunk_insert(db, b->row.id, number, sealed,
		    NULL);
		at += piece.len;
		arena_wipe(a);
	}
	arena_close(a);
	return e;
}

static enum err
add_mail(struct db *db, struct building *b)
{
	struct arena *a = b->job->arena;
	struct outbox_mail mail = { .template = "export_ready",
	    .language = b->row.language, .contact_id = b->row.contact_id,
	    .is_legal = true };
	struct q_export_addressee who;
	enum err e;

	if ((e = q_export_addressee(db, a, b->row.contact_id, &who)) !=
	    ERR_OK)
		return e;
	mail.to = who.mailbox != NULL ? who.mailbox : who.email;
	if (mail.to == NULL)
		return ERR_OK;
	mail.view = json_pack("{s:s, s:s, s:s}", "name", who.given_name,
	    "url", arena_printf(a, "%s/account/export",
	    b->job->config->portal_url), "expires",
	    page_write_date_time(a, mail.language, b->row.expires_us));
	e = outbox_add(b->tools->outbox, db, a, &mail, b->job->now_us);
	json_decref(mail.view);
	return e;
}

/* Everything that makes the copy ready, or nothing of it. */
static enum err
finish_in_tx(struct db *db, void *arg)
{
	struct building *b = arg;
	struct job *job = b->job;
	struct rights_step packed = { b->row.request_id, "packed", "program",
	    0, job->now_us };
	struct ledger_audit audit = { .verb = "package.ready",
	    .actor = "program", .object = "package", .object_id = b->row.id,
	    .contact_id = b->row.contact_id, .at_us = job->now_us };
	unsigned char hash[HASH_BYTES];
	uint64_t n;
	enum err e;

	sha256_of(b->zip, hash);
	e = q_export_ready(db, b->zip.len, arena_bytes(job->arena, hash,
	    sizeof(hash)), job->now_us, b->row.id, b->fence, &n);
	if ((e = one_row(e, n)) != ERR_OK ||
	    (e = store_chunks(db, b)) != ERR_OK ||
	    (e = rights_step_add(db, &packed)) != ERR_OK ||
	    (e = q_rights_close(db, "answered", "package", job->now_us,
	    b->row.request_id, NULL)) != ERR_OK ||
	    (e = ledger_audit(db, job->arena, job->ledger, &audit)) != ERR_OK)
		return e;
	return add_mail(db, b);
}

static enum err
fail_in_tx(struct db *db, void *arg)
{
	struct building *b = arg;
	enum err e;

	if ((e = q_export_fail(db, b->row.id, b->row.fence, NULL)) != ERR_OK)
		return e;
	return job_task(db, "export.failed", arena_printf(b->job->arena,
	    "{\"package\":%" PRIu64 "}", b->row.id), b->job->now_us);
}

static enum err
build_one(struct building *b)
{
	struct job *job = b->job;
	size_t i;
	enum err e;

	b->reading = (struct export_reading){ .db = job->db,
	    .arena = job->arena, .keys = job->keys,
	    .contact_id = b->row.contact_id, .lang = b->row.language,
	    .is_portable = text_equal(b->row.kind, "portability") };
	b->fence = b->row.fence + 1;
	b->total = 1;		/* the file itself */
	for (i = 0; i < EXPORT_SECTIONS; i++)
		b->total += is_in(b, &export_sections[i]);
	if ((e = q_site_load(job->db, job->arena, &b->site)) != ERR_OK ||
	    (e = job_tx(job, claim_in_tx, b)) != ERR_OK)
		return e;
	if ((e = export_begin(&b->reading)) == ERR_OK)
		e = make_files(b);
	export_end(&b->reading);
	if (e == ERR_OK)
		e = job_tx(job, finish_in_tx, b);
	secret_wipe(b->key, sizeof(b->key));
	log_note("event=export.build package=%" PRIu64 " bytes=%zu error=%s",
	    b->row.id, b->zip.len, err_name(e));
	return e;
}

enum err
export_build(struct job *job)
{
	struct building b = { .job = job };
	struct q_export_next *rows;
	size_t n;
	enum err e;

	if ((e = q_export_next(job->db, job->arena, job->now_us, &rows, &n)) != ERR_OK || n == 0)
		return e;
	if ((e = open_tools(job)) != ERR_OK)
		return e;
	b.tools = job->memory;
	b.row = rows[0];
	if (b.row.fence >= EXPORT_TRIES) {
		log_fault("event=export.failed package=%" PRIu64, b.row.id);
		e = job_tx(job, fail_in_tx, &b);
	} else {
		e = build_one(&b);
	}
	job->is_more = e == ERR_OK;
	return e;
}

struct ending {
	struct job *job;
	const struct q_export_ended *row;
};

static enum err
end_in_tx(struct db *db, void *arg)
{
	struct ending *k = arg;
	struct ledger_audit audit = { .verb = "package.destroyed",
	    .actor = "program", .object = "package",
	    .object_id = k->row->id, .contact_id = k->row->contact_id,
	    .at_us = k->job->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_export_destroy(db, k->row->id, &n)) != ERR_OK || n == 0)
		return e;
	if ((e = q_export_chunks_delete(db, k->row->id, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &audit);
}

static enum err
shorten_in_tx(struct db *db, void *arg)
{
	const struct q_export_fetched *row = arg;

	return q_export_shorten(db, row->at_us, row->at_us +
	    EXPORT_HOURS * HOUR_US, row->id, NULL);
}

enum err
export_expire(struct job *job)
{
	struct q_export_fetched *fetched;
	struct q_export_ended *ended;
	struct ending k = { .job = job };
	size_t i, n;
	enum err e;

	if ((e = q_export_fetched(job->db, job->arena, &fetched, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = job_tx(job, shorten_in_tx, &fetched[i])) != ERR_OK)
			return e;
	if ((e = q_export_ended(job->db, job->arena, job->now_us, &ended,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.row = &ended[i];
		if ((e = job_tx(job, end_in_tx, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
