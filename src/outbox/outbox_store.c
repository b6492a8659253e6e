/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows of the outbox, as those see them who write mails, take them back
 * or clean up.  The courier's statements are the courier's (GDPR 12, 17, 32).
 */
#include "outbox/outbox.h"

#include <assert.h>

#include "db/queries.h"

enum err
outbox_add(struct outbox *o, struct db *db, struct arena *a,
    const struct outbox_mail *mail, int64_t now_us)
{
	const char *id = outbox_message_id(o, a);
	struct bytes sealed;
	enum err e;

	if ((e = outbox_seal(o, a, mail, id, &sealed)) != ERR_OK)
		return e;
	return q_outbox_insert(db, mail->template, id, mail->language,
	    mail->contact_id, sealed, mail->is_legal,
	    mail->due_us == 0 ? now_us : mail->due_us, now_us, NULL);
}

enum err
outbox_cancel(struct db *db, uint64_t contact_id, int64_t now_us)
{
	assert(contact_id != 0);
	return q_outbox_cancel(db, now_us, contact_id, NULL);
}

enum err
outbox_hold(struct db *db, int64_t before_us)
{
	return q_outbox_hold(db, OUTBOX_NEVER_US, before_us, NULL);
}

enum err
outbox_purge(struct db *db, int64_t before_us, uint64_t most, uint64_t *ret_n)
{
	return q_outbox_purge(db, before_us, most, ret_n);
}
