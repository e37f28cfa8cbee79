"""A collection read in order, a row group at a time: the way through many spectra.

Reading spectra one by one makes a record of each; whoever works on matrices needs none. The next group is
read while the one at hand is worked on.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from astrolib.collection.index import Index
from astrolib.collection.parts import ARRAYS, read_group


@dataclass(frozen=True, eq=False)
class Batch:
    """Spectra that lie together on disk.

    Parameters
    ----------
    metadata : list of dict
        One a spectrum, with the columns of `astrolib.core.schema.COLLECTED_SPECTRUM`.
    wavelength, flux : list of ndarray
        Each of its own length [angstrom] and [flux unit of that spectrum]; not to be changed.
    ivar, mask : list of (ndarray or None)
        None where a spectrum has none; not to be changed.
    """

    metadata: list[dict[str, Any]]
    wavelength: list[NDArray[np.float64]]
    flux: list[NDArray[np.float32]]
    ivar: list[NDArray[np.float32] | None]
    mask: list[NDArray[np.bool_] | None]

    def __len__(self) -> int:
        return len(self.metadata)


def read_batches(index: Index) -> Iterator[Batch]:
    """Read all spectra of an index in order.

    Raises
    ------
    UnreadableFileError
        If a part is damaged or gone.
    """
    groups = [
        (number, group)
        for number, part in enumerate(index.parts)
        for group in range(part.footer.num_row_groups)
    ]
    with ThreadPoolExecutor(1) as reader:
        following = [reader.submit(_read, index, *each) for each in groups[:1]]
        for number, _ in enumerate(groups, start=1):
            ready = following.pop()
            following = [reader.submit(_read, index, *each) for each in groups[number : number + 1]]
            yield ready.result()


def _read(index: Index, number: int, group: int) -> Batch:
    part = index.parts[number]
    rows, offsets = index.rows_of_group(number, group)
    pixels = read_group(part.path, part.footer, group)
    columns = {name: _cells(pixels.column(name), offsets) for name in ARRAYS}
    return Batch(index.records(rows), **columns)


def _cells(column: pa.ListArray, rows: NDArray[np.int64]) -> list[Any]:
    """Return views of some lists of a column, None for one that is null."""
    values = column.values.to_numpy(zero_copy_only=False)
    ends = column.offsets.to_numpy()
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    return [values[ends[row] : ends[row + 1]] if valid[row] else None for row in rows]
