# SPDX-License-Identifier: EUPL-1.2
"""P5: the office's pages in a base of ten thousand contacts and in one of a
million, in turns, and P11: one person's copy out of the large one.
Law: GDPR 12(3), 15, 32."""
import http.client
import itertools
import re
import statistics
import time
import urllib.parse

import load
import phases

CLIENTS = 4
ROLES = 'adviser', 'lead', 'dpo'
WORDS = 'martin', 'ma', 'dupont', 'le', 'garcia', 'petit mo', 'ber'
PACKAGES = 20


class Base:
    """One site: its database, its office, who works there."""

    def __init__(self, place, site, port):
        self.place, self.site, self.port = place, site, port
        self.pool = 'office-a' if site == 'demo' else f'{site}-office-a'
        self.config = f'{place.var}/etc/{site}/assent.conf'
        self.cookies = []

    def sql(self, text):
        return self.place.sql(text, self.site)

    def open(self):
        """Workers, a session for each role, what can be asked."""
        self.place.start(self.pool, 4, [
            f'{self.place.programs}/assent-office', '-c', self.config,
            '-r', '0'])
        staff = dict(self.sql('SELECT role, MIN(id) FROM staff WHERE state = '
                              '"active" GROUP BY role'))
        self.cookies = [self.place.fill(
            'office', f'assent-office-{self.port}', [f'{staff[role]} 0'],
            self.config)[0] for role in ROLES]
        self.contacts = int(self.sql('SELECT COUNT(*) FROM contact')[0][0])
        # of every part of the base, also its far end
        self.ids = [row[0] for row in self.sql(
            'SELECT id FROM contact WHERE visibility = "everyone" AND '
            'restricted_us IS NULL AND id % '
            f'{max(1, self.contacts // 200)} = 1 ORDER BY sort_name '
            'LIMIT 200')]

    def ask(self, path, cookie, body=None):
        return self.place.ask(path, 'GET' if body is None else 'POST', cookie,
                              body, self.port)

    def lists(self, _):
        pages = ['/contacts', '/contacts?order=last', '/contacts?n=100',
                 '/contacts?f=has.is.email', '/contacts?f=kind.is.customer']
        pages += [f'/contacts?after={id_}' for id_ in self.ids[::40]]
        return [('GET', page, cookie, '')
                for page, cookie in itertools.product(pages, self.cookies)]

    def views(self, _):
        return [('GET', f'/contacts/{id_}', self.cookies[i % len(ROLES)], '')
                for i, id_ in enumerate(self.ids)]

    def searches(self, _):
        """Words stand in a row of their own, which the address names."""
        lines = []
        for cookie in self.cookies:
            text = self.ask('/contacts', cookie)[2]
            csrf = re.search('action="/contacts".*?name="csrf" '
                             'value="([^"]+)"', text, re.DOTALL)[1]
            for words in WORDS:
                status, headers, text, _ = self.ask(
                    '/contacts', cookie, urllib.parse.urlencode({
                        'csrf': csrf, 'words': words, 'reason': 'call'}))
                if status != 303:
                    raise RuntimeError(f'a search answered {status}: {text}')
                lines.append(('GET', headers['Location'], cookie, ''))
        return lines

    def target(self, name, requests, marker):
        return load.Target(f'{name} {self.contacts}', (self.pool,), requests,
                           self.port, marker=marker, bytes=3000)


def pages(bench):
    """P5: list, view and search at four clients."""
    bases = [Base(bench.place, 'demo', bench.place.port + 1),
             Base(bench.place, 'million', bench.place.port + 5)]
    got, chosen = {}, []
    for base in bases:
        base.open()
        chosen += [base.target('list', base.lists, '/contacts/'),
                   base.target('view', base.views, '/sign-out'),
                   base.target('search', base.searches, '/sign-out')]
    for target in chosen:
        why = load.check(bench.place, target)
        if why is not None:
            raise RuntimeError(f'{target.name}: {why}')
        load.measure(bench.place, target, CLIENTS, 1)
        got[target.name] = []
    for turn in range(bench.args.rounds):
        for target in chosen if turn % 2 == 0 else chosen[::-1]:
            figures = load.measure(bench.place, target, CLIENTS,
                                   bench.args.seconds)
            bench.note(figures, 'office', turn)
            got[target.name].append(figures)
    few, many = bases[0].contacts, bases[1].contacts
    for name in ('list', 'view', 'search'):
        large = got[f'{name} {many}']
        bench.verdict.judge(
            'P5', f'{name}, p99 at {many} contacts, ms',
            [r['p99_us'] / 1000 for r in large], 5, 3, least=False, factor=2,
            unit='ms')
        bench.verdict.judge(
            'P5', f'{name}, rate at {many} beside {few}',
            [a['acts_s'] / b['acts_s']
             for a, b in zip(large, got[f'{name} {few}'])], 0.8, 0.95)
    return got, bases[1]


def press(base, cookie):
    """Ask for one's copy; give the page that tells how far it is."""
    page = base.ask('/account/export', cookie)[2]
    form = re.search(r'<form[^>]*action="(/account/export[^"]*)".*?</form>',
                     page, re.DOTALL)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    status, headers, text, _ = base.ask(form[1], cookie,
                                        urllib.parse.urlencode(fields))
    if status != 303:
        raise RuntimeError(f'asking for a copy answered {status}: {text}')
    return headers['Location']


def built(base, cookie, page):
    """Wait until the copy is there; give its address."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        text = base.ask(page, cookie)[2]
        found = [url for url in re.findall(
            'href="(/account/export/[^"]+)"', text)
            if not url.endswith(('/progress', '/state'))]
        if found:
            return found[0]
        time.sleep(0.05)
    raise RuntimeError('a copy was not built in two minutes')


def first_byte(base, cookie, path):
    """Milliseconds from the request to the first byte of the file."""
    link = http.client.HTTPConnection('127.0.0.1', base.port, timeout=20)
    began = time.monotonic()
    link.request('GET', path, headers={'Host': 'localhost', 'Cookie': cookie})
    answer = link.getresponse()
    first = answer.read(1)
    took = (time.monotonic() - began) * 1000
    link.close()
    if answer.status != 200 or first != b'P':
        raise RuntimeError(f'a copy answered {answer.status}')
    return took


def package(bench, base):
    """P11: the keeper builds, the portal hands over."""
    place = bench.place
    door = Base(place, base.site, base.port - 1)
    place.start(f'{base.site}-portal-a', 2, [
        f'{place.programs}/assent-portal', '-c', base.config, '-r', '0'])
    rows = base.sql('SELECT identity_id, id FROM contact WHERE identity_id '
                    'IS NOT NULL AND restricted_us IS NULL ORDER BY id DESC '
                    f'LIMIT {PACKAGES}')
    cookies = place.fill('portal', f'assent-portal-{door.port}',
                         [' '.join(row) for row in rows], base.config)
    builds, firsts = [], []
    with place.background([f'{place.programs}/assent-keeper', '-c',
                           base.config], f'{base.site}-keeper'):
        for cookie in cookies:
            began = time.monotonic()
            path = built(door, cookie, press(door, cookie))
            builds.append(time.monotonic() - began)
            firsts.append(first_byte(door, cookie, path))
    bench.record({'line': 'package', 'build_s': builds, 'first_ms': firsts})
    print(f'     asked for and built in {statistics.median(builds):.2f} s '
          f'({max(builds):.2f} at most)')
    bench.verdict.judge('P11', f'first byte of a copy, of {len(firsts)} '
                        'the slowest', [max(firsts)], 50, 20, least=False,
                        factor=2, unit='ms')


def office(bench):
    """P5 and P11."""
    got, base = pages(bench)
    phases.show(got)
    package(bench, base)
