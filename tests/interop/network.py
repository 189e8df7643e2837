"""Two offices in network namespaces of their own: 10.1.1.10 and 10.2.2.20, joined by a wire or by a bad line."""

import os
import socket
import struct
import subprocess
import sys
import time

A_ADDRESS, B_ADDRESS = "10.1.1.10", "10.2.2.20"
# RFC 5456 section 8.4.
IAX_FRAME = 6
COMMANDS = {1: "NEW", 2: "PING", 3: "PONG", 4: "ACK", 5: "HANGUP", 6: "REJECT", 7: "ACCEPT", 8: "AUTHREQ", 9: "AUTHREP", 13: "REGREQ",
            14: "REGAUTH", 15: "REGACK", 16: "REGREJ", 18: "VNAK", 30: "POKE", 40: "CALLTOKEN"}

RELAY = os.path.join(os.path.dirname(__file__), "..", "tools", "relay.py")


class Network:
    """`line`: None for a wire, or the options of tests/tools/relay.py for a line that loses, delays and repeats."""

    def __init__(self, tag, line=None):
        self.a, self.b = f"tandem-{tag}-a", f"tandem-{tag}-b"
        self._middle = [f"tandem-{tag}-ra", f"tandem-{tag}-rb"] if line is not None else []
        self._line = line
        self._relay = None
        self._tag = tag
        self.line_report = ""  # at the end: what the bad line did to the datagrams
        self.wire_of_a = f"t{tag}x0"

    def __enter__(self):
        try:
            for name in (self.a, self.b, *self._middle):
                _ip("netns", "add", name)
                _ip("-n", name, "link", "set", "lo", "up")
            if self._middle:
                # The relay answers to each office under the address of the other one, so nothing in their configuration
                # or their access lists differs from a plain wire.
                self._wire(self.a, A_ADDRESS, self._middle[0], B_ADDRESS, "x")
                self._wire(self._middle[1], A_ADDRESS, self.b, B_ADDRESS, "y")
                self._start_relay()
            else:
                self._wire(self.a, A_ADDRESS, self.b, B_ADDRESS, "x")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if self._relay:
            self._relay.terminate()
            self.line_report = self._relay.communicate()[0].strip()
            self._relay = None
        for name in (self.a, self.b, *self._middle):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)

    def _wire(self, left, left_address, right, right_address, letter):
        ends = f"t{self._tag}{letter}0", f"t{self._tag}{letter}1"
        _ip("link", "add", ends[0], "netns", left, "type", "veth", "peer", "name", ends[1], "netns", right)
        for name, end, own, far in ((left, ends[0], left_address, right_address), (right, ends[1], right_address, left_address)):
            _ip("-n", name, "addr", "add", own + "/24", "dev", end)
            _ip("-n", name, "link", "set", end, "up")
            _ip("-n", name, "route", "add", far + "/32", "dev", end)

    def _start_relay(self):
        side = [f"{B_ADDRESS}:4569,{A_ADDRESS}:4569,{self._middle[0]}", f"{A_ADDRESS}:4569,{B_ADDRESS}:4569,{self._middle[1]}"]
        command = [sys.executable, RELAY, "--left", side[0], "--right", side[1], *self._line]
        self._relay = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self._relay.stdout.readline().strip() != "ready":
            raise RuntimeError("the relay did not start")


class Capture:
    """Records the IAX2 packets on the wire of office A."""

    def __init__(self, network, path):
        self.path = path
        self._network = network

    def __enter__(self):
        command = ["ip", "netns", "exec", self._network.a, "dumpcap", "-q", "-P", "-i", self._network.wire_of_a, "-f", "udp port 4569",
                   "-w", self.path]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(100):
            if os.path.exists(self.path) and os.path.getsize(self.path) > 0:
                return self
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self._process.kill()
        raise RuntimeError(f"dumpcap did not start: {self._process.communicate()[1].strip()}")

    def __exit__(self, *unused):
        if self._process.poll() is None:
            time.sleep(0.5)  # dumpcap hands packets over in batches
            self._process.terminate()
        self._process.communicate()

    def _payloads(self):
        """(sender's address, UDP payload) of each packet so far."""
        time.sleep(0.7)
        with open(self.path, "rb") as file:
            data = file.read()
        position = 24
        while position + 16 <= len(data):
            length = struct.unpack_from("<I", data, position + 8)[0]
            packet = data[position + 16:position + 16 + length]
            position += 16 + length
            if len(packet) == length and packet[12:14] == b"\x08\x00" and packet[23] == 17:
                ip_header = 4 * (packet[14] & 15)
                yield socket.inet_ntoa(packet[26:30]), packet[14 + ip_header + 8:]

    def meta_frames(self):
        """How many trunk frames each address has sent."""
        count = {}
        for sender, payload in self._payloads():
            if payload[:3] == b"\0\0\1":
                count[sender] = count.get(sender, 0) + 1
        return count

    def commands(self, address):
        """How often each IAX command was sent from an address."""
        count = {}
        for sender, payload in self._payloads():
            if sender == address and len(payload) >= 12 and payload[0] & 0x80 and payload[10] == IAX_FRAME:
                name = COMMANDS.get(payload[11], str(payload[11]))
                count[name] = count.get(name, 0) + 1
        return count


def _ip(*arguments):
    done = subprocess.run(["ip", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
