"""`astrolib hub`: start the hub on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from astrolib.core import paths


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    hub = commands.add_parser("hub", help="start the hub on this machine")
    hub.add_argument("--port", type=int, metavar="N", help="port of the hub [8000, or a free one]")
    hub.set_defaults(call=_start)


def _start(arguments: argparse.Namespace) -> int:
    config = paths.shipped("hub_config") / "jupyterhub_config.py"
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    if arguments.port:
        command.append(f"--port={arguments.port}")
    os.execv(sys.executable, command)  # noqa: S606 - the hub takes the place of this process
