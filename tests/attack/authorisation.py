# SPDX-License-Identifier: EUPL-1.2
"""The authorisation matrix, in full, over HTTP (RELIABILITY 2.3, T21 to T23).

What each address answers whom is said by two tables that people review,
authorisation-office.tsv and authorisation-portal.tsv; `assent routes` tells
which lines there must be.  The story asks for everything as everybody, with
the token that each form would carry, and looks that nobody gets what the table
does not give them; that what one may not see answers, byte for byte, as what
there never was; that no refused request changes a table; and that no page
holds a word of somebody whom its reader may not see."""
import collections
import json
import os
import re
import time

import authorisation_lists
from authorisation_actors import NEVER, Cast
from lib import DRAWN, routes

HERE = os.path.dirname(os.path.abspath(__file__))
REACHED = {200, 303, 400, 403, 409, 410, 413, 422}

# What is never refused for not being there: it only marks what is.
ANYTHING = {"tasks"}


def seen(cast, id_):
    """What the page of a correction was drawn from."""
    names = ("given_name", "family_name", "kind", "language", "phone",
             "street", "postcode", "city", "country")
    row = cast.world.sql(
        "SELECT " + ", ".join(f"COALESCE({n}, '')" for n in names) +
        f" FROM contact WHERE id = {id_}").rstrip("\n").split("\t")
    return json.dumps(dict(zip(names, row))) if len(row) == len(names) else \
        json.dumps(dict.fromkeys(names, ""))


def version(cast, id_):
    return cast.world.sql("SELECT version FROM rights_request WHERE id = "
                          f"{id_}").strip() or "0"


def label(cast, _):
    return cast.world.sql("SELECT COALESCE(MAX(tag_id), 1) FROM contact_tag "
                          "WHERE contact_id = "
                          + cast.ids["contacts"]["T"]).strip()


def belonging(cast, id_):
    """What the page of where somebody belongs was drawn from."""
    return cast.world.sql(
        "SELECT CONCAT(m.organisation_id, '|', COALESCE(m.since, ''), '|', "
        "IF(o.trader_id = m.contact_id, 'yes', ''), '|', m.job_title) FROM "
        "membership m JOIN organisation o ON o.id = m.organisation_id WHERE "
        f"m.contact_id = {id_}").rstrip("\n")


def firm(cast, _):
    return cast.ids["organisations"]["E"]


def dpo(cast, _):
    return cast.staff_id("dpo")


def purpose(cast, _):
    return cast.world.sql(
        "SELECT p.code FROM purpose p JOIN purpose_version v ON v.purpose_id "
        "= p.id JOIN purpose_channel c ON c.purpose_version_id = v.id WHERE "
        "c.channel = 'email' AND v.basis = 'consent' ORDER BY v.id LIMIT 1"
        ).strip()


def rule(cast, _):
    """A purpose with the rule for customers."""
    return cast.world.sql(
        "SELECT code FROM purpose WHERE id = "
        + cast.ids["purposes"]["C"]).strip()


def today(cast, _):
    return cast.world.today()


def reference(cast, _):
    return cast.world.sql("SELECT reference FROM contact WHERE id = "
                          + cast.ids["contacts"]["E"]).strip()


# What a form is filled with where one value is not as good as another: a
# value, or who finds it for the thing of an id; None leaves the field out.
TYPED = {
    "/contacts/:id/assign": {"owner": "keep", "team": "keep",
                             "visibility": "everyone", "reason": "order"},
    "/contacts/:id/reach": {"kind": "email", "label": "work",
                            "value": "forged@reach.example"},
    "/contacts/:id/choices/no": {"purpose": purpose, "email": "yes",
                                 "phone": None, "post": None, "sms": None,
                                 "how": "paper", "said_on": today},
    "/contacts/:id/edit": {"given_name": "Forged", "kind": "customer",
                           "language": "fr", "country": "FR", "seen": seen},
    "/contacts/:id/organisation": {"organisation": firm, "own": None,
                                   "since": "2024-01-31",
                                   "seen": belonging},
    "/contacts/:id/organisation/end": {"seen": belonging},
    "/contacts/:id/labels/remove": {"label": label},
    "/contacts/:id/merge": {"reference": reference},
    "/requests/:id/answer": {"text": "Forged.", "version": version},
    "/requests/:id/refuse": {"reason": "Forged.", "version": version},
    "/requests/:id/extend": {"why": "Forged.", "version": version},
    "/requests/:id/assign": {"colleague": dpo, "version": version},
    "/requests/:id/remind": {"version": version},
    "/contacts/:id/sale": {"purpose": rule, "sold_on": "2026-01-31"},
    "/contacts/:id/sale/wrong": {"purpose": rule},
    "/requests/:id/lift": {"version": version},
    "/staff/:id/place": {"role": "admin", "team": ""},
    "/staff/invite": {"name": "Forged", "email": "forged@walk.example",
                      "role": "admin", "language": "fr"},
    "/imports/:id/columns": {"policy": "create", "basis": "contract",
                             "source": "forged", "collected": "2026-01-01",
                             "team": "all", "column0": "email"},
    "/exports": {"order": "reference", "reference": "yes"},
}
FILLED = {"text": "forged", "lines": "forged", "email": "forged@walk.example",
          "phone": "+33639980001", "flag": "yes", "id": "1", "code": "000000",
          "date": "2026-01-31",
          "password": "a long forged password", "hidden": "x", "file": ""}
# A case that nothing was frozen for, or that no link can prove, has no use of
# these, however well they are filled in; nor has a form that lacks its file.
HELPLESS = {"/requests/:id/remind", "/requests/:id/lift",
            "/contacts/:id/file", "/contacts/:id/evidence"}
# These end the session, or the one, that asks: only who leaves does the first.
LAST = {"/sign-out", "/account/erasure/now"}

Line = collections.namedtuple("Line", "method path kind cells")


def read_table(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        rows = [x.rstrip("\n").split("\t") for x in file
                if x.strip() and not x.startswith("#")]
    actors = rows[0][3:]
    return actors, [Line(r[0], r[1], r[2], dict(zip(actors, r[3:])))
                    for r in rows[1:]]


def route_of(path):
    """Of "/exports/new?contact=:id" and "/exports {contact=:id}" the route."""
    return re.split(r"[? ]", path)[0]


def filled(cast, line, declared, id_):
    """The pairs that a form of that route would carry, well typed."""
    pairs = {}
    for field in declared:
        pairs[field["name"]] = field["choices"][0] if field["choices"] else \
            FILLED[field["type"]]
    for name, value in TYPED.get(route_of(line.path), {}).items():
        pairs[name] = value(cast, id_) if callable(value) else value
    pairs = {n: v for n, v in pairs.items() if v is not None}
    extra = re.search(r"\{(\w+)=:id\}", line.path)
    if extra:
        for other in ("contact", "snapshot"):
            pairs.pop(other, None)
        pairs[extra[1]] = str(id_)
    return pairs


class Table:
    """The oracle of one door, and the routes there are."""

    def __init__(self, world, door):
        self.door = door
        self.name = f"authorisation-{door}.tsv"
        self.actors, self.lines = read_table(self.name)
        self.routes = {(r["method"], r["path"]): r for r in routes(world)
                       if r["door"] == door}

    def tell_covered(self, world):
        have = {(x.method, route_of(x.path)) for x in self.lines}
        missing = [
            "\t".join((m, p, "?" if ":" in p else "-") +
                      ("?",) * len(self.actors))
            for (m, p) in self.routes if (m, p) not in have]
        world.is_true(
            f"every address of the {self.door} has its line in tests/attack/"
            f"{self.name}", not missing,
            "Add, with what each of them is to be answered for every ?:\n"
            "\t".join(("METHOD", "PATH", "KIND", *self.actors)) + "\n"
            + "\n".join(missing))
        gone = sorted(f"{m} {p}" for m, p in have if (m, p) not in
                      self.routes)
        world.is_true(f"and {self.name} has no line without an address",
                      not gone, "Remove: " + ", ".join(gone))
        uneven = [f"{x.method} {x.path}" for x in self.lines
                  if len(x.cells) != len(self.actors)]
        world.is_true(f"each line of {self.name} has all its cells",
                      not uneven, ", ".join(uneven))
        self.lines = [x for x in self.lines if len(x.cells) == len(
            self.actors) and (x.method, route_of(x.path)) in self.routes]


def address(line, id_):
    """The address of a thing: ":x" is its id, two of them "ID OTHER"."""
    ids = str(id_).split()
    return re.sub(r":\w+", lambda _: ids.pop(0) if len(ids) > 1 else ids[0],
                  line.path.split(" {")[0])


def send(cast, actor, line, declared, id_, is_filled, headers=None):
    path = address(line, id_)
    if line.method == "GET":
        return actor.ask("GET", path, headers=headers)
    pairs = filled(cast, line, declared, id_) if is_filled or \
        "{" in line.path else {}
    return actor.post(route_of(line.path), path, pairs)


def kind_of(line, answer):
    """The answer as a cell of the table says it."""
    if answer.status == 404:
        return "-"
    if answer.status == 401 or (answer.status == 303 and re.match(
            r"/sign-in(/link|/choose)?$", answer.header("Location"))):
        return "in"
    return "yes" if answer.status in REACHED else str(answer.status)


def bare(answer, path):
    """The answer without what is drawn anew and what was asked for."""
    text = DRAWN.sub("", answer.body.decode("utf-8", "replace"))
    return answer.status, text.replace(path, "ASKED"), sorted(
        (k.lower(), v.replace(path, "ASKED")) for k, v in answer.headers
        if k.lower() not in ("connection", "content-length", "date",
                             "set-cookie"))


class Matrix:
    def __init__(self, world, cast, table, actors):
        self.world, self.cast, self.table = world, cast, table
        self.actors = actors    # {column: Actor}
        self.wrong, self.leaked, self.unlike = [], [], []
        self.n = 0

    def note(self, line, name, answer, what):
        self.n += 1
        for word in self.cast.leaks(name, answer):
            self.leaked.append(f"{name} {line.method} {line.path} ({what}): "
                               f"{word}")

    def expect(self, line, name, answer, wanted, what):
        self.note(line, name, answer, what)
        found = kind_of(line, answer)
        if found != wanted:
            self.wrong.append(f"{name} {line.method} {line.path} ({what}): "
                              f"{self.table.name} says {wanted!r}, found "
                              f"{found!r} (status {answer.status})")

    def declared(self, line):
        return self.table.routes[(line.method, route_of(line.path))]["fields"]

    def send(self, actor, line, id_, is_filled, headers=None):
        route = self.table.routes[(line.method, route_of(line.path))]
        return send(self.cast, actor, line, route["fields"], id_, is_filled,
                    headers)

    def hidden(self, line, cell):
        """The things of a line that the cell does not give; what never was
        comes first."""
        if line.kind == "-":
            return {"any": "1"}
        ids = self.cast.ids.get(line.kind, {})
        never = {} if line.kind in ANYTHING and cell not in ("-", "in") else \
            {"never": NEVER}
        return never | {x: i for x, i in ids.items() if cell in ("-", "in")
                        or x not in cell}

    def refused(self, name, column=None, most=99):
        """Whatever the table does not give ${name}: nothing there, like what
        there never was; ${most} things of each line."""
        for line in self.table.lines:
            cell = line.cells[column or name]
            if cell == "yes" or ("?" in line.path and cell not in
                                 ("-", "in")):
                continue
            for variant in ((None, {"Accept": "application/json"})
                            if line.method == "GET" else (False, True)):
                if most > 2 or variant in (None, True):
                    self.alike(self.actors[name], line, cell, variant, most)

    def alike(self, actor, line, cell, variant, most=99):
        """Everything that the cell hides answers in the same bytes."""
        is_json = isinstance(variant, dict)
        first = None
        for letter, id_ in list(self.hidden(line, cell).items())[:most]:
            answer = self.send(actor, line, id_, variant is True,
                               variant if is_json else None)
            wanted = "in" if cell == "in" else "-"
            if "?" in line.path and cell not in ("-", "in"):
                self.note(line, actor.name, answer, letter)
            else:
                self.expect(line, actor.name, answer, wanted, letter)
            seen_ = bare(answer, address(line, id_))
            if first is None:
                first = seen_
            elif seen_ != first:
                self.unlike.append(
                    f"{actor.name} {line.method} {line.path}: {letter} is "
                    f"unlike what never was ({seen_[0]}, {first[0]})")

    def queries(self, name):
        """Addresses that name a thing behind their "?": what is hidden there
        is left out, as what there never was."""
        for line in self.table.lines:
            if "?" in line.path and line.cells[name] not in ("-", "in"):
                self.alike(self.actors[name], line, line.cells[name], None)

    def given(self, name):
        """Whatever the table gives ${name} is there."""
        for line in self.table.lines:
            cell = line.cells[name]
            if cell in ("-", "in") or line.path in LAST:
                continue
            ids = {"any": "1"} if line.kind == "-" else {
                x: i for x, i in self.things_of(line).items() if cell ==
                "yes" or x in cell}
            for letter, id_ in ids.items():
                answer = self.send(self.actors[name], line, id_, False)
                self.expect(line, name, answer, "yes", letter)

    def things_of(self, line):
        return self.cast.make(line.kind) if line.method == "POST" else \
            self.cast.ids[line.kind]

    def tell(self, sentence):
        for found, what in ((self.wrong, "answers are as the table says"),
                            (self.leaked, "hold nobody whom their reader may "
                             "not see"),
                            (self.unlike, "and what is hidden is as what "
                             "never was")):
            self.world.is_true(f"{sentence}: {self.n} {what}", not found,
                               f"{len(found)}:\n" + "\n".join(found[:20]))
            found.clear()
        self.n = 0


def tell_refused(world, cast, table, columns):
    matrix = Matrix(world, cast, table, columns)
    for name in columns:
        world.settle()
        before = world.tables()
        matrix.refused(name)
        world.unchanged(f"what {name} is refused at the {table.door} changes "
                        "nothing", before, world.tables())
    matrix.tell(f"refused at the {table.door}")
    return matrix


def tell_states(world, cast, table):
    """A session that is over, somebody who left, somebody whose role is
    another one since a second."""
    leaver = cast.act["leaver"]
    matrix = Matrix(world, cast, table, {"leaver": leaver})
    row = "staff_id = " + cast.staff_id("leaver")
    for what, column, change, back in (
            ("of a role since a second", "auditor",
             "UPDATE staff SET role = 'auditor', team_id = NULL WHERE id = ",
             "UPDATE staff SET role = 'adviser' WHERE id = "),
            ("left in this second", "nobody",
             "UPDATE staff SET state = 'disabled' WHERE id = ",
             "UPDATE staff SET state = 'active' WHERE id = ")):
        world.sql(change + cast.staff_id("leaver"))
        matrix.refused("leaver", column, 2)
        matrix.tell(f"by a session {what}")
        world.sql(back + cast.staff_id("leaver"))
    world.sql("UPDATE office_session SET seen_us = seen_us - 3600000000 "
              f"WHERE {row}")
    matrix.refused("leaver", "nobody", 2)
    matrix.tell("by a session that is over")
    world.sql("UPDATE office_session SET seen_us = seen_us + 3600000000 "
              f"WHERE {row}")
    left = leaver.post("/sign-out", "/sign-out", {})
    world.is_equal("the one who leaves signs out", 303, left.status)
    matrix.refused("leaver", "nobody", 2)
    matrix.tell("by a session that was left")
    customer = cast.person["me"]
    stranger = world.colleague()
    stranger.get("/sign-in")
    stranger.cookies.update(customer.client.cookies)
    stranger = type(leaver)(world, "customer", stranger, cast.office_key)
    matrix.actors["customer"] = stranger
    matrix.refused("customer", "nobody", 2)
    matrix.tell("by a customer's session")


def tell_methods(world, table, actor):
    """Each address answers its own methods alone."""
    wrong = []
    paths = {p for _, p in table.routes}
    for path in sorted(paths):
        have = {m for m, p in table.routes if p == path}
        asked = re.sub(r":\w+", "1", path)
        others = {p for _, p in table.routes if re.fullmatch(
            re.sub(r":\w+", "[^/]+", p), asked)}
        have = {m for m, p in table.routes if p in others}
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            if method in have:
                continue
            status = actor.ask(method, asked, b"" if method != "GET" else
                               None).status
            if status != 405:
                wrong.append((method, asked, status))
    world.is_equal(f"no address of the {table.door} answers another method",
                   [], wrong)


def tell_bodies(world, cast, table):
    """What was refused above would have worked for who may: the same forms,
    filled in the same way, by the DPO."""
    officer = cast.act["dpo"]
    matrix = Matrix(world, cast, table, {"dpo": officer})
    for line in table.lines:
        if line.method != "POST" or line.kind not in ("contacts", "requests") \
                or line.cells["dpo"] in ("-", "in") or \
                route_of(line.path) in HELPLESS:
            continue
        id_ = cast.request("T") if line.kind == "requests" else \
            cast.ids["contacts"]["F" if "/copy" in line.path else "T"]
        answer = matrix.send(officer, line, id_, True)
        world.is_equal(f"POST {line.path}, filled in, does something for the "
                       "DPO", 303, answer.status)


def tell(world):
    began = time.monotonic()
    cast = Cast(world)
    print(f"  cast: {time.monotonic() - began:.1f} s", flush=True)
    office = Table(world, "office")
    portal = Table(world, "portal")
    for table in (office, portal):
        table.tell_covered(world)
    columns = {x: cast.act[x] for x in office.actors}
    matrix = tell_refused(world, cast, office, columns)
    for name in columns:
        matrix.queries(name)
    matrix.tell("named behind a question mark")
    persons = {x: cast.person["me" if x == "customer" else x]
               for x in portal.actors}
    tell_refused(world, cast, portal, persons)
    authorisation_lists.tell(world, cast)
    tell_methods(world, office, cast.act["dpo"])
    tell_methods(world, portal, cast.person["nobody"])
    for name in columns:
        matrix.given(name)
    matrix.tell("given at the office")
    matrix = Matrix(world, cast, portal, persons)
    for name in persons:
        matrix.given(name)
    matrix.tell("given at the portal")
    tell_bodies(world, cast, office)
    tell_states(world, cast, office)
    cast.end()
