"""Movers that one frame shows badly: another mover passes, a neighbour draws them off, chance helps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolib.images import ReducedFrame
from astrolib.movers import deep
from astrolib.movers.deep import Deep
from astrolib.movers.deep.candidates import Candidate
from astrolib.movers.difference.matched import match
from astrolib.movers.difference.subtraction import subtract
from astrolib.movers.frames.registering import register
from astrolib.movers.search import find_movers
from astrolib.movers.tracklets.found import Found
from astrolib.sky.nights import floor_field

Values = NDArray[np.float64]

SIDE = 500
WIDTH = 1.7  # standard deviation of what is drawn [pixel]
LEVER = np.arange(5) - 2.0

PASSED = (120 + 25 * LEVER, 130 + 10 * LEVER)
"""A faint mover (places on the first frame's pixels) that a bright one passes in the middle frame."""

PASSING = (123 - 14 * LEVER, 133 + 22 * LEVER)
DRAWN_OFF = (350 + 20 * LEVER, 330 - 8 * LEVER)
"""A bright one, near a masked column in the first frame and masked in the second."""

BENT = (200 + 20 * LEVER, 420 + 2.5 * LEVER**2)
"""Three faint places on a parabola; the other two frames show nothing."""

BOWED = (330 + 15 * LEVER, 410 + 6.0 * LEVER**2)
"""A bright one on a bent path: of the three frames in the middle, no line is near all places."""


@pytest.fixture(scope="module")
def frames() -> list[ReducedFrame]:
    """Return the frames of a field, by time, into which all these were drawn."""
    field = floor_field("sparse", 3011, (SIDE, SIDE), movers=1)
    frames = sorted(field.frames, key=lambda frame: frame.mid)
    light = [np.zeros((SIDE, SIDE)) for _ in frames]
    for path, peak, among in ((PASSED, 60, range(5)), (PASSING, 900, range(5)), (DRAWN_OFF, 400, range(5)),
                              (BENT, 35, (0, 1, 3)), (BOWED, 300, range(5))):  # fmt: skip
        for number in among:
            _draw(light[number], _on(frames, number, path), peak)
    masks = [np.zeros((SIDE, SIDE), bool) for _ in frames]
    for path, number, reach in ((DRAWN_OFF, 0, 3), (DRAWN_OFF, 1, 8)):
        x, y = _on(frames, number, path)
        rows, columns = np.indices(masks[number].shape)
        masks[number] |= (np.abs(columns - x - 1) < reach) & (np.abs(rows - y) < 40)
    return [
        replace(frame, data=(frame.data + add).astype(np.float32), mask=mask)
        for frame, add, mask in zip(frames, light, masks, strict=True)
    ]


@pytest.fixture(scope="module")
def found(frames: list[ReducedFrame]) -> Found:
    return find_movers(frames)


def _on(frames: list[ReducedFrame], number: int, path: tuple[Values, Values]) -> tuple[float, float]:
    """Return a place of a path on the pixels of a frame."""
    sky = frames[0].wcs.all_pix2world(path[0][number], path[1][number], 0)
    x, y = frames[number].wcs.all_world2pix(*sky, 0)
    return float(x), float(y)


def _draw(image: Values, place: tuple[float, float], peak: float) -> None:
    rows, columns = np.indices(image.shape)
    image += peak * np.exp(-((columns - place[0]) ** 2 + (rows - place[1]) ** 2) / 2 / WIDTH**2)


def _motion(frames: list[ReducedFrame], path: tuple[Values, Values]) -> tuple[float, float]:
    """Return east and north [arcsec/min]."""
    ra, dec = frames[0].wcs.all_pix2world(path[0][[0, -1]], path[1][[0, -1]], 0)
    minutes = (frames[-1].mid - frames[0].mid).to_value("min")
    east = (ra[1] - ra[0]) * np.cos(np.radians(dec[0]))
    return float(east * 3600 / minutes), float((dec[1] - dec[0]) * 3600 / minutes)


def _with_motion(found: Found, frames: list[ReducedFrame], path: tuple[Values, Values]) -> int:
    """Return how many tracklets move as a path does, to an arcsecond over the night."""
    east, north = _motion(frames, path)
    rate = found.tracklets["rate"].to_value("arcsec / min")
    angle = found.tracklets["position_angle"].to_value("rad")
    off = np.hypot(rate * np.sin(angle) - east, rate * np.cos(angle) - north)
    return int(np.count_nonzero(off * (frames[-1].mid - frames[0].mid).to_value("min") < 1.0))


def test_a_mover_that_another_passes_is_found(found: Found, frames: list[ReducedFrame]) -> None:
    assert _with_motion(found, frames, PASSED) == 1
    assert _with_motion(found, frames, PASSING) == 1


def test_a_mask_that_takes_part_of_a_mover_does_not_bend_its_path(
    found: Found, frames: list[ReducedFrame]
) -> None:
    assert _with_motion(found, frames, DRAWN_OFF) == 1


@pytest.mark.parametrize(("significance", "kept"), [(9.0, 0), (30.0, 1)])
def test_three_faint_places_of_five_that_need_a_bend_are_no_mover(
    frames: list[ReducedFrame], significance: float, kept: int
) -> None:
    field = register(frames)
    difference = subtract(field, match(field))
    x, y = (places - off for places, off in zip(BENT, field.pointing, strict=True))
    candidate = Candidate(x, y, np.array([7.0, 7.0, 0.0, 7.0, 0.0]), significance, curved=True)
    tabled = deep.tabulate(field, Deep([candidate], difference, [], []))
    assert len(tabled.tracklets) == kept
    assert list(tabled.removed["filter"]) == ["three places off a line"] * (1 - kept)


def test_of_three_frames_a_bent_path_is_found(frames: list[ReducedFrame]) -> None:
    middle = frames[1:4]
    part = BOWED[0][1:4], BOWED[1][1:4]
    assert _with_motion(find_movers(middle), middle, part) == 1
