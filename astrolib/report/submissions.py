"""The ledger of what was reported: nothing leaves twice, whatever is interrupted when.

A report is entered, with the text of its files, before any of them appears, and called written when all have.
Between the two a crash leaves an entry that is not yet written: the next report of the same positions then
completes those files where they belong instead of writing others.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from astrolib.collection.nights import Ledger
from astrolib.core.errors import RefusedError
from astrolib.core.files import write_text

SAME_SECONDS = 1.0
SAME_ARCSEC = 3.0
"""A position of the same station this near in time and place is the same measurement."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS submission (
    id TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    who TEXT NOT NULL CHECK (who <> ''),
    at TEXT NOT NULL,
    folder TEXT NOT NULL,
    files TEXT NOT NULL,
    written INTEGER NOT NULL DEFAULT 0
) STRICT""",
    """CREATE TABLE IF NOT EXISTS submitted (
    submission TEXT NOT NULL REFERENCES submission (id),
    station TEXT NOT NULL,
    mjd REAL NOT NULL,
    ra REAL NOT NULL,
    dec REAL NOT NULL,
    name TEXT NOT NULL
) STRICT""",
    "CREATE INDEX IF NOT EXISTS submitted_mjd ON submitted (mjd)",
    """CREATE TABLE IF NOT EXISTS withdrawn (
    submission TEXT PRIMARY KEY REFERENCES submission (id),
    who TEXT NOT NULL CHECK (who <> ''),
    at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why <> '')
) STRICT""",
)

_STANDING = "id NOT IN (SELECT submission FROM withdrawn)"
_STANDING_IDS = f"(SELECT id FROM submission WHERE {_STANDING})"  # noqa: S608 - our own words


@dataclass(frozen=True)
class Position:
    """A reported position: when [MJD, UTC], where [deg], and the `trkSub` it was reported under."""

    mjd: float
    ra: float
    dec: float
    name: str


@dataclass(frozen=True)
class Submission:
    """One report.

    Parameters
    ----------
    id : str
        SHA-256 of its files and time.
    station, who : str
        Where was observed, and who reported.
    at : str
        When; ISO 8601, UTC.
    folder : Path
        Where its files belong.
    files : mapping of str
        Text of each file by its name.
    written : bool
        Whether all files have appeared.
    """

    id: str
    station: str
    who: str
    at: str
    folder: Path
    files: Mapping[str, str]
    written: bool = False

    def place(self) -> None:
        """Write the files that are not there yet, each whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.files.items():
            path = self.folder / name
            if not (path.is_file() and path.read_bytes() == text.encode()):
                write_text(path, text)


class Submissions:
    """What was reported, in the ledger of nights."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        with ledger.connection() as database:
            for statement in _TABLES:
                database.execute(statement)

    def all(self) -> list[Submission]:
        """Return every report but those withdrawn, oldest first."""
        with self._ledger.connection() as database:
            return _select(database, f"{_STANDING} ORDER BY at", ())

    def unwritten(self) -> list[Submission]:
        """Return the reports whose files may not all have appeared."""
        return [submission for submission in self.all() if not submission.written]

    def names(self, station: str) -> set[str]:
        """Return the names that a station has reported under."""
        with self._ledger.connection() as database:
            rows = database.execute(
                f"SELECT DISTINCT name FROM submitted WHERE station = ? AND submission IN {_STANDING_IDS}",  # noqa: S608
                (station,),
            )
            return {str(row[0]) for row in rows}

    def reported(self, station: str, positions: Sequence[Position]) -> Submission | None:
        """Return the report that holds one of the positions; None where none does."""
        with self._ledger.connection() as database:
            return _holding(database, station, positions)

    def enter(self, submission: Submission, positions: Sequence[Position]) -> Submission | None:
        """Enter a report, unless one holds any of its positions already: that one is returned then.

        What is checked and what is entered is one transaction, so that of two who report at once one is
        told of the other.
        """
        with self._ledger.connection() as database:
            if earlier := _holding(database, submission.station, positions):
                return earlier
            database.execute(
                "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, 0)",
                (
                    submission.id,
                    submission.station,
                    submission.who,
                    submission.at,
                    str(submission.folder.absolute()),
                    json.dumps(dict(submission.files)),
                ),
            )
            database.executemany(
                "INSERT INTO submitted VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (submission.id, submission.station, one.mjd, one.ra, one.dec, one.name)
                    for one in positions
                ],
            )
        return None

    def written(self, submission: Submission) -> None:
        """Note that all files of a report have appeared in its folder."""
        with self._ledger.connection() as database:
            database.execute(
                "UPDATE submission SET written = 1, folder = ? WHERE id = ?",
                (str(submission.folder.absolute()), submission.id),
            )

    def withdraw(self, submission: str, who: str, why: str) -> None:
        """Take a person's word that a report was not sent and never will be; its positions may go again.

        Its files stay where they are: delete them.

        Raises
        ------
        RefusedError
            If there is no such report, it is withdrawn already, or nobody says who and why.
        """
        if not (who.strip() and why.strip()):
            raise RefusedError("nobody says who and why", where="ledger", remedy="give both")
        with self._ledger.connection() as database:
            if not _select(database, f"id = ? AND {_STANDING}", (submission,)):
                raise RefusedError("no such report", where=submission, remedy="see Submissions.all")
            database.execute("INSERT INTO withdrawn VALUES (?, ?, ?, ?)", (submission, who, now(), why))


def now() -> str:
    """Return the time, as the ledger keeps it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _holding(database: sqlite3.Connection, station: str, positions: Iterable[Position]) -> Submission | None:
    window = SAME_SECONDS / 86_400
    for one in positions:
        rows = database.execute(
            "SELECT submission, ra, dec FROM submitted WHERE mjd BETWEEN ? AND ? AND station = ?"  # noqa: S608
            f" AND submission IN {_STANDING_IDS}",
            (one.mjd - window, one.mjd + window, station),
        ).fetchall()
        for submission, ra, dec in rows:
            if _separation(one, ra, dec) <= SAME_ARCSEC:
                return _select(database, "id = ?", (submission,))[0]
    return None


def is_same(one: Position, other: Position) -> bool:
    """Return whether two positions of one station are the same measurement."""
    near = abs(one.mjd - other.mjd) * 86_400 <= SAME_SECONDS
    return near and _separation(one, other.ra, other.dec) <= SAME_ARCSEC


def _separation(one: Position, ra: float, dec: float) -> float:
    """Return the distance of two places [arcsec]; they are near each other, or it does not matter."""
    east = (one.ra - ra + 180) % 360 - 180
    return float(np.hypot(east * np.cos(np.radians(dec)), one.dec - dec)) * 3600


def _select(database: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[Submission]:
    rows = database.execute(
        f"SELECT id, station, who, at, folder, files, written FROM submission WHERE {where}",  # noqa: S608
        values,
    )
    return [
        Submission(id_, station, who, at, Path(folder), json.loads(files), bool(written))
        for id_, station, who, at, folder, files, written in rows
    ]
