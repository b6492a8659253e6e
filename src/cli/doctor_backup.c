/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Backups as receipts promise them: there, and gone in time
 * (GDPR 5(1)(e), 17(1), 32(1)(c)).
 */
#include "cli/doctor.h"

#include <glob.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "app/gate.h"
#include "base/clock.h"

#define NEWEST_US	(2 * DAY_US)
#define KEY_COPY_US	(26 * HOUR_US)	/* a day, and a late timer */

/* How long ago ${path} was written; negative when it is not there. */
static int64_t
age_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return -1;
	return clock_now_us() - (int64_t)st.st_mtime * SECOND_US;
}

static void
check_key_copy(struct doctor *d)
{
	const char *path = d->cli->config->key_copy;
	int64_t age_us;

	if (path == NULL)
		return;
	age_us = age_of(path);
	if (age_us < 0)
		doctor_bad(d, arena_printf(d->cli->arena,
		    "there is no copy of the key store at %s", path),
		    "assent backup writes it; without it a lost disk loses every sealed field");
	else if (age_us > KEY_COPY_US)
		doctor_bad(d, arena_printf(d->cli->arena, "%s is %" PRId64
		    " hours old; receipts say that destroyed keys leave it within a day",
		    path, age_us / HOUR_US),
		    "run assent backup every night: systemctl enable --now assent-backup@%s.timer",
		    d->cli->config->site);
	else
		doctor_good(d, "the key store's copy is of the last day");
}

static void
check_files(struct doctor *d, const struct site_info *site)
{
	const struct config *config = d->cli->config;
	unsigned before = d->n_bad;
	int64_t age_us, newest_us = INT64_MAX;
	glob_t found;
	size_t i;

	if (glob(arena_printf(d->cli->arena, "%s/%s-????????T??????Z.sql*",
	    config->backup_dir, config->site), 0, NULL, &found) != 0)
		found.gl_pathc = 0;
	for (i = 0; i < found.gl_pathc; i++) {
		age_us = age_of(found.gl_pathv[i]);
		if (age_us >= 0 && age_us < newest_us)
			newest_us = age_us;
		if (age_us > (int64_t)(site->backup_days + 1) * DAY_US)
			doctor_bad(d, arena_printf(d->cli->arena,
			    "%s is older than the %" PRIu64
			    " days that receipts promise", found.gl_pathv[i],
			    site->backup_days), "remove it");
	}
	if (found.gl_pathc > 0)
		globfree(&found);
	if (newest_us > NEWEST_US)
		doctor_bad(d, newest_us == INT64_MAX ? "there is no backup" :
		    "the newest backup is older than two days",
		    "assent backup, and every night: systemctl enable --now assent-backup@%s.timer",
		    config->site);
	else if (d->n_bad == before)
		doctor_good(d, "backups are there, and none is older than %"
		    PRIu64 " days", site->backup_days);
}

void
doctor_backup(struct doctor *d)
{
	struct site_info site;

	if (!d->has_db)
		return;
	if (gate_site_load(d->cli->db, d->cli->arena, &site) !=
	    ERR_OK) {
		doctor_bad(d, "how long backups may live is not known",
		    "see the database's lines");
		return;
	}
	if (d->cli->config->backup_dir == NULL)
		doctor_good(d, "not made by assent backup: see that none is kept longer than the %"
		    PRIu64 " days that receipts promise", site.backup_days);
	else
		check_files(d, &site);
	check_key_copy(d);
}
