"""Labels, consensus and agreement as tables, derived from events each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

from astropy.table import QTable

from astrolib.core.schema import Column, TableSchema
from astrolib.labels.agreement import cohen_kappa, krippendorff_alpha, percent_agreement
from astrolib.labels.current import Current, current
from astrolib.labels.event import LabelEvent

_QUESTION = (
    Column("question", "str", "name of the question"),
    Column("version", "int", "version of the question"),
)

LABEL = TableSchema(
    "labels",
    (
        Column("id", "str", "id of the object"),
        Column("label", "str", "the answer; empty where there are only flags or a note"),
        Column("who", "str", "the person"),
        Column("time", "str", "when it was said, ISO 8601, UTC (Z)"),
        Column("flags", "str", "set flags, parted by semicolons"),
        Column("note", "str", "the person's note"),
        *_QUESTION,
        Column("deck", "str", "name of the deck"),
        Column("score_visible", "bool", "whether a model's score was visible"),
        Column("shown", "str", "what was on the screen, as JSON"),
        Column("origin", "str", "made here, or which file it was imported from"),
    ),
)
"""What each person says now about each object."""

EVENT = TableSchema(
    "label events",
    (
        Column("seq", "int", "place in the log"),
        Column("event", "str", "id of the event"),
        Column("builds_on", "str", "id of the event in view of which it was made"),
        Column("id", "str", "id of the object"),
        Column("kind", "str", "answer, flag, unflag, note or undo"),
        Column("value", "str", "the answer, flag or note; for undo the id of the event"),
        *LABEL.columns[2:4],
        *LABEL.columns[6:],
    ),
)
"""The log itself."""

CONSENSUS = TableSchema(
    "consensus",
    (
        Column("id", "str", "id of the object"),
        Column("label", "str", "the label; empty where it is disputed"),
        Column("decided", "str", "single, unanimous, majority, adjudicated, disputed or unanswered"),
        Column("n_people", "int", "how many people answered"),
        Column("n_agree", "int", "how many of them gave this label, or the commonest one"),
        Column("flags", "str", "flags that anybody set, parted by semicolons"),
        *_QUESTION,
    ),
)
"""One label an object, of all people."""

AGREEMENT = TableSchema(
    "agreement",
    (
        Column("measure", "str", "percent agreement, Cohen's kappa or Krippendorff's alpha"),
        Column("who", "str", "the two people, or all"),
        Column("n_objects", "int", "objects that at least two of them answered"),
        Column("value", "float", "the measure; NaN where it is not defined"),
        *_QUESTION,
    ),
)
"""How far people agree."""


def label_table(events: Iterable[LabelEvent]) -> QTable:
    """Return what each person says now (schema `LABEL`)."""
    return LABEL.table(_label_row(state) for state in current(events) if state.says_something)


def event_table(events: Iterable[LabelEvent]) -> QTable:
    """Return the log as a table (schema `EVENT`)."""
    return EVENT.table(_common(event) | _said(event) for event in events)


def consensus_table(events: Iterable[LabelEvent], *, adjudicator: str = "") -> QTable:
    """Return one label an object (schema `CONSENSUS`).

    Parameters
    ----------
    events : iterable of LabelEvent
        Of any number of people and questions.
    adjudicator : str
        The person whose answer decides, whatever others say.
    """
    return CONSENSUS.table(_consensus(states, adjudicator) for states in _by_object(events) if states)


def agreement_table(events: Iterable[LabelEvent]) -> QTable:
    """Return how far people agree, pair by pair and all together (schema `AGREEMENT`)."""
    questions: dict[tuple[str, int], list[dict[str, str]]] = {}
    for states in _by_object(events):
        unit = {state.who: state.label for state in states if state.label}
        questions.setdefault((states[0].question, states[0].version), []).append(unit)
    rows = []
    for (question, version), units in questions.items():
        rows += [row | {"question": question, "version": version} for row in _agreements(units)]
    return AGREEMENT.table(rows)


def _agreements(units: list[dict[str, str]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for pair in combinations(sorted({who for unit in units for who in unit}), 2):
        shared = [unit for unit in units if set(pair) <= unit.keys()]
        labels = [[unit[who] for unit in shared] for who in pair]
        common = {"who": " & ".join(pair), "n_objects": len(shared)}
        rows.append(common | {"measure": "percent agreement", "value": percent_agreement(*labels)})
        rows.append(common | {"measure": "Cohen's kappa", "value": cohen_kappa(*labels)})
    several = [unit for unit in units if len(unit) > 1]
    alpha = {"measure": "Krippendorff's alpha", "value": krippendorff_alpha(units)}
    return [*rows, alpha | {"who": "all", "n_objects": len(several)}]


def _by_object(events: Iterable[LabelEvent]) -> list[list[Current]]:
    objects: dict[tuple[str, int, str], list[Current]] = {}
    for state in current(events):
        if state.says_something:
            objects.setdefault((state.question, state.version, state.object), []).append(state)
    return list(objects.values())


def _consensus(states: list[Current], adjudicator: str) -> dict[str, object]:
    answers = {state.who: state.label for state in states if state.label}
    label, decided = _decision(answers, adjudicator)
    counts = Counter(answers.values())
    return {
        "id": states[0].object,
        "label": label,
        "decided": decided,
        "n_people": len(answers),
        "n_agree": counts[label] if label else max(counts.values(), default=0),
        "flags": ";".join(sorted({flag for state in states for flag in state.flags})),
        "question": states[0].question,
        "version": states[0].version,
    }


def _decision(answers: dict[str, str], adjudicator: str) -> tuple[str, str]:
    if adjudicator in answers:
        return answers[adjudicator], "adjudicated"
    counts = Counter(answers.values())
    if not counts:
        return "", "unanswered"
    label, n = counts.most_common(1)[0]
    if n == len(answers):
        return label, "unanimous" if n > 1 else "single"
    return (label, "majority") if n > len(answers) / 2 else ("", "disputed")


def _label_row(state: Current) -> dict[str, object]:
    said = {"label": state.label, "flags": ";".join(state.flags), "note": state.note}
    return _common(state.answer or state.newest) | said


def _said(event: LabelEvent) -> dict[str, object]:
    builds_on = event.builds_on or ""
    return {
        "seq": event.seq,
        "event": event.id,
        "builds_on": builds_on,
        "kind": event.kind,
        "value": event.value,
    }


def _common(event: LabelEvent) -> dict[str, object]:
    return {
        "id": event.object,
        "who": event.who,
        "time": event.time,
        "question": event.question,
        "version": event.version,
        "deck": event.deck,
        "score_visible": event.score_visible,
        "shown": event.shown_json,
        "origin": event.origin,
    }
