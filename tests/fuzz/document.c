/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Documents: what is loaded and has a canonical form keeps it when it is
 * loaded again (GDPR 5(1)(f)).
 */
#include "keys/document.h"

#include <assert.h>

#include "ledger/leaf.h"
#include "tests/fuzz/fuzz.h"

static void
try_canonical(struct arena *a, json_t *doc)
{
	const char *once, *twice;
	json_t *again;
	enum err e;

	if (doc_canonical(a, doc, &once) != ERR_OK)
		return;
	if (json_is_object(doc) || json_is_array(doc)) {
		e = doc_load((struct bytes){ (const unsigned char *)once,
		    strlen(once) }, &again);
		assert(e == ERR_OK);
		e = doc_canonical(a, again, &twice);
		assert(e == ERR_OK && strcmp(once, twice) == 0);
		assert(json_equal(doc, again));
		json_decref(again);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct leaf_audit row = { .verb = "x", .actor = "program",
	    .object = "x", .detail = arena_textn(a, data, size) };
	const char *text;
	json_t *doc;

	if (doc_load((struct bytes){ data, size }, &doc) == ERR_OK) {
		try_canonical(a, doc);
		json_decref(doc);
	}
	if (leaf_audit(a, &row, &text) == ERR_OK)
		assert(strstr(text, "\"detail\":{") != NULL);
	arena_close(a);
	return 0;
}
