"""How many of the movers of a simulated field a search has found, and how well.

The rule. A row of a tracklet is right if a mover's truth at its time (to 0.1 s) is within 1.0 arcsec across
the motion and within the greater of 1.0 arcsec and 0.15 of its trail along it. A tracklet finds a mover if at
least three of its rows, in distinct frames, and at least 60 % of all its rows are right, and if its fitted
motion carries it over the span of its rows as far as the mover went, to the same two limits. Movers on fewer
than three frames do not count. A tracklet that finds none is false, of whatever kind it says it is; a second
one for the same mover is a duplicate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import astropy.units as u
import numpy as np
from astropy.table import QTable
from astropy.time import Time
from numpy.typing import NDArray

Values = NDArray[np.float64]

RIGHT_TIME = 0.1
"""[s]"""

RIGHT_PLACE, RIGHT_SHARE_OF_TRAIL = 1.0, 0.15
"""[arcsec], and of the trail along the motion."""

LEAST_FRAMES, LEAST_SHARE = 3, 0.6
"""Frames in which a tracklet must be right, and the share of its rows."""


@dataclass(frozen=True, eq=False)
class Score:
    """What a search is worth.

    Parameters
    ----------
    found : dict of int to str
        The tracklet that found each mover.
    missed : tuple of int
        The other movers that count.
    false : tuple of str
        Tracklets that found none.
    duplicates : tuple of str
        Tracklets that found a mover once more.
    residuals : QTable
        One row a right detection of a found mover: ``mover``, ``frame``, ``along`` and ``across`` the motion
        [arcsec, found minus truth], ``mag`` (found minus truth), ``snr``, ``rate`` and ``trail`` (the
        truth's).
    """

    found: Mapping[int, str]
    missed: tuple[int, ...]
    false: tuple[str, ...]
    duplicates: tuple[str, ...]
    residuals: QTable

    @property
    def completeness(self) -> float:
        """Share of the movers that count which were found; NaN where none counts."""
        count = len(self.found) + len(self.missed)
        return len(self.found) / count if count else float("nan")

    def __str__(self) -> str:
        count = len(self.found) + len(self.missed)
        return f"{len(self.found)} of {count} found, {len(self.false)} false, {len(self.duplicates)} twice"


def score(tracklets: QTable, detections: QTable, truth: QTable) -> Score:
    """Compare what was found with what is true.

    Parameters
    ----------
    tracklets : QTable
        ``tracklet_id``, ``rate`` and ``position_angle``.
    detections : QTable
        ``tracklet_id``, ``obstime``, ``ra``, ``dec`` and ``mag``.
    truth : QTable
        As `truth.mover_truth` gives it.
    """
    told = _Truth(truth)
    rows_of = _rows_by_tracklet(detections)
    found: dict[int, str] = {}
    false, duplicates, residuals = [], [], []
    for tracklet in tracklets:
        name = str(tracklet["tracklet_id"])
        rows = _Rows(detections[rows_of.get(name, [])])
        mover, right = _found(tracklet, rows, told)
        if mover is None:
            false.append(name)
        elif mover in found:
            duplicates.append(name)
        else:
            found[mover] = name
            residuals += told.residuals(mover, rows, right)
    missed = tuple(sorted(told.countable - set(found)))
    return Score(found, missed, tuple(false), tuple(duplicates), _table(residuals))


def _rows_by_tracklet(detections: QTable) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for number, name in enumerate(detections["tracklet_id"]):
        rows.setdefault(str(name), []).append(number)
    return rows


class _Rows:
    """The rows of one tracklet as plain arrays."""

    def __init__(self, detections: QTable) -> None:
        self.seconds = _seconds(detections["obstime"])
        self.ra, self.dec = (_plain(detections[name], u.deg) for name in ("ra", "dec"))
        self.mag = _plain(detections["mag"], u.mag)


class _Truth:
    """The truth as plain arrays."""

    def __init__(self, truth: QTable) -> None:
        self.mover, self.frame = np.asarray(truth["mover"]), np.asarray(truth["frame"])
        self.seconds = _seconds(truth["obstime"])
        self.ra, self.dec = (_plain(truth[name], u.deg) for name in ("ra", "dec"))
        self.angle = np.radians(_plain(truth["position_angle"], u.deg))
        self.trail, self.mag = _plain(truth["trail"], u.arcsec), _plain(truth["mag"], u.mag)
        self.rate, self.snr = _plain(truth["rate"], u.arcsec / u.min), _plain(truth["snr"], u.one)
        movers, counts = np.unique(self.mover, return_counts=True)
        self.countable = {int(mover) for mover in movers[counts >= LEAST_FRAMES]}

    def right(self, rows: _Rows) -> list[tuple[int, int]]:
        """Return pairs of a row of a tracklet and a row of the truth that agree."""
        pairs = []
        for number in range(len(rows.seconds)):
            same = np.flatnonzero(np.abs(self.seconds - rows.seconds[number]) <= RIGHT_TIME)
            along, across = self.offset(same, rows.ra[number], rows.dec[number])
            close = (np.abs(across) <= RIGHT_PLACE) & (np.abs(along) <= _limit(self.trail[same]))
            pairs += [(number, int(row)) for row in same[close]]
        return pairs

    def offset(self, rows: NDArray[np.int_], ra: Any, dec: Any) -> tuple[Values, Values]:
        """Return how far a place is from rows of the truth, along and across their motion [arcsec]."""
        east = ((ra - self.ra[rows] + 180) % 360 - 180) * np.cos(np.radians(self.dec[rows])) * 3600
        north = (dec - self.dec[rows]) * 3600
        return _turned(east, north, self.angle[rows])

    def way(self, mover: int, seconds: Values) -> tuple[float, float]:
        """Return a mover's motion to the east and the north [arcsec/s]: its straight line at some times."""
        rows = np.flatnonzero(self.mover == mover)
        rows = rows[np.min(np.abs(self.seconds[rows, None] - seconds), axis=1) <= RIGHT_TIME]
        time = self.seconds[rows] - self.seconds[rows].mean()
        east = (self.ra[rows] - self.ra[rows[0]] + 180) % 360 - 180
        scale = 3600 * np.cos(np.radians(self.dec[rows].mean()))
        total = float(np.sum(time**2))
        return float(np.sum(time * east)) * scale / total, float(np.sum(time * self.dec[rows])) * 3600 / total

    def residuals(self, mover: int, rows: _Rows, right: list[tuple[int, int]]) -> list[dict[str, Any]]:
        """Return the residuals of the right rows of a found mover."""
        return [self._residual(rows, number, row) for number, row in right if self.mover[row] == mover]

    def _residual(self, rows: _Rows, number: int, row: int) -> dict[str, Any]:
        along, across = self.offset(np.array([row]), rows.ra[number], rows.dec[number])
        return {
            "mover": int(self.mover[row]),
            "frame": str(self.frame[row]),
            "along": float(along[0]),
            "across": float(across[0]),
            "mag": float(rows.mag[number] - self.mag[row]),
            "snr": float(self.snr[row]),
            "rate": float(self.rate[row]),
            "trail": float(self.trail[row]),
        }


def _found(tracklet: Any, rows: _Rows, told: _Truth) -> tuple[int | None, list[tuple[int, int]]]:
    """Return the mover that a tracklet finds, and its right rows; of several the one with most of them."""
    right = told.right(rows)
    frames: dict[int, set[str]] = {}
    numbers: dict[int, set[int]] = {}
    for number, row in right:
        frames.setdefault(int(told.mover[row]), set()).add(str(told.frame[row]))
        numbers.setdefault(int(told.mover[row]), set()).add(number)
    for mover in sorted(frames, key=lambda mover: -len(frames[mover])):
        enough = len(numbers[mover]) >= LEAST_SHARE * len(rows.seconds)
        if len(frames[mover]) >= LEAST_FRAMES and enough and _right_motion(tracklet, mover, rows, told):
            return mover, right
    return None, []


def _right_motion(tracklet: Any, mover: int, rows: _Rows, told: _Truth) -> bool:
    east, north = told.way(mover, rows.seconds)
    span = float(np.ptp(rows.seconds))
    rate = float(_plain(tracklet["rate"], u.arcsec / u.min)) / 60
    angle = np.radians(float(_plain(tracklet["position_angle"], u.deg)))
    error = (rate * np.sin(angle) - east) * span, (rate * np.cos(angle) - north) * span
    along, across = _turned(*error, np.arctan2(east, north))
    limit = _limit(float(np.median(told.trail[told.mover == mover])))
    return bool(abs(across) <= RIGHT_PLACE and abs(along) <= limit)


def _limit(trail: Any) -> Any:
    """Return how far along the motion a place may be off [arcsec]."""
    return np.maximum(RIGHT_PLACE, RIGHT_SHARE_OF_TRAIL * trail)


def _turned(east: Any, north: Any, angle: Any) -> tuple[Any, Any]:
    """Return components along and across a position angle [rad]."""
    sine, cosine = np.sin(angle), np.cos(angle)
    return east * sine + north * cosine, east * cosine - north * sine


def _seconds(obstime: Any) -> Values:
    """Return times as seconds since an arbitrary day, exact to a microsecond."""
    if len(obstime) == 0:
        return np.empty(0)
    time = obstime if isinstance(obstime, Time) else Time(list(map(str, obstime)), scale="utc")
    day = time.utc
    return np.asarray((day.jd1 - 2_460_000.5) * 86400 + day.jd2 * 86400, dtype=np.float64)


def _plain(values: Any, unit: Any) -> Any:
    return np.asarray(u.Quantity(values, unit).value, dtype=np.float64)


def _table(residuals: list[dict[str, Any]]) -> QTable:
    units = {"along": u.arcsec, "across": u.arcsec, "mag": u.mag, "rate": u.arcsec / u.min, "trail": u.arcsec}
    names = ("mover", "frame", "along", "across", "mag", "snr", "rate", "trail")
    table = QTable({name: [row[name] for row in residuals] for name in names})
    for name, unit in units.items():
        table[name] = np.asarray(table[name], dtype=np.float64) * unit
    return table
