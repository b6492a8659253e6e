/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's table: every job there is.  A new one is a function in its
 * room's x_keeper.c and a row in jobs.c (GDPR 5(1)(e), 17, 32(1)(b)).
 */
#ifndef KEEPER_JOBS_H
#define KEEPER_JOBS_H

#include "app/job.h"

/* Ends with .name NULL. */
extern const struct job_row keeper_jobs[];

/**
 * jobs_find(name):
 * Return the row ${name}, or NULL.
 */
const struct job_row *jobs_find(const char *name);

#endif
