#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every file that can hold a comment says under which licence it is, in its
# first lines.  Cannot: JSON, pictures, what programs make, inputs of tests, pictures of
# pages in tests/*/golden.
set -eu
cd "${top_srcdir:?}"
wrong=$(find README.md Makefile.am configure.ac quickstart run-tests .ci .gitignore .gitattributes \
    conf doc po sql src templates tests -type f \
    ! -path 'conf/aux/*' ! -path '*/node_modules/*' ! -path '*/__pycache__/*' \
    ! -path 'tests/*/golden/*' ! -path 'tests/fuzz/corpus/*' \
    ! -name '*.json' ! -name '*.png' ! -name '*.[58]' ! -name '*.pot' ! -name '*~' 2>/dev/null |
    while read -r file; do
	[ "${file##*.}" = orig ] || head -n 4 "$file" |
	    grep -q 'SPDX-License-Identifier: EUPL-1\.2' || echo "$file"
done)
[ -z "$wrong" ] || {
	echo "no SPDX line:"
	echo "$wrong"
	exit 1
}
