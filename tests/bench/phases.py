# SPDX-License-Identifier: EUPL-1.2
"""Each phase loads the site in one way and judges what it saw.
Law: GDPR 32."""
import http.client
import os
import re
import statistics
import subprocess
import threading
import time
import urllib.parse

import load
import targets
from place import pss_mib

CLIENTS = 16
# target, its number, must and aim of its rate beside the reference's
RATES = (('form', 'P1', 0.50, 0.75), ('opt-in', 'P2', 0.45, 0.70),
         ('confirm pair', 'P3', 0.40, 0.60), ('portal', 'P4', 0.25, 0.45))


# what the references cost the machine that the absolute budgets tell of:
# microseconds of CPU, of nginx, worker and database together
THEIRS = {'ref select': 124, 'ref insert': 309, 'ref confirm': 345}


def pace(bench):
    """How many times as much CPU as that machine this one needs for the same
    work: the figures of seconds are read by it."""
    every, found = bench.site.targets(), []
    for name, theirs in THEIRS.items():
        load.measure(bench.place, every[name], CLIENTS, 1)
        costs = [load.measure(bench.place, every[name], CLIENTS, 1)['cpu_us']
                 for _ in range(3)]
        found.append(statistics.median(costs) / theirs)
    bench.verdict.pace = statistics.median(found)
    bench.record({'line': 'pace', 'of': found})
    print(f'This machine needs {bench.verdict.pace:.2f} times the CPU of the '
          'one that the absolute budgets tell of\nfor the same reference ('
          + ', '.join(f'{f:.2f}' for f in found) + '): figures in seconds '
          'stand beside what they were there.', flush=True)


def interleave(bench, names, clients, seconds, phase):
    """Measure each target in each round, forth and back; give records."""
    every = bench.site.targets()
    chosen = [every[name] for name in names]
    got = {name: [] for name in names}
    for target in chosen:
        why = load.check(bench.place, target)
        if why is not None:
            raise RuntimeError(f'{target.name}: {why}')
        load.measure(bench.place, target, clients, 1)
    for turn in range(bench.args.rounds):
        for target in chosen if turn % 2 == 0 else chosen[::-1]:
            figures = load.measure(bench.place, target, clients, seconds)
            bench.note(figures, phase, turn)
            got[target.name].append(figures)
    show(got)
    return every, got


def middle(records, what):
    return statistics.median(record[what] for record in records)


def show(got):
    print(f'{"":18}{"acts/s":>8} {"least to most":>15} {"p50 ms":>7} '
          f'{"p99 ms":>7} {"nginx":>6} {"app":>6} {"db":>6} {"us/act":>7} '
          f'{"statem.":>7} {"others":>6}')
    for name, records in got.items():
        rates = [record['acts_s'] for record in records]
        print(f'{name:18}{statistics.median(rates):8.0f} '
              f'{min(rates):7.0f}-{max(rates):7.0f} '
              f'{middle(records, "p50_us") / 1000:7.2f} '
              f'{middle(records, "p99_us") / 1000:7.2f} '
              f'{middle(records, "nginx_us"):6.0f} '
              f'{middle(records, "app_us"):6.0f} '
              f'{middle(records, "db_us"):6.0f} '
              f'{middle(records, "cpu_us"):7.0f} '
              f'{middle(records, "statements"):7.2f} '
              f'{middle(records, "others_cpu"):6.2f}', flush=True)


def shares(ours, references, what):
    return [a[what] / b[what] for a, b in zip(ours, references)]


def saturated(bench):
    """P1 to P4: the rate of each page beside its reference."""
    names = ['ref static', 'ref select', 'form', 'portal', 'ref insert',
             'opt-in', 'ref confirm', 'confirm pair']
    every, got = interleave(bench, names, CLIENTS, bench.args.seconds,
                            'saturated')
    for name, number, must, aim in RATES:
        ref = every[name].kind
        bench.verdict.judge(number, f'{name}, rate beside {ref}',
                            shares(got[name], got[ref], 'acts_s'), must, aim)
        print(f'     by CPU: {load_share(got[name], got[ref]):.2f}')
        # what a worker reads again once a second comes on top
        if every[name].statements:
            bench.verdict.judge(
                number, f'{name}, statements a page',
                [r['statements'] for r in got[name]],
                every[name].statements + 0.5, every[name].statements,
                least=False)
        bench.verdict.exact(number, f'{name}, connections opened',
                            max(r['connections'] for r in got[name]), 0)


def load_share(ours, references):
    return statistics.median(shares(references, ours, 'cpu_us'))


def single(bench):
    """P6: one client alone."""
    names = ['ref select', 'form', 'confirm show', 'portal', 'ref insert',
             'opt-in', 'ref confirm', 'confirm press']
    every, got = interleave(bench, names, 1, max(1, bench.args.seconds // 2),
                            'single')
    for name in ('form', 'opt-in', 'confirm show', 'confirm press', 'portal'):
        ref = got[every[name].kind]
        own = statistics.median(r['p99_us'] / r['p50_us'] for r in ref)
        print(f'     the p99 of {every[name].kind} itself is {own:.1f} times '
              'its p50')
        for what, must, aim in (('p50_us', 3, 2), ('p99_us', 5, 3)):
            bench.verdict.judge(
                'P6', f'{name}, {what[:3]} beside p50 of {every[name].kind}',
                [a[what] / b['p50_us'] for a, b in zip(got[name], ref)],
                must, aim, least=False)


class Storm:
    """People who sign in all at once, each with an address of their own."""

    def __init__(self, place, n):
        self.place = place
        self.serial = 0
        self.lock = threading.Lock()
        self.answers = []       # (status, seconds)
        self.is_over = False
        text = place.ask('/sign-in')
        self.cookie = text[1]['Set-Cookie'].split(';')[0]
        self.csrf = re.search('action="/sign-in".*?name="csrf" '
                              'value="([^"]+)"', text[2], re.DOTALL)[1]
        self.threads = [threading.Thread(target=self.client)
                        for _ in range(n)]
        for thread in self.threads:
            thread.start()

    def client(self):
        while not self.is_over:
            with self.lock:
                self.serial += 1
                who = f'{os.getpid()}.{self.serial}@storm.example'
            body = urllib.parse.urlencode({
                'csrf': self.csrf, 'request_key': targets.key(),
                'email': who, 'password': 'quatre mots sans rapport'})
            status, _, _, took = self.place.ask('/sign-in', 'POST',
                                                self.cookie, body)
            with self.lock:
                self.answers.append((status, took))
            if status in (429, 503):
                time.sleep(0.05)

    def end(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()
        return self.answers


def storm(bench):
    """P7: other pages while 16 and while 64 people sign in."""
    site, at = bench.site, bench.place
    every = site.targets()
    names = 'form', 'ref static'
    quiet, stormy = ({name: [] for name in names} for _ in range(2))
    answers = []
    for name in names:
        load.measure(at, every[name], 4, 1)
    for turn in range(bench.args.rounds):
        for is_storm in (False, True) if turn % 2 == 0 else (True, False):
            storm_of = Storm(at, CLIENTS) if is_storm else None
            if is_storm:
                time.sleep(1)
            for name in names:
                figures = load.measure(at, every[name], 4,
                                       bench.args.seconds)
                bench.note(figures, 'storm' if is_storm else 'quiet', turn)
                (stormy if is_storm else quiet)[name].append(figures)
            if is_storm:
                answers += storm_of.end()
    crowd = Storm(at, 64)       # more than may queue: some are refused
    time.sleep(max(2, bench.args.seconds))
    crowded = crowd.end()
    show({f'{name}, {when}': got[name] for name in names
          for when, got in (('quiet', quiet), ('storm', stormy))})
    count = {}
    for status, _ in answers + crowded:
        count[status] = count.get(status, 0) + 1
    print(f'     sign-ins by status: {count}')
    bench.record({'line': 'storm', 'statuses': count})
    bench.verdict.judge('P7', 'form, rate in the storm beside quiet',
                        shares(stormy['form'], quiet['form'], 'acts_s'),
                        0.6, 0.8)
    bench.verdict.judge('P7', 'form, p99 in the storm beside quiet',
                        shares(stormy['form'], quiet['form'], 'p99_us'),
                        3, 3, least=False)
    # what this kernel does to a page of no work beside the same storm
    static = shares(stormy['ref static'], quiet['ref static'], 'p99_us')
    print(f'     ref static, p99 in the storm beside quiet: '
          f'{statistics.median(static):.1f}')
    late = [took for status, took in answers + crowded
            if status in (429, 503)]
    bench.verdict.judge('P7', 'sign-in, slowest refusal, s',
                        [max(late, default=0.0)], 2, 2, least=False)
    bench.verdict.exact(
        'P7', 'sign-ins neither answered nor refused',
        sum(n for status, n in count.items()
            if status not in (200, 303, 403, 422, 429, 503)), 0)
    bench.verdict.judge('P7', 'sign-ins refused in a crowd of 64',
                        [len(late)], 1, 1)


def memory(bench):
    """P8: what eight workers hold after many requests."""
    at, every = bench.place, bench.site.targets()
    at.stop(*targets.PORTAL)
    bench.start_portal()
    last = 20000 if bench.args.quick else 100000
    sizes, done, turn = [], 0, 0
    for goal in (last // 10, last):
        while done < goal:
            for name in ('form', 'portal', 'opt-in', 'confirm pair'):
                figures = load.measure(at, every[name], CLIENTS, 1 if
                                       bench.args.quick else 2)
                bench.note(figures, 'memory', turn)
                done += figures['requests']
            turn += 1
        sizes.append(pss_mib(at.pids(*targets.PORTAL)))
        bench.record({'line': 'memory', 'requests': done,
                      'pss_mib': sizes[-1]})
    reference = pss_mib(at.pids('reference'))
    print(f'     after {done} requests; reference {reference:.1f} MiB')
    bench.verdict.judge('P8', '8 portal workers, PSS', [sizes[1]], 24, 14,
                        least=False, factor=1.5, unit='MiB')
    bench.verdict.judge('P8', 'growth from a tenth of the requests on',
                        [sizes[1] / sizes[0]], 1.05, 1.05, least=False)


def until_right(place, began):
    while time.monotonic() < began + 10:
        status, _, text, _ = place.ask(targets.FORM, timeout=5)
        if status == 200 and 'name="request_key"' in text:
            return (time.monotonic() - began) * 1000
    return 10000.0


def cold(bench):
    """P9: from nothing to the first right page, sockets open."""
    at = bench.place
    took = []
    for _ in range(bench.args.rounds + 2):
        at.stop(*targets.PORTAL)
        began = time.monotonic()
        bench.start_portal()
        took.append(until_right(at, began))
    bench.record({'line': 'cold', 'ms': took})
    bench.verdict.judge('P9', 'eight cold workers to the first page', took,
                        300, 60, least=False, factor=2, unit='ms')


def courier(bench):
    """P14: mails through the outbox to a sink, by one courier."""
    args = bench.args
    rates = []
    for _ in range(1 if args.quick else 3):
        out = subprocess.run(
            [f'{args.top}/tests/run-test.sh',
             f'{args.top}/tests/courier/faults.sh', 'bench',
             '1000' if args.quick else '5000'], check=False,
            capture_output=True, text=True,
            env={**os.environ, 'top_srcdir': args.top,
                 'top_builddir': args.build})
        found = re.search(r': (\d+) mails/s', out.stdout)
        if found is None:
            raise RuntimeError(out.stdout + out.stderr)
        rates.append(int(found[1]))
    bench.record({'line': 'courier', 'mails_s': rates})
    bench.verdict.judge('P14', 'mails of one courier to a sink', rates, 500,
                        1500, factor=2, unit='/s')


def rows(bench):
    """P15: what was answered is what is stored, to the row."""
    at = bench.place
    n = 400 if bench.args.quick else 4000
    lines = list(bench.site.sign_ups(n))
    before = at.number('SELECT COUNT(*) FROM signup')
    mails = at.number('SELECT COUNT(*) FROM outbox')
    statuses = []

    def client(part):
        link = http.client.HTTPConnection('127.0.0.1', at.port, timeout=20)
        for _, path, _, body in part:
            link.request('POST', path, body, {
                'Host': 'localhost',
                'Content-Type': 'application/x-www-form-urlencoded'})
            answer = link.getresponse()
            answer.read()
            statuses.append(answer.status)
        link.close()

    threads = [threading.Thread(target=client, args=(lines[i::CLIENTS],))
               for i in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = statuses.count(303)
    bench.verdict.exact('P15', f'{n} sign-ups, not answered 303', n - given, 0)
    for what, stored in (
            ('sign-ups', at.number('SELECT COUNT(*) FROM signup') - before),
            ('mails', at.number('SELECT COUNT(*) FROM outbox') - mails)):
        bench.verdict.exact('P15', f'{what} stored beside those answered',
                            abs(stored - given), 0)
