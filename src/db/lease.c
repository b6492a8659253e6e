/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Leases by compare-and-set: locks of the server hold on one node only.
 */
#include "db/lease.h"

#include "db/queries.h"

struct taking {
	const char *name;
	const char *owner;
	int64_t now_us;
	int64_t until_us;
	struct arena *a;
	uint64_t fence;
};

static enum err
take_in_tx(struct db *db, void *arg)
{
	struct taking *t = arg;
	struct q_lease_load row;
	uint64_t n;
	enum err e;

	if ((e = q_lease_take(db, t->owner, t->until_us, t->name, t->now_us,
	    &n)) != ERR_OK)
		return e;
	e = q_lease_load(db, t->a, t->name, &row);
	if (e == ERR_NOTFOUND) {
		t->fence = 1;
		return q_lease_insert(db, t->name, t->owner, t->until_us, NULL);
	}
	if (e != ERR_OK)
		return e;
	t->fence = row.fence;
	return n == 1 ? ERR_OK : ERR_CONFLICT;
}

enum err
lease_take(struct db *db, const char *name, const char *owner,
    int64_t now_us, int64_t until_us, uint64_t *ret_fence)
{
	struct taking t = { .name = name, .owner = owner, .now_us = now_us,
	    .until_us = until_us };
	enum err e;

	t.a = arena_open();
	e = tx_run(db, NULL, t.a, take_in_tx, &t, NULL);
	arena_close(t.a);
	if (e == ERR_OK)
		*ret_fence = t.fence;
	return e;
}

static enum err
drop_in_tx(struct db *db, void *arg)
{
	const struct taking *t = arg;

	return q_lease_drop(db, t->name, t->owner, NULL);
}

enum err
lease_drop(struct db *db, const char *name, const char *owner)
{
	struct taking t = { .name = name, .owner = owner };
	enum err e;

	t.a = arena_open();
	e = tx_run(db, NULL, t.a, drop_in_tx, &t, NULL);
	arena_close(t.a);
	return e;
}
