#!/usr/bin/env python3
"""tandem as a program: start, stop, signals, background, and what it says when it can't start.

usage: daemon.py TANDEM"""

import os
import signal
import socket
import subprocess
import sys
import unittest

import tandemtest
from tandemtest import Tandem, wait_for


def failed_start(tandem, *more):
    """Starts a tandem that must not start; the lines it says."""
    done = subprocess.run(tandem.arguments("-f", *more), capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 1, f"status {done.returncode}: {done.stderr}"
    return done.stderr


class StartAndStop(unittest.TestCase):
    def test_term_ends_it_and_leaves_nothing(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Tandem().start() as tandem:
                self.assertTrue(os.path.exists(tandem.socket))
                with open(tandem.socket.replace(".ctl", ".pid"), encoding="ascii") as file:
                    self.assertEqual(int(file.read()), tandem.process.pid)
                self.assertEqual(tandem.stop(number), 0)
                self.assertFalse(os.path.exists(tandem.socket))
                self.assertFalse(os.path.exists(tandem.socket.replace(".ctl", ".pid")))

    def test_core_stop(self):
        for how in ("now", "gracefully"):
            with Tandem().start() as tandem:
                tandem.ask("core stop " + how)
                self.assertEqual(tandem.process.wait(10), 0)
                self.assertFalse(os.path.exists(tandem.socket))

    def test_background(self):
        with Tandem(settings="[tandem]\nlogfile = tandem.log\n") as tandem:
            done = subprocess.run(tandem.arguments(), capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            with open(tandem.socket.replace(".ctl", ".pid"), encoding="ascii") as file:
                pid = int(file.read())
            try:
                self.assertIn("tandem", tandem.ask("core show version"))  # it is there as soon as the command has returned
            finally:
                os.kill(pid, signal.SIGTERM)
            wait_for(lambda: not os.path.exists(tandem.socket), 10, "the end")

    def test_background_tells_what_is_wrong(self):
        with Tandem(iax="[general]\n[office-b\n") as tandem:
            done = subprocess.run(tandem.arguments(), capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("iax.conf:2:", done.stderr)

    def test_stale_socket_of_a_killed_one(self):
        with Tandem().start() as tandem:
            tandem.process.kill()
            tandem.process.wait()
            self.assertTrue(os.path.exists(tandem.socket))
            self.assertIn("no tandem is running on " + tandem.socket, tandem.run("core show version").stderr)
            tandem.start()
            self.assertEqual(tandem.stop(), 0)

    def test_log_file_is_opened_again(self):
        with Tandem(settings="[tandem]\nlogfile = messages\n").start() as tandem:
            log = next(p for p in (os.path.join(d, "messages") for d in (tandem.config, tandem.home)) if os.path.exists(p))
            os.rename(log, log + ".1")
            tandem.send_signal(signal.SIGHUP)
            wait_for(lambda: os.path.exists(log), 10, "a new log file")
            self.assertEqual(tandem.stop(), 0)


class CanNotStart(unittest.TestCase):
    def test_no_configuration_directory(self):
        with Tandem() as tandem:
            tandem.config += "-not-there"
            self.assertIn("-not-there is not there", failed_start(tandem))

    def test_no_iax_conf(self):
        with Tandem() as tandem:
            tandem.write("iax.conf", None)
            self.assertIn("iax.conf", failed_start(tandem))

    def test_broken_iax_conf(self):
        with Tandem(iax="[general]\nbindport = {port}\n\n[office-b\ntype = friend\n") as tandem:
            self.assertIn("iax.conf:4:", failed_start(tandem))
            self.assertFalse(os.path.exists(tandem.socket))

    def test_broken_extensions_conf(self):
        with Tandem(extensions="[from-iax]\nexten => 300\n") as tandem:
            self.assertIn("extensions.conf:2:", failed_start(tandem))

    def test_broken_tandem_conf(self):
        with Tandem(settings="[tandem\nlogfile = x\n") as tandem:
            self.assertIn("tandem.conf:1:", failed_start(tandem))

    def test_user_that_is_not_there(self):
        with Tandem(settings="[tandem]\nuser = nobody-of-that-name\n") as tandem:
            self.assertIn("nobody-of-that-name", failed_start(tandem))

    def test_port_in_use(self):
        with Tandem() as tandem, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", tandem.port))
            said = failed_start(tandem)
            self.assertIn(f"127.0.0.1:{tandem.port}", said)
            self.assertIn("in use", said)
            self.assertFalse(os.path.exists(tandem.socket))

    def test_second_tandem_on_the_same_socket(self):
        with Tandem().start() as first, Tandem() as second:
            second.socket = first.socket
            self.assertIn(f"another tandem is running on {first.socket} (pid {first.process.pid})", failed_start(second))
            self.assertIn("tandem", first.ask("core show version"))

    def test_socket_in_a_directory_that_is_not_there(self):
        with Tandem() as tandem:
            tandem.socket = os.path.join(tandem.home, "no", "such", "tandem.ctl")
            self.assertIn("-S", failed_start(tandem))

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_no_permission_for_the_socket(self):
        with Tandem() as tandem:
            tandem.socket = "/proc/tandem.ctl"
            self.assertIn("-S", failed_start(tandem))

    def test_wrong_arguments(self):
        for arguments in (["-y"], ["-C"], ["-rx"], ["-rx", "iax2", "show", "peers"]):
            done = subprocess.run([tandemtest.TANDEM, *arguments], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr)

    def test_help_and_version(self):
        for arguments, word in ((["-h"], "-rx"), (["--help"], "-rx"), (["-V"], "tandem 0"), (["--version"], "tandem 0")):
            done = subprocess.run([tandemtest.TANDEM, *arguments], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(word, done.stdout)


class Privileges(unittest.TestCase):
    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
    def test_root_is_left(self):
        with Tandem() as tandem:
            os.chmod(tandem.home, 0o755)
            log = os.path.join(tandem.home, "messages")
            tandem.write("tandem.conf", f"[tandem]\nuser = nobody\nlogfile = {log}\n")
            tandem.socket = os.path.join(tandem.home, "run", "tandem.ctl")
            tandem.start()
            self.assertNotEqual(os.stat(f"/proc/{tandem.process.pid}").st_uid, 0)
            self.assertNotEqual(os.stat(log).st_uid, 0)
            tandem.ask("reload")
            self.assertEqual(tandem.stop(), 0)
            self.assertEqual(os.listdir(os.path.join(tandem.home, "run")), [])


class OddSurroundings(unittest.TestCase):
    def test_damaged_state(self):
        with Tandem() as tandem:
            os.mkdir(tandem.state)
            with open(os.path.join(tandem.state, "tandem.db"), "w", encoding="ascii") as file:
                file.write("this is no database\n" * 100)
            tandem.start()
            self.assertEqual(tandem.stop(), 0)
            self.assertIn("is damaged", tandem.log())

    def test_unknown_option_is_told_and_does_not_stop_it(self):
        with Tandem(iax=tandemtest.IAX_CONF + "colour = green\n").start() as tandem:
            self.assertRegex(tandem.log(), r"iax\.conf:\d+: .*colour")

    def test_garbage_on_the_port(self):
        with Tandem().start() as tandem, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as enemy:
            for length in (0, 1, 3, 4, 11, 12, 13, 100, 1500, 5000):
                enemy.sendto(os.urandom(length), ("127.0.0.1", tandem.port))
            wait_for(lambda: tandem.json("iax2 show stats")["rx_datagrams"] >= 9, 10, "the arrival of the datagrams")
            self.assertEqual(tandem.stop(), 0)


if __name__ == "__main__":
    tandemtest.TANDEM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
