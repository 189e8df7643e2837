"""An office that is a tandem, with iaxcall for its phones."""

import json
import os
import re
import signal
import subprocess
import time

from office import Outcome, iax_conf, run, wait_for, write

PHONE_SECRET = "phone-secret"

EXTENSIONS = """[from-iax]
exten => _{digit}XX,1,Dial(IAX2/${{EXTEN}},30)

[internal]
exten => _{other_digit}XX,1,Dial(IAX2/{other}/${{EXTEN}})
same => n,Hangup()
exten => _bad-X.,1,Dial(IAX2/wrong/${{EXTEN:4}})
same => n,Hangup()
"""

PHONES = """
[{digit}0{n}]
type = friend
host = dynamic
secret = {secret}
context = internal
callerid = "{name} desk {n}" <{digit}0{n}>
"""

# What the options of iaxcall are for each behaviour; SAID is replaced by a file.
OPTIONS = {
    "talk": ["--send", "SAID"], "talk2": ["--send", "SAID"], "talk3": ["--send", "SAID"], "echo": ["--echo"], "busy": ["--busy"],
    "digits": [], "text": [], "wait": [], "hangup": ["--duration", "1"],
    "send-text": ["--text", "greetings from {name}"], "send-digits": ["--dtmf", "159*"],
}
# Exit status of iaxcall.
STATUS = {0: "answered", 3: "busy", 4: "rejected", 5: "noanswer", 6: "unreachable", 7: "lost", 130: "interrupted"}


class Tandem:
    kind = "tandem"

    def __init__(self, office, build, namespace, directory, wavs, general=""):
        self.office, self.wavs = office, wavs
        self.directory, self.namespace = os.path.abspath(directory), namespace
        self._tandem = os.path.abspath(os.path.join(build, "src/daemon/tandem"))
        self.iaxcall = os.path.abspath(os.path.join(build, "tools/call/iaxcall"))
        self._process = None
        self._calls = 0
        phones = "".join(PHONES.format(digit=office.digit, n=n, name=office.name, secret=PHONE_SECRET) for n in (1, 2, 3))
        write(os.path.join(self.directory, "etc/iax.conf"), iax_conf(office, general, phones))
        write(os.path.join(self.directory, "etc/extensions.conf"),
              EXTENSIONS.format(digit=office.digit, other_digit=office.other_digit, other=office.other))
        write(os.path.join(self.directory, "secret"), PHONE_SECRET + "\n")
        os.makedirs(os.path.join(self.directory, "state"), exist_ok=True)

    def __enter__(self):
        self._log = os.path.join(self.directory, "log")
        with open(self._log, "w", encoding="utf-8") as log:
            self._process = subprocess.Popen(["ip", "netns", "exec", self.namespace, self._tandem, "-f", "-vvv", "-C",
                                              self.directory + "/etc", "-S", self.directory + "/sock", "-d", self.directory + "/state"],
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(lambda: "tandem did not start:\n" + self.log()[-800:], lambda: "tandem" in self.cli("core show version"), 10)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if not self._process:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise RuntimeError("tandem did not end on SIGTERM") from None
        finally:
            self._process = None
        if status != 0:
            raise RuntimeError(f"tandem ended with status {status}:\n{self.log()[-1500:]}")

    def cli(self, command):
        if self._process is None or self._process.poll() is not None:
            return ""
        return run([self._tandem, "-S", self.directory + "/sock", "-rx", command])

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def active_calls(self):
        found = re.search(r"(\d+) active channel", self.cli("core show channels"))
        return int(found.group(1)) if found else -1

    def version(self):
        return self.cli("core show version").strip()

    def phone(self, behaviour):
        return TandemPhone(self, behaviour)

    def start_call(self, number, action, by="dial"):
        return TandemCall(self, number if by == "dial" else f"{by}-{number}", action)

    def next_name(self):
        self._calls += 1
        return os.path.join(self.directory, f"call{self._calls}")

    def address_of(self, number):
        return f"iax2:{number}@{self.office.address}"


class _Iaxcall:
    """One run of iaxcall, and what it says at its end."""

    def __init__(self, tandem, behaviour, arguments):
        self._tandem = tandem
        name = tandem.next_name()
        self._heard, self._report, self._errors = name + ".wav", name + ".json", name + ".err"
        self._said = tandem.office.voice + {"talk2": "2", "talk3": "3"}.get(behaviour, "1")
        options = [word.format(name=tandem.office.name).replace("SAID", tandem.wavs[self._said]) for word in OPTIONS[behaviour]]
        command = ["ip", "netns", "exec", tandem.namespace, tandem.iaxcall, "--json", "--audio", "null", "--record", self._heard,
                   "--secret-file", tandem.directory + "/secret", *options, *arguments]
        with open(self._report, "w", encoding="utf-8") as out, open(self._errors, "w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)

    def hangup(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def wait(self, seconds=20):
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise TimeoutError("iaxcall never ended") from None
        with open(self._report, encoding="utf-8", errors="replace") as file:
            text = file.read()
        with open(self._errors, encoding="utf-8", errors="replace") as file:
            errors = file.read()
        rows = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        report = next((row for row in reversed(rows) if row.get("event") == "report"), {})
        return Outcome(status=STATUS.get(report.get("status", status), f"status {status}"), said=self._said, heard=self._heard,
                       digits=report.get("digits", ""), texts=[row.get("text", "") for row in rows if row.get("event") == "text"],
                       detail=f"status {status}\n{text}{errors}")

    def ready(self, seconds=10):
        """An iaxcall always listens."""


class TandemCall(_Iaxcall):
    def __init__(self, tandem, number, action):
        user = tandem.office.digit + "01"
        super().__init__(tandem, action, [f"iax2:{user}@{tandem.office.address}/{number}@internal"])


class TandemPhone(_Iaxcall):
    def __init__(self, tandem, behaviour):
        self.number = tandem.office.digit + {"talk2": "02", "talk3": "03"}.get(behaviour, "01")
        super().__init__(tandem, behaviour, ["--register", tandem.address_of(self.number), "--answer", "--calls", "1"])

    def __enter__(self):
        wait_for(f"phone {self.number} did not register", self._registered, 10)
        return self

    def _registered(self):
        found = re.search(rf"^{self.number}\s+(\S+)", self._tandem.cli("iax2 show peers"), re.MULTILINE)
        return found and "." in found.group(1)

    def __exit__(self, *unused):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)

    def outcome(self):
        return self.wait()
