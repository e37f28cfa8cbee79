"""A satellite's trail is taken out of a frame, and what it crosses stays."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from astrolib.movers.artefacts.leftovers import quieten
from astrolib.movers.artefacts.lines import Line, subtract_line
from astrolib.movers.difference.subtraction import Difference

SIDE, WIDTH = 400, 1.7  # of the image and of a point [pixel]
ANGLE, DISTANCE = 0.6, 310.0
ACROSS = np.arange(SIDE) * np.cos(ANGLE) + np.arange(SIDE)[:, None] * np.sin(ANGLE) - DISTANCE
ALONG = np.arange(SIDE)[:, None] * np.cos(ANGLE) - np.arange(SIDE) * np.sin(ANGLE)


def _difference(light: NDArray[np.float64]) -> Difference:
    """Return a difference image of unit noise, as correlated as a point is wide, with some light."""
    noise = gaussian_filter(np.random.default_rng(3).normal(size=(SIDE, SIDE)), WIDTH)
    flux = (noise / noise.std() + light).astype(np.float32)[None]
    flat = np.ones((SIDE, SIDE), np.float32)
    profile = _point(20, 20)[:41, :41]
    return Difference(flux, flat[None].copy(), flat, flat, flat, np.ones(1), np.ones(1), profile)


def _point(x: float, y: float) -> NDArray[np.float64]:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return np.asarray(np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (4 * WIDTH**2)))


@pytest.mark.parametrize("height", [6.0, 25.0])
def test_a_mover_on_a_satellites_trail_stays(height: float) -> None:
    trail = height * np.exp(-(ACROSS**2) / (4 * WIDTH**2))
    x, y = DISTANCE * np.cos(ANGLE), DISTANCE * np.sin(ANGLE)
    difference = _difference(trail + 3 * height * _point(x, y))
    subtract_line(difference, 0, Line(ANGLE, DISTANCE, 30))
    score = difference.score(0)
    assert score[round(y), round(x)] > 5
    away = (np.abs(ACROSS) < 10) & (np.abs(ALONG - (y * np.cos(ANGLE) - x * np.sin(ANGLE))) > 15)
    assert np.abs(np.median(score[away])) < 0.2
    assert score[away].max() < 4.5


def test_a_trail_that_flashes_says_little() -> None:
    """What its parts do not tell is noise, and no peak."""
    trail = 20 * np.exp(-(ACROSS**2) / (4 * WIDTH**2)) * np.sin(2 * np.pi * ALONG / 40) ** 2
    difference = _difference(trail)
    subtract_line(difference, 0, Line(ANGLE, DISTANCE, 30))
    assert difference.score(0)[np.abs(ACROSS) < 10].max() < 5


def test_what_lies_off_the_frame_changes_nothing() -> None:
    difference = _difference(np.zeros((SIDE, SIDE)))
    before = difference.flux.copy()
    subtract_line(difference, 0, Line(ANGLE, 5000.0, 30))
    assert np.array_equal(difference.flux, before)


def test_the_noise_about_a_bright_mover_is_what_it_was_and_within_a_ghost_more() -> None:
    movers = [(120.0, 150.0), (140.0, 160.0), (125.0, 170.0)]
    ring = np.hypot(np.arange(SIDE) - 300, np.arange(SIDE)[:, None] - 250)
    difference = _difference(sum(3000 * _point(*each) for each in movers) + 6.0 * ((ring > 20) & (ring < 34)))
    quieten(difference, 0)
    sigma = difference.sigma[0]
    assert [sigma[int(y), int(x)] for x, y in movers] == pytest.approx([1, 1, 1], abs=0.05)
    assert sigma[250, 300] > 2
