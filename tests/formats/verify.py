#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A second verifier, written from doc/formats alone (GDPR 5(2)).

It shares no line with the product: hashes come from Python, Ed25519 from
the openssl command.

  verify.py documents DIR                        every worked example of DIR
  verify.py receipt FILE JWKS [OPENING ADDRESS]  one receipt
  verify.py proof FILE JWKS                      one proof from the log
  verify.py package FILE JWKS                    one package
  verify.py journal SITE FILE [SECOND FILE]      the erasure journal

Prints what was checked; exit status 1 and a reason when something fails.
"""
import base64
import csv
import datetime
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

SKEW_S = 60
NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
ITEMS = ["15(1)(%s)" % letter for letter in "abcdefgh"] + ["15(2)"]


class Bad(Exception):
    pass


def need(ok, what):
    if not ok:
        raise Bad(what)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    need(re.fullmatch(r"[A-Za-z0-9_-]*", text), "base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64(data) == text, "base64url in its only spelling")
    return data


def keyed(key, data):
    return hashlib.blake2b(data, key=key, digest_size=32).digest()


def once(pairs):
    members = dict(pairs)
    need(len(members) == len(pairs), "no member twice")
    return members


def load(data):
    return json.loads(data, object_pairs_hook=once)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False).encode()


def subkey(root, generation, number):
    ident = (generation * 65536 + number).to_bytes(8, "little")
    return hashlib.blake2b(b"", key=root, digest_size=32,
                           salt=ident + bytes(8),
                           person=b"assent/1" + bytes(8)).digest()


def openssl_holds(public, data, signature):
    der = bytes.fromhex("302a300506032b6570032100") + public
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in (("key", der), ("data", data),
                              ("sig", signature)):
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as f:
                f.write(content)
        run = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER",
             "-inkey", paths["key"], "-rawin", "-in", paths["data"],
             "-sigfile", paths["sig"]], capture_output=True, check=False)
    return run.returncode == 0


def thumbprint(x):
    text = '{"crv":"Ed25519","kty":"OKP","x":"%s"}' % x
    return b64(hashlib.sha256(text.encode()).digest())


def directory(text):
    keys = {}
    for key in load(text)["keys"]:
        if key["kty"] != "OKP" or key["crv"] != "Ed25519":
            continue
        need(key["alg"] == "EdDSA" and key["use"] == "sig", "alg and use")
        need(key["kid"] == thumbprint(key["x"]), "kid")
        need(key["kid"] not in keys, "no key twice")
        keys[key["kid"]] = key
    return keys


def jws_bytes(text, typ, use, keys):
    parts = text.split(".")
    need(len(parts) == 3, "three parts")
    header = load(unb64(parts[0]))
    need(set(header) == {"alg", "kid", "typ"}, "members of the header")
    need(header["alg"] == "EdDSA" and header["typ"] == typ, "alg and typ")
    need(header["kid"] in keys, "a key of the directory")
    key = keys[header["kid"]]
    need(key["assent_use"] == use, "the key's use")
    need(openssl_holds(unb64(key["x"]), (parts[0] + "." + parts[1]).encode(),
                       unb64(parts[2])), "signature")
    return unb64(parts[1]), key


def jws(text, typ, use, keys):
    payload, key = jws_bytes(text, typ, use, keys)
    return load(payload), key


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(tree(leaves[:k]), tree(leaves[k:]))


def included(leaf, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    need(index < size, "index below size")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        need(sn != 0, "path not too long")
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and r == root, "inclusion proof")


def grown(first, first_root, second, second_root, path):
    """RFC 9162, 2.1.4.2."""
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        need(sn != 0, "path not too long")
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and fr == first_root and sr == second_root, "growth proof")


def head_of(text, keys):
    head, key = jws(text, "assent-head+jwt", "head", keys)
    need(set(head) - {"prev"} ==
         {"v", "site", "epoch", "size", "root", "at"}, "members of the head")
    return head, key


def seconds(text):
    at = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return int(at.replace(tzinfo=datetime.timezone.utc).timestamp())


def receipt(text, keys, opening=None, address=None, heads=()):
    claims, key = jws(text, "erasure-receipt+jwt", "receipt", keys)
    need(set(claims) - {"log", "follows", "requested_at"} ==
         {"v", "iss", "site", "jti", "iat", "case", "decided_at",
          "erased_at", "law", "stores", "scan", "remnants", "recipients",
          "commitment"}, "members of the claims")
    need(claims["scan"]["found"] == 0, "nothing found by the scan")
    need(key["iat"] - SKEW_S <= claims["iat"] <=
         key.get("exp", claims["iat"]) + SKEW_S, "the key's life")
    log = claims.pop("log", None)
    head = head_key = None
    if log is not None:
        digest = hashlib.sha256(canonical(claims)).digest()
        leaf = canonical({"v": 1, "t": "receipt", "jti": claims["jti"],
                          "claims": b64(digest), "at_us": log["at_us"]})
        head, head_key = head_of(log["head"], keys)
        included(leaf_hash(leaf), log["index"], head["size"],
                 [unb64(p) for p in log["path"]], unb64(head["root"]))
    if "revoked" in key:
        need(head is not None, "a proof, since the key was revoked")
        need(seconds(head["at"]) < key["revoked"]["revoked_at"],
             "a head from before the revocation")
        need("revoked" not in head_key or log["head"] in heads,
             "a head that was published")
    if opening is not None:
        want = keyed(unb64(opening), address.encode() + b"\0" +
                     claims["case"].encode())
        need(want == unb64(claims["commitment"]), "commitment")
    return claims


def proof(text, keys):
    doc = load(text)
    head, _ = head_of(doc["head"], keys)
    leaf = doc["leaf"].encode()
    need(canonical(load(leaf)) == leaf, "the leaf in its one spelling")
    included(leaf_hash(leaf), doc["index"], head["size"],
             [unb64(p) for p in doc["path"]], unb64(head["root"]))
    if "opening" in doc:
        want = keyed(unb64(doc["opening"]),
                     b"assent/subject/1|%d" % doc["contact"])
        need(b64(want) == load(leaf)["subject"], "subject")
    return doc


def follows(schema, value, where="data.json"):
    """As much of JSON Schema as the packages use."""
    need(set(schema) <= {"$schema", "title", "type", "required", "pattern",
                         "additionalProperties", "properties", "items",
                         "const"}, "a schema that is understood: " + where)
    if "const" in schema:
        need(value == schema["const"], "const at " + where)
        return
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list,
             "null": type(None)}
    types = schema["type"]
    need(any(type(value) is kinds.get(t, int)
             for t in ([types] if isinstance(types, str) else types)),
         "type at " + where)
    if "pattern" in schema and value is not None:
        need(re.search(schema["pattern"], value), "pattern at " + where)
    if isinstance(value, list):
        for i, item in enumerate(value):
            follows(schema["items"], item, "%s/%d" % (where, i))
    elif isinstance(value, dict):
        need(set(schema["required"]) <= set(value), "members of " + where)
        for name, item in value.items():
            need(name in schema["properties"], "%s of %s" % (name, where))
            follows(schema["properties"][name], item, where + "/" + name)


def cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return "'" + text if FORMULA.match(text) else text


def contents(files, kind):
    """data.json is as its schema says, and the other files agree with it."""
    data = load(files["data.json"])
    follows(load(files["schema/data.schema.json"]), data)
    need(data["kind"] == kind, "kind")
    tables = {n for n in files if n.startswith("csv/")}
    for name, rows in data["data"].items():
        path = "csv/%s.csv" % name
        need((path in tables) == bool(rows), "a table where there are rows")
        tables.discard(path)
        if rows:
            text = files[path].decode("utf-8-sig")
            need(files[path].startswith(b"\xef\xbb\xbf"), "mark of " + path)
            need(list(csv.reader(io.StringIO(text, newline=""),
                                 strict=True)) ==
                 [list(rows[0])] + [[cell(v) for v in r.values()]
                                    for r in rows], path)
    need(not tables, "a table without its section")
    card = files["contact.vcf"].decode()
    need(card.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n") and
         card.endswith("END:VCARD\r\n"), "contact.vcf")
    need(("index.html" in files) == (kind == "access"), "index.html")
    if kind == "access":
        page = files["index.html"].decode()
        need(all('id="%s"' % n in page for n in data["data"]), "sections")
        need("<script" not in page and "src=" not in page, "a still page")
        told = [r["article"] for r in data["data"]["information"] if r["text"]]
        need(all(item in told for item in ITEMS), "items of Article 15(1)")


def manifest_of(payload, key, files):
    manifest = load(payload)
    need(set(manifest) == {"format", "kind", "site", "created_at", "files"},
         "members of the manifest")
    need(manifest["format"] == "assent-package/1", "format")
    need(manifest["kind"] in ("access", "portability"), "kind")
    need("revoked" not in key, "a key that was not revoked")
    at = seconds(manifest["created_at"])
    need(key["iat"] - SKEW_S <= at <= key.get("exp", at) + SKEW_S,
         "the key's life")
    need(files["manifest.json"] == payload, "manifest.json as signed")
    listed = {}
    for f in manifest["files"]:
        need(set(f) == {"name", "size", "sha256"}, "members of a file")
        need(f["name"] not in listed, "no file listed twice")
        listed[f["name"]] = f
    need(set(listed) == set(files) - {"manifest.json", "manifest.jws"},
         "the files of the list and no others")
    for name, f in listed.items():
        need(len(files[name]) == f["size"] and
             hashlib.sha256(files[name]).hexdigest() == f["sha256"], name)
    return manifest


def package(path, keys):
    with zipfile.ZipFile(path) as z:
        infos = z.infolist()
        need(len(infos) <= 64, "not too many files")
        need(sum(i.file_size for i in infos) <= 256 << 20, "not too large")
        need(len({i.filename for i in infos}) == len(infos), "no name twice")
        need(all(re.fullmatch(NAME, i.filename) and len(i.filename) <= 100
                 for i in infos), "plain names")
        files = {i.filename: z.read(i) for i in infos}
    payload, key = jws_bytes(files["manifest.jws"].decode(),
                             "assent-package+jwt", "receipt", keys)
    manifest = manifest_of(payload, key, files)
    contents(files, manifest["kind"])
    return manifest


def journal_lines(text):
    """The words of each whole line; what a crash cut off is passed over."""
    lines, before = [], ""
    for line in text.split("\n")[:-1]:
        body, checksum = line[:-64], line[-64:]
        need(hashlib.sha256((before + body).encode()).hexdigest() ==
             checksum, "checksum of line %d" % (len(lines) + 1))
        lines.append(body.split(" ")[:-1])
        before = checksum
    need(lines, "a first line")
    return lines


def journal_head(text):
    match = re.fullmatch(r"assent-journal-head 1 ([0-9a-f]{32}) ([0-9]+)"
                         r"( held)?\n", text)
    need(match, "a head")
    return match[1], int(match[2]), match[3] is not None


def journal(site, text):
    lines = journal_lines(text)
    need(lines[0][:3] == ["assent-journal", "1", site] and
         re.fullmatch("[0-9a-f]{32}", lines[0][3]) and len(lines[0]) == 4,
         "first line")
    last = 0
    for words in lines[1:]:
        need(len(words) == 3 and re.fullmatch("[0-9a-f]{64}", words[1]),
             "words of an entry")
        need(int(words[0]) > last and int(words[2]) >= 0, "numbers ascend")
        last = int(words[0])
    return lines[0][3], last, lines


def check_journal(site, paths):
    texts = sorted((open_text(p) for p in paths), key=len)
    generation, last, _ = journal(site, texts[-1])
    whole = texts[0][:texts[0].rindex("\n") + 1]
    need(texts[-1].startswith(whole), "one place begins as the other")
    for path in paths:
        of, number, held = journal_head(open_text(path + ".head"))
        need(of == generation and number <= last, "the head beside " + path)
        print("%s: up to %d%s" % (path, number, ", held" if held else ""))


def examples(folder):
    found, fence = {}, False
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            for line in f.read().split("\n"):
                if line.startswith("```"):
                    fence = line == "```example"
                elif fence:
                    key, value = line.split(" = ", 1)
                    found[key] = value
    return found


def check_keys(ex):
    def h(name):
        return bytes.fromhex(ex[name])

    root = h("root")
    need(subkey(root, 1, 5) == h("key token, generation 1"), "subkey")
    need(subkey(root, 2, 5) == h("key token, generation 2"), "generation")
    need(subkey(root, 0, 12) == h("key suppression, any generation"), "fixed")
    need(subkey(root, 1, 6) == h("key standing, generation 1"), "standing")
    need(subkey(root, 1, 18) == h("key ledger_portal, generation 1"), "18")
    secret = hashlib.sha512(subkey(root, 1, 14)).digest()[:32]
    need(secret == h("key mail_secret, generation 1"), "X25519 secret")
    token = h("key token, generation 1")
    need(b64(h("token bytes")) == ex["token text"], "token text")
    need(keyed(token, b"assent/token/1|" + h("token bytes")) ==
         h("token hash"), "token hash")
    code = ex["code shown"].replace("-", "")
    need(keyed(token, b"assent/code/1|" + h("token hash").hex().encode() +
               b"|" + code.encode()) ==
         h("code hash"), "code hash")
    record = ((1).to_bytes(1, "big") + (1042).to_bytes(8, "big") + b"\2" +
              (3).to_bytes(4, "big") + b"\1" + (1).to_bytes(4, "big") +
              (datetime.date(2026, 11, 21) -
               datetime.date(1970, 1, 1)).days.to_bytes(2, "big"))
    mac = keyed(subkey(root, 1, 6), record)[:16]
    need(record == h("standing record"), "standing record")
    need(mac == h("standing mac"), "standing mac")
    need(b64(record + mac) == ex["standing text"], "standing text")


def check_log(ex, keys):
    def h(name):
        return bytes.fromhex(ex[name])

    need(keyed(h("subject opening"), b"assent/subject/1|1042") ==
         h("subject commitment"), "subject")
    leaves = []
    for i in range(5):
        leaf = ex["leaf %d" % i].encode()
        need(canonical(load(leaf)) == leaf, "spelling of leaf %d" % i)
        need(leaf_hash(leaf) == h("leaf %d hash" % i), "leaf hash %d" % i)
        leaves.append(leaf_hash(leaf))
    need(keyed(subkey(h("root"), 1, 18), b'{"t":"x","v":1}' +
               h("mark writer") + (258).to_bytes(8, "big")) ==
         h('mark of {"t":"x","v":1}, counter 258'), "mark")
    need(tree(leaves[:3]) == h("root of 3"), "root of 3")
    need(tree(leaves) == h("root of 5"), "root of 5")
    included(leaves[2], 2, 5, [h("path of leaf 2 in 5: %d" % i)
                               for i in range(3)], tree(leaves))
    grown(3, tree(leaves[:3]), 5, tree(leaves),
          [h("growth from 3 to 5: %d" % i) for i in range(4)])
    head, _ = head_of(ex["head"], keys)
    need(unb64(head["root"]) == tree(leaves) and head["size"] == 5, "head")
    need(load(ex["heads"])["heads"] == [ex["head"]], "heads")
    proof(ex["proof"], keys)


def check_package(ex, keys):
    payload, key = jws_bytes(ex["package manifest.jws"],
                             "assent-package+jwt", "receipt", keys)
    files = {name: bytes.fromhex(ex["package " + name])
             for name in ("data.json", "manifest.json")}
    need(manifest_of(payload, key, files)["kind"] == "access", "manifest")
    files["data.json"] += b" "
    try:
        manifest_of(payload, key, files)
    except Bad:
        pass
    else:
        raise Bad("a changed file is refused")


def check_journal_example(ex):
    text = "".join(ex["journal, line %d" % i] + "\n" for i in (1, 2, 3))
    generation, last, lines = journal("example", text)
    key = subkey(bytes.fromhex(ex["root"]), 0, 13)
    for words, contact in zip(lines[1:], (1042, 7)):
        need(keyed(key, b"assent/journal/1|%d" % contact).hex() == words[1],
             "pseudonym")
    need(journal_head(ex["journal head, line 1"] + "\n") ==
         (generation, last, False), "head")
    need(journal_head(ex["journal head, held, line 1"] + "\n") ==
         (generation, last, True), "held head")
    need(journal("example", text + "4 cut")[1] == last, "a line cut off")
    for bad in (text.replace("3 84", "2 84"), text.split("\n", 1)[1],
                text.replace("example", "another")):
        try:
            journal("example", bad)
        except Bad:
            continue
        raise Bad("a changed journal is refused")


def check_documents(folder):
    ex = examples(folder)
    check_keys(ex)
    keys = directory(ex["directory"])
    need(ex["receipt kid"] in keys and ex["head kid"] in keys, "kids")
    check_log(ex, keys)
    check_package(ex, keys)
    check_journal_example(ex)
    claims = receipt(ex["receipt"], keys, ex["opening"], ex["address"])
    need(hashlib.sha256(canonical(claims)).hexdigest() == ex["claims hash"],
         "claims hash")
    need(claims["case"] == ex["case"], "case")
    changed = ex["receipt"][:-5] + ("A" if ex["receipt"][-5] != "A"
                                    else "B") + ex["receipt"][-4:]
    try:
        receipt(changed, keys)
    except Bad:
        pass
    else:
        raise Bad("a changed receipt is refused")
    print("%d examples hold" % len(ex))


def open_text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def read(path):
    return open_text(path).strip()


def main(argv):
    try:
        if argv[1:2] == ["documents"] and len(argv) == 3:
            check_documents(argv[2])
        elif argv[1:2] == ["receipt"] and len(argv) in (4, 6):
            receipt(read(argv[2]), directory(read(argv[3])), *argv[4:])
            print("genuine")
        elif argv[1:2] == ["proof"] and len(argv) == 4:
            proof(read(argv[2]), directory(read(argv[3])))
            print("in the log")
        elif argv[1:2] == ["package"] and len(argv) == 4:
            package(argv[2], directory(read(argv[3])))
            print("genuine")
        elif argv[1:2] == ["journal"] and len(argv) in (4, 5):
            check_journal(argv[2], argv[3:])
        else:
            sys.stderr.write(__doc__)
            return 2
    except (Bad, ValueError, KeyError, TypeError, AttributeError, OSError,
            csv.Error, zipfile.BadZipFile) as e:
        print("refused: %s" % e)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
