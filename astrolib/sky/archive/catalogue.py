"""The sky about the simulated stars: their motions, the field behind them, and here and there a trap.

Everything follows from a star's name and place, so that a star has the same neighbours whoever serves it.
Stars whose magnitude nobody knows are not simulated, and have no such sky.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EPOCH = 2016.0
"""Of all positions [Julian year], as in Gaia's third release."""

TRAP_SEPARATION = 22.0
"""How far a bright star stands from the one that it spoils [arcsec]."""

_TRAPS = 0.2  # share of the stars that have one
_BRIGHTEST_SPOILT = 8.0  # [mag]: nothing much brighter stands beside a bright star
_FIELD_RADIUS, _CLOSEST = 80.0, 4.0  # of the field stars [arcsec]
_FIELD_STARS = 22  # on average
_FAINTEST = 20.5  # [mag]
_NAMED = 13.5  # [mag]: fainter field stars have no name


@dataclass(frozen=True)
class Source:
    """One source of the sky.

    Parameters
    ----------
    source_id : int
        As Gaia numbers them.
    name, kind : str
        As SIMBAD has them; the name is empty where it has none.
    ra, dec : float
        ICRS, at `EPOCH` [deg].
    pmra, pmdec : float
        Proper motion, that in right ascension with cos dec [mas/yr].
    g, v, colour : float
        Magnitudes G and V, and BP - RP [mag].
    """

    source_id: int
    name: str
    kind: str
    ra: float
    dec: float
    pmra: float
    pmdec: float
    g: float
    v: float
    colour: float


@dataclass(frozen=True)
class Catalogue:
    """The sources of all simulated fields, with their positions once more as arrays [deg]."""

    sources: tuple[Source, ...]
    ra: NDArray[np.float64]
    dec: NDArray[np.float64]

    @classmethod
    def about(cls, stars: Iterable[tuple[str, float, float, float]]) -> Catalogue:
        """Return the catalogue about stars given by name, ICRS position [deg] and V magnitude."""
        sources = tuple(source for star in stars if np.isfinite(star[3]) for source in surroundings(*star))
        place = np.array([(source.ra, source.dec) for source in sources], dtype=np.float64).reshape(-1, 2)
        return cls(sources, place[:, 0], place[:, 1])


def surroundings(name: str, ra: float, dec: float, mag: float) -> list[Source]:
    """Return a star and what stands about it on the sky, the star first.

    Every fifth star that is not bright itself has a star several magnitudes brighter 22 arcsec away, and
    every third a faint one that moves by several arcseconds in a decade.
    """
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))
    about = _Field(ra, dec, rng)
    found = [about.source(0, 0, mag, (0.0, 6.0), name=name, kind="Em*")]
    if rng.random() < _TRAPS and mag > _BRIGHTEST_SPOILT:
        brighter = mag - rng.uniform(2.5, 4.5)
        found.append(about.source(TRAP_SEPARATION, rng.uniform(0, 360), brighter, (0.0, 8.0)))
    for _ in range(rng.poisson(_FIELD_STARS)):
        apart = max(_CLOSEST, _FIELD_RADIUS * rng.random() ** 0.5)
        faint = max(_FAINTEST - rng.exponential(1.5), mag + 1)
        found.append(about.source(apart, rng.uniform(0, 360), faint, (0.0, 5.0)))
    if rng.random() < 1 / 3:
        found.append(about.source(rng.uniform(12, 26), rng.uniform(0, 360), max(15.5, mag + 2), (450, 150)))
    return found


class _Field:
    """Makes sources about a place."""

    def __init__(self, ra: float, dec: float, rng: np.random.Generator) -> None:
        self.ra, self.dec, self.rng = ra, dec, rng

    def source(
        self,
        apart: float,
        angle: float,
        mag: float,
        motion: tuple[float, float],
        *,
        name: str = "",
        kind: str = "*",
    ) -> Source:
        """Return a source `apart` [arcsec] from the middle at a position angle [deg]."""
        rng, turn = self.rng, np.radians(angle)
        east, north = apart * np.sin(turn) / 3600, apart * np.cos(turn) / 3600
        identifier = int(rng.integers(10**17, 9 * 10**18))
        colour = float(rng.uniform(-0.2, 0.4) if name else rng.normal(1.1, 0.4))
        pmra, pmdec = (float(value) for value in rng.normal(*motion, 2))
        return Source(
            source_id=identifier,
            name=name or (f"SIM HD {identifier % 10**6:06d}" if mag < _NAMED else ""),
            kind=kind,
            ra=float(self.ra + east / np.cos(np.radians(self.dec))),
            dec=float(self.dec + north),
            pmra=round(pmra, 3),
            pmdec=round(pmdec, 3),
            g=round(mag - 0.02 - 0.1 * colour, 3),
            v=round(mag, 2),
            colour=round(colour, 3),
        )
