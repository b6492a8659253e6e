#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# No file of C has more than 600 lines: one subject, that one can hold in mind.
# What sql/pack.awk makes is not read by people.
set -eu
cd "${top_srcdir:?}"
long=$(find src tests -name '*.[ch]' ! -path '*/node_modules/*' \
    ! -name 'queries*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 600')
[ -z "$long" ] || {
	echo "more than 600 lines: split it by what it does"
	echo "$long"
	exit 1
}
