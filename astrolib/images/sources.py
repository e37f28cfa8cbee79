"""Sources of a frame: found above the noise, their centres, fluxes, widths and shapes measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sep
from numpy.typing import NDArray

from astrolib.images.moments import Shapes, profile_width, shapes
from astrolib.images.wings import APERTURE, BEST, LEAST_STARS, growth, share

BLENDED, SATURATED, EDGE, MASKED, UNSHAPED = 1, 2, 4, 8, 16

_KERNEL = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=np.float32) / 16
_MANY, _BRIGHTEST = 200, 40  # stars for the mean profile, and for its wings
_PIXELS_OF_SEP, _BLENDS = 1_000_000, 16_384  # sep stops at such numbers; packed fields have more than usual


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
    inside : float
        Share of a star's light in the aperture `astrolib.images.wings.BEST`.
    """

    shape: Shapes
    flux: NDArray[np.float64]
    flux_err: NDArray[np.float64]
    peak: NDArray[np.float64]
    flags: NDArray[np.int64]
    fwhm: float
    width: float
    inside: float

    def __len__(self) -> int:
        return len(self.flux)

    @property
    def stars(self) -> NDArray[np.bool_]:
        """Bright, single, whole and not saturated, and as wide as most of them."""
        clean = (self.flags == 0) & (self.flux > 20 * self.flux_err)
        if clean.sum() < LEAST_STARS:
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
    sep.set_extract_pixstack(max(sep.get_extract_pixstack(), _PIXELS_OF_SEP, data.size // 2))
    sep.set_sub_object_limit(max(sep.get_sub_object_limit(), _BLENDS))
    found = sep.extract(data, threshold, err=noise, mask=mask, minarea=5, filter_kernel=_KERNEL)
    found = found[np.argsort(-found["flux"], kind="stable")]
    clean = data if mask is None else np.where(mask, np.float32(0), data)
    guess = _guess(found)
    form = shapes(clean, found["x"], found["y"], guess)
    form = shapes(clean, form.x, form.y, 2.355 * _usual(form.sigma[form.good][:500])) if len(found) else form
    flags = _flags(found, form, data.shape, saturate)
    bright = _bright_stars(found, form, flags, float(np.median(noise)))
    width = profile_width(clean, _rows(form, bright)) if len(bright) >= LEAST_STARS else 2.355
    fwhm = width * _usual(form.sigma[bright]) if len(bright) >= LEAST_STARS else math.nan
    flux, error, inside = _fluxes(clean, noise, form, fwhm if math.isfinite(fwhm) else guess, gain, bright)
    return Sources(form, flux, error, found["peak"].astype(float), flags, fwhm, width, inside)


def _guess(found: NDArray) -> float:
    """Return about how wide a star is, from the isophotal moments of whole sources [pixel]."""
    whole = found[(found["flag"] == 0) & (found["npix"] >= 8)][:500]
    return 2.355 * _usual(np.sqrt(whole["a"] * whole["b"])) if len(whole) >= LEAST_STARS else 3.0


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
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return fluxes of the whole profile, their errors, and the share that lies in the aperture `BEST`.

    They are summed in an aperture, and brought to those of the whole profile by that of bright stars.
    """
    electrons = gain if math.isfinite(gain) else None
    flux, error, _ = sep.sum_circle(data, form.x, form.y, APERTURE * fwhm, err=noise, gain=electrons)
    few = bright[:_BRIGHTEST]  # of fainter ones the wings drown in those of others
    whole = growth(data, form.x[few], form.y[few], fwhm, flux[few], float(np.median(noise)))
    core, _, _ = sep.sum_circle(data, form.x[few], form.y[few], BEST * fwhm)
    inside = float(np.median(core / (flux[few] * whole))) if len(few) >= LEAST_STARS else share(BEST)
    return flux * whole, error * whole, inside


def _rows(form: Shapes, rows: NDArray[np.intp]) -> Shapes:
    return Shapes(**{name: getattr(form, name)[rows] for name in ("x", "y", "xx", "yy", "xy", "good")})
