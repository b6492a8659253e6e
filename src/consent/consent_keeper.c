/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was recorded of a person's choices goes to them by mail, apart from the
 * request that recorded it, with the way to stop it all in its footer.
 * Law: GDPR 7(1), 7(3); RFC 8058; FEATURES TL9.
 */
#include "consent/consent_keeper.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/log.h"
#include "consent/consent.h"
#include "db/queries.h"
#include "html/words.h"
#include "keys/token.h"
#include "outbox/outbox.h"

#define BATCH		40	/* people of one pass: a rush of them is spread */
#define QUIET_US	(2 * MINUTE_US)

/* What was said; of what staff noted also how and when it was. */
static const char *
event_of(struct arena *a, const struct q_consent_untold_choices *row,
    const char *lang)
{
	const char *event = words_get(lang, consent_kind_label(row->state));

	if (!consent_is_by_staff(row->how))
		return event;
	event = arena_printf(a, "%s, %s, %s", event, words_get(lang,
	    consent_how_label(row->how)), page_write_day(a, lang,
	    day_of(row->at_us)));
	return !row->is_held ? event : arena_printf(a, "%s. %s", event,
	    words_get(lang, N_("You had said no before, so it counts once you say it yourself in your space.")));
}

static json_t *
choices_view(struct arena *a, const struct q_consent_untold_choices *rows,
    size_t n, const char *lang)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
		    "title", rows[i].title == NULL ? rows[i].code :
		    rows[i].title, "channel", words_get(lang,
		    consent_channel_label(rows[i].channel)), "event",
		    event_of(a, &rows[i], lang)));
	return list;
}

static enum err
add_mail(struct db *db, struct job *job, const struct q_consent_untold *who,
    const struct q_consent_untold_choices *rows, size_t n)
{
	struct arena *a = job->arena;
	struct outbox_mail mail = { .template = "consent_changed",
	    .language = who->language, .to = who->email,
	    .contact_id = who->contact_id };
	struct standing standing = { .kind = STANDING_UNSUBSCRIBE,
	    .contact = who->contact_id, .epoch = (uint32_t)who->epoch,
	    .issued_day = (uint16_t)(job->now_us / DAY_US) };
	enum err e;

	mail.unsubscribe = arena_printf(a, "/unsubscribe/%s",
	    standing_write(a, job->keys, &standing));
	mail.view = json_pack("{s:s, s:s, s:o, s:s}", "name",
	    who->given_name, "at", consent_is_by_staff(rows[0].how) ?
	    page_write_day(a, who->language, day_of(job->now_us)) :
	    page_write_date_time(a, who->language, rows[0].at_us), "choices",
	    choices_view(a, rows, n, who->language),
	    "url", arena_printf(a, "%s/account/consents",
	    job->config->portal_url));
	e = outbox_add(job->outbox, db, a, &mail, job->now_us);
	json_decref(mail.view);
	return e;
}

/* Whoever comes back by themself is kept out of lists no more.  One who says
 * so in their space was let in at once; what staff noted proves no mailbox. */
static enum err
let_in(struct db *db, struct job *job, uint64_t contact_id,
    const struct q_consent_untold_choices *rows, size_t n)
{
	int64_t last_us = -1;
	size_t i;
	enum err e;

	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].state, "given") != 0 ||
		    consent_is_by_staff(rows[i].how) ||
		    rows[i].at_us == last_us)
			continue;
		last_us = rows[i].at_us;
		if ((e = consent_supersede(db, job->arena, job->keys,
		    contact_id, last_us)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
tell_one(struct db *db, struct job *job, const struct q_consent_untold *who)
{
	struct q_consent_untold_choices *rows;
	bool is_to_tell = false;
	size_t i, n;
	enum err e;

	if ((e = q_consent_untold_choices(db, job->arena, who->language,
	    who->contact_id, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		/* a no that staff noted is confirmed: GDPR 12(3) */
		if (strcmp(rows[i].state, "given") == 0 ||
		    consent_is_by_staff(rows[i].how))
			is_to_tell = true;
	if (is_to_tell && who->email != NULL && job->outbox != NULL &&
	    (e = add_mail(db, job, who, rows, n)) != ERR_OK)
		return e;
	if ((e = let_in(db, job, who->contact_id, rows, n)) != ERR_OK)
		return e;
	return n == 0 ? ERR_OK : q_consent_told(db, who->contact_id,
	    rows[0].at_us, NULL);
}

struct telling {
	struct job *job;
	const struct q_consent_untold *who;
};

static enum err
file_in_tx(struct db *db, void *arg)
{
	const struct telling *k = arg;

	return consent_file(db, k->who->contact_id);
}

static enum err
tell_in_tx(struct db *db, void *arg)
{
	const struct telling *k = arg;

	return tell_one(db, k->job, k->who);
}

/* A batch with somebody in it to whom no mail can be written: the next one
 * begins behind it, else forty of them would hold up all others for ever. */
static uint64_t
last_of(const struct job *job)
{
	const uint64_t *last = job->memory;

	return last == NULL ? 0 : *last;
}

static void
set_last(struct job *job, uint64_t id)
{
	if (job->memory == NULL && id != 0 && (job->memory = calloc(1,
	    sizeof(id))) == NULL)
		abort();
	if (job->memory != NULL)
		memcpy(job->memory, &id, sizeof(id));
}

/* Each in transactions of their own: nobody waits for a stranger's locks, and
 * one to whom no mail can be written holds up no other, nor their sign-up. */
enum err
consent_keeper_tell(struct job *job)
{
	struct telling k = { .job = job };
	struct q_consent_untold *rows;
	bool has_failed = false;
	size_t i, n;
	enum err e;

	if ((e = q_consent_untold(job->db, job->arena, last_of(job),
	    job->now_us - QUIET_US, BATCH, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.who = &rows[i];
		if ((e = job_tx(job, file_in_tx, &k)) == ERR_OK)
			e = job_tx(job, tell_in_tx, &k);
		if (e == ERR_CONFLICT || e == ERR_DOWN || e == ERR_UNSURE)
			return e;
		if (e == ERR_OK)
			continue;
		has_failed = true;
		log_fault("event=consent.untold contact=%" PRIu64 " error=%s",
		    k.who->contact_id, err_name(e));
	}
	set_last(job, has_failed && n == BATCH ? rows[n - 1].contact_id : 0);
	return ERR_OK;
}

struct marking {
	struct job *job;
	bool is_more;
};

static enum err
mark_in_tx(struct db *db, void *arg)
{
	struct marking *k = arg;

	return consent_sales_mark(db, k->job->arena, k->job->keys,
	    &k->is_more);
}

enum err
consent_keeper_mark(struct job *job)
{
	struct marking k = { .job = job };
	enum err e;

	if ((e = job_tx(job, mark_in_tx, &k)) != ERR_OK)
		return e;
	job->is_more = k.is_more;
	return ERR_OK;
}
