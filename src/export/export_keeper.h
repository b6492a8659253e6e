/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keeper's jobs about copies: make those that were asked for, destroy
 * those whose time is over.
 * Law: GDPR 5(1)(e), 12(3), 15(3), 20(1); LAW R36.
 */
#ifndef EXPORT_EXPORT_KEEPER_H
#define EXPORT_EXPORT_KEEPER_H

#include "app/job.h"

/**
 * export_build(job):
 * Make the oldest copy that waits, or that a keeper left unfinished.  Its
 * chunks, the end of its case and the mail are stored together; one that is
 * cut off before is begun again.  After EXPORT_TRIES it has failed, and staff
 * get a task.
 */
enum err export_build(struct job *job) MUST_CHECK;

/**
 * export_expire(job):
 * Take note of whole downloads, and destroy the copies that are over: at
 * their time, or because their case was refused, cancelled or erased.
 */
enum err export_expire(struct job *job) MUST_CHECK;

#endif
