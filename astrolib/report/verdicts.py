"""The word of named persons on tracklets: from the label store or a table, settled where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from astrolib.core.errors import UnreadableFileError
from astrolib.labels.files import read_rows
from astrolib.labels.store import LabelStore
from astrolib.labels.validation import MOVER, Validation, invalid_frames, validations

_TABLES = (".ecsv", ".csv")
_VERDICTS = ("", "valid", "invalid", "unsure")  # without one, only positions or a note were given


@dataclass(frozen=True)
class Word:
    """What named persons say of one tracklet.

    Parameters
    ----------
    who : tuple of str
        Who calls it valid.
    time : str
        When the last of them said so.
    invalid_frames : frozenset of str
        Frames whose position any of them calls invalid.
    refusal : str
        Why it is not validated; '' where it is.
    """

    who: tuple[str, ...] = ()
    time: str = ""
    invalid_frames: frozenset[str] = frozenset()
    refusal: str = ""


def read_validations(path: Path) -> list[Validation]:
    """Read what people said of movers: a label store, or a table in ECSV or CSV.

    A table has the columns ``id`` and ``label`` (valid, invalid, unsure), ``who``, and may have ``time`` and
    ``flags``.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it is none of the two.
    """
    if not path.is_file():
        raise UnreadableFileError("no such file", where=path, remedy="check the path")
    if path.suffix not in _TABLES:
        return validations(LabelStore(path).events(question=MOVER))
    return [_of_row(row) for row in read_rows(path)]


def settle(said: Iterable[Validation]) -> dict[str, Word]:
    """Return the word on each tracklet that anybody spoke of.

    It is validated where a named person calls it valid and nobody calls it invalid, or something unknown.
    """
    of_tracklet: dict[str, list[Validation]] = {}
    for one in said:
        of_tracklet.setdefault(one.tracklet_id, []).append(one)
    return {name: _settle(voices) for name, voices in of_tracklet.items()}


def _settle(voices: list[Validation]) -> Word:
    named = [one for one in voices if one.who.strip()]
    valid = [one for one in named if one.verdict == "valid"]
    against = sorted({one.who or "somebody" for one in voices if one.verdict == "invalid"})
    marked = frozenset().union(*(one.invalid_frames for one in voices))
    if strange := next((one for one in voices if one.verdict not in _VERDICTS), None):
        refusal = (
            f"{strange.who or 'somebody'} calls it {strange.verdict!r}, none of {', '.join(_VERDICTS[1:])}"
        )
        return Word(invalid_frames=marked, refusal=refusal)
    if against:
        disputed = f", valid to {', '.join(sorted(one.who for one in valid))}" if valid else ""
        return Word(invalid_frames=marked, refusal=f"invalid to {', '.join(against)}{disputed}")
    if valid:
        return Word(tuple(sorted({one.who for one in valid})), max(one.time for one in valid), marked)
    if any(one.verdict == "valid" for one in voices):
        return Word(invalid_frames=marked, refusal="called valid by nobody with a name")
    if unsure := sorted({one.who for one in named if one.verdict == "unsure"}):
        return Word(invalid_frames=marked, refusal=f"unsure to {', '.join(unsure)}")
    return Word(invalid_frames=marked, refusal="not validated")


def _of_row(row: dict[str, str]) -> Validation:
    flags = [flag.strip() for flag in row.get("flags", "").split(";") if flag.strip()]
    return Validation(
        tracklet_id=row["id"],
        who=row.get("who", "").strip(),
        verdict=row["label"].strip().lower(),
        time=row.get("time", ""),
        invalid_frames=invalid_frames(flags),
        score_visible=False,
    )
