#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# update.sh SRCDIR LANG...: bring po/LANG.po up to the words in use.  New ones
# come untranslated, dropped ones go; nothing is guessed from similar words.
set -eu
srcdir=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sh "$srcdir/po/extract.sh" "$srcdir" "$scratch/assent.pot"
for lang; do
	po=$srcdir/po/$lang.po
	# Two branches may have brought the same words.
	msguniq --force-po --use-first --no-wrap "$po" |
	    msgmerge --quiet --no-fuzzy-matching --no-wrap --sort-output \
		--add-location=file - "$scratch/assent.pot" |
	    msgattrib --no-obsolete --no-wrap --sort-output |
	    if [ "$lang" = fr ]; then awk -f "$srcdir/po/french.awk"; else cat; fi \
		>"$scratch/po"
	cmp -s "$scratch/po" "$po" || cp "$scratch/po" "$po"
	printf '%s: ' "$lang"
	msgfmt --statistics -o /dev/null "$po" 2>&1
done
