/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The legal clock of a request: by when it must be answered, and what moves
 * that day.  GDPR 12(3); Regulation (EEC, Euratom) 1182/71.
 */
#ifndef RIGHTS_RIGHTS_CLOCK_H
#define RIGHTS_RIGHTS_CLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cc.h"
#include "base/day.h"

#define RIGHTS_MONTHS		1	/* GDPR 12(3), first sentence */
#define RIGHTS_MONTHS_EXTENDED	3	/* and "two further months" */
#define RIGHTS_TARGET_DAYS	20	/* the house's own aim, inside a month */
#define RIGHTS_ALERTS		3
#define RIGHTS_LIFT_DAYS	14	/* told, then lifted; decision 63 */

/* The public holidays of the place where the answer is due; opaque. */
struct holidays;

/**
 * holidays_find(code):
 * Return the calendar named ${code}, or NULL: "FR" (Code du travail, L3133-1);
 * "FR-57", "FR-67", "FR-68" (Moselle, Bas-Rhin, Haut-Rhin, which add Good
 * Friday and 26 December, L3134-13); "EU" for everywhere else, with Saturdays
 * and Sundays only, so that its dates are never later than the law's.
 */
const struct holidays *holidays_find(const char *code);

/**
 * holidays_at(code):
 * Return the calendar named ${code}, or "EU" where it names none.
 */
const struct holidays *holidays_at(const char *code) NONNULL_RETURN;

/**
 * holidays_easter(year):
 * Return Easter Sunday of ${year} in the Gregorian calendar.
 */
struct day holidays_easter(int year);

/**
 * holidays_has(holidays, day), holidays_is_working(holidays, day):
 * Return whether ${day} is a public holiday; whether it is a working day: no
 * public holiday, Saturday or Sunday.
 *
 * Source: Regulation 1182/71, art. 2.
 */
bool holidays_has(const struct holidays *holidays, struct day day);
bool holidays_is_working(const struct holidays *holidays, struct day day);

/**
 * holidays_next_working(holidays, day):
 * Return ${day} if it is a working day, or the first working day after it.
 */
struct day holidays_next_working(const struct holidays *holidays,
    struct day day);

/**
 * rights_due(received, months, holidays):
 * Return the last day on which a request received on ${received} may still be
 * answered, ${months} calendar months later: RIGHTS_MONTHS, or
 * RIGHTS_MONTHS_EXTENDED once extended.  A day that the last month lacks
 * becomes that month's last day; a Saturday, Sunday or public holiday in
 * ${holidays} becomes the next working day.  Cannot fail.
 *
 * Source: GDPR 12(3); Regulation 1182/71, art. 3(2)(c) and 3(4).
 */
struct day rights_due(struct day received, int months,
    const struct holidays *holidays);

/**
 * rights_working_limit(received, months):
 * Return the day to plan for: the end of ${months} months without the shift
 * to a working day, and, when extended, the earlier of "receipt and three
 * months" and "end of the first month and two months".  Nobody can call an
 * answer by then late.
 */
struct day rights_working_limit(struct day received, int months);

/**
 * rights_target(received):
 * Return the day by which the house aims to answer.
 */
struct day rights_target(struct day received);

/**
 * rights_may_extend(received, today):
 * Return whether the person can still be told, on ${today}, that the answer
 * takes two further months: until the end of the first month, which neither
 * a holiday nor a pause moves here.
 *
 * Source: GDPR 12(3), third sentence.
 */
bool rights_may_extend(struct day received, struct day today);

/* Time that does not run while the person is asked for proof of identity. */
struct rights_pause {
	struct day start;	/* the day the person was asked */
	struct day end;		/* the day the proof came; y = 0 while open */
};

/* What the clock of one request is made of. */
struct rights_clock {
	struct day received;
	int months;			/* RIGHTS_MONTHS or .._EXTENDED */
	const struct rights_pause *pauses;	/* in the order of their start */
	size_t pauses_n;
};

/* What follows from it. */
struct rights_limits {
	struct day target;
	struct day working;
	struct day legal;	/* with pauses, then shifted to a working day */
	struct day alerts[RIGHTS_ALERTS];	/* legal less 10, 5, 1 days */
	int64_t paused_days;	/* by how much pauses have moved the limit */
};

/**
 * rights_limits(clock, today, holidays, ret_limits):
 * Work out every date of ${clock} as of ${today}.  Each pause moves the limits
 * by the days from its start to its end, or to ${today} while it is open;
 * days that several pauses share count once, and a pause that starts after
 * the limit moves nothing.  Cannot fail.
 *
 * Source: GDPR 12(3), 12(6); EDPB Guidelines 01/2022, section 5.3.
 */
void rights_limits(const struct rights_clock *clock, struct day today,
    const struct holidays *holidays, struct rights_limits *ret_limits);

enum rights_alert {
	RIGHTS_CALM,	/* more than ten days left */
	RIGHTS_TEN_DAYS,
	RIGHTS_FIVE_DAYS,
	RIGHTS_ONE_DAY,	/* the day before, and the last day itself */
	RIGHTS_OVERDUE,	/* an entry in the register */
	RIGHTS_ALERT__MAX
};

/**
 * rights_alert(legal, today):
 * Return how near ${today} is to the limit ${legal}.
 */
enum rights_alert rights_alert(struct day legal, struct day today);

#endif
