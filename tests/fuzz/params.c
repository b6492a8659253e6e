/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bodies and query strings: what was read, written again and read again is
 * the same; names are plain and values are UTF-8 (GDPR 32; ASVS 1.2).
 */
#include "http/params.h"

#include <assert.h>

#include "base/buf.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct params *params)
{
	const struct param *p;
	size_t i;

	assert(params->n <= PARAMS_MAX);
	for (i = 0; i < params->n; i++) {
		p = &params->list[i];
		assert(*p->name != '\0' && strspn(p->name,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789_-") == strlen(p->name));
		assert(text_is_utf8(p->value, strlen(p->value)));
		assert(!p->is_bad || strstr(p->value, "\xef\xbf\xbd") != NULL);
		assert(params_find(params, p->name) != NULL);
		assert(params_count(params, p->name) >= 1);
	}
}

static void
check_again(struct arena *a, const struct params *params)
{
	struct params again;
	struct buf b;
	size_t i;
	enum err e;

	buf_open(&b, a);
	for (i = 0; i < params->n; i++) {
		buf_text(&b, i == 0 ? "" : "&");
		buf_text(&b, params->list[i].name);
		buf_char(&b, '=');
		buf_text(&b, params_encode(a, params->list[i].value));
	}
	e = params_read(a, b.ptr, b.len, &again);
	assert(e == ERR_OK && again.n == params->n);
	for (i = 0; i < params->n; i++) {
		assert(strcmp(again.list[i].name, params->list[i].name) == 0);
		assert(strcmp(again.list[i].value, params->list[i].value) ==
		    0);
		assert(!again.list[i].is_bad);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct params params;

	if (params_read(a, data, size, &params) == ERR_OK) {
		check(&params);
		check_again(a, &params);
	}
	if (params_read_json(a, (struct bytes){ data, size }, &params) ==
	    ERR_OK) {
		check(&params);
		check_again(a, &params);
	}
	arena_close(a);
	return 0;
}
