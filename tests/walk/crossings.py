# SPDX-License-Identifier: EUPL-1.2
"""Crossing a silo: a person quotes their reference to a colleague of another
team, who opens the record for a reason and some hours; whose record it is
reads of it, the person sees it, and after its end it is not found.
GDPR 5(1)(f), 15(1)(c), 32(4); X37, I10."""
import re

import sign_in
from office import staff
from opt_in import opt_in


def person_of(world, team, owner):
    """Somebody of one team, whom the other one cannot see."""
    _, address = opt_in(world, "fr", "passage")
    world.sql(f"UPDATE contact SET visibility = 'team', team_id = {team}, "
              f"owner_id = {owner} WHERE email = '{address}'")
    id_, reference = world.sql("SELECT id, reference FROM contact WHERE email "
                               f"= '{address}'").split()
    return address, id_, reference


def other_adviser(world):
    """The adviser of the second team: their row, and a client."""
    who = [s for s in world.demo["staff"] if s["role"] == "adviser"][1]
    colleague = world.colleague()
    page = colleague.get("/").press("Continue", email=who["email"],
                                    password=who["password"])
    page = page.press("Sign in", about="", code=world.unused_code(who))
    return who, page.client


def bare(page):
    return page.status, re.sub(
        r'value="[^"]*"|[0-9a-f]{16}', "", page.html).replace(page.path, "")


def not_there(world, sentence, colleague, id_):
    world.is_equal(sentence, bare(colleague.get("/contacts/99999999")),
                   bare(colleague.get(f"/contacts/{id_}")))


def ask(page, **typed):
    return page.press("Open the record", **{
        "reason": "call", "words": "Départ avancé", "hours": "4", **typed})


def tell_misses(world, colleague, id_):
    page = colleague.get("/crossings").follow("/crossings/new")
    before = world.sql("SELECT COUNT(*) FROM crossing")
    for name, value in (("reference", ""), ("reference", "Lacroix"),
                        ("reason", "curious"), ("words", ""),
                        ("words", "x" * 201), ("hours", "25"),
                        ("hours", "-1")):
        wrong = ask(page, **{"reference": "C-00000000", name: value})
        world.is_equal(f"{name} {value[:9]!r} is refused", 422, wrong.status)
    wrong = ask(page, reference="C-ZZZZ0000", words="Gardé")
    world.has("a reference that opens nothing says so", wrong.text, world.say(
        "fr", "No record opens with this reference. Ask for it once more: few "
        "tries are left to you today, and each is noted."))
    world.has("with what was typed", wrong.html, 'value="Gardé"')
    world.is_equal("and opens nothing", before, world.sql(
        "SELECT COUNT(*) FROM crossing"))
    not_there(world, "nor does the record open without one", colleague, id_)


def tell_open(world, colleague, id_, reference):
    """What a crossing opens, and what it does not."""
    record = ask(colleague.get("/crossings/new"),
                 reference=" " + reference.lower())
    world.is_equal("the reference opens the record", (200, f"/contacts/{id_}"),
                   (record.status, record.path))
    world.has("which says for how long", record.text, world.say(
        "fr", "A record of another team, open to you until {{until}}"
    ).split("{{")[0].strip())
    world.is_true("it leads to no correction, label, export or copy", not [
        u for u in record.links() if re.search("/edit|/labels|/exports/new",
                                               u)] and
                  not [f for f in record.forms if "/copy" in f.action])
    again = ask(colleague.get("/crossings/new"), reference=reference)
    world.is_equal("asked twice, it is open once", ("1", record.path), (
        world.sql("SELECT COUNT(*) FROM crossing WHERE contact_id = "
                  + id_).strip(), again.path))
    done = record.press("Add", kind="call", side="person", detail="",
                        title="Demande de rappel")
    world.has("an exchange is noted", done.text, "Demande de rappel")
    for path in (f"/contacts/{id_}/edit", f"/contacts/{id_}/labels",
                 f"/exports/new?contact={id_}"):
        world.is_equal(f"{path} stays of the silo", 404,
                       colleague.get(path).status)
    world.is_equal("and so do lists and searches", [], colleague.get(
        "/contacts").press("Search", words=reference, reason="call").links(
            f"/contacts/{id_}"))
    return colleague.get(record.path)


def tell_told(world, owner, dpo, address, reference, who):
    """Who hears of it: the owner, the DPO, the person."""
    home = owner.get("/")
    world.has("the owner reads of it on the first page", home.text, reference)
    world.has("with who it was", home.text, who["name"])
    number = world.sql("SELECT MAX(x.id) FROM crossing x JOIN contact c ON "
                       "c.id = x.contact_id WHERE c.reference = "
                       f"'{reference}'").strip()
    form = next(f for f in home.forms
                if f.action == f"/crossings/{number}/seen")
    home = owner.post(form.action, [(f[0], f[1]) for f in form.fields])
    world.is_true("once", home.status == 200 and reference not in home.text,
                  home.text)
    world.is_equal("and not again", 404, owner.post(form.action, [
        (f[0], f[1]) for f in form.fields if f[0] != "request_key"]).status)
    page = dpo.get("/crossings")
    world.has("the DPO has the list", page.text, reference)
    world.has("the audit has a line", dpo.get("/audit").text, world.say(
        "fr", "{who} opened a record of another team.").replace("{who}", "")
        .strip())
    person, _ = sign_in.sign_in(world, address)
    text = person.get("/account/activity").text
    world.has("the person sees the visit, and why", text, world.say(
        "fr", "from another team: the person called or wrote"))
    world.is_true("without the colleague's name",
                  who["name"].split()[1] not in text)
    world.has("and reads what it was about", person.get("/account").text,
              "Départ avancé")


def tell_end(world, colleague, record, id_, reference):
    done = record.press("I am done with it")
    world.is_equal("it ends early", "/crossings", done.path)
    not_there(world, "after its end the record is not found", colleague, id_)
    world.is_equal("ended twice, there is none", 404, colleague.post(
        record.form("I am done with it")[0].action,
        [(f[0], f[1]) for f in record.form("I am done with it")[0].fields
         if f[0] != "request_key"]).status)
    record = ask(colleague.get("/crossings/new"), reference=reference,
                 hours="1")
    world.is_equal("opened once more", 200, record.status)
    world.sql("UPDATE crossing SET until_us = begun_us + 1 WHERE ended_us IS "
              f"NULL AND contact_id = {id_}")
    not_there(world, "it ends by itself", colleague, id_)
    world.is_equal("and nothing is noted any more", 404, record.client.post(
        f"/contacts/{id_}/interactions",
        [(f[0], f[1]) for f in record.form("Add")[0].fields]).status)


def tell_budget(world, colleague, who, reference):
    """Five misses a day, whatever hits between them."""
    page = colleague.get("/crossings/new")
    statuses = [ask(page, reference=f"C-ZZZZ000{i}").status for i in range(7)]
    world.is_equal("who goes on guessing is stopped", (422, 429),
                   (statuses[0], statuses[-1]))
    world.is_equal("also with one that is right", 429,
                   ask(page, reference=reference).status)
    missed = int(world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE verb = 'contact.cross_missed' "
        "AND actor_id = (SELECT id FROM staff WHERE email = "
        f"'{who['email']}')"))
    world.is_true("each of them is noted", missed >= statuses.count(422),
                  missed)
    world.sql("DELETE FROM budget")


def tell(world):
    owner = staff(world, "adviser")[0]
    dpo = staff(world, "dpo")[0]
    team, owner_id = world.sql(
        "SELECT team_id, id FROM staff WHERE email = "
        f"'{world.staff('adviser')['email']}'").split()
    address, id_, reference = person_of(world, team, owner_id)
    who, colleague = other_adviser(world)
    world.sql("DELETE FROM budget")
    not_there(world, "a record of another team is not there", colleague, id_)
    tell_misses(world, colleague, id_)
    record = tell_open(world, colleague, id_, reference)
    tell_told(world, owner, dpo, address, reference, who)
    tell_end(world, colleague, record, id_, reference)
    tell_budget(world, colleague, who, reference)
    world.is_equal("an auditor has no such page", 404, staff(
        world, "auditor")[0].get("/crossings").status)
    mine = owner.get("/crossings/new")
    world.is_equal("one's own record opens as ever", (f"/contacts/{id_}", "0"),
                   (ask(mine, reference=reference).path, world.sql(
                       "SELECT COUNT(*) FROM crossing WHERE staff_id = "
                       + owner_id).strip()))
