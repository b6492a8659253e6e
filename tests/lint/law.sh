#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every reference to the law can be looked up: of a route, of a statement, of a
# file.  An article of the GDPR is one of its 99; a statement without law says
# why; a file's "Law:" names whose, and ends with a full stop.
set -eu
cd "${top_srcdir:?}"

{
sed -n 's/^{ M_[A-Z]*, "\([^"]*\)".*, "\([^"]*\)" },$/route \1|GDPR \2/p' \
    src/*/routes.c
sed -n 's/^-- law: *\(.*\)$/statement|\1/p' sql/queries/*.sql
# a comment's lines up to the one that ends with a full stop
grep -rl '^ \* Law:' --include='*.[ch]' src | while read -r file; do
	awk -v file="$file" '
		/^ \* Law:/ { text = ""; inside = 1; sub(/Law: */, "") }
		inside {
			sub(/^ \* */, "")
			text = text (text == "" ? "" : " ") $0
			if (/\.$/ || /^ *\*\//) {
				print file "|" text
				inside = 0
			}
		}' "$file"
done
} | awk -F'|' '
function wrong(why) {
	print $1 ": \"" $2 "\": " why
	status = 1
}
$2 ~ /^- [a-z]/ { next }		# no law, and why
{
	n++
	text = $2
	is_file = $1 ~ /^src/
	if (is_file && sub(/\.$/, "", text) == 0)
		wrong("no full stop")
	sub(/: [a-z].*/, "", text)	# what the rule says
	gsub(/ \([^()]* [^()]*\)/, "", text)
	count = split(text, part, /[,;] */)
	whose = ""
	for (i = 1; i <= count; i++) {
		item = part[i]
		if (match(item, /^(GDPR|LAW|FEATURES|ePrivacy|Regulation|CNIL|CJEU|RFC|ASVS|EDPB|EN|WCAG|Code) /)) {
			whose = substr(item, 1, RLENGTH - 1)
			item = substr(item, RLENGTH + 1)
		}
		if (whose == "")
			wrong("whose law is it?")
		if (whose != "GDPR")
			continue
		if (item !~ /^[0-9]+(\([0-9]+\))?(\([a-z]\))?( (to|and) [0-9a-z()]+)?$/ ||
		    item + 0 < 1 || item + 0 > 99)
			wrong("no article of the GDPR: " item)
	}
}
END {
	if (n < 300)
		wrong("only " n " references were found")
	exit status
}'
