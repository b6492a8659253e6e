#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# SQL is in sql/ and nowhere else, only the db room talks to the connector, and
# every file of sql/ has its line in sql/part.am (GDPR 32: no text is built).
set -eu
cd "$top_srcdir"

complain() {	# what; the places on stdin
	if grep . ; then
		echo "= $1"
	fi
}

literals() {	# the string literals of the sources, each with its place
	grep -rnoE --include='*.c' --include='*.h' '"([^"\\]|\\.)*"' src || :
}

verbs='SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|GRANT'
verbs="$verbs|REVOKE|SET|START|LOCK|CALL|UNION|WHERE|ORDER BY|INNER JOIN"
{
literals | grep -E ":\"[ (]*($verbs) [A-Za-z\`(*?@{]" |
    complain 'SQL outside sql/: give it a name in sql/queries/'

grep -rnE --include='*.c' --include='*.h' '\b(mysql|mariadb)_[a-z_]+ *\(' src |
    grep -v '^src/db/' | complain 'only src/db talks to the connector'
grep -rnE --include='*.c' --include='*.h' \
    '#include [<"](mysql\.h|mariadb_com\.h|db/inside\.h)' src |
    grep -v '^src/db/' | complain "the connector and the db room's inside"

# The functions that send text as it is have few callers, each known.
grep -rnE --include='*.c' '\border_send\(' src |
    grep -vE '^src/db/(order|statement|migrate)\.c:' |
    complain 'text is sent by the migration runner only'

for f in sql/queries/*.sql sql/migrations/*.sql; do
	grep -qE "%D%/${f#sql/}( |\$)" sql/part.am || echo "$f"
done | complain 'has no line in sql/part.am'

for f in sql/migrations/*.sql; do
	sed 's/--.*//' "$f" | grep -nEi \
	    '\b(NOW|CURRENT_TIMESTAMP|UNIX_TIMESTAMP|SYSDATE|UTC_TIMESTAMP)\b' |
	    sed "s#^#$f:#"
done | complain 'an instant is a parameter: no clock in a migration'
} | awk '{ print } END { exit NR > 0 }'
