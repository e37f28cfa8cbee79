"""The pixels of a frame as the search uses them: sky subtracted, noise known, what is broken marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sep
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, median_filter

from astrolib.images.frame import ReducedFrame

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

FWHM_PER_SIGMA = 2.3548

STANDS_OUT = 20.0
"""Standard deviations of the sky, above which the peak of a source is well seen."""

_MESH = 64
_THRESHOLD = 1.5  # of a detected pixel, in standard deviations
_PLATEAU = 10  # pixels within 2 % of the brightest one are a saturated star
_COLUMN_STEP = 4  # every fourth row tells a bad column
_COLUMN = 8.0  # times the usual difference from the neighbours
_COLUMN_BLOCK = 256  # rows over which a column is bad or not
_COLUMN_END = 15  # rows whose median tells where it ends
_REACH = 6  # pixels around a peak that are counted
_SHARP = 2.0  # pixels: no star of a sampled image is narrower
_ROUND = 0.6  # axis ratio of what may be a star
_TOLD = 1.5 * _REACH  # a wider source is cut [pixel]
_WIDTH_STEP = 0.05  # of the logarithm of widths
_MANY = 0.35  # of the most frequent width: so many sources are stars
_SHARPER = 1.6  # than the point-spread function allows: a cosmic ray or a hot pixel


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
        gain = self.frame.gain
        return gain if np.isfinite(gain) and gain > 0 else 1.0


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
    rms = float(sky.globalrms)
    bad = blank | _bad_columns(data, rms)
    data[bad] = 0
    sources = extract(data, rms, bad)
    fwhm = _guess_fwhm(data, rms, sources)
    saturated = _grown(saturated, 2)
    bad |= saturated | _sharp(data, bad, rms, fwhm)
    data[bad] = 0
    return Pixels(frame, data, rms, bad, saturated, sources, fwhm)


def extract(data: Image, rms: float, bad: Mask) -> NDArray[Any]:
    """Return the sources of a frame without sky, by isophotes of 1.5 sigma and at least 5 pixels."""
    sep.set_extract_pixstack(max(1_000_000, data.size // 2))
    return sep.extract(data, _THRESHOLD, err=rms, mask=bad, minarea=5, deblend_cont=0.005)


def standing_out(sources: NDArray[Any], rms: float) -> Mask:
    """Say which sources stand far out of the sky and are whole: neither blended nor cut."""
    return (sources["flag"] == 0) & (sources["peak"] > STANDS_OUT * rms)


def saturation(data: Image, stated: float) -> float:
    """Return the level from which pixels are saturated [ADU]: as stated, or the plateau of the brightest."""
    brightest = float(data.max())
    if np.count_nonzero(data >= 0.98 * brightest) >= _PLATEAU:
        return min(0.98 * brightest, 0.98 * stated)
    return 0.98 * stated


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


def _bad_columns(data: Image, rms: float) -> Mask:
    """Mark columns whose median stands off their neighbours', block by block."""
    bad = np.zeros(data.shape, bool)
    for rows in np.array_split(np.arange(data.shape[0]), max(1, data.shape[0] // _COLUMN_BLOCK)):
        block = data[rows[0] : rows[-1] + 1]
        medians = np.median(block[::_COLUMN_STEP], axis=0)
        neighbours = np.median(np.stack([np.roll(medians, by) for by in (-3, -2, 2, 3)]), axis=0)
        off = np.abs(medians - neighbours)
        limit = max(_COLUMN * 1.4826 * float(np.median(off)), 0.5 * rms)
        bad[rows[0] : rows[-1] + 1, off > limit] = True
    _to_their_ends(data, bad)
    return bad


def _to_their_ends(data: Image, bad: Mask) -> None:
    """Follow bad columns into the blocks in which they end, in place."""
    for column in np.flatnonzero(bad.any(axis=0) & ~bad.all(axis=0)):
        beside = (column + np.array([-3, -2, 2, 3])) % data.shape[1]
        off = data[:, column] - np.median(data[:, beside], axis=1)
        level = float(np.median(off[bad[:, column]]))
        bad[:, column] |= median_filter(off, _COLUMN_END) * np.sign(level) > abs(level) / 2


def _grown(mask: Mask, by: int) -> Mask:
    """Return a sparse mask grown by some pixels."""
    rows, columns = np.nonzero(mask)
    grown = mask.copy()
    for dy in range(-by, by + 1):
        for dx in range(-by, by + 1):
            y = np.clip(rows + dy, 0, mask.shape[0] - 1)
            grown[y, np.clip(columns + dx, 0, mask.shape[1] - 1)] = True
    return grown


def _sharp(data: Image, bad: Mask, rms: float, fwhm: float) -> Mask:
    """Mark pixels that stand higher above those around than the point-spread function allows.

    The pixels one off and two off in a row, or in a column, are compared with the one between them: a track
    of a cosmic ray is sharp across (the idea of van Dokkum 2001, PASP 113, 1420, at the pixels above 6 sigma
    alone), and a compact hit is two pixels wide. Pairs of which one is bad say nothing.
    """
    sharp = np.zeros(data.shape, bool)
    rows, columns = np.nonzero(data[2:-2, 2:-2] > 6 * rms)
    rows, columns = rows + 2, columns + 2
    found = np.zeros(len(rows), bool)
    for off in (1, 2):
        allowed = _SHARPER * np.exp(4 * np.log(2) * off**2 / max(fwhm, 1.0) ** 2)
        beside, above = _between(data, bad, rows, columns, 0, off), _between(data, bad, rows, columns, off, 0)
        found |= data[rows, columns] > allowed * np.maximum(np.minimum(beside, above), 0) + 5 * rms
    rows, columns = rows[found], columns[found]
    sharp[rows, columns] = True
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        sharp[rows + dy, columns + dx] |= data[rows + dy, columns + dx] > 3 * rms
    return sharp


def _between(
    data: Image, bad: Mask, rows: NDArray[np.intp], columns: NDArray[np.intp], dy: int, dx: int
) -> NDArray[np.float64]:
    """Return the mean of the pixels on either side; inf where one of them is bad."""
    one, other = (rows - dy, columns - dx), (rows + dy, columns + dx)
    return np.where(bad[one] | bad[other], np.inf, 0.5 * (data[one] + data[other]))
