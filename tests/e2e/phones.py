#!/usr/bin/env python3
"""Two iaxcalls on loopback: calls, and all the ways in which they fail.

usage: phones.py IAXCALL AUDIOCMP
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import phonetest
from phonetest import Answering, Phone, same, speech


class Phones(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.wavs = speech.write_wavs(cls.home.name)

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    def path(self, name):
        return os.path.join(self.home.name, name)

    def call(self, address, *arguments, user="", number="200", **keywords):
        return Phone("--audio", "null", *arguments, f"iax2:{user}{address}/{number}", **keywords)

    def test_speech_both_ways(self):
        here, there = self.path("here.wav"), self.path("there.wav")
        with Answering("--calls", "1", "--send", self.wavs["b1"], "--record", there) as b:
            with self.call(b.address, "--send", self.wavs["a1"], "--record", here, "--caller-id", "Ann <100>") as a:
                status, report = a.end()
            b_status, b_report = b.end()
        self.assertEqual((status, b_status), (0, 0), f"{a.events} {b.events}")
        same(self.wavs["a1"], there)
        same(self.wavs["b1"], here)
        self.assertEqual(report["outcome"], "answered")
        self.assertGreater(report["duration_s"], 3.4)
        self.assertGreater(report["tx_frames"], 170)
        self.assertGreater(report["rx_frames"], 170)
        self.assertEqual(report["local"]["lost"], 0)
        self.assertGreaterEqual(report["rtt_ms"], 0)
        self.assertGreater(report["remote"]["packets"], 50)
        self.assertEqual(report["format"], "ulaw")
        self.assertIn("Ann <100>", b_report["peer"])
        self.assertIn("for 200", b_report["peer"])

    def test_all_formats(self):
        for name in ("ulaw", "alaw", "slin"):
            there = self.path(name + ".wav")
            with Answering("--calls", "1", "--record", there, "--format", "slin,alaw,ulaw") as b:
                with self.call(b.address, "--send", self.wavs["a2"], "--format", name) as a:
                    status, report = a.end()
                b.end()
            self.assertEqual((status, report["format"]), (0, name))
            same(self.wavs["a2"], there)

    def test_echo(self):
        heard = self.path("echo.wav")
        with Answering("--calls", "1", "--echo") as b:
            with self.call(b.address, "--send", self.wavs["a3"], "--record", heard) as a:
                self.assertEqual(a.end()[0], 0)
            b.end()
        same(self.wavs["a3"], heard)

    def test_digits_and_text(self):
        with Answering("--calls", "1", "--text", "hello caller") as b:
            with self.call(b.address, "--dtmf", "1w59*#D", "--text", "gr\u00fc\u00dfe \u0007", "--duration", "2.5") as a:
                self.assertEqual(a.end()[0], 0)
            report = b.end()[1]
        self.assertEqual(report["digits"], "159*#D")
        self.assertEqual(b.values("digit"), list("159*#D"))
        self.assertEqual(b.values("text"), ["gr\u00fc\u00dfe \u0007"])
        self.assertEqual(a.values("text"), ["hello caller"])

    def test_several_calls_at_once(self):
        record = self.path("many.wav")
        with Answering("--calls", "3", "--max-calls", "3", "--record", record) as b:
            calls = [self.call(b.address, "--send", self.wavs[name]) for name in ("a1", "a2", "a3")]
            for one in calls:
                one.wait_for("answered")
            with self.call(b.address) as fourth:
                self.assertEqual(fourth.end()[0], 3)
            for one in calls:
                self.assertEqual(one.end()[0], 0)
            self.assertEqual(b.end()[0], 0)
        heard = [record, self.path("many-2.wav"), self.path("many-3.wav")]
        matches = sum(subprocess.run([phonetest.AUDIOCMP, self.wavs[name], file], stdout=subprocess.DEVNULL, check=False).returncode == 0
                      for name in ("a1", "a2", "a3") for file in heard)
        self.assertEqual(matches, 3)

    def test_busy(self):
        with Answering("--busy", "--calls", "1") as b, self.call(b.address) as a:
            status, report = a.end()
            b.end()
        self.assertEqual((status, report["outcome"], report["cause"]), (3, "busy", 17))

    def test_rejected(self):
        with Answering("--reject=3", "--calls", "1") as b, self.call(b.address) as a:
            status, report = a.end()
            b.end()
        self.assertEqual((status, report["outcome"], report["cause"]), (4, "refused", 3))
        self.assertTrue(report["text"])

    def test_no_format_in_common(self):
        with Answering("--format", "alaw") as b, self.call(b.address, "--format", "ulaw") as a:
            status, report = a.end()
        self.assertEqual((status, report["cause"]), (4, 58))

    def test_no_answer(self):
        with Answering("--ring", "30") as b, self.call(b.address, "--timeout", "1.5") as a:
            a.wait_for("ringing")
            status, report = a.end()
            there = b.wait_for("report")
        self.assertEqual((status, report["outcome"]), (5, "no answer"))
        self.assertFalse(there["answered"])

    def test_answer_after_ringing(self):
        with Answering("--ring", "1", "--calls", "1") as b, self.call(b.address, "--duration", "0.5") as a:
            a.wait_for("ringing")
            self.assertEqual(a.end()[0], 0)
            b.end()
        times = {row["event"]: row["time_s"] for row in a.events if "time_s" in row}
        self.assertGreater(times["answered"] - times["ringing"], 0.9)

    def test_the_called_side_hangs_up(self):
        with Answering("--hangup-after", "1", "--calls", "1") as b, self.call(b.address) as a:
            status, report = a.end()
            b.end()
        self.assertEqual((status, report["outcome"], report["cause"]), (0, "answered", 16))

    def test_unreachable(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
            deaf.bind(("127.0.0.1", 0))
            with self.call("127.0.0.1:%d" % deaf.getsockname()[1], "--timeout", "2") as a:
                status, report = a.end()
        self.assertEqual((status, report["outcome"]), (6, "unreachable"))

    def test_unknown_host(self):
        with self.call("no-such-host.invalid") as a:
            status, report = a.end()
        self.assertEqual((status, report["outcome"]), (6, "unreachable"))

    def test_interrupted_in_the_call(self):
        for signo in (signal.SIGINT, signal.SIGTERM):
            with Answering("--calls", "1") as b, self.call(b.address, "--send", "tone") as a:
                a.wait_for("answered")
                time.sleep(0.5)
                a.process.send_signal(signo)
                status, report = a.end(5)
                b_status, b_report = b.end(5)
            self.assertEqual((status, report["outcome"]), (0, "answered"))
            self.assertEqual((b_status, b_report["outcome"], b_report["cause"]), (0, "answered", 16))
            self.assertGreater(b_report["rx_frames"], 10)

    def test_interrupted_before_the_answer(self):
        with Answering("--ring", "30") as b, self.call(b.address) as a:
            a.wait_for("ringing")
            a.process.send_signal(signal.SIGINT)
            status, report = a.end(5)
            b.wait_for("report")
        self.assertEqual((status, report["outcome"]), (130, "interrupted before the answer"))

    def test_local_errors(self):
        damaged = self.path("damaged.wav")
        with open(damaged, "wb") as file:
            file.write(b"RIFF\0\0")
        for arguments, words in ((["--send", damaged], "no WAV file"), (["--send", self.path("gone.wav")], "No such file"),
                                 (["--record", "/nonexistent/x.wav"], "No such file"), (["--bind", "192.0.2.1"], "192.0.2.1"),
                                 (["--audio", "no_such_card"], "no_such_card")):
            with self.call("127.0.0.1:9", *arguments) as a:
                status = a.end()[0]
            self.assertEqual(status, 1, arguments)
            self.assertIn(words, json.dumps(a.events))

    def test_port_in_use(self):
        with Answering() as b, Phone("--answer", "--audio", "null", "--bind", b.address) as second:
            self.assertEqual(second.end()[0], 1)
        self.assertIn("another phone", json.dumps(second.events))

    def test_usage(self):
        for arguments in ([], ["--nonsense"], ["not-a-url"], ["--dtmf", "x", "iax2:h/1"]):
            done = subprocess.run([phonetest.IAXCALL, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("iaxcall: ", done.stderr)
            self.assertEqual(done.stdout, "")

    def test_help_and_version(self):
        for option, words in (("--help", "Usage: iaxcall"), ("--version", "iaxcall ")):
            done = subprocess.run([phonetest.IAXCALL, option], stdout=subprocess.PIPE, text=True, check=True)
            self.assertIn(words, done.stdout)

    def test_the_secret_is_not_in_the_process_list(self):
        with Answering("--ring", "30") as b, self.call(b.address, user="bob:very-secret@") as a:
            a.wait_for("ringing")
            with open(f"/proc/{a.process.pid}/cmdline", "rb") as file:
                words = file.read()
            a.process.send_signal(signal.SIGINT)
            a.end(5)
        self.assertIn(b"iax2:bob:xxxxxxxxxxx@", words)

    def test_for_people(self):
        with Answering("--calls", "1", "--echo", "--hangup-after", "2.5") as b:
            done = subprocess.run([phonetest.IAXCALL, "-v", "--audio", "null", "--send", "tone:440", f"iax2:{b.address}/200"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  check=False)
            b.end()
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("calling 200", "ringing", "answered (ulaw)", "Tx-Frame", "Rx-Frame", "Subclass: NEW"):
            self.assertIn(words, done.stderr)
        self.assertRegex(done.stdout, re.compile(r"call 1 to 200 at .*: answered, cause 16 .*\n  duration .*\n  frames .*sent.*\n"
                                             r"  heard here 0 lost.*\n  there      0 lost.*\n  round trip \d+ ms\n", re.M))


if __name__ == "__main__":
    phonetest.IAXCALL, phonetest.AUDIOCMP = sys.argv[1], sys.argv[2]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
