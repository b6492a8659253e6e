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
#include "erasure/receipt_view.h"
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
	    v.has_receipt ? receipt_view(c->arena, c->lang, &v.receipt,
	    v.key == NULL ? "" : v.key->kid, q.jws, proof_view(c, &v,
	    &keys)) : json_null());
	return page(c, "portal/erasure_verified.html", view);
}
