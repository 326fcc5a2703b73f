"""``python -m tests.bench [--minutes N] [--only PART]``: measure everything, or some of it, and print the table."""

from __future__ import annotations

import argparse
import ipaddress
import signal
import socket
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tests.bench.ground import Ground
from tests.bench.table import Figure, drawn, failed

PARTS = ("importing", "statements", "weight", "cost", "flatness", "wall", "memory", "entering", "racing", "campaigns")
"""Modules of this package, each with ``measure(ground, minutes)``."""
SLOW, LONG = ("instructions", "sealing", "withdrawing"), 5
"""Parts that run when asked for by name, or when the campaigns last so many minutes."""
MINUTES = 0.5
"""How long the campaigns last unless told otherwise."""


def main() -> int:
    """0 when every goal is reached."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    _stay_here()
    figures: list[Figure] = []
    with Ground() as ground:
        for part in asked.only or (PARTS + SLOW if asked.minutes >= LONG else PARTS):
            began = time.monotonic()
            print(f"{part}…", end=" ", file=sys.stderr, flush=True)
            figures += _measured(part, ground, asked.minutes)
            print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(drawn(figures))
    return 1 if any(one.reached is False for one in figures) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--minutes", type=_minutes, default=MINUTES, help="how long the campaigns last (%(default)s)")
    parser.add_argument("--only", action="append", choices=PARTS + SLOW, help="this part, again for others")
    return parser.parse_args()


def _minutes(said: str) -> float:
    """Up to a day: whatever is asked, it ends."""
    minutes = float(said)
    if not 0 < minutes <= 24 * 60:
        raise ValueError(said)
    return minutes


def _measured(part: str, ground: Ground, minutes: float) -> Iterator[Figure]:
    try:
        yield from import_module(f"tests.bench.{part}").measure(ground, minutes)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        yield failed(part, error)


def _stay_here() -> None:
    """Nothing of a bench leaves this machine."""
    real = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise PermissionError("the bench talks to this machine only")
        return real(self, address)

    socket.socket.connect = only_loopback  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    sys.exit(main())
