"""Hand tables and spectra to desktop tools, and take theirs, through a SAMP hub on this machine (SAMP 1.3).

SAMP speaks HTTP on loopback, so it works where notebook and desktop share a machine. Elsewhere, as on a hub
behind HTTPS, what was to be sent lies in a file that a person can open.
"""

from __future__ import annotations

import queue
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astropy.table import Table
from pyvo import samp

from astrolib.archive.answer import Answer, answered, guard_of
from astrolib.archive.refusal import one_line
from astrolib.archive.votable_file import offer_at
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard, origin
from astrolib.core.errors import ServiceError
from astrolib.core.files import whole_file
from astrolib.core.settings import Settings

_TABLE = "table.load.votable"
_SPECTRUM = "spectrum.load.ssa-generic"
_PATIENCE = 10
"""How long a tool may take to answer [s]."""
_NO_HUB = "no SAMP hub runs on this machine"


@dataclass(frozen=True)
class Sent:
    """What became of a table or spectrum that was to be sent.

    Parameters
    ----------
    path : Path
        The file; it stays, to be opened by hand where nobody received it.
    receivers : int
        How many tools took it.
    reason : str
        Why nobody was, on one line.
    """

    path: Path
    receivers: int
    reason: str = ""


def send_table(table: Table, name: str, folder: Path) -> Sent:
    """Write a table as a VOTable into `folder`, and tell the desktop tools of it.

    Parameters
    ----------
    table : Table
        What to send.
    name : str
        What the tools call it, and the file's name.
    folder : Path
        Where the file goes.
    """
    safe = "".join(character if character.isalnum() else "_" for character in name)[:60] or "table"
    path = folder / f"{safe}.vot"
    with whole_file(path) as temporary:
        table.write(temporary, format="votable", overwrite=True)
    return _told(_TABLE, path, {"table-id": safe, "name": name})


def send_spectrum(path: Path, name: str) -> Sent:
    """Tell the desktop tools of a spectrum's file."""
    return _told(
        _SPECTRUM, path, {"spectrum-id": path.name, "name": name, "meta": {"Access.Format": "unknown"}}
    )


def receive_table(seconds: float, settings: Settings | None = None) -> Answer:
    """Wait for a desktop tool to send a table with access references, and read it.

    The tool may send from this machine or a public address; a file on disk is read through `read_offer`.

    Parameters
    ----------
    seconds : float
        How long to wait [s].
    settings : Settings, optional
        Those in force by default.

    Returns
    -------
    Answer
        ``failed`` if no hub runs or nothing is sent in time.
    """
    settings = settings or core_settings.load()
    sent: queue.Queue[str] = queue.Queue()
    try:
        with _connected() as client:
            _listen(client, sent)
            address = sent.get(timeout=seconds)
    except queue.Empty:
        return Answer("failed", reason=f"no table was sent within {seconds:g} s; send it again")
    except ServiceError as error:
        return Answer("failed", reason=str(error))

    def read() -> Answer:
        return offer_at(_guard(address), address, settings)

    return answered("a desktop tool", read)


def _guard(address: str) -> AddressGuard:
    """Return a guard that lets the tool's own server on this machine pass, and what is public."""
    host = origin(address).host
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return AddressGuard.of(address)
    return guard_of("")


def _told(mtype: str, path: Path, params: dict[str, Any]) -> Sent:
    try:
        with _connected() as client:
            message = {"url": path.resolve().as_uri()} | params
            tools = client.get_subscribed_clients(mtype)
            took = [_took(client, tool, mtype, message) for tool in tools]
    except ServiceError as error:
        return Sent(path, 0, f"{error}; open {path} by hand")
    reason = "" if any(took) else f"no tool that takes it is connected; open {path} by hand"
    return Sent(path, sum(took), reason)


def _took(client: samp.SAMPIntegratedClient, tool: str, mtype: str, message: dict[str, Any]) -> bool:
    """Call a tool and wait for its answer: the hub may lose a notification of somebody who leaves."""
    try:
        answer = client.ecall_and_wait(tool, mtype, str(_PATIENCE), **message)
    except samp.SAMPProxyError:
        return False
    return answer.get("samp.status") == samp.SAMP_STATUS_OK


def _listen(client: samp.SAMPIntegratedClient, sent: queue.Queue[str]) -> None:
    def called(
        key: str, sender: str, message_id: str, mtype: str, params: dict[str, Any], extra: Any
    ) -> None:
        sent.put(str(params.get("url", "")))
        client.ereply(message_id, samp.SAMP_STATUS_OK, result={})

    def notified(key: str, sender: str, mtype: str, params: dict[str, Any], extra: Any) -> None:
        sent.put(str(params.get("url", "")))

    client.bind_receive_call(_TABLE, called)
    client.bind_receive_notification(_TABLE, notified)


@contextmanager
def _connected() -> Iterator[samp.SAMPIntegratedClient]:
    client = samp.SAMPIntegratedClient(name="astrolib", description="Spectra", addr="127.0.0.1")
    with samp.conf.set_temp("use_internet", False):  # else it asks a search engine whether there is one
        try:
            client.connect()
        except (samp.SAMPHubError, samp.SAMPProxyError, xmlrpc.client.Error, OSError) as error:
            raise ServiceError(
                f"{_NO_HUB} ({one_line(error)})", remedy="start TOPCAT, Aladin or SPLAT"
            ) from error
    try:
        yield client
    finally:
        client.disconnect()
