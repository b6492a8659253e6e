/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two documents without a session, drawn from rows that only grow
 * (GDPR 5(2), 12(1)).
 */
#include "ledger/ledger_portal.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "db/queries.h"
#include "ledger/ledger_verify.h"
#include "ledger/proof.h"

#define HEADS_SHOWN 100

static enum err
answer(struct ctx *c, const char *text)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	return json == NULL ? ERR_BUG : page_json(c, 200, json);
}

enum err
ledger_portal_jwks(struct ctx *c)
{
	struct jwks keys;
	enum err e;

	if ((e = ledger_jwks(c->db, c->arena, &keys)) != ERR_OK)
		return e;
	return answer(c, jwks_write(c->arena, &keys));
}

enum err
ledger_portal_heads(struct ctx *c)
{
	const struct param *before = params_find(&c->query, "before");
	struct q_ledger_heads_before *rows;
	const char *heads[HEADS_SHOWN];
	uint64_t id = UINT64_MAX;
	size_t i, n;
	enum err e;

	if (before != NULL && (strlen(before->value) > 20 ||
	    parse_u64(before->value, &id) != ERR_OK))
		return ERR_NOTFOUND;
	if ((e = q_ledger_heads_before(c->db, c->arena, id, HEADS_SHOWN,
	    &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		heads[i] = rows[i].jws;
	if (n == HEADS_SHOWN)
		http_header(c->res, "Link", arena_printf(c->arena,
		    "</.well-known/assent/heads?before=%" PRIu64
		    ">; rel=\"next\"", rows[n - 1].id));
	return answer(c, heads_write(c->arena, heads, n));
}
