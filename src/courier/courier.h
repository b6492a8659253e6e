/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The courier: claims mails that are due, writes them, hands them to the
 * relay, stores what came of it.  It deletes nobody and signs nothing
 * (GDPR 12(3), 25, 32).
 */
#ifndef COURIER_COURIER_H
#define COURIER_COURIER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/config.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "courier/smtp.h"
#include "courier/verdict.h"
#include "db/db.h"
#include "db/queries.h"
#include "html/html.h"
#include "keys/keys.h"

#define BATCH_MAX	32	/* mails claimed at once */
#define OWNER_BYTES	16
#define WATCHES_MAX	32
#define LEASE_US	(15 * SECOND_US)	/* a claim without sign of life */
#define RENEW_US	(4 * SECOND_US)

/* The mails of one claim. */
struct batch {
	struct arena *arena;
	unsigned char owner[OWNER_BYTES];	/* drawn for each claim */
	struct q_courier_load *rows;
	size_t n;
	size_t at;		/* rows[at] is in hand, those before are done */
	int64_t alive_us;	/* ticks: claimed or renewed */
};

/* A claim of somebody else, as seen here: clocks may differ, so what counts
   is that its lease stood still while our own time went on. */
struct watch {
	unsigned char owner[OWNER_BYTES];
	int64_t lease_us;
	int64_t since_us;	/* ticks: first seen like this; 0: free */
	bool is_seen;
};

struct courier {
	const struct config *config;
	struct keys *keys;
	struct html *html;
	struct db *db;
	struct smtp *smtp;
	const char *from;
	struct batch batch;
	struct arena *mail;		/* of the mail in hand */
	struct arena *site_arena;
	struct q_site_load site;
	int64_t site_us;		/* ticks: when it was read; 0: never */
	struct watch watches[WATCHES_MAX];
	int64_t watched_us;		/* ticks: of the last look */
	int64_t journal_us;	/* when the journal was compared; 0: not good */
	unsigned pauses;		/* in a row, because of the relay */
	bool is_schema_known;		/* to be the one we are built for */
	bool is_talking;		/* the connection may be open */
	const volatile sig_atomic_t *stop;
};

/**
 * courier_run(c, is_once):
 * Send until *${c}->stop, finishing the mail in hand; with ${is_once} until
 * nothing is due or the relay fails.  Waits while the database is away.
 * Returns the exit status: 0, or 75 (relay or database away, with
 * ${is_once}), or 70 (a fault of ours).
 */
int courier_run(struct courier *c, bool is_once);

/**
 * courier_tick(arg, stage):
 * For struct smtp_config: give a sign of life for the batch of the courier ${arg} while a
 * mail takes long.  False when the claim is lost.
 */
bool courier_tick(void *arg, enum smtp_stage stage);

/**
 * courier_write(c, row, now_us, ret_to, ret_message, ret_why):
 * Open ${row}, render its templates in its language, and compose it, all in
 * ${c}->mail.  On error ${ret_why} is a word for the staff's task.
 */
enum err courier_write(struct courier *c, const struct q_courier_load *row,
    int64_t now_us, const char **ret_to, struct bytes *ret_message,
    const char **ret_why) MUST_CHECK;

/**
 * courier_claim(db, b, now_us):
 * Claim up to BATCH_MAX mails that are due, oldest first, and load them into
 * ${b}, committed on return.  None due is ERR_OK with ${b}->n 0.
 */
enum err courier_claim(struct db *db, struct batch *b, int64_t now_us)
    MUST_CHECK;

/**
 * courier_renew(db, b, now_us, ret_n):
 * Give a sign of life for the mails of ${b} that are not done; ${ret_n} of
 * them are still ours.  Unless all are, ${b} stays as old as it was.
 */
enum err courier_renew(struct db *db, struct batch *b, int64_t now_us,
    uint64_t *ret_n) MUST_CHECK;

/**
 * courier_release(db, b):
 * Give back, untried, the mails of ${b} that are not done, and empty it.
 */
enum err courier_release(struct db *db, struct batch *b) MUST_CHECK;

/**
 * courier_finish(db, a, row, outcome, reply, now_us, ret_is_ours):
 * Store ${outcome} of ${row}, and the task it asks for.  A row that somebody
 * else has taken since is left alone: ${ret_is_ours} is false.
 */
enum err courier_finish(struct db *db, struct arena *a,
    const struct q_courier_load *row, const struct outcome *outcome,
    unsigned reply, int64_t now_us, bool *ret_is_ours) MUST_CHECK;

/**
 * courier_recover(db, watches, now_us, ticks_us, chance):
 * Look at all claims and free those whose holder gave no sign of life for
 * LEASE_US: the mail that was in its hand counts as tried, the others do not.
 * To be called every second or two, while no batch of ours is open.
 */
enum err courier_recover(struct db *db, struct watch watches[WATCHES_MAX],
    int64_t now_us, int64_t ticks_us, uint32_t chance) MUST_CHECK;

#endif
