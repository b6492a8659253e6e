#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Every shell script passes shellcheck but for SC2154, since names come
# from the makefile or the including script, and SC2317, blind to traps.
set -u
: "${top_srcdir:?}"
cd "$top_srcdir" || exit 1

passed=0
failed=0
while read -r file; do
	if shellcheck -x -e SC2154,SC2317 "$file"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done < <(find quickstart run-tests .ci conf tests sql src -type f \
    -not -path '*/node_modules/*' -not -path 'conf/aux/*' 2>/dev/null | while read -r file; do
	case $(head -c 60 "$file" | head -n 1 | tr -d '\0') in
	'#!/bin/sh'* | '#!/bin/bash'* | '#!/usr/bin/env bash'*) echo "$file" ;;
	*) case $file in *.sh) echo "$file" ;; esac ;;
	esac
done)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 5 ]
