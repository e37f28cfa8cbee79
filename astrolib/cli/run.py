"""`astrolib run`: run a batch notebook without people, with progress."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from astrolib.core.errors import AstrolibError


def shield_parameters(argv: Sequence[str]) -> list[str]:
    """Return the arguments."""
    return list(argv)


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    run = commands.add_parser("run", help="run a batch notebook, with progress")
    run.add_argument("notebook", metavar="NOTEBOOK")
    run.add_argument("-p", nargs=2, action="append", metavar=("NAME", "VALUE"))
    run.add_argument("--out", type=Path, metavar="DIR")
    run.set_defaults(call=_run)


def _run(arguments: argparse.Namespace) -> int:
    raise AstrolibError("run is not there yet", remedy="open the notebook in JupyterLab")
