"""What the positions of a tracklet give when some do not count."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.movers.blink.measures import mean_shape, motion
from astrolib.movers.tracklets.tables import DETECTION

ALL = np.ones(5, bool)


def detections(off: float = 0.0, **columns):
    """Return five positions on a line at 1 arcsec/min, PA 90 deg, the third `off` [arcsec] to the north."""
    minutes = np.arange(5) * 8.5
    ra = 150.0 + minutes / 3600.0
    dec = np.array([0, 0, off, 0, 0]) / 3600.0
    rows = [
        {"obstime": f"2026-03-01T22:{int(m):02d}:{60 * (m % 1):04.1f}", "ra": r, "dec": d}
        | {"rms_ra": 0.1, "rms_dec": 0.1}
        | {name: values[n] for name, values in columns.items()}
        for n, (m, r, d) in enumerate(zip(minutes, ra, dec, strict=True))
    ]
    return DETECTION.table(rows)


def test_a_straight_line_leaves_nothing():
    found = motion(detections(), ALL)
    assert found.path.rate == pytest.approx(1.0, abs=1e-4)
    assert found.path.position_angle == pytest.approx(90.0, abs=0.01)
    assert np.abs([found.east, found.north]).max() < 1e-4


def test_a_position_that_does_not_count_stands_off_the_others():
    rows, counts = detections(off=3.0), ALL.copy()
    assert motion(rows, counts).north[2] == pytest.approx(2.4, abs=1e-3)
    counts[2] = False
    found = motion(rows, counts)
    assert found.north == pytest.approx([0, 0, 3, 0, 0], abs=1e-3)
    assert found.path.rms < 1e-4


def test_one_position_makes_no_line():
    found = motion(detections(), np.array([True, False, False, False, False]))
    assert found.path is None
    assert np.isnan(found.east).all()


def test_positions_without_errors_weigh_alike():
    rows = detections(rms_ra=[np.nan] * 5)
    assert motion(rows, ALL).path.rate == pytest.approx(1.0, abs=1e-4)


def test_the_mean_of_axes_has_no_head():
    rows = detections(
        theta=[2.0, 178.0, 1.0, 179.0, 90.0], ellipticity=[0.1, 0.1, 0.1, 0.1, 0.4], fwhm=[1, 2, 3, np.nan, 9]
    )
    found = mean_shape(rows, np.array([True, True, True, True, False]))
    assert min(found["theta"], 180 - found["theta"]) == pytest.approx(0.0, abs=1e-6)
    assert found["fwhm"] == pytest.approx(2.0)
    assert found["ellipticity"] == pytest.approx(0.1)


def test_of_nothing_there_is_no_mean():
    assert np.isnan(list(mean_shape(detections(), ~ALL).values())).all()
