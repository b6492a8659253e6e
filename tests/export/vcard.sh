#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# vcard.sh: the cards that "text card" prints, as ical.js reads them.  Needs
# what "npm ci" puts into tests/ (or what NODE_MODULES names).
set -eu
NODE_MODULES=${NODE_MODULES:-${top_srcdir:?}/tests/node_modules}
export NODE_MODULES
[ -d "$NODE_MODULES/ical.js" ] || {
	echo "$NODE_MODULES lacks ical.js: run 'npm ci' in tests/" >&2
	exit 1
}
"${top_builddir:?}/tests/export/text" card |
	/usr/bin/node "$top_srcdir/tests/export/vcard.mjs"
