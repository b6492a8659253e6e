# SPDX-License-Identifier: EUPL-1.2
"""The same link, code or number from many at once acts once; guesses end
(RELIABILITY T02, T05, T31)."""
import collections
import json
import subprocess

import office
import opt_in
import sign_in
from lib import at_once, fields, path_of, send


def tell_confirm(world):
    address = world.address("course")
    opt_in.fill_in(world, "fr", address)
    path = path_of(world.mail(address).link("/confirm/"))
    pages = at_once(lambda i: world.visitor().request("POST", path, b""), 20)
    world.is_equal("twenty presses of one link confirm once", {
        (200, world.say("fr", "Your choices are recorded")): 1,
        (200, world.say("fr", "Already confirmed")): 19},
        dict(collections.Counter((p.status, p.h1) for p in pages)))
    world.is_equal("as one consent", "1", world.sql(
        "SELECT COUNT(*) FROM consent_event e JOIN consent_subject s ON "
        "s.event_id = e.id JOIN contact c ON c.id = s.contact_id WHERE "
        f"e.kind = 'given' AND c.email = '{address}'").strip())
    return address


def tell_link(world, address):
    _, mail = sign_in.ask_link(world, address)
    path = path_of(mail.link("/sign-in/link/"))

    drawn = []
    for _ in range(12):
        visitor = world.visitor()
        drawn.append((visitor, fields(visitor.get(path), path)))
    found = at_once(lambda i: send(drawn[i][0], path, drawn[i][1]).status)
    world.is_equal("one sign-in link signs in one", {303: 1, 410: 11},
                   dict(collections.Counter(found)))


def tell_address(world, address, key=None):
    """One link of a change of address, pressed by twelve at once; each with
    ${key}, as a form that was copied has it, or without one."""
    _, page = sign_in.sign_in(world, address)
    new = world.address("ailleurs")
    page.client.get("/account/data").press("Send the confirmation mail",
                                           new_email=new)
    path = path_of(world.mail(new, "/address/").link("/address/"))
    # each has drawn the page before anybody presses
    drawn = [world.visitor() for _ in range(12)]
    forms = [dict(fields(v.get(path), path), **(
        {"request_key": key} if key else {})) for v in drawn]
    found = at_once(lambda i: send(drawn[i], path, forms[i]).status)
    world.is_equal("one link of a new address is spent once",
                   {303: 1, 410: 11}, dict(collections.Counter(found)))
    world.is_equal("as one change", "1 1", world.sql(
        "SELECT CONCAT((SELECT COUNT(*) FROM audit_event e JOIN audit_subject "
        "s ON s.event_id = e.id WHERE s.contact_id = c.id AND e.verb = "
        "'contact.address_changed' AND e.at_us = c.updated_us), ' ', (SELECT "
        "COUNT(*) FROM identity i WHERE i.mailbox = c.email)) FROM contact c "
        f"WHERE c.email = '{new}'").strip())
    return new


def tell_code(world, address):
    def guess(code):
        return world.visitor().get("/sign-in/code").press(
            "Sign in", email=address, code=code, follow=False).status
    _, mail = sign_in.ask_link(world, address)
    world.is_equal("wrong codes are wrong", [422] * 6,
                   [guess(f"0000-000{i}") for i in range(6)])
    world.is_equal("after five of them the right one is too", 422,
                   guess(mail.code()))
    world.is_equal("but not the link", 200, world.visitor().get(
        mail.link("/sign-in/link/")).status)
    _, mail = sign_in.ask_link(world, address)
    found = collections.Counter(at_once(lambda i: guess(mail.code()), 8))
    world.is_true("one code signs in one", found[303] == 1 and
                  found[422] == 7, found)


def tell_signup_code(world):
    """The code of a sign-up: five tries, then only the link; once."""
    def guess(code):
        return world.visitor().get("/confirm").press(
            "Confirm", email=address, code=code).status
    address = world.address("essais")
    opt_in.fill_in(world, "fr", address)
    mail = world.mail(address)
    world.is_equal("wrong codes of a sign-up are wrong", [422] * 6,
                   [guess(f"0000-000{i}") for i in range(6)])
    world.is_equal("after five of them the right one is too", 422,
                   guess(mail.code()))
    world.is_equal("and confirms nothing", "0", world.sql(
        f"SELECT COUNT(*) FROM contact WHERE email = '{address}'").strip())
    world.visitor().get(mail.link("/confirm/")).press("Confirm")
    world.is_equal("the link still does", "1", world.sql(
        f"SELECT COUNT(*) FROM contact WHERE email = '{address}'").strip())
    address = world.address("course")
    opt_in.fill_in(world, "fr", address)
    code = world.mail(address).code()
    found = at_once(lambda i: guess(code), 8)
    world.is_true("one code confirms once, however often it is sent",
                  200 in found and set(found) <= {200, 422}, found)
    world.is_equal("as one consent", "1", world.sql(
        "SELECT COUNT(*) FROM contact c JOIN consent_subject s ON "
        "s.contact_id = c.id JOIN consent_event e ON e.id = s.event_id AND "
        f"e.kind = 'given' WHERE c.email = '{address}'").strip())


def tell_second_factor(world):
    who = world.staff("security")
    doors = [world.colleague().get("/").press(
        "Continue", email=who["email"], password=who["password"])
        for _ in range(4)]
    code = world.unused_code(who)
    found = collections.Counter(at_once(lambda i: doors[i].press(
        "Sign in", about="", code=code, follow=False).status, 4))
    world.is_equal("one code of the app signs in one", {303: 1, 422: 3},
                   dict(found))
    who = world.staff("auditor")        # whose next code is free already
    page = world.colleague().get("/").press(
        "Continue", email=who["email"], password=who["password"])
    tries = [page.press("Sign in", about="", code=f"{i:06}",
                        follow=False).status for i in range(6)]
    tries.append(page.press("Sign in", about="", code=world.unused_code(who),
                            follow=False).status)
    world.is_true("guesses end, and the right one with them",
                  tries[-1] == 429 and tries.count(422) <= 5, tries)
    world.sql("DELETE FROM budget")


def new_admin(world, name):
    """An administrator made by the owner, signed in: client, id."""
    who = json.loads(subprocess.run(world.demo["cli"] + [
        "staff", "add", "--email", world.address(name), "--name", name,
        "--role", "admin", "--json"], capture_output=True,
        check=True).stdout)
    admin = world.colleague("fr")
    admin.get("/").press("Continue", email=who["email"],
                         password=who["password"]).press(
        "Sign in", about="", code=world.unused_code(who))
    return admin, who["id"]


def is_active(world, staff_id):
    return world.sql("SELECT state FROM staff WHERE id = "
                     f"{staff_id}").strip() == "active"


def tell_admins(world, button, names, **typed):
    """Administrators who press at once what takes the other's place: one is
    left, whom no officer can shut out."""
    others = ("UPDATE staff SET state = '{}' WHERE role = 'admin' AND state = "
              "'{}' AND id NOT IN ({}, {})")
    (one, id_one), (two, id_two) = (new_admin(world, n) for n in names)
    ids = id_one, id_two
    pages = one.get(f"/staff/{id_two}"), two.get(f"/staff/{id_one}")
    officer, _ = office.staff(world, "dpo")
    world.sql(others.format("invited", "active", *ids))
    try:
        found = at_once(lambda i: pages[i].press(
            button, follow=False, **typed).status, 2)
        left = world.sql("SELECT id FROM staff WHERE role = 'admin' AND "
                         "state = 'active'").split()
        page = officer.get(f"/staff/{left[0]}")
        page.press("End the access", follow=False)
        last = is_active(world, left[0])
    finally:
        world.sql(others.format("active", "invited", *ids))
    page.press("End the access", follow=False)
    among_others = is_active(world, left[0])
    world.sql("UPDATE staff SET state = 'disabled' WHERE id IN "
              f"({id_one}, {id_two})")
    world.is_equal(f"{button}: of two administrators one is left", 1,
                   len(left))
    world.is_true("and one of the presses did it", 303 in found, found)
    world.is_true("the last one is not shut out", last)
    world.is_true("one of several is", not among_others)


def tell(world):
    address = tell_confirm(world)
    tell_link(world, address)
    address = tell_address(world, address)
    address = tell_address(world, address, "A" * 22)
    tell_code(world, address)
    tell_signup_code(world)
    tell_second_factor(world)
    tell_admins(world, "Change role and team", ("berthe", "blaise"),
                role="auditor")
    tell_admins(world, "End the access", ("bastien", "brigitte"))
