# SPDX-License-Identifier: EUPL-1.2
"""The database dies in the middle of the day: what was typed is kept, nothing
is half done, and everything works again by itself once it is back."""
import concurrent.futures
import os
import signal
import subprocess
import time

import sign_in
from opt_in import opt_in


class Database:
    """The site's mariadbd, as quickstart started it."""
    def __init__(self, world):
        self.file = os.path.join(os.path.dirname(world.path), "run", "db.pid")
        self.pid = int(open(self.file, encoding="ascii").read().split()[0])
        place = f"/proc/{self.pid}"
        self.command = open(place + "/cmdline", "rb").read().split(b"\0")[:-1]
        self.env = dict(pair.split(b"=", 1) for pair in open(
            place + "/environ", "rb").read().split(b"\0") if b"=" in pair)
        self.cwd = os.readlink(place + "/cwd")
        self.who = os.stat(place)
        self.world = world

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        while os.path.exists(f"/proc/{self.pid}/exe") and open(
                f"/proc/{self.pid}/stat").read().split(") ")[1][0] != "Z":
            time.sleep(0.02)

    def start(self):
        """Start it again and wait until it answers."""
        ours = {} if os.getuid() == self.who.st_uid else {
            "user": self.who.st_uid, "group": self.who.st_gid,
            "extra_groups": []}
        child = subprocess.Popen(
            self.command, env=self.env, cwd=self.cwd, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **ours)
        ticks = open(f"/proc/{child.pid}/stat").read().split(") ")[1] \
            .split()[19]
        with open(self.file, "w", encoding="ascii") as file:
            file.write(f"{child.pid} {ticks}\n")
        self.pid = child.pid
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                self.world.sql("SELECT 1")
                return
            except subprocess.CalledProcessError:
                time.sleep(0.05)
        raise AssertionError("the database does not come back")


def all_well(world):
    """Both doors ready, by as many requests as there may be workers."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        doors = [world.portal, world.office] * 8
        return all(page.status == 200 for page in pool.map(
            lambda base: type(world.visitor())(world, base, "fr").request(
                "GET", "/readyz"), doors))


def tell(world):
    _, address = opt_in(world, "fr", "panne")
    customer, _ = sign_in.sign_in(world, address)
    data = customer.get("/account/data")
    form = world.visitor()
    page = form.get("/subscribe/newsletter")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: world.visitor().get(page.path), range(200)))
    database = Database(world)
    database.kill()
    try:
        typed = world.address("pendant")
        fields, _ = page.form("Send my choices")
        lost = page.press("Send my choices", email=typed, given_name="Zoé",
                          **dict(fields.boxes[:1]))
        saved = data.press("Save", family_name="L’Orage", city="Brest")
        drawn = form.get("/subscribe/newsletter")
        alive, ready = form.get("/healthz"), form.get("/readyz")
    finally:
        began = time.monotonic()
        database.start()
    up = time.monotonic()
    while not all_well(world) and time.monotonic() < up + 30:
        time.sleep(0.05)
    again = time.monotonic() - up
    world.is_true(f"service is whole within 2 s of its return ({again:.1f} s,"
                  f" it took {up - began:.1f} s)", again < 2)
    world.is_equal("without it the form is still drawn, alive, not ready",
                   (200, 200, 503),
                   (drawn.status, alive.status, ready.status))
    for name, answer, part in (("the form", lost, typed),
                               ("a correction", saved, "L’Orage")):
        world.is_equal(f"{name} is answered 503 in the person's language",
                       (503, "fr"), (answer.status, answer.lang))
        world.is_true(f"{name}: what was typed is kept behind a button",
                      any(f[1] == part for form in answer.forms
                          for f in form.fields), answer.html)
    button = lost.forms[-1].buttons[0][2].strip()
    done = lost.press(button)
    world.is_equal("the button sends the form after all",
                   world.say("fr", "Check your mail"), done.h1)
    world.is_true("and the mail comes", world.mail(typed, "/confirm/"))
    twice = lost.press(button)
    world.is_equal("pressed twice it is one sign-up", (200, "1"), (
        twice.status, world.sql("SELECT COUNT(*) FROM signup WHERE mailbox = "
                                f"'{typed}'").strip()))
    done = saved.press(saved.forms[-1].buttons[0][2].strip())
    world.has("the correction is taken too", customer.get("/account").text,
              "L’Orage")
    world.is_equal("once, with its history", "1", world.sql(
        "SELECT COUNT(*) FROM contact_history h JOIN contact c ON c.id = "
        f"h.contact_id WHERE c.email = '{address}' AND h.field = 'city'")
        .strip())
