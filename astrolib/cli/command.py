"""The parser of all commands, and what becomes of an error: one line, and an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from astrolib import __version__
from astrolib.cli import doctor, hub, parameters, run, sky
from astrolib.cli.show import plain
from astrolib.core import paths
from astrolib.core.errors import AstrolibError, RefusedError

DONE, FAILED, REFUSED = 0, 1, 2

COMMANDS = (hub, run, sky, doctor)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print `message` and the remedy on one line, and exit with 2."""
        self.exit(REFUSED, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser() -> Parser:
    """Return the parser of the command `astrolib` and its subcommands."""
    top = Parser(prog="astrolib", description="A science platform for astronomers who find things.")
    top.add_argument("--version", action="version", version=f"astrolib {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments without the program's name; by default those of this process.

    Returns
    -------
    int
        0 done, 1 failed, 2 refused before anything was written.
    """
    try:
        arguments = parser().parse_args(parameters.shield(sys.argv[1:] if argv is None else argv))
        return arguments.call(arguments)
    except AstrolibError as error:
        print(f"astrolib: {plain(str(error))}", file=sys.stderr)
        return REFUSED if isinstance(error, RefusedError) else FAILED
    except OSError as error:
        print(f"astrolib: {plain(_told(error))}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("astrolib: interrupted", file=sys.stderr)
        return FAILED


def _told(error: OSError) -> str:
    """Return what the file system refused, where, and what to do about it."""
    if not error.filename:
        return str(error)
    file = os.fsdecode(error.filename)
    remedy = "check the path, its permissions and the room on the disk"
    with suppress(AstrolibError):
        if Path(file).resolve().is_relative_to(paths.home()):
            remedy = "set ASTROLIB_HOME to a folder that you can write, and that has room"
    return f"{file}: {error.strerror}; {remedy}"
