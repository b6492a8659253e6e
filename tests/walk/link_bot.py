# SPDX-License-Identifier: EUPL-1.2
"""A robot that visits every link of every page: nothing breaks, nothing is
lost, nothing changes but the lines of who looked."""
import re
import urllib.parse

import office
import sign_in
from opt_in import opt_in
from world import APPENDED

# A page of a list leads to the next; a few of each kind are enough.
EACH_KIND = 4


def kind_of(path):
    """/contacts/12?x=1 and /contacts/13?x=2 are of one kind."""
    path = re.sub(r"/[0-9A-Za-z_-]{20,}", "/TOKEN", path.split("#")[0])
    return re.sub(r"\d+", "N", re.sub(r"=[^&]*", "=", path))


def crawl(client, start):
    """Visit each link once; return [(status, path, from)] of what is wrong,
    and how many pages were visited."""
    todo, seen, kinds, wrong = [(s, "") for s in start], set(), {}, []
    while todo:
        path, where = todo.pop(0)
        kind = kind_of(path)
        if path in seen or kinds.get(kind, 0) >= EACH_KIND:
            continue
        seen.add(path)
        kinds[kind] = kinds.get(kind, 0) + 1
        page = client.request("GET", path)
        if page.status >= 400:
            wrong.append((page.status, path, where))
        if page.status in (301, 302, 303):
            todo.append((page.header("Location"), path))
        links = list(page.doc.links)
        links += re.findall(r'(?:src|href)="(/static/[^"]+)"', page.html)
        for link in links:
            url = urllib.parse.urljoin(client.base + path, link)
            if url.startswith(client.base + "/") and "mailto:" not in url:
                todo.append((url[len(client.base):].split("#")[0], path))
    return wrong, len(seen)


def tell(world):
    _, address = opt_in(world, "fr", "robot")
    customer, _ = sign_in.sign_in(world, address)
    page = customer.get("/account/export")
    page.press("Prepare my copy")
    world.mail(address, "/account/export", 40)
    staff = [(role, office.staff(world, role)[0]) for role in (
        "adviser", "dpo", "legal", "auditor", "security", "admin")]
    world.settle()
    # what is fetched is noted, and the keeper says it in the audit
    allowed = APPENDED | {"package_download", "package",
                          "staff_export_download", "audit_event"}
    before = world.tables(allowed)
    last = world.sql("SELECT MAX(id) FROM audit_event").strip()
    wrong, n = crawl(world.visitor(), ["/", "/privacy", "/rights"])
    world.is_equal(f"a visitor's {n} links all lead somewhere", [], wrong)
    wrong, n = crawl(customer, ["/account"])
    world.is_equal(f"a customer's {n} links all lead somewhere", [], wrong)
    for role, colleague in staff:
        wrong, n = crawl(colleague, ["/"])
        world.is_equal(f"the {role}'s {n} links all lead somewhere", [],
                       wrong)
    world.unchanged("and no visit has changed anything", before,
                    world.tables(allowed))
    said = world.sql("SELECT DISTINCT verb FROM audit_event WHERE id > "
                     f"{last}").split()
    world.is_true("the audit knows of downloads at most",
                  set(said) <= {"contacts.downloaded"}, said)
