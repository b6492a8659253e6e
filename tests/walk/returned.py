# SPDX-License-Identifier: EUPL-1.2
"""The export of one person goes out, they correct it, it comes back: staff see
what differs, choose, and the person sees what changed.  Another's reference,
several rows, a colleague who was quicker, another silo.
GDPR 5(1)(d), 16; CS4, X13, T16."""
import csv
import io

import exports
from imports import table, wait
from office import demo_customer, staff

ODD = "=1+1; quai de l’Île"


def export(world, adviser, id_):
    """The record as a CSV file: its names of columns and its row."""
    page = adviser.get(f"/contacts/{id_}").follow("/exports/new")
    columns = ("reference", "given_name", "family_name", "email", "phone",
               "street", "postcode", "city", "country", "language")
    ticked = {n: "yes" for n in columns} | {n: None for n in exports.USUAL}
    page = page.press("Prepare the export", format="csv", reason="case",
                      **ticked)
    file = exports.fetch(exports.wait(page))
    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"))))
    return rows[0], rows[1]


def send(world, who, id_, rows):
    page = who.get(f"/contacts/{id_}").follow("/file")
    return wait(world, page.upload("Upload", "file", table(rows, "utf-8")))


def stored(world, id_):
    return world.sql("SELECT street, city, phone, family_name FROM contact "
                     f"WHERE id = {id_}").strip().split("\t")


def changed(names, row, **values):
    """The row with other cells, by the names of the columns."""
    row = list(row)
    for field, value in values.items():
        row[names.index(field)] = value
    return row


def tell_taken(world, adviser, id_):
    names, row = export(world, adviser, id_)
    world.is_true("the street is neutralised in the file", "'" + ODD in row,
                  row)
    page = send(world, adviser, id_, [names, row])
    world.has("untouched, it says nothing else than the record", page.text,
              world.say("fr", "The file says nothing else than the record."))
    page.press("Give up, destroy the file")
    corrected = changed(names, row, city="Saint-Malo", country="F1",
                        phone="")
    page = send(world, adviser, id_, [names, corrected])
    world.has("what is there now is shown", page.text, "Nantes")
    world.has("and what the file says", page.text, "Saint-Malo")
    world.has("a country that is none is not taken", page.text, world.say(
        "fr", "The country is not two letters, such as FR."))
    form, _ = page.form("Save")
    world.is_equal("what it says is proposed", "take", form.value("city"))
    world.is_equal("an emptied cell is not", "keep", form.value("phone"))
    before = world.sql(f"SELECT last_person_us FROM contact WHERE id = {id_}")
    file = page.path.split("/")[-1]
    done = page.press("Save")
    world.is_equal("saved, it leads back", f"/contacts/{id_}", done.path)
    world.is_equal("the record has the new town alone", [
        ODD, "Saint-Malo", "+33612345678"], stored(world, id_)[:3])
    world.has("and says where it came from", done.text, world.say(
        "fr", "the person, in a file that they sent back"))
    world.is_equal("with its history", "1", world.sql(
        "SELECT COUNT(*) FROM contact_history WHERE contact_id = "
        f"{id_} AND field = 'city' AND at_us = (SELECT at_us FROM "
        f"contact_provenance WHERE contact_id = {id_} AND field = 'city' AND "
        "source = 'file')").strip())
    world.is_true("it is a contact from the person (X10)", int(before) < int(
        world.sql(f"SELECT last_person_us FROM contact WHERE id = {id_}")))
    again = adviser.get(f"/contacts/{id_}/file/{file}")
    world.is_equal("the file is done with", f"/contacts/{id_}", again.path)
    return names, row


def tell_refused(world, adviser, id_, names, row):
    other = world.sql("SELECT reference FROM contact WHERE id <> "
                      f"{id_} ORDER BY id LIMIT 1").strip()
    before = stored(world, id_)
    for rows, msgid in (
            ([names, changed(names, row, reference=other, city="X")],
             "The reference in the file is not that of this record: nothing "
             "of the file is shown."),
            ([names, changed(names, row, reference="", city="X")],
             "The file does not say whose it is: its column Reference is "
             "missing or empty."),
            ([names, row, row], "The file holds several people, or no names "
             "of columns: send back the file of one person, with its first "
             "line as it was.")):
        page = send(world, adviser, id_, rows)
        world.has(f"refused in words: {msgid[:40]}", page.text, world.say(
            "fr", msgid))
        world.is_true("without a form to save it", "seen" not in page.html)
    page = adviser.get(f"/contacts/{id_}/file").upload(
        "Upload", "file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    page = wait(world, page)
    world.is_true("what is no table is refused",
                  world.say("fr", "Nothing of it was stored.") in page.text,
                  page.text)
    world.is_equal("and nothing has changed", before, stored(world, id_))


def tell_quicker(world, adviser, dpo, id_, names, row):
    """A colleague corrects the same field while the comparison is open."""
    page = send(world, adviser, id_, [names, changed(names, row,
                                                     city="Dinan")])
    dpo.get(f"/contacts/{id_}").follow("/edit").press("Save", city="Cancale")
    clash = page.press("Save")
    world.is_equal("it is asked again", 422, clash.status)
    world.has("with what is there now", clash.text, "Cancale")
    world.is_equal("and nothing of it is stored", "Cancale",
                   stored(world, id_)[1])
    clash.press("Save")
    world.is_equal("saved again, it is the file's", "Dinan",
                   stored(world, id_)[1])


def tell_imports(world, lead, dpo, id_, names, row):
    """A bringer of files finds the record by the reference."""
    rows = [names, changed(names, row, city="Cancale")]
    page = wait(world, dpo.get("/imports/new").upload(
        "Upload", "file", table(rows, "utf-8")))
    form_page = page
    page = page.press("Compare it with their record")
    world.is_true("it leads to the comparison", page.path.startswith(
        f"/contacts/{id_}/file/"), page.path)
    second = form_page.press("Compare it with their record")
    world.is_equal("a second press too", page.path, second.path)
    page.press("Save")
    world.is_equal("which stores it", "Cancale", stored(world, id_)[1])
    rows = [names, changed(names, row, reference="C-00000000")]
    page = wait(world, dpo.get("/imports/new").upload(
        "Upload", "file", table(rows, "utf-8")))
    page = page.press("Compare it with their record")
    world.is_equal("a reference that is none is refused", 422, page.status)
    world.has("in words", page.text, world.say(
        "fr", "No record that you may see has the reference in the file."))
    page.press("Give up, destroy the file")


def tell_own(world, adviser, id_, names, row):
    """What we noted beside the record is corrected in the same way."""
    world.sql("INSERT INTO custom_field (code, kind, is_sensitive, "
              "is_editable, is_bounded, least, most, basis, "
              "retention_months, created_us) VALUES ('back_seats', 'number', "
              f"0, 0, 1, 1000, 9000, 'contract', 0, {world.now_us()})")
    world.sql("INSERT INTO custom_text (field_id, language, label, help) "
              "SELECT id, 'fr', 'Places au retour', '' FROM custom_field "
              "WHERE code = 'back_seats'")
    names = names + ["Places au retour"]
    page = send(world, adviser, id_, [names, row + ["99"]])
    world.has("a value that is none of the field's is not taken", page.text,
              world.say("fr", "Enter a number from"))
    page.press("Give up, destroy the file")
    page = send(world, adviser, id_, [names, row + ["2,5"]])
    world.has("a custom field that differs is shown", page.text,
              "Places au retour")
    page.press("Save")
    world.is_equal("and stored, with where it is from", "2500 file",
                   world.sql(
                       "SELECT CONCAT(v.value_number, ' ', p.source) FROM "
                       "custom_value v JOIN custom_field f ON f.id = "
                       "v.field_id JOIN contact_provenance p ON p.contact_id "
                       "= v.contact_id AND p.field = 'custom:back_seats' "
                       f"WHERE f.code = 'back_seats' AND v.contact_id = {id_}"
                   ).strip())
    world.sql("DELETE v FROM custom_value v JOIN custom_field f ON f.id = "
              "v.field_id WHERE f.code = 'back_seats'")
    world.sql("UPDATE custom_field SET state = 'removed' WHERE code = "
              "'back_seats'")


def tell_silo(world, adviser, id_):
    hidden = world.sql(
        "SELECT id FROM contact WHERE visibility = 'team' AND team_id <> "
        "(SELECT team_id FROM staff WHERE email = "
        f"'{world.staff('adviser')['email']}') AND (owner_id IS NULL OR "
        "owner_id <> (SELECT id FROM staff WHERE email = "
        f"'{world.staff('adviser')['email']}')) ORDER BY id LIMIT 1").strip()
    file = world.sql("SELECT MAX(id) FROM import WHERE contact_id = "
                     f"{id_}").strip()
    for rest in ("/file", f"/file/{file}", f"/file/{file}/state"):
        there, nowhere = (adviser.get(f"/contacts/{i}{rest}")
                          for i in (hidden, "99999999"))
        world.is_equal(f"another silo's record is not there: {rest}", (
            404, nowhere.title, nowhere.h1), (there.status, there.title,
                                              there.h1))
    other = world.sql(f"SELECT id FROM contact WHERE id <> {id_} AND "
                      "visibility = 'everyone' ORDER BY id LIMIT 1").strip()
    world.is_equal("a file is of its own record alone", 404, adviser.get(
        f"/contacts/{other}/file/{file}").status)
    for role in ("admin", "auditor", "security", "legal"):
        world.is_equal(f"{role} takes no file in", 404, staff(world, role)[
            0].get(f"/contacts/{id_}/file").status)


def tell(world):
    adviser, _ = staff(world, "adviser")
    lead, _ = staff(world, "lead")
    dpo, _ = staff(world, "dpo")
    id_ = demo_customer(world)[1][3]
    world.sql(f"UPDATE contact SET street = '{ODD}', city = 'Nantes', phone ="
              f" '+33612345678', country = 'FR', version = version + 1 WHERE "
              f"id = {id_}")
    names, row = tell_taken(world, adviser, id_)
    tell_refused(world, adviser, id_, names, row)
    tell_quicker(world, adviser, dpo, id_, names, row)
    tell_imports(world, lead, dpo, id_, names, row)
    tell_own(world, adviser, id_, names, row)
    tell_silo(world, adviser, id_)
