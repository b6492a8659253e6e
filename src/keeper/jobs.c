/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who does what, how often, and what waits while the clock is in doubt
 * (GDPR 5(1)(e), 17, 32(1)(b)).
 */
#include "keeper/jobs.h"

#include "base/clock.h"
#include "consent/consent_keeper.h"
#include "contacts/contacts_keeper.h"
#include "custom/custom_keeper.h"
#include "custom/custom_use.h"
#include "erasure/erasure_keeper.h"
#include "erasure/kept_keeper.h"
#include "export/export_keeper.h"
#include "import/import_keeper.h"
#include "export/export_staff_keeper.h"
#include "keeper/heads_mail.h"
#include "keeper/purge.h"
#include "ledger/check_keeper.h"
#include "ledger/ledger_keeper.h"
#include "lists/lists_keeper.h"
#include "merge/merge_keeper.h"
#include "rights/rights_keeper.h"
#include "rights/rights_match.h"
#include "statistics/statistics_keeper.h"

const struct job_row keeper_jobs[] = {
/*	name		   every		destructive  run */
	{ "log_append",	   SECOND_US,		false, ledger_keeper_append },
	{ "contact_index", 2 * SECOND_US,	false, contacts_keeper_index },
	{ "consent_tell",  2 * SECOND_US,	false, consent_keeper_tell },
	{ "log_head",	   2 * SECOND_US,	false, ledger_keeper_head },
	{ "ledger_check",  SECOND_US,		false, ledger_keeper_check },
	{ "heads_mail",	   HOUR_US,		false, heads_mail },
	{ "erasure_due",   SECOND_US,		true,  erasure_keeper_due },
	{ "erasure_intent", HOUR_US,		false, erasure_keeper_intent },
	{ "erasure_run",   SECOND_US,		true,  erasure_keeper_run },
	{ "erasure_rescan", MINUTE_US,		true,  erasure_keeper_rescan },
	{ "kept_end",	   HOUR_US,		true,  kept_keeper_end },
	{ "custom_empty",  2 * SECOND_US,	true,  custom_keeper_empty },
	{ "sale_mark",	   HOUR_US,		false, consent_keeper_mark },
	{ "custom_expire", HOUR_US,		true,  custom_keeper_expire },
	{ "field_count",   HOUR_US,		false, custom_keeper_count },
	{ "contact_merge", SECOND_US,		false, merge_keeper_run },
	{ "merge_look",	   2 * SECOND_US,	false, merge_keeper_look },
	{ "merge_keys",	   HOUR_US,		true,  merge_keeper_keys },
	{ "rights_match",  2 * SECOND_US,	false, rights_match },
	{ "rights_alert",  HOUR_US,		false, rights_keeper_alert },
	{ "rights_lift",   HOUR_US,		true,  rights_keeper_lift },
	{ "signup_purge",  10 * MINUTE_US,	true,  purge_signups },
	{ "token_purge",   HOUR_US,		true,  purge_tokens },
	{ "session_purge", HOUR_US,		true,  purge_sessions },
	{ "budget_purge",  HOUR_US,		true,  purge_budgets },
	{ "request_key_purge", HOUR_US,		true,  purge_request_keys },
	{ "search_query_purge", 10 * MINUTE_US,	true,  purge_search_queries },
	{ "snapshot_walk", SECOND_US,		false, lists_keeper_walk },
	{ "snapshot_purge", 10 * MINUTE_US,	true,  lists_keeper_expire },
	{ "bulk",	   SECOND_US,		false, lists_keeper_bulk },
	{ "bulk_purge",	   10 * MINUTE_US,	true,  lists_keeper_bulk_expire },
	{ "suppression_purge", HOUR_US,		true,  purge_suppressions },
	{ "outbox_purge",  HOUR_US,		true,  purge_outbox },
	{ "export_build",  2 * SECOND_US,	false, export_build },
	{ "export_expire", 5 * MINUTE_US,	true,  export_expire },
	{ "import_read",   2 * SECOND_US,	false, import_keeper_read },
	{ "import_work",   2 * SECOND_US,	false, import_keeper_work },
	{ "import_tell",   10 * SECOND_US,	false, import_keeper_tell },
	{ "import_alert",  HOUR_US,		false, import_keeper_alert },
	{ "import_expire", 10 * SECOND_US,	true,  import_keeper_expire },
	{ "export_staff",  SECOND_US,		false, export_staff_build },
	{ "export_staff_expire", 10 * SECOND_US, true, export_staff_expire },
	{ "export_staff_note", 2 * SECOND_US,	false, export_staff_note },
	{ "statistics_months", MINUTE_US,	false, statistics_keeper_months },
	{ "statistics_today", HOUR_US,		false, statistics_keeper_today },
	{ .name = NULL }
};

const struct job_row *
jobs_find(const char *name)
{
	const struct job_row *row;

	for (row = keeper_jobs; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}
