#!/usr/bin/env python3
"""Reads every #include and fails on one that goes up, or on a third-party header outside its adapter.

    scripts/check_layers.py [ROOT]

The layers, as docs/design.md has them.  A file may include headers of its own folder and of the folders in its row."""

import os
import re
import sys

# Folder: what it may see.  Folders that are not listed may not have sources.
BASE = {"iax2", "src/util"}
LAYERS = {
    "include/iax2": {"iax2"},
    "lib": {"iax2"},
    "src/util": set(),
    "src/crypto": BASE,
    "src/media": BASE,
    "src/net": BASE,
    "src/config": BASE | {"src/net"},
    "src/store": {"src/util"},
    "src/dialplan": BASE | {"src/config", "src/net", "src/media"},
    "src/switch": BASE | {"src/dialplan", "src/store", "src/config", "src/net", "src/media", "src/crypto"},
    "src/control": BASE | {"src/switch", "src/dialplan", "src/config", "src/net"},
    "src/daemon": BASE | {"src/control", "src/switch", "src/dialplan", "src/config", "src/net", "src/crypto", "src/media", "src/store"},
    "tools/call": BASE | {"src/net", "src/media", "src/crypto", "src/config"},
}

# Third-party header: the files that may include it.
ADAPTERS = {
    r"openssl/": {"src/crypto/openssl.c"},
    r"uv\.h": {"src/net/loop.c"},
    r"sqlite3\.h": {"src/store/sqlite.c"},
    r"alsa/": {"tools/call/audio_alsa.c"},
    r"histedit\.h|editline/": {"src/daemon/console.c"},
}

# Headers of C17 itself: all that lib/ and include/ may use.
C_HEADERS = set("""assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype""".split())
PURE = ("lib", "include/iax2")

# Headers of the system that everybody above the library may use.
SYSTEM = re.compile(r"(sys|arpa|net|netinet|linux|bits)/|(dirent|fcntl|fnmatch|getopt|glob|grp|ifaddrs|netdb|poll|pthread|pwd|regex|"
                    r"sched|strings|syslog|termios|unistd|libgen)\.h$")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(root):
    for top in ("include", "lib", "src", "tools"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".def")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def folder_of(root, path, header):
    """The folder that a header in quotes lives in, as LAYERS calls it; None when there is no such file."""
    own = os.path.dirname(path)
    for base in (own, "include", "src", "lib" if own == "lib" else own):
        found = os.path.normpath(os.path.join(base, header))
        if os.path.exists(os.path.join(root, found)):
            return "iax2" if found.startswith("include/iax2/") else os.path.dirname(found)
    return None


def check_system(path, folder, header):
    stem = header[:-2] if header.endswith(".h") else header
    if stem in C_HEADERS:
        return None
    for pattern, files in ADAPTERS.items():
        if re.match(pattern, header):
            return None if path in files else f"<{header}> belongs to {', '.join(sorted(files))} alone"
    if folder in PURE:
        return f"<{header}> is not C17: the library uses nothing else"
    return None if SYSTEM.match(header) else f"<{header}> is not known here: a third-party header needs an adapter"


def check(root, path):
    """The wrong includes of one file, as (line, text)."""
    folder = os.path.dirname(path)
    if folder not in LAYERS:
        yield 1, f"folder {folder} has no place in the layers"
        return
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        header = match.group(2)
        target = folder_of(root, path, header) if match.group(1) == '"' or header.startswith("iax2/") else None
        if target is None:
            problem = check_system(path, folder, header) if match.group(1) == "<" else f'"{header}" is not there'
        else:
            own = "iax2" if folder == "include/iax2" else folder
            problem = None if target == own or target in LAYERS[folder] else f'"{header}" is above or beside {folder}: {target}'
        if problem:
            yield line, problem


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    files = wrong = 0
    for path in sources(root):
        files += 1
        for line, problem in check(root, path):
            wrong += 1
            print(f"{path}:{line}: {problem}")
    if files == 0:
        print("no sources found")
        return 1
    print(f"{files} files, {wrong} wrong includes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
