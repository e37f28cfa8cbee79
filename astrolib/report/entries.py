"""Tracklets on their way into a report: named, measured, and held against what was reported before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from astropy.table import QTable
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
    reason : str
        Why not; '' where it is.
    earlier : Submission or None
        The report that holds it already.
    """

    choice: Choice
    identity: Identity = field(default_factory=Identity)
    records: tuple[Record, ...] = ()
    reason: str = ""
    earlier: Submission | None = None

    @property
    def positions(self) -> list[Position]:
        """Its positions as the ledger keeps them."""
        return [_position(record, self.identity.trk_sub) for record in self.records]


def enter(choices: Iterable[Choice], tracklets: QTable, site: Site, submissions: Submissions) -> list[Entry]:
    """Return the entry of each choice, in order."""
    known = _known_names(tracklets)
    taken = submissions.names(site.station)
    entries: list[Entry] = []
    for choice in choices:
        entry = _named(choice, known.get(choice.tracklet_id, ""), site, taken)
        entry = _unless_reported(entry, entries, site, submissions)
        taken.add(entry.identity.trk_sub)
        entries.append(entry)
    return entries


def told_of(earlier: Submission) -> str:
    """Return when, by whom and where something was reported."""
    return f"reported on {earlier.at[:10]} by {earlier.who}, in {earlier.folder}"


def _named(choice: Choice, known_name: str, site: Site, taken: set[str]) -> Entry:
    if choice.reason:
        return Entry(choice, reason=choice.reason)
    official = official_identity(known_name) or Identity()
    try:
        records = [record_of(row, official, site) for row in choice.positions]
    except PositionError as error:
        return Entry(choice, reason=str(error))
    places = [(one.fields["obsTime"], one.fields["ra"], one.fields["dec"]) for one in records]
    identity = replace(official, trk_sub=trk_sub(site.station, places, taken))
    return Entry(choice, identity, tuple(_called(record, identity) for record in records))


def _called(record: Record, identity: Identity) -> Record:
    names = {"permID": identity.perm_id, "provID": identity.prov_id, "trkSub": identity.trk_sub}
    return Record(record.kind, {name: text for name, text in names.items() if text} | dict(record.fields))


def _unless_reported(entry: Entry, before: Sequence[Entry], site: Site, submissions: Submissions) -> Entry:
    if not entry.records:
        return entry
    positions = entry.positions
    for other in before:
        if any(is_same(one, two) for one in positions for two in other.positions):
            reason = f"it shares a position with {other.choice.tracklet_id}"
            return Entry(entry.choice, entry.identity, reason=reason)
    if earlier := submissions.reported(site.station, positions):
        return Entry(entry.choice, entry.identity, reason=told_of(earlier), earlier=earlier)
    return entry


def _known_names(tracklets: QTable) -> dict[str, str]:
    if not {"known_name", "known_status"} <= set(tracklets.colnames):
        return {}
    return {
        str(row["tracklet_id"]): str(row["known_name"])
        for row in tracklets
        if str(row["known_status"]) == "known"
    }


def _position(record: Record, name: str) -> Position:
    fields = record.fields
    time = Time(fields["obsTime"].removesuffix("Z"), format="isot", scale="utc")
    return Position(float(time.mjd), float(fields["ra"]), float(fields["dec"]), name)
