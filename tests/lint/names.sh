#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A page is one name everywhere: each template that the source names is there,
# each that is there is named by a handler, a mail or another template, each
# page is drawn from a golden view, and each handler of a table exists once.
set -eu
cd "${top_srcdir:?}"
LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

complain() {	# what; the names on stdin
	sed "s|^|$1: |" >>"$scratch/wrong"
}

find templates -name '*.html' -o -name '*.txt' | sed 's|^templates/||' |
    sort >"$scratch/there"
grep -rhoE --include='*.c' '"(portal|office|export|%s)/[a-z_]+\.html"' src |
    tr -d '"' | sed 's|^%s/\(.*\)|portal/\1\noffice/\1|' |
    sort -u >"$scratch/pages"
# mails: a word that is the name of three files
grep -rhoE --include='*.c' '"[a-z_]+"' src | tr -d '"' | sort -u |
    sed 's|.*|mail/&.html\nmail/&.txt\nmail/&.subject.txt|' |
    sort | comm -12 - "$scratch/there" >"$scratch/mails"
grep -rhoE '\{\{> ?[a-z_/]+ ?\}\}' templates | tr -d '{}> ' | sort -u |
    sed 's|.*|&.html\n&.txt|' | sort >"$scratch/partials"
sort -u "$scratch/pages" "$scratch/mails" "$scratch/partials" >"$scratch/named"
: >"$scratch/wrong"

comm -23 "$scratch/pages" "$scratch/there" |
    complain 'no such template, but src names it'
comm -13 "$scratch/named" "$scratch/there" |
    complain 'nobody names this template'
sed -n 's|^\(mail/[a-z_]*\)\..*|\1|p' "$scratch/there" | sort | uniq -c |
    awk '$2 !~ /_?mail_/ && $1 != 3 { print $2 }' |
    complain 'a mail is three files: .html .txt .subject.txt'
while read -r page; do
	case $page in export/*) continue ;; esac
	name=$(echo "${page%.html}" | tr / _)
	find tests/*/golden \( -name "$name.json" -o -name "$name+*.json" \) |
	    grep -q . || echo "$page"
done <"$scratch/pages" | complain 'no golden view'
sed -n 's/^{ M_[A-Z]*, "[^"]*", \([a-z_0-9]*\),.*/\1/p' src/*/routes.c |
    sort -u | while read -r handler; do
	[ "$(grep -rlE --include='*.c' "^$handler\(struct ctx" src |
	    wc -l)" = 1 ] || echo "$handler"
done | complain 'a handler is defined once'

[ "$(wc -l <"$scratch/pages")" -gt 50 ]
cat "$scratch/wrong"
[ ! -s "$scratch/wrong" ]
