"""Tracklets are named after what they are, wherever they are spoken of."""

from __future__ import annotations

from astrolib.movers.judging.merged import merge
from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.named import all_named
from astrolib.movers.tracklets.tables import DETECTION, REMOVED, TRACKLET


def stage(name: str, score: float) -> Found:
    """Return what a stage found: one mover in three frames."""
    tracklet = {
        "tracklet_id": name,
        "n_detections": 3,
        "rate": 1.0,
        "kind": "mover",
        "score": score,
        "stage": "deep",
    }
    rows = [
        {
            "tracklet_id": name,
            "obstime": f"2026-03-01T21:0{number}:00.000",
            "ra": 150 + number / 3600,
            "dec": 20.0,
            "trail_length": 0.0,
            "frame": f"{number}.fits",
        }
        for number in range(3)
    ]
    return Found(TRACKLET.table([tracklet]), DETECTION.table(rows), REMOVED.table())


def test_the_trail_of_a_twin_speaks_of_the_tracklet_by_its_name():
    found = all_named(merge([stage("deep-0013", 9.0), stage("trail-0001", 5.0)]))
    (name,) = found.tracklets["tracklet_id"]
    assert str(name).startswith("m")
    assert set(found.detections["tracklet_id"]) == {name}
    assert list(found.removed["filter"]) == [f"the same mover as {name}"]
