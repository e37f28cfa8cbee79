"""Spectra of a collection onto one grid by a recipe, in matrices, with a reason for each left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.collection import PreparedSpectra, PreparedWriter, SpectrumCollection
from astrolib.core.progress import Progress, silent
from astrolib.spectra.carry import carry
from astrolib.spectra.continua import fit_continuum
from astrolib.spectra.group import Group, groups
from astrolib.spectra.quality import flaws, snr_of
from astrolib.spectra.recipe import Recipe
from astrolib.spectra.scaling import scale
from astrolib.spectra.unfit import Rejected, table_of
from astrolib.spectra.weights import weights_of


@dataclass(frozen=True, eq=False)
class Preparation:
    """What became of a collection.

    Parameters
    ----------
    prepared : PreparedSpectra
        The spectra on the grid.
    rejected : QTable
        ``id, source, flag, reason`` of the others; no spectrum is in neither.
    """

    prepared: PreparedSpectra
    rejected: QTable


class Prepared(NamedTuple):
    """Some spectra on the grid: which of their group, and their matrices."""

    rows: NDArray[np.int64]
    flux: NDArray[np.float64]
    ivar: NDArray[np.float64]
    mask: NDArray[np.bool_]

    def kept(self, which: NDArray[np.bool_]) -> Prepared:
        """Return some of them."""
        return Prepared(self.rows[which], self.flux[which], self.ivar[which], self.mask[which])


def prepare(
    collection: SpectrumCollection, folder: Path, recipe: Recipe, progress: Progress | None = None
) -> Preparation:
    """Prepare all spectra of a collection.

    Parameters
    ----------
    collection : SpectrumCollection
        Of any mixture of instruments; a row group of it is held at a time.
    folder : Path
        Where to, not there or empty; it appears whole at the end.
    recipe : Recipe
        How.
    progress : Progress, optional
        Called after each row group with the number of spectra done.

    Raises
    ------
    ParameterError
        If the folder holds anything.
    """
    report = progress or silent
    rejected: list[Rejected] = []
    done = 0
    with PreparedSpectra.create(folder, recipe.grid, recipe.as_dict()) as writer:
        for batch in collection.batches():
            for group in groups(batch, recipe, rejected):
                _append(writer, group, prepare_group(group, recipe, rejected))
            done += len(batch)
            report(done, len(collection))
    return Preparation(PreparedSpectra.open(folder), table_of(rejected))


def prepare_group(group: Group, recipe: Recipe, rejected: list[Rejected]) -> Prepared:
    """Prepare spectra of one wavelength grid; those that are unfit are added to `rejected`."""
    found = _on_grid(group, _finite(group, recipe, rejected), recipe)
    rows = found.rows
    snr = snr_of(group.flux[rows], group.ivar[rows], group.mask[rows], recipe)
    found = found.kept(_fit(group, rows, flaws(found.flux, snr, recipe), rejected))
    found = found._replace(flux=_filled(found.flux))
    if recipe.continuum != "none":
        found = _over_continuum(group, found, recipe, rejected)
    flux, ivar = scale(found.flux, found.ivar, recipe.scale)
    return Prepared(found.rows, flux, ivar, found.mask)


def _finite(group: Group, recipe: Recipe, rejected: list[Rejected]) -> NDArray[np.int64]:
    """Return the rows that can be prepared: all, or where masked pixels are used the finite ones."""
    every = np.arange(len(group.flux))
    if recipe.masked == "left out":
        return every
    count = (~np.isfinite(group.flux)).sum(axis=1)
    reasons = [f"{n} of the fluxes that are needed are not finite" for n in count[count > 0]]
    return every[_fit(group, every, [("not finite", count > 0, reasons)], rejected)]


def _on_grid(group: Group, rows: NDArray[np.int64], recipe: Recipe) -> Prepared:
    weights = weights_of(group.wavelength, group.way, recipe)
    flux, ivar, mask = group.flux[rows], group.ivar[rows], group.mask[rows]
    found = carry(weights, flux, ivar=ivar, mask=mask)
    used = found.flux if recipe.masked == "left out" else carry(weights, flux).flux
    return Prepared(rows, used, found.ivar, found.mask)


def _filled(flux: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return fluxes with straight lines over the pixels that have none."""
    flux = flux.copy()
    for row in np.flatnonzero(~np.isfinite(flux).all(axis=1)):
        gap = ~np.isfinite(flux[row])
        flux[row, gap] = np.interp(np.flatnonzero(gap), np.flatnonzero(~gap), flux[row, ~gap])
    return flux


def _over_continuum(group: Group, found: Prepared, recipe: Recipe, rejected: list[Rejected]) -> Prepared:
    level = fit_continuum(recipe.grid, found.flux, recipe.continuum, mask=found.mask | recipe.in_line)
    bad = np.asarray((level <= 0).any(axis=1))
    reasons = ["its continuum is not positive everywhere"] * int(bad.sum())
    fit = _fit(group, found.rows, [("continuum", bad, reasons)], rejected)
    return found._replace(flux=found.flux / level, ivar=found.ivar * level**2).kept(fit)


def _fit(
    group: Group,
    rows: NDArray[np.int64],
    found: Iterable[tuple[str, NDArray[np.bool_], list[str]]],
    rejected: list[Rejected],
) -> NDArray[np.bool_]:
    """Return which rows have no flaw; of each other one, the first flaw is added to `rejected`."""
    fit = np.ones(len(rows), dtype=bool)
    for flag, bad, reasons in found:
        for place, reason in zip(np.flatnonzero(bad), reasons, strict=True):
            if fit[place]:
                known = group.metadata[rows[place]]
                rejected.append(Rejected(known["id"], known["source"], flag, reason))
        fit &= ~bad
    return fit


def _append(writer: PreparedWriter, group: Group, found: Prepared) -> None:
    if found.rows.size == 0:
        return
    known = [group.metadata[row] for row in found.rows]
    writer.append(
        [each["id"] for each in known],
        found.flux,
        **{name: [each[name] for each in known] for name in ("source", "target", "ra", "dec")},
        rest_frame=[group.way.rest_frame] * len(known),
        velocity=np.full(len(known), group.way.velocity),
        ivar=found.ivar,
        mask=found.mask,
    )
