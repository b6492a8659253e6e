#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# An #include points down, or to the left in its line, in the picture of
# src/README.md, which has every room; so has the walk through the README.
set -eu
cd "${top_srcdir:?}"
status=0

# "room rank", the lowest first
ranks=$(awk '
	/^```/ { inside = !inside; if (!inside && n > 5) exit; n = 0 }
	inside && /^ [a-z]/ {
		n++
		sub(/   .*/, "")	# what the line says of its rooms
		line[n] = $0
	}
	END {
		for (; n > 0; n--) {
			m = split(line[n], room, " ")
			for (i = 1; i <= m; i++) print room[i], ++rank
		}
	}' src/README.md)

for room in src/*/; do
	room=${room#src/}
	room=${room%/}
	echo "$ranks" | grep -q "^$room " || {
		echo "src/README.md: the picture has no room $room"
		status=1
	}
	grep -q "^| .*\`$room\`" README.md || {
		echo "README.md: the walk passes $room by"
		status=1
	}
done

wrong=$(grep -rnoE --include='*.[ch]' '^#[[:space:]]*include "[a-z]+/' src |
    { echo "$ranks"; cat; } | awk '
	NF == 2 && !/:/ { rank[$1] = $2; next }
	{
		split($0, part, /[\/:]/)
		from = part[2]
		to = $0
		sub(/.*"/, "", to)
		sub(/\/$/, "", to)
		if (from != to && !(rank[to] < rank[from]))
			print $0 "  points up, from " from " to " to
	}')
[ -z "$wrong" ] || {
	echo "$wrong"
	status=1
}
exit $status
