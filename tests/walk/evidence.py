# SPDX-License-Identifier: EUPL-1.2
"""Staff note what a person said by phone: a yes with its recording, a no with
nothing.  The person is told, sees it, and takes it back; a yes over a no waits
for them; nobody hears a recording without a reason that the person can read.
GDPR 7(1), 7(3), 15(1)(c), 18(2), 21; TL1, CS8."""
import io
import json
import re
import zipfile

from choices import press_choice, state
from office import staff
from opt_in import opt_in
from package import fetch
from sign_in import sign_in

SOUND = b"OggS\x00\x02" + bytes(range(256)) * 2200      # three pieces
SCAN = b"%PDF-1.7\nscanned by hand"


def stored(world, id_, channel):
    """What stands, how it came, whether it waits, and for what proof."""
    return world.sql(
        "SELECT s.state, e.kind, e.how, s.is_held, COALESCE(x.kind, '') "
        "FROM consent_state s JOIN consent_event e ON e.id = s.event_id "
        "JOIN purpose p ON p.id = s.purpose_id LEFT JOIN evidence x ON x.id = "
        f"e.evidence_id WHERE s.contact_id = {id_} AND p.code = 'ideas' AND "
        f"s.channel = '{channel}'").strip("\n").split("\t")


def choices(colleague, id_):
    return colleague.get(f"/contacts/{id_}").follow("/choices")


def yes(colleague, id_):
    return choices(colleague, id_).follow("/evidence?purpose=ideas")


def tell_wrong(world, dpo, id_):
    page = yes(dpo, id_)
    world.is_equal("the page to note a yes opens", 200, page.status)
    world.has("with the exact wording", page.html, "<blockquote")
    world.settle(40)
    before = world.tables()
    good = {"sms": "yes", "how": "phone", "said": "yes",
            "said_on": world.today()}
    for what, data, typed, msgid in (
            ("no file", None, {}, "Choose a file."),
            ("a page that calls itself a recording", b"<html><script>", {},
             "This file is none of the kinds that are taken, whatever its "
             "name says."),
            ("a day to come", SOUND, {"said_on": "2999-01-01"},
             "Enter a date like 2026-01-31, not after today."),
            ("a day before the text", SOUND, {"said_on": "2001-01-01"},
             "Nobody can have said yes to this text before it was there, on"),
            ("another text", SOUND, {"said": None},
             "A yes to another text is no yes to this purpose: tick this "
             "only if it is so."),
            ("no channel", SOUND, {"sms": None},
             "Choose at least one channel."),
            ("no manner", SOUND, {"how": None},
             "Choose one of the answers.")):
        send = {k: v for k, v in {**good, **typed}.items() if v is not None}
        wrong = page.upload("Note the yes", "evidence", data, **send)
        world.is_equal(f"{what}: refused", 422, wrong.status)
        world.has(f"{what}: in words", wrong.text, world.say("fr", msgid))
    large = page.upload("Note the yes", "evidence", SOUND + b"x" *
                        (10 * 1024 * 1024), **good)
    world.is_true("a file of more than 10 MB is refused", large.status in
                  (413, 422), large.status)
    world.is_equal("nothing of it was stored", before, world.tables())


def tell_yes(world, dpo, id_, address):
    world.skip_mails(address)
    page = yes(dpo, id_)
    typed = {"sms": "yes", "post": "yes", "how": "phone", "said": "yes",
             "said_on": world.today()}
    done = page.upload("Note the yes", "evidence", SOUND, **typed)
    world.is_equal("a yes by phone is noted", (200, f"/contacts/{id_}/choices"),
                   (done.status, done.path))
    for channel in ("sms", "post"):
        world.is_equal(f"as what it is ({channel})",
                       ["given", "given", "phone", "0", "ogg"],
                       stored(world, id_, channel))
    page.upload("Note the yes", "evidence", SOUND, **typed)
    world.is_equal("the same press twice is one yes", ("2", "1"), tuple(
        world.sql(q).strip() for q in (
            "SELECT COUNT(*) FROM consent_subject s JOIN consent_event e ON "
            f"e.id = s.event_id WHERE s.contact_id = {id_} AND e.how = "
            "'phone'", f"SELECT COUNT(*) FROM evidence WHERE contact_id = "
            f"{id_}")))
    world.is_equal("nothing of the recording lies there in the open", "0",
                   world.sql("SELECT COUNT(*) FROM evidence_chunk WHERE "
                             "LOCATE('OggS', sealed) > 0").strip())
    world.is_equal("the name of the file is nowhere", "0", world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE LOCATE('csv', detail) > 0 "
        "AND verb = 'consent.noted'").strip())
    world.has("the DPO reads it in the audit", dpo.get(
        f"/audit?contact={id_}").text, world.say(
            "fr", "{who} noted a yes that a person gave another way.")[7:])
    again = yes(dpo, id_).upload("Note the yes", "evidence", SOUND, **typed)
    world.is_equal("the same yes of the same day is refused", 422,
                   again.status)
    return done


def tell_told(world, address):
    """The quiet two minutes are not waited for: the clock of the rows goes."""
    world.sql("UPDATE consent_state s JOIN contact c ON c.id = s.contact_id "
              "SET s.at_us = s.at_us - 180000000 WHERE c.email = "
              f"'{address}' AND NOT s.is_told")
    mail = world.mail(address, "/account/consents", 40)
    world.has("a mail says how it was given", mail.text,
              world.say("fr", "by phone"))
    world.is_true("and how it is taken back", mail.links(), mail.text)


def tell_language(world, dpo, id_):
    """Titles are in the language of the page, not in that of the person."""
    titles = {lang: world.sql(
        "SELECT t.title FROM purpose_text t JOIN purpose_version v ON v.id = "
        "t.purpose_version_id JOIN purpose p ON p.id = v.purpose_id WHERE "
        f"p.code = 'ideas' AND t.language = '{lang}' ORDER BY v.number DESC "
        "LIMIT 1").strip() for lang in ("fr", "en")}
    world.sql(f"UPDATE contact SET language = 'en' WHERE id = {id_}")
    page = choices(dpo, id_)
    world.is_true("the titles of purposes are in the language of the page",
                  titles["fr"] in page.text and titles["en"] not in page.text,
                  page.text)
    world.sql(f"UPDATE contact SET language = 'fr' WHERE id = {id_}")


def tell_open(world, dpo, id_):
    page = choices(dpo, id_)
    ask = page.follow("/evidence/")
    world.is_true("a recording does not open by itself",
                  "<audio" not in ask.html and
                  "<audio" not in page.html, ask.html)
    url = ask.path
    before = world.tables()
    none = ask.press("Open it")
    world.is_equal("nor without a reason", 422, none.status)
    world.is_equal("and nothing is recorded of that", before, world.tables())
    show = ask.press("Open it", reason="check")
    world.has("with a reason it does", show.html, "<audio")
    world.has("and sound may be played from here alone", show.header(
        "Content-Security-Policy"), "media-src 'self'")
    link = re.search(r'<audio[^>]* src="([^"]+)"', show.html)[1]
    file = dpo.get(link)
    world.is_equal("byte for byte", (200, SOUND), (file.status, file.body))
    for name, value in (("Content-Type", "audio/ogg"),
                        ("X-Content-Type-Options", "nosniff"),
                        ("Cache-Control", "no-store")):
        world.is_equal(f"its {name}", value, file.header(name))
    part = dpo.request("GET", link, headers={"Range": "bytes=2-5"})
    world.is_equal("it is played from where somebody wants", (206, SOUND[2:6]),
                   (part.status, part.body))
    world.has("it can run nothing", file.header("Content-Security-Policy"),
              "sandbox")
    world.is_equal("who opened it, and why, is recorded", "evidence\tcheck",
                   world.sql(
                       "SELECT l.kind, l.reason FROM access_line l JOIN "
                       "access_subject s ON s.line_id = l.id WHERE "
                       f"s.contact_id = {id_} AND l.kind = 'evidence'"
                   ).strip())
    world.is_equal("looking again changes nothing", 1, int(world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE verb = 'evidence.opened' AND "
        f"object_id = {url.rsplit('/', 1)[1]}")))
    forged = link.replace("/file", "")
    forged = forged[:-1] + ("A" if forged[-1] != "A" else "B")
    world.is_equal("a forged grant asks for a reason", url,
                   dpo.get(forged).path)
    world.is_equal("and gives no byte", 410, dpo.get(forged + "/file").status)
    return url, link


def tell_silo(world, dpo, id_, url, link):
    lead, _ = staff(world, "lead")
    world.sql("UPDATE contact SET visibility = 'owner', owner_id = (SELECT "
              f"MIN(id) FROM staff WHERE role = 'dpo') WHERE id = {id_}")
    for path in (f"/contacts/{id_}/choices", f"/contacts/{id_}/evidence"
                 "?purpose=ideas", f"/contacts/{id_}/choices/no?purpose=ideas",
                 url, link, link.replace("/file", "")):
        there = lead.get(path)
        nowhere = lead.get(re.sub(r"/(contacts|evidence)/\d+",
                                  r"/\1/99999999", path))
        number = re.compile(r"[0-9a-f]{16}|csrf.{60}|lang=\w+")
        world.is_equal(f"outside the silo there is nothing at {path[:20]}",
                       (404, number.sub("", nowhere.text)),
                       (there.status, number.sub("", there.text)))
    world.sql("UPDATE contact SET visibility = 'everyone' WHERE id = "
              f"{id_}")
    other = lead.get(link)
    world.is_equal("a grant is of one colleague alone", 410, other.status)


def tell_no(world, dpo, id_):
    page = choices(dpo, id_).follow("/choices/no?purpose=ideas")
    form, _ = page.form("Note the no")
    world.is_true("a no asks for no file, no reason, no text", form.names() <=
                  {"csrf", "request_key", "purpose", "how", "said_on",
                   "email", "sms", "post", "phone"}, form.names())
    done = page.press("Note the no", sms="yes", how="in_person")
    world.is_equal("a no is noted", (200, f"/contacts/{id_}/choices"),
                   (done.status, done.path))
    world.is_equal("and counts at once",
                   ["withdrawn", "withdrawn", "in_person", "0", ""],
                   stored(world, id_, "sms"))
    again = page.client.get(page.path).press(
        "Note the no", sms="yes", how="phone")
    world.is_equal("a second no says that there is one", 422, again.status)
    late = yes(dpo, id_).upload("Note the yes", "evidence", SCAN, sms="yes",
                                how="paper", said="yes", said_on=world.today())
    world.has("of the same day nobody knows which came last", late.text,
              world.say("fr", "A no came since: only a yes of a later day "
                        "counts. They said no on"))


def tell_held(world, dpo, id_, person):
    world.sql("UPDATE consent_state SET at_us = at_us - 3 * 86400000000 "
              f"WHERE contact_id = {id_} AND channel = 'sms'")
    page = yes(dpo, id_)
    world.has("a yes over a no is announced to wait", page.text, world.say(
        "fr", "They, or somebody with the same address or number, said no "
        "before or were erased. A yes that you note is kept with its proof, "
        "but nothing is sent on it: it counts once they say it themselves in "
        "their space."))
    page.upload("Note the yes", "evidence", SCAN, sms="yes", how="paper",
                said="yes", said_on=world.today())
    world.is_equal("it is kept with its proof, and waits",
                   ["given", "given", "paper", "1", "pdf"],
                   stored(world, id_, "sms"))
    listed = world.sql(
        "SELECT COUNT(*) FROM consent_state s JOIN purpose p ON p.id = "
        "s.purpose_id WHERE s.state = 'given' AND NOT s.is_held AND "
        f"s.contact_id = {id_} AND s.channel = 'sms'").strip()
    world.is_equal("nobody may write on it", "0", listed)
    page = person.get("/account/consents")
    world.is_equal("the person sees neither yes nor no pressed",
                   {"yes": False, "no": False}, state(page, "ideas.sms"))
    world.has("but what was noted", page.text, world.say("fr",
              "To be confirmed"))
    world.has("and that the proof is kept", page.text, world.say(
        "fr", "The recording or scan of it is kept; it comes with a copy of "
        "your data."))
    page = press_choice(page, "ideas.sms", "yes")
    world.is_equal("their own yes makes it one", {"yes": True, "no": False},
                   state(page, "ideas.sms"))
    world.is_equal("and it is theirs", ["given", "given", "account", "0", ""],
                   stored(world, id_, "sms"))
    page = press_choice(page, "ideas.post", "no")
    world.is_equal("a yes noted by staff is taken back in one press",
                   ["withdrawn", "withdrawn", "account", "0", ""],
                   stored(world, id_, "post"))
    world.has("they read who opened the recording", person.get(
        "/account/activity").text, world.say("fr",
                                             "recording or scan opened"))


def tell_copy(world, person, id_):
    _, page = fetch(world, person, "Prepare my copy")
    files = zipfile.ZipFile(io.BytesIO(page.body))
    names = [n for n in files.namelist() if n.startswith("evidence/")]
    world.is_equal("their copy has the recordings and scans", [SCAN, SOUND],
                   sorted((files.read(n) for n in names),
                          key=len))
    data = json.loads(files.read("data.json"))["data"]
    world.is_equal("and says what they are", ["ogg", "pdf"],
                   sorted(row["kind"] for row in data["evidence"]))


def tell_restricted(world, dpo, id_):
    page = yes(dpo, id_)
    world.sql("UPDATE contact SET restricted_us = 1, restriction = 'claims' "
              f"WHERE id = {id_}")
    wrong = page.upload("Note the yes", "evidence", SCAN, post="yes",
                        how="paper", said="yes", said_on=world.today())
    world.is_equal("no yes while the use is restricted", 422, wrong.status)
    world.has("in words", wrong.text, world.say(
        "fr", "The use of this record is restricted: this cannot be noted "
        "now."))
    shown = choices(dpo, id_)
    world.is_equal("nor a link to one", [], shown.links("/evidence?purpose"))
    world.is_true("a no can be noted", shown.links("/choices/no"),
                  shown.links())
    world.sql("UPDATE contact SET restricted_us = NULL, restriction = NULL "
              f"WHERE id = {id_}")


def tell(world):
    _, address = opt_in(world, "fr", "proof")
    id_ = world.sql("SELECT id FROM contact WHERE email = "
                    f"'{address}'").strip()
    world.sql("UPDATE purpose_version SET created_us = created_us - "
              "10 * 86400000000")
    dpo, _ = staff(world, "dpo")
    tell_wrong(world, dpo, id_)
    tell_yes(world, dpo, id_, address)
    tell_told(world, address)
    tell_language(world, dpo, id_)
    url, link = tell_open(world, dpo, id_)
    tell_silo(world, dpo, id_, url, link)
    tell_no(world, dpo, id_)
    world.skip_mails(address)
    person, _ = sign_in(world, address)
    tell_held(world, dpo, id_, person)
    tell_restricted(world, dpo, id_)
    tell_copy(world, person, id_)
