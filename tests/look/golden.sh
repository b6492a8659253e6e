#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every page and mail drawn from its golden view and looked at by a browser.
set -eu
NODE_MODULES=${NODE_MODULES:-${top_srcdir:?}/tests/node_modules}
export NODE_MODULES
[ -d "$NODE_MODULES/axe-core" ] || {
	echo "$NODE_MODULES is not complete: run 'npm ci' in tests/" >&2
	exit 1
}
exec /usr/bin/node "${top_srcdir:?}/tests/look/golden.mjs" "$@"
