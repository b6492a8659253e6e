/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is sealed with the key of the one that goes is sealed anew with that of
 * the one that stays: its erasure then destroys the key of all of it
 * (GDPR 5(1)(d), 17, 32(1)(a)).
 */
#include "merge/merge_move.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"
#include "evidence/evidence.h"
#include "keys/person.h"

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

/* The keys of both, of one class. */
struct resealing {
	struct merge_run *m;
	const char *table;
	bool has_old;
	unsigned char old[KEY_BYTES];
	unsigned char new[KEY_BYTES];
};

static enum err
open_keys(struct resealing *k, struct merge_run *m, enum person_class class,
    const char *table)
{
	const struct person_key wanted = { stays(m), class, m->job->now_us };
	struct arena *a = m->job->arena;
	enum err e;

	k->m = m;
	k->table = table;
	e = person_key_load(m->db, a, m->job->keys, goes(m), class, k->old);
	k->has_old = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	return person_key_take(m->db, a, m->job->keys, &wanted, k->new);
}

static void
close_keys(struct resealing *k)
{
	secret_wipe(k->old, sizeof(k->old));
	secret_wipe(k->new, sizeof(k->new));
}

static enum err
does_not_open(const struct merge_run *m, const char *table)
{
	log_fault("event=merge.sealed merge=%" PRIu64 " table=%s error=does_not_open",
	    m->merge_id, table);
	return ERR_MALFORMED;
}

/* What does not open is not lost by a merge: it ends it. */
static enum err
reseal(struct resealing *k, const char *column, struct bytes sealed,
    struct bytes *ret_sealed)
{
	const struct person_place place = { k->table, column, goes(k->m) };
	const char *text;

	*ret_sealed = sealed;
	if (sealed.ptr == NULL)
		return ERR_OK;
	if (!k->has_old || person_unseal(k->m->job->arena, k->old, &place,
	    sealed, &text) != ERR_OK)
		return does_not_open(k->m, k->table);
	*ret_sealed = person_seal(k->m->job->arena, k->new, k->table, column,
	    stays(k->m), text);
	return ERR_OK;
}

static enum err
move_interactions(struct merge_run *m, struct resealing *k)
{
	struct q_merge_interactions *rows;
	struct bytes detail;
	size_t i, n = 1;
	enum err e;

	while (n > 0) {
		if ((e = q_merge_interactions(m->db, m->job->arena, goes(m),
		    &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			if ((e = reseal(k, "detail_sealed",
			    rows[i].detail_sealed, &detail)) != ERR_OK ||
			    (e = q_merge_interaction_move(m->db, stays(m),
			    detail, rows[i].id, NULL)) != ERR_OK)
				return e;
	}
	return ERR_OK;
}

static enum err
move_history(struct merge_run *m, struct resealing *k)
{
	struct q_merge_history *rows;
	struct bytes old, new;
	size_t i, n = 1;
	enum err e;

	while (n > 0) {
		if ((e = q_merge_history(m->db, m->job->arena, goes(m), &rows,
		    &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			if ((e = reseal(k, "old_sealed", rows[i].old_sealed,
			    &old)) != ERR_OK ||
			    (e = reseal(k, "new_sealed", rows[i].new_sealed,
			    &new)) != ERR_OK ||
			    (e = q_merge_history_move(m->db, stays(m), old,
			    new, rows[i].id, NULL)) != ERR_OK)
				return e;
	}
	return ERR_OK;
}

static enum err
move_requests(struct merge_run *m, struct resealing *k)
{
	struct q_merge_requests *rows;
	struct bytes words, mailbox, answer, extended;
	size_t i, n = 1;
	enum err e;

	while (n > 0) {
		if ((e = q_merge_requests(m->db, m->job->arena, goes(m),
		    &rows, &n)) != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			if ((e = reseal(k, "words_sealed",
			    rows[i].words_sealed, &words)) != ERR_OK ||
			    (e = reseal(k, "mailbox_sealed",
			    rows[i].mailbox_sealed, &mailbox)) != ERR_OK ||
			    (e = reseal(k, "answer_sealed",
			    rows[i].answer_sealed, &answer)) != ERR_OK ||
			    (e = reseal(k, "extended_sealed",
			    rows[i].extended_sealed, &extended)) != ERR_OK ||
			    (e = q_merge_request_move(m->db, stays(m), words,
			    mailbox, answer, extended, rows[i].id, NULL)) !=
			    ERR_OK)
				return e;
	}
	return ERR_OK;
}

/* The field of the pair, or NULL for a value that opened for neither. */
static const struct merge_custom *
custom_of(const struct merge_run *m, uint64_t field_id)
{
	size_t i;

	for (i = 0; i < m->pair.n_custom; i++)
		if (m->pair.custom[i].field->id == field_id)
			return &m->pair.custom[i];
	return NULL;
}

/* The value that is chosen; merge_remember() has the other. */
static enum err
move_values(struct merge_run *m, struct resealing *k)
{
	const struct merge_custom *custom;
	struct q_merge_values *rows;
	struct bytes sealed;
	size_t i, n;
	enum err e;

	if ((e = q_merge_values(m->db, m->job->arena, goes(m), &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		if ((e = reseal(k, "sealed", rows[i].sealed, &sealed)) !=
		    ERR_OK)
			return e;
		custom = custom_of(m, rows[i].field_id);
		if ((e = q_custom_clear(m->db, custom != NULL &&
		    !custom->is_taken ? goes(m) : stays(m),
		    rows[i].field_id, NULL)) != ERR_OK ||
		    (e = q_merge_value_take(m->db, stays(m), sealed, goes(m),
		    rows[i].field_id, NULL)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
move_files(struct merge_run *m, struct resealing *k)
{
	struct q_merge_files *rows;
	struct evidence_stored stored = { .key = k->old };
	size_t i, n;
	enum err e;

	if ((e = q_merge_files(m->db, m->job->arena, goes(m), &rows, &n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++) {
		stored.id = rows[i].id;
		stored.size_bytes = rows[i].size_bytes;
		if (!k->has_old)
			return does_not_open(m, k->table);
		if ((e = evidence_reseal(m->db, &stored, k->new)) != ERR_OK ||
		    (e = q_merge_file_move(m->db, stays(m), rows[i].id,
		    NULL)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
merge_move_sealed(struct merge_run *m)
{
	static const struct {
		enum person_class class;
		const char *table;
		enum err (*move)(struct merge_run *m, struct resealing *k);
	} all[] = {
		{ PERSON_LIVE, "interaction", move_interactions },
		{ PERSON_LIVE, "contact_history", move_history },
		{ PERSON_LIVE, "custom_value", move_values },
		{ PERSON_LIVE, "evidence_chunk", move_files },
		{ PERSON_PROOF, "rights_request", move_requests },
	};
	struct resealing k;
	size_t i;
	enum err e;

	for (i = 0; i < LENGTH(all); i++) {
		memset(&k, 0, sizeof(k));
		e = open_keys(&k, m, all[i].class, all[i].table);
		if (e == ERR_OK)
			e = all[i].move(m, &k);
		close_keys(&k);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

