"""Which tracklets go into a report, with which positions, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from astropy.table import QTable

from astrolib.movers.tracklets.tables import PAIR
from astrolib.report.naming import known_as
from astrolib.report.site import LEAST_POSITIONS, Site
from astrolib.report.tables import is_planted
from astrolib.report.verdicts import Word

_MOVING = ("mover", PAIR, "")
_NOT_MEASURED = "predicted"


@dataclass(frozen=True, eq=False)
class Choice:
    """What becomes of one tracklet.

    Parameters
    ----------
    tracklet_id : str
        Which.
    positions : QTable
        Its positions that are reported, in order of time.
    left_out : int
        How many are not.
    word : Word
        What people said.
    reason : str
        Why it is not reported; '' where it is.
    known_name : str
        The known object that it is, or may be; several if they are ambiguous.
    known_off : float
        How far it is from where that one's ephemeris has it [arcsec]; NaN where nobody knows.
    sure_name : str
        The known object that it surely is.
    """

    tracklet_id: str
    positions: QTable
    left_out: int
    word: Word
    reason: str = ""
    known_name: str = ""
    known_off: float = np.nan
    sure_name: str = ""


def choose(tracklets: QTable, detections: QTable, words: Mapping[str, Word], site: Site) -> list[Choice]:
    """Return what becomes of each tracklet, in the order of the table."""
    of_row = np.asarray(detections["tracklet_id"], dtype=str)
    return [_choose(row, detections[of_row == str(row["tracklet_id"])], words, site) for row in tracklets]


def _choose(row: QTable.Row, positions: QTable, words: Mapping[str, Word], site: Site) -> Choice:
    name = str(row["tracklet_id"])
    word = words.get(name, Word(refusal="not validated"))
    kept = positions[[_is_good(one, word) for one in positions]] if len(positions) else positions
    kept = kept[np.argsort(np.asarray(kept["obstime"], dtype=str), kind="stable")] if len(kept) else kept
    left_out = len(positions) - len(kept)
    return Choice(name, kept, left_out, word, _reason(row, kept, word, site), *known_as(row))


def _is_good(position: QTable.Row, word: Word) -> bool:
    flags = str(position["flags"]) if "flags" in position.colnames else ""
    return str(position["frame"]) not in word.invalid_frames and _NOT_MEASURED not in flags.split(",")


def _reason(row: QTable.Row, kept: QTable, word: Word, site: Site) -> str:
    if "planted" in row.colnames and is_planted(row["planted"]):
        return "planted"
    kind = str(row["kind"]) if "kind" in row.colnames else ""
    if kind not in _MOVING:
        return f"it is a {kind}"
    if word.refusal:
        return word.refusal
    least = LEAST_POSITIONS if kind == PAIR else site.minimum_positions
    times = len(set(np.asarray(kept["obstime"], dtype=str))) if len(kept) else 0
    if times < len(kept):
        return "two positions at one time"
    return f"{times} good positions, fewer than {least}" if times < least else ""
