# SPDX-License-Identifier: EUPL-1.2
"""What is somebody else's is not there, byte for byte; what is not of a role
is not there either (RELIABILITY T21, T23, 2.3)."""
import re

import office
import sign_in
from lib import bare, fields, routes, send
from opt_in import opt_in

ROLES = ("adviser", "lead", "dpo", "security", "legal", "auditor", "admin")


def tell_customers(world):
    _, mine = opt_in(world, "fr", "moi")
    _, theirs = opt_in(world, "fr", "elle")
    me, _ = sign_in.sign_in(world, mine)
    them, _ = sign_in.sign_in(world, theirs)
    them.get("/account/export").press("Prepare my copy")
    them.get("/account/requests").press("Send the request", kind="access",
                                        message="à moi seule")
    world.mail(theirs, "/account/export", 40)
    contact, package, case = world.sql(
        "SELECT c.id, (SELECT MAX(id) FROM package WHERE contact_id = c.id), "
        "(SELECT MAX(id) FROM rights_request WHERE contact_id = c.id) "
        f"FROM contact c WHERE c.email = '{theirs}'").split()
    for pattern, id_ in (("/account/export/{}", package),
                         ("/account/export/{}/progress", package),
                         ("/account/export/{}/state", package),
                         ("/account/requests/{}", case)):
        path, none = pattern.format(id_), pattern.format("99999999")
        found = me.request("GET", path)
        world.is_equal(f"{pattern}: somebody else's is not there", 404,
                       found.status)
        world.is_true("as what there never was", bare(found, path) == bare(
            me.request("GET", none), none))
    form = fields(me.get("/sign-in/choose"), "/sign-in/choose")
    world.is_equal("nobody chooses somebody else's record", 404, send(
        me, "/sign-in/choose", dict(form, contact=contact)).status)


def tell_roles(world):
    """Each page and act of the office, by each role: 404 where it is not
    theirs, never an act without its form's token."""
    staff = {role: office.staff(world, role)[0] for role in ROLES}
    ids = {kind: world.sql(f"SELECT MIN(id) FROM {table}").strip()
           for kind, table in (("contacts", "contact"), ("staff", "staff"),
                               ("requests", "rights_request"))}
    wrong, n = [], 0
    world.settle()
    quiet = {"access_line", "access_subject", "budget", "office_session"}
    before = world.tables(quiet)
    for route in routes(world):
        if route["door"] != "office" or route["least"] == "nobody" or \
                route["path"] == "/sign-out":
            continue
        path = route["path"].replace(":id", ids.get(
            route["path"].split("/")[1], "1"))
        path = re.sub(r":\w+", "1", path)
        theirs = ROLES if route["roles"] in ("-", "", None) else \
            route["roles"].split(",")
        for role in ROLES:
            status = staff[role].request(
                route["method"], path, b"" if route["method"] == "POST"
                else None).status
            n += 1
            if role not in theirs and status != 404:
                wrong.append((route["method"], path, role, status))
            elif role in theirs and (status >= 500 or (
                    route["method"] == "POST" and status != 403)):
                wrong.append((route["method"], path, role, status))
    world.is_equal(f"{n} tries of each role at each address", [], wrong)
    world.unchanged("and nothing has changed", before, world.tables(quiet))
    foreign = world.sql(
        "SELECT MIN(id) FROM contact WHERE visibility = 'team' AND team_id <> "
        "(SELECT team_id FROM staff WHERE email = "
        f"'{world.staff('adviser')['email']}')").strip()
    path = f"/contacts/{foreign}"
    found = staff["adviser"].request("GET", path)
    world.is_true("another team's record is as one that there never was",
                  found.status == 404 and bare(found, path) == bare(
                      staff["adviser"].request("GET", "/contacts/99999999"),
                      "/contacts/99999999"), found.status)


def tell(world):
    tell_customers(world)
    tell_roles(world)
