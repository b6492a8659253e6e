# SPDX-License-Identifier: EUPL-1.2
"""What nginx does, in forty lines: workers on a socket that is ours, and
requests to them.  Law: GDPR 32 (what is counted is the real program)."""
import os
import socket
import struct
import subprocess

BEGIN, PARAMS, STDIN, STDOUT = 1, 4, 5, 6


def listen(path, mode=0o600, owner=None):
    """Return a listening socket at path, as spawn-fcgi or systemd make it."""
    if os.path.exists(path):
        os.unlink(path)
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    os.chmod(path, mode)
    if owner is not None:
        os.chown(path, *owner)
    s.listen(1024)
    return s


def workers(sock, n, command, log, **options):
    """Start n workers that accept from sock; give the processes."""
    return [subprocess.Popen(command, stdin=sock, stdout=subprocess.DEVNULL,
                             stderr=log, **options) for _ in range(n)]


def record(kind, data):
    return struct.pack('>BBHHBx', 1, kind, 1, len(data), 0) + data


def pair(name, value):
    sizes = b''
    for x in (name, value):
        sizes += bytes([len(x)]) if len(x) < 128 else \
            struct.pack('>I', len(x) | 1 << 31)
    return sizes + name + value


def ask(path, method, uri, cookie='', body=b'', timeout=20, **more):
    """Send one request; give (status, headers and body as text)."""
    params = {'REQUEST_METHOD': method, 'REQUEST_URI': uri,
              'REMOTE_ADDR': '127.0.0.1', 'ASSENT_TRUSTED': '1',
              'HTTP_COOKIE': cookie, 'HTTP_ACCEPT_LANGUAGE': 'fr',
              'CONTENT_LENGTH': str(len(body)), **more}
    if body:
        params['CONTENT_TYPE'] = 'application/x-www-form-urlencoded'
    data = b''.join(pair(k.encode(), v.encode()) for k, v in params.items())
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        s.connect(path)
        s.sendall(record(BEGIN, struct.pack('>HBxxxxx', 1, 0)) +
                  record(PARAMS, data) + record(PARAMS, b'') +
                  (record(STDIN, body) if body else b'') + record(STDIN, b''))
        got = b''.join(iter(lambda: s.recv(65536), b''))
    out, at = b'', 0
    while at + 8 <= len(got):
        kind, size, padding = struct.unpack('>xBxxHBx', got[at:at + 8])
        if kind == STDOUT:
            out += got[at + 8:at + 8 + size]
        at += 8 + size + padding
    text = out.decode()
    return int(text[8:11]) if text.startswith('Status: ') else 0, text
