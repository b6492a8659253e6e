# SPDX-License-Identifier: EUPL-1.2
"""Choices: one press each way; the link in a mail's footer; one-click."""
import re

from account import session
from opt_in import in_parallel, opt_in


def choice_forms(page):
    return [f for f in page.forms if f.value("choice")]


def press_choice(page, choice, answer):
    """Press yes or no of one choice, as the page draws it."""
    form = next(f for f in choice_forms(page) if f.value("choice") == choice)
    button = next(b for b in form.buttons if b[1] == answer)
    return page.client.post(form.action, [(f[0], f[1]) for f in form.fields] +
                            [(button[0], button[1])])


def state(page, choice):
    part = page.html.split(f'value="{choice}"')[1].split("</form>")[0]
    return {a: f'value="{a}" aria-pressed="true"' in part
            for a in ("yes", "no")}


def tell_account(world, visitor):
    page = visitor.get("/account").follow("/account/consents")
    forms = choice_forms(page)
    world.is_true("there are choices, each with an equal yes and no",
                  len(forms) >= 5 and all(
                      [b[1] for b in f.buttons] == ["yes", "no"]
                      for f in forms), [f.buttons for f in forms])
    given = [f.value("choice") for f in forms
             if state(page, f.value("choice"))["yes"]]
    world.is_equal("the confirmed one says yes, no other", 1, len(given))
    one = given[0]
    world.is_true("with date, manner and wording of the choice",
                  "<blockquote" in page.html and
                  world.say("fr", "on a form, confirmed by mail") in page.text,
                  page.text)
    page = press_choice(page, one, "no")
    world.is_equal("one press withdraws", {"yes": False, "no": True},
                   state(page, one))
    world.has("the history says withdrawn", page.text,
              world.say("fr", "withdrawn"))
    page = press_choice(page, one, "yes")
    world.is_equal("one press gives it again", {"yes": True, "no": False},
                   state(page, one))
    n = world.sql("SELECT COUNT(*) FROM consent_event")
    page = press_choice(page, one, "yes")
    world.is_equal("saying the same again is no event", n,
                   world.sql("SELECT COUNT(*) FROM consent_event"))
    return one


def told(world, address):
    """The mail that tells what was recorded, with its footer."""
    mail = world.mail(address, "/unsubscribe/", 30)
    url = mail.link("/unsubscribe/")
    world.is_equal("its header has the one-click address of its footer",
                   (f"<{url}>", "List-Unsubscribe=One-Click"),
                   (mail.header("List-Unsubscribe"),
                    mail.header("List-Unsubscribe-Post")))
    return mail, url


def tell_footer(world):
    _, address = opt_in(world, "fr", "pied")
    mail, url = told(world, address)
    world.has("the mail says what was recorded", mail.text,
              world.say("fr", "given"))
    world.settle()
    before = world.tables()
    world.is_equal("50 visits of the footer's link show a page", [],
                   in_parallel(world, [url]))
    world.unchanged("and change nothing", before, world.tables())
    visitor = world.visitor()
    page = visitor.get(url)
    world.is_true("its page shows the address masked",
                  address not in page.html and "p•••@" in page.text,
                  page.text)
    page = page.follow("/preferences/")
    form, _ = page.form("Stop", about="E-mail")
    world.is_true("it can only stop, never allow", all(
        set(f.names()) <= {"choice"} for f in page.forms
        if f.value("choice")))
    cheat = visitor.post(form.action, [("choice", form.value("choice")),
                                       ("answer", "yes")])
    world.is_equal("a yes there is refused", 400, cheat.status)
    page = page.press("Stop", about="E-mail")
    world.is_equal("one press stops it, without sign-in", 200, page.status)
    world.has("nothing is left to stop", page.text,
              world.say("fr", "You receive no message from us"))
    world.is_equal("and it is recorded", "withdrawn\tmail_link", world.sql(
        "SELECT s.state, e.how FROM consent_state s JOIN contact c ON "
        "c.id = s.contact_id JOIN consent_event e ON e.id = s.event_id "
        f"WHERE c.email = '{address}'").strip())


def tell_one_click(world):
    _, address = opt_in(world, "en", "oneclick")
    mail, _ = told(world, address)
    url = re.match(r"<(.*)>$", mail.header("List-Unsubscribe"))[1]
    robot = world.visitor("en")
    for body in (b"", b"List-Unsubscribe=One-Click&x=1",
                 b"list-unsubscribe=one-click"):
        world.is_equal(f"{body!r} does not unsubscribe", 400,
                       robot.post(url, body).status)
    now = mail.header("List-Unsubscribe-Post").encode()
    done = robot.request("POST", url, now,
                         {"Accept": "*/*", "User-Agent": "mail program"})
    world.is_equal("one click does, without cookie or redirect", 200,
                   done.status)
    world.is_equal("and says that it came that way",
                   "withdrawn\tone_click", world.sql(
                       "SELECT s.state, e.how FROM consent_state s JOIN "
                       "contact c ON c.id = s.contact_id JOIN consent_event "
                       "e ON e.id = s.event_id WHERE c.email = "
                       f"'{address}'").strip())
    world.is_equal("a second click is no fault", 200,
                   robot.request("POST", url, now).status)
    wrong = url[:-3] + ("AAA" if url[-3:] != "AAA" else "BBB")
    world.is_equal("a forged one is not there", 404,
                   robot.request("POST", wrong, now).status)


def tell(world):
    tell_account(world, session(world))
    tell_footer(world)
    tell_one_click(world)
