# SPDX-License-Identifier: EUPL-1.2
"""Staff narrow the list of contacts, with what stands in the address and what
must not; the keeper looks through all of them; a colleague sees nothing of it.
GDPR 5(1)(f), 25; CS8, CS11, BT4, BT5."""
import base64
import re
import time

from office import records, staff

DAY_US = 86400 * 10 ** 6


def silo(world, role):
    """What a member of staff may see, as the schema says it."""
    email = world.staff(role)["email"]
    return ("(c.visibility = 'everyone' OR c.owner_id = (SELECT id FROM staff "
            f"WHERE email = '{email}') OR (c.visibility = 'team' AND c.team_id "
            f"= (SELECT team_id FROM staff WHERE email = '{email}')))")


def stored(world, where):
    """The contacts that meet a condition, written apart from the product's."""
    rows = world.sql(f"SELECT c.id FROM contact c WHERE {where}").split()
    return {f"/contacts/{i}" for i in rows}


def listed(page):
    return {r for r in records(page) if re.fullmatch(r"/contacts/\d+", r)}


def all_listed(client, page):
    """Every page of a list; the keeper's where one would take long."""
    found = listed(page)
    for _ in range(2000):
        if "Parcourir tous" in page.text:
            page = through(client.world, client, page)
            found |= listed(page)
        more = [u for u in page.links("/contacts?") if "after=" in u]
        if not more:
            return found
        page = client.get(more[-1])
        found |= listed(page)
    raise AssertionError("a list without end")


def through(world, client, page, button="Look through all contacts"):
    """Press the one button and wait for the keeper."""
    page = page.press(button)
    for _ in range(300):
        if "/lists/snapshots/" not in page.path:
            return page
        time.sleep(0.2)
        page = client.get(page.path)
    raise AssertionError("the keeper does not come to an end")


def add(client, page, field, **typed):
    """Add a condition to the list that ${page} shows."""
    page = page.follow("/lists/filter")
    page = page.follow(f"add={field}")
    return page.press("Add", about="", **typed)


def tell_choices(world, adviser, mine):
    page = adviser.get("/contacts")
    page = add(adviser, page, "country", op="is", value="BE")
    world.is_equal("a choice stands in the address",
                   "/contacts?f=country.is.BE", page.path)
    world.is_equal("the list has those of the country, all of them",
                   stored(world, f"{mine} AND c.country = 'BE'"),
                   all_listed(adviser, page))
    page = adviser.get("/contacts?f=country.is.BE")
    page = add(adviser, page, "kind", op="not", value="customer")
    world.is_equal("a second condition narrows it",
                   "/contacts?f=country.is.BE~kind.not.customer", page.path)
    page = page.follow("/lists/filter")
    page = page.follow("or=0").follow("add=country")
    page = page.press("Add", op="is", value="CH")
    world.is_equal("another way to meet the first is tied to it",
                   "/contacts?f=country.is.BE,country.is.CH~kind.not.customer",
                   page.path)
    world.is_equal("and the list has both",
                   stored(world, f"{mine} AND c.country IN ('BE', 'CH') AND "
                          "c.kind = 'prospect'"), all_listed(adviser, page))
    page = page.follow("/lists/filter")
    page = page.press("Remove")
    world.is_equal("one removed, its alternative stays",
                   "/contacts?f=country.is.CH~kind.not.customer", page.path)
    return page


def tell_words(world, adviser, mine):
    town = world.sql("SELECT city FROM contact c WHERE " + mine + " AND "
                     "city <> '' GROUP BY city ORDER BY COUNT(*), city "
                     "LIMIT 1").strip()
    page = adviser.get("/contacts?f=kind.is.customer")
    page = add(adviser, page, "city", op="is", value=town)
    coded = base64.urlsafe_b64encode(town.encode()).decode().rstrip("=")
    world.is_true("typed words stand in no address", page.path.startswith(
        "/contacts?q=") and coded not in page.path, page.path)
    world.has("the page says them", page.text, town)
    world.is_equal("and finds who lives there",
                   stored(world, f"{mine} AND c.kind = 'customer' AND c.city "
                          f"LIKE '{town}%'".replace("''", "'")),
                   all_listed(adviser, page))
    page = adviser.get(f"/contacts?f=city.is.{coded}")
    world.is_equal("an address with words is none of ours", "/contacts",
                   page.path)


def tell_dates(world, adviser, mine):
    page = add(adviser, adviser.get("/contacts"), "last", op="before",
               value="31/01/2024")
    world.is_equal("a day is typed as people write it",
                   "/contacts?f=last.before.2024-01-31", page.path)
    page = adviser.get("/contacts?order=last")
    page = add(adviser, page, "last", op="before", value="400")
    world.is_equal("days ago stand in the address",
                   "/contacts?f=last.before.400d", page.path)
    page = adviser.get(page.path + "&order=last")
    when = [int(world.sql(f"SELECT last_person_us FROM contact WHERE id = "
                          f"{u.rsplit('/', 1)[1]}")) for u in dict.fromkeys(
                              u.split("?")[0] for u in
                              page.links("/contacts/"))]
    world.is_true("the longest without contact come first", when and
                  when == sorted(when), when)
    limit = world.now_us() - 399 * DAY_US
    world.is_true("all of them that long ago", max(when) < limit, max(when))


def tell_ending(world, dpo):
    """Consents near the end of the period that their words told."""
    purpose = world.sql("SELECT MIN(purpose_id) FROM consent_state WHERE "
                        "state = 'given' AND NOT is_held").strip()
    wrong = add(dpo, dpo.get("/contacts"), "ends", op="is", value=purpose,
                channel="any", days="soon")
    world.is_true("days that are none are asked again, the choice kept",
                  wrong.status == 422 and "soon" in wrong.html, wrong.text)
    page = add(dpo, dpo.get("/contacts"), "ends", op="is", value=purpose,
               channel="any", days="1200")
    world.is_equal("consents that end within days stand in the address",
                   f"/contacts?f=ends.is.{purpose}.any.1200d", page.path)
    world.is_equal("and find whose they are", stored(
        world, "EXISTS (SELECT 1 FROM consent_state s JOIN purpose p ON p.id "
        "= s.purpose_id AND NOT p.is_closed JOIN purpose_version v ON v.id = "
        "s.purpose_version_id WHERE s.contact_id = c.id AND s.state = 'given' "
        f"AND NOT s.is_held AND s.purpose_id = {purpose} AND "
        "TIMESTAMPADD(MONTH, v.retention_months, FROM_UNIXTIME(s.at_us DIV "
        f"1000000)) < FROM_UNIXTIME({world.now_us() + 1200 * DAY_US} DIV "
        "1000000))"), all_listed(dpo, page))
    home = dpo.get("/")
    if "/contacts?f=ends.is.any.any.90d" in home.html:
        world.is_equal("the dashboard leads to them", 200, dpo.get(
            "/contacts?f=ends.is.any.any.90d").status)


def tell_consent(world, dpo):
    purpose = world.sql("SELECT s.purpose_id FROM consent_state s JOIN "
                        "purpose p ON p.id = s.purpose_id AND NOT p.is_closed "
                        "AND p.material_id = 0 WHERE "
                        "s.state = 'given' AND s.channel = 'email' GROUP BY "
                        "s.purpose_id ORDER BY COUNT(*) LIMIT 1").strip()
    page = add(dpo, dpo.get("/contacts"), "consent", op="is", value=purpose,
               channel="email")
    world.is_equal("consent for a purpose by a channel",
                   f"/contacts?f=consent.is.{purpose}.email", page.path)
    world.is_equal("is usable of those who gave it, can be written to and are "
                   "not restricted (CS8)", stored(
                       world, "c.restricted_us IS NULL AND c.email_key IS NOT "
                       "NULL AND c.id IN (SELECT contact_id FROM "
                       f"consent_state WHERE purpose_id = {purpose} AND "
                       "channel = 'email' AND state = 'given')"),
                   all_listed(dpo, page))


def tell_export(world, adviser):
    page = adviser.get("/contacts?f=country.is.FR")
    page = through(world, adviser, page, "Look through all contacts"
                   if "Parcourir tous" in page.text else "Export …")
    world.has("what the snapshot is of stands above it", page.text, "France")
    asked = page.follow("/exports/new?snapshot=")
    world.is_equal("a list stands still to be exported", 200, asked.status)


def tell_snapshot(world, adviser, dpo, mine):
    page = adviser.get("/contacts?f=source.not.form~source.not.import"
                       "~source.not.staff")
    world.has("what would take long is asked for by a button", page.text,
              world.say("fr", "Look through all contacts"))
    world.is_true("and nobody is said to be nobody before",
                  world.say("fr", "Not counted yet") in page.text and
                  not listed(page), page.text)
    page = through(world, adviser, page)
    world.is_true("the list is that of a snapshot", "/contacts?s=" in
                  page.path, page.path)
    world.is_equal("and has exactly those", stored(
        world, f"{mine} AND c.source NOT LIKE 'form%' AND c.source NOT LIKE "
        "'import%' AND c.source NOT LIKE 'staff%'"),
        all_listed(adviser, page))
    theirs = page.path.split("s=")[1].split("&")[0]
    foreign = dpo.get(f"/lists/snapshots/{theirs}")
    nothing = dpo.get("/lists/snapshots/987654321")
    world.is_equal("a colleague's snapshot is not there", 404, foreign.status)
    world.is_equal("byte for byte like none", *(re.sub(
        r'/snapshots/\d+|value="[^"]*"|<code>\w*', "", p.html)
        for p in (nothing, foreign)))
    world.is_equal("nor as a list", "/contacts",
                   dpo.get(f"/contacts?s={theirs}").path)


def tell_views(world, adviser, dpo, mine):
    page = adviser.get("/contacts?f=country.is.BE&order=last")
    page = page.follow("/lists/views?")
    page = page.press("Save", name="Nos Belges", shared="yes")
    world.is_true("a filter saved has an address of its own",
                  re.fullmatch(r"/contacts\?v=\d+", page.path), page.path)
    world.is_equal("its name heads the list", "Nos Belges", page.h1)
    url = page.path
    world.is_equal("and finds the same", stored(
        world, f"{mine} AND c.country = 'BE'"), all_listed(adviser, page))
    again = adviser.get("/contacts?f=kind.is.customer").follow(
        "/lists/views?").press("Save", name="Nos Belges")
    world.is_equal("a name is there once", 422, again.status)
    world.has("and was kept", again.html, 'value="Nos Belges"')
    theirs = dpo.get(url)
    world.is_equal("a colleague uses it, within what they may see", stored(
        world, "c.country = 'BE'"), all_listed(dpo, theirs))
    world.is_true("but cannot take it away", not any(
        "/delete" in f.action for f in theirs.forms))
    own = dpo.get("/contacts?f=kind.is.prospect").follow(
        "/lists/views?").press("Save", name="Les miens")
    world.is_equal("a view that is not shared is nobody else's",
                   "/contacts", adviser.get(own.path).path)
    page = adviser.get(url).press("Forget this view")
    world.is_equal("forgotten, it is gone", "/contacts", dpo.get(url).path)


def tell_wrong(world, adviser):
    page = adviser.get("/lists/filter").follow("add=last")
    wrong = page.press("Add", op="before", value="demain")
    world.is_equal("what is no day is refused", 422, wrong.status)
    world.has("keeping what was typed", wrong.html, 'value="demain"')
    page = adviser.get("/lists/filter").follow("add=country")
    world.is_equal("nor is a country in words", 422, page.press(
        "Add", op="is", value="Belgique").status)
    page = adviser.get("/lists/filter").follow("add=name")
    world.is_equal("nor two words of a name in one condition", 422,
                   page.press("Add", op="is", value="Jean Dupont").status)
    for f in ("country.is", "country.is.be", "x.is.1", "kind.is.customer~",
              "last.is.400d", "last.before.0400d", "kind.is.customer,,",
              "tag.is.0", "consent.is.1", "consent.is.1.fax", "ended.is.1",
              "a" * 3000):
        world.is_equal(f"a filter that is none leads to the list: {f[:30]}",
                       "/contacts", adviser.get(f"/contacts?f={f}").path)
    page = adviser.get("/lists/filter").follow("add=kind")
    body = [(n, v) for n, v, _ in page.form("Add")[0].fields]
    spoilt = [(n, "owner.is.1;--" if n == "f" else v) for n, v in body]
    world.is_equal("a form that carries none is refused", 400,
                   adviser.post("/lists/filter", spoilt).status)


def tell(world):
    adviser, _ = staff(world, "adviser")
    dpo, _ = staff(world, "dpo")
    mine = silo(world, "adviser")
    tell_choices(world, adviser, mine)
    tell_words(world, adviser, mine)
    tell_dates(world, adviser, mine)
    tell_consent(world, dpo)
    tell_ending(world, dpo)
    tell_snapshot(world, adviser, dpo, mine)
    tell_export(world, adviser)
    tell_views(world, adviser, dpo, mine)
    tell_wrong(world, adviser)
