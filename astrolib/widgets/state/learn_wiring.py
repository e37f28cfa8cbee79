"""The loop of `astrolib.models.active` and the spectra on disk, as the functions of a learning panel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from astrolib.collection import PreparedSpectra, SpectrumCollection
from astrolib.core.errors import AstrolibError
from astrolib.core.progress import Progress
from astrolib.widgets.state.learn_functions import LearnFunctions, Profile


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

    def title(self, object_id: str) -> str:
        """Return the target's name, or the id where it has none."""
        row = int(self.prepared.rows([object_id])[0])
        return str(self.prepared.info["target"][row]) or object_id


def functions(prepared: Any, collection: Any, folder: Path, plan: Mapping[str, Any]) -> LearnFunctions:
    """Return what a learning panel calls; rounds are kept in `folder`, model and candidates beside it."""
    pool = Pool(prepared, collection)

    def learn(labels: Any, before: Any, progress: Progress, epoch_end: Any) -> Any:
        from astrolib.models import active  # brings keras, which opening a panel does without

        return active.learn_round(
            pool.prepared,
            labels,
            active.Plan(**plan),
            before,
            folder=folder,
            progress=progress,
            epoch_end=epoch_end,
        )

    def reopen() -> Any:
        from astrolib.models import active  # as above

        return active.read_rounds(folder)

    def save(finished: Any) -> Path:
        path = folder.parent / "model.keras"
        finished.model.save(path)
        return path

    def classify(finished: Any, progress: Progress) -> Path:
        from astrolib.models import classification  # as above

        path = folder.parent / "candidates.ecsv"
        return classification.classify(pool.prepared, finished.model, path, progress).path

    return LearnFunctions(learn, reopen, pool.profile, pool.title, classify, save)
