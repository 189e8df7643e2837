#!/usr/bin/env python3
"""What of IAX2 is shown to hold by which test: writes docs/conformance.md, or checks that it is up to date.

    scripts/conformance.py            writes the page
    scripts/conformance.py --check    fails when the page differs from what it would write

A test shows a requirement when it carries its number: test_req_043_ack_echoes() in C and Python, with several numbers if need be
(test_req_023_024_..., test_req_148_to_153_...), or a comment REQ-043 inside it.  Names of C tests stand for their functions, all else for whole files."""
import argparse
import collections
import difflib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
SUFFIXES = {".c", ".h", ".py", ".sh"}

# number, "L" when it belongs to a later release, what it demands
REQUIREMENTS = """
# Transport and framing
1   one UDP port for all, 4569 unless configured
2   answers leave by the socket that was asked
3   fewer than 4 bytes: dropped
4   0x0000 and a set top bit: video mini frame, 6 bytes at least
5   0x0000 and a clear top bit: meta frame; all but trunk frames are dropped
6   full frames under 12 bytes: dropped
7   no payload length before the length of the header is checked
8   an empty mini frame is no sound and no harm
9   4096 bytes are taken in whole
10  all fields of the full header at their places
11  subclass below 128: as it is
12  subclass 2^7 to 2^63: 0x80 and the exponent
13  subclass -1: 0xff
14  a subclass with C set is a power of two
15  u-law goes out as 0x04, comes in as 0x04 or 0x82
16  voice whose format is none or several: an unknown format
17  voice of unknown format: acknowledged, not heard
18  ... and the current format stays
19  video subclass: 0x40 is the marker, six bits are the format
20  video subclass 0: the known format with the marker
21  minis are found by address, port and the sender's number
22  video minis: 15 bits of time, one marker
# Trunks
23  entries with time stamps
24  entries without
25  an entry longer than what is left ends the frame
26  an entry of an unknown call is skipped with its payload
27  the top bit of an entry's number means nothing
28  an entry before the first full frame asks for it
29  voice to one address leaves together each trunkfreq
30  at once when another entry would reach trunkmtu
31  trunkmtu 0: by the timer only
32  never more waiting than trunkmaxsize
33  trunk time starts again with 0 after 5 s of silence
34  no two trunk frames of the same time
35  entries without time get theirs from the trunk
36  time stamp 0 is a time stamp
37  first voice and new formats go in full frames
38  L encrypted voice is never trunked
39  L clear trunk voice of an encrypted call, by configuration
40  video is never trunked
# Reliability
41  ACK, INVAL, VNAK, TXCNT, TXACC take no number
42  everything else takes one, modulo 256
43  an ACK echoes time stamp and ISeqno
44  what comes twice is acknowledged twice and done once
45  after a gap: VNAK, and nothing out of order
46  duplicate or gap is decided modulo 256
47  ISeqno acknowledges all before it
48  ISeqno outside the window is ignored
49  every full frame acknowledges, INVAL does not
50  an ACK at once when nothing else carried the number
51  no ACK for what takes no number
52  sent again: R, the present ISeqno, all else as before
53  first interval: twice the round trip, within bounds
54  intervals double up to 10 s
55  given up after the configured time
56  a call whose frame is given up ends with cause 27
57  a last frame is given up in silence
58  a registration given up is a timeout, and tried again
59  VNAK: everything from its number on goes again at once
60  ... without counting as a try
61  one VNAK in 20 ms
62  minis before the first full frame: VNAK
63  VNAK: the next voice frame is a full one
64  INVAL with both numbers right ends the leg
65  INVAL with a wrong number does nothing
66  a frame of no known call: INVAL, within limits
67  INVAL, ACK, VNAK, TXCNT, TXACC never lead to INVAL
68  never more than 64 unacknowledged
# Which call a frame belongs to
69  own numbers at random from 2 to 32767
70  a number rests a minute; nothing late reaches its successor
71  the first answer gives the other side's number
72  number 1 is nobody's number
73  only NEW, REGREQ, REGREL, FWDOWNL with destination 0 open anything
74  the R bit is no part of the number
75  a wrong destination number: dropped
76  a repeated NEW makes no second call
77  another port is another sender
78  a HANGUP repeated after the end is acknowledged
79  no number left: bare REJECT or REGREJ
80  so many legs per address
81  so many legs without a token
82  an unproven call starts with the next frame of its caller
# Time stamps
83  milliseconds since the first frame
84  PONG, LAGRP, ACK echo
85  voice goes on by its duration near the clock
86  after silence voice starts from the clock, in whole frames
87  commands grow strictly
88  a full voice frame whenever bit 15 and up change
89  a full voice frame first, and with each format
90  minis over the wrap of 16 bits
91  a late mini belongs before the wrap
92  the same for video
93  no frame is refused for its time stamp
# Frames and formats
94  a digit's end alone is a digit
95  begin and end: a digit as long as that
96  digits go out as begin and end, or as end only
97  text is ended by the receiver
98  unknown types: acknowledged, ignored
99  NULL: acknowledged, ignored
100 media and control before ACCEPT: acknowledged, dropped
101 blocked control frames have no effect
102 HOLD without music class
103 0xff: stop sounds
104 L CONNECTED_LINE and REDIRECTING where configured
105 payloads that are C structures are never read
106 L comfort noise and the jitter buffer
107 durations come from the payload
108 signed linear is big-endian
109 64-bit formats: version 0 and 8 bytes
110 preference letters
# Information elements
111 an element longer than the rest: the frame is dropped unacknowledged
112 one byte too many: the same
113 unknown elements are skipped
114 an element of wrong length is skipped
115 of repeated elements the last counts, but for VARIABLE and OSPTOKEN
116 the 64-bit format wins
117 strings: no NUL, 255 bytes at most
118 VERSION is first in NEW
119 CALLTOKEN is last
120 APPARENT_ADDR: 16 or 28 bytes
121 APPARENT_ADDR as sent
122 DATETIME
123 neither number nor name: presentation 0x43
124 long variables are split and joined
125 received variables stay apart from our own
126 MSGCOUNT: old and new, 255 at most
127 no VERSION is fine; above 2 is refused with 50
128 unknown commands: UNSUPPORT
129 never UNSUPPORT for UNSUPPORT
# Calls
130 NEW: numbers 0, 0, 0
131 CALLTOKEN: the NEW again with the token
132 twice at most
133 ACCEPT: early media may flow
134 ACCEPT in a format of others: REJECT 58
135 ACCEPT without a format: our first
136 AUTHREQ in a running call: ignored
137 HANGUP ends, acknowledged, with its cause
138 REJECT ends, with its cause or 21
139 crossing HANGUPs
140 unknown extension: 3
141 no common format: 58
142 BUSY is 17, CONGESTION is 34
143 30 s without AUTHREP: hung up
144 nothing is sent before the number is known, and nothing lost
145 REJECT from call 1
146 the set-up timer: 34
147 INVAL ends in every state
# Formats of a call
148 codecpriority host
149 codecpriority caller
150 codecpriority disabled
151 codecpriority reqonly
152 no CAPABILITY: FORMAT is it
153 ACCEPT names one format, twice
154 several formats in ACCEPT: our order decides
155 any advertised format may come at any time
# Registration
156 REGREQ: USERNAME, REFRESH, CALLTOKEN
157 REGAUTH is answered on the same leg
158 REGACK: acknowledged, REFRESH or 60 adopted
159 again after 5/6 at the latest
160 REGREJ: rejected, and tried again
161 answers from elsewhere are ignored
162 REFRESH within minregexpire and maxregexpire
163 expiry 10 s after the end
164 REGREL
165 unknown peers are asked and refused
166 static peers and denied addresses are refused
167 a wrong proof: Registration Refused, 29
168 REGACK shows the address it saw
169 REGACK tells of messages
170 registrations survive a restart
171 L regcontext
# Call tokens
172 an empty token is answered without state
173 ... with number 1, the time stamp, 0 and +1
174 a good token is taken
175 not from another address or port
176 not too old, not from the future
177 not changed; compared in constant time
178 none where one is required: refused
179 requirecalltoken no and auto
180 auto turns into yes
181 calltokenoptional
182 refusals are bare
183 the client does not look into it
# Dial plan, transfer, services
184 L NEW for TBD
185 L DPREQ and DPREP
186 DPREQ outside of that: ignored
187 L DIAL
188 L immediate=yes
189 L lookups in other switches
190 L TXREQ leads to TXCNT
191 L TXCNT to TXACC
192 L TXACC to TXREADY
193 L TXREL
194 L TXMEDIA
195 TXREL without a transfer leaves the call alone
196 L no transfer of encrypted calls
197 transfer=no: TXREQ is refused
198 L a transfer that fails
199 PONG with the report
200 LAGRP
201 PING each 21 s, LAGRQ each 10 s
202 POKE: PONG without state
203 qualify: OK, LAGGED, UNREACHABLE
204 QUELCH and UNQUELCH
205 QUELCH with music
206 FWDOWNL: UNSUPPORT
207 PROVISION: UNSUPPORT
# Authentication
208 MD5 of challenge and secret, in lower case
209 upper case is taken too
210 every secret of a user
211 the last secret of a peer
212 L RSA signatures
213 L an error is no signature
214 no plain secret unless configured
215 a new challenge each time
216 unknown users: AUTHREQ, then 50
217 delayreject: ACK at once, refusal after a second
218 maxauthreq: 21
219 L no way from RSA to MD5
220 an unknown dbsecret is no empty secret
221 an early HANGUP ends an unanswered leg only
# Encryption
222 L key
223 L which bytes
224 L padding
225 L worked examples
226 L from AUTHREP on
227 L fresh padding each time
228 L damaged frames
229 L no clear signalling
230 L forceencryption as callee
231 L forceencryption as caller
232 L only when both offer it
233 L RTKEY changes one direction
234 L the old key for 40 s
235 L RTKEY elsewhere
# Configuration and tools
236 templates, appended sections, += and =>
237 comments and escapes
238 #include, no #exec
239 a bad file leaves all as it was
240 permit and deny: the last match
241 calls without a user name
242 contexts of a user
243 dial strings
244 L register lines with a key
245 allow and disallow
246 columns of the show commands
247 L iax2 test losspct
# Jitter buffer
248 L jitter
249 L target
250 L growing and shrinking
251 L late frames
252 L missing frames
253 L silence after many
254 L after silence
255 L jumps
256 L length
257 L reports of the buffer in PONG
"""

HEAD = """# Conformance

What tandem holds to of IAX2, requirement by requirement, and the tests that show it. This page is made by
`scripts/conformance.py` from the names and comments of the tests; a test fails when it is not up to date.

"later" marks what belongs to a release to come; "-" what no test carries the number of.
"""


def requirements():
    """(section, number, later, wording) in order."""
    section = ""
    for line in REQUIREMENTS.strip().splitlines():
        if line.startswith("#"):
            section = line[1:].strip()
            continue
        number, wording = line.split(None, 1)
        later = wording.startswith("L ")
        yield section, int(number), later, wording[2:] if later else wording


def numbers_of(text):
    """The requirements that a piece of code carries the numbers of."""
    found = {int(n) for n in re.findall(r"\bREQ-(\d{3})\b", text)}
    for name in re.findall(r"\btest_req((?:_\d{3})+)", text):
        found.update(int(n) for n in name.split("_") if n)
    for first, last in re.findall(r"\btest_req_(\d{3})_to_(\d{3})", text):
        found.update(range(int(first), int(last) + 1))
    return found


def pieces(path, text):
    """(name, code) of a file: its test functions, and without a name what lies between them."""
    if path.suffix == ".py":
        starts = list(re.finditer(r"^ *def (test_\w+)", text, re.M))
    else:
        # a comment right before a test belongs to it
        starts = list(re.finditer(r"^(?:/\*(?:(?!\*/)[\s\S])*\*/\n)?static void (test_\w+)\(", text, re.M))
    text = re.split(r"^int main\(", text, flags=re.M)[0]
    at = 0
    for start in starts:
        if start.start() >= len(text):
            break
        yield None, text[at:start.start()]
        end = re.compile(r"^}$" if path.suffix != ".py" else r"^(?=\S)", re.M).search(text, start.end())
        at = end.end() if end else len(text)
        yield start.group(1), text[start.start():at]
    yield None, text[at:]


def collect():
    """number -> set of "file" or "file: test"."""
    shown = collections.defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*")):
        if path.suffix not in SUFFIXES or "data" in path.relative_to(ROOT / "tests").parts:
            continue
        where = path.relative_to(ROOT / "tests").as_posix()
        for name, code in pieces(path, path.read_text(errors="replace")):
            for number in numbers_of(code):
                shown[number].add((where, name or ""))
    return shown


def tests_text(places):
    by_file = collections.defaultdict(set)
    for where, name in places:
        by_file[where].add(name)
    parts = []
    for where in sorted(by_file):
        names = sorted(name for name in by_file[where] if name)
        parts.append(where + (": " + ", ".join(f"`{name}`" for name in names) if names else ""))
    return "; ".join(parts)


def page():
    shown = collect()
    rows = list(requirements())
    done = sum(1 for _, number, _, _ in rows if number in shown)
    later = sum(1 for _, number, late, _ in rows if late and number not in shown)
    lines = [HEAD, f"Of {len(rows)} requirements {done} are shown by tests, {later} are for later, {len(rows) - done - later} are left.", ""]
    section = None
    for title, number, late, wording in rows:
        if title != section:
            section = title
            lines += [f"## {title}", "", "| REQ | what | tests |", "| --- | --- | --- |"]
        tests = tests_text(shown[number]) if number in shown else "later" if late else "-"
        lines.append(f"| {number:03d} | {wording} | {tests} |")
        following = rows.index((title, number, late, wording)) + 1
        if following == len(rows) or rows[following][0] != title:
            lines.append("")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail when docs/conformance.md is not what would be written")
    args = parser.parse_args()
    numbers = [number for _, number, _, _ in requirements()]
    if numbers != list(range(1, len(numbers) + 1)):
        sys.exit("conformance: the list of requirements has a hole or a number twice")
    unknown = sorted(set(collect()) - set(numbers))
    if unknown:
        sys.exit(f"conformance: tests name requirements that are none: {unknown}")
    new = page()
    if not args.check:
        PAGE.write_text(new)
        return
    old = PAGE.read_text() if PAGE.exists() else ""
    if old != new:
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "docs/conformance.md", "the tests"))
        sys.exit("docs/conformance.md is not up to date: run scripts/conformance.py and commit it")


if __name__ == "__main__":
    main()
