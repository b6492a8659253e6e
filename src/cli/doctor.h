/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * assent doctor: what the checks share (GDPR 32(1)(b), (d)).
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"

struct doctor {
	struct cli *cli;
	const char *name;	/* of the check in hand */
	json_t *list;
	unsigned n_bad;
	bool has_db;		/* the owner's account works */
	const char *run_dir;	/* of the sockets */
	const char *nginx_file;	/* its main one; NULL: where it looks itself */
};

/**
 * doctor_good(d, format, ...), doctor_bad(d, what, format, ...):
 * Say that the check in hand holds, or ${what} is wrong and what to do.
 */
void doctor_good(struct doctor *d, const char *format, ...)
    PRINTF_LIKE(2, 3);
void doctor_bad(struct doctor *d, const char *what, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The checks; each says one thing at least. */
void doctor_database(struct doctor *d);
void doctor_settings(struct doctor *d);
void doctor_schema(struct doctor *d);
void doctor_keys(struct doctor *d);
void doctor_programs(struct doctor *d);
void doctor_journal(struct doctor *d);
void doctor_sockets(struct doctor *d);
void doctor_mail(struct doctor *d);
void doctor_sso(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_log(struct doctor *d);
void doctor_backup(struct doctor *d);

#endif
