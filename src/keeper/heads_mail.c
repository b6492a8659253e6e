/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mail's own row tells that today's is on its way (GDPR 5(2)).
 */
#include "keeper/heads_mail.h"

#include <jansson.h>

#include "app/gate.h"
#include "app/page.h"
#include "base/address.h"
#include "db/queries.h"
#include "outbox/outbox.h"

struct mailing {
	struct job *job;
	const struct q_ledger_head_last *head;
	const char *to;
};

static enum err
mail_in_tx(struct db *db, void *arg)
{
	const struct mailing *m = arg;
	struct arena *a = m->job->arena;
	const char *lang = m->job->config->languages[0];
	const struct outbox_file file = { .name = "head.jws",
	    .type = "application/jose", .bytes = {
	    (const unsigned char *)m->head->jws, strlen(m->head->jws) } };
	struct outbox_mail mail = { .template = "ledger_head",
	    .language = lang, .to = m->to, .is_legal = true, .files = &file,
	    .n_files = 1 };
	enum err e;

	mail.view = json_pack("{s:n, s:I, s:s, s:s, s:s}", "name", "size",
	    (json_int_t)m->head->size, "at", page_write_date_time(a, lang,
	    m->head->at_us), "jws", m->head->jws, "url", arena_printf(a,
	    "%s/.well-known/assent/heads", m->job->config->portal_url));
	e = outbox_add(m->job->outbox, db, a, &mail, m->job->now_us);
	json_decref(mail.view);
	return e;
}

enum err
heads_mail(struct job *job)
{
	struct q_keeper_heads_mailed mailed;
	struct q_ledger_head_last head;
	struct mailing m = { .job = job, .head = &head };
	struct site_info site;
	struct address address;
	enum err e;

	if ((e = q_keeper_heads_mailed(job->db, job->arena, day_start_us(
	    day_of(job->now_us)), &mailed)) != ERR_OK || mailed.n > 0)
		return e;
	if ((e = q_ledger_head_last(job->db, job->arena, &head)) != ERR_OK ||
	    (e = gate_site_load(job->db, job->arena, &site)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if (job->outbox == NULL || address_read(job->arena, site.dpo_email,
	    &address) != ERR_OK)
		return ERR_OK;
	m.to = address.mail;
	return job_tx(job, mail_in_tx, &m);
}
