# SPDX-License-Identifier: EUPL-1.2
"""The place of a measurement: the servers that run laid, the workers, and
what the machine's own accounting says of them.
Law: GDPR 32 (what is measured is what runs in production)."""
import contextlib
import glob
import http.client
import os
import pwd
import re
import subprocess
import time

import fcgi

TICK = os.sysconf('SC_CLK_TCK')


def ticks(pid):
    """CPU that a process and its ended threads used, in seconds."""
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as f:
            fields = f.read().rpartition(')')[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def machine():
    """Seconds that the machine was busy, and those stolen from it."""
    with open('/proc/stat', encoding='ascii') as f:
        n = [int(x) / TICK for x in f.readline().split()[1:]]
    return n[0] + n[1] + n[2] + n[5] + n[6], n[7]


def pss_mib(pids):
    """Memory of some processes, shared pages counted by their share.

    The workers keep others out (keys_harden), so that only root may read
    their maps; for others it is each one's own pages and the mapped files
    once, which is the same but for pages that other programs share."""
    total, files = 0, 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as f:
                total += int(re.search(r'\nPss:\s+(\d+)', f.read())[1])
            continue
        except PermissionError:
            pass
        with open(f'/proc/{pid}/status', encoding='ascii') as f:
            text = f.read()
        total += int(re.search(r'RssAnon:\s+(\d+)', text)[1])
        files = max(files, int(re.search(r'RssFile:\s+(\d+)', text)[1]))
    return (total + files) / 1024


class Place:
    """Paths and ports of the site that tests/bench/run has laid."""

    def __init__(self, args):
        self.top, self.var, self.sockets = args.top, args.var, args.run
        self.build, self.port = args.build, args.port
        self.config = f'{self.var}/etc/demo/assent.conf'
        self.programs = f'{self.var}/install/usr/lib/assent'
        self.log = f'{self.var}/log'
        self.pools = {}
        self.user = {}
        if os.getuid() == 0:
            entry = pwd.getpwnam('assent-demo')
            self.user = {'user': entry.pw_uid, 'group': entry.pw_gid,
                         'extra_groups': []}

    # ---- the database

    def sql(self, text, database='demo'):
        out = subprocess.run(
            ['mariadb', '--no-defaults', '-NB', '-S',
             f'{self.sockets}/db/sql.sock', database, '-e', text],
            check=True, capture_output=True, text=True).stdout
        return [line.split('\t') for line in out.splitlines()]

    def number(self, text):
        return int(self.sql(text)[0][0])

    def counters(self):
        rows = dict(self.sql('SHOW GLOBAL STATUS WHERE Variable_name IN '
                             '("Com_stmt_execute", "Com_stmt_prepare", '
                             '"Connections")'))
        return {name: int(value) for name, value in rows.items()}

    # ---- workers

    def start(self, pool, n, command, policy='other'):
        """Start n workers of a pool on its socket, none of them recycled."""
        owner = (self.user['user'], self.user['group']) if self.user else None
        sock = fcgi.listen(f'{self.sockets}/{pool}.sock', 0o660, owner)
        with open(f'{self.log}/bench-{pool}.log', 'ab') as log:
            self.pools[pool] = fcgi.workers(
                sock, n, ['chrt', '--' + policy, '0', *command], log,
                cwd='/', **self.user)
        sock.close()

    def start_door(self, door, pool, n, policy='other'):
        self.start(f'{door}-{pool}', n, [f'{self.programs}/assent-{door}',
                                         '-c', self.config, '-r', '0'], policy)

    @contextlib.contextmanager
    def background(self, command, name):
        """A program beside the measurement."""
        with open(f'{self.log}/bench-{name}.log', 'ab') as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd='/', **self.user)
        try:
            yield
        finally:
            process.terminate()
            process.wait()

    def stop(self, *pools):
        for pool in pools or list(self.pools):
            for process in self.pools.pop(pool, []):
                process.terminate()
                process.wait()

    def pids(self, *pools):
        return [p.pid for name in pools for p in self.pools[name]]

    def alive(self):
        """Every worker that was started still runs."""
        return all(p.poll() is None for pool in self.pools.values()
                   for p in pool)

    # ---- accounting

    def server_pids(self):
        with open(f'{self.var}/run/nginx.pid', encoding='ascii') as f:
            master = int(f.read().split()[0])
        with open(f'/proc/{master}/task/{master}/children',
                  encoding='ascii') as f:
            nginx = [master] + [int(pid) for pid in f.read().split()]
        with open(f'{self.sockets}/db/pid', encoding='ascii') as f:
            return nginx, [int(f.read())]

    def cpu(self, pools):
        nginx, db = self.server_pids()
        busy, stolen = machine()
        used = {'nginx': sum(map(ticks, nginx)), 'db': sum(map(ticks, db)),
                'app': sum(map(ticks, self.pids(*pools)))}
        ours = used['nginx'] + used['db'] + sum(
            map(ticks, self.pids(*self.pools)))
        return {**used, 'ours': ours, 'busy': busy, 'stolen': stolen}

    # ---- one request by hand

    def ask(self, path, method='GET', cookie='', body=None, port=None,
            timeout=20):
        """Give (status, headers, text, seconds) of one request to nginx."""
        link = http.client.HTTPConnection('127.0.0.1', port or self.port,
                                          timeout=timeout)
        headers = {'Host': 'localhost', 'Accept-Language': 'fr'}
        if cookie:
            headers['Cookie'] = cookie
        if body is not None:
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        began = time.monotonic()
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            text = answer.read().decode(errors='replace')
            return (answer.status, answer.headers, text,
                    time.monotonic() - began)
        except (OSError, http.client.HTTPException) as why:
            return 0, {}, str(why), time.monotonic() - began
        finally:
            link.close()

    def fill(self, kind, value, lines, config=None):
        out = subprocess.run(
            [f'{self.build}/tests/bench/fill', config or self.config, kind,
             value],
            input=''.join(line + '\n' for line in lines), check=True,
            stdout=subprocess.PIPE, text=True, **self.user).stdout
        return [line.split(';')[0] for line in out.split('\n')[:-1]]

    def write(self, name, lines):
        """Write a file of requests for load.lua; give its path."""
        path = f'{self.var}/state/{name}'
        with open(path, 'w', encoding='utf-8') as f:
            for method, uri, cookie, body in lines:
                f.write(f'{method}\t{uri}\t{cookie}\t{body}\n')
        return path


def environment(place, args):
    """What a figure depends on besides the source."""
    def said(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True,
                                  check=False).stdout.strip().split('\n')[0]
        except OSError:
            return ''
    with open('/proc/cpuinfo', encoding='utf-8') as f:
        model = re.search(r'model name\s*:\s*(.*)', f.read())
    nginx = subprocess.run(['nginx', '-v'], capture_output=True, text=True,
                           check=False).stderr.strip()
    return {
        'line': 'environment', 'commit': args.commit,
        'at': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
        'cores': os.cpu_count(), 'model': model[1] if model else '',
        'kernel': os.uname().release, 'nginx': nginx,
        'database': place.sql('SELECT VERSION()')[0][0],
        'compiler': said('gcc', '--version'),
        'load_generator': said('wrk', '-v').split('Copy')[0].strip(),
        'contacts': place.number('SELECT COUNT(*) FROM contact'),
        'load_average': os.getloadavg(),
        'libraries': {os.path.basename(p): os.path.basename(
            os.path.realpath(p)) for p in
            glob.glob('/usr/lib/*/libmariadb.so.3') +
            glob.glob('/usr/lib/*/libfcgi.so.0')}}
