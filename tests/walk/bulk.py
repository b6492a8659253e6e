# SPDX-License-Identifier: EUPL-1.2
"""Staff act on several contacts at once: looked at first, done by the request
or the keeper, taken back; who sees one contact; how a list is shown.
GDPR 5(1)(f), 17, 18, 25; BT4, CS11, CS12, X20."""
import re
import time

from lists import listed, silo, through
from office import is_unchosen, staff


def choose(client, page, ids):
    """Tick rows of a list, and press the button under it."""
    form, _ = page.form("Act on the chosen contacts …")
    pairs = [(f[0], f[1]) for f in form.fields if not f[0].startswith("id-")]
    return client.post(form.action, pairs + [(f"id-{i}", "yes") for i in ids], True)


def wait(client, page):
    """Until the keeper is through with it."""
    for _ in range(300):
        if "<progress" not in page.html:
            return page
        time.sleep(0.2)
        page = client.get(page.path)
    raise AssertionError("the keeper does not come to an end")


def ids_of(page):
    return [u.rsplit("/", 1)[1] for u in sorted(listed(page))]


def number(world, sql):
    return int(world.sql(sql).strip())


def tell_display(world, adviser):
    page = adviser.get("/contacts?n=25")
    world.is_equal("a page has as many rows as asked for", 25,
                   len(listed(page)))
    page = page.follow("/lists/display")
    page = page.press("Save", size="100", density="compact", phone="yes",
                      team=None)
    world.is_true("the list has a hundred", len(listed(page)) > 25, page.path)
    world.has("with the column that was chosen", page.text, "Téléphone")
    heads = re.findall(r"<th scope=\"col\">([^<]*)", page.html)
    world.is_true("and without the one that was not", "Équipe" not in heads,
                  heads)
    world.has("as dense as wished", page.html, "dense")
    shown = adviser.get("/lists/display")
    again = shown.press("Save", size="7")
    world.is_equal("a length that is none is refused", 422, again.status)
    page = shown.press("Save", size="50", density="comfortable", keys=None,
                       team="yes", phone=None)
    world.is_true("keys can be switched off", "data-keys" not in page.html)
    adviser.get("/lists/display").press("Save", keys="yes")


def tell_labels(world, adviser):
    page = adviser.get("/contacts?f=state.is.active&n=25")
    ids = ids_of(page)[:6]
    for name in ("Fleuve", "Salon"):
        adviser.get(f"/contacts/{ids[-1]}/labels").press("Add", name=name)
    tag = world.sql("SELECT id FROM tag WHERE name = 'Salon'").strip()
    have = f"contact_id IN ({','.join(ids)}) AND tag_id = {tag}"
    before = number(world, f"SELECT COUNT(*) FROM contact_tag WHERE {have}")
    empty = choose(adviser, page, [])
    world.is_equal("nobody chosen is nobody acted on", 422, empty.status)
    page = choose(adviser, page, ids)
    about = "Poser une étiquette"
    is_unchosen(world, "an action on many", page.form("Look at it first",
                                                      about)[0],
                "label", "reason")
    unsaid = page.press("Look at it first", about=about, label=tag)
    world.is_true("nor is there one without a reason; the rest stays",
                  unsaid.status == 422 and unsaid.form(
                      "Look at it first", about)[0].value("label") == tag,
                  unsaid.status)
    page = page.press("Look at it first", about=about, label=tag,
                      reason="order")
    world.has("the preview says how many", page.text,
              f"{6 - before} contact")
    world.is_equal("and nothing is done yet", before, number(
        world, f"SELECT COUNT(*) FROM contact_tag WHERE {have}"))
    ready = page
    page = page.press("Do it")
    world.is_equal("confirmed, each has the label", 6, number(
        world, f"SELECT COUNT(*) FROM contact_tag WHERE {have}"))
    twice = ready.press("Do it")
    world.is_true("a second press does nothing", twice.status in (200, 409),
                  twice.status)
    world.sql(f"DELETE FROM contact_tag WHERE contact_id = {ids[0]} AND "
              f"tag_id = {tag}")
    page = adviser.get(page.path)
    page = page.press("Take it back")
    world.is_equal("taken back, those that had it before keep it", before,
                   number(world, f"SELECT COUNT(*) FROM contact_tag WHERE "
                          f"{have}"))
    world.has("and who was changed since is counted", page.text,
              "1 a été modifié depuis")
    foreign = world.sql("SELECT c.id FROM contact c WHERE NOT " +
                        silo(world, "adviser") + " LIMIT 1").strip()
    page = choose(adviser, adviser.get("/contacts"), [foreign])
    world.is_equal("a contact of another silo is not there", 404, page.status)
    return ready.path


def tell_assign(world, adviser, lead, path):
    world.is_equal("a colleague's action is not there", 404,
                   lead.get(path).status)
    me = world.sql("SELECT id, team_id FROM staff WHERE email = '" +
                   world.staff("adviser")["email"] + "'").split()
    other = world.sql("SELECT id FROM staff WHERE email = '" +
                      world.staff("lead")["email"] + "'").strip()
    own = world.sql("SELECT id FROM contact WHERE owner_id = " + me[0] +
                    " AND visibility = 'team' AND restriction IS NULL "
                    "ORDER BY id LIMIT 1").strip()
    page = adviser.get(f"/contacts/{own}").follow("/assign")
    wrong = page.press("Assign")
    world.is_equal("nothing changed is nothing to assign", 422, wrong.status)
    wrong = page.press("Assign", visibility="everyone", reason="order")
    world.is_equal("an adviser shows it to nobody else", 422, wrong.status)
    wrong = page.press("Assign", owner="none", team="none",
                       visibility="owner", reason="order")
    world.is_equal("nobody makes a contact invisible", 422, wrong.status)
    page = page.press("Assign", owner=other, reason="away")
    world.is_equal("handed over", other, world.sql(
        f"SELECT owner_id FROM contact WHERE id = {own}").strip())
    world.is_equal("with a line in its history", "1", world.sql(
        "SELECT COUNT(*) FROM contact_history WHERE field = 'owner' AND "
        f"contact_id = {own} AND by_staff_id = {me[0]}").strip())
    home = lead.get("/")
    world.has("the new owner reads of it", home.text, "vous a été confié")
    lead.get("/").press("Read", about="vous a été confié")
    world.is_true("once", "vous a été confié" not in lead.get("/").text)
    page = adviser.get(f"/contacts/{own}/assign")
    if page.status == 200:
        page = page.press("Assign", owner=me[0], reason="order")
        world.is_equal("what is not one's own is not given", 422, page.status)
    page = adviser.get("/lists/bulk").follow("/lists/bulk/")
    page.press("Take it back")
    world.is_equal("taken back", me[0], world.sql(
        f"SELECT owner_id FROM contact WHERE id = {own}").strip())


def tell_many(world, dpo):
    """More than a page: the keeper."""
    tag = world.sql("SELECT id FROM tag WHERE name = 'Fleuve'").strip()
    had = number(world, f"SELECT COUNT(*) FROM contact_tag WHERE tag_id = "
                 f"{tag}")
    page = through(world, dpo, dpo.get("/contacts?f=kind.is.customer"),
                   "Export …")
    page = dpo.get(page.path).follow("/lists/bulk/new")
    page = wait(dpo, page.press("Look at it first",
                                about="Poser une étiquette", label=tag,
                                reason="order"))
    n = number(world, "SELECT COUNT(*) FROM contact c WHERE kind = "
               "'customer' AND restricted_us IS NULL AND NOT EXISTS (SELECT 1 "
               "FROM contact_tag g WHERE g.contact_id = c.id AND g.tag_id = "
               f"{tag})")
    said = re.search(r"(\d[\d \u00a0\u202f]*) contacts? ser", page.text)
    world.is_true("the keeper counts who it is for", said and int(re.sub(
        r"\D", "", said[1])) == n, (n, said and said[1]))
    page = wait(dpo, page.press("Do it"))
    world.is_equal("and does it to each, once", had + n, number(
        world, f"SELECT COUNT(*) FROM contact_tag WHERE tag_id = {tag}"))
    world.is_equal("one line in the audit says so", "1", world.sql(
        "SELECT COUNT(*) FROM audit_event WHERE verb = 'bulk.labelled' AND "
        f"detail LIKE '%\"contacts\":{n},%'").strip())
    page = wait(dpo, page.press("Take it back"))
    world.is_equal("taken back, all of them", had, number(
        world, f"SELECT COUNT(*) FROM contact_tag WHERE tag_id = {tag}"))


def tell_restrict(world, adviser, dpo):
    page = dpo.get("/contacts?f=state.is.active~has.is.email&n=25")
    ids = ids_of(page)[-2:]
    who = f"id IN ({','.join(ids)})"
    page = choose(dpo, page, ids)
    page = page.press("Look at it first", about="Geler",
                      ground="accuracy", reason="order")
    page = page.press("Do it")
    world.is_equal("the DPO restricts two (X20)", 2, number(
        world, f"SELECT COUNT(*) FROM contact WHERE {who} AND restriction = "
        "'accuracy'"))
    world.is_equal("each has a case that says how it ends", 2, number(
        world, "SELECT COUNT(*) FROM rights_request r JOIN rights_step s ON "
        "s.request_id = r.id AND s.verb = 'restricted' WHERE r.kind = "
        f"'restriction' AND r.contact_id IN ({','.join(ids)}) AND r.door = "
        "'staff'"))
    world.is_equal("and is told", 2, number(
        world, "SELECT COUNT(*) FROM outbox WHERE template = 'lists_frozen' "
        f"AND contact_id IN ({','.join(ids)})"))
    page.press("Take it back")
    world.is_equal("taken back", 0, number(
        world, f"SELECT COUNT(*) FROM contact WHERE {who} AND restricted_us "
        "IS NOT NULL"))
    page = choose(adviser, adviser.get("/contacts"), ids_of(
        adviser.get("/contacts"))[:1])
    world.is_true("an adviser restricts nobody", "Geler" not in page.html)


def tell_delete(world, adviser, dpo):
    page = adviser.get("/contacts?f=state.is.active&n=25")
    ids = ids_of(page)[:3]
    n = number(world, "SELECT COUNT(*) FROM contact")
    page = choose(adviser, page, ids)
    page = page.press("Look at it first", about="Proposer de supprimer",
                      reason="inactive")
    page = page.press("Propose it")
    world.is_equal("a proposal deletes nobody (CS12)", n, number(
        world, "SELECT COUNT(*) FROM contact"))
    home = dpo.get("/")
    world.has("the DPO has a task", home.text, "propose de supprimer")
    seen = dpo.get("/lists/bulk").follow(page.path)
    world.has("with how many", seen.text, "3 contacts")
    seen.press("Dismiss the proposal")
    world.is_equal("dismissed, the task is settled", "0", world.sql(
        "SELECT COUNT(*) FROM task WHERE kind = 'bulk.to_decide' AND state "
        "= 'open'").strip())


def tell(world):
    adviser, _ = staff(world, "adviser")
    lead, _ = staff(world, "lead")
    dpo, _ = staff(world, "dpo")
    tell_display(world, adviser)
    path = tell_labels(world, adviser)
    tell_assign(world, adviser, lead, path)
    tell_many(world, dpo)
    tell_restrict(world, adviser, dpo)
    tell_delete(world, adviser, dpo)
