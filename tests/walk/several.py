# SPDX-License-Identifier: EUPL-1.2
"""A person with several addresses and numbers: staff note them, the person
sees and keeps them, all of them find the person, none signs anybody in.
GDPR 5(1)(d), 15(1), 16; CS1, CS3, X13."""
from office import demo_customer, records, search, staff


def rows(world, id_):
    return [line.split("\t") for line in world.sql(
        "SELECT kind, value, label, source FROM contact_reach WHERE "
        f"contact_id = {id_} ORDER BY kind, id").strip().splitlines()]


def tell_staff(world, adviser, id_):
    """Added, refused, found by."""
    mail, phone = world.address("atelier"), "02 40 12 34 56"
    page = adviser.get(f"/contacts/{id_}").follow("/edit")
    new = page.follow("/reach/new")
    wrong = new.press("Save", kind="email", value="nobody", label="work")
    world.is_equal("what is no address is asked again", 422, wrong.status)
    world.has("with what was typed", wrong.html, 'value="nobody"')
    done = wrong.press("Save", value=mail)
    world.is_equal("an address is noted, back at the correction",
                   (200, f"/contacts/{id_}/edit"), (done.status, done.path))
    world.has("which lists it", done.text, mail)
    again = new.press("Save", kind="email", value=mail.upper(), label="work")
    world.is_true("pressed again with a fresh key it is refused, or a replay",
                  again.status in (200, 422), again.status)
    twice = adviser.get(f"/contacts/{id_}/reach/new").press(
        "Save", kind="email", value=mail.upper(), label="other")
    world.is_equal("it is noted once", 422, twice.status)
    done = done.follow("/reach/new").press("Save", kind="phone", value=phone,
                                           label="work")
    world.is_equal("so is a number, as E.164",
                   [["email", mail, "work", "staff"],
                    ["phone", "+33240123456", "work", "staff"]],
                   rows(world, id_))
    world.has("the record shows it", adviser.get(f"/contacts/{id_}").text,
              "+33 2 40 12 34 56")
    for words in (mail, phone):
        world.is_equal("it finds the record, alone", [f"/contacts/{id_}"],
                       records(search(adviser.get("/contacts"), words)))
    world.is_equal("the history is sealed", "0", world.sql(
        "SELECT COUNT(*) FROM contact_history WHERE new_sealed LIKE "
        f"'%{mail}%'").strip())
    return mail, done


def tell_login(world, adviser, mail, id_):
    """Nobody redirects a sign-in."""
    reach = world.sql("SELECT id FROM contact_reach WHERE value = "
                      f"'{mail}'").strip()
    page = adviser.get(f"/contacts/{id_}/reach/{reach}")
    world.is_true("staff have no button to sign them in with it", not any(
        f.action.endswith("/main") for f in page.forms), page.html)
    phone = adviser.get(f"/contacts/{id_}/edit").links(
        f"/contacts/{id_}/reach/")
    before = world.sql("SELECT email, identity_id FROM contact WHERE id = "
                       f"{id_}")
    page = next(p for p in (adviser.get(u) for u in phone) if any(
        f.action.endswith("/main") for f in p.forms))
    form = next(f for f in page.forms if f.action.endswith("/main"))
    form.action = f"/contacts/{id_}/reach/{reach}/main"
    refused = page.press("Make it the main one")
    world.is_true("nor do they get it by another way", refused.status in
                  (403, 422), refused.status)
    world.is_equal("and the address they sign in with is as it was", before,
                   world.sql("SELECT email, identity_id FROM contact WHERE "
                             f"id = {id_}"))
    link = world.visitor("fr").get("/sign-in/link")
    link.press("Send me the link", about="", email=mail)
    world.is_true("a sign-in link to it leads nowhere", "/sign-in/link/" not
                  in world.mail(mail).text)


def tell_person(world, person, mail, id_):
    page = person.get("/account")
    world.has("the person sees the address", page.text, mail)
    world.has("and the number", page.text, "+33 2 40 12 34 56")
    page = person.get("/account/data")
    world.has("and who noted it", page.text, mail)
    entry = next(p for p in (person.get(u) for u in page.links(
        "/account/data/reach/")) if "+33 2 40" in p.html)
    main = world.sql(f"SELECT phone FROM contact WHERE id = {id_}").strip()
    done = entry.press("Make it my main number")
    world.is_equal("a number becomes the main one at once", "+33240123456",
                   world.sql("SELECT phone FROM contact WHERE id = "
                             f"{id_}").strip())
    held = [r[1] for r in rows(world, id_)]
    world.is_true("and that of before is not lost", main in ("", "NULL") or
                  main in held, held)
    entry = next(p for p in (person.get(u) for u in person.get(
        "/account/data").links("/account/data/reach/")) if mail in p.html)
    done = entry.press("Remove")
    world.is_equal("one is removed", (200, "/account/data"),
                   (done.status, done.path))
    world.is_true("from the record", mail not in [r[1] for r in
                                                  rows(world, id_)])
    world.has("and stays in the history", done.text, mail)
    other = world.sql("SELECT id FROM contact_reach WHERE contact_id <> "
                      f"{id_} LIMIT 1").strip()
    if other:
        world.is_equal("another's is not there", 404, person.get(
            f"/account/data/reach/{other}").status)


def tell(world):
    customer, contact = demo_customer(world)
    id_ = contact[3]
    adviser = staff(world, "adviser")[0]
    world.sql(f"DELETE FROM contact_reach WHERE contact_id = {id_}")
    mail, _ = tell_staff(world, adviser, id_)
    tell_login(world, adviser, mail, id_)
    person = world.visitor("fr")
    person.get("/sign-in").press("Sign in", about="", **customer)
    tell_person(world, person, mail, id_)
    hidden = world.sql("SELECT MIN(id) FROM contact WHERE visibility = 'team' "
                       "AND team_id <> (SELECT team_id FROM staff WHERE email "
                       f"= '{world.staff('adviser')['email']}') AND (owner_id "
                       "IS NULL OR owner_id <> (SELECT id FROM staff WHERE "
                       f"email = '{world.staff('adviser')['email']}'))").strip()
    there, nowhere = (adviser.get(f"/contacts/{i}/reach/new")
                      for i in (hidden, "99999999"))
    world.is_equal("another team's record is not there, like one that is "
                   "not", (404, nowhere.title, nowhere.h1),
                   (there.status, there.title, there.h1))
