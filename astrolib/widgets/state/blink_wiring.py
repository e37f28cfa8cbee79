"""What a search left in a folder, as the functions of a blinking panel."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable, Row
from astropy.time import Time

from astrolib.candidates.ecsv import read_ecsv
from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.labels import LabelStore
from astrolib.labels.validation import MOVER, first_verdicts
from astrolib.movers.blink import Blink, read_blink
from astrolib.movers.blink.measures import mean_shape, motion
from astrolib.movers.blink.vigilance import Watch, vigilance
from astrolib.movers.tracklets.tables import DETECTION, TRACKLET
from astrolib.widgets.state.blink import BlinkState
from astrolib.widgets.state.blink_functions import (
    BlinkFunctions,
    Cutouts,
    Evidence,
    Measured,
    Position,
)
from astrolib.widgets.state.blink_lines import Lines, lines_of
from astrolib.widgets.state.blink_trail import facts, known, scores, trail


class Found:
    """A search's tables and cutouts.

    Parameters
    ----------
    folder : Path
        ``tracklets.ecsv``, ``detections.ecsv`` and ``blink``; ``known.ecsv``, ``removed.ecsv`` and
        ``planted.ecsv`` where there are some.
    lines : callable, optional
        A tracklet and its detections -> the lines that would report them.
    models : mapping, optional
        Tracklet -> the probability that a model gives it.

    Raises
    ------
    RefusedError
        If there are no tracklets in the folder.
    """

    def __init__(
        self, folder: Path, lines: Lines | None = None, models: Mapping[str, float] | None = None
    ) -> None:
        if not (folder / "tracklets.ecsv").is_file():
            raise RefusedError(
                "no search has left anything here", where=folder, remedy="run find_movers first"
            )
        self.folder, self.lines, self.models = folder, lines, models or {}
        self.tracklets = TRACKLET.check(read_ecsv(folder / "tracklets.ecsv"))
        self.detections = DETECTION.check(read_ecsv(folder / "detections.ecsv"))
        self.known, self.removed, self.planted = (
            read_ecsv(path) if (path := folder / f"{name}.ecsv").exists() else None
            for name in ("known", "removed", "planted")
        )
        self._rows = {str(name): row for row, name in enumerate(self.tracklets["tracklet_id"])}
        self._parts: dict[str, list[int]] = {}
        for row, name in enumerate(self.detections["tracklet_id"]):
            self._parts.setdefault(str(name), []).append(row)

    @property
    def ids(self) -> list[str]:
        """The tracklets, in an order that tells neither their score nor which are planted."""
        return sorted(self._rows, key=lambda name: hashlib.sha256(name.encode()).digest())

    def tracklet(self, identity: str) -> Row:
        """Return a tracklet's row."""
        if identity not in self._rows:
            raise RefusedError("no such tracklet", where=identity[:80], remedy="search again")
        return self.tracklets[self._rows[identity]]

    def detections_of(self, identity: str) -> QTable:
        """Return a tracklet's detections, in order of time."""
        rows = self.detections[self._parts.get(identity, [])]
        return rows[np.argsort(np.asarray(rows["obstime"], str), kind="stable")]

    def evidence(self, identity: str) -> Evidence:
        """Return all that is here about a tracklet, whichever of its positions count."""
        row, rows = self.tracklet(identity), self.detections_of(identity)
        missing: tuple[str, ...] = ()
        blink = None
        try:
            blink = read_blink(self.folder / "blink" / f"{identity}.fits")
        except (AstrolibError, OSError) as error:
            missing = (f"The cutouts are not here: {error}.",)
        return Evidence(
            identity,
            _cutouts(blink) if blink else None,
            tuple(_positions(rows, blink)),
            known(row, self.known),
            trail(row, rows, self.removed),
            scores(row, self.models.get(identity)),
            missing,
        )

    def measured(self, identity: str, without: frozenset[str]) -> Measured:
        """Return what the positions give together, those in the frames `without` left out."""
        row, rows = self.tracklet(identity), self.detections_of(identity)
        frames = [str(frame) for frame in rows["frame"]]
        counts = np.array([frame not in without for frame in frames], dtype=bool)
        fitted = motion(rows, counts)
        errors = (rows[name].to_value("arcsec") for name in ("rms_ra", "rms_dec"))
        values = np.column_stack([fitted.east, fitted.north, *errors])
        residuals = {frame: tuple(map(float, four)) for frame, four in zip(frames, values, strict=True)}
        said, why = self._lines(row, rows[counts])
        told = facts(row, fitted.path, rows[counts])
        return Measured(told, residuals, mean_shape(rows, counts), said, why)  # type: ignore[arg-type]

    def _lines(self, row: Row, rows: QTable) -> tuple[str, str]:
        if self.lines is None or not len(rows):
            return "", ""
        try:
            return self.lines(row, rows), ""
        except AstrolibError as error:
            return "", f"There are no lines to report: {error}."

    def watch(self, store: LabelStore) -> Sequence[Watch]:
        """Return how well each person tells what was planted."""
        if self.planted is None:
            return ()
        return vigilance(self.planted, first_verdicts(store.events(question=MOVER)))


def state(
    folder: Path,
    *,
    name: str = "",
    store: LabelStore | None = None,
    ids: Sequence[str] | None = None,
    site: Path | str | None = None,
    models: Mapping[str, float] | None = None,
    **traits: Any,
) -> BlinkState:
    """Return the state of a panel over what a search left.

    Parameters
    ----------
    folder : Path
        As `Found` takes it.
    name : str
        Of the deck; by default that of the folder.
    store : LabelStore, optional
        The log; by default the person's own.
    ids : sequence of str, optional
        Which tracklets, in which order.
    site : path-like, optional
        The site file; without one there are no lines to report.
    models : mapping, optional
        Tracklet -> the probability that a model gives it.
    **traits
        As those of `BlinkState`.
    """
    lines = lines_of(Path(site).expanduser()) if site else None
    found, store = Found(folder, lines, models), store or LabelStore()
    functions = BlinkFunctions(found.evidence, found.measured, partial(found.watch, store))
    return BlinkState(
        found.ids if ids is None else ids, functions, name=name or folder.name, store=store, **traits
    )


def _cutouts(blink: Blink) -> Cutouts:
    scale, north, east = blink.compass
    x, y, x0, y0 = (np.asarray(blink.frames[column]) for column in ("x", "y", "x0", "y0"))
    return Cutouts(blink.pixels, x, y, x0, y0, scale, north, east)


def _positions(rows: QTable, blink: Blink | None) -> list[Position]:
    """Return one position a cutout; without cutouts, one a detection."""
    measured = {str(row["frame"]): row for row in rows}
    seen = rows if blink is None else blink.frames
    times = [str(value) for value in seen["obstime"]]
    mjd = Time(times, scale="utc").mjd if times else np.empty(0)
    return [
        _position(str(frame), time, 24.0 * float(day - mjd[0]), measured.get(str(frame)))
        for frame, time, day in zip(seen["frame"], times, mjd, strict=True)
    ]


def _position(frame: str, time: str, hours: float, row: Row | None) -> Position:
    if row is None:
        return Position(frame, time, hours)
    plain = {name: float(row[name]) for name in ("snr", "ellipticity")}
    units = {"mag": "mag", "rms_mag": "mag", "fwhm": "arcsec", "theta": "deg"}
    valued = {name: float(row[name].to_value(unit)) for name, unit in units.items()}
    return Position(frame, time, hours, True, flags=str(row["flags"]), **plain, **valued)
