/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The person's pages about copies of their data.
 * Law: GDPR 15(3), 20(1).
 */
#ifndef EXPORT_EXPORT_PORTAL_H
#define EXPORT_EXPORT_PORTAL_H

#include "app/ctx.h"

/**
 * export_portal_list(c):
 * GET /account/export: ask for a copy, and those that there are.
 */
enum err export_portal_list(struct ctx *c) MUST_CHECK;

/**
 * export_portal_access(c), export_portal_portable(c):
 * POST /account/export/access and /account/export/portable: open a case and
 * have the copy made.  While one of the kind is being made, show that one.
 */
enum err export_portal_access(struct ctx *c) MUST_CHECK;
enum err export_portal_portable(struct ctx *c) MUST_CHECK;

/**
 * export_portal_progress(c), export_portal_state(c):
 * GET /account/export/:id/progress, a page, and /account/export/:id/state,
 * JSON for its progress bar.  ERR_NOTFOUND for somebody else's copy.
 */
enum err export_portal_progress(struct ctx *c) MUST_CHECK;
enum err export_portal_state(struct ctx *c) MUST_CHECK;

/**
 * export_portal_download(c):
 * GET /account/export/:id: the ZIP file, and a line that says whether it was
 * sent to its end.  ERR_NOTFOUND for somebody else's, ERR_GONE when it is not
 * there any more.
 */
enum err export_portal_download(struct ctx *c) MUST_CHECK;

#endif
