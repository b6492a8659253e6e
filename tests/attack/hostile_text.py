# SPDX-License-Identifier: EUPL-1.2
"""Names that are markup, formulas, headers or templates: in every page, mail,
package and log they are text, or not at all (RELIABILITY T08, T09, T11, T16,
T28)."""
import csv
import io
import os
import time
import zipfile

import office
import opt_in
import sign_in

CANARY = "zqKanari"
NAMES = (CANARY + '"><img src=x onerror=alert(1)>',
         "</title></textarea><script>" + CANARY + "</script>",
         "{{title}}{{{" + CANARY + "}}}", "=cmd|'/C calc'!A0" + CANARY,
         "@SUM(1)" + CANARY, "-2+3" + CANARY, "+33" + CANARY,
         "\uff1d1+1" + CANARY, CANARY + " <evil@evil.example>, Bcc: e@evil",
         CANARY + "=?utf-8?q?x?=%s%n")
REFUSED = ("a\r\nBcc: e@evil.example", "\u202egnp", "a\x00b", "a\x85b",
           "\ufeffa")
MARKUP = ("<img src=x", "<script>" + CANARY, "</textarea><script>")
PAGES = ("", "/data", "/consents", "/activity", "/security", "/requests",
         "/export", "/erasure", "/erasure/check", "/restriction")


def sign_up(world, address, name):
    page = world.visitor("fr").get("/subscribe/newsletter")
    form, _ = page.form("Send my choices")
    box = next(b for b in form.boxes if b[0].endswith("email"))
    return page.press("Send my choices", email=address, given_name=name,
                      family_name=name, **{box[0]: box[1]})


def tell_pages(world, name, i):
    address = world.address(f"{CANARY.lower()}{i}")
    world.is_equal(f"{name!r} is taken as a name", 200,
                   sign_up(world, address, name).status)
    mail = world.mail(address)
    world.is_true("no word of a stranger is in a mail", CANARY not in
                  mail.text + mail.html + str(mail.headers), mail.text)
    world.visitor("fr").get(mail.link("/confirm/")).press("Confirm")
    client, _ = sign_in.sign_in(world, address)
    pages = [client.get("/account" + p) for p in PAGES]
    world.is_true("it is text on every page", not any(
        m in p.html for m in MARKUP for p in pages) and any(
        CANARY in p.text for p in pages))
    return address, client


def package_of(world, client):
    client.get("/account/export").press("Prepare my copy")
    for _ in range(150):
        for link in client.get("/account/export").links("/account/export/"):
            page = client.request("GET", link)
            if page.header("Content-Type") == "application/zip":
                return page
        time.sleep(0.3)
    raise AssertionError("no package came")


def tell_package(world, client):
    page = package_of(world, client)
    world.is_true("its file name is ours", CANARY not in str(page.headers) and
                  page.header("Cache-Control") == "no-store", page.headers)
    with zipfile.ZipFile(io.BytesIO(page.body)) as files:
        names = files.namelist()
        texts = {n: files.read(n).decode("utf-8-sig") for n in names
                 if n.endswith((".csv", ".html", ".vcf"))}
    world.is_true("no name in it leaves its folder", not any(
        n.startswith("/") or ".." in n or "\\" in n for n in names), names)
    cells = [c for n, t in texts.items() if n.endswith(".csv")
             for row in csv.reader(io.StringIO(t)) for c in row]
    world.is_equal("no cell of it is a formula", [], [
        c for c in cells if c[:1] in tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
        and c[:1]])
    world.is_true("its page is text too", not any(
        m in texts["index.html"] for m in MARKUP))


def tell_office(world, address):
    contact = world.sql("SELECT id FROM contact WHERE email = "
                        f"'{address}'").strip()
    dpo, _ = office.staff(world, "dpo")
    record = dpo.get(f"/contacts/{contact}")
    found = office.search(dpo.get("/contacts"), NAMES[0])
    world.is_true("staff read it as text", record.status == 200 and not any(
        m in record.html + found.html for m in MARKUP) and
        CANARY in record.text, record.status)


def tell_logs(world):
    hits = []
    for folder, _, names in os.walk(world.demo["logs"]):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                if CANARY.lower().encode() in file.read().lower():
                    hits.append(path)
    world.is_equal("no log names anybody", [], hits)


def tell(world):
    people = [tell_pages(world, name, i) for i, name in enumerate(NAMES)]
    for name in REFUSED:
        world.is_equal(f"{name!r} is no name", 422, sign_up(
            world, world.address("refus"), name).status)
    for address, client in people[3:5]:
        tell_package(world, client)
    tell_office(world, people[0][0])
    tell_logs(world)
