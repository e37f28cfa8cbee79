"""What a panel that verifies candidates shows of one, and the functions that it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from astrolib.core.spectrum import Spectrum

if TYPE_CHECKING:  # a panel is on the screen before the archive is read
    from astrolib.archive import SkyImage
    from astrolib.candidates import Around


@dataclass(frozen=True)
class Fact:
    """One thing that is known of a candidate: what it is, and its value in words."""

    name: str
    value: str


@dataclass(frozen=True, eq=False)
class Prepared:
    """A spectrum as the network sees it.

    Parameters
    ----------
    wavelength : ndarray of float64, shape (pixels,)
        [angstrom]; NaN where nobody knows them.
    flux : ndarray of float32, shape (pixels,)
        In the scale of the recipe.
    medium : str
        Of the wavelengths.
    """

    wavelength: np.ndarray
    flux: np.ndarray
    medium: str = "unknown"


@dataclass(frozen=True, eq=False)
class Neuron:
    """Where a prepared spectrum lies on a map.

    Parameters
    ----------
    positions : ndarray of float64, shape (neurons, 2)
        Where the neurons lie, neighbours in a row 1 apart.
    heights : ndarray of float32, shape (neurons,)
        The U-matrix: how far each is from its neighbours.
    hexagonal : bool
        Whether the neurons are hexagons.
    number : int
        Its neuron.
    place : str
        Row and column in words.
    reference : ndarray of float32, shape (pixels,)
        The reference vector of its neuron.
    distance : float
        To that vector.
    """

    positions: np.ndarray
    heights: np.ndarray
    hexagonal: bool
    number: int
    place: str
    reference: np.ndarray
    distance: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is on this machine about one candidate.

    Parameters
    ----------
    id : str
        Of the spectrum.
    label : str
        What the network says it is.
    scores : tuple of (str, float)
        The probability of each class.
    facts : tuple of Fact
        What else is known.
    spectra : tuple of Spectrum
        The candidate first, and the other spectra of the same object by epoch; empty where it is not in the
        collection.
    prepared : Prepared or None
        As the network sees it.
    neuron : Neuron or None
        Where that lies on the map.
    missing : tuple of str
        What is not here, and why, in a sentence each.
    """

    id: str
    label: str = ""
    scores: tuple[tuple[str, float], ...] = ()
    facts: tuple[Fact, ...] = ()
    spectra: tuple[Spectrum, ...] = ()
    prepared: Prepared | None = None
    neuron: Neuron | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class VerifyFunctions:
    """What a panel calls.

    Parameters
    ----------
    evidence : callable
        Id -> `Evidence`; on this machine, and quick.
    around : callable
        Id -> what SIMBAD and Gaia know around it.
    image : callable
        Id -> a picture of the sky there.
    leave : callable
        ``votable``, ``csv`` or ``samp`` -> a sentence that says what was written or sent.
    """

    evidence: Callable[[str], Evidence]
    around: Callable[[str], Around]
    image: Callable[[str], SkyImage]
    leave: Callable[[str], str]
