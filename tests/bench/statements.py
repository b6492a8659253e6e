# SPDX-License-Identifier: EUPL-1.2
"""The statement budgets: one worker of each door on a database of its own,
whose count of executed statements is read before and after each page.

START and COMMIT do not count.  What a worker reads again from time to time
(the journal's mark, the site's name) is not the page's: of several tries the
smallest is the page, and the largest may be LATELY more.
"""
import os
import re
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
import fcgi  # noqa: E402

SOCKET = os.environ['ASSENT_TEST_SOCKET']
ADMIN = os.environ['ASSENT_TEST_ADMIN']
DIR = os.environ['ASSENT_TEST_DIR'] + '/site'
BUILD = os.environ['top_builddir']
TOP = os.environ['top_srcdir']
CONFIG = DIR + '/demo/assent.conf'
FORM_GET, POST, CONFIRM, PORTAL, OFFICE_LIST = 2, 8, 8, 8, 6
DASHBOARD = 10
LATELY = 4
TRIES = 4
LOOKS_SECONDS = 1.2     # a worker looks at mark and version within a second

failed = []
passed = 0


def sql(text):
    out = subprocess.run(
        ['mariadb', '--no-defaults', '-NB', '-S', SOCKET, '-u', ADMIN, 't',
         '-e', text], check=True, capture_output=True, text=True).stdout
    return [line.split('\t') for line in out.splitlines()]


def counters():
    names = 'Com_stmt_execute', 'Com_stmt_prepare', 'Com_stmt_close'
    rows = dict(sql('SHOW GLOBAL STATUS LIKE "Com_stmt%"'))
    logins = int(sql('SHOW GLOBAL STATUS LIKE "Connections"')[0][1])
    return [int(rows[name]) for name in names] + [logins]


def check(what, is_good, why):
    global passed
    if is_good:
        passed += 1
    else:
        failed.append(what)
        print(f'FAILED: {what}: {why}')


def write(path, text, mode=0o600):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    os.chmod(path, mode)


def site():
    for name in ('demo', 'keys', 'secrets', 'log'):
        os.makedirs(f'{DIR}/{name}')
    for name in ('portal', 'office', 'courier', 'keeper', 'owner'):
        with open(f'{DIR}/../{name}.password', encoding='utf-8') as f:
            write(f'{DIR}/secrets/{name}.pw', f.read(), 0o400)
    write(CONFIG, f'''
site = "demo"
portal_url = "http://localhost:1"
office_url = "http://localhost:2"
database {{
	socket = "{SOCKET}"
	name = "t"
	keys_name = "t_keys"
	user_prefix = "t_"
	password_dir = "{DIR}/secrets"
}}
keys_dir = "{DIR}/keys"
root_key = "{DIR}/root.key"
journal = {{"{DIR}/journal"}}
heads_file = "{DIR}/heads"
templates = "{TOP}/templates"
locale_dir = "{BUILD}/po"
sql_dir = "{TOP}/sql"
smtp {{
	host = "127.0.0.1"
	from = "a@example.org"
}}
''')
    for words in (['keys', 'init'], ['keys', 'derive'], ['migrate'],
                  ['demo', '--contacts', '160', '--out', f'{DIR}/out']):
        subprocess.run([f'{BUILD}/assent', '--etc', DIR, '--site', 'demo',
                        *words], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def fill(kind, value, *lines):
    out = subprocess.run([f'{BUILD}/tests/bench/fill', CONFIG, kind, value],
                         input=''.join(line + '\n' for line in lines),
                         check=True, capture_output=True, text=True).stdout
    return [line.split(';')[0] for line in out.split('\n')[:-1]]


def count(what, budget, requests, expected=200, marker='', at_least=1,
          composed=0):
    """Send like requests, and compare what each cost.  A filter's statement
    is composed, so prepared, for each page."""
    costs, prepared, logins = [], [], []
    for door, method, uri, cookie, body in requests:
        before = counters()
        status, text = fcgi.ask(f'{DIR}/{door}.sock', method, uri, cookie,
                                body)
        after = counters()
        if status != expected or marker not in text:
            check(what, False, f'answered {status}\n{text[:1500]}')
            return
        costs.append(after[0] - before[0])
        prepared.append(after[1] - before[1])
        # each look of ours at the counters is two connections
        logins.append(after[3] - before[3] - 2)
    least = min(costs)
    print(f'{least:3} of {budget}  {what}')
    check(what, at_least <= least <= budget,
          f'{least} statements, {budget} allowed')
    check(what, max(costs) <= budget + LATELY, f'at worst {max(costs)}')
    check(what, prepared[-1] == composed, 'a statement was prepared again')
    check(what, max(logins) == 0, 'a connection was opened')


def wake():
    """Each worker has connected, and has looked once at what it looks at from
    time to time: those statements are prepared, whichever page comes next."""
    for _ in range(3):
        for door, path in ('portal', '/subscribe/newsletter'), \
                          ('office', '/sign-in'):
            status = fcgi.ask(f'{DIR}/{door}.sock', 'GET', path)[0]
            check(f'the first page of the {door}', status == 200,
                  f'answered {status}')
        time.sleep(LOOKS_SECONDS)


def portal_pages():
    page = fcgi.ask(f'{DIR}/portal.sock', 'GET', '/subscribe/newsletter')[1]
    version = re.search('name="version" value="([0-9]+)"', page)[1]
    choice = re.search('name="(p[0-9]+_email)"', page)[1]
    # a form's row is read once a second, whoever asks
    count('the form is shown', FORM_GET,
          [('portal', 'GET', '/subscribe/newsletter', '', b'')] * TRIES,
          marker='request_key', at_least=0)
    bodies = [urllib.parse.urlencode({
        'version': version, choice: 'yes', 'given_name': 'Zoé',
        'request_key': f'{i:022}', 'email': f'zoe.{i}@example.org'}).encode()
        for i in range(TRIES)]
    count('the form is sent', POST,
          [('portal', 'POST', '/subscribe/newsletter', '', body)
           for body in bodies], expected=303)
    check('the form is sent', sql('SELECT COUNT(*) FROM signup')[0][0] ==
          str(TRIES), 'not every sign-up was stored')
    tokens = fill('signups', str(TRIES), version + ' 0')
    count('the confirmation is shown', CONFIRM,
          [('portal', 'GET', '/confirm/' + token, '', b'')
           for token in tokens], marker='method="post"')
    count('the confirmation is pressed', CONFIRM,
          [('portal', 'POST', '/confirm/' + token, '', b'')
           for token in tokens])
    check('the confirmation is pressed', sql(
        "SELECT COUNT(*) FROM consent_state s JOIN contact c "
        "ON c.id = s.contact_id WHERE c.email LIKE '%@bench.example' "
        "AND s.state = 'given'")[0][0] == str(TRIES), 'not every yes stored')


def account_pages():
    rows = sql('SELECT c.identity_id, c.id FROM contact c '
               'JOIN interaction i ON i.contact_id = c.id '
               'WHERE c.identity_id IS NOT NULL ORDER BY c.id LIMIT 1')
    cookie = fill('portal', 'assent-portal-1', ' '.join(rows[0]))[0]
    routes = subprocess.run([f'{BUILD}/assent-portal', '-l'], check=True,
                            capture_output=True, text=True).stdout
    pages = re.findall(r'GET\t(/account[a-z/]*)\t', routes)
    check('the pages of an account', len(pages) >= 9, f'only {pages}')
    for page in pages:
        status = fcgi.ask(f'{DIR}/portal.sock', 'GET', page, cookie)[0]
        count(page, PORTAL, [('portal', 'GET', page, cookie, b'')] * TRIES,
              expected=303 if status == 303 else 200)


def office_lists():
    rows = dict(sql('SELECT role, MIN(id) FROM staff GROUP BY role'))
    cookies = {role: fill('office', 'assent-office-2', rows[role] + ' 0')[0]
               for role in ('adviser', 'dpo')}
    after = sql('SELECT id FROM contact WHERE visibility = "everyone" '
                'ORDER BY sort_name, id LIMIT 1')[0][0]
    for role, cookie in cookies.items():
        fcgi.ask(f'{DIR}/office.sock', 'GET', '/contacts', cookie)
        for page in ('/contacts', '/contacts?n=100',
                     f'/contacts?n=100&after={after}', '/requests',
                     '/requests?mine=yes'):
            count(f'{role}: {page}', OFFICE_LIST,
                  [('office', 'GET', page, cookie, b'')] * TRIES)
        text = fcgi.ask(f'{DIR}/office.sock', 'GET', '/contacts', cookie)[1]
        csrf = re.search('action="/contacts".*?name="csrf" value="([^"]+)"',
                         text, re.DOTALL)[1]
        body = urllib.parse.urlencode({'csrf': csrf, 'words': 'ma',
                                       'reason': 'call'}).encode()
        text = fcgi.ask(f'{DIR}/office.sock', 'POST', '/contacts', cookie,
                        body)[1]
        page = re.search(r'Location: (\S+)', text)
        if page is None:
            check(f'{role}: a search', False, text[:1500])
            continue
        count(f'{role}: a search', OFFICE_LIST,
              [('office', 'GET', page[1], cookie, b'')] * TRIES)
    for role, cookie in cookies.items():
        count(f'{role}: the dashboard', DASHBOARD,
              [('office', 'GET', '/', cookie, b'')] * TRIES)
        for page in ('/contacts?order=last', '/exports'):
            count(f'{role}: {page}', OFFICE_LIST,
                  [('office', 'GET', page, cookie, b'')] * TRIES)
        page = '/contacts?f=country.is.FR'
        count(f'{role}: {page}', OFFICE_LIST,
              [('office', 'GET', page, cookie, b'')] * TRIES, composed=1)
    for page in ('/audit', '/mail', '/staff', '/imports'):
        count(f'dpo: {page}', OFFICE_LIST,
              [('office', 'GET', page, cookies['dpo'], b'')] * TRIES)


def naps(process):
    """How often it has gone to sleep."""
    with open(f'/proc/{process.pid}/status') as status:
        return int(re.search(r'^voluntary_ctxt_switches:\t([0-9]+)',
                             status.read(), re.MULTILINE)[1])


def one_visitor(running):
    """Somebody alone is answered by workers that are warm."""
    path = f'{DIR}/warm.sock'
    listening = fcgi.listen(path)
    with open(f'{DIR}/log/warm', 'wb') as log:
        workers = fcgi.workers(listening, 6, [
            f'{BUILD}/assent-portal', '-c', CONFIG], log)
    listening.close()
    running += workers
    before, until = None, time.monotonic() + 20
    while (now := [naps(w) for w in workers]) != before or min(now) < 10:
        if time.monotonic() > until:
            break
        before = now
        time.sleep(0.5)
    for _ in range(30):
        fcgi.ask(path, 'GET', '/subscribe/newsletter')
        time.sleep(0.05)        # until that one waits again
    woken = sorted(naps(w) - n for w, n in zip(workers, before))
    check('a visitor alone', sum(woken[:3]) < sum(woken) / 5,
          f'thirty requests woke six workers {woken} times')


def main():
    site()
    running = []
    try:
        for door in ('portal', 'office'):
            listening = fcgi.listen(f'{DIR}/{door}.sock')
            with open(f'{DIR}/log/{door}', 'wb') as log:
                running += fcgi.workers(
                    listening, 1, [f'{BUILD}/assent-{door}', '-c', CONFIG],
                    log)
            listening.close()
        wake()
        portal_pages()
        account_pages()
        office_lists()
        one_visitor(running)
    finally:
        for process in running:
            process.kill()
            process.wait()
    print(f'{passed} passed, {len(failed)} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
