"""The cases.  Each is called with (pair) and raises Failure, or anything else, when the two offices do not do what they should.

`near` is the office under test, `far` the real thing; most cases run in both directions."""

import re
import subprocess
import time

from office import BRANCH_SECRET, UNKNOWN, wait_for


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Pair:
    """Two running offices and what is needed to judge them."""

    def __init__(self, near, far, capture, wavs, audiocmp):
        self.near, self.far, self.capture, self.wavs, self.audiocmp = near, far, capture, wavs, audiocmp

    def compare(self, speaker, listener, where):
        """The listener must have heard what the speaker said."""
        expect(listener.heard, f"{where}: nothing was recorded ({listener.detail})")
        done = subprocess.run([self.audiocmp, self.wavs[speaker.said], listener.heard], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        expect(done.returncode == 0, f"{where}: {speaker.said} was not heard in {listener.heard}: {done.stdout.strip()}")

    def quiet(self, seconds=6):
        """No call is left on either side."""
        for side in (self.near, self.far):
            wait_for(lambda side=side: f"calls are left at {side.office.name}: " + side.cli("core show channels"),
                     lambda side=side: side.active_calls() == 0, seconds)


def qualify(pair):
    for side in (pair.near, pair.far):
        name = side.office.other
        wait_for(lambda side=side: "no OK in: " + side.cli("iax2 show peers"),
                 lambda side=side, name=name: any(line.startswith(name[:8]) and " (T) " in line and "OK (" in line
                                                  for line in side.cli("iax2 show peers").splitlines()), 15)


def registration(pair):
    """Each side registers with the other as `branch`, a dynamic peer that is qualified."""
    for client, registrar in ((pair.near, pair.far), (pair.far, pair.near)):
        # An Asterisk that gets its REGACK at once goes on to show "Request Sent"; then the address that it was told says it.
        wait_for(lambda client=client: "not registered: " + client.cli("iax2 show registry"),
                 lambda client=client: any(word in client.cli("iax2 show registry")
                                           for word in (" Registered", f" {client.office.address}:4569 ")), 20)
        address = client.office.address
        wait_for(lambda registrar=registrar: "the registrar does not say so: " + registrar.cli("iax2 show peers"),
                 lambda registrar=registrar, address=address: any(
                     line.startswith("branch ") and address in line and "OK (" in line
                     for line in registrar.cli("iax2 show peers").splitlines()), 20)


def call(caller, callee, pair, seconds=4.5):
    with callee.phone("talk") as phone:
        under_way = caller.start_call(phone.number, "talk")
        time.sleep(seconds)
        under_way.hangup()
        at_caller = under_way.wait()
        at_callee = phone.outcome()
    expect(at_caller.status == "answered", f"the call was not answered but {at_caller.status} ({at_caller.detail})")
    pair.compare(at_caller, at_callee, f"at {callee.office.name}")
    pair.compare(at_callee, at_caller, f"at {caller.office.name}")


def trunk(caller, callee, pair):
    before = pair.capture.meta_frames()
    names = ("talk", "talk2", "talk3")
    phones = [callee.phone(name) for name in names]
    calls = []
    try:
        for phone in phones:
            phone.__enter__()
        calls = [caller.start_call(phone.number, name) for phone, name in zip(phones, names)]
        time.sleep(5)
        for one in calls:
            one.hangup()
        at_caller = [one.wait() for one in calls]
        at_callee = [phone.outcome() for phone in phones]
    finally:
        for phone in phones:
            phone.__exit__()
    for here, there in zip(at_caller, at_callee):
        expect(here.status == "answered", f"a call was not answered but {here.status} ({here.detail})")
        pair.compare(here, there, f"at {callee.office.name}")
        pair.compare(there, here, f"at {caller.office.name}")
    after = pair.capture.meta_frames()
    for side in (caller, callee):
        frames = after.get(side.office.address, 0) - before.get(side.office.address, 0)
        expect(frames > 50, f"{side.office.name} sent only {frames} trunk frames")


def busy(caller, callee, pair):
    with callee.phone("busy") as phone:
        outcome = caller.start_call(phone.number, "wait").wait()
    expect(outcome.status == "busy", f"{outcome.status} instead of busy ({outcome.detail})")


def unknown_extension(caller, callee, pair):
    # The guide's dialplan takes all of 2XX or 3XX, so a tandem is asked for another number.
    number = UNKNOWN if callee.kind == "tandem" else callee.office.digit + UNKNOWN[1:]
    under_way = caller.start_call(number, "wait")
    outcome = under_way.wait()
    expect(outcome.status in ("rejected", "unreachable"), f"{outcome.status} ({outcome.detail})")


def wrong_secret(caller, callee, pair):
    under_way = caller.start_call(callee.office.digit + "01", "wait", "bad")
    outcome = under_way.wait()
    expect(outcome.status in ("rejected", "unreachable"), f"{outcome.status} ({outcome.detail})")


def digits(caller, callee, pair):
    with callee.phone("digits") as phone:
        under_way = caller.start_call(phone.number, "send-digits")
        time.sleep(4)
        under_way.hangup()
        under_way.wait()
        got = phone.outcome().digits
    expect(got == "159*", f"the callee got digits '{got}' instead of '159*'")


def digits_back(caller, callee, pair):
    with callee.phone("send-digits") as phone:
        under_way = caller.start_call(phone.number, "digits")
        time.sleep(4)
        under_way.hangup()
        got = under_way.wait().digits
    expect(got == "159*", f"the caller got digits '{got}' instead of '159*'")


def text_from_far(caller, callee, pair):
    """An Asterisk's SendText arrives, whoever called."""
    sender = pair.far
    if caller is sender:
        with callee.phone("text") as phone:
            under_way = caller.start_call(phone.number, "send-text")
            time.sleep(2.5)
            under_way.hangup()
            under_way.wait()
            got = phone.outcome().texts
    else:
        with callee.phone("send-text") as phone:
            under_way = caller.start_call(phone.number, "text")
            time.sleep(2.5)
            under_way.hangup()
            got = under_way.wait().texts
    expect(f"greetings from {sender.office.name}" in got, f"texts received: {got}")


def text_echoed(pair):
    """Asterisk's Echo application sends text back as it came: our text in both directions of one call."""
    with pair.far.phone("echo") as phone:
        under_way = pair.near.start_call(phone.number, "send-text")
        time.sleep(2.5)
        under_way.hangup()
        got = under_way.wait().texts
    expect(f"greetings from {pair.near.office.name}" in got, f"texts echoed: {got}")
    pair.quiet()


def hangup_by_callee(caller, callee, pair):
    with callee.phone("hangup") as phone:
        under_way = caller.start_call(phone.number, "wait")
        outcome = under_way.wait(10)
    expect(outcome.status == "answered", f"{outcome.status} ({outcome.detail})")


def hangup_by_caller(caller, callee, pair):
    with callee.phone("wait") as phone:
        under_way = caller.start_call(phone.number, "wait")
        time.sleep(1.5)
        under_way.hangup()
        outcome = under_way.wait(10)
        phone.outcome()
    expect(outcome.status == "answered", f"{outcome.status} ({outcome.detail})")


def signalling(pair):
    """What went over the wire in all of this: call tokens and MD5, in both directions."""
    for side in (pair.near, pair.far):
        seen = pair.capture.commands(side.office.address)
        for command in ("NEW", "CALLTOKEN", "AUTHREQ", "AUTHREP", "ACCEPT", "POKE", "PONG", "REGREQ", "REGAUTH", "REGACK"):
            expect(seen.get(command), f"{side.office.name} never sent {command}; it sent {seen}")


def survives(caller, callee, pair):
    """A call of 12 s stays up on a bad line, digits get through, and it ends on both sides."""
    with callee.phone("digits") as phone:
        under_way = caller.start_call(phone.number, "send-digits")
        time.sleep(12)
        expect(pair.near.active_calls() > 0 and pair.far.active_calls() > 0, "the call was lost")
        under_way.hangup()
        outcome = under_way.wait(40)
        got = phone.outcome().digits
    expect(outcome.status == "answered", f"{outcome.status} ({outcome.detail})")
    expect(got == "159*", f"the callee got digits '{got}' instead of '159*'")


def line_was_bad(report):
    """Without losses, "survives" would prove nothing."""
    lost = re.search(r"(\d+) lost", report)
    expect(lost and int(lost.group(1)) >= 10, f"too little was lost: {report}")


# Name, function; `both`: once as caller and once as callee.
CASES = [
    ("qualify", qualify, False),
    ("registration both ways", registration, False),
    ("call with MD5 and call token, audio", call, True),
    ("trunk with three calls", trunk, True),
    ("wrong secret", wrong_secret, True),
    ("unknown extension", unknown_extension, True),
    ("busy", busy, True),
    ("DTMF from the caller", digits, True),
    ("DTMF from the callee", digits_back, True),
    ("text from Asterisk", text_from_far, True),
    ("text to Asterisk and back", text_echoed, False),
    ("hangup by the caller", hangup_by_caller, True),
    ("hangup by the callee", hangup_by_callee, True),
    ("what the wire saw", signalling, False),
]

REGISTER = "register => branch:" + BRANCH_SECRET + "@{other}\n"
