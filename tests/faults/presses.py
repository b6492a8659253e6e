# SPDX-License-Identifier: EUPL-1.2
"""Twenty presses of one button at the same time: one effect."""
import collections
import concurrent.futures

import sign_in
from acts import Act, last_form, of_contact
from choices import told
from erasure import ask
from opt_in import fill_in, opt_in

TIMES = 20


def at_once(world, path, pairs, clients):
    """Each client sends the same; returns the answers."""
    with concurrent.futures.ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(lambda c: c.post(path, pairs, follow=False),
                             clients))


def copies(world, client):
    """The same browser, as many times: its cookies as they are now."""
    found = []
    for _ in range(TIMES):
        other = world.visitor(client.lang)
        other.cookies = dict(client.cookies)
        found.append(other)
    return found


def press_at_once(world, act):
    return at_once(world, act.path, act.pairs, copies(world, act.client))


def statuses(pages):
    return dict(collections.Counter(p.status for p in pages))


def tell_form(world):
    address = world.address("vingt")
    page = world.visitor().get("/subscribe/newsletter")
    box = page.form("Send my choices")[0].boxes[0]
    act = Act("the form", page, "Send my choices", {
        "email": address, "given_name": "Zoé", "family_name": "L’Été",
        box[0]: box[1]}, effect="SELECT COUNT(*) FROM signup WHERE mailbox = "
        f"'{address}'")
    pages = press_at_once(world, act)
    world.is_equal("twenty presses of one form have one answer",
                   ({303: TIMES}, 1), (statuses(pages), len(
                       {p.header("Location") for p in pages})))
    world.is_equal("and store one sign-up", 1, act.times(world))
    world.mail(address, "/confirm/", 30)
    world.settle()
    world.is_equal("and send one mail", 1, len(world.mails_to(address)))
    other = act.client.post(act.path, act.pairs[::-1], follow=False)
    world.is_equal("the same fields in another order are the same", 303,
                   other.status)
    changed = [(n, v + "e" if n == "given_name" else v) for n, v in act.pairs]
    other = act.client.post(act.path, changed, follow=False)
    world.is_equal("another text under the same key is refused", 409,
                   other.status)
    world.is_equal("and stores nothing", 1, act.times(world))


def tell_confirm(world):
    address = world.address("confirme")
    fill_in(world, "fr", address)
    link = world.mail(address).link("/confirm/")
    act = Act("the confirmation", world.visitor().get(link), "Confirm",
              effect=of_contact("consent_state", address, "t.state = 'given'"))
    pages = press_at_once(world, act)
    world.is_equal("twenty presses of a confirmation are all told so",
                   {200: TIMES}, statuses(pages))
    world.is_equal("one of them has recorded it", 1, sum(
        p.h1 == world.say("fr", "Your choices are recorded") for p in pages))
    events = ("SELECT COUNT(*) FROM consent_event e JOIN consent_subject s ON "
              "s.event_id = e.id JOIN contact c ON c.id = s.contact_id WHERE "
              f"c.email = '{address}' AND e.kind = 'given'")
    world.is_equal("one contact, one state, one event", ("1", 1, "1"), (
        world.sql("SELECT COUNT(*) FROM contact WHERE email = "
                  f"'{address}'").strip(), act.times(world),
        world.sql(events).strip()))


def tell_sign_in(world):
    _, address = opt_in(world, "fr", "vingtfois")
    visitor, mail = sign_in.ask_link(world, address)
    sessions = ("SELECT COUNT(*) FROM portal_session s JOIN identity i ON "
                f"i.id = s.identity_id WHERE i.mailbox = '{address}'")
    act = Act("the sign-in link", visitor.get(mail.link("/sign-in/link/")),
              "Sign in", effect=sessions)
    pages = press_at_once(world, act)
    world.is_equal("of twenty presses of a sign-in link one signs in", {
        303: 1, 410: TIMES - 1}, statuses(pages))
    world.is_equal("and there is one session", 1, act.times(world))


def tell_erasure(world):
    _, address = opt_in(world, "fr", "vingteff")
    visitor, _ = sign_in.sign_in(world, address)
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = "
              "s.identity_id SET s.signed_in_us = s.signed_in_us - "
              f"3600000000 WHERE i.mailbox = '{address}'")
    ask(visitor.get("/account"))
    link = world.mail(address, "/erasure/confirm/").link("/erasure/confirm/")
    world.settle()
    mails = len(world.mails_to(address))
    act = Act("the erasure link", world.visitor().get(link), last_form,
              effect=of_contact("erasure", address, "t.proof = 'link' AND "
                                "t.state = 'cooling'"))
    pages = press_at_once(world, act)
    world.is_true("twenty presses of an erasure link are no fault",
                  set(statuses(pages)) <= {200, 303, 410} and
                  sum(p.status != 410 for p in pages) >= 1, statuses(pages))
    world.is_equal("and prove one erasure", 1, act.times(world))
    steps = ("SELECT COUNT(*) FROM rights_step s JOIN rights_request r ON "
             "r.id = s.request_id JOIN contact c ON c.id = r.contact_id "
             f"WHERE c.email = '{address}' AND s.verb = 'cooling'")
    world.is_equal("with one step in the case", "1", world.sql(steps).strip())
    world.settle()
    world.is_true("and one mail at most",
                  len(world.mails_to(address)) - mails <= 1)


def tell_one_click(world):
    _, address = opt_in(world, "fr", "vingtclic")
    _, url = told(world, address)
    robots = [world.visitor() for _ in range(TIMES)]
    pages = at_once(world, url, b"List-Unsubscribe=One-Click", robots)
    world.is_equal("twenty clicks of an unsubscribe are all told so",
                   {200: TIMES}, statuses(pages))
    world.is_equal("and withdraw once", "1", world.sql(
        "SELECT COUNT(*) FROM consent_event e JOIN consent_subject s ON "
        "s.event_id = e.id JOIN contact c ON c.id = s.contact_id WHERE "
        f"c.email = '{address}' AND e.kind = 'withdrawn'").strip())


def tell(world):
    tell_form(world)
    tell_confirm(world)
    tell_sign_in(world)
    tell_erasure(world)
    tell_one_click(world)
