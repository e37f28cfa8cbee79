"""Who said what about which object, and what they saw when they said it.

A label is an event: appended, never changed. What people think now, where they agree and what a network
is trained on are all derived from events.

========== =====================================================================
question   what is asked: answers, their keys, flags; a data file
event      one thing a person said
connection SQLite, one connection a thread and process
log        what is done to the log: append, refuse, select
store      the append-only log on disk
current    what each person says now, after undo
tables     labels, consensus and agreement as tables
agreement  percent, Cohen's kappa, Krippendorff's alpha
files      tables of labels in ECSV and CSV
agreed     one label an object, from a store or a table
transfer   labels made elsewhere, as events
validation verdicts on moving objects, and which of their positions do not count
========== =====================================================================
"""

from __future__ import annotations

from astrolib.labels.agreed import DISPUTED, agreed_labels
from astrolib.labels.current import Current, current, effective
from astrolib.labels.event import LabelEvent, person
from astrolib.labels.files import write_labels
from astrolib.labels.log import StaleEditError
from astrolib.labels.question import Answer, Flag, Question, QuestionError, read_question
from astrolib.labels.store import LabelStore, LabelStoreError
from astrolib.labels.tables import agreement_table, consensus_table, event_table, label_table
from astrolib.labels.transfer import import_labels

__all__ = [
    "DISPUTED",
    "Answer",
    "Current",
    "Flag",
    "LabelEvent",
    "LabelStore",
    "LabelStoreError",
    "Question",
    "QuestionError",
    "StaleEditError",
    "agreed_labels",
    "agreement_table",
    "consensus_table",
    "current",
    "effective",
    "event_table",
    "import_labels",
    "label_table",
    "person",
    "read_question",
    "write_labels",
]
