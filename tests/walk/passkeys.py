# SPDX-License-Identifier: EUPL-1.2
"""Passkeys of colleagues: made after both factors, used in their place, and
everything that is refused; who leaves has none in the same second."""
import concurrent.futures
import json
import re
import subprocess
import urllib.parse

from authenticator import UP, Authenticator
from office import staff


def hire(world, name):
    email = world.address(name)
    done = subprocess.run(
        world.demo["cli"] + ["staff", "add", "--email", email, "--name",
                             f"{name} Passe", "--role", "adviser",
                             "--language", "fr", "--json"],
        capture_output=True, check=True)
    told = json.loads(done.stdout)
    return {"email": email, "id": told["id"], "password": told["password"],
            "totp_secret": re.search(r"secret=([A-Z2-7]+)",
                                     done.stdout.decode())[1]}


def enter(world, who):
    colleague = world.colleague("fr")
    page = colleague.get("/").press("Continue", email=who["email"],
                                    password=who["password"])
    page = page.press("Sign in", about="", code=world.unused_code(who))
    world.is_equal("password and code let in", "/", page.path)
    return colleague


def form_of(page, kind):
    """The form that the script shows, and what it knows."""
    found = re.search(rf'<form [^>]*data-passkey="{kind}"[^>]*>', page.html)
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', found[0]))


def ask(client, page, kind):
    """The question that the script would ask for; or the status."""
    form = form_of(page, kind)
    answer = client.request(
        "POST", form["data-question"], "csrf=" + form["data-csrf"] +
        "&request_key=" + form["data-request-key"],
        {"Accept": "application/json"})
    return json.loads(answer.body) if answer.status == 200 else answer.status


def send(client, page, action, pairs, follow=True):
    """The form to ${action}, filled as the script fills it."""
    form = next(f for f in page.forms if f.action == action)
    return client.post(action, [(f[0], pairs.get(f[0], f[1]))
                                for f in form.fields], follow)


def add(world, client, device, name, **lies):
    page = client.get("/access")
    question = ask(client, page, "make")
    pairs = device.make(world.office, question, **lies) | {"name": name}
    return send(client, page, "/access/passkeys", pairs), page, pairs


def use(world, device, origin=None, client=None, at="/sign-in", **lies):
    """Somebody, by default a new browser, shows a passkey."""
    client = client or world.colleague("fr")
    page = client.get(at)
    question = ask(client, page, "use")
    pairs = device.use(origin or world.office, question, **lies)
    return client, send(client, page, "/sign-in/passkey", pairs), page, pairs


def verbs(world, who):
    return world.sql("SELECT verb FROM audit_event WHERE object = 'staff' AND"
                     f" object_id = {who['id']} ORDER BY id").split()


def refused(world, sentence, answer):
    return world.is_equal(sentence, (422, world.say(
        "fr", "This passkey was not accepted")), (answer.status, answer.h1))


def tell_made(world, ann, who, device):
    page = ann.get("/access")
    world.is_true("without script the form is not shown, and why is said",
                  " hidden" in page.html.split('data-passkey="make"')[1]
                  .split(">")[0] and "data-passkey-none" in page.html)
    done, page, pairs = add(world, ann, device, "Portable <b>")
    world.is_equal("a passkey is added", (200, "/access"),
                   (done.status, done.path))
    world.has("it is listed by its name", done.text, "Portable <b>")
    mail = world.mail(who["email"], "Portable <b>")
    world.has("its owner hears of it", mail.text, world.say(
        "fr", "A passkey was added to your access."))
    again = send(ann, page, "/access/passkeys", pairs)
    world.is_equal("sent twice it is made once", (200, 1),
                   (again.status,
                            again.html.count("Portable &lt;b&gt;</strong>")))
    fresh = ann.get("/access")
    twice = send(ann, fresh, "/access/passkeys", pairs)
    world.is_equal("a question is answered once", 422, twice.status)
    for sentence, lies in (
            ("by nobody who was verified", {"flags": UP}),
            ("that says it is a use", {"kind": "webauthn.get"}),
            ("with a maker who vouches", {"form": b"packed"})):
        other, _, _ = add(world, ann, Authenticator(), "Faux", **lies)
        world.is_true(f"a new passkey {sentence} is refused",
                      other.status == 422 and 'value="Faux"' in other.html)
    world.is_equal("and none of them is there", "1", world.sql(
        "SELECT COUNT(*) FROM staff_passkey WHERE staff_id = "
        f"{who['id']}").strip())


def tell_used(world, who, device):
    bob, page, before, pairs = use(world, device)
    world.is_equal("the passkey alone lets in", (200, "/"),
                   (page.status, page.path))
    world.has("the audit tells how", " ".join(verbs(world, who)),
              "staff.signed_in_by_passkey")
    page = bob.get("/access")
    world.has("so does the list of sessions", page.text,
              world.say("fr", "by passkey"))
    again = send(bob, before, "/sign-in/passkey", pairs, False)
    world.is_equal("the form is of the session before", 403, again.status)
    stranger = world.colleague("fr")
    page = stranger.get("/sign-in")
    ask(stranger, page, "use")
    refused(world, "nobody else gets in with the same answer",
            send(stranger, page, "/sign-in/passkey", pairs))
    questions = [ask(c, c.get("/sign-in"), "use") for c in (
        world.colleague("fr"), world.colleague("fr"))]
    world.is_true("the question tells strangers nothing of who there is",
                  questions[0]["challenge"] != questions[1]["challenge"] and
                  [dict(q, challenge="") for q in questions[:1]] ==
                  [dict(q, challenge="") for q in questions[1:]] and
                  questions[0]["name"] == "")
    return bob


def tell_race(world, device):
    """The same answer from eight at once, of one browser."""
    client = world.colleague("fr")
    page = client.get("/sign-in")
    pairs = device.use(world.office, ask(client, page, "use"))
    form = next(f for f in page.forms if f.action == "/sign-in/passkey")
    body = urllib.parse.urlencode([(f[0], pairs.get(f[0], f[1]))
                                   for f in form.fields])
    cookies = dict(client.cookies)

    def send_it(_):
        twin = world.colleague("fr")
        twin.cookies = dict(cookies)
        return twin.request("POST", "/sign-in/passkey", body).status

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(send_it, range(8)))
    world.is_equal("of eight with one answer one gets in", [303] + [422] * 7,
                   found)


def tell_refused(world, who, device):
    before = verbs(world, who).count("staff.passkey_refused")
    page = use(world, Authenticator())[1]
    refused(world, "a passkey of nobody is refused", page)
    unknown = re.sub(r"[0-9A-Za-z_-]{16,}", "", page.html)
    for sentence, lies in (
            ("at the page of somebody else", {"origin":
                                              "https://evil.example"}),
            ("by nobody who was verified", {"flags": UP}),
            ("that says it is a new one", {"kind": "webauthn.create"})):
        page = use(world, device, **lies)[1]
        refused(world, f"a passkey {sentence} is refused", page)
        world.is_equal("in the words for one of nobody", unknown,
                       re.sub(r"[0-9A-Za-z_-]{16,}", "", page.html))
    world.is_equal("three refusals stand in the audit", 3, verbs(
        world, who).count("staff.passkey_refused") - before)
    stranger = world.colleague("fr")
    page = stranger.get("/sign-in")
    pairs = device.use(world.office, {"host": "localhost",
                                      "challenge": "A" * 43})
    refused(world, "who was asked nothing answers nothing",
            send(stranger, page, "/sign-in/passkey", pairs))
    device.count = int(world.sql("SELECT sign_count FROM staff_passkey WHERE "
                                 f"staff_id = {who['id']}")) - 1
    page = use(world, device)[1]
    refused(world, "a copy whose counter goes back is refused", page)
    world.is_equal("the audit says why", "staff.passkey_copied",
                   verbs(world, who)[-1])
    mail = world.mail(who["email"], world.say(
        "fr", "A passkey of your access was refused: its counter has gone "
        "back, so somebody may have a copy of it. Remove it and add it "
        "again."))
    world.has("its owner hears of it", mail.text, "Portable <b>")
    for _ in range(7):      # a new quarter of an hour may begin meanwhile
        page = use(world, device, flags=UP)[1]
        if page.status == 429:
            break
    world.is_equal("after five refusals it must wait", 429, page.status)


def tell_again(world, ann, who, device):
    """A passkey is a proof as good as both factors, of the same person."""
    world.sql("UPDATE office_session SET signed_in_us = signed_in_us - "
              f"700000000 WHERE staff_id = {who['id']}")
    page = ann.get("/access")
    world.is_true("an old session is asked again", page.path.startswith(
        "/sign-in/again"))
    other = Authenticator(counts=False)
    bob_who = hire(world, "bob")
    bob = enter(world, bob_who)
    add(world, bob, other, "")
    world.has("a passkey without a name has the browser's",
              bob.get("/access").text, "Other")
    page = use(world, other, client=ann, at="/sign-in/again?to=/access")[1]
    refused(world, "the passkey of a colleague is refused", page)
    page = use(world, device, client=ann, at="/sign-in/again?to=/access")[1]
    world.is_equal("one's own leads to where one was going", (200, "/access"),
                   (page.status, page.path))
    world.is_equal("and stands in the audit", "staff.proved_by_passkey",
                   verbs(world, who)[-1])
    for _ in range(2):
        page = use(world, other)[1]
        world.is_equal("one that does not count is used as often as one "
                       "likes", "/", page.path)
    return bob, bob_who, other


def tell_removed(world, ann, bob, bob_who, other):
    id_ = world.sql("SELECT id FROM staff_passkey WHERE staff_id = "
                    f"{bob_who['id']}").strip()
    page = ann.get("/access")
    form = next(f for f in page.forms if f.action.endswith("/remove"))
    foreign = form.action.rsplit("/", 2)[0] + f"/{id_}/remove"
    gone = ann.post(foreign, [(f[0], f[1]) for f in form.fields])
    world.is_equal("nobody removes that of a colleague", 404, gone.status)
    done = bob.get("/access").press("Remove")
    world.is_true("one's own is removed", done.status == 200 and
                  "/remove" not in done.html)
    world.mail(bob_who["email"], world.say(
        "fr", "A passkey was removed from your access."))
    refused(world, "and opens nothing any more", use(world, other)[1])


def tell_leaver(world, bob, who):
    device = Authenticator()
    add(world, bob, device, "Téléphone")
    inside, page, _, _ = use(world, device)
    world.is_equal("the passkey works", "/", page.path)
    admin, _ = staff(world, "admin")
    member = admin.get(f"/staff/{who['id']}")
    world.has("the administrator sees that there is one", member.html,
              f"<dt>{world.say('fr', 'Passkeys')}</dt><dd>1</dd>")
    member.press("End the access")
    world.is_true("who leaves is out in the same second", inside.get(
        "/contacts").path.startswith("/sign-in"))
    refused(world, "no passkey lets them in", use(world, device)[1])
    world.is_equal("and none is kept", "0", world.sql(
        "SELECT COUNT(*) FROM staff_passkey WHERE staff_id = "
        f"{who['id']}").strip())


def tell(world):
    who = hire(world, "ann")
    ann = enter(world, who)
    device = Authenticator()
    tell_made(world, ann, who, device)
    tell_used(world, who, device)
    bob, bob_who, other = tell_again(world, ann, who, device)
    tell_race(world, device)
    tell_refused(world, who, device)
    tell_removed(world, ann, bob, bob_who, other)
    tell_leaver(world, bob, bob_who)
