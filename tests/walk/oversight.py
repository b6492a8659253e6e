# SPDX-License-Identifier: EUPL-1.2
"""Who oversees: the audit in sentences, filtered; mails by state; an auditor
reads what was done and never about whom."""
import csv
import io
import re
import time

from cases import ask
from office import staff


def cells(page):
    rows = re.findall(r"<tr><td class=\"num-left\">.*?</tr>", page.html)
    return [re.sub(r"<[^>]+>", "|", row) for row in rows]


def tell_audit(world, dpo):
    page = dpo.get("/audit")
    lines = cells(page)
    world.is_true("the audit has lines", len(lines) > 3, lines)
    raw = [x for x in lines if re.search(r"\b[a-z]+\.[a-z_]+\b|[{}]|"
                                         r"rights_request|signing_key|"
                                         r"\d-\d\dT\d", x)]
    world.is_true("in sentences, not as they are stored", not raw, raw)
    name = world.staff("dpo")["name"]
    world.has("with who did it", page.text, f"{name} (")
    world.is_true("and the case, linked", page.links("/requests/"))
    only = dpo.get("/audit?kind=staff&staff=" + world.sql(
        f"SELECT id FROM staff WHERE name = '{name}'").strip())
    lines = cells(only)
    world.is_true("filtered by kind and by colleague", lines and all(
        name in x for x in lines), lines)
    world.is_equal("a page that is none is not found", 404,
                   dpo.get("/audit?before=x").status)
    contact = world.sql("SELECT contact_id FROM audit_subject ORDER BY "
                        "event_id DESC LIMIT 1").strip()
    about = dpo.get(f"/contacts/{contact}").follow("/audit?contact=")
    world.is_true("what was done with one person's data", cells(about) and
                  len(cells(about)) == int(world.sql(
                      "SELECT LEAST(50, COUNT(*)) FROM audit_subject WHERE "
                      f"contact_id = {contact}")), about.text)


def taken(world, page):
    """The rows of the file that a press gives."""
    answer = page.press("Export these entries")
    world.is_equal("the audit as a file", (200, "text/csv; charset=utf-8"),
                   (answer.status, answer.header("Content-Type")))
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def tell_file(world, dpo):
    """What the page shows, as a file; that it was taken is a line too."""
    top = int(world.sql("SELECT MAX(id) FROM audit_event"))
    rows = taken(world, dpo.get("/audit"))
    world.is_equal("every entry is in it once, newest first", [
        *map(int, world.sql(f"SELECT id FROM audit_event WHERE id <= {top} "
                            "ORDER BY id DESC").split())],
        [int(r["entry"]) for r in rows if int(r["entry"]) <= top])
    own = [r for r in rows if int(r["entry"]) > top and r["verb"] ==
           "audit.exported"]
    world.is_true("its own too, in a sentence, by whom", len(own) == 1 and
                  world.staff("dpo")["name"] in own[0]["sentence"], own)
    before = int(world.sql("SELECT MAX(id) FROM audit_event"))
    page = dpo.get("/audit")
    files = [taken(world, page), taken(world, page)]
    world.is_equal("pressed twice, each file is whole and has a line of its "
                   "own", (True, "2"), (len(files[0]) < len(files[1]),
                                        world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE verb = 'audit.exported' AND "
        f"id > {before}").strip()))
    only = taken(world, dpo.get("/audit?kind=staff"))
    world.is_equal("as it is filtered", {"staff"}, {r["kind"] for r in only})
    contact = world.sql("SELECT contact_id FROM audit_subject ORDER BY "
                        "event_id DESC LIMIT 1").strip()
    about = taken(world, dpo.get(f"/audit?contact={contact}"))
    world.is_equal("about one person", int(world.sql(
        "SELECT COUNT(*) FROM audit_subject WHERE contact_id = "
        f"{contact}")), len(about))
    auditor, _ = staff(world, "auditor")
    rows = taken(world, auditor.get("/audit"))
    world.is_true("an auditor's names no record", rows and not [
        r for r in rows if r["thing"].startswith("C-")])


def tell_check(world, dpo):
    """The whole log is verified from the page; a line that somebody changed
    in the database is named."""
    page = dpo.get("/audit").press("Verify the whole log")
    world.is_true("a check has a page", page.path.startswith(
        "/audit/checks/"), page.path)
    for _ in range(60):
        if world.say("fr", "all is right") in page.text:
            break
        time.sleep(0.5)
        page = dpo.get(page.path)
    world.has("the log is as it was written", page.text,
              world.say("fr", "all is right"))
    world.has("the dashboard says so", dpo.get("/").text,
              world.say("fr", "all is right"))
    id_ = world.sql("SELECT MAX(row_id) FROM log_leaf WHERE ledger = "
                    "'audit'").strip()
    was = world.sql(f"SELECT verb FROM audit_event WHERE id = {id_}").strip()
    world.sql(f"UPDATE audit_event SET verb = 'x.y' WHERE id = {id_}")
    page = dpo.get("/audit").press("Verify the whole log")
    for _ in range(60):
        if world.say("fr", "something is wrong") in page.text:
            break
        time.sleep(0.5)
        page = dpo.get(page.path)
    world.has("a line that was changed is named in words", page.text,
              world.say("fr",
                        "A line was changed after it was written."))
    world.has("with its number", page.html, f"<td>{id_}</td>")
    world.sql(f"UPDATE audit_event SET verb = '{was}' WHERE id = {id_}")
    again = dpo.get("/audit").press("Verify the whole log")
    for _ in range(60):
        if world.say("fr", "all is right") in again.text:
            break
        time.sleep(0.5)
        again = dpo.get(again.path)
    world.has("put back, all is right", again.text,
              world.say("fr", "all is right"))
    label = "</span> <strong>" + world.say("fr", "Last check of the log")
    for state, icon in (("done", "i-check"), ("cancelled", "i-info")):
        world.sql(f"UPDATE ledger_check SET state = '{state}' ORDER BY id "
                  "DESC LIMIT 1")
        world.has(f"a check that is {state} has its sign", dpo.get(
            "/audit").html, f'{icon}" aria-hidden="true">' + label)
    world.sql("UPDATE ledger_check SET state = 'done' ORDER BY id DESC "
              "LIMIT 1")
    world.is_equal("each check has its line", "3", world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE verb = "
        "'ledger.check_asked'").strip())


def tell_mail(world, dpo):
    world.settle()
    page = dpo.get("/mail?state=sent")
    world.is_equal("mails that left are listed", 200, page.status)
    world.is_true("by what they are, without address or link",
                  "@" not in re.sub(r"<header.*?</header>", "", page.html,
                                    flags=re.S) and
                  "/confirm/" not in page.html, page.text)
    world.sql("INSERT INTO outbox (template, message_id, language, state, "
              "is_legal, attempt, due_us, reply_code, created_us, ended_us) "
              "VALUES ('rights_answered', CONCAT('<planted', RAND(), '>'), "
              "'fr', 'dead', 1, 6, 1, 550, 1, 1)")
    world.sql("INSERT INTO task (kind, detail, state, created_us) VALUES "
              "('mail.dead', '{\"outbox\":1}', 'open', 1)")
    page = dpo.get("/mail?state=failed")
    world.has("why a mail failed, in words", page.text,
              world.say("fr", "there is no such mailbox") + " (SMTP 550)")
    done = page.press("I have looked at them")
    world.is_equal("the task of failed mails ends", "0", world.sql(
        "SELECT COUNT(*) FROM task WHERE kind = 'mail.dead' AND state = "
        "'open'").strip())
    world.is_true("and the page asks no more", not [
        f for f in done.forms if f.action == "/mail/seen"])


def tell_auditor(world):
    customer = world.demo["customers"][0]
    ask(world, "objection", customer, "Je ne veux plus de lettres secrètes.")
    row = world.sql("SELECT r.id, c.id, c.given_name, c.family_name, "
                    "c.reference FROM rights_request r JOIN contact c ON "
                    "c.id = r.contact_id ORDER BY r.id DESC LIMIT 1")
    case, contact, given, family, reference = row.strip().split("\t")
    auditor, _ = staff(world, "auditor")
    before = world.sql("SELECT COUNT(*) FROM access_subject")
    seen = "".join(auditor.get(path).html for path in (
        "/", "/requests", f"/requests/{case}", "/audit", "/mail", "/staff"))
    for part in (given + " " + family, family, reference,
                 "lettres secrètes", customer["email"],
                 world.staff("dpo")["email"]):
        world.is_true("an auditor sees no personal value", part not in seen,
                      part)
    page = auditor.get(f"/requests/{case}")
    world.is_equal("but the case", 200, page.status)
    world.is_true("and can do nothing", not [
        f for f in page.forms if f.method == "post" and
        f.action != "/sign-out"])
    for path in ("/contacts", f"/contacts/{contact}", "/staff/1",
                 "/staff/invite"):
        world.is_equal(f"{path} is not for auditors", 404,
                       auditor.get(path).status)
    world.is_equal("nor a decision", 404, auditor.post(
        f"/requests/{case}/answer", [("text", "x")]).status)
    world.is_equal("nobody is said to have been looked at", before, world.sql(
        "SELECT COUNT(*) FROM access_subject"))


def tell_dashboards(world, dpo):
    """Each role sees what waits for it; of a silo no figure of the site."""
    say = {words: world.say("fr", words) for words in (
        "What needs you now", "Next answers due", "Consents per month",
        "Requests per month", "Colleagues")}
    shown = {"dpo": dpo.get("/")}
    for role in ("adviser", "lead", "admin", "auditor", "security"):
        shown[role] = staff(world, role)[0].get("/")
    for role, page in shown.items():
        world.has(f"{role}: what needs them", page.text,
                  say["What needs you now"])
        world.is_equal(f"{role}: consents of the whole site",
                       role not in ("adviser", "lead"),
                       say["Consents per month"] in page.text)
        world.is_equal(f"{role}: the requests",
                       role not in ("admin", "security"),
                       say["Next answers due"] in page.text and
                       say["Requests per month"] in page.text)
        world.is_equal(f"{role}: who works here",
                       role in ("dpo", "admin", "auditor", "security"),
                       say["Colleagues"] in page.html.split("<main")[1])
    open_cases = world.sql(
        "SELECT COUNT(*) FROM rights_request r LEFT JOIN contact c ON c.id = "
        "r.contact_id WHERE r.state IN ('intent', 'open', 'waiting') AND "
        "(c.visibility = 'everyone' OR c.owner_id = (SELECT id FROM staff "
        f"WHERE email = '{world.staff('adviser')['email']}') OR (c.visibility"
        " = 'team' AND c.team_id = (SELECT team_id FROM staff WHERE email = "
        f"'{world.staff('adviser')['email']}')))").strip()
    world.is_equal("an adviser's open requests are those of their silo",
                   open_cases, re.search(r'class="figure">(\d+)<',
                                         shown["adviser"].html)[1])
    total = world.sql("SELECT COUNT(*) FROM contact WHERE created_us < "
                      "UNIX_TIMESTAMP() * 1000000 - 300000000").strip()
    counted = world.sql("SELECT SUM(n) FROM statistic_month WHERE name = "
                        "'contacts'").strip()
    world.is_true("the months count every contact once, also who has gone",
                  int(counted) >= int(total) > 0, (counted, total))


def tell(world):
    dpo, _ = staff(world, "dpo")
    ask(world, "objection", world.demo["customers"][1], "Plus de lettres.")
    tell_audit(world, dpo)
    tell_file(world, dpo)
    tell_check(world, dpo)
    tell_mail(world, dpo)
    tell_auditor(world)
    tell_dashboards(world, dpo)
