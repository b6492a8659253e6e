# SPDX-License-Identifier: EUPL-1.2
"""Erasure: check page, proof, cooling-off, cancel, do it now, receipt."""
import base64
import json
import os
import subprocess
import sys
import tempfile

import account
import sign_in
from opt_in import fill_in, in_parallel, opt_in


def ask(page):
    """From a page of the account to the running case."""
    start = page.client.get("/account/erasure")
    check = start.follow("/account/erasure/check")
    return start, check, check.press("Ask for the erasure")


def tell_link_proof(world):
    """Who signed in a while ago proves it by the mailed link."""
    visitor, address = opt_in(world, "en", "linkproof")
    visitor, page = sign_in.sign_in(world, address, "en")
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = s.identity_id"
              " SET s.signed_in_us = s.signed_in_us - 3600000000 "
              f"WHERE i.mailbox = '{address}'")
    _, check, running = ask(page)
    world.has("a sign-in of an hour ago is no proof: the page says so",
              check.text, "will ask you to confirm by one link")
    world.has("the case waits for it", running.text,
              "Waiting for your confirmation")
    world.is_true("and promises no start before", "starts by itself" not in
                  running.text and running.form("Cancel the erasure"),
                  running.text)
    link = world.mail(address, "/erasure/confirm/").link("/erasure/confirm/")
    world.settle()
    before = world.tables()
    world.is_equal("50 visits of the link show a page", [],
                   in_parallel(world, [link]))
    world.unchanged("and change nothing", before, world.tables())
    page = world.visitor("en").get(link)
    form = page.forms[-1]
    done = page.client.post(form.action, [(f[0], f[1]) for f in form.fields])
    world.is_equal("one press of it proves", 200, done.status)
    world.is_true("it says when it begins, and leads to what stops it",
                  "The erasure starts by itself on" in done.text and
                  done.links("/account/erasure"), done.text)
    page = visitor.get("/account/erasure")
    world.is_true("the cooling-off runs", page.form("Cancel the erasure"),
                  page.text)
    page = page.press("Cancel the erasure")
    world.is_equal("and can be cancelled", "The erasure is cancelled",
                   page.h1)
    world.is_equal("the link is spent", 410,
                   world.visitor("en").get(link).status)


def verify(world, receipt, **fields):
    page = world.visitor().get("/receipts/verify")
    return page.press("Verify", receipt=receipt, **fields)


def tell_receipt(world, mail, address):
    name, = (n for n in mail.files if n.endswith(".jws"))
    receipt = mail.files[name].decode().strip()
    page = mail.files[name.replace(".jws", ".html")].decode()
    world.is_true("a page to read and print comes with it",
                  receipt in page and world.say("fr", "Erasure receipt") in
                  page and "<script" not in page, page[:300])
    world.is_true("which names nobody either", not any(
        part in page for part in (address, "Zoé", "Automne")), page)
    payload = base64.urlsafe_b64decode(receipt.split(".")[1] + "==")
    world.is_true("it names nobody", not any(
        part.encode() in payload for part in (address, "Zoé", "Automne")),
        payload)
    claims = json.loads(payload)
    world.is_equal("the scan found nothing", 0, claims["scan"]["found"])
    for part in (address, claims["case"]):
        world.has("the mail's text tells what opens it", mail.text, part)
    opening = next(w for w in mail.text.split() if len(w) == 43 and "/" not in
                   w)
    good = verify(world, receipt)
    world.is_equal("the page finds it valid",
                   world.say("fr", "This receipt is valid"), good.h1)
    raw = [s for s in good.html.split('<div class="acts">')[0].split(">")
           if s.startswith(("contact_", "consent_", "access_"))]
    world.is_true("and reads it in words, not in names of tables", not raw,
                  raw)
    opened = verify(world, receipt, email=address, opening=opening)
    world.is_true("with address and code it opens the commitment",
                  opened.status == 200 and opened.text.count("✗") == 0 and
                  opened.html.count("i-cross") == 0 and
                  opened.text != good.text, opened.text)
    wrong = verify(world, receipt, email="else@walk.example", opening=opening)
    world.is_true("for another address it does not",
                  wrong.html.count("i-cross") > 0, wrong.text)
    middle = len(receipt) // 2
    flipped = receipt[:middle] + ("A" if receipt[middle] != "A" else "B") + \
        receipt[middle + 1:]
    world.is_equal("one flipped byte is refused",
                   world.say("fr", "This receipt is not valid"),
                   verify(world, flipped).h1)
    world.has("and the place in the log", good.text,
              world.say("fr", "Place in the public log"))
    tell_place(world, receipt)
    for text, word in ((receipt, "valid"), (flipped, "flipped")):
        with tempfile.NamedTemporaryFile("w", suffix=".jws") as file:
            file.write(text)
            file.flush()
            done = subprocess.run(world.demo["cli"] + [
                "verify", "receipt", "-"], input=text.encode(),
                capture_output=True)
        world.is_equal(f"assent verify receipt agrees: {word}",
                       word == "valid", done.returncode == 0)


def tell_place(world, receipt):
    """Its place in the log, checked without the site: by the owner's program
    with the published keys, and by a verifier that was written apart."""
    claims = json.loads(base64.urlsafe_b64decode(
        receipt.split(".")[1] + "=="))
    world.is_true("the receipt says its place in the log", set(
        claims.get("log", {})) == {"index", "at_us", "path", "head"}, claims)
    with tempfile.TemporaryDirectory() as folder:
        path, jwks = (os.path.join(folder, n) for n in ("r.jws", "jwks.json"))
        os.chmod(folder, 0o755)
        for name, content in ((path, receipt.encode()), (
                jwks, world.visitor().get("/.well-known/jwks.json").body)):
            with open(name, "wb") as file:
                file.write(content)
        done = subprocess.run(world.demo["cli"] + [
            "verify", "receipt", path, "--jwks", jwks, "--json"],
            capture_output=True, check=False)
        world.is_true("assent verify receipt checks it offline",
                      done.returncode == 0 and
                      json.loads(done.stdout)["is_logged"], done.stdout)
        done = subprocess.run([sys.executable, os.path.join(os.path.dirname(
            os.path.abspath(__file__)), os.pardir, "formats", "verify.py"),
            "receipt", path, jwks], capture_output=True, check=False)
        world.is_equal("a second verifier does too", b"genuine\n",
                       done.stdout)


def tell_gone(world, visitor, address):
    world.is_true("the person is signed out",
                  visitor.get("/account").path.startswith("/sign-in"))
    for table in world.sql("SHOW TABLES").split():
        rows = world.sql(f"SELECT * FROM {table}")
        if address in rows or "Trois-Fontaines 77" in rows:
            world.is_true(f"{table} holds nothing of the person", False)
    world.is_equal("no contact is left", "0", world.sql(
        f"SELECT COUNT(*) FROM contact WHERE email = '{address}'").strip())
    before = len(world.mails_to(address))
    world.skip_mails(address)
    other = world.visitor()
    other.get("/sign-in/link").press("Send me the link", email=address)
    mail = world.mail(address)
    world.is_true("a link asked for now signs nobody in",
                  not any("/sign-in/link/" in u for u in mail.links()) and
                  len(world.mails_to(address)) == before + 1, mail.text)


def tell_back(world, address):
    """The person themself comes back by a new double opt-in."""
    fill_in(world, "fr", address)
    mail = world.mail(address, "/confirm/")
    page = world.visitor().get(mail.link("/confirm/")).press("Confirm")
    world.is_equal("who was erased may come back",
                   world.say("fr", "Your choices are recorded"), page.h1)
    _, page = sign_in.sign_in(world, address)
    world.is_true("to a record that knows nothing of before",
                  page.path == "/account" and "Trois-Fontaines" not in
                  page.text, page.text)


def tell(world):
    tell_link_proof(world)
    visitor = account.session(world)
    address = world.people["customer"]
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = s.identity_id"
              f" SET s.signed_in_us = {world.now_us()} "
              f"WHERE i.mailbox = '{address}'")
    visitor.get("/account/requests").press(
        "Send the request", kind="objection", message="Ne m’écrivez plus.")
    start, check, running = ask(visitor.get("/account"))
    for name, page in (("first", start), ("check", check)):
        world.has(f"the {name} page says what ends unanswered", page.text,
                  world.say("fr", "Object to a use"))
    world.has("the first page says that the case itself is kept", start.text,
              world.say("fr", "Requests about rights"))
    for part in ("Erased", "Kept, because a law requires it"):
        world.has(f"the first page says: {part}", start.text,
                  world.say("fr", part))
    world.has("the check page says where the receipt goes", check.text,
              address)
    world.is_equal("the case starts at the press", "/account/erasure",
                   running.path)
    world.has("its mail says how to cancel",
              world.mail(address, "/account/erasure").text, "R-")
    world.is_equal("use is restricted from then on", "1", world.sql(
        "SELECT restricted_us IS NOT NULL FROM contact WHERE email = "
        f"'{address}'").strip())
    page = visitor.get("/account")
    world.is_true("their space says so first, and leads to what stops it",
                  world.say("fr", "Your data will be erased") in page.text and
                  world.say("fr", "See it or cancel it") in page.text,
                  page.text)
    page = running.press("Cancel the erasure")
    world.is_equal("it can be cancelled",
                   world.say("fr", "The erasure is cancelled"), page.h1)
    world.is_equal("then use is allowed again", "0", world.sql(
        "SELECT restricted_us IS NOT NULL FROM contact WHERE email = "
        f"'{address}'").strip())
    _, _, running = ask(visitor.get("/account"))
    world.mail(address, "/account/erasure")
    other = world.sql("SELECT MAX(r.id) FROM rights_request r JOIN contact c "
                      "ON c.id = r.contact_id WHERE r.kind = 'objection' AND "
                      f"c.email = '{address}'").strip()
    page = running.press("Do it now")
    world.is_true("do it now is taken", page.status == 200, page.status)
    mail = world.mail(address, "/receipts/verify", 60)
    tell_receipt(world, mail, address)
    world.is_equal("what else they asked for has ended with them",
                   "cancelled\terased", world.sql(
                       "SELECT state, outcome FROM rights_request WHERE id = "
                       + other).strip())
    tell_gone(world, visitor, address)
    tell_back(world, address)
    world.people.pop("session")
    world.people["erased"] = json.loads(base64.urlsafe_b64decode(
        next(iter(mail.files.values())).split(b".")[1] + b"=="))["case"]
