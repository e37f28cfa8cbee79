"""Spectra of one wavelength grid as matrices, cut to what the recipe's grid needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.collection import Batch
from astrolib.spectra.recipe import Recipe
from astrolib.spectra.unfit import Rejected, UnfitError
from astrolib.spectra.way import Way, ends, ways_of
from astrolib.spectra.weights import reach


@dataclass(frozen=True, eq=False)
class Group:
    """Spectra that share their wavelengths and their way.

    Parameters
    ----------
    metadata : list of dict
        One a spectrum, as a collection has it.
    way : Way
        What must be done to them.
    wavelength : ndarray of float64, shape (pixels,)
        As given [angstrom].
    flux, ivar : ndarray of float32, shape (spectra, pixels)
        In their units; a row of NaN where the inverse variance is unknown.
    mask : ndarray of bool, shape (spectra, pixels)
        True where a pixel must not be used: where somebody says so, or flux and inverse variance are both 0.
    """

    metadata: list[dict[str, Any]]
    way: Way
    wavelength: NDArray[np.float64]
    flux: NDArray[np.float32]
    ivar: NDArray[np.float32]
    mask: NDArray[np.bool_]


def groups(batch: Batch, recipe: Recipe, rejected: list[Rejected]) -> Iterator[Group]:
    """Group the spectra of a batch; those that are unfit are added to `rejected`."""
    found: dict[tuple[Way, bytes], list[int]] = {}
    for row, (known, way) in enumerate(zip(batch.metadata, ways_of(batch.metadata, recipe), strict=True)):
        if isinstance(way, UnfitError):
            rejected.append(Rejected(known["id"], known["source"], way.flag, str(way)))
        else:
            found.setdefault((way, batch.wavelength[row].tobytes()), []).append(row)
    for (way, _), rows in found.items():
        try:
            pixels = _window(batch.wavelength[rows[0]], way, recipe)
        except UnfitError as error:
            names = ((batch.metadata[row]["id"], batch.metadata[row]["source"]) for row in rows)
            rejected += [Rejected(*name, error.flag, str(error)) for name in names]
        else:
            yield _group(batch, way, pixels, rows)


def _window(wavelength: NDArray[np.float64], way: Way, recipe: Recipe) -> slice:
    """Return the pixels that take part: to the outer edges of the grid, and as far as the blur reaches."""
    if not (np.diff(wavelength) > 0).all() or not np.isfinite(wavelength[[0, -1]]).all():
        raise UnfitError("wavelength", "its wavelength does not increase", remedy="collect it again")
    first, last = ends(way, recipe)
    if wavelength[0] > first or wavelength[-1] < last:
        raise UnfitError(
            "range",
            f"it covers {wavelength[0]:.1f} to {wavelength[-1]:.1f} angstrom of {first:.1f} to {last:.1f}",
            remedy="choose another wave_min or wave_max",
        )
    outer = (last - first) / (recipe.n_pixels - 1) / 2 if recipe.resampling == "conserving" else 0.0
    low = int(np.searchsorted(wavelength, first - outer, side="right")) - 2
    high = int(np.searchsorted(wavelength, last + outer, side="left")) + 2
    margin = reach(wavelength[max(low, 0) : high], way, recipe)
    return slice(max(low - margin, 0), min(high + margin, wavelength.size))


def _group(batch: Batch, way: Way, pixels: slice, rows: list[int]) -> Group:
    wavelength = batch.wavelength[rows[0]][pixels]
    flux = np.stack([batch.flux[row][pixels] for row in rows])
    unknown = np.full(wavelength.size, np.nan, dtype=np.float32)
    unmasked = np.zeros(wavelength.size, dtype=bool)
    ivar = np.stack([_part(batch.ivar[row], pixels, unknown) for row in rows])
    mask = np.stack([_part(batch.mask[row], pixels, unmasked) for row in rows])
    mask |= (flux == 0) & (ivar == 0)  # how surveys write that nothing was measured
    return Group([batch.metadata[row] for row in rows], way, wavelength, flux, ivar, mask)


def _part(values: NDArray[Any] | None, pixels: slice, unknown: NDArray[Any]) -> NDArray[Any]:
    return unknown if values is None else values[pixels]
