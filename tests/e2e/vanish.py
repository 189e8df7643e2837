#!/usr/bin/env python3
"""Those who go without a word: every channel of theirs is gone when the protocol gives up on them, and no other one.

All of them vanish in one test, at the same time, because giving up takes half a minute.

usage: vanish.py TANDEM IAXCALL AUDIOCMP"""

import os
import signal
import socket
import sys
import time
import unittest

import packets
import phonetest
import tandemtest
from packets import new
from phonetest import Answering, Phone
from tandemtest import Tandem, wait_for

# A lost frame is repeated for half a minute (protocol reference 10.4); in a silent call the next PING begins that.
GIVE_UP = 32
PING = 3

IAX = """\
[general]
bindport = {port}
bindaddr = 127.0.0.1
disallow = all
allow = ulaw
pingtime = %d
lagrqtime = %d

[caller]
type = user
context = internal
requirecalltoken = no
""" % (PING, PING)

PEER = """\
[%s]
type = peer
host = %s
port = %s
%s
"""

EXTENSIONS = """\
[internal]
exten => echo,1,Answer()
same => n,Echo()
exten => wait,1,Wait(600)
exten => _X.,1,Dial(IAX2/${EXTEN:1}/s,600)
exten => _[a-z].,1,Dial(IAX2/${EXTEN}/echo@internal,600)
"""


def peer(name, address, options=""):
    host, port = address.rsplit(":", 1)
    return PEER % (name, host, port, options)


class Vanish(unittest.TestCase):
    def call(self, tandem, number, *arguments):
        return self.keep(Phone("--audio", "null", "--send", "tone", *arguments, f"iax2:caller@127.0.0.1:{tandem.port}/{number}"))

    def keep(self, thing):
        self.addCleanup(thing.__exit__)
        return thing

    def start_all(self):
        """The phones, a second office, and the office that they all talk to."""
        self.good, self.callee = self.keep(Answering("--echo")), self.keep(Answering())
        self.ringing, self.frozen = self.keep(Answering("--ring", "600")), self.keep(Answering("--echo"))
        self.deaf = self.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.deaf.bind(("127.0.0.1", 0))
        self.other = self.keep(Tandem(iax=IAX, extensions=EXTENSIONS)).start()
        entries = peer("good", self.good.address) + peer("callee", self.callee.address) + peer("ringing", self.ringing.address)
        entries += peer("deaf", "127.0.0.1:%d" % self.deaf.getsockname()[1]) + peer("frozen", self.frozen.address)
        entries += peer("other", f"127.0.0.1:{self.other.port}", "username = caller\ntrunk = yes\nqualify = yes\nqualifyfreqok = 5000\n")
        self.office = self.keep(Tandem(iax=IAX + entries, extensions=EXTENSIONS)).start()

    def channels(self):
        return {row["channel"]: row for row in self.office.json("core show channels")["channels"]}

    def test_all_of_them(self):
        self.start_all()
        lasting, frozen = self.call(self.office, "1good"), self.call(self.office, "1frozen")
        killed_caller, of_killed_callee = self.call(self.office, "echo"), self.call(self.office, "1callee")
        over_trunk = self.call(self.office, "other")
        for phone in (lasting, frozen, killed_caller, of_killed_callee, over_trunk):
            phone.wait_for("answered")
        ringing_caller, of_ringing_callee = self.call(self.office, "wait"), self.call(self.office, "1ringing", "--timeout", "300")
        for phone, event in ((ringing_caller, "accepted"), (of_ringing_callee, "ringing")):
            phone.wait_for(event)
        self.call(self.office, "1deaf", "--timeout", "300").wait_for("accepted")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:  # one that has asked and never comes back
            mute.bind(("127.0.0.88", 0))
            for number in range(2, 52):
                mute.sendto(new(number, b"caller", number=b"echo"), ("127.0.0.1", self.office.port))
        wait_for(lambda: len(self.channels()) >= 64, 5, "all calls")
        for gone in (killed_caller, self.callee, ringing_caller, self.ringing):
            gone.process.kill()
        self.other.process.kill()
        os.kill(self.frozen.process.pid, signal.SIGSTOP)
        begin = time.monotonic()
        time.sleep(5)
        os.kill(self.frozen.process.pid, signal.SIGCONT)
        # Whoever called somebody that has vanished is told so, or is still talking, if nobody has vanished.
        for phone in (of_killed_callee, of_ringing_callee, over_trunk):
            self.assertNotEqual(phone.end(GIVE_UP + PING + 10)[1]["cause"], 0)
        wait_for(lambda: len(self.channels()) == 4, GIVE_UP + PING + 15 - (time.monotonic() - begin), "the end of what has vanished")
        self.assertEqual(len([name for name in self.channels() if "good" in name or "frozen" in name]), 2)
        self.assertGreaterEqual(self.office.json("iax2 show stats")["gave_up"], 50)
        self.assertIn("UNREACHABLE", self.office.ask("iax2 show peers"))
        for phone, far_end in ((lasting, self.good), (frozen, self.frozen)):
            self.assertIsNone(phone.process.poll())
            phone.process.send_signal(signal.SIGINT)
            self.assertEqual(phone.end(10)[0], 0)
            far_end.wait_for("report")
        wait_for(lambda: self.office.json("iax2 show stats")["legs"] <= 1, 10, "the end of all calls but the poll")
        self.assertEqual(self.office.stop(), 0)


if __name__ == "__main__":
    tandemtest.TANDEM, phonetest.IAXCALL, phonetest.AUDIOCMP = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
