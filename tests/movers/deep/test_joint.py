"""The path that all frames together show, against the path through the places of single frames."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.movers.deep.joint import most_likely
from astrolib.movers.difference.matched import match
from astrolib.movers.difference.measuring import measure
from astrolib.movers.difference.subtraction import Difference, subtract
from astrolib.movers.frames.registered import Registered
from astrolib.movers.frames.registering import register
from astrolib.sky.nights import floor_field

Values = NDArray[np.float64]


@pytest.fixture(scope="module")
def field() -> tuple[Registered, Difference, list[tuple[Values, Values]]]:
    """Return a field of movers of SNR 2 to 3, and their true paths on its grid."""
    simulated = floor_field("deep", 3100, (700, 700), movers=24)
    frames = register(simulated.frames)
    return frames, subtract(frames, match(frames)), _paths(frames, simulated.truth)


def _paths(frames: Registered, truth: QTable) -> list[tuple[Values, Values]]:
    paths = []
    for mover in np.unique(truth["mover"][~truth["curved"]]):
        rows = truth[truth["mover"] == mover]
        rows.sort("obstime")
        if len(rows) == len(frames):
            x, y = frames.wcs.all_world2pix(rows["ra"].value, rows["dec"].value, 0)
            paths.append((x - frames.pointing[0], y - frames.pointing[1]))
    return paths


def _off(found: tuple[Values, Values], true: tuple[Values, Values]) -> float:
    """Return the mean distance of two paths [pixel]."""
    return float(np.hypot(found[0] - true[0], found[1] - true[1]).mean())


def test_all_frames_together_tell_a_faint_path_better_than_places_in_each(
    field: tuple[Registered, Difference, list[tuple[Values, Values]]],
) -> None:
    """From a start that is off by three pixels at its ends."""
    frames, difference, paths = field
    lever = frames.minutes - frames.minutes.mean()
    lever /= lever.max()
    together, single = [], []
    for x, y in paths:
        start = x + 2.5 * lever, y - 1.5 * lever
        together.append(_off(most_likely(frames, difference, *start, 1)[:2], (x, y)))
        free = measure(frames, difference, *start)
        line = [np.polyval(np.polyfit(lever, place, 1), lever) for place in (free.x, free.y)]
        single.append(_off((line[0], line[1]), (x, y)))
    assert len(paths) >= 10
    assert np.median(together) < 0.9
    assert np.median(together) < 0.8 * np.median(single), (together, single)


def test_a_path_is_not_moved_beyond_its_reach(
    field: tuple[Registered, Difference, list[tuple[Values, Values]]],
) -> None:
    """Two rounds of five pixels each."""
    frames, difference, _ = field
    x, y = np.linspace(300, 340, len(frames)), np.linspace(200, 260, len(frames))
    found_x, found_y, _ = most_likely(frames, difference, x, y, 2)
    assert np.hypot(found_x - x, found_y - y).max() <= 2 * 5


def test_a_faint_place_stays_near_the_path(
    field: tuple[Registered, Difference, list[tuple[Values, Values]]],
) -> None:
    """Where nothing is, the likeliest place is the one expected, and its error is that of the path."""
    frames, difference, _ = field
    x, y = np.linspace(300, 340, len(frames)), np.linspace(200, 260, len(frames))
    found = measure(frames, difference, x, y)
    faint = found.score < 1
    assert faint.any()
    assert np.hypot(found.x - x, found.y - y)[faint].max() < 1.5
    assert np.all(np.sqrt(np.linalg.eigvalsh(found.covariance)) <= 1.0)
