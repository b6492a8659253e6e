/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One pass: what is decided is announced, journaled and erased one after the
 * other; then all that is erased is searched for together.
 */
#include "erasure/erasure_keeper.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/queries.h"
#include "erasure/alert.h"
#include "erasure/announce.h"
#include "erasure/delivery.h"
#include "erasure/holding.h"
#include "erasure/issue.h"
#include "erasure/scan.h"
#include "ledger/ledger.h"

#define SEARCH_US	(5 * SECOND_US)	/* of one batch */

/* One erasure on its way. */
struct step {
	struct job *job;
	struct q_erasing_open *row;
	struct holding_person person;
	const struct scan_finding *finding;
};

/* A search that goes on from batch to batch. */
struct search {
	struct arena *arena;	/* NULL: none in progress */
	struct step *steps;
	size_t n;
	struct scan scan;
};

static enum err
audit(struct db *db, const struct step *s, const char *verb)
{
	const struct ledger_audit event = { .verb = verb,
	    .actor = "program", .object = "erasure", .object_id = s->row->id,
	    .at_us = s->job->now_us };

	return ledger_audit(db, s->job->arena, s->job->ledger, &event);
}

static enum err
add_task(struct db *db, const struct step *s, const char *kind,
    const char *detail)
{
	log_note("event=%s erasure=%" PRIu64, kind, s->row->id);
	return q_erasing_task(db, kind, s->row->request_id, s->row->id,
	    detail, s->job->now_us, NULL);
}

/* Nobody is there to be erased: a human being has to know why. */
static enum err
end_without(struct db *db, struct step *s)
{
	uint64_t n;
	enum err e;

	if ((e = q_erasing_nobody(db, s->job->now_us, s->row->id, &n)) !=
	    ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	s->row->state = "done";
	return add_task(db, s, "erasure.nobody", "{}");
}

static enum err
announce_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;
	struct arena *a = s->job->arena;
	uint64_t n;
	enum err e;

	e = holding_person_load(db, a, s->row->contact_id, &s->person);
	if (e == ERR_NOTFOUND)
		return end_without(db, s);
	if (e != ERR_OK || (e = announce_number(db, s->job, s->row)) != ERR_OK)
		return e;
	random_fill(s->person.opening, sizeof(s->person.opening));
	s->row->delivery = delivery_seal(a, s->job->keys, s->row->id,
	    &s->person);
	if (s->row->decided_us == 0)
		s->row->decided_us = s->job->now_us;
	if ((e = q_erasing_announce(db, s->row->journal_n, s->row->pseudonym,
	    s->row->delivery, s->job->now_us, s->row->id, &n)) != ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	if ((e = announce_merged(db, s->job, s->row)) != ERR_OK)
		return e;
	s->row->state = "announced";
	return audit(db, s, "erasure.announced");
}

static enum err
journaled_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;

	s->row->state = "journaled";
	return q_erasing_move(db, "journaled", s->row->id, "announced", NULL);
}

static enum err
journal(struct step *s)
{
	enum err e;

	if ((e = announce_journal(s->job, s->row)) != ERR_OK)
		return e;
	return job_tx(s->job, journaled_in_tx, s);
}

static enum err
erase_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;
	struct holding_run run = { .keys = s->job->keys,
	    .arena = s->job->arena, .person = &s->person,
	    .erasure_id = s->row->id, .now_us = s->job->now_us };
	const struct holding_count *count;
	enum holding h;
	uint64_t n;
	enum err e;

	if ((e = q_erasing_erased(db, s->job->now_us, s->row->id, &n)) !=
	    ERR_OK)
		return e;
	if (n != 1)
		return ERR_CONFLICT;
	if ((e = holding_erase(db, &run)) != ERR_OK)
		return e;
	for (h = 0; h < HOLDING__MAX; h++) {
		count = &run.counts[h];
		if ((e = q_erasing_count(db, s->row->id, holding_names[h],
		    count->erased, count->anonymised, count->kept,
		    count->reread, count->law, count->until, NULL)) != ERR_OK)
			return e;
	}
	s->row->state = "erased";
	s->row->erased_us = s->job->now_us;
	return audit(db, s, "erasure.erased");
}

static enum err
open_delivery(struct step *s, struct arena *a)
{
	enum err e = delivery_open(a, s->job->keys, s->row->id,
	    s->row->delivery, &s->person);

	if (e == ERR_OK)
		return ERR_OK;
	log_fault("event=erasure.delivery erasure=%" PRIu64 " error=%s hint=\"keys of another site, or a row changed by hand\"",
	    s->row->id, err_name(e));
	return ERR_BUG;
}

static enum err
erase(struct step *s)
{
	enum err e;

	if ((e = open_delivery(s, s->job->arena)) != ERR_OK)
		return e;
	return job_tx(s->job, erase_in_tx, s);
}

/* A signed receipt leaves with its place in the log, once it has one. */
static enum err
send(struct step *s)
{
	bool is_sent;
	enum err e;

	if ((e = open_delivery(s, s->job->arena)) != ERR_OK ||
	    (e = issue_send(s->job, s->row, &s->person, &is_sent)) !=
	    ERR_OK || !is_sent)
		return e;
	return issue_close(s->job, s->row);
}

/* Take one erasure as far as it goes without the search. */
static enum err
advance(struct step *s)
{
	enum err e = ERR_OK;

	if (strcmp(s->row->state, "decided") == 0)
		e = job_tx(s->job, announce_in_tx, s);
	if (e == ERR_OK && strcmp(s->row->state, "announced") == 0)
		e = journal(s);
	if (e == ERR_OK && strcmp(s->row->state, "journaled") == 0)
		e = erase(s);
	if (e == ERR_OK && strcmp(s->row->state, "signed") == 0)
		e = send(s);
	return e;
}

static enum err
advance_all(struct job *job)
{
	struct q_erasing_open *rows;
	struct step s = { .job = job };
	size_t i, n;
	enum err e;

	if ((e = q_erasing_open(job->db, job->arena, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		s.row = &rows[i];
		if ((e = advance(&s)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static void
search_end(struct search *search)
{
	arena_close(search->arena);
	search->arena = NULL;
}

static bool
is_to_search(const struct q_erasing_open *row)
{
	/* scanned, but killed before the receipt: what was found is lost */
	return strcmp(row->state, "erased") == 0 ||
	    strcmp(row->state, "scanned") == 0;
}

/* Who came back by themself, under their address, is here again on purpose:
 * what they gave then is no second copy. */
static enum err
mind_return(struct step *s, struct arena *a)
{
	struct holding_person *p = &s->person;
	struct q_erasing_returned row;
	struct bytes key;
	enum err e;

	if (p->mail_key == NULL)
		return ERR_OK;
	key = (struct bytes){ (const unsigned char *)p->mail_key,
	    strlen(p->mail_key) };
	if ((e = q_erasing_returned(s->job->db, a, key, s->row->id,
	    &row)) != ERR_OK)
		return e;
	if (row.n > 0) {
		p->is_address_alone = p->is_phone_alone = false;
		p->n_reach = 0;
	}
	return ERR_OK;
}

static enum err
search_open(struct search *search, struct job *job,
    struct q_erasing_open *rows, size_t n, bool is_second)
{
	const struct holding_person **persons;
	size_t i;
	enum err e;

	search->steps = arena_take(search->arena, (n + 1) *
	    sizeof(*search->steps));
	persons = arena_take(search->arena, (n + 1) * sizeof(*persons));
	for (i = search->n = 0; i < n; i++) {
		struct step *s = &search->steps[search->n];

		if (!is_to_search(&rows[i]))
			continue;
		*s = (struct step){ .job = job, .row = &rows[i] };
		if ((e = open_delivery(s, search->arena)) != ERR_OK ||
		    (is_second &&
		    (e = mind_return(s, search->arena)) != ERR_OK))
			return e;
		persons[search->n++] = &s->person;
	}
	scan_open(search->arena, job->keys, persons, search->n,
	    &search->scan);
	for (i = 0; i < search->n; i++)
		search->steps[i].finding = &search->scan.findings[i];
	return ERR_OK;
}

static enum err
search_on(struct search *search, struct job *job, bool *ret_is_done)
{
	int64_t until_us = clock_ticks_us() + SEARCH_US;
	enum err e = ERR_OK;

	*ret_is_done = false;
	while (e == ERR_OK && !*ret_is_done && clock_ticks_us() < until_us)
		e = scan_step(job->db, &search->scan, ret_is_done);
	return e;
}

/* Where the office says what was found. */
static const char *
page_of(const struct step *s)
{
	struct arena *a = s->job->arena;

	return s->row->request_id == 0 ?
	    arena_printf(a, "/erasures/%" PRIu64 "/task", s->row->id) :
	    arena_printf(a, "/requests/%" PRIu64 "/task", s->row->request_id);
}

/* A second copy: no receipt, and a person who has to know. */
static enum err
block(struct db *db, const struct step *s)
{
	const struct scan_finding *f = s->finding;
	enum err e;

	if ((e = add_task(db, s, "erasure.second_copy",
	    scan_detail(s->job->arena, f->hard, f->n_hard))) != ERR_OK ||
	    (e = audit(db, s, "erasure.blocked")) != ERR_OK ||
	    (e = alert_add(db, s->job, "erasure.second_copy", page_of(s))) !=
	    ERR_OK || s->row->request_id == 0)
		return e;
	return q_rights_step_insert(db, s->row->request_id, "blocked",
	    "program", 0, s->job->now_us, NULL);
}

static enum err
found_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;
	const struct scan_finding *f = s->finding;
	const char *state = f->n_hard > 0 ? "blocked" : "scanned";
	enum err e;

	if ((e = q_erasing_move(db, state, s->row->id, s->row->state,
	    NULL)) != ERR_OK)
		return e;
	if (f->n_hard > 0 && (e = block(db, s)) != ERR_OK)
		return e;
	if (f->n_soft > 0)
		return add_task(db, s, "erasure.look",
		    scan_detail(s->job->arena, f->soft, f->n_soft));
	return ERR_OK;
}

/* What the search means for one erasure. */
static enum err
conclude(struct search *search, struct step *s)
{
	struct issue issue = { s->row, &s->person, s->job->now_us,
	    search->scan.n_columns, search->scan.n_rows,
	    s->finding->n_soft };
	bool is_issued;
	enum err e;

	if ((e = job_tx(s->job, found_in_tx, s)) != ERR_OK ||
	    s->finding->n_hard > 0)
		return e;
	if ((e = issue_receipt(s->job, &issue, &is_issued)) != ERR_OK)
		return e;
	if (!is_issued) {
		s->job->is_more = true;
		return ERR_OK;
	}
	return send(s);
}

/* The keeper ends amid a search: what it looked for is wiped. */
static void
drop_search(void *memory)
{
	search_end(memory);
	free(memory);
}

static struct search *
search_of(struct job *job)
{
	if (job->memory == NULL && (job->memory = calloc(1,
	    sizeof(struct search))) == NULL)
		abort();
	job->drop = drop_search;
	return job->memory;
}

/* Begin the search, or go on; whatever goes wrong, begin again later. */
static enum err
search_all(struct job *job)
{
	struct search *search = search_of(job);
	struct q_erasing_open *rows;
	bool is_done = false;
	size_t i, n;
	enum err e = ERR_OK;

	if (search->arena == NULL) {
		search->arena = arena_open();
		e = q_erasing_open(job->db, search->arena, &rows, &n);
		if (e == ERR_OK)
			e = search_open(search, job, rows, n, false);
	}
	if (e == ERR_OK && search->n > 0)
		e = search_on(search, job, &is_done);
	if (e == ERR_OK && search->n > 0 && !is_done) {
		job->is_more = true;
		return ERR_OK;
	}
	for (i = 0; e == ERR_OK && i < search->n; i++)
		e = conclude(search, &search->steps[i]);
	search_end(search);
	return e;
}

static enum err
retry_in_tx(struct db *db, void *arg)
{
	(void)arg;
	return q_erasing_retry(db, NULL);
}

enum err
erasure_keeper_run(struct job *job)
{
	enum err e;

	if ((e = job_tx(job, retry_in_tx, job)) != ERR_OK ||
	    (e = advance_all(job)) != ERR_OK)
		return e;
	return search_all(job);
}

struct deciding {
	struct job *job;
	const struct q_erasing_due *row;
};

static enum err
decide_in_tx(struct db *db, void *arg)
{
	const struct deciding *d = arg;
	int64_t now_us = d->job->now_us;
	uint64_t n;
	enum err e;

	if ((e = q_erasing_decide(db, now_us, d->row->id, &n)) != ERR_OK ||
	    n == 0 || d->row->request_id == 0)
		return e;
	return q_rights_step_insert(db, d->row->request_id, "decided",
	    "program", 0, now_us, NULL);
}

enum err
erasure_keeper_due(struct job *job)
{
	struct deciding d = { .job = job };
	struct q_erasing_due *rows;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_due(job->db, job->arena, job->now_us, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		d.row = &rows[i];
		if ((e = job_tx(job, decide_in_tx, &d)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
silent_in_tx(struct db *db, void *arg)
{
	const struct job *job = arg;
	int64_t before_us = job->now_us - ERASURE_SILENT_US;
	struct q_erasing_silent_ones *rows;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_silent_over(db, job->now_us, NULL)) != ERR_OK ||
	    (e = q_erasing_silent_ones(db, job->arena, before_us, &rows,
	    &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = alert_add(db, job, "erasure.intent", arena_printf(
		    job->arena, "/requests/%" PRIu64,
		    rows[i].request_id))) != ERR_OK)
			return e;
	return q_erasing_silent(db, job->now_us, before_us, NULL);
}

enum err
erasure_keeper_intent(struct job *job)
{
	return job_tx(job, silent_in_tx, job);
}

static enum err
forget_in_tx(struct db *db, void *arg)
{
	struct step *s = arg;
	const struct scan_finding *f = s->finding;
	enum err e;

	if (f->n_hard > 0 && ((e = add_task(db, s, "erasure.second_copy",
	    scan_detail(s->job->arena, f->hard, f->n_hard))) != ERR_OK ||
	    (e = alert_add(db, s->job, "erasure.late_copy", page_of(s))) !=
	    ERR_OK))
		return e;
	return q_erasing_forget(db, s->row->id, NULL);
}

/* The rows of a second search, as those of the first. */
static enum err
load_delivered(struct job *job, struct arena *a,
    struct q_erasing_open **ret_rows, size_t *ret_n)
{
	struct q_erasing_rescans *found;
	size_t i, n;
	enum err e;

	if ((e = q_erasing_rescans(job->db, a, job->now_us, &found, &n)) !=
	    ERR_OK)
		return e;
	*ret_rows = arena_take(a, (n + 1) * sizeof(**ret_rows));
	for (i = 0; i < n; i++)
		(*ret_rows)[i] = (struct q_erasing_open){ .id = found[i].id,
		    .request_id = found[i].request_id, .state = "erased",
		    .contact_id = found[i].contact_id,
		    .delivery = found[i].delivery };
	*ret_n = n;
	return ERR_OK;
}

enum err
erasure_keeper_rescan(struct job *job)
{
	struct search *search = search_of(job);
	struct q_erasing_open *rows;
	bool is_done = false;
	size_t i, n;
	enum err e = ERR_OK;

	if (search->arena == NULL) {
		search->arena = arena_open();
		e = load_delivered(job, search->arena, &rows, &n);
		if (e == ERR_OK)
			e = search_open(search, job, rows, n, true);
	}
	if (e == ERR_OK && search->n > 0)
		e = search_on(search, job, &is_done);
	if (e == ERR_OK && search->n > 0 && !is_done) {
		job->is_more = true;
		return ERR_OK;
	}
	for (i = 0; e == ERR_OK && i < search->n; i++)
		e = job_tx(job, forget_in_tx, &search->steps[i]);
	search_end(search);
	return e;
}
