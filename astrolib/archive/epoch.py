"""When spectra were taken, as far as the archive says: the moment, its scale, and what part it marks.

SSAP 1.1, section 4.2.5: ``Char.TimeAxis.Coverage.Location.Value`` is the middle of the exposure, as MJD.
VOTable 1.4, section 3.4: TIMESYS gives origin and scale; before it, an STC group gave the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from astropy.io.votable.tree import Field, Group, TableElement, TimeSys, VOTableFile
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.archive.columns import Columns, Role
from astrolib.core.spectrum import TimeRef

MIDDLE = Role(
    utypes=("char.timeaxis.coverage.location.value", "char.timeaxis.coverage.location.time"),
    names=("ssa_dateobs",),
)
START = Role(
    utypes=("char.timeaxis.coverage.bounds.start", "char.timeaxis.coverage.bounds.limits.starttime"),
    names=("t_min",),
)
SCALE = Role(utypes=("coordsys.timeframe.name", "coordsys.timeframe.timescale"))

_SCALES = ("UTC", "TAI", "TT", "TDB")
_MJD_ORIGIN, _JD_ORIGIN = 2_400_000.5, 0.0
_YEARS_OF_ASTRONOMY = (-200_000.0, 200_000.0)  # MJD: from 1311 to 2406


@dataclass(frozen=True, eq=False)
class Epochs:
    """The epochs of a table's rows, each an array of str, shape (n,); '' where the archive does not say."""

    obstime: NDArray[np.str_]
    time_scale: NDArray[np.str_]
    time_ref: NDArray[np.str_]


def epochs(document: VOTableFile, table: TableElement, columns: Columns) -> Epochs:
    """Read the epochs of a table of spectra; nothing is guessed."""
    reference: TimeRef = "middle"
    field = columns.find(MIDDLE)
    if field is None:
        reference, field = "start", columns.find(START)
    if field is None:
        blank = np.full(len(columns), "")
        return Epochs(blank, blank, blank)
    system = next((frame for frame in document.iter_timesys() if field.ref == frame.ID), None)
    obstime = _moments(columns, field, system)
    known = obstime != ""
    scale = (
        np.full(len(columns), _known_scale(system.timescale)) if system else _scales(table, columns, field)
    )
    return Epochs(obstime, np.where(known, scale, ""), np.where(known, reference, ""))


def _moments(columns: Columns, field: Field, system: TimeSys | None) -> NDArray[np.str_]:
    """Return ISO 8601 texts, from days since the stated origin or from texts."""
    if field.datatype in ("char", "unicodeChar"):
        return np.array([_iso(text) for text in columns.text(field)], dtype=str)
    days = columns.number(field, "d", default_unit="d") + _origin(field, system) - _MJD_ORIGIN
    low, high = _YEARS_OF_ASTRONOMY
    good = np.isfinite(days) & (days > low) & (days < high)
    texts = Time(np.where(good, days, 0.0), format="mjd", scale="tai").isot  # scale: none is applied
    return np.where(good, texts, "")


def _origin(field: Field, system: TimeSys | None) -> float:
    """Return the Julian Day from which a field counts; NaN where nobody can read it."""
    if system is not None and system.timeorigin is not None:
        named = {"MJD-origin": _MJD_ORIGIN, "JD-origin": _JD_ORIGIN}
        try:
            return named[system.timeorigin] if system.timeorigin in named else float(system.timeorigin)
        except ValueError:
            return np.nan
    return _JD_ORIGIN if (field.xtype or "").lower() == "jd" else _MJD_ORIGIN


def _iso(text: str) -> str:
    """Return an ISO 8601 text to the millisecond; '' for anything else, and for a local time."""
    try:
        moment = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return ""
    return "" if moment.tzinfo else moment.isoformat(timespec="milliseconds")


def _scales(table: TableElement, columns: Columns, field: Field) -> NDArray[np.str_]:
    if columns.find(SCALE) is not None:
        return np.array([_known_scale(name) for name in columns.text(SCALE)], dtype=str)
    return np.full(len(columns), next((_known_scale(name) for name in _stc_scales(table.groups, field)), ""))


def _stc_scales(groups: list[Group], field: Field) -> list[str]:
    """Return the scales of the STC groups that refer to a field."""
    return [
        str(entry.value)
        for group in groups
        if any(getattr(entry, "ref", None) == field.ID for entry in group.entries)
        for entry in group.entries
        if (getattr(entry, "utype", None) or "").lower().endswith("timeframe.timescale")
        and hasattr(entry, "value")
    ]


def _known_scale(name: str) -> str:
    return name.upper() if name and name.upper() in _SCALES else ""
