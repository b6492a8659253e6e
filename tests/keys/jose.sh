#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# jose.sh: other people's code judges what we sign.  Needs Node and the modules
# that "npm ci" puts into tests/ (or that NODE_MODULES names).
set -eu
NODE_MODULES=${NODE_MODULES:-${top_srcdir:?}/tests/node_modules}
export NODE_MODULES
[ -d "$NODE_MODULES/jose" ] || {
	echo "$NODE_MODULES is not complete: run 'npm ci' in tests/" >&2
	exit 1
}
exec /usr/bin/node "${top_srcdir:?}/tests/keys/jose.mjs"
