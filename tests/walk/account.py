# SPDX-License-Identifier: EUPL-1.2
"""What is held, and correcting it; a new address."""
import sign_in
from opt_in import in_parallel, opt_in


def session(world):
    """The walk's customer, signed in; returns the client."""
    if "customer" not in world.people:
        _, world.people["customer"] = opt_in(world, "fr", "client")
    if "session" not in world.people:
        world.people["session"], _ = sign_in.sign_in(
            world, world.people["customer"])
    return world.people["session"]


def tell_overview(world, visitor):
    page = visitor.get("/account")
    world.has("the overview greets", page.h1, "Zoé")
    for msgid in ("Source", "Purpose", "Legal basis", "Will be deleted on"):
        world.has(f"it says of each datum: {msgid}", page.text,
                  world.say("fr", msgid))
    world.has("it shows the address", page.text, world.people["customer"])
    world.has("and the name", page.text, "L’Été")
    world.is_true("a language is a word, not a code", "Français" in page.text
                  and 'class="value">fr<' not in page.html, page.html)


def tell_edit(world, visitor):
    page = visitor.get("/account").follow("/account/data")
    done = page.press("Save", family_name="L’Automne", phone="06 12 34 56 78",
                      street="1 rue des Trois-Fontaines", postcode="44000",
                      city="Nantes", country="be", language="fr")
    world.is_equal("a correction is taken", (200, "/account/data"),
                   (done.status, done.path))
    for part in ("L’Automne", "+33 6 12 34 56 78", "BE"):
        world.is_true(f"the record holds {part} at once", any(
            f[1] == part or f[1].replace(" ", "") == part.replace(" ", "")
            for form in done.forms for f in form.fields), done.text)
    world.is_true("the history keeps the value before",
                  "<del>L’Été</del> → <ins>L’Automne</ins>" in done.html,
                  done.html[-3000:])
    stale = page.press("Save", family_name="L’Hiver")
    world.is_true("an edit of an old page is refused, what was typed kept",
                  stale.status in (409, 422) and "L’Hiver" in stale.html,
                  stale.status)
    wrong = done.press("Save", phone="12", family_name="L’Automne")
    world.is_true("a wrong number is named and kept",
                  wrong.status == 422 and 'value="12"' in wrong.html,
                  wrong.status)
    wrong = done.press("Save", country="Belgique")
    world.is_true("so is what is no code of a country",
                  wrong.status == 422 and 'value="Belgique"' in wrong.html and
                  "#f-country" in wrong.html, wrong.status)
    english = done.press("Save", language="en")
    world.has("the record's language is that of the pages, at once",
              english.html, '<html lang="en">')
    again = english.press("Save", language="fr")
    world.has("and back", again.html, '<html lang="fr">')


def tell_address(world, visitor):
    old, new = world.people["customer"], world.address("nouvelle")
    page = visitor.get("/account/data")
    sent = page.press("Send the confirmation mail", new_email=new)
    world.is_equal("a new address is asked for", 200, sent.status)
    to_new, to_old = world.mail(new, "/address/"), world.mail(old)
    world.is_true("the old one is told", "/account" in to_old.text or
                  "/sign-in" in to_old.text, to_old.text)
    world.is_true("but not which one it will be, in full",
                  new not in to_old.text, to_old.text)
    world.has("until then nothing has changed",
              visitor.get("/account").text, old)
    world.settle()
    before = world.tables()
    world.is_equal("50 visits of the link show a page", [],
                   in_parallel(world, [to_new.link("/address/")]))
    world.unchanged("and change nothing", before, world.tables())
    page = world.visitor().get(to_new.link("/address/"))
    page.press("Use this address")
    again = page.press("Use this address")
    world.is_true("the link works once", again.status in (200, 410),
                  again.status)
    world.people["customer"] = new
    world.people["session"], page = sign_in.sign_in(world, new)
    world.has("the new address signs in and is shown", page.text, new)
    other = world.visitor()
    other.get("/sign-in/link").press("Send me the link", email=old)
    mail = world.mail(old)
    world.is_true("the old one signs in no more",
                  not any("/sign-in/link/" in u for u in mail.links()),
                  mail.text)


def tell_stopping(world):
    """The mail to the present address leads to what stops the change."""
    _, address = opt_in(world, "fr", "dupe")
    new = world.address("autrui")

    def said():
        return int(world.sql("SELECT COUNT(*) FROM audit_event WHERE verb = "
                             "'contact.address_stopped'"))

    before = said()
    thief, _ = sign_in.sign_in(world, address)
    thief.get("/account/data").press("Send the confirmation mail",
                                     new_email=new)
    to_new = world.mail(new, "/address/")
    told = world.mail(address, "/account/security")
    me, _ = sign_in.sign_in(world, address)
    page = me.get(told.link("/account/security"))
    world.has("the page that the mail leads to says what waits", page.text,
              new)
    page.follow("/account/data")
    stopped = page.press("Stop the change")
    world.is_equal("stopping leads back", (200, "/account/security"),
                   (stopped.status, stopped.path))
    world.is_true("nothing waits any more", new not in stopped.text,
                  stopped.text)
    world.is_equal("the link in the mail opens nothing", 410,
                   world.visitor().get(to_new.link("/address/")).status)
    world.is_true("who asked is signed out",
                  thief.get("/account").path.startswith("/sign-in"),
                  thief.get("/account").path)
    world.has("the address is as before", me.get("/account").text, address)
    world.is_equal("pressed again nothing is different", 200,
                   page.press("Stop the change").status)
    world.is_equal("it is in the audit once", before + 1, said())


def tell_names(world, visitor):
    """An address of another script, and half a name."""
    who = world.sql("SELECT id FROM identity WHERE mailbox = "
                    f"'{world.people['customer']}'").strip()
    world.sql("UPDATE identity SET mailbox = 'zoe@xn--t-9fab.example' WHERE "
              f"id = {who}")
    page = visitor.get("/account/security")
    world.is_true("an address is shown as people write it",
                  "zoe@été.example" in page.text and "xn--" not in
                  page.text, page.text)
    world.sql(f"UPDATE identity SET mailbox = '{world.people['customer']}' "
              f"WHERE id = {who}; UPDATE contact SET family_name = '' WHERE "
              f"identity_id = {who}")
    page = visitor.get("/account")
    world.is_equal("a first name alone is greeted without a blank behind it",
                   f"{world.say('fr', 'Hello {{greeting}}')}".replace(
                       "{{greeting}}", "Zoé"), page.h1)
    world.sql("UPDATE contact SET family_name = 'L’Automne' WHERE identity_id"
              f" = {who}")


def tell_asking(world, visitor):
    """Who is signed in need not say who they are."""
    page = visitor.get("/rights")
    typed = dict((f[0], f[1]) for f in page.form(
        "Send the request")[0].fields)
    world.is_equal("the public form knows who is signed in",
                   (world.people["customer"], "Zoé L’Été"),
                   (typed["email"], typed["name"]))
    world.is_equal("and leads to their requests", "/account/requests",
                   page.follow("/account/requests").path)
    page = world.visitor("fr").get("/rights")
    world.is_true("nobody else's holds anything", 'name="email"' in page.html
                  and world.people["customer"] not in page.html, page.html)


def tell(world):
    visitor = session(world)
    tell_overview(world, visitor)
    tell_asking(world, visitor)
    tell_edit(world, visitor)
    tell_names(world, visitor)
    tell_address(world, visitor)
    tell_stopping(world)
