#!/usr/bin/env python3
"""`make demo`: two offices on this machine, three calls over the trunk between them.

    scripts/demo.py [--build DIR] [--port N] [--keep] | --stop

Each office is a tandem on a loopback address with the configuration of etc/office-a or etc/office-b, changed only in
addresses.  Three phones at A call three at B at the same time, everybody speaks, and what each phone heard is compared
with what was said to it.  Needs no root.  Status 0 when all of it went well."""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import speech

HOME = "build/demo"
PHONE_SECRET = "a-phone-secret"
# As in etc/, and what they become here.
ADDRESSES = {"10.1.1.10": "127.1.1.10", "10.2.2.20": "127.2.2.20"}
CALLS = [("201", "301", "1"), ("202", "302", "2"), ("203", "303", "3")]
TALK_SECONDS = 5.0


class Problem(Exception):
    """What went wrong, and where to look."""


def title(text):
    print("\n" + text, flush=True)


def line(text, result=""):
    print(f"  {text:<58} {result}".rstrip(), flush=True)


def wait_for(test, seconds, problem):
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise Problem(problem() if callable(problem) else problem)
        time.sleep(0.05)


def tail(path, count=12):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join("    " + one for one in file.readlines()[-count:])
    except OSError:
        return ""


class Office:
    def __init__(self, name, address, options):
        self.name, self.address, self.port = name, address, options.port
        self.home = os.path.join(HOME, name)
        self.program = os.path.join(options.build, "src/daemon/tandem")
        self.socket = os.path.join(self.home, "sock")
        self.log = os.path.join(self.home, "log")
        self.process = None

    def where(self):
        return self.address if self.port == 4569 else f"{self.address}:{self.port}"

    def configure(self):
        for name in ("iax.conf", "extensions.conf"):
            with open(os.path.join(ROOT, "etc", self.name, name), encoding="utf-8") as file:
                text = file.read()
            for there, here in ADDRESSES.items():
                text = text.replace(there, here)
            text = text.replace("bindaddr = 0.0.0.0", "bindaddr = " + self.address)
            if self.port != 4569:
                text = text.replace("bindport = 4569", f"bindport = {self.port}")
                text = re.sub(r"^(host = 127\..*)$", rf"\1\nport = {self.port}", text, flags=re.MULTILINE)
            os.makedirs(self.home + "/etc", exist_ok=True)
            os.makedirs(self.home + "/state", exist_ok=True)
            with open(os.path.join(self.home, "etc", name), "w", encoding="utf-8") as file:
                file.write(text)

    def check_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((self.address, self.port))
            except OSError as error:
                raise Problem(f"UDP port {self.port} on {self.address} cannot be used: {error.strerror}.\n"
                              f"Stop what uses it (an earlier demo: scripts/demo.py --stop), or take another port:\n"
                              f"    scripts/demo.py --port 14569") from None

    def start(self):
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([self.program, "-f", "-v", "-C", self.home + "/etc", "-S", self.socket, "-d",
                                             self.home + "/state"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        wait_for(lambda: self.process.poll() is not None or "tandem" in self.ask("core show version").lower(), 10,
                 lambda: f"{self.name} does not answer; the end of {self.log}:\n{tail(self.log)}")
        if self.process.poll() is not None:
            raise Problem(f"{self.name} ended at once; the end of {self.log}:\n{tail(self.log)}")

    def ask(self, command):
        done = subprocess.run([self.program, "-S", self.socket, "-rx", command], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=10, check=False)
        return done.stdout if done.returncode == 0 else ""

    def peers(self):
        """{name: line} of `iax2 show peers`."""
        lines = [one for one in self.ask("iax2 show peers").splitlines()[1:] if re.match(r"\S", one)]
        return {one.split()[0].split("/")[0]: one for one in lines}

    def stop(self):
        """Ends the office; True when it did so in good order."""
        if self.process is None or self.process.poll() is not None:
            return self.process is None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(5) == 0
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False


class Phone:
    """An iaxcall, at the address of its office."""

    def __init__(self, options, office, number, send, arguments):
        self.number, self.said = number, send
        self.heard = os.path.join(HOME, f"heard-by-{number}.wav")
        self.output = os.path.join(HOME, f"phone-{number}.json")
        self.errors = os.path.join(HOME, f"phone-{number}.log")
        command = [os.path.join(options.build, "tools/call/iaxcall"), "--json", "--audio", "null", "--bind", office.address + ":0",
                   "--record", self.heard, "--send", send, *arguments]
        environment = dict(os.environ, IAXCALL_SECRET=PHONE_SECRET)
        with open(self.output, "w", encoding="utf-8") as out, open(self.errors, "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, env=environment,
                                            start_new_session=True)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()

    def report(self):
        """What it says about its call once that has ended."""
        try:
            self.process.wait(TALK_SECONDS + 10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Problem(f"the phone {self.number} did not end; see {self.errors}") from None
        with open(self.output, encoding="utf-8") as file:
            rows = [json.loads(one) for one in file if one.startswith("{")]
        reports = [row for row in rows if row.get("event") == "report"]
        if not reports:
            raise Problem(f"the phone {self.number} had no call; it said:\n{tail(self.output)}{tail(self.errors)}")
        if not reports[-1]["answered"]:
            raise Problem(f"the call of phone {self.number} was not answered: {reports[-1]['outcome']}\n{tail(self.output)}")
        return reports[-1]


class Demo:
    def __init__(self, options):
        self.options = options
        self.a = Office("office-a", ADDRESSES["10.1.1.10"], options)
        self.b = Office("office-b", ADDRESSES["10.2.2.20"], options)
        self.phones = []
        self.wavs = {}

    def phone(self, office, number, voice, *arguments):
        phone = Phone(self.options, office, number, self.wavs[voice], list(arguments))
        self.phones.append(phone)
        return phone

    def start_offices(self):
        title("Two offices")
        for office in (self.a, self.b):
            office.check_port()
            office.configure()
        # Who starts later misses the first question of the other, which is then asked again after half a second.
        for office in (self.b, self.a):
            office.start()
            line(f"{office.name}   {office.where()}", "running")
        for office, other in ((self.a, self.b), (self.b, self.a)):
            wait_for(lambda office=office, other=other: "OK (" in office.peers().get(other.name, ""), 10,
                     lambda office=office, other=other: f"{office.name} cannot reach {other.name}:\n" + office.ask("iax2 show peers")
                     + tail(office.log))
            line(f"{office.name} reaches {other.name}", "OK")

    def start_phones(self):
        title("Six phones")
        there = [self.phone(self.b, callee, "b" + voice, "--register", f"iax2:{callee}@{self.b.where()}", "--answer", "--calls", "1")
                 for _, callee, voice in CALLS]
        for phone in there:
            wait_for(lambda phone=phone: "127." in self.b.peers().get(phone.number, ""), 10,
                     lambda phone=phone: f"the phone {phone.number} could not register:\n{tail(phone.output)}{tail(phone.errors)}")
        line(f"{', '.join(phone.number for phone in there)} at office-b", "registered, waiting for calls")
        here = [self.phone(self.a, caller, "a" + voice, "--register", f"iax2:{caller}@{self.a.where()}", "--duration", str(TALK_SECONDS),
                           f"iax2:{caller}@{self.a.where()}/{callee}@internal") for caller, callee, voice in CALLS]
        for (caller, callee, _), phone in zip(CALLS, here):
            line(f"{caller} at office-a calls {callee}", "IAX2/office-b, trunk")
        return here, there

    def watch(self):
        """While everybody talks."""
        title(f"Everybody talks for {TALK_SECONDS:.0f} seconds; meanwhile, at office-a")
        time.sleep(2)
        print("\n  $ tandem -rx 'iax2 show peers'")
        for one in self.a.ask("iax2 show peers").rstrip().splitlines():
            print("  " + one.rstrip())

    def counters(self):
        return {office.name: json.loads(office.ask("iax2 show stats --json") or "{}") for office in (self.a, self.b)}

    def judge_audio(self, here, there):
        title("What was said, and what was heard")
        compare = os.path.join(self.options.build, "tests/tools/audiocmp")
        bad = 0
        for caller, callee in zip(here, there):
            for speaker, listener in ((caller, callee), (callee, caller)):
                done = subprocess.run([compare, speaker.said, listener.heard], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, check=False)
                bad += done.returncode != 0
                line(f"{speaker.number} -> {listener.number}   {os.path.basename(speaker.said)}",
                     done.stdout.split(" (worst")[0].strip())
        if bad:
            raise Problem(f"{bad} of {2 * len(here)} phones did not hear what was said; the recordings are in {HOME}")

    def judge_trunk(self):
        title("The trunk")
        for name, counters in self.counters().items():
            frames, entries = counters.get("tx_trunk_frames", 0), counters.get("tx_trunk_entries", 0)
            if frames <= 0 or entries <= 2 * frames:
                raise Problem(f"{name} put {entries} voice frames into {frames} trunk packets: they were not joined")
            line(f"{name} sent {entries} voice frames in {frames} packets", f"{entries / frames:.1f} calls per packet")

    def judge_quality(self, reports):
        title("The calls")
        print("  from    to    talked      lost    jitter    delay")
        lost = 0
        for (caller, callee, _), report in zip(CALLS, reports):
            local = report["local"]
            lost += max(local["lost"], 0)
            jitter, delay = (f"{value} ms" if value >= 0 else "-" for value in (local["jitter_ms"], local["delay_ms"]))
            print(f"  {caller}    {callee}    {report['duration_s']:4.1f} s  {local['lost']:8}  {jitter:>8}  {delay:>7}")
        if lost:
            line(f"note: {lost} frames were lost on the way; this machine may be very busy")

    def run(self):
        self.wavs = speech.write_wavs(os.path.join(HOME, "speech"))
        self.start_offices()
        here, there = self.start_phones()
        self.watch()
        reports = [phone.report() for phone in here]
        for phone in there:
            phone.report()
        self.judge_audio(here, there)
        self.judge_trunk()
        self.judge_quality(reports)
        wait_for(lambda: all("0 active channels" in office.ask("core show channels") for office in (self.a, self.b)), 5,
                 lambda: "calls are left over:\n" + self.a.ask("core show channels") + self.b.ask("core show channels"))

    def leave_running(self):
        """KEEP=1: phones that answer with an echo, and how to use it all."""
        self.phones = []
        for _, callee, _ in CALLS:
            command = [os.path.join(self.options.build, "tools/call/iaxcall"), "--json", "--audio", "null", "--bind",
                       self.b.address + ":0", "--register", f"iax2:{callee}@{self.b.where()}", "--answer", "--echo"]
            with open(os.path.join(HOME, f"phone-{callee}.json"), "w", encoding="utf-8") as out:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                           env=dict(os.environ, IAXCALL_SECRET=PHONE_SECRET))
            self.phones.append(process)
        with open(os.path.join(HOME, "pids"), "w", encoding="utf-8") as file:
            file.writelines(f"{process.pid}\n" for process in (*self.phones, self.a.process, self.b.process))
        title("Left running: both offices, and the phones 301, 302 and 303, which send back what they hear")
        line(f"configuration and logs are in {HOME}/office-a and {HOME}/office-b")
        print("\n  dial into it from office-a's phone 201, with a tone and then with your microphone:")
        call = f"iax2:201:{PHONE_SECRET}@{self.a.where()}/301@internal"
        print(f"    {self.options.build}/tools/call/iaxcall --audio null --send tone --record echo.wav --duration 5 {call}")
        print(f"    {self.options.build}/tools/call/iaxcall {call}")
        print("  ask an office:")
        print(f"    {self.a.program} -S {self.a.socket} -rx 'iax2 show channels'")
        print(f"    {self.a.program} -S {self.a.socket} -r")
        print("  stop it:\n    scripts/demo.py --stop")

    def stop(self):
        for phone in self.phones:
            phone.stop()
        return [office.name for office in (self.a, self.b) if not office.stop()]


def stop_earlier():
    """Ends what an earlier --keep has left, if its processes are still the ones it wrote down."""
    path = os.path.join(HOME, "pids")
    try:
        with open(path, encoding="utf-8") as file:
            pids = [int(one) for one in file]
    except (OSError, ValueError):
        return 0
    stopped = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                program = os.path.basename(file.read().split(b"\0")[0])
            if program in (b"tandem", b"iaxcall"):
                os.kill(pid, signal.SIGTERM)
                stopped += 1
        except OSError:
            pass
    os.remove(path)
    return stopped


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/out")
    parser.add_argument("--port", type=int, default=4569)
    parser.add_argument("--keep", action="store_true", help="leave the offices running")
    parser.add_argument("--stop", action="store_true", help="stop what --keep has left")
    options = parser.parse_args()
    os.chdir(ROOT)
    if options.stop:
        print(f"{stop_earlier()} processes stopped")
        return 0
    if stop_earlier():
        time.sleep(1)
    shutil.rmtree(HOME, ignore_errors=True)
    os.makedirs(HOME)
    began = time.monotonic()
    demo = Demo(options)
    kept = False
    problem = None
    try:
        demo.run()
        if options.keep:
            demo.leave_running()
            kept = True
    except (Problem, OSError, subprocess.SubprocessError) as error:
        problem = str(error)
    except KeyboardInterrupt:
        problem = "interrupted"
    finally:
        unwell = [] if kept else demo.stop()
    if problem is None and unwell:
        problem = f"{' and '.join(unwell)} did not end well; the end of the log:\n{tail(os.path.join(HOME, unwell[0], 'log'))}"
    if problem:
        print(f"\nFAILED: {problem}\n\nlogs and recordings: {HOME}", file=sys.stderr)
        return 1
    print(f"\nAll well: three calls over one trunk, both ways, in {time.monotonic() - began:.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
