"""A few spectra one above the other as an SVG: a picture for a notebook that runs without people."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

WIDTH, ROW, LEFT, BOTTOM = 720, 70, 190, 40
"""Of the picture, of one spectrum, of the names and of the axis [pixels]."""

_TICKS = 5


def sketch(wavelength: NDArray[np.float64], flux: NDArray[np.floating], names: Sequence[str]) -> str:
    """Draw spectra that share a grid, each over the whole height of its row.

    Parameters
    ----------
    wavelength : ndarray, shape (pixels,)
        [angstrom].
    flux : ndarray, shape (spectra, pixels)
        Finite.
    names : sequence of str
        One a spectrum; of any origin, they are shown as text.

    Returns
    -------
    str
        The SVG.
    """
    height = ROW * len(names) + BOTTOM
    across = LEFT + (WIDTH - LEFT - 20) * (wavelength - wavelength[0]) / np.ptp(wavelength)
    rows = [
        _row(number, across, one, name) for number, (one, name) in enumerate(zip(flux, names, strict=True))
    ]
    ticks = [_tick(float(value), across, wavelength, height) for value in _round_values(wavelength)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        'font-family="sans-serif" font-size="12" fill="#333">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(ticks)}{"".join(rows)}'
        f'<text x="{(LEFT + WIDTH) // 2}" y="{height - 4}" text-anchor="middle">wavelength [angstrom]</text>'
        "</svg>"
    )


def _row(number: int, across: NDArray[np.float64], flux: NDArray[np.floating], name: str) -> str:
    share = (flux - flux.min()) / (np.ptp(flux) or 1)
    down = ROW * number + 6 + (ROW - 12) * (1 - share)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    label = (
        f'<text x="{LEFT - 10}" y="{ROW * number + ROW // 2}" text-anchor="end">{escape(name[:26])}</text>'
    )
    return f'{label}<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1.2"/>'


def _tick(value: float, across: NDArray[np.float64], wavelength: NDArray[np.float64], height: int) -> str:
    x = float(np.interp(value, wavelength, across))
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - BOTTOM}" stroke="#ddd"/>'
        f'<text x="{x:.1f}" y="{height - BOTTOM + 15}" text-anchor="middle">{value:g}</text>'
    )


def _round_values(wavelength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return about five round wavelengths within the range."""
    rough = np.ptp(wavelength) / _TICKS
    step = next(each for each in 10 ** np.floor(np.log10(rough)) * np.array([1, 2, 5, 10]) if each >= rough)
    return np.arange(np.ceil(wavelength[0] / step), np.floor(wavelength[-1] / step) + 1) * step
