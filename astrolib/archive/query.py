"""What an astronomer asks of a spectral archive, in the astronomer's own units."""

from __future__ import annotations

from dataclasses import dataclass

import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
from astropy.units import Quantity

from astrolib.core.errors import RefusedError


@dataclass(frozen=True)
class SpectrumQuery:
    """A question to a spectral archive; what is left out does not narrow it.

    Parameters
    ----------
    target : str
        The object's name as the archive knows it.
    position : SkyCoord, optional
        Centre of the search, scalar.
    radius : Quantity, optional
        Greatest separation, an angle: from `position`, and required with it; without one, from the position
        of `target`, which is then looked up and not asked for by its name.
    band : tuple of two Quantity, optional
        Wavelengths, in any order; spectra that overlap the interval match.
    time : tuple of two Time, optional
        First and last moment; spectra taken between them match.
    max_records : int, optional
        Most rows to ask for.

    Raises
    ------
    RefusedError
        If a quantity has a wrong unit or value, or only one of the centre and `radius` is given.
    """

    target: str = ""
    position: SkyCoord | None = None
    radius: Quantity | None = None
    band: tuple[Quantity, Quantity] | None = None
    time: tuple[Time, Time] | None = None
    max_records: int | None = None

    def __post_init__(self) -> None:
        if self.position is not None and self.radius is None:
            raise RefusedError("a position without a radius", remedy="give both, or neither")
        if self.radius is not None and self.position is None and not self.target:
            raise RefusedError("a radius around nothing", remedy="give a target or a position, or no radius")
        if self.position is not None and not self.position.isscalar:
            raise RefusedError("several positions in one query", remedy="ask for one at a time")
        if self.radius is not None and not 0 < in_unit(self.radius, u.deg, "radius") <= 180:
            raise RefusedError(f"a radius of {self.radius}", remedy="give 0 to 180 degrees")
        if self.band is not None and not 0 < self.band_metres[0] < float("inf"):
            raise RefusedError("a wavelength that is not positive", where="band", remedy="give two above 0")
        if self.time is not None and self.time[0] > self.time[1]:
            raise RefusedError("a time that ends before it begins", remedy="exchange the two")
        if self.max_records is not None and self.max_records < 1:
            raise RefusedError(f"max_records is {self.max_records}", remedy="give 1 or more")

    @classmethod
    def of_numbers(
        cls,
        *,
        target: str | None = None,
        ra: float | None = None,
        dec: float | None = None,
        radius: float | None = None,
        band_min: float | None = None,
        band_max: float | None = None,
        max_records: int | None = None,
    ) -> SpectrumQuery:
        """Return the query of plain numbers, as parameters of a notebook give them.

        Parameters
        ----------
        target : str, optional
            The object's name; not asked for where a position is.
        ra, dec, radius : float, optional
            ICRS [deg]. Without a radius no position is sent.
        band_min, band_max : float, optional
            Wavelengths [angstrom].
        max_records : int, optional
            Most rows to ask for.

        Raises
        ------
        RefusedError
            If one of `ra` and `dec`, or one end of the band, is missing.
        """
        for pair, names in (((ra, dec), "ra and dec"), ((band_min, band_max), "band_min and band_max")):
            if (pair[0] is None) != (pair[1] is None):
                raise RefusedError(f"only one of {names}", remedy="give both, or neither")
        placed = radius is not None and ra is not None
        return cls(
            target="" if placed or target is None else target,
            position=SkyCoord(ra * u.deg, dec * u.deg) if placed else None,
            radius=None if radius is None else radius * u.deg,
            band=None if band_min is None else (band_min * u.AA, band_max * u.AA),
            max_records=max_records,
        )

    @property
    def radius_degrees(self) -> float:
        """Radius [deg]."""
        return in_unit(self.radius, u.deg, "radius")

    @property
    def band_metres(self) -> tuple[float, float]:
        """Both ends of the band, ascending [m], as the protocols want them."""
        assert self.band is not None
        low, high = sorted(in_unit(end, u.m, "band") for end in self.band)
        return low, high


def in_unit(quantity: object, unit: u.UnitBase, name: str) -> float:
    """Return a scalar quantity as a number in `unit`.

    Raises
    ------
    RefusedError
        If it has no unit, or one of another kind.
    """
    try:
        return (
            float(Quantity(quantity, subok=True).to_value(unit)) if hasattr(quantity, "unit") else _bare(name)
        )
    except (u.UnitConversionError, TypeError, ValueError) as error:
        raise RefusedError(f"{name} is {quantity!r}", remedy=f"give a quantity in {unit}") from error


def _bare(name: str) -> float:
    raise TypeError(f"{name} has no unit")
