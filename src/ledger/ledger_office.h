/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit as those read it who oversee, entered from the office's route
 * table only.
 * Law: GDPR 5(2), 32(1)(b).
 */
#ifndef LEDGER_LEDGER_OFFICE_H
#define LEDGER_LEDGER_OFFICE_H

#include "app/ctx.h"

enum err ledger_office_list(struct ctx *c);	/* GET /audit */

#endif
