"""One ledger for all surveys: what was observed, in which state it is, and who moved it there."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from astrolib.collection.nights import connection, log, states
from astrolib.collection.nights import entry as entries
from astrolib.collection.nights.arranging import arrange
from astrolib.collection.nights.doubts import settle
from astrolib.collection.nights.event import EventKind, LedgerEvent
from astrolib.collection.nights.extract import take_in
from astrolib.collection.nights.ledger_reading import LedgerReading, with_files
from astrolib.collection.nights.sorted_file import SortedFile
from astrolib.collection.nights.sorting import beside_each_other
from astrolib.core import paths
from astrolib.core.errors import RefusedError

UNNAMED = "unnamed"
"""The survey and the project of a night of which neither is said."""


class Ledger(LedgerReading):
    """Surveys, projects, nights, fields and frames, used by several processes and threads at once.

    Whatever is done is an event that is appended and never changed. It is on disk when a method returns.
    Methods that write take an id made by the caller: the same sent again after a lost answer adds nothing.

    Parameters
    ----------
    path : Path, optional
        The file, made if it is not there; by default the person's own, ``nights.sqlite``. It must lie on a
        local disk.

    Raises
    ------
    LedgerError
        If the file is no ledger, of another version, or cannot be opened.
    """

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(Path(path or paths.nights_file()))
        connection.prepare(self.path)

    # ---- what is there --------------------------------------------------------------------------

    def add(
        self, level: str, parent: str, name: str, who: str, *, event_id: str | None = None, **facts: Any
    ) -> str:
        """Add a survey (its parent is ''), project, night or field, and return its id.

        One that is there under this name stays as it is.

        Raises
        ------
        RefusedError
            If it does not belong there, or has no name.
        """
        name = name.strip()
        if not name or "/" in name or len(name) > 120:
            raise RefusedError(f"{name[:40]!r} is no name", remedy="give 1 to 120 characters without a slash")
        made = entries.identity(level, parent, name)
        told = {"level": level, "parent": parent, "name": name, "facts": facts}
        with self.connection() as database:
            event = _event(made, "add", told, who, event_id)
            if not log.repeated(database, event) and not entries.select(database, "id = ?", (made,)):
                log.append(database, event)
        return made

    def add_survey(self, name: str, who: str, **facts: Any) -> str:
        """Add a survey, and return its id."""
        return self.add("survey", "", name, who, **facts)

    def add_project(self, survey: str, name: str, who: str, **facts: Any) -> str:
        """Add a project to a survey, and return its id."""
        return self.add("project", survey, name, who, **facts)

    def add_night(self, project: str, name: str, who: str, **facts: Any) -> str:
        """Add a night to a project, and return its id."""
        return self.add("night", project, name, who, **facts)

    def add_field(self, night: str, name: str, who: str, **facts: Any) -> str:
        """Add a field to a night, and return its id; `ra` and `dec` [deg] say where it is."""
        return self.add("field", night, name, who, **facts)

    def night(self, name: str, who: str) -> str:
        """Return the id of ``survey/project/night``, added where it is not there.

        Where survey and project are not said it is the one night of this name, or else a new, unnamed one's.

        Raises
        ------
        RefusedError
            If several nights are called so.
        """
        names = [part for part in name.split("/") if part.strip()]
        if len(names) == 1:
            with self._reading() as database:
                found = entries.select(database, "level = 'night' AND name = ?", (names[0],))
            if len(found) > 1:
                raise RefusedError(
                    "several nights are called so", where=name, remedy="give survey/project/night"
                )
            if found:
                return found[0].id
        survey, project, night = ([UNNAMED] * 3 + names)[-3:]
        return self.add_night(self.add_project(self.add_survey(survey, who), project, who), night, who)

    def add_frames(self, night: str, files: Iterable[SortedFile], who: str) -> int:
        """Add sorted files to a night, and return how many are new.

        Those without doubt are loaded, and go into their fields; the others wait for answers. A file that is
        there already stays where it is, whatever it is called now; what it says is taken anew.
        """
        new = 0
        with self.connection() as database:
            for file in files:
                new += self._add_frame(database, night, file, who)
            arrange(database, night, who)
        return new

    def _add_frame(self, database: sqlite3.Connection, night: str, file: SortedFile, who: str) -> bool:
        facts = entries.facts_of(file)
        known = entries.select(database, "id = ?", (file.id,))
        if not known:
            facts |= {"answers": dict(file.settled)} if file.settled else {}  # given in another ledger
            told = {"level": "frame", "parent": night, "name": file.name, "facts": facts}
            log.append(database, _event(file.id, "add", told, who))
        elif known[0].facts.get("file") != facts["file"]:
            log.append(database, _event(file.id, "edit", {"name": file.name, "facts": facts}, who))
        return not known

    def edit(
        self, entry: str, who: str, *, name: str = "", event_id: str | None = None, **facts: Any
    ) -> None:
        """Give an entry another name, or other facts: ``note`` is a person's, others are a program's."""
        with self.connection() as database:
            event = _event(entry, "edit", {"name": name, "facts": facts}, who, event_id)
            if not log.repeated(database, event):
                entries.get(database, entry)
                log.append(database, event)

    # ---- states ---------------------------------------------------------------------------------

    def move(
        self,
        entry: str,
        state: str,
        who: str,
        *,
        seen: str = "",
        reason: str = "",
        event_id: str | None = None,
    ) -> None:
        """Move a night, field or frame to another state.

        Parameters
        ----------
        entry : str
            Its id.
        state : str
            One of `states.STATES`.
        who : str
            The person, or the program on whose behalf it ran.
        seen : str
            The state that the person saw; '' makes no such claim.
        reason : str
            Why, as in ``clouds``.

        Raises
        ------
        StaleMoveError
            If somebody else has moved it since.
        RefusedError
            If that state may not follow, or it is a survey or project, or a frame with open questions.
        """
        told = {"to": state, "reason": reason}
        with self.connection() as database:
            if log.repeated(database, _event(entry, "move", {"from": "", **told}, who, event_id)):
                return
            now = entries.get(database, entry)
            if now.level in ("survey", "project"):
                raise RefusedError(f"a {now.level} has no state", where=now.name, remedy="move its nights")
            states.check(now.state, state, where=now.name, seen=seen)
            if now.open and state == "loaded":
                raise RefusedError("it has open questions", where=now.name, remedy="answer them first")
            log.append(database, _event(entry, "move", {"from": now.state, **told}, who, event_id))

    # ---- questions ------------------------------------------------------------------------------

    def answer(
        self,
        frame: str,
        about: str,
        answer: str,
        who: str,
        *,
        alike: bool = False,
        event_id: str | None = None,
    ) -> int:
        """Answer a question about a frame, and return how many were answered.

        Parameters
        ----------
        frame : str
            Its id.
        about : str
            What was asked.
        answer : str
            One of the answers of the doubt; '' takes an answer back.
        who : str
            The person.
        alike : bool
            Whether the answer holds for all frames of the night of which the same is asked.

        Raises
        ------
        RefusedError
            If that is not asked, or this is no answer.
        """
        told = {"about": about, "answer": answer.strip()}
        event = _event(frame, "answer", told, who, event_id)
        with self.connection() as database:
            if log.repeated(database, event):
                return 0
            night = entries.night_of(database, entries.get(database, frame))
            others = _alike(database, night, frame, about, answer.strip())
            log.append(database, event)
            for other in others if alike else ():
                log.append(database, _event(other, "answer", told, who))
            arrange(database, night, who)
        return 1 + len(others) * alike

    # ---- between ledgers ------------------------------------------------------------------------

    def take_in(self, path: Path) -> int:
        """Take the events of an extract into this ledger, and return how many were new; none the second time.

        Raises
        ------
        RefusedError, LedgerError
            If the file is no extract of a ledger.
        """
        with self.connection() as database:
            return take_in(database, Path(path))

    def connection(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open the file for one transaction: what is done in the block is in it afterwards, or nothing."""
        return connection.writing(self.path)


def _event(
    subject: str, kind: EventKind, value: dict[str, Any], who: str, event_id: str | None = None
) -> LedgerEvent:
    return LedgerEvent(subject, kind, value, who, event_id or uuid.uuid4().hex)


def _alike(database: sqlite3.Connection, night: str, frame: str, about: str, answer: str) -> list[str]:
    """Check an answer about a frame, and return the other frames of the night of which the same is asked."""
    frames = with_files(entries.frames(database, night))
    files = {one.id: one for one in beside_each_other([each.file for each in frames])}
    if frame not in files:
        raise RefusedError("it is no frame", where=frame, remedy="answer about a frame")
    asked = {(one.about, one.rule, one.answers) for one in files[frame].doubts if one.about == about}
    if answer:
        settle(files[frame], about, answer)
    elif about not in files[frame].settled:
        raise RefusedError(f"nothing was answered about its {about}", where=files[frame].name)
    return [
        each
        for each, file in files.items()
        if each != frame and asked & {(one.about, one.rule, one.answers) for one in file.doubts}
    ]
