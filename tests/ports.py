"""Ports for servers that must know their address before they listen.

A port that the system hands out is free only until somebody connects: it takes the near ends of
connections from the same range. So ours lie below that range, and each process of tests begins elsewhere.
"""

import os
import socket
from collections.abc import Iterator
from itertools import count
from typing import Final

_FIRST: Final = 10_000
_PORTS: Final = 20_000
_A_PROCESS: Final = 97


def _from_own_place() -> Iterator[int]:
    for step in count(os.getpid() * _A_PROCESS):
        yield _FIRST + step % _PORTS


_ports: Final = _from_own_place()


def free_port() -> int:
    """Return a port that nobody listens on, another one each time."""
    for port in _ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("the ports never end")
