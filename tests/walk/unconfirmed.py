# SPDX-License-Identifier: EUPL-1.2
"""A sign-up that nobody confirms: in no list and in no copy, and gone after
seven days.  Days pass by making its rows older, and the keeper's own job
purges."""
import os
import subprocess
import time

import package
from office import records, search, staff

DAY_US = 86400 * 1000000
WORDS = "Zorobabel", "Nonconfirmé"


def sign_up(world, address):
    page = world.visitor("fr").get("/").follow("/subscribe/")
    form, _ = page.form("Send my choices")
    box = next(b for b in form.boxes if b[0].endswith("email"))
    page.press("Send my choices", email=address, given_name=WORDS[0],
               family_name=WORDS[1], **{box[0]: box[1]})


def pass_days(world, days):
    """As if the sign-ups of this story had come ${days} earlier."""
    past = days * DAY_US
    world.sql(f"UPDATE signup SET created_us = created_us - {past}, expires_us"
              f" = expires_us - {past} WHERE given_name = '{WORDS[0]}'")


def purge(world):
    """The keeper's job, whose lease the running keeper loses."""
    world.sql("DELETE FROM lease WHERE name = 'job.signup_purge'")
    keeper = os.path.join(os.path.dirname(world.demo["cli"][0]),
                          "assent-keeper")
    for _ in range(40):
        done = subprocess.run([keeper, "--once", "signup_purge"],
                              capture_output=True, check=False)
        if done.returncode == 0:
            break
        time.sleep(1)
    world.is_equal("the keeper purges", 0, done.returncode)


def waiting(world):
    return world.sql("SELECT COUNT(*) FROM signup WHERE given_name = "
                     f"'{WORDS[0]}'").strip()


def tell(world):
    customer = world.demo["customers"][1]
    address = world.address("jamais")
    sign_up(world, address)
    sign_up(world, customer["email"])       # a stranger typed it
    mail = world.mail(address, "/confirm/")
    world.is_equal("two sign-ups wait", "2", waiting(world))

    adviser, _ = staff(world, "adviser")
    page = adviser.get("/contacts")
    for words in (" ".join(WORDS), WORDS[1], address):
        found = search(page, words)
        world.is_equal(f"no search finds {words}", [], records(found))
        world.is_true("nor any list shows it", WORDS[1] not in page.html)
    visitor = world.visitor("fr")
    visitor.get("/sign-in").press("Sign in", about="", **customer)
    _, copy = package.fetch(world, visitor, "Prepare my copy")
    files = package.check(world, copy.body)
    world.is_true("the copy is the customer's", customer["email"].encode() in
                  files["data.json"], files["data.json"][:500])
    world.is_equal("no copy holds what a stranger typed and nobody confirmed",
                   [], [name for name, data in files.items() if any(
                       w in data.decode("utf-8", "replace")
                       for w in WORDS)])

    pass_days(world, 6)
    purge(world)
    world.is_equal("after six days they still wait", "2", waiting(world))
    world.is_equal("and the link opens", 200, world.visitor("fr").get(
        mail.link("/confirm/")).status)
    pass_days(world, 1)
    purge(world)
    world.is_equal("after seven they are gone", "0", waiting(world))
    world.is_equal("with whose choices they were", "0", world.sql(
        "SELECT COUNT(*) FROM consent_subject WHERE contact_id IS NULL AND "
        "signup_id NOT IN (SELECT id FROM signup)").strip())
    world.is_equal("the link has ended", world.say("fr", "This link has ended"),
                   world.visitor("fr").get(mail.link("/confirm/")).h1)
