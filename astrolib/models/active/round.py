"""What came of one round, on disk and off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.table import QTable, Table
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file, write_json
from astrolib.models.active.answers import known_classes
from astrolib.models.active.plan import Plan
from astrolib.models.audit import UNANSWERED, Draw
from astrolib.models.trained import TrainedModel

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra

RECORD, ARRAYS, MODEL = "round.json", "round.npz", "model.keras"
_TABLES = {"batch": "next_batch.ecsv", "history": "history.ecsv", "changed": "changed.ecsv"}


@dataclass(frozen=True, eq=False)
class Round:
    """What came of one round.

    Parameters
    ----------
    number : int
        0 for a batch that was chosen without a model.
    plan : Plan
        What was asked for.
    prepared : str
        SHA-256 of the pool.
    model : TrainedModel or None
        None where the labels were too few to train.
    ids : ndarray of str, shape (spectra,)
        The pool.
    known : ndarray of int16, shape (spectra,)
        What was known of each spectrum when the round began, as `answers.known_classes` gives it.
    probabilities : ndarray of float32, shape (spectra, classes), or None
        Calibrated.
    draw : Draw or None
        The audit sample of this round.
    batch : QTable
        What to ask next: ``id``, ``reason`` (query or audit), ``stratum``, ``weight`` (how many spectra the
        answer stands for; NaN for a query), ``score`` (highest probability of a target; NaN without a model).
    audit : dict
        Target -> ``precision``, ``completeness``, each with ``_low`` and ``_high``; ``n``, ``level``. Of the
        model of this round, from answers that it never learned from; before the first audit is answered ``n``
        is 0, and the intervals are 0 to 1.
    history : QTable
        One row a round (`history.HISTORY`).
    confusion : ndarray of int64, shape (classes, classes)
        Answers to the last audit: rows are labels, columns are what the model says.
    changed : QTable
        ``id, before, after, score`` of the spectra that the model now names otherwise.
    agreements : tuple of float
        Of each round with the one before.
    advice : str
        Whether to go on, in plain words.
    asked : str
        When the batch was chosen, UTC.
    """

    number: int
    plan: Plan
    prepared: str
    model: TrainedModel | None
    ids: NDArray[np.str_]
    known: NDArray[np.int16]
    probabilities: NDArray[np.float32] | None
    draw: Draw | None
    batch: QTable
    audit: Mapping[str, Mapping[str, Any]]
    history: QTable
    confusion: NDArray[np.int64]
    changed: QTable
    agreements: tuple[float, ...]
    advice: str
    asked: str

    def save(self, folder: Path) -> None:
        """Write the round into a folder of its own; the record comes last, and without it there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.model is not None:
            self.model.save(folder / MODEL)
        for name, file in _TABLES.items():
            with whole_file(folder / file) as temporary:
                getattr(self, name).write(temporary, format="ascii.ecsv", overwrite=True)
        write_json(folder / "audit.json", _without_nan(self.audit))
        with whole_file(folder / ARRAYS) as temporary:
            np.savez(temporary, allow_pickle=False, **self._arrays())
        write_json(folder / RECORD, self._record())

    @classmethod
    def read(cls, folder: Path, prepared: PreparedSpectra) -> Round:
        """Read a round of these spectra.

        Raises
        ------
        UnreadableFileError
            If the folder holds no whole round, or one of other spectra.
        """
        record = _read_record(folder)
        if record["prepared"] != prepared.sha256:
            raise UnreadableFileError(
                "a round of other spectra", where=folder, remedy="give the spectra it was made from"
            )
        try:
            held = _arrays_of(folder)
            tables = {name: QTable.read(folder / file, format="ascii.ecsv") for name, file in _TABLES.items()}
            audit = _with_nan(json.loads((folder / "audit.json").read_text()))
        except (OSError, ValueError) as error:
            raise UnreadableFileError(
                f"damaged ({error})", where=folder, remedy="run the round again"
            ) from error
        return cls(
            number=record["number"],
            plan=Plan(**record["plan"]),
            prepared=record["prepared"],
            model=TrainedModel.load(folder / MODEL) if (folder / MODEL).exists() else None,
            ids=prepared.ids,
            known=held["known"],
            probabilities=held.get("probabilities"),
            draw=_draw_of(record, held),
            audit=audit,
            confusion=held["confusion"],
            agreements=tuple(record["agreements"]),
            advice=record["advice"],
            asked=record["asked"],
            **tables,
        )

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays: dict[str, Any] = {"known": self.known, "confusion": self.confusion}
        if self.probabilities is not None:
            arrays["probabilities"] = self.probabilities
        if self.draw is not None:
            arrays |= {"rows": self.draw.rows, "score": self.draw.score, "strata": self.draw.strata}
        return arrays

    def _record(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "plan": self.plan.as_dict(),
            "prepared": self.prepared,
            "strata": list(self.draw.names) if self.draw else None,
            "agreements": list(self.agreements),
            "advice": self.advice,
            "asked": self.asked,
        }


def find_before(
    folder: Path, prepared: PreparedSpectra, labels: Table | Mapping[str, str], plan: Plan
) -> Round | None:
    """Return the last of the rounds in a folder that the labels have grown from; None where there is none.

    It is a round of the same spectra, classes and targets whose labels are all still there.

    Parameters
    ----------
    folder : Path
        The rounds of a loop lie in it beside one another.
    prepared : PreparedSpectra
        The pool.
    labels : Table or mapping of id to label
        Every label so far.
    plan : Plan
        What is asked for now.
    """
    known = known_classes(prepared, labels, plan.classes)
    found = {
        record["number"]: path
        for path, record in ((path.parent, _read_record(path.parent)) for path in folder.glob(f"*/{RECORD}"))
        if record["prepared"] == prepared.sha256
        and tuple(record["plan"]["classes"]) == plan.classes
        and tuple(record["plan"]["targets"]) == plan.targets
        and _grown(_arrays_of(path)["known"], known)
    }
    return Round.read(found[max(found)], prepared) if found else None


def _grown(then: NDArray[np.int16], now: NDArray[np.int16]) -> bool:
    had, has = then != UNANSWERED, now != UNANSWERED
    return bool((has | ~had).all() and has.sum() > had.sum())


def _arrays_of(folder: Path) -> dict[str, NDArray[Any]]:
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _read_record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text())
        return {name: record[name] for name in _KEYS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(
            f"no whole round ({error!r})", where=folder, remedy="run the round again"
        ) from error


def _without_nan(audit: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Write what is not defined as null: JSON has no NaN."""
    return {
        name: {key: None if value != value else value for key, value in figures.items()}
        for name, figures in audit.items()
    }


def _with_nan(audit: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: float("nan") if value is None else value for key, value in figures.items()}
        for name, figures in audit.items()
    }


_KEYS = ("number", "plan", "prepared", "strata", "agreements", "advice", "asked")


def _draw_of(record: Mapping[str, Any], held: Mapping[str, NDArray[Any]]) -> Draw | None:
    if record["strata"] is None:
        return None
    columns = Plan(**record["plan"]).columns
    return Draw(held["rows"], held["score"], columns, held["strata"], tuple(record["strata"]))
