/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a file is, by its first bytes.  A name or a type that a browser sends
 * proves nothing, and is not looked at (GDPR 5(1)(f), 32).
 */
#include "evidence/evidence.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "html/words.h"

#define PREFIX(file, text) \
	((file).len >= sizeof(text) - 1 && \
	memcmp((file).ptr, text, sizeof(text) - 1) == 0)
#define AT(file, at, text) \
	((file).len >= (at) + sizeof(text) - 1 && \
	memcmp((file).ptr + (at), text, sizeof(text) - 1) == 0)

#define WEBM_HEAD_BYTES	64u	/* its type stands within */

static const struct evidence_kind kinds[] = {
	{ "pdf", "application/pdf", "pdf", N_("PDF document"),
	  EVIDENCE_PAPER },
	{ "png", "image/png", "png", N_("picture (PNG)"), EVIDENCE_PICTURE },
	{ "jpeg", "image/jpeg", "jpg", N_("picture (JPEG)"),
	  EVIDENCE_PICTURE },
	{ "mp3", "audio/mpeg", "mp3", N_("recording (MP3)"),
	  EVIDENCE_SOUND },
	{ "mp4", "audio/mp4", "m4a", N_("recording (M4A)"), EVIDENCE_SOUND },
	{ "wav", "audio/wav", "wav", N_("recording (WAV)"), EVIDENCE_SOUND },
	{ "ogg", "audio/ogg", "ogg", N_("recording (OGG)"), EVIDENCE_SOUND },
	{ "webm", "audio/webm", "webm", N_("recording (WEBM)"),
	  EVIDENCE_SOUND },
};

/* A frame of MPEG audio, layer III, with a bit rate and a sampling rate. */
static bool
is_mp3(struct bytes f)
{
	if (PREFIX(f, "ID3"))
		return f.len > 10 && f.ptr[3] < 0xff && f.ptr[4] < 0xff;
	return f.len > 4 && f.ptr[0] == 0xff && (f.ptr[1] & 0xe0) == 0xe0 &&
	    (f.ptr[1] & 0x18) != 0x08 && (f.ptr[1] & 0x06) == 0x02 &&
	    (f.ptr[2] & 0xf0) != 0xf0 && (f.ptr[2] & 0xf0) != 0 &&
	    (f.ptr[2] & 0x0c) != 0x0c;
}

static bool
is_mp4(struct bytes f)
{
	static const char *const brands[] = { "M4A ", "M4B ", "mp41", "mp42",
		"isom", "iso2", "iso4", "iso5", "iso6", "dash", "3gp4",
		"3gp5", "3gp6", NULL };
	size_t i;

	if (f.len < 16 || !AT(f, 4, "ftyp"))
		return false;
	for (i = 0; brands[i] != NULL; i++)
		if (memcmp(f.ptr + 8, brands[i], 4) == 0)
			return true;
	return false;
}

/* Matroska is the same but for its type. */
static bool
is_webm(struct bytes f)
{
	size_t i, most = f.len < WEBM_HEAD_BYTES ? f.len : WEBM_HEAD_BYTES;

	if (!PREFIX(f, "\x1a\x45\xdf\xa3"))
		return false;
	for (i = 4; i + 7 <= most; i++)
		if (memcmp(f.ptr + i, "\x42\x82\x84webm", 7) == 0)
			return true;
	return false;
}

const struct evidence_kind *
evidence_kind_of(struct bytes f)
{
	const char *code = NULL;

	if (PREFIX(f, "%PDF-1.") || PREFIX(f, "%PDF-2."))
		code = "pdf";
	else if (PREFIX(f, "\x89PNG\r\n\x1a\n") && AT(f, 12, "IHDR"))
		code = "png";
	else if (PREFIX(f, "\xff\xd8\xff"))
		code = "jpeg";
	else if (PREFIX(f, "RIFF") && AT(f, 8, "WAVE"))
		code = "wav";
	else if (PREFIX(f, "OggS"))
		code = "ogg";
	else if (is_webm(f))
		code = "webm";
	else if (is_mp4(f))
		code = "mp4";
	else if (is_mp3(f))
		code = "mp3";
	return code == NULL ? NULL : evidence_kind_named(code);
}

const struct evidence_kind *
evidence_kind_named(const char *code)
{
	size_t i;

	for (i = 0; i < LENGTH(kinds) - 1; i++)
		if (strcmp(kinds[i].code, code) == 0)
			break;
	assert(strcmp(kinds[i].code, code) == 0);
	return &kinds[i];
}

const char *
evidence_file(struct arena *a, uint64_t id, const char *kind)
{
	return arena_printf(a, "evidence/%" PRIu64 ".%s", id,
	    evidence_kind_named(kind)->extension);
}
