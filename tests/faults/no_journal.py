# SPDX-License-Identifier: EUPL-1.2
"""The erasure journal cannot be written: nothing is erased, nobody gets a
receipt, an administrator is told; afterwards the erasure goes on by itself."""
import os
import time

from acts import signed_in
from erasure import ask


def lines(path):
    with open(path, encoding="ascii") as file:
        return file.read().count("\n")


def tell(world):
    path = os.path.join(world.site.var, "journal", "erasure.journal")
    address, visitor = signed_in(world, "carnet")
    ask(visitor.get("/account"))
    id_ = world.sql(
        "SELECT e.id FROM erasure e JOIN contact c ON c.id = e.contact_id "
        f"WHERE c.email = '{address}'").strip()
    before = lines(path)
    mode = os.stat(path).st_mode & 0o777
    os.chmod(path, 0o400)
    try:
        page = visitor.get("/account/erasure").press("Do it now")
        world.is_equal("do it now is taken", 200, page.status)
        time.sleep(4)
        world.is_equal("nothing is erased that no journal has",
                       ("announced", "1", "0"), tuple(world.sql(
                           f"SELECT state, (SELECT COUNT(*) FROM contact "
                           f"WHERE email = '{address}'), (SELECT COUNT(*) "
                           f"FROM receipt WHERE erasure_id = {id_}) FROM "
                           f"erasure WHERE id = {id_}").split()))
        code, said = world.site.cli("doctor")
        world.is_true("assent doctor says so", code != 0 and
                      "erasure.journal" in said, said)
        page = visitor.get("/account/erasure")
        world.is_equal("the person still sees the case", (200,
                       "/account/erasure"), (page.status, page.path))
    finally:
        os.chmod(path, mode)
    mail = world.mail(address, "/receipts/verify", 60)
    world.is_true("then it is done, with its receipt", any(
        n.endswith(".jws") for n in mail.files))
    world.is_equal("and one line in the journal", before + 1, lines(path))
