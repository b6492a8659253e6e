/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The loop.  A mail leaves only after its claim is committed, and the next one
 * only after the outcome of this one is: a kill at any point repeats one mail
 * at most (RFC 1047).
 */
#include "courier/courier.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "app/gate.h"
#include "base/clock.h"
#include "base/log.h"
#include "keys/hash.h"

#define IDLE_US		(SECOND_US / 4)
#define WATCH_US	(2 * SECOND_US)
#define SITE_AGE_US	(10 * SECOND_US)
#define PAUSE_MAX_US	(60 * SECOND_US)
#define LAST_TRIES	3	/* to store an outcome once told to end */
#define EXIT_FAULT	70	/* EX_SOFTWARE */
#define EXIT_AWAY	75	/* EX_TEMPFAIL */

/* What comes after a mail. */
enum next {
	NEXT_MAIL,
	NEXT_BATCH,	/* leave the rest to a new claim */
	NEXT_PAUSE,	/* the relay is in trouble */
	NEXT_END	/* the process is */
};

static uint32_t
chance(void)
{
	return random_below(UINT32_MAX);
}

/* Sleep in pieces, until told to end. */
static void
nap(const struct courier *c, int64_t for_us)
{
	int64_t until_us = clock_ticks_us() + for_us, left_us;
	struct timespec t;

	while (!*c->stop && (left_us = until_us - clock_ticks_us()) > 0) {
		if (left_us > IDLE_US)
			left_us = IDLE_US;
		t.tv_sec = 0;
		t.tv_nsec = (long)(left_us * 1000);
		(void)nanosleep(&t, NULL);
	}
}

/* 1, 2, 4 ... seconds, a minute at most. */
static int64_t
pause_us(unsigned pauses)
{
	int64_t wait = SECOND_US;

	while (pauses-- > 1 && wait < PAUSE_MAX_US)
		wait *= 2;
	return wait < PAUSE_MAX_US ? wait : PAUSE_MAX_US;
}

/* Another version of the tables is waited for, as is the database. */
static enum err
check_schema(struct courier *c)
{
	enum err e;

	if (c->is_schema_known)
		return ERR_OK;
	db_begin(c->db, clock_ticks_us() + 4 * SECOND_US, DB_JOB);
	if ((e = db_check_schema(c->db, DB_SCHEMA_VERSION)) == ERR_OK)
		c->is_schema_known = true;
	return e;
}

static enum err
read_site(struct courier *c)
{
	struct arena *a;
	enum err e;

	if (c->site_us != 0 && clock_ticks_us() - c->site_us < SITE_AGE_US)
		return ERR_OK;
	a = arena_open();
	db_begin(c->db, clock_ticks_us() + 4 * SECOND_US, DB_JOB);
	if ((e = q_site_load(c->db, a, &c->site)) != ERR_OK) {
		arena_close(a);
		if (e != ERR_NOTFOUND)
			return e;
		log_fault("site=missing what=\"the table site has no row yet; see assent(8), site add\"");
		return ERR_DOWN;
	}
	arena_close(c->site_arena);
	c->site_arena = a;
	c->site_us = clock_ticks_us();
	return ERR_OK;
}

bool
courier_tick(void *arg, enum smtp_stage stage)
{
	struct courier *c = arg;
	int64_t age_us = clock_ticks_us() - c->batch.alive_us;
	uint64_t n;

	(void)stage;
	if (age_us < RENEW_US)
		return true;
	if (courier_renew(c->db, &c->batch, clock_now_us(), &n) != ERR_OK)
		return age_us < LEASE_US - RENEW_US;
	return n > 0;
}

/* Store what came of the mail in hand, however long the database is away. */
static enum next
finish(struct courier *c, const struct q_courier_load *row,
    const struct outcome *outcome, unsigned reply)
{
	unsigned tries = 0;
	bool is_ours = false;
	enum err e;

	while ((e = courier_finish(c->db, c->mail, row, outcome, reply,
	    clock_now_us(), &is_ours)) == ERR_DOWN || e == ERR_UNSURE) {
		if (*c->stop && ++tries >= LAST_TRIES)
			return NEXT_END;
		nap(c, IDLE_US);
	}
	if (e != ERR_OK) {
		log_fault("mail=%" PRIu64 " state=%s error=%s what=\"the outcome cannot be stored\"",
		    row->id, outcome->state, err_name(e));
		return NEXT_END;
	}
	if (!is_ours) {
		log_note("mail=%" PRIu64 " what=\"already stored, taken back, or somebody else's\"",
		    row->id);
		return NEXT_BATCH;
	}
	log_note("mail=%" PRIu64 " template=%s state=%s reply=%u attempt=%" PRIu64,
	    row->id, row->template, outcome->state, reply, row->attempt);
	return NEXT_MAIL;
}

static enum next
finish_dead(struct courier *c, const struct q_courier_load *row,
    const struct tried *tried, const char *why)
{
	struct outcome outcome = outcome_dead(tried, why);

	log_fault("mail=%" PRIu64 " template=%s state=dead reason=%s",
	    row->id, row->template, why);
	return finish(c, row, &outcome, 0);
}

static enum next
deliver(struct courier *c, const struct q_courier_load *row)
{
	struct tried tried = { (unsigned)row->attempt, (unsigned)row->unsure,
	    row->is_legal, row->created_us };
	struct smtp_answer answer;
	struct outcome outcome;
	struct bytes message;
	const char *to, *why;
	enum verdict verdict;
	enum next next;

	if (row->attempt > ATTEMPTS_MAX)
		return finish_dead(c, row, &tried, "crashes");
	if (courier_write(c, row, clock_now_us(), &to, &message, &why) !=
	    ERR_OK)
		return finish_dead(c, row, &tried, why);
	c->is_talking = true;
	if (smtp_send(c->smtp, to, message, &answer) != ERR_OK)
		return finish_dead(c, row, &tried, "address");
	verdict = verdict_of(&answer);
	outcome = outcome_of(verdict, &tried, clock_now_us(), chance());
	if (verdict != VERDICT_SENT)
		log_note("mail=%" PRIu64 " stage=%d curl=%d reply=%u",
		    row->id, (int)answer.stage, answer.curl, answer.reply);
	next = finish(c, row, &outcome, answer.reply);
	if (next != NEXT_MAIL)
		return next;
	if (verdict != VERDICT_SENT && verdict_is_relay(&answer))
		return NEXT_PAUSE;
	c->pauses = 0;
	return NEXT_MAIL;
}

/* Go through the batch; what is not done goes back. */
static enum next
send_batch(struct courier *c)
{
	struct batch *b = &c->batch;
	enum next next = NEXT_MAIL;
	uint64_t n;

	while (b->at < b->n && next == NEXT_MAIL && !*c->stop) {
		if (clock_ticks_us() - b->alive_us >= RENEW_US &&
		    (courier_renew(c->db, b, clock_now_us(), &n) != ERR_OK ||
		    n != b->n - b->at)) {
			next = NEXT_BATCH;
			break;
		}
		next = deliver(c, &b->rows[b->at]);
		arena_wipe(c->mail);
		if (next != NEXT_END)
			b->at++;
	}
	if (next == NEXT_END)
		b->n = b->at = 0;
	else if (courier_release(c->db, b) != ERR_OK)
		log_note("courier=release what=\"failed; the claim runs out\"");
	arena_wipe(b->arena);
	return next;
}

/* Free what dead couriers hold, now and then. */
static enum err
watch(struct courier *c)
{
	int64_t ticks_us = clock_ticks_us();

	if (ticks_us - c->watched_us < WATCH_US)
		return ERR_OK;
	c->watched_us = ticks_us;
	return courier_recover(c->db, c->watches, clock_now_us(), ticks_us,
	    chance());
}

#define JOURNAL_US	(4 * SECOND_US)	/* at most, for the look at it */

/* Mails of a database put back from a backup may be to the erased. */
static enum err
look_at_journal(struct courier *c)
{
	int64_t ticks_us = clock_ticks_us();
	struct arena *a;
	enum err e;

	if (c->journal_us != 0 && ticks_us - c->journal_us < SECOND_US)
		return ERR_OK;
	a = arena_open();
	db_begin(c->db, ticks_us + JOURNAL_US, DB_JOB);
	e = gate_journal(c->db, a, c->config);
	arena_close(a);
	c->journal_us = e == ERR_OK ? ticks_us : 0;
	return e;
}

/* One claim and its mails; ${ret_n} says how many there were. */
static enum err
pass(struct courier *c, enum next *ret_next, size_t *ret_n)
{
	enum err e;

	*ret_next = NEXT_BATCH;
	*ret_n = 0;
	if ((e = check_schema(c)) != ERR_OK ||
	    (e = look_at_journal(c)) != ERR_OK || (e = watch(c)) != ERR_OK ||
	    (e = read_site(c)) != ERR_OK ||
	    (e = courier_claim(c->db, &c->batch, clock_now_us())) != ERR_OK)
		return e;
	*ret_n = c->batch.n;
	if (c->batch.n > 0)
		*ret_next = send_batch(c);
	return ERR_OK;
}

static void
rest(struct courier *c)
{
	if (c->is_talking)
		smtp_rest(c->smtp);
	c->is_talking = false;
}

/* The relay, or the database, is away. */
static void
wait_for(struct courier *c, const char *what)
{
	c->pauses++;
	log_note("courier=waiting for=%s s=%" PRId64, what,
	    pause_us(c->pauses) / SECOND_US);
	rest(c);
	nap(c, pause_us(c->pauses));
}

int
courier_run(struct courier *c, bool is_once)
{
	enum next next;
	enum err e;
	size_t n;

	while (!*c->stop) {
		e = pass(c, &next, &n);
		if (next == NEXT_END)
			return *c->stop ? 0 : EXIT_FAULT;
		if (e == ERR_DOWN || e == ERR_UNSURE) {
			if (is_once)
				return EXIT_AWAY;
			nap(c, SECOND_US);
		} else if (e != ERR_OK) {
			log_fault("courier=pass error=%s", err_name(e));
			return EXIT_FAULT;
		} else if (next == NEXT_PAUSE) {
			if (is_once)
				return EXIT_AWAY;
			wait_for(c, "relay");
		} else if (n == 0) {
			if (is_once)
				return 0;
			rest(c);
			nap(c, IDLE_US);
		}
	}
	return 0;
}
