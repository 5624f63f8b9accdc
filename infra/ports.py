"""Free TCP ports on loopback that stay the server's own while it is down."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
SPAN = 10_000
TRIES = 200


def free_ports(count: int) -> list[int]:
    """`count` different ports on 127.0.0.1 to which nothing is bound now; RuntimeError where there are none.

    They lie below the range from which the system takes the ports of outgoing connections. A port of that range may be
    taken while its server is killed; a client that tries again and again may even connect to itself there, and then
    the server cannot come back.
    """
    ceiling = int(EPHEMERAL.read_text(encoding="ascii").split()[0]) if EPHEMERAL.exists() else 32_768
    floor = max(1_024, ceiling - SPAN)
    found: list[int] = []
    for _ in range(TRIES):
        port = floor + secrets.randbelow(ceiling - floor)
        if port not in found and _free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"no {count} free ports between {floor} and {ceiling} on 127.0.0.1")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: what only lingers is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
