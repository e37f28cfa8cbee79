"""`astrolib sky`: make the simulated universe, and serve it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

from astrolib.cli.show import ProgressDisplay
from astrolib.core import paths
from astrolib.core.errors import RefusedError
from astrolib.jobs import processes


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    sky = commands.add_parser("sky", help="make the simulated universe, and serve it")
    actions = sky.add_subparsers(metavar="ACTION", required=True)

    make = actions.add_parser("make", help="write simulated spectra and the truth about them")
    make.add_argument("folder", type=Path, metavar="DIR", help="the folder to write")
    make.add_argument("--stars", type=int, default=120, metavar="N", help="how many stars [120]")
    make.add_argument("--seed", type=int, default=1, metavar="S", help="seed of all that is random [1]")
    make.set_defaults(call=_make)

    serve = actions.add_parser("serve", help="serve a folder of spectra as an archive, until interrupted")
    serve.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="the folder [the universe]")
    serve.add_argument("--port", type=_port, default=0, metavar="N", help="port on loopback [0: a free one]")
    serve.add_argument("--attached", action="store_true", help="end when standard input closes")
    serve.set_defaults(call=_serve)


def _make(arguments: argparse.Namespace) -> int:
    from astrolib.sky import make_spectra  # numpy and astropy, only when asked for

    display = ProgressDisplay(sys.stderr)
    make_spectra(
        arguments.folder,
        stars=arguments.stars,
        seed=arguments.seed,
        progress=lambda done, total: display({"label": "spectra", "done": done, "total": total}),
    )
    display.close()
    print(f"{arguments.stars} stars in {arguments.folder}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from astrolib.sky import serve  # numpy and astropy, only when asked for

    if arguments.attached:
        processes.when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        serve(arguments.folder or paths.universe_folder(), port=arguments.port)
    except OSError as error:
        raise RefusedError(
            f"cannot be served ({error.strerror})",
            where=f"port {arguments.port}",
            remedy="give another --port, or none",
        ) from error
    return 0


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return number
