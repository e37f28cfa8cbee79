"""Prepared spectra written in bounded memory; their folder appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import ArrayLike, NDArray

from astrolib.collection.prepared_matrix import build
from astrolib.collection.prepared_parts import KNOWN_OF_SPECTRA, MATRICES, Heading
from astrolib.core.errors import ParameterError

ROWS_IN_PART = 131_072
PIXELS_IN_GROUP = 1_048_576


class PreparedWriter:
    """Writes prepared spectra beside their folder, and gives the folder its name at the end.

    Use it as a context manager; where the block fails, nothing is left.

    Parameters
    ----------
    folder : Path
        Not there, or empty.
    heading : Heading
        Grid and recipe.

    Raises
    ------
    ParameterError
        If the folder holds anything.
    """

    def __init__(self, folder: Path, heading: Heading) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ParameterError("it is there already", where=folder, remedy="name another folder")
        self.folder, self.heading = folder, heading
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._unfinished = folder.with_name(f".{folder.name}-{secrets.token_hex(8)}")
        self._unfinished.mkdir()
        self._ids: set[str] = set()
        self._parts: list[Path] = []
        self._part: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows_in_part = 0

    def append(  # noqa: PLR0913 - each is a column
        self,
        ids: Sequence[str] | NDArray[np.str_],
        flux: NDArray[np.floating],
        *,
        source: Sequence[str] | None = None,
        target: Sequence[str] | None = None,
        ra: ArrayLike | None = None,
        dec: ArrayLike | None = None,
        rest_frame: Sequence[str] | None = None,
        velocity: ArrayLike | None = None,
        ivar: NDArray[np.floating] | None = None,
        mask: NDArray[np.bool_] | None = None,
    ) -> None:
        """Write spectra; give thousands at a time.

        Parameters
        ----------
        ids : sequence of str, length n
            Their identities, none twice.
        flux : ndarray, shape (n, pixels)
            Finite.
        source, target : sequence of str, optional
            Empty where unknown.
        ra, dec : array_like of float, optional
            ICRS [deg]; NaN where unknown.
        rest_frame : sequence of str, optional
            Of the wavelengths.
        velocity : array_like of float, optional
            That was added to come there [km/s].
        ivar : ndarray, shape (n, pixels), optional
            Inverse variance of the prepared flux; a row of NaN where it is unknown.
        mask : ndarray of bool, shape (n, pixels), optional
            True where a pixel must not be used.

        Raises
        ------
        ParameterError
            If an identity comes twice, a flux is not finite, or the shapes do not fit; it names the spectrum.
        """
        names = [str(identity) for identity in ids]
        self._check(names, flux)
        values = {
            "source": source, "target": target, "ra": ra, "dec": dec, "rest_frame": rest_frame,
            "velocity": velocity, "flux": flux, "ivar": ivar, "mask": mask,
        }  # fmt: skip
        given = {name: value for name, value in values.items() if value is not None}
        columns = [_column(name, value, self.heading.wavelength.size) for name, value in given.items()]
        columns = [pa.array(names, pa.string()), *columns]
        self._write(pa.Table.from_arrays(columns, schema=self.heading.schema(list(given))))

    def close(self) -> None:
        """Finish, and give the folder its name."""
        if not self._parts and not self._waiting:
            self._waiting.append(self.heading.schema(["flux"]).empty_table())
        self._end_part()
        for part in self._parts:
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
        build(self._unfinished, "flux", self._parts, self.heading.wavelength.size)
        self._unfinished.replace(self.folder)

    def __enter__(self) -> PreparedWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            if self._part is not None:
                self._part.close()
            shutil.rmtree(self._unfinished, ignore_errors=True)

    def _check(self, names: list[str], flux: NDArray[np.floating]) -> None:
        wanted = (len(names), self.heading.wavelength.size)
        if flux.shape != wanted:
            raise ParameterError(
                f"flux of shape {flux.shape}", where=self.folder.name, remedy=f"give one of {wanted}"
            )
        bad = np.flatnonzero(~np.isfinite(flux).all(axis=1))
        if bad.size:
            raise ParameterError(
                "its flux is not finite", where=names[bad[0]], remedy="reject it, or fill the gap"
            )
        for name in names:
            if name in self._ids:
                raise ParameterError("it comes twice", where=name, remedy="prepare each spectrum once")
            self._ids.add(name)

    def _write(self, table: pa.Table) -> None:
        """Keep spectra until they fill a row group, or others with other columns come."""
        if self._waiting and self._waiting[0].schema != table.schema:
            self._end_part()
        self._waiting.append(table)
        if sum(map(len, self._waiting)) * max(1, self.heading.wavelength.size) >= PIXELS_IN_GROUP:
            self._write_group()
        if self._rows_in_part >= ROWS_IN_PART:
            self._end_part()

    def _write_group(self) -> None:
        table = pa.concat_tables(self._waiting)
        self._waiting = []
        if self._part is None:
            self._parts.append(self._unfinished / f"part-{len(self._parts):06d}.parquet")
            # Noise does not compress. The statistics of ivar tell whether there is any.
            self._part = pq.ParquetWriter(
                self._parts[-1],
                table.schema,
                compression="none",
                use_dictionary=["target", "rest_frame"],
                write_statistics=["ivar.list.element"],
            )
        self._part.write_table(table)
        self._rows_in_part += len(table)

    def _end_part(self) -> None:
        if self._waiting:
            self._write_group()
        if self._part is not None:
            self._part.close()
        self._part, self._rows_in_part = None, 0


def _column(name: str, values: Any, pixels: int) -> pa.Array:
    if name in KNOWN_OF_SPECTRA:
        return pa.array(values, KNOWN_OF_SPECTRA[name], from_pandas=True)
    matrix = np.asarray(values)
    absent = np.isnan(matrix).any(axis=1) if name == "ivar" else np.zeros(len(matrix), dtype=bool)
    lengths = np.where(absent, 0, pixels)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    cells = pa.array(matrix[~absent].ravel().astype(MATRICES[name].to_pandas_dtype()), MATRICES[name])
    return pa.ListArray.from_arrays(offsets, cells, mask=pa.array(absent))
