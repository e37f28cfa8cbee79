"""The form of a query: texts as a person types them, and the question they make."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
from astropy.units import Quantity

from astrolib.archive import Cutout, SpectrumQuery
from astrolib.core.errors import RefusedError

RADIUS_UNITS = ("deg", "arcmin", "arcsec")


@dataclass(frozen=True)
class QueryForm:
    """What stands in the fields of the form; an empty field does not narrow the question.

    Parameters
    ----------
    service : str
        A known service's name, or an address.
    target : str
        The object's name as the archive knows it.
    position : str
        Two numbers [deg], or what astropy reads, such as ``05 34 31.9 +22 00 52`` (hours and degrees).
    radius, radius_unit : str
        Of the circle around `position`.
    band_min, band_max : str
        Wavelengths [angstrom].
    time_min, time_max : str
        ISO 8601, UTC.
    max_records : str
        Most rows to ask for.
    part : str
        ``whole`` files, or the ``cutout`` between `cut_min` and `cut_max` [angstrom].
    """

    service: str = ""
    target: str = ""
    position: str = ""
    radius: str = "2"
    radius_unit: str = "arcmin"
    band_min: str = ""
    band_max: str = ""
    time_min: str = ""
    time_max: str = ""
    max_records: str = ""
    part: str = "whole"
    cut_min: str = "6500"
    cut_max: str = "6630"

    @classmethod
    def of(cls, texts: Mapping[str, object]) -> QueryForm:
        """Return the form with these texts; spaces around them do not count."""
        return cls(**{name: str(text).strip() for name, text in texts.items()})

    def query(self) -> SpectrumQuery:
        """Return the question that the fields make.

        Raises
        ------
        RefusedError
            Naming the field that cannot be read.
        """
        position = self._position()
        return SpectrumQuery(
            target=self.target,
            position=position,
            radius=None if position is None else self._radius(),
            band=self._pair("band", _wavelength),
            time=self._pair("time", _time),
            max_records=int(_number("max records", self.max_records)) if self.max_records else None,
        )

    def cutout(self) -> Cutout | None:
        """Return the part to fetch, or None for whole files.

        Raises
        ------
        RefusedError
            If its wavelengths cannot be read.
        """
        if self.part != "cutout":
            return None
        return Cutout(_wavelength("cutout", self.cut_min), _wavelength("cutout", self.cut_max))

    def _position(self) -> SkyCoord | None:
        if not self.position:
            return None
        try:
            numbers = [float(part) for part in self.position.replace(",", " ").split()]
        except ValueError:
            numbers = []
        unit = (u.deg, u.deg) if len(numbers) == 2 else (u.hourangle, u.deg)
        try:
            return SkyCoord(self.position.replace(",", " "), unit=unit)
        except (ValueError, TypeError) as error:
            raise RefusedError(
                f"{self.position!r} is no position",
                where="position",
                remedy="give right ascension and declination",
            ) from error

    def _radius(self) -> Quantity:
        if self.radius_unit not in RADIUS_UNITS:
            raise RefusedError(
                f"a radius in {self.radius_unit!r}", remedy=f"choose one of {', '.join(RADIUS_UNITS)}"
            )
        return _number("radius", self.radius) * u.Unit(self.radius_unit)

    def _pair(self, name: str, read: Callable[[str, str], Any]) -> tuple[Any, Any] | None:
        """Return both ends of an interval, or None where both fields are empty."""
        ends = getattr(self, f"{name}_min"), getattr(self, f"{name}_max")
        if not any(ends):
            return None
        if not all(ends):
            raise RefusedError(f"one end of the {name}", where=name, remedy="give both ends, or neither")
        return read(name, ends[0]), read(name, ends[1])


def _number(field: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RefusedError(f"{text!r} is no number", where=field, remedy="give a number")
    return number


def _wavelength(field: str, text: str) -> Quantity:
    return _number(field, text) * u.AA


def _time(field: str, text: str) -> Time:
    try:
        return Time(text, scale="utc")
    except ValueError as error:
        raise RefusedError(f"{text!r} is no time", where=field, remedy="write it as 2010-01-31") from error
