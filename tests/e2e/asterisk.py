#!/usr/bin/env python3
"""Runs the dialplans that were run on a real Asterisk 22 (tests/data/asterisk22/runs.json): the same priorities have to be executed, with the same
arguments.

usage: asterisk.py TANDEM"""

import json
import os
import re
import sys
import unittest

import tandemtest
from tandemtest import Tandem, wait_for

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/asterisk22/runs.json")
IAX = """\
[general]
bindport = {port}
bindaddr = 127.0.0.1
disallow = all
allow = ulaw
"""
EXECUTED = re.compile(r'Executing \[([^@\]]*)@([^:]*):(\d+)\] (\w+)\("[^"]*", "(.*)"\)\s*$', re.MULTILINE)


def context_of(number):
    return f"t{number}"


def dialplan(data):
    lines = ["[general]", "[globals]", *data["targets"]]
    for number, run in enumerate(data["runs"]):
        lines.append(f"[{context_of(number)}]")
        lines += [line.replace("CTX", context_of(number)) for line in run["dialplan"]]
    return "\n".join(lines) + "\n"


def executed(log):
    """What was executed in each context; the numbers of Local channels are left out."""
    found = {}
    for extension, context, priority, application, arguments in EXECUTED.findall(log):
        arguments = re.sub(r"(Local/[^ ;]*)-[0-9a-f]{8}(;\d)?", r"\1-X\2", arguments)
        found.setdefault(context, []).append(f"{extension}:{priority} {application}({arguments})")
    return found


class SeenOnAsterisk(unittest.TestCase):
    def test_runs(self):
        with open(DATA, encoding="utf-8") as file:
            data = json.load(file)
        with Tandem(iax=IAX, extensions=dialplan(data)) as tandem:
            tandem.start("-vv")
            for number in range(len(data["runs"])):
                tandem.ask(f"channel originate Local/s@{context_of(number)}/n application Wait 6")
            wait_for(lambda: "\n0 active channels" in tandem.ask("core show channels"), 60, "the end of all calls")
            found = executed(tandem.log())
        for number, run in enumerate(data["runs"]):
            for context, seen in run["seen"].items():
                context = context.replace("CTX", context_of(number))
                with self.subTest(dialplan=run["dialplan"]):
                    self.assertEqual([line.replace("CTX", context_of(number)) for line in seen], found.get(context, []))


if __name__ == "__main__":
    tandemtest.TANDEM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
