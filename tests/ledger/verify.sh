#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The real keeper, killed in the middle of its work, and the real verifier
# after what an owner of the database could do.  Law: GDPR 5(2), 7(1).
# needs: database
set -eu

dir=$ASSENT_TEST_DIR/site
bin=${top_builddir:?} top=${top_srcdir:?}
rows=${ASSENT_TEST_ROWS:-2000}
keeper=
fill=

clean() {
	for pid in $keeper $fill; do
		kill -9 "$pid" 2>/dev/null || :
	done
}
trap clean EXIT

sql() {
	mariadb --no-defaults -S "$ASSENT_TEST_SOCKET" \
	    -u "$ASSENT_TEST_ADMIN" -BN t -e "$1"
}

say() { echo "verify.sh: $*"; }
fail() { say "FAIL: $*"; exit 1; }

mkdir -p "$dir/demo" "$dir/keys" "$dir/secrets"
for name in portal office courier keeper owner; do
	install -m 0400 "$ASSENT_TEST_DIR/$name.password" \
	    "$dir/secrets/$name.pw"
done
cat > "$dir/demo/assent.conf" <<TXT
site = "demo"
portal_url = "http://localhost:1"
office_url = "http://localhost:2"
database {
	socket = "$ASSENT_TEST_SOCKET"
	name = "t"
	keys_name = "t_keys"
	user_prefix = "t_"
	password_dir = "$dir/secrets"
}
keys_dir = "$dir/keys"
root_key = "$dir/root.key"
journal = {"$dir/journal"}
heads_file = "$dir/heads"
sql_dir = "$top/sql"
smtp {
	from = "a@example.org"
}
TXT
conf=$dir/demo/assent.conf

assent() { "$bin/assent" --etc "$dir" --site demo "$@"; }
once() { "$bin/assent-keeper" -c "$conf" --once "$1" 2>>"$dir/keeper.log"; }

# verify WORD...: the verifier finds something, and its words are in what it says.
verify_finds() {
	if assent verify ledger > "$dir/said" 2>&1; then
		cat "$dir/said"
		fail "nothing was found: $*"
	fi
	for word; do
		grep -q -- "$word" "$dir/said" || {
			cat "$dir/said"
			fail "not said: $word"
		}
	done
}

verify_passes() {
	assent verify ledger > "$dir/said" 2>&1 || {
		cat "$dir/said"
		fail "$1"
	}
}

sql "INSERT INTO purpose (id, code) VALUES (1, 'news');
    INSERT INTO purpose_version (id, purpose_id, number, basis, is_commercial,
     is_material, retention_months, created_us)
     VALUES (1, 1, 1, 'consent', 1, 1, 36, 0);
    INSERT INTO notice_version (id, number, is_material, created_us)
     VALUES (1, 1, 1, 0);
    INSERT INTO contact (id, reference, kind, language, source, basis,
     collected_us, last_person_us, created_us, updated_us)
     VALUES (1, 'C000000001', 'prospect', 'fr', 'staff', 'consent', 0, 0, 0, 0)"

assent keys init >/dev/null
assent keys derive >/dev/null
assent migrate | grep -q '(0 applied now); grants agree' || fail migrate
assent keys init 2>/dev/null && fail "the root key was replaced"
assent clock accept >/dev/null

say "a keeper that is killed again and again"
"$bin/tests/ledger/fill" "$conf" "$rows" &
fill=$!
n=0
while kill -0 "$fill" 2>/dev/null || [ "$n" -lt 8 ]; do
	"$bin/assent-keeper" -c "$conf" 2>>"$dir/keeper.log" &
	keeper=$!
	sleep "0.$((n % 4 + 1))"
	kill -9 "$keeper"
	wait "$keeper" 2>/dev/null || :
	keeper=
	# Its lease goes with it, so as not to wait for its end.
	sql "UPDATE lease SET until_us = 0 WHERE name LIKE 'job.%'"
	n=$((n + 1))
done
wait "$fill" || fail "fill"
fill=
once log_append
[ "$(sql "SELECT COUNT(*) FROM log_leaf WHERE ledger = 'consent'")" = "$rows" ] ||
	fail "leaves are missing or double"
[ "$(sql "SELECT MAX(position) + 1 - COUNT(*) FROM log_leaf")" = 0 ] ||
	fail "a gap in the positions"
once log_head
verify_passes "after $n kills"
say "killed $n times: $(grep leaves "$dir/said")"

first=$(sql "SELECT MIN(id) FROM consent_event")
last=$(sql "SELECT MAX(id) FROM consent_event")

say "a row changed, removed, slipped in, swapped"
sql "UPDATE consent_event SET how = 'paper' WHERE id = $first"
verify_finds "row.changed: consent row $first was changed"
sql "UPDATE consent_event SET how = 'account' WHERE id = $first"
verify_passes "set right again"

sql "CREATE TABLE saved AS SELECT * FROM consent_event WHERE id = $first;
    DELETE FROM consent_event WHERE id = $first"
verify_finds "row.removed: consent row $first was removed"
sql "INSERT INTO consent_event SELECT * FROM saved"
verify_passes "put back"

sql "INSERT INTO consent_event SELECT 0, kind, purpose_version_id, 'phone',
     language, notice_version_id, form_version_id, rendering, how, evidence_id,
     at_us, subject, leaf, writer, 1000000, mac FROM saved"
new=$(sql "SELECT MAX(id) FROM consent_event")
verify_finds "row.slipped_in: consent row $new was slipped in"
once log_append
verify_finds "row.slipped_in: consent row $new was slipped in"
[ "$(sql "SELECT detail FROM task WHERE kind = 'ledger.bad_mac'")" = \
    "{\"ledger\":\"consent\",\"row\":$new}" ] || fail "no task"
sql "DELETE FROM consent_event WHERE id = $new"

swap() {
	sql "UPDATE consent_event SET id = 99999999 WHERE id = $first;
	    UPDATE consent_event SET id = $first WHERE id = $last;
	    UPDATE consent_event SET id = $last WHERE id = 99999999"
}
swap
verify_finds "consent row $first" "consent row $last"
swap
verify_passes "swapped back"

say "a changed head, a shortened file, another's keys"
sql "CREATE TABLE heads AS SELECT * FROM log_head;
    UPDATE log_head SET size = size - 1 ORDER BY id LIMIT 1"
verify_finds "head.bad"
sql "DELETE FROM log_head; INSERT INTO log_head SELECT * FROM heads"
cp "$dir/heads" "$dir/heads.whole"
sed -i 1d "$dir/heads"
verify_finds "file.differs: the heads file lacks"
cp "$dir/heads.whole" "$dir/heads"
verify_passes "file put back"
echo '{"keys":[]}' > "$dir/jwks.json"
if assent verify ledger --jwks "$dir/jwks.json" >/dev/null 2>&1; then
	fail "heads of unknown keys were accepted"
fi
assent verify ledger --json | grep -q '"is_whole": true' || fail json

say "keys: rotated, listed, revoked"
assent keys rotate >/dev/null
once log_append
[ "$(assent keys list | grep -c retired)" = 2 ] || fail "old keys not retired"
sql "UPDATE log_head SET at_us = at_us - 100000000 ORDER BY id DESC LIMIT 1"
assent clock accept >/dev/null
once log_append
once log_head
verify_passes "heads of two generations"
kid=$(assent keys list | awk '/receipt.*retired/ { print $1 }')
assent keys revoke "$kid" >/dev/null
[ "$(assent keys list | grep -c revoked)" = 1 ] || fail "not revoked"
none=$(printf -- '-%042d' 0 | tr 0 A)	# the name of a key can begin like this
if said=$(assent keys revoke "$none" 2>&1); then fail "revoked no key"; fi
case $said in *"no key of that name"*) ;; *) fail "$said" ;; esac

say "what ends after a short life, and the clock"
sql "INSERT INTO signup (id, form_version_id, rendering, language, mailbox,
     mailbox_key, given_name, family_name, choices, token_hash, code_hash,
     created_us, expires_us)
     VALUES (1, 1, REPEAT('x', 32), 'fr', 'a@example.org', 'a@example.org', '',
     '', '[]', REPEAT('t', 32), REPEAT('c', 32), 1, 2);
    INSERT INTO consent_subject (event_id, signup_id, opening)
     VALUES (88888888, 1, REPEAT('x', 32))"
sql "UPDATE clock_mark SET high_us = high_us - 7200000000,
     accepted_us = accepted_us - 7200000000"
if once signup_purge; then fail "purged while the clock is in doubt"; fi
[ "$(sql "SELECT COUNT(*) FROM signup")" = 1 ] || fail "purged"
[ "$(sql "SELECT kind FROM task WHERE kind LIKE 'clock.%'")" = clock.forward ] ||
	fail "no task for the clock"
assent clock accept >/dev/null
[ "$(sql "SELECT COUNT(*) FROM task WHERE kind LIKE 'clock.%' AND state = 'open'")" = 0 ] ||
	fail "the task stays open"
once signup_purge
[ "$(sql "SELECT COUNT(*) FROM signup")" = 0 ] || fail "not purged"
[ "$(sql "SELECT COUNT(*) FROM consent_subject WHERE signup_id = 1")" = 0 ] ||
	fail "it is still known whose the event was"
sql "INSERT INTO suppression (identifier_hash, identifier, purpose_id, channel,
     basis, since_us, until_us, superseded_us) VALUES
     (REPEAT('a', 32), 'email', 0, 'email', 'GDPR 17', 1, 2, NULL),
     (REPEAT('b', 32), 'email', 0, 'email', 'GDPR 17', 1,
      9000000000000000, 3)"
once suppression_purge
[ "$(sql "SELECT HEX(LEFT(identifier_hash, 1)) FROM suppression")" = 62 ] ||
	fail "suppressed until its date, and no longer"
for job in token_purge session_purge budget_purge request_key_purge \
    search_query_purge outbox_purge; do
	once "$job" || fail "$job"
done

say "SIGTERM ends the keeper"
"$bin/assent-keeper" -c "$conf" 2>>"$dir/keeper.log" &
keeper=$!
sleep 0.5
kill "$keeper"
wait "$keeper" || fail "exit status $?"
keeper=
grep -q 'event=keeper.end' "$dir/keeper.log" || fail "no last line"
[ "$(sql "SELECT COUNT(*) FROM lease WHERE name LIKE 'job.%' AND until_us > 0")" = 0 ] ||
	fail "it kept a lease"
if grep 'level=fault' "$dir/keeper.log" | grep -vE 'ledger.bad_mac|clock.forward'
then
	fail "faults, see above"
fi
say ok
