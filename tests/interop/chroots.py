"""Debian systems with a real Asterisk in them, made by debootstrap and kept below build/chroots."""

import glob
import os
import re
import shutil
import subprocess

# Asterisk's major version: the Debian release that has it.
RELEASES = {"22": "forky", "16": "bullseye"}
DEFAULT_MIRROR = "http://deb.debian.org/debian"


class ChrootError(Exception):
    pass


def _mirrors(directory="/etc/apt"):
    """The archive URIs that apt is configured with, one-line and deb822 form."""
    files = [directory + "/sources.list"] + sorted(glob.glob(directory + "/sources.list.d/*"))
    for name in files:
        try:
            with open(name, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            continue
        if name.endswith(".sources"):
            yield from re.findall(r"^URIs:\s*(\S+)", text, re.MULTILINE | re.IGNORECASE)
        elif name.endswith(".list"):
            yield from re.findall(r"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)", text, re.MULTILINE)


def mirror(directory="/etc/apt"):
    """The Debian archive to fetch from: apt's own, so that a local mirror or a proxy is respected."""
    for uri in _mirrors(directory):
        uri = uri.rstrip("/")
        if uri.endswith("/debian") and uri.startswith(("http://", "https://", "file:")):
            return uri
    return DEFAULT_MIRROR


def ensure(version, root, log):
    """The directory of the system with Asterisk `version`, made if it is not there."""
    release = RELEASES[version]
    target = os.path.join(root, release)
    if os.path.exists(os.path.join(target, "usr/sbin/asterisk")):
        return target
    partial = target + ".partial"
    if os.path.exists(partial):
        shutil.rmtree(partial)
    os.makedirs(root, exist_ok=True)
    # Any suite goes by the script of sid; debootstrap has scripts of their own only for the releases that it knows.
    script = "/usr/share/debootstrap/scripts/sid"
    command = ["debootstrap", "--variant=minbase", "--include=asterisk,asterisk-modules", release, partial, mirror(), script]
    with open(log, "w", encoding="utf-8") as out:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False).returncode
    if status != 0:
        with open(log, encoding="utf-8", errors="replace") as out:
            tail = "".join(out.readlines()[-8:])
        raise ChrootError(f"{' '.join(command)} ended with status {status}; the end of {log}:\n{tail}")
    os.rename(partial, target)
    return target
