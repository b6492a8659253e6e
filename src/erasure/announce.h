/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers in the erasure journal: announced in the database first, then written
 * outside it, so that no backup that is put back brings an erased person back.
 * Law: GDPR 17(1), 32(1)(b).
 */
#ifndef ERASURE_ANNOUNCE_H
#define ERASURE_ANNOUNCE_H

#include "app/job.h"

struct q_erasing_open;

/**
 * announce_number(db, job, row):
 * Within a transaction, take the next number of the journal for the erasure
 * ${row}, and set its journal_n and pseudonym, of ${job}'s arena.
 */
enum err announce_number(struct db *db, struct job *job,
    struct q_erasing_open *row) MUST_CHECK;

/**
 * announce_merged(db, job, row):
 * Within the same transaction, take a number for each record that became part
 * of the person's: an older backup has them under those too.
 */
enum err announce_merged(struct db *db, struct job *job,
    const struct q_erasing_open *row) MUST_CHECK;

/**
 * announce_journal(job, row):
 * Write all numbers of ${row} into the journal; those that are there already
 * stay, so that it can be called again after a crash.
 */
enum err announce_journal(struct job *job, const struct q_erasing_open *row)
    MUST_CHECK;

#endif
