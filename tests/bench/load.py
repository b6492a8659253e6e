# SPDX-License-Identifier: EUPL-1.2
"""Load on one target, with what it cost.  A target says what is asked and
what the answer must look like; wrk asks in a closed loop.
Law: GDPR 32."""
import json
import os
import subprocess
import time


class Target:
    """name; pools: whose CPU is the worker's; requests(n): at least n lines
    for load.lua; once: no line may be asked twice; want: status of the
    check; marker: text of it; per: requests that make one act; kind: the
    reference of its kind; statements: the budget per act."""

    def __init__(self, name, pools, requests, port, **more):
        self.name, self.pools = name, pools
        self.requests, self.port = requests, port
        self.once = more.get('once', False)
        self.want = more.get('want', 200)
        self.marker = more.get('marker', '')
        self.bytes = more.get('bytes', 0)
        self.per = more.get('per', 1)
        self.kind = more.get('kind')
        self.statements = more.get('statements')
        self.rate = 4000.0      # a guess of requests per second, then known
        self.file = None


def check(place, target):
    """Ask once by hand: status, size and marker must be right."""
    for method, uri, cookie, body in target.requests(target.per):
        status, headers, text, _ = place.ask(
            uri, method, cookie, body if method == 'POST' else None,
            target.port)
        right = status == target.want and len(text) >= target.bytes
        if not right or (target.marker and target.marker not in
                         text + str(headers)):
            return (f'{method} {uri.split("?")[0][:40]} answered {status} '
                    f'with {len(text)} characters: '
                    f'{text.rpartition("</form>")[2][:600]}')
    return None


def prepare(place, target, seconds):
    """Have the lines that so many seconds may need."""
    if target.file is None or target.once:
        n = int(target.rate * seconds * 3) + 500 if target.once else 0
        target.file = place.write(target.name, target.requests(n))


def measure(place, target, clients, seconds):
    """Load it; give one record of figures."""
    prepare(place, target, seconds)
    command = ['wrk', '-t1', f'-c{clients}', f'-d{seconds}s', '--timeout',
               '20s', '--latency', '-s',
               os.path.join(os.path.dirname(__file__), 'load.lua'),
               f'http://127.0.0.1:{target.port}/', '--', target.file,
               'once' if target.once else 'again']
    sql_before, before = place.counters(), place.cpu(target.pools)
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
        out = load.stdout.read()
        _, _, usage = os.wait4(load.pid, 0)
        load.returncode = 0
    took = time.monotonic() - began
    after, sql_after = place.cpu(target.pools), place.counters()
    said = next((line for line in out.splitlines()
                 if line.startswith('JSON ')), None)
    if said is None:
        raise RuntimeError(f'wrk said: {out}')
    figures = json.loads(said[5:])
    n = max(1, figures['requests'])
    used = {key: after[key] - before[key] for key in after}
    load_s = usage.ru_utime + usage.ru_stime
    target.rate = max(figures['requests'] / figures['seconds'], 100.0)
    return {
        'line': 'measure', 'target': target.name, 'clients': clients,
        'acts_s': round(target.rate / target.per, 1), **figures,
        'nginx_us': round(used['nginx'] / n * 1e6, 1),
        'app_us': round(used['app'] / n * 1e6, 1),
        'db_us': round(used['db'] / n * 1e6, 1),
        'cpu_us': round((used['nginx'] + used['app'] + used['db']) / n *
                        target.per * 1e6, 1),
        'load_us': round(load_s / n * 1e6, 1),
        'others_cpu': round(max(0.0, used['busy'] - used['ours'] - load_s) /
                            took, 2),
        'stolen_cpu': round(used['stolen'] / took, 2),
        'statements': round((sql_after['Com_stmt_execute'] -
                             sql_before['Com_stmt_execute']) / n *
                            target.per, 2),
        'prepared': sql_after['Com_stmt_prepare'] -
        sql_before['Com_stmt_prepare'],
        # our own two looks at the counters are connections too
        'connections': sql_after['Connections'] -
        sql_before['Connections'] - 1,
    }
