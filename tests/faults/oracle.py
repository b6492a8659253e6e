# SPDX-License-Identifier: EUPL-1.2
"""The oracle of the kills: what people were told, held against what is stored
and what arrived.  It knows nothing of the portal but tables and mails."""
import collections
import threading


class Record:
    """What clients were told, written after each answer, never before."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acked = set()      # request keys, as hex
        self.refused = set()
        self.n_unknown = 0
        self.kills = collections.Counter()

    def answer(self, key, status):
        """${status} is the last word on a press; None: no word came."""
        with self.lock:
            if status is None or status >= 500:
                self.n_unknown += 1
            elif key is not None:
                (self.acked if status < 400 else self.refused).add(key)

    def kill(self, what):
        with self.lock:
            self.kills[what] += 1


def judge(told, stored):
    """[sentence] of everything that should not be.  ${told}: acked, refused,
    repeats_allowed.  ${stored}: keys, leaves {(ledger, row): times}, rows
    {(ledger, row)}, outbox {message id: state}, arrived {message id: times},
    bodies {message id: distinct bodies}, erasures [(id, state, receipts,
    journal lines)]."""
    wrong = []
    for key in sorted(told["acked"] - stored["keys"]):
        wrong.append(f"told to be done, not stored: {key}")
    for key in sorted(told["refused"] & stored["keys"]):
        wrong.append(f"refused, and stored: {key}")
    for row in sorted(stored["rows"]):
        if stored["leaves"].get(row) != 1:
            wrong.append(f"{row} has {stored['leaves'].get(row, 0)} leaves")
    for row in sorted(set(stored["leaves"]) - stored["rows"]):
        wrong.append(f"the log has {row}, no table has")
    for name, state in sorted(stored["outbox"].items()):
        if state not in ("sent", "cancelled"):
            wrong.append(f"the mail {name} ended as {state}")
        elif state == "sent" and name not in stored["arrived"]:
            wrong.append(f"said to be sent, never arrived: {name}")
    for name in sorted(set(stored["arrived"]) - set(stored["outbox"])):
        wrong.append(f"arrived, never stored: {name}")
    repeats = sum(n - 1 for n in stored["arrived"].values())
    if repeats > told["repeats_allowed"]:
        wrong.append(f"{repeats} mails came again, at most "
                     f"{told['repeats_allowed']} may")
    for name, bodies in sorted(stored["bodies"].items()):
        if bodies != 1:
            wrong.append(f"the mail {name} came with {bodies} texts")
    for id_, state, receipts, lines in stored["erasures"]:
        if state == "done" and (receipts, lines) != (1, 1):
            wrong.append(f"erasure {id_} has {receipts} receipts and {lines} "
                         "lines in the journal")
        if state != "done" and receipts:
            wrong.append(f"erasure {id_} is {state} and has a receipt")
    return wrong


def is_awake(told, stored):
    """Each rule reports when it is broken; returns those that do not."""
    def spoilt(**changes):
        return dict(stored, **changes)
    first = sorted(stored["rows"])[0]
    name = sorted(stored["arrived"])[0]
    key = sorted(told["acked"])[0]
    doubled = {k: 2 * n + told["repeats_allowed"]
               for k, n in stored["arrived"].items()}
    cases = {
        "an act that is lost": (told, spoilt(keys=stored["keys"] - {key})),
        "a refused act that is stored": (dict(told, refused={key}), stored),
        "a line without leaf": (told, spoilt(leaves={
            k: v for k, v in stored["leaves"].items() if k != first})),
        "a line with two": (told, spoilt(leaves=dict(stored["leaves"],
                                                     **{}) | {first: 2})),
        "a line that is gone": (told, spoilt(rows=stored["rows"] - {first})),
        "a mail that is lost": (told, spoilt(arrived={
            k: v for k, v in stored["arrived"].items() if k != name})),
        "a mail of nobody": (told, spoilt(arrived=dict(
            stored["arrived"], **{"<x@y>": 1}))),
        "mails that come again and again": (told, spoilt(arrived=doubled)),
        "a mail that waits for ever": (told, spoilt(outbox=dict(
            stored["outbox"], **{name: "claimed"}))),
        "two texts of one mail": (told, spoilt(bodies={name: 2})),
        "a receipt too many": (told, spoilt(
            erasures=[(1, "done", 2, 1)])),
        "a receipt before the erasure": (told, spoilt(
            erasures=[(1, "journaled", 1, 1)])),
        "an erasure that no journal has": (told, spoilt(
            erasures=[(1, "done", 1, 0)])),
    }
    quiet = len(judge(told, stored))
    return [words for words, (t, s) in cases.items()
            if len(judge(t, s)) <= quiet]
