/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sealed chunks, opened one at a time and handed to the web server
 * (GDPR 15(3), 20(1), 32(1)(a)).
 */
#include "export/export_stream.h"

#include <inttypes.h>

#include "base/clock.h"
#include "keys/seal.h"

#define CHUNK_US	(20 * SECOND_US)	/* to read one and hand it over */

void
export_stream_head(struct ctx *c, const char *mime, const char *name,
    uint64_t size_bytes)
{
	http_header(c->res, "Content-Type", mime);
	http_header(c->res, "Content-Disposition", arena_printf(c->arena,
	    "attachment; filename=\"%s\"", name));
	http_header(c->res, "Content-Length", arena_printf(c->arena,
	    "%" PRIu64, size_bytes));
	http_header(c->res, "Cache-Control", "no-store");
	http_header(c->res, "X-Content-Type-Options", "nosniff");
}

static enum err
send_chunks(struct export_stream *s, http_write_fn *write, void *sink)
{
	struct arena *a = arena_open();		/* one chunk at a time */
	struct bytes sealed, plain;
	uint64_t sent, number;
	enum err e = ERR_OK;

	for (sent = 0, number = 0; sent < s->size_bytes; number++) {
		db_begin(s->db, clock_ticks_us() + CHUNK_US, DB_GET);
		if ((e = s->chunk(s->db, a, s->id, number, &sealed)) !=
		    ERR_OK ||
		    (e = unseal(a, s->key, seal_aad(a, s->place,
		    arena_printf(a, "%" PRIu64, s->id), number), sealed,
		    &plain)) != ERR_OK ||
		    (e = write(sink, plain.ptr, plain.len)) != ERR_OK)
			break;
		sent += plain.len;
		arena_wipe(a);
	}
	arena_close(a);
	return e;
}

static enum err
send_file(void *arg, http_write_fn *write, void *sink)
{
	struct export_stream *s = arg;
	enum err e, noted;

	e = send_chunks(s, write, sink);
	secret_wipe(s->key, sizeof(s->key));
	db_begin(s->db, clock_ticks_us() + CHUNK_US, DB_GET);
	noted = s->sent(s->db, s->id, s->now_us, e == ERR_OK);
	return e != ERR_OK ? e : noted;
}

void
export_stream(struct ctx *c, struct export_stream *stream)
{
	http_stream(c->res, send_file, stream);
}
