/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The courier's rules: no network, no database, no clock.
 */
#include "courier/verdict.h"

#include "base/cc.h"
#include "base/clock.h"

#define AGE_MAX_US	(3 * DAY_US)
#define AMBIGUOUS_US	(15 * MINUTE_US)

enum verdict
verdict_of(const struct smtp_answer *answer)
{
	unsigned kind = answer->reply / 100;

	if (answer->stage == SMTP_BODY) {
		if (kind == 2)
			return VERDICT_SENT;
		if (kind == 4)
			return VERDICT_RETRY;
		return kind == 5 ? VERDICT_BOUNCED : VERDICT_AMBIGUOUS;
	}
	if (answer->reply == 354)
		return VERDICT_AMBIGUOUS;
	return kind == 5 && answer->stage >= SMTP_RCPT ? VERDICT_BOUNCED :
	    VERDICT_RETRY;
}

bool
verdict_is_relay(const struct smtp_answer *answer)
{
	return answer->stage <= SMTP_MAIL || answer->reply == 421 ||
	    answer->reply / 100 < 4;
}

int64_t
wait_us(unsigned attempt, uint32_t chance)
{
	static const int64_t minutes[] = { 1, 5, 15, 60, 240, 480 };
	unsigned i = attempt < 1 ? 0 : attempt - 1;
	int64_t wait;

	if (i >= LENGTH(minutes))
		i = LENGTH(minutes) - 1;
	wait = minutes[i] * MINUTE_US;
	return wait - wait / 5 + (int64_t)chance % (2 * (wait / 5) + 1);
}

static struct outcome
ended(const char *state, const struct tried *tried, const char *why)
{
	return (struct outcome){ .state = state, .is_end = true,
	    .unsure = tried->unsure, .task = why };
}

static bool
is_over(const struct tried *tried, int64_t now_us)
{
	return tried->attempt >= ATTEMPTS_MAX ||
	    (tried->attempt >= ATTEMPTS_LEAST &&
	    now_us - tried->created_us >= AGE_MAX_US);
}

struct outcome
outcome_of(enum verdict verdict, const struct tried *tried, int64_t now_us,
    uint32_t chance)
{
	switch (verdict) {
	case VERDICT_SENT:
		return ended("sent", tried, NULL);
	case VERDICT_BOUNCED:
		return ended("bounced", tried,
		    tried->is_legal ? "refused" : NULL);
	case VERDICT_RETRY:
		if (is_over(tried, now_us))
			break;
		return (struct outcome){ .state = "retry",
		    .due_us = now_us + wait_us(tried->attempt, chance),
		    .unsure = tried->unsure };
	case VERDICT_AMBIGUOUS:
		if (tried->unsure > 0)
			return ended("dead", tried,
			    tried->is_legal ? "unsure" : NULL);
		return (struct outcome){ .state = "ambiguous",
		    .due_us = now_us + AMBIGUOUS_US,
		    .unsure = tried->unsure + 1 };
	case VERDICT__MAX:
		break;
	}
	return ended("dead", tried, tried->is_legal ? "tries" : NULL);
}

struct outcome
outcome_dead(const struct tried *tried, const char *why)
{
	return ended("dead", tried, why);
}
