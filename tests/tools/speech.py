"""The speech that the demo and the tests play: tests/data/speech/*.ulaw (made with espeak-ng), as WAV files."""

import array
import os
import sys
import wave

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "speech")


def _linear(code):
    """One sample of G.711 u-law as 16-bit linear."""
    code = ~code & 0xFF
    value = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return -value if code & 0x80 else value


def write_wavs(directory):
    """Writes NAME.wav for each speech file to the directory; {name: path}."""
    table = [_linear(code) for code in range(256)]
    os.makedirs(directory, exist_ok=True)
    paths = {}
    for file_name in sorted(os.listdir(SOURCE)):
        name, extension = os.path.splitext(file_name)
        if extension != ".ulaw":
            continue
        with open(os.path.join(SOURCE, file_name), "rb") as file:
            samples = array.array("h", (table[code] for code in file.read()))
        if sys.byteorder == "big":
            samples.byteswap()
        paths[name] = os.path.join(directory, name + ".wav")
        with wave.open(paths[name], "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(samples.tobytes())
    return paths
