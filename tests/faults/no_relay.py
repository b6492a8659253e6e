# SPDX-License-Identifier: EUPL-1.2
"""The relay is away: mails wait, nobody is told otherwise, and they go out
later, once each."""
import time

from opt_in import fill_in

MAILS = 3


def tell(world):
    world.settle()
    world.site.catcher.end()
    since_us = world.now_us()
    addresses = [world.address("poste") for _ in range(MAILS)]
    try:
        for address in addresses:
            _, page = fill_in(world, "fr", address)
            world.is_equal("the form is taken without a relay",
                           (200, world.say("fr", "Check your mail")),
                           (page.status, page.h1))
        time.sleep(2)
        waiting = world.sql("SELECT state FROM outbox WHERE template = "
                            "'forms_confirm' AND created_us >= "
                            f"{since_us}").split()
        world.is_true("the mails wait", len(waiting) == MAILS and
                      set(waiting) <= {"new", "claimed", "retry"}, waiting)
    finally:
        world.site.start_catcher()
    # the first one was tried: its next try is a minute away
    world.sql("UPDATE outbox SET due_us = 1 WHERE state = 'retry'")
    for address in addresses:
        world.mail(address, "/confirm/", 40)
    world.settle()
    world.is_equal("each went out later, once", [1] * MAILS,
                   [len(world.mails_to(a)) for a in addresses])
