#!/usr/bin/env python3
"""The console of a running tandem: -rx, -r, JSON, reload.

usage: console.py TANDEM"""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import unittest

import tandemtest
from tandemtest import Tandem, wait_for

LISTS = ("iax2 show peers", "iax2 show peer office-b", "iax2 show users", "iax2 show registry", "iax2 show channels", "iax2 show netstats",
         "iax2 show stats", "dialplan show", "dialplan show from-iax", "core show channels", "core show version", "core show uptime",
         "core show help")


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tandem = Tandem().start()

    @classmethod
    def tearDownClass(cls):
        status = cls.tandem.stop()
        cls.tandem.__exit__()
        assert status == 0, status

    def test_lists(self):
        for command in LISTS:
            self.assertTrue(self.tandem.ask(command), command)

    def test_lists_as_json(self):
        for command in LISTS:
            self.assertIsInstance(self.tandem.json(command), dict, command)

    def test_peers(self):
        text = self.tandem.ask("iax2 show peers")
        self.assertRegex(text, r"office-b/office  127\.0\.0\.2 +\(S\)  255\.255\.255\.255 +\d+ +\(T\) +Unmonitored")
        self.assertIn("1 iax2 peers [0 online, 0 offline, 1 unmonitored]", text)
        peer = self.tandem.json("iax2 show peers")["peers"][0]
        self.assertEqual((peer["name"], peer["trunk"], peer["status"]), ("office-b", True, "Unmonitored"))
        self.assertNotIn("a-strong-shared-secret", self.tandem.ask("iax2 show users") + self.tandem.ask("iax2 show peer office-b"))

    def test_unknown_command(self):
        done = self.tandem.run("sip show peers")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such command 'sip show peers'", done.stdout)
        self.assertIn("error", json.loads(self.tandem.run("sip show peers --json").stdout))

    def test_failing_commands(self):
        for command in ("iax2 show peer nobody", "dialplan show nowhere", "channel request hangup IAX2/nobody-1", "iax2 set debug peer nobody",
                        "channel originate IAX2/nobody/1 extension 300@nowhere", "channel originate Nothing/1 application Echo"):
            done = self.tandem.run(command)
            self.assertEqual(done.returncode, 1, command)
            self.assertTrue(done.stdout.strip(), command)

    def test_forms_of_rx(self):
        base = [tandemtest.TANDEM, "-S", self.tandem.socket]
        for arguments in (["-rx", "core show version"], ["-r", "-x", "core show version"], ["-x", "core show version"]):
            done = subprocess.run(base + arguments, capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual((done.returncode, done.stdout[:7]), (0, "tandem "))
        done = subprocess.run([tandemtest.TANDEM, "-S", self.tandem.home, "-rx", "core show version"], capture_output=True, text=True, timeout=20,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_full_output_pipe(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([tandemtest.TANDEM, "-S", self.tandem.socket, "-rx", "core show help"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("can't be written", done.stderr)

    def test_console_from_a_pipe(self):
        done = subprocess.run([tandemtest.TANDEM, "-S", self.tandem.socket, "-r"], input="core show version\n\niax2 show registry\nexit\nreload\n",
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("0 IAX2 registrations.", done.stdout)
        self.assertNotIn("reloaded", done.stdout)

    def test_console_on_a_terminal(self):
        """History is kept, Tab completes."""
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.update(HOME=self.tandem.home, TERM="vt100")
            os.execv(tandemtest.TANDEM, [tandemtest.TANDEM, "-S", self.tandem.socket, "-r"])
        seen = b""

        def read_until(text):
            nonlocal seen
            while text not in seen:
                seen += os.read(fd, 4096)
            rest = seen[seen.index(text) + len(text):]
            seen = rest

        signal.alarm(30)
        read_until(b"CLI> ")
        os.write(fd, b"iax2 show reg\t\n")
        read_until(b"0 IAX2 registrations.")
        os.write(fd, b"exit\n")
        _, status = os.waitpid(pid, 0)
        signal.alarm(0)
        os.close(fd)
        self.assertEqual(status, 0)
        with open(os.path.join(self.tandem.home, ".tandem_history"), encoding="utf-8") as file:
            self.assertIn("registry", file.read())

    def test_client_that_never_reads(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
            deaf.connect(self.tandem.socket)
            deaf.setblocking(False)
            try:
                for _ in range(100000):
                    deaf.send(b"run core show help\n")
            except BlockingIOError:
                pass
            self.assertIn("tandem", self.tandem.ask("core show version"))

    def test_garbage_on_the_control_socket(self):
        for data in (os.urandom(10000), b"\0" * 5000, b"run " + b"x" * 4090 + b"\n", b"run \xff\xfe --json\n"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.connect(self.tandem.socket)
                try:
                    client.sendall(data)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(4096):
                        pass
                except (BrokenPipeError, ConnectionResetError):
                    pass
        self.assertIn("tandem", self.tandem.ask("core show version"))


class NobodyThere(unittest.TestCase):
    def test_no_tandem(self):
        with Tandem() as tandem:
            done = tandem.run("core show version")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(f"no tandem is running on {tandem.socket}", done.stderr)
            done = subprocess.run([tandemtest.TANDEM, "-S", tandem.socket, "-r"], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 1)


class Reload(unittest.TestCase):
    def test_good_and_bad(self):
        with Tandem().start() as tandem:
            tandem.write("iax.conf", tandemtest.IAX_CONF + "\n[office-c]\ntype = peer\nhost = 127.0.0.3\n")
            self.assertEqual(tandem.ask("iax2 reload"), "")
            self.assertIn("2 iax2 peers", tandem.ask("iax2 show peers"))

            tandem.write("iax.conf", tandemtest.IAX_CONF + "\n[office-d\n")
            done = tandem.run("iax2 reload")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, r"iax\.conf:\d+:")
            self.assertIn("2 iax2 peers", tandem.ask("iax2 show peers"))

            tandem.write("iax.conf", tandemtest.IAX_CONF)
            tandem.write("extensions.conf", "[other]\nexten => 5,1,Answer()\n")
            self.assertIn("Dialplan reloaded.", tandem.ask("dialplan reload"))
            self.assertIn("1 iax2 peers", tandem.ask("iax2 show peers"))
            self.assertIn("'other'", tandem.ask("dialplan show"))
            self.assertEqual(tandem.run("dialplan show from-iax").returncode, 1)

            tandem.write("extensions.conf", "exten => 5,1,Answer()\n")
            self.assertEqual(tandem.run("reload").returncode, 1)
            self.assertIn("'other'", tandem.ask("dialplan show"))
            self.assertEqual(tandem.stop(), 0)

    def test_hangup_signal(self):
        with Tandem().start() as tandem:
            tandem.write("iax.conf", tandemtest.IAX_CONF + "\n[office-c]\ntype = peer\nhost = 127.0.0.3\n")
            tandem.send_signal(signal.SIGHUP)
            wait_for(lambda: "2 iax2 peers" in tandem.ask("iax2 show peers"), 10, "the reload")
            tandem.write("iax.conf", tandemtest.IAX_CONF + "\n[office-d\n")
            tandem.send_signal(signal.SIGHUP)
            wait_for(lambda: "not read anew" in tandem.log(), 10, "the message in the log")
            self.assertIn("2 iax2 peers", tandem.ask("iax2 show peers"))

    def test_debug(self):
        with Tandem().start() as tandem:
            self.assertEqual(tandem.ask("iax2 set debug on"), "IAX2 Debugging Enabled\n")
            self.assertEqual(tandem.ask("iax2 set debug off"), "IAX2 Debugging Disabled\n")
            self.assertIn("IAX2 Debugging Enabled for IP", tandem.ask("iax2 set debug peer office-b"))


if __name__ == "__main__":
    tandemtest.TANDEM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
