#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# nginx.sh SOURCE DIR NAME=VALUE...: lay in DIR what nginx needs for one site
# on loopback, made of conf/nginx in SOURCE: the files that a server uses, with
# the words between at signs filled in.  Prints nothing; nginx -c DIR/nginx.conf
set -eu

source=$1
dir=$2
shift 2

six=no
grep -qs '00000000000000000000000000000001 .* lo$' /proc/net/if_inet6 &&
	six=yes

fill() {
	sed -e '/# begin tls$/,/# end tls$/d' -e '/# tls/d' \
	    -e "$([ "$six" = yes ] || echo '/# .*six$/d')" \
	    -e 's/ # \(plain six\|plain\|six\)$//' "$1"
}

# One sed expression a value; a bar cannot stand in any of them.
values=
for pair in "$@"; do
	values="$values -e s|@${pair%%=*}@|${pair#*=}|g"
done

mkdir -p "$dir/conf.d" "$dir/snippets" "$dir/sites-enabled" "$dir/temp"
cp "$source/conf/nginx/assent-http.conf" "$dir/conf.d/assent.conf"
cp "$source"/conf/nginx/snippets/*.conf "$dir/snippets/"
printf '%s\n' '127.0.0.0/8 1;' '::1 1;' > "$dir/snippets/assent-trusted.conf"
cp /etc/nginx/mime.types "$dir/mime.types"
for part in catch-all site; do
	# shellcheck disable=SC2086 # one word per expression, by construction
	fill "$source/conf/nginx/$part.conf" | sed $values \
	    > "$dir/sites-enabled/$part"
done
site=$(printf '%s\n' "$@" | sed -n 's/^site=//p')
# shellcheck disable=SC2086
sed $values "$source/conf/nginx/sso.conf" > "$dir/snippets/assent-sso-$site.conf"
# shellcheck disable=SC2086
sed $values -e "s|@dir@|$dir|g" "$source/conf/demo/nginx.conf" \
    > "$dir/nginx.conf"
if grep -n '@[a-z_0-9]*@' "$dir/nginx.conf" "$dir"/sites-enabled/* |
    grep -v ':#'; then
	echo "nginx.sh: these words have no value" >&2
	exit 1
fi
