# SPDX-License-Identifier: EUPL-1.2
"""A client without JavaScript: cookies, redirects, and forms as pages draw
them.  A form is found by the words on its button, a field by its name."""
import html.parser
import http.client
import os
import re
import urllib.parse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link",
        "meta", "source", "track", "wbr"}


class Form:
    def __init__(self, attrs):
        self.method = attrs.get("method", "get").lower()
        self.action = attrs.get("action", "")
        self.fields = []        # [name, value, type], as sent untouched
        self.boxes = []         # (name, value) of what can be ticked
        self.choices = {}       # name: values of a select or radios
        self.buttons = []       # [name, value, words]
        self.about = ""         # its text, to tell it from its like

    def names(self):
        return {f[0] for f in self.fields} | {b[0] for b in self.boxes} | \
            set(self.choices)

    def value(self, name):
        return next((f[1] for f in self.fields if f[0] == name), None)


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.links, self.ids = [], [], []
        self.title = self.h1 = self.text = self.lang = ""
        self.open = []
        self.errors = []
        self.summary = []       # [href, words] of the summary of errors
        self.form = self.area = self.select = self.option = None

    def handle_starttag(self, tag, pairs):
        a = {k: v or "" for k, v in pairs}
        if tag not in VOID:
            self.open.append((tag, a))
        if "id" in a:
            self.ids.append(a["id"])
        if tag == "html":
            self.lang = a.get("lang", "")
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
            if any(o.get("id") == "errors" for _, o in self.open):
                self.summary.append([a["href"], ""])
        elif tag == "form":
            self.form = Form(a)
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input":
            self.input(a)
        elif tag == "textarea":
            self.area = [a["name"], "", "textarea"]
            self.form.fields.append(self.area)
        elif tag == "select":
            self.select = a["name"]
            self.form.choices[self.select] = []
        elif tag == "option" and self.select:
            chosen = self.form.choices[self.select]
            if "selected" in a or not chosen:
                self.form.fields = [f for f in self.form.fields
                                    if f[0] != self.select]
                self.form.fields.append([self.select, a["value"], "select"])
            chosen.append(a["value"])
        elif tag == "button" and a.get("type", "submit") == "submit":
            self.form.buttons.append([a.get("name"), a.get("value"), ""])

    def input(self, a):
        kind, name = a.get("type", "text"), a.get("name")
        if name is None:
            return
        if kind in ("checkbox", "radio"):
            if kind == "radio":
                self.form.choices.setdefault(name, []).append(a["value"])
            else:
                self.form.boxes.append((name, a.get("value", "on")))
            if "checked" in a:
                self.form.fields.append([name, a["value"], kind])
        else:
            self.form.fields.append([name, a.get("value", ""), kind])

    def handle_endtag(self, tag):
        while self.open:
            last, _ = self.open.pop()
            if last == tag:
                break
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        tags = [t for t, _ in self.open]
        if self.area is not None:
            self.area[1] += data
            return
        if "title" in tags and "svg" not in tags:
            self.title += data
            return
        if "script" in tags or "style" in tags:
            return
        self.text += data
        if "h1" in tags:
            self.h1 += data
        if "a" in tags and any(a.get("id") == "errors"
                               for _, a in self.open):
            self.summary[-1][1] += data
        if any("wrong" in a.get("class", "").split() for _, a in self.open):
            self.errors.append(data.strip())
        if self.form is not None:
            self.form.about += data
            if "button" in tags and self.form.buttons:
                self.form.buttons[-1][2] += data


class Page:
    def __init__(self, client, path, status, headers, body):
        self.client, self.path = client, path
        self.status, self.headers, self.body = status, headers, body
        self.html = body.decode("utf-8", "replace")
        self.doc = Reader()
        if "html" in (self.header("Content-Type") or ""):
            self.doc.feed(self.html)
            if self.doc.area is not None:
                raise AssertionError("a textarea without end")
            self.check_summary()
            self.check_ids()
        self.title, self.forms = self.doc.title.strip(), self.doc.forms
        self.h1, self.lang = self.doc.h1.strip(), self.doc.lang
        self.text = re.sub(r"[ \t\n]+", " ", self.doc.text)

    def check_summary(self):
        """Each error of the summary leads to its field, and names it."""
        for href, words in self.doc.summary:
            if href[:1] != "#" or href[1:] not in self.doc.ids:
                raise AssertionError(f"{words!r} leads nowhere: {href}")
            if href != "#main" and not re.search(r"[:?] ", words):
                raise AssertionError(f"{words!r} names no field")

    def check_ids(self):
        """What a label is of, and where a link leads, is one place."""
        ids = self.doc.ids
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise AssertionError(f"{self.path} has twice: {twice}")

    def header(self, name):
        found = [v for k, v in self.headers if k.lower() == name.lower()]
        return found[0] if found else None

    def form(self, button, about=""):
        """The form whose button says ${button} (a msgid), and whose words
        hold ${about}."""
        words = self.client.world.say(self.lang or self.client.lang, button)
        for form in self.forms:
            for b in form.buttons:
                if b[2].strip().startswith(words) and about in form.about:
                    return form, b
        raise AssertionError(f"no button {words!r} on {self.path} "
                             f"({self.status} {self.title})")

    def press(self, button, about="", follow=True, **typed):
        """Send that form with what is ${typed} into its fields."""
        form, b = self.form(button, about)
        for name in typed:
            if name not in form.names():
                raise AssertionError(f"no field {name} on {self.path}")
        pairs = [(f[0], typed.get(f[0], f[1])) for f in form.fields
                 if typed.get(f[0], "") is not None]
        have = {p[0] for p in pairs}
        pairs += [(n, v) for n, v in typed.items()
                  if n not in have and v is not None]
        if b[0]:
            pairs.append((b[0], b[1]))
        return self.client.post(form.action, pairs, follow)

    def upload(self, button, field, data, follow=True, **typed):
        """Send that form with the bytes ${data} as the file ${field}, as a
        browser does; None: no file was chosen."""
        form, _ = self.form(button)
        edge = "----walk" + os.urandom(8).hex()
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{f[0]}"'
                 f"\r\n\r\n{typed.get(f[0], f[1])}\r\n".encode()
                 for f in form.fields if f[0] != field]
        have = {f[0] for f in form.fields}
        for name in typed:
            if name not in form.names():
                raise AssertionError(f"no field {name} on {self.path}")
        parts += [f'--{edge}\r\nContent-Disposition: form-data; name="{n}"'
                  f"\r\n\r\n{v}\r\n".encode()
                  for n, v in typed.items() if n not in have]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name='
                     f'"{field}"; filename="{"" if data is None else "Zoé.csv"}'
                     '"\r\nContent-Type: application/octet-stream\r\n\r\n'
                     .encode() + (data or b"") + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        return self.client.after(self.client.request(
            "POST", form.action, body, {"Content-Type":
                                        "multipart/form-data; boundary="
                                        + edge}), follow)

    def links(self, part=""):
        return [u for u in self.doc.links if part in u]

    def follow(self, part):
        """Go where the first link with ${part} in its address leads."""
        return self.client.get(self.links(part)[0])


class Client:
    def __init__(self, world, base, lang):
        self.world, self.base, self.lang = world, base, lang
        self.cookies = {}

    def request(self, method, path, body=None, headers=None):
        """One exchange, without following."""
        if path.startswith("http"):
            if not path.startswith(self.base + "/") and path != self.base:
                raise AssertionError(f"{path} is not of {self.base}")
            path = path[len(self.base):] or "/"
        path = path.split("#")[0]
        host = urllib.parse.urlsplit(self.base)
        send = {"Accept-Language": self.lang,
                "User-Agent": "assent-walk", "Accept": "text/html"}
        if self.cookies:
            send["Cookie"] = "; ".join(f"{k}={v}"
                                       for k, v in self.cookies.items())
        if body is not None:
            send["Content-Type"] = "application/x-www-form-urlencoded"
        send.update(headers or {})
        link = http.client.HTTPConnection(host.hostname, host.port,
                                          timeout=60)
        try:
            link.request(method, path, body, send)
            answer = link.getresponse()
            data = answer.read()
        finally:
            link.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                value = rest.split(";")[0]
                self.cookies[key.strip()] = value
                if value == "" or "max-age=0" in rest.lower():
                    del self.cookies[key.strip()]
        return Page(self, path, answer.status, answer.getheaders(), data)

    def after(self, page, follow):
        for _ in range(5):
            if not follow or page.status != 303:
                return page
            page = self.request("GET", page.header("Location"))
        raise AssertionError("redirected without end")

    def get(self, path, follow=True):
        return self.after(self.request("GET", path), follow)

    def post(self, path, pairs, follow=True):
        body = urllib.parse.urlencode(pairs) if not isinstance(pairs, bytes) \
            else pairs
        return self.after(self.request("POST", path, body), follow)
