/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Alerts before the legal limit of a case: the level that was told stands in
 * its row, so that each is told once, whatever is killed (GDPR 12(3)).  The end
 * of a freeze whose day has come, if the person was told (GDPR 18(3)).
 */
#include "rights/rights_keeper.h"

#include <inttypes.h>
#include <jansson.h>

#include "app/page.h"
#include "base/address.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"
#include "rights/rights.h"
#include "rights/rights_clock.h"

#define NEAR_DAYS 10	/* the first alert */

struct alerting {
	struct job *job;
	const struct q_rights_near *row;
	enum rights_alert level;
	int64_t left;		/* days */
};

/* Who is written to. */
struct reader {
	const char *name;
	const char *email;
	const char *lang;
};

static enum err
write_to(struct db *db, const struct alerting *k, const struct reader *r)
{
	struct arena *a = k->job->arena;
	struct outbox_mail mail = { .template = "staff_alert",
	    .language = r->lang, .is_legal = true };
	struct address address;
	const char *title;
	enum err e;

	if (address_read(a, r->email, &address) != ERR_OK)
		return ERR_OK;
	mail.to = address.mail;
	title = k->level == RIGHTS_OVERDUE ? words_get(r->lang,
	    N_("The legal limit of a request has passed")) :
	    words_count(a, r->lang, "{n} day left to answer a request",
	    "{n} days left to answer a request", (uint64_t)k->left);
	mail.view = json_pack("{s:s, s:s, s:s, s:s}", "name", r->name,
	    "title", title, "text", arena_printf(a, "%s\n%s %s\n%s %s",
	    title, words_get(r->lang, N_("Reference:")), k->row->reference,
	    words_get(r->lang, N_("Answer by:")), page_write_day(a, r->lang,
	    k->row->due_day)), "url", arena_printf(a, "%s/requests/%" PRIu64,
	    k->job->config->office_url, k->row->id));
	e = outbox_add(k->job->outbox, db, a, &mail, k->job->now_us);
	json_decref(mail.view);
	return e;
}

static enum err
write_all(struct db *db, const struct alerting *k)
{
	const struct reader colleague = { k->row->name, k->row->email,
	    k->row->language };
	struct q_erasing_officers *rows;
	struct reader officer;
	size_t i, n;
	enum err e;

	if (colleague.email != NULL)
		return write_to(db, k, &colleague);
	e = q_erasing_officers(db, k->job->arena, &rows, &n);
	for (i = 0; e == ERR_OK && i < n; i++) {
		officer = (struct reader){ rows[i].name, rows[i].email,
		    rows[i].language };
		e = write_to(db, k, &officer);
	}
	return e;
}

static enum err
alert_in_tx(struct db *db, void *arg)
{
	const struct alerting *k = arg;
	const struct ledger_audit event = { .verb = "rights.overdue",
	    .actor = "program", .object = "rights_request",
	    .object_id = k->row->id, .at_us = k->job->now_us };
	const struct rights_step step = { k->row->id, "overdue", "program",
	    0, k->job->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_rights_alerted(db, k->level, k->row->id, &n)) != ERR_OK ||
	    n == 0)
		return e;
	if (k->job->outbox != NULL && (e = write_all(db, k)) != ERR_OK)
		return e;
	if (k->level != RIGHTS_OVERDUE)
		return ERR_OK;
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

static enum err
alert(struct alerting *k, struct day today)
{
	struct day due = k->row->due_day;

	k->level = rights_alert(due, today);
	k->left = day_number(due) - day_number(today);
	return k->level <= k->row->alerted ? ERR_OK : job_tx(k->job,
	    alert_in_tx, k);
}

enum err
rights_keeper_alert(struct job *job)
{
	struct day today = day_of(job->now_us);
	struct alerting k = { .job = job };
	struct day after = { 0 };
	uint64_t after_id = 0;
	struct q_rights_near *rows;
	size_t i, n;
	enum err e;

	/* what was told its level stays in the list until the next one */
	do {
		if ((e = q_rights_near(job->db, job->arena, day_add_days(today,
		    NEAR_DAYS), RIGHTS_OVERDUE, after, after_id, &rows,
		    &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++) {
			k.row = &rows[i];
			if ((e = alert(&k, today)) != ERR_OK)
				return e;
			after = rows[i].due_day;
			after_id = rows[i].id;
		}
	} while (n > 0);
	return ERR_OK;
}

struct lifting {
	struct job *job;
	const struct q_rights_lift_due *row;
};

/* Whom the mail did not reach stays frozen: staff see it in the case. */
static enum err
lift_in_tx(struct db *db, void *arg)
{
	const struct lifting *k = arg;
	bool was_told = k->row->failed == 0;
	const struct rights_step step = { k->row->id, was_told ? "lifted" :
	    "lift_untold", "program", 0, k->job->now_us };
	const struct ledger_audit event = { .verb = was_told ?
	    "rights.lifted" : "rights.lift_untold", .actor = "program",
	    .object = "rights_request", .object_id = k->row->id,
	    .contact_id = k->row->contact_id, .at_us = k->job->now_us };
	uint64_t n;
	enum err e;

	if ((e = q_rights_lift_forget(db, k->row->contact_id, &n)) !=
	    ERR_OK || n == 0)
		return e;	/* the person was faster */
	if (was_told && (e = q_rights_lift(db, k->job->now_us,
	    k->row->contact_id, NULL)) != ERR_OK)
		return e;
	if ((e = rights_step_add(db, &step)) != ERR_OK)
		return e;
	return ledger_audit(db, k->job->arena, k->job->ledger, &event);
}

enum err
rights_keeper_lift(struct job *job)
{
	struct lifting k = { .job = job };
	struct q_rights_lift_due *rows;
	size_t i, n;
	enum err e;

	if ((e = q_rights_lift_due(job->db, job->arena, day_of(job->now_us),
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		k.row = &rows[i];
		if ((e = job_tx(job, lift_in_tx, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
