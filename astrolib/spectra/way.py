"""What must be done to each spectrum: decided from what its collection says of it, never guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.core.spectrum import RestFrame
from astrolib.spectra.air import air_to_vacuum, vacuum_to_air
from astrolib.spectra.frame import shifted, velocities_to_add
from astrolib.spectra.recipe import Recipe
from astrolib.spectra.resolution import NEARLY
from astrolib.spectra.unfit import UnfitError


@dataclass(frozen=True)
class Way:
    """From the wavelengths of a spectrum to those of the grid.

    Parameters
    ----------
    medium : {'air', 'vacuum'}
        What its wavelengths are in.
    resolving_power : float
        Its own; 0 where the recipe does not ask.
    rest_frame : str
        Of the wavelengths in the end.
    velocity : float
        To be added on the way [km/s].
    """

    medium: str
    resolving_power: float
    rest_frame: RestFrame
    velocity: float

    def to_grid(self, wavelength: NDArray[np.float64], recipe: Recipe) -> NDArray[np.float64]:
        """Return wavelengths in vacuum and in the recipe's frame [angstrom]."""
        if self.medium == "air":
            wavelength = air_to_vacuum(wavelength, recipe.air_formula)
        return shifted(wavelength, self.velocity) if self.velocity else wavelength


def ways_of(known: Sequence[Mapping[str, Any]], recipe: Recipe) -> list[Way | UnfitError]:
    """Decide what must be done to spectra.

    Parameters
    ----------
    known : sequence of mapping
        Of each its row of `astrolib.core.schema.COLLECTED_SPECTRUM`, without units.
    recipe : Recipe
        How they are to be prepared.

    Returns
    -------
    list of Way or UnfitError
        An error where something that the recipe needs is not known, or cannot be.
    """
    framed = [_with_frame(each, recipe) for each in known]
    reached = velocities_to_add(framed, recipe.frame)
    ways: list[Way | UnfitError] = []
    for each, frame in zip(framed, reached, strict=True):
        try:
            ways.append(_way(each, frame, recipe))
        except UnfitError as error:
            ways.append(error)
    return ways


def _with_frame(known: Mapping[str, Any], recipe: Recipe) -> Mapping[str, Any]:
    if known["rest_frame"] == "unknown" and recipe.assume_rest_frame:
        return {**known, "rest_frame": recipe.assume_rest_frame}
    return known


def _way(known: Mapping[str, Any], frame: tuple[RestFrame, float] | ParameterError, recipe: Recipe) -> Way:
    medium = known["medium"] if known["medium"] != "unknown" else recipe.assume_medium
    if not medium:
        raise UnfitError(
            "medium",
            "nobody says whether its wavelengths are in air or in vacuum",
            remedy="say assume_medium in a recipe of your own",
        )
    if isinstance(frame, ParameterError):
        raise UnfitError("frame", frame.what, remedy=frame.remedy) from frame
    return Way(medium, _resolving_power(known["resolving_power"], recipe), *frame)


@lru_cache(maxsize=1024)
def ends(way: Way, recipe: Recipe) -> tuple[float, float]:
    """Return the ends of the recipe's grid in the spectrum's own wavelengths [angstrom]."""
    own = shifted(np.array([recipe.wave_min, recipe.wave_max]), 0.0) / (shifted(np.ones(1), way.velocity))
    if way.medium == "air":
        own = vacuum_to_air(own, recipe.air_formula)
    return float(own[0]), float(own[1])


def _resolving_power(known: float, recipe: Recipe) -> float:
    if not recipe.resolution and not recipe.blur_pixels:
        return 0.0
    have = known if math.isfinite(known) and known > 0 else recipe.assume_resolving_power
    if not have:
        raise UnfitError(
            "resolution",
            "its resolving power is not known",
            remedy="say assume_resolving_power in a recipe of your own, or prepare it with resolution 0",
        )
    if have < NEARLY * recipe.resolution:
        raise UnfitError(
            "resolution",
            f"its resolving power of {have:.0f} is below {recipe.resolution:.0f}",
            remedy="prepare it with a lower resolution",
        )
    return have
