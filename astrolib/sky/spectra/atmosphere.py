"""What the Earth's air takes away: water lines about H-alpha, and the broad bands of oxygen and water.

They stand still in the observatory's frame. Wavelengths of the water lines are those that spectroscopists
calibrate with (Moore, Minnaert and Houtgast 1966, NBS Monograph 61, The Solar Spectrum); strengths are
rounded to what a humid night at a low site shows.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra.instrument import Instrument, instrument
from astrolib.sky.spectra.photosphere import gaussian
from astrolib.sky.spectra.profiles import grids
from astrolib.sky.spectra.velocity import PixelWindow
from astrolib.spectra import air_to_vacuum, telluric_bands
from astrolib.spectra.velocity import SPEED_OF_LIGHT

WATER = np.array(
    [
        (6519.452, 0.030),
        (6523.843, 0.020),
        (6532.359, 0.030),
        (6534.000, 0.015),
        (6536.720, 0.020),
        (6542.313, 0.020),
        (6543.907, 0.045),
        (6547.705, 0.020),
        (6548.622, 0.040),
        (6552.629, 0.040),
        (6553.785, 0.012),
        (6557.171, 0.030),
        (6558.149, 0.012),
        (6560.555, 0.025),
        (6564.206, 0.030),
        (6568.806, 0.012),
        (6572.086, 0.040),
        (6574.852, 0.040),
        (6586.597, 0.020),
        (6594.361, 0.012),
        (6599.325, 0.015),
    ]
)
"""Wavelength in air [angstrom] and equivalent width on a humid night [angstrom]."""

BANDS = {"O2 gamma": 0.04, "O2 B": 0.25, "H2O 7200": 0.12, "O2 A": 0.6, "H2O 8200": 0.08, "H2O 9300": 0.2}
"""Mean optical depth of a band of `astrolib.spectra.telluric_bands`; water about H-alpha: `WATER`."""

WATER_SIGMA = 3.0
"""Standard deviation of a water line of the lower atmosphere [km/s]."""

FASTEST = 32.0
"""No observatory moves faster about the Sun [km/s]."""

FINER = 4
"""Steps of the depth a pixel."""


def multiply_transmission(
    flux: NDArray[np.float32],
    humidity: NDArray[np.float64],
    shift: NDArray[np.float64],
    seen_by: Instrument,
) -> None:
    """Multiply flux, shape (spectra, pixels), by what the air lets through.

    Parameters
    ----------
    flux : ndarray of float32, shape (spectra, pixels)
        Changed in place.
    humidity : ndarray, shape (spectra,)
        Strength of all lines, 1 on a humid night.
    shift : ndarray, shape (spectra,)
        Velocity of the observatory in the frame of the instrument's wavelengths [km/s].
    seen_by : Instrument
        Its pixels and resolving power.
    """
    velocity, running = _running_depth(seen_by.name)
    edges = SPEED_OF_LIGHT * np.log(seen_by.vacuum_edges)
    columns = _reached(edges, velocity, running)
    left, right = (np.interp(edges[columns + side] - shift[:, None], velocity, running) for side in (0, 1))
    depth = (right - left) / (edges[columns + 1] - edges[columns])
    flux[:, columns] *= np.exp(-humidity[:, None] * depth).astype(np.float32)


def _reached(
    edges: NDArray[np.float64], velocity: NDArray[np.float64], running: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the pixels that a band or line can reach as the Earth moves."""
    early, late = (np.interp(edges + side * FASTEST, velocity, running) for side in (-1, 1))
    return np.flatnonzero(late[1:] - early[:-1])


@cache
def _running_depth(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the integral of the optical depth up to velocities c ln(wavelength), finer than the pixels."""
    seen_by = instrument(name)
    pixel = np.arange(len(seen_by.vacuum_edges), dtype=np.float64)
    parts = np.linspace(0, pixel[-1], FINER * (len(pixel) - 1) + 1)
    edges = np.exp(np.interp(parts, pixel, np.log(seen_by.vacuum_edges)))
    velocity = SPEED_OF_LIGHT * np.log(edges)
    depth = _bands((edges[1:] + edges[:-1]) / 2) + _water(seen_by, edges)
    return velocity, np.append(0, np.cumsum(depth * np.diff(velocity)))


def _bands(middle: NDArray[np.float64]) -> NDArray[np.float64]:
    depth = np.zeros(len(middle))
    for band in telluric_bands():
        first, last = band.vacuum
        inside = (middle > first) & (middle < last)
        depth[inside] += BANDS.get(band.name, 0.0) * np.sin(np.pi * (middle[inside] - first) / (last - first))
    return depth


def _water(seen_by: Instrument, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    grid = grids(seen_by.name)[1]
    profile = grid.back(
        grid.transform(gaussian(grid.velocity, WATER_SIGMA)) * grid.gaussian(seen_by.line_spread)
    )
    depth = np.zeros(len(edges) - 1)
    for vacuum, width in zip(air_to_vacuum(WATER[:, 0]), WATER[:, 1], strict=True):
        window = PixelWindow(grid, float(vacuum), edges)
        if not window.empty:
            depth[window.columns] += width * SPEED_OF_LIGHT / vacuum * window.average(profile)[0]
    return depth
