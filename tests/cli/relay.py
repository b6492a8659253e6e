# SPDX-License-Identifier: EUPL-1.2
"""relay.py FILE: a mail relay that only greets, for assent doctor.  Writes its
port to FILE once it listens."""
import os
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w", encoding="ascii") as out:
    out.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    peer, _ = server.accept()
    with peer, peer.makefile("rwb") as talk:
        talk.write(b"220 relay.example ESMTP\r\n")
        talk.flush()
        for line in talk:
            if line.upper().startswith(b"EHLO"):
                talk.write(b"250-relay.example\r\n250 SIZE 1000000\r\n")
            else:
                talk.write(b"221 bye\r\n")
            talk.flush()
            if line.upper().startswith(b"QUIT"):
                break
