# SPDX-License-Identifier: EUPL-1.2
"""The phases of a measurement, and the verdict: see tests/bench/run --help.

The budgets are named P1 to P15 after the table in tests/bench/README.md.
Law: GDPR 32 (a service that stays available under load)."""
import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import files  # noqa: E402
import office  # noqa: E402
import phases  # noqa: E402
import place  # noqa: E402
import targets  # noqa: E402
import unit  # noqa: E402
import verdict  # noqa: E402

PHASES = {
    'saturated': phases.saturated,
    'single': phases.single,
    'storm': phases.storm,
    'memory': phases.memory,
    'cold': phases.cold,
    'courier': phases.courier,
    'rows': phases.rows,
    'office': office.office,
    'files': files.files,
}


def arguments():
    parser = argparse.ArgumentParser()
    for name in ('top', 'var', 'run', 'build', 'out', 'commit'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--only', default=','.join(PHASES))
    parser.add_argument('--rounds', type=int)
    parser.add_argument('--seconds', type=int)
    args = parser.parse_args()
    args.only = args.only.split(',')
    unknown = [name for name in args.only if name not in PHASES]
    if unknown:
        parser.error('no such phase: ' + ', '.join(unknown))
    args.rounds = args.rounds or (2 if args.quick else 3)
    args.seconds = args.seconds or (1 if args.quick else 4)
    args.probe_s = 3 if args.quick else 60
    return args


class Bench:
    """What the phases share."""

    def __init__(self, args, out):
        self.args = args
        self.out = out
        self.place = place.Place(args)
        self.verdict = verdict.Verdict(self.record)
        self.requests = self.bad = self.probes = self.hanging = 0

    def record(self, line):
        self.out.write(json.dumps(line, ensure_ascii=False) + '\n')
        self.out.flush()

    def note(self, figures, phase, turn):
        """Keep one measurement; what went wrong in it counts for P15."""
        self.requests += figures['requests']
        self.bad += figures['refused'] + figures['broken']
        self.record({**figures, 'phase': phase, 'round': turn})

    def start_portal(self):
        self.place.start_door('portal', 'a', 4)
        self.place.start_door('portal', 'b', 4)

    def probe(self):
        """After a phase: nobody is left hanging."""
        end = time.monotonic() + self.args.probe_s
        while time.monotonic() < end:
            status, _, _, took = self.place.ask(targets.FORM, timeout=2)
            self.probes += 1
            if status != 200 or took > 2:
                self.hanging += 1
            time.sleep(1)


def main():
    args = arguments()
    with open(args.out, 'a', encoding='utf-8') as out:
        bench = Bench(args, out)
        at = bench.place
        bench.record(place.environment(at, args))
        password = unit.Unit(args.top, 'assent-portal-pw')
        try:
            bench.start_portal()
            at.start('reference', 8, [
                f'{args.build}/tests/bench/reference',
                f'{args.run}/db/sql.sock',
                f'{args.var}/secrets/reference.pw'])
            at.start_door('portal', 'pw', os.cpu_count(),
                          policy=password.policy)
            if not password.take(at.pids('portal-pw')):
                print('The password pool has no group of its own as its unit '
                      'gives it (CPUWeight=idle), so P7 tells\nof other '
                      'machines than yours: run this as root, where the cpu '
                      'controller is.')
            bench.site = targets.Site(at)
            phases.pace(bench)
            for name, phase in PHASES.items():
                if name not in args.only:
                    continue
                print(f'\n== {name}', flush=True)
                phase(bench)
                bench.probe()
            bench.verdict.exact(
                'P15', 'answers that were no success, of '
                f'{bench.requests}', bench.bad, 0)
            bench.verdict.exact('P15', f'probes that hung, of {bench.probes}',
                                bench.hanging, 0)
            bench.verdict.exact('P15', 'workers that ended by themselves',
                                0 if at.alive() else 1, 0)
        finally:
            at.stop()
            password.leave()
    return bench.verdict.report()


if __name__ == '__main__':
    sys.exit(main())
