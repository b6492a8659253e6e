# SPDX-License-Identifier: EUPL-1.2
"""What every story has: the site as demo.json tells it, its words in French
and English, its mails, its tables, and a place to say what was found."""
import base64
import datetime
import hmac
import json
import os
import re
import struct
import subprocess
import time
import urllib.request
import zoneinfo

from client import Client

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

# What our programs change on their own, whoever asks for a page or nobody.
BACKGROUND = {"lease", "clock_mark", "log_head", "log_state", "log_leaf",
              "log_writer", "journal_mark", "health", "statistic_mark",
              "statistic_month", "duplicate_walk"}
# Of these, what does not change by itself: a session's last use does, and the
# keeper forgets where a receipt went.
# Two minutes after a choice the keeper notes that the person was told.
STILL = {"consent_state": "CONCAT_WS(',', contact_id, purpose_id, channel, "
                          "state, event_id, at_us)",
         "portal_session": "HEX(id_hash)", "office_session": "HEX(id_hash)",
         "erasure": "CONCAT_WS(',', id, state, due_us, decided_us)"}
# What a page may append: who looked, what was fetched; tries are counted.
APPENDED = {"access_line", "access_subject", "budget"}


def read_words(path):
    """{msgid: msgstr} of a .po file."""
    words, key, parts = {}, None, {"msgid": "", "msgstr": ""}
    for line in open(path, encoding="utf-8"):
        match = re.match(r'(msgid|msgstr(?:\[0\])?|msgid_plural)? ?"(.*)"$',
                         line.strip())
        if not match:
            continue
        if match[1] == "msgid":
            words[parts["msgid"]] = parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        if match[1]:
            key = match[1].removesuffix("[0]")
        if key in parts:
            parts[key] += json.loads(f'"{match[2]}"')
    words[parts["msgid"]] = parts["msgstr"]
    return words


class Mail:
    def __init__(self, line, body):
        self.subject, self.to = line["subject"], line["to"]
        self.headers = body["headers"]
        self.text, self.html = body["text"], body["html"]
        self.files = {a["filename"]: base64.b64decode(a["base64"])
                      for a in body["attachments"]}

    def header(self, name):
        found = [v for k, v in (self.headers.items() if isinstance(
            self.headers, dict) else self.headers)
            if k.lower() == name.lower()]
        return found[0] if found else None

    def links(self):
        return re.findall(r"https?://[^\s<>\"]+", self.text)

    def link(self, part):
        return next(u for u in self.links() if part in u)

    def code(self):
        return re.search(r"^ +([0-9A-Z]{4}-[0-9A-Z]{4})$", self.text,
                         re.M)[1]


class World:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        with open(path, encoding="utf-8") as file:
            self.demo = json.load(file)
        self.portal = self.demo["portal"].rstrip("/")
        self.office = self.demo["office"].rstrip("/")
        self.french = read_words(os.path.join(TOP, "po", "fr.po"))
        self.seen = set()
        self.passed = self.failed = 0
        self.serial = int(time.time())
        self.people = {}        # what a story leaves for the next ones
        self.signed_in = {}     # role: a colleague

    # ---- what was found

    def is_true(self, sentence, found, detail=""):
        """Count one finding; say it when it is not so."""
        if found:
            self.passed += 1
        else:
            self.failed += 1
            print(f"  FAILED: {sentence}")
            for line in str(detail).strip().splitlines()[-25:]:
                print(f"    | {line[:300]}")
        return bool(found)

    def is_equal(self, sentence, wanted, found):
        return self.is_true(sentence, wanted == found,
                            f"wanted {wanted!r}\nfound  {found!r}")

    def has(self, sentence, text, part):
        return self.is_true(sentence, part in text,
                            f"{part!r} is not in\n{text[:1500]}")

    # ---- who walks

    def visitor(self, lang="fr"):
        return Client(self, self.portal, lang)

    def colleague(self, lang="fr"):
        return Client(self, self.office, lang)

    def staff(self, role):
        return next(s for s in self.demo["staff"] if s["role"] == role)

    def totp(self, secret, before=0):
        """The code of this half minute, or of one ${before}, RFC 6238."""
        step = int(time.time() + self.demo["clock_offset_s"]) // 30 - before
        digest = hmac.digest(base64.b32decode(secret),
                             struct.pack(">Q", step), "sha1")
        start = digest[-1] & 15
        number = struct.unpack(">I", digest[start:start + 4])[0] & 0x7fffffff
        return f"{number % 1000000:06d}"

    def unused_code(self, who):
        """A code of that colleague's app which nobody has used: of the half
        minute before, which is accepted as long as this one lasts, or of
        this one; when both are spent, of the next one."""
        while True:
            last = int(self.sql("SELECT totp_step FROM staff WHERE email = "
                                f"'{who['email']}'"))
            now = time.time() + self.demo["clock_offset_s"]
            free = int(now) // 30 - last
            if free > 1 and now % 30 < 25:
                return self.totp(who["totp_secret"], before=1)
            if free > 0:
                return self.totp(who["totp_secret"])
            time.sleep(30 - now % 30 + 0.01)

    def address(self, name):
        self.serial += 1
        return f"{name}.{self.serial}@walk.example"

    def say(self, lang, msgid):
        return (self.french.get(msgid) or msgid) if lang == "fr" else msgid

    # ---- mails

    def _mails(self, path):
        with urllib.request.urlopen(self.demo["mail"] + path,
                                    timeout=20) as answer:
            return json.load(answer)

    def mail(self, to, part="", seconds=20):
        """Wait for the next mail to ${to} that was not read yet; with ${part}
        in its text."""
        end = time.monotonic() + seconds
        while True:
            for line in reversed(self._mails("messages")):
                if to not in json.dumps(line["to"]) or line["id"] in self.seen:
                    continue
                mail = Mail(line, self._mails(f"messages/{line['id']}"))
                if part in mail.text:
                    self.seen.add(line["id"])
                    return mail
            if time.monotonic() > end:
                raise AssertionError(f"no mail to {to} with {part!r}")
            time.sleep(0.2)

    def mails_to(self, to):
        return [line for line in self._mails("messages")
                if to in json.dumps(line["to"])]

    def skip_mails(self, to):
        """Let mail() wait for what comes after now."""
        self.seen.update(line["id"] for line in self.mails_to(to))

    # ---- tables

    def sql(self, text, keys=False):
        """What the statement ${text} brings. One that the keeper's was chosen
        before (a deadlock, 1213) has changed nothing and is said again."""
        db = self.demo["database"]
        for _ in range(5):
            done = subprocess.run(
                ["mariadb", "--no-defaults", "-S", db["socket"], "-u",
                 db["user"], "-BN", db["keys" if keys else "name"],
                 "-e", text], capture_output=True, timeout=60)
            if done.returncode == 0:
                return done.stdout.decode("utf-8", "replace")
            if b"ERROR 1213 " not in done.stderr:
                break
        raise AssertionError(
            text + ": " + done.stderr.decode("utf-8", "replace"))

    def tables(self, but=()):
        """{table: checksum} of database and key store, but for what changes
        by itself and the tables ${but}."""
        found = {}
        for keys in (False, True):
            names = [t for t in self.sql("SHOW TABLES", keys).split()
                     if t not in BACKGROUND and t not in but]
            plain = [t for t in names if t not in STILL]
            for line in self.sql("CHECKSUM TABLE " + ", ".join(plain),
                                 keys).splitlines():
                name, sum_ = line.split("\t")
                found[name] = sum_
            for name in set(names) - set(plain):
                found[name] = self.sql(
                    f"SELECT COUNT(*), COALESCE(SUM(CRC32({STILL[name]})), 0)"
                    f" FROM {name}")
        return found

    def today(self):
        """The day that it is at the site."""
        return datetime.datetime.fromtimestamp(
            self.now_us() / 10 ** 6,
            zoneinfo.ZoneInfo("Europe/Paris")).date().isoformat()

    def settle(self, still_seconds=75):
        """Wait until the keeper and the courier have done what waits, and
        will leave alone what they do later for ${still_seconds}: who chose
        something is told of it two minutes afterwards, and an erasure begins
        when its cooling-off ends, or now, if those would end before."""
        before_us = (120 - still_seconds) * 10 ** 6
        for _ in range(900):
            waits = self.sql(
                "SELECT CONCAT(template, ' ', state, ' ', attempt) FROM outbox "
                "WHERE state IN ('new','claimed','retry') UNION ALL "
                "SELECT CONCAT('contact ', id) FROM contact "
                "WHERE NOT is_indexed UNION ALL "
                "SELECT CONCAT('consent event ', e.id) FROM consent_state s "
                "JOIN consent_event e ON e.id = s.event_id "
                "JOIN contact c ON c.id = s.contact_id AND c.email IS NOT NULL "
                "WHERE NOT s.is_told AND (e.how = 'double_opt_in' OR s.at_us "
                f"< {self.now_us() - before_us}) UNION ALL "
                "SELECT CONCAT('import ', id, ' ', state) FROM import "
                "WHERE destroyed_us IS NULL AND expires_us <= "
                f"{self.now_us()} UNION ALL "
                "SELECT CONCAT('staff_export ', id, ' ', state) FROM "
                "staff_export WHERE state IN ('waiting', 'building') OR "
                "(destroyed_us IS NULL AND (state NOT IN ('ready', 'asked') "
                f"OR expires_us <= {self.now_us()})) UNION ALL "
                "SELECT CONCAT('download ', id) FROM staff_export_download "
                "WHERE NOT is_noted UNION ALL "
                "SELECT CONCAT('merge ', id) FROM contact_merge "
                "WHERE state = 'asked' UNION ALL "
                "SELECT 'look for pairs' FROM duplicate_walk "
                "WHERE through_id <> 0 UNION ALL "
                "SELECT CONCAT('package ', id, ' ', state) FROM package "
                "WHERE state IN ('waiting', 'building') UNION ALL "
                "SELECT CONCAT('snapshot ', id, ' ', state) FROM snapshot "
                "WHERE state IN ('waiting', 'walking') UNION ALL "
                "SELECT CONCAT('erasure ', id, ' ', state) FROM erasure "
                "WHERE state IN ('decided', 'announced', 'journaled', "
                "'erased', 'scanned', 'signed') OR (state = 'cooling' AND "
                f"due_us < {self.now_us() + still_seconds * 10 ** 6})")
            if not waits.strip():
                return
            now_us = self.now_us()
            self.sql("UPDATE consent_state s JOIN (SELECT DISTINCT contact_id "
                     "FROM consent_state WHERE NOT is_told AND at_us < "
                     f"{now_us - before_us}) o ON o.contact_id = s.contact_id "
                     "SET s.at_us = s.at_us - 120000000 WHERE NOT s.is_told "
                     f"AND s.at_us > {now_us - 120 * 10 ** 6}")
            self.sql(f"UPDATE erasure SET due_us = {now_us} WHERE state = "
                     f"'cooling' AND due_us > {now_us} AND due_us < "
                     f"{now_us + still_seconds * 10 ** 6}")
            time.sleep(0.2)
        raise AssertionError("after 3 minutes there still waits: " + waits)

    def unchanged(self, sentence, before, after):
        changed = sorted(t for t in before if before[t] != after.get(t))
        self.is_true(sentence, not changed, "changed: " + ", ".join(changed))

    def now_us(self):
        """The instant of our programs' clock."""
        return int((time.time() + self.demo["clock_offset_s"]) * 1000000)
