# SPDX-License-Identifier: EUPL-1.2
"""What is asked of the site, as a person's browser would ask it.
Law: GDPR 7, 13, 15 (the pages of the walk)."""
import base64
import itertools
import os
import re
import urllib.parse

from load import Target

FORM = '/subscribe/newsletter'
PORTAL = ('portal-a', 'portal-b')
PAGES = ('/account', '/account/data', '/account/consents')
SESSIONS = 48


def key():
    """A request key, as the form carries it."""
    return base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip('=')


class Site:
    """Makes the lines of each target; what may be used once is drawn anew."""

    def __init__(self, place):
        self.place = place
        self.serial = itertools.count()
        text = place.ask(FORM)[2]
        self.version = re.search('name="version" value="([0-9]+)"', text)[1]
        self.choice = re.search('name="(p[0-9]+_email)"', text)[1]
        self.mark = key()[:8].replace('-', '0').replace('_', '0')
        rows = place.sql(
            'SELECT c.identity_id, c.id FROM contact c '
            'WHERE c.identity_id IS NOT NULL AND EXISTS (SELECT 1 FROM '
            'interaction i WHERE i.contact_id = c.id) '
            f'ORDER BY c.id LIMIT {SESSIONS}')
        self.cookies = place.fill('portal', f'assent-portal-{place.port}',
                                  [' '.join(row) for row in rows])

    def form(self, _):
        return [('GET', FORM, '', '')]

    def sign_ups(self, n):
        for i in itertools.islice(self.serial, n):
            yield ('POST', FORM, '', urllib.parse.urlencode({
                'request_key': key(), 'version': self.version,
                self.choice: 'yes', 'given_name': 'Zoé',
                'family_name': 'd’Artagnan & fils',
                'email': f'zoe.{self.mark}.{i}@bench.example'}))

    def tokens(self, n):
        return self.place.fill('signups', str(max(1, n)),
                               [f'{self.version} 0'])

    def confirm_pairs(self, n):
        for token in self.tokens((n + 1) // 2):
            yield 'GET', f'/confirm/{token}', '', ''
            yield 'POST', f'/confirm/{token}', '', ''

    def confirm_shows(self, _):
        return [('GET', f'/confirm/{token}', '', '')
                for token in self.tokens(50)]

    def confirm_presses(self, n):
        return [('POST', f'/confirm/{token}', '', '')
                for token in self.tokens(n)]

    def pages(self, _):
        return [('GET', page, cookie, '')
                for cookie in self.cookies for page in PAGES]

    def targets(self):
        """The references and ours, by name, in the order of measuring."""
        body = next(self.sign_ups(1))[3]
        here = self.place.port, PORTAL
        list_of = [
            self.reference('ref static', '/static', '', 'GET', 0),
            self.reference('ref select', '/select', '', 'GET', 1),
            self.reference('ref insert', '/insert', body, 'POST', 3),
            self.reference('ref confirm', '/confirm', '', 'POST', 4),
            Target('form', here[1], self.form, here[0],
                   marker='name="request_key"', bytes=5000,
                   kind='ref select', statements=2),
            Target('opt-in', here[1], self.sign_ups, here[0], once=True,
                   want=303, marker='/sent', kind='ref insert', statements=8),
            Target('confirm pair', here[1], self.confirm_pairs, here[0],
                   once=True, per=2, bytes=1500, kind='ref confirm'),
            Target('confirm show', here[1], self.confirm_shows, here[0],
                   bytes=1500, marker='method="post"', kind='ref select',
                   statements=8),
            Target('confirm press', here[1], self.confirm_presses, here[0],
                   once=True, bytes=1500, kind='ref confirm', statements=8),
            Target('portal', here[1], self.pages, here[0], bytes=5000,
                   marker='/sign-out', kind='ref select', statements=8),
        ]
        return {target.name: target for target in list_of}

    def reference(self, name, path, body, method, statements):
        return Target(name, ('reference',),
                      lambda _: [(method, path, '', body)],
                      self.place.port + 8,
                      want=303 if path == '/insert' else 200,
                      marker='/static' if path == '/insert' else 'reference',
                      statements=statements)
