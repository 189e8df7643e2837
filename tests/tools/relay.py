#!/usr/bin/env python3
"""A bad line: carries UDP between two places and loses, delays, repeats and reorders on the way.

    relay.py --left LISTEN,TARGET[,NETNS] --right LISTEN,TARGET[,NETNS] [--loss 10] [--delay 40] [--jitter 20]
             [--duplicate 2] [--reorder 5] [--seed 1]

What arrives at the left LISTEN address leaves from the right one to the right TARGET, and the other way round.  An
address is a.b.c.d:port; NETNS is the network namespace to open the socket in.  Loss, duplication and reordering are per
cent of the datagrams, delay and jitter milliseconds; the same seed makes the same choices for the same sequence of
datagrams.  Prints "ready" when both sockets are open, and on SIGTERM what it has done.
"""

import argparse
import ctypes
import heapq
import random
import select
import signal
import socket
import sys
import time

CLONE_NEWNET = 0x40000000
REORDER_BY = 0.03


def parse_address(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


def open_socket(spec):
    """(socket, target) of LISTEN,TARGET[,NETNS]."""
    listen, target, *namespace = spec.split(",")
    if namespace:
        with open("/run/netns/" + namespace[0], "rb") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"cannot enter network namespace {namespace[0]}")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(parse_address(listen))
    sock.setblocking(False)
    return sock, parse_address(target)


class Line:
    """Decides what happens to each datagram, and keeps those that are under way."""

    def __init__(self, options):
        self._options = options
        self._random = random.Random(options.seed)
        self._queue = []
        self._count = 0
        self.done = {"passed": 0, "lost": 0, "repeated": 0, "reordered": 0}

    def _chance(self, percent):
        return self._random.random() * 100 < percent

    def put(self, now, sock, target, data):
        # The same number of draws for each datagram, whatever becomes of it.
        lost, twice, late = (self._chance(getattr(self._options, name)) for name in ("loss", "duplicate", "reorder"))
        delay = (self._options.delay + self._options.jitter * self._random.random()) / 1000
        if lost:
            self.done["lost"] += 1
            return
        self.done["passed"] += 1
        self.done["reordered"] += late
        self.done["repeated"] += twice
        for copy in range(1 + twice):
            self._count += 1
            due = now + delay + REORDER_BY * late + 0.001 * copy
            heapq.heappush(self._queue, (due, self._count, sock, target, data))

    def flush(self, now):
        """Sends what is due; seconds until the next one is, or None."""
        while self._queue and self._queue[0][0] <= now:
            _, _, sock, target, data = heapq.heappop(self._queue)
            try:
                sock.sendto(data, target)
            except OSError:
                pass  # nobody listens there just now; a real line would not tell us either
        return self._queue[0][0] - now if self._queue else None


def run(left, right, line, stopped):
    other = {left[0]: right, right[0]: left}
    while not stopped:
        wait = line.flush(time.monotonic())
        readable, _, _ = select.select(list(other), [], [], 0.2 if wait is None else min(wait, 0.2))
        for sock in readable:
            while True:
                try:
                    data = sock.recv(65535)
                except BlockingIOError:
                    break
                except OSError:
                    continue  # an ICMP error for something sent earlier
                line.put(time.monotonic(), *other[sock], data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--left", required=True)
    parser.add_argument("--right", required=True)
    for name in ("loss", "delay", "jitter", "duplicate", "reorder"):
        parser.add_argument("--" + name, type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *unused: stopped.append(True))
    try:
        left, right = open_socket(options.left), open_socket(options.right)
    except OSError as error:
        print(f"relay: {error}", file=sys.stderr)
        return 1
    print("ready", flush=True)
    line = Line(options)
    run(left, right, line, stopped)
    print(", ".join(f"{count} {word}" for word, count in line.done.items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
