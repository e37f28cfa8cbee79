"""The static sky of a frame is what the other frames show, without what one of them alone shows."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.movers.difference.static_sky import StaticSky

STAR = 100.0


def _sky(frames: int) -> StaticSky:
    """Return the sums over frames of one star; something of the star's flux stands beside it in the last."""
    flux = np.zeros((frames, 1, 2), np.float32)
    flux[:, 0, 0] = STAR
    flux[-1, 0, 1] = STAR
    return StaticSky(flux, np.ones(flux.shape, bool), np.ones(frames))


@pytest.mark.parametrize("frames", [3, 5, 200])
def test_what_one_frame_alone_shows_is_in_no_frames_static_sky(frames: int) -> None:
    sky = _sky(frames)
    for number in (0, frames - 1):
        mean, variance = sky.without(number)
        assert mean[0] == pytest.approx([STAR, 0], abs=1e-3)
        assert np.all(np.isfinite(variance))


def test_what_is_there_in_every_frame_is_the_lowest_of_them() -> None:
    assert _sky(5).lowest[0] == pytest.approx([STAR, 0])


def test_where_one_frame_alone_says_something_nothing_is_known_of_the_others() -> None:
    valid = np.zeros((3, 1, 1), bool)
    valid[1] = True
    mean, variance = StaticSky(np.ones((3, 1, 1), np.float32), valid, np.ones(3)).without(1)
    assert mean == 0
    assert np.isinf(variance)
