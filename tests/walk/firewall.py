# SPDX-License-Identifier: EUPL-1.2
"""A file in which some rows do not say why they may be held: they wait in
quarantine, are no list's for a mailing, and are let out or removed.  Who came
with a file is told what is held: by mail, by post, or need not be.
GDPR 5(2), 6(1), 14; X22."""

from imports import bring, contacts, figures, name_columns, table, wait
from office import is_unchosen, staff
from opt_in import confirm, fill_in


def mailbox(world, name):
    """The address of who is called that in this story."""
    if name not in world.people:
        world.people[name] = world.address(name)
    return world.people[name]


def stated(world, page):
    """The form of a page of quarantine, filled in."""
    return wait(world, page.press("State it", basis="contract",
                                  source="Foire", collected="2026-01-31"))


def tell_brought(world, lead):
    data = table([("Courriel", "Prénom", "Base légale", "Source",
                   "Collecté le"),
                  (mailbox(world, "dite"), "Zoé", "intérêt légitime",
                   "Foire de Brest", "31/01/2026"),
                  (mailbox(world, "muette"), "Noé", "", "", ""),
                  (mailbox(world, "sourde"), "Eve", "contrat", "", ""),
                  (mailbox(world, "fausse"), "Lou", "parce que", "Foire",
                   "2026-01-31")])
    page = bring(world, lead, data)
    form, _ = page.form("Try it")
    world.is_equal("the columns are guessed", ["basis", "source",
                                               "collected_on"],
                   [form.value(f"c{i}") for i in (2, 3, 4)])
    page = name_columns(world, page, basis="none", source="", collected="")
    world.is_equal("a trial counts: new, in quarantine, changed, same, kept "
                   "out, rejected", [3, 2, 0, 0, 0, 1], figures(page))
    world.has("a basis that is none is said", page.text, world.say(
        "fr", "This is none of the legal bases: write contract, consent, "
        "legitimate interest, legal obligation, public task or vital "
        "interest."))
    page = wait(world, page.press("Bring it in"))
    world.is_equal("who says all of it is a contact", 1, contacts(
        world, f"email_key = '{mailbox(world, 'dite')}' AND basis = "
        "'legitimate_interest' AND source = 'import:Foire de Brest' AND "
        "quarantined_us IS NULL"))
    world.is_equal("the others are kept apart", 2, contacts(
        world, "quarantined_us IS NOT NULL AND email_key IN "
        f"('{mailbox(world, 'muette')}', '{mailbox(world, 'sourde')}')"))
    return page


def tell_quarantine(world, lead, adviser, page):
    id_ = world.sql("SELECT id FROM contact WHERE email_key = "
                    f"'{mailbox(world, 'muette')}'").strip()
    record = adviser.get(f"/contacts/{id_}")
    world.has("the record says so", record.text, world.say(
        "fr", "in quarantine"))
    found = adviser.get("/contacts?f=state.is.quarantine")
    world.has("a list can be asked for by this state", found.text,
              world.say("fr", "in quarantine"))
    world.has("and is there in the order of the law's dates", lead.get(
        "/notices?state=held").html, f"/contacts/{id_}")
    list_ = page.follow("/quarantine")
    world.has("the import lists them", list_.html, f"/contacts/{id_}")
    is_unchosen(world, "a statement", list_.form("State it")[0], "basis")
    wrong = list_.press("State it", source="Salon", collected="2026-01-31")
    world.is_true("without a basis it is asked again; what was typed stays",
                  wrong.status == 422 and 'value="Salon"' in wrong.html,
                  wrong.status)
    wrong = list_.press("State it", basis="contract", source="a@b.example",
                        collected="2999-01-01")
    world.is_equal("what is wrong is asked again", 422, wrong.status)
    world.is_equal("and changes nothing", 2, contacts(
        world, "quarantined_us IS NOT NULL AND email_key IN "
        f"('{mailbox(world, 'muette')}', '{mailbox(world, 'sourde')}')"))
    world.is_equal("an adviser states nothing", 404, adviser.get(
        f"/contacts/{id_}/quarantine").status)
    one = lead.get(f"/contacts/{id_}/quarantine")
    done = stated(world, one)
    world.is_equal("one is let out", f"/contacts/{id_}", done.path)
    world.is_equal("with what was stated", 1, contacts(
        world, f"id = {id_} AND basis = 'contract' AND source = "
        "'import:Foire' AND quarantined_us IS NULL"))
    world.is_equal("the page of who is not in quarantine is the record",
                   f"/contacts/{id_}", lead.get(
                       f"/contacts/{id_}/quarantine").path)
    done = stated(world, page.follow("/quarantine"))
    world.is_equal("then all others of the import", 0, contacts(
        world, "quarantined_us IS NOT NULL AND email_key = "
        f"'{mailbox(world, 'sourde')}'"))
    world.is_equal("where a row said it, it stays", 1, contacts(
        world, f"email_key = '{mailbox(world, 'sourde')}' AND basis = "
        "'contract' AND source = 'import:Foire'"))


def tell_named(world, lead):
    """A file that names whom to delete makes a list, and deletes nobody."""
    known = world.sql(
        "SELECT email_key FROM contact WHERE visibility = 'everyone' AND "
        "restricted_us IS NULL AND email_key IS NOT NULL ORDER BY id LIMIT 1"
        ).strip()
    page = bring(world, lead, table([("Courriel",), (known,),
                                     ("nobody@walk.example",)]))
    page = name_columns(world, page, policy="delete", basis="none",
                        source="", collected="")
    world.is_equal("a trial counts: named, not found, rejected", [1, 1, 0],
                   figures(page))
    world.has("who was not found is said", page.text, world.say(
        "fr", "Nobody whom you may see has this address."))
    before = contacts(world, "TRUE")
    done = wait(world, page.press("Make the list"))
    list_ = done.follow("/contacts?s=")
    world.has("the list has them", list_.text, known)
    world.is_equal("nobody was deleted", before, contacts(world, "TRUE"))


def tell_removed(world, lead):
    gone = mailbox(world, "retiree")
    page = bring(world, lead, table([("Courriel", "Prénom"), (gone, "Ida")]))
    page = name_columns(world, page, basis="none", source="", collected="")
    page = wait(world, page.press("Bring it in"))
    done = wait(world, page.follow("/quarantine").press("Remove them"))
    world.is_equal("who is removed is gone", 0, contacts(
        world, f"email_key = '{gone}'"))
    empty = done.follow("/quarantine")
    world.has("and nobody is left", empty.text, world.say(
        "fr", "Nobody of this import is in quarantine any more."))


def tell_link(world, told, url):
    """Who is told objects, though nothing was ever sent; and then signs up by
    themself: the mail's link still works."""
    visitor = world.visitor("fr")
    stop = [("List-Unsubscribe", "One-Click")]
    said = (f"SELECT COUNT(*) {{}} FROM consent_state s JOIN contact c ON c.id "
            f"= s.contact_id WHERE c.email_key = '{told}'")
    world.is_equal("the link of the mail opens", 200, visitor.get(url).status)
    world.is_equal("which says nothing yet", "0", world.sql(
        said.format("")).strip())
    done = visitor.post(url, stop)
    world.is_equal("an objection is heard", 200, done.status)
    refused, n = world.sql(said.format(
        ", SUM(s.state = 'refused')")).split()
    world.is_true("for every message there may be", n == refused != "0", n)
    visitor.post(url, stop)
    world.is_equal("once", refused, world.sql(said.format("")).strip())
    fill_in(world, "fr", told)
    confirm(world, "fr", told)
    world.is_equal("they can sign in now", "1", world.sql(
        "SELECT COUNT(*) FROM contact WHERE identity_id IS NOT NULL AND "
        f"email_key = '{told}'").strip())
    world.is_equal("the link still opens", 200, visitor.get(url).status)
    world.is_true("their own yes counts", world.sql(
        said.format("") + " AND s.state = 'given'").strip() != "0")
    visitor.post(url, stop)
    world.is_equal("and stops what it says", "0", world.sql(
        said.format("") + " AND s.state = 'given'").strip())


def tell_notices(world, lead, dpo):
    told = mailbox(world, "dite")
    id_ = world.sql("SELECT id FROM contact WHERE email_key = "
                    f"'{told}'").strip()
    page = lead.get("/notices")
    world.has("who is new waits to be told", page.html, f"/contacts/{id_}")
    world.is_equal("a lead does not hurry the mails", 404, lead.post(
        "/notices/now", []).status)
    letter = world.sql("SELECT id FROM contact WHERE email_key = "
                       f"'{mailbox(world, 'muette')}'").strip()
    exempt = world.sql("SELECT id FROM contact WHERE email_key = "
                       f"'{mailbox(world, 'sourde')}'").strip()
    page.press("Told by post", about="Noé")
    world.is_equal("one was told by post", "told\tpost", world.sql(
        f"SELECT state, how FROM notice_duty WHERE contact_id = {letter}"
        ).strip())
    page = dpo.get("/notices")
    form = next(f for f in page.forms if f.action.endswith(
        f"/notices/{exempt}/exempt"))
    page.client.post(form.action, [(f[0], f[1]) for f in form.fields] +
                     [("exemption", "known")])
    world.is_equal("one need not be told", "exempt\tknown", world.sql(
        "SELECT state, exemption FROM notice_duty WHERE contact_id = "
        f"{exempt}").strip())
    dpo.get("/notices").press("Let the mails go out now")
    mail = world.mail(told, "Foire de Brest")
    world.is_equal("a mail goes out", world.say(
        "fr", "What we hold on you, and where it is from"), mail.subject)
    world.has("and how to object at once", mail.text, "/unsubscribe/")
    world.has("and the rights", mail.text, "/rights")
    tell_link(world, told, mail.link("/unsubscribe/"))
    world.is_equal("when it was told is kept", "told\tmail", world.sql(
        f"SELECT state, how FROM notice_duty WHERE contact_id = {id_} AND "
        "told_us IS NOT NULL AND notice_version_id IS NOT NULL").strip())
    record = lead.get(f"/contacts/{id_}")
    world.has("the record says so", record.text, world.say(
        "fr", "Told by mail what we hold:"))
    for state in ("due", "post", "held", "told", "exempt"):
        world.is_equal(f"a page for each state: {state}", 200, dpo.get(
            f"/notices?state={state}").status)
    world.is_equal("a state that is none is not there", 404, dpo.get(
        "/notices?state=none").status)


def tell(world):
    adviser, _ = staff(world, "adviser")
    lead, _ = staff(world, "lead")
    dpo, _ = staff(world, "dpo")
    page = tell_brought(world, lead)
    tell_quarantine(world, lead, adviser, page)
    tell_removed(world, lead)
    tell_named(world, lead)
    tell_notices(world, lead, dpo)
