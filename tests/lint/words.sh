#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every word that people read is there in every language (GDPR 12(1)).
set -eu
cd "${top_srcdir:?}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sh po/extract.sh . "$scratch/assent.pot"
failed=0
for po in po/*.po; do
	msgfmt --check --output-file=/dev/null "$po" || failed=1
	# msgcmp names each word that the catalogue lacks or is unsure of.
	msgcmp "$po" "$scratch/assent.pot" 2>"$scratch/said" || {
		failed=1
		cat "$scratch/said"
		echo "$po: words are missing: make update-po, then translate"
	}
done
awk -f po/french.awk po/fr.po >"$scratch/fr.po"
diff po/fr.po "$scratch/fr.po" || {
	failed=1
	echo "po/fr.po: not set as French is: make update-po"
}
exit $failed
