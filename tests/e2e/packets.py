"""IAX2 as bytes, for tests that send what no program would: frames, elements, the datagrams of the captures."""

import os
import struct

CAPTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "captures")

VOICE, CONTROL, IAX = 2, 4, 6
NEW, PING, PONG, ACK, HANGUP, REJECT, ACCEPT, INVAL, LAGRQ, REGREQ, VNAK, POKE, CALLTOKEN = 1, 2, 3, 4, 5, 6, 7, 10, 11, 13, 18, 30, 40
IE_NUMBER, IE_USERNAME, IE_CAPABILITY, IE_FORMAT, IE_VERSION, IE_TOKEN = 1, 6, 8, 9, 11, 54


def full(scall, dcall, kind, subclass, payload=b"", timestamp=3, oseqno=0, iseqno=0, again=False):
    """A full frame."""
    return struct.pack(">HHIBBBB", 0x8000 | scall, (0x8000 if again else 0) | dcall, timestamp, oseqno & 255, iseqno & 255, kind,
                       subclass) + payload


def element(number, data):
    return bytes([number, len(data)]) + data


def new(scall, username=b"", number=b"100", token=None, **keywords):
    """A request for a call; token b"" asks for one."""
    payload = element(IE_VERSION, b"\0\2") + element(IE_NUMBER, number) + element(IE_USERNAME, username)
    payload += element(IE_CAPABILITY, b"\0\0\0\x0c") + element(IE_FORMAT, b"\0\0\0\4")
    if token is not None:
        payload += element(IE_TOKEN, token)
    return full(scall, 0, IAX, NEW, payload, **keywords)


def trunk(entries, flags=0, command=1):
    """A trunk frame of (number, claimed length, data)."""
    body = b"".join(struct.pack(">HH", number, length) + data for number, length, data in entries)
    return struct.pack(">HBBI", 0, command, flags, 20) + body


def _udp_payload(packet):
    """What an Ethernet frame has in UDP, or None."""
    kind, = struct.unpack_from(">H", packet, 12)
    if kind == 0x0800 and packet[23] == 17:
        return packet[14 + 4 * (packet[14] & 15) + 8:]
    if kind == 0x86DD and packet[20] == 17:
        return packet[14 + 40 + 8:]
    return None


def capture(path):
    """The datagrams of a capture of Ethernet."""
    with open(path, "rb") as file:
        data = file.read()
    offset = 24
    while offset + 16 <= len(data):
        length, = struct.unpack_from("<I", data, offset + 8)
        payload = _udp_payload(data[offset + 16:offset + 16 + length])
        if payload:
            yield payload
        offset += 16 + length


def captures():
    """All datagrams of all captures."""
    for name in sorted(os.listdir(CAPTURES)):
        if name.endswith(".pcap"):
            yield from capture(os.path.join(CAPTURES, name))
