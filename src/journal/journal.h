/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The erasure journal: a file outside the database and its backups that says
 * who was erased, so that a backup put back brings nobody back (GDPR 17(1)).
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "keys/hash.h"

#define JOURNAL_GENERATION_BYTES 16

/*
 * FILE is text, one line each, readable by its owner only:
 *
 *	assent-journal 1 SITE GENERATION CHECKSUM
 *	NUMBER PSEUDONYM INSTANT CHECKSUM
 *
 * A checksum is the SHA-256 of the checksum of the line before (nothing for
 * the first), and of its own line without it; all bytes are in hexadecimal.
 * A last line without its end was cut by a crash and counts for nothing.
 * FILE.head holds "assent-journal-head 1 GENERATION NUMBER" for every reader,
 * and " held" behind it while a backup is being put back.
 */
struct journal_entry {
	uint64_t n;				/* ascending, from 1 */
	unsigned char pseudonym[HASH_BYTES];	/* see holding_pseudonym() */
	int64_t at_us;
};

struct journal_head {
	unsigned char generation[JOURNAL_GENERATION_BYTES];
	uint64_t n;			/* the last entry's; 0: none */
	bool is_held;			/* nothing may be served now */
};

struct journal {
	struct journal_head head;
	struct journal_entry *entries;
	size_t n_entries;
};

/**
 * journal_create(places, site, generation):
 * Make the journal of ${site} in each of the files ${places} (a list ended by
 * NULL) that is not there yet, with no entry, and bring it to the disk.
 * ERR_DOWN, logged, when that cannot be done.
 */
enum err journal_create(const char *const *places, const char *site,
    const unsigned char generation[JOURNAL_GENERATION_BYTES]) MUST_CHECK;

/**
 * journal_append(a, places, site, entry):
 * Append ${entry} in each of ${places} and bring it to the disk.  A place
 * that has it already is left as it is.  ERR_CONFLICT, logged, when a place
 * has another entry of that number or a later one; ERR_DOWN, logged, while the
 * head is held or when the disk refuses; ERR_NOTFOUND, ERR_DOWN and
 * ERR_MALFORMED as journal_read().
 */
enum err journal_append(struct arena *a, const char *const *places,
    const char *site, const struct journal_entry *entry) MUST_CHECK;

/**
 * journal_read(a, place, site, ret_journal):
 * Read and check all of ${place}.  ERR_NOTFOUND when there is no such file;
 * ERR_MALFORMED, logged, when a line was changed or is of another site;
 * ERR_DOWN, logged, when it cannot be read.
 */
enum err journal_read(struct arena *a, const char *place, const char *site,
    struct journal *ret_journal) MUST_CHECK;

/**
 * journal_read_all(a, places, site, ret_journal):
 * Read that one of ${places} which has the most entries; each of the others
 * must hold the first of them.  ERR_NOTFOUND when none is there; ERR_CONFLICT,
 * logged, when two say different things; else as journal_read().
 */
enum err journal_read_all(struct arena *a, const char *const *places,
    const char *site, struct journal *ret_journal) MUST_CHECK;

/**
 * journal_hold(a, places, head, is_held):
 * Write ${head} beside each of ${places}, held or not: whoever looks at it
 * serves nothing while it is held, and no entry is appended.  ERR_DOWN, logged,
 * when the disk refuses.
 */
enum err journal_hold(struct arena *a, const char *const *places,
    const struct journal_head *head, bool is_held) MUST_CHECK;

/**
 * journal_head(places, ret_head):
 * Read the head that is furthest among those beside ${places}, without
 * reading the journal: one small file each.  Held when one of them is.
 * ERR_NOTFOUND when there is none;
 * ERR_MALFORMED when one is no head, or they are of two generations; ERR_DOWN
 * when one cannot be read.
 */
enum err journal_head(const char *const *places,
    struct journal_head *ret_head) MUST_CHECK;

#endif
