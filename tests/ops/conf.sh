#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# conf/assent.conf shows every word that the programs know, and no other; as it
# stands and with every commented line taken in, the programs read it.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
# shellcheck source=tests/ops/lib.sh
. "$top_srcdir/tests/ops/lib.sh"

conf=$top_srcdir/conf/assent.conf
known=$(sed -nE 's/.*CFG_(STR|INT|BOOL|SEC|STR_LIST)\("([a-z_]+)".*/\2/p' \
    "$top_srcdir/src/app/config.c" | sort)
shown=$(sed -nE 's/^	*#?([a-z_]+) (=|\{).*/\1/p' "$conf" | sort)
is "the file shows what the programs know" "$known" "$shown"

# reads FILE: whether the CLI takes it; it writes the root key named in it.
reads() {
	rm -f "$scratch/root.key"
	sed "s|^root_key = .*|root_key = \"$scratch/root.key\"|" "$1" \
	    > "$scratch/assent.conf"
	"$top_builddir/assent" --config "$scratch/assent.conf" keys init \
	    >/dev/null 2>"$scratch/err" && [ -s "$scratch/root.key" ]
}
is "the file is read as it stands" yes \
    "$(if reads "$conf"; then echo yes; else cat "$scratch/err"; fi)"
sed -E 's/^(	*)#([a-z_]+ = )/\1\2/' "$conf" > "$scratch/all"
is "the file is read with all its words" yes \
    "$(if reads "$scratch/all"; then echo yes; else cat "$scratch/err"; fi)"
for wrong in 'header = "X Auth"' 'header = ""' 'code = "maybe"' \
    'sign_out = "//evil.example/"' 'sign_out = "https://evil.example/"' \
    'sign_out = "sign_out"' 'sign_out = "/a?b"'; do
	{
		sed '/^sso {/,/^}/d' "$conf"
		printf 'sso {\n\t%s\n}\n' "$wrong"
	} > "$scratch/wrong"
	is "the sign-on is not set up with $wrong" no \
	    "$(if reads "$scratch/wrong"; then echo yes; else echo no; fi)"
done
echo 'colour = "blue"' >> "$scratch/all"
is "an unknown word is refused" no \
    "$(if reads "$scratch/all"; then echo yes; else echo no; fi)"
has "with its line" "line=$(grep -n colour "$scratch/all" | cut -d: -f1)" \
    "$(cat "$scratch/err")"

for port in -1 0 65536 4294967321; do
	sed -E "s/^	*#?port = .*/	port = $port/" "$conf" > "$scratch/all"
	is "port $port is refused" no \
	    "$(if reads "$scratch/all"; then echo yes; else echo no; fi)"
	has "with what may stand there" "port is 1 to 65535" \
	    "$(cat "$scratch/err")"
done

# Defaults that the file shows are those of the programs.
while IFS=$'\t' read -r word value; do
	has "the default of $word" "^	*#$word = \"?$value\"?$" "$(cat "$conf")"
done < <(sed -nE 's/.*CFG_(STR|INT)\("([a-z_]+)", "?([^",]+)"?, .*/\2\t\3/p' \
    "$top_srcdir/src/app/config.c" | grep -v -e NULL -e ASSENT_)

report
