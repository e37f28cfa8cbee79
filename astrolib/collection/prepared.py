"""Prepared spectra on disk: one grid, one recipe, and their fluxes as a matrix mapped into memory."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from astropy.table import QTable
from numpy.typing import ArrayLike, NDArray

from astrolib.collection.objects import same_object
from astrolib.collection.prepared_matrix import mapped
from astrolib.collection.prepared_parts import UNITS, UNKNOWN, Heading, read_heading, read_known
from astrolib.collection.prepared_writer import PreparedWriter
from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.core.spectrum import Medium


class PreparedSpectra:
    """Spectra on a common grid, in a folder of ``part-*.parquet``.

    Opening reads identities, names and places, and no flux.

    Parameters
    ----------
    folder : Path
        The folder; `open` checks it.
    heading : Heading
        Grid and recipe.
    parts : sequence of Path
        In order.
    known : pyarrow.Table
        What is known of each spectrum.
    """

    def __init__(self, folder: Path, heading: Heading, parts: Sequence[Path], known: pa.Table) -> None:
        self.folder, self._heading, self._parts, self._known = folder, heading, parts, known

    @classmethod
    def create(
        cls,
        folder: Path,
        wavelength: ArrayLike,
        recipe: Mapping[str, Any],
        medium: Medium = "vacuum",
    ) -> PreparedWriter:
        """Return a writer; at the end of its ``with`` block the folder is there, whole.

        Parameters
        ----------
        folder : Path
            Not there, or empty.
        wavelength : array_like of float64, shape (pixels,)
            Of every spectrum [angstrom].
        recipe : mapping
            Every value that decided how they were made; JSON must hold it.
        medium : {'vacuum', 'air', 'unknown'}
            What the wavelengths are in.
        """
        return PreparedWriter(folder, Heading(np.asarray(wavelength, dtype=np.float64), medium, dict(recipe)))

    @classmethod
    def open(cls, folder: Path) -> PreparedSpectra:
        """Open prepared spectra.

        Raises
        ------
        ParameterError
            If the folder holds no part.
        UnreadableFileError
            If a part is damaged, is of another grid or recipe than the first, or repeats a spectrum.
        """
        parts = sorted(Path(folder).glob("part-*.parquet"))
        if not parts:
            raise ParameterError("no prepared spectra", where=folder, remedy="run prepare_spectra first")
        heading = _common([(part, read_heading(part)) for part in parts])
        known = pa.concat_tables([read_known(part) for part in parts]).combine_chunks()
        _refuse_repetition(known.column("id"), Path(folder))
        return cls(Path(folder), heading, parts, known)

    def __len__(self) -> int:
        return len(self._known)

    @cached_property
    def ids(self) -> NDArray[np.str_]:
        """The identities, in order."""
        return _texts(self._known.column("id"))

    @property
    def wavelength(self) -> NDArray[np.float64]:
        """The grid [angstrom], shape (pixels,); NaN where the folder does not say."""
        return self._heading.wavelength

    @property
    def medium(self) -> Medium:
        """What the grid is in."""
        return self._heading.medium

    @property
    def recipe(self) -> dict[str, Any]:
        """Every value of the recipe; ``{"name": "unknown"}`` where the folder does not say."""
        return dict(self._heading.recipe)

    @property
    def recipe_hash(self) -> str:
        """SHA-256 over the recipe's values; where the recipe is unknown, one that only this folder has."""
        if self.recipe.get("name") == UNKNOWN:
            return f"{UNKNOWN}-{self.sha256}"
        return self._heading.recipe_hash

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over grid, recipe, identities and fluxes, as 64 hex digits."""
        digest = hashlib.sha256(self.wavelength.astype("<f8").tobytes())
        digest.update(json.dumps(self.recipe, sort_keys=True).encode())
        digest.update("\n".join(self._known.column("id").to_pylist()).encode())
        for _, flux in self.chunks():
            digest.update(flux.astype("<f4", copy=False).tobytes())
        return digest.hexdigest()

    @cached_property
    def flux(self) -> NDArray[np.float32]:
        """The fluxes, shape (spectra, pixels), mapped into memory and not to be changed.

        Raises
        ------
        UnreadableFileError
            If a part is damaged, or a flux is not finite; the message names the spectrum.
        """
        return self._matrix("flux")

    @cached_property
    def ivar(self) -> NDArray[np.float32] | None:
        """The inverse variances likewise, a row of NaN where unknown; None where no spectrum has any."""
        return self._matrix("ivar") if self._has("ivar") else None

    @cached_property
    def mask(self) -> NDArray[np.bool_] | None:
        """The masks likewise, True where a pixel must not be used; None where no spectrum has any."""
        return self._matrix("mask") if self._has("mask") else None

    @cached_property
    def info(self) -> QTable:
        """One row a spectrum; not to be changed.

        ``id, source, target, ra, dec, rest_frame`` (of the wavelengths) and ``velocity`` (that was added here
        to come there; positive while the Earth approaches the star).
        """
        table = QTable()
        for name in self._known.column_names:
            column = self._known.column(name)
            if name in UNITS:
                table[name] = pc.fill_null(column, np.nan).to_numpy() * u.Unit(UNITS[name])
            else:
                table[name] = _texts(column)
        return table

    def rows(self, ids: Sequence[str] | NDArray[np.str_]) -> NDArray[np.int64]:
        """Return the rows of spectra.

        Raises
        ------
        ParameterError
            If one is not here; it is named.
        """
        wanted = pa.array([str(identity) for identity in ids], pa.string())
        found = pc.index_in(wanted, self._known.column("id"))
        if found.null_count:
            unknown = wanted.filter(found.is_null())[0]
            raise ParameterError(
                f"no spectrum {unknown.as_py()!r:.60}", where=self.folder, remedy="prepare it first"
            )
        return found.to_numpy().astype(np.int64)

    def chunks(self, size: int = 8192) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Yield the fluxes in turn, at most `size` spectra at a time, each with its rows."""
        for first in range(0, len(self), size):
            rows = slice(first, min(first + size, len(self)))
            yield rows, np.array(self.flux[rows])

    def objects(self) -> NDArray[np.str_]:
        """Return for each spectrum the key of its object: the identity of the object's first spectrum.

        The same object: within 3 arcsec, else of the same target name, as `same_object` says.
        """
        return self.ids[self._objects]

    @cached_property
    def _objects(self) -> NDArray[np.int64]:
        return same_object(self.info["target"], self.info["ra"].value, self.info["dec"].value)

    def _matrix(self, name: str) -> Any:
        return mapped(self.folder, name, self._parts, self.wavelength.size)

    def _has(self, name: str) -> bool:
        return any(_holds(pq.read_metadata(part), name) for part in self._parts)


def _common(headings: Sequence[tuple[Path, Heading]]) -> Heading:
    first = headings[0][1]
    for part, heading in headings[1:]:
        same_grid = np.array_equal(heading.wavelength, first.wavelength, equal_nan=True)
        if not same_grid or (heading.medium, heading.recipe) != (first.medium, first.recipe):
            raise UnreadableFileError(
                "another grid or recipe than the first part's", where=part, remedy="keep them in two folders"
            )
    return dataclasses.replace(first)


def _holds(footer: pq.FileMetaData, name: str) -> bool:
    """Say whether a part has a column of pixels that is not null everywhere, as far as its footer tells."""
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.path_in_schema.split(".")[0] == name:
                statistics = column.statistics
                if statistics is None or statistics.null_count < column.num_values:
                    return True
    return False


def _refuse_repetition(ids: pa.ChunkedArray, folder: Path) -> None:
    if pc.count_distinct(ids).as_py() == len(ids) and not ids.null_count:
        return
    counts = pc.value_counts(ids)
    often = next(each for each in counts if each["counts"].as_py() > 1 or not each["values"].is_valid)
    raise UnreadableFileError(
        f"spectrum {often['values'].as_py()} comes {often['counts']} times", where=folder, remedy="keep one"
    )


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    return np.array(pc.fill_null(column, "").to_pylist(), dtype=str)
