/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The description of a company put into the database: what is new or changed
 * becomes a new version, what is the same stays, and no version that somebody
 * chose under is written again.  Law: GDPR 5(1)(b), 7(1), 13.
 */
#ifndef CLI_SITE_PUT_H
#define CLI_SITE_PUT_H

#include <jansson.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/cli.h"

struct site_put {
	struct cli *cli;
	json_t *doc;		/* has passed site_check() */
	int64_t now_us;
	/* set by site_put() */
	struct buf said;	/* a line for each thing that was changed */
	size_t n_changed;
	const char *refused;	/* why nothing may be stored, or NULL */
	uint64_t notice_id;
	uint64_t *versions;	/* of the purposes, in their order */
};

/**
 * site_put(l, db):
 * Store ${l}, in the transaction in hand; what the file does not name stays as
 * it is.  ERR_INVALID, with l->refused, when people have chosen under what the
 * file would make another thing of: the basis of a purpose, whether it is
 * commercial, a channel that somebody said yes to; or when the portal could
 * not show a form.
 *
 * Source: GDPR 5(1)(b), 7(1).
 */
enum err site_put(struct site_put *l, struct db *db) MUST_CHECK;

#endif
