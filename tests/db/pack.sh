#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# sql/pack.awk refuses what the house does not allow, and says where; what it
# makes of the rest is the same under each awk.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
n=0

pack() {
	${awk:-awk} -v out="${1:-header}" -v migrations='x/0007-x.sql x/0002-y.sql' \
	    -f "$top_srcdir/sql/pack.awk" "$dir/room.sql"
}


refused() {	# what it says; the statement on stdin
	n=$((n + 1))
	cat >"$dir/room.sql"
	for awk in $awks; do
		if pack >"$dir/out" 2>"$dir/said"; then
			echo "accepted, not refused with \"$1\":"
			cat "$dir/room.sql"
			failed=1
		elif ! grep -q "room.sql:[0-9]*: .*$1" "$dir/said"; then
			echo "refused, but not with \"$1\":"
			cat "$dir/said"
			failed=1
		fi
	done
}

read_of() {	# in, out, text
	printf -- '-- name: room_x\n-- for: portal\n-- law: GDPR 15\n'
	printf -- '-- does: read\n'
	[ -z "$1" ] || printf -- '-- in: %s\n' "$1"
	[ -z "$2" ] || printf -- '-- out: %s\n' "$2"
	printf '%s\n' "$3"
}

act_of() {	# does, in, text
	printf -- '-- name: room_x\n-- for: portal\n-- law: GDPR 15\n'
	printf -- '-- does: %s\n' "$1"
	[ -z "$2" ] || printf -- '-- in: %s\n' "$2"
	printf '%s\n' "$3"
}

awks="awk"
for a in mawk gawk 'busybox awk' original-awk; do
	! command -v "${a%% *}" >/dev/null || awks="$awks ${a%% *}"
done
awks=$(echo "$awks" | sed 's/ busybox//')

refused '1 marks, 2 in in' <<-X
$(read_of 'a1:u64 b1:u64' 'one c:u64' 'SELECT c FROM t WHERE a = ?;')
X
refused '1 marks, 0 in in' <<-X
$(read_of '' 'one c:u64' 'SELECT c FROM t WHERE a = ?;')
X
refused 'does not begin with room_' <<-X
-- name: hall_x
-- for: portal
X
refused 'the name is taken' <<-X
$(read_of '' 'one c:u64' 'SELECT c FROM t;')
$(read_of '' 'one c:u64' 'SELECT c FROM t;')
X
refused 'law: names an article' <<-X
-- name: room_x
-- for: portal
-- does: read
-- out: one c:u64
SELECT c FROM t;
X
refused 'law: names an article' <<-X
-- name: room_x
-- for: portal
-- law: -
-- does: read
-- out: one c:u64
SELECT c FROM t;
X
refused 'no such program: cellar' <<-X
-- name: room_x
-- for: portal cellar
-- law: GDPR 15
-- does: read
-- out: one c:u64
SELECT c FROM t;
X
refused 'no such type: u32' <<-X
$(read_of '' 'one c:u32' 'SELECT c FROM t;')
X
refused 'no such line' <<-X
-- name: room_x
-- form: portal
X
refused 'a bool is yes or no' <<-X
$(read_of '' 'one c:bool?' 'SELECT c FROM t;')
X
refused 'not a name that C can use: for' <<-X
$(read_of '' 'one for:u64' 'SELECT c FROM t;')
X
refused 'not a name that C can use: db' <<-X
$(read_of 'db:u64' 'one c:u64' 'SELECT c FROM t WHERE c = ?;')
X
refused 'twice, with two types' <<-X
$(read_of 'a1:u64 a1:i64' 'one c:u64' 'SELECT c FROM t WHERE c = ? OR d = ?;')
X
for f in 'NOW()' 'CURRENT_TIMESTAMP' 'unix_timestamp()' 'SYSDATE()' \
    'CURDATE()' 'UTC_TIMESTAMP(6)' 'RAND()' 'UUID()' 'SLEEP(1)' \
    "GET_LOCK('x', 1)" 'LAST_INSERT_ID()'; do
	refused 'may not be used' <<-X
	$(read_of '' 'one c:u64' "SELECT c FROM t WHERE d < $f;")
	X
done
refused 'may not be used' <<-X
$(read_of '' 'many c:u64' 'SELECT c FROM t ORDER BY c LIMIT 5 OFFSET 5;')
X
refused 'may not be used' <<-X
$(act_of write '' 'SELECT c FROM t FOR UPDATE SKIP LOCKED;')
X
refused 'no OFFSET' <<-X
$(read_of '' 'many c:u64' 'SELECT c FROM t ORDER BY c LIMIT 5, 5;')
X
refused 'ORDER BY and LIMIT' <<-X
$(read_of '' 'many c:u64' 'SELECT c FROM t LIMIT 5;')
X
refused 'ORDER BY and LIMIT' <<-X
$(read_of '' 'many c:u64' 'SELECT c FROM t ORDER BY c;')
X
refused 'never \*' <<-X
$(read_of '' 'one c:u64' 'SELECT * FROM t;')
X
refused 'never \*' <<-X
$(read_of '' 'one c:u64' 'SELECT c, t.* FROM t;')
X
refused 'a read begins with' <<-X
$(read_of '' 'one c:u64' 'DELETE FROM t WHERE c = 1;')
X
refused 'a locking read is a write' <<-X
$(read_of '' 'one c:u64' 'SELECT c FROM t FOR UPDATE;')
X
refused 'an append is an INSERT' <<-X
$(act_of append '' 'UPDATE t SET c = 1 WHERE d = 1;')
X
refused 'changes no row' <<-X
$(act_of append '' 'INSERT INTO t (c) VALUES (1) ON DUPLICATE KEY UPDATE c = 2;')
X
refused 'has a WHERE' <<-X
$(act_of write '' 'DELETE FROM t;')
X
refused 'get: yes belongs' <<-X
-- name: room_x
-- for: portal
-- law: GDPR 15
-- does: write
-- get: yes
DELETE FROM t WHERE c = 1;
X
refused 'does: is' <<-X
$(act_of erase '' 'DELETE FROM t WHERE c = 1;')
X
refused 'one statement only' <<-X
$(act_of write '' 'DELETE FROM t WHERE c = 1; DELETE FROM t WHERE c = 2;')
X
refused 'no comment' <<-X
$(act_of write '' 'DELETE FROM t WHERE c = 1 /* all */;')
X
refused 'quotation mark' <<-X
$(act_of write '' "DELETE FROM t WHERE c = 'x;")
X
refused 'has no end' <<-X
$(act_of write '' 'DELETE FROM t WHERE c = 1')
X
refused 'needs a group in braces' <<-X
-- name: room_x
-- for: portal
-- law: GDPR 15
-- does: append
-- each: a1:u64
INSERT INTO t (c) VALUES (?);
X
refused '2 marks in the group, 1 in each' <<-X
-- name: room_x
-- for: portal
-- law: GDPR 15
-- does: append
-- each: a1:u64
INSERT INTO t (c, d) VALUES {(?, ?)};
X
refused 'braces are for' <<-X
$(act_of append 'a1:u64' 'INSERT INTO t (c) VALUES {(?)};')
X
refused 'a part has its brackets' <<-X
$(read_of 'a1:u64?' 'one c:u64' 'SELECT c FROM t WHERE a = ? [AND b = 1];')
X
refused 'a part has its brackets' <<-X
$(read_of 'a1:u64?' 'one c:u64' 'SELECT c FROM t WHERE [a = ?;')
X
refused 'a part within a part' <<-X
$(read_of 'a1:u64?' 'one c:u64' 'SELECT c FROM t WHERE [a = ? [OR b = 1]];')
X
refused 'the first mark of a part is nullable' <<-X
$(read_of 'a1:u64' 'one c:u64' 'SELECT c FROM t WHERE b = 1 [AND a = ?];')
X
refused 'out: new is' <<-X
-- name: room_x
-- for: portal
-- law: GDPR 15
-- does: append
-- out: new x:text
INSERT INTO t (c) VALUES (1);
X
refused 'a filter belongs to a read or a write' <<-X
$(act_of append '' 'INSERT INTO t (c) SELECT d FROM u WHERE e = 1 {filter};')
X
refused 'a filter within a part' <<-X
$(read_of 'a1:u64?' 'one c:u64' 'SELECT c FROM t WHERE b = 1 [AND a = ? {filter}];')
X
refused 'a condition has an in: only' <<-X
-- name: room_x
-- for: portal
-- law: GDPR 15
-- does: condition
-- out: one c:u64
c = 1;
X
refused 'a condition has neither parts nor groups' <<-X
$(act_of condition 'a1:u64?' 'b = 1 [AND a = ?];')
X
refused 'a condition is an expression' <<-X
$(act_of condition '' 'SELECT c FROM t;')
X
refused '1 marks, 0 in in' <<-X
$(act_of condition '' 'c = ?;')
X

# What is right: a mark in quotes is none, a repeated name is one argument.
cat >"$dir/room.sql" <<'X'
-- free words
-- name: room_find
-- for:  portal keeper
-- law:  GDPR 15
-- does: read
-- in:   at:i64 at:i64 id:u64
-- out:  many id:u64 name:text?
SELECT id, name, COUNT(*) FROM {keys}.t
 WHERE at < ? OR (at = ? AND id < ?) AND name <> 'what?; NOW()'
 ORDER BY at DESC LIMIT 20;

-- name: room_list
-- for:  keeper
-- law:  GDPR 15
-- does: read
-- in:   a1:u64 b1:text? c1:day? d1:u64
-- out:  one id:u64
SELECT id FROM t WHERE a = ? [AND b = ? AND c < ?] AND d = '[?]' AND e = ?;

-- name: room_add
-- for:  keeper
-- law:  - a reason
-- does: append
-- get:  yes
-- in:   x:u64 z:day?
-- each: y:bytes
INSERT INTO t (x, y) VALUES (?, NULL), {(1, ?)} RETURNING ?;

-- name: room_is_of
-- for:  keeper
-- law:  GDPR 15
-- does: condition
-- in:   team:u64
t.team = ?;

-- name: room_those
-- for:  keeper
-- law:  GDPR 15
-- does: read
-- in:   a1:u64 b1:text?
-- out:  many id:u64
SELECT id FROM t WHERE a = ? {filter} [AND b = ?] ORDER BY id LIMIT 9;
X
for awk in $awks; do
	for out in header portal keeper; do
		pack $out >"$dir/$out.$awk" || failed=1
		cmp "$dir/$out.awk" "$dir/$out.$awk" || failed=1
	done
done
has() {	# file, words
	grep -qF -- "$2" "$dir/$1.awk" || {
		echo "not in the $1: $2"
		failed=1
	}
}
has header '#define DB_SCHEMA_VERSION 7'
has header 'q_room_find(struct db *db, struct arena *a,'
[ "$(grep -c 'int64_t at' "$dir/header.awk")" = 1 ] || failed=1
has header '{ .i = at },'
has header 'const struct q_room_add_each *each, size_t n_each'
has keeper '.in = "uD", .each = "y", .out = "",'
has keeper '.n_before = 1, .does = DOES_APPEND, .is_get = true, .is_bounded = false,'
has keeper '.in = "iiu", .each = "", .out = "uT",'
has keeper '.in = "u[TD]u",'
has keeper "\003AND b = ? AND c < ?\004 AND d = '[?]'"
has keeper 'FROM \005.t'
has keeper '\001(1, ?)\002'
has keeper '.in = "u*[T]", .each = "", .out = "u",'
has keeper 'a = ? \006 \003AND b = ?\004'
has keeper '.in = "u", .each = "", .out = "",'
has header 'q_room_is_of(struct arena *a,'
has header 'return (struct condition){ Q_ROOM_IS_OF, in, false, false };'
has header 'const struct filter *filter,'
has keeper "'what?; NOW()'"
! grep -q 'INSERT' "$dir/portal.awk" || {
	echo "the portal has the text of a keeper's statement"
	failed=1
}
[ $n -ge 55 ] || failed=1
exit $failed
