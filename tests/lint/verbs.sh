#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every verb that a program writes into the audit has a sentence on the page,
# and every sentence a verb; what is done to a person, words in their copy
# (GDPR 5(2), 12(1), 15(1)).
set -eu
cd "${top_srcdir:?}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
words=src/office/audit_words.c
# kinds of tasks and names of files look alike, and stand in no ledger
grep -rlE --include='*.c' 'ledger_audit\(|auth_staff_note\(|custom_office_note\(|\.verb = ' src |
	while read -r file; do
		[ "$file" = "$words" ] || cat "$file"
	done |
	grep -oE '"(audit|bulk|clock|consent|contacts?|custom|erasure|evidence|identity|import|key|ledger|mail|package|purpose|rights|site|staff|task|team)\.[a-z_]+"' |
	tr -d '"' | sort -u |
	grep -vxE 'bulk\.to_decide|clock\.(forward|backward)|erasure\.(intent|late_copy|look|nobody|no_address|second_copy)|mail\.dead|key\.foreign|ledger\.(bad_mac|foreign_key|gap)|contact\.vcf' \
	>"$scratch/written"
sed -n 's/^\t{ "\([a-z]*\.[a-z_]*\)", N_("{who}.*/\1/p' "$words" |
	sort -u >"$scratch/said"
[ -s "$scratch/said" ]
if ! diff "$scratch/written" "$scratch/said" >"$scratch/diff"; then
	sed -n -e 's/^</no sentence in audit_words.c:/p' \
		-e 's/^>/written by nobody:/p' "$scratch/diff"
	exit 1
fi
grep -E '^(consent|contact|evidence|identity|package|rights)\.' "$scratch/written" |
	while read -r verb; do
		grep -qF "{ \"$verb\", N_(" src/export/export_words.c || {
			echo "no words in export_words.c: $verb"
			exit 1
		}
	done
