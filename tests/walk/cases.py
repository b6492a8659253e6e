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
    tell_race(world, dpo)
