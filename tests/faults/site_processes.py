# SPDX-License-Identifier: EUPL-1.2
"""The running site's processes: killed, frozen, stopped and started again, as
quickstart started them and so that quickstart still finds them."""
import json
import os
import pwd
import signal
import subprocess
import time


def stat_of(pid):
    """The fields of /proc/PID/stat after the name; None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii",
                  errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields


class Server:
    """One process of the site that nothing starts again by itself."""

    def __init__(self, site, name):
        self.site, self.name = site, name
        self.file = os.path.join(site.var, "run", name + ".pid")
        with open(self.file, encoding="ascii") as file:
            self.pid = int(file.read().split()[0])
        proc = f"/proc/{self.pid}"
        with open(proc + "/cmdline", "rb") as file:
            self.command = file.read().rstrip(b"\0").split(b"\0")
        with open(proc + "/environ", "rb") as file:
            self.environ = dict(pair.split(b"=", 1) for pair in
                                file.read().rstrip(b"\0").split(b"\0"))
        self.uid = os.stat(proc).st_uid
        self.child = None

    def is_alive(self):
        if self.child is not None:
            self.child.poll()
        return stat_of(self.pid) is not None

    def send(self, number):
        os.kill(self.pid, number)

    def end(self, number=signal.SIGTERM, seconds=30):
        """End it, and come back when it is gone."""
        self.send(number)
        end = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > end:
                raise AssertionError(f"{self.name} does not end")
            time.sleep(0.005)

    def start(self):
        who = {}
        if os.geteuid() == 0:
            user = pwd.getpwuid(self.uid)
            who = {"user": self.uid, "group": user.pw_gid, "extra_groups":
                   os.getgrouplist(user.pw_name, user.pw_gid)}
        with open(os.path.join(self.site.logs, self.name + ".log"),
                  "ab") as log:
            self.child = subprocess.Popen(
                self.command, env=self.environ, cwd=self.site.var,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **who)
        self.pid = self.child.pid
        with open(self.file, "w", encoding="ascii") as file:
            file.write(f"{self.pid} {stat_of(self.pid)[19]}\n")


class Site:
    def __init__(self, world):
        self.world = world
        self.logs = world.demo["logs"]
        self.var = os.path.dirname(self.logs)
        self.database = Server(self, "db")
        self.catcher = Server(self, "mailcatcher")

    def workers(self, pool):
        """The processes of a pool or of a single program: portal-a, courier;
        those that multiwatch watches, not itself."""
        with open(os.path.join(self.var, "run", pool + ".pid"),
                  encoding="ascii") as file:
            parent = file.read().split()[0]
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                fields = stat_of(name)
                if fields is not None and fields[1] == parent:
                    found.append(int(name))
        return sorted(found)

    def kill(self, *pools):
        """kill -9 all processes of these pools; returns how many."""
        pids = [pid for pool in pools for pid in self.workers(pool)]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return len(pids)

    def answers(self):
        """Whether MariaDB answers its administrator."""
        db = self.world.demo["database"]
        done = subprocess.run(
            ["mariadb", "--no-defaults", "-S", db["socket"], "-u", db["user"],
             "-BN", db["name"], "-e", "SELECT v FROM health WHERE id = 1"],
            capture_output=True, timeout=30)
        return done.returncode == 0

    def wait_for_database(self, seconds=60):
        end = time.monotonic() + seconds
        while not self.answers():
            if not self.database.is_alive():
                raise AssertionError("MariaDB does not start")
            if time.monotonic() > end:
                raise AssertionError("MariaDB does not answer")
            time.sleep(0.02)

    def restart_database(self, number=signal.SIGKILL):
        self.database.end(number)
        self.database.start()
        self.wait_for_database()

    def start_catcher(self, seconds=30):
        self.catcher.start()
        end = time.monotonic() + seconds
        while True:
            try:
                self.world.mails_to("nobody")
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def cli(self, *words):
        done = subprocess.run([*self.world.demo["cli"], *words],
                              capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout + done.stderr

    def verify(self):
        """assent verify ledger: whether it is clean, and what it says."""
        code, said = self.cli("verify", "ledger", "--json")
        report = json.loads(said[said.index("{"):]) if "{" in said else {}
        return code == 0, report, said
