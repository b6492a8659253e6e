#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Each manual page is what scdoc makes of its source, but for the date; every
# program has one; every command and every job has its paragraph.
set -eu

status=0
for source in "${top_srcdir:?}"/doc/*.scd; do
	page=${source%.scd}
	made=$(scdoc < "$source" | grep -v '^\.TH')
	[ "$made" = "$(grep -v '^\.TH' "$page")" ] || {
		echo "man.sh: scdoc < $source > $page" >&2
		status=1
	}
done
cd "$top_srcdir"
wants() {	# page, words: a paragraph of the page begins with the words
	grep -q "^\(.*, \)*\*$2\*" "doc/$1.scd" || {
		echo "man.sh: doc/$1.scd says nothing of: $2" >&2
		status=1
	}
}
for program in portal office courier keeper; do
	wants assent-$program.8 assent-$program
done
sed -n 's/^\t{ "\([a-z ]*\)", .*\|^\t{ "\([a-z ]*\)",$/\1\2/p' src/cli/main.c \
    >"${TMPDIR:-/tmp}/man.$$"
sed -n '/keeper_jobs/,/^}/s/^\t{ "\([a-z_]*\)",.*/job \1/p' src/keeper/jobs.c \
    >>"${TMPDIR:-/tmp}/man.$$"
while read -r first second; do
	case $first in
	job) wants assent-keeper.8 "$second" ;;
	*) wants assent.8 "$first${second:+ $second}" ;;
	esac
done <"${TMPDIR:-/tmp}/man.$$"
rm "${TMPDIR:-/tmp}/man.$$"
exit $status
