#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The units as systemd reads them, how much each program may still do, who may
# open which socket, and the rotation of logs.  GDPR 32(1)(b).
set -u
: "${top_srcdir:?}"
# shellcheck source=tests/ops/lib.sh
. "$top_srcdir/tests/ops/lib.sh"

units=$scratch/units
cp -r "$top_srcdir/conf/systemd" "$units"
mkdir "$scratch/bin"
for program in assent assent-portal assent-office assent-courier assent-keeper
do
	printf '#!/bin/sh\n' > "$scratch/bin/$program"
	chmod 755 "$scratch/bin/$program"
done
find "$units" -type f -exec sed -i -e "s|/usr/lib/assent/|$scratch/bin/|" \
    -e "s|/usr/sbin/assent|$scratch/bin/assent|" {} +
export SYSTEMD_UNIT_PATH=$units:/lib/systemd/system

names=()
for file in "$units"/*@.*; do
	[ -f "$file" ] || continue
	name=${file##*/}
	names+=("${name/@./@demo.}")
done
is "there are units" yes "$([ ${#names[@]} -ge 15 ] && echo yes)"
for name in "${names[@]}"; do
	is "systemd takes $name" "" "$(systemd-analyze --man=no \
	    --recursive-errors=no verify "$units/$name" 2>&1 |
	    grep -v -e 'mariadb.service' -e "Failed to connect to bus")"
done

# A unit with a word that systemd does not know is found out.
sed -i 's/^Backlog=/Backlogg=/' "$units/assent-portal-a@.socket"
has "a false word would be seen" Backlogg "$(systemd-analyze --man=no \
    verify "$units/assent-portal-a@demo.socket" 2>&1)"
sed -i 's/^Backlogg=/Backlog=/' "$units/assent-portal-a@.socket"

# exposure UNIT: systemd's own measure, from 0.0 (safe) to 10.0.
exposure() {
	systemd-analyze --no-pager security --offline=true "$units/$1" \
	    2>/dev/null | sed -nE 's/.*exposure level for .*: ([0-9.]+) .*/\1/p'
}
for unit in assent-portal-a assent-portal-pw assent-office-b assent-keeper
do
	level=$(exposure "$unit@demo.service")
	is "$unit is exposed by less than 1.5 (is $level)" yes \
	    "$(awk -v l="$level" 'BEGIN { if (l != "" && l < 1.5) print "yes" }')"
done
level=$(exposure assent-courier@demo.service)
is "the courier is exposed by less than 2.0 (is $level)" yes \
    "$(awk -v l="$level" 'BEGIN { if (l != "" && l < 2.0) print "yes" }')"

# setting UNIT NAME: what a unit and its drop-ins say in the end.
setting() {
	cat "$units/$1" "$units/assent-.service.d/"*.conf \
	    "$units/${1%-*}-.service.d/"*.conf 2>/dev/null |
	    sed -n "s/^$2=//p" | tail -n 1
}
is "the portal runs as its own user" assent-portal \
    "$(setting assent-portal-a@.service User)"
is "the office runs as its own user" assent-office \
    "$(setting assent-office-pw@.service User)"
is "the keeper has no network" yes \
    "$(setting assent-keeper@.service PrivateNetwork)"
is "no program leaves a core" 0 "$(setting assent-portal-b@.service LimitCORE)"
for socket in "$units"/*.socket; do
	name=${socket##*/}
	is "only nginx opens $name" "root www-data 0660" \
	    "$(sed -n 's/^Socket\(User\|Group\|Mode\)=//p' "$socket" |
		tr '\n' ' ' | sed 's/ $//')"
	is "$name has a long queue" 1024 "$(sed -n 's/^Backlog=//p' "$socket")"
	has "nginx looks where $name is" "@run@/${name%@.socket}.sock" \
	    "$(sed 's|@run@/|@run@/assent-|' \
		"$top_srcdir/conf/nginx/site.conf")"
done

is "systemd-sysusers takes the users" "" "$(systemd-sysusers --dry-run \
    "$units/assent.sysusers" 2>&1 | grep -v -e '^Would' -e '^Creating')"
sed "s/@site@/demo/; s|/run/|$scratch/run/|; s|/var/|$scratch/var/|
    s/ root / $(id -un) /g; s/www-data/$(id -gn)/; s/assent-keeper/$(id -un)/
    s/ assent -/ $(id -gn) -/; s/ root -/ $(id -gn) -/; s/ adm -/ $(id -gn) -/" \
    "$units/assent.tmpfiles" > "$scratch/assent.conf"
is "systemd-tmpfiles takes the directories" "" \
    "$(systemd-tmpfiles --create "$scratch/assent.conf" 2>&1)"
is "they are there" drwxr-s--- \
    "$(stat -c %A "$scratch/var/lib/assent/demo/journal")"

# Rotation: 14 days, and nginx is told.
mkdir "$scratch/log"
sed -e "s|/var/log/assent/|$scratch/log/|" -e "s|/run/nginx.pid|$scratch/pid|g" \
    -e "s/www-data adm/$(id -un) $(id -gn)/" \
    -e "s/su root adm/su $(id -un) $(id -gn)/" \
    "$top_srcdir/conf/logrotate/assent" > "$scratch/rotate"
chmod 644 "$scratch/rotate"
trap 'told=yes' USR1
told=no
echo $$ > "$scratch/pid"
touch "$scratch/err"
for day in $(seq 17); do
	echo "day $day" > "$scratch/log/demo.log"
	logrotate -f -s "$scratch/state" "$scratch/rotate" 2>>"$scratch/err"
done
is "logrotate has no complaint" "" "$(cat "$scratch/err")"
is "fourteen logs stay" 14 \
    "$(find "$scratch/log" -name 'demo.log.*' | wc -l)"
is "nginx is told to open the new one" yes "$told"

report
