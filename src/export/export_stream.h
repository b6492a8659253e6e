/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sealed file on its way to whom it was made for: a chunk at a time, with a
 * line that says whether it arrived whole.
 * Law: GDPR 15(3), 20(1), 32(1)(a).
 */
#ifndef EXPORT_EXPORT_STREAM_H
#define EXPORT_EXPORT_STREAM_H

#include "app/ctx.h"

/* A file being sent; it outlives its ctx, in the request's arena. */
struct export_stream {
	struct db *db;
	int64_t now_us;
	uint64_t id;
	uint64_t size_bytes;
	const char *place;	/* that its chunks are sealed for */
	unsigned char key[KEY_BYTES];	/* wiped at the end */
	/* Read chunk ${number}, as it is stored. */
	enum err (*chunk)(struct db *db, struct arena *a, uint64_t id,
	    uint64_t number, struct bytes *ret_sealed);
	/* Note that it was sent, and whether to its end. */
	enum err (*sent)(struct db *db, uint64_t id, int64_t now_us,
	    bool is_whole);
};

/**
 * export_stream_head(c, mime, name, size_bytes):
 * Say in the answer what file comes: of type ${mime}, to be saved as ${name},
 * kept by nobody on the way.
 *
 * Source: RFC 6266; RFC 9111, 5.2.2.5.
 */
void export_stream_head(struct ctx *c, const char *mime, const char *name,
    uint64_t size_bytes);

/**
 * export_stream(c, stream):
 * Send ${stream} as the body of the answer, once the request has ended.
 */
void export_stream(struct ctx *c, struct export_stream *stream);

#endif
