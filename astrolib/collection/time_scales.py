"""What a header calls the scale of its times."""

from __future__ import annotations

import re

from astrolib.core.spectrum import TimeScale

_SCALES: dict[str, TimeScale] = {
    "": "",
    "UTC": "UTC",
    "UT": "UTC",
    "TAI": "TAI",
    "IAT": "TAI",
    "TT": "TT",
    "TDT": "TT",
    "TDB": "TDB",
}
_NAMED = re.compile(r"([A-Z]*)(\s*\(.*\)|\s+[A-Z]+)?")
"""A scale, and perhaps by which clock, as in ``UTC(NIST)``, or how well, as in ``UTC approximate``."""


def time_scale(said: str) -> TimeScale | None:
    """Return the scale that ``TIMESYS`` names (FITS Standard 4.0, section 9.2.1); None for any other.

    Parameters
    ----------
    said : str
        Empty where nothing is said, and so is the answer.
    """
    found = _NAMED.fullmatch(said.strip().upper())
    return _SCALES.get(found[1]) if found else None
