"""What a collection holds and where: the metadata of all its parts, and the place of each row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.collection.parts import METADATA_SCHEMA, read_metadata
from astrolib.core.errors import ParameterError
from astrolib.core.schema import COLLECTED_SPECTRUM


@dataclass(frozen=True)
class Part:
    """One part: its file, its footer and its metadata."""

    path: Path
    footer: pq.FileMetaData
    metadata: pa.Table

    @cached_property
    def group_ends(self) -> NDArray[np.int64]:
        """The row after the last of each row group."""
        groups = range(self.footer.num_row_groups)
        return np.cumsum([self.footer.row_group(group).num_rows for group in groups], dtype=np.int64)


@dataclass(frozen=True)
class Place:
    """Where a row lies: the number of its part, of its row group there, and of the row in the group."""

    part: int
    group: int
    offset: int


@dataclass(frozen=True)
class Index:
    """The metadata of the parts one after the other, each spectrum once.

    Parameters
    ----------
    parts : tuple of Part
        In the order in which they were written.
    """

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, folder: Path) -> Index:
        """Read the parts of a folder."""
        return cls(()).refreshed(folder)

    def refreshed(self, folder: Path) -> Index:
        """Return the index with the parts that are there now; those known already are not read again."""
        known = {part.path: part for part in self.parts}
        found = sorted(folder.glob("part-*.parquet"))
        return Index(tuple(known.get(path) or Part(path, *read_metadata(path)) for path in found))

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, identity: str) -> bool:
        return identity in self._rows

    @property
    def ids(self) -> list[str]:
        """The identities in order."""
        return list(self._rows)

    def row(self, identity: str) -> int:
        """Return the number of a spectrum among `ids`.

        Raises
        ------
        ParameterError
            If there is none of that identity.
        """
        try:
            return self._rows[identity]
        except KeyError:
            raise ParameterError(
                f"no spectrum {identity!r:.60}", where="collection", remedy="look for it in the metadata"
            ) from None

    def record(self, row: int) -> dict[str, Any]:
        """Return the metadata of one row."""
        return {name: self._metadata.column(name)[row].as_py() for name in METADATA_SCHEMA.names}

    def records(self, rows: slice) -> list[dict[str, Any]]:
        """Return the metadata of rows that follow one another."""
        return self._metadata.slice(rows.start, rows.stop - rows.start).to_pylist()

    def texts(self, name: str) -> list[str]:
        """Return a text column."""
        return self._metadata.column(name).to_pylist()

    def table(
        self, names: Collection[str] | None = None, rows: NDArray[np.int64] | Sequence[int] | None = None
    ) -> QTable:
        """Return the metadata with units: all of it, or only some columns and rows, which costs less.

        Raises
        ------
        ParameterError
            If there is no column of a name.
        """
        known = METADATA_SCHEMA.names
        if unknown := set(names or ()) - set(known):
            raise ParameterError(
                f"no column {min(unknown)!r}", where="collection", remedy=f"known are {', '.join(known)}"
            )
        stored = self._metadata if rows is None else self._metadata.take(pa.array(rows, pa.int64()))
        table = QTable()
        for column in COLLECTED_SPECTRUM.columns:
            if names is None or column.name in names:
                values = _array(stored.column(column.name))
                table[column.name] = values * u.Unit(column.unit) if column.unit else values
        return table

    def place(self, row: int) -> Place:
        """Return where the pixels of a row lie."""
        stored = int(self._kept[row])
        part = int(np.searchsorted(self._part_ends, stored, side="right"))
        in_part = stored - (int(self._part_ends[part - 1]) if part else 0)
        ends = self.parts[part].group_ends
        group = int(np.searchsorted(ends, in_part, side="right"))
        return Place(part, group, in_part - (int(ends[group - 1]) if group else 0))

    def rows_of_group(self, part: int, group: int) -> tuple[slice, NDArray[np.int64]]:
        """Return the rows that lie in a row group, and where in the group each lies."""
        ends = self.parts[part].group_ends
        before = (int(self._part_ends[part - 1]) if part else 0) + (int(ends[group - 1]) if group else 0)
        size = self.parts[part].footer.row_group(group).num_rows
        first, last = np.searchsorted(self._kept, [before, before + size])
        return slice(int(first), int(last)), self._kept[first:last] - before

    @cached_property
    def _stored(self) -> pa.Table:
        tables = [part.metadata for part in self.parts]
        return (pa.concat_tables(tables) if tables else METADATA_SCHEMA.empty_table()).combine_chunks()

    @cached_property
    def _kept(self) -> NDArray[np.int64]:
        """The stored rows whose identity no earlier row has."""
        identities = self._stored.column("id").to_pylist()
        backward = dict(zip(reversed(identities), range(len(identities) - 1, -1, -1), strict=True))
        return np.sort(np.fromiter(backward.values(), dtype=np.int64, count=len(backward)))

    @cached_property
    def _metadata(self) -> pa.Table:
        return self._stored if len(self._kept) == len(self._stored) else self._stored.take(self._kept)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {identity: row for row, identity in enumerate(self._metadata.column("id").to_pylist())}

    @cached_property
    def _part_ends(self) -> NDArray[np.int64]:
        return np.cumsum([len(part.metadata) for part in self.parts], dtype=np.int64)


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column as numpy holds it; text by way of its different values, which are few."""
    if not pa.types.is_string(column.type):
        return column.to_numpy()
    encoded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    if len(encoded.dictionary) == 0:
        return np.empty(0, dtype=str)
    return np.array(encoded.dictionary.to_pylist(), dtype=str)[encoded.indices.to_numpy()]
