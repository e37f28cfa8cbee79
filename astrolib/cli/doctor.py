"""`astrolib doctor`: what works here, and what to do about what does not."""

from __future__ import annotations

import argparse
from typing import Any

from astrolib.cli import checks
from astrolib.cli.show import plain


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    doctor = commands.add_parser(
        "doctor",
        help="say what works here, and what to do about what does not",
        description="Each line is ok, fail, or warn (optional, and missing); exit status 1 where one fails.",
    )
    doctor.set_defaults(call=_examine)


def _examine(arguments: argparse.Namespace) -> int:
    findings = [check() for check in checks.ALL]
    for finding in findings:
        print(f"{finding.level:<5} {finding.subject:<14} {plain(finding.text)}")
    return int(any(finding.level == "fail" for finding in findings))
