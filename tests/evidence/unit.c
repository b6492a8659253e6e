/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a file is, is said by its bytes; what a browser would run is never
 * taken (GDPR 5(1)(f), 32; TL1).
 */
#include "evidence/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/text.h"

#define FILE_OF(text) { text, sizeof(text) - 1 }

struct sample {
	const char *ptr;
	size_t len;
};

static const char *
kind_of(const char *ptr, size_t len)
{
	const struct evidence_kind *kind = evidence_kind_of((struct bytes){
	    (const unsigned char *)ptr, len });

	return kind == NULL ? "none" : kind->code;
}

static void
each_kind_is_known_by_its_bytes(void **state)
{
	static const struct { struct sample file; const char *kind; }
	    samples[] = {
		{ FILE_OF("%PDF-1.7\n%\xe2\xe3"), "pdf" },
		{ FILE_OF("%PDF-2.0\n"), "pdf" },
		{ FILE_OF("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "png" },
		{ FILE_OF("\xff\xd8\xff\xe0\0\x10JFIF"), "jpeg" },
		{ FILE_OF("ID3\x04\0\0\0\0\0\x23TSSE"), "mp3" },
		{ FILE_OF("\xff\xfb\x90\x64\0\0"), "mp3" },
		{ FILE_OF("\xff\xf3\x44\xc4\0\0"), "mp3" },
		{ FILE_OF("\0\0\0\x1c" "ftypM4A \0\0\0\0"), "mp4" },
		{ FILE_OF("\0\0\0\x18" "ftyp3gp4\0\0\0\0"), "mp4" },
		{ FILE_OF("RIFF\x24\0\0\0WAVEfmt "), "wav" },
		{ FILE_OF("OggS\0\x02"), "ogg" },
		{ FILE_OF("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01"
		    "\x42\x82\x84webm"), "webm" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(samples); i++)
		assert_string_equal(kind_of(samples[i].file.ptr,
		    samples[i].file.len), samples[i].kind);
}

static void
whatever_else_it_is_called_it_is_not_taken(void **state)
{
	static const struct sample samples[] = {
		FILE_OF(""), FILE_OF("%PDF"), FILE_OF("%PDF-3.0"),
		FILE_OF(" %PDF-1.7"), FILE_OF("<html>%PDF-1.7"),
		FILE_OF("<svg xmlns='http://www.w3.org/2000/svg'/>"),
		FILE_OF("<!DOCTYPE html><script>"), FILE_OF("MZ\x90\0"),
		FILE_OF("PK\x03\x04"), FILE_OF("GIF89a"), FILE_OF("II*\0"),
		FILE_OF("\x89PNG\r\n\x1a\n\0\0\0\rXXXX"),
		FILE_OF("\x89PNG\n"), FILE_OF("\xff\xd8"),
		FILE_OF("RIFF\x24\0\0\0AVI LIST"), FILE_OF("RIFFWAVE"),
		FILE_OF("\0\0\0\x18" "ftypqt  \0\0\0\0"),
		FILE_OF("\0\0\0\x18" "ftyp"), FILE_OF("ID3"),
		FILE_OF("\xff\xfe<\0h\0t\0m\0l\0"),	/* UTF-16 */
		FILE_OF("\xff\xff\xff\xff\xff"),
		FILE_OF("\x1a\x45\xdf\xa3\x42\x82\x88matroska"),
		FILE_OF("\x1a\x45\xdf\xa3"), FILE_OF("#!/bin/sh\n"),
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(samples); i++)
		if (strcmp(kind_of(samples[i].ptr, samples[i].len),
		    "none") != 0)
			fail_msg("taken: %zu, as %s", i, kind_of(
			    samples[i].ptr, samples[i].len));
}

static void
a_file_leaves_us_under_a_number_and_what_it_is(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(evidence_file(a, 12, "jpeg"), "evidence/12.jpg");
	assert_string_equal(evidence_file(a, 3, "mp4"), "evidence/3.m4a");
	assert_int_equal(evidence_kind_named("pdf")->look, EVIDENCE_PAPER);
	assert_string_equal(evidence_kind_named("webm")->type, "audio/webm");
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_known_by_its_bytes),
		cmocka_unit_test(whatever_else_it_is_called_it_is_not_taken),
		cmocka_unit_test(
		    a_file_leaves_us_under_a_number_and_what_it_is),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
