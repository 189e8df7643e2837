#!/usr/bin/env python3
"""Two tandems on loopback: qualify, a call over the trunk, what the console shows of it, and its end.

usage: offices.py TANDEM"""

import os
import sys
import unittest

import tandemtest
from tandemtest import Tandem, free_port, wait_for

IAX = """\
[general]
bindport = {port}
bindaddr = %(address)s
disallow = all
allow = ulaw

[%(peer)s]
type = friend
username = %(me)s
secret = %(secret)s
auth = md5
host = %(peer_address)s
port = %(peer_port)d
context = from-iax
qualify = yes
trunk = yes
"""


def offices(secret_b="shared"):
    """Two tandems that know each other; they are not started yet."""
    port_a, port_b = free_port("127.0.0.1"), free_port("127.0.0.2")
    a = dict(me="office-a", address="127.0.0.1", peer="office-b", peer_address="127.0.0.2", peer_port=port_b, secret="shared")
    b = dict(me="office-b", address="127.0.0.2", peer="office-a", peer_address="127.0.0.1", peer_port=port_a, secret=secret_b)
    return Tandem(iax=IAX % a, port=port_a), Tandem(iax=IAX % b, port=port_b)


class Offices(unittest.TestCase):
    def start(self, a, b):
        b.start()
        a.start()
        wait_for(lambda: "[1 online, 0 offline, 0 unmonitored]" in a.ask("iax2 show peers"), 20, "the answer of office-b")
        self.assertRegex(a.ask("iax2 show peers"), r"office-b/office .* OK \(\d+ ms\)")

    def call(self, a):
        self.assertEqual(a.ask("channel originate IAX2/office-b/300 application Milliwatt"), "")
        wait_for(lambda: [c for c in a.json("core show channels")["channels"] if c["state"] == "Up"], 10, "the answer to the call")

    def test_a_call_and_its_end_by_either_side(self):  # REQ-001: both offices have one port for all of it
        a, b = offices()
        with a, b:
            self.start(a, b)
            for ender in (a, b):
                self.call(a)
                wait_for(lambda: a.json("iax2 show netstats")["channels"][0]["rx_voice"] > 10, 10, "the echo")
                self.assertRegex(a.ask("iax2 show channels"), r"IAX2/office-b-\d+ +127\.0\.0\.2 .* ulaw +Tx:NEW")
                self.assertRegex(b.ask("core show channels"), r"IAX2/office-a-\d+ +300@from-iax:2 +Up +Echo\(\)")
                self.assertTrue(a.json("iax2 show channels")["channels"][0]["trunk"])
                name = ender.json("core show channels")["channels"][0]["channel"]
                ender.ask("channel request hangup " + name)
                for office in (a, b):
                    wait_for(lambda: office.json("core show channels")["active_channels"] == 0, 10, "the end of the call")
            self.assertGreater(a.json("iax2 show stats")["tx_trunk_frames"], 10)
            self.assertEqual((a.stop(), b.stop()), (0, 0))

    def test_stop_ends_calls_at_the_far_end_too(self):
        a, b = offices()
        with a, b:
            self.start(a, b)
            self.call(a)
            self.assertEqual(a.stop(), 0)
            wait_for(lambda: b.json("core show channels")["active_channels"] == 0, 10, "the end of the call")
            self.assertEqual(b.stop(), 0)

    def test_graceful_stop_waits_for_the_call(self):
        a, b = offices()
        with a, b:
            self.start(a, b)
            self.call(a)
            a.ask("core stop gracefully")
            self.assertEqual(a.json("core show channels")["active_channels"], 1)
            self.assertNotEqual(a.run("channel originate IAX2/office-b/300 application Milliwatt").returncode, 0)
            b.ask("channel request hangup all")
            self.assertEqual(a.process.wait(10), 0)

    def test_reload_leaves_the_call_alone(self):
        a, b = offices()
        with a, b:
            self.start(a, b)
            self.call(a)
            for office in (a, b):
                office.ask("reload")
            before = a.json("iax2 show netstats")["channels"][0]["rx_voice"]
            wait_for(lambda: a.json("iax2 show netstats")["channels"][0]["rx_voice"] > before + 10, 10, "more of the echo")

    def test_wrong_secret(self):
        a, b = offices(secret_b="another")
        with a, b:
            self.start(a, b)
            a.run("channel originate IAX2/office-b/300 application Milliwatt")
            wait_for(lambda: a.json("core show channels")["active_channels"] == 0, 10, "the refusal")
            wait_for(lambda: b.json("iax2 show stats")["auth_failed"] >= 1, 10, "the count of it")


if __name__ == "__main__":
    tandemtest.TANDEM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
