"""A collection of spectra on disk: metadata as a table, pixels one spectrum at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np
import pyarrow as pa
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.collection import bridge, parts, selection
from astrolib.collection.batches import Batch, read_batches
from astrolib.collection.fulltext import TextIndex
from astrolib.collection.index import Index
from astrolib.core.errors import ParameterError
from astrolib.core.progress import Progress, silent
from astrolib.core.spectrum import Spectrum

if TYPE_CHECKING:
    import specutils

_GROUPS_KEPT = 4
_TEXT_COLUMNS = (
    "id",
    "source",
    "accref",
    "target",
    "instrument",
    "obstime",
    "medium",
    "rest_frame",
    "licence",
)
_FROM_METADATA = tuple(name for name in parts.METADATA_SCHEMA.names if name in Spectrum.__dataclass_fields__)


class SpectrumCollection:
    """Spectra in a folder of ``part-*.parquet``.

    Opening reads the metadata alone. Every append writes new parts and touches no old one, so that two
    processes may append at once; a spectrum that is there already (same wavelengths and fluxes) is not
    written again, and one that two processes wrote at the same time counts once.

    Parameters
    ----------
    folder : Path
        The folder; `open` and `create` check it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = Index.of(folder)
        self._groups: OrderedDict[tuple[Path, int], pa.RecordBatch] = OrderedDict()
        self._lock = Lock()  # who looks ahead reads in a thread of its own

    @classmethod
    def create(cls, folder: Path) -> SpectrumCollection:
        """Make an empty collection.

        Raises
        ------
        ParameterError
            If the folder is there and not empty.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ParameterError("it is there already", where=folder, remedy="open it, or name another")
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> SpectrumCollection:
        """Open a collection, reading its metadata and no pixel.

        Raises
        ------
        ParameterError
            If there is no such folder.
        UnreadableFileError
            If a part is damaged; the message names it.
        """
        if not folder.is_dir():
            raise ParameterError("no collection", where=folder, remedy="collect spectra into it first")
        return cls(folder)

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, identity: str) -> bool:
        return identity in self._index

    def __iter__(self) -> Iterator[Spectrum]:
        return self.spectra(self.ids)

    @property
    def ids(self) -> list[str]:
        """The identities, in the order in which the spectra were appended."""
        return self._index.ids

    @cached_property
    def metadata(self) -> QTable:
        """One row a spectrum, as `astrolib.core.schema.COLLECTED_SPECTRUM` says; not to be changed."""
        return self._index.table()

    def append(self, spectra: Iterable[Spectrum], progress: Progress | None = None) -> tuple[str, ...]:
        """Write new spectra.

        Parameters
        ----------
        spectra : iterable of Spectrum
            Taken one by one; only a few megabytes of them are held at a time.
        progress : Progress, optional
            Called after each with the number written; the total is 0 where `spectra` has no length.

        Returns
        -------
        tuple of str
            The identities that were not there before. Where `spectra` raises, full parts stay.
        """
        report = progress or silent
        total = len(spectra) if isinstance(spectra, Sequence) else 0
        added: dict[str, None] = {}
        try:
            for written, _ in enumerate(parts.write_parts(self.folder, self._new(spectra, added)), start=1):
                report(written, total)
        finally:
            self.refresh()
        return tuple(added)

    def refresh(self) -> None:
        """Take in the parts that other processes wrote since."""
        self._index = self._index.refreshed(self.folder)
        for name in ("metadata", "_texts"):
            self.__dict__.pop(name, None)

    def spectrum(self, identity: str) -> Spectrum:
        """Read one spectrum.

        Raises
        ------
        ParameterError
            If the collection has no such identity.
        UnreadableFileError
            If its part is damaged or gone.
        """
        row = self._index.row(identity)
        group, offset = self._group(row)
        metadata = self._index.record(row)
        known = {name: metadata[name] for name in _FROM_METADATA}
        return Spectrum(**parts.pixels(group, offset), **known)

    def spectra(self, identities: Iterable[str]) -> Iterator[Spectrum]:
        """Read spectra in the order asked for, holding one at a time."""
        return (self.spectrum(identity) for identity in identities)

    def batches(self) -> Iterator[Batch]:
        """Read all spectra in order, a row group at a time; the next one is read meanwhile."""
        return read_batches(self._index)

    def select(
        self,
        *,
        ids: Sequence[str] | None = None,
        mask: NDArray[np.bool_] | None = None,
        cone: tuple[SkyCoord, u.Quantity] | None = None,
        **conditions: Any,
    ) -> QTable:
        """Return the rows of `metadata` that fulfil everything asked.

        Parameters
        ----------
        ids : sequence of str, optional
            These, in this order.
        mask : ndarray of bool, shape (len(self),), optional
            Those of the rows.
        cone : (SkyCoord, Quantity), optional
            Those within the radius of the place.
        **conditions
            On columns, as `astrolib.collection.selection.matching` says: ``instrument="CCD700"``,
            ``resolving_power=(1000, 5000)``, ``target=["gam Cas", "alf Lyr"]``.

        Raises
        ------
        ParameterError
            If an identity or a column is unknown, or a condition does not suit its column.
        """
        table = self._index.table({*conditions, "ra", "dec"})
        chosen = selection.matching(table, conditions)
        if mask is not None:
            chosen &= mask
        if cone is not None:
            chosen &= selection.in_cone(table, *cone)
        if ids is None:
            return self._index.table(rows=np.flatnonzero(chosen))
        rows = [self._index.row(identity) for identity in ids]
        return self._index.table(rows=[row for row in rows if chosen[row]])

    def search(self, text: str) -> QTable:
        """Return the rows of `metadata` that hold every word of `text`, or words that begin so."""
        return self._index.table(rows=self._texts.rows(text))

    def to_specutils(self, identities: Iterable[str] | None = None) -> specutils.SpectrumList:
        """Return spectra for specutils, all of them unless some are named."""
        import specutils  # takes 1 s to import, and only some need it

        chosen = self.ids if identities is None else identities
        return specutils.SpectrumList(bridge.to_specutils(each) for each in self.spectra(chosen))

    @cached_property
    def _texts(self) -> TextIndex:
        return TextIndex([self._index.texts(name) for name in _TEXT_COLUMNS])

    def _new(self, spectra: Iterable[Spectrum], added: dict[str, None]) -> Iterator[Spectrum]:
        for spectrum in spectra:
            if spectrum.id not in self._index and spectrum.id not in added:
                added[spectrum.id] = None
                yield spectrum

    def _group(self, row: int) -> tuple[pa.RecordBatch, int]:
        """Return the row group that holds a row, from memory where it was just read, and the row in it."""
        place = self._index.place(row)
        part = self._index.parts[place.part]
        key = (part.path, place.group)
        with self._lock:
            if key not in self._groups:
                self._groups[key] = parts.read_group(part.path, part.footer, place.group)
                while len(self._groups) > _GROUPS_KEPT:
                    self._groups.popitem(last=False)
            return self._groups[key], place.offset
