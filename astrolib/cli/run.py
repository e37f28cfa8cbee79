"""`astrolib run`: run a batch notebook without people, with progress."""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from astrolib.cli import parameters
from astrolib.cli.local_archive import local_archive
from astrolib.cli.printed import printed
from astrolib.cli.show import ProgressDisplay, plain
from astrolib.core import paths
from astrolib.core.errors import ParameterError
from astrolib.jobs import Limits, Run, contract, plan, run
from astrolib.jobs.notebook import NotebookError

_BYTES_PER_GB = 1e9
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    parser = commands.add_parser(
        "run",
        help="run a batch notebook without people",
        usage="astrolib run NOTEBOOK [-p NAME VALUE | -p @FILE.json] ... --out DIR",
        epilog="astrolib run NOTEBOOK --help shows the parameters of that notebook.",
        add_help=False,
    )
    parser.add_argument(
        "notebook", nargs="?", metavar="NOTEBOOK", help="a path, or the name of a shipped one"
    )
    parser.add_argument(
        "-p", action="append", default=[], type=json.loads, dest="given", metavar="NAME VALUE",
        help="set a parameter; true, false, none and JSON lists are understood; @FILE.json sets several",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", help="folder for the products; new, or empty")
    parser.add_argument("--timeout", type=_positive, metavar="S", help="longest time it may take [s]")
    parser.add_argument("--memory", type=_positive, metavar="GB", help="most memory it may use [GB]")
    parser.add_argument("-h", "--help", action="store_true", help="show this help message and exit")
    parser.set_defaults(call=lambda arguments: _run(arguments, parser))


def _run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if arguments.help:
        return _help(arguments.notebook, parser)
    if not arguments.notebook or not arguments.out:
        raise ParameterError("NOTEBOOK or --out is missing", remedy="see astrolib run --help")
    path = find(arguments.notebook)
    planned = plan(path, parameters.read(arguments.given, contract.read(path)), arguments.out)
    limits = Limits(arguments.timeout, arguments.memory and arguments.memory * _BYTES_PER_GB)
    display = ProgressDisplay()
    with stop_on_signal() as stop, local_archive(planned.parameters) as environment:
        ended = run(planned, limits=limits, environment=environment, watch=display, stop=stop)
    display.close()
    return _tell(ended)


def find(notebook: str) -> Path:
    """Return the path of a notebook given by its path, or by the name of a shipped one.

    Raises
    ------
    NotebookError
        If there is neither.
    """
    if Path(notebook).is_file():
        return Path(notebook)
    batch = paths.shipped("notebooks") / "batch"
    shipped = {path.stem: path for path in sorted(batch.glob("*.ipynb"))}
    if notebook not in shipped:
        names = ", ".join(shipped) or "none"
        raise NotebookError("no such notebook", where=notebook, remedy=f"give a path, or one of: {names}")
    return shipped[notebook]


@contextmanager
def stop_on_signal() -> Iterator[Callable[[], bool]]:
    """Note the signals that would end this process, and give a function that says whether one came.

    One that is ignored stays so: under ``nohup``, a run outlives the terminal.
    """
    received: list[int] = []
    minded = [number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, lambda got, frame: received.append(got)) for number in minded}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _help(notebook: str | None, parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    if notebook:
        path = find(notebook)
        print(f"\n{path.name}, {parameters.describe(contract.read(path))}")
    return 0


def _tell(ended: Run) -> int:
    if ended.status == "done":
        for line in printed(ended.notebook):
            print(line)
        print(f"done in {ended.record['wall_time_s']:.0f} s: {ended.notebook.parent}")
        return 0
    print(f"astrolib: {ended.status}: {plain(str(ended.failure))}; see {ended.notebook}", file=sys.stderr)
    return 1


def _positive(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number
