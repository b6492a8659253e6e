# SPDX-License-Identifier: EUPL-1.2
"""Staff export a record and a list, in three formats; the file names its
export, no cell is a formula, a budget holds, and an erasure destroys it.
GDPR 4(5), 5(1)(c), 15(1)(c), 17; CS2, BT3, RG1, X36."""
import concurrent.futures
import csv
import io
import json
import time
import xml.etree.ElementTree as xml
import zipfile

import erasure
import sign_in
from office import demo_customer, find, is_unchosen, staff
from opt_in import opt_in

FORMULA = "=HYPERLINK(\"http://evil.example\",\"x\")"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = ("reference", "given_name", "family_name", "email", "city",
           "collected_on")
USUAL = ("kind", "team", "last_contact_on")


def staff_id(world, role):
    return world.sql("SELECT id FROM staff WHERE email = "
                     f"'{world.staff(role)['email']}'").strip()


def ask(page, **typed):
    """Send the form with the columns of this story ticked."""
    ticked = {n: "yes" for n in COLUMNS} | {n: None for n in USUAL}
    return page.press("Prepare the export", **(ticked | typed))


def wait(page):
    """The page of an export, until it is ready; or what has become of it."""
    for _ in range(150):
        if page.links("/download") or "progress" not in page.html:
            return page
        time.sleep(0.2)
        page = page.client.get(page.path)
    raise AssertionError("an export that does not end")


def fetch(page):
    return page.client.get(page.links("/download")[0])


def snapshot(world, staff_, ids, state="ready"):
    """As a list leaves it."""
    id_ = world.sql(
        "INSERT INTO snapshot (staff_id, sealed, state, n, created_us, "
        f"expires_us) VALUES ({staff_}, '', '{state}', {len(ids)}, "
        f"{world.now_us()}, {world.now_us() + 3600000000}); "
        "SELECT LAST_INSERT_ID()").strip()
    world.sql("INSERT INTO snapshot_contact VALUES " + ", ".join(
        f"({id_}, {i + 1}, {contact})" for i, contact in enumerate(ids)))
    return id_


def forget(world, id_):
    world.sql(f"DELETE FROM snapshot_contact WHERE snapshot_id = {id_}; "
              f"DELETE FROM snapshot WHERE id = {id_}")


def mark(world, page):
    id_ = page.path.split("/")[2]
    return f"E{id_}-" + world.sql("SELECT LOWER(HEX(mark)) FROM staff_export "
                                  f"WHERE id = {id_}").strip()


def tell_record(world, adviser, contact):
    """From a search to the file in the hand."""
    email, given, family, id_ = contact
    looks = world.sql("SELECT COUNT(*) FROM access_line WHERE kind = 'export'")
    record = find(world, adviser, contact)
    form = record.follow("/exports/new")
    world.is_equal("the record leads to its export", 200, form.status)
    is_unchosen(world, "an export", form.form("Prepare the export")[0],
                "reason")
    unsaid = ask(form, format="csv")
    world.is_equal("no file is made without a reason; the columns stay",
                   (422, sorted(COLUMNS)), (unsaid.status, sorted(
                       f[0] for f in unsaid.form("Prepare the export")[
                           0].fields if f[2] == "checkbox")))
    page = ask(form, format="csv", reason="case")
    world.is_true("the export has its page, with what waits",
                  page.path.startswith("/exports/"), page.path)
    page = wait(page)
    answer = fetch(page)
    world.is_equal("it is fetched", (200, "no-store"), (
        answer.status, answer.header("Cache-Control")))
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    world.is_equal("a head and the person", 2, len(rows))
    world.is_equal("in the columns and the order of the form",
                   list(COLUMNS), rows[0][:-1])
    world.is_equal("the data is theirs", [given, family, email], rows[1][1:4])
    world.has("the head says who took it", rows[0][-1],
              world.staff("adviser")["name"])
    world.is_equal("each row names the export", mark(world, page),
                   rows[1][-1])
    world.has("and so does its page", page.text, mark(world, page))
    world.is_true("the person sees it among who looked", int(world.sql(
        "SELECT COUNT(*) FROM access_line l JOIN access_subject s ON "
        f"s.line_id = l.id WHERE l.kind = 'export' AND s.contact_id = {id_} "
        "AND l.reason = 'case'")) > 0 and looks != world.sql(
            "SELECT COUNT(*) FROM access_line WHERE kind = 'export'"))
    return page


def tell_audit(world, dpo, page):
    id_ = page.path.split("/")[2]
    for _ in range(50):
        found = world.sql("SELECT verb FROM audit_event WHERE object = "
                          f"'staff_export' AND object_id = {id_} ORDER BY id")
        if len(found.split()) > 1:
            break
        time.sleep(0.2)
    world.is_equal("the audit has the asking and the download",
                   ["contacts.exported", "contacts.downloaded"],
                   found.split())
    text = dpo.get("/audit?kind=staff_export").text
    world.has("in words", text, world.say(
        "fr", "{who} downloaded exported contacts.").replace("{who}", "")
        .strip())


def read_sheet(body):
    """(rows of the first sheet, texts of the sheet About, the package)."""
    book = zipfile.ZipFile(io.BytesIO(body))
    shared = []
    if "xl/sharedStrings.xml" in book.namelist():
        shared = ["".join(t.text or "" for t in s.iter(SHEET + "t")) for s in
                  xml.fromstring(book.read("xl/sharedStrings.xml"))]

    def rows(name):
        found = []
        for row in xml.fromstring(book.read(name)).iter(SHEET + "row"):
            found.append([])
            for cell in row:
                kind, v = cell.get("t"), cell.find(SHEET + "v")
                text = "".join(t.text or "" for t in cell.iter(SHEET + "t"))
                if kind == "s":
                    text = shared[int(v.text)]
                elif kind is None and v is not None:
                    text = float(v.text)
                found[-1].append(text)
                assert cell.find(SHEET + "f") is None
        return found
    return rows("xl/worksheets/sheet1.xml"), rows(
        "xl/worksheets/sheet2.xml"), book


def tell_formats(world, dpo, contact):
    """The same list in three formats, with a formula among its cells."""
    id_ = contact[3]
    others = world.sql("SELECT id FROM contact WHERE restriction IS NULL AND "
                       f"id <> {id_} ORDER BY id LIMIT 79").split()
    city = world.sql(f"SELECT city FROM contact WHERE id = {id_}").strip()
    world.sql(f"UPDATE contact SET city = '{FORMULA}' WHERE id = {id_}")
    list_ = snapshot(world, staff_id(world, "dpo"), others + [id_])
    form = dpo.get(f"/exports/new?snapshot={list_}")
    world.has("the form says how many", form.text, "80 contacts")
    page = wait(ask(form, format="csv", reason="mailing"))
    rows = list(csv.reader(io.StringIO(fetch(page).body.decode("utf-8-sig"))))
    world.is_equal("CSV: all of them", 81, len(rows))
    world.is_equal("CSV: a formula is a text", "'" + FORMULA, rows[80][4])
    page = wait(ask(dpo.get(f"/exports/new?snapshot={list_}"), format="json",
                    reason="mailing"))
    read = json.loads(fetch(page).body)
    world.is_equal("JSON: its head names it", (
        "assent-contacts/1", mark(world, page), 80, 0),
        (read["format"], read["export"]["name"], read["n"],
         read["left_out"]))
    world.is_equal("JSON: the same rows", [r[:-1] for r in rows[1:80]], [
        [c[n].strip() if n != "city" else c[n] for n in COLUMNS]
        for c in read["contacts"][:79]])
    page = wait(ask(dpo.get(f"/exports/new?snapshot={list_}"), format="xlsx",
                    reason="mailing"))
    sheet, about, book = read_sheet(fetch(page).body)
    world.is_equal("XLSX: all of them", 81, len(sheet))
    world.is_equal("XLSX: a formula is a text", FORMULA, sheet[80][4])
    world.is_true("XLSX: a day is a day", isinstance(sheet[1][5], float),
                  sheet[1])
    world.is_equal("XLSX: its sheet About names it", mark(world, page),
                   about[0][1])
    for part in ("docProps/core.xml", "docProps/custom.xml"):
        world.has(f"XLSX: and so does {part}", book.read(part).decode(),
                  mark(world, page))
    world.has("XLSX: and a name that no sheet shows",
              book.read("xl/workbook.xml").decode(),
              "_assent_" + mark(world, page).replace("-", "_"))
    page = wait(ask(dpo.get(f"/exports/new?snapshot={list_}&columns="
                            "team,postcode,email"), format="csv",
                    reason="report", pseudonymised="yes", **{
                        n: None for n in COLUMNS} | {"postcode": "yes",
                                                      "team": "yes"}))
    body = fetch(page).body.decode("utf-8-sig")
    world.is_true("pseudonymised: in the order of the address, without who",
                  body.startswith('"pseudonym","team","postcode","export') and
                  contact[0] not in body and contact[2] not in body,
                  body[:200])
    world.sql(f"UPDATE contact SET city = '{city}' WHERE id = {id_}")
    return list_


def tell_left_out(world, dpo, list_):
    id_ = world.sql("SELECT contact_id FROM snapshot_contact WHERE "
                    f"snapshot_id = {list_} LIMIT 1").strip()
    world.sql("UPDATE contact SET restriction = 'accuracy' WHERE id = "
              f"{id_}")
    page = wait(ask(dpo.get(f"/exports/new?snapshot={list_}"), format="csv",
                    reason="mailing"))
    world.sql(f"UPDATE contact SET restriction = NULL WHERE id = {id_}")
    world.has("who is restricted is left out, and the page says so",
              page.text, world.say("fr", "{n} contact was left out: erased, "
                                   "restricted, in quarantine, or no longer "
                                   "yours to see.")
              .replace("{n}", "1"))


def tell_cancel(world, adviser, contact):
    """The keeper is kept away, so that there is something to cancel."""
    world.sql("UPDATE lease SET owner = 'walk', until_us = "
              f"{world.now_us() + 60000000}, fence = fence + 1 WHERE name = "
              "'job.export_staff'")
    page = ask(adviser.get(f"/exports/new?contact={contact[3]}"),
               format="csv", reason="case")
    world.is_true("what waits shows its progress and comes again by itself",
                  "<progress" in page.html and
                  'http-equiv="refresh"' in page.html, page.html[:900])
    world.is_equal("and is not fetched", 410, adviser.get(
        page.path + "/download").status)
    done = page.press("Cancel the export")
    world.sql("UPDATE lease SET until_us = 0 WHERE name = 'job.export_staff'")
    world.has("cancelled", done.text, world.say("fr", "cancelled"))
    world.is_equal("nothing is there to fetch", 410, adviser.get(
        page.path + "/download").status)


def tell_end(world, page):
    done = page.client.get(page.path).press("Destroy it now")
    world.is_true("what is ready can be destroyed before its time",
                  not done.links("/download"), done.text)
    world.is_equal("and is gone", 410, page.client.get(
        page.path + "/download").status)


def tell_budget(world, adviser, contact):
    world.sql("INSERT INTO staff_export (staff_id, format, columns, reason, "
              "is_pseudonymised, state, mark, total, created_us, expires_us, "
              f"destroyed_us) VALUES ({staff_id(world, 'adviser')}, 'csv', "
              "'email', 'case', 0, 'destroyed', 'walkwalk', 500, "
              f"{world.now_us()}, 0, 1)")
    before = world.sql("SELECT COUNT(*) FROM staff_export")
    page = ask(adviser.get(f"/exports/new?contact={contact[3]}"),
               format="csv", reason="case")
    world.is_equal("over the day's budget it is refused", 422, page.status)
    world.has("and says what is left", page.text, world.say(
        "fr", "{n} contact is left to you today.").replace("{n}", "0"))
    world.is_equal("nothing was stored", before, world.sql(
        "SELECT COUNT(*) FROM staff_export"))
    spent = int(world.sql(
        "SELECT SUM(total) FROM staff_export WHERE mark <> 'walkwalk' AND "
        f"staff_id = {staff_id(world, 'adviser')} AND state NOT IN "
        "('cancelled', 'failed', 'refused', 'lapsed')"))
    world.sql(f"UPDATE staff_export SET total = {499 - spent} WHERE mark = "
              "'walkwalk'")
    forms = [adviser.get(f"/exports/new?contact={contact[3]}")
             for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        found = sorted(p.status for p in pool.map(lambda f: ask(
            f, format="csv", reason="case", follow=False), forms))
    world.is_equal("of six at once for what is left, one is taken",
                   [303] + [422] * 5, found)
    world.sql("DELETE FROM staff_export WHERE mark = 'walkwalk'")


def tell_second(world, adviser, dpo, contact):
    """Over the site's bound a second person agrees first, or says why not."""
    lead, admin = (staff(world, r)[0] for r in ("lead", "admin"))
    mine, bound = staff_id(world, "adviser"), world.sql(
        "SELECT export_rows FROM site").strip()
    world.sql("UPDATE site SET export_rows = 0")
    path = f"/exports/new?contact={contact[3]}"
    before = world.sql("SELECT COUNT(*) FROM staff_export")
    page = ask(adviser.get(path), format="csv", reason="report")
    world.is_equal("over the bound it needs words", 422, page.status)
    world.has("and says so", page.text, world.say(
        "fr", "Say what the file is for: a colleague has to agree to so "
        "many."))
    world.is_equal("nothing was stored", before, world.sql(
        "SELECT COUNT(*) FROM staff_export"))
    asked = ask(page, format="csv", reason="report", words="Bilan du soir")
    id_ = asked.path.split("/")[2]
    world.has("then it waits for a colleague", asked.text, world.say(
        "fr", "waits for a colleague"))
    world.sql(f"UPDATE staff SET team_id = NULL WHERE id = {mine}")
    world.is_equal("a lead of another team does not see it", 404, lead.get(
        f"/exports/asked/{id_}").status)
    world.sql("UPDATE staff SET team_id = (SELECT team_id FROM staff WHERE "
              f"id = {staff_id(world, 'lead')}) WHERE id = {mine}")
    for who, name in ((lead, "lead"), (dpo, "dpo"), (admin, "admin")):
        world.is_true(f"it waits on the first page of the {name}",
                      "/exports/asked" in who.get("/").links("/exports/asked"),
                      who.get("/").html[:300])
    world.is_equal("who asked does not decide", 404, adviser.get(
        f"/exports/asked/{id_}").status)
    form = lead.get("/exports/asked").follow(f"/exports/asked/{id_}")
    for text in ("Bilan du soir", world.staff("adviser")["name"],
                 world.say("fr", "for a report")):
        world.has("the second person reads what for", form.text, text)
    world.is_equal("a refusal needs a reason", 422, form.press(
        "Do not agree", answer="").status)
    done = form.press("Do not agree", answer="Les chiffres suffisent")
    world.has("refused", done.text, world.say("fr", "not agreed to"))
    page = adviser.get(asked.path)
    world.has("who asked reads why", page.text, "Les chiffres suffisent")
    world.is_equal("there is no file", 410, adviser.get(
        page.path + "/download").status)
    world.is_equal("what is decided is decided", 404, dpo.get(
        f"/exports/asked/{id_}").status)
    page = ask(adviser.get(path), format="csv", reason="report",
               words="Bilan")
    two = page.path.split("/")[2]
    done = admin.get(f"/exports/asked/{two}").press("Agree to this export")
    world.has("agreed to", done.text, world.say("fr", "agreed to"))
    page = wait(adviser.get(page.path))
    world.is_equal("then it is made and fetched", 200, fetch(page).status)
    world.has("its page names the second person", page.text,
              world.staff("admin")["name"])
    for object_, verbs in ((id_, ["contacts.export_asked",
                                  "contacts.export_refused"]),
                           (two, ["contacts.export_asked",
                                  "contacts.export_agreed"])):
        world.is_equal("each step is in the audit", verbs, world.sql(
            "SELECT verb FROM audit_event WHERE object = 'staff_export' AND "
            f"object_id = {object_} AND verb <> 'contacts.downloaded' "
            "ORDER BY id").split())
    world.sql(f"UPDATE site SET export_rows = {bound}")


def tell_foreign(world, adviser, dpo, page, list_):
    """Another's export or list is not there, like one that never was."""
    for rest in ("", "/state", "/download"):
        there, nowhere = (dpo.get(p + rest) for p in (
            page.path, "/exports/99999999"))
        world.is_equal(f"another's export is not there: {rest}", (
            404, nowhere.title, nowhere.h1), (there.status, there.title,
                                              there.h1))
    there, nowhere = (adviser.get(f"/exports/new?snapshot={i}") for i in (
        list_, "99999999"))
    world.is_equal("nor is another's list", (404, nowhere.h1),
                   (there.status, there.h1))
    waiting = snapshot(world, staff_id(world, "dpo"), ["1"], "walking")
    world.is_equal("a list that is not ready is said to be so", 409, dpo.get(
        f"/exports/new?snapshot={waiting}").status)
    forget(world, waiting)
    world.is_equal("an auditor exports nothing", 404, staff(
        world, "auditor")[0].get("/exports").status)
    world.is_equal("an export of nothing leads to those there are",
                   "/exports", dpo.get("/exports/new").path)
    for query in ("?contact=x", "?contact=1&snapshot=1",
                  f"?snapshot={list_}&columns=email,email",
                  f"?snapshot={list_}&columns=nothing"):
        world.is_equal(f"/exports/new{query} is not there", 404, dpo.get(
            f"/exports/new{query}").status)


def tell_bad(world, adviser, contact):
    before = world.sql("SELECT COUNT(*) FROM staff_export")
    path = f"/exports/new?contact={contact[3]}"
    for wrong in ({"format": "pdf"}, {"reason": "because"},
                  {n: None for n in COLUMNS},
                  {"pseudonymised": "yes"} | {
                      n: None for n in COLUMNS if n != "email"},
                  {"order": "email,email"}, {"order": "nothing"},
                  {"email": "perhaps"}, {"contact": "99999999"}):
        page = ask(adviser.get(path), **wrong)
        world.is_true(f"{wrong} is refused", page.status in (400, 404, 422),
                      page.status)
    world.is_equal("and nothing was stored", before, world.sql(
        "SELECT COUNT(*) FROM staff_export"))


def tell_erased(world, dpo):
    """Somebody whom an export holds has themself erased."""
    _, address = opt_in(world, "fr", "exporte")
    visitor, _ = sign_in.sign_in(world, address)
    world.settle()
    id_ = world.sql(f"SELECT id FROM contact WHERE email = '{address}'"
                    ).strip()
    page = wait(ask(dpo.get(f"/exports/new?contact={id_}"), format="xlsx",
                    reason="case"))
    export = page.path.split("/")[2]
    world.is_equal("the export is there", 200, fetch(page).status)
    erasure.ask(visitor.get("/account"))
    world.sql(f"UPDATE erasure SET due_us = {world.now_us()} WHERE "
              f"contact_id = {id_}")
    for _ in range(150):
        if world.sql(f"SELECT COUNT(*) FROM contact WHERE id = {id_}"
                     ).strip() == "0":
            break
        time.sleep(0.2)
    world.is_equal("the person is erased, and with them the file", ["0", "0"],
                   [world.sql("SELECT COUNT(*) FROM staff_export_chunk WHERE "
                              f"export_id = {export}").strip(), world.sql(
                       "SELECT COUNT(*) FROM staff_export_key WHERE "
                       f"export_id = {export}", keys=True).strip()])
    world.is_equal("it is not fetched any more", 410, dpo.get(
        page.path + "/download").status)
    world.has("and its page says that it is destroyed", dpo.get(
        page.path).text, world.say("fr", "destroyed"))


def tell_send(world, adviser, customer, contact):
    """Three clicks from the search: the record, and "send them a copy"."""
    world.skip_mails(customer["email"])
    case = find(world, adviser, contact).press("Send them a copy of their "
                                               "data")
    world.is_true("the third click leads to its case",
                  case.path.startswith("/requests/"), case.path)
    id_ = case.path.split("/")[2]
    world.is_equal("opened by staff, for access", "access\tstaff", world.sql(
        f"SELECT kind, door FROM rights_request WHERE id = {id_}").strip())
    world.is_true("a colleague received it, not the person", world.sql(
        "SELECT actor, staff_id IS NOT NULL FROM rights_step WHERE request_id"
        f" = {id_} AND verb = 'received'").split() == ["staff", "1"])
    mail = world.mail(customer["email"], "/account/export", 40)
    world.is_equal("the person gets a mail without any file", {}, mail.files)
    stranger = world.visitor("fr").get(mail.link("/account/export"))
    world.is_true("whose link alone opens nothing",
                  stranger.path.startswith("/sign-in"), stranger.path)
    person = world.visitor("fr")
    person.get("/sign-in").press("Sign in", about="", **customer)
    page = person.get(mail.link("/account/export"))
    answer = person.get([u for u in page.links("/account/export/")
                         if u.rsplit("/", 1)[1].isdigit()][0])
    world.is_true("who signs in fetches the package", answer.status == 200 and
                  answer.body[:2] == b"PK", answer.status)
    world.is_equal("and the case is answered", "answered", world.sql(
        f"SELECT state FROM rights_request WHERE id = {id_}").strip())
    world.is_equal("an auditor sends nothing", 404, staff(world, "auditor")
                   [0].post(f"/contacts/{contact[3]}/copy", []).status)


def tell(world):
    bound = world.sql("SELECT export_rows FROM site").strip()
    # what was told earlier in the day counts
    world.sql("UPDATE site SET export_rows = 1000000")
    customer, contact = demo_customer(world)
    adviser, dpo = staff(world, "adviser")[0], staff(world, "dpo")[0]
    page = tell_record(world, adviser, contact)
    tell_audit(world, dpo, page)
    tell_send(world, adviser, customer, contact)
    list_ = tell_formats(world, dpo, contact)
    tell_left_out(world, dpo, list_)
    tell_cancel(world, adviser, contact)
    tell_budget(world, adviser, contact)
    tell_second(world, adviser, dpo, contact)
    tell_foreign(world, adviser, dpo, page, list_)
    tell_bad(world, adviser, contact)
    tell_end(world, page)
    forget(world, list_)
    tell_erased(world, dpo)
    world.sql(f"UPDATE site SET export_rows = {bound}")
