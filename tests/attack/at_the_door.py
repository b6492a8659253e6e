# SPDX-License-Identifier: EUPL-1.2
"""Bytes that no browser sends: names, paths, methods, lengths, kinds of body
(RELIABILITY T03, T14, T15, T18, T19)."""
from lib import ask, raw

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
HEADERS = {"content-security-policy", "x-content-type-options",
           "referrer-policy", "cross-origin-opener-policy",
           "cross-origin-resource-policy", "permissions-policy",
           "cache-control"}


def tell_names(world):
    for host in ("evil.example", "127.0.0.1", "[::1]", "localhost@evil",
                 "evil.example:80", "localhost.evil.example"):
        status, _, body = ask(world.portal, "/", host=host)
        world.is_true(f"the name {host} is not served", status in (400, 421)
                      and b"evil" not in body, status)
    for data in (b"GET / HTTP/1.0\r\n\r\n",
                 b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n"
                 b"Connection: close\r\n\r\n"):
        world.is_equal("no name, or another in the line, is not served", 421,
                       raw(world.portal, data)[0])
    _, _, body = ask(world.portal, "/subscribe/newsletter", headers="X-"
                     "Forwarded-Host: evil.example\r\nForwarded: host="
                     "evil.example\r\nX-Original-URL: /account\r\n")
    world.is_true("a name that a proxy would tell is not believed",
                  b"evil.example" not in body and b"<form" in body)


def tell_paths(world):
    for path in ("//", "//account", "/./account", "/x/../account",
                 "/account/..", "/%61ccount", "/account%2e", "/account;x",
                 "/account/", "/account.css", "/account/x.css",
                 "/account/data.js", "/account%00", "/account%0d%0aX:%20y",
                 "/account\\x", "/static/..%2f..%2fetc/passwd",
                 "/static../nginx/error.html", "/static/", "/_error",
                 "/static/%2e%2e/nginx/error.html", "/.git/config",
                 "/.well-known/../account", "/sign-in%2fagain", "/%73ign-in",
                 "/healthz/", "/metrics", "/api/v1/contacts"):
        status, headers, _ = ask(world.portal, path)
        world.is_true(f"{path} is no page", status in (400, 403, 404) and
                      not any(k == "Location" for k, _ in headers), status)


def tell_methods(world):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND",
                   "CONNECT"):
        world.is_equal(f"{method} is refused", 405, ask(
            world.portal, "/", method, "Content-Length: 0\r\n")[0])
    world.is_equal("a method is not overridden by a header", 403, ask(
        world.portal, "/sign-in/link", "POST", "X-HTTP-Method-Override: GET"
        "\r\nContent-Length: 0\r\n")[0])


def tell_bodies(world):
    for length in ("-1", "+5", "5,5", "0x10", "1e3", "9" * 20, ""):
        world.is_equal(f"a length of {length!r} is refused", 400, ask(
            world.portal, "/sign-in/link", "POST", FORM +
            f"Content-Length: {length}\r\n", b"email")[0])
    world.is_equal("two lengths are refused", 400, ask(
        world.portal, "/sign-in/link", "POST", FORM + "Content-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n", b"0\r\n\r\nGET /x HTTP/1.1\r\n"
        b"Host: localhost\r\n\r\n")[0])
    for kind in ("text/plain", "multipart/form-data; boundary=x",
                 "application/json", "application/json;charset=utf-16",
                 "APPLICATION/JSON"):
        world.is_equal(f"a form of kind {kind} is refused", 400, ask(
            world.portal, "/sign-in/link", "POST", f"Content-Type: {kind}\r\n"
            "Content-Length: 12\r\n", b"email=a@b.fr")[0])
    world.is_equal("a packed body is not unpacked", 400, ask(
        world.portal, "/sign-in/link", "POST", FORM +
        "Content-Encoding: gzip\r\nContent-Length: 3\r\n", b"\x1f\x8b\x08")[0])
    for what, headers in (("address", ""), ("cookie", "Cookie: a=" +
                                            "b" * 9000 + "\r\n"),
                          ("list of headers", "".join(
                              f"X{i}: y\r\n" for i in range(3000)))):
        path = "/" + "a" * 9000 if what == "address" else "/"
        world.is_true(f"an over-long {what} is refused", ask(
            world.portal, path, headers=headers)[0] in (400, 414, 431))


def tell_headers(world):
    """Every answer, nginx's own too, has each security header once."""
    for base in (world.portal, world.office):
        for path in ("/", "/account", "/nosuch", "/sign-in", "/favicon.ico",
                     "/static/theme.css", "/healthz", "/account%00",
                     "/confirm/" + "A" * 43, "/preferences/" + "A" * 43):
            _, headers, _ = ask(base, path)
            names = [k.lower() for k, _ in headers]
            world.is_true(f"{base}{path} has every header once", all(
                names.count(h) == 1 for h in HEADERS), headers)
            if not path.startswith("/static/"):
                world.is_true(f"{base}{path} is kept by nobody",
                              ("Cache-Control", "no-store") in headers,
                              headers)
            for _, cookie in (h for h in headers if h[0] == "Set-Cookie"):
                world.is_true("a cookie is for us alone", "HttpOnly" in cookie
                              and "; SameSite=" in cookie and
                              "Domain" not in cookie, cookie)


def tell(world):
    tell_names(world)
    tell_paths(world)
    tell_methods(world)
    tell_bodies(world)
    tell_headers(world)
