# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034 # paths come from place.sh
# What quickstart runs: each server in a session of its own, with no terminal,
# no file of ours open, and its number in var/run.

# In the order of stopping; the database last.
pools="portal-a portal-b portal-pw office-a office-b office-pw"
programs="$pools courier keeper"
servers="nginx $programs mailcatcher db"

# started_at PID: when it started, in ticks; with the number it names a process.
# Fails for one that has ended and is only waiting to be reaped.
started_at() {
	local line
	line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	read -r -a line <<<"${line##*) }"
	[[ ${line[0]} != [ZX] ]] && echo "${line[19]}"
}

# start NAME COMMAND...: leave it running as the servers' user.
start() {
	local name=$1
	shift
	rm -f "$var/run/$name.pid"
	(
		local fd pid=$BASHPID
		cd "$var" || exit
		for fd in /proc/self/fd/*; do
			fd=${fd##*/}
			[ "$fd" -le 2 ] || eval "exec $fd>&-"
		done
		echo "$pid $(started_at "$pid")" > "$var/run/$name.pid"
		exec setsid "${as[@]}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		    HOME="$var" LANG=C.UTF-8 "$@" \
		    </dev/null >>"$log/$name.log" 2>&1
	) &
	disown
	while [ ! -s "$var/run/$name.pid" ]; do
		sleep 0.01
	done
}

# alive NAME: whether the very process that was started still runs.
alive() {
	local pid ticks
	{ read -r pid ticks < "$var/run/$1.pid"; } 2>/dev/null || return 1
	[ -n "$ticks" ] && [ "$(started_at "$pid")" = "$ticks" ]
}

# members NAME: the processes of its session that are ours, also when the
# first of them was killed: their command or their directory lies in var.
members() {
	local pid ticks member
	{ read -r pid ticks < "$var/run/$1.pid"; } 2>/dev/null || return 0
	for member in $(ps -o pid= -s "$pid"); do
		if grep -qaF "$var/" "/proc/$member/cmdline" 2>/dev/null ||
		    [[ $(readlink "/proc/$member/cwd" 2>/dev/null)/ == "$var"/* ]]
		then
			echo "$member"
		fi
	done
}

# halt NAME SECONDS: ask it to end, then end it.
halt() {
	local name=$1 pid ticks n=$(($2 * 20))
	if alive "$name"; then
		read -r pid ticks < "$var/run/$name.pid"
		kill "$pid" 2>/dev/null || :
		while [ "$n" -gt 0 ] && alive "$name"; do
			sleep 0.05
			n=$((n - 1))
		done
	fi
	n=40
	while [ "$n" -gt 0 ] && [ -n "$(members "$name")" ]; do
		# shellcheck disable=SC2046 # a list of numbers
		kill -KILL $(members "$name") 2>/dev/null || :
		sleep 0.05
		n=$((n - 1))
	done
	rm -f "$var/run/$name.pid"
}

stop_all() {
	local name
	for name in $servers; do
		if [ "$name" = db ]; then
			halt db 60
		else
			halt "$name" 10
		fi
	done
	rm -f "$var/run/programs"
	sweep_clock
}

# check_ports: nobody else listens where we will.
check_ports() {
	local each ports=()
	if [ "$(cat "$var/run/port" 2>/dev/null || echo "$port")" != "$port" ]
	then
		stop_all
	fi
	if ! alive nginx; then
		halt nginx 1
		ports+=("$port" "$((port + 1))")
	fi
	if ! alive mailcatcher; then
		halt mailcatcher 1
		ports+=("$((port + 2))" "$((port + 3))")
	fi
	for each in "${ports[@]}"; do
		if (exec 7<>"/dev/tcp/127.0.0.1/$each") 2>/dev/null; then
			fail 4 "another program listens on port $each;" \
			    "choose others, for example ASSENT_PORT=$((port + 100))"
		fi
	done
}

# ---- the clock

# sweep_clock: what libfaketime left of processes that were killed.
sweep_clock() {
	local file
	for file in /dev/shm/faketime_shm_* /dev/shm/sem.faketime_sem_*; do
		if [ "$(stat -c %U "$file" 2>/dev/null)" = "$owner" ] &&
		    [ ! -e "/proc/${file##*_}" ]; then
			rm -f "$file"
		fi
	done
}

# set_clock: how far our programs' clock is ahead; only forward.
set_clock() {
	local now unit
	local -A seconds=([s]=1 [m]=60 [h]=3600 [d]=86400 [w]=604800)
	offset=$(cat "$var/state/clock" 2>/dev/null || echo 0)
	[ -n "$shift_to" ] || return 0
	now=${shift_to#+}
	unit=${now##*[0-9]}
	now=$((10#${now%"$unit"} * ${seconds[${unit:-s}]}))
	[ "$now" -ge "$offset" ] || fail 2 \
	    "the clock is ahead by $offset s; going back needs ./quickstart reset"
	[ "$now" = "$offset" ] || rm -f "$var/run/programs"
	offset=$now
}

# clock_words: what env needs to put a program on that clock.
clock_words() {
	local faketime
	[ "$offset" -gt 0 ] || return 0
	faketime=$(compgen -G '/usr/lib/*/faketime/libfaketime.so.1' | head -1)
	[ -n "$faketime" ] || fail 3 "--at needs the package faketime"
	printf '%s ' "LD_PRELOAD=$faketime" "FAKETIME=+$offset" \
	    FAKETIME_DONT_FAKE_MONOTONIC=1
}

# ---- the database

sql() {
	mariadb --no-defaults -S "$run/db/sql.sock" -u "$admin" -BN "$@"
}

start_database() {
	say "MariaDB"
	if ! alive db; then
		halt db 1
		if [ ! -d "$var/db/data" ]; then
			rm -rf "$var/db/new"
			run_logged "$log/db.log" "${as[@]}" mariadb-install-db \
			    --no-defaults "--datadir=$var/db/new" --force --skip-test-db \
			    --skip-name-resolve \
			    --auth-root-authentication-method=socket \
			    "--auth-root-socket-user=$admin"
			mv "$var/db/new" "$var/db/data"
		fi
		start db mariadbd "--defaults-file=$var/etc/my.cnf"
	fi
	wait_for 60 db "$log/db.log" sql -e 'SELECT 1'
	done_in
}

# wait_for SECONDS NAME LOG COMMAND...: until the command succeeds; give up at
# once when the server ended.
wait_for() {
	local end=$((SECONDS + $1)) name=$2 file=$3
	shift 3
	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$end" ] || ! alive "$name"; then
			tail -n 25 "$file" >&2
			fail 1 "$name does not run; its log is $file"
		fi
		sleep 0.1
	done
}

# The accounts, as a server's administrator makes them.
account_statements() {
	local text name
	text=$(< "$top/sql/accounts.sql")
	text=${text//@site@/$site}
	text=${text//@pattern@/$site}
	for name in portal office courier keeper owner; do
		text=${text//@${name}_password@/$(< "$var/secrets/$name.pw")}
	done
	printf '%s\n' "$text"
}

assent() {
	run_logged "$log/assent.log" "$var/bin/assent" --site "$site" "$@"
}

# Tables, keys, the company.  What was loaded half is loaded anew.
prepare_site() {
	if [ ! -e "$var/state/loaded" ]; then
		sql -e "DROP DATABASE IF EXISTS \`$site\`;
		    DROP DATABASE IF EXISTS \`${site}_keys\`"
		rm -rf "${var:?}"/keys/* "${var:?}"/root/* \
		    "${var:?}"/journal/* "${var:?}"/mails/*
	fi
	say "Accounts, tables, keys"
	account_statements | sql
	[ -s "$var/root/root.key" ] || assent keys init
	assent keys derive
	assent migrate
	done_in
	if [ ! -e "$var/state/loaded" ]; then
		say "The demonstration company"
		assent demo --contacts "$contacts" \
		    --out "$var/state/company.json.new"
		mv "$var/state/company.json.new" "$var/state/company.json"
		: > "$var/state/loaded"
		done_in "$contacts contacts"
	fi
	if [ "$offset" != "$(cat "$var/state/clock" 2>/dev/null || echo 0)" ]
	then
		say "The clock, ahead by $offset s"
		halt_programs
		assent clock accept
		echo "$offset" > "$var/state/clock"
		done_in
	elif ! alive keeper; then
		# A pause of hours looks like a jump to the keeper; whoever
		# types this command is the person who can tell.
		assent clock accept
	fi
}

# ---- programs

halt_programs() {
	local name
	for name in $programs; do
		halt "$name" 10
	done
}

# watched COUNT PROGRAM: that many of it, each started again when it ends.
watched() {
	# shellcheck disable=SC2046 # words
	set -- /usr/bin/multiwatch -s TERM -r 1000000 -t 1000 -f "$1" -- \
	    /usr/bin/env $(clock_words) "$lib/$2" -c "$conf"
	command_line=("$@")
}

# Whether the relay's port is open.
takes_mail() {
	(exec 3<>"/dev/tcp/127.0.0.1/$((port + 3))")
}

start_programs() {
	local name cores policy
	say "Workers, courier, keeper, mail catcher, nginx"
	if [ "$(cat "$var/run/programs" 2>/dev/null)" != "$offset" ]; then
		halt_programs
	fi
	cores=$(nproc)
	for name in $pools; do
		! alive "$name" || continue
		halt "$name" 1
		watched "$cores" "assent-${name%%-*}"
		policy=--other
		[[ $name != *-pw ]] || policy=--idle	# as their units
		start "$name" chrt "$policy" 0 spawn-fcgi -n -M 0660 -b 1024 \
		    -s "$run/$name.sock" -- "${command_line[@]}"
	done
	# Before the courier: a mail it cannot hand over waits for a minute.
	if ! alive mailcatcher; then
		halt mailcatcher 1
		start mailcatcher /usr/bin/python3 "$var/lib/mailcatcher.py" \
		    "$var/mails" "$((port + 2))" "$((port + 3))"
		wait_for 60 mailcatcher "$log/mailcatcher.log" takes_mail
	fi
	for name in courier keeper; do
		! alive "$name" || continue
		halt "$name" 1
		watched 1 "assent-$name"
		start "$name" "${command_line[@]}"
	done
	echo "$offset" > "$var/run/programs"
	if alive nginx; then
		kill -HUP "$(cut -d' ' -f1 "$var/run/nginx.pid")"
	else
		halt nginx 1
		start nginx nginx -c "$var/nginx/nginx.conf"
	fi
	done_in
}

answers() {
	[ "$(curl -sL --max-time 5 -o /dev/null -w '%{http_code}' "$1")" = 200 ]
}

wait_until_up() {
	local address end=$((SECONDS + 60)) name
	say "Waiting until every address answers"
	for address in "$port/readyz" "$((port + 1))/readyz" "$port/" \
	    "$((port + 1))/" "$((port + 2))/"; do
		until answers "http://localhost:$address"; do
			if [ "$SECONDS" -ge "$end" ]; then
				tail -n 5 "$log"/{nginx,portal-a,office-a}.log >&2
				fail 1 "http://localhost:$address does not answer;" \
				    "the logs are in $log"
			fi
			sleep 0.1
		done
	done
	for name in $servers; do
		alive "$name" || fail 1 "$name ended; its log is $log/$name.log"
	done
	done_in
}

# tell: what programs and people need to know; ready: how long it took.
tell() {
	/usr/bin/python3 "$top/conf/demo/tell.py" "$var" "$port" "$offset" \
	    "$run/db/sql.sock" "$admin" "$site"
}

ready() {
	echo "Ready after $((SECONDS - began)) s.  ./quickstart stop ends it."
}
