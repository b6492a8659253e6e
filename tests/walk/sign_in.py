# SPDX-License-Identifier: EUPL-1.2
"""Signing in: by the mailed link, by its code, by a password."""
from opt_in import in_parallel, opt_in

PASSWORD = "quatre lampes bleues sous la halle"


def ask_link(world, address, lang="fr"):
    """Ask for a link as the portal proposes; returns (client, mail)."""
    visitor = world.visitor(lang)
    page = visitor.get("/").follow("/sign-in")
    page.press("Send me the link", email=address)
    return visitor, world.mail(address, "/sign-in/link/")


def sign_in(world, address, lang="fr"):
    """Be signed in as ${address}; returns (client, first page)."""
    visitor, mail = ask_link(world, address, lang)
    page = visitor.get(mail.link("/sign-in/link/"))
    return visitor, page.press("Sign in", about="" if lang else "")


def tell_link(world, address):
    visitor, mail = ask_link(world, address)
    link = mail.link("/sign-in/link/")
    world.settle()
    before = world.tables()
    world.is_equal("50 visits of the sign-in link show a page", [],
                   in_parallel(world, [link]))
    world.unchanged("and change nothing", before, world.tables())
    before = dict(visitor.cookies)
    page = visitor.get(link)
    page = page.press("Sign in", about="")
    world.is_equal("the press leads to the account", (200, "/account"),
                   (page.status, page.path))
    world.is_true("with a new session", visitor.cookies != before)
    other = world.visitor()
    spent = other.get(link)
    world.is_true("the link is spent", spent.status == 410 and
                  world.say("fr", "Send me the link") not in spent.h1,
                  f"{spent.status} {spent.h1}")
    world.is_true("and offers a new one", spent.links("/sign-in/link") and
                  "/account" not in spent.links(), spent.links())
    own = visitor.get(link)
    world.is_true("whoever is signed in is offered their space, not to sign "
                  "in", own.status == 410 and own.html.split("<main")[1].count(
                      'href="/account"') == 1 and "/sign-in" not in
                  own.html.split("<main")[1], own.html.split("<main")[1])
    return visitor


def tell_code(world, address):
    visitor, mail = ask_link(world, address, "en")
    page = visitor.get("/sign-in/link").follow("/sign-in/code")
    page = page.press("Sign in", email=address, code=mail.code())
    world.is_equal("the typed code signs in too", "/account", page.path)
    out = page.press("Sign out")
    world.is_true("signing out ends it", out.status == 200 and
                  visitor.get("/account").path != "/account", out.path)


def tell_password(world, visitor, address):
    page = visitor.get("/account").follow("/account/security")
    page = page.follow("/password/set")
    for weak in ("azerty123", "motdepasse", "zoezoezoe",
                 address.split("@")[0]):
        again = page.press("Save the password", password=weak)
        world.is_true(f"{weak} is refused as too weak, with a reason",
                      again.status == 422 and again.doc.errors,
                      f"{again.status} {again.doc.errors}")
        world.is_true(f"{weak} is not sent back",
                      f'value="{weak}"' not in again.html)
    done = page.press("Save the password", password=PASSWORD)
    world.is_equal("a good one is taken", "/account/security", done.path)
    other = world.visitor()
    page = other.get("/sign-in")
    wrong = page.press("Sign in", about="", email=address,
                       password="not this one at all")
    world.is_equal("a wrong password is refused", 422, wrong.status)
    unknown = page.press("Sign in", email=world.address("unknown"),
                         password="not this one at all")
    world.is_equal("in the same words as for an unknown address",
                   wrong.doc.errors, unknown.doc.errors)
    page = page.press("Sign in", email=address, password=PASSWORD)
    world.is_equal("the right one signs in", "/account", page.path)
    page = visitor.get("/account/security")
    page = page.press("Sign out everywhere else")
    world.is_true("the other device is signed out",
                  other.get("/account").path != "/account")


def tell_closed(world):
    """Pages of the account want a sign-in, whatever the path."""
    for part in ("", "/data", "/consents", "/export", "/requests",
                 "/restriction", "/erasure", "/activity", "/security"):
        page = world.visitor().get("/account" + part)
        world.is_true(f"/account{part} asks who it is",
                      page.path.startswith("/sign-in"), page.path)


def tell(world):
    if "customer" not in world.people:
        _, world.people["customer"] = opt_in(world, "fr", "client")
    address = world.people["customer"]
    visitor = tell_link(world, address)
    tell_code(world, address)
    tell_password(world, visitor, address)
    tell_closed(world)
    world.people["session"] = visitor
