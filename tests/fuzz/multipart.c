/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A form with a file, of whatever bytes: it is refused, or its names are plain
 * and its values UTF-8; and any file comes through a form as it was (GDPR 32;
 * ASVS 5.1).
 */
#include "http/multipart.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

#define TYPE "multipart/form-data; boundary=edge"

static void
check(struct bytes body, const struct params *params, struct bytes file)
{
	const struct param *p;
	size_t i;

	assert(params->n <= MULTIPART_PARTS_MAX && file.len < body.len);
	for (i = 0; i < params->n; i++) {
		p = &params->list[i];
		assert(*p->name != '\0' && strspn(p->name,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789_-") == strlen(p->name));
		assert(text_is_utf8(p->value, strlen(p->value)));
	}
}

/* The bytes as a file in a form, if the boundary is not in them. */
static void
check_through(struct arena *a, struct bytes data)
{
	static const char head[] = "--edge\r\nContent-Disposition: form-data; "
	    "name=\"file\"; filename=\"x\"\r\n\r\n";
	struct params params;
	struct bytes file;
	struct buf b;
	size_t i;
	enum err e;

	for (i = 0; i + 6 <= data.len; i++)
		if (memcmp(data.ptr + i, "--edge", 6) == 0)
			return;
	buf_open(&b, a);
	buf_text(&b, head);
	buf_add(&b, data.ptr, data.len);
	buf_text(&b, "\r\n--edge--\r\n");
	e = multipart_read(a, TYPE, buf_bytes(&b), &params, &file);
	assert(e == ERR_OK && params.n == 0);
	assert(file.len == data.len && (file.len == 0 ||
	    memcmp(file.ptr, data.ptr, file.len) == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct bytes body = { data, size };
	struct params params;
	struct bytes file;

	multipart_open();
	if (multipart_read(a, TYPE, body, &params, &file) == ERR_OK)
		check(body, &params, file);
	check_through(a, body);
	arena_close(a);
	return 0;
}
