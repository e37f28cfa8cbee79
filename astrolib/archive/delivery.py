"""What became of a download: which files are there, and which rows are missing and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import astropy.units as u
from astropy.table import QTable

from astrolib.core.outcome import Missing
from astrolib.core.schema import SPECTRUM_OFFER


@dataclass(frozen=True)
class Delivered:
    """A row of an offer whose file is on disk.

    Parameters
    ----------
    id : str
        The row's publisher DID, or its accref.
    path : Path
        The whole file.
    accref : str
        The address of the data set.
    row : dict
        The row: texts, and plain numbers in the units of `SPECTRUM_OFFER`.
    """

    id: str
    path: Path
    accref: str
    row: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Delivery:
    """What became of the rows that were asked for: each is in `files` or in `missing`.

    Parameters
    ----------
    files : tuple of Delivered
        In the order of the offer.
    missing : tuple of Missing
        The rest, each with the reason.
    """

    files: tuple[Delivered, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def requested(self) -> int:
        """How many rows were asked for."""
        return len(self.files) + len(self.missing)


def rows_of(offer: QTable) -> Iterator[dict[str, Any]]:
    """Go through an offer's rows as mappings of texts and plain numbers in the schema's units."""
    SPECTRUM_OFFER.check(offer)
    plain: dict[str, list[Any]] = {}
    for column in SPECTRUM_OFFER.columns:
        values = offer[column.name]
        plain[column.name] = (values.to_value(u.Unit(column.unit)) if column.unit else values).tolist()
    for cells in zip(*plain.values(), strict=True):
        yield dict(zip(plain, cells, strict=True))
