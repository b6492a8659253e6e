# SPDX-License-Identifier: EUPL-1.2
# Packs sql/queries/*.sql into typed C: -v out=header gives src/db/queries.h,
# -v out=PROGRAM the table of that program's statements.  sql/README.md says
# how a statement is written; whatever does not keep to it is refused here.

function refuse(why) {
	printf "%s:%d: %s%s\n", FILENAME, FNR, name == "" ? "" : name ": ", \
	    why > "/dev/stderr"
	is_bad = 1
	exit 1
}

BEGIN {
	split("portal office courier keeper owner", programs, " ")
	for (i = 1; i in programs; i++)
		is_program[programs[i]] = 1
	n = split("auto break case char const continue default do double " \
	    "else enum extern float for goto if inline int long register " \
	    "restrict return short signed sizeof static struct switch " \
	    "typedef union unsigned void volatile while", words, " ")
	for (i = 1; i <= n; i++)
		is_keyword[words[i]] = 1
	n = split("db a ret_row ret_rows ret_n ret_affected each n_each in filter " \
	    "call values row rows e i n", words, " ")
	for (i = 1; i <= n; i++)
		is_taken[words[i]] = 1
	split("u64 i64 bool text bytes day", types, " ")
	split("u i b t y d", letters, " ")
	split("uint64_t |int64_t |bool |const char *|struct bytes |struct day ", \
	    ctypes, "|")
	split("u i b text bytes day", members, " ")
	for (i = 1; i in types; i++) {
		letter[types[i]] = letters[i]
		ctype[types[i]] = ctypes[i]
		member[types[i]] = members[i]
	}
	control["{"] = "\\001"
	control["}"] = "\\002"
	control["["] = "\\003"
	control["]"] = "\\004"
	forbidden = "(NOW|CURDATE|CURTIME|SYSDATE|UNIX_TIMESTAMP|UTC_DATE|" \
	    "UTC_TIME|UTC_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP|CURRENT_DATE|" \
	    "CURRENT_TIME|CURRENT_TIMESTAMP|GETDATE|RAND|RANDOM_BYTES|UUID|" \
	    "UUID_SHORT|SYS_GUID|SLEEP|BENCHMARK|GET_LOCK|RELEASE_LOCK|" \
	    "LAST_INSERT_ID|SQL_CALC_FOUND_ROWS|FOUND_ROWS|LOAD_FILE|" \
	    "OUTFILE|DUMPFILE|OFFSET|SKIP LOCKED)"
	count = 0
	state = "between"
}

FNR == 1 {
	if (state != "between")
		refuse("the statement before it has no end")
	name = ""
	room = FILENAME
	sub(/^.*\//, "", room)
	sub(/\.sql$/, "", room)
}

# A line of the head: "-- key: value".
/^-- name:/ {
	if (state != "between")
		refuse("a statement begins before the last has ended")
	state = "head"
	name = value($0)
	if (name !~ /^[a-z][a-z0-9_]*$/)
		refuse("a name is lower-case letters, digits and _")
	if (index(name, room "_") != 1)
		refuse("the name does not begin with " room "_")
	if (name in seen)
		refuse("the name is taken")
	seen[name] = 1
	head["for"] = head["law"] = head["does"] = head["in"] = ""
	head["out"] = head["each"] = head["get"] = ""
	text = plain = c_text = quote = ""
	next
}

state == "head" && /^-- / {
	key = $2
	sub(/:$/, "", key)
	if ($2 !~ /:$/ || !(key in head))
		refuse("no such line: " $0)
	if (head[key] != "")
		refuse("twice: " key)
	head[key] = value($0)
	next
}

state == "between" && (/^--/ || /^[ \t]*$/) { next }
state == "between" { refuse("text without a name") }

/^--/ { refuse("no comment inside a statement") }
/^[ \t]*$/ { refuse("no empty line inside a statement") }

{
	state = "text"
	if ($0 !~ /^[ -~\t]*$/)
		refuse("printable ASCII only")
	is_last = $0 ~ /;$/
	line = $0
	sub(/;$/, "", line)
	gsub(/\t/, " ", line)
	text = text (text == "" ? "" : " ") line
	c_text = c_text (c_text == "" ? "" : " \"\n") "\t    \"" c_line(line)
	if (is_last) {
		c_text = c_text "\""
		statement()
		state = "between"
	}
}

END {
	if (is_bad)
		exit 1
	if (state != "between")
		refuse("the last statement has no end")
	if (out == "header")
		write_header()
	else if (out in is_program)
		write_table()
	else
		refuse("-v out=header or out=PROGRAM")
}

function value(line) {
	sub(/^-- [a-z]+:[ \t]*/, "", line)
	sub(/[ \t]+$/, "", line)
	return line
}

# The text with its quoted parts emptied, in capitals, single-spaced.
function bare(text,    result, i, ch, quote) {
	result = quote = ""
	for (i = 1; i <= length(text); i++) {
		ch = substr(text, i, 1)
		if (quote != "") {
			if (ch == quote) {
				quote = ""
				result = result ch
			}
		} else {
			if (ch == "'" || ch == "\"" || ch == "`")
				quote = ch
			result = result ch
		}
	}
	if (quote != "")
		refuse("a quotation mark is not closed")
	gsub(/ +/, " ", result)
	sub(/^ /, "", result)
	return toupper(result)
}

# A line as a C literal.  Braces and brackets that are ours, not in quotes,
# become the control bytes that src/db/statement.c looks for.
function c_line(line,    result, i, ch) {
	result = ""
	for (i = 1; i <= length(line); i++) {
		ch = substr(line, i, 1)
		if (quote != "") {
			if (ch == quote)
				quote = ""
		} else if (ch == "'" || ch == "\"" || ch == "`")
			quote = ch
		else if (head["does"] != "order") {
			if (substr(line, i, 6) == "{keys}") {
				i += 5
				ch = "\\005"
			} else if (substr(line, i, 8) == "{filter}") {
				i += 7
				ch = "\\006"
			} else if (ch in control)
				ch = control[ch]
		}
		if (ch == "\"" || ch == "\\")
			ch = "\\" ch
		result = result ch
	}
	return result
}

function marks(text) { return gsub(/\?/, "?", text) }

# "id:u64 lang:text?" into list[name, 1..n] and its type letters.
function read_fields(list, what, may_repeat,    parts, n, i, f, t, is_null, all) {
	n = split(list, parts, " ")
	all = ""
	for (i = 1; i <= n; i++) {
		if (split(parts[i], f, ":") != 2)
			refuse("not name:type: " parts[i])
		t = f[2]
		is_null = sub(/\?$/, "", t)
		if (f[1] !~ /^[a-z][a-z0-9_]*$/ || f[1] in is_keyword ||
		    (what == "in" && f[1] in is_taken))
			refuse("not a name that C can use: " f[1])
		if (!(t in letter))
			refuse("no such type: " f[2])
		if (t == "bool" && is_null)
			refuse("a bool is yes or no: " f[1])
		if ((name, what, f[1]) in field_type) {
			if (!may_repeat)
				refuse("twice: " f[1])
			if (field_type[name, what, f[1]] != f[2])
				refuse("twice, with two types: " f[1])
		} else
			field_type[name, what, f[1]] = f[2]
		field[name, what, i] = f[1]
		kind[name, what, i] = t
		all = all (is_null ? toupper(letter[t]) : letter[t])
	}
	field_count[name, what] = n
	return all
}

function statement(    i, n, p, outs) {
	plain = bare(text)
	if (head["for"] == "" || head["does"] == "")
		refuse("for: and does: are needed")
	if (head["law"] == "" || head["law"] == "-")
		refuse("law: names an article, or is - with a reason")
	n = split(head["for"], p, " ")
	for (i = 1; i <= n; i++) {
		if (!(p[i] in is_program))
			refuse("no such program: " p[i])
		is_for[name, p[i]] = 1
	}
	if (plain ~ /;/)
		refuse("one statement only")
	if (plain ~ /--|#|\/\*/)
		refuse("no comment inside a statement")
	if (match(" " plain " ", "[^A-Z0-9_@]" forbidden "[^A-Z0-9_]"))
		refuse("may not be used:" substr(" " plain, RSTART, RLENGTH))

	outs = head["out"]
	out_kind[name] = ""
	if (outs != "") {
		out_kind[name] = outs
		sub(/ .*/, "", out_kind[name])
		if (out_kind[name] !~ /^(one|many|new)$/)
			refuse("out: begins with one, many or new")
		if (sub(/^[a-z]+ +/, "", outs) == 0)
			refuse("out: names no column")
	}
	in_letters[name] = read_fields(head["in"], "in", 1)
	each_letters[name] = read_fields(head["each"], "each", 0)
	out_letters[name] = read_fields(outs, "out", 0)
	if (out_kind[name] == "new") {
		if (out_letters[name] != "u" || head["each"] != "" ||
		    plain !~ /^INSERT / || plain ~ / RETURNING /)
			refuse("out: new is the one u64 of a plain INSERT")
		out_kind[name] = "one"
		out_letters[name] = "#"
	}

	has_filter[name] = plain ~ /\{FILTER\}/
	check_group()
	check_parts()
	if (head["does"] == "condition")
		check_condition()
	else
		check_does()
	order[count++] = name
	texts[name] = c_text
	does[name] = head["does"]
	gets[name] = head["get"] == "yes"
	is_bounded[name] = plain ~ / ROWS EXAMINED /
	laws[name] = head["law"]
}

# The marks, and the group in braces that "each" repeats.
function check_group(    group, rest, at) {
	rest = plain
	gsub(/\{(KEYS|FILTER)\}/, "", rest)
	before_group[name] = 0
	if (head["does"] == "order") {
		if (head["in"] head["each"] head["out"] != "" || marks(rest) > 0)
			refuse("an order takes words, not values")
		return
	}
	if (head["each"] != "") {
		if (!match(rest, /\{[^{}]*\}/))
			refuse("each: needs a group in braces")
		group = substr(rest, RSTART, RLENGTH)
		before_group[name] = marks(substr(rest, 1, RSTART - 1))
		rest = substr(rest, 1, RSTART - 1) substr(rest, RSTART + RLENGTH)
		if (marks(group) != field_count[name, "each"])
			refuse(marks(group) " marks in the group, " \
			    field_count[name, "each"] " in each:")
	}
	if (rest ~ /[{}]/)
		refuse("braces are for one group, for {keys} or {filter}")
	if (marks(rest) != field_count[name, "in"])
		refuse(marks(rest) " marks, " field_count[name, "in"] " in in:")
}

# The parts in brackets: their letters stand in brackets too; a star is where
# the values of a filter come.
function check_parts(    rest, i, n, ch, all, is_in, is_first) {
	rest = plain
	gsub(/\{FILTER\}/, "{", rest)
	gsub(/\{KEYS\}/, "", rest)
	if (head["does"] == "order" || rest !~ /[][]/ && !has_filter[name])
		return
	if (head["each"] != "")
		refuse("a group goes neither with parts nor with a filter")
	all = ""
	n = is_in = is_first = 0
	for (i = 1; i <= length(rest); i++) {
		ch = substr(rest, i, 1)
		if (ch == "[") {
			if (is_in++)
				refuse("a part within a part")
			is_first = 1
			all = all ch
		} else if (ch == "]") {
			if (!is_in-- || is_first)
				refuse("a part has its brackets, and a mark")
			all = all ch
		} else if (ch == "{") {
			if (is_in)
				refuse("a filter within a part")
			all = all "*"
		} else if (ch == "?") {
			ch = substr(in_letters[name], ++n, 1)
			if (is_first && ch != toupper(ch))
				refuse("the first mark of a part is nullable")
			is_first = 0
			all = all ch
		}
	}
	if (is_in)
		refuse("a part has its brackets, and a mark")
	in_letters[name] = all
}

# A condition is one expression that a {filter} may be made of.
function check_condition() {
	if (head["out"] head["each"] head["get"] != "")
		refuse("a condition has an in: only")
	if (plain ~ /[][{}]/)
		refuse("a condition has neither parts nor groups")
	if (plain ~ /^(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH) /)
		refuse("a condition is an expression")
}

# What the text may be, by what it says it does.
function check_does(    verb, is_get) {
	verb = plain
	sub(/^\(/, "", verb)	# the first of a UNION, with its own LIMIT
	sub(/[ (].*/, "", verb)
	if (head["get"] != "" && (head["get"] != "yes" || head["does"] != "append"))
		refuse("get: yes belongs to an append only")
	if (head["does"] == "read") {
		if (verb != "SELECT" && verb != "WITH")
			refuse("a read begins with SELECT or WITH")
		if (head["out"] == "")
			refuse("a read has an out:")
		if (plain ~ / FOR UPDATE| LOCK IN /)
			refuse("a locking read is a write")
	} else if (head["does"] == "append") {
		if (verb != "INSERT" && !(verb == "UPDATE" && head["get"] == "yes"))
			refuse("an append is an INSERT")
		if (plain ~ / ON DUPLICATE KEY /)
			refuse("an append changes no row")
	} else if (head["does"] == "write") {
		if (verb !~ /^(INSERT|UPDATE|DELETE|SELECT|REPLACE|WITH)$/)
			refuse("a write begins with INSERT, UPDATE, DELETE, " \
			    "REPLACE, or SELECT for a locking read")
		if (verb ~ /^(UPDATE|DELETE)$/ && plain !~ / WHERE /)
			refuse("every row: an UPDATE or DELETE has a WHERE")
	} else if (head["does"] != "order")
		refuse("does: is read, append, write, order or condition")
	if (has_filter[name] && head["does"] !~ /^(read|write)$/)
		refuse("a filter belongs to a read or a write")
	if (head["does"] != "order" &&
	    plain ~ /(SELECT|,|RETURNING|DISTINCT) \*|\.\*/)
		refuse("columns are named, never *")
	if (out_kind[name] == "many" && plain ~ /^\(?(SELECT|WITH)/ &&
	    (plain !~ / ORDER BY / || plain !~ / LIMIT /))
		refuse("out: many needs ORDER BY and LIMIT")
	if (plain ~ / LIMIT [0-9?]+ *, */)
		refuse("no OFFSET: lists go on by key")
	if (head["does"] != "order" && verb ~ /^(UPDATE|DELETE)$/ &&
	    out_kind[name] == "many" && plain !~ / RETURNING /)
		refuse("out: without RETURNING")
}

function write_header(    i) {
	print "/* SPDX-License-Identifier: EUPL-1.2 */"
	print "/*"
	print " * Made by sql/pack.awk from sql/queries/: every statement there is, as a"
	print " * typed function.  The law each serves stands above it."
	print " */"
	print "#ifndef DB_QUERIES_H\n#define DB_QUERIES_H\n"
	print "#include \"db/db.h\"\n"
	print "#define DB_SCHEMA_VERSION " schema_version() "\n"
	print "enum query_id {"
	for (i = 0; i < count; i++)
		print "\tQ_" toupper(order[i]) ","
	print "\tQ__MAX\n};\n"
	for (i = 1; i in programs; i++)
		print "extern const struct query db_table_" programs[i] "[Q__MAX];"
	for (i = 0; i < count; i++)
		if (does[order[i]] != "order")
			write_wrapper(order[i])
	print "\n#endif"
}

function schema_version(    n, i, parts, v, highest) {
	highest = 0
	n = split(migrations, parts, " ")
	for (i = 1; i <= n; i++) {
		sub(/^.*\//, "", parts[i])
		if (parts[i] !~ /^[0-9][0-9][0-9][0-9]-[a-z0-9-]+\.sql$/)
			refuse("not a migration's name: " parts[i])
		v = substr(parts[i], 1, 4) + 0
		if (v in is_version)
			refuse("two migrations have the number of " parts[i])
		is_version[v] = 1
		if (v > highest)
			highest = v
	}
	return highest
}

function write_struct(q, what, suffix,    i) {
	print "\nstruct q_" q suffix " {"
	for (i = 1; i <= field_count[q, what]; i++)
		print "\t" ctype[kind[q, what, i]] field[q, what, i] ";"
	print "};"
}

# One argument for each name, though it may be bound at several marks.
function arguments(q,    i, all, done) {
	all = ""
	for (i = 1; i <= field_count[q, "in"]; i++)
		if (!((q, field[q, "in", i]) in is_argument)) {
			is_argument[q, field[q, "in", i]] = 1
			all = all ",\n    " ctype[kind[q, "in", i]] \
			    field[q, "in", i]
		}
	if (field_count[q, "each"] > 0)
		all = all ",\n    const struct q_" q "_each *each, size_t n_each"
	if (has_filter[q])
		all = all ",\n    const struct filter *filter"
	return all
}

# A condition is made, not run: its values go into the arena.
function write_condition(q,    i, n) {
	n = field_count[q, "in"]
	print "\n/* " laws[q] " */"
	print "static inline struct condition MUST_CHECK"
	print "q_" q "(struct arena *a" arguments(q) ")"
	print "{"
	print "\tunion val *in = arena_take(a, " n + 1 " * sizeof(*in));\n"
	for (i = 1; i <= n; i++)
		print "\tin[" i - 1 "]." member[kind[q, "in", i]] " = " \
		    field[q, "in", i] ";"
	print "\treturn (struct condition){ Q_" toupper(q) ", in, false, false };"
	print "}"
}

function write_wrapper(q,    n, result) {
	if (does[q] == "condition") {
		write_condition(q)
		return
	}
	n = field_count[q, "out"]
	if (n > 0)
		write_struct(q, "out", "")
	if (field_count[q, "each"] > 0)
		write_struct(q, "each", "_each")
	print "\n/* " laws[q] " */"
	print "static inline enum err MUST_CHECK"
	if (out_kind[q] == "")
		result = "uint64_t *ret_affected"
	else if (out_kind[q] == "one")
		result = "struct q_" q " *ret_row"
	else
		result = "struct q_" q " **ret_rows, size_t *ret_n"
	print "q_" q "(struct db *db" (n > 0 ? ", struct arena *a" : "") \
	    arguments(q) ",\n    " result ")"
	print "{"
	write_call(q)
	if (out_kind[q] == "")
		print "\treturn db_run(db, &call, ret_affected);"
	else
		write_fetch(q, n)
	print "}"
}

function write_call(q,    i, n, m) {
	n = field_count[q, "in"]
	m = field_count[q, "each"]
	if (n > 0) {
		print "\tconst union val in[] = {"
		for (i = 1; i <= n; i++)
			print "\t\t{ ." member[kind[q, "in", i]] " = " \
			    field[q, "in", i] " },"
		print "\t};"
	}
	if (m > 0)
		print "\tunion val values[DB_EACH_MAX * " m "];"
	print "\tconst struct call call = { Q_" toupper(q) ", " \
	    (n > 0 ? "in, " : "NULL, ") (m > 0 ? "values, n_each, " : "NULL, 0, ") \
	    (has_filter[q] ? "filter };" : "NULL };")
	if (out_kind[q] == "one")
		print "\tunion val row[" field_count[q, "out"] "];"
	else if (out_kind[q] == "many")
		print "\tunion val *rows;"
	if (out_kind[q] != "")
		print "\tenum err e;"
	if (m > 0 || out_kind[q] == "many")
		print "\tsize_t i" (out_kind[q] == "many" ? ", n;" : ";")
	print ""
	if (m > 0) {
		print "\tfor (i = 0; i < n_each && i < DB_EACH_MAX; i++) {"
		for (i = 1; i <= m; i++)
			print "\t\tvalues[i * " m " + " i - 1 "]." \
			    member[kind[q, "each", i]] " = each[i]." \
			    field[q, "each", i] ";"
		print "\t}"
	}
}

function write_fetch(q, n,    i) {
	if (out_kind[q] == "one") {
		print "\tif ((e = db_one(db, a, &call, row)) != ERR_OK)"
		print "\t\treturn e;"
		for (i = 1; i <= n; i++)
			print "\tret_row->" field[q, "out", i] " = row[" i - 1 \
			    "]." member[kind[q, "out", i]] ";"
		print "\treturn ERR_OK;"
		return
	}
	print "\tif ((e = db_many(db, a, &call, &rows, &n)) != ERR_OK)"
	print "\t\treturn e;"
	print "\t*ret_rows = arena_take(a, n * sizeof(**ret_rows));"
	print "\tfor (i = 0; i < n; i++) {"
	for (i = 1; i <= n; i++)
		print "\t\t(*ret_rows)[i]." field[q, "out", i] " = rows[i * " n \
		    " + " i - 1 "]." member[kind[q, "out", i]] ";"
	print "\t}"
	print "\t*ret_n = n;"
	print "\treturn ERR_OK;"
}

function write_table(    i, q) {
	print "/* SPDX-License-Identifier: EUPL-1.2 */"
	print "/*"
	print " * Made by sql/pack.awk from sql/queries/: the statements of one program.  One"
	print " * that is not its own has no text here, whatever the grants say."
	print " */"
	print "#include \"db/queries.h\"\n"
	print "const struct query db_table_" out "[Q__MAX] = {"
	for (i = 0; i < count; i++) {
		q = order[i]
		print "\t[Q_" toupper(q) "] = {"
		print "\t\t.name = \"" q "\","
		if ((q, out) in is_for) {
			print "\t\t.text ="
			print texts[q] ","
		}
		print "\t\t.in = \"" in_letters[q] "\", .each = \"" each_letters[q] \
		    "\", .out = \"" out_letters[q] "\","
		print "\t\t.n_before = " before_group[q] ", .does = DOES_" \
		    toupper(does[q]) ", .is_get = " (gets[q] ? "true" : "false") ", .is_bounded = " \
		    (is_bounded[q] ? "true" : "false") ","
		print "\t},"
	}
	print "};"
}
