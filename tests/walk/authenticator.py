# SPDX-License-Identifier: EUPL-1.2
"""A browser with a passkey, by OpenSSL's command: it answers as rightly or
wrongly as a story wants.  W3C Web Authentication Level 2."""
import base64
import hashlib
import json
import os
import struct
import subprocess
import tempfile

UP, UV = 1, 4


def to64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def openssl(*words, data=b""):
    return subprocess.run(("openssl",) + words, input=data, check=True,
                          capture_output=True, timeout=60).stdout


class Authenticator:
    """One passkey; ${counts}: whether it counts its signatures."""

    def __init__(self, counts=True):
        self.folder = tempfile.TemporaryDirectory()
        self.file = os.path.join(self.folder.name, "key.pem")
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-out", self.file)
        self.id = os.urandom(16)
        self.user, self.count, self.counts = b"", 0, counts

    def head(self, host, flags):
        if self.counts:
            self.count += 1
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + \
            struct.pack(">I", self.count)

    def client(self, kind, question, origin):
        return json.dumps({
            "type": kind, "challenge": question["challenge"],
            "origin": origin, "crossOrigin": False}).encode()

    def make(self, origin, question, kind="webauthn.create", flags=UP | UV,
             form=b"none"):
        """What a browser at ${origin} sends of a new passkey."""
        self.user = from64(question["user"])
        point = openssl("pkey", "-in", self.file, "-pubout", "-outform",
                        "DER")[-64:]
        key = bytes.fromhex("a5010203262001215820") + point[:32] + \
            bytes.fromhex("225820") + point[32:]
        data = self.head(question["host"], flags | 0x40) + bytes(16) + \
            struct.pack(">H", len(self.id)) + self.id + key
        return {"client": to64(self.client(kind, question, origin)),
                "attestation": to64(
                    b"\xa3\x63fmt" + bytes([0x60 + len(form)]) + form +
                    b"\x67attStmt\xa0\x68authData\x59" +
                    struct.pack(">H", len(data)) + data)}

    def use(self, origin, question, kind="webauthn.get", flags=UP | UV):
        """What a browser at ${origin} sends of a use."""
        client = self.client(kind, question, origin)
        data = self.head(question["host"], flags)
        signed = openssl("dgst", "-sha256", "-sign", self.file,
                         data=data + hashlib.sha256(client).digest())
        return {"credential": to64(self.id), "client": to64(client),
                "auth": to64(data), "signature": to64(signed),
                "user": to64(self.user)}
