#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The demonstration's mail catcher: what it keeps, shows and, asked to, spoils.
set -u
: "${top_srcdir:?}"
# shellcheck source=tests/ops/lib.sh
. "$top_srcdir/tests/ops/lib.sh"

base=$(free_port)
page=http://localhost:$((base + 2))
smtp=smtp://localhost:$((base + 3))

start() {
	/usr/bin/python3 "$top_srcdir/conf/demo/mailcatcher.py" \
	    "$scratch/mails" $((base + 2)) $((base + 3)) 2>"$scratch/err" &
	catcher=$!
	pids+=("$catcher")
	until_true 10 curl -fs "$page/mode" ||
		echo "the catcher does not answer: $(cat "$scratch/err")"
}

# send FILE: one mail; prints curl's exit code and the last code of SMTP.
send() {
	local code
	code=$(curl -s -m 3 "$smtp" --mail-from portal@demo.example \
	    --mail-rcpt zoé@demo.example -T "$1" -w '%{response_code}' \
	    -o /dev/null)
	echo "$? $code"
}

# silence: the code of DATA, and what comes within 3 s of the dot.  curl would
# say QUIT after its timeout and wait two minutes for the answer.
silence() {
	/usr/bin/python3 - $((base + 3)) <<'PY'
import smtplib
import sys
client = smtplib.SMTP("localhost", int(sys.argv[1]), timeout=3)
client.ehlo()
client.mail("portal@demo.example")
client.rcpt("zoe@demo.example")
code = client.docmd("DATA")[0]
client.sock.sendall(b"Subject: x\r\n\r\nx\r\n.\r\n")
try:
    print(code, client.sock.recv(100))
except TimeoutError:
    print(code, "silence")
PY
}
mode() {
	curl -s -o /dev/null -w '%{http_code}' -d "mode=$1&count=${2:-0}" \
	    "$page/mode"
}

/usr/bin/python3 - "$scratch/mail" <<'PY'
import sys
from email.message import EmailMessage
m = EmailMessage()
m["From"] = "Voyages Démo <portal@demo.example>"
m["To"] = "Zoé <zoe@demo.example>"
m["Subject"] = "Votre reçu : <b>été</b>"
m["Date"] = "Sat, 21 Nov 2026 12:00:00 +0100"
m.set_content("Bonjour Zoé,\nhttps://localhost/confirm/abc?x=1&y=2\n.\n..\n")
m.add_alternative("<p>Bonjour <a href='/x'>Zoé</a><script>alert(1)</script>",
                  subtype="html")
m.add_attachment(b"a.b.c", maintype="application", subtype="jose",
                 filename="reçu.jws")
open(sys.argv[1], "wb").write(m.as_bytes(policy=m.policy.clone(linesep="\r\n")))
PY

start
is "no mail yet is an empty list" "[]" "$(curl -s "$page/messages")"
is "a mail is taken" "0 250" "$(send "$scratch/mail")"
sed 's/Subject:.*/Subject: second/' "$scratch/mail" > "$scratch/mail2"
is "another too" "0 250" "$(send "$scratch/mail2")"
list() {
	curl -s "$page/messages" | /usr/bin/python3 -c \
	    "import json,sys; d=json.load(sys.stdin); print($1)"
}
is "the newest is first" second "$(list 'd[0]["subject"]')"
is "the subject is decoded" 'Votre reçu : <b>été</b>' \
    "$(list 'd[1]["subject"]')"
is "the recipient is the envelope's" zoé@demo.example "$(list 'd[1]["to"]')"
is "a line has five fields" "date from id subject to" \
    "$(list '" ".join(sorted(d[0]))')"
one() {
	curl -s "$page/messages/1" | /usr/bin/python3 -c \
	    "import json,sys; d=json.load(sys.stdin); print($1)"
}
is "a mail has four fields" "attachments headers html text" \
    "$(one '" ".join(sorted(d))')"
is "dots are as they were sent" "True" "$(one '"\n.\n..\n" in d["text"]')"
is "the HTML part is there" "True" "$(one '"<p>Bonjour" in d["html"]')"
is "the attachment's name is decoded" "reçu.jws application/jose YS5iLmM=" \
    "$(one '" ".join(d["attachments"][0][k] for k in ("filename","content_type","base64"))')"
is "the headers are by name" "Zoé <zoe@demo.example>" \
    "$(one 'd["headers"]["To"]')"
view=$(curl -s "$page/message/1")
has "the page's links are links" \
    "<a href='https://localhost/confirm/abc\?x=1&amp;y=2'>" "$view"
has "the subject is text" '&lt;b&gt;été' "$view"
has "the HTML part is in a sandbox" "sandbox='allow-top[a-z -]*' srcdoc" "$view"
lacks "no script of a mail reaches the page" '<script' "$view"
is "an attachment can be had" a.b.c "$(curl -s "$page/message/1/0")"
has "the list shows both" 'Mails \(2\)' "$(curl -s "$page/")"
is "no such mail is 404" 404 \
    "$(curl -s -o /dev/null -w '%{http_code}' "$page/messages/77")"
is "another name is 421" 421 "$(curl -s -o /dev/null -w '%{http_code}' \
    -H 'Host: evil.example' "$page/messages")"

is "a mode that is none is refused" 400 "$(mode nonsense)"
mode 451 >/dev/null
is "451 at RCPT" "55 451" "$(send "$scratch/mail")"
mode 550 >/dev/null
is "550 at RCPT" "55 550" "$(send "$scratch/mail")"
mode 421 >/dev/null
has "421 at the greeting" ' 421$' "$(send "$scratch/mail")"
mode 452-dot >/dev/null
is "452 after the dot" "8 452" "$(send "$scratch/mail")"
mode 550-dot >/dev/null
is "550 after the dot" "8 550" "$(send "$scratch/mail")"
mode hang >/dev/null
is "a hang after the dot" "354 silence" "$(silence)"
mode hang-banner >/dev/null
is "a hang at the greeting" "28 000" "$(send "$scratch/mail")"
mode refuse >/dev/null
is "refused" "7 000" "$(send "$scratch/mail")"
is "none of these was kept" 2 "$(list 'len(d)')"
mode drop-after-dot 1 >/dev/null
is "cut after the dot" "56 354" "$(send "$scratch/mail")"
is "what was cut is kept" 3 "$(list 'len(d)')"
is "after the count all is well" "0 250" "$(send "$scratch/mail")"

kill "$catcher"
wait "$catcher" 2>/dev/null
start
is "mails survive a restart" 4 "$(list 'len(d)')"
is "numbers go on" "0 250" "$(send "$scratch/mail")"
is "the fifth is the fifth" 5 "$(list 'd[0]["id"]')"
is "only loopback listens" "" "$(ss -Hltn | awk '{ print $4 }' |
    grep -E ":($((base + 2))|$((base + 3)))$" | grep -v -e '^127\.0\.0\.1:' -e '^\[::1\]:')"

report
