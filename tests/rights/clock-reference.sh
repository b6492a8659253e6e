#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# clock-reference.sh: compare the legal clock of every day from 1970 to 2100
# with a second reckoning, made another way in another language.
set -eu
list=$(mktemp)
trap 'rm -f "$list"' EXIT
"$top_builddir/tests/rights/clock" list >"$list"
/usr/bin/python3 - "$list" <<'PYTHON'
import calendar
import datetime
import functools
import sys

DAY = datetime.timedelta(days=1)
FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}


@functools.lru_cache(None)
def easter(year):
    """The first Sunday after the paschal full moon, by the epact."""
    century = year // 100 + 1
    golden = year % 19 + 1
    solar = 3 * century // 4 - 12
    lunar = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + lunar - solar) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    moon = 44 - epact
    if moon < 21:
        moon += 30
    day = datetime.date(year, 3, 1) + (moon - 1) * DAY
    return day + (6 - day.weekday() or 7) * DAY


@functools.lru_cache(None)
def holidays(year, local):
    feast = easter(year)
    days = {datetime.date(year, m, d) for m, d in FIXED}
    days |= {feast + n * DAY for n in (1, 39, 50)}
    if local:
        days |= {feast - 2 * DAY, datetime.date(year, 12, 26)}
    return days


def add(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def due(day, months, local):
    day = add(day, months)
    while day.weekday() > 4 or day in holidays(day.year, local):
        day += DAY
    return day


day = datetime.date(1970, 1, 1)
lines = 0
for line in open(sys.argv[1]):
    want = [day, due(day, 1, False), due(day, 3, False),
            due(day, 1, True), due(day, 3, True), add(day, 1),
            min(add(day, 3), add(add(day, 1), 2))]
    want = " ".join(d.isoformat() for d in want)
    if line.strip() != want:
        sys.exit("got  %s\nwant %s" % (line.strip(), want))
    day += DAY
    lines += 1
if day != datetime.date(2101, 1, 1):
    sys.exit("the list ends before %s" % day)
print("%d days agree" % lines)
PYTHON
