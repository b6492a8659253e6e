/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Running a compiled template.  Only for the files of this room.
 */
#ifndef HTML_RENDER_H
#define HTML_RENDER_H

#include <jansson.h>

#include "base/buf.h"
#include "html/template.h"

/**
 * render_run(program, view, out):
 * Append what ${program} makes of ${view} to ${out}.  ERR_BUG as for
 * html_render(), and then nothing is appended.
 */
enum err render_run(const struct program *program, json_t *view,
    struct buf *out) MUST_CHECK;

#endif
