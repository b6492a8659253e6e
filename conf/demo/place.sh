# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034 # shared with quickstart and servers.sh
# Where quickstart's things are, who owns them, and how they get there.

demo_user=assent-demo

# All paths; var may be long, sockets may not (107 bytes).
set_place() {
	var=${ASSENT_VAR:-$top/var}
	build=${ASSENT_BUILD:-$top/build/quickstart}
	[[ $var == /* ]] || var=$PWD/$var
	[[ $build == /* ]] || build=$PWD/$build
	case $var$build in
	*[!A-Za-z0-9/._+-]*) fail 4 \
	    "the paths may hold letters, digits and . _ + - only: $var $build" ;;
	esac
	log=$var/log
	conf=$var/etc/$site/assent.conf
	lib=$var/install/usr/lib/assent
	share=$var/install/usr/share/assent
	admin=$(id -un)
	if [ "$(id -u)" -eq 0 ]; then
		owner=$demo_user
		run=/run/assent-demo-$port
		as=(setpriv "--reuid=$demo_user" "--regid=$demo_user"
		    --init-groups)
	else
		owner=$admin
		run=/tmp/assent-$(id -u)-$port
		as=()
	fi
}

# Refuse early a place that cannot serve.
check_place() {
	if [ -e "$var" ] && [ ! -e "$var/.assent" ] &&
	    [ -n "$(ls -A "$var")" ]; then
		fail 4 "$var holds something that is not mine;" \
		    "name another directory in ASSENT_VAR"
	fi
	mkdir -p "$var" 2>/dev/null ||
		fail 4 "$var cannot be made; name another in ASSENT_VAR"
	if [ "$(id -u)" -eq 0 ]; then
		make_user
		"${as[@]}" test -x "$var" || fail 4 \
		    "everything runs as the user $demo_user, who cannot reach" \
		    "$var; name another directory, for example" \
		    "ASSENT_VAR=/srv/assent-demo ./quickstart"
	else
		[ -w "$var" ] || fail 4 "$var is not yours;" \
		    "name another directory in ASSENT_VAR"
	fi
	: > "$var/.assent"
	mkdir -p "$log" "$var/run"
}

make_user() {
	if [ "$(id -u)" -eq 0 ] && ! getent passwd "$demo_user" >/dev/null
	then
		useradd --system --user-group --no-create-home \
		    --home-dir /nonexistent --shell /usr/sbin/nologin \
		    "$demo_user"
	fi
}

install_packages() {
	add_packages "$log/packages.log" build run
}

need_commands() {
	local name missing=()
	for name in gcc make autoreconf pkg-config msgfmt nginx mariadbd \
	    mariadb mariadb-install-db spawn-fcgi multiwatch curl setpriv \
	    flock; do
		command -v "$name" >/dev/null ||
			missing+=("$name")
	done
	/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null ||
		missing+=(python3-aiosmtpd)
	[ -d /usr/share/javascript/bootstrap5 ] || missing+=(libjs-bootstrap5)
	[ ${#missing[@]} -eq 0 ] || fail 3 "these are missing: ${missing[*]};" \
	    "conf/packages names the packages, and root's ./quickstart installs them"
}

# One at a time in one place.
take_lock() {
	exec 9>"$var/run/lock"
	flock -n 9 || {
		echo "another quickstart is at work in $var; waiting"
		flock 9
	}
}

build() {
	say "Building (log/build.log)"
	: > "$log/build.log"
	mkdir -p "$build"
	exec 8>"$build/.lock"
	flock 8
	build_site "$build" "$log/build.log"
	rm -rf "$var/install.new"
	run_logged "$log/build.log" make -s -C "$build" install \
	    DESTDIR="$var/install.new"
	exec 8>&-
	done_in
}

# own DIR...: directories that the servers write in.
own() {
	local dir
	for dir; do
		mkdir -p "$dir"
		[ "$(id -u)" -ne 0 ] || chown "$demo_user:" "$dir"
		chmod 750 "$dir"
	done
}

# set_word KEY VALUE: one line of assent.conf, commented out or not.
set_word() {
	grep -qE "^	*#?$1 = " "$conf.new" ||
		fail 1 "conf/assent.conf has no line for $1"
	sed -i -E "s|^(	*)#?$1 = .*|\\1$1 = $2|" "$conf.new"
}

lay_files() {
	local cores
	say "Files in $(basename "$var")/"
	own "$var/db" "$var/db/tmp" "$var/mails" "$var/secrets" "$var/keys" "$var/root" \
	    "$var/journal" "$var/backup"
	make_run_dir
	swap_install
	mkdir -p "$(dirname "$conf")" "$var/bin" "$var/lib" "$var/state"
	cp "$top/conf/demo/mailcatcher.py" "$var/lib/"
	cp "$share/mariadb/assent.cnf" "$var/etc/mariadb-assent.cnf"
	database_conf > "$var/etc/my.cnf"
	site_conf
	cores=$(nproc)
	"$top/conf/demo/nginx.sh" "$top" "$var/nginx" site="$site" \
	    portal_name=localhost office_name=localhost \
	    portal_listen="127.0.0.1:$port" portal_listen6="[::1]:$port" \
	    office_listen="127.0.0.1:$((port + 1))" \
	    office_listen6="[::1]:$((port + 1))" run="$run" data="$share" \
	    log="$log/nginx/access.log" error_log=stderr \
	    password_queue="$((16 * cores))"
	own "$var/nginx" "$var/nginx/temp" "$log/nginx"
	make_secrets
	set_clock
	cli_wrapper
	echo "$port" > "$var/run/port"
	done_in
}

# Sockets: a short path, nobody else's.
make_run_dir() {
	[ ! -L "$run" ] || fail 4 "$run is a link; remove it"
	mkdir -p "$run"
	if [ "$(id -u)" -eq 0 ]; then
		chown "$demo_user:" "$run"
	elif [ ! -O "$run" ]; then
		fail 4 "$run is not yours; choose another ASSENT_PORT"
	fi
	chmod 750 "$run"
	own "$run/db"
}

# The new build takes the old one's place only if it differs, so that running
# programs are restarted only for a reason.
swap_install() {
	if diff -rq "$var/install" "$var/install.new" >/dev/null 2>&1; then
		rm -rf "$var/install.new"
	else
		rm -rf "$var/install"
		mv "$var/install.new" "$var/install"
		rm -f "$var/run/programs"
	fi
}

database_conf() {
	cat <<-TXT
	!include $var/etc/mariadb-assent.cnf
	[mariadbd]
	datadir = $var/db/data
	socket = $run/db/sql.sock
	pid_file = $run/db/pid
	tmpdir = $var/db/tmp
	skip_networking
	innodb_buffer_pool_size = 256M
	innodb_log_file_size = 64M
	performance_schema = OFF
	TXT
}

site_conf() {
	cp "$top/conf/assent.conf" "$conf.new"
	set_word portal_url "\"http://localhost:$port\""
	set_word office_url "\"http://localhost:$((port + 1))\""
	set_word socket "\"$run/db/sql.sock\""
	set_word password_dir "\"$var/secrets\""
	set_word keys_dir "\"$var/keys\""
	set_word root_key "\"$var/root/root.key\""
	set_word journal "{\"$var/journal/erasure.journal\"}"
	set_word heads_file "\"$var/journal/heads\""
	sed -i 's|^	#host = "localhost"|	host = "127.0.0.1"|' "$conf.new"
	sed -i "s|^	#port = 25\$|	port = $((port + 3))|" "$conf.new"
	set_word tls '"never"'
	set_word from '"portail@voyages-demo.example"'
	set_word reply_to '"dpo@voyages-demo.example"'
	set_word templates "\"$share/templates\""
	set_word locale_dir "\"$var/install/usr/share/locale\""
	set_word sql_dir "\"$share/sql\""
	if ! cmp -s "$conf" "$conf.new"; then
		mv "$conf.new" "$conf"
		rm -f "$var/run/programs"
	else
		rm "$conf.new"
	fi
}

# A password per account, drawn once, each in a file of its own.
make_secrets() {
	local name file
	for name in portal office courier keeper owner; do
		file=$var/secrets/$name.pw
		[ ! -s "$file" ] || continue
		(umask 277 && rm -f "$file.new" &&
		    od -An -N 24 -tx1 /dev/urandom | tr -d ' \n' > "$file.new")
		[ "$(id -u)" -ne 0 ] || chown "$demo_user:" "$file.new"
		mv -f "$file.new" "$file"
	done
}

# The CLI of this site, on its clock, as the user who owns its files; root's
# right to read and write anywhere stays with it, for the files it is given.
cli_wrapper() {
	cat > "$var/bin/assent.new" <<-TXT
	#!/bin/sh
	# The demonstration's assent: laid by quickstart at each start.
	case " \$* " in
	*" doctor "*) set -- "\$@" --run "$run" ;;
	esac
	if [ "\$(id -u)" -eq 0 ]; then
		exec setpriv --reuid=$demo_user --regid=$demo_user \\
		    --init-groups --inh-caps=+dac_override \\
		    --ambient-caps=+dac_override \\
		    env $(clock_words) "$var/install/usr/sbin/assent" \\
		    --etc "$var/etc" "\$@"
	fi
	exec env $(clock_words) "$var/install/usr/sbin/assent" \\
	    --etc "$var/etc" "\$@"
	TXT
	chmod 755 "$var/bin/assent.new"
	mv "$var/bin/assent.new" "$var/bin/assent"
	keeper_wrapper
}

# A job of the keeper by hand: assent-keeper --once JOB, on the same clock.
keeper_wrapper() {
	cat > "$var/bin/assent-keeper.new" <<-TXT
	#!/bin/sh
	# The demonstration's keeper by hand: laid by quickstart at each start.
	set -- env $(clock_words) "$var/install/usr/lib/assent/assent-keeper" \\
	    -c "$var/etc/$site/assent.conf" "\$@"
	[ "\$(id -u)" -ne 0 ] || set -- setpriv --reuid=$demo_user \\
	    --regid=$demo_user --init-groups "\$@"
	exec "\$@"
	TXT
	chmod 755 "$var/bin/assent-keeper.new"
	mv "$var/bin/assent-keeper.new" "$var/bin/assent-keeper"
}

# Data, secrets and keys go; what was built stays.
forget() {
	local name
	for name in db mails secrets keys root journal backup nginx log run \
	    etc bin lib install install.new state demo.json .assent; do
		rm -rf "${var:?}/$name"
	done
	rm -rf "$run"
	rmdir "$var" 2>/dev/null || :
}
