/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What has a short life ends here: sign-ups that nobody confirmed, spent
 * links, old sessions, counters, the mails that are over, objections past the
 * date to which they are kept.
 * GDPR 5(1)(e); LAW R2.
 */
#ifndef KEEPER_PURGE_H
#define KEEPER_PURGE_H

#include "app/job.h"

/**
 * purge_signups(job):
 * Remove sign-ups past their date, and the rows that say whose their consent
 * events were; the events stay, and nobody can tell whose they are.
 */
enum err purge_signups(struct job *job) MUST_CHECK;

/**
 * purge_tokens(job), purge_sessions(job), purge_budgets(job),
 * purge_request_keys(job), purge_search_queries(job), purge_outbox(job):
 * Remove the rows of these tables that are over, each after its own time; the
 * times stand in purge.c.  A mail that waits is never removed.
 *
 * purge_suppressions(job):
 * Remove what is suppressed past its date, and nothing before it, superseded or
 * not: a later no makes such a row count again (LAW R32).
 */
enum err purge_tokens(struct job *job) MUST_CHECK;
enum err purge_sessions(struct job *job) MUST_CHECK;
enum err purge_budgets(struct job *job) MUST_CHECK;
enum err purge_request_keys(struct job *job) MUST_CHECK;
enum err purge_search_queries(struct job *job) MUST_CHECK;
enum err purge_suppressions(struct job *job) MUST_CHECK;
enum err purge_outbox(struct job *job) MUST_CHECK;

#endif
