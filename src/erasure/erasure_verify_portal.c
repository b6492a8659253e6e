/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verifying a receipt that somebody pastes: genuine or not, in plain words,
 * and whether it is about the address that they give.  Nothing is kept.
 * Law: GDPR 5(2), 12(1); FEATURES X1, X2.
 */
#include "erasure/erasure_portal.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "erasure/receipt_check.h"
#include "ledger/head.h"
#include "ledger/ledger_verify.h"

const struct field erasure_portal_verify_fields[] = {
	{ .name = "receipt", .type = F_LINES, .need = true, .max = 16000,
	  .label = N_("Text of the receipt"),
	  .hint = N_("It begins with “eyJ”."), .is_machine_text = true },
	{ .name = "email", .type = F_EMAIL, .label = N_("E-mail address"),
	  .hint = N_("Optional, to know whether this receipt is yours."),
	  .autocomplete = "off" },
	{ .name = "opening", .type = F_TEXT, .label = N_("Opening code"),
	  .hint = N_("Optional, in the mail that brought the receipt.") },
	{ .name = NULL }
};

static json_t *
verify_view(struct ctx *c)
{
	json_t *view = page_view(c, _("Verify a receipt"));

	page_form(c, view, "/receipts/verify", "/receipts/verify", &c->form);
	json_object_set_new(view, "jwks_url", json_string(
	    "/.well-known/jwks.json"));
	return view;
}

enum err
erasure_portal_verify_show(struct ctx *c)
{
	form_blank(c, erasure_portal_verify_fields, &c->form);
	return page(c, "portal/erasure_verify.html", verify_view(c));
}

static const char *
store_label(struct ctx *c, const char *name)
{
	static const struct { const char *name, *label; } words[] = {
		{ "contact", N_("Record") }, { "identity", N_("Sign-in") },
		{ "interaction", N_("Requests and bookings") },
		{ "consent", N_("Choices and proofs") },
		{ "audit", N_("Links from the audit") },
		{ "access", N_("Consultations") },
		{ "outbox", N_("Mails") }, { "package", N_("Copies") },
		{ "signup", N_("Sign-ups") },
		{ "rights_request", N_("Requests about rights") },
		{ "history", N_("Earlier values") },
		{ "provenance", N_("Sources") },
		{ "contact_index", N_("Words of the name, for the search") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, name) == 0)
			return _(words[i].label);
	return name;
}

static const char *
remnant_label(struct ctx *c, const char *what)
{
	static const struct { const char *name, *label; } words[] = {
		{ "backups", N_("Backups (sealed, the key is destroyed)") },
		{ "binary_logs", N_("Binary logs of the database") },
		{ "key_copy", N_("Latest copy of the key store") },
		{ "delivery", N_("Copy for sending this receipt, destroyed on delivery") },
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i].name, what) == 0)
			return _(words[i].label);
	return what;
}

/* Receipts are signed in one language; the page says it in the reader's. */
static const char *
reason_label(struct ctx *c, const char *reason)
{
	static const char *const words[] = {
		N_("proof of what you asked and what we answered"),
		N_("records that a law demands"),
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i], reason) == 0)
			return _(words[i]);
	return reason;
}

static json_t *
stores_view(struct ctx *c, const struct receipt *r, json_t *kept_rows)
{
	json_t *list = json_array();
	const struct receipt_store *s;
	uint64_t kept;
	size_t i, j;

	for (i = 0; i < r->store_count; i++) {
		s = &r->stores[i];
		kept = 0;
		for (j = 0; j < s->kept_count; j++) {
			kept += s->kept[j].rows;
			json_array_append_new(kept_rows, json_pack(
			    "{s:s, s:I, s:s, s:s, s:s}", "name",
			    store_label(c, s->name), "count",
			    (json_int_t)s->kept[j].rows, "why",
			    reason_label(c, s->kept[j].reason), "statute",
			    s->kept[j].statute, "until", page_day(c, s->kept[j].until)));
		}
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}",
		    "name", store_label(c, s->name), "erased",
		    (json_int_t)s->erased, "anonymised",
		    (json_int_t)s->anonymised, "kept", (json_int_t)kept));
	}
	return list;
}

/* Where the receipt stands in the log; null when its proof does not hold. */
static json_t *
proof_view(struct ctx *c, const struct receipt_verdict *v,
    const struct jwks *keys)
{
	const struct jwk *key;
	struct head head;

	if (!v->receipt.has_log || !v->is_logged || head_read(c->arena,
	    v->receipt.log.head, keys, &head, &key) != ERR_OK)
		return json_null();
	return json_pack("{s:I, s:I, s:s, s:s}", "index",
	    (json_int_t)v->receipt.log.index, "size",
	    (json_int_t)head.tree.size, "at", page_date_time(c, head.at_us),
	    "root", base64url_write(c->arena, (struct bytes){
	    head.tree.root.bytes, HASH_BYTES }));
}

static json_t *
receipt_view(struct ctx *c, const struct receipt_verdict *v,
    const struct jwks *keys, const char *jws)
{
	const struct receipt *r = &v->receipt;
	json_t *kept = json_array(), *remnants = json_array(), *view;
	json_t *stores = stores_view(c, r, kept);
	size_t i;

	for (i = 0; i < r->remnant_count; i++)
		json_array_append_new(remnants, json_pack("{s:s, s:s}",
		    "what", remnant_label(c, r->remnants[i].what), "until",
		    page_day(c, r->remnants[i].until)));
	view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:o,"
	    " s:{s:I, s:s, s:I}, s:o, s:s, s:o, s:s}",
	    "number", r->case_number, "issuer", r->site, "issued",
	    page_date_time(c, r->issued_us), "key_id", v->key == NULL ? "" :
	    v->key->kid, "erased_on", page_date_time(c, r->erased_us),
	    "stores", stores, "has_kept", json_array_size(kept) > 0,
	    "kept_rows", kept, "scan", "columns",
	    (json_int_t)r->scanned_columns, "at", page_date_time(c,
	    r->scanned_us), "found", (json_int_t)0, "remnants", remnants,
	    "commitment", base64url_write(c->arena, (struct bytes){
	    r->commitment, HASH_BYTES }), "proof", proof_view(c, v, keys),
	    "jws", jws);
	return view;
}

static void
add_check(json_t *list, bool ok, const char *label, const char *text)
{
	json_array_append_new(list, json_pack("{s:b, s:s, s:s}", "ok", ok,
	    "label", label, "text", text));
}

enum err
erasure_portal_verify(struct ctx *c)
{
	struct receipt_question q = { 0 };
	struct receipt_verdict v;
	const struct receipt_finding_info *info, *opening;
	json_t *view, *checks;
	struct jwks keys;
	enum err e;

	if ((e = form_read(c, erasure_portal_verify_fields, &c->form)) !=
	    ERR_OK)
		return page_form_again(c, e, "portal/erasure_verify.html",
		    verify_view(c));
	if ((e = ledger_jwks(c->db, c->arena, &keys)) != ERR_OK)
		return e;
	q.jws = form_value(&c->form, "receipt");
	q.keys = &keys;
	if (*form_value(&c->form, "opening") != '\0' &&
	    *form_value(&c->form, "email") != '\0') {
		q.opening = form_value(&c->form, "opening");
		q.address = form_value(&c->form, "email");
	}
	receipt_check(c->arena, &q, &v);
	info = &receipt_findings[v.finding];
	opening = &receipt_openings[v.opening];
	checks = json_array();
	add_check(checks, info->is_genuine, _("Signature"), _(info->sentence));
	if (v.has_receipt && v.receipt.has_log)
		add_check(checks, v.is_logged, _("Public log"), v.is_logged ?
		    _("its proof holds") : _("its proof does not hold"));
	if (v.opening != OPENING_NOT_ASKED)
		add_check(checks, v.opening == OPENING_YES, _("Commitment"),
		    _(opening->sentence));
	view = page_view(c, _("Verification of a receipt"));
	json_object_set_new(view, "is_valid", json_boolean(info->is_genuine));
	json_object_set_new(view, "issuer", json_string(v.has_receipt ?
	    v.receipt.site : ""));
	json_object_set_new(view, "reason", json_string(_(info->sentence)));
	json_object_set_new(view, "checks", checks);
	json_object_set_new(view, "receipt", info->is_genuine &&
	    v.has_receipt ? receipt_view(c, &v, &keys,
	    q.jws) : json_null());
	return page(c, "portal/erasure_verified.html", view);
}
