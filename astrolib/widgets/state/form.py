"""The form of a query: texts as a person types them, and the question they make."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
from astropy.units import Quantity

from astrolib.archive import Cutout, SpectrumQuery
from astrolib.archive.sources import Source
from astrolib.core.errors import RefusedError

SOURCES = get_args(Source)
RADIUS_UNITS = ("deg", "arcmin", "arcsec")


@dataclass(frozen=True)
class QueryForm:
    """What stands in the fields of the form; an empty field does not narrow the question.

    With a radius the search goes around the position, which is looked up by the target's name where it is
    empty. Without one the archive is asked for the target by its own names.

    Parameters
    ----------
    source : str
        What lists the spectra: one of `SOURCES`. Of all but ``ssap`` everything is taken.
    service : str
        A known service's name, or an address; for a VOTable on disk, the one it was saved from.
    path : str
        Where the VOTable, folder or listing is: a path, or an address.
    target : str
        The object's name.
    position : str
        Two numbers [deg], or what astropy reads, such as ``05 34 31.9 +22 00 52`` (hours and degrees).
    position_of : str
        The name whose position was looked up; empty where one was typed.
    radius, radius_unit : str
        Of the circle around the position.
    band_min, band_max : str
        Wavelengths [angstrom].
    time_min, time_max : str
        ISO 8601, UTC.
    max_records : str
        Most rows to ask for.
    part : str
        ``whole`` files, or the ``cutout`` between `cut_min` and `cut_max` [angstrom].
    """

    source: str = "ssap"
    service: str = ""
    path: str = ""
    target: str = ""
    position: str = ""
    position_of: str = ""
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
        """Return the form with these texts; spaces around them, and where another target is, do not count."""
        form = cls(**{name: str(text).strip() for name, text in texts.items()})
        if form.position_of in ("", form.target):
            return form
        return dataclasses.replace(form, position="", position_of="")

    def around(self, name: str, position: SkyCoord) -> QueryForm:
        """Return the form with the position of a name."""
        ra, dec = position.icrs.ra.deg, position.icrs.dec.deg
        return dataclasses.replace(self, position=f"{ra:.6f} {dec:+.6f}", position_of=name)

    @property
    def to_look_up(self) -> str:
        """The name that the search goes around while its position is unknown; '' where there is none."""
        return self.target if self.source == "ssap" and self.radius and not self.position else ""

    @property
    def location(self) -> str | None:
        """Where the VOTable, folder or listing is; None for an archive."""
        if self.source == "ssap":
            return None
        return self.path if "://" in self.path else str(Path(self.path).expanduser())

    def query(self) -> SpectrumQuery:
        """Return the question that the fields make.

        Raises
        ------
        RefusedError
            Naming the field that cannot be read.
        """
        most = int(_number("most rows", self.max_records)) if self.max_records else None
        if self.source != "ssap":
            self._check_path()
            return SpectrumQuery(max_records=most)
        position, radius = self._circle()
        return SpectrumQuery(
            target=self.target if position is None else "",
            position=position,
            radius=radius,
            band=self._pair("band", _wavelength),
            time=self._pair("time", _time),
            max_records=most,
        )

    def cutout(self) -> Cutout | None:
        """Return the part to fetch, or None for whole files: folders and listings have no others.

        Raises
        ------
        RefusedError
            If its wavelengths cannot be read.
        """
        if self.part != "cutout" or self.source in ("folder", "listing"):
            return None
        return Cutout(_wavelength("cutout", self.cut_min), _wavelength("cutout", self.cut_max))

    def _check_path(self) -> None:
        if self.source not in SOURCES:
            raise RefusedError(f"source is {self.source!r}", remedy=f"choose one of {', '.join(SOURCES)}")
        if not self.path:
            raise RefusedError(f"no {self.source}", where="path", remedy="say where it is")

    def _circle(self) -> tuple[SkyCoord | None, Quantity | None]:
        """Return the centre, None while it is unknown, and the radius; neither for the name alone."""
        by_name = not self.radius and self.target and (self.position_of or not self.position)
        if by_name or not (self.position or self.target):
            return None, None
        return self._position(), self._radius()

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
