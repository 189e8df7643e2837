"""What the two offices of a test have in common: names, addresses, numbers, and how a call ended."""

import dataclasses
import os
import subprocess
import time

from network import A_ADDRESS, B_ADDRESS

SECRET = "a-strong-shared-secret"
BRANCH_SECRET = "branch-secret"


@dataclasses.dataclass(frozen=True)
class Office:
    name: str
    address: str
    digit: str  # its phones are 2XX or 3XX
    other: str
    other_address: str
    other_digit: str
    voice: str  # the speech files that its phones play begin with this letter


OFFICE_A = Office("office-a", A_ADDRESS, "2", "office-b", B_ADDRESS, "3", "a")
OFFICE_B = Office("office-b", B_ADDRESS, "3", "office-a", A_ADDRESS, "2", "b")


@dataclasses.dataclass
class Outcome:
    """How one end of a call saw it."""

    status: str = ""  # answered, busy, rejected, unreachable, noanswer; "" when it was never called
    said: str = ""  # name of the speech that it played
    heard: str = ""  # a WAV file
    digits: str = ""
    texts: list = dataclasses.field(default_factory=list)
    detail: str = ""  # for a message when something is wrong


# What one end of a call does, and the last two digits of the number that stands for it at an Asterisk.
BEHAVIOURS = {"talk": "01", "talk2": "12", "talk3": "13", "echo": "02", "busy": "03", "digits": "04", "send-text": "05",
              "send-digits": "06", "hangup": "07", "wait": "08", "text": "09"}
UNKNOWN = "999"


def iax_conf(office, general="", sections=""):
    """The guide's configuration of one office, and two more peers at the same address: one with a wrong secret, one that
    registers.  An Asterisk sends trunk frames to a caller if any peer with his address has trunk=yes, and it need not find
    the one that we mean, so all have it."""
    return f"""[general]
bindport = 4569
bindaddr = 0.0.0.0
disallow = all
allow = ulaw
allow = alaw
{general}
[{office.other}]
type = friend
username = {office.name}
secret = {SECRET}
auth = md5
host = {office.other_address}
deny = 0.0.0.0/0.0.0.0
permit = {office.other_address}/255.255.255.255
context = from-iax
peercontext = from-iax
qualify = yes
trunk = yes

[wrong]
type = peer
username = {office.name}
secret = not-the-secret
auth = md5
host = {office.other_address}
peercontext = from-iax
trunk = yes

[branch]
type = friend
secret = {BRANCH_SECRET}
auth = md5
host = dynamic
context = from-iax
qualify = yes
trunk = yes
{sections}"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def wait_for(what, test, seconds=15.0, step=0.1):
    """Waits until test() is true and returns it; TimeoutError with `what` (text, or a function) otherwise."""
    end = time.monotonic() + seconds
    while True:
        result = test()
        if result:
            return result
        if time.monotonic() > end:
            raise TimeoutError(what() if callable(what) else what)
        time.sleep(step)


def run(command, timeout=20):
    """Output of a command, whatever its status."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=timeout, check=False)
    return done.stdout
