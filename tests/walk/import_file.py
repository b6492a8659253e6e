# SPDX-License-Identifier: EUPL-1.2
"""A file of contacts: who was erased stays out, others come in; the person
themself comes back by a new double opt-in, and then a file may bring news.
No file takes a no back."""
import csv
import fcntl
import io
import json
import os
import subprocess
import tempfile

import choices
import erasure
import sign_in
from office import records, search, staff
from opt_in import opt_in

SOURCE = "Salon du tourisme"


def bring(world, rows, policy="update"):
    """Import ${rows}; return what the program counted, what it said of the
    rows that it did not take, and all that it printed."""
    text = io.StringIO()
    csv.writer(text).writerows([("email", "prénom", "nom", "ville")] + rows)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)     # the program may be another user
        path = os.path.join(folder, "people.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.getvalue())
        done = subprocess.run(
            world.demo["cli"] + ["import", "contacts", path, "--basis",
                                 "contract", "--source", SOURCE, "--date",
                                 world.today(), "--policy", policy, "--json"],
            capture_output=True, text=True, timeout=60)
        world.is_equal("the import ends well", 0, done.returncode)
        result = json.loads(done.stdout)
        rejects = ""
        if result["rejects"]:
            world.is_equal("its rejects are for their owner alone", "600",
                           f"{os.stat(result['rejects']).st_mode & 0o777:o}")
            rejects = subprocess.run(["cat", result["rejects"]],
                                     capture_output=True, text=True).stdout
    return result, rejects, done.stdout + done.stderr


def counts(result):
    return {k: result[k] for k in ("created", "updated", "same",
                                   "suppressed", "rejected") if result[k]}


def erased(world):
    """Somebody who has just been erased: their address."""
    _, address = opt_in(world, "fr", "liste")
    _, page = sign_in.sign_in(world, address)
    _, _, running = erasure.ask(page)
    running.press("Do it now")
    world.mail(address, "/receipts/verify", 60)
    return address


def tell_refused(world, address, other):
    result, rejects, said = bring(world, [
        (address, "Zoé", "L’Hiver", "Brest"),
        (other, "Noël", "Sarrazin", "Lyon")])
    world.is_equal("one row comes in, one must stay out",
                   {"created": 1, "suppressed": 1}, counts(result))
    world.has("it says why", rejects, "must not be written to: erased")
    world.is_true("neither the rejects nor the program names anybody",
                  not any(part in rejects + said for part in
                          (address, other, "Brest", "Sarrazin")), rejects)
    found = [t for t in world.sql("SHOW TABLES").split()
             if address in world.sql(f"SELECT * FROM {t}")]
    # the answer of an erasure keeps its address until it was delivered
    world.is_equal("no table holds the address of who was erased", [], found)
    adviser, _ = staff(world, "adviser")
    page = adviser.get("/contacts")
    world.is_equal("staff do not find them", [],
                   records(search(page, address)))
    found = search(page, other)
    world.is_equal("staff find the other", 1, len(records(found)))
    record = found.follow(records(found)[0])
    world.has("whose record says where it came from", record.text, SOURCE)
    world.is_true("and that nothing was agreed to", world.sql(
        "SELECT COUNT(*) FROM consent_state s JOIN contact c ON c.id = "
        f"s.contact_id WHERE c.email = '{other}'").strip() == "0")


def tell_two(world):
    """Of two imports of one file the second leaves the first's rejects."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        path = os.path.join(folder, "people.csv")
        for name, text in (("", "email\n"), (".rejected.csv", "a row\n")):
            with open(path + name, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path + name, 0o666)
        with open(path + ".rejected.csv", encoding="utf-8") as first:
            fcntl.flock(first, fcntl.LOCK_EX)
            done = subprocess.run(
                world.demo["cli"] + ["import", "contacts", path, "--basis",
                                     "contract", "--source", SOURCE, "--date",
                                     world.today(), "--policy", "skip"],
                capture_output=True, text=True, timeout=60)
            world.is_true("who is second is told", done.returncode != 0 and
                          "another import" in done.stderr, done.stderr)
            world.is_equal("and takes nothing from the first", "a row\n",
                           first.read())
        world.is_true("whose file is there", os.path.exists(
            path + ".rejected.csv"))


def tell_again(world, other):
    result, _, _ = bring(world, [(other, "Noël", "Sarrazin", "Lyon")], "skip")
    world.is_equal("the same file again changes nothing", {"same": 1},
                   counts(result))
    result, rejects, _ = bring(world, [(other, "Noël", "Sarrazin", "Lyon")],
                               "create")
    world.is_equal("who is known is not made twice", {"rejected": 1},
                   counts(result))
    world.has("the row comes back with the reason", rejects, "known already")


def tell_back(world, address):
    erasure.tell_back(world, address)
    world.settle()      # the keeper lets them in again
    result, _, _ = bring(world, [(address, "Autre", "Nom", "Brest")])
    world.is_equal("who came back by themself can be in a file again",
                   {"updated": 1}, counts(result))
    visitor, page = sign_in.sign_in(world, address)
    world.has("what was empty is filled", page.text, "Brest")
    world.has("and the person sees from where", page.text, SOURCE)
    world.is_true("what they had said themself stands",
                  "Autre" not in page.text and "Zoé" in page.text, page.text)
    page = page.follow("/account/consents")
    one = next(f.value("choice") for f in choices.choice_forms(page)
               if choices.state(page, f.value("choice"))["yes"])
    choices.press_choice(page, one, "no")
    bring(world, [(address, "Zoé", "L’Été", "Rennes")])
    page = visitor.get("/account/consents")
    world.is_equal("no file takes a no back", {"yes": False, "no": True},
                   choices.state(page, one))
    world.is_equal("and what was suppressed for it stays so", "1", world.sql(
        "SELECT COUNT(*) FROM suppression WHERE superseded_us IS NULL AND "
        "purpose_id <> 0 AND since_us >= (SELECT MAX(superseded_us) FROM "
        "suppression WHERE purpose_id = 0)").strip())


def tell(world):
    address, other = erased(world), world.address("foire")
    tell_refused(world, address, other)
    tell_two(world)
    tell_again(world, other)
    tell_back(world, address)
