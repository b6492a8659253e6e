# SPDX-License-Identifier: EUPL-1.2
"""Stories of the courier.  Each begins with an empty outbox and a fresh sink.

The oracle of every story: each row ends as it should, every row that is
`sent` was accepted at least once, nothing was accepted that has no row, and
the number of repeated Message-IDs is at most the number of kills in the gap.
"""
import collections
import email
import email.policy
import os
import signal
import ssl
import subprocess
import sys
import time

sys.dont_write_bytecode = True     # the sources may be read-only
sys.path.insert(0, os.path.dirname(__file__))
from sink import Sink  # noqa: E402

SOCKET = os.environ['ASSENT_TEST_SOCKET']
ADMIN = os.environ['ASSENT_TEST_ADMIN']
DIR = os.environ['ASSENT_TEST_DIR']
BUILD = os.environ['top_builddir']
COURIER = os.path.join(BUILD, 'assent-courier')
FEED = os.path.join(BUILD, 'tests/courier/feed')
CONFIG = os.path.join(DIR, 'assent.conf')
LOG = os.path.join(DIR, 'courier.log')
TERMINAL = ('sent', 'bounced', 'dead', 'cancelled')


def sql(text):
    out = subprocess.run(
        ['mariadb', '--no-defaults', '-N', '-B', '-S', SOCKET, '-u', ADMIN,
         't', '-e', text], check=True, capture_output=True, text=True).stdout
    return [line.split('\t') for line in out.splitlines()]


def number(text):
    return int(sql(text)[0][0])


def write(path, text, mode=0o600):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    os.chmod(path, mode)


def configure(port, more='tls = "never"'):
    write(CONFIG, f'''
site = "t"
portal_url = "https://privacy.example.org"
office_url = "https://office.example.org"
languages = {{"fr", "en"}}
database {{
	socket = "{SOCKET}"
	name = "t"
	keys_name = "t_keys"
	user_prefix = "t_"
	password_dir = "{DIR}/pw"
}}
keys_dir = "{DIR}/keys"
root_key = "{DIR}/keys/root.key"
journal = {{"{DIR}/journal"}}
smtp {{
	host = "localhost"
	port = {port}
	from = "noreply@example.org"
	{more}
}}
templates = "{DIR}/templates"
''')


def prepare():
    for name in ('pw', 'keys', 'templates/mail', 'templates/shared'):
        os.makedirs(os.path.join(DIR, name), mode=0o700)
    for program in ('portal', 'courier'):
        with open(f'{DIR}/{program}.password', encoding='utf-8') as f:
            write(f'{DIR}/pw/{program}.pw', f.read(), 0o400)
    mails = f'{DIR}/templates/mail/'
    write(mails + 'test.subject.txt', '{{subject}}\n')
    write(mails + 'test.txt', '{{#_}}Hello{{/_}} {{site.name}}\n'
          '{{portal_url}}/confirm/{{token}}\n'
          '{{#unsubscribe_url}}Stop: {{unsubscribe_url}}\n'
          '{{/unsubscribe_url}}.\n..\nFrom here\n')
    write(mails + 'test.html', '<!DOCTYPE html>\n<html lang="{{lang}}"><body>'
          '<p>{{subject}}</p><a href="{{portal_url}}/confirm/{{token}}">x</a>'
          '</body></html>\n')
    for ending in ('subject.txt', 'txt', 'html'):
        write(mails + 'poison.' + ending, '{{not_in_the_view}}\n')
    subprocess.run([FEED, 'keys', f'{DIR}/keys'], check=True)
    sql("INSERT INTO site VALUES (1, 'Voyages Démo', 'Voyages Démo SARL', "
        "'1 rue X', 'aide@example.org', 'Dpo', 'dpo@example.org', 'CNIL', "
        "'https://www.cnil.fr', 'FR', 0, 30, 7, 1, 500)")


def add(*addresses, template='test', language='fr', flags='-',
        subject='Bonjour'):
    subprocess.run([FEED, 'add', CONFIG, template, language, flags, subject,
                    *addresses], check=True)


def many(n):
    subprocess.run([FEED, 'many', CONFIG, 'test', str(n)], check=True)


def start(*options):
    with open(LOG, 'ab') as log:
        return subprocess.Popen([COURIER, '-c', CONFIG, *options], stderr=log)


def once(expected=0, *options):
    status = start('-1', *options).wait(timeout=100)
    assert status == expected, f'courier ended with {status}'


def states():
    return collections.Counter(row[0] for row in
                               sql('SELECT state FROM outbox'))


def time_passes(minutes):
    sql(f'UPDATE outbox SET due_us = due_us - {minutes} * 60000000, '
        f'created_us = created_us - {minutes} * 60000000')


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f'never: {what} {states()}'
        time.sleep(0.05)


def all_ended():
    return set(states()) <= set(TERMINAL)


def oracle(sink, gap=0):
    """Count what arrived against what is stored."""
    assert not sink.faults, sink.faults
    rows = sql('SELECT message_id, state, ISNULL(sealed), ISNULL(ended_us), '
               'ISNULL(owner) FROM outbox')
    arrived = collections.Counter(a[0] for a in sink.accepted)
    known = {row[0] for row in rows}
    assert set(arrived) <= known, 'a mail without a row'
    for message_id, state, no_body, no_end, no_owner in rows:
        assert state in TERMINAL, f'{state} is no end'
        assert (no_body, no_end, no_owner) == ('1', '0', '1'), state
        assert state != 'sent' or arrived[message_id] > 0, 'sent, not arrived'
    repeated = sum(n - 1 for n in arrived.values())
    assert repeated <= gap, f'{repeated} repeated, {gap} allowed'
    bodies = collections.defaultdict(set)
    for message_id, to, data in sink.accepted:
        lines = [line for line in data.split(b'\r\n')
                 if not line.startswith(b'Date:') and b'boundary' not in line
                 and not line.startswith(b'--')]
        bodies[message_id].add((to, b'\n'.join(lines)))
    assert all(len(b) == 1 for b in bodies.values()), 'a repeat differs'


def tasks():
    return sorted(row[0] for row in
                  sql("SELECT JSON_VALUE(detail, '$.reason') FROM task "
                      "WHERE kind = 'mail.dead'"))


def due_in_minutes(state):
    return [float(row[0]) for row in
            sql('SELECT (due_us - UNIX_TIMESTAMP(NOW(6)) * 1000000) / '
                f"60000000 FROM outbox WHERE state = '{state}'")]


# The stories.

def a_mail_arrives_in_its_language_with_its_parts(sink):
    add('zoe@example.org', flags='luf', subject='Été à Noël\r\nBcc: x@y.org')
    add('tom@example.org', language='en', subject='Hello')
    once()
    oracle(sink)
    assert states() == {'sent': 2}
    assert sink.connections == 1, 'one connection for all'
    first, second = [email.message_from_bytes(
        a[2], policy=email.policy.default) for a in sink.accepted]
    assert first['to'] == 'zoe@example.org' and first['bcc'] is None
    assert first['subject'] == 'Été à Noël Bcc: x@y.org'
    assert first['from'] == 'Voyages Démo <noreply@example.org>'
    assert first['reply-to'] == 'aide@example.org'
    assert first['auto-submitted'] == 'auto-generated'
    url = 'https://privacy.example.org/unsubscribe/TOKEN'
    assert first['list-unsubscribe'] == f'<{url}>'
    assert first['list-unsubscribe-post'] == 'List-Unsubscribe=One-Click'
    assert first['message-id'].endswith('@privacy.example.org>')
    assert first.get_content_type() == 'multipart/mixed'
    text = first.get_body(('plain',)).get_content()
    assert text.splitlines() == [
        text.splitlines()[0], 'https://privacy.example.org/confirm/abc',
        f'Stop: {url}', '.', '..', 'From here'], text
    assert 'Voyages Démo' in text
    assert '<html lang="fr">' in first.get_body(('html',)).get_content()
    file, = first.iter_attachments()
    assert file.get_filename() == 'receipt.jws'
    assert file.get_content() == bytes([0, 1, 2, 253, 254, 255])
    assert second.get_content_type() == 'multipart/alternative'
    assert [p.get_content_type() for p in second.iter_parts()] == [
        'text/plain', 'text/html']
    assert second['list-unsubscribe'] is None
    assert 'lang="en"' in second.get_body(('html',)).get_content()


def a_temporary_refusal_is_tried_again(sink):
    add('rcpt451.1.a@example.org', 'dot452.1.b@example.org',
        'good@example.org')
    once()
    assert states() == {'retry': 2, 'sent': 1}
    for wait in due_in_minutes('retry'):
        assert 0.4 < wait < 1.25, wait
    once()
    assert states() == {'retry': 2, 'sent': 1}, 'tried before its time'
    time_passes(2)
    once()
    oracle(sink)
    assert states() == {'sent': 3}


def twelve_refusals_are_enough_and_a_legal_mail_becomes_a_task(sink):
    add('rcpt451.99.a@example.org', flags='l')
    add('rcpt451.99.b@example.org')
    expected = [1, 5, 15, 60, 240, 480]
    for i in range(12):
        assert states() == {'retry' if i else 'new': 2}
        once()
        for wait in due_in_minutes('retry'):
            e = expected[min(i, 5)]
            assert 0.8 * e - 0.4 < wait < 1.2 * e + 0.01, (i, wait)
        sql('UPDATE outbox SET due_us = 0')
    oracle(sink)
    assert states() == {'dead': 2}
    assert tasks() == ['tries']


def a_final_refusal_bounces(sink):
    add('rcpt550.9.a@example.org', 'dot550.9.b@example.org')
    add('rcpt550.9.c@example.org', flags='l')
    once()
    oracle(sink)
    assert states() == {'bounced': 3}
    assert tasks() == ['refused']


def a_refused_sender_bounces_nobody(sink):
    add('a@example.org')
    sink.mode = 'mail550'
    once(75)
    assert states() == {'retry': 1}
    sink.mode = ''
    time_passes(2)
    once()
    oracle(sink)


def a_cut_after_the_dot_is_sent_again_once_with_the_same_id(sink):
    add('cutdot.1.a@example.org', flags='l')
    once(75)
    assert states() == {'ambiguous': 1}
    wait, = due_in_minutes('ambiguous')
    assert 13 < wait <= 15
    time_passes(16)
    once()
    oracle(sink, gap=1)
    assert states() == {'sent': 1}
    assert len(sink.accepted) == 2


def two_cuts_after_the_dot_go_to_staff(sink):
    add('cutdot.9.a@example.org', flags='l')
    add('cutdot.9.b@example.org')
    for _ in range(4):
        once(75)
        time_passes(16)
    once()
    oracle(sink, gap=2)
    assert states() == {'dead': 2}
    assert tasks() == ['unsure']


def a_hang_after_the_dot_is_ambiguous(sink):
    add('hangdot.1.a@example.org')
    began = time.monotonic()
    once(75, '-t', '1')
    assert time.monotonic() - began < 15
    assert states() == {'ambiguous': 1}
    time_passes(16)
    once()
    oracle(sink)


def a_relay_that_is_away_costs_one_try_of_one_mail(sink):
    add(*[f'p{i}@example.org' for i in range(5)])
    for mode in ('421', 'hang'):
        sink.mode = mode
        once(75, '-t', '1')
    configure(1)        # nobody listens there
    once(75)
    assert number('SELECT SUM(attempt) FROM outbox') == 3
    assert not sink.accepted
    sink.mode = ''
    configure(sink.port)
    time_passes(2)
    once()
    oracle(sink)
    assert states() == {'sent': 5}


def mails_leave_when_the_relay_comes_back(sink):
    sink.mode = '421'
    add('a@example.org', 'b@example.org', 'c@example.org')
    c = start()
    until(lambda: sink.connections >= 2, 'two tries')
    sink.mode = ''
    until(lambda: states()['sent'] >= 1, 'the relay is back')
    time_passes(2)
    until(all_ended, 'all sent')
    assert stop(c) == 0
    oracle(sink)


def a_kept_connection_that_the_relay_closed_costs_nothing(sink):
    add('quit.1.a@example.org', 'quit.1.b@example.org', 'c@example.org')
    once()
    oracle(sink)
    assert number('SELECT MAX(attempt) FROM outbox') == 1


def a_mail_that_cannot_be_written_blocks_no_other(sink):
    add('a@example.org')
    add('b@example.org', template='poison')
    add('c@example.org', template='unknown')
    add('d@example.org')
    sql("UPDATE outbox SET language = 'en' WHERE id = (SELECT MAX(id) "
        'FROM outbox)')      # the seal covers the language
    add('e@example.org')
    once()
    oracle(sink)
    assert states() == {'sent': 2, 'dead': 3}
    assert tasks() == ['rendering', 'rendering', 'unreadable']


def a_read_only_database_sends_nothing(sink):
    add('a@example.org')
    sql('SET GLOBAL read_only = 1')
    try:
        once(75)
        assert not sink.accepted
    finally:
        sql('SET GLOBAL read_only = 0')
    once()
    oracle(sink)


def another_version_of_the_tables_sends_nothing(sink):
    add('a@example.org')
    sql("INSERT INTO schema_version VALUES (9999, 'x', REPEAT('x', 32), 0, "
        "'done')")
    try:
        once(75)
        assert not sink.accepted and states() == {'new': 1}
    finally:
        sql('DELETE FROM schema_version WHERE version = 9999')
    once()
    oracle(sink)


def kill_connections():
    for row in sql('SELECT id FROM information_schema.processlist '
                   "WHERE user = 't_courier'"):
        sql(f'KILL {row[0]}')


def a_database_connection_lost_in_the_gap_repeats_nothing(sink):
    sink.victim = lambda mode: kill_connections()
    add('dbdot.1.a@example.org', 'b@example.org')
    once()
    oracle(sink)
    assert states() == {'sent': 2}


def stop(process, signo=signal.SIGTERM):
    process.send_signal(signo)
    return process.wait(timeout=30)


def told_to_end_it_finishes_the_mail_in_hand(sink):
    box = []
    sink.victim = lambda mode: box[0].send_signal(signal.SIGTERM)
    add('slow.1.a@example.org', 'b@example.org', 'c@example.org')
    box.append(start())
    assert box[0].wait(timeout=30) == 0
    assert states() == {'sent': 1, 'retry': 2}
    assert number('SELECT SUM(attempt) FROM outbox') == 1
    once()
    oracle(sink)


def two_couriers_send_each_mail_once(sink):
    many(600)
    both = [start(), start()]
    until(all_ended, 'all sent')
    assert [stop(c) for c in both] == [0, 0]
    oracle(sink)
    assert states() == {'sent': 600}


def a_kill_repeats_at_most_one_mail(sink):
    kills = int(os.environ.get('ASSENT_KILLS', '12'))
    n = kills * 33      # more than a batch apart
    modes = ('killrcpt', 'killdata', 'killdot', 'killafter')
    gap = collections.Counter()
    running = []

    def victim(mode):
        gap[mode] += 1
        for c in running:
            c.kill()
            c.wait()
        running[:] = [start()]

    sink.victim = victim
    running.append(start())
    add(*[f'{modes[i // 33 % 4]}.1.k{i}@example.org' if i % 33 == 0
          else f'p{i}@example.org' for i in range(n)])
    until(all_ended, 'all sent', 60 + 2 * kills)
    assert [stop(c) for c in running] == [0]
    assert sum(gap.values()) == kills, gap
    oracle(sink, gap=gap['killdot'] + gap['killafter'])
    assert states() == {'sent': n}


def a_courier_that_slept_past_its_lease_stores_nothing(sink):
    box = []
    sink.victim = lambda mode: box[0].send_signal(signal.SIGSTOP)
    add('stopdot.1.a@example.org', *[f'p{i}@example.org' for i in range(9)])
    box.append(start())
    until(lambda: len(sink.accepted) == 1, 'the first')
    other = start()
    until(all_ended, 'the other took over')
    box[0].send_signal(signal.SIGCONT)
    time.sleep(1)
    assert stop(box[0]) == 0 and stop(other) == 0
    oracle(sink, gap=1)
    assert states() == {'sent': 10}
    assert number('SELECT MAX(fence) FROM outbox') == 3
    with open(LOG, encoding='utf-8') as f:
        assert 'somebody else' in f.read()


def certificates():
    """An authority, and a certificate of it for localhost."""
    def run(*args):
        subprocess.run(['openssl', *args], check=True, capture_output=True,
                       cwd=DIR)
    for name in ('ca', 'other'):
        run('req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:P-256', '-nodes', '-keyout', f'{name}.key',
            '-out', f'{name}.pem', '-subj', f'/CN={name}', '-days', '2')
    for host in ('localhost', 'elsewhere'):
        run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
            '-nodes', '-keyout', f'{host}.key', '-out', f'{host}.csr',
            '-subj', f'/CN={host}', '-addext',
            f'subjectAltName=DNS:{host}')
        run('x509', '-req', '-in', f'{host}.csr', '-CA', 'ca.pem', '-CAkey',
            'ca.key', '-CAcreateserial', '-days', '2', '-out', f'{host}.pem',
            '-copy_extensions', 'copy')


def server_side(host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f'{DIR}/{host}.pem', f'{DIR}/{host}.key')
    return context


def nothing_leaves_without_a_verified_relay(sink):
    certificates()
    required = 'tls = "required"\n\tca_file = "%s/%s.pem"'
    add('a@example.org')
    configure(sink.port, required % (DIR, 'ca'))
    once(75)            # this sink has no STARTTLS
    for host, ca in (('localhost', 'other'), ('elsewhere', 'ca')):
        tls = Sink(server_side(host))
        configure(tls.port, required % (DIR, ca))
        time_passes(20)
        once(75)
        assert not tls.accepted
        assert not any(c.startswith('MAIL') for c in tls.commands)
        tls.close()
    assert not sink.accepted and states() == {'retry': 1}
    write(f'{DIR}/smtp.pw', 'secret\n', 0o400)
    tls = Sink(server_side('localhost'), required_user='me')
    configure(tls.port, required % (DIR, 'ca') +
              f'\n\tuser = "me"\n\tpassword_file = "{DIR}/smtp.pw"')
    time_passes(20)
    once()
    oracle(tls)
    assert states() == {'sent': 1}
    tls.close()


def the_log_names_nobody(sink):
    add('canary.zoe@example.org', 'rcpt550.1.canary@example.org',
        subject='canary words')
    once()
    with open(LOG, encoding='utf-8') as f:
        text = f.read()
    assert 'canary' not in text and '@' not in text.replace('at=', '')


def bench(n):
    sink = Sink()
    configure(sink.port)
    many(n)
    began = time.monotonic()
    once()
    took = time.monotonic() - began
    oracle(sink)
    print(f'{n} mails in {took:.2f} s: {n / took:.0f} mails/s')


STORIES = [
    a_mail_arrives_in_its_language_with_its_parts,
    a_temporary_refusal_is_tried_again,
    twelve_refusals_are_enough_and_a_legal_mail_becomes_a_task,
    a_final_refusal_bounces,
    a_refused_sender_bounces_nobody,
    a_cut_after_the_dot_is_sent_again_once_with_the_same_id,
    two_cuts_after_the_dot_go_to_staff,
    a_hang_after_the_dot_is_ambiguous,
    a_relay_that_is_away_costs_one_try_of_one_mail,
    mails_leave_when_the_relay_comes_back,
    a_kept_connection_that_the_relay_closed_costs_nothing,
    a_mail_that_cannot_be_written_blocks_no_other,
    a_read_only_database_sends_nothing,
    another_version_of_the_tables_sends_nothing,
    a_database_connection_lost_in_the_gap_repeats_nothing,
    told_to_end_it_finishes_the_mail_in_hand,
    two_couriers_send_each_mail_once,
    a_kill_repeats_at_most_one_mail,
    a_courier_that_slept_past_its_lease_stores_nothing,
    nothing_leaves_without_a_verified_relay,
    the_log_names_nobody,
]


def main():
    prepare()
    if sys.argv[1:2] == ['bench']:
        bench(int(sys.argv[2]))
        return 0
    failed = 0
    for story in STORIES:
        if sys.argv[1:] and story.__name__ not in sys.argv[1:]:
            continue
        sql('DELETE FROM outbox; DELETE FROM task')
        write(LOG, '')
        sink = Sink()
        configure(sink.port)
        began = time.monotonic()
        try:
            story(sink)
            print(f'ok   {story.__name__} ({time.monotonic() - began:.1f} s)')
        except (AssertionError, subprocess.SubprocessError) as why:
            failed += 1
            print(f'FAIL {story.__name__}: {type(why).__name__} {why}')
            with open(LOG, encoding='utf-8') as f:
                print(f.read()[-3000:])
            import traceback
            traceback.print_exc()
        sink.close()
        sys.stdout.flush()
    print(f'{len(STORIES)} stories, {failed} failed')
    return 1 if failed else 0


sys.exit(main())
