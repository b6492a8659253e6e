#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# verify.sh: copies as the keeper makes them, checked by the owner's program
# years later and offline; spoiled ones are refused with a clear line.
# needs: database
# Law: GDPR 5(1)(f), 15(3), 20(1)
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"
dir=${ASSENT_TEST_DIR:?}/packages
mkdir "$dir" "$dir/bad"

fail() {
	cat "$dir/said"
	echo "verify.sh: FAIL: $*"
	exit 1
}
verify() {	# STATUS FILE ARGUMENT...: what is said is in said
	want=$1 got=0
	shift
	"$top_builddir/assent" verify package "$@" >"$dir/said" 2>&1 || got=$?
	[ "$got" -eq "$want" ] || fail "exit status $got, not $want: $*"
}
said() { grep -q -- "$1" "$dir/said" || fail "not said: $1"; }

"$top_builddir/tests/export/store" write "$dir"
for kind in access portability; do
	verify 0 "$dir/$kind.zip" --jwks "$dir/jwks.json"
	said "^The package is as it was signed"
	said "^Site Demo, $kind, made 2027-01-15T08:00:00Z, [0-9]* files signed"
	# a second verifier, written from doc/formats/package.md alone
	/usr/bin/python3 "$top_srcdir/tests/formats/verify.py" package \
	    "$dir/$kind.zip" "$dir/jwks.json" >"$dir/said" ||
		fail "verify.py refuses $kind"
done
verify 0 - --jwks "$dir/jwks.json" --json <"$dir/access.zip"
/usr/bin/python3 -c 'import json, sys
v = json.load(sys.stdin)
assert v["is_genuine"] and v["finding"] == "genuine", v
assert v["files"] == [] and v["kind"] == "access", v' <"$dir/said"
verify 2
verify 2 "$dir/access.zip"
said "name the keys"
verify 2 "$dir/access.zip" --jwks "$dir/jwks.json" more
verify 1 "$dir/none.zip" --jwks "$dir/jwks.json"
verify 1 "$dir/access.zip" --jwks "$dir/access.zip"

/usr/bin/python3 "$top_srcdir/tests/export/spoil.py" "$dir/access.zip" \
    "$dir/bad" >"$dir/bad/list"
n=0
while IFS='	' read -r file words; do
	verify 1 "$file" --jwks "$dir/jwks.json"
	said "$words"
	[ "$(wc -l <"$dir/said")" -le 4 ] || fail "more than a clear line"
	if /usr/bin/python3 "$top_srcdir/tests/formats/verify.py" package \
	    "$file" "$dir/jwks.json" >/dev/null; then
		fail "verify.py takes $file"
	fi
	n=$((n + 1))
done <"$dir/bad/list"
[ "$n" -gt 20 ] || fail "too few spoiled copies"
verify 1 "$dir/bad/01.zip" --jwks "$dir/jwks.json" --json
grep -q '"state": "changed"' "$dir/said" || fail "no file is named in JSON"
echo "verify.sh: ok, $n spoiled copies refused"
