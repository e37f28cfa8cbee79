"""What readers take from a FITS header: names, places, units, air or vacuum, and the frame."""

from __future__ import annotations

import math
import re
from typing import Any, cast

import astropy.units as u
import numpy as np
from astropy.coordinates import Angle, SkyCoord
from astropy.io.fits import Header
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Medium, RestFrame

_LENGTHS = {
    "a": "Angstrom",
    "ang": "Angstrom",
    "angstrom": "Angstrom",
    "angstroms": "Angstrom",
    "nm": "nm",
    "nanometers": "nm",
    "nanometres": "nm",
    "micron": "um",
    "microns": "um",
    "micrometers": "um",
    "meters": "m",
}
_FLUXES = {
    "": "",
    "adu": "adu",
    "counts": "count",
    "electrons": "electron",
    "e-": "electron",
    "relative": "",
    "normalized": "",
}
_ANG = re.compile(r"\bAng\b", re.IGNORECASE)
_AMPERE = re.compile(r"(?<=[/.* 0-9])A(?=\b|-|\^)")
_FRAMES = {"TOPOCENT": "topocentric", "HELIOCEN": "heliocentric", "BARYCENT": "barycentric"}


def text(header: Header, *keys: str) -> str:
    """Return the first of `keys` that holds something, as text."""
    for key in keys:
        if key in header and (value := str(header[key]).strip()):
            return value
    return ""


def number(header: Header, *keys: str) -> float:
    """Return the first of `keys` that holds a finite number; NaN where none does."""
    for key in keys:
        try:
            value = float(header[key]) if key in header else math.nan
        except (TypeError, ValueError):
            continue
        if math.isfinite(value):
            return value
    return math.nan


def position(header: Header, where: str, ra: str = "RA", dec: str = "DEC") -> dict[str, float]:
    """Return `ra` and `dec`, ICRS [deg]; nothing where the header gives no place.

    FK5 of equinox 2000 is taken for ICRS, from which it differs by 0.02 arcsec; others are precessed.

    Raises
    ------
    UnreadableFileError
        If a coordinate cannot be read.
    """
    if header.get(ra) in (None, "") or header.get(dec) in (None, ""):
        return {}
    try:
        place = _degrees(header[ra], u.hourangle), _degrees(header[dec], u.deg)
        equinox = float(text(header, "EQUINOX", "EPOCH").upper().lstrip("JB") or 2000)
    except ValueError as error:
        raise UnreadableFileError(
            f"{ra} and {dec} are {header[ra]!r} and {header[dec]!r}", where=where, remedy="correct them"
        ) from error
    if not (-360 <= place[0] <= 360 and -90 <= place[1] <= 90):
        raise UnreadableFileError(
            f"{ra} and {dec} are {place[0]} and {place[1]}", where=where, remedy="give degrees"
        )
    if text(header, "RADESYS", "RADECSYS").upper() != "ICRS" and abs(equinox - 2000) > 1e-3:
        place = _precessed(place, equinox)
    return {"ra": place[0] % 360, "dec": place[1]}


def to_angstrom(values: NDArray[Any], unit: str, where: str, key: str) -> NDArray[np.float64]:
    """Convert a spectral axis of any kind (length, frequency, energy) to wavelengths [angstrom].

    Raises
    ------
    UnreadableFileError
        If the unit is missing, unknown, or of something else.
    """
    try:
        if not unit.strip():
            raise ValueError("no unit")
        quantity = np.asarray(values, dtype=np.float64) * u.Unit(_LENGTHS.get(unit.strip().lower(), unit))
        return quantity.to_value(u.AA, u.spectral())
    except (ValueError, TypeError, u.UnitConversionError) as error:
        raise UnreadableFileError(
            f"{key} gives {unit!r} for the unit of wavelength",
            where=where,
            remedy="write angstrom, nm, um or m",
        ) from error


def flux_unit(unit: str, where: str, key: str) -> str:
    """Return a unit of flux as astropy writes it; the A of old headers is the angstrom, not the ampere.

    Raises
    ------
    UnreadableFileError
        If nobody here knows it.
    """
    bare = unit.strip()
    if bare.lower() in _FLUXES:
        return _FLUXES[bare.lower()]
    spelled = _ANG.sub("Angstrom", _AMPERE.sub("Angstrom", bare)).replace("**", "^").replace("ergs", "erg")
    try:
        return u.Unit(spelled).to_string()
    except (ValueError, TypeError) as error:
        raise UnreadableFileError(
            f"{key} gives {unit!r} for the unit of flux",
            where=where,
            remedy="write it as erg / (s cm2 Angstrom)",
        ) from error


def medium(header: Header) -> Medium:
    """Return air or vacuum as ``AIRORVAC`` or ``VACUUM`` says, or ``CTYPE1`` as FITS defines it."""
    said = text(header, "AIRORVAC").lower()
    if said in ("air", "vac", "vacuum"):
        return "air" if said == "air" else "vacuum"
    if isinstance(header.get("VACUUM"), bool):
        return "vacuum" if header["VACUUM"] else "air"
    kinds: dict[str, Medium] = {"AWAV": "air", "WAVE": "vacuum"}
    return kinds.get(text(header, "CTYPE1")[:4], "unknown")


def rest_frame(header: Header) -> RestFrame:
    """Return the frame that ``SPECSYS`` names (FITS Standard 4.0, table 27)."""
    return cast(RestFrame, _FRAMES.get(text(header, "SPECSYS").upper(), "unknown"))


def _degrees(value: Any, unit_of_text: u.Unit) -> float:
    if isinstance(value, int | float):
        return float(value)
    sexagesimal = ":" in value or " " in value.strip()
    return float(Angle(value.strip(), unit_of_text if sexagesimal else u.deg).deg)


def _precessed(place: tuple[float, float], equinox: float) -> tuple[float, float]:
    frame = "fk5" if equinox >= 1984 else "fk4"
    prefix = "J" if frame == "fk5" else "B"
    icrs = SkyCoord(*place, unit="deg", frame=frame, equinox=f"{prefix}{equinox}").icrs
    return float(icrs.ra.deg), float(icrs.dec.deg)
