# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# What quickstart and run-tests share: showing progress, and packages.

# say TEXT, done_in [WORDS]: one line per step, with its seconds.
say() {
	step=$1
	step_began=$SECONDS
	printf '%-44s' "$1 ..."
}
done_in() {
	printf '%4d s  %s\n' "$((SECONDS - step_began))" "${1:-}"
	step=
}

# fail CODE TEXT...: end with what went wrong and what to do.
fail() {
	local code=$1 line
	shift
	[ -z "${step:-}" ] || printf 'failed\n'
	for line; do
		printf '%s: %s\n' "${0##*/}" "$line" >&2
	done
	exit "$code"
}

# run_logged LOG COMMAND...: run a step's command with its output in a file,
# and a dot every five seconds; on failure show the end of the file.
run_logged() {
	local file=$1 pid n=0
	shift
	"$@" >>"$file" 2>&1 </dev/null &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		n=$((n + 1))
		[ $((n % 25)) -ne 0 ] || printf .
	done
	if ! wait "$pid"; then
		printf 'failed; the end of %s:\n' "$file" >&2
		tail -n 25 "$file" >&2
		step=
		fail 1 "this did not work: $*"
	fi
}

# missing_packages WORD...: those of conf/packages marked with one of the
# words that are not installed.  Any nginx will do.
missing_packages() {
	local words want name
	words=$(printf '%s|' "$@")
	while read -r want name; do
		[[ "|$words" == *"|$want|"* ]] || continue
		[ "$name" != nginx-light ] || ! command -v nginx >/dev/null ||
			continue
		# Node from elsewhere brings npm itself, and Debian's conflicts
		[ "$name" != npm ] || ! command -v npm >/dev/null || continue
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" \
		    2>/dev/null)" = installed ] || printf '%s ' "$name"
	done < "$top/conf/packages"
}

# The packages bring services of their own; policy-rc.d keeps them from being
# started.  An earlier one is put back, also after a run that was killed.
policy=/usr/sbin/policy-rc.d
policy_mark='# laid by assent, gone at its end'
forbid_services() {
	allow_services
	[ ! -e "$policy" ] || mv "$policy" "$policy.before-assent"
	printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" > "$policy"
	chmod 755 "$policy"
	trap allow_services EXIT
}
allow_services() {
	if grep -qsF "$policy_mark" "$policy"; then
		rm -f "$policy"
	fi
	if [ ! -e "$policy" ] && [ -e "$policy.before-assent" ]; then
		mv "$policy.before-assent" "$policy"
	fi
}

# add_packages LOG WORD...: install what is missing of these kinds.
add_packages() {
	local file=$1 names
	shift
	say "Packages"
	names=$(missing_packages "$@")
	if [ -z "$names" ]; then
		done_in "all here"
		return
	fi
	[ "$(id -u)" -eq 0 ] || fail 3 "these packages are missing: $names" \
	    "run me as root once, or install them and use --no-install"
	forbid_services
	run_logged "$file" apt-get -q update
	# shellcheck disable=SC2086 # a list of names
	run_logged "$file" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    --no-install-recommends install $names
	allow_services
	trap - EXIT
	done_in "$(wc -w <<<"$names") installed"
}

# A site's programs.  ASSENT_STRICT makes every warning an error, so that
# run-tests builds a site's tree and the tests' tree as one.
site_arguments=(--prefix=/usr --sysconfdir=/etc --localstatedir=/var
    --libexecdir=/usr/lib ${ASSENT_STRICT:+--enable-werror})

# build_tree DIR LOG CONFIGURE-ARGUMENT...: configure where it was not yet
# with these arguments, and make.
build_tree() {
	local dir=$1 file=$2
	shift 2
	if [ ! -x "$top/configure" ] ||
	    [ "$top/configure.ac" -nt "$top/configure" ]; then
		(cd "$top" && run_logged "$file" autoreconf -fi)
	fi
	mkdir -p "$dir"
	if [ ! -e "$dir/Makefile" ] || 
	    [ "$(cat "$dir/.arguments" 2>/dev/null)" != "$*" ]; then
		(cd "$dir" && run_logged "$file" "$top/configure" -q "$@")
		printf '%s\n' "$*" > "$dir/.arguments"
	fi
	run_logged "$file" make -s -C "$dir" -j "$(nproc)" all
}

# build_site DIR LOG: what a site runs.
build_site() {
	build_tree "$1" "$2" "${site_arguments[@]}"
}
