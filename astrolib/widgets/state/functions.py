"""The science that widgets call, handed in as functions: what each widget asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:  # a viewer does without the archive, which brings astropy and pyvo
    from astrolib.archive import Answer, Cutout, Position, Service
    from astrolib.core.outcome import Outcome
    from astrolib.core.progress import Progress


class RestLine(Protocol):
    """A line of the list: name, group, and wavelength at rest in air and vacuum [angstrom]."""

    name: str
    group: str
    air: float
    vacuum: float


@dataclass(frozen=True)
class SpectrumFunctions:
    """The science that a viewer calls.

    Parameters
    ----------
    to_air, to_vacuum : callable
        Wavelengths [angstrom] in the other medium -> in this one.
    velocity, wavelength_at : callable
        (wavelength, line) -> velocity [km/s] about the line, and (velocity, line) -> wavelength [angstrom].
    normalise : callable
        (wavelength, flux) -> flux over its continuum.
    line_list : callable
        () -> the lines at rest.
    """

    to_air: Callable[[np.ndarray], np.ndarray]
    to_vacuum: Callable[[np.ndarray], np.ndarray]
    velocity: Callable[..., np.ndarray]
    wavelength_at: Callable[..., np.ndarray]
    normalise: Callable[[np.ndarray, np.ndarray], np.ndarray]
    line_list: Callable[[], Sequence[RestLine]]


@dataclass(frozen=True)
class QueryFunctions:
    """What a query panel calls.

    Parameters
    ----------
    services : callable
        () -> the services that are known by name.
    resolve : callable
        An object's name -> its position.
    ask : callable
        (source, query, service, path) -> the answer, as `astrolib.archive.ask` gives it.
    deliver : callable
        (the chosen rows as an answer, cutout or None, progress) -> what became of them.
    """

    services: Callable[[], Sequence[Service]]
    resolve: Callable[[str], Position]
    ask: Callable[..., Answer]
    deliver: Callable[[Answer, Cutout | None, Progress], Outcome]
