# SPDX-License-Identifier: EUPL-1.2
"""MariaDB is away: forms are drawn, what was typed is kept, and nothing is
asked of anybody when it is back (RELIABILITY 3.1, 3.2)."""
import concurrent.futures
import signal
import time

import office
from acts import Act, all_acts

BACK_S = 2          # full service after MariaDB answers again
ANSWER_S = 6        # a page while it is frozen


def is_kept(world, act, page, words):
    """The page is a 503 that holds what was typed behind one button."""
    sentence = f"{act.name}, {words}"
    if not world.is_equal(f"{sentence}: it is a 503", 503, page.status):
        return False
    world.is_equal(f"{sentence}: in the person's language", "fr", page.lang)
    world.is_true(f"{sentence}: it says when to try again",
                  (page.header("Retry-After") or "").isdigit())
    buttons = [f for f in page.forms
               if f.action == act.path and f.method == "post"]
    if not world.is_equal(f"{sentence}: one button sends it again", 1,
                          len(buttons)):
        return False
    held = [(f[0], f[1]) for f in buttons[0].fields]
    keys = [h for h in held if h[0] == "request_key"]
    world.is_equal(f"{sentence}: with one request key", 1, len(keys))
    if act.key is None:     # the page had none: it is the server's
        held = [h for h in held if h[0] != "request_key"]
    wanted = [p for p in act.pairs if p[0] not in act.secret]
    world.is_equal(f"{sentence}: it holds what was typed, in its order",
                   wanted, [h for h in held if h[0] not in act.secret])
    world.is_equal(f"{sentence}: what is secret is asked again",
                   {n: "" for n in act.secret},
                   {n: v for n, v in held if n in act.secret})
    for name, value in act.secret.items():
        world.is_true(f"{sentence}: the {name} is not sent back",
                      value not in page.html)
    return True


def press_all(acts):
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        return list(pool.map(lambda act: act.press(), acts))


def forms_are_drawn(world, words):
    for path, part in (("/", "/subscribe/newsletter"), ("/subscribe/newsletter",
                                              'type="checkbox"'),
                       ("/sign-in", "password"), ("/rights", "textarea"),
                       ("/sign-in/link", "email"), ("/receipts/verify",
                                                    "textarea")):
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            pages = list(pool.map(lambda path: world.visitor().get(path),
                                  [path] * 12))
        world.is_equal(f"{path} is drawn {words}, by every worker", [200] * 12,
                       [p.status for p in pages])
        world.is_true(f"{path} {words} is whole", all(
            part in p.html for p in pages if p.status == 200))
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        pages = list(pool.map(lambda _: world.visitor("fr").request(
            "POST", "/subscribe/newsletter?embed=1", "email=x@y.example",
            headers={"Content-Type": "application/x-www-form-urlencoded",
                     "Sec-Fetch-Site": "same-origin"}), range(12)))
    world.is_equal(f"a framed form is answered {words}", [503] * 12,
                   [p.status for p in pages])
    world.is_true(f"and its frame shows that answer {words}", all(
        world.visitor().base in (p.header("Content-Security-Policy") or "").partition(
            "frame-ancestors ")[2].split() for p in pages),
        pages[0].headers)
    world.has(f"no site may frame another answer {words}", world.visitor(
        ).get("/rights").header("Content-Security-Policy") or "",
        "frame-ancestors 'none'")
    page = world.visitor().get("/readyz")
    world.is_equal(f"/readyz says that we are not ready {words}", 503,
                   page.status)
    world.is_equal(f"/healthz says that we are alive {words}", 200,
                   world.visitor().get("/healthz").status)
    page = world.visitor().get("/privacy")
    world.is_true(f"a page that cannot be drawn {words} says so, not that "
                  "something was to be saved", page.status in (200, 503) and
                  world.say("fr", "We cannot save this right now")
                  not in page.html, page.text)


def tell_frozen(world, acts):
    """SIGSTOP: connections are accepted, nothing is answered."""
    some = acts[:4]
    world.site.database.send(signal.SIGSTOP)
    try:
        began = time.monotonic()
        pages = press_all(some)
        took = time.monotonic() - began
    finally:
        world.site.database.send(signal.SIGCONT)
    ended = time.monotonic()
    for act, page in zip(some, pages):
        is_kept(world, act, page, "frozen")
    world.is_true(f"four answers come within {ANSWER_S} s while it is frozen",
                  took < ANSWER_S, f"{took:.1f} s")
    return some, pages, ended


def back_within(world, ended, words):
    """Every page answers as before; returns the seconds until then."""
    good = 0
    while good < 12:
        page = world.visitor().get("/readyz")
        form = world.visitor().get("/privacy")
        good = good + 1 if (page.status, form.status) == (200, 200) else 0
        if time.monotonic() > ended + 20:
            break
        if good == 0:
            back = time.monotonic() - ended
    took = time.monotonic() - ended
    world.is_true(f"full service within {BACK_S} s {words}",
                  good == 12 and took < BACK_S, f"{took:.2f} s")
    print(f"  full service {took:.2f} s {words}", flush=True)


def done_once(world, act, page):
    """Press the 503's button until it is answered, then once more."""
    end = time.monotonic() + 10
    while page.status == 503 and time.monotonic() < end:
        last, page = page, act.again(page)
    world.is_true(f"{act.name}: the button does it", page.status in (200, 303),
                  f"{page.status} {page.text[:300]}")
    if act.name == "the form":
        world.is_true(f"{act.name}: and its mail comes", world.mail(
            dict(act.pairs)["email"], "/confirm/"))
    if act.effect is None:
        return
    world.is_equal(f"{act.name}: it is done once", 1, act.times(world))
    again = act.again(last)
    world.is_true(f"{act.name}: a second press is no fault",
                  again.status in (200, 303, 403, 410), again.status)
    world.is_equal(f"{act.name}: nor a second act", 1, act.times(world))


def start_meanwhile(world):
    """Programs that are started while it is away wait for it."""
    kinds = ("portal-a", "portal-b", "office-a", "office-b", "courier",
             "keeper")
    world.site.kill(*kinds)
    time.sleep(1)
    started = {kind: world.site.workers(kind) for kind in kinds}
    page = world.visitor().get("/subscribe/newsletter")
    world.is_true("a worker that never saw the form says so, or draws it",
                  page.status in (200, 503), page.status)
    world.is_equal("one that was started meanwhile draws a page of its own",
                   200, world.visitor().get("/sign-in").status)
    time.sleep(2)
    world.is_equal("and none of them gives up", started,
                   {kind: world.site.workers(kind) for kind in kinds})


def tell(world):
    acts = list(all_acts(world))
    adviser, _ = office.staff(world, "adviser")
    acts.append(Act("a search of staff", adviser.get("/contacts"), "Search",
                    {"words": "O’Connor <Siân>", "reason": "call"}))
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda path: world.visitor().get(path), 12 * (
            "/", "/subscribe/newsletter", "/privacy")))
    some, pages, ended = tell_frozen(world, acts)
    back_within(world, ended, "after it was frozen")
    for act, page in zip(some, pages):
        if page.status == 503:
            done_once(world, act, page)

    rest = acts[4:]
    workers = world.site.workers("portal-a")
    world.site.database.end(signal.SIGKILL)
    pages = press_all(rest)
    for act, page in zip(rest, pages):
        is_kept(world, act, page, "killed")
    forms_are_drawn(world, "while it is away")
    world.is_equal("who is signed in and goes where nothing is, is told so",
                   [404] * 12, [adviser.get("/not-there").status
                                for _ in range(12)])
    time.sleep(6)       # workers then try once per request only
    world.is_equal("no worker ended for want of it", workers,
                   world.site.workers("portal-a"))
    start_meanwhile(world)
    workers = world.site.workers("portal-a")
    world.site.database.start()
    world.site.wait_for_database()
    back_within(world, time.monotonic(), "after it was killed")
    for act, page in zip(rest, pages):
        if page.status == 503:
            done_once(world, act, page)
    world.is_equal("all that while no worker was started again", workers,
                   world.site.workers("portal-a"))
