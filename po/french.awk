# SPDX-License-Identifier: EUPL-1.2
# french.awk: set French as the Imprimerie nationale does, in the translations
# only: a typographic apostrophe, a no-break space before ":" and inside
# guillemets, a narrow one before ";", "?" and "!" and between the thousands.
/^msgstr|^"/ && !is_header {
	if ($0 ~ /^msgstr/)
		is_msgstr = 1
	if (is_msgstr) {
		gsub(/'/, "’")
		gsub(/ :/, " :")
		gsub(/ ;/, " ;")
		gsub(/ \?/, " ?")
		gsub(/ !/, " !")
		while (match($0, /[0-9] [0-9][0-9][0-9]/))
			$0 = substr($0, 1, RSTART) " " \
			    substr($0, RSTART + 2)
		gsub(/« /, "« ")
		gsub(/ »/, " »")
	}
}
/^msgid ""$/ && !has_header { is_header = has_header = 1 }
/^msgid|^#|^$/ { is_msgstr = 0 }
/^$/ { is_header = 0 }
{ print }
