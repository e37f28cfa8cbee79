"""A trained network with all that its answers mean: classes, recipe, grid and calibration, in one file."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.core.progress import Progress
from astrolib.models import model_file
from astrolib.models.calibration import Calibration, calibrate
from astrolib.models.prediction import predict

if TYPE_CHECKING:
    import keras

    from astrolib.collection import PreparedSpectra


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A network and what is needed to use it on another day.

    Parameters
    ----------
    model : keras.Model
        From ``(spectra, pixels, 1)`` to probabilities ``(spectra, classes)``.
    classes : tuple of str
        In the order of its outputs.
    recipe : dict
        How the spectra it learned from were prepared.
    recipe_hash : str
        Of that recipe; spectra of another one are refused.
    wavelength : ndarray of float64, shape (pixels,)
        The grid [angstrom].
    calibration : Calibration
        Applied to what the network answers.
    dataset : str
        Hash of the dataset it was trained on; empty where there is none.
    seed : int
        Of the training.
    """

    model: keras.Model
    classes: tuple[str, ...]
    recipe: dict[str, Any]
    recipe_hash: str
    wavelength: NDArray[np.float64]
    calibration: Calibration
    dataset: str = ""
    seed: int = 0

    @classmethod
    def of(
        cls,
        model: keras.Model,
        prepared: PreparedSpectra,
        classes: Sequence[str],
        *,
        dataset: str = "",
        seed: int = 0,
    ) -> TrainedModel:
        """Return a network with what is known of the spectra that it was trained on; not yet calibrated."""
        calibration = Calibration.identity(len(classes))
        about = prepared.recipe, prepared.recipe_hash, prepared.wavelength
        return cls(model, tuple(classes), *about, calibration, dataset, seed)

    def calibrated(self, flux: NDArray[np.float32], labels: ArrayLike, weights: ArrayLike) -> TrainedModel:
        """Return the same network calibrated on labels that stand for all spectra (`calibrate`)."""
        return dataclasses.replace(self, calibration=calibrate(labels, predict(self.model, flux), weights))

    def probabilities(
        self, flux: NDArray[np.float32], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Return calibrated probabilities.

        Parameters
        ----------
        flux : ndarray of float32, shape (spectra, pixels)
            Prepared by the same recipe; may be memory-mapped.
        progress : Progress, optional
            Called after each batch.

        Returns
        -------
        ndarray of float32, shape (spectra, classes)
        """
        return self.calibration.apply(predict(self.model, flux, progress))

    def check(self, prepared: PreparedSpectra) -> None:
        """Refuse spectra that were prepared in another way than those the network learned from.

        Raises
        ------
        ParameterError
            Naming both recipes.
        """
        if prepared.recipe_hash == self.recipe_hash:
            return
        raise ParameterError(
            f"prepared by {_named(prepared.recipe, prepared.recipe_hash)}, "
            f"and the model learned from {_named(self.recipe, self.recipe_hash)}",
            where=prepared.folder,
            remedy="prepare the spectra by the recipe of the model",
        )

    def save(self, path: Path) -> None:
        """Write it as one ``.keras`` file, whole or not at all; plain keras opens it too."""
        about = {
            "classes": list(self.classes),
            "recipe": self.recipe,
            "recipe_hash": self.recipe_hash,
            "wavelength": [None if np.isnan(value) else float(value) for value in self.wavelength],
            "calibration": self.calibration.as_dict(),
            "dataset": self.dataset,
            "seed": self.seed,
        }
        model_file.save(self.model, about, path)

    @classmethod
    def load(cls, path: Path) -> TrainedModel:
        """Read what `save` wrote, or what a stranger sent.

        Raises
        ------
        HostileFileError
            If it holds more than layers, numbers and our record of them; nothing in it was run.
        UnreadableFileError
            If it is damaged, or was not saved by astrolib.
        """
        model, about = model_file.load(path)
        try:
            wavelength = np.array(about["wavelength"], dtype=np.float64)
            classes = tuple(str(name) for name in about["classes"])
            calibration = Calibration.of_dict(about["calibration"])
            told = (dict(about["recipe"]), str(about["recipe_hash"]), wavelength, calibration)
            loaded = cls(model, classes, *told, str(about["dataset"]), int(about["seed"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableFileError(
                f"its record is damaged ({error!r})", where=path, remedy="save it again"
            ) from error
        loaded._check_shapes(path)
        return loaded

    def _check_shapes(self, path: Path) -> None:
        pixels, classes = self.wavelength.size, len(self.classes)
        shapes = (self.model.input_shape, self.model.output_shape, self.calibration.bias.shape)
        if shapes != ((None, pixels, 1), (None, classes), (classes,)):
            raise UnreadableFileError(
                f"a network from {shapes[0]} to {shapes[1]} for {pixels} pixels and {classes} classes",
                where=path,
                remedy="save it again",
            )


def _named(recipe: dict[str, Any], recipe_hash: str) -> str:
    return f"recipe {recipe.get('name', 'without a name')!r} ({recipe_hash[:20]})"
