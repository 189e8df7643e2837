"""What the end-to-end tests share: free ports, directories, tandems that are started by path and ended by process number."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# Where the program under test is; the first argument of each test script, or of meson's environment.
TANDEM = os.environ.get("TANDEM", "tandem")
# What the tandem itself is started with (a valgrind); not the clients that ask it.
WRAPPER = []

IAX_CONF = """\
[general]
bindport = {port}
bindaddr = 127.0.0.1
disallow = all
allow = ulaw
allow = alaw

[office-b]
type = friend
username = office-a
secret = a-strong-shared-secret
auth = md5
host = 127.0.0.2
port = {peer_port}
context = from-iax
qualify = no
trunk = yes
"""

EXTENSIONS_CONF = """\
[from-iax]
exten => 300,1,Answer()
 same => n,Echo()

[internal]
exten => _3XX,1,Dial(IAX2/office-b/${EXTEN})
 same => n,Hangup()
"""


def free_port(host="127.0.0.1"):
    """A UDP port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def wait_for(test, seconds=10, what="what was waited for"):
    """Until test() is true; its value."""
    end = time.monotonic() + seconds
    while True:
        value = test()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


def is_sanitized():
    """Whether the program was built with AddressSanitizer."""
    with open(TANDEM, "rb") as file:
        return b"__asan_init" in file.read()


class Tandem:
    """A tandem with a directory of its own: configuration, state, control socket, log.

    Use it as a context: at the end it is stopped, by its process number, whatever has happened."""

    def __init__(self, iax=IAX_CONF, extensions=EXTENSIONS_CONF, settings=None, port=None):
        self.home = tempfile.mkdtemp(prefix="tandemtest-")
        self.config = os.path.join(self.home, "etc")
        self.state = os.path.join(self.home, "state")
        self.socket = os.path.join(self.home, "tandem.ctl")
        self.log_path = os.path.join(self.home, "stderr")
        self.port = port or free_port()
        self.process = None
        os.mkdir(self.config)
        self.write("iax.conf", iax)
        self.write("extensions.conf", extensions)
        self.write("tandem.conf", settings)

    def write(self, name, text):
        """A configuration file; None removes it."""
        path = os.path.join(self.config, name)
        if text is None:
            if os.path.exists(path):
                os.remove(path)
            return
        if name == "iax.conf":
            text = text.replace("{port}", str(self.port)).replace("{peer_port}", str(free_port()))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def arguments(self, *more):
        return [TANDEM, "-C", self.config, "-S", self.socket, "-d", self.state, *more]

    def start(self, *more, wait=True):
        """Starts it in the foreground and waits until it answers."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([*WRAPPER, *self.arguments("-f", *more)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if wait:
            wait_for(lambda: self.process.poll() is not None or self.run("core show version").returncode == 0, 30, "the start")
            if self.process.poll() is not None:
                raise AssertionError(f"tandem ended with {self.process.returncode}: {self.log()}")
        return self

    def run(self, command):
        """`tandem -rx COMMAND`: returncode, stdout, stderr."""
        return subprocess.run([TANDEM, "-S", self.socket, "-rx", command], capture_output=True, text=True, timeout=20,
                              stdin=subprocess.DEVNULL, check=False)

    def ask(self, command):
        """The answer to a command that must succeed."""
        done = self.run(command)
        if done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def json(self, command):
        return json.loads(self.ask(command + " --json"))

    def memory_kib(self, what="VmRSS"):
        """Its memory (VmHWM: the most that it ever was); 0 with AddressSanitizer, whose own says nothing."""
        if is_sanitized():
            return 0
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(what + ":"))

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def send_signal(self, number):
        os.kill(self.process.pid, number)

    def stop(self, number=signal.SIGTERM, seconds=10):
        """Ends it; its exit status."""
        if self.process.poll() is None:
            self.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"tandem did not end within {seconds} s: {self.log()}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
