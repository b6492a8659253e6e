# SPDX-License-Identifier: EUPL-1.2
"""Who acts in the authorisation matrix and on what: colleagues of each role in
two teams, contacts of every silo with a word of their own in every field, and
what hangs on them (RELIABILITY 2.3).

Contacts, by letter:
  O  seen by its owner alone, who is the adviser "owner" of team one
  T  seen by team one
  E  seen by everyone
  R  seen by team one, its use restricted
  F  seen by team two, owned by the adviser "other"; a person who signs in
  P  seen by its owner "other" alone, though it is of team one
  Q  seen by team two, owned by "owner" of team one
Requests are about the contact of their letter; N is about nobody we know."""
import base64
import hashlib
import http.client
import json
import os
import random
import re
import subprocess
import time
import urllib.parse

import erasure
import exports
import office
import sign_in
from opt_in import opt_in

NEVER = "99999999"
PEOPLE = "OTERFPQ"
SEES = {"owner": "OTERQ", "same": "TER", "other": "EFPQ", "lead": "TER",
        "leadother": "EFQ", "dpo": PEOPLE, "legal": PEOPLE}
CASES = {"dpo": PEOPLE + "N", "legal": PEOPLE + "N", "auditor": PEOPLE + "N",
         "security": PEOPLE + "N"}
SILO = {"O": ("owner", "owner", 0), "T": ("team", None, 0),
        "E": ("everyone", "other", 1), "R": ("team", None, 0),
        "F": ("team", "other", 1), "P": ("owner", "other", 0),
        "Q": ("team", "owner", 1)}
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return next((v for k, v in self.headers
                     if k.lower() == name.lower()), "")

    def text(self):
        return self.body.decode("utf-8", "replace") + "\n" + "\n".join(
            f"{k}: {v}" for k, v in self.headers)


class Actor:
    """Somebody with the cookies of a walk's client, asking fast: no page is
    read, no redirect followed; with the right token for every form, as if
    they had seen the page it stands on."""

    def __init__(self, world, name, client, key):
        self.name, self.client, self.world = name, client, world
        where = urllib.parse.urlsplit(client.base)
        self.host = (where.hostname, where.port)
        self.key, self.link, self.asked = key, None, 0

    def token(self, route):
        name = next((k for k in self.client.cookies
                     if not k.endswith("-lang")), None)
        session = self.client.cookies.get(name, "").split(".")[0]
        return base64url(hashlib.blake2b(
            f"{session}|{route}".encode(), key=self.key,
            digest_size=32).digest()[:16])

    def ask(self, method, path, body=None, headers=None):
        send = {"Accept-Language": "fr", "User-Agent": "assent-walk",
                "Accept": "text/html"}
        if self.client.cookies:
            send["Cookie"] = "; ".join(f"{k}={v}" for k, v in
                                       self.client.cookies.items())
        if body is not None:
            send["Content-Type"] = "application/x-www-form-urlencoded"
        send.update(headers or {})
        self.asked += 1
        for last in (False, True):
            if self.link is None:
                self.link = http.client.HTTPConnection(*self.host,
                                                       timeout=60)
            try:
                self.link.request(method, path, body, send)
                got = self.link.getresponse()
                return Answer(got.status, got.getheaders(), got.read())
            except (http.client.HTTPException, ConnectionError):
                self.link.close()
                self.link = None
                if last:
                    raise
        return None

    def post(self, route, path, pairs):
        """Post to ${path}, an address of ${route}, as its form would."""
        typed = dict(pairs, csrf=self.token(route),
                     request_key=base64url(os.urandom(16)))
        return self.ask("POST", path, urllib.parse.urlencode(typed))


def key_of(world, program, name):
    path = os.path.join(os.path.dirname(world.path), "keys", program + ".key")
    with open(path, encoding="utf-8") as file:
        text = json.load(file)["generations"][0]["keys"][name]
    return base64.urlsafe_b64decode(text + "=")


def hire(world, role, team):
    """A new colleague, by the owner's program: as demo.json tells others."""
    name = f"Alex {role} {team}"
    email = world.address(role)
    done = subprocess.run(
        world.demo["cli"] + ["staff", "add", "--email", email, "--name", name,
                             "--role", role, "--team", team, "--language",
                             "fr", "--json"], capture_output=True, check=True)
    told = json.loads(done.stdout)
    secret = re.search(r"secret=([A-Z2-7]+)", done.stdout.decode())[1]
    return {"role": role, "name": name, "email": email, "id": told["id"],
            "password": told["password"], "totp_secret": secret}


def enter(world, who, half=False):
    colleague = world.colleague()
    page = colleague.get("/").press("Continue", email=who["email"],
                                    password=who["password"])
    if not half:
        page = page.press("Sign in", about="", code=world.unused_code(who))
        assert page.path == "/", page.path
    return colleague


class Cast:
    def __init__(self, world):
        self.world = world
        self.office_key = key_of(world, "office", "csrf_office")
        self.portal_key = key_of(world, "portal", "csrf_portal")
        self.serial = world.address("zq").split(".")[1].split("@")[0]
        self.words = {}         # letter: what nobody else's page may hold
        self.cases = {}         # letter: the reference of their request
        self.ids = {"contacts": {}, "requests": {}, "organisations": {}}
        self.made_fields = []
        self.begin_erasure()
        self.hire()
        self.persons()
        self.contacts()
        self.requests()
        self.things()
        self.end_erasure()

    def sql_id(self, text):
        return self.world.sql(text + "; SELECT LAST_INSERT_ID()").strip()

    # ---- people

    def begin_erasure(self):
        world = self.world
        _, address = opt_in(world, "fr", "partie")
        _, page = sign_in.sign_in(world, address)
        self.gone = world.sql("SELECT id FROM contact WHERE email = "
                              f"'{address}'").strip()
        _, _, running = erasure.ask(page)
        running.press("Do it now")

    def end_erasure(self):
        for _ in range(300):
            if not self.world.sql("SELECT id FROM contact WHERE id = "
                                  + self.gone).strip():
                break
            time.sleep(0.2)
        else:
            raise AssertionError("an erasure that does not end")
        self.ids["contacts"]["gone"] = self.gone

    def hire(self):
        world = self.world
        advisers = [s for s in world.demo["staff"] if s["role"] == "adviser"]
        self.teams = [world.sql(
            "SELECT t.id, t.name FROM team t JOIN staff s ON s.team_id = t.id "
            f"WHERE s.email = '{a['email']}'").strip().split("\t")
            for a in advisers[:2]]
        one, two = (t[1] for t in self.teams)
        self.staff = {
            "owner": advisers[0], "other": advisers[1],
            "same": hire(world, "adviser", one),
            "leadother": hire(world, "lead", two),
            "leaver": hire(world, "adviser", one)}
        self.victim = hire(world, "adviser", two)["id"]
        self.act = {}
        for name, who in self.staff.items():
            client = office.staff(world, "adviser")[0] if name == "owner" \
                else enter(world, who)
            self.act[name] = Actor(world, name, client, self.office_key)
        for role in ("lead", "dpo", "security", "legal", "auditor", "admin"):
            self.act[role] = Actor(world, role, office.staff(world, role)[0],
                                   self.office_key)
            self.staff[role] = world.staff(role)
        half = enter(world, self.staff["same"], half=True)
        self.act["half"] = Actor(world, "half", half, self.office_key)
        nobody = world.colleague()
        nobody.get("/sign-in")
        self.act["nobody"] = Actor(world, "nobody", nobody, self.office_key)

    def staff_id(self, name):
        return self.world.sql("SELECT id FROM staff WHERE email = "
                              f"'{self.staff[name]['email']}'").strip()

    def persons(self):
        """Two customers of the portal: "me", and the contact F."""
        world = self.world
        self.person = {}
        for name in ("me", "them"):
            _, address = opt_in(world, "fr", name)
            client, _ = sign_in.sign_in(world, address)
            self.person[name] = Actor(world, name, client, self.portal_key)
            self.person[name].address = address
            self.person[name].contact = world.sql(
                f"SELECT id FROM contact WHERE email = '{address}'").strip()
        nobody = world.visitor()
        nobody.get("/sign-in")
        self.person["nobody"] = Actor(world, "nobody", nobody,
                                      self.portal_key)
        self.ids["contacts"]["F"] = self.person["them"].contact
        self.ids["packages"], self.ids["wishes"] = {}, {}
        for letter, name in (("M", "me"), ("T", "them")):
            actor = self.person[name]
            for route, pairs in (("/account/export/access", {}),
                                 ("/account/requests", {
                                     "kind": "objection", "message": "x"})):
                done = actor.post(route, route, pairs)
                assert done.status == 303, (route, done.status)
            world.mail(actor.address, "/account/export", 60)
            for kind, table in (("packages", "package"),
                                ("wishes", "rights_request")):
                self.ids[kind][letter] = world.sql(
                    f"SELECT MAX(id) FROM {table} WHERE contact_id = "
                    + actor.contact).strip()

    # ---- contacts

    def word(self, letter, field):
        text = f"zq{letter.lower()}{field}{self.serial}"
        self.words.setdefault(letter, []).append(text)
        return text

    def contacts(self):
        world = self.world
        for n, letter in enumerate(PEOPLE):
            scope, owner, team = SILO[letter]
            reference = "C-" + "".join(random.choices(SIGNS, k=8))
            phone = f"63998{self.serial[-3:]}{n}"
            given, family = (self.word(letter, f) for f in
                             ("given", "family"))
            email = self.person["them"].address if letter == "F" else \
                self.word(letter, "mail") + "@walk.example"
            put = {
                "reference": reference, "kind": "customer",
                "given_name": given, "family_name": family,
                "sort_name": f"{family} {given}", "language": "fr",
                "email": email, "email_key": email, "phone": "+33" + phone,
                "street": self.word(letter, "street"),
                "postcode": self.word(letter, "p")[:16],
                "city": self.word(letter, "city"), "country": "FR",
                "visibility": scope, "team_id": self.teams[team][0],
                "owner_id": self.staff_id(owner) if owner else None,
                "source": "import:" + self.word(letter, "source"),
                "basis": "contract", "is_indexed": "0",
                "collected_us": world.now_us(),
                "last_person_us": world.now_us(),
                "created_us": world.now_us(), "updated_us": world.now_us()}
            if letter == "R":
                put.update(restricted_us=world.now_us(),
                           restriction="claims")
            values = ", ".join(f"{k} = " + ("NULL" if v is None else f"'{v}'")
                               for k, v in put.items())
            if letter == "F":
                world.sql(f"UPDATE contact SET {values} WHERE id = "
                          + self.ids["contacts"]["F"])
            else:
                self.ids["contacts"][letter] = self.sql_id(
                    f"INSERT INTO contact SET {values}")
            self.words[letter] += [reference.lower(), phone, email]
            self.more(letter)
            if letter != "R":   # a firm's use is not restricted
                self.organisation(letter)

    def organisation(self, letter):
        """A firm of the same silo, to which the contact belongs."""
        scope, owner, team = SILO[letter]
        name, now = self.word(letter, "firm"), self.world.now_us()
        owner = self.staff_id(owner) if owner else "NULL"
        id_ = self.sql_id(
            f"INSERT INTO organisation SET name = '{name}', sort_name = "
            f"'{name}', domain = '{self.word(letter, 'dom')}.example', note = "
            f"'{self.word(letter, 'note')}', language = 'fr', visibility = "
            f"'{scope}', owner_id = {owner}, team_id = {self.teams[team][0]}, "
            f"created_us = {now}, updated_us = {now}")
        self.world.sql(f"INSERT INTO organisation_word VALUES ('{name}', "
                       f"{id_})")
        self.world.sql("INSERT INTO membership SET contact_id = "
                       f"{self.ids['contacts'][letter]}, organisation_id = "
                       f"{id_}, job_title = '{self.word(letter, 'job')}', "
                       f"at_us = {now}")
        self.ids["organisations"][letter] = id_

    def more(self, letter):
        """What hangs on a contact and is sealed comes by the pages."""
        id_ = self.ids["contacts"][letter]
        dpo = self.act["dpo"]
        done = dpo.post("/contacts/:id/interactions",
                        f"/contacts/{id_}/interactions",
                        {"kind": "call", "side": "us",
                         "title": self.word(letter, "title"),
                         "detail": self.word(letter, "detail")})
        assert done.status == 303, done.status
        if letter in "RF":
            return              # frozen; and their own words stay as typed
        page = dpo.client.get(f"/contacts/{id_}/edit")
        page = page.press("Save", street=self.word(letter, "moved"))
        assert page.path == f"/contacts/{id_}", page.path

    def request(self, letter):
        """A request about the contact of a letter, to be answered."""
        today = "CURRENT_DATE"
        reference = "R-" + "".join(random.choices(SIGNS, k=8))
        self.cases.setdefault(letter, reference.lower())
        contact = self.ids["contacts"].get(letter, "NULL")
        return self.sql_id(
            f"INSERT INTO rights_request SET reference = '{reference}', kind "
            f"= 'objection', door = 'account', contact_id = {contact}, "
            "language = 'fr', state = 'open', received_us = "
            f"{self.world.now_us()}, received_day = {today}, target_day = "
            f"{today}, working_day = {today}, due_day = {today} + INTERVAL 1 "
            "MONTH")

    def requests(self):
        world = self.world
        for letter in PEOPLE + "N":
            self.ids["requests"][letter] = self.request(letter)
        them = self.person["them"].client
        said = self.word("F", "said")
        page = them.get("/account/requests").press(
            "Send the request", kind="access", message=said)
        assert page.status == 200, page.status
        request = world.sql(
            "SELECT MAX(id) FROM rights_request WHERE contact_id = "
            + self.ids["contacts"]["F"]).strip()
        self.ids["requests"]["F"], self.cases["F"] = request, world.sql(
            "SELECT LOWER(reference) FROM rights_request WHERE id = "
            + request).strip()

    # ---- what colleagues have made of them

    def export(self, actor, letter):
        """The export that ${actor} makes of a contact, ready."""
        answer = self.act[actor].post("/exports", "/exports", {
            "format": "csv", "reason": "check", "order": "reference",
            "reference": "yes", "given_name": "yes",
            "contact": self.ids["contacts"][letter]})
        assert answer.status == 303, (answer.status, answer.text()[:800])
        page = self.act[actor].client.get(answer.header("Location"))
        return exports.wait(page).path.split("/")[2]

    def view(self, shared):
        self.views = getattr(self, "views", 0) + 1
        pairs = {"f": "kind.is.customer", "order": "",
                 "name": f"matrix {self.views} {self.serial}"}
        if shared:
            pairs["shared"] = "yes"
        answer = self.act["owner"].post("/lists/views", "/lists/views", pairs)
        assert answer.status == 303, answer.status
        return answer.header("Location").split("v=")[1]

    def bulk(self, who, action, state):
        ends = self.world.now_us() + 3600 * 10 ** 6
        return self.sql_id(
            "INSERT INTO bulk SET staff_id = " + self.staff_id(who) +
            f", action = '{action}', state = '{state}', reason = 'order', "
            f"total = 0, created_us = {self.world.now_us()}, expires_us = "
            f"{ends}")

    def import_(self, who, state):
        ends = self.world.now_us() + 3600 * 10 ** 6
        return self.sql_id(
            "INSERT INTO import SET staff_id = " + self.staff_id(who) +
            f", state = '{state}', size_bytes = 1, file_mac = "
            f"'{os.urandom(16).hex()}', format = 'csv', delimiter = ',', "
            "mapping = '[\"email\"]', policy = 'create', basis = 'contract', "
            "source = 'walk', collected = CURRENT_DATE, created_us = "
            f"{self.world.now_us()}, expires_us = {ends}, undo_until_us = "
            f"{ends}")

    def snapshot(self, who, letters):
        return exports.snapshot(self.world, self.staff_id(who),
                                [self.ids["contacts"][x] for x in letters])

    def files(self):
        """The corrected files of T and F; X is that of F under T."""
        made = {}
        for letter in "TF":
            contact = self.ids["contacts"][letter]
            import_ = self.import_("dpo", "read")
            self.world.sql(f"UPDATE import SET contact_id = {contact} WHERE "
                           f"id = {import_}")
            made[letter] = f"{contact} {import_}"
        made["X"] = made["T"].split()[0] + " " + made["F"].split()[1]
        return made

    def pairs(self):
        """Two contacts that may be one person: T and E, F and E, and X, of
        two teams; each is on the list of such pairs."""
        made = {}
        for letter, two in (("T", "TE"), ("F", "FE"), ("X", "TF")):
            ids = [self.ids["contacts"][x] for x in two]
            low, high = sorted(ids, key=int)
            self.world.sql(
                "INSERT IGNORE INTO duplicate (low_id, high_id, why, "
                f"found_us) VALUES ({low}, {high}, 'name', "
                f"{self.world.now_us()})")
            made[letter] = " ".join(ids)
        return made

    def merge(self, who, letter):
        """One that "who" asked for and that was refused."""
        contact = self.ids["contacts"][letter]
        return contact + " " + self.sql_id(
            "INSERT INTO contact_merge SET merged_id = "
            + self.ids["contacts"]["E"] + f", reference = 'C-WALK0000', "
            f"survivor_id = {contact}, staff_id = {self.staff_id(who)}, "
            "reason = 'said', taken = '', merged_version = 1, "
            "survivor_version = 1, state = 'refused', why = 'changed', "
            f"asked_us = {self.world.now_us()}, done_us = "
            f"{self.world.now_us()}")

    def crossing(self):
        """The adviser "other" in a record of "owner", of no letter."""
        now = self.world.now_us()
        contact = self.sql_id(
            "INSERT INTO contact SET reference = 'C-"
            + "".join(random.choices(SIGNS, k=8)) + "', kind = 'prospect', "
            "language = 'fr', visibility = 'owner', owner_id = "
            f"{self.staff_id('owner')}, source = 'walk', basis = 'contract'"
            ", is_indexed = 1, "
            f"collected_us = {now}, last_person_us = {now}, created_us = "
            f"{now}, updated_us = {now}")
        return self.sql_id(
            f"INSERT INTO crossing SET staff_id = {self.staff_id('other')}, "
            f"contact_id = {contact}, reason = 'call', begun_us = {now}, "
            f"until_us = {now + 3600 * 10 ** 6}")

    def evidence(self, letter):
        """What proves a choice of the contact of a letter; it never opens,
        since nobody gives a reason here.  Empty, as it has no pieces: a copy
        is made of it too."""
        return self.sql_id(
            "INSERT INTO evidence SET contact_id = "
            + self.ids["contacts"][letter] + ", kind = 'pdf', size_bytes = 0, "
            f"sha256 = '{os.urandom(16).hex()}', staff_id = "
            + self.staff_id("dpo") + f", created_us = {self.world.now_us()}")

    def purpose(self):
        """One that no form asks for; closed when the stories end."""
        code = "matrix-" + os.urandom(4).hex()
        id_ = self.sql_id(f"INSERT INTO purpose SET code = '{code}'")
        version = self.sql_id(
            f"INSERT INTO purpose_version SET purpose_id = {id_}, number = 1, "
            "basis = 'consent', is_commercial = 1, is_material = 1, "
            "has_soft_opt_in = 1, retention_months = 1, created_us = "
            f"{self.world.now_us()}")
        self.world.sql(f"INSERT INTO purpose_channel VALUES ({version}, "
                       "'email')")
        for lang in ("fr", "en"):
            self.world.sql(f"INSERT INTO purpose_text VALUES ({version}, "
                           f"'{lang}', '{code}', 'x', '')")
        return id_

    def task(self):
        return self.sql_id(
            "INSERT INTO task SET kind = 'export.failed', detail = '{}', "
            f"state = 'open', created_us = {self.world.now_us()}")

    def found_after(self, is_bare):
        """An erasure that found names, of a case or of none."""
        case = "NULL" if is_bare else self.ids["requests"]["N"]
        made = self.sql_id(
            f"INSERT INTO erasure SET request_id = {case}, contact_id = "
            f"{self.gone}, state = 'done', due_us = 1, created_us = 1, "
            "ended_us = 1")
        for kind in ("erasure.second_copy", "erasure.look"):
            self.sql_id(
                f"INSERT INTO task SET kind = '{kind}', request_id = {case}, "
                f"erasure_id = {made}, detail = '{{\"places\":[]}}', state = "
                f"'open', created_us = {self.world.now_us()}")
        return made

    def make(self, kind):
        """Fresh things of a kind, by letter: acts on them leave no trace on
        what the other lines look at."""
        make = {
            "exports": lambda: {"A": self.done_export("owner"),
                                "L": self.done_export("leadother")},
            "askings": lambda: {"I": self.asking("owner"),
                                "J": self.asking("other"),
                                "K": self.asking("leadother"),
                                "D": self.asking("dpo")},
            "snapshots": lambda: {"A": self.snapshot("owner", "T"),
                                  "L": self.snapshot("leadother", "F")},
            "views": lambda: {"A": self.view(False), "S": self.view(True)},
            "bulks": lambda: {"A": self.bulk("owner", "label", "ready"),
                              "L": self.bulk("leadother", "label", "ready"),
                              "P": self.bulk("other", "delete", "proposed")},
            "imports": lambda: {"L": self.import_("lead", "cancelled"),
                                "M": self.import_("leadother", "cancelled"),
                                "D": self.import_("dpo", "cancelled")},
            "crossings": lambda: {"C": self.crossing()},
            "files": self.files, "pairs": self.pairs,
            "tasks": lambda: {"K": self.task()},
            "purposes": lambda: {"C": self.purpose()},
            "passkeys": lambda: {"A": self.passkey("owner")},
            "fields": lambda: {"G": self.field("open"),
                               "H": self.field("closed")}}
        return make[kind]() if kind in make else self.ids[kind]

    def passkey(self, who):
        """One that opens nothing: it has no key."""
        return self.sql_id(
            "INSERT INTO staff_passkey SET staff_id = " + self.staff_id(who) +
            f", credential = '{os.urandom(16).hex()}', cose_alg = -7, "
            f"public_key = 'k', mac = '{os.urandom(16).hex()}', sign_count = "
            f"0, name = 'walk', created_us = {self.world.now_us()}")

    def field(self, state):
        code = f"x{os.urandom(6).hex()}"
        id_ = self.sql_id(
            f"INSERT INTO custom_field SET code = '{code}', kind = 'text', "
            "is_sensitive = 0, is_editable = 0, basis = 'contract', "
            f"retention_months = 0, state = '{state}', created_us = "
            f"{self.world.now_us()}")
        self.made_fields.append(id_)
        return id_

    def done_export(self, who):
        return self.sql_id(
            "INSERT INTO staff_export SET staff_id = " + self.staff_id(who) +
            ", format = 'csv', columns = 'reference', reason = 'check', "
            "is_pseudonymised = 0, state = 'cancelled', mark = "
            f"'{os.urandom(4).hex()}', total = 1, created_us = "
            f"{self.world.now_us()}, expires_us = {self.world.now_us()}, "
            f"destroyed_us = {self.world.now_us()}")

    def asking(self, who):
        return self.sql_id(
            "INSERT INTO staff_export SET staff_id = " + self.staff_id(who) +
            ", format = 'csv', columns = 'reference', reason = 'check', "
            "words = 'walk', is_pseudonymised = 0, state = 'asked', mark = "
            f"'{os.urandom(4).hex()}', total = 1, created_us = "
            f"{self.world.now_us()}, expires_us = "
            f"{self.world.now_us() + 3600000000}")

    def end(self):
        """Nobody who was hired for this stays."""
        self.world.sql("UPDATE purpose SET is_closed = TRUE WHERE code LIKE "
                       "'matrix-%'")
        for name in ("same", "leadother", "leaver"):
            self.world.sql("UPDATE staff SET state = 'disabled' WHERE id = "
                           + self.staff_id(name))
        self.world.sql("UPDATE staff_export SET expires_us = 1 WHERE words = "
                       "'walk'")
        self.world.sql("DELETE FROM staff_passkey WHERE name = 'walk'")
        self.world.sql("DELETE FROM custom_field WHERE id IN ("
                       + ", ".join(self.made_fields) + ")")
        self.world.sql("UPDATE task SET state = 'done', outcome = 'over' "
                       "WHERE state = 'open' AND (kind = 'export.failed' OR "
                       f"erasure_id IN (SELECT id FROM erasure WHERE "
                       f"contact_id = {self.gone}))")

    def things(self):
        # who is asked again who they are gets no answer about the thing
        self.world.sql("UPDATE office_session SET signed_in_us = "
                       f"{self.world.now_us()}")
        for kind in ("askings", "crossings", "fields", "files", "pairs", "snapshots",
                     "views", "bulks", "tasks", "purposes", "passkeys"):
            self.ids[kind] = self.make(kind)
        self.ids["merges"] = {"L": self.merge("lead", "T"),
                              "M": self.merge("leadother", "F")}
        self.ids["exports"] = {"A": self.export("owner", "T"),
                               "L": self.export("leadother", "F")}
        self.ids["imports"] = {
            "L": self.import_("lead", "checked"),
            "U": self.import_("lead", "done"),
            "M": self.import_("leadother", "checked"),
            "V": self.import_("leadother", "done"),
            "D": self.import_("dpo", "checked")}
        self.ids["evidence"] = {x: self.evidence(x) for x in PEOPLE}
        self.ids["staff"] = {"P": str(self.victim)}
        self.world.sql("INSERT INTO team (name) VALUES (CONCAT('walk-', "
                       "UUID_SHORT()))")
        self.ids["teams"] = {"T": self.world.sql(
            "SELECT MAX(id) FROM team").strip()}
        self.world.sql("INSERT INTO ledger_check (staff_id, state, "
                       f"created_us) VALUES ({self.victim}, 'done', 1)")
        self.ids["checks"] = {"V": self.world.sql(
            "SELECT MAX(id) FROM ledger_check").strip()}
        self.found_after(False)
        self.ids["found"] = {"N": self.ids["requests"]["N"]}
        self.ids["erasures"] = {"B": self.found_after(True)}

    # ---- what an answer may hold

    def leaks(self, name, answer):
        """What the answer holds of people that ${name} may not see."""
        text = answer.text().lower()
        bare = re.sub(r"[\s  ]", "", text)
        found = []
        for letter in PEOPLE:
            if letter in SEES.get(name, ""):
                continue
            found += [w for w in self.words[letter] if w in text or
                      (w.isdigit() and w in bare)]
            if re.search(rf"/contacts/{self.ids['contacts'][letter]}\b",
                         text):
                found.append(f"the address of contact {letter}")
        for letter, reference in self.cases.items():
            if letter not in CASES.get(name, SEES.get(name, "")) and \
                    reference in text:
                found.append(f"the request {letter}")
        return found
