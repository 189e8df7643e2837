#!/usr/bin/env python3
"""The house style, as far as a program can see it: scripts/check_style.py [ROOT]

Long files and functions, blanks at line ends, spaces where tabs belong, unfinished work."""

import os
import re
import subprocess
import sys

MAX_FILE = 800
MAX_FUNCTION = 60
UNFINISHED = re.compile(r"\b(TODO|FIXME)\b")
TEXT = (".c", ".h", ".def", ".py", ".sh", ".md", ".conf", ".build", "Makefile", "run")
CODE = (".c", ".h", ".def")


def files(root):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True,
                            check=True).stdout.decode()
    return [name for name in listed.split("\0") if name.endswith(TEXT) and os.path.exists(os.path.join(root, name))]


def check_lines(name, lines):
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        if "\r" in line:
            yield number, "carriage return"
        if not name.endswith(CODE):
            continue
        # Spaces may align the rest of a declaration or the rows of a table; a statement begins with tabs.
        if re.match(r" {4,}\S.*;$", line) and number > 1 and lines[number - 2].endswith((";", "{", "}")):
            yield number, "indented with spaces"
        if UNFINISHED.search(line):
            yield number, "unfinished work"


def check_functions(lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > MAX_FUNCTION:
                yield start, f"a function of {number - start - 1} lines, {MAX_FUNCTION} are allowed"
            start = None


def check(root, name):
    with open(os.path.join(root, name), encoding="utf-8", newline="") as file:
        text = file.read()
    lines = text.split("\n")
    if text and lines[-1] != "":
        yield len(lines), "no newline at the end of the file"
    yield from check_lines(name, lines)
    if name.endswith(CODE):
        if len(lines) - 1 > MAX_FILE:
            yield 1, f"{len(lines) - 1} lines, {MAX_FILE} are allowed"
        if not name.startswith("tests/"):
            yield from check_functions(lines)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    wrong = 0
    names = files(root)
    for name in names:
        if name == os.path.relpath(os.path.abspath(__file__), os.path.abspath(root)):
            continue
        for line, problem in check(root, name):
            wrong += 1
            print(f"{name}:{line}: {problem}")
    print(f"{len(names)} files, {wrong} faults")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
