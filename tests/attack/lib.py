# SPDX-License-Identifier: EUPL-1.2
"""What the attacks share: requests byte by byte, forms as their fields, the
same act from many at once, and answers without what is drawn anew."""
import concurrent.futures
import json
import re
import socket
import subprocess
import urllib.parse

DRAWN = re.compile(r'name="(csrf|request_key)" value="[^"]*"|[0-9a-f]{16}')


def raw(base, data):
    """Send bytes as they are; returns (status, headers, body)."""
    where = urllib.parse.urlsplit(base)
    answer = b""
    with socket.create_connection((where.hostname, where.port), 10) as link:
        link.sendall(data)
        while True:
            try:
                piece = link.recv(65536)
            except OSError:
                break
            if not piece:
                break
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1]) if " " in lines[0] else 0
    return status, [tuple(x.split(": ", 1)) for x in lines[1:] if ": " in x], \
        body


def ask(base, path, method="GET", headers="", body=b"", host="localhost"):
    return raw(base, f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}"
               "Connection: close\r\n\r\n".encode() + body)


def fields(page, action):
    """The fields of the form that goes to ${action}, as untouched."""
    for form in page.forms:
        if form.action.split("?")[0] == action:
            return {f[0]: f[1] for f in form.fields}
    raise AssertionError(f"no form to {action} on {page.path}")


def send(client, path, pairs, headers=None):
    return client.request("POST", path, urllib.parse.urlencode(pairs)
                          .encode(), headers)


def at_once(act, n=12):
    """act(0) to act(n-1), all at the same time; their results."""
    with concurrent.futures.ThreadPoolExecutor(n) as pool:
        return list(pool.map(act, range(n)))


def bare(page, path):
    """An answer without what is drawn anew and what was asked for."""
    return (page.status, DRAWN.sub("", page.html).replace(path, "PATH"),
            sorted((k.lower(), v) for k, v in page.headers if k.lower()
                   not in ("date", "content-length", "set-cookie")))


def routes(world):
    return json.loads(subprocess.run(
        world.demo["cli"] + ["routes", "--json"], capture_output=True,
        check=True).stdout)


def path_of(link):
    return re.sub(r"^https?://[^/]+", "", link)
