# SPDX-License-Identifier: EUPL-1.2
"""Nobody learns from the time of an answer whether an address is known
(RELIABILITY T04): samples of both kinds by turns, compared by rank."""
import math
import os
import re
import signal
import statistics
import time

import same_answer

SAMPLES = 110           # of each kind; fewer where a password is hashed
PASSWORDS = 20
PATH_S = 4.5            # for one path; a busy machine gets fewer samples
LEAST = 16              # fewer cannot differ by so many deviations
Z_LIMIT = 4.5           # one honest run in 150,000 goes beyond
SHARE = 0.02            # and the medians differ by this share at least


def rank_z(a, b):
    """How far the ranks of ${a} among both are from chance, in deviations
    (Mann and Whitney, 1947)."""
    ordered = sorted([(x, 0) for x in a] + [(x, 1) for x in b])
    u = sum(i + 1 for i, (_, kind) in enumerate(ordered) if kind == 0) - \
        len(a) * (len(a) + 1) / 2
    n = len(a) * len(b)
    return (u - n / 2) / math.sqrt(n * (len(a) + len(b) + 1) / 12)


def stranger(address, number):
    """An address that is as long, of the same domain, and not known."""
    local, _, domain = address.partition("@")
    name = f"q{number}x" + "".join(reversed(local))
    return name[:len(local)].rstrip(".") .ljust(len(local), "q") + "@" + domain


class Logs:
    """What the workers say of each answer: how often they asked MariaDB."""

    def __init__(self, world):
        self.files = [open(os.path.join(world.site.logs, f"{pool}.log"),
                           encoding="utf-8", errors="replace")
                      for pool in ("portal-a", "portal-b", "portal-pw")]
        self.statements()

    def statements(self):
        """Of the POST since the last call; None when it is not there yet."""
        text = "".join(file.read() for file in self.files)
        found = re.findall(r" method=POST .* statements=(\d+)", text)
        return int(found[-1]) if found else None


def timed(world, path, press, typed):
    page = world.visitor().get(path)
    began = time.perf_counter()
    page = press(page, typed)
    took = time.perf_counter() - began
    return took, page.status


def sample(world, path, press, known, number):
    """Both kinds by turns, in a drawn order; returns {kind: [seconds]}."""
    found, answers = {True: [], False: []}, set()
    logs, counts = Logs(world), {True: [], False: []}
    end = time.monotonic() + PATH_S
    for address in known:
        if time.monotonic() > end and len(found[True]) >= LEAST:
            break
        number += 1
        kinds = [(True, address), (False, stranger(address, number))]
        world.random.shuffle(kinds)
        for kind, typed in kinds:
            took, status = timed(world, path, press, typed)
            found[kind].append(took)
            answers.add(status)
            counts[kind].append(logs.statements())
    world.is_true(f"{path} answers both kinds the same", len(answers) == 1,
                  answers)
    # now and then a worker asks for something of its own, of a slow page often
    least = [min(n for n in counts[kind] if n is not None)
             for kind in (True, False)]
    world.is_equal(f"{path} asks the database as often", least[:1] * 2, least)
    return found


def differs(found):
    """(whether it tells, deviations, difference of the medians as a share)"""
    a, b = found[True], found[False]
    z = rank_z(a, b)
    share = statistics.median(a) / statistics.median(b) - 1
    return abs(z) > Z_LIMIT and abs(share) > SHARE, z, share


def judge(world, path, press, known):
    for attempt in range(2):
        world.sql("DELETE FROM budget")     # who is over it is answered sooner
        found = sample(world, path, press, known[attempt], attempt * 1000)
        tells, z, share = differs(found)
        print(f"  {path}: z {z:+.1f}, medians differ by {share:+.1%} of "
              f"{statistics.median(found[False]) * 1000:.1f} ms", flush=True)
        if not tells:
            break
    world.is_true(f"{path} takes as long for a known as for an unknown "
                  "address", not tells, f"z {z:.1f}, {share:+.1%}")


def tell_statistic(world):
    """The comparison itself: it sees a leak and does not see chance."""
    draw = world.random.gauss
    a = [draw(10, 2) for _ in range(SAMPLES)]
    b = [draw(10, 2) for _ in range(SAMPLES)]
    c = [draw(12, 2) for _ in range(SAMPLES)]
    world.is_true("chance is not taken for a leak",
                  not differs({True: a, False: b})[0])
    world.is_true("a leak of one deviation is seen",
                  differs({True: c, False: b})[0])
    world.is_equal("a rank test by hand", -1.96, round(rank_z(
        [1, 2, 3], [4, 5, 6]), 2))


def customers(world):
    """Addresses of the company's contacts, each with a sign-in of its own."""
    # plain ones only: a domain in another alphabet costs time of its own
    known = world.sql(
        "SELECT email FROM contact WHERE identity_id IS NULL AND email NOT "
        "LIKE '%xn--%' AND email = email_key AND email_key NOT IN (SELECT "
        "mailbox_key FROM identity) GROUP BY email HAVING COUNT(*) "
        f"= 1 ORDER BY MAX(id) DESC LIMIT {2 * SAMPLES}").split()
    some = ", ".join(f"'{email}'" for email in known)
    world.sql(
        "INSERT INTO identity (mailbox, mailbox_key, language, created_us) "
        f"SELECT email, email_key, language, {world.now_us()} FROM contact "
        f"WHERE email IN ({some}); UPDATE contact c JOIN identity i ON "
        "i.mailbox_key = c.email_key SET c.identity_id = i.id WHERE "
        f"c.email IN ({some})")
    return known


def type_code(page, address):
    return page.press("Confirm", email=address, code="0000-0000")


def tell(world):
    tell_statistic(world)
    known = customers(world)
    halves = known[0:2 * SAMPLES:2], known[1:2 * SAMPLES:2]
    since_us = world.now_us()
    pids = world.site.workers("courier")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        for path, press in (("/sign-in/link", same_answer.ask_link),
                            ("/subscribe/newsletter", same_answer.subscribe),
                            # the known ones wait to be confirmed by now
                            ("/confirm", type_code),
                            ("/rights", same_answer.ask_right)):
            judge(world, path, press, halves)
        with_password = [c["email"] for c in world.demo["customers"]]
        some = (with_password * PASSWORDS)[:PASSWORDS]
        judge(world, "/sign-in", same_answer.sign_in, (some, some))
        world.sql("DELETE FROM budget")
    finally:
        # these mails were asked for by nobody
        world.sql("UPDATE outbox SET state = 'cancelled', ended_us = "
                  f"{world.now_us()} WHERE created_us >= {since_us} AND "
                  "state = 'new'")
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
