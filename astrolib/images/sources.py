"""Sources of a frame: found above the noise, their centres, fluxes, widths and shapes measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sep
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.schema import Column, TableSchema
from astrolib.images.frame import ReducedFrame
from astrolib.images.mesh import background
from astrolib.images.moments import Shapes, profile_width, shapes

SOURCE = TableSchema(
    "sources of a frame",
    (
        Column("x", "float", "centre, 0 is that of the first pixel", "pix"),
        Column("y", "float", "centre, 0 is that of the first pixel", "pix"),
        Column("ra", "float", "right ascension", "deg"),
        Column("dec", "float", "declination", "deg"),
        Column("flux", "float", "of the whole source", "adu"),
        Column("flux_err", "float", "standard deviation of the flux", "adu"),
        Column("mag", "float", "magnitude; NaN without a zero point", "mag"),
        Column("snr", "float", "flux over its standard deviation"),
        Column("fwhm", "float", "full width at half maximum, geometric mean of both axes", "arcsec"),
        Column("ellipticity", "float", "1 - b/a"),
        Column("theta", "float", "of the long axis, east of north, 0 to 180", "deg"),
        Column("peak", "float", "brightest pixel, without the sky", "adu"),
        Column("flags", "int", "sum of BLENDED, SATURATED, EDGE, MASKED and UNSHAPED"),
    ),
)
"""What was measured of each source."""

BLENDED, SATURATED, EDGE, MASKED, UNSHAPED = 1, 2, 4, 8, 16

_KERNEL = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=np.float32) / 16
_APERTURE, _WHOLE = 1.2, 5.0  # radii in units of the full width at half maximum
_LEAST_STARS = 5
_RINGS, _SECTORS = 24, 6  # of the mean profile outside the aperture
_BETAS = (1.8, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 5.0, 6.0, 8.0, 15.0, 50.0)
_MANY, _BRIGHTEST = 200, 40  # stars for the mean profile, and for its wings
_PIXELS_OF_SEP = 2_000_000  # sep stops at a number of pixels above the threshold; packed fields have more


@dataclass(frozen=True, eq=False)
class Sources:
    """Sources in pixels, each array of shape (sources,), the brightest first.

    Parameters
    ----------
    shape : Shapes
        Centres and moments.
    flux, flux_err : ndarray
        Of the whole source, and its standard deviation [ADU].
    peak : ndarray
        Brightest pixel [ADU].
    flags : ndarray of int
        Sum of `BLENDED`, `SATURATED`, `EDGE`, `MASKED` and `UNSHAPED`.
    fwhm : float
        Median full width at half maximum of the stars [pixel]; NaN where there are too few.
    width : float
        Full width at half maximum over `Shapes.sigma`.
    """

    shape: Shapes
    flux: NDArray[np.float64]
    flux_err: NDArray[np.float64]
    peak: NDArray[np.float64]
    flags: NDArray[np.int64]
    fwhm: float
    width: float

    def __len__(self) -> int:
        return len(self.flux)

    @property
    def stars(self) -> NDArray[np.bool_]:
        """Bright, single, whole and not saturated, and as wide as most of them."""
        clean = (self.flags == 0) & (self.flux > 20 * self.flux_err)
        if clean.sum() < _LEAST_STARS:
            return clean
        size = self.shape.sigma
        middle = _usual(size[clean])
        return clean & (np.abs(size - middle) < 0.25 * middle)


def find_sources(
    data: NDArray[np.float32],
    noise: NDArray[np.float32],
    *,
    gain: float = math.nan,
    mask: NDArray[np.bool_] | None = None,
    saturate: float = math.inf,
    threshold: float = 3.0,
) -> Sources:
    """Find the sources of an image and measure them.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        Without the sky [ADU].
    noise : ndarray of float32, shape (ny, nx)
        Standard deviation of the empty sky [ADU].
    gain : float
        [electrons/ADU]; without it the light of a source adds no noise.
    mask : ndarray of bool, shape (ny, nx), optional
        Pixels that are not used.
    saturate : float
        Level from which a pixel is saturated, without the sky [ADU].
    threshold : float
        Standard deviations above the sky, in five pixels, after smoothing.
    """
    sep.set_extract_pixstack(max(sep.get_extract_pixstack(), _PIXELS_OF_SEP))
    found = sep.extract(data, threshold, err=noise, mask=mask, minarea=5, filter_kernel=_KERNEL)
    found = found[np.argsort(-found["flux"], kind="stable")]
    clean = data if mask is None else np.where(mask, np.float32(0), data)
    guess = _guess(found)
    form = shapes(clean, found["x"], found["y"], guess)
    form = shapes(clean, form.x, form.y, 2.355 * _usual(form.sigma[form.good][:500])) if len(found) else form
    flags = _flags(found, form, data.shape, saturate)
    bright = _bright_stars(found, form, flags, float(np.median(noise)))
    width = profile_width(clean, _rows(form, bright)) if len(bright) >= _LEAST_STARS else 2.355
    fwhm = width * _usual(form.sigma[bright]) if len(bright) >= _LEAST_STARS else math.nan
    flux, error = _fluxes(clean, noise, form, fwhm if math.isfinite(fwhm) else guess, gain, bright)
    return Sources(form, flux, error, found["peak"].astype(float), flags, fwhm, width)


def detect(frame: ReducedFrame, threshold: float = 3.0) -> QTable:
    """Return the sources of a frame with their places on the sky, the brightest first.

    Parameters
    ----------
    frame : ReducedFrame
        Reduced and placed on the sky.
    threshold : float
        Standard deviations above the sky, in five pixels, after smoothing.

    Returns
    -------
    astropy.table.QTable
        Of schema `SOURCE`.
    """
    level, noise = background(frame.data, frame.mask)
    saturate = frame.saturate - float(np.median(level))
    found = find_sources(
        frame.data - level, noise, gain=frame.gain, mask=frame.mask, saturate=saturate, threshold=threshold
    )
    return source_table(found, frame)


def source_table(found: Sources, frame: ReducedFrame) -> QTable:
    """Return measured sources as a table of schema `SOURCE`."""
    form = found.shape
    ra, dec, theta, scale = on_the_sky(frame, form)
    with np.errstate(invalid="ignore", divide="ignore"):
        mag = frame.zero_point - 2.5 * np.log10(found.flux)
    columns = {
        "x": form.x,
        "y": form.y,
        "ra": ra,
        "dec": dec,
        "flux": found.flux,
        "flux_err": found.flux_err,
        "mag": mag,
        "snr": found.flux / found.flux_err,
        "fwhm": found.width * form.sigma * scale,
        "ellipticity": form.ellipticity,
        "theta": theta,
        "peak": found.peak,
        "flags": found.flags,
    }
    units = {column.name: column.unit for column in SOURCE.columns}
    table = QTable(columns, units={name: unit for name, unit in units.items() if unit})
    return SOURCE.check(table)


def on_the_sky(
    frame: ReducedFrame, form: Shapes
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return right ascension, declination, angle of the long axis east of north [deg], arcsec a pixel."""
    ra, dec = frame.wcs.all_pix2world(form.x, form.y, 0)
    along = frame.wcs.all_pix2world(form.x + np.cos(form.theta), form.y + np.sin(form.theta), 0)
    across = frame.wcs.all_pix2world(form.x - np.sin(form.theta), form.y + np.cos(form.theta), 0)
    east = _wrapped(along[0] - ra) * np.cos(np.radians(dec))
    theta = np.degrees(np.arctan2(east, along[1] - dec)) % 180
    east_across = _wrapped(across[0] - ra) * np.cos(np.radians(dec))
    area = np.abs(east * (across[1] - dec) - east_across * (along[1] - dec))
    return ra, dec, theta, 3600 * np.sqrt(area)


def _wrapped(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return (degrees + 180) % 360 - 180


def _guess(found: NDArray) -> float:
    """Return about how wide a star is, from the isophotal moments of whole sources [pixel]."""
    whole = found[(found["flag"] == 0) & (found["npix"] >= 8)][:500]
    return 2.355 * _usual(np.sqrt(whole["a"] * whole["b"])) if len(whole) >= _LEAST_STARS else 3.0


def _usual(sizes: NDArray[np.float64]) -> float:
    """Return the size that is commonest: hits are smaller and galaxies larger than the stars."""
    if len(sizes) < 3:
        return float(np.median(sizes)) if len(sizes) else 1.3
    ordered = np.sort(sizes)
    half = len(ordered) // 2 + 1
    first = int(np.argmin(ordered[half - 1 :] - ordered[: len(ordered) - half + 1]))
    return float(np.median(ordered[first : first + half]))


def _bright_stars(found: NDArray, form: Shapes, flags: NDArray, noise: float) -> NDArray[np.intp]:
    """Return the rows of bright sources of the commonest size."""
    bright = np.flatnonzero((flags == 0) & (found["flux"] > 100 * noise))[:_MANY]
    usual = _usual(form.sigma[bright])
    return bright[np.abs(form.sigma[bright] - usual) < 0.1 * usual]


def _flags(found: NDArray, form: Shapes, size: tuple[int, ...], saturate: float) -> NDArray[np.int64]:
    merged = (found["flag"] & (sep.OBJ_MERGED)) != 0
    edge = (found["xmin"] <= 0) | (found["ymin"] <= 0)
    edge |= (found["xmax"] >= size[1] - 1) | (found["ymax"] >= size[0] - 1)
    flags = BLENDED * merged + SATURATED * (found["peak"] >= 0.9 * saturate) + EDGE * edge
    return (flags + UNSHAPED * ~form.good).astype(np.int64)


def _fluxes(
    data: NDArray[np.float32],
    noise: NDArray[np.float32],
    form: Shapes,
    fwhm: float,
    gain: float,
    bright: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return fluxes in an aperture, brought to those of the whole profile by that of bright stars."""
    electrons = gain if math.isfinite(gain) else None
    flux, error, _ = sep.sum_circle(data, form.x, form.y, _APERTURE * fwhm, err=noise, gain=electrons)
    few = bright[:_BRIGHTEST]  # of fainter ones the wings drown in those of others
    whole = growth(data, form.x[few], form.y[few], fwhm, flux[few])
    return flux * whole, error * whole


def growth(
    data: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    fwhm: float,
    inner: NDArray[np.float64],
) -> float:
    """Return the flux of a whole star over that in the aperture, from bright stars.

    Outside the aperture the light of the mean star is that of the Moffat profile (1969, A&A 3, 455) that fits
    it best, beside a remnant of sky. The profile is the median over stars at each distance, which neighbours
    do not change, in sectors, as stars may be elliptical.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        Without the sky.
    x, y, inner : ndarray, shape (stars,)
        Their centres [pixel], and fluxes in the aperture.
    fwhm : float
        [pixel]
    """
    lit = inner > 0
    if lit.sum() < _LEAST_STARS:
        return 1.0
    x, y, inner = x[lit], y[lit], inner[lit]
    half = math.ceil(_WHOLE * fwhm)
    grid = np.arange(-half, half + 1)
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    stamps = np.pad(data, half, constant_values=np.nan)[
        (row + half)[:, None, None] + grid[:, None], (column + half)[:, None, None] + grid
    ]
    across, up = grid + (column - x)[:, None], grid + (row - y)[:, None]
    distance = np.hypot(across[:, None, :], up[:, :, None])
    angle = np.arctan2(up[:, :, None], across[:, None, :]) % np.pi
    bins = (
        np.digitize(distance, np.geomspace(_APERTURE, _WHOLE, _RINGS + 1) * fwhm) - 1,
        np.minimum((angle / np.pi * _SECTORS).astype(int), _SECTORS - 1),
    )
    return _wings(*_profile(stamps / inner[:, None, None], distance, bins), fwhm)


def _profile(
    light: NDArray, distance: NDArray[np.float64], bins: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return distance, light and number of pixels of each ring outside the aperture."""
    known = np.isfinite(light) & (bins[0] >= 0) & (bins[0] < _RINGS)
    number = bins[0][known] * _SECTORS + bins[1][known]
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=_RINGS * _SECTORS))[:-1]
    values = [
        [np.median(part) if len(part) else np.nan for part in np.split(each[known][order], ends)]
        for each in (distance, light)
    ]
    r, f = (np.nanmean(np.reshape(each, (_RINGS, _SECTORS)), axis=1) for each in values)
    return r, f, np.bincount(number // _SECTORS, minlength=_RINGS).astype(float)


def _wings(
    r: NDArray[np.float64], light: NDArray[np.float64], pixels: NDArray[np.float64], fwhm: float
) -> float:
    """Return 1 and what the best Moffat profile holds outside the aperture."""
    best, least = 1.0, np.inf
    weight = np.sqrt(pixels)
    for beta in _BETAS:
        alpha2 = (fwhm / 2) ** 2 / (2 ** (1 / beta) - 1)
        model = np.stack([(1 + r**2 / alpha2) ** -beta, np.ones_like(r)], axis=1)
        (height, sky), *_ = np.linalg.lstsq(model * weight[:, None], light * weight, rcond=None)
        miss = float(np.sum((weight * (light - height * model[:, 0] - sky)) ** 2))
        if miss < least:
            edge = (1 + (_APERTURE * fwhm) ** 2 / alpha2) ** (1 - beta)
            best, least = 1 + float(height) * np.pi * alpha2 / (beta - 1) * edge, miss
    return max(1.0, best)


def _rows(form: Shapes, rows: NDArray[np.intp]) -> Shapes:
    return Shapes(**{name: getattr(form, name)[rows] for name in ("x", "y", "xx", "yy", "xy", "good")})
