"""`astrolib doctor`: what works here, and what to do about what does not."""

from __future__ import annotations

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    doctor = commands.add_parser("doctor", help="say what works here, and what to do about what does not")
    doctor.set_defaults(call=_examine)


def _examine(arguments: argparse.Namespace) -> int:
    return 0
