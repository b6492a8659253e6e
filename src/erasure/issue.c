/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From counts to a signed receipt in a mail, as a file and as a page.  It is
 * signed twice: when it is drawn up, and with its place in the log.
 */
#include "erasure/issue.h"

#include <inttypes.h>
#include <jansson.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "erasure/erasure_keeper.h"
#include "erasure/issue_place.h"
#include "erasure/receipt.h"
#include "erasure/receipt_view.h"
#include "html/html.h"
#include "keys/jws.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

#define JTI_BYTES	16
#define REMNANTS_MAX	4
#define KEY_COPY_DAYS	1	/* assent doctor says when the copy is older */

/* What the transaction stores and sends. */
struct issuing {
	struct job *job;
	const struct issue *issue;
	const struct q_erasing_open *row;
	const struct holding_person *person;
	struct receipt receipt;
	struct site_info site;
	const char *kid;
	const char *jws;
	const char *leaf;
	json_t *view;
	struct bytes page;	/* the receipt to be read and printed */
};

static int64_t
second_of(int64_t at_us, int64_t not_before_us)
{
	at_us -= at_us % SECOND_US;
	return at_us > not_before_us ? at_us : not_before_us;
}

static const char *
law_of(const struct issue *issue)
{
	if (issue->row->request_id == 0)
		return "GDPR 17(1)(a)";
	return strcmp(issue->person->basis, "consent") == 0 ?
	    "GDPR 17(1)(b)" : "GDPR 17(1)(c)";
}

/* What a holding keeps, and why. */
static enum err
kept_of(struct issuing *g, enum holding holding, struct receipt_store *store)
{
	uint64_t contact = g->person->contact_id;
	struct db *db = g->job->db;
	struct arena *a = g->job->arena;
	struct q_holding_kept_requests requests;
	struct q_holding_archived *rows;
	struct receipt_kept *kept;
	size_t i, n;
	enum err e;

	if (holding == HOLDING_REQUEST) {
		if ((e = q_holding_kept_requests(db, a, contact,
		    &requests)) != ERR_OK || requests.kept == 0)
			return e;
		kept = arena_take(a, sizeof(*kept));
		*kept = (struct receipt_kept){ requests.kept,
		    "proof of what you asked and what we answered",
		    HOLDING_PROOF_LAW, day_add_months(requests.last,
		    HOLDING_PROOF_MONTHS) };
		store->kept = kept;
		store->kept_count = 1;
		return ERR_OK;
	}
	if (holding != HOLDING_INTERACTION)
		return ERR_OK;
	if ((e = q_holding_archived(db, a, contact, &rows, &n)) != ERR_OK)
		return e;
	kept = arena_take(a, (n + 1) * sizeof(*kept));
	for (i = 0; i < n; i++)
		kept[i] = (struct receipt_kept){ rows[i].kept,
		    "records that a law demands", rows[i].hold_law,
		    rows[i].hold_until };
	store->kept = kept;
	store->kept_count = n;
	return ERR_OK;
}

static enum err
add_stores(struct issuing *g)
{
	struct arena *a = g->job->arena;
	struct receipt_store *stores;
	struct q_erasing_counts *rows;
	enum holding h;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_counts(g->job->db, a, g->row->id, &rows,
	    &n)) != ERR_OK)
		return e;
	stores = arena_take(a, (n + 1) * sizeof(*stores));
	g->receipt.stores = stores;
	for (i = 0; i < n; i++) {
		if (rows[i].erased + rows[i].anonymised + rows[i].kept == 0)
			continue;
		stores->name = rows[i].holding;
		stores->erased = rows[i].erased;
		stores->anonymised = rows[i].anonymised;
		for (h = 0; h < HOLDING__MAX; h++)
			if (strcmp(holding_names[h], stores->name) == 0 &&
			    (e = kept_of(g, h, stores)) != ERR_OK)
				return e;
		stores++;
		g->receipt.store_count++;
	}
	return ERR_OK;
}

static void
add_remnants(struct issuing *g)
{
	struct receipt_remnant *r = arena_take(g->job->arena,
	    REMNANTS_MAX * sizeof(*r));
	struct day today = day_of(g->job->now_us);
	size_t n = 0;

	r[n++] = (struct receipt_remnant){ "backups", day_add_days(today,
	    (int64_t)g->site.backup_days) };
	r[n++] = (struct receipt_remnant){ "binary_logs", day_add_days(today,
	    (int64_t)g->site.binlog_days) };
	if (g->job->config->key_copy != NULL)
		r[n++] = (struct receipt_remnant){ "key_copy", day_add_days(
		    today, KEY_COPY_DAYS) };
	r[n++] = (struct receipt_remnant){ "delivery", day_add_days(today,
	    ERASURE_RESCAN_DAYS) };
	g->receipt.remnants = r;
	g->receipt.remnant_count = n;
}

/* The case and its instants, each to the second and none before the last. */
static enum err
add_case(struct issuing *g)
{
	const struct q_erasing_open *row = g->row;
	struct receipt *r = &g->receipt;
	struct q_erasing_case asked;
	enum err e;

	r->case_number = arena_printf(g->job->arena, "E-%" PRIu64, row->id);
	if (row->request_id != 0) {
		if ((e = q_erasing_case(g->job->db, g->job->arena,
		    row->request_id, &asked)) != ERR_OK)
			return e;
		r->case_number = asked.reference;
		r->has_request = true;
		r->requested_us = second_of(asked.received_us, 0);
	}
	r->decided_us = second_of(row->decided_us, r->requested_us);
	r->erased_us = second_of(row->erased_us, r->decided_us);
	r->scanned_us = second_of(g->issue->scanned_us, r->erased_us);
	r->issued_us = second_of(g->job->now_us, r->scanned_us);
	return ERR_OK;
}

static enum err
build(struct issuing *g)
{
	unsigned char jti[JTI_BYTES];
	const struct holding_person *p = g->person;
	struct arena *a = g->job->arena;
	struct receipt *r = &g->receipt;
	const char **laws = arena_take(a, sizeof(*laws));
	enum err e;

	if ((e = gate_site_load(g->job->db, a, &g->site)) != ERR_OK ||
	    (e = add_case(g)) != ERR_OK || (e = add_stores(g)) != ERR_OK)
		return e;
	random_fill(jti, sizeof(jti));
	r->iss = g->job->config->portal_url;
	r->site = g->site.name;
	r->jti = hex_write(a, (struct bytes){ jti, sizeof(jti) });
	laws[0] = law_of(g->issue);
	r->laws = laws;
	r->law_count = 1;
	r->scanned_columns = g->issue->n_columns;
	r->scanned_rows = g->issue->n_rows;
	r->for_review = g->issue->for_review;
	add_remnants(g);
	receipt_commitment(p->opening, p->mail_key == NULL ? "" :
	    p->mail_key, r->case_number, r->commitment);
	return ERR_OK;
}

static enum err
sign(struct issuing *g)
{
	const unsigned char *seed = key_get(g->job->keys, KEY_RECEIPT_SEED);
	struct arena *a = g->job->arena;
	unsigned char claims[HASH_BYTES];
	struct leaf_receipt leaf = { g->receipt.jti, claims,
	    g->job->now_us };
	struct jwk key;
	enum err e;

	if ((e = receipt_sign(a, seed, &g->receipt, &g->jws)) != ERR_OK ||
	    (e = receipt_claims_hash(a, &g->receipt, claims)) != ERR_OK ||
	    (e = leaf_receipt(a, &leaf, &g->leaf)) != ERR_OK) {
		log_fault("event=erasure.receipt erasure=%" PRIu64 " error=%s",
		    g->row->id, err_name(e));
		return ERR_BUG;
	}
	jwk_from_seed(seed, JWK_RECEIPT, 0, &key);
	g->kid = arena_text(a, key.kid);
	return ERR_OK;
}

static json_t *
mail_view(const struct issuing *g)
{
	const struct holding_person *p = g->person;
	struct arena *a = g->job->arena;
	/* where the attached receipt is read and checked, needing no account */
	const char *url = arena_printf(a, "%s/receipts/verify",
	    g->job->config->portal_url);
	const char *name = text_trim(a, arena_printf(a, "%s %s",
	    p->given_name, p->family_name));

	return json_pack("{s:s?, s:s, s:s, s:s, s:s, s:s, s:s}", "name",
	    *name == '\0' ? NULL : name, "reference", g->receipt.case_number,
	    "done", page_write_date_time(a, p->lang,
	    g->row->erased_us), "address", p->mail, "opening",
	    base64url_write(a, (struct bytes){ p->opening,
	    sizeof(p->opening) }), "url", url, "verify_url", url);
}

/* The templates of files, compiled at the first receipt and kept. */
static enum err
open_templates(const struct config *config, const struct html **ret_html)
{
	static const char *const folders[] = { "export", "shared", NULL };
	static struct html *html;
	const struct html_source source = { .dir = config->templates,
	    .override_dir = config->templates_override, .folders = folders,
	    .langs = config->languages };
	enum err e;

	if (html == NULL && (e = html_open(&source, &html)) != ERR_OK)
		return e;
	*ret_html = html;
	return ERR_OK;
}

/* The receipt to be read and printed, by who has nothing but the mail. */
static enum err
draw_page(struct issuing *g)
{
	struct arena *a = g->job->arena;
	const char *lang = g->person->lang;
	const struct html *html;
	struct buf out;
	json_t *view;
	enum err e;

	if ((e = open_templates(g->job->config, &html)) != ERR_OK)
		return e;
	view = receipt_view(a, lang, &g->receipt, g->kid, g->jws,
	    json_null());
	json_object_set_new(view, "lang", json_string(lang));
	json_object_set_new(view, "verify_url", json_string(arena_printf(a,
	    "%s/receipts/verify", g->job->config->portal_url)));
	buf_open(&out, a);
	e = html_render(html, "export/erasure_receipt.html", lang, view,
	    &out);
	json_decref(view);
	if (e == ERR_OK)
		g->page = buf_bytes(&out);
	return e;
}

static enum err
send_receipt(struct db *db, struct issuing *g)
{
	const struct holding_person *p = g->person;
	struct arena *a = g->job->arena;
	const struct outbox_file files[] = {
		{ .name = arena_printf(a, "%s.jws", g->receipt.case_number),
		    .type = "application/jose", .bytes = {
		    (const unsigned char *)g->jws, strlen(g->jws) } },
		{ .name = arena_printf(a, "%s.html", g->receipt.case_number),
		    .type = "text/html", .bytes = g->page },
	};
	struct outbox_mail mail = { .template = "erasure_done",
	    .language = p->lang, .to = p->mail, .is_legal = true,
	    .view = g->view, .files = files, .n_files = LENGTH(files) };
	const struct q_erasing_open *row = g->row;

	if (p->mail == NULL)
		return q_erasing_task(db, "erasure.no_address",
		    row->request_id, row->id, "{}", g->job->now_us, NULL);
	return outbox_add(g->job->outbox, db, a, &mail, g->job->now_us);
}

static enum err
store_in_tx(struct db *db, void *arg)
{
	struct issuing *g = arg;
	struct ledger_audit event = { .verb = "erasure.receipt",
	    .actor = "program", .object = "erasure",
	    .object_id = g->row->id, .at_us = g->job->now_us };
	struct bytes frontier;
	uint64_t n, record;
	enum err e;

	if ((e = q_erasing_move(db, "signed", g->row->id, "scanned", &n)) !=
	    ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	if ((e = issue_frontier(db, g->job->arena, &frontier)) != ERR_OK ||
	    (e = ledger_record(db, g->job->arena, g->job->keys,
	    &(struct ledger_record){ LEAF_RECEIPT, g->leaf,
	    g->job->now_us }, &record)) != ERR_OK ||
	    (e = q_erasing_draft(db, g->row->id, g->jws, record, frontier,
	    g->job->now_us, NULL)) != ERR_OK)
		return e;
	return ledger_audit(db, g->job->arena, g->job->ledger, &event);
}

static enum err
send_in_tx(struct db *db, void *arg)
{
	struct issuing *g = arg;
	uint64_t n;
	enum err e;

	if ((e = q_erasing_draft_drop(db, g->row->id, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	if ((e = q_erasing_receipt(db, g->row->id, g->kid, g->jws,
	    g->job->now_us, NULL)) != ERR_OK)
		return e;
	return send_receipt(db, g);
}

static enum err
again_in_tx(struct db *db, void *arg)
{
	const struct issuing *g = arg;

	return q_erasing_move(db, "journaled", g->row->id, "scanned",
	    NULL);
}

/* Whether a row of the person is there that is not kept by a law. */
static enum err
read_again(struct issuing *g, bool *ret_is_gone)
{
	struct holding_run run = { .keys = g->job->keys,
	    .arena = g->job->arena, .person = g->person };
	struct q_holding_kept_requests kept;
	uint64_t left = 0;
	enum holding h;
	enum err e;

	if ((e = holding_recount(g->job->db, &run)) != ERR_OK ||
	    (e = q_holding_kept_requests(g->job->db, g->job->arena,
	    run.person->contact_id, &kept)) != ERR_OK)
		return e;
	for (h = 0; h < HOLDING__MAX; h++)
		left += run.counts[h].reread;
	*ret_is_gone = left == kept.kept;
	return ERR_OK;
}

enum err
issue_receipt(struct job *job, const struct issue *issue,
    bool *ret_is_issued)
{
	struct issuing g = { .job = job, .issue = issue, .row = issue->row,
	    .person = issue->person };
	bool is_gone;
	enum err e;

	*ret_is_issued = false;
	if ((e = read_again(&g, &is_gone)) != ERR_OK)
		return e;
	if (!is_gone) {
		log_note("event=erasure.again erasure=%" PRIu64,
		    issue->row->id);
		return job_tx(job, again_in_tx, &g);
	}
	if ((e = build(&g)) != ERR_OK || (e = sign(&g)) != ERR_OK)
		return e;
	e = job_tx(job, store_in_tx, &g);
	*ret_is_issued = e == ERR_OK;
	return e;
}

/* The receipt as it is stored, if this keeper signed it. */
static bool
read_stored(struct issuing *g, const char *jws)
{
	struct jwk key;
	const struct jwks keys = { 1, &key };
	struct arena *a = g->job->arena;
	struct jws opened;

	jwk_from_seed(key_get(g->job->keys, KEY_RECEIPT_SEED), JWK_RECEIPT,
	    0, &key);
	if (jws_open(a, jws, RECEIPT_TYP, &keys, JWK_RECEIPT, &opened) !=
	    ERR_OK || receipt_read(a, opened.payload, &g->receipt) != ERR_OK)
		return false;
	g->jws = jws;
	g->kid = arena_text(a, key.kid);
	return true;
}

static enum err
anew_in_tx(struct db *db, void *arg)
{
	const struct issuing *g = arg;
	enum err e;

	if ((e = q_erasing_draft_drop(db, g->row->id, NULL)) != ERR_OK)
		return e;
	return q_erasing_move(db, "erased", g->row->id, "signed", NULL);
}

enum err
issue_send(struct job *job, const struct q_erasing_open *row,
    const struct holding_person *person, bool *ret_is_sent)
{
	const unsigned char *seed = key_get(job->keys, KEY_RECEIPT_SEED);
	struct issuing g = { .job = job, .row = row, .person = person };
	struct q_erasing_draft_load *waiting;
	bool is_ready;
	size_t n;
	enum err e;

	*ret_is_sent = true;
	if ((e = q_erasing_draft_load(job->db, job->arena, row->id,
	    &waiting, &n)) != ERR_OK || n == 0)
		return e;
	*ret_is_sent = false;
	if (!read_stored(&g, waiting->jws)) {
		log_fault("event=erasure.receipt erasure=%" PRIu64 " hint=\"not what this keeper signed: it is made anew\"",
		    row->id);
		return job_tx(job, anew_in_tx, &g);
	}
	if ((e = issue_place(job, waiting, &g.receipt, &is_ready)) !=
	    ERR_OK || !is_ready)
		return e;
	if (g.receipt.has_log && receipt_sign(job->arena, seed, &g.receipt,
	    &g.jws) != ERR_OK)
		return ERR_BUG;
	if ((e = draw_page(&g)) != ERR_OK)
		return e;
	g.view = mail_view(&g);
	e = job_tx(job, send_in_tx, &g);
	json_decref(g.view);
	*ret_is_sent = e == ERR_OK;
	return e;
}

struct closing {
	struct job *job;
	const struct q_erasing_open *row;
};

static enum err
close_in_tx(struct db *db, void *arg)
{
	const struct closing *k = arg;
	int64_t now_us = k->job->now_us;
	uint64_t n;
	enum err e;

	if ((e = q_erasing_done(db, now_us, now_us + ERASURE_RESCAN_DAYS *
	    DAY_US, k->row->id, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	if (k->row->request_id == 0)
		return ERR_OK;
	if ((e = q_rights_close(db, "answered", "erased", now_us,
	    k->row->request_id, NULL)) != ERR_OK)
		return e;
	return q_rights_step_insert(db, k->row->request_id, "answered",
	    "program", 0, now_us, NULL);
}

enum err
issue_close(struct job *job, const struct q_erasing_open *row)
{
	struct closing k = { job, row };

	return job_tx(job, close_in_tx, &k);
}
