/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Everything that hangs on a contact, and what a merge does with it.  A new
 * table gets its line here and is done in merge_sealed.c, merge_move.c or
 * merge_put.c; a test fails for one that lacks its line (GDPR 5(1)(d)).
 */
#include "merge/merge_move.h"

#include <stddef.h>

const struct merge_table merge_tables[] = {
	{ "access_subject", MERGE_MOVED },	/* once for each look */
	{ "address_change", MERGE_MOVED },
	{ "archive_item", MERGE_REFUSED },	/* of an erasure: never of a record that is there */
	{ "audit_subject", MERGE_MOVED },	/* its commitment opens with the old number */
	{ "bulk_contact", MERGE_DROPPED },	/* of both: counted as changed since */
	{ "consent_soft_opt_in", MERGE_SETTLED },
	{ "consent_state", MERGE_SETTLED },	/* a no holds, whatever the other says */
	{ "consent_subject", MERGE_MOVED },	/* proofs of both; as audit_subject */
	{ "contact_history", MERGE_RESEALED },
	{ "contact_merge", MERGE_MOVED },	/* whoever led to it leads on */
	{ "contact_provenance", MERGE_SETTLED },	/* of what is taken */
	{ "contact_reach", MERGE_SETTLED },	/* each value once; main ones step back */
	{ "contact_tag", MERGE_SETTLED },	/* each label once */
	{ "contact_word", MERGE_DROPPED },	/* made again of the name that stays */
	{ "crossing", MERGE_MOVED },		/* an open one ends */
	{ "custom_value", MERGE_RESEALED },	/* the one that is chosen; the other is history */
	{ "duplicate", MERGE_DROPPED },		/* the walk finds what is left */
	{ "erasure", MERGE_MOVED },		/* cancelled ones; else refused */
	{ "evidence", MERGE_RESEALED },		/* with its pieces */
	{ "import", MERGE_MOVED },		/* a corrected file that waits ends */
	{ "import_row", MERGE_MOVED },		/* no longer taken back */
	{ "interaction", MERGE_RESEALED },
	{ "membership", MERGE_SETTLED },	/* of the one that stays, else the other's */
	{ "notice_duty", MERGE_SETTLED },	/* who was to be told is to be told, by the sooner day */
	{ "organisation", MERGE_MOVED },	/* whose own business it is */
	{ "outbox", MERGE_MOVED },
	{ "package", MERGE_MOVED },		/* ended ones; else refused */
	{ "person_key", MERGE_LATER },		/* when no backup needs it any more */
	{ "portal_session", MERGE_DROPPED },	/* they sign in again, to the whole record */
	{ "quarantine", MERGE_REFUSED },
	{ "rights_request", MERGE_RESEALED },
	{ "snapshot_contact", MERGE_DROPPED },
	{ "staff_export", MERGE_MOVED },
	{ NULL, MERGE_MOVED }
};
