# SPDX-License-Identifier: EUPL-1.2
"""P12 and P13: a hundred thousand contacts brought in and taken out as files,
by the pages that staff press and the keeper that works, in the small base and
in the large one.  Law: GDPR 5(1)(d), 20, 32."""
import csv
import datetime
import io
import os
import sys
import time
import xml.sax.saxutils as sax
import zipfile

import office

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'walk'))
import client  # noqa: E402
import world  # noqa: E402

ROWS = 100000
HEAD = 'email', 'given_name', 'family_name', 'phone', 'city', 'country'
FILES = (('csv', 'CSV', 10, 5), ('xlsx', 'XLSX', 20, 10))
EXPORTS = (('csv', 'CSV', 3, 1.5), ('xlsx', 'XLSX', 8, 4))
NAMES = 'Zoé', 'Léa', 'Jörg', 'Anaïs', 'Søren', 'María', 'Ines', 'Oluwaseun'
CITIES = ('Lyon', 'FR'), ('Nantes', 'FR'), ('Leeds', 'GB'), ('Köln', 'DE')


class Words:
    """What buttons are called; pages speak the language of their reader."""

    def __init__(self, top):
        self.french = world.read_words(os.path.join(top, 'po', 'fr.po'))

    def say(self, lang, msgid):
        return self.french[msgid] if lang.startswith('fr') else msgid


def rows(n, mark):
    """People whom nobody knows yet, each with an address of their own."""
    for i in range(n):
        city, country = CITIES[i % len(CITIES)]
        yield (f'{mark}.{i}@bench-files.example', NAMES[i % len(NAMES)],
               f'Le Quellec-{i % 977}', f'+3363998{i % 10000:04}', city,
               country)


def csv_file(n, mark):
    text = io.StringIO()
    out = csv.writer(text, lineterminator='\r\n')
    out.writerow(HEAD)
    out.writerows(rows(n, mark))
    return text.getvalue().encode()


def xlsx_file(n, mark):
    """As office programs save one: its texts are shared, one sheet."""
    shared, order, lines = {}, [], []
    for number, row in enumerate([HEAD, *rows(n, mark)], 1):
        cells = []
        for letter, text in zip('ABCDEF', row):
            if text not in shared:
                shared[text] = len(order)
                order.append(text)
            cells.append(f'<c r="{letter}{number}" t="s"><v>{shared[text]}'
                         '</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
    office_ = 'http://schemas.openxmlformats.org/officeDocument/2006/'
    package = 'http://schemas.openxmlformats.org/package/2006/'
    kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml.'
    parts = {
        '[Content_Types].xml':
            f'<Types xmlns="{package}content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" '
            'ContentType="application/xml"/><Override PartName='
            f'"/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
            f'"{kind}worksheet+xml"/><Override PartName='
            f'"/xl/sharedStrings.xml" ContentType="{kind}sharedStrings+xml"/>'
            '</Types>',
        '_rels/.rels':
            f'<Relationships xmlns="{package}relationships"><Relationship '
            f'Id="rId1" Type="{office_}relationships/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        'xl/workbook.xml':
            f'<workbook xmlns="{main}" xmlns:r="{office_}relationships">'
            '<sheets><sheet name="Contacts" sheetId="1" r:id="rId1"/></sheets>'
            '</workbook>',
        'xl/_rels/workbook.xml.rels':
            f'<Relationships xmlns="{package}relationships"><Relationship '
            f'Id="rId1" Type="{office_}relationships/worksheet" '
            'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{office_}relationships/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        'xl/sharedStrings.xml': f'<sst xmlns="{main}">' + ''.join(
            f'<si><t>{sax.escape(t)}</t></si>' for t in order) + '</sst>',
        'xl/worksheets/sheet1.xml': f'<worksheet xmlns="{main}"><sheetData>'
            + ''.join(lines) + '</sheetData></worksheet>'}
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


class Desk:
    """The DPO at one base, and the keeper that works for them."""

    def __init__(self, base, words):
        self.base = base
        self.person = client.Client(words, f'http://localhost:{base.port}',
                                    'fr')
        name, _, value = base.cookies[office.ROLES.index('dpo')].partition(
            '=')
        self.person.cookies[name] = value

    def number(self, text):
        return int(self.base.sql(text)[0][0])

    def state(self, table, id_, ends, limit=300):
        """Wait until the row is in one of the states; give it."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            state = self.base.sql(f'SELECT state FROM {table} WHERE id = '
                                  f'{id_}')[0][0]
            if state in ends:
                return state
            time.sleep(0.02)
        raise RuntimeError(f'{table} {id_} is still {state}')

    def bring(self, data):
        """Seconds of reading, of the trial, and of storing."""
        page = self.person.get('/imports/new')
        began = time.monotonic()
        page = page.upload('Upload', 'file', data)
        if page.status != 200:
            raise RuntimeError(f'an upload answered {page.status}')
        id_ = page.path.split('/')[2]
        self.state('import', id_, ('read',))
        read = time.monotonic()
        page = self.person.get(page.path)
        today = datetime.date.today() - datetime.timedelta(1)
        typed = {'policy': 'update', 'basis': 'contract', 'source':
                 'tests/bench', 'collected': today.isoformat(), 'team': 'all'}
        asked = time.monotonic()
        page.press('Try it', **typed)
        self.state('import', id_, ('checked',))
        tried = time.monotonic()
        page = self.person.get(f'/imports/{id_}')
        pressed = time.monotonic()
        page.press('Bring it in')
        self.state('import', id_, ('done',))
        return read - began, tried - asked, time.monotonic() - pressed

    def snapshot(self):
        """A list of a hundred thousand, as its job leaves it; nobody waits
        for a second person to agree to it."""
        self.base.sql('UPDATE site SET export_rows = 4000000000')
        staff = self.number('SELECT MIN(id) FROM staff WHERE role = "dpo"')
        # alone: a second person has no speed
        self.base.sql(f'UPDATE site SET export_rows = {ROWS * 100}')
        id_ = self.base.sql(
            'INSERT INTO snapshot (staff_id, sealed, state, n, created_us, '
            f'expires_us) SELECT {staff}, "", "ready", {ROWS}, '
            'UNIX_TIMESTAMP() * 1000000, (UNIX_TIMESTAMP() + 3600) * 1000000; '
            'SELECT LAST_INSERT_ID()')[0][0]
        self.base.sql(
            f'INSERT INTO snapshot_contact SELECT {id_}, ROW_NUMBER() OVER '
            f'(ORDER BY id), id FROM contact ORDER BY id LIMIT {ROWS}')
        return id_

    def take(self, snapshot, kind):
        """Seconds until the file is ready, and its bytes."""
        page = self.person.get(f'/exports/new?snapshot={snapshot}')
        began = time.monotonic()
        page = page.press('Prepare the export', format=kind, reason='report')
        if '/exports/' not in page.path:
            raise RuntimeError(f'an export answered {page.status}')
        id_ = page.path.split('/')[2]
        state = self.state('staff_export', id_, ('ready', 'failed'))
        took = time.monotonic() - began
        if state != 'ready':
            raise RuntimeError('an export failed')
        n, size = self.base.sql('SELECT total - left_out, size_bytes FROM '
                                f'staff_export WHERE id = {id_}')[0]
        return took, int(n), int(size)


def peak_mib(pids):
    """The most that one of the processes ever held."""
    most = 0
    for pid in pids:
        with open(f'/proc/{pid}/status', encoding='utf-8') as status:
            most = max(most, next(int(line.split()[1]) for line in status
                                  if line.startswith('VmHWM')))
    return most / 1024


def keeper(place, base):
    pool = f'{base.site}-keeper'
    place.start(pool, 1, [f'{place.programs}/assent-keeper', '-c',
                          base.config])
    return pool


def bring(bench, desk, n):
    for kind, name, must, aim in FILES:
        make = csv_file if kind == 'csv' else xlsx_file
        taken = [desk.bring(make(ROWS, f'{kind}{turn}'))
                 for turn in range(min(2, bench.args.rounds))]
        bench.record({'line': 'import', 'contacts': n, 'kind': kind,
                      'seconds': taken})
        print(f'     {name}: read, tried, stored in ' + '; '.join(
            ', '.join(f'{x:.1f}' for x in one) for one in taken) + ' s')
        bench.verdict.judge(
            'P13', f'import of {ROWS} rows of {name} into {n}',
            [sum(one) for one in taken], must, aim, least=False, factor=2,
            unit='s')


def take(bench, desk, n):
    snapshot = desk.snapshot()
    for kind, name, must, aim in EXPORTS:
        taken = [desk.take(snapshot, kind) for _ in range(bench.args.rounds)]
        bench.record({'line': 'export', 'contacts': n, 'kind': kind,
                      'taken': taken})
        bench.verdict.judge(
            'P12', f'export of {ROWS} contacts of {n} as {name}',
            [took for took, _, _ in taken], must, aim, least=False, factor=2,
            unit='s')
        # who has frozen their data is not taken along
        bench.verdict.exact('P12', 'contacts left out of it',
                            max(ROWS - wrote for _, wrote, _ in taken),
                            ROWS // 10)


def one_base(bench, base, words):
    place, desk = bench.place, Desk(base, words)
    for work, number, most in (bring, 'P13', 256), (take, 'P12', 64):
        pool = keeper(place, base)
        try:
            work(bench, desk, base.contacts)
            bench.verdict.judge(number, 'the most that the keeper held', [
                peak_mib(place.pids(pool))], most, most, least=False,
                unit='MiB')
        finally:
            place.stop(pool)


def files(bench):
    """P12 and P13, first where few are."""
    words = Words(bench.place.top)
    for site, port in (('demo', bench.place.port + 1),
                       ('million', bench.place.port + 5)):
        base = office.Base(bench.place, site, port)
        if base.pool in bench.place.pools:
            bench.place.stop(base.pool)
        base.open()
        one_base(bench, base, words)
        bench.place.stop(base.pool)
