# SPDX-License-Identifier: EUPL-1.2
"""The copy of one's data: asked for, built, fetched, checked, destroyed."""
import base64
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile

from account import session

OTHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir,
                     "formats", "verify.py")


def fetch(world, visitor, button):
    page = visitor.get("/account").follow("/account/export")
    page = page.press(button)
    end = time.monotonic() + 40
    while not page.links("/account/export/") or \
            all(u.endswith(("/progress", "/state"))
                for u in page.links("/account/export/")):
        if time.monotonic() > end:
            raise AssertionError(f"not built: {page.path} {page.text}")
        time.sleep(0.3)
        page = visitor.get(page.path)
    url = next(u for u in page.links("/account/export/")
               if not u.endswith(("/progress", "/state")))
    return url, visitor.get(url)


def check(world, data):
    """What a stranger checks of a package; returns {name: bytes}."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    world.is_equal("the ZIP is whole", None, archive.testzip())
    files = {n: archive.read(n) for n in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    listed = manifest["files"]
    if isinstance(listed, dict):
        listed = [dict(v if isinstance(v, dict) else {"sha256": v}, name=k)
                  for k, v in listed.items()]
    wrong = [f for f in listed if hashlib.sha256(
        files[f.get("name") or f["path"]]).hexdigest() != f["sha256"] and
        base64.urlsafe_b64encode(hashlib.sha256(files[f.get("name") or
        f["path"]]).digest()).rstrip(b"=").decode() != f["sha256"]]
    world.is_equal("each file is what the manifest says", [], wrong)
    named = {f.get("name") or f["path"] for f in listed}
    world.is_equal("nothing lies beside it", set(),
                   set(files) - named - {"manifest.json", "manifest.jws"})
    head, body, _ = files["manifest.jws"].decode().strip().split(".")
    world.is_equal("the signed text is the manifest", manifest, json.loads(
        base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    head = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    world.is_equal("signed with Ed25519", "EdDSA", head["alg"])
    keys = json.loads(world.visitor().get("/.well-known/jwks.json").body)
    world.is_true("by a published key", head["kid"] in
                  [k["kid"] for k in keys["keys"]], head)
    return files


def check_apart(world, data):
    """The owner's program and a second verifier, with the published keys."""
    with tempfile.TemporaryDirectory() as folder:
        path, jwks = (os.path.join(folder, n) for n in ("a.zip", "jwks.json"))
        for name, content in ((path, data), (jwks, world.visitor().get(
                "/.well-known/jwks.json").body)):
            with open(name, "wb") as file:
                file.write(content)
        done = subprocess.run([sys.executable, OTHER, "package", path, jwks],
                              capture_output=True, check=False)
        world.is_equal("a second verifier finds it genuine",
                       b"genuine\n", done.stdout)
    for word, content in (("whole", data), ("cut", data[:-100])):
        done = subprocess.run(world.demo["cli"] + ["verify", "package", "-"],
                              input=content, capture_output=True, check=False)
        world.is_equal(f"assent verify package agrees: {word}",
                       word == "whole", done.returncode == 0)


FREE = {"given_name", "family_name", "email", "street", "postcode", "city",
        "detail", "title", "wording", "text", "words", "answer", "mailbox",
        "browser", "form", "item"}


def check_page(world, files):
    """The page to read says in words what data.json says in codes."""
    data = json.loads(files["data.json"])["data"]
    codes = {v for rows in data.values() for row in rows
             for k, v in row.items() if k not in FREE and
             isinstance(v, str) and re.fullmatch(r"[a-z]+([_.:][a-z_]+)*", v)}
    cells = {html.unescape(c) for c in re.findall(
        r"<(?:td|dd)[^>]*>([^<]*)</", files["index.html"].decode())}
    world.is_equal("no day and no hour is on it as programs write them", [],
                   sorted(c for c in cells if re.search(
                       r"\d{4}-\d\d-\d\d", c)))
    world.is_true("but as people do", any(re.search(
        r"\d{1,2} \w+ 20\d\d, \d\d:\d\d", c) for c in cells),
        sorted(cells))
    world.is_true("there are codes", {"given", "double_opt_in",
                                      "consent"} <= codes, sorted(codes))
    world.is_equal("none of them is on the page to read", [],
                   sorted(codes & cells))
    world.is_true("words are", "par un formulaire, confirmé par e-mail" in
                  cells, sorted(cells))


def tell(world):
    visitor = session(world)
    address = world.people["customer"]
    url, page = fetch(world, visitor, "Prepare my copy")
    world.is_equal("the copy is a ZIP", (200, "application/zip"),
                   (page.status, page.header("Content-Type")))
    files = check(world, page.body)
    check_apart(world, page.body)
    check_page(world, files)
    for name in ("data.json", "index.html", "contact.vcf"):
        world.is_true(f"{name} holds the person",
                      address.encode() in files[name].replace(
                          b"\r\n ", b""), files[name][:500])
    world.is_true("there are tables and a schema", any(
        n.startswith("csv/") for n in files) and any(
            n.startswith("schema/") for n in files), sorted(files))
    text = json.dumps(json.loads(files["data.json"]), ensure_ascii=False)
    world.has("the history is inside", text, "L’Automne")
    mail = world.mail(address, "/account/export")
    world.is_true("a mail says it is ready, without its content",
                  "L’Automne" not in mail.text.replace("Zoé L’Automne", "")
                  and not mail.files, mail.text)
    other = world.visitor()
    world.is_true("without a session the address gives nothing",
                  other.get(url).header("Content-Type") != "application/zip")
    _, bundle = fetch(world, visitor, "Prepare my bundle")
    inside = check(world, bundle.body)
    check_apart(world, bundle.body)
    world.is_true("the Article 20 bundle is apart and smaller",
                  len(inside) < len(files) or
                  len(inside["data.json"]) < len(files["data.json"]),
                  sorted(inside))
    world.is_equal("each download is recorded", "2", world.sql(
        "SELECT COUNT(*) FROM package_download d JOIN package p ON p.id = "
        "d.package_id JOIN contact c ON c.id = p.contact_id WHERE c.email = "
        f"'{address}' AND d.is_whole").strip())
