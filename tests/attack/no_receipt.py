# SPDX-License-Identifier: EUPL-1.2
"""What looks like a receipt and is none (RELIABILITY T27)."""
import base64
import json

from lib import fields, send


def part(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def tell(world):
    visitor = world.visitor("fr")
    keys = json.loads(visitor.request(
        "GET", "/.well-known/jwks.json").body)["keys"]
    kid = next(k["kid"] for k in keys if k["assent_use"] == "receipt")
    claims = part({"v": 1, "jti": "x"})
    typ = "erasure-receipt+jwt"

    def jws(header, payload=claims, signature=b"x" * 64):
        return f"{part(header)}.{payload}.{part(signature)}"
    tries = {
        "no algorithm": jws({"alg": "none", "typ": typ}, signature=b""),
        "a MAC under our public key": jws({"alg": "HS256", "kid": kid,
                                           "typ": typ}),
        "an unknown key": jws({"alg": "EdDSA", "kid": "A" * 43, "typ": typ}),
        "a key of its own": jws({"alg": "EdDSA", "kid": kid, "typ": typ,
                                 "jwk": keys[0]}),
        "a head of the log": world.sql(
            "SELECT jws FROM log_head ORDER BY id DESC LIMIT 1").strip(),
        "depth": part(b'{"a":' * 2000) + "." + part(b"[" * 2000) + ".x",
        "dots": "." * 5000, "size": "A" * 60000, "a NUL": "a\0.b.c",
    }
    for name, text in tries.items():
        page = visitor.get("/receipts/verify")
        typed = fields(page, "/receipts/verify")
        field = next(f[0] for form in page.forms for f in form.fields
                     if f[2] == "textarea")
        page = send(visitor, "/receipts/verify", dict(typed, **{field: text}))
        world.is_true(f"{name} makes no receipt", page.status == 422 or (
            page.status == 200 and page.h1 == world.say(
                "fr", "This receipt is not valid")), f"{page.status} {page.h1}")
