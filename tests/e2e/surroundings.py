#!/usr/bin/env python3
"""What can be wrong around a tandem: its log, its console, its state, its files while it runs, and its sudden end.

usage: surroundings.py TANDEM IAXCALL AUDIOCMP"""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest

import phonetest
import tandemtest
from phonetest import Answering, Phone, same, speech
from tandemtest import Tandem, free_port, wait_for

IAX = """\
[general]
bindport = {port}
bindaddr = 127.0.0.1
disallow = all
allow = ulaw
minregexpire = 60
maxregexpire = 3600

[caller]
type = user
context = internal
requirecalltoken = no

[201]
type = friend
host = dynamic
secret = words
context = internal
"""

EXTENSIONS = """\
[internal]
exten => echo,1,Answer()
same => n,Echo()
exten => _2XX,1,Dial(IAX2/${EXTEN},30)
"""

AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
ROOT = os.geteuid() == 0


def office(**keywords):
    return Tandem(iax=IAX, extensions=EXTENSIONS, **keywords)


def call(tandem, number, *arguments):
    return Phone("--audio", "null", *arguments, f"iax2:caller@127.0.0.1:{tandem.port}/{number}")


class Log(unittest.TestCase):
    def works(self, tandem):
        with call(tandem, "echo", "--send", "tone", "--duration", "0.5") as phone:
            self.assertEqual(phone.end(10)[0], 0)
        tandem.run("iax2 show peer nobody")
        self.assertEqual(tandem.stop(), 0)

    def test_disk_full(self):
        with office(settings="[tandem]\nlogfile = /dev/full\nloglevel = debug\n").start() as tandem:
            self.works(tandem)

    def test_reader_gone(self):
        with office(settings="[tandem]\nloglevel = debug\n") as tandem:
            read, write = os.pipe()
            tandem.process = subprocess.Popen(tandem.arguments("-f", "-vv"), stdin=subprocess.DEVNULL, stdout=write, stderr=write)
            os.close(write)
            wait_for(lambda: os.path.exists(tandem.socket), 10, "the start")
            os.close(read)
            self.works(tandem)

    def test_reader_that_does_not_read(self):
        with office(settings="[tandem]\nloglevel = debug\n") as tandem:
            read, write = os.pipe()
            tandem.process = subprocess.Popen(tandem.arguments("-f", "-vv"), stdin=subprocess.DEVNULL, stdout=write, stderr=write)
            os.close(write)
            wait_for(lambda: os.path.exists(tandem.socket), 10, "the start")
            tandem.ask("iax2 set debug on")
            for _ in range(3):
                with call(tandem, "echo", "--send", "tone", "--duration", "0.3") as phone:
                    self.assertEqual(phone.end(10)[0], 0)
            begin = time.monotonic()
            for _ in range(100):
                tandem.run("iax2 show peer nobody")
            self.assertLess(time.monotonic() - begin, 5)
            self.assertEqual(tandem.stop(), 0)
            os.close(read)

    def test_closed_from_the_start(self):
        with office() as tandem:
            tandem.process = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *tandem.arguments("-f", "-vv")])
            wait_for(lambda: os.path.exists(tandem.socket), 10, "the start")
            self.works(tandem)
            for name in os.listdir(tandem.state):
                with open(os.path.join(tandem.state, name), "rb") as file:
                    self.assertNotIn(b"NOTICE", file.read(), "the log has gone to " + name)

    def test_no_such_directory(self):
        with office(settings="[tandem]\nlogfile = /nonexistent/dir/log\n") as tandem:
            tandem.start(wait=False)
            self.assertEqual(tandem.process.wait(10), 1)
            self.assertIn("logfile = /nonexistent/dir/log: No such file or directory", tandem.log())


class Console(unittest.TestCase):
    def connect(self, tandem):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(client.close)
        client.connect(tandem.socket)
        client.settimeout(5)
        return client

    def read_all(self, client):
        data = b""
        try:
            while True:
                more = client.recv(65536)
                if not more:
                    return data
                data += more
        except ConnectionResetError:
            return data

    def test_bad_clients(self):
        with office().start() as tandem, call(tandem, "echo", "--send", "tone") as phone:
            phone.wait_for("answered")
            before = tandem.memory_kib()
            for data in (os.urandom(3000) + b"\n", b"\n" * 3000, b"\0\0\0\n", b"GET / HTTP/1.0\r\n\r\n", b"run\nrun \nrun  \"\n", b"run " + b"%s%n" * 100 + b"\n"):
                client = self.connect(tandem)
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                self.assertRegex(self.read_all(client), rb"\A((ok|failed|unknown) \d+\n|\Z)")
            client = self.connect(tandem)  # a line without end
            try:
                client.sendall(b"run " + bytes(1 << 22))
            except OSError:
                pass
            self.assertIn(b"longer than 4096 bytes", self.read_all(client))
            deaf = [self.connect(tandem) for _ in range(5)]  # that ask for a lot and never read
            for client in deaf:
                client.settimeout(0.2)
                try:
                    client.sendall(b"run core show help --json\n" * 100000)
                except OSError:
                    pass
            for _ in range(200):  # that leave in the middle of the answer
                client = self.connect(tandem)
                client.sendall(b"run dialplan show\nrun iax2 show peers\n")
                client.recv(1)
                client.close()
            self.assertIn("1 active channel", tandem.ask("core show channels"))
            self.assertLess(tandem.memory_kib() - before, 4096)
            phone.process.send_signal(signal.SIGINT)
            self.assertEqual(phone.end(10)[0], 0)
            self.assertEqual(tandem.stop(), 0)

    def test_two_hundred_at_once(self):
        with office().start() as tandem:
            command = [tandemtest.TANDEM, "-S", tandem.socket, "-rx", "iax2 show peers"]
            clients = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(200)]
            ends = [client.communicate(timeout=30) + (client.returncode,) for client in clients]
            self.assertEqual([end for end in ends if end[2] != 0 or b"1 iax2 peers" not in end[0]], [])

    def test_hundreds_that_say_nothing(self):
        """They can shut out nobody but each other, and whoever is shut out is told why."""
        with office().start() as tandem:
            idle = [self.connect(tandem) for _ in range(300)]
            done = tandem.run("core show version")
            self.assertEqual(done.returncode, 1)
            self.assertIn("consoles", done.stdout + done.stderr)
            for client in idle:
                client.close()
            wait_for(lambda: tandem.run("core show version").returncode == 0, 5, "an answer")
            self.assertEqual(tandem.stop(), 0)

    def test_mode_of_the_socket(self):
        with office().start() as tandem:
            self.assertEqual(stat.S_IMODE(os.stat(tandem.socket).st_mode), 0o660)

    @unittest.skipUnless(ROOT, "only root can become somebody else")
    def test_no_permission(self):
        with office() as tandem:
            os.chmod(tandem.home, 0o755)
            done = subprocess.run([*AS_NOBODY, *tandem.arguments("-f")], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"the control socket {tandem.socket} can't be made: Permission denied; run tandem as a user who may write there", done.stderr)
            tandem.start()
            done = subprocess.run([*AS_NOBODY, tandemtest.TANDEM, "-S", tandem.socket, "-rx", "core show version"], capture_output=True, text=True,
                                  timeout=20, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no permission to use " + tandem.socket, done.stderr)

    def test_something_else_in_its_place(self):
        with office() as tandem:
            with open(tandem.socket, "w", encoding="ascii") as file:
                file.write("precious")
            tandem.start(wait=False)
            self.assertEqual(tandem.process.wait(10), 1)
            self.assertIn("is there and is no socket", tandem.log())
            with open(tandem.socket, encoding="ascii") as file:
                self.assertEqual(file.read(), "precious")

    def test_socket_removed_while_it_runs(self):
        with office().start() as tandem:
            os.remove(tandem.socket)
            self.assertIn("no tandem is running on", tandem.run("core show version").stderr)
            self.assertEqual(tandem.stop(), 0)


class State(unittest.TestCase):
    def register(self, tandem, port, *arguments):
        return Phone("--answer", "--echo", "--audio", "null", "--bind", f"127.0.0.1:{port}", "--register",
                     f"iax2:201:words@127.0.0.1:{tandem.port}", *arguments)

    def reaches(self, tandem):
        with call(tandem, "201", "--send", "tone", "--duration", "0.5") as phone:
            status, report = phone.end(10)
        self.assertEqual((status, report["local"]["lost"]), (0, 0), phone.events)
        self.assertGreater(report["rx_frames"], 10)

    def registered(self, tandem):
        return bool(re.search(r"^201 +127\.0\.0\.1 +\(D\)", tandem.ask("iax2 show peers"), re.M))

    def test_a_registration_survives_sigkill(self):
        with office().start() as tandem, self.register(tandem, free_port()) as phone:
            phone.wait_for("registered")
            self.assertTrue(self.registered(tandem))
            time.sleep(0.3)  # a thread of its own writes
            tandem.process.kill()
            tandem.process.wait()
            tandem.start()
            self.assertTrue(self.registered(tandem))
            self.reaches(tandem)

    def works_without(self, tandem, words):
        tandem.start()
        with self.register(tandem, free_port()) as phone:
            phone.wait_for("registered")
            self.reaches(tandem)
            phone.process.send_signal(signal.SIGINT)
            phone.end(10)
        self.assertEqual(tandem.stop(), 0)
        self.assertRegex(tandem.log(), words)

    def test_state_that_is_a_file(self):
        with office() as tandem:
            with open(tandem.state, "w", encoding="ascii") as file:
                file.write("x")
            self.works_without(tandem, "state directory|tandem.db")

    def test_database_that_is_a_directory(self):
        with office() as tandem:
            os.makedirs(os.path.join(tandem.state, "tandem.db"))
            self.works_without(tandem, "tandem.db can't be opened")

    @unittest.skipUnless(ROOT, "only root can become somebody else")
    def test_state_that_may_not_be_written(self):
        with office() as tandem:
            os.mkdir(tandem.state, 0o755)
            run = os.path.join(tandem.home, "run")
            os.mkdir(run)
            os.chmod(run, 0o777)
            os.chmod(tandem.home, 0o755)
            tandem.socket = os.path.join(run, "tandem.ctl")
            with open(tandem.log_path, "ab") as log:
                tandem.process = subprocess.Popen([*AS_NOBODY, *tandem.arguments("-f")], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            wait_for(lambda: os.path.exists(tandem.socket), 10, "the start")
            with self.register(tandem, free_port()) as phone:
                phone.wait_for("registered")
                self.reaches(tandem)
            self.assertEqual(tandem.stop(), 0)
            self.assertIn("tandem.db can't be opened", tandem.log())

    def test_damaged_in_the_middle(self):
        with office().start() as tandem:
            self.assertEqual(tandem.stop(), 0)
            path = os.path.join(tandem.state, "tandem.db")
            for offset in (0, 20, 100, 1024, 4096, 5000):
                with open(path, "r+b") as file:
                    file.seek(offset)
                    file.write(os.urandom(500))
                tandem.start()
                self.assertEqual(tandem.stop(), 0)
                with open(path, "r+b") as file:
                    file.truncate(max(0, os.path.getsize(path) - 1000))
                tandem.start()
                self.assertEqual(tandem.stop(), 0)

    @unittest.skipUnless(ROOT and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0,
                         "needs a mount namespace")
    def test_disk_full(self):
        """On a file system of its own that is full; when there is room again, what waited is written."""
        with office() as tandem:
            os.mkdir(tandem.state)
            script = 'mount -t tmpfs -o size=256k none "$1" && head -c 200000 /dev/zero >"$1/fill"; shift; exec "$@"'
            with open(tandem.log_path, "ab") as log:
                tandem.process = subprocess.Popen(["unshare", "-m", "sh", "-c", script, "sh", tandem.state, *tandem.arguments("-f")],
                                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            wait_for(lambda: tandem.run("core show version").returncode == 0, 10, "the start")
            inside = f"/proc/{tandem.process.pid}/root{tandem.state}/"
            with open(inside + "fill2", "wb") as file:
                try:
                    file.write(bytes(1 << 20))
                except OSError:
                    pass
            with self.register(tandem, free_port()) as phone:
                phone.wait_for("registered")
                self.reaches(tandem)
                wait_for(lambda: "tandem.db can't be written: database or disk is full" in tandem.log(), 5, "a message")
                os.remove(inside + "fill")
                os.remove(inside + "fill2")
                wait_for(lambda: "tandem.db can be written again" in tandem.log(), 10, "another try")
            self.assertEqual(tandem.stop(), 0)


class Reload(unittest.TestCase):
    def test_fifty_times_during_a_call(self):
        with tempfile.TemporaryDirectory() as home, office().start() as tandem:
            wavs = speech.write_wavs(home)
            heard = os.path.join(home, "heard.wav")
            with call(tandem, "echo", "--send", wavs["a1"], "--record", heard) as phone:
                phone.wait_for("answered")
                for i in range(50):
                    good, bad = i % 5 != 4, i % 10 == 9
                    tandem.write("iax.conf", IAX + f"[peer{i}]\ntype = friend\nhost = dynamic\n" + ("" if good else "[broken\n" if bad else ""))
                    tandem.write("extensions.conf", EXTENSIONS + ("" if good or bad else "exten => broken\n"))
                    done = tandem.run("reload")
                    self.assertEqual(done.returncode, 0 if good else 1, done.stdout)
                    if not good:
                        self.assertRegex(done.stdout, r"(iax|extensions)\.conf:\d+: ")
                    if i == 10:
                        before = tandem.memory_kib()
                self.assertIsNone(phone.process.poll(), "the speech is too short for so many reloads")
                self.assertLess(tandem.memory_kib() - before, 1024)
                self.assertEqual(phone.end(20)[0], 0)
            same(wavs["a1"], heard)
            for _ in range(20):
                tandem.send_signal(signal.SIGHUP)
            self.assertIn("0 active channels", tandem.ask("core show channels"))
            self.assertEqual(tandem.stop(), 0)


if __name__ == "__main__":
    tandemtest.TANDEM, phonetest.IAXCALL, phonetest.AUDIOCMP = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
