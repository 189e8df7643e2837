"""What the end-to-end tests share about iaxcall: a running phone, one that takes calls, and the comparison of what was said and heard."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import speech  # noqa: E402,F401  (the path must be set first; the tests take it from here)

# Where the programs are.
IAXCALL = os.environ.get("IAXCALL", "iaxcall")
AUDIOCMP = os.environ.get("AUDIOCMP", "audiocmp")
# What iaxcall is started with (a valgrind).
WRAPPER = []


def same(said, heard):
    """Fails when a recording is not what was said."""
    done = subprocess.run([AUDIOCMP, said, heard], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f"{said} and {heard}: {done.stdout}"


class Phone:
    """A running iaxcall."""

    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen([*WRAPPER, IAXCALL, "--json", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=dict(os.environ, **(environment or {})))
        self.events = []

    def read(self):
        """The next event, None at the end."""
        line = self.process.stdout.readline()
        if not line:
            return None
        self.events.append(json.loads(line))
        return self.events[-1]

    def wait_for(self, event):
        while True:
            row = self.read()
            if row is None:
                raise AssertionError(f"no {event} in {self.events}, {self.process.stderr.read()}")
            if row["event"] == event:
                return row

    def end(self, seconds=30):
        """Exit status and the last report."""
        out, self.errors = self.process.communicate(timeout=seconds)
        self.events += [json.loads(line) for line in out.splitlines()]
        return self.process.returncode, next((row for row in reversed(self.events) if row["event"] == "report"), None)

    def values(self, event):
        return [row[event] for row in self.events if row["event"] == event]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class Answering(Phone):
    """One that takes calls, on a port of its own."""

    def __init__(self, *arguments):
        super().__init__("--answer", "--audio", "null", "--bind", "127.0.0.1:0", *arguments)
        self.address = self.wait_for("listening")["detail"].split()[-1]
