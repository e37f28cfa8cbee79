"""The pixels of a frame as the search uses them: sky subtracted, noise known, what is broken marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sep
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.broken import bad_columns, grown, saturation, sharp

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

FWHM_PER_SIGMA = 2.3548
"""Of a Gaussian: 2 sqrt(2 ln 2)."""

STANDS_OUT = 20.0
"""Standard deviations of the sky, above which the peak of a source is well seen."""

_MESH = 64
_THRESHOLD = 1.5  # of a detected pixel, in standard deviations
_REACH = 6  # pixels around a peak that are counted
_SHARP = 2.0  # pixels: no star of a sampled image is narrower
_ROUND = 0.6  # axis ratio of what may be a star
_TOLD = 1.5 * _REACH  # a wider source is cut [pixel]
_WIDTH_STEP = 0.05  # of the logarithm of widths
_MANY = 0.35  # of the most frequent width: so many sources are stars


@dataclass(frozen=True, eq=False)
class Pixels:
    """A frame made ready.

    Parameters
    ----------
    frame : ReducedFrame
        Where it came from.
    data : ndarray of float32, shape (ny, nx)
        Without the sky; 0 where it is bad [ADU].
    rms : float
        Of the sky [ADU].
    bad : ndarray of bool, shape (ny, nx)
        Saturated, bad column, cosmic ray, hot pixel, masked, not finite.
    saturated : ndarray of bool, shape (ny, nx)
        The bad pixels that are a star's core or its bleeding, and some around.
    sources : ndarray
        What `sep.extract` found, with its fields; x and y of the first pixel's centre are 0.
    fwhm : float
        A first guess from the cores of bright sources [pixel].
    """

    frame: ReducedFrame
    data: Image
    rms: float
    bad: Mask
    saturated: Mask
    sources: NDArray[Any]
    fwhm: float

    @property
    def gain(self) -> float:
        """Electrons an ADU; 1 where the header does not say."""
        return gain_of(self.frame)


def gain_of(frame: ReducedFrame) -> float:
    """Return how many electrons make an ADU of a frame; 1 where the header does not say."""
    return frame.gain if np.isfinite(frame.gain) and frame.gain > 0 else 1.0


def prepare(frame: ReducedFrame) -> Pixels:
    """Subtract the sky, detect sources, mark bad pixels."""
    blank = ~np.isfinite(frame.data)
    if frame.mask is not None:
        blank |= frame.mask
    data = frame.data.copy()
    data[blank] = 0
    sky = sep.Background(data, mask=blank, bw=_MESH, bh=_MESH)
    saturated = data >= saturation(data, frame.saturate)
    sky.subfrom(data)
    data[blank] = 0  # as the sky is now: what is darker than it would make its neighbours bad
    rms = float(sky.globalrms)
    bad = blank | bad_columns(data, rms)
    data[bad] = 0
    sources = extract(data, rms, bad)
    fwhm = _guess_fwhm(data, rms, sources)
    saturated = grown(saturated, 2)
    bad |= saturated | sharp(data, bad, rms, fwhm)
    data[bad] = 0
    return Pixels(frame, data, rms, bad, saturated, sources, fwhm)


def extract(data: Image, rms: float, bad: Mask) -> NDArray[Any]:
    """Return the sources of a frame without sky, by isophotes of 1.5 sigma and at least 5 pixels."""
    sep.set_extract_pixstack(max(1_000_000, data.size // 2))
    return sep.extract(data, _THRESHOLD, err=rms, mask=bad, minarea=5, deblend_cont=0.005)


def standing_out(sources: NDArray[Any], rms: float) -> Mask:
    """Say which sources stand far out of the sky and are whole: neither blended nor cut."""
    return (sources["flag"] == 0) & (sources["peak"] > STANDS_OUT * rms)


def core_widths(data: Image, sources: NDArray[Any]) -> NDArray[np.float64]:
    """Return the diameter of the area above half of each source's peak [pixel].

    It is the FWHM of a star whatever its wings; of a hot pixel or a cosmic ray it is one or two pixels.
    """
    side = np.arange(-_REACH, _REACH + 1)
    ny, nx = data.shape
    rows = np.clip(sources["ypeak"][:, None, None] + side[:, None], 0, ny - 1)
    columns = np.clip(sources["xpeak"][:, None, None] + side, 0, nx - 1)
    cutouts = data[rows, columns]
    area = np.count_nonzero(cutouts > cutouts[:, _REACH, _REACH, None, None] / 2, axis=(1, 2))
    return np.asarray(2 * np.sqrt(area / np.pi))


def _guess_fwhm(data: Image, rms: float, sources: NDArray[Any]) -> float:
    """Return the FWHM of the stars [pixel]: the narrowest width that many sources have which stand out.

    Tracks of particles are narrower, but long, or of all widths; galaxies are wider.
    """
    whole = sources[standing_out(sources, rms)]
    width = core_widths(data, whole[whole["b"] > _ROUND * whole["a"]])
    width = width[width > _SHARP]
    if not len(width):
        return 3.0
    # What fills the cutout has no width; where all do, the stars are out of focus.
    told = width[width < _TOLD] if np.any(width < _TOLD) else width
    edges = np.arange(np.log(_SHARP), np.log(4 * _REACH), _WIDTH_STEP)
    density = gaussian_filter1d(np.histogram(np.log(told), edges)[0].astype(float), 1.5)
    highest = density == maximum_filter1d(density, 3)
    peak = edges[np.flatnonzero(highest & (density > _MANY * density.max()))[0]] + _WIDTH_STEP / 2
    return float(np.median(told[np.abs(np.log(told) - peak) < 3 * _WIDTH_STEP]))
