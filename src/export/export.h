/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Copies of a person's data: how large their pieces are and how long they
 * last, for the portal that gives them and the keeper that makes them.
 * Law: GDPR 15, 20; LAW R36.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "base/clock.h"

#define EXPORT_CHUNK_BYTES	(256u * 1024)	/* of the ZIP file, before sealing */
#define EXPORT_DAYS		7		/* at most */
#define EXPORT_HOURS		24		/* after the first whole download */
#define EXPORT_TRIES		5		/* then staff are told */

/* A chunk is sealed with the person's live key, at this place and number. */
#define EXPORT_CHUNK_PLACE	"package_chunk"

#define EXPORT_TYP		"assent-package+jwt"

#endif
