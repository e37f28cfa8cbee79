"""What reported objects are called: official designations where they are known, names of our own else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Sequence

import astropy.units as u
import numpy as np
from astropy.table import Row

from astrolib.movers.formats import FormatError, Identity, pack
from astrolib.movers.formats.base62 import LIMIT, encode
from astrolib.movers.known.matches import SURE

TRK_SUB_WIDTH = 7
"""Characters of a `trkSub`: ADES takes 8, but 80 columns only 7, and both files name an object alike."""

_NUMBERED = re.compile(r"\(([0-9]{1,7})\)(?: .*)?|([0-9]{1,7})(?: [^\W\d_][^\d=]*)?", re.DOTALL)
"""``(1) Ceres``, ``1 Ceres`` or ``1``: what is in brackets is a number; without them a name has no digits."""

_BRACKETED = re.compile(r"\(([^()]*[A-Z][^()]*)\)")
_COMET_NUMBER = re.compile(r"([0-9]+[PDI])(?:/.*)?")
_SATELLITE = re.compile(r"(Mars|Jupiter|Saturn|Uranus|Neptune) [0-9]+")
_PROVISIONAL = re.compile(r"[0-9]{4} ([A-Z]{2}[0-9]*|[PT]-.)")
_KNOWN = ("known_name", "known_status")
_NAMED_AFTER = re.compile(r" \(.*\)$")


def official_identity(known_name: str) -> Identity | None:
    """Return the designations in the name of a known object; None where there is none.

    Parameters
    ----------
    known_name : str
        As archives write it: ``(1) Ceres``, ``2014 BA1``, ``C/2020 F3 (NEOWISE)``, ``29P/Schwassmann``.
    """
    name = _BRACKETED.sub(r"\1", known_name.strip(), count=1) if known_name.startswith("(") else known_name
    text, is_number = _designation(_NAMED_AFTER.sub("", name.strip()))
    try:
        pack(text)
    except FormatError:
        return None
    return Identity(perm_id=text) if is_number else Identity(prov_id=text)


def known_as(tracklet: Row) -> tuple[str, float, str]:
    """Return which known object a tracklet may be, how far it is off [arcsec], and which one it surely is.

    It surely is the one that the search calls known, if it is where any ephemeris would have it. Where only
    its own, which is uncertain, allows it, a designation would say more than anybody knows.

    Parameters
    ----------
    tracklet : Row
        Of the schema `TRACKLET`, or of a stranger's table that lacks some of it.
    """
    name, status = (str(tracklet[one]) if one in tracklet.colnames else "" for one in _KNOWN)
    try:
        off = float(np.hypot(*(u.Quantity(tracklet[one], u.arcsec).value for one in ("oc_ra", "oc_dec"))))
    except (KeyError, TypeError, ValueError):  # not there, or no angle
        off = np.nan
    return name, off, name if status == "known" and not off > SURE else ""


def trk_sub(station: str, positions: Sequence[tuple[str, str, str]], taken: Container[str]) -> str:
    """Return a name for a tracklet, the same whenever the same positions are named.

    It begins with a small letter, so that it looks like no packed designation.

    Parameters
    ----------
    station : str
        Code of the observatory.
    positions : sequence of (str, str, str)
        Time, right ascension and declination of each position, as they are reported.
    taken : container of str
        Names that are others' already.
    """
    told = "|".join(" ".join(position) for position in sorted(positions))
    for attempt in range(LIMIT):
        digest = hashlib.sha256(f"{station}|{told}|{attempt}".encode()).digest()
        number = int.from_bytes(digest[:8], "big") % LIMIT ** (TRK_SUB_WIDTH - 1)
        name = "a" + encode(number, TRK_SUB_WIDTH - 1)
        if name not in taken:
            return name
    raise RuntimeError("no free name")  # one in 62**6 names is taken at each attempt


def _designation(name: str) -> tuple[str, bool]:
    """Return the designation in a name, and whether it is a permanent one."""
    if comet := _COMET_NUMBER.fullmatch(name):
        return comet[1], True
    if _SATELLITE.fullmatch(name):
        return name, True
    if (number := _NUMBERED.fullmatch(name)) and not _PROVISIONAL.fullmatch(name):
        return number[1] or number[2], True
    return name, False
