"""When a spectrum was taken: the time keys of a FITS header, with their scale and meaning.

FITS Standard 4.0, section 9: ``DATE-OBS`` is the start of the exposure unless something else is said, and
``TIMESYS`` its scale, UTC by default. IRAF writes the date into ``DATE-OBS`` and the time of day elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from astropy.io.fits import Header
from astropy.time import Time

from astrolib.collection.time_scales import time_scale
from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import TimeRef, TimeScale

TOLERANCE = timedelta(seconds=1)
"""Keys that stand for the same instant may differ by this much."""

_CLOCKS = ("TIME-OBS", "UT", "UTC-OBS", "UTSTART", "UT-START", "UTOPEN", "UTC", "TM_START")
_UTC_CLOCKS = frozenset(_CLOCKS) - {"TIME-OBS"}
_EXPOSURES = ("EXPTIME", "EXPOSURE", "ITIME")
_DAY = timedelta(days=1)
_MJD_ZERO = datetime(1858, 11, 17)


@dataclass(frozen=True)
class Epoch:
    """What a header says of time, under the names that `Spectrum` has for it."""

    obstime: str = ""
    time_scale: TimeScale = ""
    time_ref: TimeRef = ""
    exptime: float = math.nan


def of_header(header: Header, where: str) -> Epoch:
    """Read the epoch of an exposure from the usual keys.

    Parameters
    ----------
    header : astropy.io.fits.Header
        With ``DATE-OBS``, or ``DATE-AVG`` for a middle; without either the epoch is not known.
    where : str
        The file, for the error message.

    Raises
    ------
    UnreadableFileError
        If keys for the same instant disagree by more than a second, a key cannot be read, the scale is none
        of UTC, TAI, TT and TDB, or the exposure time is not positive.
    """
    exptime = exposure(header, where)
    named = scale(header, where)
    starts = _starts(header, named, where)
    if starts:
        agree(starts, where)
        return Epoch(iso(next(iter(starts.values()))), named, "start", exptime)
    if header.get("DATE-AVG"):
        return Epoch(iso(instant(header, "DATE-AVG", where)), named, "middle", exptime)
    return Epoch(exptime=exptime)


def exposure(header: Header, where: str, keys: tuple[str, ...] = _EXPOSURES) -> float:
    """Return the exposure time [s] from the first of `keys` that is there; NaN where none is.

    Raises
    ------
    UnreadableFileError
        If it is no positive number.
    """
    key = next((key for key in keys if header.get(key) not in (None, "")), None)
    if key is None:
        return math.nan
    try:
        seconds = float(header[key])
    except (TypeError, ValueError):
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UnreadableFileError(
            f"{key} is {header[key]!r}",
            where=where,
            remedy="write the exposure time [s] into it, or take it out",
        )
    return seconds


def scale(header: Header, where: str, default: TimeScale = "UTC") -> TimeScale:
    """Return the scale that ``TIMESYS`` names, or `default` where it is not there.

    Raises
    ------
    UnreadableFileError
        If it is none of UTC, TAI, TT and TDB; a local time is one of these.
    """
    said = str(header.get("TIMESYS") or default).strip()
    named = time_scale(said)
    if named is None:
        raise UnreadableFileError(
            f"TIMESYS is {said}", where=where, remedy="convert its times to UTC, TAI, TT or TDB"
        )
    return named


def instant(header: Header, key: str, where: str) -> datetime:
    """Return the date and time of a key; one with a zone is converted to UTC.

    Raises
    ------
    UnreadableFileError
        If it is neither ISO 8601 nor the ``DD/MM/YY`` of the last century.
    """
    text = str(header[key]).strip()
    try:
        if text[2:3] == "/":
            return datetime.strptime(text, "%d/%m/%y").replace(year=1900 + int(text[6:8]))
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableFileError(
            f"{key} is {text!r}", where=where, remedy="write it as 2010-01-01T21:00:00"
        ) from None
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def of_mjd(days: float) -> datetime:
    """Return the date and time of a Modified Julian Day, in the scale of the day."""
    return _MJD_ZERO + timedelta(days=days)


def iso(moment: datetime) -> str:
    """Return ISO 8601 to the millisecond, without a zone."""
    rounded = moment + timedelta(microseconds=500)
    return rounded.isoformat(timespec="milliseconds")


def agree(moments: dict[str, datetime], where: str) -> None:
    """Refuse keys that stand for the same instant and differ by more than a second.

    Raises
    ------
    UnreadableFileError
        It names the two that differ most.
    """
    earliest = min(moments, key=lambda key: moments[key])
    latest = max(moments, key=lambda key: moments[key])
    apart = moments[latest] - moments[earliest]
    if apart > TOLERANCE:
        raise UnreadableFileError(
            f"{earliest} says {iso(moments[earliest])} and {latest} says {iso(moments[latest])}, "
            f"{apart.total_seconds():.0f} s apart",
            where=where,
            remedy="correct the one that is wrong, or take it out",
        )


def _starts(header: Header, named: TimeScale, where: str) -> dict[str, datetime]:
    """Return the start of the exposure by key, in the scale `named`; those with a date first."""
    if not header.get("DATE-OBS"):
        return {}
    start = instant(header, "DATE-OBS", where)
    dated = len(str(header["DATE-OBS"]).strip()) > len("2010-01-01")
    starts = {"DATE-OBS": start} if dated else {}
    for key in _CLOCKS:
        if (clock := _clock(header, key)) is None:
            continue
        moment = datetime.combine(start.date(), datetime.min.time()) + clock
        moment += _from_utc(moment, named) if key in _UTC_CLOCKS else timedelta()
        starts[key] = _nearest_day(moment, start) if dated else moment
    if dated and _number(header.get("MJD-OBS")):
        starts["MJD-OBS"] = of_mjd(float(header["MJD-OBS"]))
    return starts


def _clock(header: Header, key: str) -> timedelta | None:
    """Return a time of day, from ``HH:MM:SS`` or seconds; None where the key holds none."""
    value = header.get(key)
    if _number(value):
        return timedelta(seconds=float(cast(float, value))) if key.startswith("TM_") else None
    try:
        hours, minutes, seconds = (float(part) for part in str(value).split(":"))
    except ValueError:
        return None
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _nearest_day(moment: datetime, reference: datetime) -> datetime:
    """Move a time of day to the date on which it is nearest to `reference`."""
    return moment + round((reference - moment) / _DAY) * _DAY


def _from_utc(moment: datetime, named: TimeScale) -> timedelta:
    """Return what to add to UTC to have the scale `named`."""
    if named == "UTC":
        return timedelta()
    return getattr(Time(moment, scale="utc"), named.lower()).to_datetime() - moment


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
