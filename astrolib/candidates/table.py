"""Candidates: what a network said, what is known of each spectrum, and the trail of every cut."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable
from numpy.typing import ArrayLike, NDArray

from astrolib.candidates.cuts import Cut
from astrolib.candidates.ecsv import read_ecsv, write_ecsv
from astrolib.candidates.known import joined
from astrolib.candidates.scores import PREFIX, Scores, scores_of
from astrolib.candidates.trail import TRAIL, Rows, Step
from astrolib.collection.objects import same_object
from astrolib.core.errors import ParameterError, UnreadableFileError


@dataclass(frozen=True, eq=False)
class Candidates:
    """Scored spectra. A cut removes none from the table: it writes down what removed it and by how much.

    What a cut does not change, the tables before and after it share: replace a column, never write into one.

    Parameters
    ----------
    table : QTable
        One row a spectrum: ``id``, ``label``, ``p CLASS`` for each class, ``entropy``; the columns of
        `COLLECTED_SPECTRUM`; ``object`` (the id of the first spectrum of the same object); ``removed_by`` (a
        cut, empty while none has removed it), ``missed_by`` in the unit of that cut (NaN where nobody knows).
    classes : tuple of str
        What the network tells apart.
    trail : tuple of Step
        The cuts in order.
    """

    table: QTable
    classes: tuple[str, ...]
    trail: tuple[Step, ...] = ()

    @classmethod
    def of(cls, scores: Scores, metadata: QTable | None = None) -> Candidates:
        """Join scores with what is known of the spectra.

        Parameters
        ----------
        scores : Scores
            What a network said.
        metadata : QTable, optional
            With a column ``id`` and any of those of `COLLECTED_SPECTRUM`, as `SpectrumCollection.metadata`.
            A spectrum that is not in it stays, and nothing is known of it.
        """
        table = QTable({"id": scores.ids, "label": scores.labels}, copy=False)
        for number, name in enumerate(scores.classes):
            table[PREFIX + name] = scores.probabilities[:, number]
        table["entropy"] = scores.entropy
        for name, column in joined(scores.ids, metadata).items():
            table[name] = column
        place = (table[name].to_value("deg") for name in ("ra", "dec"))
        table["object"] = scores.ids[same_object(np.asarray(table["target"]), *place)]
        table["removed_by"] = np.full(len(table), "")
        table["missed_by"] = np.full(len(table), np.nan)
        return cls(table, scores.classes)

    @classmethod
    def open(cls, path: Path, metadata: QTable | None = None) -> Candidates:
        """Open what `save` wrote, trail included, or what a network left, joined with `metadata`.

        Raises
        ------
        UnreadableFileError
            If it is neither.
        """
        table = read_ecsv(path)
        if "removed_by" not in table.colnames:
            return cls.of(scores_of(table, path.name), metadata)
        classes = tuple(name.removeprefix(PREFIX) for name in table.colnames if name.startswith(PREFIX))
        try:
            trail = tuple(Step(**step) for step in table.meta.get("trail", []))
        except TypeError as error:
            raise UnreadableFileError(f"no trail ({error})", where=path.name, remedy="cut again") from error
        return cls(table, classes, trail)

    def save(self, path: Path) -> None:
        """Write everything as ECSV, whole or not at all."""
        table = QTable(self.table, copy=False)
        table.meta["trail"] = [dataclasses.asdict(step) for step in self.trail]
        write_ecsv(table, path)

    def __len__(self) -> int:
        """How many are left after all cuts."""
        return int(self.is_kept.sum())

    @property
    def is_kept(self) -> NDArray[np.bool_]:
        """Which rows of the table no cut has removed."""
        return np.asarray(self.table["removed_by"]) == ""

    @property
    def kept(self) -> QTable:
        """The rows that no cut has removed."""
        return self.table[self.is_kept]

    @property
    def removed(self) -> QTable:
        """The others."""
        return self.table[~self.is_kept]

    @property
    def trail_table(self) -> QTable:
        """The trail as a table, of the schema `TRAIL`."""
        return TRAIL.table(dataclasses.asdict(step) for step in self.trail)

    def row(self, identity: str) -> dict[str, Any]:
        """Return what is known of one candidate, plain values in the units of the table.

        Raises
        ------
        ParameterError
            If there is none of that id.
        """
        found = np.flatnonzero(np.asarray(self.table["id"]) == identity)
        if not len(found):
            raise ParameterError("no such candidate", where=identity[:80], remedy="look into the table")
        columns = ((name, self.table[name]) for name in self.table.colnames)
        return {
            name: getattr(column, "value", np.asarray(column))[found[0]].item() for name, column in columns
        }

    def with_columns(self, **columns: ArrayLike) -> Candidates:
        """Return candidates of which more is known: one value a row of `table`."""
        table = QTable(self.table, copy=False)
        for name, values in columns.items():
            table[name] = values
        return dataclasses.replace(self, table=table)

    def cut(self, *cuts: Cut) -> Candidates:
        """Return the candidates after cuts, one after the other.

        Each judges those that the ones before have left. Cutting again with the same name is refused, because
        the trail would not say which of the two removed a candidate.

        Raises
        ------
        ParameterError
            If a cut stands in the trail already, or asks for a column that is not there.
        """
        after = self
        for one in cuts:
            after = after._cut(one)
        return after

    def _cut(self, cut: Cut) -> Candidates:
        if any(step.cut == cut.name for step in self.trail):
            raise ParameterError("this cut was made already", where=cut.name, remedy="leave it out")
        rows = np.flatnonzero(self.is_kept)
        fails, missed = cut.judge(Rows(self.table, rows))
        unknown = np.isnan(missed)
        removed = fails & ~(unknown & cut.keeps_unknown)
        gone = rows[removed]
        after = self.with_columns(
            removed_by=_replaced(self.table["removed_by"], gone, cut.name),
            missed_by=_replaced(self.table["missed_by"], gone, missed[removed]),
        )
        counts = (len(rows), int(removed.sum()), int((unknown & fails).sum()), int((~removed).sum()))
        return dataclasses.replace(after, trail=(*self.trail, Step(cut.name, *counts, cut.unit)))


def _replaced(values: ArrayLike, rows: NDArray[np.int64], others: ArrayLike) -> NDArray[Any]:
    """Return a copy with other values in some rows, wide enough for all of them."""
    before, others = np.asarray(values), np.asarray(others)
    after = before.astype(np.result_type(before, others))
    after[rows] = others
    return after
