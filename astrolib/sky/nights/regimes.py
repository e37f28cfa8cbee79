"""The eight kinds of field on which a search is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from astrolib.core.errors import RefusedError


@dataclass(frozen=True)
class Regime:
    """One kind of field.

    Parameters
    ----------
    stars : float
        A square arcminute.
    rate : tuple of float
        Slowest and fastest [arcsec/min].
    snr : tuple of float
        A mover's median signal-to-noise ratio over frames, least and most.
    frames : int
        Exposures of the field.
    """

    stars: float = 9.0
    rate: tuple[float, float] = (0.15, 4.0)
    snr: tuple[float, float] = (5.0, 100.0)
    frames: int = 5


GALAXIES = 5.0
"""A square arcminute, in every regime."""

REGIMES: Mapping[str, Regime] = {
    "sparse": Regime(),
    "crowded": Regime(stars=54.0),
    "packed": Regime(stars=180.0),
    "three": Regime(frames=3),
    "slow": Regime(rate=(0.02, 0.15)),
    "fast": Regime(rate=(4.0, 25.0)),
    "faint": Regime(snr=(3.0, 5.0), frames=8),
    "deep": Regime(snr=(2.0, 3.0), frames=8),
}


def regime_of(name: str) -> Regime:
    """Return a regime by name.

    Raises
    ------
    RefusedError
        If there is none of this name.
    """
    if name not in REGIMES:
        raise RefusedError(f"no regime {name!r}", remedy=f"take one of {', '.join(REGIMES)}")
    return REGIMES[name]
