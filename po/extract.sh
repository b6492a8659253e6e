#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# extract.sh SRCDIR POT: gather every word that people read, from the C files
# and the templates below SRCDIR, into the catalogue POT.
set -eu
srcdir=$1
case $2 in /*) pot=$2 ;; *) pot=$PWD/$2 ;; esac
cd "$srcdir"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

find src -name '*.c' | LC_ALL=C sort >"$scratch/files"
if [ -d templates ]; then
	find templates -name '*.html' -o -name '*.txt' | LC_ALL=C sort |
	    xargs awk -f po/extract.awk /dev/null >"$scratch/templates.c"
	echo "$scratch/templates.c" >>"$scratch/files"
fi
xgettext --language=C --from-code=UTF-8 --files-from="$scratch/files" \
	--keyword --keyword=_ --keyword=N_ --keyword=words_get:2 \
	--keyword=words_plural:2,3 --keyword=words_count:3,4 \
	--package-name=assent --add-location=file --no-wrap --sort-output \
	--output="$scratch/pot"
# A file that changes only when a word does.
sed -e '/^"POT-Creation-Date:/d' "$scratch/pot" >"$pot"
