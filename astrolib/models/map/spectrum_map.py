"""A trained map of spectra, and its file `som.npz`."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import AstrolibError, HostileFileError, RefusedError, UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.core.progress import Progress
from astrolib.models.map.matching import Matches, match
from astrolib.models.map.topology import Topology
from astrolib.models.map.training import train

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra

MOST_BYTES = 2**30
"""The largest map that is read: a hostile file may claim anything."""


@dataclass(frozen=True, eq=False)
class SpectrumMap:
    """A self-organising map of spectra.

    Parameters
    ----------
    topology : Topology
        How its neurons lie.
    weights : ndarray of float32, shape (neurons, pixels)
        Their reference vectors.
    wavelength : ndarray of float64, shape (pixels,)
        [angstrom].
    recipe_hash : str
        Of the recipe by which its spectra were prepared.
    """

    topology: Topology
    weights: NDArray[np.float32]
    wavelength: NDArray[np.float64]
    recipe_hash: str = ""

    @classmethod
    def of(
        cls,
        prepared: PreparedSpectra,
        topology: Topology,
        *,
        epochs: int = 10,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> SpectrumMap:
        """Train a map of prepared spectra, as `train` does."""
        weights = train(prepared.flux, topology, epochs=epochs, seed=seed, progress=progress)
        return cls(topology, weights, prepared.wavelength, prepared.recipe_hash)

    def match(self, prepared: PreparedSpectra, *, progress: Progress | None = None) -> Matches:
        """Return the nearest neurons of spectra that were prepared by the same recipe.

        Raises
        ------
        RefusedError
            If they were prepared by another one, or have another number of pixels.
        """
        if prepared.recipe_hash != self.recipe_hash or len(prepared.wavelength) != len(self.wavelength):
            raise RefusedError(
                f"the map is of spectra by the recipe {self.recipe_hash[:12] or 'unknown'}, "
                f"and these are by {prepared.recipe_hash[:12]}",
                remedy="prepare them by the recipe of the map",
            )
        return match(prepared.flux, self.weights, progress=progress)

    def save(self, path: Path) -> None:
        """Write ``som.npz``, whole or not at all; its arrays are named as the attributes are."""
        with whole_file(path) as temporary, temporary.open("wb") as stream:
            np.savez_compressed(
                stream,
                weights=self.weights.reshape(self.topology.rows, self.topology.columns, -1),
                wavelength=self.wavelength,
                grid=self.topology.grid,
                edges=self.topology.edges,
                recipe_hash=self.recipe_hash,
            )

    @classmethod
    def load(cls, path: Path) -> SpectrumMap:
        """Read ``som.npz``.

        Raises
        ------
        UnreadableFileError
            If it is no map, or damaged.
        HostileFileError
            If it claims to be larger than 1 GiB.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                _check_size(path, archive)
            with np.load(path, allow_pickle=False) as file:
                return cls._of_arrays(file)
        except (HostileFileError, UnreadableFileError):
            raise
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, AstrolibError) as error:
            raise UnreadableFileError(
                f"not a map of spectra ({error})", where=path, remedy="map the spectra again"
            ) from error

    @classmethod
    def _of_arrays(cls, file: Any) -> SpectrumMap:
        weights = np.asarray(file["weights"], dtype=np.float32)
        wavelength = np.asarray(file["wavelength"], dtype=np.float64)
        rows, columns, pixels = weights.shape
        if wavelength.shape != (pixels,) or not np.isfinite(weights).all():
            raise ValueError("weights and wavelength do not fit together")
        topology = Topology(rows, columns, str(file["grid"]), str(file["edges"]))  # type: ignore[arg-type]
        return cls(topology, weights.reshape(rows * columns, pixels), wavelength, str(file["recipe_hash"]))


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse arrays whose headers claim more than their members hold, and members that are too large."""
    if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
        raise HostileFileError("the map is larger than 1 GiB", where=path, remedy="do not trust this file")
    for member in archive.infolist():
        with archive.open(member) as stream:
            shape, _, dtype = _header(stream)
        if int(np.prod(shape, dtype=object)) * dtype.itemsize > member.file_size:
            raise HostileFileError(
                "an array claims more than the file holds", where=path, remedy="do not trust this file"
            )


def _header(stream: Any) -> tuple[tuple[int, ...], bool, np.dtype]:
    if np.lib.format.read_magic(stream) == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)
