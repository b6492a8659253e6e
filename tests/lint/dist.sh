#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The tarball holds every file of the checkout, so that what was forgotten in
# a part.am is missed here and not by who unpacks it.  In an unpacked tarball,
# which cannot know of more files than it has, it can make itself again.
set -eu
: "${top_srcdir:?}" "${top_builddir:?}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
make -s -C "$top_builddir" distdir distdir="$scratch/tarball" \
    >"$scratch/log" 2>&1 || {
	cat "$scratch/log"
	exit 1
}
[ -e "$top_srcdir/.git" ] || exit 0
# what only git reads is not in it
git -c safe.directory='*' -C "$top_srcdir" ls-files ':!.git*' |
	sort >"$scratch/kept"
[ -s "$scratch/kept" ]
(cd "$scratch/tarball" && find . -type f) | sed 's|^\./||' |
	sort >"$scratch/sent"
missing=$(comm -23 "$scratch/kept" "$scratch/sent")
[ -z "$missing" ] || {
	echo "not in the tarball: name it in the part.am of its folder"
	echo "$missing"
	exit 1
}
