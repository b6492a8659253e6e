# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# What the tests of the surroundings share: counting, a scratch directory, and
# servers that end with the test.

PATH=$PATH:/usr/sbin:/sbin
passed=0
failed=0
pids=()
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assent-ops.XXXXXX")

finish() {
	local pid
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	for pid in "${pids[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$scratch"
}
trap finish EXIT

# is WHAT EXPECTED FOUND: count one comparison.
is() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED: %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
	fi
}

# has WHAT PATTERN TEXT, lacks WHAT PATTERN TEXT: count one search.
has() {
	if grep -qE -- "$2" <<<"$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED: %s\n  no match of: %s\n  in: %s\n' "$1" "$2" \
		    "$(head -c 1200 <<<"$3")"
	fi
}

lacks() {
	if grep -qE -- "$2" <<<"$3"; then
		failed=$((failed + 1))
		printf 'FAILED: %s\n  should not hold: %s\n  found: %s\n' "$1" \
		    "$2" "$(grep -m3 -E -- "$2" <<<"$3")"
	else
		passed=$((passed + 1))
	fi
}

# until_true SECONDS COMMAND...: try a command until it succeeds.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# free_port: a port of loopback that nobody listens on, and the next three.
free_port() {
	/usr/bin/python3 - <<'PY'
import random, socket
while True:
    base = random.randrange(20000, 32000, 4)
    try:
        for port in range(base, base + 4):
            with socket.socket() as s:
                s.bind(("127.0.0.1", port))
        print(base)
        break
    except OSError:
        pass
PY
}

report() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
