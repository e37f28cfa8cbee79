"""A crowd of peaks opposite a bright star is its ghost, where it is not likely to be chance."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import QTable

from astrolib.movers.artefacts.ghosts import name_ghosts
from astrolib.movers.frames.registered import Registered
from astrolib.movers.frames.registering import register
from astrolib.movers.tracklets.tables import REMOVED
from astrolib.sky.nights import floor_field

SIDE = 600


@pytest.fixture(scope="module")
def field() -> Registered:
    return register(floor_field("sparse", 3004, (SIDE, SIDE), movers=2).frames)


@pytest.fixture(scope="module")
def star(field: Registered) -> np.ndarray:
    """Return the place of the brightest star on the second frame."""
    sources = field.pixels[1].sources
    brightest = sources[np.argmax(sources["flux"])]
    return np.array([brightest["x"], brightest["y"]])


def removed(field: Registered, *crowds: np.ndarray, name: str = "crowded") -> QTable:
    """Return the trail of crowds of five peaks of the second frame."""
    around = np.array([[0, 0], [9, 0], [-9, 0], [0, 9], [0, -9]])
    places = np.concatenate([crowd + around for crowd in crowds])
    frame = field.originals[1].name
    return REMOVED.table([{"filter": name, "frame": frame, "x": x, "y": y, "kind": ""} for x, y in places])


def empty_places(field: Registered, count: int) -> list[np.ndarray]:
    """Return places of the second frame that are far from all its sources and from each other."""
    sources = field.pixels[1].sources
    taken = list(np.stack((sources["x"], sources["y"]), axis=1))
    found: list[np.ndarray] = []
    for place in np.random.default_rng(2).uniform(30, SIDE - 30, (4000, 2)):
        if len(found) < count and np.hypot(*(np.array(taken) - place).T).min() > 27:
            found.append(place)
            taken.append(place)
    return found


def test_a_crowd_opposite_the_brightest_star_is_its_ghost(field, star):
    opposite = SIDE - 1 - star
    assert set(name_ghosts(field, removed(field, opposite))["kind"]) == {"ghost"}


def test_what_is_left_of_stars_or_was_removed_otherwise_is_none(field, star):
    assert set(name_ghosts(field, removed(field, star))["kind"]) == {""}
    assert set(name_ghosts(field, removed(field, SIDE - 1 - star, name="still"))["kind"]) == {""}


def test_where_crowds_are_everywhere_one_opposite_a_star_says_nothing(field, star):
    others = empty_places(field, 12)
    assert len(others) == 12
    assert set(name_ghosts(field, removed(field, SIDE - 1 - star, *others))["kind"]) == {""}


def test_a_trail_without_rows_stays_one(field):
    assert len(name_ghosts(field, REMOVED.table())) == 0
