"""Fast movers: sighted by their trails, linked, told apart from what crosses the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrolib.movers import trails
from astrolib.movers.frames.registering import register
from astrolib.movers.trails.chains import objects, two_trails
from astrolib.movers.trails.model import Trail, draw, round_profile
from astrolib.movers.trails.plate import Plate
from astrolib.movers.trails.sightings import sight
from astrolib.sky.nights.field import floor_field
from astrolib.sky.nights.score import score

SIDE = 400
PROFILE = round_profile(4.0)
CADENCE = 8.5  # minutes; the exposure is one


def plates(*moving: tuple[float, ...], count: int = 5, flux: float = 3000.0) -> list[Plate]:
    """Return plates with objects: x, y at the first, motion [pixel/min], acceleration if any."""
    rng = np.random.default_rng(11)
    y, x = (axis.ravel().astype(float) for axis in np.mgrid[:SIDE, :SIDE])
    made = []
    for number in range(count):
        image = rng.normal(0, 10, SIDE * SIDE)
        time = CADENCE * number
        for x0, y0, vx0, vy0, *bend in moving:
            ax, ay = bend or (0.0, 0.0)
            where = x0 + vx0 * time + ax * time**2 / 2, y0 + vy0 * time + ay * time**2 / 2
            vx, vy = vx0 + ax * time, vy0 + ay * time
            image += draw(
                Trail(*where, float(np.hypot(vx, vy)), float(np.arctan2(vy, vx)), flux), PROFILE, x, y
            )
        made.append(plate(image.reshape(SIDE, SIDE), number))
    return made


def plate(image: np.ndarray, number: int) -> Plate:
    sigma = np.full((SIDE, SIDE), 10.0, np.float32)
    return Plate(image.astype(np.float32), sigma, PROFILE, np.inf, CADENCE * number, 1.0, np.zeros(2))


def sighted(made: list[Plate], longest: float = 90.0) -> list:
    return [sight(number, one, longest) for number, one in enumerate(made)]


def test_an_object_is_linked_over_all_frames_that_show_it() -> None:
    frames = sighted(plates((60, 200, 8.0, 3.0)))
    (chain,) = objects(frames, 7, 95)
    assert [one.frame for one in chain.sightings] == [0, 1, 2, 3, 4]
    assert np.allclose([one.place for one in chain.sightings][2], (60 + 8 * 17, 200 + 3 * 17), atol=1.0)


def test_three_trails_that_turn_as_their_path_does_are_an_object() -> None:
    """Off a line by nine pixels: any three places are on a bent path, but not with any three directions."""
    frames = sighted(plates((30, 300, 18.0, -2.0, 0.0, -0.25), count=3))
    (chain,) = objects(frames, 7, 95)
    assert chain.bent
    assert [one.frame for one in chain.sightings] == [0, 1, 2]


def test_three_trails_off_a_line_that_do_not_turn_are_none() -> None:
    """The same places, each trail along the way from the first to the last."""
    times = CADENCE * np.arange(3)
    places = [(30 + 18.0 * time, 300 - 2.0 * time - 0.125 * time**2) for time in times]
    made = [plates((x, y, 18.0, -4.1), count=1)[0] for x, y in places]
    frames = sighted([replace(one, minutes=time) for one, time in zip(made, times, strict=True)])
    assert objects(frames, 7, 95) == []


def test_a_brighter_trail_beside_the_foretold_place_is_not_taken_for_it() -> None:
    """Of two that cross in the third frame each keeps its own four trails or five."""
    faint, bright = (60, 200, 8.0, 3.0), (196 - 17 * 8, 251 + 17 * 3 + 8, 8.0, -3.0)
    made = [
        replace(one, signal=one.signal + other.signal - plates()[number].signal)
        for number, (one, other) in enumerate(
            zip(plates(faint, flux=1500.0), plates(bright, flux=12000.0), strict=True)
        )
    ]
    chains = objects(sighted(made), 7, 95)
    assert len(chains) == 2
    for chain, (x, y, vx, vy) in zip(chains, (bright, faint), strict=True):
        times = np.array([CADENCE * one.frame for one in chain.sightings])
        off = [one.place for one in chain.sightings] - np.stack([x + vx * times, y + vy * times], 1)
        assert len(times) >= 4
        assert np.abs(off).max() < 2.0


def test_noise_alone_makes_no_object() -> None:
    frames = sighted(plates())
    assert objects(frames, 7, 95) == []
    assert two_trails(frames, [], 7, 95) == []


def test_what_leaves_the_field_after_two_frames_is_a_pair() -> None:
    frames = sighted(plates((20, 100, 32.0, 10.0)))
    assert objects(frames, 7, 95) == []
    (pair,) = two_trails(frames, [], 7, 95)
    assert [one.frame for one in pair.sightings] == [0, 1]


def test_two_trails_that_a_third_frame_should_have_joined_are_no_pair() -> None:
    made = plates((60, 100, 8.0, 3.0))
    empty = plates()
    frames = sighted([*made[:2], *empty[2:]])
    assert objects(frames, 7, 95) == []
    assert two_trails(frames, [], 7, 95) == []


def test_a_line_across_the_frame_is_a_satellite() -> None:
    y, x = np.mgrid[:SIDE, :SIDE]
    across = (y - 150) * np.cos(0.4) - (x - 200) * np.sin(0.4)
    light = 60 * np.exp(-(across**2) / (2 * 1.7**2))
    noise = np.random.default_rng(5).normal(0, 10, (SIDE, SIDE))
    seen = sight(0, plate(light + noise, 0), 90.0)
    assert seen.satellites
    assert seen.found == []


@pytest.mark.slow
def test_a_field_of_fast_movers_is_searched() -> None:
    field = floor_field("fast", 5, (900, 900), 12)
    found = trails.search_trails(register(field.frames))
    movers = found.tracklets[found.tracklets["kind"] == "mover"]
    told = score(movers, found.detections, field.truth)
    assert told.completeness > 0.7
    assert len(told.false) + len(told.duplicates) == 0
