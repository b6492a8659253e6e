#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Write demo.json, for programs, and say the same to people.

tell.py VAR PORT CLOCK_OFFSET SOCKET ADMINISTRATOR SITE: state/company.json is
what `assent demo` said of the company.
"""
import base64
import hmac
import json
import os
import struct
import sys
import time

var, port, offset, socket, admin, site = sys.argv[1:]
port = int(port)
with open(os.path.join(var, "state", "company.json"), encoding="utf-8") as file:
    company = json.load(file)

demo = {
    "portal": f"http://localhost:{port}/",
    "office": f"http://localhost:{port + 1}/",
    "mail": f"http://localhost:{port + 2}/",
    "smtp": f"localhost:{port + 3}",
    "cli": [os.path.join(var, "bin", "assent"), "--site", site],
    "clock_offset_s": int(offset),
    "logs": os.path.join(var, "log"),
    "database": {"socket": socket, "user": admin, "name": site,
                 "keys": f"{site}_keys"},
} | company

path = os.path.join(var, "demo.json")
with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
          "w", encoding="utf-8") as file:
    json.dump(demo, file, ensure_ascii=False, indent=1)
    file.write("\n")
os.replace(path + ".new", path)

print(f"""
  {'Portal':<9}{demo['portal']}""")
for form in demo.get("forms", []):
    print(f"  {'Form':<9}{demo['portal']}subscribe/{form}")
print(f"""  {'Office':<9}{demo['office']}
  {'Mails':<9}{demo['mail']}
""")


def code(secret):
    """The six digits of this half minute on our programs' clock: RFC 6238."""
    count = struct.pack(">Q", (int(time.time()) + int(offset)) // 30)
    digest = hmac.digest(base64.b32decode(secret), count, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start:start + 4])[0] & 0x7fffffff
    return f"{number % 1000000:06d}"


customers = demo.get("customers", [])[:2]
width = max(len(p["email"]) for p in demo.get("staff", []) + customers) + 2
for person in demo.get("staff", []):
    print(f"  {person['role']:<10}{person['email']:<{width}}"
          f"{person['password']}  code {code(person['totp_secret'])}"
          f"  (TOTP {person['totp_secret']})")
for person in customers:
    print(f"  {'customer':<10}{person['email']:<{width}}{person['password']}")
print(f"""
  For programs: {path}
""")
