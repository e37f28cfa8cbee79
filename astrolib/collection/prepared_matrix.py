"""A column of prepared spectra as one matrix in a file that the system maps into memory.

Parquet is what others read; a matrix is what a network reads, in any order and more than once. It is made
once, by streaming, and lies beside the parts under a hidden name that readers of Parquet pass over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from astrolib.collection.prepared_parts import broken
from astrolib.core import paths
from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file

_DTYPES = {"flux": np.float32, "ivar": np.float32, "mask": np.bool_}
_ROWS = 4096


def mapped(folder: Path, name: str, parts: Sequence[Path], pixels: int) -> NDArray[Any]:
    """Return a column as a read-only matrix, building its file where there is none or a part is newer.

    Parameters
    ----------
    folder : Path
        The folder of the parts.
    name : {'flux', 'ivar', 'mask'}
        The column.
    parts : sequence of Path
        In order.
    pixels : int
        Of each spectrum.

    Returns
    -------
    ndarray, shape (spectra, pixels)
        Of float32, or bool for the mask; its pages belong to the file, not to this process.

    Raises
    ------
    UnreadableFileError
        If a part is damaged, or a flux is not finite or of another length; the message names the spectrum.
    """
    places = [folder, paths.home() / "cache"]  # the second where the folder is another's, for reading only
    file = next((place / _name(name, parts) for place in places if _fresh(place, name, parts)), None)
    if file is None:
        place = next(place for place in places if os.access(place, os.W_OK) or place != folder)
        place.mkdir(exist_ok=True)
        file = build(place, name, parts, pixels)
    return np.load(file, mmap_mode="r")


def build(place: Path, name: str, parts: Sequence[Path], pixels: int) -> Path:
    """Write the matrix of a column into `place`, replacing an older one there; return its file."""
    file = place / _name(name, parts)
    rows = sum(pq.read_metadata(part).num_rows for part in parts)
    header = {"descr": np.dtype(_DTYPES[name]).str, "fortran_order": False, "shape": (rows, pixels)}
    with whole_file(file) as temporary, temporary.open("wb") as stream:
        np.lib.format.write_array_header_2_0(stream, header)
        for part in parts:
            for block in _blocks(part, name, pixels):
                stream.write(block.tobytes())
    if place == parts[0].parent:
        for older in place.glob(f".{name}-*.npy"):
            if older != file:
                older.unlink(missing_ok=True)
    return file


def _name(name: str, parts: Sequence[Path]) -> str:
    """Return a file name that no other state of the parts has: their names, sizes and footers count."""
    digest = hashlib.sha256()
    for part in parts:
        with part.open("rb") as stream:
            stream.seek(-8, os.SEEK_END)
            length = int.from_bytes(stream.read(4), "little")
            stream.seek(-min(length + 8, part.stat().st_size), os.SEEK_END)
            digest.update(f"{part.name}\0{part.stat().st_size}\0".encode() + stream.read())
    return f".{name}-{digest.hexdigest()[:16]}.npy"


def _fresh(place: Path, name: str, parts: Sequence[Path]) -> bool:
    file = place / _name(name, parts)
    return file.exists() and file.stat().st_mtime_ns >= max(part.stat().st_mtime_ns for part in parts)


def _blocks(part: Path, name: str, pixels: int) -> Iterator[NDArray[Any]]:
    try:
        with pq.ParquetFile(part) as file:
            here = [column for column in ("id", name) if column in file.schema_arrow.names]
            for batch in file.iter_batches(_ROWS, columns=here, use_threads=False):
                yield _block(batch, name, pixels, part) if name in here else _blank(len(batch), pixels, name)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise broken(part, error) from error


def _block(batch: pa.RecordBatch, name: str, pixels: int, part: Path) -> NDArray[Any]:
    cells = batch.column(name)
    matrix = _blank(len(batch), pixels, name)
    lengths = cells.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False)
    optional = name != "flux"
    wrong = (lengths != pixels) & ~((lengths == -1) & optional)
    values = cells.flatten().to_numpy(zero_copy_only=False)
    if not wrong.any():
        matrix[lengths == pixels] = values.reshape(-1, pixels)
    if name == "flux":
        wrong |= ~np.isfinite(matrix).all(axis=1)
    if wrong.any():
        identity = batch.column("id")[int(np.flatnonzero(wrong)[0])]
        raise UnreadableFileError(
            f"the {name} of {identity} is not {pixels} finite numbers", where=part, remedy="prepare it again"
        )
    return matrix


def _blank(rows: int, pixels: int, name: str) -> NDArray[Any]:
    return np.full((rows, pixels), np.nan if name == "ivar" else 0, dtype=_DTYPES[name])
