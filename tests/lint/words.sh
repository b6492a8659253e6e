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
	msgmerge --quiet --no-fuzzy-matching --no-wrap "$po" \
		"$scratch/assent.pot" >"$scratch/merged"
	msgattrib --no-obsolete --untranslated "$scratch/merged" \
		>"$scratch/missing"
	msgattrib --no-obsolete --only-fuzzy "$scratch/merged" \
		>>"$scratch/missing"
	[ ! -s "$scratch/missing" ] || {
		failed=1
		cat "$scratch/missing"
		echo "$po: words are missing: make update-po, then translate"
	}
done
awk -f po/french.awk po/fr.po >"$scratch/fr.po"
diff po/fr.po "$scratch/fr.po" || {
	failed=1
	echo "po/fr.po: not set as French is: make update-po"
}
# what French sets before a ":" is a matter of words
sed -e '/^{{! /d' -e 's/ style="[^"]*"//g' -e 's/{{#_}}[^{]*\({{[^}]*}}[^{]*\)*{{\/_}}/{{words}}/g' \
	templates/portal/*.html templates/office/*.html templates/shared/*.html templates/mail/*.html templates/mail/*.txt |
	grep -nE '(}}|</[a-z]+>|">)[:;?!]( |$|<)' && {
	failed=1
	echo "templates: \":\", \";\", \"?\" and \"!\" stand within the words"
}
exit $failed
