/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of this room share; no other room includes it (GDPR 32).
 */
#ifndef OUTBOX_INSIDE_H
#define OUTBOX_INSIDE_H

#include "keys/seal.h"
#include "outbox/outbox.h"

struct outbox {
	struct arena *arena;
	const char *host;	/* of Message-IDs */
	struct sealbox_sender *sender;
};

#endif
