/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Errors of the server and of the connector, and what each means for the
 * transaction in which it came.
 */
#include "db/inside.h"

static const struct {
	unsigned number;
	enum fate fate;
} fates[] = {
	{ 0,	FATE_NONE },
	{ 1020,	FATE_AGAIN },	/* changed since our snapshot */
	{ 1205,	FATE_AGAIN },	/* lock wait timeout */
	{ 1213,	FATE_AGAIN },	/* deadlock, or refused by the cluster */
	{ 1452,	FATE_AGAIN },	/* what the row hangs on went meanwhile */
	{ 1615,	FATE_AGAIN },	/* needs to be prepared again */
	{ 1047,	FATE_LOST },	/* the node left its cluster */
	{ 1053,	FATE_LOST },	/* shutting down */
	{ 1152,	FATE_LOST },	/* aborted connection */
	{ 1158,	FATE_LOST },	/* network read and write errors */
	{ 1159,	FATE_LOST },
	{ 1160,	FATE_LOST },
	{ 1161,	FATE_LOST },
	{ 1180,	FATE_LOST },	/* error during COMMIT */
	{ 1243,	FATE_LOST },	/* the server forgot the statement */
	{ 1927,	FATE_LOST },	/* killed */
	{ 1021,	FATE_DOWN },	/* disk full */
	{ 1040,	FATE_DOWN },	/* too many connections */
	{ 1114,	FATE_DOWN },	/* table full */
	{ 1203,	FATE_DOWN },	/* too many connections of this account */
	{ 1226,	FATE_DOWN },	/* a limit of this account */
	{ 1290,	FATE_DOWN },	/* read-only server */
	{ 1317,	FATE_DOWN },	/* interrupted */
	{ 1461,	FATE_DOWN },	/* too many prepared statements */
	{ 1792,	FATE_DOWN },	/* read-only transaction */
	{ 1836,	FATE_DOWN },	/* read-only mode */
	{ 1969,	FATE_DOWN },	/* max_statement_time */
	{ 1022,	FATE_DUPLICATE },
	{ 1062,	FATE_DUPLICATE },
	{ 1586,	FATE_DUPLICATE },
};

enum fate
fate_of(unsigned number)
{
	size_t i;

	for (i = 0; i < LENGTH(fates); i++)
		if (fates[i].number == number)
			return fates[i].fate;
	if (number >= 2000 && number < 3000) {
		switch (number) {
		case 2014:	/* commands out of sync */
		case 2030:	/* not prepared */
		case 2031:	/* no parameters bound */
		case 2034:	/* no such parameter */
		case 2036:	/* unsupported buffer type */
			return FATE_BUG;
		default:
			return FATE_LOST;
		}
	}
	return FATE_BUG;
}

enum err
fate_err(enum fate fate)
{
	static const enum err errs[] = {
		[FATE_NONE] = ERR_OK,
		[FATE_AGAIN] = ERR_DOWN,
		[FATE_LOST] = ERR_DOWN,
		[FATE_DOWN] = ERR_DOWN,
		[FATE_DUPLICATE] = ERR_CONFLICT,
		[FATE_BUG] = ERR_BUG,
	};

	return errs[fate];
}
