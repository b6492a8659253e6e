# SPDX-License-Identifier: EUPL-1.2
"""Requests and sessions that somebody else made up: forged posts, planted and
borrowed cookies, addresses to go to (RELIABILITY T06, T07, T35)."""
import office
import sign_in
from lib import fields, send
from opt_in import opt_in


def tell_posts(world, mine, other):
    path = "/account/data"
    own = world.portal

    def good():
        return fields(mine.get(path), path)
    world.is_equal("another session's token is refused", 403, send(
        mine, path, dict(good(), csrf=fields(other.get(path), path)["csrf"])
    ).status)
    world.is_equal("another page's token is refused", 403, send(
        mine, path, dict(good(), csrf=fields(mine.get(
            "/account/consents"), "/account/consents")["csrf"])).status)
    typed = good()
    world.is_equal("a token in the address is none", 403, send(
        mine, f"{path}?csrf={typed['csrf']}",
        {k: v for k, v in typed.items() if k != "csrf"}).status)
    for headers in ({"Sec-Fetch-Site": "cross-site"},
                    {"Sec-Fetch-Site": "same-site"},
                    {"Sec-Fetch-Site": "bogus"}, {"Origin": "null"},
                    {"Origin": "https://evil.example"},
                    {"Origin": world.office}, {"Origin": own + ".evil"},
                    {"Sec-Fetch-Site": "cross-site", "Origin": own}):
        world.is_equal(f"a post with {headers} is refused", 403,
                       send(mine, path, good(), headers).status)
    for headers in ({}, {"Origin": own}, {"Sec-Fetch-Site": "same-origin"}):
        world.is_equal(f"one with {headers} is ours", 303,
                       send(mine, path, good(), headers).status)


def tell_sessions(world, mine, address):
    planted = world.visitor()
    planted.get("/")
    before = dict(planted.cookies)
    _, mail = sign_in.ask_link(world, address)
    planted.get(mail.link("/sign-in/link/")).press("Sign in", about="")
    thief = world.visitor()
    thief.cookies = before
    world.is_true("a planted session is not the one that is signed in",
                  planted.cookies != before and thief.get(
                      "/account", False).status == 303)
    name, value = next(iter(before.items()))
    thief.cookies = {name: "s" + value[1:]}
    world.is_equal("an unknown one does not become a signed-in one", 303,
                   thief.get("/account", False).status)
    name, value = next(iter(mine.cookies.items()))
    world.is_equal("of two cookies of one name none counts", 303,
                   world.visitor().request("GET", "/account", headers={
                       "Cookie": f"{name}={value}; {name}=x"}).status)
    staff, _ = office.staff(world, "adviser")
    visitor, colleague = world.visitor(), world.colleague()
    theirs = next(iter(staff.cookies))
    colleague.cookies = {theirs: value}
    visitor.cookies = {name: staff.cookies[theirs]}
    world.is_equal("a customer's session opens nothing at the office", 303,
                   colleague.get("/contacts", False).status)
    world.is_equal("a colleague's opens nothing at the portal", 303,
                   visitor.get("/account", False).status)
    out = mine.get("/account").press("Sign out", follow=False)
    thief.cookies = {name: value}
    world.is_true("a session that was left is over", out.status == 303 and
                  thief.get("/account", False).status == 303)
    return staff


def tell_ways_out(world, visitor, staff):
    for client, path in ((visitor, "/?lang="), (visitor, "/sign-in/link?to="),
                         (staff, "/sign-in/again?to="), (staff, "/?lang=")):
        for to in ("//evil.example", "https://evil.example", "/\\evil.example",
                   "%0d%0aLocation:%20https://evil.example", "javascript:1",
                   "/%2fevil.example"):
            page = client.request("GET", path + to)
            world.is_true(f"{path}{to} leads nowhere else",
                          "evil" not in str(page.headers) and
                          'href="javascript' not in page.html and
                          "evil.example" not in page.html, page.headers)


def tell(world):
    _, address = opt_in(world, "fr", "mienne")
    _, another = opt_in(world, "fr", "autre")
    mine, _ = sign_in.sign_in(world, address)
    other, _ = sign_in.sign_in(world, another)
    tell_posts(world, mine, other)
    staff = tell_sessions(world, mine, address)
    tell_ways_out(world, world.visitor(), staff)
