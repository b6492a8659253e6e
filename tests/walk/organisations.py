# SPDX-License-Identifier: EUPL-1.2
"""Firms that contacts belong to: entered once, found by name, domain and
number, seen within the silo; who belongs to one sees it in their space, and a
sole trader's business is theirs.
GDPR 4(1), 5(1)(f), 15(1), 17; BT4, CS1, CS8, X13, I10."""
import re

from crossings import bare, other_adviser
from office import demo_customer, staff
from opt_in import opt_in


def number(path):
    return re.search(r"/organisations/(\d+)", path)[1]


def enter(page, **typed):
    return page.press("Save", **{
        "registration": "", "vat": "", "domain": "", "website": "",
        "phone": "", "street": "", "postcode": "", "city": "",
        "country": "FR", "language": "fr", "note": "", **typed})


def tell_entering(world, adviser):
    """What is wrong is asked again, what is there is not entered twice."""
    name = f"Menuiserie Quernoët {world.serial}"
    new = adviser.get("/organisations").follow("/organisations/new")
    before = world.sql("SELECT COUNT(*) FROM organisation")
    for field, value in (("name", ""), ("name", "!!!"), ("name", "x" * 201),
                         ("registration", "732829321"), ("vat", "FR41303265045"),
                         ("domain", "no domain"), ("website", "javascript:x"),
                         ("phone", "12"), ("country", "France"),
                         ("language", "xx"), ("visibility", "everyone"),
                         ("note", "x" * 2001)):
        wrong = enter(new, **{"name": name, "city": "Gardé", field: value})
        world.is_true(f"{field} {value[:12]!r} is refused", wrong.status in
                      (400, 422), wrong.status)
        world.has("with what was typed", wrong.html, 'value="Gardé"')
    world.is_equal("and nothing is entered", before, world.sql(
        "SELECT COUNT(*) FROM organisation"))
    done = enter(new, name=name, registration="732 829 320",
                 vat="fr 44 732829320", domain="https://www.Quernoët.example/",
                 website="https://www.quernoet.example", phone="02 40 12 34 56",
                 city="Nantes", note="Deux voyages par an")
    world.is_equal("an organisation is entered", 200, done.status)
    id_ = number(done.path)
    world.is_equal("as it is stored", ["732829320", "FR44732829320",
                                       "xn--quernot-wya.example",
                                       "+33240123456", "team"], world.sql(
        "SELECT registration, vat, domain, phone, visibility FROM "
        f"organisation WHERE id = {id_}").strip().split("\t"))
    for text in (name, "quernoët.example", "+33 2 40 12 34 56",
                 "Deux voyages par an"):
        world.has(f"the page shows {text}", done.text, text)
    twice = enter(adviser.get("/organisations/new"), name=name.upper(),
                  domain="quernoët.example")
    world.is_equal("it is entered once", 422, twice.status)
    world.has("which the page says", twice.text, world.say(
        "fr", "This organisation is there already:"))
    twice = enter(adviser.get("/organisations/new"), name="Autre nom",
                  registration="732829320")
    world.is_equal("nor under another name with its number", 422,
                   twice.status)
    return id_, name


def tell_finding(world, adviser, id_, name):
    page = adviser.get("/organisations")
    for words in ("quernoet", "menui " + name.split()[-1], "quernoët.ex",
                  "QUERNOËT.example", "anna@quernoët.example",
                  "732 829 320"):
        found = page.press("Search", words=words)
        world.is_true(f"{words!r} finds it", f"/organisations/{id_}" in
                      found.links("/organisations/"), found.text)
        world.is_true("and stands in no address", words.split()[0].lower() not
                      in found.path.lower(), found.path)
    none = page.press("Search", words="nulle part ailleurs")
    world.has("what is not there is said so", none.text, world.say(
        "fr", "No organisation found"))
    ids, seen = [], page
    while seen:
        ids += [u for u in seen.links("/organisations/") if
                re.search(r"/\d+$", u)]
        more = seen.links("after=")
        seen = adviser.get(more[-1]) if more and more[-1] != seen.path and \
            len(ids) < 2000 and 'rel="next"' in seen.html else None
    world.is_equal("the list has each one once", len(ids), len(set(ids)))
    world.is_equal("and all of the silo", world.sql(
        "SELECT COUNT(*) FROM organisation o JOIN staff s ON s.email = "
        f"'{world.staff('adviser')['email']}' WHERE o.visibility = 'everyone' "
        "OR o.owner_id = s.id OR (o.visibility = 'team' AND o.team_id = "
        "s.team_id)").strip(), str(len(ids)))


def tell_two_at_once(world, adviser, id_, name):
    lead = staff(world, "lead")[0]
    first = adviser.get(f"/organisations/{id_}/edit")
    second = lead.get(f"/organisations/{id_}/edit")
    world.is_equal("a lead of the team corrects it too", 200, second.status)
    world.is_equal("one saves", 200, first.press(
        "Save", city="Rezé", street="1 quai des Brumes").status)
    clash = second.press("Save", city="Vertou", postcode="44120")
    world.is_equal("the other one is asked", 422, clash.status)
    world.has("and sees what is there now", clash.text, "Rezé")
    done = clash.press("Save")
    world.is_equal("nothing is lost", ["Vertou", "44120",
                                       "1 quai des Brumes"], world.sql(
        "SELECT city, postcode, street FROM organisation WHERE id = "
        + id_).strip().split("\t"))
    world.has("the page shows it", done.text, "Vertou")
    world.is_equal("the audit has the fields, no value", "0", world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE verb LIKE 'organisation.%' "
        "AND (detail LIKE '%Vertou%' OR detail LIKE '%quernoet%')").strip())
    audit = staff(world, "dpo")[0].get("/audit")
    for msgid in ("{who} corrected an organisation.", "Postcode"):
        world.has(f"its page says {msgid}", audit.text, world.say(
            "fr", msgid).replace("{who}", "").strip())


def tell_belonging(world, adviser, contact, id_, name):
    page = adviser.get(f"/contacts/{contact}").follow(
        f"/contacts/{contact}/organisation")
    world.is_equal("the record leads to its organisation", 200, page.status)
    found = page.press("Search", words=name)
    chosen = adviser.get(next(u for u in found.links("organisation?o=")
                              if u.endswith("=" + id_)))
    for since in ("hier", "2026-02-30", "2999-01-01"):
        wrong = chosen.press("Save", job_title="Gérante", since=since)
        world.is_equal(f"since {since} is refused", 422, wrong.status)
        world.has("with what was typed", wrong.html, 'value="Gérante"')
    done = chosen.press("Save", job_title="Gérante", since="29/02/2024")
    world.is_equal("it is noted, back at the record",
                   (200, f"/contacts/{contact}"), (done.status, done.path))
    again = chosen.press("Save", job_title="Autre", since="2024-02-29")
    world.is_equal("an older page does not undo it", 422, again.status)
    for text in (name, "Gérante", "29 février 2024"):
        world.has(f"the record shows {text}", done.text, text)
    shown = done.follow(f"/organisations/{id_}")
    world.is_true("and leads to it, which shows its people",
                  f"/contacts/{contact}" in shown.links("/contacts/"),
                  shown.text)
    world.is_true("while somebody belongs to it, it stays", not any(
        f.action.endswith("/remove") for f in shown.forms))
    listed = shown.follow("/contacts?f=org")
    world.is_equal("a list asks for it by its id",
                   [f"/contacts/{contact}"], sorted({
                       u.split("?")[0] for u in listed.links("/contacts/")}))
    world.has("and says so", listed.text, name)
    world.is_equal("the history is sealed", "0", world.sql(
        "SELECT COUNT(*) FROM contact_history WHERE new_sealed LIKE "
        "'%Querno%'").strip())
    return shown


def tell_person(world, customer, name):
    person = world.visitor("fr")
    person.get("/sign-in").press("Sign in", about="", **customer)
    page = person.get("/account")
    for text in (name, "Gérante", " 2024"):
        world.has(f"the person sees {text}", page.text, text)
    page = person.get("/account/data")
    world.has("and that it was noted", page.text, name)


def tell_silo(world, id_, name, contact):
    """Another team: not found, byte for byte; its members' name is theirs."""
    _, other = other_adviser(world)
    nowhere = bare(other.get("/organisations/99999999"))
    for suffix in ("", "/edit", "?after=1"):
        world.is_equal(f"another team finds no {suffix or 'record'}", nowhere,
                       bare(other.get(f"/organisations/{id_}{suffix}")))
    found = other.get("/organisations").press("Search", words=name)
    world.is_true("nor by its name", f"/organisations/{id_}" not in
                  found.links("/organisations/"), found.text)
    mine = world.sql(
        "SELECT MIN(c.id) FROM contact c JOIN staff s ON s.role = 'adviser' "
        "AND s.team_id = c.team_id WHERE c.visibility = 'everyone' AND "
        "c.restricted_us IS NULL AND c.id <> " + contact).strip()
    there, never = (bare(other.get(f"/contacts/{mine}/organisation?o={i}"))
                    for i in (id_, "99999999"))
    world.is_equal("nor puts anybody into it", never, there)
    tell_foreign_own(world, other, id_, mine)
    tell_namesake(world, other, id_, name)
    auditor = staff(world, "auditor")[0]
    world.is_equal("who sees no contact sees no organisation", 404,
                   auditor.get("/organisations").status)


def tell_namesake(world, other, id_, name):
    """One of another team has the name: neither team is told, and the DPO,
    who sees both, corrects the one without being asked about the other."""
    twin = enter(other.get("/organisations/new"), name=name,
                 domain="quernoët.example")
    world.is_equal("another team enters a name that it does not see", 200,
                   twin.status)
    dpo = staff(world, "dpo")[0]
    page = dpo.get(f"/organisations/{id_}/edit")
    again = page.press("Save", name=name + " ", phone="02 40 65 43 21")
    world.is_equal("what says who it is is as before: the rest is corrected",
                   (200, "+33240654321"), (again.status, world.sql(
                       f"SELECT phone FROM organisation WHERE id = {id_}"
                   ).strip()))
    page = dpo.get(f"/organisations/{number(twin.path)}/edit")
    page = page.press("Save", name="Autre " + name)
    wrong = dpo.get(f"/organisations/{number(twin.path)}/edit").press(
        "Save", name=name)
    world.is_equal("a name that is given anew is looked for", 422,
                   wrong.status)
    other.get(f"/organisations/{number(twin.path)}").press(
        "Remove the organisation")


def tell_foreign_own(world, other, id_, mine):
    """A member whom another team sees: where they belong may be corrected,
    whose own business it is may not."""
    world.sql(f"DELETE FROM membership WHERE contact_id = {mine}")
    world.sql("INSERT INTO membership (contact_id, organisation_id, "
              f"job_title, at_us) VALUES ({mine}, {id_}, 'Apprenti', 1)")
    page = other.get(f"/contacts/{mine}/organisation")
    wrong = page.press("Save", job_title="Associé", since="", own="yes")
    world.is_equal("another team's business is not made somebody's own",
                   (422, "NULL"), (wrong.status, world.sql(
                       "SELECT trader_id FROM organisation WHERE id = "
                       + id_).strip()))
    world.has("in words", wrong.text, world.say(
        "fr", "Whether it is their own is said by a colleague who sees the "
        "organisation."))
    world.has("with what was typed", wrong.html, 'value="Associé"')
    done = other.get(page.path).press("Save", job_title="Compagnon", since="")
    world.is_equal("their job is corrected", (200, "Compagnon"), (
        done.status, world.sql("SELECT job_title FROM membership WHERE "
                               f"contact_id = {mine}").strip()))
    world.sql(f"DELETE FROM membership WHERE contact_id = {mine}")


def tell_ending(world, adviser, contact, id_):
    page = adviser.get(f"/contacts/{contact}/organisation")
    done = page.press("Belongs to it no longer")
    world.is_equal("belonging ends", (200, f"/contacts/{contact}"),
                   (done.status, done.path))
    world.is_equal("pressed again nothing is different", "0", (
        page.press("Belongs to it no longer"), world.sql(
            "SELECT COUNT(*) FROM membership WHERE contact_id = "
            + contact).strip())[1])
    gone = adviser.get(f"/organisations/{id_}").press(
        "Remove the organisation")
    world.is_equal("an organisation without people is removed",
                   (200, "/organisations"), (gone.status, gone.path))
    world.is_equal("and is not there any more", 404, adviser.get(
        f"/organisations/{id_}").status)


def tell_trader(world, adviser):
    """A sole trader's business is data of theirs and goes with them."""
    person, address = opt_in(world, "fr", "artisan")
    contact = world.sql("SELECT id FROM contact WHERE email = "
                        f"'{address}'").strip()
    page = adviser.get(f"/contacts/{contact}/organisation")
    new = page.follow("/organisations/new")
    name = f"Atelier Seul {world.serial}"
    chosen = enter(new, name=name, city="Rezé")
    world.is_equal("a new organisation leads back to the person",
                   f"/contacts/{contact}/organisation",
                   chosen.path.split("?")[0])
    done = chosen.press("Save", job_title="", since="", own="yes")
    world.is_equal("it is their own business", contact, world.sql(
        f"SELECT trader_id FROM organisation WHERE name = '{name}'").strip())
    before = world.sql("SELECT COUNT(*) FROM access_subject WHERE contact_id "
                       f"= {contact}").strip()
    done.follow("/organisations/")
    world.is_true("whoever looks at it looked at them", int(world.sql(
        "SELECT COUNT(*) FROM access_subject WHERE contact_id = "
        + contact)) > int(before))
    firm = world.sql(f"SELECT id FROM organisation WHERE name = '{name}'"
                     ).strip()
    _, address = opt_in(world, "fr", "associe")
    second = world.sql("SELECT id FROM contact WHERE email = "
                       f"'{address}'").strip()
    theirs = adviser.get(f"/contacts/{second}/organisation?o={firm}")
    wrong = theirs.press("Save", own="yes", job_title="Associé", since="")
    world.is_equal("it is nobody else's own", 422, wrong.status)
    theirs.press("Save", job_title="Associé", since="")
    page = adviser.get(f"/contacts/{contact}/organisation")
    wrong = page.press("Belongs to it no longer")
    world.has("while others belong to it, it stays", wrong.text, world.say(
        "fr", "Others belong to this business: end that first, or say that "
        "it is no longer the person’s own."))
    adviser.get(f"/contacts/{second}/organisation").press(
        "Belongs to it no longer")
    page = adviser.get(f"/contacts/{contact}/organisation")
    page.press("Belongs to it no longer")
    world.is_equal("it goes when they belong to it no longer", "0", world.sql(
        f"SELECT COUNT(*) FROM organisation WHERE name = '{name}'").strip())


def tell(world):
    customer, contact = demo_customer(world)
    adviser = staff(world, "adviser")[0]
    contact = contact[3]
    world.sql(f"DELETE FROM membership WHERE contact_id = {contact}")
    world.sql("DELETE w FROM organisation_word w JOIN organisation o ON o.id "
              "= w.organisation_id WHERE o.registration = '732829320'")
    world.sql("DELETE m FROM membership m JOIN organisation o ON o.id = "
              "m.organisation_id WHERE o.registration = '732829320'")
    world.sql("DELETE FROM organisation WHERE registration = '732829320'")
    id_, name = tell_entering(world, adviser)
    tell_finding(world, adviser, id_, name)
    tell_two_at_once(world, adviser, id_, name)
    tell_belonging(world, adviser, contact, id_, name)
    tell_person(world, customer, name)
    tell_silo(world, id_, name, contact)
    tell_ending(world, adviser, contact, id_)
    tell_trader(world, adviser)
