# SPDX-License-Identifier: EUPL-1.2
"""Two records of one person become one: found, compared, chosen between,
joined; nothing is lost, no yes is widened, the old number leads on, the person
is told, and their erasure takes all of it.
GDPR 5(1)(d), 5(1)(f), 7, 15, 16, 17, 18, 21; I10, X13."""
import re
import time

import bulk
import erasure
import evidence
import imports
import sign_in
from office import records, search, staff
from opt_in import opt_in


def second_record(world, name):
    """What a colleague once noted of somebody who is here already."""
    mail = world.address(name)
    reference = f"C-W{world.serial % 10 ** 6:06d}" + name[0].upper()
    world.sql("INSERT INTO contact (reference, kind, given_name, family_name, "
              "sort_name, language, email, email_key, postcode, city, "
              "country, visibility, source, basis, collected_us, "
              "last_person_us, created_us, updated_us) VALUES ("
              f"'{reference}', 'customer', 'Zoélie', 'Deuxfois', "
              f"'{reference.lower()}', 'fr', '{mail}', '{mail}', '44000', "
              "'Nantes', 'FR', 'everyone', 'staff', 'contract', "
              f"{world.now_us()}, 1, 1, 1)")
    return world.sql("SELECT id FROM contact WHERE reference = "
                     f"'{reference}'").strip(), reference, mail


def first_record(world, name):
    _, address = opt_in(world, "fr", name)
    return world.sql("SELECT id, reference FROM contact WHERE email = "
                     f"'{address}'").split() + [address]


def states(world, id_):
    return dict(line.split("\t") for line in world.sql(
        "SELECT CONCAT(p.code, ' ', s.channel), s.state FROM consent_state s "
        f"JOIN purpose p ON p.id = s.purpose_id WHERE s.contact_id = {id_}"
        ).strip().splitlines())


def wait(world, condition, seconds=30):
    for _ in range(seconds * 5):
        if world.sql(f"SELECT COUNT(*) FROM {condition}").strip() != "0":
            return True
        time.sleep(0.2)
    return False


def bare(page, *words):
    html = re.sub(r'value="[^"]*"|[0-9a-f]{16}', "", page.html)
    for word in (page.path, *words):
        html = html.replace(word, "")
    return page.status, html


def tell_silo(world, lead, stays):
    """A pair of which one is hidden is no pair."""
    other = world.sql("SELECT MIN(id) FROM team WHERE id <> (SELECT team_id "
                      "FROM staff WHERE email = "
                      f"'{world.staff('lead')['email']}')").strip()
    hidden, reference, _ = second_record(world, "cachee")
    world.sql(f"UPDATE contact SET visibility = 'team', team_id = {other} "
              f"WHERE id = {hidden}")
    never = lead.get(f"/contacts/{stays}/merge/99999999")
    for path in (f"/contacts/{stays}/merge/{hidden}",
                 f"/contacts/{hidden}/merge/{stays}",
                 f"/contacts/{hidden}/merge"):
        world.is_equal(f"{path.replace(hidden, 'HIDDEN')} is like what never "
                       "was", bare(never), bare(lead.get(path)))
    page = lead.get(f"/contacts/{stays}/merge")
    one = page.press("Compare", reference=reference)
    none = page.press("Compare", reference="C-NOBODY00")
    world.is_equal("nor is its reference anybody's", bare(none, "C-NOBODY00"),
                   bare(one, reference))


def tell_find(world, dpo, stays, kept, old):
    page = dpo.get(f"/contacts/{stays}").follow("/merge")
    wrong = page.press("Compare", reference="C-NOBODY00")
    world.is_equal("a reference of nobody is asked again", 422, wrong.status)
    world.is_equal("so is their own", 422, page.press(
        "Compare", reference=kept).status)
    page = wrong.press("Compare", reference=" " + old.lower() + " ")
    world.is_equal("both stand side by side", 200, page.status)
    for part in (kept, old, "Zoé", "Zoélie"):
        world.has(f"with {part}", page.text, part)
    return page


def tell_refused(world, page, stays, goes):
    before = world.sql("SELECT COUNT(*) FROM contact_merge")
    unsaid = page.press("Join the two records", given_name="goes")
    world.is_equal("without a reason it is asked again", 422, unsaid.status)
    world.has("with what was chosen", unsaid.html, 'value="goes" checked')
    for sql, back, msgid in (
            (f"UPDATE contact SET restricted_us = 1, restriction = 'claims' "
             f"WHERE id = {goes}", "UPDATE contact SET restricted_us = NULL, "
             f"restriction = NULL WHERE id = {goes}",
             "The use of one of the two records is restricted: its data is "
             "stored and not used (GDPR, Article 18). Wait until that is "
             "lifted."),
            (f"UPDATE contact SET quarantined_us = 1 WHERE id = {stays}",
             f"UPDATE contact SET quarantined_us = NULL WHERE id = {stays}",
             "One of the two is in quarantine: state its basis, source and "
             "date first."),
            (f"UPDATE contact SET version = version + 1 WHERE id = {goes}",
             "DO 1", "One of the two records was changed since you looked: "
             "look at them again.")):
        world.sql(sql)
        late = page.press("Join the two records", reason="said")
        world.sql(back)
        world.is_equal("what stands in the way is said", 422, late.status)
        world.has("in words", late.text, world.say("fr", msgid))
    world.is_equal("and nothing was asked for", before, world.sql(
        "SELECT COUNT(*) FROM contact_merge"))
    return page.client.get(page.path)


def tell_join(world, dpo, page, stays, goes, old):
    typed = {"given_name": "goes", "reason": "said"}
    done = page.press("Join the two records", **typed)
    world.is_equal("it is asked for", 200, done.status)
    again = page.press("Join the two records", **typed)
    world.is_true("pressed twice it is asked for once", again.status in
                  (200, 404) and world.sql(
                      "SELECT COUNT(*) FROM contact_merge WHERE merged_id = "
                      f"{goes}").strip() == "1", again.status)
    world.is_true("a moment later they are one", wait(
        world, f"contact_merge WHERE merged_id = {goes} AND state = 'done'"),
        world.sql("SELECT state, why FROM contact_merge WHERE merged_id = "
                  f"{goes}"))
    world.has("as the page says", dpo.get(done.path).text, old)
    world.is_equal("with one row", "1", world.sql(
        f"SELECT COUNT(*) FROM contact WHERE id IN ({stays}, {goes})"
        ).strip())


def tell_one(world, dpo, stays, old, goes, mails):
    record = dpo.get(f"/contacts/{stays}")
    for part in ("Zoé", "Elle part lundi.", *mails):
        world.has(f"the record has {part}", record.text, part)
    gone = dpo.get(f"/contacts/{goes}")
    world.has("the old address says what it was", gone.text, old)
    world.is_equal("and leads to what it is", f"/contacts/{stays}",
                   gone.follow(f"/contacts/{stays}").path)
    world.is_equal("the old reference finds it", [f"/contacts/{stays}"],
                   records(search(dpo.get("/contacts"), old)))
    world.is_equal("what is nobody's is not there", 404,
                   dpo.get("/contacts/99999999").status)
    for mail in mails:
        world.has("the person is told at each address",
                  world.mail(mail, old).text, old)
    world.has("the DPO reads it in the audit", dpo.get(
        f"/audit?contact={stays}").text, world.say(
            "fr", "{who} joined two records of one person.")[7:])


def tell_pairs(world, dpo, lead):
    one, first, mail = second_record(world, "paire")
    two, second, _ = second_record(world, "autre")
    world.sql(f"UPDATE contact SET email = '{mail}', email_key = '{mail}' "
              f"WHERE id = {two}")
    world.sql("UPDATE duplicate_walk SET ended_us = 0, through_id = 0")
    world.is_true("the keeper finds them", wait(
        world, f"duplicate WHERE low_id = {one} AND high_id = {two} AND why = "
        "'email'"))
    page = lead.get("/contacts").follow("/lists/duplicates")
    world.is_true("the list goes on", page.links("duplicates?after=") or
                  second in page.text)
    page = lead.get("/lists/duplicates?after=" + world.sql(
        f"SELECT id - 1 FROM duplicate WHERE low_id = {one} AND high_id = "
        f"{two}").strip())
    world.has("a lead reads of the pair", page.text, second)
    form = next(f for f in page.forms if f.action == "/lists/duplicates"
                and dict((x[0], x[1]) for x in f.fields).get("low") == one
                and dict((x[0], x[1]) for x in f.fields).get("high") == two)
    world.has("and on the page of each", lead.get(
        f"/contacts/{two}/merge").text, first)
    done = lead.post(form.action, [(x[0], x[1]) for x in form.fields])
    world.is_equal("two people, says the lead", 200, done.status)
    world.is_equal("and they are no pair any more", "1", world.sql(
        f"SELECT COUNT(*) FROM duplicate WHERE low_id = {one} AND high_id = "
        f"{two} AND dismissed_us IS NOT NULL").strip())
    world.is_true("on no page", second not in lead.get(
        f"/contacts/{one}/merge").text)
    world.sql(f"DELETE FROM contact_word WHERE contact_id IN ({one}, {two})")
    world.settle()
    world.sql(f"UPDATE contact SET email = 'x.{mail}', email_key = 'x.{mail}'"
              f" WHERE id = {two}")


def tell_no_gap(world, lead):
    """Pairs that are not for this lead are not there: no page is short of
    them, and none leads on to nothing."""
    world.sql("INSERT INTO duplicate (low_id, high_id, why, found_us) SELECT "
              f"900000000 + seq, 900001000 + seq, 'name', {world.now_us()} "
              "FROM seq_1_to_60")
    page, full = lead.get("/lists/duplicates"), True
    while page.links("duplicates?after="):
        full = full and page.html.count('name="low"') == 25
        page = page.follow("duplicates?after=")
    world.is_true("each page but the last is full", full)
    world.is_true("and the last has something, or is the only one",
                  page.html.count('name="low"') > 0 or
                  "after" not in page.path)
    world.sql("DELETE FROM duplicate WHERE low_id > 900000000")


def tell_taken_back(world, dpo):
    """What was done to both before is not taken back from the one."""
    mails = [world.address(n) for n in ("lot", "tol", "seul",
                                           "loin")]
    data = imports.table([("Courriel", "Prénom", "Nom", "Code postal")] + [
        (m, "Lou", "Delot", "29000") for m in mails])
    page = imports.name_columns(world, imports.bring(world, dpo, data))
    brought = imports.wait(world, page.press("Bring it in"))
    goes, stays, third, fourth = ids = [world.sql(
        f"SELECT id FROM contact WHERE email_key = '{m}'").strip()
        for m in mails]
    name = f"lot {world.serial}"
    world.sql(f"INSERT INTO tag (name, name_key) VALUES ('{name}', '{name}')")
    tag = world.sql(f"SELECT id FROM tag WHERE name = '{name}'").strip()
    acted = bulk.choose(dpo, dpo.get("/contacts"), ids[:3])
    acted = acted.press("Look at it first", about="Poser une étiquette",
                        label=tag, reason="order").press("Do it")
    world.is_equal("all three have a label", "3", world.sql(
        f"SELECT COUNT(*) FROM contact_tag WHERE tag_id = {tag}").strip())
    page = dpo.get(f"/contacts/{stays}/merge/{goes}")
    page.press("Join the two records", reason="looked")
    world.is_true("two become one", wait(
        world, f"contact_merge WHERE merged_id = {goes} AND state = 'done'"))
    back = bulk.wait(dpo, dpo.get(acted.path).press("Take it back"))
    world.is_equal("taken back from the third alone", stays, world.sql(
        f"SELECT contact_id FROM contact_tag WHERE tag_id = {tag}").strip())
    world.has("the page counts the two", back.text, "2 ont été modifiés "
              "depuis")
    back = imports.wait(world, dpo.get(brought.path).press(
        "Take the import back"))
    world.has("the import is taken back too", back.text, world.say(
        "fr", "The import was taken back"))
    world.is_equal("and leaves what is more than it brought",
                   f"{stays},{third}", world.sql(
                       "SELECT GROUP_CONCAT(id ORDER BY id) FROM contact "
                       f"WHERE id IN ({','.join(ids)})").strip())
    world.is_equal("as it counts", "1\t3", world.sql(
        "SELECT n_undone, n_kept FROM import WHERE id = "
        + brought.path.split("/")[2]).strip())


def tell_erased(world, client, mails, old, goes):
    """With the record goes all that was two."""
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = s.identity_id"
              f" SET s.signed_in_us = {world.now_us()} WHERE i.mailbox = "
              f"'{mails[0]}'")
    _, _, running = erasure.ask(client.get("/account"))
    running.press("Do it now")
    world.is_true("the receipt comes", world.mail(
        mails[0], "/receipts/verify", 60))
    columns = [line.split("\t") for line in world.sql(
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS "
        "WHERE TABLE_SCHEMA = DATABASE() AND DATA_TYPE IN ('char', "
        "'varchar', 'text', 'mediumtext', 'varbinary')").splitlines()]
    world.is_equal("and no column has a word of either", "", world.sql(
        " UNION ALL ".join(
            f"SELECT '{table}.{column}' FROM DUAL WHERE EXISTS (SELECT 1 FROM "
            f"`{table}` WHERE " + " OR ".join(
                f"LOCATE('{word}', `{column}`) > 0" for word in (*mails, old))
            + ")" for table, column in columns)))
    world.is_equal("no key of either that opens what is no case", "0",
                   world.sql("SELECT COUNT(*) FROM person_key WHERE "
                             f"contact_id = {goes}", keys=True).strip())
    world.is_equal("nor does a number lead anywhere", "0", world.sql(
        f"SELECT COUNT(*) FROM contact_merge WHERE merged_id = {goes}"
        ).strip())


def tell(world):
    dpo, lead = staff(world, "dpo")[0], staff(world, "lead")[0]
    adviser = staff(world, "adviser")[0]
    goes, old, address = first_record(world, "deuxfois")
    stays, kept, second = second_record(world, "seconde")
    world.is_equal("an adviser joins nothing", 404,
                   adviser.get(f"/contacts/{stays}/merge").status)
    tell_silo(world, lead, stays)
    adviser.get(f"/contacts/{goes}").press(
        "Add", kind="call", side="person", title="Départ avancé",
        detail="Elle part lundi.")
    evidence.yes(dpo, goes).upload(
        "Note the yes", "evidence", evidence.SOUND, sms="yes", how="phone",
        said="yes", said_on=world.today())
    given = states(world, goes)
    world.sql("INSERT INTO consent_state (contact_id, purpose_id, channel, "
              f"state, purpose_version_id, event_id, at_us) SELECT {stays}, "
              "purpose_id, channel, 'objected', purpose_version_id, event_id, "
              "1 FROM consent_state WHERE state = 'given' AND channel = "
              f"'email' AND contact_id = {goes}")
    page = tell_find(world, dpo, stays, kept, old)
    page = tell_refused(world, page, stays, goes)
    tell_join(world, dpo, page, stays, goes, old)
    tell_one(world, dpo, stays, old, goes, (address, second))
    now = states(world, stays)
    world.is_equal("a no holds over a later yes", {
        k: "objected" for k, v in given.items() if v == "given" and
        k.endswith(" email")}, {k: v for k, v in now.items() if
                                k.endswith(" email") and v != "refused"})
    world.is_true("no yes is there that was not", all(
        given.get(k) == "given" for k, v in now.items() if v == "given"), now)
    world.is_equal("the recording opens", 200, evidence.choices(
        dpo, stays).follow("/evidence/").press("Open it", reason="check"
                                               ).status)
    client, page = sign_in.sign_in(world, address)
    for part in (kept, second):
        world.has("the person reads that they were two", client.get(
            "/account/data").text + page.text, part)
    tell_pairs(world, dpo, lead)
    tell_no_gap(world, lead)
    tell_taken_back(world, dpo)
    tell_erased(world, client, (address, second), old, goes)
