/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What doctor asks the database: reachable, set up so that nothing
 * acknowledged is lost, at the right version (GDPR 5(1)(f), 32(1)(b)).
 */
#include <inttypes.h>

#include "app/gate.h"
#include "base/clock.h"
#include "cli/doctor.h"
#include "db/queries.h"
#include "keeper/guard.h"

#define HEAD_OLD_US	(2 * HOUR_US)
#define DAY_S		86400u

void
doctor_database(struct doctor *d)
{
	if (cli_open_db(d->cli, 30) != CLI_OK) {
		doctor_bad(d, "the database section cannot be meant",
		    "correct it in %s", d->cli->config_file);
		return;
	}
	db_begin(d->cli->db, clock_ticks_us() + 5 * SECOND_US, DB_JOB);
	if (db_check_health(d->cli->db) != ERR_OK) {
		doctor_bad(d, "the owner's account cannot work",
		    "read the line above; start MariaDB, see that %s%s may connect with the password in %s/owner.pw, then: assent migrate",
		    d->cli->config->db_user_prefix == NULL ? "" :
		    d->cli->config->db_user_prefix, "owner",
		    d->cli->config->db_password_dir);
		return;
	}
	d->has_db = true;
	doctor_good(d, "%s answers", d->cli->config->db_name);
}

/* How long the site says that binary logs live: it stands in receipts. */
static uint64_t
binlog_days(struct doctor *d)
{
	struct site_info info;

	if (gate_site_load(d->cli->db, d->cli->arena, &info) != ERR_OK)
		return 0;
	return info.binlog_days;
}

static void
check_binlog(struct doctor *d, const struct q_cli_settings *v)
{
	uint64_t days = binlog_days(d);

	if (!v->has_binlog)
		return;
	if (v->sync_binlog != 1)
		doctor_bad(d, "sync_binlog is not 1",
		    "set sync_binlog = 1 in MariaDB's configuration");
	if (v->binlog_expire_s == 0 || (days > 0 &&
	    v->binlog_expire_s > days * DAY_S))
		doctor_bad(d, "binary logs live longer than receipts say",
		    "set binlog_expire_logs_seconds = %" PRIu64
		    ", or change the site's days for binary logs",
		    (days == 0 ? 7 : days) * DAY_S);
}

void
doctor_settings(struct doctor *d)
{
	struct q_cli_settings v;
	unsigned before = d->n_bad;

	if (!d->has_db)
		return;
	if (q_cli_settings(d->cli->db, d->cli->arena, &v) != ERR_OK) {
		doctor_bad(d, "the server does not tell its settings",
		    "use MariaDB 10.11 or later");
		return;
	}
	if (v.flush != 1)
		doctor_bad(d, "innodb_flush_log_at_trx_commit is not 1",
		    "set it to 1: otherwise a crash loses what was acknowledged");
	check_binlog(d, &v);
	if (!v.has_rollback_on_timeout)
		doctor_bad(d, "innodb_rollback_on_timeout is off",
		    "set innodb_rollback_on_timeout = ON and restart MariaDB");
	if (v.has_local_infile)
		doctor_bad(d, "local_infile is on", "set local_infile = OFF");
	if (!v.has_scrub)
		doctor_bad(d, "deleted rows stay in the table files",
		    "set innodb_immediate_scrub_data_uncompressed = ON");
	if (strstr(v.sql_mode, "STRICT_") == NULL)
		doctor_bad(d, "the server's sql_mode is not strict",
		    "set sql_mode = STRICT_ALL_TABLES,... as conf/mariadb/assent.cnf does");
	if (strcmp(v.charset, "utf8mb4_nopad_bin") != 0)
		doctor_bad(d, "the database compares text otherwise than as bytes",
		    "make %s compare text by utf8mb4_nopad_bin, as grants.sql creates it",
		    d->cli->config->db_name);
	if (d->n_bad == before)
		doctor_good(d, "MariaDB %s is set up as it must be",
		    v.version);
}

void
doctor_schema(struct doctor *d)
{
	struct site_info info;

	if (!d->has_db)
		return;
	if (db_check_schema(d->cli->db, DB_SCHEMA_VERSION) != ERR_OK) {
		doctor_bad(d, "the tables are of another version than the programs",
		    "assent migrate, then restart the programs");
		return;
	}
	if (db_check_statements(d->cli->db) != ERR_OK) {
		doctor_bad(d, "the server refuses statements of the owner",
		    "assent migrate; the lines above name them");
		return;
	}
	if (gate_site_load(d->cli->db, d->cli->arena, &info) != ERR_OK) {
		doctor_bad(d, "the site does not say who is responsible",
		    "fill in the controller, the contact and the DPO in the back-office");
		return;
	}
	doctor_good(d, "version %d", DB_SCHEMA_VERSION);
}

void
doctor_clock(struct doctor *d)
{
	struct q_keeper_clock_load mark;
	enum err e;

	if (!d->has_db)
		return;
	e = q_keeper_clock_load(d->cli->db, d->cli->arena, &mark);
	if (e == ERR_NOTFOUND)
		doctor_bad(d, "the keeper has never run",
		    "start assent-keeper");
	else if (e != ERR_OK)
		doctor_bad(d, "the mark of the clock cannot be read",
		    "assent migrate");
	else if (guard_judge(mark.high_us, mark.accepted_us,
	    clock_now_us()) != GUARD_GOOD)
		doctor_bad(d, "work was last done at quite another time",
		    "start assent-keeper if it does not run, and look again; if it runs and the clock is right: assent clock accept");
	else
		doctor_good(d, "work was last done at %s", clock_iso(
		    d->cli->arena, mark.high_us));
}

void
doctor_log(struct doctor *d)
{
	struct q_ledger_head_last head;
	int64_t age_us;

	if (!d->has_db)
		return;
	if (q_ledger_head_last(d->cli->db, d->cli->arena, &head) != ERR_OK) {
		doctor_bad(d, "the log has no signed head yet",
		    "start assent-keeper; the first comes within a minute");
		return;
	}
	age_us = clock_now_us() - head.at_us;
	if (age_us > HEAD_OLD_US)
		doctor_bad(d, "the last head was signed more than two hours ago",
		    "start assent-keeper, and read its log");
	else
		doctor_good(d, "signed over %" PRIu64 " leaves at %s",
		    head.size, clock_iso(d->cli->arena, head.at_us));
}
