"""`astrolib sky`: make the simulated universe, and serve it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from astrolib.cli.show import ProgressDisplay
from astrolib.core import paths
from astrolib.core.errors import RefusedError
from astrolib.core.progress import Progress
from astrolib.jobs import processes

_SKYBOT = ("honest", "geocentric", "database", "html", "down")  # as astrolib.sky.archive.skybot has them


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `astrolib`."""
    sky = commands.add_parser("sky", help="make the simulated universe, and serve it")
    actions = sky.add_subparsers(metavar="ACTION", required=True)

    make = actions.add_parser("make", help="write simulated spectra, a simulated night, and the truth")
    make.add_argument("folder", type=Path, metavar="DIR", help="the folder to write")
    make.add_argument("--stars", type=int, default=120, metavar="N", help="how many stars [120]")
    make.add_argument("--seed", type=int, default=1, metavar="S", help="seed of all that is random [1]")
    make.add_argument("--camera", choices=("small", "mosaic"), default="small", help="of the night [small]")
    make.set_defaults(call=_make)

    serve = actions.add_parser("serve", help="serve the universe as an archive, until interrupted")
    serve.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="the folder [the universe]")
    serve.add_argument("--port", type=_port, default=0, metavar="N", help="port on loopback [0: a free one]")
    serve.add_argument("--attached", action="store_true", help="end when standard input closes")
    serve.add_argument("--skybot", choices=_SKYBOT, default="honest", help="how its SkyBoT behaves [honest]")
    serve.set_defaults(call=_serve)


def _make(arguments: argparse.Namespace) -> int:
    from astrolib.sky import NIGHT, make_night, make_spectra  # numpy and astropy, only when asked for

    folder, seed = arguments.folder, arguments.seed
    with _shown("spectra") as progress:
        make_spectra(folder, stars=arguments.stars, seed=seed, progress=progress)
    with _shown("night") as progress:
        frames = make_night(folder / NIGHT, camera=arguments.camera, seed=seed, progress=progress)
    print(f"{arguments.stars} stars in {folder}")
    science, fields = (len(set(frames[name])) for name in ("raw", "field"))
    print(f"{science} science frames of {fields} fields in {folder / NIGHT}")
    print(f"`astrolib sky serve {folder}` serves all of it, with a SkyBoT of this night (known: local)")
    return 0


@contextmanager
def _shown(label: str) -> Iterator[Progress]:
    display = ProgressDisplay(sys.stderr)
    yield lambda done, total: display({"label": label, "done": done, "total": total})
    display.close()


def _serve(arguments: argparse.Namespace) -> int:
    from astrolib.sky import serve  # numpy and astropy, only when asked for

    if arguments.attached:
        processes.when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        serve(arguments.folder or paths.universe_folder(), port=arguments.port, skybot=arguments.skybot)
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
