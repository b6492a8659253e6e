# SPDX-License-Identifier: EUPL-1.2
"""Our mails carry nobody's own words to an address that somebody else chose,
and what waits in a mailbox that was left opens nothing (RELIABILITY T04, T12;
ASVS 6.3, 7.5)."""
import office
import sign_in
from opt_in import opt_in

LURE = "Vous avez gagné, allez sur evil.example"


def tell_rights(world):
    address = world.address("appat")
    page = world.visitor("fr").get("/rights").press(
        "Send the request", kind="access", email=address, name=LURE,
        message=LURE)
    world.is_equal("a request by the public form is taken", 200, page.status)
    mail = world.mail(address)
    world.is_true("its mail has no word of whoever wrote it", "evil.example"
                  not in mail.text + mail.html + str(mail.headers), mail.text)
    case = world.sql("SELECT MAX(id) FROM rights_request").strip()
    dpo, _ = office.staff(world, "dpo")
    world.is_equal("staff read name and words", 2, dpo.get(
        f"/requests/{case}").text.count(LURE))


def tell_address(world):
    _, address = opt_in(world, "fr", "ancienne")
    client, _ = sign_in.sign_in(world, address)
    world.sql(f"UPDATE contact SET given_name = '{LURE}' WHERE email = "
              f"'{address}'")
    # a link that waits in the mailbox that is about to be left
    _, waiting = sign_in.ask_link(world, address)
    new = world.address("neuve")
    client.get("/account/data").press("Send the confirmation mail",
                                      new_email=new)
    mail = world.mail(new, "/address/")
    world.is_true("a mail to a new address greets nobody", "evil.example"
                  not in mail.text + mail.html, mail.text)
    world.visitor().get(mail.link("/address/")).press("Use this address")
    world.is_equal("a link in the mailbox that was left is over", 410,
                   world.visitor().get(waiting.link("/sign-in/link/")).status)
    world.is_true("so is the session", client.get("/account").path !=
                  "/account")


def tell_recent(world):
    _, address = opt_in(world, "fr", "distrait")
    client, _ = sign_in.sign_in(world, address)
    page = client.get("/account/data")
    world.sql("UPDATE portal_session s JOIN identity i ON i.id = s.identity_id"
              " SET s.signed_in_us = s.signed_in_us - 3600000000 "
              f"WHERE i.mailbox = '{address}'")
    world.is_true("an open window does not move the account", page.press(
        "Send the confirmation mail", new_email=world.address("voleur"))
        .path.startswith("/sign-in/again"))


def tell(world):
    tell_rights(world)
    tell_address(world)
    tell_recent(world)
