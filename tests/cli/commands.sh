#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The owner's program as people type it.  Law: GDPR 5(2), 32(1)(b), 32(4).
# needs: database
set -eu

top=${top_srcdir:?} bin=${top_builddir:?}
dir=$ASSENT_TEST_DIR/site
relay=

clean() { [ -z "$relay" ] || kill "$relay" 2>/dev/null || :; }
trap clean EXIT

fail() {
	echo "commands.sh: FAIL: $*"
	exit 1
}
sql() {
	mariadb --no-defaults -S "$ASSENT_TEST_SOCKET" \
	    -u "$ASSENT_TEST_ADMIN" -BN t -e "$1"
}
assent() { "$bin/assent" --etc "$dir" --site demo "$@"; }

# exits STATUS COMMAND...: the command ends with that status; its words are in said.
exits() {
	local want=$1 got=0
	shift
	"$@" > "$dir/said" 2>&1 || got=$?
	[ "$got" -eq "$want" ] || {
		cat "$dir/said"
		fail "exit status $got, not $want: $*"
	}
}
said() { grep -q -- "$1" "$dir/said" || { cat "$dir/said"; fail "not said: $1"; }; }

mkdir -p "$dir/demo" "$dir/keys" "$dir/secrets" "$dir/run"
for name in portal office courier keeper owner; do
	install -m 0400 "$ASSENT_TEST_DIR/$name.password" \
	    "$dir/secrets/$name.pw"
done
/usr/bin/python3 "$top/tests/cli/relay.py" "$dir/port" &
relay=$!
for _ in $(seq 100); do
	[ ! -s "$dir/port" ] || break
	sleep 0.05
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
templates = "$top/templates"
sql_dir = "$top/sql"
smtp {
	host = "127.0.0.1"
	port = $(cat "$dir/port")
	tls = "never"
	from = "a@example.org"
}
TXT

# Every command has --help and refuses what it does not know.
exits 0 "$bin/assent" --help
cp "$dir/said" "$dir/help"
[ "$(grep -c '^  [a-z]' "$dir/help")" -ge 12 ] || fail "too few commands"
while read -r first second _; do
	case $second in
	init|derive|rotate|list|revoke|accept|ledger|receipt|package|add) ;;
	load|disable|reset|contacts) ;;
	*) second= ;;
	esac
	# shellcheck disable=SC2086 # no second word, no argument
	exits 0 assent $first $second --help
	said "^Usage: assent"
	# shellcheck disable=SC2086
	exits 2 assent $first $second --nonsense word word word
done < <(grep '^  [a-z]' "$dir/help")
exits 2 "$bin/assent" nonsense
exits 2 "$bin/assent"
exits 2 "$bin/assent" migrate
said "name the site"
exits 1 "$bin/assent" --config /nonexistent migrate

exits 1 assent staff add --email a@example.org --name A --role dpo
said "assent keys derive"
exits 0 assent keys init
exits 0 assent keys derive
[ "$(stat -c %a "$dir/keys/owner.key" "$dir/root.key" | sort -u)" = 400 ] ||
	fail "modes of the keys"
exits 0 assent migrate --json
said '"applied": 0'
exits 0 assent clock accept
exits 0 "$bin/assent-keeper" -c "$dir/demo/assent.conf" --once log_append
exits 0 "$bin/assent-keeper" -c "$dir/demo/assent.conf" --once log_head
exits 2 "$bin/assent-keeper" -c "$dir/demo/assent.conf" --once nonsense
exits 0 "$bin/assent-keeper" --jobs
said '^log_append'

# The company: all of the file or nothing; again, what changed and nothing else.
/usr/bin/python3 - "$top/conf/site.json" > "$dir/wrong.json" <<'PY'
import json, sys
doc = json.load(open(sys.argv[1]))
del doc["company"]["dpo_email"]
doc["purposes"][0]["basis"] = "habit"
doc["notice"]["fr"].pop(0)
doc["forms"][0]["choices"][0]["channels"] = ["sms"]
doc["forms"][0]["colour"] = "blue"
del doc["purposes"][0]["texts"]["en"]
json.dump(doc, sys.stdout)
PY
exits 1 assent site load "$dir/wrong.json"
for line in 'company.dpo_email: is missing' 'purposes\[0\].basis: is none' \
    'notice.fr.controller: is missing' 'choices\[0\].channels: has one' \
    'forms\[0\].colour: is not known' 'purposes\[0\].texts.en: is missing'; do
	said "$line"
done
sed 's/"given_name"/"shoe_size"/' "$top/conf/site.json" > "$dir/wrong.json"
exits 1 assent site load "$dir/wrong.json"
said 'the portal could not show it'
echo '{"company": ' > "$dir/wrong.json"
exits 1 assent site load "$dir/wrong.json"
said 'line 2'
[ "$(sql "SELECT COUNT(*) FROM site, purpose")" = 0 ] || fail "half a company"
exits 0 assent site load "$top/conf/site.json"
[ "$(sql "SELECT CONCAT(s.dpo_email, f.state, COUNT(*)) FROM site s, form f,
    purpose_text")" = dpo@example.orgpublished2 ] || fail "the company"
[ "$(sql "SELECT COUNT(*) FROM audit_event WHERE verb = 'site.loaded'")" = 1 ] ||
	fail "no line in the audit"
exits 0 assent site load "$top/conf/site.json"
said 'Nothing to change'
[ "$(sql "SELECT COUNT(*) FROM audit_event WHERE verb = 'site.loaded'")" = 1 ] ||
	fail "a line in the audit for nothing"
versions() {
	sql "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM purpose_version),
	    (SELECT COUNT(*) FROM notice_version), (SELECT COUNT(*) FROM
	    form_version), (SELECT v.number FROM form f JOIN form_version v ON
	    v.id = f.version_id), (SELECT COUNT(*) FROM team))"
}
[ "$(versions)" = "1 1 1 1 1" ] || fail "versions of the first load"
# other LINE: the example, with what the line of Python does to it
other() {
	/usr/bin/python3 - "$top/conf/site.json" "$1" > "$dir/other.json" <<'PY'
import json, sys
doc = json.load(open(sys.argv[1]))
exec(sys.argv[2])
json.dump(doc, sys.stdout)
PY
}
other 'doc["company"]["dpo_name"] = "Zo\u00e9"; doc["teams"].append("Lyon")'
exits 0 assent site load "$dir/other.json"
said 'company: changed'
said 'team Lyon: changed'
[ "$(versions)" = "1 1 1 1 2" ] || fail "a company's name is no version"
[ "$(sql "SELECT dpo_name FROM site")" = "Zoé" ] || fail "the DPO's name"
other 'doc["purposes"][0]["texts"]["en"]["wording"] = "I agree, twice a month."'
exits 0 assent site load "$dir/other.json"
said 'purpose letter: version 2'
said 'form [a-z]*: version 2'
[ "$(versions)" = "2 1 2 2 2" ] || fail "versions of another wording: $(versions)"
[ "$(sql "SELECT COUNT(*) FROM purpose_text WHERE wording LIKE '%once a month%'")" = 1 ] ||
	fail "the wording of version 1 is gone"
[ "$(sql "SELECT f.definition LIKE CONCAT('%\"purpose_version\":', p.id, ',%')
    FROM form_version f, purpose_version p WHERE f.number = 2 AND p.number = 2")" = 1 ] ||
	fail "the form asks under the old wording"
other 'doc["purposes"][0]["texts"]["en"]["wording"] = "I agree, twice a month."; doc["notice"]["en"][0]["text"] = "Example."'
exits 0 assent site load "$dir/other.json"
said 'notice: version 2'
said 'form [a-z]*: version 3'
exits 0 assent site load "$dir/other.json"
said 'Nothing to change'
[ "$(versions)" = "2 2 3 3 2" ] || fail "versions of another notice: $(versions)"
other 'doc["forms"][0]["origins"] = ["https://www.example.org"]; doc["rules"][0]["months"] = 24; doc["purposes"].append(dict(doc["purposes"][0], code="letter"))'
exits 1 assent site load "$dir/other.json"
said 'purposes\[1\]: is called as one before'
# Somebody has chosen: a basis, a channel of theirs cannot become another.
other 'doc["purposes"][0]["texts"]["en"]["wording"] = "I agree, twice a month."; doc["notice"]["en"][0]["text"] = "Example."; doc["purposes"][0]["basis"] = "legitimate_interest"'
sql "INSERT INTO consent_event (id, kind, purpose_version_id, channel, language,
    notice_version_id, how, at_us, subject, leaf, writer, writer_n, mac) SELECT
    900, 'given', id, 'post', 'fr', (SELECT MIN(id) FROM notice_version), 'form', 0, REPEAT('s', 32),
    REPEAT('l', 32), REPEAT('w', 16), 1, REPEAT('m', 32) FROM purpose_version
    WHERE number = 1" >/dev/null
sql "INSERT INTO contact (id, reference, kind, language, source, basis,
    collected_us, last_person_us, created_us, updated_us) VALUES (900, 'C-9',
    'prospect', 'fr', 'form', 'consent', 0, 0, 0, 0)" >/dev/null
sql "INSERT INTO consent_state SELECT 900, purpose_id, 'post', 'given', id, 900,
    0, TRUE, FALSE FROM purpose_version WHERE number = 1" >/dev/null
exits 1 assent site load "$dir/other.json"
said 'purposes\[0\].texts.fr.interest: is missing'
other 'doc["purposes"][0]["texts"]["en"]["wording"] = "I agree, twice a month."; doc["notice"]["en"][0]["text"] = "Example."; doc["purposes"][0]["basis"] = "legitimate_interest"; [t.update(interest="We weighed it.") for t in doc["purposes"][0]["texts"].values()]'
exits 1 assent site load "$dir/other.json"
said 'needs a code of its own'
other 'doc["purposes"][0]["channels"] = ["email"]; doc["forms"][0]["choices"][0]["channels"] = ["email"]'
exits 1 assent site load "$dir/other.json"
said 'people have said yes to post'
[ "$(versions)" = "2 2 3 3 2" ] || fail "half of a refused file: $(versions)"
sql "DELETE FROM consent_state; DELETE FROM contact; DELETE FROM consent_event"
# The rule for customers is said in the back-office, and no file takes it away.
sql "UPDATE purpose_version SET has_soft_opt_in = TRUE WHERE number = 2"
exits 0 assent site load "$dir/other.json"
said 'purpose letter: version 3'
[ "$(sql "SELECT COUNT(*) FROM purpose_version WHERE has_soft_opt_in")" = 2 ] ||
	fail "the rule for customers is gone"
exits 0 assent site load "$top/conf/site.json"
# What was closed in the back-office is not opened again by a file.
sql "UPDATE purpose SET is_closed = TRUE"
exits 1 assent site load "$dir/other.json"
said 'purpose letter: it was closed in the back-office'
exits 1 assent site load "$top/conf/site.json"
[ "$(sql "SELECT COUNT(*) FROM purpose WHERE is_closed")" = 1 ] ||
	fail "a file opened a purpose again"
sql "UPDATE purpose SET is_closed = FALSE"

# Staff.
exits 2 assent staff add --email nonsense --name A --role dpo
exits 2 assent staff add --email a@example.org --name A --role king
exits 0 assent staff add --email Ana@Example.org --name 'Ana Moreira' \
    --role admin --json
said '"otpauth": "otpauth://totp/'
exits 1 assent staff add --email ana@example.org --name Other --role dpo
said 'somebody has that address'
exits 1 assent staff add --email b@example.org --name B --role lead --team Nowhere
said 'no team'
exits 0 assent staff add --email c@example.org --name C --role dpo \
    --password-fd 3 3<<< 'quatre mots sans rapport dessus'
grep -q 'quatre mots' "$dir/said" || fail "the password is not shown"
exits 1 assent staff add --email d@example.org --name D --role dpo \
    --password-fd 3 3<<< 'password1234'
[ "$(sql "SELECT COUNT(*) FROM staff WHERE state = 'active'
    AND LENGTH(totp_sealed) > 20 AND password_hash LIKE '\$argon2id\$%'")" = 2 ] ||
	fail "staff rows"
sql "INSERT INTO office_session (id_hash, staff_id, has_second_factor, label,
    created_us, signed_in_us, seen_us) SELECT REPEAT('s', 32), id, TRUE, 'x',
    1, 1, 1 FROM staff WHERE email = 'c@example.org';
    INSERT INTO staff_recovery (staff_id, code_hash) SELECT id, 'x' FROM staff
    WHERE email = 'c@example.org'"
exits 2 assent staff disable
exits 1 assent staff disable --email nobody@example.org
said 'nobody has that address'
exits 0 assent staff disable --email C@example.org
[ "$(sql "SELECT CONCAT(state, (SELECT COUNT(*) FROM office_session),
    (SELECT COUNT(*) FROM staff_recovery)) FROM staff
    WHERE email = 'c@example.org'")" = disabled00 ] || fail "still in"
before=$(sql "SELECT HEX(totp_sealed) FROM staff WHERE email = 'c@example.org'")
exits 0 assent staff reset --email c@example.org --json
said '"totp_secret"'
[ "$(sql "SELECT CONCAT(state, HEX(totp_sealed) <> '$before') FROM staff
    WHERE email = 'c@example.org'")" = active1 ] || fail "not let in again"
[ "$(sql "SELECT COUNT(*) FROM audit_event WHERE verb = 'staff.added'")" = 2 ] ||
	fail "audit"

# Contacts out of a file: the terms first, then what is in it, then all of it.
import() {
	assent import contacts "$dir/people.csv" --basis contract \
	    --source 'Spring fair' --date 2026-01-31 "$@"
}
printf 'email,shoe size\nann@import.example,38\n' > "$dir/people.csv"
exits 2 assent import contacts "$dir/people.csv" --policy skip
said 'are needed'
exits 2 import --policy delete
said 'create, update or skip'
exits 2 assent import contacts "$dir/people.csv" --basis contract \
    --source x --date 2999-01-01 --policy skip
said 'not after today'
exits 2 import --policy skip --delimiter ab
exits 2 assent import contacts --basis contract --source x --date 2026-01-31 \
    --policy skip
said 'which file'
# Today is the site's, wherever the machine believes to be.
day() { TZ=Europe/Paris date -d "$1" +%F; }
import_in() {
	TZ=$1 assent import contacts "$dir/people.csv" --basis contract \
	    --source x --date "$2" --policy skip
}
exits 1 import_in Etc/GMT+12 "$(day today)"
said 'is not known'
exits 2 import_in Etc/GMT-14 "$(day tomorrow)"
said 'not after today'
exits 1 import --policy skip
said 'column 2 "shoe size" is not known; known are email, given_name'
exits 1 import --policy skip --delimiter ';'
said 'is called email'
/usr/bin/python3 -c 'print("email,nom,ville")
for i in range(10000):
    print(f"p{i}@import.example,Nom {i},Ville {i % 100}")
print("no address,X,Y")' > "$dir/people.csv"
exits 0 import --policy skip --dry-run
said 'Nothing is stored.  10001 rows: 10000 created'
[ "$(sql "SELECT COUNT(*) FROM contact")" = 0 ] || fail "a dry run stores"
exits 0 import --policy skip
said '^rows: 5100 of 10001$'
said '10001 rows: 10000 created, 0 updated, .* 1 rejected, in [0-9]* ms'
ms=$(sed -n 's/.*rejected, in \([0-9]*\) ms.*/\1/p' "$dir/said")
echo "commands.sh: imported $((10000 * 1000 / ms)) rows a second"
[ "$ms" -lt 60000 ] || fail "10,000 rows took $ms ms"
[ "$(sql "SELECT COUNT(DISTINCT email_key) FROM contact WHERE source =
    'import:Spring fair'")" = 10000 ] || fail "rows are missing"
grep -q '"10002","email: not an address that mail can reach","no address"' \
    "$dir/people.csv.rejected.csv" || fail "the rejected row"
[ "$(stat -c %a "$dir/people.csv.rejected.csv")" = 600 ] ||
	fail "mode of the rejects"
sed -i '$d' "$dir/people.csv"
exits 0 import --policy update --json
said '"same": 10000'
said '"rejects": null'
[ ! -e "$dir/people.csv.rejected.csv" ] || fail "rejects of none"
[ "$(sql "SELECT COUNT(*) FROM audit_event WHERE verb LIKE 'import.%'")" = 4 ] ||
	fail "lines of imports in the audit"
exits 1 import --policy skip --team Nowhere
said 'no team Nowhere'
sql "INSERT INTO team (name) VALUES ('North')"
echo 'north@import.example,N,N' >> "$dir/people.csv"
exits 0 import --policy skip --team North
[ "$(sql "SELECT COUNT(*) FROM contact c JOIN team t ON t.id = c.team_id WHERE
    t.name = 'North' AND c.visibility = 'team'")" = 1 ] || fail "the team"
exits 0 import --policy skip --dry-run --rejects "$dir/rejects.csv"
ln -s "$dir/people.csv" "$dir/link.csv"
exits 1 import --policy skip --rejects "$dir/link.csv"
grep -q 'import.example' "$dir/people.csv" || fail "a link was followed"
exits 1 import --policy skip --rejects "$dir/people.csv"
said 'the file that is imported'
grep -q 'import.example' "$dir/people.csv" || fail "the input was emptied"

# Routes: the portal's own words about itself.
if [ -x "$bin/assent-office" ]; then
	exits 0 assent routes
	said '^portal	GET	/.well-known/jwks.json	nobody	session	-	5(2)	-$'
	exits 0 assent routes --json
	/usr/bin/python3 -c 'import json, sys
f, = [r["fields"] for r in json.load(sys.stdin) if (r["door"], r["method"],
    r["path"]) == ("portal", "POST", "/account/consents")]
assert f[1] == {"name": "answer", "type": "choice", "limit": 120,
    "need": True, "choices": ["yes", "no"]}, f' < "$dir/said" ||
		fail "the fields of a route"
else
	exits 1 assent routes
	said '^portal	GET	/.well-known/jwks.json	nobody	session	-	5(2)	-$'
fi

# Doctor: well, then one thing after the other broken.
/usr/bin/python3 -c 'import os, socket, sys
os.umask(0o007)
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$dir/run/portal-a.sock"

doctor() { assent doctor --run "$dir/run" "$@"; }
bad() { doctor 2>/dev/null | sed -n 's/^BAD   \([a-z]*\).*/\1/p' | sort -u | tr '\n' ' '; }

usual=
if [ ! -x "$bin/assent-office" ]; then
	usual="programs "
fi
[ "$(bad)" = "$usual" ] || { doctor || :; fail "not well"; }
doctor | grep -q '^ok    programs  assent-portal has' || fail portal
doctor | grep -q '^ok    programs  assent-keeper has' || fail keeper
chmod 0440 "$dir/keys/portal.key"
bad | grep -q keys || fail "mode of a key"
chmod 0400 "$dir/keys/portal.key"
chmod 0777 "$dir/run/portal-a.sock"
bad | grep -q sockets || fail "mode of a socket"
chmod 0660 "$dir/run/portal-a.sock"
sql "SET GLOBAL innodb_flush_log_at_trx_commit = 2"
doctor > "$dir/said" 2>&1 && fail "a lax server"
said '^BAD   database'
said 'innodb_flush_log_at_trx_commit'
sql "SET GLOBAL innodb_flush_log_at_trx_commit = 1;
    SET GLOBAL innodb_immediate_scrub_data_uncompressed = OFF"
bad | grep -q settings || fail "deleted rows that stay"
doctor 2>&1 | grep -q 'do: set innodb_immediate_scrub' || fail "no hint"
sql "SET GLOBAL innodb_immediate_scrub_data_uncompressed = ON"
sql "REVOKE SELECT ON t.form FROM t_portal@localhost"
bad | grep -q programs || fail "a missing grant"
exits 0 assent migrate
[ "$(bad)" = "$usual" ] || fail "migrate does not mend the grants"
mv "$dir/secrets/courier.pw" "$dir/courier.pw"
bad | grep -q programs || fail "a missing password"
mv "$dir/courier.pw" "$dir/secrets/courier.pw"
sql "UPDATE clock_mark SET high_us = high_us + 86400000000"
bad | grep -q clock || fail "the clock"
exits 0 assent clock accept
kill "$relay"
wait "$relay" 2>/dev/null || :
relay=
bad | grep -q mail || fail "no relay"
doctor --json 2>/dev/null > "$dir/said" || :
/usr/bin/python3 -c 'import json, sys
assert not json.load(sys.stdin)["is_good"]' < "$dir/said"
echo "commands.sh: ok"
