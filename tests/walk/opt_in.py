# SPDX-License-Identifier: EUPL-1.2
"""A visitor opts in: form, mail, link or typed code, confirmed once."""
import concurrent.futures
import re

USED = ("This code does not fit this address, or it was used, or its time is "
        "over. Use the link of the newest mail, or fill in the form again.")
WORDS = {"fr": ("Zoé", "L’Été"), "en": ("Siân", "O'Connor")}


def in_parallel(world, urls, times=50):
    """Visit links as mail scanners do; return the statuses that are not 200."""
    def visit(job):
        url, i = job
        method = "HEAD" if i % 2 else "GET"
        headers = {"Sec-Purpose": "prefetch"} if i % 5 == 0 else {}
        return world.visitor("fr").request(method, url,
                                           headers=headers).status
    jobs = [(u, i) for u in urls for i in range(times)]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        return [s for s in pool.map(visit, jobs) if s != 200]


def fill_in(world, lang, address):
    """Fill in the form as a person who wants the first thing by e-mail."""
    visitor = world.visitor(lang)
    home = visitor.get("/")
    page = home.follow("/subscribe/")
    form, _ = page.form("Send my choices")
    box = next(b for b in form.boxes if b[0].endswith("email"))
    given, family = WORDS[lang]
    return page, page.press("Send my choices", email=address,
                            given_name=given, family_name=family,
                            **{box[0]: box[1]})


def confirm(world, lang, address):
    """Press the button that the mail leads to."""
    visitor = world.visitor(lang)
    visitor.get(world.mail(address, "/confirm/").link("/confirm/")).press(
        "Confirm")
    return visitor


def opt_in(world, lang, name):
    """Be a customer who has confirmed; returns (client, address)."""
    address = world.address(name)
    fill_in(world, lang, address)
    return confirm(world, lang, address), address


def tell_form(world, lang):
    page, _ = fill_in(world, lang, world.address("form"))
    site = world.demo["site"]
    world.is_equal(f"{lang}: the form is in the visitor's language", lang,
                   page.lang)
    for part in (site["name"], site["dpo"], "/privacy"):
        world.has(f"{lang}: the form states {part}", page.html, part)
    for msgid in ("Legal basis:", "Kept:", "Your rights"):
        world.has(f"{lang}: the form says: {msgid}", page.text,
                  world.say(lang, msgid))
    form, _ = page.form("Send my choices")
    world.is_true(f"{lang}: there are choices, none is ticked",
                  len(form.boxes) >= 3 and not any(
                      f[2] == "checkbox" for f in form.fields), form.fields)
    typed = world.address("none")
    again = page.press("Send my choices", email=typed, given_name="Zoé")
    world.is_equal(f"{lang}: without a choice it comes back", 422,
                   again.status)
    world.is_true(f"{lang}: with a summary and what was typed",
                  typed in again.html and "Zoé" in again.html and
                  'role="alert"' in again.html, again.html[:900])
    world.is_true(f"{lang}: and its title says so", again.title.startswith(
        world.say(lang, "Error:")), again.title)


def tell_link(world, lang):
    address = world.address("lien")
    _, sent = fill_in(world, lang, address)
    world.is_equal(f"{lang}: the answer of the form", 200, sent.status)
    mail = world.mail(address)
    world.is_true(f"{lang}: the mail is text and HTML in that language",
                  mail.text and f'lang="{lang}"' in mail.html and
                  world.say(lang, "To confirm, open this link and press the "
                            "button:") in mail.text, mail.text)
    ours = [u for u in mail.links() if "/confirm/" in u]
    world.is_true(f"{lang}: it has one link and one code",
                  len(mail.links()) == 1 and len(ours) == 1 and mail.code(),
                  mail.text)
    world.is_true(f"{lang}: nothing is to be unsubscribed from yet",
                  mail.header("List-Unsubscribe") is None and
                  mail.header("Auto-Submitted") == "auto-generated",
                  mail.headers)
    world.settle()
    before = world.tables()
    world.is_equal(f"{lang}: 50 visits at once all show the page", [],
                   in_parallel(world, ours))
    world.unchanged(f"{lang}: and change nothing", before, world.tables())
    visitor = world.visitor(lang)
    page = visitor.get(ours[0])
    world.is_true(f"{lang}: the page shows the address masked",
                  address not in page.html and "l•••@" in page.text,
                  page.text)
    done = page.press("Confirm")
    world.is_equal(f"{lang}: one press confirms",
                   world.say(lang, "Your choices are recorded"), done.h1)
    again = page.press("Confirm")
    world.is_equal(f"{lang}: a second press says so",
                   (200, world.say(lang, "Already confirmed")),
                   (again.status, again.h1))
    world.is_equal(f"{lang}: so does the link",
                   world.say(lang, "Already confirmed"),
                   visitor.get(ours[0]).h1)
    world.is_equal(f"{lang}: it is one consent", "1", world.sql(
        "SELECT COUNT(*) FROM consent_state s JOIN contact c ON c.id = "
        f"s.contact_id WHERE c.email = '{address}'").strip())
    return visitor, address, mail


def tell_proof(world, address):
    row = world.sql(
        "SELECT e.kind, e.how, e.language, LENGTH(e.leaf), "
        "e.purpose_version_id > 0, e.notice_version_id > 0, "
        "e.form_version_id > 0, LENGTH(e.rendering), e.at_us > 0 "
        "FROM contact c JOIN consent_subject s ON s.contact_id = c.id "
        "JOIN consent_event e ON e.id = s.event_id "
        f"WHERE c.email = '{address}' AND e.kind = 'given'").strip()
    world.is_equal("the consent is recorded with its proof",
                   "given\tdouble_opt_in\tfr\t32\t1\t1\t1\t32\t1", row)


def tell_filed(world, address, mail, visitor):
    """Who confirmed is a contact: the sign-up says nothing of them more, and
    its link goes on saying that it was used."""
    world.settle()
    world.is_equal("what was asked is filed under the contact", "1",
                   world.sql(
        "SELECT COUNT(*) FROM contact c JOIN consent_subject s ON "
        "s.contact_id = c.id JOIN consent_event e ON e.id = s.event_id "
        f"WHERE c.email = '{address}' AND e.kind = 'asked'").strip())
    world.is_equal("the sign-up says nothing of the person any more", "0",
                   world.sql("SELECT COUNT(*) FROM signup WHERE mailbox = "
                             f"'{address}'").strip())
    again = visitor.get(mail.link("/confirm/"))
    world.is_equal("its link still says that it was used",
                   world.say("fr", "Already confirmed"), again.h1)


def tell_moved(world, page, address, code):
    """Who holds an old code does not learn where its person went."""
    new = world.address("neuf")
    world.sql(f"UPDATE contact SET email = '{new}', email_key = '{new}' WHERE "
              f"email = '{address}'; INSERT INTO contact_history (contact_id, "
              "field, old_sealed, new_sealed, by_kind, at_us) SELECT id, "
              f"'email', '', '', 'person', {world.now_us()} FROM contact "
              f"WHERE email = '{new}'")
    moved = page.press("Confirm", email=new, code=code)
    world.is_true("the code does not fit the address that came after it",
                  moved.status == 422 and world.say("fr", USED) in moved.text,
                  moved.text)
    world.sql("DELETE h FROM contact_history h JOIN contact c ON c.id = "
              f"h.contact_id WHERE c.email = '{new}'; UPDATE contact SET "
              f"email = '{address}', email_key = '{address}' WHERE email = "
              f"'{new}'")


def tell_code(world):
    address = world.address("code")
    _, sent = fill_in(world, "fr", address)
    mail = world.mail(address)
    page = sent.follow("/confirm")
    wrong = page.press("Confirm", email=address, code="0000-0000")
    world.is_equal("a wrong code is refused, not the address", 422,
                   wrong.status)
    world.has("and the address stays in its field", wrong.html, address)
    code = mail.code().lower().replace("-", " ")
    done = wrong.press("Confirm", email=address, code=code)
    world.is_equal("the code confirms, typed in any manner",
                   world.say("fr", "Your choices are recorded"), done.h1)
    world.settle()
    again = page.press("Confirm", email=address, code=code)
    world.is_equal("a second time says so, also after it was filed",
                   (200, world.say("fr", "Already confirmed")),
                   (again.status, again.h1))
    tell_moved(world, page, address, code)
    other = page.press("Confirm", email=address, code="0000-0000")
    world.is_true("another code of the same address is refused", other.status
                  == 422 and world.say("fr", USED) in other.text, other.text)
    world.is_equal("and no second consent", "1", world.sql(
        "SELECT COUNT(*) FROM contact c JOIN consent_subject s ON "
        "s.contact_id = c.id JOIN consent_event e ON e.id = s.event_id AND "
        f"e.kind = 'given' WHERE c.email = '{address}'").strip())


def tell_expired(world):
    """A link whose days are over offers a new one; what was not confirmed is
    in no list and goes."""
    address = world.address("tard")
    fill_in(world, "fr", address)
    mail = world.mail(address)
    world.is_equal("an unconfirmed sign-up is no contact", "0", world.sql(
        f"SELECT COUNT(*) FROM contact WHERE email = '{address}'").strip())
    world.sql(f"UPDATE signup SET expires_us = 1 WHERE mailbox = '{address}'")
    visitor = world.visitor("fr")
    page = visitor.get(mail.link("/confirm/"))
    world.is_equal("an expired link says so",
                   world.say("fr", "This link has ended"), page.h1)
    form = page.follow("/subscribe/")
    world.is_equal("and leads to the form again", 200, form.status)
    press = visitor.post(re.sub(r"^https?://[^/]+", "",
                                mail.link("/confirm/")), [])
    world.is_true("a press of it confirms nothing", press.status in (404, 410),
                  press.status)


def tell_newer(world):
    """What was said after a form was filled in stands when its link is
    pressed at last; the page says what the button records, and what stays."""
    address = world.address("ancien")
    fill_in(world, "fr", address)
    old = world.mail(address).link("/confirm/")
    fill_in(world, "fr", address)
    newer = world.visitor("fr").get(world.mail(address).link("/confirm/"))
    newer.press("Confirm")
    seen = "SELECT s.state, s.at_us, s.event_id FROM consent_state s JOIN " \
        f"contact c ON c.id = s.contact_id WHERE c.email = '{address}'"
    given = world.sql(seen)
    page = world.visitor("fr").get(old)
    world.is_true("of two forms the older has nothing left to confirm",
                  page.h1 == world.say("fr", "Nothing is left to confirm") and
                  not any(f.action.startswith("/confirm") for f in page.forms
                          if f.action), page.text)
    press = world.visitor("fr").post(re.sub(r"^https?://[^/]+", "", old), [])
    world.is_equal("a press of it records nothing", (409, given),
                   (press.status, world.sql(seen)))
    world.sql("UPDATE consent_state s JOIN contact c ON c.id = s.contact_id "
              "SET s.state = 'withdrawn' WHERE c.email = "
              f"'{address}'")
    before = world.sql(seen)
    page = world.visitor("fr").get(old)
    world.has("a no of after it is shown as what stays", page.text,
              world.say("fr", "What stays as it is"))
    world.visitor("fr").post(re.sub(r"^https?://[^/]+", "", old), [])
    world.is_equal("and is not undone", before, world.sql(seen))
    world.sql("UPDATE consent_state s JOIN contact c ON c.id = s.contact_id "
              "SET s.at_us = 1 WHERE c.email = "
              f"'{address}'")
    page = world.visitor("fr").get(old)
    world.is_true("a no of before it is answered by it", world.say(
        "fr", "What stays as it is") not in page.text, page.text)
    done = page.press("Confirm")
    world.is_equal("which one press records",
                   (world.say("fr", "Your choices are recorded"), "given"),
                   (done.h1, world.sql(seen).split("\t")[0]))


def tell(world):
    for lang in ("fr", "en"):
        tell_form(world, lang)
        visitor, address, mail = tell_link(world, lang)
        if lang == "fr":
            tell_proof(world, address)
            tell_filed(world, address, mail, visitor)
            world.people["customer"] = address
    tell_code(world)
    tell_newer(world)
    tell_expired(world)
