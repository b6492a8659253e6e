# SPDX-License-Identifier: EUPL-1.2
"""What was measured against what must hold and what is aimed at.
Law: GDPR 32."""
import statistics


# a time grows with what the machine needs, a rate shrinks
PACED = {'s': -1, 'ms': -1, '/s': 1}


def spread(values):
    """Median, least and greatest, as one word."""
    return (f'{statistics.median(values):.4g} '
            f'({min(values):.4g} to {max(values):.4g})')


class Verdict:
    """Counts what passed; each line says its must, its aim and how far."""

    def __init__(self, record):
        self.record = record
        self.pace = None        # phases.pace()
        self.lines = []
        self.passed = self.failed = 0

    def judge(self, number, what, values, must, aim, least=True, factor=1.0,
              unit=''):
        """The median of values must be at least (or at most) must.  An
        absolute figure fails only beyond must by the factor; beside it
        stands what it would be on the machine that the budgets tell of."""
        value = statistics.median(values)
        limit = must / factor if least else must * factor
        is_good = value >= limit if least else value <= limit
        is_met = value >= must if least else value <= must
        is_aimed = value >= aim if least else value <= aim
        word = ('aim' if is_aimed else 'must' if is_met else
                'beyond' if is_good else 'FAILED')
        self.count(is_good)
        sign = '>=' if least else '<='
        self.lines.append(f'{number:4} {what:44} {spread(values):34} {unit:5}'
                          f' must {sign} {must:g}, aim {sign} {aim:g}: {word}')
        if self.pace and unit in PACED:
            self.lines[-1] += (f'; at the pace of their machine '
                               f'{value * self.pace ** PACED[unit]:.3g}')
        self.record({'line': 'verdict', 'budget': number, 'what': what,
                     'median': value, 'least': min(values),
                     'greatest': max(values), 'must': must, 'aim': aim,
                     'reached': word})
        print(self.lines[-1], flush=True)

    def exact(self, number, what, value, most):
        """A count that must not exceed most."""
        self.judge(number, what, [value], most, most, least=False)

    def count(self, is_good):
        if is_good:
            self.passed += 1
        else:
            self.failed += 1

    def report(self):
        print('\n== all of it')
        for line in self.lines:
            print(line)
        print(f'{self.passed} passed, {self.failed} failed')
        return 1 if self.failed else 0
