"""`astrolib hub`: start the hub on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from astrolib.core import paths


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    hub = commands.add_parser(
        "hub",
        help="start the hub on this machine",
        description="Start the hub on loopback. It prints its address and a password; Ctrl-C stops it.",
    )
    hub.set_defaults(call=_start)


def _start(arguments: argparse.Namespace) -> int:
    config = paths.shipped("hub_config") / "jupyterhub_config.py"
    # -P: no file in the present folder may stand in for a module of the hub, which takes our place
    os.execv(sys.executable, [sys.executable, "-P", "-m", "jupyterhub", "-f", str(config)])  # noqa: S606
