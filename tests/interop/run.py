#!/usr/bin/env python3
"""`make interop`: two offices, one a tandem and one a real Asterisk, in network namespaces of their own.

    tests/interop/run.py [--build DIR] [--asterisk 22|16] [--side a|b] [--only TEXT] [--jobs N] [--near asterisk]

Prints one line per case and at the end "N passed, N failed".  `--near asterisk` puts the other Asterisk in tandem's place:
that tests the cases themselves."""

import argparse
import concurrent.futures
import itertools
import os
import shutil
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))

import cases
import chroots
import speech
import tshark
from asterisk import Asterisk
from network import Capture, Network
from office import OFFICE_A, OFFICE_B
from tandem import Tandem

# Loss in per cent, delay and jitter in milliseconds: worse than a line that anybody would keep.
BAD_LINE = ["--loss", "10", "--delay", "30", "--jitter", "10", "--duplicate", "2", "--reorder", "3", "--seed", "7"]


class Report:
    def __init__(self):
        self._lock = threading.Lock()
        self.passed = self.failed = 0

    def case(self, setting, name, function):
        began = time.monotonic()
        try:
            function()
            problem = None
        except Exception as error:  # whatever goes wrong in a case is its result
            problem = f"{type(error).__name__}: {error}" if not isinstance(error, (cases.Failure, TimeoutError)) else str(error)
        with self._lock:
            self.passed += problem is None
            self.failed += problem is not None
            print(f"{'ok    ' if problem is None else 'FAILED'} {setting}: {name}  ({time.monotonic() - began:.1f} s)", flush=True)
            if problem:
                print("       " + problem.replace("\n", "\n       "), flush=True)
        return problem is None


class Run:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.report = Report()
        self.wavs = speech.write_wavs(os.path.join(directory, "speech"))
        self.roots = {}
        self._tags = itertools.count()

    def tag(self):
        # Interface names have 15 characters.
        return f"{os.getpid() % 100000}{chr(ord('a') + next(self._tags))}"

    def asterisk(self, version, office, namespace, directory, general):
        return Asterisk(office, self.roots[version], namespace, directory, speech.SOURCE, general)

    def near(self, version, office, namespace, directory, general):
        if self.options.near == "asterisk":
            return self.asterisk("16" if version == "22" else "22", office, namespace, directory, general)
        return Tandem(office, self.options.build, namespace, directory, self.wavs, general)

    def offices(self, version, side, network, name):
        """(near, far), not started yet."""
        near_office, far_office = (OFFICE_A, OFFICE_B) if side == "a" else (OFFICE_B, OFFICE_A)
        near_ns, far_ns = (network.a, network.b) if side == "a" else (network.b, network.a)
        directory = os.path.join(self.directory, name)
        general = [cases.REGISTER.format(other=office.other_address) for office in (near_office, far_office)]
        near = self.near(version, near_office, near_ns, os.path.join(directory, "near"), general[0])
        return near, self.asterisk(version, far_office, far_ns, os.path.join(directory, "far"), general[1])

    def combination(self, version, side):
        """All cases with one Asterisk on one side."""
        name = f"asterisk{version}-{side}"
        setting = f"{self.options.near} as office-{side} with Asterisk {version}"

        def all_cases():
            with Network(self.tag()) as network, Capture(network, os.path.join(self.directory, name + ".pcap")) as capture:
                near, far = self.offices(version, side, network, name)
                with near, far:
                    pair = cases.Pair(near, far, capture, self.wavs, self.audiocmp())
                    self.run_cases(setting, pair)

        self.guarded(setting, all_cases)

    def run_cases(self, setting, pair):
        for title, function, both in cases.CASES:
            if self.options.only and self.options.only not in title:
                continue
            if function is cases.text_echoed and pair.near.kind != "tandem":
                continue  # an Asterisk cannot tell which text it got while it sends some
            if not both:
                self.report.case(setting, title, lambda function=function: function(pair))
                continue
            for caller, callee in ((pair.near, pair.far), (pair.far, pair.near)):
                def one(function=function, caller=caller, callee=callee):
                    function(caller, callee, pair)
                    pair.quiet()
                self.report.case(setting, f"{title}, {caller.office.name} calls {callee.office.name}", one)

    def bad_line(self, version):
        setting = f"{self.options.near} with Asterisk {version} over a bad line"
        name = f"asterisk{version}-bad-line"

        def all_cases():
            with Network(self.tag(), BAD_LINE) as network:
                near, far = self.offices(version, "a", network, name)
                with near, far:
                    pair = cases.Pair(near, far, None, self.wavs, self.audiocmp())
                    for caller, callee in ((near, far), (far, near)):
                        def one(caller=caller, callee=callee):
                            cases.survives(caller, callee, pair)
                            pair.quiet(45)
                        self.report.case(setting, f"a call survives, {caller.office.name} calls {callee.office.name}", one)
            self.report.case(setting, f"the line was bad: {network.line_report}", lambda: cases.line_was_bad(network.line_report))

        self.guarded(setting, all_cases)

    def dissected(self):
        """Two tandems; tshark reads what they say."""
        def check():
            with Network(self.tag()) as network:
                path = os.path.join(self.directory, "tandem-tandem.pcap")
                with Capture(network, path):
                    general = "trunktimestamps = yes\n"
                    directory = os.path.join(self.directory, "tandem-tandem")
                    build = self.options.build
                    with Tandem(OFFICE_A, build, network.a, directory + "/a", self.wavs, general) as near, \
                            Tandem(OFFICE_B, build, network.b, directory + "/b", self.wavs, general) as far:
                        tshark.make_calls(near, far)
                tshark.check(path)
        self.report.case("tandem with tandem", "tshark reads our trunk call as we meant it", check)

    def guarded(self, setting, function):
        """What fails outside of a case (an office that does not start, or does not end well) is a failure of its own."""
        try:
            function()
        except Exception as error:
            text = str(error)

            def fail():
                raise cases.Failure(text)
            self.report.case(setting, "set-up and end", fail)

    def audiocmp(self):
        return os.path.join(self.options.build, "tests/tools/audiocmp")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/out")
    parser.add_argument("--chroots", default="build/chroots")
    parser.add_argument("--directory", default="build/interop")
    parser.add_argument("--asterisk", choices=("22", "16"), action="append")
    parser.add_argument("--side", choices=("a", "b"), action="append")
    parser.add_argument("--near", choices=("tandem", "asterisk"), default="tandem")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("interop: needs root, for network namespaces and chroots: sudo make interop", file=sys.stderr)
        return 1
    shutil.rmtree(options.directory, ignore_errors=True)
    os.makedirs(options.directory)
    run = Run(options, os.path.abspath(options.directory))
    versions = options.asterisk or list(chroots.RELEASES)
    try:
        for version in versions if options.near == "tandem" else chroots.RELEASES:
            log = os.path.join(options.directory, f"debootstrap-{version}.log")
            print(f"Asterisk {version} (Debian {chroots.RELEASES[version]})", flush=True)
            run.roots[version] = chroots.ensure(version, options.chroots, log)
    except (chroots.ChrootError, OSError) as error:
        print(f"interop: {error}", file=sys.stderr)
        return 1
    jobs = [(run.combination, version, side) for version in versions for side in options.side or ("a", "b")]
    if not options.only or options.only == "bad line":
        jobs += [(run.bad_line, version) for version in versions]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in [pool.submit(*job) for job in jobs]:
            future.result()
    if options.near == "tandem" and (not options.only or "tshark" in options.only):
        run.dissected()
    print(f"{run.report.passed} passed, {run.report.failed} failed")
    return 1 if run.report.failed or not run.report.passed else 0


if __name__ == "__main__":
    sys.exit(main())
