"""From a folder to a running service that others on this machine find."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from astrolib.core import paths
from astrolib.core.files import write_json
from astrolib.sky.archive.app import Lifespan, build_app
from astrolib.sky.archive.index import build_index
from astrolib.sky.universe import make_universe

ANYWHERE = "0.0.0.0"  # noqa: S104 - compared with, not bound to


def serve(folder: Path, *, host: str = "127.0.0.1", port: int = 0, skybot: str = "honest") -> None:
    """Serve a folder of spectra until SIGTERM or SIGINT.

    Its addresses are left in ``run/archive.json`` of ``$ASTROLIB_HOME`` while it runs. Several may run at a
    time: the record is that of the last one that started, and only it takes the record away.

    Parameters
    ----------
    folder : Path
        FITS spectra, in this folder or below it. What is missing of the universe is made where `folder` is
        its place (`astrolib.core.paths.universe_folder`).
    host : str
        The IPv4 address to listen at: only this machine's own by default, 0.0.0.0 for all that reach it.
    port : int
        0 for a free one.
    skybot : Behaviour
        How the SkyBoT of its night behaves (`skybot.BEHAVIOURS`): its failures can be rehearsed.

    Raises
    ------
    RefusedError
        If the folder holds no spectrum.
    OSError
        If the port is taken.
    """
    if folder.resolve() == paths.universe_folder():
        make_universe(folder)
    index = build_index(folder, skybot=skybot)
    for line in index.refused:
        print(f"not served: {line}", file=sys.stderr)  # noqa: T201 - the service's log
    with _listening(host, port) as listener:
        address = f"http://{'127.0.0.1' if host == ANYWHERE else host}:{listener.getsockname()[1]}"
        hosts = ("*",) if host == ANYWHERE else (host, "127.0.0.1", "localhost")
        app = build_app(index, hosts=hosts, lifespan=_recorded(address))
        print(f"{len(index.entries)} spectra of {folder} at {address}/ssap?", file=sys.stderr)  # noqa: T201
        config = uvicorn.Config(app, log_level="warning", proxy_headers=False, server_header=False, ws="none")
        uvicorn.Server(config).run(sockets=[listener])


def addresses(base: str) -> dict[str, Any]:
    """Return the content of ``run/archive.json`` for a service at `base`."""
    services = ("ssap", "names", "scs", "simbad", "gaia", "hips2fits", "skybot")
    return {name: f"{base}/{name}?" for name in services} | {"pid": os.getpid()}


def _listening(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener


def _recorded(base: str) -> Lifespan:
    """Leave the addresses where others look for them, and take them away at the end.

    The end is the application's own, because the server passes the signal on once it has stopped, and the
    process does not come back from that.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        record = paths.archive_address_file()
        write_json(record, addresses(base))
        try:
            yield
        finally:
            if _owner(record) == os.getpid():
                record.unlink(missing_ok=True)

    return lifespan


def _owner(record: Path) -> int | None:
    try:
        return json.loads(record.read_text(encoding="utf-8")).get("pid")
    except (OSError, ValueError, AttributeError):
        return None
