# SPDX-License-Identifier: EUPL-1.2
"""Staff bring in a file: it is read by a process that has nothing, its columns
are named, it is tried, then stored once, and can be taken back.  Whoever was
erased stays out, no file gives a consent, and two colleagues with one file
have one effect.  GDPR 5(1)(d), 14, 17(1); X21, X22, CS12, CS4."""
import csv
import io
import os
import re
import time

from office import staff
from world import TOP

FILES = os.path.join(TOP, "tests", "fuzz", "corpus", "import_table")
SOURCE = "Salon du tourisme"


def given(name):
    with open(os.path.join(FILES, name), "rb") as file:
        return file.read()


def table(rows, encoding="cp1252"):
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def wait(world, page, seconds=30):
    """Until the job behind the page has ended, by its refresh alone."""
    end = time.monotonic() + seconds
    while 'http-equiv="refresh"' in page.html:
        if time.monotonic() > end:
            raise AssertionError(f"{page.path} does not end: {page.text}")
        time.sleep(0.3)
        page = page.client.get(page.path)
    return page


def bring(world, colleague, data):
    page = colleague.get("/imports").follow("/imports/new")
    return wait(world, page.upload("Upload", "file", data))


def name_columns(world, page, **typed):
    terms = {"policy": "update", "basis": "contract", "source": SOURCE,
             "collected": world.today(), "team": "all"}
    terms.update(typed)
    return wait(world, page.press("Try it", **terms))


def figures(page):
    """What the tiles say, in their order."""
    return [int(n) for n in re.findall(r'<p class="figure">(\d+)</p>',
                                       page.html)]


def tell_bad_uploads(world, lead):
    page = lead.get("/imports/new")
    before = world.tables()
    none = page.upload("Upload", "file", None)
    world.is_equal("without a file the form comes back", 422, none.status)
    world.has("and says what to do", none.text,
              world.say("fr", "Choose a file."))
    plain = page.press("Upload")
    world.is_equal("a form without its file is refused", 422, plain.status)
    for size, who in ((11, "our own page"), (40, "nginx")):
        large = page.upload("Upload", "file", b"email\n" + b"x" *
                            (size * 1024 * 1024))
        world.is_equal(f"{size} MB are too large ({who})", 413, large.status)
    large = page.upload("Upload", "file", b"x" * (11 * 1024 * 1024))
    world.has("and it says what to do", large.text, world.say(
        "fr", "A file may have 10 MB. Save it in several parts, each with the "
        "names of the columns in its first line, and bring them in one after "
        "the other."))
    cut = lead.request("POST", "/imports", b"--x\r\n", {
        "Content-Type": "multipart/form-data; boundary=x"})
    world.is_equal("what is no form is refused", 400, cut.status)
    big = lead.request("POST", "/contacts", b"words=" + b"x" * 100000)
    world.is_equal("elsewhere a body stays small", 413, big.status)
    world.is_equal("nothing of it was stored", before, world.tables())


def tell_refused(world, lead):
    for name, msgid in (
            ("hostile-bomb.xlsx", "This workbook is built in a way that could "
             "harm the program. Ask where it comes from."),
            ("old.xls", "This is a workbook of an old Excel (.xls): save it as"
             " .xlsx or as CSV UTF-8."),
            ("broken-cut.xlsx", "The workbook is damaged: open it and save it "
             "again.")):
        page = bring(world, lead, given(name))
        world.has(f"{name} is refused in words", page.text,
                  world.say("fr", msgid))
    world.is_equal("and nothing of it lies there", "0", world.sql(
        "SELECT COUNT(*) FROM import_chunk c JOIN import i ON i.id = "
        "c.import_id WHERE i.state = 'refused'").strip())


def tell_columns(world, page):
    world.has("the columns are shown with samples", page.text, "L’Été")
    world.has("guesses are shown as guesses", page.text,
              world.say("fr", "a guess"))
    world.has("what is not used is listed", page.text, "Points")
    form, _ = page.form("Try it")
    world.is_equal("the address is guessed", "email", form.value("c0"))
    world.is_equal("a column nobody knows is none", "none", form.value("c4"))
    before = world.tables()
    for typed, msgid in (
            ({"c1": "family_name"},
             "Another column is this already: choose one of them."),
            ({"c0": "none"}, "Say which column is the mail address: people "
             "are known by it."),
            ({"collected": "2999-01-01"},
             "Enter a date like 2026-01-31, not after today."),
            ({"collected": "hier"}, "Enter a date like 2026-01-31."),
            ({"source": "zoe@example.org"}, "Everybody in the file can read "
             "this: it names no mail address.")):
        wrong = page.press("Try it", **{
            "policy": "skip", "basis": "contract", "source": SOURCE,
            "collected": world.today(), "team": "all", **typed})
        world.is_equal(f"{typed} is refused", 422, wrong.status)
        world.has("with what is wrong", wrong.text, world.say("fr", msgid))
    wrong = page.press("Try it", basis="consentement")
    world.is_true("a basis that is none is refused", wrong.status in
                  (400, 422), wrong.status)
    world.is_equal("and nothing has changed", before, world.tables())


def tell_trial(world, page, gone):
    world.is_equal("a trial counts: new, changed, same, kept out, rejected",
                   [2, 1, 0, 1, 2], figures(page))
    world.is_true("one of a kind is one, two are two", all(
        f'<p class="figure">{said}</h2>' in page.html for said in (
            "2</p><h2>nouveaux contacts", "1</p><h2>fiche qui change")),
        page.text)
    for msgid in ("This is no address that mail can reach.",
                  "The address stands in an earlier row of this file.",
                  "This person was erased: nothing of the row is kept."):
        world.has(f"what is wrong, by column: {msgid}", page.text,
                  world.say("fr", msgid))
    before = world.tables()
    file = page.client.get(page.links("/rejects")[0])
    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"))))
    world.is_equal("the rows come back with their reason", (
        world.say("fr", "Line"), world.say("fr", "What is wrong"), "Courriel",
        4), (*rows[0][:3], len(rows)))
    world.is_equal("with all that is wrong, in their language", " ".join(
        world.say("fr", label) + world.say("fr", ": ") + world.say("fr", why)
        for label, why in (
            ("Town", "The cell is longer than the record has room for."),
            ("E-mail address", "This is no address that mail can reach."))),
        rows[1][1])
    world.is_true("nothing of who was erased is in it",
                  gone not in file.body.decode(), file.body.decode())
    page.client.get(page.path)
    world.is_equal("looking changes nothing", before, world.tables())


def contacts(world, where):
    return int(world.sql(f"SELECT COUNT(*) FROM contact WHERE {where}"))


def tell_both(world, page, other, new):
    """Two colleagues confirm the same file, in the same way."""
    done = page.press("Bring it in")
    second = other.press("Bring it in")
    world.is_equal("the second is told", 409, second.status)
    world.has("who brought it in", second.text, world.staff("lead")["name"])
    done = wait(world, done)
    world.has("the first is brought in", done.text, world.say(
        "fr", "The file was brought in"))
    world.is_equal("its people are there once", 1, contacts(
        world, f"email_key = '{new}'"))
    world.is_equal("with where they come from", 1, contacts(
        world, f"email_key = '{new}' AND source = 'import:{SOURCE}' AND "
        "basis = 'contract' AND family_name = 'L’Été'"))
    world.is_equal("no file gives a consent", "0", world.sql(
        "SELECT COUNT(*) FROM consent_state s JOIN contact c ON c.id = "
        f"s.contact_id WHERE c.email_key = '{new}'").strip())
    world.has("who is new must be told", done.text, "14")
    return done


def tell_back(world, page, new, known):
    done = wait(world, page.press("Take the import back"))
    world.has("it is taken back", done.text, world.say(
        "fr", "The import was taken back"))
    world.is_equal("who came with it is gone", 0, contacts(
        world, f"email_key = '{new}'"))
    world.is_equal("what it changed is put back", 0, contacts(
        world, f"id = {known} AND city = 'Vannes-Import'"))


def held(world, mail, code):
    """What somebody has in a custom field that is not sealed."""
    return world.sql(
        "SELECT COALESCE(v.value_text, v.value_day, v.value_number / 1000) "
        "FROM custom_value v JOIN custom_field f ON f.id = v.field_id JOIN "
        f"contact c ON c.id = v.contact_id WHERE f.code = '{code}' AND "
        f"c.email_key = '{mail}'").strip()


def tell_fields(world, lead):
    """Custom fields and organisations as columns, as Excel in France writes
    them; a field that is closed meanwhile; all of it taken back (CS6)."""
    world.sql("INSERT INTO custom_field (code, kind, is_sensitive, "
              "is_editable, is_bounded, least, most, basis, "
              "retention_months, created_us) VALUES "
              "('walk_seats', 'number', 0, 0, 1, 1000, 9000, 'contract', 0, "
              f"{world.now_us()}), ('walk_note', 'text', 1, 0, 0, 0, 0, "
              f"'contract', 0, {world.now_us()})")
    world.sql("INSERT INTO custom_text (field_id, language, label, help) "
              "SELECT id, 'fr', IF(code = 'walk_seats', 'Nombre d’étés', "
              "'Remarque secrète'), '' FROM custom_field WHERE code LIKE "
              "'walk%'")
    first, second = world.address("etes"), world.address("deux")
    data = table([("EMAIL", "FIRSTNAME", "NOMBRE_D_ETES", "Remarque secrete",
                   "Société"),
                  (first, "Zoé", "2,5", "Allergie", "Société du Walk"),
                  (second, "Noé", "", "", "SOCIETE DU WALK"),
                  (world.address("trop"), "Trop", "99", "", "")])
    page = bring(world, lead, data)
    form, _ = page.form("Try it")
    world.is_equal("custom fields are guessed by what they are called",
                   ["email", "given_name", "custom:walk_seats",
                    "custom:walk_note", "organisation"],
                   [form.value(f"c{i}") for i in range(5)])
    page = name_columns(world, page)
    world.is_equal("the trial counts organisations too",
                   [2, 1, 0, 0, 0, 1], figures(page))
    world.has("a value that is none is told by its field", page.text,
              "Nombre d’étés")
    world.has("as its form says it", page.text,
              world.say("fr", "Enter a number from"))
    world.sql("UPDATE custom_field SET state = 'closed', version = version + "
              "1 WHERE code = 'walk_note'")
    page = wait(world, page.press("Bring it in"))
    world.has("a field that was closed stops it", page.text, world.say(
        "fr", "A custom field that was chosen takes no values any more: "
        "nothing was stored. Look at the columns again."))
    world.is_equal("nobody came in", 0, contacts(
        world, f"email_key = '{first}'"))
    world.sql("UPDATE custom_field SET state = 'open', version = version + 1 "
              "WHERE code = 'walk_note'")
    form, _ = page.client.get(page.path).form("Try it")
    world.is_equal("opened again, it is chosen still", "custom:walk_note",
                   form.value("c3"))
    page = name_columns(world, page.client.get(page.path))
    done = wait(world, page.press("Bring it in"))
    world.has("then it is brought in", done.text, world.say(
        "fr", "The file was brought in"))
    world.is_equal("with the number", "2.5000", held(world, first,
                                                     "walk_seats"))
    world.is_equal("what is sensitive is sealed", "1", world.sql(
        "SELECT COUNT(*) FROM custom_value v JOIN custom_field f ON f.id = "
        "v.field_id WHERE f.code = 'walk_note' AND v.sealed IS NOT NULL AND "
        "v.value_text IS NULL AND INSTR(v.sealed, 'Allergie') = 0").strip())
    world.is_equal("both belong to one organisation", "2", world.sql(
        "SELECT COUNT(*) FROM membership m JOIN organisation o ON o.id = "
        "m.organisation_id WHERE o.sort_name = 'societe du walk'").strip())
    id_ = world.sql("SELECT id FROM contact WHERE email_key = "
                    f"'{first}'").strip()
    record = lead.get(f"/contacts/{id_}")
    world.has("the record shows it opened", record.text, "Allergie")
    world.has("and where it is from", record.text, SOURCE)
    wait(world, done.press("Take the import back"))
    world.is_equal("taken back, nothing of it is left", "0 0 0", world.sql(
        "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM contact WHERE email_key "
        f"IN ('{first}', '{second}')), (SELECT COUNT(*) FROM organisation "
        "WHERE sort_name = 'societe du walk'), (SELECT COUNT(*) FROM "
        "custom_value v JOIN custom_field f ON f.id = v.field_id WHERE f.code "
        "LIKE 'walk%'))").strip())
    world.sql("UPDATE custom_field SET state = 'removed' WHERE code LIKE "
              "'walk%'")


def tell_who(world, lead, dpo):
    theirs = bring(world, dpo, given("excel.xlsx"))
    world.has("a workbook of Excel is read", theirs.text, "zoe@example.org")
    id_ = re.search(r"/imports/(\d+)", theirs.path)[1]
    for rest in ("", "/columns", "/state", "/rejects"):
        there, nowhere = (lead.get(f"/imports/{i}{rest}")
                          for i in (id_, "99999999"))
        world.is_equal(f"another team's import is not there: {rest}", (
            404, nowhere.title, nowhere.h1), (there.status, there.title,
                                              there.h1))
    for role in ("adviser", "admin", "auditor", "security", "legal"):
        who = staff(world, role)[0]
        world.is_equal(f"{role} brings in nothing", 404,
                       who.get("/imports").status)
    theirs.press("Give up, destroy the file")
    world.is_equal("given up, it ends", "cancelled", world.sql(
        f"SELECT state FROM import WHERE id = {id_}").strip())


def tell(world):
    lead, _ = staff(world, "lead")
    dpo, _ = staff(world, "dpo")
    known, mail = world.sql(
        "SELECT c.id, c.email_key FROM contact c WHERE c.visibility = "
        "'everyone' AND c.restricted_us IS NULL AND c.identity_id IS NULL "
        "AND c.email_key IS NOT NULL AND c.collected_us < "
        f"{world.now_us() - 172800000000} AND NOT EXISTS (SELECT 1 FROM "
        "contact o WHERE o.email_key = c.email_key AND o.id <> c.id) AND NOT "
        "EXISTS (SELECT 1 FROM contact_provenance p WHERE p.contact_id = "
        "c.id) ORDER BY c.id LIMIT 1").strip().split("\t")
    new, gone = world.address("nouvelle"), erased_address(world)
    tell_bad_uploads(world, lead)
    tell_refused(world, lead)
    data = table([("Courriel", "Prénom", "Nom", "Ville", "Points"),
                  (new, "Zoé", "L’Été", "Nîmes", "12"),
                  (world.address("autre"), "Noé", "Œuvre; fils", "", "1"),
                  (mail, "", "", "Vannes-Import", "3"),
                  ("nonsense", "N", "N", 50 * "Brest ", "4"),
                  (new.upper(), "Zoé", "Encore", "", "5"),
                  (gone, "Gone", "Away", "Brest", "6")])
    page = bring(world, lead, data)
    tell_columns(world, page)
    page = name_columns(world, page)
    tell_trial(world, page, gone)
    other = name_columns(world, bring(world, dpo, data))
    done = tell_both(world, page, other, new)
    tell_back(world, done, new, known)
    said = dpo.get("/audit").text
    world.has("the audit says in words what was done with the known", said,
              world.say("fr", "take what is newer in the file"))
    world.is_true("and names no code", not any(code in said for code in (
        "policy", "suppressed", "organisations 1")), said)
    tell_fields(world, lead)
    tell_who(world, lead, dpo)


def erased_address(world):
    """Somebody who was erased: an earlier story's, or as an erasure does."""
    if "erased_address" not in world.people:
        import import_file
        world.people["erased_address"] = import_file.erased(world)
    return world.people["erased_address"]
