# SPDX-License-Identifier: EUPL-1.2
"""Staff: an adviser finds a customer, who sees it; the DPO sees the cases."""
import re


def sign_in_staff(world, role):
    """A colleague of ${role} signs in with both factors: client, page."""
    who = world.staff(role)
    colleague = world.colleague()
    page = colleague.get("/").press("Continue", email=who["email"],
                                    password=who["password"])
    page = page.press("Sign in", about="", code=world.unused_code(who))
    world.signed_in[role] = colleague
    return colleague, page


def staff(world, role):
    """A colleague of ${role}, signed in now or by an earlier story: client,
    page."""
    colleague = world.signed_in.get(role)
    page = colleague.get("/") if colleague else None
    return (colleague, page) if page and page.path == "/" else \
        sign_in_staff(world, role)


def tell_second_factor(world):
    who = world.staff("lead")
    colleague = world.colleague()
    page = colleague.get("/")
    wrong = page.press("Continue", email=who["email"], password="not this one")
    world.is_equal("a wrong password is refused", 422, wrong.status)
    page = page.press("Continue", email=who["email"],
                      password=who["password"])
    world.is_true("the password alone opens nothing", colleague.get(
        "/contacts").path.startswith("/sign-in"))
    page = page.press("Sign in", about="", code="000000")
    world.is_true("a wrong code is refused", page.status == 422, page.status)


def is_unchosen(world, what, form, *names):
    """No answer stands ready in the lists ${names}, and each has some."""
    for name in names:
        world.is_equal(f"{what}: {name} is not chosen in advance", ("", ""), (
            form.value(name), form.choices[name][0]))


def search(page, words, reason="call"):
    return page.press("Search", words=words, reason=reason)


def find(world, adviser, contact):
    """Find a customer of the demonstration by name and by address."""
    email, given, family, id_ = contact
    page = adviser.get("/contacts")
    is_unchosen(world, "a search", page.form("Search")[0], "reason")
    unsaid = page.press("Search", words=f"{family} {given}")
    world.is_true("nobody searches without saying why; the words stay",
                  unsaid.status == 422 and not records(unsaid) and
                  unsaid.form("Search")[0].value("words") ==
                  f"{family} {given}", unsaid.status)
    found = search(page, f"{family} {given}")
    world.is_true("found by name", f"/contacts/{id_}" in records(found),
                  records(found) + [found.text])
    world.is_true("no word typed stands in the address",
                  family not in found.path and email not in found.path,
                  found.path)
    found = search(page, email)
    world.is_equal("found by address, alone", [f"/contacts/{id_}"],
                   records(found))
    return found.follow(f"/contacts/{id_}")


def lines(page):
    """The list of who looked: it may be full, then its first line is new."""
    return page.html.split("<main")[1].count("<li>"), \
        page.html.split("<main")[1].split("</li>")[0]


def records(page):
    """The records that a list leads to."""
    return sorted({u.split("?")[0] for u in page.links("/contacts/")})


def demo_customer(world):
    """One of the demonstration's customers that can sign in, of team one."""
    for customer in world.demo["customers"]:
        row = world.sql(
            "SELECT c.email, c.given_name, c.family_name, c.id FROM contact c "
            "JOIN identity i ON i.id = c.identity_id WHERE i.mailbox = "
            f"'{customer['email']}' AND (c.team_id IS NULL OR c.team_id = ("
            "SELECT team_id FROM staff WHERE email = "
            f"'{world.staff('adviser')['email']}'))").strip()
        if row:
            return customer, row.split("\t")
    raise AssertionError("no customer of the adviser's team")


def tell(world):
    tell_second_factor(world)
    customer, contact = demo_customer(world)
    person = world.visitor("fr")
    page = person.get("/sign-in").press("Sign in", about="", **customer)
    world.is_equal("a demonstration customer signs in", "/account", page.path)
    page = person.get("/account/activity")
    seen = lines(page)
    adviser, home = sign_in_staff(world, "adviser")
    world.is_equal("an adviser signs in with both factors", (200, "/"),
                   (home.status, home.path))
    record = find(world, adviser, contact)
    world.is_equal("the record opens", 200, record.status)
    for msgid in ("Choices, with their proof", "History", "Cases",
                  "Who has looked, lately"):
        world.has(f"it shows: {msgid}", record.text, world.say("fr", msgid))
    page = person.get("/account/activity")
    world.is_true("the customer sees the visits", lines(page) != seen,
                  page.text)
    for _ in range(2):
        adviser.get(record.path)
    page = person.get("/account/activity")
    world.is_true("what reads alike on a day is one line, with how often",
                  re.search(r"\d+ (fois ce jour-là|times that day)",
                            page.text), page.text)
    gone = adviser.get("/nothing/here"), adviser.get("/contacts/4000000000")
    world.is_true("what is not there keeps the menu, as what is hidden does",
                  all(g.status == 404 and 'class="side"' in g.html and
                      "/sign-out" in g.html for g in gone), gone[0].text)
    world.is_true("for who is signed in", 'class="side"' not in
                  world.colleague().get("/nothing/here").html)
    world.has("with role and team", page.text, "Agence de")
    world.is_true("without the colleague's name",
                  world.staff("adviser")["name"].split()[1] not in page.text)
    world.is_equal("a foreign path is not there", 404,
                   adviser.get("/audit").status)
    page = person.get("/account/requests").press(
        "Send the request", kind="access", message="Qui a mes données ?")
    world.is_equal("a customer's request is taken", 200, page.status)
    dpo, _ = staff(world, "dpo")
    page = dpo.get("/requests")
    for msgid in ("Working limit", "Legal limit"):
        world.has(f"the DPO sees the {msgid}", page.text,
                  world.say("fr", msgid))
    if "erased" in world.people:
        urls = [u for tab in page.links("/requests?") or [page.path]
                for u in [tab]]
        texts = page.text + "".join(dpo.get(u).text for u in urls)
        world.has("the DPO sees the erasure that was done", texts,
                  world.people["erased"])
    world.is_equal("the audit opens for the DPO", 200,
                   dpo.get("/audit").status)
    world.people["staff"] = {"adviser": adviser, "dpo": dpo}
