#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The nginx files against workers that only show what reached them: names,
# headers, limits, pools, log.  GDPR 5(1)(c), 25, 32; RELIABILITY by test.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
# shellcheck source=tests/ops/lib.sh
. "$top_srcdir/tests/ops/lib.sh"

base=$(free_port)
portal=http://localhost:$base
office=http://localhost:$((base + 1))
run=$scratch/run
log=$scratch/log
mkdir -p "$run" "$log" "$scratch/data/nginx" "$scratch/data/templates/assets"
cp "$top_srcdir/conf/nginx/error.html" "$scratch/data/nginx/"
echo 'body { color: teal }' > "$scratch/data/templates/assets/theme.css"
echo secret > "$scratch/data/templates/assets/.hidden"

"$top_srcdir/conf/demo/nginx.sh" "$top_srcdir" "$scratch/nginx" site=demo \
    portal_name=localhost office_name=localhost \
    portal_listen="127.0.0.1:$base" portal_listen6="[::1]:$base" \
    office_listen="127.0.0.1:$((base + 1))" \
    office_listen6="[::1]:$((base + 1))" run="$run" data="$scratch/data" \
    log="$log/access.log" error_log="$log/error.log" password_queue=2
sed -i 's/rate=20r/rate=1r/' "$scratch/nginx/conf.d/assent.conf"
sed -i 's/burst=40/burst=2/' "$scratch/nginx/snippets/assent-pass.conf"

root_too=()
[ "$(id -u)" -ne 0 ] || root_too=(-g 'user root;')
nginx() {
	command nginx "${root_too[@]}" -c "$scratch/nginx/nginx.conf" "$@"
}
is "nginx takes the demonstration's files" ok \
    "$(nginx -t 2>&1 | grep -q 'is successful' && echo ok)"

for socket in portal-a portal-b portal-pw office-a office-b office-pw; do
	spawn-fcgi -n -b 1024 -s "$run/$socket.sock" -- \
	    /usr/bin/multiwatch -f 1 -r 1000 -s TERM -- "$top_builddir/tests/ops/standin" \
	    >/dev/null 2>&1 &
	pids+=($!)
done
command nginx "${root_too[@]}" -c "$scratch/nginx/nginx.conf" >/dev/null 2>&1 &
pids+=($!)
until_true 20 curl -fs "$portal/" || echo "the test's nginx does not answer"

# get ARG...: status line, headers and body.
get() {
	curl -s -i --max-time 10 "$@" | tr -d '\r'
}

# every NAME ANSWER: the whole set of security headers, each exactly once.
every() {
	local name=$1 answer=$2 header
	answer=$(sed '/^$/q' <<<"$answer")
	for header in Content-Security-Policy X-Content-Type-Options \
	    Referrer-Policy Cross-Origin-Opener-Policy \
	    Cross-Origin-Resource-Policy Permissions-Policy Cache-Control; do
		is "$name: $header once" 1 "$(grep -ci "^$header:" <<<"$answer")"
	done
	lacks "$name: no version of nginx" '^Server: nginx/' "$answer"
}

a=$(get "$portal/")
every "a worker's 200" "$a"
has "the worker's own policy stays" 'frame-ancestors x.example' "$a"
has "the worker's own caching stays" '^Cache-Control: private' "$a"
a=$(get "$portal/bare")
every "a worker's bare 200" "$a"
has "a bare answer gets no-store" '^Cache-Control: no-store' "$a"
a=$(get "$portal/missing")
every "a worker's 404" "$a"
has "a worker's 404 is shown as it is" '^REQUEST_METHOD=GET' "$a"
a=$(get "$portal/away")
has "a worker's Retry-After stays" '^Retry-After: 77' "$a"
is "Retry-After is there once" 1 "$(grep -c ^Retry-After <<<"$a")"

a=$(get "$portal/static/theme.css")
every "a file" "$a"
has "the theme comes from the templates" 'color: teal' "$a"
has "a file may be kept for an hour" '^Cache-Control: public, max-age=3600' "$a"
has "a file is text in UTF-8" '^Content-Type: text/css; charset=utf-8' "$a"
a=$(get "$portal/static/theme.css?v=1")
has "a versioned file never changes" 'immutable' "$a"
a=$(get "$portal/static/bootstrap/css/bootstrap.min.css" | head -c 2000)
has "Bootstrap is Debian's" '^HTTP/1.1 200' "$a"
a=$(get "$portal/static/none.css")
every "nginx's own 404" "$a"
has "nginx's own 404 is one" '^HTTP/1.1 404' "$a"
has "errors are not kept" '^Cache-Control: no-store' "$a"
has "errors speak French" 'Cette page n.{1,3}existe pas' "$a"
has "errors speak English" 'This page does not exist' "$a"
for path in /static/.hidden /.git/config /x/.env; do
	has "a dotfile is a 404: $path" '^HTTP/1.1 404' "$(get "$portal$path")"
done
has "/.well-known/ is the workers'" 'REQUEST_URI=/.well-known/jwks.json' \
    "$(get "$portal/.well-known/jwks.json")"
has "a file takes no POST" '^HTTP/1.1 405' \
    "$(get -d x=1 "$portal/static/theme.css")"

a=$(get -X TRACE "$portal/")
every "TRACE" "$a"
has "TRACE is refused" '^HTTP/1.1 405' "$a"
has "a 405 says what is allowed" '^Allow: GET, HEAD' "$a"
head -c 70000 /dev/zero > "$scratch/big"
a=$(get --data-binary "@$scratch/big" "$portal/subscribe/x")
every "a body too large" "$a"
has "70 kB are too much for the portal" '^HTTP/1.1 413' "$a"
has "413 says so" 'trop volumineux' "$a"
has "the office takes them" '^BODY=70000' \
    "$(get --data-binary "@$scratch/big" "$office/contacts")"
head -c 300000 /dev/zero > "$scratch/bigger"
has "300 kB are too much for the office" '^HTTP/1.1 413' \
    "$(get --data-binary "@$scratch/bigger" "$office/contacts")"
has "an import is a file" '^BODY=300000' \
    "$(get --data-binary "@$scratch/bigger" "$office/imports")"
long=$(head -c 9000 /dev/zero | tr '\0' x)
a=$(get -H "Cookie: $long" "$portal/")
every "a header too long" "$a"
has "a header too long is 431" '^HTTP/1.1 431' "$a"
has "an address too long is 414" '^HTTP/1.1 414' "$(get "$portal/$long")"
a=$(get -H 'Content-Length: x' -X POST "$portal/")
has "a false length is 400" '^HTTP/1.1 400' "$a"

# Names: nothing that a stranger writes becomes the name of the site.
for host in evil.example "evil.example:$base" 127.0.0.1 localhost.evil.example \
    'localhost@evil.example' xn--lcalhost-1wa evil.example. '[::1]'; do
	a=$(get -H "Host: $host" "$portal/confirm/x")
	has "Host: $host is 421" '^HTTP/1.1 421' "$a"
done
every "421" "$a"
has "no Host is 421" '^HTTP/1.1 421' "$(get -0 -H 'Host:' "$portal/")"
has "two names in one" '^HTTP/1.1 (400|421)' \
    "$(get -H 'Host: a b' "$portal/")"
has "an absolute address counts, not the header" '^HTTP/1.1 421' \
    "$(get --request-target http://evil.example/ "$portal/")"
a=$(get -H "Host: LOCALHOST:1" -H 'X-Forwarded-Host: evil.example' \
    -H 'Assent-Trusted: 7' -H 'Https: on' -H 'Assent-Sso-User: a@b.example' \
    -H 'ASSENT_SSO_USER: a@b.example' "$portal/a%20b?q=1")
has "the worker sees the server's own name" '^HTTP_HOST=localhost$' "$a"
is "HTTP_HOST is told once" 1 "$(grep -c ^HTTP_HOST= <<<"$a")"
has "trusted is what geo says" '^ASSENT_TRUSTED=1$' "$a"
has "the address is passed as it came" '^REQUEST_URI=/a%20b\?q=1$' "$a"
has "the query is passed" '^QUERY_STRING=q=1$' "$a"
has "the visitor's address is passed" '^REMOTE_ADDR=(127.0.0.1|::1)$' "$a"
lacks "no TLS, no HTTPS" '^HTTPS=' "$a"
is "each parameter is told once" "" \
    "$(sed -n 's/^\([A-Z_]*\)=.*/\1/p' <<<"$a" | sort | uniq -d)"
is "the parameters of the contract" \
    "ASSENT_TRUSTED CONTENT_LENGTH CONTENT_TYPE FCGI_ROLE HTTP_HOST QUERY_STRING REMOTE_ADDR REQUEST_METHOD REQUEST_URI SERVER_NAME" \
    "$(sed -n 's/^\([A-Z_]*\)=.*/\1/p' <<<"$a" | grep -v -e '^BODY' \
	-e '^PID' -e '^HTTP_[^H]' -e '^HTTP_HTTPS' | sort | tr '\n' ' ' |
	sed 's/ $//')"

# Whom a company's sign-on names is never told by a visitor.
sso=()
for header in X-Auth-Request-Email X-Auth-Request-User \
    X-Auth-Request-Preferred-Username X-Forwarded-Email X-Forwarded-User \
    X-Remote-User Remote-Email Remote-User Authorization; do
	sso+=(-H "$header: mallory@evil.example")
done
for door in "$portal" "$office"; do
	b=$(get "${sso[@]}" "$door/x" | grep -v '^HTTP_AUTHORIZATION=')
	has "the request arrives: $door" '^REQUEST_URI=/x$' "$b"
	lacks "no header of a sign-on does: $door" 'mallory|ASSENT_SSO' "$b"
done

# Pools: a password's POST, and nothing else, goes to the password socket.
worker_of() {
	get "$@" | sed -n 's/^PID=//p'
}
pw=$(worker_of -d x=1 "$portal/sign-in")
is "re-authentication is in the password pool" "$pw" \
    "$(worker_of -d x=1 "$portal/sign-in/again")"
is "a new password is in the password pool" "$pw" \
    "$(worker_of -d x=1 "$portal/password/new")"
is "a disguised address is in the password pool" "$pw" \
    "$(worker_of --path-as-is -d x=1 "$portal//x/../%73ign-in")"
for path in "$portal/sign-in" "$portal/password/new"; do
	is "looking is not: $path" other \
	    "$([ "$(worker_of "$path")" = "$pw" ] || echo other)"
done
is "a link's POST is not in the password pool" other \
    "$([ "$(worker_of -d x=1 "$portal/sign-in/link/abc")" = "$pw" ] || echo other)"
is "the list of packages has no slash to go to" "200 200" \
    "$(curl -s -o /dev/null -w '%{http_code}' "$portal/account/export") $(
    curl -s -o /dev/null -w '%{http_code}' "$office/exports")"
storm=()
for _ in 1 2 3 4 5; do
	curl -s -o /dev/null -w '%{http_code}\n' -d x=1 "$portal/sign-in" \
	    >> "$scratch/storm" &
	storm+=($!)
done
sleep 0.3
is "other pages answer during a storm of passwords" 200 \
    "$(curl -s -o /dev/null -w '%{http_code}' "$portal/bare")"
wait "${storm[@]}"
is "the queue's length passes, the rest is 503 at once" "200 200 503 503 503" \
    "$(sort "$scratch/storm" | tr '\n' ' ' | sed 's/ $//')"

# A killed worker: a GET is asked again at the other socket, a POST is not.
worker=$(worker_of "$portal/bare")
for _ in 1 2 3; do
	is "a GET is asked again at the other socket" 200 \
	    "$(curl -s -o /dev/null -w '%{http_code}' \
		"$portal/die-at-$worker.")"
done
is "the worker that was to die did" gone \
    "$([ -e "/proc/$worker/exe" ] || echo gone)"
is "a POST to a dying worker is 502" 502 \
    "$(curl -s -o /dev/null -w '%{http_code}' -d x=1 "$portal/die/")"
until_true 5 curl -fs "$portal/bare"
a=$(get "$portal/die/")
every "502" "$a"
has "502 says what holds" 'une fois' "$a"
has "502 says when to come back" '^Retry-After: 5' "$a"
until_true 5 curl -fs "$portal/bare"

# Addresses that are not trusted are limited.
printf '' > "$scratch/nginx/snippets/assent-trusted.conf"
nginx -s reload
sleep 0.5
for _ in 1 2 3 4 5 6 7 8; do
	curl -s -o /dev/null -w '%{http_code}\n' "$portal/bare"
done > "$scratch/limited"
has "a stranger's storm is 429" 429 "$(cat "$scratch/limited")"
has "a stranger is served first" 200 "$(head -1 "$scratch/limited")"
# the budget refills while a loaded machine is slow: ask until it is spent
for _ in $(seq 40); do
	a=$(get "$portal/")
	[[ $a != *' 429'* ]] || break
done
every "429" "$a"
has "429 is in both languages" 'Too many requests' "$a"

# The log: nothing personal, nothing that opens a door.
token=dGhpc19pc19hX3ZlcnlfbG9uZ190b2tlbl9mb3JfdGVzdHM
for path in "confirm/$token" "sign-in/link/$token" "erasure/confirm/$token" \
    "preferences/$token" "unsubscribe/$token" "%63onfirm/$token" \
    "camille.dupont@example.com" "contacts?q=$token" "Confirm/$token"; do
	get -A "agent-$token" -e "http://from.example/$token" \
	    "$portal/$path" >/dev/null
done
nginx -s reopen
sleep 0.2
a=$(cat "$log/access.log")
lacks "no token in the access log" "$token" "$a"
lacks "no mailbox in the access log" camille "$a"
lacks "no query in the access log" '\?' "$a"
lacks "no whole address in the access log" '127\.0\.0\.1' "$a"
has "the access log names the page" '"GET /confirm/- HTTP' "$a"
has "the access log holds a shortened address" '^(127\.0\.0\.0|::) ' "$a"
has "the access log says who refused" 'limit=REJECTED' "$a"
a=$(cat "$log/error.log")
lacks "no token in the error log" "$token" "$a"
lacks "no visitor in the error log" 'client:' "$a"

# A server's own set of files, with TLS.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj /CN=privacy.example.org -days 2 -keyout "$scratch/key.pem" \
    -out "$scratch/cert.pem" 2>/dev/null
tls=$scratch/tls
mkdir "$tls"
cp -r "$scratch/nginx/." "$tls"
for part in catch-all site; do
	sed -e '/# plain/d' -e "s|@site@|demo|g
	    s|@portal_name@|privacy.example.org|g
	    s|@office_name@|office.example.org|g
	    s|@[a-z]*_listen@|443 ssl http2|g
	    s|@[a-z]*_listen6@|[::]:443 ssl http2|g
	    s|@run@|$run|g; s|@data@|$scratch/data|g
	    s|@log@|$log/tls.log|g; s|@error_log@|$log/error.log|g
	    s|@password_queue@|32|g
	    s|listen 80|listen 127.0.0.1:$((base + 3))|
	    s|listen 443|listen 127.0.0.1:$((base + 2))|
	    s|listen \[::\]:80|listen [::1]:$((base + 3))|
	    s|listen \[::\]:443|listen [::1]:$((base + 2))|" \
	    "$top_srcdir/conf/nginx/$part.conf" > "$tls/sites-enabled/$part"
	grep -q '^00000000000000000000000000000001 .* lo$' \
	    /proc/net/if_inet6 2>/dev/null ||
		sed -i '/# .*six$/d' "$tls/sites-enabled/$part"
done
sed -i -e "s|/etc/ssl/certs/assent.pem|$scratch/cert.pem|" \
    -e "s|/etc/ssl/private/assent.key|$scratch/key.pem|" \
    "$tls/snippets/assent-tls.conf"
sed -i "s|$scratch/nginx|$tls|" "$tls/nginx.conf"
is "nginx takes a server's files" ok "$(command nginx "${root_too[@]}" \
    -c "$tls/nginx.conf" -t 2>&1 | grep -q 'is successful' && echo ok)"
command nginx "${root_too[@]}" -c "$tls/nginx.conf" >/dev/null 2>&1 &
pids+=($!)
tls_get() {
	get -k --resolve "*:$((base + 2)):127.0.0.1" "$@"
}
until_true 20 curl -fsk --resolve "*:$((base + 2)):127.0.0.1" \
    "https://privacy.example.org:$((base + 2))/"
a=$(tls_get "https://privacy.example.org:$((base + 2))/bare")
every "TLS" "$a"
has "TLS: browsers are told to stay in it" \
    '^strict-transport-security: max-age=31536000' "$a"
has "TLS: the worker knows" '^HTTPS=on' "$a"
a=$(get -H 'Host: privacy.example.org' \
    "http://127.0.0.1:$((base + 3))/rights?x=1")
has "http leads to https" '^Location: https://privacy.example.org/rights' "$a"
has "TLS: another name gets no certificate" failed \
    "$(curl -sk --resolve "*:$((base + 2)):127.0.0.1" \
	"https://evil.example:$((base + 2))/" || echo failed)"
has "TLS: another name inside is 421" '^HTTP/2 421' \
    "$(tls_get -H 'Host: evil.example' \
	"https://privacy.example.org:$((base + 2))/")"

report
