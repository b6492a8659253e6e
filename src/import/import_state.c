/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Basis, source and date are stated: who was in quarantine is a contact like
 * others (GDPR 5(1)(b), 6(1), 14(2)(f); FEATURES X22).
 */
#include "import/import_inside.h"

#include "base/clock.h"

enum err
import_state(struct db *db, const struct import_stating *k)
{
	const struct import_terms *t = &k->terms;
	int64_t at_us = day_start_us(t->date);
	enum err e;

	const char *source = arena_printf(k->a, "import:%s", t->source);

	if ((e = q_import_state_origins(db, source, at_us, k->first, k->last,
	    k->import_id, NULL)) != ERR_OK ||
	    (e = q_import_state(db, t->basis, source, at_us, k->now_us,
	    k->first, k->last, k->import_id, NULL)) != ERR_OK ||
	    (e = q_import_state_notices(db, k->first, k->last, k->import_id,
	    NULL)) != ERR_OK)
		return e;
	return q_import_state_end(db, k->first, k->last, k->import_id, NULL);
}
