#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Each template, picture and style of the source is one that is installed: a
# page that only a developer's tree has is none.
set -eu
cd "$top_srcdir"
lost=$(find templates -type f ! -name part.am | sort | while read -r file; do
	grep -qE "^	$file( |$)" templates/part.am || echo "$file"
done)
if [ -n "$lost" ]; then
	echo "templates/part.am does not install:" "$lost" | sed 's/^/    /'
	echo "0 passed, 1 failed"
	exit 1
fi
echo "1 passed, 0 failed"
