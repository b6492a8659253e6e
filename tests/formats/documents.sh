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

for page in "$top_srcdir"/doc/formats/*.md; do
	grep -q "%D%/${page##*/}" "$top_srcdir/doc/formats/part.am" || {
		echo "doc/formats/part.am does not install ${page##*/}"
		exit 1
	}
done
"$top_builddir/tests/formats/examples" | sort >"$scratch/made"
awk '
	/^```/ { inside = ($0 == "```example"); next }
	inside || /^\| `[a-z_]+` \| ([0-9]+ \| [a-z ]+|`[a-z_0-9]+`) \|/
' "$top_srcdir"/doc/formats/*.md | sort >"$scratch/written"
diff "$scratch/written" "$scratch/made" || {
	echo "doc/formats: < is written there, > is what the product makes"
	exit 1
}
/usr/bin/python3 "$top_srcdir/tests/formats/verify.py" documents \
    "$top_srcdir/doc/formats"

# The journal as a file, and beside it a second place that is a line behind.
sed -n 's/^journal, line [0-9] = //p' "$scratch/made" >"$scratch/journal"
sed -n 's/^journal head, line 1 = //p' "$scratch/made" >"$scratch/journal.head"
sed 2q "$scratch/journal" >"$scratch/second"
sed 's/3$/1 held/' "$scratch/journal.head" >"$scratch/second.head"
check() {
	/usr/bin/python3 "$top_srcdir/tests/formats/verify.py" journal example \
	    "$scratch/journal" "$scratch/second"
}
check | grep -q '^.*/second: up to 1, held$'
sed -i 's/^1 9/1 8/' "$scratch/second"
if check; then
	echo "a changed journal was not refused"
	exit 1
fi
