#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration's mail server: takes every mail, delivers none, shows all.

mailcatcher.py DIRECTORY HTTP_PORT SMTP_PORT: mails are kept in DIRECTORY, one
file each, and survive a restart.  Loopback only.

GET  /                page for people, newest first
GET  /message/N       one mail as a page;  /message/N/K  its K-th attachment
GET  /messages        JSON: [{id, to, from, subject, date}], newest first
GET  /messages/N      JSON: {headers, text, html, attachments: [{filename,
                      content_type, base64}]}
GET  /mode            JSON: {mode, count}
POST /mode            JSON or form: mode=NAME, count=N connections (0: for good)

Modes, for tests of the courier: ok; 421 and hang-banner at the greeting; 451
and 550 at RCPT; 452-dot, 550-dot, drop-after-dot (the mail is kept) and hang
after the final dot (not kept); refuse, the port is closed.
"""
import asyncio
import base64
import email
import email.policy
import html
import json
import os
import re
import socket
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP

MODES = ("ok", "421", "451", "550", "452-dot", "550-dot", "drop-after-dot",
         "hang", "hang-banner", "refuse")
LINK = re.compile(r"https?://[^\s<>\"']+")
STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;
padding:1rem;color:#1d2733;background:#f6f7f9}a{color:#0b5c62}table{width:100%;
border-collapse:collapse;background:#fff}td,th{padding:.5rem;text-align:left;
border-bottom:1px solid #ccd3db;overflow-wrap:anywhere}pre{white-space:pre-wrap;
background:#fff;padding:1rem;border:1px solid #ccd3db}iframe{width:100%;
height:40rem;border:1px solid #ccd3db;background:#fff}th{white-space:nowrap}"""


def loopback():
    """The addresses that localhost may mean here."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return ["127.0.0.1", "::1"]
    except OSError:
        return ["127.0.0.1"]


class Store:
    """The mails on disk, and the first lines of those that were asked for."""

    def __init__(self, directory):
        self.directory = directory
        self.lock = threading.Lock()
        os.makedirs(directory, exist_ok=True)
        self.numbers = sorted(int(f[:-4]) for f in os.listdir(directory)
                              if re.fullmatch(r"\d+\.eml", f))
        self.lines = {}

    def path(self, number):
        return os.path.join(self.directory, f"{number}.eml")

    def read(self, number):
        with open(self.path(number), "rb") as file:
            return email.message_from_binary_file(
                file, policy=email.policy.default)

    def line(self, number):
        if number not in self.lines:
            self.lines[number] = self.read_line(number)
        return self.lines[number]

    def read_line(self, number):
        message = self.read(number)
        return {"id": str(number), "to": str(message["X-Envelope-To"] or ""),
                "from": str(message["From"] or ""),
                "subject": str(message["Subject"] or ""),
                "date": str(message["Date"] or "")}

    def add(self, recipients, content):
        with self.lock:
            number = self.numbers[-1] + 1 if self.numbers else 1
            temporary = self.path(number) + ".new"
            with open(temporary, "wb") as file:
                file.write(b"X-Envelope-To: " + ", ".join(recipients).encode()
                           + b"\r\n" + content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, self.path(number))
            self.numbers.append(number)

    def newest_first(self, most=None):
        with self.lock:
            return [self.line(n) for n in self.numbers[::-1][:most]]


def part_text(message, kind):
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""


def attachments(message):
    return [(part.get_filename() or "attachment", part.get_content_type(),
             part.get_payload(decode=True) or b"")
            for part in message.iter_attachments()]


def headers(message):
    found = {}
    for name, value in message.items():
        found[name] = f"{found[name]}, {value}" if name in found else str(value)
    found.pop("X-Envelope-To", None)
    return found


def as_json(message):
    return {"headers": headers(message), "text": part_text(message, "plain"),
            "html": part_text(message, "html"),
            "attachments": [{"filename": name, "content_type": kind,
                             "base64": base64.b64encode(data).decode()}
                            for name, kind, data in attachments(message)]}


def page(title, body, refresh=""):
    return (f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8>{refresh}"
            "<meta name=viewport content='width=device-width'>"
            f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>"
            f"<body><h1>{html.escape(title)}</h1>{body}</body></html>")


def list_page(lines, n):
    rows = "".join(
        f"<tr><td><a href=/message/{m['id']}>"
        f"{html.escape(m['subject']) or '(no subject)'}</a></td>"
        f"<td>{html.escape(m['to'])}</td><td>{html.escape(m['date'])}</td></tr>"
        for m in lines)
    return page(f"Mails ({n})", "<table><thead><tr><th>Subject</th>"
                f"<th>To</th><th>Date</th></tr></thead><tbody>{rows}</tbody>"
                "</table>" if rows else "<p>No mail yet.</p>",
                "<meta http-equiv=refresh content=5>")


def message_page(number, message):
    rows = "".join(f"<tr><th>{html.escape(name)}</th>"
                   f"<td>{html.escape(value)}</td></tr>"
                   for name, value in headers(message).items())
    files = "".join(f"<li><a href=/message/{number}/{k} download>"
                    f"{html.escape(name)}</a> ({html.escape(kind)}, "
                    f"{len(data)} bytes)</li>" for k, (name, kind, data)
                    in enumerate(attachments(message)))
    text = LINK.sub(lambda m: f"<a href='{m[0]}'>{m[0]}</a>",
                    html.escape(part_text(message, "plain"), quote=False))
    framed = html.escape("<base target=_top>" + part_text(message, "html"))
    return page(str(message["Subject"] or "(no subject)"),
                f"<p><a href=/>All mails</a></p><table>{rows}</table>"
                f"<h2>Attachments</h2><ul>{files or '<li>None</li>'}</ul>"
                f"<h2>Text</h2><pre>{text}</pre><h2>HTML</h2>"
                "<iframe title='HTML part' sandbox='allow-top-navigation-by-"
                f"user-activation allow-popups' srcdoc=\"{framed}\"></iframe>")


class Catcher:
    """What SMTP does with a mail, by mode."""

    def __init__(self, store, port):
        self.store, self.port = store, port
        self.mode, self.count = "ok", 0
        self.loop = self.server = None

    async def listen(self):
        if self.mode == "refuse":
            if self.server is not None:
                self.server.close()
                await self.server.wait_closed()
                self.server = None
        elif self.server is None:
            self.server = await self.loop.create_server(
                lambda: Session(self, enable_SMTPUTF8=True,
                                hostname="localhost", ident="catcher"),
                loopback(), self.port)

    def set_mode(self, mode, count):
        async def change():
            self.mode, self.count = mode, count
            await self.listen()
        asyncio.run_coroutine_threadsafe(change(), self.loop).result(10)

    def take_mode(self):
        mode = self.mode
        if mode != "ok" and self.count > 0:
            self.count -= 1
            if self.count == 0:
                self.mode = "ok"
        return mode

    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = {"451": "451 4.3.0 Try again later",
                   "550": "550 5.1.1 No such mailbox"}
        if server.fault in answers:
            return answers[server.fault]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if server.fault == "hang":
            await asyncio.sleep(3600)
        if server.fault == "452-dot":
            return "452 4.3.1 No room"
        if server.fault == "550-dot":
            return "550 5.7.1 Refused"
        self.store.add(envelope.rcpt_tos, envelope.original_content)
        if server.fault == "drop-after-dot":
            server.transport.abort()
        return "250 2.0.0 Kept"


class Session(SMTP):
    """One connection; its fault is drawn when it opens."""

    def __init__(self, catcher, **options):
        super().__init__(catcher, **options)
        self.fault = catcher.take_mode()

    async def _handle_client(self):
        if self.fault == "hang-banner":
            await asyncio.sleep(3600)
        if self.fault == "421":
            await self.push("421 4.3.2 Not now")
            self.transport.close()
            return
        await super()._handle_client()


class PagesServer(ThreadingHTTPServer):
    def __init__(self, address, port):
        self.address_family = (socket.AF_INET6 if ":" in address
                               else socket.AF_INET)
        super().__init__((address, port), Pages)


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = catcher = None

    def log_message(self, format, *args):
        pass

    def answer(self, status, kind, data, extra=()):
        data = data.encode() if isinstance(data, str) else data
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; "
                         "style-src 'unsafe-inline'; img-src data:; "
                         "base-uri 'self'; frame-ancestors 'none'")
        for name, value in extra:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def json(self, value, status=200):
        self.answer(status, "application/json", json.dumps(value))

    def refused(self):
        """Another site's page may not read the mails through a browser."""
        name = re.sub(r":\d+$", "", self.headers.get("Host", ""))
        if name in ("localhost", "127.0.0.1", "[::1]"):
            return False
        self.json({"error": "this name is not served here"}, 421)
        return True

    def do_GET(self):
        if self.refused():
            return
        path = urllib.parse.urlsplit(self.path).path
        if path == "/":
            return self.html(list_page(self.store.newest_first(200),
                                       len(self.store.numbers)))
        if path == "/messages":
            return self.json(self.store.newest_first())
        if path == "/mode":
            return self.json({"mode": self.catcher.mode,
                              "count": self.catcher.count})
        found = re.fullmatch(r"/(message|messages)/(\d{1,9})(?:/(\d{1,3}))?",
                             path)
        try:
            message = self.store.read(int(found[2]))
            if found[1] == "messages" and found[3] is None:
                return self.json(as_json(message))
            if found[1] == "message" and found[3] is None:
                return self.html(message_page(found[2], message))
            name, kind, data = attachments(message)[int(found[3])]
        except (TypeError, OSError, IndexError):
            return self.json({"error": "there is no such page"}, 404)
        name = urllib.parse.quote(name)
        return self.answer(200, kind, data, [(
            "Content-Disposition", f"attachment; filename*=UTF-8''{name}")])

    do_HEAD = do_GET

    def html(self, text):
        self.answer(200, "text/html; charset=utf-8", text)

    def do_POST(self):
        length = min(int(self.headers.get("Content-Length") or 0), 4096)
        body = self.rfile.read(length).decode()
        if self.refused():
            return
        try:
            asked = (json.loads(body) if body.startswith("{")
                     else dict(urllib.parse.parse_qsl(body)))
            mode, count = str(asked["mode"]), int(asked.get("count", 0))
        except (ValueError, KeyError):
            mode, count = "", 0
        if self.path != "/mode" or mode not in MODES:
            return self.json({"error": "POST /mode takes one of: "
                              + ", ".join(MODES)}, 400)
        self.catcher.set_mode(mode, count)
        return self.json({"mode": mode, "count": count})


async def serve(directory, http_port, smtp_port):
    store = Store(directory)
    catcher = Catcher(store, smtp_port)
    catcher.loop = asyncio.get_running_loop()
    Pages.store, Pages.catcher = store, catcher
    await catcher.listen()
    for address in loopback():
        server = PagesServer(address, http_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: mailcatcher.py DIRECTORY HTTP_PORT SMTP_PORT")
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
