# SPDX-License-Identifier: EUPL-1.2
"""Lists, searches, counts, snapshots, exports and files brought in show each
colleague their silo, whatever they ask for (invariant I10): a search for
somebody of another silo answers as one for nobody."""
import csv
import io
import re

import exports
from authorisation_actors import PEOPLE, SEES
from imports import bring, name_columns
from lib import DRAWN

ASKERS = ("owner", "same", "other", "lead", "leadother", "dpo", "legal")


def listed(text):
    return set(re.findall(r"/contacts/(\d+)(?:\?|\")", text))


def letters_of(cast, ids):
    return "".join(x for x in PEOPLE if cast.ids["contacts"][x] in ids)


def find(actor, words):
    """Search for ${words} as the page does; the answer's page."""
    answer = actor.post("/contacts", "/contacts", {"words": words,
                                                   "reason": "call"})
    return actor.ask("GET", answer.header("Location"))


def bare(answer, words):
    text = answer.body.decode().replace(words, "")
    return re.sub(r"[?&]q=[\w-]+|name=\"\w+\" value=\"[^\"]*\"", "",
                  DRAWN.sub("", text))


def tell_search(world, cast):
    """Each word of each contact, typed by everybody."""
    wrong, n = [], 0
    for name in ASKERS:
        actor = cast.act[name]
        none = {"word": bare(find(actor, "zqnobodyatall"), "zqnobodyatall"),
                "mail": bare(find(actor, "zq@walk.example"),
                             "zq@walk.example"),
                "reference": bare(find(actor, "C-ZZZZ0000"), "C-ZZZZ0000")}
        for letter in PEOPLE:
            row = world.sql(
                "SELECT given_name, family_name, email, phone, reference "
                "FROM contact WHERE id = " + cast.ids["contacts"][letter]
            ).strip().split("\t")
            for kind, words in zip(("word", "word", "mail", "phone",
                                    "reference"), row):
                answer = find(actor, words)
                n += 1
                seen = letters_of(cast, listed(answer.text()))
                if seen != (letter if letter in SEES[name] else ""):
                    wrong.append((name, letter, kind, seen))
                if letter not in SEES[name] and kind in none and bare(
                        answer, words) != none[kind]:
                    wrong.append((name, letter, kind, "unlike nobody"))
    world.is_equal(f"{n} searches find whom one may see, and else nobody", [],
                   wrong)


def tell_filters(world, cast):
    """What a filter finds, in the list and counted, is of the silo."""
    wrong = []
    teams = [t[0] for t in cast.teams]
    for name in ASKERS:
        actor = cast.act[name]
        for f in ["state.is.restricted", "visible.is.owner",
                  "visible.is.team", f"team.is.{teams[0]}",
                  f"team.is.{teams[1]}", "kind.is.customer~owner.is."
                  + cast.staff_id("other"), "updated.since.1d"]:
            url, seen = f"/contacts?f={f}&n=100", set()
            for _ in range(30):
                answer = actor.ask("GET", url)
                if answer.status != 200:
                    wrong.append((name, f, answer.status))
                    break
                seen |= listed(answer.text())
                leaks = cast.leaks(name, answer)
                if leaks:
                    wrong.append((name, f, leaks))
                more = re.search(r'href="(/contacts\?[^"]*after=\d+[^"]*)"',
                                 answer.text())
                if not more:
                    break
                url = more[1].replace("&amp;", "&")
            if set(letters_of(cast, seen)) - set(SEES[name]):
                wrong.append((name, f, letters_of(cast, seen)))
    world.is_equal("no filter shows anybody of another silo", [], wrong)


def tell_snapshots(world, cast):
    """The keeper looks through everybody for somebody, in their silo."""
    words, wrong = "zq", []
    for name in ("owner", "other", "leadother", "dpo"):
        actor = cast.act[name]
        answer = actor.post("/lists/snapshots", "/lists/snapshots",
                            {"words": words, "reason": "check", "f": ""})
        snapshot = answer.header("Location").rsplit("/", 1)[1]
        world.settle()
        held = set(world.sql("SELECT contact_id FROM snapshot_contact WHERE "
                             f"snapshot_id = {snapshot}").split())
        if set(letters_of(cast, held)) != set(SEES[name]):
            wrong.append((name, "holds", letters_of(cast, held)))
        page = actor.ask("GET", f"/contacts?s={snapshot}&n=100")
        if cast.leaks(name, page):
            wrong.append((name, "shows", cast.leaks(name, page)))
        if name == "owner":
            planted = snapshot
    world.is_equal("a snapshot holds whom its owner may see", [], wrong)
    return planted


def tell_exports(world, cast, snapshot):
    """People who are of another silo by the time the file is made."""
    last = world.sql("SELECT MAX(position) FROM snapshot_contact WHERE "
                     f"snapshot_id = {snapshot}").strip()
    world.sql("INSERT INTO snapshot_contact VALUES " + ", ".join(
        f"({snapshot}, {int(last) + 1 + i}, {cast.ids['contacts'][x]})"
        for i, x in enumerate("FP")))
    world.sql(f"UPDATE snapshot SET n = n + 2 WHERE id = {snapshot}")
    actor = cast.act["owner"]
    answer = actor.post("/exports", "/exports", {
        "format": "csv", "reason": "check", "order": "reference,given_name",
        "reference": "yes", "given_name": "yes", "snapshot": snapshot})
    page = exports.wait(actor.client.get(answer.header("Location")))
    file = exports.fetch(page)
    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"))))
    world.is_true("an export leaves out whom its owner may not see",
                  len(rows) > 1 and not cast.leaks("owner", type(answer)(
                      200, file.headers, file.body)), rows)


def tell_imports(world, cast):
    """A file with the address of somebody of another silo says of that line
    what it says of an address that nobody has."""
    addresses = {x: world.sql("SELECT email FROM contact WHERE id = "
                              + cast.ids["contacts"][x]).strip()
                 for x in "FP"}
    lead = cast.act["lead"].client
    for policy in ("create", "update", "skip"):
        said = {}
        for who, address in {"nobody": "zqnobody@walk.example",
                             **addresses}.items():
            page = bring(world, lead, f"email,city\n{address},Brest\n"
                         .encode())
            page = name_columns(world, page, policy=policy)
            said[who] = figures(page), re.findall(
                r"<td[^>]*>([^<]+)</td>", page.html.split("<main")[1])
        world.is_true(f"a file with the policy {policy} does not tell who is "
                      "known in another silo", said["F"] == said["nobody"]
                      and said["P"] == said["nobody"], said)


def figures(page):
    return tuple(re.findall(r'<p class="figure">(\d+)</p>', page.html))


def tell(world, cast):
    world.settle()
    tell_search(world, cast)
    tell_filters(world, cast)
    tell_exports(world, cast, tell_snapshots(world, cast))
    tell_imports(world, cast)
