"""What was reported, moved to ``reported`` in the ledger: its frames, their fields, and the night."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from astropy.table import QTable
from astropy.time import Time

from astrolib.collection.nights import STATES, Entry, Ledger
from astrolib.core.errors import AstrolibError

_WAY = STATES[STATES.index("reduced") : STATES.index("reported") + 1]
_SAME = 1.0  # seconds between the middle of a frame and the time of a position


def move_reported(ledger: Ledger, positions: Iterable[QTable], who: str) -> None:
    """Move the frames that were measured, as far as this ledger knows them.

    A frame is known by the name of its product and the middle of its exposure. Steps that nobody has told the
    ledger of are taken on the way; whoever reports has searched and validated.

    Parameters
    ----------
    ledger : Ledger
        Where the night may be.
    positions : iterable of QTable
        Of the schema `DETECTION`, what was reported of each tracklet.
    who : str
        Who reports.
    """
    times: dict[str, list[float]] = {}
    for table in positions:
        for row in table:
            times.setdefault(str(row["frame"]), []).append(_mjd(str(row["obstime"])))
    nights = [branch.entry for branch in ledger.tree() if branch.entry.level == "night"]
    for night in nights:
        measured = [frame for frame in ledger.frames(night.id) if _is_measured(frame, times)]
        above = {frame.parent for frame in measured} | ({night.id} if measured else set())
        for entry in [*measured, *(ledger.entry(one) for one in above)]:
            _move(ledger, entry, who)


def _mjd(time: str) -> float:
    return float(Time(time.removesuffix("Z"), scale="utc").mjd)


def _is_measured(frame: Entry, times: dict[str, list[float]]) -> bool:
    found = [mjd for product in frame.facts.get("products", ()) for mjd in times.get(str(product), ())]
    middle = frame.file.middle if found and "file" in frame.facts else None
    return middle is not None and any(abs(mjd - middle.mjd) * 86_400 < _SAME for mjd in found)


def _move(ledger: Ledger, entry: Entry, who: str) -> None:
    if entry.state not in _WAY:
        return
    with suppress(AstrolibError):  # somebody else moves it just now, and the report stands in any case
        for state in _WAY[_WAY.index(entry.state) + 1 :]:
            ledger.move(entry.id, state, who)
