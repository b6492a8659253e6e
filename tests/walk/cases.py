# SPDX-License-Identifier: EUPL-1.2
"""Cases: a DPO answers, refuses, takes more time; of two who answer at once
one is told; the person reads it by mail and in their space."""
import threading

from office import staff


def ask(world, kind, customer, words):
    person = world.visitor("fr")
    person.get("/sign-in").press("Sign in", about="", **customer)
    person.get("/account/requests").press("Send the request", kind=kind,
                                          message=words)
    reference = world.sql("SELECT reference FROM rights_request ORDER BY id "
                          "DESC LIMIT 1").strip()
    world.mail(customer["email"], reference)
    return person, reference


def case_of(world, dpo, reference):
    page = dpo.get("/requests")
    for _ in range(20):
        for url in page.links("/requests/"):
            if url.split("/")[-1].isdigit() and reference == world.sql(
                    "SELECT reference FROM rights_request WHERE id = " +
                    url.split("/")[-1]).strip():
                return dpo.get(url)
        page = page.follow("after=")
    raise AssertionError(reference)


def tell_given(world, lawyer, case, reference):
    """Who is to answer finds it first, and each list says who that is."""
    client, _ = staff(world, "legal")
    page = client.get("/")
    mine = page.follow("/requests?mine=yes")
    world.has("the dashboard leads to what was given to me", mine.html,
              reference)
    world.is_equal("where nothing else is", world.sql(
        "SELECT COUNT(*) FROM rights_request r JOIN staff s ON s.id = "
        f"r.assigned_id WHERE s.email = '{lawyer['email']}' AND r.state IN "
        "('intent', 'open', 'waiting')").strip(), str(mine.html.count(
            '<th scope="row"')))
    world.has("the list says who answers", mine.text, lawyer["name"])


def tell_stranger(world, dpo):
    """Nobody has the address: the DPO reads who signed, and looks."""
    address = world.address("inconnue")
    world.visitor("fr").get("/rights").press(
        "Send the request", kind="access", email=address, name="Ada Sans-Fiche",
        message="Que savez-vous de moi ?")
    reference = world.sql("SELECT reference FROM rights_request WHERE door = "
                          "'form' ORDER BY id DESC LIMIT 1").strip()
    case = case_of(world, dpo, reference)
    for part in (address, "Ada Sans-Fiche", "Que savez-vous de moi"):
        world.has(f"the case shows {part}", case.text, part)
    found = case.press("Look for their record")
    world.is_equal("one press looks for the record", (200, True), (
        found.status, found.path.startswith("/contacts")))
    world.is_true("with no address in the address", address not in
                  found.path and address.split("@")[0] not in found.path,
                  found.path)
    world.has("nobody has it", found.text, world.say("fr", "Nobody found"))
    auditor, _ = staff(world, "auditor")
    world.is_true("an auditor reads no name and no address", not any(
        part in auditor.get(case.path).html for part in (
            address, "Sans-Fiche")))


def tell_race(world, dpo):
    """Two who answer in the same instant: one mail, and one is told."""
    customer = world.demo["customers"][2]
    _, reference = ask(world, "rectification", customer, "Deux à la fois.")
    lawyer, _ = staff(world, "legal")
    path = case_of(world, dpo, reference).path
    pages = [dpo.get(path), lawyer.get(path)]
    found = []
    threads = [threading.Thread(target=lambda p=p, i=i: found.append(
        p.press("Send the answer", text=f"Réponse {i} sur deux.").status))
        for i, p in enumerate(pages)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.is_equal("of two in the same instant one is told", [200, 409],
                   sorted(found))
    world.settle()
    world.is_equal("and one answer is mailed", "1", world.sql(
        "SELECT COUNT(*) FROM outbox o JOIN rights_request r ON r.contact_id "
        "= o.contact_id AND o.created_us = r.answered_us WHERE "
        f"r.reference = '{reference}' AND o.template = 'rights_answered'"
    ).strip())


def tell_freeze(world, dpo):
    """A freeze ends after the person was told, not with the refusal."""
    customer = world.demo["customers"][2]
    person = world.visitor("fr")
    person.get("/sign-in").press("Sign in", about="", **customer)
    tabs = [person.get("/account/restriction") for _ in range(2)]
    frozen = tabs[0].press("Freeze now", reason="accuracy",
                           message="Mon adresse est fausse.")
    world.has("the person freezes the use", frozen.text, "Gelé depuis")
    world.is_equal("once: its case says how it ends", 409, tabs[1].press(
        "Freeze now", reason="claims").status)
    reference = world.sql("SELECT reference FROM rights_request ORDER BY id "
                          "DESC LIMIT 1").strip()
    case = case_of(world, dpo, reference)
    refused = case.press("Refuse, and say why", ground="conditions",
                         reason="Votre adresse est juste.")
    world.has("refused", refused.text, "Votre adresse est juste.")

    def state():
        return world.sql(
            "SELECT c.restricted_us IS NOT NULL, r.lift_day IS NOT NULL FROM "
            "contact c JOIN rights_request r ON r.contact_id = c.id WHERE "
            f"r.reference = '{reference}'").split()

    world.is_equal("the record stays frozen, with a day", ["1", "1"], state())
    mail = world.mail(customer["email"], "restent gel")
    world.has("and the mail says until when", mail.text, "cnil.fr")
    page = person.get("/account/restriction")
    world.has("the person's page too", page.text, "prend fin le")
    page.press("End the freeze")
    world.is_equal("the person ends it sooner", ["0", "0"], state())

    person.get("/account/restriction").press("Freeze now", reason="claims")
    world.is_true("who freezes again: the old case cannot end that", not [
        f for f in dpo.get(case.path).forms if f.action.endswith("/lift")])
    reference = world.sql("SELECT reference FROM rights_request ORDER BY id "
                          "DESC LIMIT 1").strip()
    kept = case_of(world, dpo, reference).press(
        "Send the answer", text="Vos données restent gelées.")
    world.is_true("its own case can, once it is answered", [
        f for f in kept.forms if f.action.endswith("/lift")])
    person.get("/account/restriction").press("End the freeze")
    return person


def tell_frozen_by_staff(world, person):
    """What staff froze, staff may end; the person's own freeze takes its
    place and is theirs (GDPR 18(1))."""
    email = world.demo["customers"][2]["email"]
    world.sql("UPDATE contact SET restricted_us = 7, restriction = 'unlawful' "
              f"WHERE email = '{email}'")
    world.sql("INSERT INTO rights_request (reference, kind, door, contact_id, "
              "language, state, received_us, received_day, target_day, "
              "working_day, due_day, answered_us) SELECT 'R-STAFF7', "
              "'restriction', 'staff', id, 'fr', 'answered', 7, '2026-01-01', "
              "'2026-01-02', '2026-01-03', '2026-02-01', 7 FROM contact "
              f"WHERE email = '{email}'")
    # its end was announced
    world.sql("UPDATE rights_request SET lift_told_us = 8, lift_day = "
              "'2999-01-05' WHERE reference = 'R-STAFF7'")
    page = person.get("/account/restriction")
    world.has("frozen by staff: the page says so", page.text, world.say(
        "fr", "We froze it. Ask for a freeze of your own below if it must "
        "stay: then we cannot end it without telling you before."))
    own = page.press("Freeze now", reason="claims")
    world.is_equal("the person's own takes its place", ["claims", "1"],
                   world.sql("SELECT restriction, restricted_us > 7 FROM "
                             f"contact WHERE email = '{email}'").split())
    world.is_equal("the end of theirs does not end it", "0", world.sql(
        "SELECT COUNT(*) FROM rights_request r JOIN contact c ON c.id = "
        f"r.contact_id WHERE c.email = '{email}' AND r.lift_day IS NOT NULL"
    ).strip())
    world.is_true("and is one", not [f for f in own.forms
                                     if f.action == "/account/restriction"])
    own.press("End the freeze")


def tell(world):
    first, second = world.demo["customers"][:2]
    dpo, _ = staff(world, "dpo")
    adviser, _ = staff(world, "adviser")

    person, reference = ask(world, "rectification", first,
                       "Mon prénom s'écrit avec un accent.")
    case = case_of(world, dpo, reference)
    world.has("the DPO reads what was written", case.text, "avec un accent")
    world.is_true("the adviser has no form", not [
        f for f in adviser.get(case.path).forms if "answer" in f.action])
    same = dpo.get(case.path)
    empty = case.press("Send the answer", text="")
    world.is_equal("an empty answer is refused", 422, empty.status)
    done = case.press("Send the answer", text="C'est corrigé.\nMerci <b>.")
    world.is_equal("the answer is sent", (200, case.path),
                   (done.status, done.path))
    world.has("and shown", done.text, "C'est corrigé.")
    mail = world.mail(first["email"], "corrigé")
    world.has("in the person's mail", mail.text, "Merci <b>.")
    world.has("escaped in its HTML", mail.html, "Merci &lt;b&gt;.")
    late = same.press("Send the answer", text="Une autre réponse")
    world.is_equal("who comes second is told", 409, late.status)
    world.has("and keeps what they typed", late.text, "Une autre réponse")
    world.is_equal("one effect", "1", world.sql(
        "SELECT COUNT(*) FROM rights_step s JOIN rights_request r ON "
        f"r.id = s.request_id WHERE r.reference = '{reference}' AND "
        "s.verb = 'answered'").strip())
    page = person.get(mail.link("/account/requests/"))
    world.has("the person reads it in their space", page.text,
              "C'est corrigé.")
    world.has("beside what they wrote", page.text, "avec un accent")

    person, reference = ask(world, "access", second, "Tout, sur tous.")
    case = case_of(world, dpo, reference)
    longer = case.press("Tell the person", why="Douze voyages, trois agences.")
    world.has("two more months", longer.text, "Douze voyages")
    mail = world.mail(second["email"], "Douze voyages")
    days = world.sql("SELECT DATEDIFF(due_day, received_day) FROM "
                     f"rights_request WHERE reference = '{reference}'")
    world.is_true("counted from the receipt", 89 <= int(days) <= 95, days)
    world.is_true("once only", "extend" not in longer.html)
    lawyer = world.staff("legal")
    given = longer.press("Give it to this colleague", colleague=world.sql(
        f"SELECT id FROM staff WHERE email = '{lawyer['email']}'").strip())
    world.has("given to a colleague", given.text, lawyer["name"])
    world.has("who hears of it", world.mail(lawyer["email"],
                                            reference).text, "/requests/")
    tell_given(world, lawyer, case, reference)
    bad = given.press("Refuse, and say why", reason="Trop.", ground=None)
    world.is_equal("no refusal without a ground", 422, bad.status)
    refused = bad.press("Refuse, and say why", ground="others",
                        reason="Votre demande vise d'autres personnes.")
    world.is_equal("refused", 200, refused.status)
    mail = world.mail(second["email"], "autres personnes")
    world.has("with the authority", mail.text, "cnil.fr")
    world.has("the court", mail.text, "tribunal")
    page = person.get(mail.link("/account/requests/"))
    world.has("in their space too", page.text, "CNIL")
    world.is_equal("nobody else may answer", 404, adviser.post(
        case.path + "/answer", [("csrf", "x")]).status)
    tell_stranger(world, dpo)
    tell_race(world, dpo)
    tell_frozen_by_staff(world, tell_freeze(world, dpo))
