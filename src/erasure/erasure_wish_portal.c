/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A wish to be erased: when it is carried out, and the mails that say so.
 * Law: GDPR 12(3), 12(6), 17; FEATURES X33.
 */
#include "erasure/erasure_wish_portal.h"

#include "acting/acting.h"
#include "app/page.h"
#include "base/clock.h"
#include "outbox/outbox.h"

#define LINK_DAYS	3	/* then staff take care of it */
#define COOLING_MOST	(14 * 24 * 60)	/* minutes */
#define MARGIN_DAYS	5	/* never past the legal date less these */

int64_t
erasure_wish_end_us(struct ctx *c, struct day due)
{
	uint64_t minutes = c->site->cooling_off_minutes;
	int64_t end_us, last_us = day_start_us(day_add_days(due,
	    -MARGIN_DAYS));

	end_us = c->now_us + (int64_t)(minutes > COOLING_MOST ? COOLING_MOST :
	    minutes) * MINUTE_US;
	return end_us > last_us ? last_us : end_us;
}

static enum err
add_mail(struct ctx *c, struct db *db, const char *template,
    const struct q_contacts_load *r, json_t *view)
{
	struct outbox_mail mail = { 0 };
	enum err e = ERR_OK;

	if (r->email != NULL) {
		mail.template = template;
		mail.language = r->language;
		mail.to = r->email;
		mail.contact_id = c->caller.contact_id;
		mail.is_legal = true;
		mail.view = view;
		e = outbox_add(c->worker->outbox, db, c->arena, &mail,
		    c->now_us);
	}
	json_decref(view);
	return e;
}

enum err
erasure_wish_mail_started(struct erasure_wish *k, struct db *db)
{
	struct ctx *c = k->c;

	return add_mail(c, db, "erasure_started", &k->r, json_pack(
	    "{s:s, s:s, s:s, s:s, s:s}", "name", k->r.given_name,
	    "reference", k->request.reference, "start", page_date_time(c,
	    k->due_us), "due", page_day(c, k->request.due), "url",
	    ctx_url(c, "/account/erasure")));
}

enum err
erasure_wish_mail_link(struct erasure_wish *k, struct db *db)
{
	struct ctx *c = k->c;
	struct acting_issued issued;
	struct acting_new wanted;
	enum err e;

	wanted = (struct acting_new){ ACTING_ERASURE, k->erasure_id,
	    arena_textn(c->arena, k->r.email_key.ptr, k->r.email_key.len),
	    c->now_us, c->now_us + LINK_DAYS * DAY_US };
	if ((e = acting_issue(db, c->arena, c->worker->keys, &wanted,
	    &issued)) != ERR_OK)
		return e;
	return add_mail(c, db, "erasure_confirm", &k->r, json_pack(
	    "{s:s, s:s, s:s, s:s}", "name", k->r.given_name, "reference",
	    k->request.reference, "url", ctx_url(c, arena_printf(c->arena,
	    "/erasure/confirm/%s", issued.token)), "expires",
	    page_date_time(c, wanted.expires_us)));
}
