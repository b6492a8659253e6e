#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# assent site add: what it lays for a site is what systemd, nginx and our own
# programs read, and a second run changes nothing.
set -u
: "${top_srcdir:?}" "${top_builddir:?}"
# shellcheck source=tests/ops/lib.sh
. "$top_srcdir/tests/ops/lib.sh"

mkdir "$scratch/share"
cp -r "$top_srcdir"/conf/{nginx,systemd,logrotate,mariadb,assent.conf} \
    "$scratch/share/"
mkdir "$scratch/share/sql"
cp "$top_srcdir/sql/accounts.sql" "$scratch/share/sql/"
etc=$scratch/root/etc

# add WORD...: one run; sets code and said.
add() {
	said=$("$top_builddir/assent" site add "$@" --share "$scratch/share" \
	    --root "$scratch/root" 2>&1)
	code=$?
}

add Agence --portal a.example --office b.example
is "a name with a capital is refused" 2 "$code"
add ../x --portal a.example --office b.example
is "a path is refused" 2 "$code"
add agence_2 --portal a.example
is "two doors need two names" 2 "$code"
add agence_2 --portal a.example --office a.example
is "two doors need different names" 2 "$code"
is "nothing was laid" no "$([ -e "$etc" ] || echo no)"

add agence_2 --portal privacy.agence.example --office office.agence.example
is "a site is added" 0 "$code"
has "what is left to do is said" 'systemctl enable' "$said"
before=$(find "$etc" -type f -exec sha256sum {} + | sort)
is "each account has a password for its program" "400 5" \
    "$(stat -c %a "$etc"/assent/agence_2/secrets/*.pw | sort | uniq -c |
	awk '{ print $2, $1 }')"
is "the passwords differ" 5 \
    "$(cat "$etc"/assent/agence_2/secrets/*.pw | fold -w 48 | sort -u | wc -l)"
accounts=$(cat "$etc/assent/agence_2/accounts.sql")
is "what MariaDB is told is for root" 400 \
    "$(stat -c %a "$etc/assent/agence_2/accounts.sql")"
has "an account has the password of its file" \
    "'agence_2_portal'@'localhost' IDENTIFIED BY '$(
	cat "$etc/assent/agence_2/secrets/portal.pw")'" "$accounts"
has "a grant names this database only" 'agence\\_2\\_keys' "$accounts"
is "no word is left open" "" "$(grep -rn '@[a-z_0-9]*@' "$etc" |
    grep -v -e ':#' -e '# plain' -e ':	*#')"
lacks "nothing of the example is left" '"demo|/demo|example\.org"$' \
    "$(grep -v -e '^	*#' -e 'from = ' "$etc/assent/agence_2/assent.conf")"

sed -i "s|^root_key = .*|root_key = \"$scratch/root.key\"|" \
    "$etc/assent/agence_2/assent.conf"
"$top_builddir/assent" --etc "$etc/assent" --site agence_2 keys init \
    >"$scratch/t" 2>&1
is "our programs read its configuration" yes \
    "$([ -s "$scratch/root.key" ] && echo yes)"
mv "$etc/assent/agence_2/assent.conf" "$scratch/changed"

# A name that begins like the example's.
"$top_builddir/assent" site add demo2 --portal p.example --office o.example \
    --share "$scratch/share" --root "$scratch/other" >/dev/null 2>&1
is "a site called demo2 has its folder, and no other is made" demo2 \
    "$(ls "$scratch/other/etc/assent")"
has "its configuration names its own paths" '"/var/lib/assent/demo2/keys"' \
    "$(cat "$scratch/other/etc/assent/demo2/assent.conf")"

# Each site has its own sign-on.
"$top_builddir/assent" site add agence_2b --portal p2.example \
    --office o2.example --share "$scratch/share" --root "$scratch/two" \
    >/dev/null 2>&1
is "the sign-on is a file of the site" "assent-sso-agence_2b.conf" \
    "$(basename "$scratch"/two/etc/nginx/snippets/assent-sso*)"
is "which its office includes, and nothing else does" \
    "include snippets/assent-sso-agence_2b.conf;" \
    "$(grep -rhv '^[	 ]*#' "$scratch/two/etc/nginx" | grep -o 'include .*sso.*')"
has "and which names its own secret" /etc/assent/agence_2b/secrets/sso.nginx \
    "$(cat "$scratch/two/etc/nginx/snippets/assent-sso-agence_2b.conf")"

# nginx takes the whole set, on ports that a normal user may listen on.
base=$(free_port)
ng=$scratch/nginx
"$top_srcdir/conf/demo/nginx.sh" "$top_srcdir" "$ng" site=x portal_name=x \
    office_name=y portal_listen="127.0.0.1:$base" portal_listen6="[::1]:$base" \
    office_listen="127.0.0.1:$base" office_listen6="[::1]:$base" run=/x \
    data=/x log=/dev/null error_log=stderr password_queue=1
rm -rf "$ng/conf.d" "$ng/snippets" "$ng/sites-enabled"/*
cp -r "$etc/nginx/conf.d" "$etc/nginx/snippets" "$ng/"
cp "$etc"/nginx/sites-available/* "$ng/sites-enabled/"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj /CN=x -days 2 -keyout "$scratch/key" -out "$scratch/cert" 2>/dev/null
sed -i -e "s|/etc/ssl/certs/assent.pem|$scratch/cert|" \
    -e "s|/etc/ssl/private/assent.key|$scratch/key|" \
    "$ng/snippets/assent-tls.conf"
sed -i -e '/six$/d' -e "s|/var/log/[a-z0-9/_.]*|/dev/null|" \
    -e "s|listen 80|listen 127.0.0.1:$base|" \
    -e "s|listen 443|listen 127.0.0.1:$((base + 1))|" "$ng"/sites-enabled/*
is "nginx takes its files" ok "$(nginx -c "$ng/nginx.conf" -t >"$scratch/t" 2>&1
    grep -q 'is successful' "$scratch/t" && echo ok)"

mv "$scratch/changed" "$etc/assent/agence_2/assent.conf"
echo '# mine' >> "$etc/nginx/snippets/assent-trusted.conf"
mine=$(find "$etc" -type f -exec sha256sum {} + | sort)
add agence_2 --portal other.example --office office.agence.example
is "a second run succeeds" 0 "$code"
is "and keeps what was changed by hand" "$mine" \
    "$(find "$etc" -type f -exec sha256sum {} + | sort)"
is "the first run made all of it" "$(wc -l <<<"$before")" \
    "$(find "$etc" -type f | wc -l)"

report
