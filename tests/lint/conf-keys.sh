#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every key that src/app/config.c reads stands in assent.conf(5) with its
# default, and in the commented conf/assent.conf; and no other does.
set -eu
cd "${top_srcdir:?}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
LC_ALL=C
export LC_ALL

# "section.key = default"; "section.key = _" where there is none.
awk '
	/cfg_opt_t [a-z]+\[\] = \{/ {
		section = $2
		sub(/\[.*/, "", section)
		section = section == "options" ? "" : section "."
	}
	/static char languages/ { split($0, part, /"/); list = part[2] }
	/^\t\tCFG_(STR|INT|BOOL|STR_LIST)\(/ {
		value = $0
		sub(/^[^,]*, */, "", value)
		sub(/, CFGF_NONE\),?$/, "", value)
		if (value == "languages") value = list
		if (value == "NULL") value = "_"
		if (sub(/^ASSENT_DATADIR "/, "_DATADIR_", value) ||
		    sub(/^ASSENT_LOCALEDIR/, "_LOCALEDIR_", value))
			sub(/"$/, "", value)
		split($0, part, /"/)
		print section part[2] " = " value
	}' src/app/config.c | sort >"$scratch/read"

awk '
	/^#+ / { section = /^## / ? $2 "." : "" }
	/^\*[a-z_]+\* = / {
		line = $0
		gsub(/\*/, "", line)
		key = line
		sub(/ = .*/, "", key)
		sub(/^[^=]*= /, "", line)
		if (line ~ /^_(TEXT|PATH)_$/ || line ~ /^\{_PATH_/) line = "_"
		print section key " = " line
	}' doc/assent.conf.5.scd | sort >"$scratch/page"

diff "$scratch/read" "$scratch/page" || {
	echo "< is read by src/app/config.c, > stands in doc/assent.conf.5.scd"
	exit 1
}
sed 's/ = .*//' "$scratch/read" | sort >"$scratch/keys"
awk '
	/^[a-z]+ \{/ { section = $1 "."; next }
	/^\}/ { section = "" }
	/^\t?#?[a-z_]+ = / { key = $1; sub(/^#/, "", key); print section key }
' conf/assent.conf | sort >"$scratch/example"
diff "$scratch/keys" "$scratch/example" || {
	echo "< is read by src/app/config.c, > stands in conf/assent.conf"
	exit 1
}
[ "$(wc -l <"$scratch/read")" -gt 25 ]
