#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# run-test.sh PROGRAM [ARGUMENT...]: run one test.  A program named store or
# grants, or a script with the line "# needs: database" near its top, gets a
# MariaDB of its own: private folder, unix socket only, tables, accounts and
# grants made by the code of production; gone afterwards.
#
# It finds there: ASSENT_TEST_SOCKET, ASSENT_TEST_ADMIN (who may do everything
# through the socket), ASSENT_TEST_DIR (PROGRAM.password of the accounts
# t_PROGRAM, room for own files); the databases are t and t_keys.
set -eu

top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
top_builddir=${top_builddir:-$(pwd)}
export top_srcdir top_builddir

needs_database() {
	case $1 in
	*/store|*/store-*|*/grants) return 0 ;;
	*.sh) head -n 12 "$1" | grep -q '^# needs: database' ;;
	*) return 1 ;;
	esac
}

needs_database "$1" || exec "$@"

umask 077
cache=$top_builddir/tests/scratch
server=
dir=

clean() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || :
	[ -z "$server" ] || wait "$server" 2>/dev/null || :
	server=
	[ -z "$dir" ] || clean_dir
}

# A server that the test itself had started, if it left one; then the folder.
clean_dir() {
	left=$(cat "$dir/pid" 2>/dev/null || :)
	if [ -n "$left" ] &&
	    grep -qsF "$dir/data" "/proc/$left/cmdline"; then
		kill -9 "$left" 2>/dev/null || :
	fi
	rm -rf "$dir"
}
trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# In memory where there is plenty of it: a test kills the server, never the
# machine.  A socket's path may have 107 bytes.
base=${TMPDIR:-/tmp}
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] &&
    [ "$(df -k --output=avail /dev/shm | tail -n 1)" -gt 2097152 ]; then
	base=/dev/shm
fi
[ ${#base} -le 60 ] || base=/tmp
dir=$(mktemp -d "$base/assent-test.XXXXXX")
socket=$dir/sql.sock
admin=$(id -un)
mkdir "$dir/files"

# The settings of production (RELIABILITY), made small.  In a file, so that a
# test may kill the server and start it again: sh $ASSENT_TEST_DIR/server.sh.
write_server() {
	cat >"$dir/server.sh" <<-X
	exec mariadbd --no-defaults --user='$admin' --datadir='$dir/data' \\
	    --socket='$socket' --pid-file='$dir/pid' --skip-networking \\
	    --skip-name-resolve --skip-log-bin --tmpdir='$dir/files' \\
	    --plugin-load-add=auth_socket --performance-schema=OFF \\
	    --innodb-flush-log-at-trx-commit=1 --innodb-rollback-on-timeout=ON \\
	    --innodb-snapshot-isolation=ON --local-infile=0 \\
	    --secure-file-priv='$dir/files' --enforce-storage-engine=InnoDB \\
	    --character-set-server=utf8mb4 \\
	    --collation-server=utf8mb4_nopad_bin \\
	    --sql-mode=STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION \\
	    --innodb-immediate-scrub-data-uncompressed=ON \\
	    --innodb-buffer-pool-size=32M --innodb-log-file-size=8M \\
	    --innodb-buffer-pool-dump-at-shutdown=OFF \\
	    --innodb-buffer-pool-load-at-startup=OFF \\
	    --max-connections=60 "\$@"
	X
}

start() {
	sh "$dir/server.sh" >>"$dir/server.log" 2>&1 &
	server=$!
	i=0
	until mariadb-admin --no-defaults --socket="$socket" ping \
	    >/dev/null 2>&1; do
		i=$((i + 1))
		if [ $i -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
			echo "run-test.sh: MariaDB does not start:" >&2
			tail -n 20 "$dir/server.log" >&2
			exit 1
		fi
		sleep 0.05
	done
}

# A server's folder as it is after installation; made once per build tree.
install_pristine() {
	[ ! -d "$cache/pristine" ] || return 0
	rm -rf "$cache/pristine.new"
	mariadb-install-db --no-defaults --force --skip-name-resolve \
	    --skip-test-db --auth-root-authentication-method=socket \
	    --auth-root-socket-user="$admin" --user="$admin" \
	    --innodb-log-file-size=8M --datadir="$cache/pristine.new" \
	    >"$cache/install.log" 2>&1 || {
		cat "$cache/install.log" >&2
		exit 1
	}
	mv "$cache/pristine.new" "$cache/pristine"
}

# The same with our tables and accounts, made anew whenever sql/ changes.
prepare() {
	sum=$(cat "$top_srcdir"/sql/migrations/*.sql "$top_srcdir/sql/grants.tsv" \
	    "$top_builddir/tests/db/prepare" | sha256sum | cut -c 1-16)
	[ ! -d "$cache/$sum" ] || return 0
	install_pristine
	mkdir "$dir/passwords"
	cp -a "$cache/pristine" "$dir/data"
	start
	"$top_builddir/tests/db/prepare" "$socket" "$admin" \
	    "$top_srcdir/sql" "$dir/passwords" >"$dir/prepare.log" 2>&1 || {
		cat "$dir/prepare.log" >&2
		exit 1
	}
	kill "$server"
	wait "$server" || :
	server=
	rm -rf "$cache/new"
	mkdir "$cache/new"
	mv "$dir/data" "$dir/passwords" "$cache/new/"
	for old in "$cache"/????????????????; do
		[ ! -d "$old/passwords" ] || rm -rf "$old"
	done
	mv "$cache/new" "$cache/$sum"
}

write_server
mkdir -p "$cache"
{
	flock 9
	prepare
	cp -a "$cache/$sum/data" "$dir/data"
	cp -a "$cache/$sum/passwords/." "$dir/"
} 9>"$cache/lock"
start

ASSENT_TEST_SOCKET=$socket ASSENT_TEST_ADMIN=$admin ASSENT_TEST_DIR=$dir
export ASSENT_TEST_SOCKET ASSENT_TEST_ADMIN ASSENT_TEST_DIR
status=0
"$@" >"$dir/said" 2>&1 || status=$?
# InnoDB ends itself now and then after a kill -9 (MDEV-36845 and its like):
# that is MariaDB's fault and says nothing of ours, so once more, and said.
if [ $status -ne 0 ] && [ -z "${ASSENT_TEST_AGAIN:-}" ] && grep -q \
    'InnoDB: We intentionally generate a memory trap' "$dir/server.log"; then
	grep 'InnoDB: .*sserti' "$dir/server.log" || :
	sed 's/^/| /' "$dir/said"
	echo "run-test.sh: MariaDB ended itself; once more"
	clean
	trap - EXIT
	ASSENT_TEST_AGAIN=yes exec sh "$0" "$@"
fi
cat "$dir/said"
if [ $status -ne 0 ] && ! kill -0 "$server" 2>/dev/null; then
	echo "run-test.sh: the MariaDB of this test has ended:" >&2
	tail -n 20 "$dir/server.log" >&2
fi
exit $status
