#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# needs: database
# A database on another machine is talked to over TLS, its certificate and its
# name verified, or not at all (GDPR 32(1)(a); RELIABILITY T36).
set -eu
cd "$ASSENT_TEST_DIR"
failed=0

authority() {	# name
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$1" 2>/dev/null
}

certificate() {	# name, authority, subject alternative name
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	printf 'subjectAltName=%s\n' "$3" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" \
	    -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

stop() {
	kill "$(cat pid)"
	while [ -e pid ]; do sleep 0.05; done
}

# Start the server on a port that is free, with more options.
serve() {
	for try in 1 2 3 4 5; do
		port=$(($(od -An -N2 -tu2 /dev/urandom) % 20000 + 20000))
		sh server.sh --skip-networking=0 --bind-address=127.0.0.1 \
		    --port=$port "$@" >>server.log 2>&1 &
		for i in $(seq 200); do
			! mariadb-admin --no-defaults --socket=sql.sock ping \
			    >/dev/null 2>&1 || return 0
			kill -0 $! 2>/dev/null || break
			sleep 0.05
		done
	done
	echo "the server does not start, try $try, wait $i"
	exit 1
}

expect() {	# error, host, authority
	said=$("$top_builddir/tests/db/connect" "$2" "$port" "$3" 2>said.err)
	[ "$said" = "$1" ] || {
		echo "$2 with ${3:-no authority}: $said, not $1"
		cat said.err
		failed=1
	}
}

authority ours
authority theirs
certificate near ours IP:127.0.0.1
certificate other ours DNS:db.example
mariadb --no-defaults --socket=sql.sock -e "
	CREATE USER t_owner@127.0.0.1
	    IDENTIFIED BY '$(cat owner.password)' REQUIRE SSL;
	GRANT SELECT ON t.* TO t_owner@127.0.0.1;"
stop

serve --ssl-cert="$PWD/near.pem" --ssl-key="$PWD/near.key"
expect ok 127.0.0.1 "$PWD/ours.pem"
expect down 127.0.0.1 "$PWD/theirs.pem"
expect down 127.0.0.1 "$PWD/no-such-file.pem"
expect invalid 192.0.2.1 ''
stop
serve --ssl-cert="$PWD/other.pem" --ssl-key="$PWD/other.key"
expect down 127.0.0.1 "$PWD/ours.pem"
stop
serve
mariadb --no-defaults --socket=sql.sock -e \
    'ALTER USER t_owner@127.0.0.1 REQUIRE NONE'
expect ok 127.0.0.1 ''
expect down 127.0.0.1 "$PWD/ours.pem"
stop
exit $failed
