# SPDX-License-Identifier: EUPL-1.2
"""The company's own sign-on, with a worker and an nginx of this story: whom
nginx names goes on by one press and the code of the app; a header that a
visitor sends does nothing, nor does an nginx that believes one."""
import glob
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from client import Client
from passkeys import hire, verbs
from world import TOP

SECRET = "0123456789abcdef" * 3
HEADERS = ("X-Auth-Request-Email", "X-Auth-Request-User", "Remote-User",
           "X-Forwarded-User", "X-Forwarded-Email", "X-Remote-User",
           "Assent-Sso-User", "ASSENT_SSO_USER", "HTTP_ASSENT_SSO_USER")
NAMED = 'auth_basic "sign-on";\nauth_basic_user_file {dir}/people;\n' \
    "set $assent_sso_user $remote_user;\n"
KNOWN = f'set $assent_sso_secret "{SECRET}";\n'
BELIEVED = "set $assent_sso_user $http_x_auth_request_email;\n"


class Named(Client):
    """A browser whose every request has more headers."""
    always = {}

    def request(self, method, path, body=None, headers=None):
        return super().request(method, path, body,
                               {**self.always, **(headers or {})})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Front:
    """An office worker that knows the secret, and the nginx before it."""

    def __init__(self, world):
        self.world, self.children = world, {}
        self.var = os.path.dirname(world.path)
        self.dir = tempfile.mkdtemp(prefix="assent-sso.", dir="/tmp")
        os.chmod(self.dir, 0o755)
        self.port = free_port()
        self.base = f"http://localhost:{self.port}"
        owner = os.stat(self.var + "/keys/office.key")
        self.user = {} if os.geteuid() else {
            "user": owner.st_uid, "group": owner.st_gid,
            "extra_groups": []}
        os.mkdir(self.dir + "/run")
        self.own(self.dir + "/run", owner)
        self.conf = self.dir + "/assent.conf"
        self.put("secret", SECRET + "\n", 0o400)
        self.own(self.dir + "/secret", owner)

    def own(self, path, owner):
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)

    def put(self, name, text, mode=0o644):
        with open(f"{self.dir}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(f"{self.dir}/{name}", mode)

    def end(self, name):
        child = self.children.pop(name, None)
        if child:
            child.terminate()
            child.wait(20)

    def close(self):
        for name in list(self.children):
            self.end(name)
        shutil.rmtree(self.dir)

    def until(self, is_so):
        for _ in range(400):
            if is_so():
                return
            time.sleep(0.05)
        raise AssertionError("a server of this story does not start")

    def work(self, code):
        """The worker, which asks for the code of the app, or ${code} never."""
        self.end("worker")
        with open(self.var + "/etc/demo/assent.conf",
                  encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"(?m)^office_url = .*$",
                      f'office_url = "{self.base}"', text)
        text = re.sub(r"(?ms)^sso \{.*?^\}\n", "", text) + (
            f'\nsso {{\n\tsecret_file = "{self.dir}/secret"\n\tcode = "{code}"'
            '\n\tsign_out = "/oauth2/sign_out"\n}\n')
        self.put("assent.conf", text)
        for name in glob.glob(self.dir + "/run/*"):
            os.unlink(name)
        program = self.var + "/install/usr/lib/assent/assent-office"
        self.log = open(self.dir + "/worker.log", "a+", encoding="utf-8")
        self.children["worker"] = subprocess.Popen(
            ["spawn-fcgi", "-n", "-M", "0666", "-s",
             self.dir + "/run/office-a.sock", "--", program, "-c", self.conf,
             "-r", "0"], stderr=self.log, stdout=self.log, **self.user)
        for name in ("office-b", "office-pw"):
            os.symlink(self.dir + "/run/office-a.sock",
                       f"{self.dir}/run/{name}.sock")
        self.until(lambda: os.path.exists(self.dir + "/run/office-a.sock"))

    def serve(self, snippet=None, lets_through=False):
        """nginx with our own files, and what an admin wrote into
        snippets/assent-sso-demo.conf; None: as it is laid."""
        self.end("nginx")
        shutil.rmtree(self.dir + "/nginx", ignore_errors=True)
        subprocess.run(
            [TOP + "/conf/demo/nginx.sh", TOP, self.dir + "/nginx",
             "site=demo", "portal_name=localhost", "office_name=localhost",
             f"portal_listen=127.0.0.1:{free_port()}",
             f"portal_listen6=[::1]:{free_port()}",
             f"office_listen=127.0.0.1:{self.port}",
             f"office_listen6=[::1]:{self.port}", f"run={self.dir}/run",
             f"data={self.dir}", f"log={self.dir}/access.log",
             f"error_log={self.dir}/error.log", "password_queue=8"],
            check=True)
        if snippet is not None:
            self.put("nginx/snippets/assent-sso-demo.conf",
                     snippet.replace("{dir}", self.dir))
        if lets_through:
            path = "nginx/snippets/assent-server.conf"
            with open(f"{self.dir}/{path}", encoding="utf-8") as file:
                text = file.read()
            self.put(path, re.sub("(?m)^fastcgi_param HTTP_X_AUTH_REQUEST_"
                                  "EMAIL.*$", "", text))
        self.file = self.dir + "/nginx/nginx.conf"
        self.children["nginx"] = subprocess.Popen(
            ["/usr/sbin/nginx", "-c", self.file] +
            (["-g", "user root;"] if os.geteuid() == 0 else []),
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.until(self.answers)

    def answers(self):
        try:
            return self.client().request("GET", "/healthz").status in (
                200, 401)
        except OSError:
            return False

    def client(self, who=None, **headers):
        """A browser, signed in at the company as ${who}."""
        client = Named(self.world, self.base, "fr")
        client.always = dict(headers)
        if who:
            import base64
            client.always["Authorization"] = "Basic " + base64.b64encode(
                f"{who}:x".encode()).decode()
        return client

    def doctor(self):
        """What doctor says of the sign-on, as one text."""
        done = subprocess.run(
            [self.var + "/install/usr/sbin/assent", "--config", self.conf,
             "doctor",
             "--run", self.dir + "/run", "--nginx", self.file, "--json"],
            capture_output=True, check=False)
        checks = json.loads(done.stdout)["checks"]
        return "\n".join(
            ("ok " if c["is_good"] else "BAD ") + c["text"] + " "
            + c.get("do", "") for c in checks if c["check"] == "sign-on")


class Company(http.server.BaseHTTPRequestHandler):
    """A sign-on of a company, as oauth2-proxy answers nginx: its cookie says
    who has signed in."""

    def do_GET(self):
        who = re.search(r"company=([^;]+)", self.headers.get("Cookie", ""))
        self.send_response(202 if who else 401)
        if who:
            self.send_header("X-Auth-Request-Email", who[1])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def example(front, port):
    """What conf/nginx/sso.conf shows, without its marks."""
    with open(TOP + "/conf/nginx/sso.conf",
              encoding="utf-8") as file:
        lines = [x[4:] for x in file if x.startswith("#   ")]
    front.put("sso.nginx", KNOWN, 0o400)
    return "".join(lines).replace("127.0.0.1:4180", f"127.0.0.1:{port}") \
        .replace("/etc/assent/@site@/secrets", front.dir)


def tell_example(world, front, who, other):
    """The example that we lay, with a sign-on behind it."""
    company = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Company)
    threading.Thread(target=company.serve_forever, daemon=True).start()
    try:
        front.serve(example(front, company.server_address[1]))
        found = front.doctor()
        world.is_true("doctor has nothing against our example",
                      found.startswith("ok") and "BAD" not in found, found)
        client = front.client()
        world.is_equal("who has not signed in there comes to no page", 401,
                       client.get("/sign-in").status)
        client = front.client(**{"X-Auth-Request-Email": other["email"]})
        client.cookies["company"] = who["email"]
        page = client.get("/sign-in")
        world.is_true("the sign-on's answer counts, not a header",
                      offers(page) and who["email"] in page.html and
                      other["email"] not in page.html)
        page = go_on(page).press("Sign in", about="",
                                 code=world.unused_code(who))
        world.is_equal("they are in", (200, "/"), (page.status, page.path))
        client.cookies["company"] = other["email"]
        world.is_true("and out when the sign-on names another", client.get(
            "/contacts").path.startswith("/sign-in"))
    finally:
        company.shutdown()
        company.server_close()


def offers(page):
    return any(f.action == "/sign-in/sso" for f in page.forms)


def tell_off(world, front, who):
    """As we lay it, whatever a visitor sends."""
    front.serve()
    page = front.client(**{h: who["email"] for h in HEADERS}).get("/sign-in")
    world.is_true("a visitor's headers name nobody", page.status == 200 and
                  not offers(page) and who["email"] not in page.html)


def tell_wrong(world, front, who):
    """nginx set up wrongly: none of it opens the door."""
    header = {"X-Auth-Request-Email": who["email"]}
    for sentence, snippet, through in (
            ("an nginx without the secret is not believed", BELIEVED, True),
            ("nor with another secret", BELIEVED + KNOWN.replace(
                SECRET, SECRET[:-1] + "0"), True),
            ("nor with a shorter one", BELIEVED + KNOWN.replace(
                SECRET, SECRET[:-1]), True),
            ("nor with the right one, when a visitor's header comes through",
             BELIEVED + KNOWN, True)):
        front.serve(snippet, through)
        client = front.client(**header)
        page = client.get("/sign-in")
        world.is_true(sentence, page.status == 200 and not offers(page))
    found = front.doctor()
    for part in ("BAD", "takes a visitor's word",
                 "lets a visitor's X-Auth-Request-Email through",
                 "asks nobody who has signed in"):
        world.has(f"doctor says it: {part}", found, part)
    front.log.seek(0)
    said = front.log.read()
    world.is_true("the log says what is wrong, and names nobody",
                  "clear it" in said and "does not give the secret" in said
                  and who["email"] not in said and SECRET not in said)


def go_on(page):
    return page.press("Go on as this colleague")


def tell_right(world, front, who, other):
    front.serve(NAMED + KNOWN)
    world.is_equal("nginx lets nobody through who has not signed in", 401,
                   front.client().get("/sign-in").status)
    client = front.client(who["email"].upper(), **{
        "X-Auth-Request-Email": other["email"]})
    page = client.get("/sign-in")
    world.is_true("the page says who has signed in, whatever a header says",
                  offers(page) and who["email"].upper().split("@")[0] in
                  page.html and other["email"] not in page.html)
    page = go_on(page)
    world.is_equal("the code is asked for", "/sign-in/code", page.path)
    world.is_true("and nothing is open before", client.get("/contacts")
                  .path.startswith("/sign-in"))
    page = client.get("/sign-in/code").press(
        "Sign in", about="", code=world.unused_code(who))
    world.is_equal("with it they are in", (200, "/"),
                   (page.status, page.path))
    world.is_equal("the audit tells how", "staff.signed_in_by_sso",
                   verbs(world, who)[-1])
    world.has("so does the list of sessions", client.get("/access").text,
              world.say("fr", "by the company’s sign-on"))
    thief = front.client(other["email"])
    thief.cookies = dict(client.cookies)
    world.is_true("the session is of nobody else", thief.get("/contacts")
                  .path.startswith("/sign-in"))
    world.is_equal("and still theirs", 200, client.get("/contacts").status)
    plain = world.colleague("fr")
    plain.cookies = {k.replace(str(front.port), world.office.rsplit(
        ":", 1)[1]): v for k, v in client.cookies.items()}
    world.is_true("where the sign-on names nobody, it is over", plain.get(
        "/contacts").path.startswith("/sign-in"))
    out = client.post("/sign-out", [(f[0], f[1]) for f in client.get(
        "/access").forms[0].fields], False)
    world.is_equal("who signs out is led to the sign-on",
                   "/oauth2/sign_out", out.header("Location"))
    return client


def tell_nobody(world, front, who):
    count = world.sql("SELECT COUNT(*) FROM staff")
    page = go_on(front.client("nobody@walk.example").get("/sign-in"))
    world.is_equal("whom nobody here is has no access", (422, world.say(
        "fr", "You have no access here")), (page.status, page.h1))
    strange = front.client("root").get("/sign-in")
    world.is_true("a name that is no address is nobody",
                  strange.status == 200 and not offers(strange))
    client = front.client(who["email"])
    page = client.get("/sign-in")
    subprocess.run(world.demo["cli"] + ["staff", "disable", "--email",
                                        who["email"]], check=True,
                   capture_output=True)
    gone = go_on(page)
    world.is_equal("nor has who left", 422, gone.status)
    world.is_equal("the audit has it", "staff.sso_refused",
                   verbs(world, who)[-1])
    world.is_equal("nobody was made of it", count,
                   world.sql("SELECT COUNT(*) FROM staff"))


def tell_alone(world, front, who):
    """Where the sign-on asks for a second factor itself."""
    front.work("never")
    front.serve(NAMED + KNOWN)
    client = front.client(who["email"])
    page = go_on(client.get("/sign-in"))
    world.is_equal("one press, and in", (200, "/"), (page.status, page.path))
    page = client.get("/access")
    world.is_true("a serious act asks for both factors of ours",
                  page.path.startswith("/sign-in/again"))
    page = page.press("Continue", password=who["password"],
                      code=world.unused_code(who))
    world.is_equal("which open it", "/access", page.path)
    world.has("and the session stays the sign-on's", page.text,
              world.say("fr", "by the company’s sign-on"))
    found = front.doctor()
    world.has("doctor says that no code of ours is asked for", found,
              "WITHOUT a code of ours")


def tell(world):
    who, other = hire(world, "carla"), hire(world, "dan")
    front = Front(world)
    try:
        front.put("people", "".join(
            f"{u}:{{PLAIN}}x\n" for w in (who, other) for u in (
                w["email"], w["email"].upper())) +
            "nobody@walk.example:{PLAIN}x\nroot:{PLAIN}x\n")
        front.work("required")
        tell_off(world, front, who)
        tell_wrong(world, front, who)
        tell_right(world, front, who, other)
        tell_example(world, front, who, other)
        tell_alone(world, front, other)
        front.work("required")
        tell_nobody(world, front, who)
    finally:
        front.close()
