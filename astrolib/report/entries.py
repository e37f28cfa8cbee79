"""Tracklets on their way into a report: named, measured, and held against what was reported before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from astropy.time import Time

from astrolib.movers.formats import Identity, Record
from astrolib.report.naming import official_identity, trk_sub
from astrolib.report.positions import PositionError, record_of
from astrolib.report.selection import Choice
from astrolib.report.site import Site
from astrolib.report.submissions import Position, Submission, Submissions, is_same


@dataclass(frozen=True)
class Entry:
    """One tracklet: what it is called and its records, or the reason why it is not reported.

    Parameters
    ----------
    choice : Choice
        What was chosen of it.
    identity : Identity
        Its names.
    records : tuple of Record
        Its positions as ADES has them; empty where it is not reported.
    positions : tuple of Position
        The same as the ledger keeps them.
    reason : str
        Why not; '' where it is.
    earlier : Submission or None
        The report that holds it already.
    """

    choice: Choice
    identity: Identity = field(default_factory=Identity)
    records: tuple[Record, ...] = ()
    positions: tuple[Position, ...] = ()
    reason: str = ""
    earlier: Submission | None = None


def enter(choices: Iterable[Choice], site: Site, submissions: Submissions) -> list[Entry]:
    """Return the entry of each choice, in order."""
    taken = submissions.names(site.station)
    named: list[Entry] = []
    for choice in choices:
        named.append(_named(choice, site, taken))
        taken.add(named[-1].identity.trk_sub)
    twice, measured = _in_two_places(named), _Measured()
    entries: list[Entry] = []
    for entry in named:
        choice = entry.choice
        if reason := twice.get(choice.tracklet_id, ""):
            entry = Entry(choice, entry.identity, reason=reason)
        elif other := measured.holder(entry.positions):
            entry = Entry(choice, entry.identity, reason=f"it shares a position with {other}")
        elif earlier := submissions.reported(site.station, entry.positions):
            entry = Entry(choice, entry.identity, reason=told_of(earlier), earlier=earlier)
        measured.add(entry)
        entries.append(entry)
    return entries


def _in_two_places(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the tracklets called after one known object that are in different places at a time, and why."""
    found: dict[str, str] = {}
    of_name: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.records and (name := entry.identity.perm_id or entry.identity.prov_id):
            of_name.setdefault(name, []).append(entry)
    for name, some in of_name.items():
        for one, other in permutations(some, 2):
            if any(_is_elsewhere(a, b) for a in one.positions for b in other.positions):
                called = f"it is called {name}, and so is {other.choice.tracklet_id}, which is elsewhere then"
                found[one.choice.tracklet_id] = f"{called}; call one of them invalid"
    return found


def _is_elsewhere(one: Position, other: Position) -> bool:
    return _second(one) == _second(other) and not is_same(one, other)


class _Measured:
    """The positions of the entries so far, by the second."""

    def __init__(self) -> None:
        self._at: dict[int, list[tuple[Position, str]]] = {}

    def holder(self, positions: Iterable[Position]) -> str:
        """Return the tracklet that has one of the positions; '' where none does."""
        for one in positions:
            second = _second(one)
            for near in range(second - 1, second + 2):
                for other, name in self._at.get(near, ()):
                    if is_same(one, other):
                        return name
        return ""

    def add(self, entry: Entry) -> None:
        for one in entry.positions:
            self._at.setdefault(_second(one), []).append((one, entry.choice.tracklet_id))


def told_of(earlier: Submission) -> str:
    """Return when, by whom and where something was reported."""
    return f"reported on {earlier.at[:10]} by {earlier.who}, in {earlier.folder}"


def _named(choice: Choice, site: Site, taken: set[str]) -> Entry:
    if choice.reason:
        return Entry(choice, reason=choice.reason)
    official = official_identity(choice.sure_name) or Identity()
    try:
        records = [record_of(row, official, site) for row in choice.positions]
    except PositionError as error:
        return Entry(choice, reason=str(error))
    places = [(one.fields["obsTime"], one.fields["ra"], one.fields["dec"]) for one in records]
    identity = replace(official, trk_sub=trk_sub(site.station, places, taken))
    return Entry(
        choice,
        identity,
        tuple(_called(record, identity) for record in records),
        tuple(_position(record, identity.trk_sub) for record in records),
    )


def _called(record: Record, identity: Identity) -> Record:
    names = {"permID": identity.perm_id, "provID": identity.prov_id, "trkSub": identity.trk_sub}
    return Record(record.kind, {name: text for name, text in names.items() if text} | dict(record.fields))


def _second(position: Position) -> int:
    return int(position.mjd * 86_400)


def _position(record: Record, name: str) -> Position:
    fields = record.fields
    time = Time(fields["obsTime"].removesuffix("Z"), format="isot", scale="utc")
    return Position(float(time.mjd), float(fields["ra"]), float(fields["dec"]), name)
