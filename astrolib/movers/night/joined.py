"""Which tracklets of a run are one object: across fields of a night, and from night to night.

Each tracklet is carried along its great circle to the epoch midway to the other. What it may be off by there
is its own error, and what the curvature of a real path adds: parallax and acceleration change the motion of a
main-belt asteroid by about one part in a hundred a day, of a near-Earth one by more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.table import QTable
from astropy.time import Time
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]

LONGEST = 3.0
"""Tracklets further apart than this are not joined by their motion [days]."""

_CHANGE = 0.03  # of the motion, a day
_LEAST = 0.5  # what any two positions may be off by [arcsec]
_WIDEST = 120.0  # beyond this tolerance chance decides [arcsec]
_ARCSEC = np.radians(1 / 3600)


@dataclass(frozen=True, eq=False)
class _Motion:
    """Where tracklets are at their middle epochs, and how they move: arrays of length n."""

    day: Floats
    first: Floats
    last: Floats
    place: Floats  # unit vectors, shape (n, 3)
    velocity: Floats  # [rad/day], tangential, shape (n, 3)
    error: Floats  # of the velocity [rad/day]


def join(tracklets: QTable, detections: QTable) -> NDArray[np.int64]:
    """Return which object is behind each tracklet, as a number.

    Parameters
    ----------
    tracklets, detections : QTable
        Of the schemas `TRACKLET` and `DETECTION`.

    Returns
    -------
    ndarray of int64
        One number a tracklet, counted from 0 in the order of the table; tracklets of one object share it.
        Known ones are joined by name; others where each is the only one the other can be. Tracklets that
        were seen at the same moment are never joined to each other.
    """
    count = len(tracklets)
    if not count:
        return np.empty(0, dtype=np.int64)
    motion = _motion(tracklets, detections)
    names = np.asarray(tracklets["known_name"], dtype=str)
    known = np.asarray(tracklets["known_status"] == "known") & (names != "")
    same_name = known[:, None] & known & (names[:, None] == names)
    together = _together(motion)
    possible = _possible(motion) & ~(known[:, None] & known) & ~together
    joined = (same_name & ~together) | _only(possible, together)
    _, numbers = connected_components(coo_array(joined), directed=False)
    order = {number: place for place, number in enumerate(dict.fromkeys(numbers.tolist()))}
    return np.array([order[number] for number in numbers.tolist()], dtype=np.int64)


def _motion(tracklets: QTable, detections: QTable) -> _Motion:
    day = np.asarray(Time(list(detections["obstime"]), scale="utc").mjd)
    ra, dec = (detections[name].to_value("rad") for name in ("ra", "dec"))
    vectors = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)
    owner = np.asarray(detections["tracklet_id"], dtype=str)
    own = [np.flatnonzero(owner == id_) for id_ in np.asarray(tracklets["tracklet_id"], dtype=str)]
    place = np.array([vectors[rows].mean(axis=0) for rows in own])
    place /= np.linalg.norm(place, axis=1, keepdims=True)
    rate = tracklets["rate"].to_value("arcsec / min") * 1440 * _ARCSEC
    angle = tracklets["position_angle"].to_value("rad")
    pole = np.array([0.0, 0.0, 1.0])
    east = np.cross(pole, place)
    east /= np.linalg.norm(east, axis=1, keepdims=True)
    north = np.cross(place, east)
    across = rate * np.nan_to_num(tracklets["position_angle_err"].to_value("rad"))
    along = np.nan_to_num(tracklets["rate_err"].to_value("arcsec / min")) * 1440 * _ARCSEC
    return _Motion(
        day=np.array([day[rows].mean() for rows in own]),
        first=np.array([day[rows].min() for rows in own]),
        last=np.array([day[rows].max() for rows in own]),
        place=place,
        velocity=rate[:, None] * (np.sin(angle)[:, None] * east + np.cos(angle)[:, None] * north),
        error=np.hypot(along, across),
    )


def _possible(motion: _Motion) -> NDArray[np.bool_]:
    """Return which pairs meet midway, and move alike."""
    days = motion.day - motion.day[:, None]
    midway = _carried(motion, days / 2)
    gap = np.linalg.norm(midway - np.swapaxes(midway, 0, 1), axis=-1)
    rate = np.linalg.norm(motion.velocity, axis=1)
    change = _CHANGE * np.abs(days) * np.maximum(rate, rate[:, None])
    error = np.hypot(motion.error, motion.error[:, None])
    tolerance = _LEAST * _ARCSEC + np.abs(days) / 2 * (3 * error + change)
    turned = np.linalg.norm(motion.velocity[:, None] - motion.velocity, axis=-1)
    alike = turned <= 3 * error + change + 0.02 * np.maximum(rate, rate[:, None])
    near = (gap <= tolerance) & (tolerance <= _WIDEST * _ARCSEC) & (np.abs(days) <= LONGEST)
    return near & alike & ~np.eye(len(days), dtype=bool)


def _carried(motion: _Motion, days: Floats) -> Floats:
    """Return unit vectors of each tracklet (first axis) moved by `days`, shape (n, n, 3)."""
    rate = np.linalg.norm(motion.velocity, axis=1)
    direction = motion.velocity / np.maximum(rate, 1e-30)[:, None]
    angle = (rate[:, None] * days)[..., None]
    return motion.place[:, None] * np.cos(angle) + direction[:, None] * np.sin(angle)


def _together(motion: _Motion) -> NDArray[np.bool_]:
    """Return which pairs overlap in time: nothing is in two places."""
    return (motion.first[:, None] <= motion.last) & (motion.first <= motion.last[:, None])


def _only(possible: NDArray[np.bool_], together: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the pairs in which neither could as well be another one, seen at the same moment."""
    others = together & ~np.eye(len(together), dtype=bool)
    disputed = (possible.astype(np.float32) @ others.astype(np.float32)) > 0
    return possible & ~disputed & ~disputed.T
