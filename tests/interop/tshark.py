"""A second opinion: what tshark's IAX2 dissector finds in a capture of two tandems."""

import subprocess
import time

from cases import expect

DIGITS = "159*"
FIELDS = ("ip.src", "iax2.packet_type", "iax2.type", "iax2.iax.subclass", "iax2.voice.subclass", "iax2.dtmf.subclass",
          "iax2.iax.called_number", "iax2.iax.username", "iax2.iax.version", "iax2.iax.called_context", "iax2.iax.auth.md5",
          "iax2.iax.causecode", "iax2.trunk.ncalls", "_ws.malformed", "iax2.retransmission", "iax2.iax.auth.methods")
FULL, TRUNK = "1", "3"
NEW, ACCEPT, AUTHREQ, AUTHREP, HANGUP, CALLTOKEN = "1", "7", "8", "9", "5", "40"


def make_calls(near, far):
    """Three calls at once over the trunk, with digits and text in them."""
    phones = [far.phone(name) for name in ("talk", "talk2", "talk3")]
    try:
        for phone in phones:
            phone.__enter__()
        calls = [near.start_call(phone.number, action) for phone, action in zip(phones, ("send-digits", "send-text", "talk"))]
        time.sleep(4)
        for call in calls:
            call.hangup()
        for end in calls:
            outcome = end.wait()
            expect(outcome.status == "answered", f"{outcome.status} ({outcome.detail})")
        digits = None
        for phone in phones:
            outcome = phone.outcome()
            digits = outcome.digits or digits
        expect(digits == DIGITS, f"digits heard: {digits}")
    finally:
        for phone in phones:
            phone.__exit__()


def dissect(path):
    """One dict per datagram."""
    command = ["tshark", "-n", "-r", path, "-Y", "iax2 && !icmp", "-T", "fields", "-E", "occurrence=f", "-E", "separator=/t"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "tshark: " + done.stderr.strip())
    return [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()]


def check(path):
    rows = dissect(path)
    expect(len(rows) > 100, f"only {len(rows)} packets in the capture")
    malformed = [row for row in rows if row["_ws.malformed"]]
    expect(not malformed, f"{len(malformed)} malformed frames, the first: {malformed[:1]}")
    commands = {}
    for row in rows:
        if row["iax2.type"] == "6":
            commands.setdefault(row["iax2.iax.subclass"], []).append(row)
    called = {row["iax2.iax.called_number"] for row in commands.get(NEW, [])}
    expect(called == {"301", "302", "303"}, f"called numbers: {called}")
    for row in commands[NEW]:
        expect((row["iax2.iax.username"], row["iax2.iax.version"]) == ("office-a", "0x0002"), f"NEW: {row}")
        expect(row["iax2.iax.called_context"] == "from-iax", f"context: {row}")
    for command in (CALLTOKEN, AUTHREQ, ACCEPT, HANGUP):
        expect(command in commands, f"no IAX command {command}")
    for row in commands[AUTHREP]:
        expect(len(row["iax2.iax.auth.md5"]) == 32, f"AUTHREP: {row}")
    trunk = [row for row in rows if row["iax2.packet_type"] == TRUNK]
    for address in ("10.1.1.10", "10.2.2.20"):
        calls = [int(row["iax2.trunk.ncalls"]) for row in trunk if row["ip.src"] == address]
        expect(len(calls) > 50 and max(calls) >= 2, f"{address}: {len(calls)} trunk frames, at most {max(calls, default=0)} calls in one")
