"""What a search leaves in a folder, also where another one has left something before."""

from __future__ import annotations

from astropy.table import QTable

from astrolib.movers.night.products import write_tables
from astrolib.movers.tracklets.tables import DETECTION, PAIR, PLANTED, TRACKLET


def tables(**kinds):
    """Return tracklets of these kinds, by name, and a detection of each."""
    tracklets = TRACKLET.table({"tracklet_id": name, "kind": kind} for name, kind in kinds.items())
    return tracklets, DETECTION.table({"tracklet_id": name} for name in kinds)


def names(path):
    return list(QTable.read(path)["tracklet_id"])


def test_pairs_lie_apart(tmp_path):
    write_tables(tmp_path, *tables(a="mover", b=PAIR), {"planted": PLANTED.table()})
    for name in ("tracklets", "detections"):
        assert names(tmp_path / f"{name}.ecsv") == ["a"]
        assert names(tmp_path / "pairs" / f"{name}.ecsv") == ["b"]
    assert not (tmp_path / "planted.ecsv").exists()


def test_nothing_of_an_earlier_search_is_taken_for_this_ones(tmp_path):
    fake = PLANTED.table([{"tracklet_id": "a", "kind": "mover"}])
    write_tables(tmp_path, *tables(a="mover", b=PAIR), {"planted": fake})
    write_tables(tmp_path, *tables(c="mover"), {"planted": PLANTED.table()})
    assert names(tmp_path / "tracklets.ecsv") == ["c"]
    assert names(tmp_path / "pairs" / "tracklets.ecsv") == []
    assert names(tmp_path / "pairs" / "detections.ecsv") == []
    assert names(tmp_path / "planted.ecsv") == []
