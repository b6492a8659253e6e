/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parts of the first page (GDPR 12(3), 24).
 */
#ifndef OFFICE_DASHBOARD_H
#define OFFICE_DASHBOARD_H

#include "db/queries.h"
#include "office/office.h"

/**
 * dashboard_tasks(c, ret_list):
 * Return what waits for a decision of those who see everybody: a new array of
 * views, empty for all other roles.
 */
enum err dashboard_tasks(struct ctx *c, json_t **ret_list) MUST_CHECK;

/**
 * dashboard_is_site_wide(c):
 * Return whether figures of the whole site may be shown to the caller: who
 * sees a silo sees figures of that silo only (BT4).
 */
bool dashboard_is_site_wide(const struct ctx *c);

/**
 * dashboard_charts(c, today, n_today, ret_list):
 * Return the charts that the caller's role may see, as a new array of views
 * for shared/chart_bars.html.  ${today} are the contacts as they were last
 * counted; none before the first time.
 */
enum err dashboard_charts(struct ctx *c,
    const struct q_statistics_today *today, size_t n_today,
    json_t **ret_list) MUST_CHECK;

#endif
