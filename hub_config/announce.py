"""What the hub says on the terminal: when it is ready, when it cannot start, when it stops."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub_config.instance import remove_address, running_address, write_address
from hub_config.layout import Layout
from hub_config.ports import Ports

USER = "astronomer"
ADMIN = "admin"
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 (recognised, not bound)


@dataclass(frozen=True)
class Announcer:
    """Says in plain words what happens to the hub, and keeps its address file.

    Parameters
    ----------
    layout : Layout
        Where things lie.
    password : str
        The shared password.
    ports, wanted : Ports
        The ports taken, and those that were wanted.
    again : bool
        Whether a hub ran in this home before.
    """

    layout: Layout
    password: str
    ports: Ports
    wanted: Ports
    again: bool

    def ready(self, url: str, servers: int) -> None:
        """Write the address file, and tell address, user name and password."""
        write_address(self.layout.address, people_address(url), USER)
        say(ready_text(self, people_address(url), servers))

    def stopping(self, servers: int) -> None:
        """Remove the address file, and tell what stops."""
        remove_address(self.layout.address)
        self.layout.ports.unlink(missing_ok=True)  # nobody is left who looks for the hub where it was
        what = f"The hub and {plural(servers, 'server')} of its users stop" if servers else "The hub stops"
        say(f"\n{what}. Users, their files and the password are kept.")


def ready_text(told: Announcer, url: str, servers: int) -> str:
    """Return what a person needs to log in, and who may read what."""
    lines = ["", "The hub is ready."]
    if told.again:
        lines = [
            "",
            f"The hub has come back: users and password are kept, {plural(servers, 'server')} running.",
        ]
    lines += moved_ports(told.wanted, told.ports, servers)
    lines += [
        "",
        f"    address    {url}",
        f"    user name  {USER}",
        f"    password   {told.password}",
        "",
        "Whoever has the password may log in, under any name: one group of people who trust one another.",
        f"Passwords and the log are in {told.layout.hub}. Ctrl-C stops the hub and the servers of its users.",
        "",
    ]
    return "\n".join(lines)


def moved_ports(wanted: Ports, taken: Ports, servers: int) -> list[str]:
    """Return what to say about ports that were in use."""
    lines = []
    if wanted.public != taken.public:
        lines.append(f"Port {wanted.public} is in use by another program, so the hub took {taken.public}.")
    if wanted.hub != taken.hub and servers:
        lines.append(
            f"Port {wanted.hub}, where running servers look for the hub, is in use by another program: "
            "stop and start those servers (File, Hub Control Panel)."
        )
    return lines


def running_text(layout: Layout) -> str:
    """Return the line for a second start in the same home."""
    return f"A hub is already running in {layout.home}: {running_address(layout.address)}"


def people_address(url: str) -> str:
    """Return the address that people type: a hub that listens everywhere is reached by its machine's name."""
    parts = urlsplit(url)
    if (parts.hostname or "") in EVERYWHERE:
        port = f":{parts.port}" if parts.port else ""
        parts = parts._replace(netloc=f"{socket.gethostname()}{port}")
    return parts.geturl()


def plural(number: int, noun: str) -> str:
    """Return ``no server``, ``1 server``, ``2 servers``."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def say(text: str) -> None:
    """Print for the person at the terminal, at once."""
    print(text, flush=True)  # noqa: T201
