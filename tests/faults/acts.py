# SPDX-License-Identifier: EUPL-1.2
"""Every POST of the walk, ready to be sent: the page was drawn, the fields are
typed, nothing was pressed yet."""
import re

import sign_in
from erasure import ask
from office import demo_customer
from opt_in import fill_in, opt_in

PASSWORD = "neuf tuiles vertes sous la pluie"


class Act:
    """One press of a button.  ${typed} must come back with a 503, ${secret}
    must not.  ${effect} is a statement that says how often it was done."""

    def __init__(self, name, page, button, typed=None, secret=(), effect=None,
                 about="", before=0):
        self.name, self.client, self.effect = name, page.client, effect
        self.before = before
        if callable(button):
            form, b = button(page)
        else:
            form, b = page.form(button, about)
        typed = typed or {}
        self.path = form.action
        self.pairs = [(f[0], typed.get(f[0], f[1])) for f in form.fields]
        have = {p[0] for p in self.pairs}
        self.pairs += [(n, v) for n, v in typed.items() if n not in have]
        if b[0]:
            self.pairs.append((b[0], b[1]))
        self.typed = [v for n, v in self.pairs
                      if v and n not in secret and n != "csrf"]
        self.secret = {n: typed[n] for n in secret}
        self.key = dict(self.pairs).get("request_key")

    def press(self):
        return self.client.post(self.path, self.pairs, follow=False)

    def again(self, page):
        """Press the one button of a 503 page, with the secrets typed again."""
        return page.press("Send again", follow=False, **self.secret)

    def times(self, world):
        """How often it was done since it was prepared."""
        return int(world.sql(self.effect).strip()) - self.before


def count(table, where, join=""):
    return f"SELECT COUNT(*) FROM {table} {join} WHERE {where}"


def of_contact(table, address, where="1"):
    return (f"SELECT COUNT(*) FROM {table} t JOIN contact c ON c.id = "
            f"t.contact_id WHERE c.email = '{address}' AND {where}")


def signed_in(world, name):
    _, address = opt_in(world, "fr", name)
    return address, sign_in.sign_in(world, address)[0]


def first_no(page):
    """The no of the first choice that says yes."""
    for form in page.forms:
        choice = form.value("choice")
        if choice and 'value="yes" aria-pressed="true"' in page.html.split(
                f'value="{choice}"')[1].split("</form>")[0]:
            return form, next(b for b in form.buttons if b[1] == "no")
    raise AssertionError("nothing is allowed")


def last_form(page):
    return page.forms[-1], (page.forms[-1].buttons or [["", "", ""]])[0]


def of_visitors(world):
    """Acts of people who are not signed in."""
    mailbox = world.address("absent")
    page = world.visitor().get("/subscribe/newsletter")
    box = page.form("Send my choices")[0].boxes[0]
    yield Act("the form", page, "Send my choices", {
        "email": mailbox, "given_name": "Zoé <&\"'>", "family_name": "L’Été",
        box[0]: box[1]},
        effect=count("signup", f"mailbox = '{mailbox}'"))
    confirmed = world.address("lien")
    fill_in(world, "fr", confirmed)
    link = world.mail(confirmed).link("/confirm/")
    yield Act("the confirmation", world.visitor().get(link), "Confirm",
              effect=of_contact("consent_state", confirmed,
                                "t.state = 'given'"))
    coded = world.address("code")
    _, sent = fill_in(world, "fr", coded)
    yield Act("the typed code", sent.follow("/confirm"), "Confirm", {
        "email": coded, "code": world.mail(coded).code()}, secret=["code"],
        effect=of_contact("consent_state", coded, "t.state = 'given'"))
    about = world.address("droit")
    strangers = count("rights_request", "contact_id IS NULL")
    yield Act("the request of a stranger", world.visitor().get("/rights"),
              "Send the request", {
                  "kind": "access", "email": about, "name": "Zoé L’Été",
                  "message": "Première ligne\r\nDeuxième <ligne> & fin"},
              effect=strangers, before=int(world.sql(strangers)))
    _, known = opt_in(world, "fr", "retour")
    identity = ("subject_id = (SELECT id FROM identity WHERE mailbox = "
                f"'{known}') AND purpose = 'sign_in'")
    yield Act("the mailed link", world.visitor().get("/sign-in/link"),
              "Send me the link", {"email": known},
              effect=count("token", identity))


def of_sign_in(world):
    customer, _ = demo_customer(world)
    yield Act("the password", world.visitor().get("/sign-in"), "Sign in",
              customer, secret=["password"])
    _, address = opt_in(world, "fr", "entree")
    visitor, mail = sign_in.ask_link(world, address)
    sessions = ("SELECT COUNT(*) FROM portal_session s JOIN identity i ON "
                f"i.id = s.identity_id WHERE i.mailbox = '{address}'")
    yield Act("the sign-in link", visitor.get(mail.link("/sign-in/link/")),
              "Sign in", effect=sessions)
    _, address = opt_in(world, "fr", "sortie")
    visitor, mail = sign_in.ask_link(world, address)
    page = visitor.get("/sign-in/link").follow("/sign-in/code")
    yield Act("the sign-in code", page, "Sign in", {
        "email": address, "code": mail.code()}, secret=["code"])


def of_account(world):
    """Acts of somebody who is signed in, none in the way of another."""
    address, visitor = signed_in(world, "compte")
    page = visitor.get("/account/data")
    yield Act("a correction", page, "Save", {
        "given_name": "Zoé", "family_name": "L’Automne", "phone": "",
        "street": "", "postcode": "", "city": "Nantes"},
        effect=of_contact("contact_history", address,
                          "t.field = 'family_name'"))
    other, somebody = signed_in(world, "demenage")
    new = world.address("neuve")
    yield Act("a new address", somebody.get("/account/data"), "Send the confirmation mail",
              {"new_email": new}, effect=of_contact("address_change", other))
    yield Act("a withdrawal", visitor.get("/account/consents"), first_no,
              effect="SELECT COUNT(*) FROM consent_event e JOIN "
              "consent_subject s ON s.event_id = e.id JOIN contact c ON c.id "
              f"= s.contact_id WHERE c.email = '{address}' AND e.kind = "
              "'withdrawn'")
    page = visitor.get("/account/export")
    yield Act("a copy", page, "Prepare my copy", effect=of_contact(
        "package", address, "t.kind = 'access'"))
    yield Act("a question", visitor.get("/account/requests"),
              "Send the request", {"kind": "objection",
                                   "message": "Arrêtez, s’il vous plaît."},
              effect=of_contact("rights_request", address,
                                "t.kind = 'objection'"))
    page = visitor.get("/account/restriction")
    form = page.form("Freeze now")[0]
    yield Act("a freeze", page, "Freeze now", {
        n: v[0] for n, v in form.choices.items()},
        effect=count("contact", f"email = '{address}' AND restricted_us IS "
                     "NOT NULL"))
    yield Act("a password", visitor.get("/password/set"), "Save the password",
              {"password": PASSWORD}, secret=["password"])


def of_links(world):
    """Acts of a mail's link."""
    _, address = opt_in(world, "fr", "pied")
    url = world.mail(address, "/unsubscribe/", 30).link("/unsubscribe/")
    page = world.visitor().get(url).follow("/preferences/")
    yield Act("a stop", page, lambda p: p.form("Stop", about="E-mail"),
              effect=of_contact("consent_state", address,
                                "t.state = 'withdrawn'"))
    address, visitor = signed_in(world, "ancienne")
    new = world.address("future")
    visitor.get("/account/data").press("Send the confirmation mail",
                                       new_email=new)
    link = world.mail(new, "/address/").link("/address/")
    yield Act("the new address's link", world.visitor().get(link),
              "Use this address",
              effect=count("contact", f"email = '{new}'"))


def of_erasure(world):
    address, visitor = signed_in(world, "effacer")
    page = visitor.get("/account/erasure").follow("/account/erasure/check")
    yield Act("an erasure", page, "Ask for the erasure",
              effect=of_contact("erasure", address))
    address, visitor = signed_in(world, "annuler")
    ask(visitor.get("/account"))
    yield Act("a cancellation", visitor.get("/account/erasure"),
              "Cancel the erasure", effect=of_contact(
                  "erasure", address, "t.state = 'cancelled'"))
    address, visitor = signed_in(world, "preuve")
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = "
              "s.identity_id SET s.signed_in_us = s.signed_in_us - "
              f"3600000000 WHERE i.mailbox = '{address}'")
    ask(visitor.get("/account"))
    link = world.mail(address, "/erasure/confirm/").link("/erasure/confirm/")
    yield Act("the proof of an erasure", world.visitor().get(link), last_form,
              effect=of_contact("erasure", address, "t.proof = 'link'"))


def all_acts(world):
    for some in (of_visitors, of_sign_in, of_account, of_links, of_erasure):
        yield from some(world)


def reference(text):
    found = re.search(r"\bR-[0-9A-Z]{8}\b", text)
    return found[0] if found else None
