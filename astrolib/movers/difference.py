"""What a frame shows that the others do not: matched images minus their static sky, with honest noise.

The static sky of a frame is the weighted mean of the *other* frames, so that a mover is not subtracted from
itself; the brightest of the others is left out where it stands off the rest, so that a mover leaves no hole
where it was at another time. What is left of stars after that (seeing that changes over the field, a flux
scale that is off by a per cent) is fitted by the derivatives of the static sky, each with a coefficient that
varies linearly over the field (the linear kernel of Alard and Lupton 1998, in Taylor's form). The noise has
the sky's, the photons', and what the residuals themselves show as a function of the brightness of the static
sky.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from astrolib.movers.matched import Matched
from astrolib.movers.registered import Registered

Image = NDArray[np.float32]
Values = NDArray[np.float64]

LEFT_OUT = 4.0
"""Standard deviations at which the brightest of the others is left out."""

_SHARE = 0.1  # of the static sky, and so is what varies less
_BRIGHT = 8.0  # standard deviations of the static sky where the residual kernel is fitted
_SAMPLE = 60_000  # pixels that it is fitted to
_LEVELS = np.array([0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0, 1e9])
_ENOUGH = 100  # pixels that tell the scatter at a level
_UNSURE = 0.03  # of the static sky: what is below may be its residual
_AROUND = 9  # pixels over which the static sky's power is averaged
_CELL = 48  # side of the cells whose median and scatter are taken out [pixel]

_BEYOND = 1.15  # a larger scatter around a cell is no chance


@dataclass(frozen=True, eq=False)
class Difference:
    """Matched images without what stands still, in the first frame's flux scale.

    Parameters
    ----------
    flux : ndarray of float32, shape (frames, ny, nx)
        Flux of a point; 0 where not valid.
    sigma : ndarray of float32, shape (frames, ny, nx)
        Its standard deviation; inf where not valid.
    static : ndarray of float32, shape (ny, nx)
        The mean of all frames.
    lowest : ndarray of float32, shape (ny, nx)
        The least of all frames before the subtraction: what is there in every one.
    trust : ndarray of float32, shape (ny, nx)
        By what the static sky was multiplied before it was subtracted.
    weights : ndarray, shape (frames,)
        Of the frames in the static sky.
    scale : ndarray, shape (frames,)
        Flux in ADU of a frame over flux in `flux`.
    profile : ndarray, shape (2 HALF + 1, 2 HALF + 1)
        Of a point in `flux`, 1 at its centre.
    """

    flux: Image
    sigma: Image
    static: Image
    lowest: Image
    trust: Image
    weights: Values
    scale: Values
    profile: Values

    def score(self, number: int) -> Image:
        """Return the significance of a point at each pixel of a frame."""
        return self.flux[number] / self.sigma[number]


def subtract(field: Registered, matched: Matched) -> Difference:
    """Subtract the static sky from each matched image; `matched.flux` is overwritten."""
    scale = _scales(field, matched)
    for number, factor in enumerate(scale):
        matched.flux[number] /= np.float32(factor)
    noise = matched.noise / scale
    total = _Total(matched, noise)
    trust = _trust(total)
    sigma = np.empty_like(matched.flux)
    for number in range(len(field)):
        others, error2 = total.without(number)
        valid = matched.valid[number] & np.isfinite(error2)
        others *= trust
        error2 = np.where(valid, error2, np.float32(0)) * trust**2
        difference = np.where(valid, matched.flux[number] - others, np.float32(0))
        photons = _photons(field, matched, number) / scale[number]
        bright = np.maximum(others, 0)
        expected = np.sqrt(noise[number] ** 2 + error2 + photons * bright)
        _take_out_residual(difference, others, expected, valid)
        difference -= _cell_medians(difference)
        difference[~valid] = 0
        own = _widened(difference, others, expected, valid)
        own = np.hypot(own, np.float32(_UNSURE) * bright) * _cell_scatter(
            (difference / own).astype(np.float32)
        )
        sigma[number] = np.where(valid, own, np.inf)
        total.keep(number, difference)
    return Difference(
        flux=total.differences(),
        sigma=sigma,
        static=total.mean,
        lowest=total.lowest,
        trust=trust,
        weights=total.weights.astype(np.float64),
        scale=scale,
        profile=matched.profile,
    )


def _trust(total: _Total) -> Image:
    """Return by what the static sky is multiplied before it is subtracted: 1 on stars, 0 on empty sky.

    Where the mean of all frames has no more power than noise, subtracting it would add noise and nothing else
    (Wiener's filter, with the local power).
    """
    noise2 = total.noise**2 / np.maximum(total.weight, np.float32(1e-3))
    power = uniform_filter(total.mean**2, _AROUND) / noise2
    peak = total.mean**2 / noise2
    return np.clip(1 - 2.0 / np.maximum(np.maximum(power, peak / 4), 1e-6), 0, 1).astype(np.float32)


def _cells(image: Image) -> Image:
    """Return the pixels of each cell, shape (cells_y, cells_x, pixels); the last ones are cut or moved in."""
    rows, columns = (np.arange(size // _CELL) * _CELL for size in image.shape)
    side = np.arange(_CELL)
    height, width = len(rows), len(columns)
    whole = image[: height * _CELL, : width * _CELL].reshape(height, len(side), width, len(side))
    return whole.swapaxes(1, 2).reshape(height, width, -1)


def _spread(values: Image, shape: tuple[int, int]) -> Image:
    """Return values of cells on all pixels, linear between the cells' centres."""
    rows, columns = ((np.arange(size) + 0.5) / _CELL - 0.5 for size in shape)
    row, column = (
        np.clip(axis, 0, count - 1) for axis, count in zip((rows, columns), values.shape, strict=True)
    )
    low, left = (
        np.minimum(row.astype(int), values.shape[0] - 2),
        np.minimum(column.astype(int), values.shape[1] - 2),
    )
    up, right = (row - low).astype(np.float32)[:, None], (column - left).astype(np.float32)
    strip = values[:, left] * (1 - right) + values[:, left + 1] * right
    return strip[low] * (1 - up) + strip[low + 1] * up


def _cell_medians(image: Image) -> Image:
    """Return the smooth background of an image: the medians of its cells."""
    return _spread(np.median(_cells(image), axis=2), image.shape)


def _cell_scatter(score: Image) -> Image:
    """Return by how much the scatter around each cell exceeds 1, where that is beyond chance; else 1."""
    scatter = uniform_filter(1.4826 * np.median(np.abs(_cells(score)), axis=2), 3)
    return _spread(np.where(scatter > _BEYOND, scatter, 1).astype(np.float32), score.shape)


class _Total:
    """Weighted sums over frames, from which any one is left out."""

    def __init__(self, matched: Matched, noise: Values) -> None:
        self.flux, self.valid = matched.flux, matched.valid
        self.weights = (1 / noise**2 / np.max(1 / noise**2)).astype(np.float32)
        self.noise = np.float32(np.min(noise))
        self.kept: list[Image] = []
        shape = self.flux.shape[1:]
        self.weight, self.sum = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.first, self.second = np.full(shape, -np.inf, np.float32), np.full(shape, -np.inf, np.float32)
        self.brightest, self.lowest = np.zeros(shape, np.int8), np.full(shape, np.inf, np.float32)
        for number in range(len(self.flux)):
            self._add(number)
        self.mean: Image = (self.sum / np.maximum(self.weight, 1e-6)).astype(np.float32)

    def _add(self, number: int) -> None:
        weight = self.valid[number] * self.weights[number]
        self.weight += weight
        self.sum += weight * self.flux[number]
        value = np.where(self.valid[number], self.flux[number], np.float32(-np.inf))
        np.maximum(self.second, np.minimum(value, self.first), out=self.second)
        self.brightest[value > self.first] = number
        np.minimum(self.lowest, self.flux[number], out=self.lowest, where=self.valid[number])
        np.maximum(self.first, value, out=self.first)

    def without(self, number: int) -> tuple[Image, Image]:
        """Return the mean of the other frames and its variance; inf where there is none."""
        own = self.valid[number] * self.weights[number]
        weight = self.weight - own
        total = self.sum - own * self.flux[number]
        is_first = self.brightest == number
        top = np.where(is_first, self.second, self.first)
        # The second brightest frame's own weight is not kept; the mean one is near enough.
        share = np.where(is_first, self.weights.mean(), self.weights[self.brightest]).astype(np.float32)
        rest_weight = weight - share
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = (total - share * top) / rest_weight
            limit = LEFT_OUT * self.noise * np.sqrt(1 / share + 1 / np.maximum(rest_weight, 1e-6))
            off = (rest_weight > 0.3 * share) & (top - rest > limit + _SHARE * np.abs(rest))
            weight = np.where(off, rest_weight, weight)
            mean = np.where(off, rest, total / weight)
            nothing = weight < 1e-3
            variance = np.where(nothing, np.float32(np.inf), self.noise**2 / weight)
        return np.where(nothing, np.float32(0), mean).astype(np.float32), variance

    def keep(self, number: int, difference: Image) -> None:
        self.kept.append(difference)

    def differences(self) -> Image:
        return np.stack(self.kept)


def _scales(field: Registered, matched: Matched) -> Values:
    """Return the flux of stars in each frame over that in the first."""
    sources = field.pixels[0].sources
    stars = sources[np.argsort(-sources["flux"])][:1500]
    x = np.rint(stars["x"] + field.places[0].dx).astype(int).clip(0, field.shape[1] - 1)
    y = np.rint(stars["y"] + field.places[0].dy).astype(int).clip(0, field.shape[0] - 1)
    scales = np.ones(len(field))
    for number in range(1, len(field)):
        here, first = matched.flux[number, y, x], matched.flux[0, y, x]
        good = matched.valid[number, y, x] & matched.valid[0, y, x] & (first > 30 * matched.noise[0])
        if good.sum() >= 5:
            scales[number] = max(float(np.median(here[good] / first[good])), 1e-2)
    return scales


def _photons(field: Registered, matched: Matched, number: int) -> float:
    """Return the variance of the matched flux for each ADU of static flux [ADU]."""
    pixels = field.pixels[number]
    gain = pixels.frame.gain
    if not (np.isfinite(gain) and gain > 0):
        return 0.0
    return float((matched.noise[number] / pixels.rms) ** 2 / (matched.weight[number] * gain))


def _take_out_residual(difference: Image, static: Image, sigma: Image, valid: NDArray[np.bool_]) -> None:
    """Fit and subtract what is left of the static sky, in place."""
    rows, columns = np.nonzero(valid & (static > _BRIGHT * sigma))
    if len(rows) < 1000:
        return
    step = max(1, len(rows) // _SAMPLE)
    basis = _basis(static, rows[::step], columns[::step])
    value = difference[rows[::step], columns[::step]]
    weight = 1 / np.hypot(sigma[rows[::step], columns[::step]], 0.02 * static[rows[::step], columns[::step]])
    coefficients = np.zeros(len(basis))
    for _ in range(3):
        left = (value - coefficients @ basis) * weight
        robust = weight * np.sqrt(1 / (1 + (left / 3) ** 2))
        coefficients = np.linalg.lstsq((basis * robust).T, value * robust, rcond=1e-9)[0]
    rows, columns = np.nonzero(valid & (static > 2 * sigma))
    for first in range(0, len(rows), 500_000):
        part = rows[first : first + 500_000], columns[first : first + 500_000]
        difference[part] -= (coefficients @ _basis(static, *part)).astype(np.float32)


def _basis(static: Image, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Values:
    """Return the static sky and its derivatives to the second order, each also times x and y."""

    def at(dy: int, dx: int) -> Image:
        return static[
            np.clip(rows + dy, 0, static.shape[0] - 1), np.clip(columns + dx, 0, static.shape[1] - 1)
        ]

    middle, right, left, up, down = at(0, 0), at(0, 1), at(0, -1), at(1, 0), at(-1, 0)
    cross = (at(1, 1) + at(-1, -1) - at(1, -1) - at(-1, 1)) / 4
    parts = np.stack(
        [
            middle,
            (right - left) / 2,
            (up - down) / 2,
            right + left - 2 * middle,
            up + down - 2 * middle,
            cross,
        ]
    )
    x, y = columns / static.shape[1] - 0.5, rows / static.shape[0] - 0.5
    return np.concatenate([parts, parts * x, parts * y])


def _widened(difference: Image, static: Image, sigma: Image, valid: NDArray[np.bool_]) -> Image:
    """Return the noise widened to what the residuals show at each brightness of the static sky."""
    level = np.digitize(static[valid][::7] / sigma[valid][::7], _LEVELS)
    ratio = np.abs(difference[valid][::7] / sigma[valid][::7])
    centres, factors = [], []
    for number in range(len(_LEVELS) + 1):
        chosen = ratio[level == number]
        if len(chosen) >= _ENOUGH:
            centres.append(_LEVELS[max(number - 1, 0)])
            half, most = np.quantile(chosen, [0.5, 0.9])
            factors.append(max(1.4826 * float(half), float(most) / 1.645))
    if not centres:
        return sigma
    ordered = np.maximum.accumulate(factors)
    return (sigma * np.interp(static / sigma, centres, ordered)).astype(np.float32)
