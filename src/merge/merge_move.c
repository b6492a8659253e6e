/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows of one record become another's: what is said of both is settled, the
 * rest is moved (GDPR 5(1)(d), 7(1), 7(3), 15(1)(g), 16).
 */
#include "merge/merge_move.h"

#include <string.h>

#include "base/text.h"
#include "contacts/contacts_reach.h"
#include "db/queries.h"

static uint64_t
stays(const struct merge_run *m)
{
	return m->pair.stays->id;
}

static uint64_t
goes(const struct merge_run *m)
{
	return m->pair.goes->id;
}

enum err
merge_origin(struct merge_run *m, const struct q_merge_contacts *record,
    const char *field, struct q_contacts_provenance *ret_from)
{
	struct q_contacts_provenance *rows;
	size_t i, n;
	enum err e;

	if ((e = q_contacts_provenance(m->db, m->job->arena, record->id,
	    &rows, &n)) != ERR_OK)
		return e;
	*ret_from = (struct q_contacts_provenance){ field, record->source,
	    record->basis, record->notice_version_id, record->collected_us };
	for (i = 0; i < n; i++)
		if (strcmp(rows[i].field, field) == 0)
			*ret_from = rows[i];
	return ERR_OK;
}

/* The main one that is not kept steps back among the further ones. */
static enum err
step_back(struct merge_run *m, enum merge_field field, const char *label)
{
	const struct q_merge_contacts *loser = m->pair.is_taken[field] ?
	    m->pair.stays : m->pair.goes;
	const char *name = merge_field_names[field];
	struct q_contacts_provenance from;
	struct q_reach_list *rows;
	const char *value, *key;
	size_t n;
	enum err e;

	if (!merge_differs(&m->pair, field))
		return ERR_OK;
	value = field == MERGE_EMAIL ? loser->email : loser->phone;
	key = field == MERGE_EMAIL ? arena_textn(m->job->arena,
	    loser->email_key.ptr, loser->email_key.len) : value;
	if ((e = q_reach_list(m->db, m->job->arena, stays(m), &rows, &n)) !=
	    ERR_OK)
		return e;
	if (contacts_reach_has(m->job->arena, rows, n, key, 0))
		return ERR_OK;
	if ((e = merge_origin(m, loser, name, &from)) != ERR_OK)
		return e;
	return q_reach_insert(m->db, stays(m), name, value, text_bytes(key),
	    label, from.source, from.basis, from.notice_version_id,
	    from.at_us, NULL);
}

const struct q_merge_contacts *
merge_giver(const struct merge_run *m, enum merge_field field)
{
	return m->pair.is_taken[field] ? m->pair.goes : m->pair.stays;
}

enum err
merge_move_reach(struct merge_run *m)
{
	const struct q_merge_contacts *mail = merge_giver(m, MERGE_EMAIL);
	const char *phone = merge_giver(m, MERGE_PHONE)->phone;
	enum err e;

	if ((e = q_merge_move_reach(m->db, stays(m), goes(m), NULL)) !=
	    ERR_OK ||
	    (e = q_merge_drop_reach(m->db, goes(m), stays(m),
	    mail->email_key, phone == NULL ? (struct bytes){ NULL, 0 } :
	    text_bytes(phone), NULL)) != ERR_OK ||
	    (e = step_back(m, MERGE_EMAIL, "private")) != ERR_OK)
		return e;
	return step_back(m, MERGE_PHONE, "mobile");
}

/* The two choices of one purpose and channel; either may be nothing. */
struct said {
	uint64_t purpose_id;
	const char *channel;
	struct merge_choice stays;
	struct merge_choice goes;
};

static void
add_said(const struct merge_run *m, const struct q_merge_states *row,
    struct said *list, size_t *n)
{
	bool is_goes = row->contact_id == goes(m);
	struct merge_choice *choice;

	if (*n == 0 || list[*n - 1].purpose_id != row->purpose_id ||
	    strcmp(list[*n - 1].channel, row->channel) != 0)
		list[(*n)++] = (struct said){ .purpose_id = row->purpose_id,
		    .channel = row->channel };
	choice = is_goes ? &list[*n - 1].goes : &list[*n - 1].stays;
	*choice = (struct merge_choice){ row->state, row->is_held, row->at_us,
	    merge_is_same_way(&m->pair, is_goes ? m->pair.goes :
	    m->pair.stays, row->channel) };
}

static enum err
settle_one(struct merge_run *m, const struct said *s)
{
	enum merge_winner winner = merge_stricter(&s->stays, &s->goes);
	enum err e;

	if (winner != MERGE_STAYS && s->stays.state != NULL &&
	    (e = q_merge_state_drop(m->db, stays(m), s->purpose_id,
	    s->channel, NULL)) != ERR_OK)
		return e;
	if (winner == MERGE_GOES)
		return q_merge_state_take(m->db, stays(m), goes(m),
		    s->purpose_id, s->channel, NULL);
	return s->goes.state == NULL ? ERR_OK : q_merge_state_drop(m->db,
	    goes(m), s->purpose_id, s->channel, NULL);
}

/* Facts that allow a mail or an SMS are those of a customer, and of the mailbox
 * and the number they were noted for. */
static bool
has_soft(const struct merge_run *m, const struct q_merge_contacts *side)
{
	return strcmp(side->kind, "customer") == 0 &&
	    merge_is_same_way(&m->pair, side, "email") &&
	    merge_is_same_way(&m->pair, side, "sms");
}

static enum err
move_soft(struct merge_run *m)
{
	enum err e;

	if (!has_soft(m, m->pair.stays) &&
	    (e = q_merge_drop_soft(m->db, stays(m), NULL)) != ERR_OK)
		return e;
	if (has_soft(m, m->pair.goes) &&
	    (e = q_merge_move_soft(m->db, stays(m), goes(m), NULL)) !=
	    ERR_OK)
		return e;
	return q_merge_drop_soft(m->db, goes(m), NULL);
}

enum err
merge_move_choices(struct merge_run *m)
{
	struct q_merge_states *rows;
	struct said *list;
	size_t i, n, n_list = 0;
	enum err e;

	if ((e = q_merge_states(m->db, m->job->arena, "fr", stays(m),
	    goes(m), &rows, &n)) != ERR_OK)
		return e;
	list = arena_take(m->job->arena, (n + 1) * sizeof(*list));
	for (i = 0; i < n; i++)
		add_said(m, &rows[i], list, &n_list);
	for (i = 0; i < n_list; i++)
		if ((e = settle_one(m, &list[i])) != ERR_OK)
			return e;
	if ((e = q_merge_move_consents(m->db, stays(m), goes(m), NULL)) !=
	    ERR_OK)
		return e;
	return move_soft(m);
}

/* Both records leave what was done to many at once. */
static enum err
leave_bulks(struct merge_run *m)
{
	enum err e;

	if ((e = q_merge_count_bulks(m->db, stays(m), goes(m), NULL)) !=
	    ERR_OK)
		return e;
	return q_merge_drop_bulks(m->db, stays(m), goes(m), NULL);
}

enum err
merge_move_rest(struct merge_run *m)
{
	static enum err (*const moves[])(struct db *db, uint64_t survivor,
	    uint64_t merged, uint64_t *ret_affected) = {
		q_merge_move_tags, q_merge_move_acts, q_merge_move_looks,
		q_merge_move_mails, q_merge_move_copies, q_merge_move_exports,
		q_merge_move_imports, q_merge_move_erasures,
		q_merge_move_address, q_merge_sooner_duty,
		q_merge_yield_duty, q_merge_move_duty,
		q_merge_move_membership, q_merge_move_business,
	};
	static enum err (*const drops[])(struct db *db, uint64_t merged,
	    uint64_t *ret_affected) = {
		q_merge_drop_tags, q_merge_drop_looks, q_merge_drop_words,
		q_merge_drop_places, q_merge_drop_sessions,
		q_merge_drop_duty, q_merge_drop_pairs,
		q_merge_drop_membership,
	};
	size_t i;
	enum err e;

	for (i = 0; i < LENGTH(moves); i++)
		if ((e = moves[i](m->db, stays(m), goes(m), NULL)) != ERR_OK)
			return e;
	for (i = 0; i < LENGTH(drops); i++)
		if ((e = drops[i](m->db, goes(m), NULL)) != ERR_OK)
			return e;
	if ((e = q_merge_move_crossings(m->db, stays(m), m->job->now_us,
	    goes(m), NULL)) != ERR_OK ||
	    (e = leave_bulks(m)) != ERR_OK)
		return e;
	return q_merge_move_files(m->db, stays(m), m->job->now_us, goes(m),
	    NULL);
}
