/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A task that waits on a page is seen by who looks at the page; the legal time
 * runs for the others too (GDPR 12(3)).
 */
#include "erasure/alert.h"

#include <jansson.h>

#include "base/address.h"
#include "base/text.h"
#include "db/queries.h"
#include "html/words.h"
#include "outbox/outbox.h"

static const struct {
	const char *kind;
	const char *title;
	const char *text;
} alerts[] = {
	{ "erasure.second_copy",
	  N_("A second copy was found after an erasure"),
	  N_("The search after an erasure found a second copy. No receipt leaves until it is dealt with; the page says where it is.") },
	{ "erasure.late_copy",
	  N_("A second copy was found after an erasure"),
	  N_("The search after the receipt was delivered found a second copy. The receipt said that there is none; the page says where it is.") },
	{ "erasure.intent", N_("An erasure was asked for and not confirmed"),
	  N_("A person asked for the erasure of their data and has not confirmed it for three days. The legal time runs.") },
};

enum err
alert_add(struct db *db, const struct job *job, const char *kind,
    const char *page)
{
	struct outbox_mail mail = { .template = "staff_alert",
	    .is_legal = true };
	struct q_erasing_officers *rows;
	struct address address;
	const char *lang;
	size_t i, k, n;
	enum err e;

	for (k = 0; k < LENGTH(alerts); k++)
		if (strcmp(alerts[k].kind, kind) == 0)
			break;
	if (k == LENGTH(alerts) || job->outbox == NULL)
		return ERR_OK;
	if ((e = q_erasing_officers(db, job->arena, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++) {
		if (address_read(job->arena, rows[i].email, &address) !=
		    ERR_OK)
			continue;
		lang = mail.language = rows[i].language;
		mail.to = address.mail;
		mail.view = json_pack("{s:s, s:s, s:s, s:s}", "name",
		    rows[i].name, "title", words_get(lang, alerts[k].title),
		    "text", words_get(lang, alerts[k].text), "url",
		    arena_printf(job->arena, "%s%s",
		    job->config->office_url, page));
		e = outbox_add(job->outbox, db, job->arena, &mail,
		    job->now_us);
		json_decref(mail.view);
	}
	return e;
}
