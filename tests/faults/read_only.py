# SPDX-License-Identifier: EUPL-1.2
"""MariaDB is read-only: what can be read is read, what cannot be stored is
refused and kept, and no page of staff is shown that cannot be accounted for."""
import os
import signal
import time

import office
from acts import of_account, of_visitors, signed_in
from away import done_once, is_kept
from opt_in import fill_in

# A session's last use is noted once a minute.
OLD_US = 120000000


def customer_reads(world, visitor, address):
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = s.identity_id"
              f" SET s.seen_us = s.seen_us - {OLD_US} WHERE i.mailbox = "
              f"'{address}'")
    world.sql("SET GLOBAL read_only = 1")
    for path in ("/", "/privacy", "/subscribe/newsletter", "/account",
                 "/account/data", "/account/consents", "/account/requests"):
        page = visitor.get(path)
        world.is_equal(f"{path} is read from a database that takes nothing",
                       (200, path), (page.status, page.path))


def staff_is_refused(world, adviser, record):
    lines = "SELECT COUNT(*) FROM access_line"
    before = world.sql(lines)
    page = adviser.get(record)
    world.is_equal("a record whose reading cannot be noted is not shown", 503,
                   page.status)
    world.is_equal("nor is it noted", before, world.sql(lines))


def mail_waits(world, address, pids):
    """The courier needs to store that it tries before it does."""
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    time.sleep(2.5)
    world.is_equal("no mail leaves without a claim", 0,
                   len(world.mails_to(address)))


def tell(world):
    address, visitor = signed_in(world, "lecture")
    adviser, _ = office.staff(world, "adviser")
    _, contact = office.demo_customer(world)
    record = f"/contacts/{contact[3]}"
    world.is_equal("an adviser reads a record", 200,
                   adviser.get(record).status)
    acts = [*of_visitors(world), *of_account(world)]
    world.settle()
    pids = world.site.workers("courier")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    waiting = world.address("attente")
    fill_in(world, "fr", waiting)
    try:
        customer_reads(world, visitor, address)
        pages = [act.press() for act in acts]
        for act, page in zip(acts, pages):
            is_kept(world, act, page, "read-only")
            world.is_true(f"{act.name}, read-only: nobody is told that the "
                          "database is silent", world.say(
                              "fr", "Our database does not answer. Please try "
                              "again in a moment.") not in page.html)
        staff_is_refused(world, adviser, record)
        mail_waits(world, waiting, pids)
    finally:
        world.sql("SET GLOBAL read_only = 0")
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    for act, page in zip(acts, pages):
        if page.status == 503:
            done_once(world, act, page)
    world.is_equal("staff read again", 200, adviser.get(record).status)
    world.mail(waiting, "/confirm/", 30)
    world.is_equal("the mail that waited leaves once", 1,
                   len(world.mails_to(waiting)))
