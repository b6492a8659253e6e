# SPDX-License-Identifier: EUPL-1.2
"""Colleagues correct one record at the same time, and nothing is lost; they
note what happened between them and the person, who sees it.
GDPR 5(1)(d), 15(1), 16; CS3, X10, X13."""
from office import demo_customer, staff


def stored(world, id_):
    return world.sql("SELECT street, city, postcode, version, last_person_us "
                     f"FROM contact WHERE id = {id_}").strip().split("\t")


def tell_two(world, adviser, dpo, id_):
    """Both open the page, both save."""
    one = adviser.get(f"/contacts/{id_}").follow("/edit")
    other = dpo.get(f"/contacts/{id_}").follow("/edit")
    third = dpo.get(f"/contacts/{id_}").follow("/edit")
    world.is_equal("a colleague opens the correction", 200, one.status)
    before = stored(world, id_)
    street, code = f"{before[3]} rue du Port", f"44{int(before[3]) % 1000:03}"
    quay = f"{before[3]} quai Nord"
    done = one.press("Save", street=street, city=f"Nantes {before[3]}")
    world.is_equal("and is back at the record", f"/contacts/{id_}", done.path)
    world.has("which has what they typed", done.text, street)
    merged = other.press("Save", postcode=code)
    world.is_equal("another field saved meanwhile is saved too",
                   f"/contacts/{id_}", merged.path)
    now = stored(world, id_)
    world.is_equal("and nobody's is lost",
                   [street, f"Nantes {before[3]}", code], now[:3])
    world.is_equal("staff are no contact from the person (X10)", before[4],
                   now[4])
    clash = third.press("Save", street=quay)
    world.is_equal("the same field is asked again", 422, clash.status)
    world.has("with what is there now", clash.text, street)
    world.has("and what was typed", clash.html, f'value="{quay}"')
    world.is_equal("nothing of it is stored yet", street,
                   stored(world, id_)[0])
    done = clash.press("Save")
    world.is_equal("saved again, it is theirs", [quay, f"Nantes {before[3]}",
                                                  code], stored(world, id_)[:3])
    world.is_equal("and leads back", f"/contacts/{id_}", done.path)
    for text in (street, quay, world.staff("adviser")["name"]):
        world.has("its history says from what to what, and who", done.text,
                  text)
    return street


def tell_wrong_and_late(world, adviser, dpo, id_):
    """Something wrong is typed, and meanwhile a colleague saves."""
    mine = adviser.get(f"/contacts/{id_}").follow("/edit")
    dpo.get(f"/contacts/{id_}").follow("/edit").press("Save", city="Rezé")
    wrong = mine.press("Save", phone="no number")
    world.is_equal("what is wrong is asked again", 422, wrong.status)
    done = wrong.press("Save", phone="", street="3 rue Basse")
    world.is_equal("and what the colleague saved meanwhile stays",
                   (f"/contacts/{id_}", "3 rue Basse", "Rezé"),
                   (done.path, *stored(world, id_)[:2]))


def sources(page):
    """How often the card of addresses says where something comes from."""
    card = page.html.split('aria-labelledby="g-reach"')[1]
    return card.split("</section>")[0].count('class="small muted"')


def tell_sources(world, adviser):
    """What a card's data share is said once; what differs, beside it (X13)."""
    id_ = world.sql(
        "SELECT MIN(id) FROM contact c WHERE visibility = 'everyone' AND "
        "restriction IS NULL AND quarantined_us IS NULL AND version = 1 AND "
        "street <> '' AND city <> '' AND NOT EXISTS (SELECT 1 FROM "
        "contact_provenance p WHERE p.contact_id = c.id)").strip()
    page = adviser.get(f"/contacts/{id_}")
    world.is_equal("where all of a card comes from is said once", 1,
                   sources(page))
    page = page.follow("/edit").press("Save", street="1 rue du Test")
    world.is_equal("and once more where one of them comes from elsewhere", 2,
                   sources(page))


def came(world, id_):
    return int(world.sql("SELECT last_person_us FROM contact WHERE id = "
                         f"{id_}"))


def tell_exchanges(world, adviser, id_):
    """What staff note of an exchange: it moves the date of last contact only
    when it came from the person."""
    page = adviser.get(f"/contacts/{id_}")
    before = came(world, id_)
    done = page.press("Add", kind="call", side="us", title="Rappel du départ",
                      detail="Passeport demandé.\nRéponse lundi.")
    world.is_equal("an exchange is noted, back at the record",
                   (200, f"/contacts/{id_}"), (done.status, done.path))
    world.has("with what it was about", done.text, "Rappel du départ")
    world.has("and its details", done.text, "Passeport demandé.")
    world.is_equal("a call of ours is no contact from the person", before,
                   came(world, id_))
    done = done.press("Add", kind="note", side="person", title="À suivre",
                      detail="")
    world.is_equal("nor is a note", before, came(world, id_))
    done = done.press("Add", kind="visit", side="person", detail="",
                      title="Visite à l’agence")
    world.is_true("a visit of theirs is", came(world, id_) > before)
    world.is_equal("the details are sealed", "0", world.sql(
        f"SELECT COUNT(*) FROM interaction WHERE contact_id = {id_} AND "
        "detail_sealed LIKE '%Passeport%'").strip())
    before = world.sql("SELECT COUNT(*) FROM interaction").strip()
    for name, value in (("kind", "order"), ("side", "them"), ("title", ""),
                        ("title", "x" * 201), ("detail", "x" * 1501)):
        typed = {"kind": "call", "side": "us", "title": "Court",
                 "detail": "Long", name: value}
        wrong = done.press("Add", **typed)
        world.is_true(f"{name} {value[:9]!r} is refused with what was typed",
                      wrong.status == 422 and ("Long" in wrong.html or
                                               name == "detail"),
                      wrong.status)
    world.is_equal("and adds nothing", before, world.sql(
        "SELECT COUNT(*) FROM interaction").strip())


def tell_bad(world, adviser, id_):
    page = adviser.get(f"/contacts/{id_}").follow("/edit")
    before = stored(world, id_)
    for name, value in (("country", "France"), ("country", "1X"),
                        ("phone", "no number"), ("street", "x" * 300),
                        ("kind", "friend"), ("seen", "[]"), ("seen", "{")):
        answer = page.press("Save", **{name: value})
        world.is_true(f"{name} {value[:12]!r} is refused", answer.status in
                      (400, 422), answer.status)
    world.is_equal("and nothing has changed", before, stored(world, id_))


def tell_labels(world, adviser, person, id_):
    """A label put on, seen by the person, found by, and taken off."""
    page = adviser.get(f"/contacts/{id_}").follow("/labels")
    done = page.press("Add", name="Bord de mer")
    world.has("a label is put on", done.text, "Bord de mer")
    done = done.press("Add", name="bord  DE mer")
    world.is_equal("once, however it is spelt", "1", world.sql(
        f"SELECT COUNT(*) FROM contact_tag WHERE contact_id = {id_}").strip())
    world.has("the record shows it", adviser.get(f"/contacts/{id_}").text,
              "Bord de mer")
    world.has("the person sees it", person.get("/account").text,
              "Bord de mer")
    tag = world.sql("SELECT tag_id FROM contact_tag WHERE contact_id = "
                    f"{id_}").strip()
    found = adviser.get(f"/contacts?f=tag.is.{tag}")
    world.is_equal("the list finds who has it", [f"/contacts/{id_}"],
                   [u for u in found.links("/contacts/")])
    wrong = done.press("Add", name="!!!")
    world.is_equal("what is no word is refused", 422, wrong.status)
    world.has("and kept", wrong.html, 'value="!!!"')
    done = done.press("Remove")
    world.is_equal("it is taken off", "0", world.sql(
        f"SELECT COUNT(*) FROM contact_tag WHERE contact_id = {id_}").strip())
    world.is_true("and the person sees it no more",
                  "Bord de mer" not in person.get("/account").text)


def tell(world):
    customer, contact = demo_customer(world)
    adviser, dpo = staff(world, "adviser")[0], staff(world, "dpo")[0]
    id_ = contact[3]
    looks = world.sql("SELECT COUNT(*) FROM access_subject WHERE contact_id ="
                      f" {id_}").strip()
    street = tell_two(world, adviser, dpo, id_)
    tell_wrong_and_late(world, adviser, dpo, id_)
    tell_exchanges(world, adviser, id_)
    tell_sources(world, adviser)
    tell_bad(world, adviser, id_)
    world.is_true("each page of it was a visit", int(looks) + 8 <= int(
        world.sql("SELECT COUNT(*) FROM access_subject WHERE contact_id = "
                  f"{id_}").strip()))
    person = world.visitor("fr")
    page = person.get("/sign-in").press("Sign in", about="", **customer)
    page = person.get("/account")
    world.has("the person reads what was noted", page.text, "Visite à l’agence")
    tell_labels(world, adviser, person, id_)
    page = person.get("/account/data")
    world.has("the person reads what it was", page.text, street)
    world.has("and that it was staff", page.text, world.say(page.lang,
                                                            "our staff"))
    world.is_equal("an auditor corrects nothing", 404, staff(world, "auditor")
                   [0].get(f"/contacts/{id_}/edit").status)
    hidden = world.sql("SELECT MIN(id) FROM contact WHERE visibility = 'team' "
                       "AND team_id <> (SELECT team_id FROM staff WHERE email "
                       f"= '{world.staff('adviser')['email']}') AND (owner_id "
                       "IS NULL OR owner_id <> (SELECT id FROM staff WHERE "
                       f"email = '{world.staff('adviser')['email']}'))").strip()
    there, nowhere = (adviser.get(f"/contacts/{i}/edit")
                      for i in (hidden, "99999999"))
    world.is_equal("another team's record is not there, like one that is "
                   "not", (404, nowhere.title, nowhere.h1),
                   (there.status, there.title, there.h1))
