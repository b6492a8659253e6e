/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a receipt says, in the reader's words: names of stores and remnants
 * are the program's, reasons are signed in one language (GDPR 12(1)).
 */
#include "erasure/receipt_view.h"

#include "app/page.h"
#include "base/text.h"
#include "html/words.h"
#include "rights/rights.h"

static const char *
remnant_label(const char *lang, const char *what)
{
	static const struct words_label words[] = {
		{ "backups", N_("Backups; whoever puts one back erases you again first") },
		{ "binary_logs", N_("Binary logs of the database") },
		{ "key_copy", N_("Latest copy of the key store") },
		{ "delivery", N_("Copy for sending this receipt, destroyed on delivery") },
		{ NULL, NULL }
	};

	return words_get(lang, words_label(words, what));
}

/* Receipts are signed in one language; the page says it in the reader's. */
static const char *
reason_label(const char *lang, const char *reason)
{
	static const char *const words[] = {
		N_("proof of what you asked and what we answered"),
		N_("records that a law demands"),
	};
	size_t i;

	for (i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i], reason) == 0)
			return words_get(lang, words[i]);
	return reason;
}

/* A receipt names articles in one way; the regulation has a name in each
 * language. */
static const char *
statute_label(struct arena *a, const char *lang, const char *statute)
{
	return text_starts(statute, "GDPR ") ? arena_printf(a, "%s%s",
	    words_get(lang, N_("GDPR")), statute + strlen("GDPR")) : statute;
}

static json_t *
stores_view(struct arena *a, const char *lang, const struct receipt *r,
    json_t *kept_rows)
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
			    words_get(lang, rights_store_word(s->name)), "count",
			    (json_int_t)s->kept[j].rows, "why",
			    reason_label(lang, s->kept[j].reason), "statute",
			    statute_label(a, lang, s->kept[j].statute),
			    "until", page_write_day(a, lang,
			    s->kept[j].until)));
		}
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}",
		    "name", words_get(lang, rights_store_word(s->name)), "erased",
		    (json_int_t)s->erased, "anonymised",
		    (json_int_t)s->anonymised, "kept", (json_int_t)kept));
	}
	return list;
}

json_t *
receipt_view(struct arena *a, const char *lang, const struct receipt *r,
    const char *kid, const char *jws, json_t *proof)
{
	json_t *kept = json_array(), *remnants = json_array();
	json_t *stores = stores_view(a, lang, r, kept);
	size_t i;

	for (i = 0; i < r->remnant_count; i++)
		json_array_append_new(remnants, json_pack("{s:s, s:s}",
		    "what", remnant_label(lang, r->remnants[i].what), "until",
		    page_write_day(a, lang, r->remnants[i].until)));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:o,"
	    " s:{s:I, s:s, s:I}, s:o, s:s, s:o, s:s}",
	    "number", r->case_number, "issuer", r->site, "issued",
	    page_write_date_time(a, lang, r->issued_us), "key_id", kid,
	    "erased_on", page_write_date_time(a, lang, r->erased_us),
	    "stores", stores, "has_kept", json_array_size(kept) > 0,
	    "kept_rows", kept, "scan", "columns",
	    (json_int_t)r->scanned_columns, "at", page_write_date_time(a,
	    lang, r->scanned_us), "found", (json_int_t)0, "remnants",
	    remnants, "commitment", base64url_write(a, (struct bytes){
	    r->commitment, HASH_BYTES }), "proof", proof, "jws", jws);
}
