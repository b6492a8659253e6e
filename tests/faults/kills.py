# SPDX-License-Identifier: EUPL-1.2
"""kill -9 in the middle of each step of a life: workers, courier, keeper and
MariaDB.  Nothing acknowledged is lost, nothing is done by half or twice."""
import base64
import collections
import hashlib
import http.client

import os
import random
import signal
import threading
import time
import traceback
import urllib.parse

import oracle
from acts import first_no, of_contact
from client import Client

STEPS = ("sign-up", "confirmation", "link", "sign-in", "edit", "consent",
         "package", "erasure asked", "erasure run")
TARGETS = ("workers", "mariadbd", "courier", "keeper")
# How long after the press: while a worker answers, while a program works.
SOON_S, LATE_S = 0.03, 2.5
LATE = {"package", "erasure run"}
PATIENCE_S = 60
OF_LINKS = ("/sign-in/link/", "/confirm/")


class Patient(Client):
    """A person who presses again what got no answer: the same page, so the
    same key and the same fields."""

    def request(self, method, path, body=None, headers=None):
        end = time.monotonic() + PATIENCE_S
        key = None
        if body is not None:
            text = body if isinstance(body, str) else body.decode()
            sent = dict(urllib.parse.parse_qsl(text)).get("request_key")
            # a mailed link is its own key: it is spent
            if sent and not path.startswith(OF_LINKS):
                key = base64.urlsafe_b64decode(sent + "==").hex()
        while True:
            try:
                page = super().request(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                page = None
            status = page and page.status
            if method == "POST":
                self.world.record.answer(key, status)
            if status is not None and status < 500:
                return page
            if status == 500 or time.monotonic() > end:
                raise AssertionError(f"{method} {path}: {status} "
                                     f"{page and page.text[:200]}")
            time.sleep(0.05)


class Around:
    """The world of one life: patient, and safe beside others."""

    lock = threading.Lock()

    def __init__(self, world, record, number):
        self.world, self.record, self.number = world, record, number

    def __getattr__(self, name):
        return getattr(self.world, name)

    def visitor(self, lang="fr"):
        return Patient(self, self.world.portal, lang)

    def is_true(self, sentence, found, detail=""):
        with self.lock:
            return self.world.is_true(f"life {self.number}: {sentence}",
                                      found, detail)

    def is_equal(self, sentence, wanted, found):
        return self.is_true(sentence, wanted == found,
                            f"wanted {wanted!r}\nfound  {found!r}")

    def sql(self, text, keys=False):
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.world.sql(text, keys)
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def number_of(self, text):
        return int(self.sql(text).strip())

    def address(self, name):
        with self.lock:
            self.world.serial += 1
            return f"{name}.{self.world.serial}@walk.example"


class Killer:
    """One kill for each step, at a moment that the seed tells."""

    database_lock = threading.Lock()

    def __init__(self, world, record, rng, offset):
        self.site, self.record = world.site, record
        self.rng, self.offset = rng, offset
        self.threads, self.errors = [], []

    def aim(self, step):
        """Start the wait; call it just before the press."""
        target = TARGETS[(STEPS.index(step) + self.offset) % len(TARGETS)]
        late = step in LATE or target in ("courier", "keeper")
        wait = self.rng.uniform(0, LATE_S if late else SOON_S)
        pids = [] if target == "mariadbd" else self.site.workers(target) \
            if target != "workers" else self.site.workers("portal-a") + \
            self.site.workers("portal-b")
        thread = threading.Thread(target=self.shoot,
                                  args=(target, pids, wait))
        self.threads.append(thread)
        thread.start()

    def shoot(self, target, pids, wait):
        time.sleep(wait)
        try:
            if target == "mariadbd":
                if self.database_lock.acquire(blocking=False):
                    try:
                        self.record.kill(target)
                        self.site.restart_database(signal.SIGKILL)
                    finally:
                        self.database_lock.release()
                return
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                    self.record.kill(target)
                except ProcessLookupError:
                    pass        # another life's kill
        except Exception:
            self.errors.append(traceback.format_exc())

    def join(self):
        for thread in self.threads:
            thread.join()


def until(world, sentence, is_there, seconds=60):
    end = time.monotonic() + seconds
    while not (found := is_there()):
        if time.monotonic() > end:
            raise AssertionError(sentence)
        time.sleep(0.2)
    return found


def sign_up(world, killer):
    address = world.address("vie")
    page = world.visitor().get("/subscribe/newsletter")
    box = page.form("Send my choices")[0].boxes[0]
    killer.aim("sign-up")
    page.press("Send my choices", email=address, given_name="Zoé",
               family_name="L’Été", **{box[0]: box[1]})
    world.is_equal("one sign-up is stored", 1, world.number_of(
        f"SELECT COUNT(*) FROM signup WHERE mailbox = '{address}'"))
    mail = world.mail(address, "/confirm/", 60)
    page = world.visitor().get(mail.link("/confirm/"))
    killer.aim("confirmation")
    page.press("Confirm")
    for table, where in (("contact", f"email = '{address}'"),
                         ("identity", f"mailbox = '{address}'")):
        world.is_equal(f"one {table} is stored", 1, world.number_of(
            f"SELECT COUNT(*) FROM {table} WHERE {where}"))
    world.is_equal("one consent is in force", 1, world.number_of(
        of_contact("consent_state", address, "t.state = 'given'")))
    world.is_equal("it has one event", 1, events(world, address, "given"))
    return address


def events(world, address, kind):
    return world.number_of(
        "SELECT COUNT(*) FROM consent_event e JOIN consent_subject s ON "
        "s.event_id = e.id JOIN contact c ON c.id = s.contact_id WHERE "
        f"c.email = '{address}' AND e.kind = '{kind}'")


def sign_in(world, killer, address):
    """A link whose answer was lost is spent: the person asks for another."""
    for step in ("link", None, None, None):
        visitor = world.visitor()
        page = visitor.get("/sign-in/link")
        if step:
            killer.aim(step)
        page.press("Send me the link", email=address)
        mail = world.mail(address, "/sign-in/link/", 60)
        page = visitor.get(mail.link("/sign-in/link/"))
        if step:
            killer.aim("sign-in")
        page = page.press("Sign in")
        if page.path == "/account":
            return visitor
    raise AssertionError(f"{page.path} {page.status} {page.text[:300]}")


def use(world, killer, visitor, address):
    page = visitor.get("/account/data")
    killer.aim("edit")
    page = page.press("Save", given_name="Zoé", family_name="L’Automne",
                      city="Nantes")
    world.is_equal("the correction is stored, once, with its history",
                   (1, 1), (world.number_of(
                       f"SELECT COUNT(*) FROM contact WHERE email = "
                       f"'{address}' AND family_name = 'L’Automne'"),
                       world.number_of(of_contact(
                           "contact_history", address,
                           "t.field = 'family_name'"))))
    page = visitor.get("/account/consents")
    form, button = first_no(page)
    killer.aim("consent")
    visitor.post(form.action, [(f[0], f[1]) for f in form.fields] +
                 [(button[0], button[1])])
    world.is_equal("the withdrawal is stored, once", (1, 0), (
        events(world, address, "withdrawn"), world.number_of(of_contact(
            "consent_state", address, "t.state = 'given'"))))
    page = visitor.get("/account/export")
    killer.aim("package")
    page.press("Prepare my copy")
    world.is_equal("one package is asked for", 1, world.number_of(
        of_contact("package", address)))
    world.mail(address, "/account/export", 60)
    page = visitor.get("/account/export")
    url = next(u for u in page.links("/account/export/")
               if not u.endswith(("/progress", "/state")))
    page = visitor.get(url)
    world.is_equal("it is whole", (200, "504b0506"), (
        page.status, page.body[-22:-18].hex()))


def be_erased(world, killer, visitor, address):
    page = visitor.get("/account/erasure").follow("/account/erasure/check")
    killer.aim("erasure asked")
    page.press("Ask for the erasure")
    world.is_equal("one erasure is asked for", 1, world.number_of(
        of_contact("erasure", address)))
    id_ = world.number_of(
        "SELECT e.id FROM erasure e JOIN contact c ON c.id = e.contact_id "
        f"WHERE c.email = '{address}'")
    page = visitor.get("/account/erasure")
    killer.aim("erasure run")
    page.press("Do it now")
    mail = world.mail(address, "/receipts/verify", 90)
    world.is_true("the receipt is a file", any(
        n.endswith(".jws") for n in mail.files), mail.files)
    until(world, "the erasure is done", lambda: world.sql(
        f"SELECT state FROM erasure WHERE id = {id_}").strip() == "done")
    world.is_equal("one receipt is stored", 1, world.number_of(
        f"SELECT COUNT(*) FROM receipt WHERE erasure_id = {id_}"))
    world.is_equal("nobody of that address is left", 0, world.number_of(
        f"SELECT COUNT(*) FROM contact WHERE email = '{address}'"))
    return address


# How many mails a life brings: the subject's first word is enough.
def live(world, killer):
    try:
        address = sign_up(world, killer)
        visitor = sign_in(world, killer, address)
        use(world, killer, visitor, address)
        be_erased(world, killer, visitor, address)
    except Exception:
        world.is_true("it reaches its end", False, traceback.format_exc())
    killer.join()
    world.is_equal("every kill was made", [], killer.errors)


def settle(world):
    """Until nothing waits: a dead courier's claim is free after 15 s."""
    until(world, "the outbox is empty", lambda: world.number_of(
        "SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'claimed', "
        "'retry')") == 0, 60)
    until(world, "every line has its leaf", lambda: world.number_of(
        "SELECT (SELECT COUNT(*) FROM consent_event e WHERE NOT EXISTS "
        "(SELECT 1 FROM log_leaf l WHERE l.ledger = 'consent' AND l.row_id = "
        "e.id)) + (SELECT COUNT(*) FROM audit_event e WHERE NOT EXISTS "
        "(SELECT 1 FROM log_leaf l WHERE l.ledger = 'audit' AND l.row_id = "
        "e.id))") == 0, 60)


def pairs(text):
    return [tuple(line.split("\t")) for line in text.splitlines()]


def gather(world, since_us):
    """Everything the oracle looks at, of what happened since then."""
    arrived, bodies = collections.Counter(), collections.defaultdict(set)
    for line in world._mails("messages"):
        body = world._mails(f"messages/{line['id']}")
        name = next(v for k, v in body["headers"].items()
                    if k.lower() == "message-id")
        arrived[name] += 1
        bodies[name].add(hashlib.sha256(
            (body["text"] + body["html"]).encode()).digest())
    outbox = dict(pairs(world.sql(
        "SELECT message_id, state FROM outbox WHERE created_us >= "
        f"{since_us}")))
    names = {n if n.startswith("<") else f"<{n}>" for n in outbox}
    outbox = {n if n.startswith("<") else f"<{n}>": s
              for n, s in outbox.items()}
    every = {n if n.startswith("<") else f"<{n}>" for n in world.sql(
        "SELECT message_id FROM outbox").split()}
    journal = os.path.join(world.site.var, "journal", "erasure.journal")
    with open(journal, encoding="ascii") as file:
        lines = collections.Counter(line.split(" ")[0] for line in file)
    leaves, rows = {}, set()
    for ledger in ("consent", "audit"):
        rows |= {(ledger, int(i)) for i in world.sql(
            f"SELECT id FROM {ledger}_event").split()}
        leaves |= {(ledger, int(i)): int(n) for i, n in pairs(world.sql(
            "SELECT row_id, COUNT(*) FROM log_leaf WHERE ledger = "
            f"'{ledger}' GROUP BY row_id"))}
    return {
        "keys": {k.lower() for k in world.sql(
            "SELECT HEX(k) FROM request_key").split()},
        "rows": rows, "leaves": leaves, "outbox": outbox,
        "arrived": {n: c for n, c in arrived.items()
                    if n in names or n not in every},
        "bodies": {n: len(b) for n, b in bodies.items() if n in names},
        "erasures": [(int(i), s, int(r), lines[j]) for i, s, r, j in pairs(
            world.sql("SELECT e.id, e.state, (SELECT COUNT(*) FROM receipt r "
                      "WHERE r.erasure_id = e.id), COALESCE(e.journal_n, 0) "
                      f"FROM erasure e WHERE e.created_us >= {since_us}"))],
    }


def round_of_lives(world, seed):
    record, since_us = oracle.Record(), world.now_us()
    known = {line["id"] for line in world._mails("messages")}
    world.seen |= known
    threads = []
    for i in range(len(TARGETS)):
        rng = random.Random(f"{seed} {i}")
        around = Around(world, record, i)
        threads.append(threading.Thread(target=live, args=(
            around, Killer(world, record, rng, i))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    around = Around(world, record, "end")
    settle(around)
    kills = dict(record.kills)
    stored = gather(around, since_us)
    told = {"acked": record.acked, "refused": record.refused,
            "repeats_allowed": kills.get("courier", 0) +
            kills.get("mariadbd", 0)}
    print(f"  seed {seed}: {len(record.acked)} acknowledged, "
          f"{record.n_unknown} without an answer, kills {kills}, "
          f"{sum(stored['arrived'].values())} mails, "
          f"{sum(n - 1 for n in stored['arrived'].values())} of them again",
          flush=True)
    world.is_equal(f"the oracle finds nothing (seed {seed})", [],
                   oracle.judge(told, stored))
    world.is_equal("and would find each thing that there is to find", [],
                   oracle.is_awake(told, stored))
    is_clean, report, said = world.site.verify()
    world.is_true("assent verify ledger is clean", is_clean, said)
    world.is_true("every target was killed", set(kills) == set(TARGETS),
                  kills)


def tell(world):
    end = time.monotonic() + world.soak_seconds
    n = 0
    while True:
        round_of_lives(world, f"{world.seed} kills {n}")
        n += 1
        if time.monotonic() >= end:
            break



