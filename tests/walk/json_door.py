# SPDX-License-Identifier: EUPL-1.2
"""A company's own page signs people up through the form's JSON door, and a
site of the form's list frames the page itself."""
import json
import time

JSON = {"Accept": "application/json"}


def ask(client, path, body=None, **headers):
    """One exchange as a program: (status, document, page)."""
    page = client.request("GET" if body is None else "POST", path, body,
                          {**JSON, **headers})
    return page.status, json.loads(page.body), page


def send(client, path, fields, **headers):
    return ask(client, path, json.dumps(fields).encode(), **{
        "Content-Type": "application/json", **headers})


def tell_document(world, lang):
    status, form, page = ask(world.visitor(lang), "/subscribe/newsletter")
    world.is_equal(f"{lang}: the form is a document", (200, lang),
                   (status, form["language"]))
    world.is_equal(f"{lang}: as JSON", "application/json; charset=utf-8",
                   page.header("Content-Type"))
    site = world.demo["site"]
    told = json.dumps(form["information"], ensure_ascii=False)
    world.has(f"{lang}: it says who the controller is", told, site["name"])
    world.has(f"{lang}: and how the DPO is reached", told, site["dpo"])
    world.is_true(f"{lang}: each purpose has wording, basis, retention and "
                  "choices", all(p["text"] and p["basis"] and p["retention"]
                                 and p["choices"] for p in form["purposes"]))
    html = world.visitor(lang).get("/subscribe/newsletter").html
    for purpose in form["purposes"]:
        world.has(f"{lang}: the page says the same of {purpose['code']}",
                  html, purpose["title"])
    return form


def tell_sign_up(world, form):
    visitor = world.visitor("en")
    address = world.address("json")
    choice = form["purposes"][0]["choices"][0]["name"]
    path = f"/subscribe/{form['form']}?lang=en"
    fields = {"version": form["version"], "email": address,
              "given_name": "Siân", choice: True}
    status, said, _ = send(visitor, path, fields)
    world.is_equal("a sign-up is taken", (202, "sent"),
                   (status, said["state"]))
    mail = world.mail(address)
    done = world.visitor("en").get(mail.link("/confirm/")).press("Confirm")
    world.is_equal("and confirmed by the person as ever",
                   "Your choices are recorded", done.h1)
    shown, how = world.sql(
        "SELECT CONVERT(r.body USING utf8mb4), e.how FROM form_rendering r JOIN consent_event e ON "
        "e.rendering = r.hash JOIN consent_subject s ON s.event_id = e.id "
        "JOIN contact c ON c.id = s.contact_id WHERE e.kind = 'given' AND "
        f"c.email = '{address}'").strip().split("\t")
    world.is_true("the proof holds the document that was given",
                  '"purposes"' in shown and how == "double_opt_in",
                  shown[:200])
    again = send(visitor, path, fields)
    unknown = send(visitor, path, {**fields, "email": world.address("neu")})
    world.is_equal("who is known is answered as who is not",
                   (again[0], again[1]), (unknown[0], unknown[1]))
    plain = ask(visitor, path, f"version={form['version']}&{choice}=yes&"
                f"email={world.address('plain')}".encode())
    world.is_equal("a browser's form may ask for JSON too", 202, plain[0])


def tell_refusals(world, form):
    visitor = world.visitor("fr")
    path = f"/subscribe/{form['form']}?lang=fr"
    before = world.sql("SELECT COUNT(*) FROM signup")
    choice = form["purposes"][0]["choices"][0]["name"]
    status, said, _ = send(visitor, path, {"email": "personne"})
    world.is_equal("what is wrong is said by field", (422, True), (
        status, any(e["field"] == "email" for e in said["errors"])))
    for name, body, wanted in (
            ("nothing", b"", 400), ("no JSON", b"{", 400),
            ("a list", b"[]", 400), ("a nested value",
                                     b'{"email": {"a": 1}}', 400),
            ("a name twice", b'{"email": "a@b.fr", "email": "c@d.fr"}', 400),
            ("a name that no field has", b'{"a b": "x"}', 400),
            ("an unknown field", json.dumps({
                "email": "a@walk.example", choice: True,
                "admin": "yes"}).encode(), 400),
            ("a NUL", b'{"email": "a\\u0000@b.fr"}', 400),
            ("invalid UTF-8", b'{"email": "\xff@b.fr"}', 400),
            ("depth", b'{"a":' * 3000 + b"1" + b"}" * 3000, 400)):
        status, said, _ = ask(visitor, path, body, **{
            "Content-Type": "application/json"})
        world.is_true(f"{name} is refused with a document",
                      status == wanted and ("error" in said or "errors" in
                                            said), (status, said))
    status, said, _ = ask(visitor, "/subscribe/nosuch")
    world.is_equal("a form that there is not is 404", (404, 404),
                   (status, said["error"]["status"]))
    status, said, _ = send(visitor, path, {"email": "a@walk.example"}, **{
        "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    world.is_equal("a page of another site is refused", 403, status)
    world.is_equal("and nothing was stored", before,
                   world.sql("SELECT COUNT(*) FROM signup"))


def tell_frame(world):
    """The page in a frame of a listed site."""
    origin = "https://www.walk.example"
    world.sql("INSERT IGNORE INTO form_origin (form_id, origin) SELECT id, "
              f"'{origin}' FROM form WHERE code = 'newsletter'")
    time.sleep(1.1)     # each worker reads a form's row once a second
    page = world.visitor("fr").request(
        "GET", "/subscribe/newsletter?embed", headers={"Origin": origin})
    policy = page.header("Content-Security-Policy") or ""
    frames = policy.partition("frame-ancestors ")[2].split()
    world.is_true("a listed site may frame the form", page.status == 200 and
                  "'self'" in frames and origin in frames and
                  page.header("X-Frame-Options") is None, page.headers)
    home = world.visitor("fr").get("/")
    world.has("no site may frame the rest", home.header(
        "Content-Security-Policy") or "", "frame-ancestors 'none'")
    form, _ = page.form("Send my choices")
    address = world.address("cadre")
    sent = page.client.request(
        "POST", form.action, "&".join(
            f"{k}={v}" for k, v in [(f[0], f[1]) for f in form.fields
                                    if f[0] not in ("email",)] +
            [("email", address), (form.boxes[0][0], "yes")]),
        {"Origin": origin, "Sec-Fetch-Site": "cross-site"})
    world.is_equal("and post it", 303, sent.status)
    world.mail(address)
    answer = world.visitor("fr").request(
        "GET", "/subscribe/newsletter", headers={**JSON, "Origin": origin})
    world.is_equal("its scripts may read the document", origin,
                   answer.header("Access-Control-Allow-Origin"))
    other = world.visitor("fr").request(
        "GET", "/subscribe/newsletter",
        headers={**JSON, "Origin": "https://evil.example"})
    world.is_equal("those of another site may not", None,
                   other.header("Access-Control-Allow-Origin"))


def tell(world):
    tell_document(world, "fr")
    form = tell_document(world, "en")
    tell_sign_up(world, form)
    tell_refusals(world, form)
    tell_frame(world)
