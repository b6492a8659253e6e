# SPDX-License-Identifier: EUPL-1.2
"""The administrator defines a field, a colleague and the person fill it, the
person sees what for and until when, and it ends with all that it held.
GDPR 5(1)(b), 5(1)(c), 5(1)(e), 15(1), 16; CS6, TL5, X12, X13."""
import time

from lists import all_listed
from office import demo_customer, is_unchosen, staff

# What the person sees, in the language that they chose.
SEEN = {"fr": ("Champ %s", "12,5", "Sans noix", "Côté couloir",
               "Organisation de vos voyages"),
        "en": ("Field %s", "12.5", "Sans noix", "On the aisle",
               "Organising your trips")}


def value(world, id_, code):
    """Number, text, day, whether sealed, of a value; "" for none."""
    return world.sql(
        "SELECT v.value_number, IFNULL(v.value_text, '-'), "
        "IFNULL(v.value_day, '-'), v.sealed IS NOT NULL FROM custom_value v "
        f"JOIN custom_field f ON f.id = v.field_id WHERE f.code = '{code}' "
        f"AND v.contact_id = {id_}").strip()


def define(world, admin, code, **typed):
    page = admin.get("/settings/fields").follow("/new")
    purposes = sorted(b[0] for b in page.form("Save")[0].boxes
                      if b[0].startswith("purpose_"))
    is_unchosen(world, "a new field", page.form("Save")[0], "basis")
    words = {"code": code, "label_fr": f"Champ {code}", "label_en":
             f"Field {code}", "months": "0", "basis": "contract", purposes[-1]: "yes",
             "editable": "yes"}
    words.update(typed)
    return page.press("Save", **words)


def tell_define(world, admin, dpo, adviser):
    code = f"miles_{world.serial}"
    done = define(world, admin, code, kind="number", least="0", most="1000",
                  help_fr="Kilomètres par an, en milliers.", months="24")
    world.is_equal("a field is defined, back at the list",
                   (200, "/settings/fields"), (done.status, done.path))
    world.has("which has it", done.text, f"Champ {code}")
    world.has("the DPO reads which there are", dpo.get(
        "/settings/fields").text, f"Champ {code}")
    world.is_equal("and defines none", 404, dpo.get(
        "/settings/fields/new").status)
    world.is_equal("an adviser has no such page", 404, adviser.get(
        "/settings/fields").status)
    again = define(world, admin, code)
    world.is_equal("a code is used once", 422, again.status)
    world.has("and what was typed is kept", again.html, f'value="{code}"')
    for name, bad in (("code", "Été"), ("months", "-1"), ("months", "601"),
                      ("label_fr", ""), ("basis", ""), ("kind", "picture"),
                      ("least", "many")):
        typed = {"code": f"x_{world.serial}", "kind": "number", name: bad}
        wrong = define(world, admin, **typed)
        world.is_equal(f"{name} {bad!r} is refused", 422, wrong.status)
    page = admin.get("/settings/fields/new")
    box = page.form("Save")[0].boxes[0][0]
    world.is_true("a field has purposes to choose from", bool(box))
    wrong = page.press("Save", code="no_purpose", label_fr="A", label_en="B",
                       months="0", basis="contract")
    world.is_equal("and one at least (TL5)", 422, wrong.status)
    wrong = define(world, admin, "seats", kind="choice", choices="aisle")
    world.is_true("answers are written out, and kept as typed",
                  wrong.status == 422 and ">aisle</textarea>" in wrong.html,
                  wrong.status)
    return code


def tell_record(world, adviser, dpo, person, id_, code):
    """Colleagues fill it, two at once; the person sees it."""
    page = adviser.get(f"/contacts/{id_}").follow("/edit")
    mine = dpo.get(f"/contacts/{id_}").follow("/edit")
    name = f"custom_{code}"
    for bad in ("many", "1001", "-1", "1.2345", "1" * 400):
        wrong = page.press("Save", **{name: bad})
        world.is_true(f"{bad[:8]!r} is no such number, and is kept",
                      wrong.status == 422 and f'value="{bad}"' in wrong.html,
                      wrong.status)
    done = page.press("Save", **{name: "12,50", "custom_diet": "Sans noix"})
    world.is_equal("values are saved, back at the record",
                   f"/contacts/{id_}", done.path)
    world.has("which shows them", done.text, "12,5")
    world.has("the sensitive one too", done.text, "Sans noix")
    world.is_equal("a number is one", "12500\t-\t-\t0", value(world, id_,
                                                             code))
    world.is_equal("what is sensitive is sealed", "0\t-\t-\t1", value(
        world, id_, "diet"))
    merged = mine.press("Save", custom_seat="aisle")
    world.is_equal("another field saved meanwhile is saved too",
                   (f"/contacts/{id_}", "0\taisle\t-\t0",
                    "12500\t-\t-\t0"),
                   (merged.path, value(world, id_, "seat"),
                    value(world, id_, code)))
    clash = mine.press("Save", **{name: "13"})
    world.is_true("the same field is asked again, with what is there now",
                  clash.status == 422 and "12,5" in clash.text and
                  'value="13"' in clash.html, clash.status)
    page = person.get("/account")
    for part in SEEN[page.lang]:
        world.has(f"the person sees {part}", page.text, part % code
                  if "%" in part else part)


def tell_filter(world, dpo, id_, code):
    """The list asks for it; what is sensitive only whether it is there."""
    found = dpo.get(f"/contacts?f=custom.{code}.least.12-5")
    world.is_equal("the list finds who has it", {f"/contacts/{id_}"},
                   all_listed(dpo, found))
    page = dpo.get("/lists/filter").follow("add=custom.seat")
    done = page.press("Add", op="is", value="front")
    world.is_equal("a choice stands in the address",
                   "/contacts?f=custom.seat.is.front", done.path)
    world.has("and is said in words", done.text, "À l’avant")
    page = dpo.get("/lists/filter").follow("add=custom.passport_expiry")
    wrong = page.press("Add", op="before", value="soon")
    world.is_true("what is no day is asked again",
                  wrong.status == 422 and 'value="soon"' in wrong.html,
                  wrong.status)
    done = wrong.press("Add", value="31/12/2026")
    world.is_equal("a day is typed as people write it",
                   "/contacts?f=custom.passport_expiry.before.2026-12-31",
                   done.path)
    wanted = int(world.sql(
        "SELECT COUNT(*) FROM custom_value v JOIN custom_field f ON f.id = "
        "v.field_id WHERE f.code = 'passport_expiry' AND v.value_day < "
        "'2026-12-31'"))
    world.is_equal("and its passports are those that end", wanted,
                   len(all_listed(dpo, done)))
    page = dpo.get("/lists/filter").follow("add=custom.passport_expiry")
    wrong = page.press("Add", op="within", value="31/12/2026")
    world.is_equal("days to come are a number", 422, wrong.status)
    done = wrong.press("Add", value="400")
    world.is_equal("and stand in the address",
                   "/contacts?f=custom.passport_expiry.within.400d",
                   done.path)
    world.has("it is said in words", done.text,
              "dans les 400 prochains jours")
    wanted = int(world.sql(
        "SELECT COUNT(*) FROM custom_value v JOIN custom_field f ON f.id = "
        "v.field_id WHERE f.code = 'passport_expiry' AND v.value_day BETWEEN "
        "CURRENT_DATE AND CURRENT_DATE + INTERVAL 400 DAY"))
    world.is_equal("passports that end so soon are found, none ended before",
                   wanted, len(all_listed(dpo, done)))
    page = dpo.get("/lists/filter").follow("add=custom.diet")
    world.is_equal("a sensitive one is filled or not", ["filled", "empty"],
                   page.form("Add", "")[0].choices["op"])
    gone = dpo.get("/contacts?f=custom.never_defined.filled")
    world.has("a field that is gone is said to be", gone.text, world.say(
        "fr", "no longer there"))


def tell_use(world, admin, dpo):
    page = admin.get("/settings/fields").follow("/settings/fields/use")
    world.has("the use of fields is shown", page.h1, world.say(
        "fr", "How fields are used"))
    world.is_equal("to the DPO too", 200, dpo.get(
        "/settings/fields/use").status)


def tell_person(world, person, id_, code):
    """The person corrects it in their space."""
    page = person.get("/account/data")
    name = f"custom_{code}"
    wrong = page.press("Save", **{name: "5000", "custom_passport_expiry":
                                  "31/02/2031"})
    world.is_true("what is wrong is asked again, both at once, and kept",
                  wrong.status == 422 and 'value="5000"' in wrong.html and
                  'value="31/02/2031"' in wrong.html and
                  len([e for e in wrong.doc.errors if e]) >= 2,
                  wrong.html[-3000:])
    done = wrong.press("Save", **{name: "20", "custom_passport_expiry":
                                  "12/05/2031"})
    world.is_equal("a correction is taken", (200, "/account/data"),
                   (done.status, done.path))
    world.is_equal("at once", ("20000\t-\t-\t0", "0\t-\t2031-05-12\t0"),
                   (value(world, id_, code),
                    value(world, id_, "passport_expiry")))
    world.is_true("the history keeps the value before",
                  f"<del>{SEEN[done.lang][1]}</del> → <ins>20</ins>"
                  in done.html,
                  done.html[-3000:])
    world.has("it came from the person", world.sql(
        "SELECT source, basis FROM contact_provenance WHERE contact_id = "
        f"{id_} AND field = 'custom:{code}'"), "account\tcontract")
    page = person.get("/account")
    world.has("a date is written as people read it", page.text,
              "12 mai 2031" if page.lang == "fr" else "12 May 2031")


def tell_end(world, admin, adviser, person, id_, code):
    """Closed, then removed with all that it held."""
    number = world.sql("SELECT id FROM custom_field WHERE code = "
                       f"'{code}'").strip()
    stale = adviser.get(f"/contacts/{id_}").follow("/edit")
    page = admin.get("/settings/fields").follow(f"/settings/fields/{number}")
    closed = page.press("Close the field")
    world.has("it is closed", closed.text, world.say("fr", "closed"))
    wrong = stale.press("Save", **{f"custom_{code}": "30"})
    world.is_true("who types into an old page is told, and loses nothing",
                  wrong.status == 422 and 'value="30"' in wrong.html,
                  wrong.status)
    page = person.get("/account")
    world.has("what is there stays", page.text, SEEN[page.lang][0] % code)
    wrong = closed.press("Remove it with its values", code="another")
    if "/sign-in/again" in wrong.path:
        world.is_true("removing asks who it is", True)
        return
    world.is_equal("the code is typed to confirm", 422, wrong.status)
    wrong.press("Remove it with its values", code=code)
    end = time.monotonic() + 30
    while time.monotonic() < end and world.sql(
            f"SELECT state FROM custom_field WHERE id = {number}").strip() \
            != "removed":
        time.sleep(0.5)
    world.is_equal("then no value is left", ("removed", "0"), (world.sql(
        f"SELECT state FROM custom_field WHERE id = {number}").strip(),
        world.sql("SELECT COUNT(*) FROM custom_value WHERE field_id = "
                  f"{number}").strip()))
    world.is_equal("nor in the histories, which say that a program emptied it",
                   "program\t1", world.sql(
                       "SELECT by_kind, COUNT(*) FROM contact_history WHERE "
                       f"field = 'custom:{code}' AND contact_id = {id_} "
                       "GROUP BY by_kind").strip())
    page = person.get("/account")
    world.is_true("the person's space has it no more",
                  SEEN[page.lang][0] % code not in page.text, page.text)
    page = person.get("/account/data")
    world.has("but its history says what became of it", page.text, world.say(
        page.lang, "a program: its time had ended, or we no longer use this "
        "field"))
    world.has("the field says so too", admin.get(
        f"/settings/fields/{number}").text, world.say("fr", "removed"))


def tell(world):
    customer, contact = demo_customer(world)
    admin, dpo = staff(world, "admin")[0], staff(world, "dpo")[0]
    adviser = staff(world, "adviser")[0]
    person = world.visitor("fr")
    person.get("/sign-in").press("Sign in", about="", **customer)
    code = tell_define(world, admin, dpo, adviser)
    tell_record(world, adviser, dpo, person, contact[3], code)
    tell_filter(world, dpo, contact[3], code)
    tell_use(world, admin, dpo)
    tell_person(world, person, contact[3], code)
    tell_end(world, admin, adviser, person, contact[3], code)
