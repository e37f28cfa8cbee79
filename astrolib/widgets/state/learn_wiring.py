"""The loop of `astrolib.models.active` and the spectra on disk, as the functions of a learning panel."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from astrolib.collection import PreparedSpectra, SpectrumCollection
from astrolib.core.errors import AstrolibError, ParameterError
from astrolib.core.progress import Progress
from astrolib.widgets.state.learn_functions import LearnFunctions, PastRound, Profile
from astrolib.widgets.state.learn_training import StoppedError


class Pool:
    """Prepared spectra with the raw ones that they were made of.

    Parameters
    ----------
    prepared : PreparedSpectra or path-like
    collection : SpectrumCollection, path-like or None
    """

    def __init__(self, prepared: Any, collection: Any) -> None:
        is_open = isinstance(prepared, PreparedSpectra)
        self.prepared = prepared if is_open else PreparedSpectra.open(Path(prepared))
        is_open = collection is None or isinstance(collection, SpectrumCollection)
        self.collection = collection if is_open else SpectrumCollection.open(Path(collection))

    def profile(self, object_id: str) -> Profile:
        """Return one spectrum in both its shapes; the raw one may be missing."""
        raw, missing = None, "No collection was given, so only the prepared spectrum is here."
        if self.collection is not None:
            try:
                raw, missing = self.collection.spectrum(object_id), ""
            except AstrolibError as error:
                missing = f"The raw spectrum is not here: {error}."
        row = int(self.prepared.rows([object_id])[0])
        return Profile(
            object_id,
            raw,
            self.prepared.wavelength,
            self.prepared.flux[row],
            missing,
            self.prepared.medium,
        )

    def titles(self, ids: Sequence[str]) -> list[str]:
        """Return the targets' names, or the id where one has none."""
        targets = self.prepared.info["target"][self.prepared.rows(ids)] if ids else []
        return [str(target) or object_id for target, object_id in zip(targets, ids, strict=True)]


def functions(prepared: Any, collection: Any, folder: Path, plan: Mapping[str, Any]) -> LearnFunctions:
    """Return what a learning panel calls; rounds are kept in `folder`, model and candidates beside it."""
    pool = Pool(prepared, collection)

    def learn(labels: Any, before: Any, progress: Progress, epoch_end: Any) -> Any:
        from astrolib.models import active  # brings keras, which opening a first batch does without

        here = folder / f"round-{0 if before is None else before.number + 1:02d}"
        try:
            return active.learn_round(
                pool.prepared,
                labels,
                active.Plan(**plan),
                before,
                folder=here,
                progress=progress,
                epoch_end=epoch_end,
            )
        except StoppedError:
            shutil.rmtree(here / "training", ignore_errors=True)  # labels may change before the next one
            raise

    def reopen() -> Sequence[Any]:
        return read_rounds(folder, pool.prepared, plan)

    def save(finished: Any) -> Path:
        path = folder.parent / "model.keras"
        finished.model.save(path)
        return path

    def classify(finished: Any, progress: Progress) -> Path:
        from astrolib.models import classification  # as above

        path = folder.parent / "candidates.ecsv"
        return classification.classify(pool.prepared, finished.model, path, progress).path

    return LearnFunctions(learn, reopen, pool.profile, pool.titles, classify, save)


def read_rounds(folder: Path, prepared: PreparedSpectra, plan: Mapping[str, Any]) -> list[Any]:
    """Return the rounds of a folder, oldest first: of all but the last, which has the model, only the audit.

    Raises
    ------
    ParameterError
        If they are of other classes or targets than the plan.
    """
    from astrolib.models.active import Round  # brings keras, which a new loop does without

    paths = {path: json.loads(path.read_text())["number"] for path in folder.glob("*/round.json")}
    folders = [path.parent for path in sorted(paths, key=lambda path: paths[path])]
    if not folders:
        return []
    last = Round.read(folders[-1], prepared)
    wanted = tuple(plan["classes"]), tuple(plan["targets"])
    if (last.plan.classes, last.plan.targets) != wanted:
        raise ParameterError(
            "the rounds there are of other classes or targets", where=folder, remedy="give another folder"
        )
    past = [
        PastRound(number, json.loads((one / "audit.json").read_text()))
        for number, one in zip(sorted(paths.values()), folders[:-1], strict=False)
    ]
    return [*past, last]
