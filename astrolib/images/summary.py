"""What a night remembers of a reduced frame, when its pixels are on disk again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.images.raw import RawChip
from astrolib.images.reduction import Reduction

CELL = 512
"""Side of a cell of the maps of seeing and ellipticity [pixel]."""

_ARROWS = 200


@dataclass(frozen=True, eq=False)
class Summary:
    """The figures of one reduced frame.

    Parameters
    ----------
    name, raw, chip, field, band : str
        Of the product, the raw file, the chip, what was pointed at, and the filter.
    file : str
        Id of the raw file: several may have one name.
    mid : str
        Middle of the exposure, UTC, ISO 8601.
    exposure : float
        [s]
    shape : (int, int)
        Rows and columns.
    seeing, ellipticity : float
        Median full width at half maximum of the stars [arcsec], and 1 - b/a.
    zero_point, zero_error, depth : float
        [mag]; the depth is that of a star of signal-to-noise ratio 5.
    sky : float
        [mag/arcsec^2]
    stars, rms, order : int, float, int
        Of the astrometry: how many, the rms of a coordinate [arcsec], the order of the polynomial.
    cosmic, masked : int, float
        Pixels that were hit, and the share of all that is masked.
    residuals : ndarray, shape (4, n)
        x, y [pixel], east and north [arcsec] of some of the stars.
    seeing_map, ellipticity_map : ndarray, shape (cells up, cells across)
        Medians in cells of `CELL` pixels; NaN where there are too few stars.
    notes : tuple of str
        What was missing.
    """

    name: str
    raw: str
    chip: str
    field: str
    band: str
    file: str
    mid: str
    exposure: float
    shape: tuple[int, int]
    seeing: float
    ellipticity: float
    zero_point: float
    zero_error: float
    depth: float
    sky: float
    stars: int
    rms: float
    order: int
    cosmic: int
    masked: float
    residuals: NDArray[np.float64]
    seeing_map: NDArray[np.float64]
    ellipticity_map: NDArray[np.float64]
    notes: tuple[str, ...] = ()


def summarise(chip: RawChip, done: Reduction, file: str) -> Summary:
    """Return the figures of a reduction; `file` is the id of the raw file."""
    frame, found, solution = done.frame, done.sources, done.solution
    stars = found.stars
    form = found.shape
    some = slice(None, None, max(1, len(solution.source) // _ARROWS))
    places = form.x[solution.source][some], form.y[solution.source][some]
    widths = found.width * form.sigma * done.scale
    with np.errstate(divide="ignore", invalid="ignore"):
        sky = done.zero.value - 2.5 * float(np.log10(done.sky / done.scale**2))
    return Summary(
        name=frame.name,
        raw=chip.file,
        chip=chip.name,
        field=chip.header.target,
        band=frame.band,
        file=file,
        mid=frame.mid.isot,
        exposure=frame.exposure,
        shape=(frame.data.shape[0], frame.data.shape[1]),
        seeing=done.seeing,
        ellipticity=float(np.median(form.ellipticity[stars])) if stars.any() else float("nan"),
        zero_point=done.zero.value,
        zero_error=done.zero.error,
        depth=done.depth,
        sky=sky,
        stars=len(solution.star),
        rms=solution.rms,
        order=solution.order,
        cosmic=done.cosmic,
        masked=float(np.mean(frame.mask)) if frame.mask is not None else 0.0,
        residuals=np.stack([*places, solution.east[some], solution.north[some]]),
        seeing_map=median_map(form.x[stars], form.y[stars], widths[stars], frame.data.shape),
        ellipticity_map=median_map(form.x[stars], form.y[stars], form.ellipticity[stars], frame.data.shape),
        notes=done.notes,
    )


def median_map(
    x: NDArray[np.float64], y: NDArray[np.float64], values: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return the medians of values in cells of about `CELL` pixels; NaN where there are fewer than three."""
    up, across = (max(3, round(size / CELL)) for size in shape)
    row = np.clip((y / shape[0] * up).astype(int), 0, up - 1)
    column = np.clip((x / shape[1] * across).astype(int), 0, across - 1)
    cells = np.full((up, across), np.nan)
    for place in np.ndindex(up, across):
        here = values[(row == place[0]) & (column == place[1])]
        if len(here) >= 3:
            cells[place] = np.median(here)
    return cells
