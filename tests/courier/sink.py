# SPDX-License-Identifier: EUPL-1.2
"""An SMTP server that misbehaves on demand, and remembers what it accepted.

The local part of the recipient says how: MODE.N.anything@example.org does MODE
for the first N times that this recipient is seen, then behaves.  Sink.mode is
for whole connections: "421" or "hang" at the greeting.
"""
import re
import socket
import ssl
import threading
import time


class Sink:
    def __init__(self, tls=None, required_user=None):
        self.accepted = []      # (message id, recipient, bytes) as acknowledged
        self.faults = []        # what a server must never see
        self.commands = []
        self.seen = {}
        self.mode = ''
        self.connections = 0
        self.victim = None      # called with the mode's name: kill, stop, ...
        self.tls = tls
        self.required_user = required_user
        self.lock = threading.Lock()
        self.server = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                s, _ = self.server.accept()
            except OSError:
                return
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Talk(self, s).run, daemon=True).start()

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def action(self, recipient):
        """The mode that this recipient asks for now, or ''."""
        m = re.match(r'<?([a-z0-9]+)\.(\d+)\.', recipient)
        if not m:
            return ''
        with self.lock:
            n = self.seen[recipient] = self.seen.get(recipient, 0) + 1
        return m[1] if n <= int(m[2]) else ''

    def take(self, recipient, data):
        if re.search(rb'(?<!\r)\n|\r(?!\n)', data):
            self.faults.append('bare CR or LF')
        if max(len(line) for line in data.split(b'\r\n')) > 998:
            self.faults.append('long line')
        if max(data) > 126:
            self.faults.append('8-bit')
        head = data.split(b'\r\n\r\n', 1)[0].decode('ascii')
        ids = re.findall(r'(?im)^message-id: *<([^>]+)>', head)
        if len(ids) != 1:
            self.faults.append('%d message ids' % len(ids))
        with self.lock:
            self.accepted.append((ids[0], recipient, data))


class Cut(Exception):
    pass


class Talk:
    def __init__(self, sink, s):
        self.sink = sink
        self.s = s
        self.buffer = b''
        self.user = None

    def line(self):
        while b'\r\n' not in self.buffer:
            more = self.s.recv(65536)
            if not more:
                raise Cut
            self.buffer += more
        line, self.buffer = self.buffer.split(b'\r\n', 1)
        return line.decode('latin-1')

    def data(self):
        while not (end := self.buffer.find(b'\r\n.\r\n')) >= 0:
            more = self.s.recv(262144)
            if not more:
                raise Cut
            self.buffer += more
        data = self.buffer[:end + 2]
        self.buffer = self.buffer[end + 5:]
        return data.replace(b'\r\n..', b'\r\n.')

    def say(self, text):
        self.s.sendall(text.encode() + b'\r\n')

    def run(self):
        try:
            self.talk()
        except (Cut, OSError):
            pass
        finally:
            self.s.close()

    def hit(self, mode):
        if self.sink.victim:
            self.sink.victim(mode)

    def talk(self):
        sink = self.sink
        sink.connections += 1
        if sink.mode == '421':
            self.say('421 4.3.2 not now')
            return
        if sink.mode == 'hang':
            time.sleep(30)
            return
        self.say('220 sink')
        recipient = mode = ''
        while True:
            line = self.line()
            verb = line[:4].upper()
            sink.commands.append(line)
            if verb == 'EHLO':
                extras = []
                if sink.tls and not isinstance(self.s, ssl.SSLSocket):
                    extras.append('STARTTLS')
                if sink.required_user:
                    extras.append('AUTH PLAIN')
                for extra in extras:
                    self.say('250-' + extra)
                self.say('250 SIZE 10000000')
            elif verb == 'STAR':
                self.say('220 go')
                self.s = sink.tls.wrap_socket(self.s, server_side=True)
            elif verb == 'AUTH':
                if line.upper() == 'AUTH PLAIN':
                    self.say('334 ')
                    line = self.line()
                self.user = line
                self.say('235 ok')
            elif verb == 'MAIL':
                if sink.required_user and not self.user:
                    self.say('530 sign in first')
                    continue
                if sink.mode == 'mail550':
                    self.say('550 5.7.1 no such sender')
                    continue
                recipient = ''
                self.say('250 ok')
            elif verb == 'RCPT':
                if recipient:
                    sink.faults.append('second recipient')
                recipient = line[8:].strip('<> ')
                mode = sink.action(recipient)
                if mode in ('killrcpt', 'stoprcpt'):
                    self.hit(mode)
                if mode.startswith('rcpt'):
                    self.say(mode[4:] + ' no')
                    recipient = ''
                elif mode == 'rcptcut':
                    return
                else:
                    self.say('250 ok')
            elif verb == 'DATA':
                if mode == 'killdata':
                    self.hit(mode)
                self.say('354 go')
                data = self.data()
                if mode in ('dot452', 'dot550'):
                    self.say(mode[3:] + ' no')
                elif mode == 'cutbefore':
                    return
                elif mode == 'hangdot':
                    time.sleep(25)
                    return
                else:
                    sink.take(recipient, data)
                    if mode == 'cutdot':
                        return
                    if mode in ('killdot', 'stopdot', 'dbdot'):
                        self.hit(mode)
                    if mode == 'slow':
                        self.hit(mode)
                        time.sleep(1)
                    self.say('250 taken')
                    if mode == 'killafter':
                        self.hit(mode)
                    if mode == 'quit':
                        return
                recipient = mode = ''
            elif verb == 'RSET':
                self.say('250 ok')
            elif verb == 'NOOP':
                self.say('250 ok')
            elif verb == 'QUIT':
                self.say('221 bye')
                return
            else:
                sink.faults.append('command: ' + line[:40])
                self.say('500 what')
