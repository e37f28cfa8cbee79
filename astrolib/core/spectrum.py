"""One spectrum as the rooms pass it on: arrays, and what is known of their origin."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError

Medium = Literal["air", "vacuum", "unknown"]
RestFrame = Literal["topocentric", "heliocentric", "barycentric", "unknown"]
TimeScale = Literal["UTC", "TAI", "TT", "TDB", ""]
TimeRef = Literal["start", "middle", ""]

ANGSTROM_PER_METRE = 1e10

_CHOICES: dict[str, Any] = {
    "medium": Medium, "rest_frame": RestFrame, "time_scale": TimeScale, "time_ref": TimeRef,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A one-dimensional spectrum.

    Parameters
    ----------
    wavelength : ndarray of float64, shape (n,)
        Strictly increasing, finite [angstrom].
    flux : ndarray of float32, shape (n,)
        In `flux_unit`; NaN where nothing was measured.
    flux_unit : str
        A unit that `astropy.units` parses; empty for a dimensionless (normalised) flux.
    ivar : ndarray of float32, shape (n,), optional
        Inverse variance of the flux.
    mask : ndarray of bool, shape (n,), optional
        True where a pixel must not be used.
    source : str
        File name or publisher DID.
    accref : str
        The address it was fetched from.
    target, instrument, licence : str
        As the archive gives them; empty where unknown.
    ra, dec : float
        ICRS [deg]; NaN where unknown.
    obstime : str
        ISO 8601 without a zone; its scale and meaning stand in `time_scale` and `time_ref`.
    time_scale : {'UTC', 'TAI', 'TT', 'TDB', ''}
        Scale of `obstime`; empty where nobody says.
    time_ref : {'start', 'middle', ''}
        Which part of the exposure `obstime` marks; empty where nobody says.
    exptime : float
        Exposure time [s]; NaN where unknown.
    resolving_power : float
        Wavelength over its full width at half maximum; NaN where unknown.
    medium : {'air', 'vacuum', 'unknown'}
        What the wavelengths were measured, or converted, in.
    rest_frame : {'topocentric', 'heliocentric', 'barycentric', 'unknown'}
        The frame of the wavelengths.

    Raises
    ------
    UnreadableFileError
        If the arrays do not fit together, the wavelength does not increase, `obstime` is no date, or a text
        with a choice is none of its choices.
    """

    wavelength: NDArray[np.float64]
    flux: NDArray[np.float32]
    flux_unit: str = ""
    ivar: NDArray[np.float32] | None = field(default=None, repr=False)
    mask: NDArray[np.bool_] | None = field(default=None, repr=False)
    source: str = ""
    accref: str = ""
    target: str = ""
    ra: float = np.nan
    dec: float = np.nan
    obstime: str = ""
    time_scale: TimeScale = ""
    time_ref: TimeRef = ""
    exptime: float = np.nan
    instrument: str = ""
    resolving_power: float = np.nan
    medium: Medium = "unknown"
    rest_frame: RestFrame = "unknown"
    licence: str = ""

    def __post_init__(self) -> None:
        for name, kind in (("wavelength", "<f8"), ("flux", "<f4"), ("ivar", "<f4"), ("mask", "?")):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, np.ascontiguousarray(value, dtype=kind))
        self._check()
        self._check_words()

    def _check(self) -> None:
        shapes = {a.shape for a in (self.wavelength, self.flux, self.ivar, self.mask) if a is not None}
        if shapes != {(self.wavelength.size,)}:
            raise UnreadableFileError(
                f"arrays of shapes {sorted(map(str, shapes))}",
                where=self.source,
                remedy="give one value a pixel",
            )
        if self.wavelength.size < 2 or not np.isfinite(self.flux).any():
            raise UnreadableFileError(
                "no flux", where=self.source, remedy="check that the file holds a spectrum"
            )
        # A NaN among the wavelengths fails this comparison as well.
        if not (np.diff(self.wavelength) > 0).all() or not np.isfinite(self.wavelength[[0, -1]]).all():
            raise UnreadableFileError(
                "the wavelength does not increase",
                where=self.source,
                remedy="sort it and drop repeated pixels",
            )

    def _check_words(self) -> None:
        for name, kind in _CHOICES.items():
            if getattr(self, name) not in (known := get_args(kind)):
                choices = ", ".join(word for word in known if word)
                raise UnreadableFileError(
                    f"{name} is {getattr(self, name)!r:.60}",
                    where=self.source,
                    remedy=f"choose one of {choices}",
                )
        try:
            dated = not self.obstime or datetime.fromisoformat(self.obstime).tzinfo is None
        except (ValueError, TypeError):
            dated = False
        if not dated:
            raise UnreadableFileError(
                f"obstime is {self.obstime!r:.60}",
                where=self.source,
                remedy="write it as 2010-01-01T21:00:00, without a zone",
            )

    @cached_property
    def id(self) -> str:
        """First 16 hex digits of SHA-256 over wavelength as ``<f8`` and flux as ``<f4``."""
        digest = hashlib.sha256(self.wavelength.tobytes())
        digest.update(self.flux.tobytes())
        return digest.hexdigest()[:16]

    def __len__(self) -> int:
        return self.wavelength.size
