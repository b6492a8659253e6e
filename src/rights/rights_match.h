/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whose request is it that came in by the public form.
 * Law: GDPR 12(3), 12(6); FEATURES RG6.
 */
#ifndef RIGHTS_RIGHTS_MATCH_H
#define RIGHTS_RIGHTS_MATCH_H

#include "app/job.h"

/**
 * rights_match(job):
 * Job: of each case that came in by the public form, look once whose address
 * was typed.  When exactly one contact has it, the case becomes theirs, and
 * its texts are sealed anew under their proof key.  An address that nobody or
 * more than one has stays a case of somebody unknown.  It runs here and not in
 * the portal, whose answers must take as long for a stranger.
 */
enum err rights_match(struct job *job) MUST_CHECK;

#endif
