"""One part of a collection: the layout of ``part-*.parquet``, written in bounded memory."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.core.schema import COLLECTED_SPECTRUM
from astrolib.core.spectrum import Spectrum

MAX_PIXELS_IN_GROUP = 524_288
"""Pixels of a row group: what reading one spectrum unpacks, and writing holds."""

MAX_GROUPS_IN_PART = 128

ARRAYS = {"wavelength": pa.float64(), "flux": pa.float32(), "ivar": pa.float32(), "mask": pa.bool_()}
"""The columns of pixels."""

_KINDS = {"str": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}

METADATA_SCHEMA = pa.schema([(column.name, _KINDS[column.kind]) for column in COLLECTED_SPECTRUM.columns])
SCHEMA = pa.schema([*METADATA_SCHEMA, *((name, pa.list_(kind)) for name, kind in ARRAYS.items())])


def write_parts(folder: Path, spectra: Iterable[Spectrum]) -> Iterator[Spectrum]:
    """Write spectra into new parts of `folder`, whole files under names that no other process takes.

    Parameters
    ----------
    folder : Path
        The collection.
    spectra : iterable of Spectrum
        Taken one by one; at most one row group is held.

    Yields
    ------
    Spectrum
        Each as it is taken. A part appears when it is full, or when the spectra end.
    """
    groups = _grouped(spectra)
    for first in groups:
        name = f"part-{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.parquet"
        with whole_file(folder / name) as temporary, _writer(temporary) as writer:
            for group in itertools.chain([first], itertools.islice(groups, MAX_GROUPS_IN_PART - 1)):
                writer.write_batch(_batch(group))
                yield from group


def read_metadata(part: Path) -> tuple[pq.FileMetaData, pa.Table]:
    """Read the footer and the metadata columns of a part, and none of its pixels.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or lacks a column.
    """
    try:
        with pq.ParquetFile(part) as file:
            missing = set(SCHEMA.names) - set(file.schema_arrow.names)
            if missing:
                raise UnreadableFileError(
                    f"no column {', '.join(sorted(missing))}", where=part, remedy="take it out of the folder"
                )
            return file.metadata, file.read(columns=METADATA_SCHEMA.names).cast(METADATA_SCHEMA)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(part, error) from error


def read_group(part: Path, footer: pq.FileMetaData, group: int) -> pa.RecordBatch:
    """Read the pixels of one row group.

    Raises
    ------
    UnreadableFileError
        If the part is damaged or gone.
    """
    try:
        with pq.ParquetFile(part, metadata=footer) as file:
            table = file.read_row_group(group, columns=list(ARRAYS), use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(part, error) from error
    return table.combine_chunks().to_batches()[0]


def pixels(group: pa.RecordBatch, row: int) -> dict[str, Any]:
    """Return the arrays of one row by column name, None where the spectrum has none."""
    return {name: _values(group.column(name)[row]) for name in ARRAYS}


def _values(cell: pa.ListScalar) -> np.ndarray | None:
    # A copy, so that whoever keeps one spectrum does not keep its row group alive.
    return cell.values.to_numpy(zero_copy_only=False).copy() if cell.is_valid else None


def _broken(part: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        f"a broken part ({error})", where=part, remedy="restore it, or take it out of the folder"
    )


def _writer(path: Path) -> pq.ParquetWriter:
    """Return a writer: noise does not compress; a wavelength grid that many share all but vanishes."""
    packed = [f"{name}.list.element" for name in ARRAYS if name != "flux"]
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression=dict.fromkeys(packed, "zstd"),
        use_dictionary=[*METADATA_SCHEMA.names, "wavelength.list.element"],
        write_statistics=False,
    )


def _grouped(spectra: Iterable[Spectrum]) -> Iterator[list[Spectrum]]:
    group: list[Spectrum] = []
    size = 0
    for spectrum in spectra:
        if group and size + len(spectrum) > MAX_PIXELS_IN_GROUP:
            yield group
            group, size = [], 0
        group.append(spectrum)
        size += len(spectrum)
    if group:
        yield group


def _batch(spectra: Sequence[Spectrum]) -> pa.RecordBatch:
    rows = [_metadata(spectrum) for spectrum in spectra]
    columns = [pa.array([row[field.name] for row in rows], field.type) for field in METADATA_SCHEMA]
    columns += [_lists([getattr(each, name) for each in spectra], kind) for name, kind in ARRAYS.items()]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _metadata(spectrum: Spectrum) -> dict[str, Any]:
    computed = {
        "n_pixels": len(spectrum),
        "wave_min": spectrum.wavelength[0],
        "wave_max": spectrum.wavelength[-1],
    }
    return {
        name: computed[name] if name in computed else getattr(spectrum, name)
        for name in METADATA_SCHEMA.names
    }


def _lists(arrays: Sequence[np.ndarray | None], kind: pa.DataType) -> pa.ListArray:
    offsets = np.cumsum([0, *(0 if array is None else array.size for array in arrays)], dtype=np.int32)
    absent = np.array([array is None for array in arrays])
    present = [array for array in arrays if array is not None]
    values = pa.array(np.concatenate(present) if present else [], kind)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(absent))
