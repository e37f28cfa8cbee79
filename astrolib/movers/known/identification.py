"""Which tracklets are known objects: matched on position and on motion, at every epoch they were seen.

An object that stands within 10 arcsec is a sure match; one that is only possible, because its ephemeris is
uncertain, steps back behind it. Where there is no other it is known all the same, and whoever validates is
told by how much it is off, and how much is allowed. A service that fails never makes anything new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time
from astropy.units import Quantity

from astrolib.archive import KnownObjects
from astrolib.core.progress import Progress
from astrolib.movers.known.matches import MATCH, SURE, near

Ask = Callable[[SkyCoord, Time, Quantity], KnownObjects]
"""Asks which known objects stood within a radius of a position at an epoch."""

_MARGIN = 900.0  # around the tracklets [arcsec]: three times an error of 5 arcmin is asked for

_PATIENCE = 3  # failures in a row after which nobody is asked any more


@dataclass(frozen=True, eq=False)
class Identification:
    """What became of the question which tracklets are known.

    Parameters
    ----------
    tracklets : QTable
        A copy with `known_name`, `known_status` (known, none, ambiguous, failed), `oc_ra`, `oc_dec` filled.
    matches : QTable
        Of the schema `MATCH`.
    failures : dict
        Epoch (ISO, UTC) to the reason why the question about it failed.
    """

    tracklets: QTable
    matches: QTable
    failures: dict[str, str]


def identify(
    tracklets: QTable, detections: QTable, ask: Ask, progress: Progress | None = None
) -> Identification:
    """Ask once an epoch what is known in the field, and match it with the tracklets.

    Parameters
    ----------
    tracklets, detections : QTable
        Of the schemas `TRACKLET` and `DETECTION`.
    ask : callable
        ``ask(position, epoch, radius)``, as `astrolib.archive.known_objects` with a station.
    progress : Progress, optional
        Called after each epoch.

    Returns
    -------
    Identification
        A tracklet with one match is known, or with one sure match among several; with more, or sharing it
        with another tracklet of the same epoch, ambiguous; with none, ``none`` only if every question about
        it was answered. After three failures in a row the service is taken to be down, and the other epochs
        have failed as well.
    """
    epochs, of_row = np.unique(np.asarray(detections["obstime"], dtype=str), return_inverse=True)
    answers: list[KnownObjects] = []
    for number, epoch in enumerate(epochs):
        if _is_down(answers):
            answers.append(KnownObjects("failed", reason=answers[-1].reason))
        else:
            answers.append(_asked(detections[of_row == number], epoch, ask))
        if progress is not None:
            progress(number + 1, len(epochs))
    rows = [match for row in tracklets for match in near(row, detections, of_row, answers)]
    matches = MATCH.table(rows)
    failed = {str(epochs[i]): answers[i].reason for i in range(len(epochs)) if answers[i].status == "failed"}
    return Identification(_filled(tracklets, detections, matches, failed), matches, failed)


def _is_down(answers: Sequence[KnownObjects]) -> bool:
    """Return whether a service failed so often in a row that asking on would only cost hours."""
    return len(answers) >= _PATIENCE and all(one.status == "failed" for one in answers[-_PATIENCE:])


def _asked(rows: QTable, epoch: str, ask: Ask) -> KnownObjects:
    places = SkyCoord(rows["ra"], rows["dec"])
    centre = SkyCoord(places.cartesian.mean(), frame="icrs", representation_type="unitspherical")
    radius = centre.separation(places).max() + _MARGIN * u.arcsec
    return ask(centre, Time(epoch, scale="utc"), radius)


def _filled(tracklets: QTable, detections: QTable, matches: QTable, failed: dict[str, str]) -> QTable:
    epochs = {str(id_): _epochs(detections, str(id_)) for id_ in tracklets["tracklet_id"]}
    claims = [row for row in matches if row["matches"] and not _taken(row, matches, epochs)]
    filled = tracklets.copy()
    rows = [_verdict(id_, claims, epochs, failed) for id_ in epochs]
    filled["known_name"] = np.array([row[0] for row in rows], dtype=str)
    filled["known_status"] = np.array([row[1] for row in rows], dtype=str)
    filled["oc_ra"] = np.array([row[2] for row in rows], dtype=float) * u.arcsec
    filled["oc_dec"] = np.array([row[3] for row in rows], dtype=float) * u.arcsec
    return filled


def _taken(claim: QTable.Row, matches: QTable, epochs: dict[str, set[str]]) -> bool:
    """Return whether a possible match belongs surely to another tracklet of the same epoch."""
    return not _sure(claim) and any(
        row["matches"] and _sure(row) and _rivals(claim, row, epochs)
        for row in matches[matches["known_name"] == claim["known_name"]]
    )


def _sure(claim: QTable.Row) -> bool:
    return bool(claim["separation"].to_value("arcsec") <= SURE)


def _rivals(one: QTable.Row, other: QTable.Row, epochs: dict[str, set[str]]) -> bool:
    """Return whether two tracklets that were seen at the same time claim the same object."""
    if one["tracklet_id"] == other["tracklet_id"] or one["known_name"] != other["known_name"]:
        return False
    return bool(epochs[str(one["tracklet_id"])] & epochs[str(other["tracklet_id"])])


def _verdict(
    id_: str, claims: list[QTable.Row], epochs: dict[str, set[str]], failed: dict[str, str]
) -> tuple[str, str, float, float]:
    own = [claim for claim in claims if claim["tracklet_id"] == id_]
    if not own:
        return "", "failed" if epochs[id_] & failed.keys() else "none", np.nan, np.nan
    own = [claim for claim in own if _sure(claim)] or own
    disputed = any(_rivals(claim, other, epochs) for claim in own for other in claims)
    if len(own) > 1 or disputed:
        return "; ".join(str(claim["known_name"]) for claim in own), "ambiguous", np.nan, np.nan
    (claim,) = own
    return str(claim["known_name"]), "known", claim["oc_ra"].value, claim["oc_dec"].value


def _epochs(detections: QTable, id_: str) -> set[str]:
    return set(np.asarray(detections["obstime"], dtype=str)[detections["tracklet_id"] == id_])
