# SPDX-License-Identifier: EUPL-1.2
"""Purposes: who may makes one, shows what differs before it is stored, says
whether people are asked again, and closes it.  A yes is to the words that were
shown.  GDPR 4(11), 5(1)(b), 7(1), 13(1)(d), 21; ePrivacy 13(2); CS6, TL2, TL4,
I12."""
import os
import re
import time

from choices import choice_forms, press_choice, state
from evidence import SCAN
from lists import all_listed
from office import is_unchosen, staff
from opt_in import opt_in
from sign_in import sign_in

ROOT = "/settings/purposes"
CHECK, STORE = "Check it", "Store it"
TABLES = ("purpose", "purpose_version", "purpose_text", "purpose_channel",
          "form", "form_version", "audit_event")


def words(text, interest=""):
    typed = {"title_fr": f"Nouvelles {text}", "title_en": f"News {text}",
             "wording_fr": f"J’accepte de recevoir {text}.",
             "wording_en": f"I agree to receive {text}."}
    if interest:
        typed.update(interest_fr=interest, interest_en=interest)
    return typed


def stored(world, code):
    """The newest version: its number, basis, months, and what asks again."""
    return world.sql(
        "SELECT v.number, v.basis, v.retention_months, v.is_material, "
        "p.material_id = v.id, p.is_closed FROM purpose p JOIN "
        "purpose_version v ON v.purpose_id = p.id WHERE p.code = "
        f"'{code}' ORDER BY v.number DESC LIMIT 1").strip().split("\t")


def events(world, contact):
    return world.sql("SELECT COUNT(*) FROM consent_subject WHERE contact_id = "
                     f"{contact}").strip()


def form_of(page):
    """The form of the next version."""
    return next(f for f in page.forms if "title_fr" in f.names())


def tell_roles(world, dpo):
    page = dpo.get("/settings").follow(ROOT)
    world.is_true("the DPO finds the purposes among the settings",
                  page.status == 200 and page.links(ROOT + "/new"), page.text)
    for role in ("auditor", "legal"):
        client, _ = staff(world, role) if any(
            s["role"] == role for s in world.demo["staff"]) else (None, None)
        if client is None:
            continue
        page = client.get(ROOT)
        one = page.follow(ROOT + "/1")
        world.is_true(f"{role} reads and changes nothing",
                      page.status == one.status == 200 and
                      not page.links("/new") and not any(
                          "purposes" in f.action for f in one.forms) and
                      client.get(ROOT + "/new").status == 404 and
                      client.get(ROOT + "/1/close").status == 404)
    adviser, _ = staff(world, "adviser")
    world.is_equal("an adviser has no such page", (404, 404), (
        adviser.get(ROOT).status, adviser.get(ROOT + "/1").status))


def tell_wrong(world, dpo):
    page = dpo.get(ROOT).follow("/new")
    world.settle()
    before = world.sql("CHECKSUM TABLE " + ", ".join(TABLES))
    is_unchosen(world, "a new purpose", page.form(CHECK)[0], "basis")
    good = {"code": "walk-" + os.urandom(4).hex(), "commercial": "no",
            "basis": "consent",
            "email": "yes", **words("des lettres")}
    for what, typed, msgid in (
            ("no wording in one language", {"wording_en": ""},
             "Fill this in."),
            ("a code with a space", {"code": "two words"},
             "A code is made of a-z 0-9 _ - and nothing else."),
            ("no channel", {"email": None}, "Choose at least one channel."),
            ("no months", {"months": "0"},
             "Enter a whole number from 1 to 1200."),
            ("advertising by mail without consent",
             {"commercial": "yes", "basis": "legitimate_interest",
              "interest_fr": "Oui.", "interest_en": "Yes."},
             "Advertising by e-mail, SMS or phone to consumers needs their "
             "consent: no other basis carries it. Customers may be written to "
             "under the rule for customers below."),
            ("an interest that nobody weighed",
             {"basis": "legitimate_interest"},
             "Say which interest it is, and why it weighs more than that of "
             "the people."),
            ("the rule for customers without advertising", {"soft": "yes"},
             "The rule for customers is for advertising by e-mail or SMS that "
             "else needs consent: here it changes nothing."),
            ("a title that is taken", {"title_fr": "Idées de voyage"},
             "Another purpose has this title: people could not tell them "
             "apart."),
            ("a code that is taken", {"code": "ideas"},
             "There is a purpose of this code already.")):
        wrong = page.press(CHECK, **{**good, **typed})
        world.is_equal(f"{what}: refused", 422, wrong.status)
        world.has(f"{what}: in words", wrong.text, world.say("fr", msgid))
        world.has(f"{what}: what was typed stays", wrong.html,
                  good["wording_fr"])
    back = page.press(CHECK, **good).press("Go on changing it")
    world.is_true("from the check one goes back to what was typed",
                  back.status == 200 and good["wording_fr"] in back.html and
                  f'value="{good["code"]}"' in back.html and
                  re.search('name="email" value="yes" checked', back.html),
                  back.html[-3000:])
    forged = page.press(CHECK, **good)
    form, _ = forged.form(STORE)
    cheat = dpo.post(form.action, [
        (f[0], "legitimate_interest" if f[0] == "basis" else
         "yes" if f[0] == "commercial" else f[1]) for f in form.fields])
    world.is_equal("a check page that was tampered with stores nothing", 422,
                   cheat.status)
    world.is_equal("nothing of it was stored", before, world.sql(
        "CHECKSUM TABLE " + ", ".join(TABLES)))
    return page, good


def tell_new(world, page, good):
    check = page.press(CHECK, **good)
    world.is_equal("a new purpose is shown before it is stored", (200, []), (
        check.status, [r for r in world.sql(
            f"SELECT 1 FROM purpose WHERE code = '{good['code']}'").split()]))
    world.has("with its words", check.text, good["wording_en"])
    done = check.press(STORE)
    world.is_equal("then stored", (200, ["1", "consent", "36", "1", "0", "0"]),
                   (done.status, stored(world, good["code"])))
    again = check.press(STORE)
    world.is_equal("the same press twice is one purpose", (
        200, done.path, "1"), (again.status, again.path, world.sql(
            "SELECT COUNT(*) FROM purpose_version v JOIN purpose p ON p.id = "
            f"v.purpose_id WHERE p.code = '{good['code']}'").strip()))
    return done


def tell_yes(world, person, good):
    """Within a second people find it in their space, and nothing is ticked."""
    time.sleep(1.1)
    page = person.get("/account/consents")
    choice = good["code"] + ".email"
    world.is_equal("people find it in their space, not ticked",
                   {"yes": False, "no": False}, state(page, choice))
    page = press_choice(page, choice, "yes")
    world.is_equal("and say yes", {"yes": True, "no": False}, state(page,
                                                                    choice))
    return choice


def change(dpo, path, **typed):
    return dpo.get(path).press(CHECK, **typed)


def tell_same_meaning(world, dpo, person, path, good, choice):
    contact = world.people["purposes"]
    n = events(world, contact)
    untold = dpo.get(path).press(CHECK, title_fr="Nouvelles")
    world.is_equal("whether it changes must be said", 422, untold.status)
    none = dpo.get(path).press(CHECK, material="no")
    world.is_equal("a version like the one before is none", 422, none.status)
    check = change(dpo, path, material="no",
                   wording_fr="J’accepte de recevoir des lettres !")
    world.has("the check says that nobody is asked again", check.text,
              world.say("fr", "You say that what people agree to stays the "
                        "same: every yes goes on counting, and nobody is "
                        "asked again."))
    world.has("and of how many that is", check.text, "1 personne")
    check.press(STORE)
    world.is_equal("it is stored", ["2", "consent", "36", "0", "0", "0"],
                   stored(world, good["code"]))
    time.sleep(1.1)
    page = person.get("/account/consents")
    world.is_equal("the yes goes on counting", {"yes": True, "no": False},
                   state(page, choice))
    world.has("beside the new words", page.text, "des lettres !")
    world.is_equal("and nobody was touched", n, events(world, contact))


def is_listed(world, dpo, filter_):
    """Whether the person is among those whom a list finds."""
    return "/contacts/" + world.people["purposes"] in all_listed(
        dpo, dpo.get("/contacts?f=" + filter_))


def usable(world, dpo, code):
    id_ = world.sql(f"SELECT id FROM purpose WHERE code = '{code}'").strip()
    return is_listed(world, dpo, f"consent.is.{id_}.email")


def tell_material(world, dpo, admin, person, path, good, choice):
    """Two who change it at once; a yes to words that are gone."""
    world.is_true("a list of usable consent finds who said yes",
                  usable(world, dpo, good["code"]))
    stale_office = admin.get(path)
    check = change(dpo, path, material="yes",
                   wording_fr="J’accepte de recevoir des lettres et des SMS.")
    world.has("the check says that people are asked again", check.text,
              world.say("fr", "You say that what people agree to changes: "
                        "from then on no yes to an earlier text counts, and "
                        "people are asked again in their space."))
    world.has("and how many", check.text, world.say(
        "fr", "Whose yes counts now, and then no more: {{touched}}.").replace(
            "{{touched}}", "1 personne"))
    check.press(STORE)
    world.is_equal("it is stored, and asks again",
                   ["3", "consent", "36", "1", "1", "0"],
                   stored(world, good["code"]))
    late = stale_office.press(CHECK, material="no", months="12")
    world.is_equal("who comes later with a page of before is told", 422,
                   late.status)
    world.has("that another version is there", late.text, world.say(
        "fr", "Somebody stored another version meanwhile: it is shown below. "
        "Check yours against it once more."))
    world.is_equal("and loses nothing that was typed", "12", form_of(
        late).value("months"))
    world.is_true("of whom said yes, none is found any more",
                  not usable(world, dpo, good["code"]))
    time.sleep(1.1)
    page = person.get("/account/consents")
    world.is_equal("the person sees neither yes nor no",
                   {"yes": False, "no": False}, state(page, choice))
    world.has("and why", page.text, world.say(
        "fr", "The text has changed since you said yes, so that yes counts no "
        "more: please choose again. You said it on:"))
    world.has("with the words that they had seen", page.text,
              "J’accepte de recevoir des lettres.")


def tell_shown_words(world, dpo, person, path, good, choice):
    """The yes of a page that was drawn before the words changed."""
    time.sleep(1.1)
    contact = world.people["purposes"]
    stale = person.get("/account/consents")
    read_out = dpo.get(f"/contacts/{contact}/evidence?purpose={good['code']}")
    change(dpo, path, material="yes", wording_fr="J’accepte tout autre chose."
           ).press(STORE)
    noted = read_out.upload("Note the yes", "evidence", SCAN, email="yes",
                            how="paper", said="yes", said_on=world.today())
    world.is_equal("staff cannot note a yes to words that are gone", 422,
                   noted.status)
    world.has("and read the new ones", noted.text, "tout autre chose")
    world.has("with what happened", noted.text, world.say(
        "fr", "The text changed meanwhile: a yes to the earlier one counts no "
        "more here. Read the one that stands above now."))
    n = events(world, contact)
    gone = press_choice(stale, choice, "yes")
    world.is_equal("a yes to words that are gone is not recorded", (409, n),
                   (gone.status, events(world, contact)))
    world.has("the page says so", gone.text, world.say(
        "fr", "The text changed while you were reading it, so your yes was "
        "not recorded. Read it once more below, then choose."))
    world.has("and shows the new ones", gone.text, "tout autre chose")
    bare = person.post("/account/consents", [
        (f[0], f[1]) for f in next(x for x in choice_forms(gone) if x.value("choice")
                            == choice).fields if f[0] != "version"] +
        [("answer", "yes")])
    world.is_equal("a yes that names no words is none", (400, n), (
        bare.status, events(world, contact)))
    page = press_choice(gone, choice, "yes")
    world.is_equal("from there it is one", (200, {"yes": True, "no": False}),
                   (page.status, state(page, choice)))
    world.is_true("and counts again", usable(world, dpo, good["code"]))
    stale = person.get("/account/consents")
    change(dpo, path, material="yes", months="24").press(STORE)
    page = press_choice(stale, choice, "no")
    world.is_equal("a no needs no words: it counts from any page", (
        200, {"yes": False, "no": True}), (page.status, state(page, choice)))
    press_choice(page, choice, "yes")


def tell_form(world, dpo):
    """The public form follows at once; who filled in the earlier one is taken
    at their word, which no longer counts."""
    visitor = world.visitor()
    old = visitor.get("/").follow("/subscribe/")
    path = ROOT + "/" + world.sql("SELECT id FROM purpose WHERE code = "
                                  "'ideas'").strip()
    before = dpo.get(path)
    was = form_of(before).value("wording_fr")
    no = dpo.get(path + "/close")
    world.is_true("a purpose that a form asks for has no button to close it",
                  no.status == 200 and not any(
                      f.action.endswith("/close") for f in no.forms) and
                  "newsletter" in no.text, no.text)
    world.is_equal("a channel that the form asks for cannot go", 422,
                   before.press(CHECK, material="no", sms=None).status)
    change(dpo, path, material="yes", wording_fr=was + " Et plus.").press(
        STORE)
    time.sleep(1.1)
    world.is_true("each worker shows the new words within a second", all(
        "Et plus." in world.visitor().get("/subscribe/newsletter").text
        for _ in range(8)))
    address = world.address("ancien")
    box = next(b for b in old.form("Send my choices")[0].boxes
               if b[0].endswith("email"))
    old.press("Send my choices", email=address, given_name="Zoé",
              family_name="L’Été", **{box[0]: box[1]})
    mail = world.mail(address)
    page = world.visitor().get(mail.link("/confirm/"))
    world.is_true("who filled in the earlier one confirms what they saw",
                  "Et plus." not in page.text, page.text)
    page.press("Confirm")
    world.is_equal("under its version, which counts no more", "given\t1", (
        world.sql("SELECT s.state, s.purpose_version_id < p.material_id FROM "
                  "consent_state s JOIN contact c ON c.id = s.contact_id JOIN "
                  "purpose p ON p.id = s.purpose_id WHERE c.email = "
                  f"'{address}'").strip()))
    change(dpo, path, material="no", wording_fr=was).press(STORE)
    world.sql("UPDATE purpose SET material_id = 0 WHERE code = 'ideas'")


def tell_close(world, dpo, person, path, good):
    end = dpo.get(path).follow("/close")
    world.has("closing says to how many it is done", end.text, "1 personne")
    wrong = end.press("Close it for ever", code="ideas")
    world.is_equal("another code closes nothing", (422, "0"), (
        wrong.status, stored(world, good["code"])[5]))
    done = end.press("Close it for ever", code=good["code"])
    world.is_equal("its own does", (200, "1"), (done.status, stored(
        world, good["code"])[5]))
    end.press("Close it for ever", code=good["code"])
    time.sleep(1.1)
    page = person.get("/account/consents")
    world.is_true("the person is asked no more", not any(
        f.value("choice") == good["code"] + ".email"
        for f in choice_forms(page)))
    world.has("and reads that it has ended", page.text, world.say(
        "fr", "We do this no more. Your yes stays in the history and counts "
        "for nothing."))
    world.is_true("no list finds them by it", not usable(world, dpo,
                                                         good["code"]))
    world.is_true("it cannot be changed any more", not any(
        "title_fr" in f.names() for f in dpo.get(path).forms))
    world.is_equal("what was said stays, with every version", ("given", "5"), (
        world.sql("SELECT s.state FROM consent_state s JOIN purpose p ON p.id "
                  "= s.purpose_id WHERE p.code = "
                  f"'{good['code']}'").strip(), world.sql(
                      "SELECT COUNT(*) FROM purpose_version v JOIN purpose p "
                      "ON p.id = v.purpose_id WHERE p.code = "
                      f"'{good['code']}'").strip()))
    world.is_equal("each act has its line, and no more",
                   "purpose.changed\t4\npurpose.closed\t1\npurpose.created\t1",
                   world.sql("SELECT verb, COUNT(*) FROM audit_event WHERE "
                             "object = 'purpose' AND object_id = "
                             f"{path.split('/')[-1]} GROUP BY verb ORDER BY "
                             "verb").strip())
    page = dpo.get("/audit?kind=purpose")
    world.has("the audit says which words were replaced", page.text,
              world.say("fr", "words before"))


def tell_interest(world, dpo, person):
    """On a legitimate interest nobody is asked, and everybody can object."""
    code = "walk-" + os.urandom(4).hex()
    dpo.get(ROOT + "/new").press(
        CHECK, code=code, basis="legitimate_interest", commercial="no",
        post="yes", **words("un rappel", "Vous prévenir à temps.")).press(
            STORE)
    time.sleep(1.1)
    page = person.get("/account/consents")
    world.has("people read which interest it is", page.text,
              "Vous prévenir à temps.")
    world.has("and that it is done until they say no", page.text, world.say(
        "fr", "We do this without asking, on the interest said above, until "
        "you say no. A no counts at once."))
    page = press_choice(page, code + ".post", "no")
    world.is_equal("one press objects", ("objected", {"yes": False,
                                                      "no": True}), (
        world.sql("SELECT s.state FROM consent_state s JOIN purpose p ON p.id "
                  f"= s.purpose_id WHERE p.code = '{code}'").strip(),
        state(page, code + ".post")))
    return code


def sale(dpo, code):
    return dpo.get(f"/contacts/{world_id(dpo)}/sale?purpose={code}")


def world_id(client):
    return client.world.people["purposes"]


def tell_who_may(world, dpo, person, id_, code, filter_):
    """The page of choices says whether we may write today, the list the same,
    and the person's page the truth while nothing may leave."""
    may = world.say("fr", "May be used today: they are a customer and have "
                    "not said no.")
    choices = f"/contacts/{id_}/choices"
    world.has("staff read that they may be written to today",
              dpo.get(choices).text, may)
    for column, why, said in (
            ("restricted_us = 1, restriction = 'claims'",
             "Not today: the use of the record is restricted.",
             "The use of your data is restricted: whatever stands below, none "
             "of these messages leaves while that lasts."),
            ("quarantined_us = 1",
             "Not today: its legal basis, source or date is not stated.",
             "We have not yet established on what basis we hold your data: "
             "whatever stands below, none of these messages leaves until we "
             "have.")):
        world.sql(f"UPDATE contact SET {column} WHERE id = {id_}")
        page = dpo.get(choices)
        world.is_true(f"{column}: staff read why not", world.say("fr", why) in
                      page.text and may not in page.text, page.text)
        page = person.get("/account/consents")
        world.is_true(f"{column}: the person too, and not that we may",
                      world.say("fr", said) in page.text and world.say(
                          "fr", "You are a customer: we may write to you about "
                          "products like those you bought, until you say no. "
                          "A no counts at once. You bought on:") not in
                      page.text, page.text)
        world.is_true(f"{column}: no list finds them", not is_listed(
            world, dpo, filter_))
        world.sql("UPDATE contact SET restricted_us = NULL, restriction = "
                  f"NULL, quarantined_us = NULL WHERE id = {id_}")
    world.sql(f"UPDATE contact SET kind = 'prospect' WHERE id = {id_}")
    world.is_true("who is no customer is not told to be one", world.say(
        "fr", "You are a customer: we may write to you about products like "
        "those you bought, until you say no. A no counts at once. You bought "
        "on:") not in person.get("/account/consents").text)
    world.sql(f"UPDATE contact SET kind = 'customer' WHERE id = {id_}")
    world.sql("INSERT INTO suppression (identifier_hash, identifier, "
              "purpose_id, channel, basis, since_us, until_us) SELECT "
              "o.email_hash, 'email', o.purpose_id, 'email', 'x', "
              f"{world.now_us()}, {world.now_us() * 2} FROM "
              f"consent_soft_opt_in o WHERE o.contact_id = {id_}")
    world.is_true("a no of a duplicate with their address ends it",
                  not is_listed(world, dpo, filter_))
    world.has("and staff read that", dpo.get(choices).text, world.say(
        "fr", "Not today: somebody with this address or number said no, or "
        "was erased."))
    world.sql("DELETE x FROM suppression x JOIN consent_soft_opt_in o ON "
              f"x.identifier_hash = o.email_hash WHERE o.contact_id = {id_}")


def tell_customers(world, dpo, person):
    """Customers without a yes: all facts of the sale, or nothing."""
    code, id_ = "walk-" + os.urandom(4).hex(), world.people["purposes"]
    dpo.get(ROOT + "/new").press(
        CHECK, code=code, basis="consent", commercial="yes", soft="yes", email="yes",
        sms="yes", **words("des offres")).press(STORE)
    purpose = world.sql(f"SELECT id FROM purpose WHERE code = '{code}'"
                        ).strip()
    world.sql(f"UPDATE contact SET kind = 'prospect' WHERE id = {id_}")
    page = sale(dpo, code)
    world.is_true("a prospect has no sale", page.status == 200 and not any(
        "offered" in f.names() for f in page.forms), page.text)
    world.sql(f"UPDATE contact SET kind = 'customer' WHERE id = {id_}")
    good = {"sold_on": "2026-05-02", "similar": "yes", "address": "yes",
            "offered": "yes"}
    for missing in ("similar", "address", "offered"):
        wrong = sale(dpo, code).press("Note the sale", **{**good,
                                                          missing: None})
        world.is_equal(f"without {missing} nothing is noted", (422, "0"), (
            wrong.status, world.sql("SELECT COUNT(*) FROM consent_soft_opt_in "
                                    f"WHERE contact_id = {id_}").strip()))
    future = sale(dpo, code).press("Note the sale", **{**good, "sold_on":
                                                       "2999-01-01"})
    world.is_equal("nor a sale to come", 422, future.status)
    page = sale(dpo, code)
    done = page.press("Note the sale", **good)
    again = page.press("Note the sale", **good)
    world.is_equal("a sale with all its facts is noted, once", (
        200, 200, "1"), (done.status, again.status, world.sql(
            "SELECT COUNT(*) FROM audit_event e JOIN audit_subject s ON "
            "s.event_id = e.id WHERE e.verb = 'consent.sale_noted' AND "
            f"s.contact_id = {id_}").strip()))
    filter_ = f"soft.is.{purpose}.email"
    world.is_true("a list finds the customer who may be written to",
                  is_listed(world, dpo, filter_))
    world.is_true("who has said yes to nothing", not usable(world, dpo, code))
    time.sleep(1.1)
    page = person.get("/account/consents")
    world.has("the person reads that we may write, and why", page.text,
              world.say("fr", "You are a customer: we may write to you about "
                        "products like those you bought, until you say no. A "
                        "no counts at once. You bought on:"))
    tell_who_may(world, dpo, person, id_, code, filter_)
    page = person.get("/account/consents")
    page = press_choice(page, code + ".email", "no")
    world.is_equal("one press objects", "objected", world.sql(
        "SELECT s.state FROM consent_state s JOIN purpose p ON p.id = "
        f"s.purpose_id WHERE p.code = '{code}'").strip())
    world.is_true("and no list finds them any more", not is_listed(
        world, dpo, filter_))
    page = sale(dpo, code)
    world.is_true("a later sale changes nothing in that", not any(
        "offered" in f.names() for f in page.forms), page.text)
    page.press("It was not so")
    world.is_equal("what was not so is taken back", "0", world.sql(
        "SELECT SUM(was_objection_offered) FROM consent_soft_opt_in WHERE "
        f"contact_id = {id_}").strip())
    other, _ = staff(world, "adviser")
    world.sql("UPDATE contact SET visibility = 'owner', owner_id = NULL "
              f"WHERE id = {id_}")
    world.is_equal("who may not see them finds no such page", 404, other.get(
        f"/contacts/{id_}/sale?purpose={code}").status)
    world.sql(f"UPDATE contact SET visibility = 'everyone' WHERE id = {id_}")
    return code


def tell(world):
    dpo, _ = staff(world, "dpo")
    admin, _ = staff(world, "admin")
    for colleague in dpo, admin:    # an earlier story followed every link
        colleague.get("/?lang=fr")
    _, address = opt_in(world, "fr", "finalite")
    person, _ = sign_in(world, address)
    world.people["purposes"] = world.sql(
        f"SELECT id FROM contact WHERE email = '{address}'").strip()
    tell_roles(world, dpo)
    made = tell_new(world, *tell_wrong(world, dpo))
    path = made.path
    good = {"code": world.sql("SELECT code FROM purpose WHERE id = "
                              + path.split("/")[-1]).strip()}
    choice = tell_yes(world, person, good)
    tell_same_meaning(world, dpo, person, path, good, choice)
    tell_material(world, dpo, admin, person, path, good, choice)
    tell_shown_words(world, dpo, person, path, good, choice)
    tell_form(world, dpo)
    tell_close(world, dpo, person, path, good)
    made = [tell_interest(world, dpo, person),
            tell_customers(world, dpo, person)]
    for code in made:
        id_ = world.sql(f"SELECT id FROM purpose WHERE code = '{code}'"
                        ).strip()
        dpo.get(f"{ROOT}/{id_}/close").press("Close it for ever", code=code)
