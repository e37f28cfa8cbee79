import astropy.units as u
import numpy as np
import pytest
from astropy.table import QTable
from astropy.time import Time, TimeDelta

from astrolib.sky.nights import floor_field, score


@pytest.fixture(scope="module")
def truth():
    return floor_field("sparse", 3, shape=(256, 256), movers=8).truth


def perfect(truth):
    """Return tracklets and detections that say the truth."""
    counts = {mover: np.count_nonzero(truth["mover"] == mover) for mover in np.unique(truth["mover"])}
    movers = [mover for mover, count in counts.items() if count >= 3]
    detections = truth[np.isin(truth["mover"], movers)]
    detections["tracklet_id"] = [f"T{mover}" for mover in detections["mover"]]
    return QTable([motion(truth, mover) for mover in movers]), detections


def motion(truth, mover):
    rows = truth[truth["mover"] == mover]
    seconds = (Time(rows["obstime"]) - Time(rows["obstime"][0])).sec
    scale = np.cos(rows["dec"][0].to_value("rad")) * 3600
    east = np.polyfit(seconds, rows["ra"].value, 1)[0] * scale
    north = np.polyfit(seconds, rows["dec"].value, 1)[0] * 3600
    return {
        "tracklet_id": f"T{mover}",
        "rate": np.hypot(east, north) * 60 * u.arcsec / u.min,
        "position_angle": np.degrees(np.arctan2(east, north)) % 360 * u.deg,
    }


def shifted(detections, rows, arcsec, *, across=False):
    """Return detections of which some are moved along, or across, the motion."""
    moved = detections.copy()
    angle = moved["position_angle"].to_value("rad") + (np.pi / 2 if across else 0)
    step = np.where(rows, arcsec, 0) / 3600
    moved["ra"] += step * np.sin(angle) / np.cos(moved["dec"].to_value("rad")) * u.deg
    moved["dec"] += step * np.cos(angle) * u.deg
    return moved


def test_the_truth_finds_all(truth):
    result = score(*perfect(truth), truth)
    assert result.completeness == 1
    assert (result.false, result.duplicates, result.missed) == ((), (), ())
    assert np.abs(result.residuals["along"]).max() < 1e-6 * u.arcsec


def test_nothing_found_misses_all(truth):
    tracklets, detections = perfect(truth)
    result = score(tracklets[:0], detections[:0], truth)
    assert result.completeness == 0
    assert len(result.missed) == len(tracklets)


@pytest.mark.parametrize("across", [True, False])
def test_an_arcsecond_is_the_limit(truth, across):
    tracklets, detections = perfect(truth)
    everywhere = np.ones(len(detections), bool)
    assert score(tracklets, shifted(detections, everywhere, 0.99, across=across), truth).completeness == 1
    off = score(tracklets, shifted(detections, everywhere, 1.01, across=across), truth)
    assert off.completeness == 0
    assert len(off.false) == len(tracklets)


def test_a_trail_widens_the_limit_along_it_only():
    truth = floor_field("fast", 2, shape=(768, 768), movers=12).truth
    tracklets, detections = perfect(truth)
    assert len(tracklets)
    off = 0.14 * detections["trail"].value
    along = score(tracklets, shifted(detections, True, off), truth)
    across = score(tracklets, shifted(detections, detections["trail"].value > 8, off, across=True), truth)
    assert along.completeness == 1
    assert across.completeness < 1


def test_three_of_five_rows_find_and_two_do_not(truth):
    tracklets, detections = perfect(truth)
    whole = [name for name in tracklets["tracklet_id"] if np.sum(detections["tracklet_id"] == name) == 5]
    tracklets = tracklets[tracklets["tracklet_id"] == whole[0]]
    detections = detections[detections["tracklet_id"] == whole[0]]
    order = np.arange(5)
    assert len(score(tracklets, shifted(detections, order < 2, 5.0), truth).found) == 1
    assert len(score(tracklets, shifted(detections, order < 3, 5.0), truth).found) == 0


def test_rows_of_one_frame_count_once(truth):
    tracklets, detections = perfect(truth)
    name = tracklets["tracklet_id"][0]
    rows = np.flatnonzero(detections["tracklet_id"] == name)[[0, 0, 1, 1]]
    assert not score(tracklets[:1], detections[rows], truth).found


def test_a_wrong_time_is_not_found(truth):
    tracklets, detections = perfect(truth)
    for seconds, completeness in ((0.05, 1), (0.2, 0)):
        late = detections.copy()
        late["obstime"] = (Time(detections["obstime"]) + TimeDelta(seconds, format="sec")).isot
        assert score(tracklets, late, truth).completeness == completeness


def test_a_wrong_motion_is_not_found(truth):
    tracklets, detections = perfect(truth)
    tracklets["position_angle"] += 180 * u.deg
    result = score(tracklets, detections, truth)
    assert not result.found
    assert len(result.false) == len(tracklets)


def test_the_second_tracklet_of_a_mover_is_a_duplicate(truth):
    tracklets, detections = perfect(truth)
    again, rows = tracklets.copy(), detections.copy()
    for table in (again, rows):
        table["tracklet_id"] = [f"again {name}" for name in table["tracklet_id"]]
    result = score(
        QTable([*map(dict, tracklets), *map(dict, again)]),
        QTable([*map(dict, detections), *map(dict, rows)]),
        truth,
    )
    assert result.completeness == 1
    assert len(result.duplicates) == len(tracklets)


def test_a_mover_on_two_frames_does_not_count(truth):
    mover = next(mover for mover in np.unique(truth["mover"]) if np.sum(truth["mover"] == mover) >= 3)
    rows = np.flatnonzero(truth["mover"] == mover)
    keep = np.ones(len(truth), bool)
    keep[rows[2:]] = False
    result = score(*(table[:0] for table in perfect(truth)), truth[keep])
    assert mover not in result.missed


def test_a_tracklet_without_detections_is_false(truth):
    tracklets, detections = perfect(truth)
    result = score(tracklets, detections[:0], truth)
    assert len(result.false) == len(tracklets)
