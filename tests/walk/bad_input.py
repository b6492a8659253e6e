# SPDX-License-Identifier: EUPL-1.2
"""Bad input on every POST of both doors: a clear 4xx page in the person's
language that keeps what was typed, no change, no 500."""
import re
import urllib.parse

import office
import sign_in
from opt_in import opt_in
from world import APPENDED

# What is typed beside the bad value, and must be there again afterwards.
KEPT = "Gardé 7 & <b>"
GOOD = {"text": KEPT, "lines": KEPT, "email": "garde@walk.example",
        "phone": "06 12 34 56 78", "date": "2026-01-31", "code": "ABCD-2345", "flag": "yes",
        "password": "never this one, in any case", "hidden": "kept", "id": "1",
        "file": "text that is no file"}
HOSTILE = ("<script>alert(1)</script>", "' OR 1=1 -- \"", "{{title}}{{{x}}}",
           "%s%n${7*7}", "\u202egnp.exe", "a\u2028b", "../../etc/passwd",
           "\uff1cscript\uff1e", "=cmd|' /C calc'!A0", "\U0001f9ff" * 20)
CONTROL = ("a\x01b", "a\x1b[31mb", "a\x7fb", "a\u0085b")
# An answer of these is one of a form; others say that what was asked for is
# not there.
OWN = (400, 403, 404, 409, 410, 413, 422, 429)


def token_of(world):
    """Something for :token, :id and the like: well-formed, nobody's."""
    return "A" * 43


class Target:
    """One POST of a door, and who may send it."""
    def __init__(self, world, route, client, path, base):
        self.world, self.route, self.client = world, route, client
        self.path, self.base = path, base
        self.fields = route["fields"]
        self.name = f"{route['door']} POST {route['path']}"

    def good(self):
        values = dict(self.base)
        for f in self.fields:
            if f["name"] not in values or f["type"] in ("text", "lines", "phone",
                                                        "email"):
                values[f["name"]] = f["choices"][0] if f["choices"] else \
                    GOOD[f["type"]]
        return values

    def send(self, body):
        if not isinstance(body, bytes):
            body = urllib.parse.urlencode(body, errors="surrogatepass") \
                .encode()
        return self.client.request("POST", self.path, body)


def token_form(world, client, path):
    """csrf and request_key of the page that draws the form of ${path}."""
    pages = {"/account/security/end": "/account/security",
             "/account/security/end-others": "/account/security",
             "/account/data/address": "/account/data",
             "/account/export/access": "/account/export",
             "/account/export/portable": "/account/export",
             "/account/erasure": "/account/erasure/check",
             "/sign-in/passkey": "/sign-in", "/access/passkeys": "/access",
             "/imports": "/imports/new"}
    page = client.get(pages.get(path, path))
    for form in page.forms:
        if form.action.split("?")[0] == path:
            return {f[0]: f[1] for f in form.fields
                    if f[2] != "checkbox"}
    return None


def bad_bodies(target):
    """(what is wrong, body, names whose value must be kept)."""
    good = target.good()
    pairs = list(good.items())
    yield "an unknown field", pairs + [("is_admin", "1")], list(good)
    yield "invalid UTF-8", urllib.parse.urlencode(pairs).encode() + \
        b"&zz=%ff%fe", list(good)
    yield "a broken escape", urllib.parse.urlencode(pairs).encode() + \
        b"&zz=%4", []
    yield "5,000 fields", [("x%d" % i, "1") for i in range(5000)], []
    for f in target.fields:
        name = f["name"]
        others = [n for n in good if n != name]
        rest = [(n, good[n]) for n in others]
        yield f"{name} twice", pairs + [(name, good[name])], others
        if f["need"]:
            yield f"{name} missing", rest, others
            yield f"{name} empty", rest + [(name, "")], others
        yield f"{name} over-long", rest + [(name, "9" * (
            f["limit"] * 4 + 10))], others
        raw = urllib.parse.urlencode(rest).encode()
        yield f"{name} with NUL", raw + b"&" + name.encode() + b"=a%00b", \
            others
        yield f"{name} as invalid UTF-8", raw + b"&" + name.encode() + \
            b"=%c3%28", others
        if f["type"] in ("choice", "id", "flag"):
            yield f"{name} of no list", rest + [(name, "ZZ' --")], others
        if f["type"] == "email":
            for typed in ("no address", "a@b@c.example", "a@-.example",
                          "a\r\nBcc: x@walk.example"):
                yield f"{name} {typed!r}", rest + [(name, typed)], others
        if f["type"] in ("text", "phone"):
            for typed in CONTROL:
                yield f"{name} {typed!r}", rest + [(name, typed)], others


def keeps(target, page, good, names):
    """The values of ${names} that should be on the page again and are not."""
    kinds = {f["name"]: f["type"] for f in target.fields}
    lost = []
    for name in names:
        if kinds.get(name) not in ("text", "lines", "email", "phone"):
            continue
        if not any(f[0] == name and f[1].strip() == good[name]
                   for form in page.forms for f in form.fields):
            lost.append(name)
    return lost


def sweep(world, target):
    """Everything that is wrong, sent; counts one finding for each rule."""
    good, wrong, lost, foreign, n = target.good(), [], [], [], 0
    for what, body, names in bad_bodies(target):
        page = target.send(body)
        n += 1
        if page.status not in OWN:
            wrong.append((what, page.status, page.header("Location")))
            continue
        if page.lang != "fr":
            foreign.append((what, page.status, page.lang))
        if target.fields and page.status in (400, 422):
            gone = keeps(target, page, good, names)
            if gone:
                lost.append((what, page.status, gone))
    world.is_equal(f"{target.name}: {n} bad inputs are each refused", [],
                   wrong)
    world.is_equal(f"{target.name}: in the person's language", [], foreign)
    world.is_equal(f"{target.name}: what was typed is kept", [], lost[:8])


def hostile(world, target):
    """Text that is only strange: taken or refused, never a fault, and never
    markup of the page that shows it."""
    wrong = []
    for f in target.fields:
        if f["type"] in ("password", "choice", "id"):
            continue
        for typed in HOSTILE:
            page = target.send([(n, v) for n, v in target.good().items()
                                if n != f["name"]] + [(f["name"], typed)])
            if page.status not in OWN + (200, 303):
                wrong.append((f["name"], typed, page.status))
            if "<script>alert" in page.html:
                wrong.append((f["name"], typed, "it stands in the page"))
    world.is_equal(f"{target.name}: hostile text is text", [], wrong)


def forged(world, target):
    """Without the form's token, or from another site's page."""
    base = target.route["csrf"]
    if base == "session":
        pairs = [(n, v) for n, v in target.good().items() if n != "csrf"]
        world.is_equal(f"{target.name}: without its token it is refused",
                       403, target.send(pairs).status)
    page = target.client.request("POST", target.path, urllib.parse.urlencode(
        target.good()).encode(), {"Sec-Fetch-Site": "cross-site",
                                  "Origin": "https://evil.example"})
    world.is_true(f"{target.name}: from another site it is refused",
                  page.status in (403, 404, 410) if base != "token" else
                  page.status in OWN, page.status)


def targets(world, routes, clients):
    for route in routes:
        if route["method"] != "POST":
            continue
        client = clients[route["door"]] if route["least"] != "nobody" else \
            clients[route["door"] + " visitor"]
        roles = route["roles"].split(",")
        if roles != ["-"] and "dpo" not in roles:
            client = office.staff(world, roles[0])[0]
        path = route["path"].replace(":form", world.demo["forms"][0])
        path = re.sub(":[a-z]+", "A" * 43, path)
        base = token_form(world, client, path) if ":" not in route["path"] \
            else None
        if route["path"] == "/subscribe/:form":
            base = token_form(world, client, path)
            route = dict(route, fields=[
                {"name": n, "type": t, "limit": m, "need": n == "email",
                 "choices": []} for n, t, m in (
                     ("email", "email", 254), ("given_name", "text", 120),
                     ("family_name", "text", 120))])
            form = client.get(path).forms[-1]
            box = next(f for f in client.get(path).forms if f.boxes).boxes[0]
            base[box[0]] = box[1]
            del form
        yield Target(world, route, client, path, base or {})


def show(world):
    """What strangers typed, on the pages that staff and the person read."""
    dpo, _ = office.staff(world, "legal")
    pages = [dpo.get("/"), dpo.get("/requests"), dpo.get("/contacts")]
    pages += [dpo.get(u) for u in pages[1].links("/requests/")[:12]]
    wrong = [p.path for p in pages if p.status != 200 or
             re.search(r"<script>alert|\\{\\{title|<b>", p.html)]
    world.is_true("some of it is there to be read", any(
        "<script>alert(1)</script>" in p.text for p in pages))
    world.is_equal("staff read it as text", [], wrong)


def clients_of(world):
    _, address = opt_in(world, "fr", "epreuve")
    customer, _ = sign_in.sign_in(world, address)
    return {"portal": customer, "portal visitor": world.visitor(),
            "office": office.staff(world, "dpo")[0],
            "office visitor": world.colleague()}


def tell(world):
    import json
    import subprocess
    routes = json.loads(subprocess.run(
        world.demo["cli"] + ["routes", "--json"], capture_output=True,
        check=True).stdout)
    clients = clients_of(world)
    world.settle()
    all_targets = list(targets(world, routes, clients))
    posts = {(r["door"], r["path"]) for r in routes if r["method"] == "POST"}
    world.is_equal("every POST of both doors is tried", len(posts),
                   len(all_targets))
    # signing in and out spends tries and sessions; it comes last
    all_targets.sort(key=lambda t: "sign-" in t.path or "end" in t.path)
    before = world.tables(APPENDED)
    for target in all_targets:
        sweep(world, target)
        forged(world, target)
        after = world.tables(APPENDED)
        world.unchanged(f"{target.name}: nothing has changed", before, after)
        before = after
    for target in all_targets:
        if "sign-out" not in target.path:
            hostile(world, target)
    show(world)
