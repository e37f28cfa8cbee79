"""What happens before a hub starts: claim the home, clear what a killed hub left, choose ports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub_config.announce import Announcer, running_text, say
from hub_config.instance import HubRunning, claim, stop_stale_proxy
from hub_config.layout import HERE, Layout, default_home
from hub_config.passwords import keep_password
from hub_config.ports import Ports, choose_ports, keep_ports, last_ports
from hub_config.site_config import SiteConfigError

REFUSED = 2


@dataclass(frozen=True)
class Start:
    """One start of the hub: what its configuration needs to know."""

    layout: Layout
    ports: Ports
    password: str
    admin_password: str
    proxy_pid_file: Path
    announcer: Announcer


def begin() -> Start:
    """Claim ``$ASTROLIB_HOME`` for this hub, and prepare it.

    Raises
    ------
    SystemExit
        With status 2, after one line that tells its address, where a hub is running there already.
    """
    layout = Layout(default_home()).make()
    try:
        claim(layout.hub / "lock")
    except HubRunning:
        say(running_text(layout))
        raise SystemExit(REFUSED) from None
    layout.address.unlink(missing_ok=True)
    proxy_pid_file = layout.hub / "proxy.pid"
    stop_stale_proxy(proxy_pid_file, HERE / "proxy_server.py")
    wanted = last_ports(layout.ports)
    ports = choose_ports(wanted)
    keep_ports(layout.ports, ports)
    again = (layout.hub / "jupyterhub.sqlite").exists()
    password = keep_password(layout.hub / "password")
    admin_password = keep_password(layout.hub / "admin-password", groups=10, shortest=32)
    announcer = Announcer(layout, password, ports, wanted, again)
    return Start(layout, ports, password, admin_password, proxy_pid_file, announcer)


@contextmanager
def refuse_on_error() -> Iterator[None]:
    """Turn what makes a start impossible into one line and status 2."""
    try:
        yield
    except (OSError, ValueError, SiteConfigError) as error:
        say(f"The hub was not started: {error}")
        raise SystemExit(REFUSED) from error
