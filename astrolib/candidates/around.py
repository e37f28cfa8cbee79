"""What stands around an object: SIMBAD and Gaia in one table, the object itself and its traps named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable, vstack
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.archive import GAIA, NEIGHBOUR, SIMBAD, Neighbours, neighbours
from astrolib.candidates.table import Candidates
from astrolib.candidates.traps import WITHIN, trapped
from astrolib.core.outcome import Status
from astrolib.core.progress import Progress, silent

SAME = 1.5
"""A source of SIMBAD and one of Gaia closer than this are one star [arcsec]."""

OWN = 3.0
"""A source closer than this to the object is the object [arcsec]."""

Ask = Callable[[SkyCoord, Time | None], "Around"]


@dataclass(frozen=True, eq=False)
class Around:
    """What stands around an object.

    Parameters
    ----------
    answers : tuple of Neighbours
        What each catalogue said.
    table : QTable
        All sources, the nearest first, of the schema `NEIGHBOUR`; one that both know stands once. Further
        columns: ``is_own`` (it is the object), ``is_trap``, ``brighter`` (than the object [mag]).
    """

    answers: tuple[Neighbours, ...]
    table: QTable = field(default_factory=NEIGHBOUR.table)

    @property
    def status(self) -> Status:
        """Failed if any catalogue failed: then nobody knows what is not in the table."""
        told = [answer.status for answer in self.answers]
        if "failed" in told:
            return "failed"
        return "found" if "found" in told else "none"

    @property
    def own_mag(self) -> float:
        """Magnitude of the object; NaN where no catalogue knows it."""
        return _brightest(self.table[self.table["is_own"]]) if len(self.table) else np.nan

    @property
    def worst(self) -> dict[str, float | str]:
        """The brightest trap: `name`, `mag`, `separation` [arcsec] and `brighter` [mag]; empty if none."""
        traps = self.table[self.table["is_trap"]] if len(self.table) else self.table
        if not len(traps):
            return {}
        row = traps[int(np.argmin(traps["mag"]))]
        return {
            "name": str(row["name"]),
            "mag": float(row["mag"]),
            "separation": float(row["separation"].to_value("arcsec")),
            "brighter": float(row["brighter"]),
        }


def what_is_around(
    position: SkyCoord,
    epoch: Time | None = None,
    ask: Callable[..., Neighbours] = neighbours,
) -> Around:
    """Ask SIMBAD and Gaia what stood within 30 arcsec of a position at an epoch.

    Parameters
    ----------
    position : SkyCoord
        Of the object, scalar.
    epoch : Time, optional
        When its spectrum was taken.
    ask : callable
        As `astrolib.archive.neighbours`.
    """
    answers = tuple(ask(catalogue, position, epoch, WITHIN * u.arcsec) for catalogue in (SIMBAD, GAIA))
    return Around(answers, _judged(_merged(*(answer.table for answer in answers))))


def look_around(
    candidates: Candidates, ask: Ask = what_is_around, progress: Progress | None = None
) -> Candidates:
    """Ask what stands around every object that no cut has removed, once each.

    Returns
    -------
    Candidates
        With the columns ``around`` (found, none, failed; ``no position``; ``not asked`` for those removed),
        ``mag``, and ``trap``, ``trap_mag``, ``trap_separation`` [arcsec], ``trap_brighter_by`` [mag].
    """
    table, kept = candidates.table, candidates.is_kept
    objects = np.asarray(table["object"])
    seen: dict[str, Around | None] = {}
    wanted = list(dict.fromkeys(objects[kept].tolist()))
    for number, one in enumerate(wanted, start=1):
        row = int(np.flatnonzero(kept & (objects == one))[0])
        place = place_of(table, row)
        seen[one] = None if place is None else ask(place, epoch_of(table, row))
        (progress or silent)(number, len(wanted))
    facts = [_facts(seen.get(one)) if one in seen else _NOT_ASKED for one in objects.tolist()]
    columns = {name: np.array([fact[name] for fact in facts]) for name in _NOT_ASKED}
    for name in ("around", "trap"):
        columns[name] = columns[name].astype(str)
    return candidates.with_columns(**columns | {"trap_separation": columns["trap_separation"] * u.arcsec})


_NOT_ASKED: dict[str, float | str] = {
    "around": "not asked",
    "mag": np.nan,
    "trap": "",
    "trap_mag": np.nan,
    "trap_separation": np.nan,
    "trap_brighter_by": np.nan,
}


def _facts(around: Around | None) -> dict[str, float | str]:
    if around is None:
        return _NOT_ASKED | {"around": "no position"}
    worst = around.worst
    facts = _NOT_ASKED | {"around": around.status, "mag": around.own_mag}
    if not worst:
        return facts
    told = {"trap": worst["name"] or "unnamed", "trap_mag": worst["mag"]}
    return facts | told | {"trap_separation": worst["separation"], "trap_brighter_by": worst["brighter"]}


def place_of(table: QTable, row: int) -> SkyCoord | None:
    """Return the place of a row; None where nobody knows it."""
    ra, dec = (float(table[name][row].to_value("deg")) for name in ("ra", "dec"))
    return SkyCoord(ra, dec, unit="deg") if np.isfinite(ra + dec) else None


def epoch_of(table: QTable, row: int) -> Time | None:
    """Return when the spectrum of a row was taken; for motions of stars, its scale does not matter."""
    obstime = str(table["obstime"][row])
    return Time(obstime, scale="utc") if obstime else None


def _merged(simbad: QTable, gaia: QTable) -> QTable:
    """Return both tables in one: of a star that both know, the name and kind of SIMBAD, the rest of Gaia."""
    pairs = _pairs(simbad, gaia)
    names, kinds, knows = (np.asarray(gaia[name]).astype(object) for name in ("name", "kind", "catalogue"))
    for one, other in pairs:
        names[other], kinds[other] = str(simbad["name"][one]), str(simbad["kind"][one])
        knows[other] = f"{simbad['catalogue'][one]}, {gaia['catalogue'][other]}"
    both = gaia.copy()
    for name, values in (("name", names), ("kind", kinds), ("catalogue", knows)):
        both[name] = values.astype(str)
    alone = np.ones(len(simbad), dtype=bool)
    alone[[one for one, _ in pairs]] = False
    merged = vstack([simbad[alone], both], metadata_conflicts="silent")
    return merged[np.argsort(merged["separation"].to_value("arcsec"), kind="stable")]


def _pairs(simbad: QTable, gaia: QTable) -> list[tuple[int, int]]:
    """Return which rows are one star: each the nearest of the other, within `SAME`."""
    if not len(simbad) or not len(gaia):
        return []
    apart = np.hypot(
        *(one[:, None] - other[None] for one, other in zip(_flat(simbad), _flat(gaia), strict=True))
    )
    nearest, back = apart.argmin(axis=1), apart.argmin(axis=0)
    return [
        (one, int(other))
        for one, other in enumerate(nearest)
        if back[other] == one and apart[one, other] <= SAME
    ]


def _flat(table: QTable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the offsets to the east and north [arcsec]."""
    turn = table["position_angle"].to_value("rad")
    apart = table["separation"].to_value("arcsec")
    return apart * np.sin(turn), apart * np.cos(turn)


def _judged(table: QTable) -> QTable:
    """Say which source is the object, and which are traps."""
    separation, mag = table["separation"].to_value("arcsec"), np.asarray(table["mag"], dtype=np.float64)
    near = separation <= OWN
    own = near & (mag == np.min(mag[near & np.isfinite(mag)], initial=np.inf))
    own_mag = float(mag[own][0]) if own.any() else np.nan
    table["is_own"] = own
    table["is_trap"] = trapped(np.where(own, np.inf, separation), mag, own_mag)
    table["brighter"] = own_mag - mag
    return table


def _brightest(rows: QTable) -> float:
    return float(np.min(rows["mag"])) if len(rows) else np.nan
