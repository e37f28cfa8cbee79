"""Many sources measured at once in one frame: flux, level and place around a guess, from small cutouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.frames.psf import Moffat

Values = NDArray[np.float64]
Image = NDArray[np.float32]

_REMAINS = 0.1  # of a neighbour's light that its subtraction leaves
_NEEDED = 0.75  # of the profile's light must lie on usable pixels


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame as it is fitted.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        What is fitted: without background, and perhaps without sources that are known [ADU].
    light : ndarray of float32, shape (ny, nx)
        All light but the background, which makes the noise [ADU].
    bad : ndarray of bool, shape (ny, nx)
        Pixels not to be used.
    psf : Moffat
        The image of a star.
    rms : float
        Noise of the sky [ADU].
    gain : float
        [electrons/ADU]
    shift : ndarray, shape (2,)
        Grid coordinates (x, y) are the frame's plus this [pixel].
    minutes : float
        Middle of the exposure [min].
    """

    data: Image
    light: Image
    bad: NDArray[np.bool_]
    psf: Moffat
    rms: float
    gain: float
    shift: Values
    minutes: float


@dataclass(frozen=True, eq=False)
class Measures:
    """What one frame says of `n` sources.

    Parameters
    ----------
    flux, flux_error : ndarray, shape (n,)
        [ADU]
    step : ndarray, shape (n, 2)
        From the guess to the measured place, x and y [pixel].
    weight : ndarray, shape (n, 2, 2)
        Inverse covariance of the place [1/pixel^2]; 0 where the frame says nothing.
    chi2 : ndarray, shape (n,)
        Squared residual over its variance, a pixel.
    """

    flux: Values
    flux_error: Values
    step: Values
    weight: Values
    chi2: Values


def measure(
    frame: Frame, place: Values, half: int, *, own: Values | None = None, data: Image | None = None
) -> Measures:
    """Fit flux, level and place of sources near guesses: one step of Gauss and Newton.

    Parameters
    ----------
    frame : Frame
        The frame.
    place : ndarray, shape (n, 2)
        Guesses on the grid (x, y).
    half : int
        Half side of the cutouts [pixel].
    own : ndarray, shape (n,), optional
        Flux of each source that was subtracted at the guess, and is given back to it alone.
    data : ndarray of float32, optional
        What is fitted in place of the frame's data: the frame without all sources.
    """
    rows, columns, dx, dy, inside = cutouts(frame, place, half)
    image, slope_x, slope_y = profile(frame.psf, dx, dy)
    value: NDArray[Any] = (frame.data if data is None else data)[rows, columns]
    if own is not None:
        value = value + own[:, None] * image
    good = inside & ~frame.bad[rows, columns]
    weight = np.where(good, 1 / variance(frame, rows, columns, value), 0.0)
    flux = _matched_flux(image, value, weight)
    bright = np.maximum(flux, 3 * frame.rms)[:, None]
    design = np.stack([image, np.ones_like(image), bright * slope_x, bright * slope_y], axis=2)
    weighted = design * weight[:, :, None]
    turned = weighted.transpose(0, 2, 1)
    answer, covariance = _solved(turned @ design, (turned @ value[:, :, None])[:, :, 0])
    left = value - (design @ answer[:, :, None])[:, :, 0]
    chi2 = np.sum(left**2 * weight, axis=1) / np.maximum(np.sum(good, axis=1), 1)
    told = np.sum(image * good, axis=1) > _NEEDED * np.sum(image, axis=1)
    return Measures(
        np.where(told, answer[:, 0], 0.0),
        np.sqrt(covariance[:, 0, 0]),
        answer[:, 2:] * told[:, None],
        np.where(told[:, None, None], np.linalg.inv(covariance[:, 2:, 2:]), 0.0),
        chi2,
    )


def variance(frame: Frame, rows: NDArray[np.intp], columns: NDArray[np.intp], value: Values) -> Values:
    """Return the variance of pixels of a source: sky, light, and what the subtraction of neighbours leaves.

    Parameters
    ----------
    value : ndarray
        The source's own light; all else in the frame is its neighbours'.
    """
    light = frame.light[rows, columns]
    return frame.rms**2 + np.maximum(light, 0) / frame.gain + (_REMAINS * (light - value)) ** 2


def add_sources(image: Image, frame: Frame, place: Values, flux: Values, half: int) -> None:
    """Add sources of some flux at places of the grid to an image of the frame, in place."""
    if len(flux) == 0:
        return
    rows, columns, dx, dy, inside = cutouts(frame, place, half)
    light = flux[:, None] * profile(frame.psf, dx, dy)[0]
    index = (rows * image.shape[1] + columns)[inside]
    image += np.bincount(index, light[inside], image.size).reshape(image.shape).astype(np.float32)


def cutouts(
    frame: Frame, place: Values, half: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Values, Values, NDArray[np.bool_]]:
    """Return rows and columns (n, pixels) around places, offsets from them, and which are on the frame."""
    x, y = (place - frame.shift).T
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    dy, dx = (axis.ravel() for axis in np.mgrid[-half : half + 1, -half : half + 1])
    rows, columns = row[:, None] + dy, column[:, None] + dx
    ny, nx = frame.data.shape
    inside = (rows >= 0) & (rows < ny) & (columns >= 0) & (columns < nx)
    offset_x, offset_y = columns - x[:, None], rows - y[:, None]
    return rows.clip(0, ny - 1), columns.clip(0, nx - 1), offset_x, offset_y, inside


def profile(psf: Moffat, dx: Values, dy: Values) -> tuple[Values, Values, Values]:
    """Return the profile at offsets from a source, and its derivatives with the source's place."""
    alpha = psf.fwhm / (2 * np.sqrt(2 ** (1 / psf.beta) - 1))
    cosine, sine, ratio = np.cos(psf.theta), np.sin(psf.theta), 1 - psf.ellipticity
    xx = (cosine**2 * ratio + sine**2 / ratio) / alpha**2
    yy = (sine**2 * ratio + cosine**2 / ratio) / alpha**2
    xy = cosine * sine * (ratio - 1 / ratio) / alpha**2
    dx, dy = dx.astype(np.float32), dy.astype(np.float32)
    radius2 = 1 + xx * dx**2 + yy * dy**2 + 2 * xy * dx * dy
    image = (psf.beta - 1) / (np.pi * alpha**2) * radius2 ** np.float32(-psf.beta)
    steep = 2 * psf.beta * image / radius2
    return image, steep * (xx * dx + xy * dy), steep * (yy * dy + xy * dx)


def _matched_flux(image: Values, value: Values, weight: Values) -> Values:
    return np.sum(image * value * weight, axis=1) / np.maximum(np.sum(image**2 * weight, axis=1), 1e-30)


def _solved(normal: Values, right: Values) -> tuple[Values, Values]:
    """Return answers and covariances; what is not told gets a large error."""
    size = np.sqrt(np.maximum(np.einsum("nii->ni", normal), 1e-12))
    scaled = normal / (size[:, :, None] * size[:, None, :]) + 1e-6 * np.eye(normal.shape[1])
    covariance = np.linalg.inv(scaled) / (size[:, :, None] * size[:, None, :])
    return np.einsum("nij,nj->ni", covariance, right), covariance
