#!/usr/bin/env python3
"""A normal day of two offices and their phones, from start to stop, with all of them under valgrind: no errors, nothing lost.

Programs that were built with AddressSanitizer, which looks for the same, run by themselves.

usage: day.py TANDEM IAXCALL AUDIOCMP"""

import os
import re
import shutil
import signal
import sys
import tempfile
import unittest

import phonetest
import tandemtest
from phonetest import Answering, Phone, speech
from tandemtest import Tandem, free_port, wait_for

VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite", "--error-exitcode=99", "--child-silent-after-fork=yes"]

IAX = """\
[general]
bindport = {port}
bindaddr = %(address)s
disallow = all
allow = ulaw
allow = alaw
pingtime = 2
lagrqtime = 2
%(register)s

[%(peer)s]
type = friend
username = %(me)s
secret = shared
host = %(peer_address)s
port = %(peer_port)d
context = from-iax
qualify = yes
trunk = yes

[phone](!)
type = friend
host = dynamic
secret = words
context = internal
qualify = yes
[%(phone)s](phone)
"""

EXTENSIONS = """\
[globals]
WHO = everybody
[from-iax]
exten => _[23]01,1,Dial(IAX2/${EXTEN},30)
exten => echo,1,Answer()
same => n,Echo()
[internal]
include => from-iax
exten => _9X.,1,Set(__FROM=${CALLERID(num)})
same => n,Dial(IAX2/%s/${EXTEN:1},30)
same => n,Hangup()
exten => sound,1,Playback(hello&no-such-sound)
same => n,Set(N=$[1 + 2])
same => n,GotoIf($["${N}" = "3"]?right:wrong)
same => n(wrong),Congestion()
same => n(right),Milliwatt()
exten => busy,1,Busy()
exten => two,1,Dial(Local/echo@internal&Local/busy@internal,10,r)
"""


def offices():
    """Two tandems that know each other; they are not started yet."""
    port_a, port_b = free_port("127.0.0.1"), free_port("127.0.0.2")
    a = dict(me="office-a", address="127.0.0.1", peer="office-b", peer_address="127.0.0.2", peer_port=port_b, phone="201", register="")
    b = dict(me="office-b", address="127.0.0.2", peer="office-a", peer_address="127.0.0.1", peer_port=port_a, phone="301",
             register=f"register => 201:wrong@127.0.0.1:{port_a}")
    return (Tandem(iax=IAX % a, extensions=EXTENSIONS % "office-b", port=port_a),
            Tandem(iax=IAX % b, extensions=EXTENSIONS % "office-a", port=port_b))


class Day(unittest.TestCase):
    def phone(self, office, address, name):
        return Answering("--echo", "--max-calls", "4", "--register", f"iax2:{name}:words@{address}:{office.port}")

    def call(self, office, number, *arguments, secret=":words"):
        return Phone("--audio", "null", *arguments, f"iax2:201{secret}@127.0.0.1:{office.port}/{number}")

    def morning(self, a, b):
        """Everybody is there; the console shows it."""
        for office, status in ((a, "office-b/office .* OK "), (b, "office-a/office .* OK ")):
            self.wait_peers(office, status)
        self.assertEqual(self.call(a, "echo", "--duration", "1", secret=":wrong").end(30)[0], 4)
        status, report = self.call(a, "echo", secret="").end(30)
        self.assertEqual(status, 4)
        self.assertIn("a secret is wanted", report["text"])
        self.assertEqual(self.call(a, "nowhere").end(30)[0], 4)
        self.assertEqual(self.call(a, "busy").end(30)[0], 3)
        wait_for(lambda: "Rejected" in b.ask("iax2 show registry"), 20, "the refusal of the registration")

    def wait_peers(self, office, expression):
        wait_for(lambda: re.search(expression, office.ask("iax2 show peers")), 30, expression)

    def noon(self, a, b, wav):
        """Three calls over the trunk, and some at home."""
        calls = [self.call(a, "9301", "--send", wav, "--dtmf", "12#", "--text", "hello") for _ in range(3)]
        for phone in calls:
            phone.wait_for("answered")
        for command in ("iax2 show channels", "iax2 show netstats", "core show channels", "core show channels verbose", "iax2 show stats",
                        "iax2 show peers", "iax2 show users", "iax2 show peer office-b", "iax2 show registry", "dialplan show",
                        "core show help", "core show uptime"):
            a.ask(command)
            a.json(command)
        a.run("channel request hangup nobody")
        a.ask("iax2 set debug on")
        for office in (a, b):
            office.ask("reload")
        a.ask("iax2 set debug off")
        a.write("extensions.conf", "[broken\n")
        self.assertEqual(a.run("reload").returncode, 1)
        for phone in calls:
            self.assertEqual(phone.end(60)[0], 0)
        self.assertGreater(a.json("iax2 show stats")["tx_trunk_frames"], 10)
        for number in ("sound", "two", "201"):
            self.assertEqual(self.call(a, number, "--send", "tone", "--duration", "1").end(60)[0], 0)

    def evening(self, a, b, phones):
        """Stop, with a call in being on one side and without on the other."""
        a.ask("channel originate IAX2/office-b/echo application Milliwatt")
        a.ask("channel originate Local/echo@internal extension echo@internal")
        wait_for(lambda: len(a.json("core show channels")["channels"]) >= 3, 20, "the calls")
        phones[0].process.send_signal(signal.SIGINT)
        self.assertEqual(phones[0].end(30)[0], 0)
        self.assertEqual(a.stop(seconds=30), 0, a.log())
        self.assertEqual(b.stop(seconds=30), 0, b.log())
        phones[1].process.send_signal(signal.SIGINT)
        self.assertEqual(phones[1].end(60)[0], 0)

    def test_the_day(self):
        a, b = offices()
        with tempfile.TemporaryDirectory() as home, a, b:
            wavs = speech.write_wavs(home)
            os.mkdir(os.path.join(a.config, "sounds"))
            shutil.copyfile(wavs["a1"], os.path.join(a.config, "sounds", "hello.wav"))
            b.start()
            a.start()
            with self.phone(a, "127.0.0.1", "201") as one, self.phone(b, "127.0.0.2", "301") as other:
                for phone in (one, other):
                    phone.wait_for("registered")
                self.morning(a, b)
                self.noon(a, b, wavs["a2"])
                self.evening(a, b, (one, other))


if __name__ == "__main__":
    tandemtest.TANDEM, phonetest.IAXCALL, phonetest.AUDIOCMP = (os.path.abspath(path) for path in sys.argv[1:4])
    if not tandemtest.is_sanitized():
        if not shutil.which("valgrind"):
            print("valgrind is not installed")
            sys.exit(77)  # skipped
        tandemtest.WRAPPER = phonetest.WRAPPER = VALGRIND
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
