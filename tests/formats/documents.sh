#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# documents.sh: the worked examples of doc/formats are what the product makes,
# and a second verifier recomputes them from the pages alone.
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
LC_ALL=C
export LC_ALL

"$top_builddir/tests/formats/examples" | sort >"$scratch/made"
awk '
	/^```/ { inside = ($0 == "```example"); next }
	inside || /^\| `[a-z_]+` \| [0-9]+ \| [a-z ]+ \|/
' "$top_srcdir"/doc/formats/*.md | sort >"$scratch/written"
diff "$scratch/written" "$scratch/made" || {
	echo "doc/formats: < is written there, > is what the product makes"
	exit 1
}
/usr/bin/python3 "$top_srcdir/tests/formats/verify.py" documents \
    "$top_srcdir/doc/formats"
