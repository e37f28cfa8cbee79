"""Classify prepared spectra: chunk by chunk, in bounded memory, at the speed of the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from astrolib.collection.prepared import PreparedSpectra
from astrolib.core.progress import Progress, silent
from astrolib.models.candidate_file import candidate_writer
from astrolib.models.trained import TrainedModel

CHUNK = 65_536


@dataclass(frozen=True)
class Classification:
    """What came out.

    Parameters
    ----------
    path : Path
        ``candidates.ecsv``.
    counts : dict of str to int
        Spectra whose most probable class it is.
    expected : dict of str to float
        Sums of the probabilities: how many of each class there should be, if the calibration holds.
    """

    path: Path
    counts: dict[str, int]
    expected: dict[str, float]


def classify(
    prepared: PreparedSpectra, model: TrainedModel, path: Path, progress: Progress | None = None
) -> Classification:
    """Write ``candidates.ecsv``: id, label, a calibrated probability for each class, entropy [nat].

    Parameters
    ----------
    prepared : PreparedSpectra
        Of the recipe that the model learned from.
    model : TrainedModel
        Its calibration is applied.
    path : Path
        The file, which appears whole or not at all.
    progress : Progress, optional
        Called after each chunk.

    Raises
    ------
    ParameterError
        If the spectra were prepared by another recipe; both are named.
    """
    model.check(prepared)
    counts = np.zeros(len(model.classes), dtype=np.int64)
    expected = np.zeros(len(model.classes))
    with candidate_writer(path, model.classes, _about(model)) as writer:
        for start in range(0, len(prepared), CHUNK):
            rows = slice(start, min(start + CHUNK, len(prepared)))
            probabilities = model.probabilities(prepared.flux[rows])
            answers = writer.append(prepared.ids[rows], probabilities)
            counts += np.bincount(answers, minlength=len(counts))
            expected += probabilities.sum(axis=0, dtype=np.float64)
            (progress or silent)(rows.stop, len(prepared))
    return Classification(
        path,
        dict(zip(model.classes, counts.tolist(), strict=True)),
        dict(zip(model.classes, expected.tolist(), strict=True)),
    )


def _about(model: TrainedModel) -> dict[str, object]:
    return {
        "classes": list(model.classes),
        "recipe": str(model.recipe.get("name", "")),
        "recipe_hash": model.recipe_hash,
        "dataset": model.dataset,
        "calibration": model.calibration.as_dict(),
    }
