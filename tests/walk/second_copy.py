# SPDX-License-Identifier: EUPL-1.2
"""A second copy outside of every holding: no receipt, a task that says where,
a colleague who deals with it, and then the receipt.  A link that nobody
presses is sent again, and an erasure can be refused before it begins."""
import time

import erasure
import sign_in
from cases import case_of
from office import staff
from opt_in import opt_in


def ask(world, name, is_recent=True):
    """A new person asks for their erasure: address, client, reference."""
    _, address = opt_in(world, "fr", name)
    _, page = sign_in.sign_in(world, address)
    if not is_recent:
        world.sql("UPDATE portal_session s JOIN identity i ON i.id = "
                  "s.identity_id SET s.signed_in_us = s.signed_in_us - "
                  f"3600000000 WHERE i.mailbox = '{address}'")
    _, _, running = erasure.ask(page)
    reference = world.sql(
        "SELECT r.reference FROM rights_request r JOIN contact c ON c.id = "
        f"r.contact_id WHERE c.email = '{address}' ORDER BY r.id DESC "
        "LIMIT 1").strip()
    return address, running, reference


def wait(world, condition, seconds=45):
    for _ in range(seconds * 5):
        if world.sql(f"SELECT COUNT(*) FROM {condition}").strip() != "0":
            return True
        time.sleep(0.2)
    return False


def tell_second_copy(world, dpo):
    officer = world.staff("dpo")["email"]
    address, running, reference = ask(world, "copie")
    world.sql("INSERT INTO access_line (staff_id, role, kind, reason, at_us) "
              f"VALUES (1, 'adviser', 'list', 'planted: {address}', 1)")
    running.press("Do it now")
    of_case = ("task t JOIN rights_request r ON r.id = t.request_id WHERE "
               f"r.reference = '{reference}' AND t.state = 'open' AND "
               "t.kind = 'erasure.second_copy'")
    world.is_true("a task is there", wait(world, of_case))
    alert = world.mail(officer, "/requests/")
    world.is_true("the DPO is told by mail, without a name",
                  address not in alert.text, alert.text)
    case = case_of(world, dpo, reference)
    world.has("the case says that no receipt has left", case.text,
              world.say("fr", "The scan found a second copy: no receipt has "
                              "left."))
    page = case.follow("/task")
    for part in ("access_line", "reason"):
        world.has("the page says where", page.text, part)
    world.is_true("and not what", address not in page.html)
    world.is_equal("nothing is settled without a word", 422,
                   page.press("Scan again", note="").status)
    page.press("Scan again", note="Vu, rien changé.")
    world.is_true("said but not done: the search finds it again",
                  wait(world, of_case))
    world.is_equal("and no receipt left", "0", world.sql(
        "SELECT COUNT(*) FROM receipt p JOIN erasure e ON e.id = "
        "p.erasure_id JOIN rights_request r ON r.id = e.request_id WHERE "
        f"r.reference = '{reference}'").strip())
    page = dpo.get(page.path)
    late = dpo.get(page.path)
    world.sql("DELETE FROM access_line WHERE reason LIKE 'planted: %'")
    done = page.press("Scan again", note="Ligne retirée.")
    world.has("what was done is on the page", done.text, "Ligne retirée.")
    world.is_equal("who settles it second is told", 409, late.press(
        "Scan again", note="Moi aussi.").status)
    mail = world.mail(address, reference, 40)
    for _ in range(3):
        if mail.files:
            break
        mail = world.mail(address, reference, 40)
    world.is_true("the receipt leaves", any(
        n.endswith(".jws") for n in mail.files), mail.subject)


def tell_no_case(world, dpo):
    """What was found after an erasure by retention, which has no case."""
    world.sql("INSERT INTO erasure (contact_id, state, proof, due_us, "
              "created_us, ended_us) VALUES (99999999, 'done', 'retention', 1,"
              " 1, 1)")
    id_ = world.sql("SELECT MAX(id) FROM erasure").strip()
    world.sql("INSERT INTO task (kind, erasure_id, detail, state, created_us) "
              f"VALUES ('erasure.second_copy', {id_}, '{{\"places\":"
              "[{\"table\":\"import_line\",\"column\":\"raw\",\"row\":7,"
              "\"needle\":\"address\"}],\"more\":0}', 'open', 1)")
    page = dpo.get("/").follow(f"/erasures/{id_}/task")
    world.has("the page says where", page.text, "import_line")
    world.has("and that the receipt has left", page.text, world.say(
        "fr", "Take it away or correct it at its place first. What was "
              "searched for is forgotten since, so that the program cannot "
              "search again."))
    done = page.press("It is dealt with", note="Ligne retirée hier.")
    world.is_equal("it is settled there", (200, page.path),
                   (done.status, done.path))
    world.has("with a word", done.text, "Ligne retirée hier.")
    adviser, _ = staff(world, "adviser")
    world.is_equal("an adviser sees no such page", 404, adviser.get(
        page.path).status)


def tell_silent(world, dpo):
    address, _, reference = ask(world, "silence", False)
    first = world.mail(address, "/erasure/confirm/")
    case = case_of(world, dpo, reference)
    case.press("Send the link again")
    second = world.mail(address, "/erasure/confirm/")
    world.is_true("the link is sent again, another one", first.link(
        "/erasure/confirm/") != second.link("/erasure/confirm/"))
    page = world.visitor().get(second.link("/erasure/confirm/"))
    world.is_equal("and it opens", 200, page.status)
    refused = dpo.get(case.path).press(
        "Refuse, and say why", ground="identity",
        reason="Votre identité n'est pas établie.")
    world.is_equal("an erasure that has not begun can be refused", 200,
                   refused.status)
    world.has("with the mail of a refusal", world.mail(
        address, "identité").text, "tribunal")
    world.is_equal("it is stopped and the record free again", "1", world.sql(
        "SELECT COUNT(*) FROM contact c JOIN erasure e ON e.contact_id = c.id "
        f"WHERE c.email = '{address}' AND c.restricted_us IS NULL AND "
        "e.state = 'cancelled'").strip())
    form = page.forms[-1]
    world.is_equal("the link does nothing now", 410, page.client.post(
        form.action, [(f[0], f[1]) for f in form.fields]).status)


def tell_form(world, dpo):
    """By the public form nobody proves anything: the link does."""
    _, address = opt_in(world, "fr", "formulaire")
    page = world.visitor("fr").get("/rights")
    page.press("Send the request", kind="erasure", email=address,
               message="Effacez tout, s'il vous plaît.")
    reference = world.sql("SELECT reference FROM rights_request WHERE door = "
                          "'form' ORDER BY id DESC LIMIT 1").strip()
    # whose address it is, the keeper finds
    wait(world, f"rights_request WHERE reference = '{reference}' AND "
         "contact_id IS NOT NULL", 10)
    case = case_of(world, dpo, reference)
    world.has("the DPO reads what the form said", case.text, "Effacez tout")
    sent = case.press("Send the link")
    world.is_true("once sent, the case waits for the person", world.say(
        "fr", "Send the link again") in sent.text, sent.text)
    link = world.mail(address, "/erasure/confirm/").link("/erasure/confirm/")
    visitor = world.visitor()
    form = visitor.get(link).forms[-1]
    done = visitor.post(form.action, [(f[0], f[1]) for f in form.fields])
    world.is_equal("the person presses it", 200, done.status)
    world.is_equal("and the erasure takes its course", "cooling", world.sql(
        "SELECT e.state FROM erasure e JOIN rights_request r ON r.id = "
        f"e.request_id WHERE r.reference = '{reference}'").strip())


def tell(world):
    world.skip_mails(world.staff("dpo")["email"])
    dpo, _ = staff(world, "dpo")
    tell_second_copy(world, dpo)
    tell_no_case(world, dpo)
    tell_silent(world, dpo)
    tell_form(world, dpo)
