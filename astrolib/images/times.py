"""The middle of an exposure from the time keys of a header, which must agree with each other.

FITS Standard 4.0, section 9.5: ``DATE-OBS`` and ``MJD-OBS`` are the start unless something else is said,
``-BEG``, ``-AVG`` and ``-END`` say what they are.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from astropy.io.fits import Header
from astropy.time import Time

from astrolib.collection import epochs
from astrolib.core.errors import UnreadableFileError

_SHARES = {
    "MJD-OBS": 0.0,
    "DATE-BEG": 0.0,
    "MJD-BEG": 0.0,
    "DATE-AVG": 0.5,
    "MJD-AVG": 0.5,
    "DATE-END": 1.0,
    "MJD-END": 1.0,
}
_SOMEWHERE = ("JD", "MJD")  # some write the start into it, some the middle
_JD_OF_MJD = 2_400_000.5


def middle(header: Header, where: str) -> tuple[Time, float]:
    """Return the middle of the exposure (UTC) and its length [s].

    Parameters
    ----------
    header : astropy.io.fits.Header
        With the standard's keys.
    where : str
        The file, for the error message.

    Raises
    ------
    UnreadableFileError
        If there is no time or no exposure time, one cannot be read, or two keys disagree by more than 1 s.
    """
    exposure = _exposure(header, where)
    half = timedelta(seconds=exposure / 2)
    moments: dict[str, datetime] = {}
    epoch = epochs.of_header(header, where)
    if epoch.time_ref == "start":
        moments["DATE-OBS"] = datetime.fromisoformat(epoch.obstime) + half
    for key, share in _SHARES.items():
        if header.get(key) not in (None, ""):
            moments[key] = _instant(header, key, where) + (1 - 2 * share) * half
    if not moments:
        raise UnreadableFileError(
            "no DATE-OBS", where=where, remedy="write the start of the exposure (UTC) into it"
        )
    epochs.agree(moments, where)
    mid = next(iter(moments.values()))
    for key in _SOMEWHERE:
        _check_within(header, key, mid, half, where)
    return Time(mid, scale=epochs.scale(header, where).lower(), precision=6).utc, exposure


def _exposure(header: Header, where: str) -> float:
    named = {key: epochs.exposure(header, where, (key,)) for key in ("EXPTIME", "EXPOSURE")}
    found = {key: seconds for key, seconds in named.items() if not math.isnan(seconds)}
    if not found:
        raise UnreadableFileError("no EXPTIME", where=where, remedy="write the exposure time [s] into it")
    if max(found.values()) - min(found.values()) > epochs.TOLERANCE.total_seconds():
        raise UnreadableFileError(
            f"EXPTIME says {found['EXPTIME']} s and EXPOSURE {found['EXPOSURE']} s",
            where=where,
            remedy="correct the one that is wrong, or take it out",
        )
    return next(iter(found.values()))


def _instant(header: Header, key: str, where: str) -> datetime:
    if key.startswith("DATE"):
        return epochs.instant(header, key, where)
    try:
        return epochs.of_mjd(float(header[key]))
    except (TypeError, ValueError, OverflowError):
        raise UnreadableFileError(
            f"{key} is {header[key]!r}", where=where, remedy="write a Modified Julian Day, or take it out"
        ) from None


def _check_within(header: Header, key: str, mid: datetime, half: timedelta, where: str) -> None:
    days = header.get(key)
    if isinstance(days, bool) or not isinstance(days, int | float) or not math.isfinite(days):
        return
    days -= _JD_OF_MJD if key == "JD" else 0
    away = abs(days - (mid - epochs.of_mjd(0)) / timedelta(days=1)) * 86_400
    if away > half.total_seconds() + epochs.TOLERANCE.total_seconds():
        raise UnreadableFileError(
            f"{key} is {header[key]}, {away:.0f} s from the middle of the exposure by the other time keys",
            where=where,
            remedy="correct the one that is wrong, or take it out",
        )
