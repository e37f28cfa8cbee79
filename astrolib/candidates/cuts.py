"""What can be asked of a candidate, and by how much one misses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.units import Quantity
from numpy.typing import NDArray

from astrolib.candidates.scores import PREFIX
from astrolib.candidates.trail import Rows
from astrolib.core.errors import ParameterError

Judged = tuple[NDArray[np.bool_], NDArray[np.float64]]


@dataclass(frozen=True)
class Cut:
    """One thing that is asked of every candidate.

    Parameters
    ----------
    name : str
        As the trail says it.
    judge : callable
        Rows -> which fail, and by how much each misses [`unit`]: NaN where nobody knows, and that fails too.
    unit : str
        Of how much.
    keeps_unknown : bool
        Whether candidates of which nobody knows stay; the trail counts them either way.
    """

    name: str
    judge: Callable[[Rows], Judged]
    unit: str = ""
    keeps_unknown: bool = False


def probability_at_least(label: str, least: float) -> Cut:
    """Ask for a probability of a class."""
    return at_least(PREFIX + label, least, name=f"probability of {label} at least {least:g}")


def sure_of_label(least: float) -> Cut:
    """Ask for a probability of the label that a candidate has, whichever it is."""

    def judge(rows: Rows) -> Judged:
        missed = least - _sure(rows)
        return ~(missed <= 0), missed

    return Cut(f"probability of the label at least {least:g}", judge)


def entropy_at_most(most: float) -> Cut:
    """Ask for an answer that is not too unsure [nat]."""
    return at_most("entropy", most)


def at_least(column: str, least: float, name: str = "") -> Cut:
    """Ask for a value of a column, in its unit: ``at_least("snr", 20)``."""
    return between(column, least, None, name or f"{column} at least {least:g}")


def at_most(column: str, most: float, name: str = "") -> Cut:
    """Ask for a value of a column, in its unit: ``at_most("mag", 14)``."""
    return between(column, None, most, name or f"{column} at most {most:g}")


def between(column: str, low: float | None, high: float | None, name: str = "") -> Cut:
    """Ask for a value of a column from `low` to `high`, in its unit; None is open."""

    def judge(rows: Rows) -> Judged:
        values = np.asarray(getattr(_column(rows, column), "value", rows[column]), dtype=np.float64)
        below = -np.inf if low is None else low - values
        above = -np.inf if high is None else values - high
        missed = np.where(np.isnan(values), np.nan, np.maximum(below, above))
        return ~(missed <= 0), missed

    return Cut(name or f"{column} from {low} to {high}", judge)


def label_is(*labels: str) -> Cut:
    """Ask for one of several labels; a candidate misses by how much its own is more probable than they."""

    def judge(rows: Rows) -> Judged:
        best = np.max([_column(rows, PREFIX + label) for label in labels], axis=0)
        return ~np.isin(np.asarray(rows["label"]), labels), _sure(rows) - best

    return Cut(f"label {' or '.join(labels)}", judge)


def in_region(centre: SkyCoord, radius: Quantity, name: str = "", *, outside: bool = False) -> Cut:
    """Ask for a place within a circle on the sky, or outside of one.

    Parameters
    ----------
    centre : SkyCoord
        Scalar.
    radius : Quantity
        An angle.
    name : str
        Of the region, for the trail; by default its place and radius.
    outside : bool
        Whether candidates within it are removed instead.
    """
    limit = radius.to_value(u.deg)
    text = name or f"{limit:g} deg around {centre.icrs.ra.deg:.4f} {centre.icrs.dec.deg:+.4f}"

    def judge(rows: Rows) -> Judged:
        place = SkyCoord(np.nan_to_num(rows["ra"]), np.nan_to_num(rows["dec"]))
        known = np.isfinite(rows["ra"]) & np.isfinite(rows["dec"])
        apart = np.where(known, place.separation(centre).deg, np.nan)
        missed = limit - apart if outside else apart - limit
        return ~(missed <= 0), missed

    return Cut(f"{'outside' if outside else 'inside'} {text}", judge, unit="deg")


def no_bright_neighbour() -> Cut:
    """Ask for no star beside it whose light may be in the spectrum, once `look_around` has looked.

    A candidate misses by how many magnitudes its neighbour is brighter. One of which nobody knows, because a
    service failed or was not asked, stays: the trail counts it.
    """

    def judge(rows: Rows) -> Judged:
        brighter = np.asarray(_column(rows, "trap_brighter_by"), dtype=np.float64)
        looked = np.isin(np.asarray(rows["around"]), ("found", "none"))
        trapped = np.asarray(rows["trap"]) != ""
        return trapped | ~looked, np.where(trapped, brighter, np.nan)

    return Cut("no bright neighbour", judge, unit="mag", keeps_unknown=True)


def one_per_object() -> Cut:
    """Ask for the spectrum of each object of which the network is surest; the rest miss by how much less."""

    def judge(rows: Rows) -> Judged:
        sure = _sure(rows)
        which = np.unique(np.asarray(rows["object"]), return_inverse=True)[1]
        order = np.lexsort((np.arange(len(rows)), -sure, which))
        first = order[np.unique(which[order], return_index=True)[1]]
        fails = np.ones(len(rows), dtype=bool)
        fails[first] = False
        return fails, np.asarray(sure[first][which] - sure, dtype=np.float64)

    return Cut("the surest spectrum of each object", judge)


def surest(most: int) -> Cut:
    """Ask to be among so many of whose label the network is surest; the rest miss by how much less."""

    def judge(rows: Rows) -> Judged:
        sure = _sure(rows)
        order = np.argsort(-sure, kind="stable")
        fails = np.ones(len(rows), dtype=bool)
        fails[order[:most]] = False
        last = sure[order[:most]].min(initial=1.0)
        return fails, last - sure

    return Cut(f"the {most} surest", judge)


def _sure(rows: Rows) -> NDArray[np.float64]:
    """Return the probability of each one's label."""
    columns = [np.asarray(rows[name], dtype=np.float64) for name in rows.colnames if name.startswith(PREFIX)]
    return np.max(columns, axis=0)


def _column(rows: Rows, name: str) -> Any:
    if name not in rows.colnames:
        known = ", ".join(rows.colnames)
        raise ParameterError(f"no column {name!r}", where="candidates", remedy=f"known are {known}")
    return rows[name]
