"""How well people tell planted movers from decoys."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.movers.blink.vigilance import vigilance
from astrolib.movers.tracklets.tables import PLANTED

TRUTH = PLANTED.table(
    [{"tracklet_id": f"m{n}", "kind": "mover", "mag": 20.1 + 0.5 * (n // 2)} for n in range(4)]
    + [{"tracklet_id": "d0", "kind": "decoy", "mag": 20.3}]
)


def test_by_person_and_magnitude():
    said = [("m0", "ada", "valid"), ("m1", "ada", "invalid"), ("m2", "ada", "valid"), ("d0", "ada", "valid")]
    whole, bright, faint = vigilance(TRUTH, [*said, ("real", "ada", "valid")])
    assert np.isnan(whole.mag)
    assert (whole.n, whole.found, whole.n_decoys, whole.alarms) == (3, 2, 1, 1)
    assert (bright.mag, bright.n, bright.found, bright.alarms) == (20.25, 2, 1, 1)
    assert (faint.mag, faint.n, faint.n_decoys) == (20.75, 1, 0)
    share, low, high = whole.completeness
    assert low < share < high
    assert share == pytest.approx(2 / 3)
    assert np.isnan(faint.false_alarms).all()


def test_unsure_is_not_found():
    (whole, _) = vigilance(TRUTH, [("m0", "ada", "unsure")])
    assert (whole.n, whole.found) == (1, 0)


def test_people_stand_apart_and_who_answered_nothing_planted_does_not_stand():
    rows = vigilance(TRUTH, [("m0", "bo", "valid"), ("m0", "ada", "invalid"), ("real", "cy", "valid")])
    assert [row.who for row in rows if np.isnan(row.mag)] == ["ada", "bo"]


def test_intervals_reach_the_ends():
    (whole, *_) = vigilance(TRUTH, [(f"m{n}", "ada", "valid") for n in range(4)])
    share, low, high = whole.completeness
    assert (share, high) == (1.0, pytest.approx(1.0, abs=0.06))
    assert 0.6 < low < 1.0
