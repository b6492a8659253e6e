/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of searches and of who looked.
 */
#include "contacts/contacts_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "app/role.h"
#include "auth/auth_office.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/tree.h"
#include "db/queries.h"
#include "keys/seal.h"

#define QUERY_ID_BYTES 16

struct keeping {
	struct ctx *c;
	struct bytes id;
	struct bytes sealed;
};

static const char *
query_place(struct ctx *c, const char *id)
{
	return arena_printf(c->arena, "search_query|sealed|%s", id);
}

static enum err
keep_in_tx(struct db *db, void *arg)
{
	const struct keeping *k = arg;
	const struct ctx *c = k->c;

	return q_people_query_insert(db, k->id, c->caller.staff_id, k->sealed,
	    c->now_us + CONTACTS_QUERY_MINUTES * MINUTE_US, NULL);
}

enum err
contacts_query_keep(struct ctx *c, const struct contacts_query *query,
    const char **ret_id)
{
	unsigned char id[QUERY_ID_BYTES];
	struct keeping k = { .c = c };
	const char *name;
	json_t *typed;
	const char *text;
	enum err e;

	random_fill(id, sizeof(id));
	k.id = (struct bytes){ id, sizeof(id) };
	name = base64url_write(c->arena, k.id);
	typed = json_pack("{s:s, s:s, s:s}", "words", query->words, "reason",
	    query->reason, "filter", query->filter);
	text = tree_text(c->arena, typed, JSON_COMPACT);
	json_decref(typed);
	k.sealed = seal(c->arena, key_get(c->worker->keys, KEY_QUERY),
	    query_place(c, name), (struct bytes){
	    (const unsigned char *)text, strlen(text) });
	if ((e = tx_run(c->db, NULL, c->arena, keep_in_tx, &k, NULL)) !=
	    ERR_OK)
		return e;
	*ret_id = name;
	return ERR_OK;
}

enum err
contacts_query_load(struct ctx *c, const char *id,
    struct contacts_query *ret_query)
{
	struct q_people_query_load row;
	struct bytes bytes, plain;
	const char *filter;
	json_t *typed;
	enum err e;

	if (base64url_read(c->arena, id, &bytes) != ERR_OK ||
	    bytes.len != QUERY_ID_BYTES)
		return ERR_NOTFOUND;
	if ((e = q_people_query_load(c->db, c->arena, bytes,
	    c->caller.staff_id, c->now_us, &row)) != ERR_OK)
		return e;
	if (keys_unseal(c->arena, c->worker->keys, KEY_QUERY,
	    query_place(c, id), row.sealed, &plain) != ERR_OK)
		return ERR_NOTFOUND;
	typed = json_loadb((const char *)plain.ptr, plain.len, 0, NULL);
	if (typed == NULL)
		return ERR_BUG;
	filter = json_string_value(json_object_get(typed, "filter"));
	*ret_query = (struct contacts_query){ arena_text(c->arena, id),
	    arena_text(c->arena, json_string_value(json_object_get(typed,
	    "words"))), arena_text(c->arena, json_string_value(
	    json_object_get(typed, "reason"))), arena_text(c->arena,
	    filter == NULL ? "" : filter) };
	json_decref(typed);
	return ERR_OK;
}

/* A line, and whom it shows. */
struct looked {
	struct ctx *c;
	const struct contacts_looking *looking;
	const char *ids;	/* JSON */
};

static enum err
looked_in_tx(struct db *db, void *arg)
{
	const struct looked *k = arg;
	const struct ctx *c = k->c;
	struct q_people_line line;
	enum err e;

	if ((e = q_people_line(db, c->arena, c->caller.staff_id,
	    role_choices[c->caller.role].value, c->caller.team_id,
	    k->looking->kind, k->looking->reason, c->now_us, &line)) != ERR_OK)
		return e;
	return q_people_seen(db, line.id, k->ids, NULL);
}

enum err
contacts_looked(struct ctx *c, const struct contacts_looking *looking,
    const uint64_t *ids, size_t n)
{
	struct looked k = { .c = c, .looking = looking };
	struct buf b;
	size_t i;

	buf_open(&b, c->arena);
	buf_char(&b, '[');
	for (i = 0; i < n; i++) {
		buf_text(&b, i == 0 ? "" : ",");
		buf_text(&b, arena_printf(c->arena, "%" PRIu64, ids[i]));
	}
	buf_char(&b, ']');
	k.ids = b.ptr;
	return tx_run(c->db, NULL, c->arena, looked_in_tx, &k, NULL);
}
