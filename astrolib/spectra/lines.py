"""The line list that viewers draw: spectral lines and telluric bands."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from astrolib.spectra.air import air_to_vacuum


@dataclass(frozen=True)
class Line:
    """A spectral line.

    Parameters
    ----------
    name : str
        As people write it, such as ``H-alpha`` or ``Fe II 5018``.
    group : str
        What it is switched on and off with, such as ``H I``.
    air, vacuum : float
        Wavelength at rest [angstrom].
    """

    name: str
    group: str
    air: float
    vacuum: float


@dataclass(frozen=True)
class Band:
    """A range that the Earth's atmosphere absorbs.

    Parameters
    ----------
    name : str
        Such as ``O2 B``.
    air, vacuum : tuple of float
        First and last wavelength [angstrom]; at rest in the observatory's frame.
    """

    name: str
    air: tuple[float, float]
    vacuum: tuple[float, float]


@cache
def line_list() -> tuple[Line, ...]:
    """Return the lines of ``lines.toml``, by group and wavelength."""
    return tuple(_line(name, group, air) for group, lines in _file()["lines"].items() for name, air in lines)


@cache
def telluric_bands() -> tuple[Band, ...]:
    """Return the telluric bands of ``lines.toml``."""
    bands: list[Band] = []
    for name, (first, last) in _file()["telluric"].items():
        vacuum = air_to_vacuum([first, last])
        bands.append(Band(name, (first, last), (float(vacuum[0]), float(vacuum[1]))))
    return tuple(bands)


def line(name: str, medium: Literal["air", "vacuum"]) -> float:
    """Return the wavelength at rest of a line in the list [angstrom].

    Raises
    ------
    KeyError
        If the list has no line of that name.
    """
    return getattr({entry.name: entry for entry in line_list()}[name], medium)


def _line(name: str, group: str, air: float) -> Line:
    return Line(name, group, air, float(air_to_vacuum(air)))


@cache
def _file() -> dict:
    return tomllib.loads((resources.files(__package__) / "lines.toml").read_text(encoding="utf-8"))
