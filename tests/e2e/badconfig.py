#!/usr/bin/env python3
"""Configurations as they should not be: tandem starts, or says where and why it does not; it never crashes or hangs.

usage: badconfig.py TANDEM IAXCALL AUDIOCMP"""

import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

import phonetest
import tandemtest
from phonetest import Phone
from tandemtest import Tandem, wait_for

ETC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "etc", "office-a")

PHONE = """
[general]
bindport = {port}
bindaddr = 127.0.0.1
disallow = all
allow = ulaw

[caller]
type = user
context = c
requirecalltoken = no
"""


def example(name):
    with open(os.path.join(ETC, name), encoding="utf-8") as file:
        return file.read()


def run_for_a_moment(tandem, seconds=10):
    """Starts it and ends it as soon as it answers; its exit status and what it has said."""
    try:
        tandem.start(wait=False)
        wait_for(lambda: tandem.process.poll() is not None or os.path.exists(tandem.socket.replace(".ctl", ".pid")), seconds, "a decision")
        status = tandem.stop()
        assert status in (0, 1), f"status {status}"
        return status, tandem.log()
    finally:
        os.truncate(tandem.log_path, 0)


class Files(unittest.TestCase):
    def refused(self, words, name="iax.conf", text=None):
        """Must not start, and must say the words."""
        with Tandem() as tandem:
            if callable(text):
                text(os.path.join(tandem.config, name))
            else:
                tandem.write(name, text)
            status, said = run_for_a_moment(tandem)
            self.assertEqual(status, 1, said)
            self.assertIn(words, said)
            return said

    def accepted(self, name, text):
        """Must start; what it has said."""
        with Tandem() as tandem:
            tandem.write(name, text)
            status, said = run_for_a_moment(tandem)
            self.assertEqual(status, 0, said)
            return said

    def test_missing(self):
        self.refused("iax.conf: there is no such file in ")
        self.refused("extensions.conf: there is no such file in ", "extensions.conf")

    def test_empty(self):
        with Tandem(iax="[general]\nbindport = {port}\n", extensions="") as tandem:
            self.assertEqual(run_for_a_moment(tandem)[0], 0)

    def test_truncated_anywhere(self):
        """What is left of it is taken, or refused with file and line."""
        with Tandem() as tandem:
            tandem.write("iax.conf", None)
            for name in ("iax.conf", "extensions.conf"):
                whole = example(name).replace("4569\nbindaddr = 0.0.0.0", "{port}\nbindaddr = 127.0.0.1")
                for length in range(50 if name == "extensions.conf" else 250, len(whole), 50):
                    tandem.write("iax.conf", PHONE)
                    tandem.write(name, whole[:length])
                    status, said = run_for_a_moment(tandem)
                    self.assertIn(status, (0, 1), said)
                    if status == 1:
                        self.assertRegex(said, name + r":\d+: \w+", f"{name} cut at {length}")

    def test_binary(self):
        def write(path):
            shutil.copyfile(tandemtest.TANDEM, path)
            os.truncate(path, 300000)
        for name in ("iax.conf", "extensions.conf", "tandem.conf"):
            self.assertLess(len(self.refused(name + ":1: NUL byte", name, write)), 200000)

    def test_directory(self):
        def make(path):
            if os.path.exists(path):
                os.remove(path)
            os.mkdir(path)
        for name in ("iax.conf", "extensions.conf", "tandem.conf"):
            self.refused("it is a directory, expected a file", name, make)

    def test_fifo(self):
        def make(path):
            os.remove(path)
            os.mkfifo(path)
        self.refused("it is not a regular file", "iax.conf", make)

    def test_too_large(self):
        def write(path):
            with open(path, "ab") as file:
                file.truncate(17 << 20)
        self.refused("larger than 16 MiB", "iax.conf", write)
        self.refused("larger than 16 MiB", "extensions.conf", write)

    def test_endless_line(self):
        self.refused("iax.conf:5: the line is too long", text="[general]\nbindport={port}\n[a]\ntype=friend\nsecret=" + 200000 * "x")

    def test_sixteen_megabytes_of_rubbish(self):
        line = "this = is no option of anything\n"
        said = self.accepted("iax.conf", "[general]\nbindport = {port}\n[a]\ntype = friend\n" + line * ((15 << 20) // len(line)))
        self.assertIn("more messages about the configuration are not shown", said)
        self.assertLess(said.count("\n"), 2000)

    def test_fifty_thousand_peers(self):
        peers = "".join(f"[peer{i}]\ntype = friend\nhost = dynamic\nsecret = s{i}\ncontext = internal\n" for i in range(50000))
        with Tandem(iax=tandemtest.IAX_CONF + peers) as tandem:
            begin = time.monotonic()
            tandem.start()
            self.assertIn("50001 iax2 peers", tandem.ask("iax2 show peers"))
            tandem.ask("reload")
            self.assertLess(time.monotonic() - begin, 10)
            self.assertEqual(len(tandem.json("iax2 show peers")["peers"]), 50001)
            self.assertEqual(tandem.stop(), 0)

    def test_include_loops(self):
        self.refused("include each other in a circle", text='[general]\nbindport = {port}\n#include "iax.conf"\n')
        self.refused("include each other in a circle", "extensions.conf", text='[c]\n#include "../etc/extensions.conf"\n')

    def test_included_two_hundred_deep(self):
        with Tandem(extensions='#include "0.conf"\n') as tandem:
            for i in range(200):
                tandem.write(f"{i}.conf", f'[c{i}]\nexten => 1,1,NoOp\n#include "{i + 1}.conf"\n')
            tandem.write("200.conf", "")
            status, said = run_for_a_moment(tandem)
            self.assertEqual(status, 1)
            self.assertRegex(said, r"\d\.conf:3: cannot include .*more than 10 deep")

    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody who may not read it")
    def test_unreadable(self):
        with Tandem() as tandem:
            os.chmod(tandem.home, 0o777)
            for path, name in ((tandem.config, "."), (os.path.join(tandem.config, "iax.conf"), "iax.conf")):
                os.chmod(path, 0o700 if name == "." else 0o600)
                done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *tandem.arguments("-f")],
                                      capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("ermission denied", done.stderr)
                os.chmod(path, 0o755)


DIALPLAN = """\
[c]
exten => goto,1,Goto(1)
exten => answered,1,Answer()
same => n(again),Goto(again)
exten => self,1,Dial(Local/self@c)
same => n,Goto(1)
exten => many,1,Dial(%s)
exten => grow,1,Set(A=x)
same => n(more),Set(A=${A}${A})
same => n,GotoIf($[${LEN(${A})} < 100000000]?more)
same => n,Answer()
same => n,Milliwatt()
exten => nest,1,Set(N=%s)
same => n,Answer()
same => n,Milliwatt()
exten => recurse,1,Set(A=${B})
same => n,Set(B=${${A}${B}})
same => n,Set(${A}=${${${B}}})
same => n,Goto(1)
exten => deep,1,Goto(c0,1,1)
exten => silent,1,Playback(no-such-sound&../../secret&%s)
same => n,Playback(${PLAYBACKSTATUS})
same => n,Milliwatt()
exten => ok,1,Answer()
same => n,Milliwatt()
""" % ("&".join(f"Local/ok{i}@c" for i in range(100)), 500 * "${" + 500 * "}", 300 * "x")
DIALPLAN += "".join(f"[c{i}]\ninclude => c{i + 1}\n" for i in range(200)) + "[c200]\nexten => 1,1,Answer()\nsame => n,Milliwatt()\n"
DIALPLAN += "[loop]\ninclude => loop2\n[loop2]\ninclude => loop\n"


class Dialplans(unittest.TestCase):
    """All of them at once, while a call of good conduct is going on."""

    def call(self, tandem, number):
        phone = Phone("--audio", "null", f"iax2:caller@127.0.0.1:{tandem.port}/{number}")
        self.addCleanup(phone.__exit__)
        return phone

    def test_all_at_once(self):
        with Tandem(iax=PHONE, extensions=DIALPLAN).start() as tandem:
            good = self.call(tandem, "ok")
            good.wait_for("answered")
            bad = [self.call(tandem, number) for number in ("goto", "answered", "self", "many", "recurse", "grow")]
            tones = [self.call(tandem, number) for number in ("nest", "deep", "silent")]
            for phone in tones:
                phone.wait_for("answered")
            time.sleep(2)
            begin = time.monotonic()
            tandem.ask("core show channels")
            self.assertLess(time.monotonic() - begin, 1)
            self.assertLess(tandem.memory_kib("VmHWM"), 100000)
            log = tandem.log()
            for words in ("more than 64 targets", "is there a loop?", "does the extension dial itself?", 'sound "no-such-sound" is in none of',
                          'sound "FAILED"'):
                self.assertIn(words, log)
            for phone in (good, *tones):
                phone.process.send_signal(signal.SIGINT)
                report = phone.end(10)[1]
                self.assertEqual(report["outcome"], "answered")
                self.assertEqual(report["local"]["lost"], 0)
            self.assertEqual(tandem.stop(), 0)  # with those in being that go round and round
            for phone in bad:
                self.assertIsNotNone(phone.end(10)[1])

    def test_reload_of_what_is_executed(self):
        """A call keeps the dialplan that it has begun with."""
        with Tandem(iax=PHONE, extensions=DIALPLAN).start() as tandem:
            phones = [self.call(tandem, number) for number in ("ok", "goto", "answered")]
            for phone in phones:
                phone.wait_for("accepted")
            tandem.write("extensions.conf", "[other]\n")
            for _ in range(20):
                tandem.ask("reload")
            self.assertEqual(tandem.json("core show channels")["active_channels"], 3)
            self.assertEqual(tandem.stop(), 0)


if __name__ == "__main__":
    tandemtest.TANDEM, phonetest.IAXCALL, phonetest.AUDIOCMP = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
