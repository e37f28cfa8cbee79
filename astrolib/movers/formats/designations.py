"""Designations of minor planets, comets and natural satellites, packed and unpacked, both ways.

Unpacked forms are those of ADES (``3202``, ``2014 BA1``, ``4007 P-L``, ``73P``, ``C/1995 A1``,
``Jupiter 13``, ``S/2001 N 131``). Packed ones have 5 characters for what is numbered, 7 for a minor
planet's provisional designation, and 8 for a comet's or satellite's, whose kind comes first.

Source: Minor Planet Center, "Packed Provisional and Permanent Designations", and its scheme of extended
packed provisional designations (cycle counts above 619).
"""

from __future__ import annotations

from astrolib.movers.formats.numbered import pack_number, unpack_number
from astrolib.movers.formats.provisional import pack_provisional, unpack_provisional
from astrolib.movers.formats.refusal import FormatError

_NUMBERED_WIDTH = 5


def pack(designation: str) -> str:
    """Return the packed form of a designation.

    Parameters
    ----------
    designation : str
        As ADES writes it, numbered or provisional.

    Returns
    -------
    str
        5, 7 or 8 characters.

    Raises
    ------
    FormatError
        If it is no designation, or one that has no packed form.

    Examples
    --------
    >>> pack("2026 CA620"), pack("620061"), pack("C/1995 A1")
    ('_QC0000', '~000z', 'CJ95A010')
    """
    packed = pack_number(designation) or pack_provisional(designation)
    if not packed:
        raise FormatError(
            f"{designation!r} is no designation",
            remedy="write it as ADES does: 3202, 2014 BA1, 4007 P-L, 73P, C/1995 A1, Jupiter 13",
        )
    return packed


def unpack(packed: str) -> str:
    """Return the designation that a packed form of 5, 7 or 8 characters stands for.

    The year of a minor planet of before 1925 is written in full (``1904 OA``, not ``A904 OA``).

    Raises
    ------
    FormatError
        If it is no packed form.
    """
    text = unpack_number(packed) if len(packed) == _NUMBERED_WIDTH else unpack_provisional(packed)
    if not text:
        raise FormatError(
            f"{packed!r} is no packed designation",
            remedy="5 characters for a number, 7 for a provisional designation, 8 where its kind comes first",
        )
    return text
