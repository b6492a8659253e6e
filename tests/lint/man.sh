#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Each manual page is what scdoc makes of its source, but for the date.
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
exit $status
