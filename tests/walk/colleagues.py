# SPDX-License-Identifier: EUPL-1.2
"""Colleagues: invited by mail, they set up two factors; a lost app is a new
invitation; who is disabled is out in the same second."""
import re

from office import staff

PASSWORD = "sept lanternes sur le quai"


def secret_on(page):
    found = re.search(r"<span class=\"code text-break\" data-copy>([A-Z2-7 ]+)"
                      r"</span>", page.html)
    return found[1].replace(" ", "")


def codes_on(page):
    return re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", page.html)


def sign_in(world, email, password, code):
    colleague = world.colleague("fr")
    page = colleague.get("/").press("Continue", email=email,
                                    password=password)
    return colleague, page.press("Sign in", about="", code=code)


def tell(world):
    admin, _ = staff(world, "admin")
    address = world.address("ines")
    page = admin.get("/staff").follow("/staff/invite")
    world.is_equal("an administrator may invite", 200, page.status)
    wrong = page.press("Send the invitation", name="", email="nobody")
    world.is_equal("a form that is not right comes back", 422, wrong.status)
    done = wrong.press("Send the invitation", name="Inès Moreau",
                       email=address, role="adviser", language="fr")
    world.is_equal("the invitation leaves", (200, "/staff"),
                   (done.status, done.path))
    again = admin.get("/staff/invite").press(
        "Send the invitation", name="Inès Moreau", email=address,
        role="adviser", language="fr")
    world.is_equal("once for an address", 422, again.status)
    mail = world.mail(address, "/password/invite/")
    link = mail.link("/password/invite/")
    world.has("the mail names the role", mail.text, "Conseiller")
    alert = world.mail(world.staff("dpo")["email"], "Inès Moreau")
    world.has("the DPO hears of it", alert.text, "/staff/")

    world.settle()
    before = world.tables()
    guest = world.colleague("fr")
    page = [guest.get(link) for _ in range(20)][-1]
    world.unchanged("looking at the link changes nothing", before,
                    world.tables())
    secret = secret_on(page)
    world.is_true("the picture to scan is there",
                  "data:image/svg+xml;base64," in page.html)
    weak = page.press("Save and sign in", password="motdepasse",
                      code="000000")
    world.is_equal("a weak password and a wrong code come back", (422, 2),
                   (weak.status, len(set(weak.doc.errors) - {""})))
    world.is_equal("with the same secret", secret, secret_on(weak))
    page = weak.press("Save and sign in", password=PASSWORD,
                      code=world.totp(secret))
    codes = codes_on(page)
    world.is_equal("ten recovery codes are shown once", (200, 10),
                   (page.status, len(codes)))
    world.is_equal("they are signed in", 200, guest.get("/contacts").status)
    world.is_equal("the link is spent", 410, world.colleague().get(
        link).status)

    other, page = sign_in(world, address, PASSWORD, codes[3].lower())
    world.is_equal("a recovery code signs in", "/", page.path)
    _, page = sign_in(world, address, PASSWORD, codes[3])
    world.is_equal("once", 422, page.status)
    page = guest.get("/access")
    world.is_equal("both sessions are listed", 2,
                   page.html.count("<li class=\"row-line\">"))
    page = page.press("Make new recovery codes")
    fresh = codes_on(page)
    world.is_true("new codes are others", len(fresh) == 10 and not
                  set(fresh) & set(codes))
    _, page = sign_in(world, address, PASSWORD, codes[5])
    world.is_equal("the earlier ones are gone", 422, page.status)
    guest.get("/access").press("End the others")
    world.is_true("the other session is out", other.get(
        "/contacts").path.startswith("/sign-in"))

    id_ = world.sql(f"SELECT id FROM staff WHERE email = '{address}'").strip()
    world.is_equal("an adviser manages nobody", 404, guest.get(
        f"/staff/{id_}").status)
    member = admin.get("/staff").follow(f"/staff/{id_}")
    done = member.press("Send a new invitation")
    world.is_equal("the administrator resets a lost factor", 200, done.status)
    world.is_true("sessions end in the same second", guest.get(
        "/contacts").path.startswith("/sign-in"))
    _, page = sign_in_half(world, address)
    world.is_equal("the old password is gone", 422, page.status)
    link = world.mail(address, "/password/invite/").link("/password/invite/")
    page = world.colleague("fr").get(link)
    world.is_true("the new link has a secret of its own",
                  secret_on(page) != secret)
    last = world.colleague("fr")
    page = last.get(link).press("Save and sign in", password=PASSWORD,
                                code=world.totp(secret_on(page)))
    world.is_equal("they are back", 10, len(codes_on(page)))
    last = tell_place(world, admin, id_, address, last, codes_on(page))
    done = admin.get(f"/staff/{id_}").press("End the access")
    world.has("disabled", done.text, world.say("fr", "disabled"))
    world.is_true("out in the same second", last.get(
        "/contacts").path.startswith("/sign-in"))
    _, page = sign_in_half(world, address)
    world.is_equal("and no password lets them in", 422, page.status)
    me = world.staff("admin")["email"]
    own = world.sql(f"SELECT id FROM staff WHERE email = '{me}'").strip()
    page = admin.get(f"/staff/{own}")
    world.is_true("nobody disables themself", not [
        f for f in page.forms if "disable" in f.action])
    tell_again(world, admin, id_)


def tell_place(world, admin, id_, address, guest, codes):
    """An adviser becomes an auditor: out in the same second, back as one."""
    world.is_equal("an adviser reads no audit", 404,
                   guest.get("/audit").status)
    done = admin.get(f"/staff/{id_}").press("Change role and team",
                                            role="auditor")
    world.has("the role is another one", done.text,
              world.say("fr", "Auditor"))
    world.is_true("sessions end with the role", guest.get(
        "/contacts").path.startswith("/sign-in"))
    guest, _ = sign_in(world, address, PASSWORD, codes[0])
    world.is_equal("who signs in again has the new one", 200,
                   guest.get("/audit").status)
    admin.get(f"/staff/{id_}").press("Change role and team", role="auditor")
    world.is_equal("what is no change is none", (200, "1"), (guest.get(
        "/audit").status, world.sql(
            "SELECT COUNT(*) FROM audit_event WHERE verb = 'staff.placed' "
            f"AND object_id = {id_}").strip()))
    alert = world.mail(world.staff("dpo")["email"], world.say(
        "fr", "The role or team of a colleague was changed"))
    world.has("the DPO hears of it", alert.text, f"/staff/{id_}")
    dpo, _ = staff(world, "dpo")
    page = dpo.get(f"/staff/{id_}")
    world.is_true("no DPO changes a role", page.status == 200 and not [
        f for f in page.forms if "place" in f.action])
    own = world.sql("SELECT id FROM staff WHERE role = 'admin'").strip()
    world.is_true("and no administrator their own", not [
        f for f in admin.get(f"/staff/{own}").forms if "place" in f.action])
    return guest


def sign_in_half(world, email):
    colleague = world.colleague("fr")
    return colleague, colleague.get("/").press(
        "Continue", email=email, password=PASSWORD)


def tell_again(world, admin, id_):
    """After ten minutes a serious act asks for both factors once more."""
    world.sql("UPDATE office_session SET signed_in_us = signed_in_us - "
              "700000000 WHERE staff_id = (SELECT id FROM staff WHERE email ="
              f" '{world.staff('admin')['email']}')")
    page = admin.get(f"/staff/{id_}")
    world.is_true("an old session is asked again", page.path.startswith(
        "/sign-in/again"), page.path)
    who = world.staff("admin")
    wrong = page.press("Continue", password=who["password"], code="000000")
    world.is_equal("the password alone is not enough", 422, wrong.status)
    page = wrong.press("Continue", password=who["password"],
                       code=world.unused_code(who))
    world.is_equal("both lead to where they were going", f"/staff/{id_}",
                   page.path)
    evil = admin.get("/sign-in/again?to=//evil.example/")
    world.is_true("and never elsewhere", "evil" not in evil.html)
