"""The hub's three ports on loopback: the usual ones, those of last time, or free ones."""

from __future__ import annotations

import json
import socket
from collections.abc import Container
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from hub_config.files import read_json, write_private

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """The ports that one hub listens on."""

    public: int = 8000
    hub: int = 8081
    proxy_api: int = 8001


def choose_ports(wanted: Ports) -> Ports:
    """Return `wanted`, each port that is in use replaced by a free one."""
    taken: list[int] = []
    for field in fields(Ports):
        taken.append(_free_port(getattr(wanted, field.name), taken))
    return Ports(*taken)


def last_ports(path: Path) -> Ports:
    """Return the ports written to `path` by `keep_ports`, or the usual ones.

    Servers that outlived a killed hub look for it where it was, so it comes back there.
    """
    kept = read_json(path)
    usual = asdict(Ports())
    valid = {key: kept[key] for key in usual if isinstance(kept.get(key), int) and 0 < kept[key] < 65536}
    return Ports(**{**usual, **valid})


def keep_ports(path: Path, ports: Ports) -> None:
    """Write `ports` for the next start."""
    write_private(path, json.dumps(asdict(ports)) + "\n")


def _free_port(wanted: int, taken: Container[int]) -> int:
    for port in (wanted, 0, 0, 0):
        found = _bind(port)
        if found is not None and found not in taken:
            return found
    raise OSError("no free port on loopback")


def _bind(port: int) -> int | None:
    """Return the port that could be bound (a free one for 0), or None where it is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])
