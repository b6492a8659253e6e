#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every kind of task that a program leaves for staff has its title on the first
# page, and every mail its name in the list of mails (GDPR 12(1), 24).
set -eu
cd "${top_srcdir:?}"
status=0
{
	grep -rhoE --include='*.c' --exclude-dir=office \
	    '(job_task|raise_alarm|add_task|q_restore_task|q_courier_task|q_erasing_task)\([^"]*"[a-z]+\.[a-z_]+"' src
	grep -hoE "SELECT '[a-z]+\.[a-z_]+'" sql/queries/*.sql
} | grep -oE "[\"'][a-z]+\.[a-z_]+" | cut -c2- | sort -u >"${TMPDIR:-/tmp}/kinds.$$"
[ "$(wc -l <"${TMPDIR:-/tmp}/kinds.$$")" -ge 4 ]
while read -r kind; do
	grep -q "{ \"$kind\", N_(" src/office/pages.c || {
		echo "tasks.sh: src/office/pages.c has no title for $kind" >&2
		status=1
	}
done <"${TMPDIR:-/tmp}/kinds.$$"
rm "${TMPDIR:-/tmp}/kinds.$$"
for mail in templates/mail/*.subject.txt; do
	name=$(basename "$mail" .subject.txt)
	grep -q "{ \"$name\", N_(" src/outbox/outbox_words.c || {
		echo "tasks.sh: src/outbox/outbox_words.c has no name for $name" >&2
		status=1
	}
	grep -rql --include='*.c' --exclude=outbox_words.c "\"$name\"" src || {
		echo "tasks.sh: nobody writes the mail $name" >&2
		status=1
	}
done
exit $status
