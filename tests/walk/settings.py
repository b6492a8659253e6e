# SPDX-License-Identifier: EUPL-1.2
"""Settings: who is responsible is changed after a look at what the public
will see; two who change it at once lose nothing; who may not, does not."""
import time

from office import staff

PATH = "/settings/controller"
STORED = ("SELECT name, legal_name, address, contact_email, dpo_name, "
          "dpo_email, authority_name, authority_url, holidays, "
          "cooling_off_minutes FROM site")


def tell_preview(world, dpo):
    """What would change is shown with where; nothing is stored by that."""
    before = world.sql(STORED)
    page = dpo.get("/settings")
    world.is_equal("the settings are in the menu", 200, page.status)
    world.has("with how long what is kept", page.text,
              "Code de commerce L123-22")
    page = page.follow(PATH)
    wrong = page.press("See what changes", name="",
                       authority_url="http://cnil.example",
                       cooling_off_minutes="20161")
    world.is_equal("what is wrong comes back at its field", (422, 3),
                   (wrong.status, len(set(wrong.doc.errors) - {""})))
    page = wrong.press("See what changes", name="Voyages Démo",
                       authority_url="https://www.cnil.fr/plaintes",
                       cooling_off_minutes="3",
                       legal_name="Voyages Démo & fils <SAS>")
    world.is_equal("then what changes is shown", (200, world.say(
        page.lang, "What changes for the public")), (page.status, page.h1))
    world.has("as it will stand there", page.text, "& fils <SAS>")
    world.has("and where people see it", page.text, world.say(
        page.lang, "In the notice beside each form, on the page about your data, "
        "at the foot of mails, and in copies of data."))
    world.is_equal("and nothing is stored yet", before, world.sql(STORED))
    return page


def tell_save(world, page):
    before = world.sql("SELECT COUNT(*) FROM audit_event WHERE verb = "
                       "'site.changed'")
    world.visitor().get("/privacy")
    done = page.press("Change it for everybody")
    world.is_equal("once confirmed it is stored", (200, "/settings"),
                   (done.status, done.path))
    world.has("the settings say so", done.text, "& fils <SAS>")
    time.sleep(1)
    seen = [world.visitor().get("/privacy").text for _ in range(8)]
    world.is_true("each worker of the portal says so within a second",
                  all("& fils <SAS>" in text for text in seen))
    again = page.press("Change it for everybody")
    world.is_equal("pressed twice it is one change", (200, int(before) + 1),
                   (again.status, int(world.sql(
                       "SELECT COUNT(*) FROM audit_event WHERE verb = "
                       "'site.changed'"))))
    return done


def tell_two(world, dpo, admin):
    """Two pages drawn from the same: both changes stay."""
    one, two = dpo.get(PATH), admin.get(PATH)
    two.press("See what changes", dpo_name="Camille Le Goff-Martin",
              cooling_off_minutes="4").press("Change it for everybody")
    one.press("See what changes", address="3 rue du Port, 44000 Nantes"
              ).press("Change it for everybody")
    row = world.sql(STORED).strip().split("\t")
    world.is_equal("two who change it at once lose nothing",
                   ["3 rue du Port, 44000 Nantes", "Camille Le Goff-Martin",
                    "4"], [row[2], row[4], row[9]])
    clash = one.press("See what changes", dpo_name="Claude Petit")
    world.is_equal("of one field, the later one is told first", 422,
                   clash.status)
    world.has("what stands there now", clash.text, "Le Goff-Martin")
    world.is_equal("and nothing is lost", "Camille Le Goff-Martin",
                   world.sql("SELECT dpo_name FROM site").strip())


def tell_roles(world):
    for role in ("auditor", "security"):
        client, _ = staff(world, role)
        page = client.get("/settings")
        world.is_true(f"{role} reads and changes nothing",
                      page.status == 200 and PATH not in page.html and
                      client.get(PATH).status == 404)
    adviser, _ = staff(world, "adviser")
    world.is_equal("an adviser has no settings", (404, 404), (
        adviser.get("/settings").status, adviser.get(PATH).status))


def tell_audit(world, dpo):
    page = dpo.get("/audit?kind=site")
    world.has("the audit says what changed", page.text, world.say(
        page.lang, "Legal name"))
    world.is_true("and not what stood there", "Le Goff" not in "".join(
        world.sql("SELECT detail FROM audit_event WHERE verb = "
                  "'site.changed'")))


def tell_closed(world, admin, dpo, id_, member):
    """Nobody and nothing comes into a closed team, whatever is sent."""
    sent = admin.get(f"/staff/{member}").press(
        "Change role and team", team=id_)
    world.is_equal("a colleague is not put into it", ("0", True), (
        world.sql(f"SELECT COUNT(*) FROM staff WHERE team_id = {id_}"
                  ).strip(), sent.status >= 400))
    address = world.address("closed")
    sent = admin.get("/staff/invite").press(
        "Send the invitation", name="Fermé", email=address, role="adviser",
        team=id_, language="fr")
    world.is_equal("nor invited into it", ("0", 422), (world.sql(
        f"SELECT COUNT(*) FROM staff WHERE team_id = {id_}").strip(),
        sent.status))
    world.has("with what was typed kept", sent.html, address)
    contact = world.sql("SELECT id FROM contact WHERE restricted_us IS NULL "
                        "AND visibility = 'everyone' LIMIT 1").strip()
    sent = dpo.get(f"/contacts/{contact}").follow("/assign").press(
        "Assign", owner="keep", team=id_, visibility="keep")
    world.is_equal("no contact is given to it", ("0", True), (world.sql(
        f"SELECT COUNT(*) FROM contact WHERE team_id = {id_}").strip(),
        sent.status >= 400))


def tell_teams(world, admin, dpo):
    """A team is made, renamed, closed once it is empty, and opened again."""
    name = world.address("team").split("@")[0]
    version = "SELECT version FROM site WHERE id = 1"
    known = int(world.sql(version))
    page = admin.get("/staff").follow("/staff/teams")
    made = page.press("Make the team", name=name)
    world.is_equal("a team is made", (200, "/staff/teams"),
                   (made.status, made.path))
    twin = page.press("Make the team", name=name)
    world.is_equal("the same press makes one", "1", world.sql(
        f"SELECT COUNT(*) FROM team WHERE name = '{name}'").strip())
    twin = admin.get("/staff/teams").press("Make the team", name=name)
    world.is_equal("a name is of one team", 422, twin.status)
    id_ = world.sql(f"SELECT id FROM team WHERE name = '{name}'").strip()
    page = admin.get(f"/staff/teams/{id_}").press(
        "Rename the team", name=name + " bis")
    world.has("it has another name", page.h1, name + " bis")
    stale = admin.get(f"/staff/teams/{id_}")
    member = world.sql("SELECT id FROM staff WHERE role = 'adviser' AND "
                       "state = 'active' ORDER BY id DESC LIMIT 1").strip()
    before = world.sql(f"SELECT team_id FROM staff WHERE id = {member}"
                       ).strip()
    world.sql(f"UPDATE staff SET team_id = {id_} WHERE id = {member}")
    page = stale.press("Close the team")
    world.is_equal("who is in it must move first", 422, page.status)
    world.is_true("and is named, with no button to close it", page.links(
        f"/staff/{member}") and not [f for f in page.forms
                                     if "close" in f.action])
    world.sql(f"UPDATE staff SET team_id = {before} WHERE id = {member}")
    page = admin.get(f"/staff/teams/{id_}").press("Close the team")
    world.is_equal("an empty one is closed", "1", world.sql(
        f"SELECT is_closed FROM team WHERE id = {id_}").strip())
    world.is_true("and can be chosen no more", name not in admin.get(
        f"/staff/{member}").html)
    tell_closed(world, admin, dpo, id_, member)
    page.press("Open the team again")
    world.is_equal("and opened again", "0", world.sql(
        f"SELECT is_closed FROM team WHERE id = {id_}").strip())
    page = dpo.get(f"/staff/teams/{id_}")
    world.is_true("the DPO reads and changes nothing", page.status == 200
                  and not [f for f in page.forms if "teams" in f.action])
    world.is_equal("each act has its line", "4", world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE object = 'team' AND "
        f"object_id = {id_}").strip())
    world.is_true("and every worker learns of it",
                  int(world.sql(version)) >= known + 4)
    admin.get(f"/staff/teams/{id_}").press("Close the team")


def tell(world):
    dpo, _ = staff(world, "dpo")
    admin, _ = staff(world, "admin")
    stored = world.sql(STORED).strip().split("\t")
    done = tell_save(world, tell_preview(world, dpo))
    world.is_equal("it is a page of the office", "/settings", done.path)
    tell_two(world, dpo, admin)
    tell_roles(world)
    tell_teams(world, admin, dpo)
    tell_audit(world, dpo)
    names = ("name", "legal_name", "address", "contact_email", "dpo_name",
             "dpo_email", "authority_name", "authority_url", "holidays",
             "cooling_off_minutes")
    dpo.get(PATH).press("See what changes", **dict(zip(names, stored))
                        ).press("Change it for everybody")
    world.is_equal("back as it was", stored, world.sql(
        STORED).strip().split("\t"))
