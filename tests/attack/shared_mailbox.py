# SPDX-License-Identifier: EUPL-1.2
"""Two people behind one mailbox: each sees their own, and one is erased
without the other (GDPR 17, 15(4))."""
import time

import erasure
import sign_in
from lib import fields
from opt_in import fill_in, opt_in


def second(world, address):
    """Somebody else's record at the same mailbox, as staff would make it."""
    columns = world.sql(
        "SELECT column_name FROM information_schema.columns WHERE table_schema"
        " = DATABASE() AND table_name = 'contact' AND column_name <> 'id'"
    ).split()
    other = {"reference": f"'C-{world.serial % 100000000:08}'",
             "given_name": "'Berthe'", "family_name": "'Autre'",
             "is_indexed": "0"}
    world.sql(f"INSERT INTO contact ({', '.join(columns)}) SELECT "
              f"{', '.join(other.get(c, c) for c in columns)} FROM contact "
              f"WHERE email = '{address}'")
    return world.sql(f"SELECT MIN(id), MAX(id) FROM contact WHERE email = "
                     f"'{address}'").split()


def tell_whose(world):
    """Who confirms again is the record that the mailbox signs in; one that
    nobody signs in to is taken only when there is no other."""
    _, address = opt_in(world, "fr", "laquelle")
    free, own = second(world, address)
    for is_own in (True, False):
        world.sql(f"UPDATE contact SET identity_id = NULL WHERE id = "
                  f"{free if is_own else own}")
        world.settle()
        world.skip_mails(address)
        fill_in(world, "en", address)
        world.visitor("en").get(world.mail(address, "/confirm/").link(
            "/confirm/")).press("Confirm")
        world.is_equal("a second yes is " + ("the one's who signs in"
                       if is_own else "the oldest's"), own if is_own else free,
                       world.sql(
            "SELECT s.contact_id FROM consent_subject s JOIN consent_event e "
            "ON e.id = s.event_id WHERE e.kind = 'given' AND s.contact_id IN "
            f"({free}, {own}) ORDER BY e.id DESC LIMIT 1").strip())
    world.sql("UPDATE contact c JOIN identity i ON i.mailbox_key = c.email_key "
              f"SET c.identity_id = i.id WHERE c.id IN ({free}, {own})")


def choose(page, contact):
    for form in page.forms:
        if form.value("contact") == contact:
            return page.client.post(form.action, [(f[0], f[1])
                                                  for f in form.fields])
    raise AssertionError(f"no choice of {contact} on {page.path}")


def name_of(client):
    return fields(client.get("/account/data"), "/account/data")["given_name"]


def tell(world):
    tell_whose(world)
    _, address = opt_in(world, "fr", "partage")
    first, other = second(world, address)
    world.settle()
    one, page = sign_in.sign_in(world, address)
    choose(page, first)
    two, page = sign_in.sign_in(world, address)
    choose(page, other)
    world.is_equal("each sees their own record", ["Zoé", "Berthe"],
                   [name_of(one), name_of(two)])
    world.skip_mails(address)
    _, _, running = erasure.ask(one.get("/account"))
    running.press("Do it now")
    for _ in range(300):
        if world.sql("SELECT state FROM erasure WHERE contact_id = "
                     f"{first}").strip() == "done":
            break
        time.sleep(0.2)
    mail = world.mail(address, seconds=40)
    while not mail.files:
        mail = world.mail(address, seconds=40)
    world.is_true("the receipt arrives", any(n.endswith(".jws")
                                             for n in mail.files))
    world.is_equal("one is gone, the other is there", "Berthe", world.sql(
        f"SELECT given_name FROM contact WHERE id IN ({first}, {other})"
    ).strip())
    world.is_equal("the other goes on", "Berthe", name_of(two))
    world.is_true("the first is out", one.get("/account", False).status == 303)
    world.skip_mails(address)
    again, page = sign_in.sign_in(world, address)
    world.is_equal("the mailbox signs in the other alone", ("/account",
                                                            "Berthe"),
                   (page.path, name_of(again)))
