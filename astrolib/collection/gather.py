"""What an archive delivered, into a collection: each file read, each bad one listed with its reason."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from astrolib.collection.epochs import TOLERANCE
from astrolib.collection.reading import read_spectra
from astrolib.collection.store import SpectrumCollection
from astrolib.core.errors import AstrolibError
from astrolib.core.outcome import Missing, Outcome
from astrolib.core.progress import Progress, silent
from astrolib.core.spectrum import Spectrum

if TYPE_CHECKING:
    from astrolib.archive import Delivered, Delivery

_SINGLE = ("target", "instrument", "licence", "exptime", "resolving_power")
_EPOCH = ("obstime", "time_scale", "time_ref")


def collect(
    delivery: Delivery,
    collection: SpectrumCollection,
    progress: Progress | None = None,
    truncated: bool = False,
) -> Outcome:
    """Read what was delivered into a collection; a bad file is listed, and the rest goes on.

    Parameters
    ----------
    delivery : Delivery
        Files on disk, and the rows that did not arrive.
    collection : SpectrumCollection
        Where to; spectra that are there already count as delivered.
    progress : Progress, optional
        Called after each file.
    truncated : bool
        Whether the service had cut its answer short.

    Returns
    -------
    Outcome
        ``delivered`` counts files, not spectra: an echelle file holds many.
    """
    missing: list[Missing] = []
    collection.append(_spectra(delivery.files, missing, progress or silent))
    delivered = len(delivery.files) - len(missing)
    return Outcome.of_delivery(delivered, (*delivery.missing, *missing), truncated=truncated)


def completed(spectrum: Spectrum, file: Delivered) -> Spectrum:
    """Fill what the file does not say of a spectrum from the row of the offer; what it says stays.

    A position and an epoch are filled as a whole. Where the file gives an epoch without its scale or meaning,
    the row's are taken if it names the same moment.
    """
    row = file.row
    known: dict[str, Any] = {"accref": file.accref, "source": _source(spectrum, file)}
    known |= {name: row[name] for name in _SINGLE if _blank(getattr(spectrum, name)) and name in row}
    if _blank(spectrum.ra) or _blank(spectrum.dec):
        known |= {name: row[name] for name in ("ra", "dec") if name in row}
    return dataclasses.replace(spectrum, **known, **_epoch(spectrum, row))


def _spectra(files: tuple[Delivered, ...], missing: list[Missing], report: Progress) -> Iterator[Spectrum]:
    for number, file in enumerate(files, start=1):
        try:
            found = [completed(spectrum, file) for spectrum in read_spectra(file.path)]
        except (AstrolibError, OSError) as error:
            missing.append(Missing(file.id, " ".join(str(error).split())))
        else:
            yield from found
        report(number, len(files))


def _source(spectrum: Spectrum, file: Delivered) -> str:
    """Return the row's identity, with the number of the spectrum where a file holds several."""
    number = spectrum.source.removeprefix(file.path.name)
    return file.id + (number if number.startswith("[") else "")


def _epoch(spectrum: Spectrum, row: Mapping[str, Any]) -> dict[str, Any]:
    offered = {name: str(row.get(name, "")) for name in _EPOCH}
    if not spectrum.obstime:
        return offered
    if not offered["obstime"] or not _same(spectrum.obstime, offered["obstime"]):
        return {}
    if spectrum.time_scale not in ("", offered["time_scale"]):
        return {}
    return {name: getattr(spectrum, name) or offered[name] for name in _EPOCH}


def _same(one: str, other: str) -> bool:
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) <= TOLERANCE


def _blank(value: Any) -> bool:
    return value == "" or (isinstance(value, float) and math.isnan(value))
