# SPDX-License-Identifier: EUPL-1.2
# extract.awk FILE...: print the words of templates, {{#_}}words{{/_}}, as C
# text that xgettext reads; "#line" leads it back to the template.  Blanks are
# collapsed as src/html/tag.c does: the msgid is the same in both.
function flush_file(    rest, at, end, line, words, before) {
	rest = text
	line = 1
	while ((at = index(rest, "{{#_}}")) > 0) {
		before = substr(rest, 1, at - 1)
		line += gsub(/\n/, "", before)
		rest = substr(rest, at + 6)
		end = index(rest, "{{/_}}")
		if (end == 0) {
			printf "%s:%d: words without {{/_}}\n", name, line > "/dev/stderr"
			failed = 1
			return
		}
		words = before = substr(rest, 1, end - 1)
		gsub(/[ \t\r\n]+/, " ", words)
		sub(/^ /, "", words)
		sub(/ $/, "", words)
		gsub(/\\/, "\\\\", words)
		gsub(/"/, "\\\"", words)
		printf "#line %d \"%s\"\n/* xgettext:no-c-format */ _(\"%s\");\n", line, name, words
		line += gsub(/\n/, "", before)
		rest = substr(rest, end + 6)
	}
}
FNR == 1 { if (NR > 1) flush_file(); text = ""; name = FILENAME }
{ text = text $0 "\n" }
END { if (NR > 0) flush_file(); exit failed }
