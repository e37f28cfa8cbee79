"""Write the report of a night: everything is checked and entered in the ledger before a file appears."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from astropy.table import QTable

from astrolib.collection.nights import Ledger
from astrolib.core.errors import RefusedError
from astrolib.labels.event import person
from astrolib.labels.validation import Validation
from astrolib.movers.formats import Block, Document, check_submission
from astrolib.movers.formats.ades_psv import format_psv
from astrolib.movers.formats.ades_xml import format_xml
from astrolib.movers.formats.obs80 import parse_obs80
from astrolib.report import official
from astrolib.report.entries import Entry, enter, told_of
from astrolib.report.moving import move_reported
from astrolib.report.mpc_lines import report_lines
from astrolib.report.scores import score
from astrolib.report.selection import choose
from astrolib.report.site import Site
from astrolib.report.submissions import Submission, Submissions, now
from astrolib.report.summary import format_summary, summary_of
from astrolib.report.tables import plain
from astrolib.report.verdicts import settle

MPC, PSV, XML, SUMMARY = "mpc.txt", "ades.psv", "ades.xml", "report.ecsv"


@dataclass(frozen=True, eq=False)
class Report:
    """A report that is written.

    Parameters
    ----------
    folder : Path
        Where ``mpc.txt``, ``ades.psv``, ``ades.xml`` and ``report.ecsv`` lie.
    summary : QTable
        What became of each tracklet (schema `REPORTED`).
    submission : str
        Its id in the ledger.
    """

    folder: Path
    summary: QTable
    submission: str


def write_report(
    tracklets: QTable,
    detections: QTable,
    said: Iterable[Validation],
    site: Site,
    folder: Path,
    *,
    ledger: Ledger | None = None,
    who: str = "",
) -> Report:
    """Write ``mpc.txt``, ``ades.psv``, ``ades.xml`` and ``report.ecsv`` for what named persons validated.

    Sending is left to the person. A tracklet that is planted, not validated, disputed, short of positions or
    reported before is left out, and the summary says why. Frames that the ledger knows are moved to
    ``reported``, with their fields and night. A report that was interrupted is completed first,
    in its own folder.

    Parameters
    ----------
    tracklets, detections : QTable
        Of the schemas `TRACKLET` and `DETECTION`.
    said : iterable of Validation
        What people said (`read_validations`).
    site : Site
        From `read_site`.
    folder : Path
        Where the files shall lie; made if it is not there.
    ledger : Ledger, optional
        By default the person's own.
    who : str
        Who reports; by default who is logged in.

    Raises
    ------
    RefusedError
        If nothing may be reported, or the official tools refuse a file; none is written then.
    """
    ledger, who = ledger or Ledger(), who or person()
    submissions = Submissions(ledger)
    _complete(submissions)
    tracklets, detections = plain(tracklets), plain(detections)
    entries = enter(choose(tracklets, detections, settle(said), site), site, submissions)
    going = [entry for entry in entries if entry.records]
    scores = score([entry.records for entry in going])
    names = [entry.choice.tracklet_id for entry in going]
    summary = summary_of(entries, dict(zip(names, scores, strict=True)))
    if not going:
        return Report(folder, summary, _again(entries, folder, submissions).id)
    files = _files(going, site)
    official.check(files)
    told = files | {SUMMARY: format_summary(summary)}
    submission = _submission(told, site.station, who, folder)
    if earlier := submissions.enter(submission, [one for entry in going for one in entry.positions]):
        raise _twice(earlier)
    submission.place()
    submissions.written(submission)
    move_reported(ledger, [entry.choice.positions for entry in going], who)
    return Report(folder, summary, submission.id)


def _submission(files: Mapping[str, str], station: str, who: str, folder: Path) -> Submission:
    at = now()
    identity = hashlib.sha256("\0".join((at, *files.values())).encode()).hexdigest()
    return Submission(identity, station, who, at, folder.absolute(), files)


def _files(entries: Sequence[Entry], site: Site) -> dict[str, str]:
    """Return the text of each file for the Minor Planet Center, checked by the grammar that reads it."""
    records = tuple(record for entry in entries for record in entry.records)
    document = Document((Block(records, site.context),))
    check_submission(document, "the report")
    lines = report_lines(site, records)
    parse_obs80(lines, MPC)
    return {MPC: lines, PSV: format_psv(document), XML: format_xml(document)}


def _complete(submissions: Submissions) -> None:
    """Write what a crash kept from being written, where its folder is still there."""
    for submission in submissions.unwritten():
        if submission.folder.is_dir():
            with suppress(OSError):  # it stays unwritten, and the ledger still tells where it belongs
                submission.place()
                submissions.written(submission)


def _again(entries: Sequence[Entry], folder: Path, submissions: Submissions) -> Submission:
    """Write again, word for word, the one report that a crash and the loss of its folder kept from everybody.

    Raises
    ------
    RefusedError
        In every other case: there is nothing to report.
    """
    earlier = {entry.earlier.id: entry.earlier for entry in entries if entry.earlier}
    lost = [one for one in earlier.values() if not (one.written or one.folder.is_dir())]
    if len(earlier) == len(lost) == 1:
        submission = replace(lost[0], folder=folder.absolute())
        submission.place()
        submissions.written(submission)
        return submission
    if earlier:
        raise _twice(next(iter(earlier.values())))
    reasons = "; ".join(sorted({entry.reason for entry in entries}))
    raise RefusedError(
        f"nothing to report of {len(entries)} tracklets" + (f": {reasons[:400]}" if reasons else ""),
        where="report",
        remedy="a named person has to call each valid first",
    )


def _twice(earlier: Submission) -> RefusedError:
    return RefusedError(
        told_of(earlier), where="ledger", remedy="the files lie there; nothing is reported twice"
    )
