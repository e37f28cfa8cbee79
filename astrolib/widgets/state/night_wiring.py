"""The ledger and the raw files on this machine, as the functions of a browser of nights."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from astrolib.collection import nights
from astrolib.collection.nights import Entry, Ledger, LedgerEvent, SortedFile
from astrolib.collection.nights.arranging import place_name
from astrolib.core.errors import RefusedError
from astrolib.core.progress import Progress
from astrolib.widgets.state.night_functions import Contents, File, Lacking, NightFunctions, Place, Question

_HISTORY = 12  # acts that are shown


def functions(ledger: Ledger, who: str) -> NightFunctions:
    """Return what a browser calls, on one ledger and in one person's name."""
    return NightFunctions(
        places=lambda: [_place(branch) for branch in ledger.tree()],
        contents=lambda place: contents(ledger, place),
        version=lambda: _version(ledger.path),
        history=lambda place: [_told(event) for event in reversed(ledger.events(place)[-_HISTORY:])],
        add=lambda level, parent, name, press: ledger.add(level, parent, name, who, event_id=press or None),
        edit=lambda entry, name, note, press: ledger.edit(
            entry, who, name=name, note=note, event_id=press or None
        ),
        move=lambda entry, state, seen, reason, press: ledger.move(
            entry, state, who, seen=seen, reason=reason, event_id=press or None
        ),
        answer=lambda frame, about, answer, alike, press: ledger.answer(
            frame, about, answer, who, alike=alike, event_id=press or None
        ),
        load=lambda night, folder, header_map, progress: load(
            ledger, who, night, folder, header_map, progress
        ),
        take_in=lambda path: f"{ledger.take_in(Path(path))} events taken in.",
        thumbnail=lambda path: nights.thumbnail(Path(path)),
        allowed=nights.ALLOWED,
        maps=tuple((name, known.about) for name, known in nights.known_header_maps().items()),
    )


def contents(ledger: Ledger, place: str) -> Contents:
    """Return the files of a night or field, what is asked about them, and what the night lacks."""
    here = ledger.entry(place)
    night = here.id if here.level == "night" else here.parent
    frames = ledger.frames(night)
    files = ledger.files(night)
    shown = [
        one for one in zip(frames, files, strict=True) if here.level == "night" or one[0].parent == place
    ]
    last = ledger.last_events(night)
    lacks = ledger.missing(night) if here.level == "night" and frames else []
    return Contents(
        tuple(_file(frame, file, last[frame.id]) for frame, file in shown),
        tuple(_questions(shown)),
        tuple(Lacking(one.what, one.why, one.needed) for one in lacks),
    )


def load(
    ledger: Ledger, who: str, night: str, folder: str, header_map: str, progress: Progress | None = None
) -> str:
    """Sort the files of a folder into a night, and say in a sentence what came of it."""
    if not Path(folder).is_dir():
        raise RefusedError(
            "no such folder", where=folder, remedy="give the folder with the night's raw files"
        )
    files, refused = nights.sort_files(nights.frames_in(Path(folder)), header_map or None, progress)
    new = ledger.add_frames(night, files, who)
    said = [f"{len(files)} files sorted, {new} of them new"]
    if refused:
        said.append(f"{len(refused)} not read: {'; '.join(map(str, refused[:3]))}")
    return f"{'; '.join(said)}."


def _version(path: Path) -> list[tuple[int, int]]:
    """Return when a ledger's file and the one beside it, where SQLite writes first, were last written."""
    told = [file.stat() for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
    return [(one.st_mtime_ns, one.st_size) for one in told]


def _place(branch: nights.Branch) -> Place:
    one = branch.entry
    note = str(one.facts.get("note", ""))
    return Place(one.id, one.parent, one.level, one.name, one.state, branch.frames, branch.open, note)


def _file(frame: Entry, file: SortedFile, last: LedgerEvent) -> File:
    when, who, what = _told(last)
    return File(
        *(frame.id, frame.name, file.path, frame.state, file.kind, file.filter, file.target),
        start=file.start[:19],
        exposure=file.exposure,
        open=len(file.doubts),
        left_out=file.left_out,
        facts=(*_results(frame), *_facts(file), ("last", f"{what}, by {who}, {when}")),
        answers=tuple(file.settled.items()),
    )


def _results(frame: Entry) -> list[tuple[str, str]]:
    """Return what a reduction said of a frame."""
    told = [(name, frame.facts.get(name)) for name in ("seeing", "depth", "rejected")]
    units = {"seeing": "″", "depth": " mag"}
    return [
        (name, f"{value:.2f}{units[name]}" if isinstance(value, float) else str(value))
        for name, value in told
        if value not in (None, "")
    ]


def _facts(file: SortedFile) -> list[tuple[str, str]]:
    """Return what is known of a file beside what its row shows."""
    size = " × ".join(map(str, reversed(file.shape))) + f" × {file.chips}" * (file.chips > 1)
    pointed = math.isfinite(file.ra + file.dec)
    known = {
        "header": file.kind_said,
        "camera": f"{file.telescope} {file.instrument}".strip(),
        "size": size,
        "level": _number(file.level, ".0f", "ADU"),
        "without light": _number(file.bias_level, ".0f", "ADU"),
        "pointing": f"{place_name(file.ra, file.dec)}, {file.ra:.4f} {file.dec:+.4f}" if pointed else "",
        "gain": _number(file.gain, "g", "e⁻/ADU"),
        "read noise": _number(file.read_noise, "g", "e⁻"),
        "header map": file.header_map,
    }
    return [(name, value) for name, value in known.items() if value]


def _number(value: float, form: str, unit: str) -> str:
    return f"{value:{form}} {unit}" if math.isfinite(value) else ""


def _questions(shown: Sequence[tuple[Entry, SortedFile]]) -> list[Question]:
    """Return the open questions, those of which the same is asked as one."""
    alike: dict[tuple[str, str, tuple[str, ...]], list[tuple[Entry, nights.Doubt]]] = defaultdict(list)
    for frame, file in shown:
        for doubt in file.doubts:
            alike[doubt.about, doubt.rule, doubt.answers].append((frame, doubt))
    found = [_question(group) for group in alike.values()]
    return sorted(found, key=lambda one: -len(one.files))


def _question(group: Sequence[tuple[Entry, nights.Doubt]]) -> Question:
    _, first = group[0]
    files = tuple((frame.id, frame.name) for frame, _ in group)
    return Question(files, first.about, first.reason, first.answers, first.free)


def _told(event: LedgerEvent) -> tuple[str, str, str]:
    """Return when, who, and in words what."""
    told = event.value
    words = {
        "add": "added",
        "edit": f"edited{': ' + str(told.get('name')) if told.get('name') else ''}",
        "move": f"{told.get('from')} → {told.get('to')}{': ' + told['reason'] if told.get('reason') else ''}",
        "place": "put into its field",
        "answer": f"{told.get('about')}: {told.get('answer') or 'asked again'}",
    }
    return f"{event.when:%Y-%m-%d %H:%M}", event.who, words[event.kind]
