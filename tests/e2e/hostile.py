#!/usr/bin/env python3
"""Rubbish, floods and forgeries against a tandem with a call in it: the call does not hear them, and nothing is left of them.

usage: hostile.py TANDEM IAXCALL AUDIOCMP"""

import os
import random
import socket
import struct
import sys
import tempfile
import time
import unittest
import wave

import packets
import phonetest
import tandemtest
from packets import full, new
from phonetest import Answering, Phone, same, speech
from tandemtest import Tandem, wait_for

IAX = """\
[general]
bindport = {port}
bindaddr = 127.0.0.1
disallow = all
allow = ulaw
calltokenoptional = 127.0.0.77

[caller]
type = user
context = internal
secret = words
maxauthreq = 0

[closed]
type = friend
host = dynamic
secret = another
context = internal

[phone]
type = peer
host = %s
port = %s
"""

EXTENSIONS = """\
[internal]
exten => 200,1,Dial(IAX2/phone/200,30)
"""

FLOOD = 50000


def join_wavs(paths, out):
    """One WAV of several."""
    with wave.open(out, "wb") as joined:
        for number, path in enumerate(paths):
            with wave.open(path, "rb") as one:
                if number == 0:
                    joined.setparams(one.getparams())
                joined.writeframes(one.readframes(one.getnframes()))
    return out


def waiting_bytes(port):
    """What the kernel holds for a UDP port on 127.0.0.1."""
    with open("/proc/net/udp", encoding="ascii") as file:
        for line in file:
            fields = line.split()
            if fields[1] == f"0100007F:{port:04X}":
                return int(fields[4].split(":")[1], 16)
    return 0


class Enemy:
    """A socket on an address of its own that sends as much as tandem takes, and no more: what the kernel drops is not tandem's fault."""

    def __init__(self, target, address="127.0.0.66"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.connect(target)
        self.port = target[1]
        self.socket.setblocking(False)
        self.sent = 0
        self.token = b""

    def send(self, data):
        try:
            self.socket.send(data)
        except OSError:  # what comes back may tell that nobody wants it; that is no reason to stop
            pass
        self.sent += 1
        while self.sent % 20 == 0 and waiting_bytes(self.port) > 50000:
            time.sleep(0.001)

    def answer(self, number, seconds=2):
        """The next full frame for our call of that number."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.socket.settimeout(seconds)
            data = self.socket.recv(65536)
            self.socket.setblocking(False)
            if len(data) >= 12 and data[0] & 0x80 and struct.unpack(">H", data[2:4])[0] & 0x7FFF == number:
                return data
        raise AssertionError(f"no answer to call {number}")

    def begin_call(self, number):
        """As far as one gets without the secret; the tandem's call number."""
        if not self.token:
            self.send(new(number, b"caller", token=b""))
            self.token = self.answer(number)[14:]
        self.send(new(number, b"caller", token=self.token))
        return struct.unpack(">H", self.answer(number)[:2])[0] & 0x7FFF

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()


class World:
    """A tandem, two phones and a call between them through it, with speech both ways."""

    def __init__(self, speech_files):
        self.files = speech_files
        self.home = tempfile.TemporaryDirectory()
        self.here, self.there = (os.path.join(self.home.name, name) for name in ("here.wav", "there.wav"))
        self.callee = Answering("--send", speech_files[1], "--record", self.there, "--calls", "1")
        host, port = self.callee.address.rsplit(":", 1)
        self.tandem = Tandem(iax=IAX % (host, port), extensions=EXTENSIONS).start()
        self.target = ("127.0.0.1", self.tandem.port)
        self.before = self.tandem.memory_kib()
        self.caller = Phone("--audio", "null", "--send", speech_files[0], "--record", self.here,
                            f"iax2:caller:words@127.0.0.1:{self.tandem.port}/200")
        self.caller.wait_for("answered")
        self.name = next(row["channel"] for row in self.tandem.json("core show channels")["channels"] if "phone" in row["channel"])

    def stats(self):
        return self.tandem.json("iax2 show stats")

    def console_is_prompt(self):
        begin = time.monotonic()
        assert self.name in self.tandem.ask("core show channels")
        took = time.monotonic() - begin
        assert took < 1, f"the console took {took:.1f} s"

    def end(self):
        """The call is heard to its end, whole; then nothing is left."""
        assert self.caller.end(60)[0] == 0, self.caller.events
        assert self.callee.end(10)[0] == 0, self.callee.events
        same(self.files[0], self.there)
        same(self.files[1], self.here)
        wait_for(lambda: self.stats()["legs"] == 0, 45, "the end of all calls")
        grown = self.tandem.memory_kib() - self.before
        assert grown < 8192, f"{grown} KiB more than before"
        assert self.tandem.stop() == 0
        return self.tandem.log()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in (self.caller, self.callee, self.tandem):
            one.__exit__()
        self.home.cleanup()


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        wavs = speech.write_wavs(cls.home.name)
        cls.speech = [join_wavs([wavs[name] for name in names], os.path.join(cls.home.name, out + ".wav"))
                      for out, names in (("A", ("a1", "a2", "a3", "b1", "b2", "b3")), ("B", ("b1", "b2", "b3", "a3", "a2", "a1")))]

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    def rubbish(self, world, enemy):
        rng = random.Random(4569)
        for _ in range(5000):
            enemy.send(rng.randbytes(rng.choice((0, 1, 2, 3, 4, 5, 8, 11, 12, 13, 20, 60, 200, 1000))))
        for kind in range(256):
            for subclass in range(0, 256, 1 if kind in (packets.CONTROL, packets.IAX) else 17):
                enemy.send(full(rng.randrange(32768), rng.randrange(32768), kind, subclass, rng.randbytes(rng.randrange(40))))
        whole = new(77, b"caller", token=b"")
        for length in range(len(whole)):
            enemy.send(whole[:length])
        for size in (4096, 4097, 9000, 60000):
            enemy.send(full(5, 0, packets.IAX, packets.NEW, b"\x36\xff" + bytes(size)))

    def rubbish_for_a_call(self, world, enemy):
        rng, mine = random.Random(4570), 4000
        for kind in range(13):
            for subclass in range(0, 256, 1 if kind == packets.IAX else 13):
                if subclass % 8 == 0:  # the one before may have ended it
                    mine += 1
                    number = enemy.begin_call(mine)
                enemy.send(full(mine, number, kind, subclass, rng.randbytes(rng.randrange(20)), oseqno=1 + subclass % 8, iseqno=1))
        for length in (0, 1, 159, 161, 4000, 65535):
            enemy.send(packets.trunk([(mine, length, bytes(160)), (6, 160, bytes(160))]))
            enemy.send(packets.trunk([(length, mine, bytes(7))], flags=1))
        for entries in (20, 350, 8000):
            enemy.send(packets.trunk([(mine, 0, b"")] * entries))
        enemy.send(packets.trunk([], command=9))

    def everything_ever_captured(self, world, enemy):
        with Enemy(world.target, "127.0.0.77") as other:  # needs no call token
            for datagram in packets.captures():
                enemy.send(datagram)
                other.send(datagram)

    def floods(self, world, enemy):
        for i in range(FLOOD):
            number = 2 + i % 32000
            enemy.send((new(number, b"caller"), new(number, b"caller", token=b""), new(number, b"caller", token=b"false"),
                        new(number, b"nobody", token=enemy.token), full(number, 0, packets.IAX, packets.POKE),
                        full(number, 0, packets.IAX, packets.REGREQ, packets.element(packets.IE_USERNAME, b"closed")),
                        full(number, number, packets.IAX, packets.INVAL), full(number, number, packets.IAX, packets.HANGUP),
                        full(number, number, packets.IAX, packets.VNAK))[i % 9])
            if i % (FLOOD // 5) == 0:
                world.console_is_prompt()

    def forged_hangup(self, world, enemy):
        """Whoever knows the numbers of a call but not its address does not end it."""
        calls = [call for call in world.tandem.json("iax2 show channels")["channels"] if call["username"] in ("caller", "")]
        with Enemy(world.target, "127.0.0.1") as neighbour:
            for call in calls:
                for sequence in range(256):
                    for one in (enemy, neighbour):
                        for subclass in (packets.HANGUP, packets.INVAL, packets.REJECT):
                            one.send(full(call["remote_callno"], call["callno"], packets.IAX, subclass, oseqno=sequence,
                                          iseqno=sequence))

    def test_a_call_does_not_hear_them(self):
        with World(self.speech) as world, Enemy(world.target) as enemy:
            for attack in (self.forged_hangup, self.rubbish, self.rubbish_for_a_call, self.everything_ever_captured, self.floods):
                with self.subTest(attack.__name__):
                    attack(world, enemy)
                    self.assertIsNone(world.caller.process.poll(), "the speech is too short for so many attacks")
                    world.console_is_prompt()
            stats = world.stats()
            for counter in ("rx_malformed", "rx_ie_malformed", "rx_unknown_call", "rx_wrong_dcall", "rx_trunk_damaged", "rx_meta_unknown",
                            "tx_inval", "tx_limited", "tokens_sent", "tokens_refused", "calls_refused_limit"):
                self.assertGreater(stats[counter], 0, counter)
            self.assertGreater(stats["rx_datagrams"], 60000)
            self.assertLess(stats["tx_bytes"], stats["rx_bytes"])
            log = world.end()
            self.assertLess(log.count("\n"), 3000, "a flood fills the log")


if __name__ == "__main__":
    tandemtest.TANDEM, phonetest.IAXCALL, phonetest.AUDIOCMP = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
