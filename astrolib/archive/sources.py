"""Ask for spectra wherever they are listed: an archive, a VOTable, a folder, a listing."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Literal

import numpy as np

from astrolib.archive.answer import Answer
from astrolib.archive.folder import list_folder
from astrolib.archive.listing import list_address
from astrolib.archive.query import SpectrumQuery
from astrolib.archive.searching import search
from astrolib.archive.services import find_service
from astrolib.archive.votable_file import read_offer
from astrolib.core.errors import RefusedError
from astrolib.core.settings import Settings

Source = Literal["ssap", "votable", "folder", "listing"]


def ask(
    source: Source,
    query: SpectrumQuery,
    *,
    service: str = "local",
    path: str | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Return the spectra on offer at a source.

    Parameters
    ----------
    source : {'ssap', 'votable', 'folder', 'listing'}
        What lists the spectra.
    query : SpectrumQuery
        What to ask an archive. Of the other sources everything is taken, up to `max_records`; its band then
        only says what to cut.
    service : str
        The archive: a known name, an address, or ``local``. For a VOTable on disk, the archive that it was
        saved from: what the table names may have its scheme, host and port.
    path : str, optional
        The VOTable, folder or listing: a path, or an address.
    settings : Settings, optional
        Those in force by default.

    Returns
    -------
    Answer
        ``found``, ``none`` or ``failed``.

    Raises
    ------
    RefusedError
        If `path` is missing, or given for an archive, or the query narrows a source that cannot be narrowed.
    """
    if source == "ssap":
        if path is not None:
            raise RefusedError("a path, but source is ssap", remedy="choose votable, folder or listing")
        return search(find_service(service), query, settings)
    if path is None:
        raise RefusedError(f"no path, but source is {source}", remedy="say where it is with path")
    if dataclasses.replace(query, max_records=None, band=None) != SpectrumQuery():
        raise RefusedError(
            f"a {source} cannot be searched by target or position", remedy="leave them out, or choose ssap"
        )
    return _first(_listed(source, path, service, settings), query.max_records)


def _listed(source: Source, path: str, service: str, settings: Settings | None) -> Answer:
    if source == "folder":
        return list_folder(Path(path))
    if source == "listing":
        return list_address(path, settings)
    answer = read_offer(path, settings)
    known = "" if "://" in path else find_service(service).given
    return dataclasses.replace(answer, address=known or answer.address)


def _first(answer: Answer, most: int | None) -> Answer:
    """Return the first rows, said to be truncated where there are more."""
    if most is None or len(answer) <= most:
        return answer
    return dataclasses.replace(answer.only(np.arange(len(answer)) < most), truncated=True)
