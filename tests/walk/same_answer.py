# SPDX-License-Identifier: EUPL-1.2
"""Nobody learns from an answer whether an address is known here."""
import re

from opt_in import opt_in

# What is drawn anew for each page, and the address that was typed.
DRAWN = re.compile(r'name="(csrf|request_key)" value="[^"]*"')
REFERENCE = re.compile(r"\bR-[0-9A-Z]{8}\b")


def answer(page, typed):
    """An answer as bytes without what was typed and what is drawn."""
    text = DRAWN.sub("", page.html).replace(typed, "TYPED")
    text = REFERENCE.sub("R", text)
    headers = sorted((k.lower(), v if k.lower() not in (
        "set-cookie", "date", "content-length") else "")
        for k, v in page.headers)
    return page.status, page.header("Location"), headers, text


def subscribe(page, typed):
    form, _ = page.form("Send my choices")
    box = form.boxes[0]
    return page.press("Send my choices", follow=False, email=typed,
                      given_name="Zoé", family_name="L’Été",
                      **{box[0]: box[1]})


def ask_link(page, typed):
    return page.press("Send me the link", follow=False, email=typed)


def ask_right(page, typed):
    return page.press("Send the request", follow=False, kind="access",
                      email=typed, name="Zoé L’Été",
                      message="Que savez-vous de moi ?")


def sign_in(page, typed):
    return page.press("Sign in", about="", follow=False, email=typed,
                      password="never this one, in any case")


def tell(world):
    _, known = opt_in(world, "fr", "connue")
    unknown = world.address("absent")
    unknown = "x" * (len(known) - len(unknown)) + unknown
    world.is_equal("both addresses have one length", len(known), len(unknown))
    for path, press in (("/subscribe/newsletter", subscribe),
                        ("/sign-in/link", ask_link), ("/rights", ask_right),
                        ("/sign-in", sign_in)):
        found = []
        for typed in (known, unknown):
            visitor = world.visitor()
            page = press(visitor.get(path), typed)
            found.append(answer(page, typed))
            if page.status == 303:
                after = visitor.get(page.header("Location"))
                found[-1] += answer(after, typed)
        world.is_true(f"{path} answers the same for a known and an unknown "
                      "address", found[0] == found[1],
                      "\n".join(str(x)[:400] + "\n" + str(y)[:400] for x, y in
                                zip(*found) if x != y))
        world.is_true(f"{path} answers what it should",
                      found[0][0] in (303, 422), found[0][0])
    for path, press, part in (("/subscribe", subscribe, "/confirm/"),
                              ("/sign-in/link", ask_link, "")):
        world.is_true(f"both owners of a mailbox get one mail of {path}",
                      world.mail(known, part) and world.mail(unknown, part))
