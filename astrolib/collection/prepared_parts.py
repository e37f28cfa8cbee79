"""One part of prepared spectra: the layout of ``part-*.parquet`` on a common grid, and its heading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Medium

UNKNOWN = "unknown"
"""The name of the recipe of a folder that does not say how it was made."""

KNOWN_OF_SPECTRA = {
    "source": pa.string(),
    "target": pa.string(),
    "ra": pa.float64(),
    "dec": pa.float64(),
    "rest_frame": pa.string(),
    "velocity": pa.float64(),
}
"""What may be known of each spectrum beside its identity."""

UNITS = {"ra": "deg", "dec": "deg", "velocity": "km/s"}
"""Units of what is known as numbers."""

MATRICES = {"flux": pa.float32(), "ivar": pa.float32(), "mask": pa.bool_()}
"""The columns of pixels; a part has `flux` always, the others where they are known."""

_NAMES_OF_A_RECIPE = ("name", "about")


@dataclass(frozen=True, eq=False)
class Heading:
    """What all spectra of a folder share.

    Parameters
    ----------
    wavelength : ndarray of float64, shape (pixels,)
        [angstrom]; NaN where the folder does not say.
    medium : {'air', 'vacuum', 'unknown'}
        What the wavelengths are in.
    recipe : dict
        Every value of the recipe, as JSON has them; ``{"name": "unknown"}`` where the folder does not say.
    """

    wavelength: NDArray[np.float64]
    medium: Medium
    recipe: dict[str, Any]

    @cached_property
    def recipe_hash(self) -> str:
        """SHA-256 over the values of the recipe; two that differ only in name are the same."""
        values = {key: value for key, value in self.recipe.items() if key not in _NAMES_OF_A_RECIPE}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def schema(self, columns: Sequence[str]) -> pa.Schema:
        """Return the schema of a part with these of `KNOWN_OF_SPECTRA` and `MATRICES`."""
        grid = {"wavelength": self.wavelength.tolist(), "unit": "angstrom", "medium": self.medium}
        kinds = KNOWN_OF_SPECTRA | {name: pa.list_(kind) for name, kind in MATRICES.items()}
        return pa.schema(
            [("id", pa.string()), *((name, kinds[name]) for name in columns)],
            metadata={"grid": json.dumps(grid), "recipe": json.dumps(self.recipe)},
        )


def read_heading(part: Path) -> Heading:
    """Read the heading of a part, as far as it has one.

    Raises
    ------
    UnreadableFileError
        If the part is damaged, or lacks `id` or `flux`.
    """
    try:
        with pq.ParquetFile(part) as file:
            schema = file.schema_arrow
            if missing := {"id", "flux"} - set(schema.names):
                raise UnreadableFileError(
                    f"no column {min(missing)}", where=part, remedy="give prepared spectra"
                )
            heading = schema.metadata or {}
            if b"grid" in heading:
                return _of_metadata(heading)
            first = next(file.iter_batches(1, columns=["flux"]), None)
            pixels = len(first.column(0)[0]) if first is not None else 0
            return Heading(np.full(pixels, np.nan), "unknown", {"name": UNKNOWN})
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise broken(part, error) from error


def _of_metadata(heading: Mapping[bytes, bytes]) -> Heading:
    grid = json.loads(heading[b"grid"])
    recipe = json.loads(heading.get(b"recipe", b"null")) or {"name": UNKNOWN}
    return Heading(
        np.array(grid["wavelength"], dtype=np.float64), grid.get("medium", "unknown"), dict(recipe)
    )


def read_known(part: Path) -> pa.Table:
    """Read what is known of each spectrum of a part, and none of its pixels; what it lacks is null."""
    kinds = {"id": pa.string()} | KNOWN_OF_SPECTRA
    try:
        with pq.ParquetFile(part) as file:
            present = [name for name in kinds if name in file.schema_arrow.names]
            table = file.read(columns=present)
        for name in kinds.keys() - set(present):
            table = table.append_column(name, pa.nulls(len(table), kinds[name]))
        return table.select(list(kinds)).cast(pa.schema(kinds)).replace_schema_metadata(None)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise broken(part, error) from error


def broken(part: Path, error: object) -> UnreadableFileError:
    """Return the error that names a part that cannot be read."""
    return UnreadableFileError(
        f"a broken part ({error})", where=part, remedy="prepare the spectra again, or restore it"
    )
