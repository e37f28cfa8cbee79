"""What an observation is of: the first twelve columns of an 80-column line, and the three names of ADES."""

from __future__ import annotations

import re
from dataclasses import dataclass

from astrolib.movers.formats.numbered import pack_number, unpack_number
from astrolib.movers.formats.provisional import pack_provisional, unpack_provisional
from astrolib.movers.formats.refusal import FormatError

WIDTH = 12
TRK_SUB_WIDTH = 7

_TRK_SUB = re.compile(rf"[A-Za-z0-9]{{1,{TRK_SUB_WIDTH}}}")
_FRAGMENT = re.compile(r"([0-9]{1,4}[PD])-([A-Z]{1,2})")
_PACKED_FRAGMENT = re.compile(r"([0-9]{4}[PD]) {5}([ a-z])([a-z])")
_KIND = re.compile(r"(?: {4}|[0-9]{4}|[MJSUN][0-9]{3})([ACDPX]|(?<![0-9]{4})S)")
_COMET_WITHOUT_KIND = re.compile(r"[0-9]{4} [A-HJ-Y][0-9]+")


@dataclass(frozen=True)
class Identity:
    """The names of one object, each '' where it has none.

    Parameters
    ----------
    perm_id : str
        Permanent designation: ``3202``, ``73P``, ``73P-AF``, ``Jupiter 13``.
    prov_id : str
        Provisional designation: ``2014 BA1``, ``C/1995 A1``, ``S/2001 N 131``.
    trk_sub : str
        The observer's own name; at most 7 characters fit into 80 columns.
    """

    perm_id: str = ""
    prov_id: str = ""
    trk_sub: str = ""

    def columns(self) -> str:
        """Return columns 1 to 12 of an 80-column line; the observer's name gives way to an official one.

        Raises
        ------
        FormatError
            If there is no name, one that does not fit, or two of different objects.
        """
        if not (self.perm_id or self.prov_id):
            return f"     {self._own_name():<{TRK_SUB_WIDTH}}"
        whole, fragment = self._of_whole()
        number = _packed(pack_number(whole), self.perm_id) if whole else ""
        provisional = _packed(pack_provisional(self.prov_id), self.prov_id) if self.prov_id else ""
        if not number:
            return f"{provisional:>{WIDTH}}"
        if not provisional:
            return f"{number:<10}{fragment.lower():>2}"
        if _kind_of_number(whole) != _kind_of_provisional(provisional) or fragment != _fragment(self.prov_id):
            raise FormatError(
                f"{self.perm_id} and {self.prov_id} are not names of one object",
                remedy="check which object it is",
            )
        return number + provisional[-TRK_SUB_WIDTH:]

    def _own_name(self) -> str:
        if not _TRK_SUB.fullmatch(self.trk_sub):
            raise FormatError(
                f"trkSub {self.trk_sub!r} does not fit into 80 columns",
                remedy=f"take 1 to {TRK_SUB_WIDTH} letters and digits",
            )
        return self.trk_sub

    def _of_whole(self) -> tuple[str, str]:
        split = _FRAGMENT.fullmatch(self.perm_id)
        return (split[1], split[2]) if split else (self.perm_id, "")


def read_columns(text: str) -> Identity:
    """Return the names that columns 1 to 12 hold.

    What is neither a number nor a provisional designation is the observer's own name.

    Raises
    ------
    FormatError
        If the columns are blank, or hold what is no name.
    """
    if split := _PACKED_FRAGMENT.fullmatch(text):
        return Identity(perm_id=f"{unpack_number(split[1])}-{(split[2] + split[3]).strip().upper()}")
    number, rest = text[:5], text[5:]
    kind = _KIND.fullmatch(number)
    perm_id = unpack_number(number) if number[:4].strip() else ""
    if number.strip() and not perm_id and not (kind and number.startswith("    ")):
        raise _no_name(text)
    if not rest.strip():
        return Identity(perm_id=perm_id) if perm_id else _refuse(text)
    if kind or perm_id.endswith("I"):
        return _of_comet_or_satellite(text, perm_id, kind[1] if kind else "I", rest)
    return _of_minor_planet(text, perm_id, rest)


def _of_comet_or_satellite(text: str, perm_id: str, kind: str, rest: str) -> Identity:
    prov_id = unpack_provisional(kind + rest) or _refuse(text).prov_id
    fragment = _fragment(prov_id)
    return Identity(perm_id=f"{perm_id}-{fragment}" if perm_id and fragment else perm_id, prov_id=prov_id)


def _of_minor_planet(text: str, perm_id: str, rest: str) -> Identity:
    prov_id = unpack_provisional(rest) if rest[-1] != " " else ""
    if _COMET_WITHOUT_KIND.fullmatch(prov_id):
        prov_id = f"A/{prov_id}"
    if prov_id and "-" in prov_id and not prov_id.endswith(("P-L", "T-1", "T-2", "T-3")):
        prov_id = ""
    if prov_id:
        return Identity(perm_id=perm_id, prov_id=prov_id)
    name = rest.rstrip()
    return Identity(perm_id=perm_id, trk_sub=name) if _TRK_SUB.fullmatch(name) else _refuse(text)


def _kind_of_number(perm_id: str) -> str:
    return "S" if " " in perm_id else "C" if perm_id[-1].isalpha() else "A"


def _kind_of_provisional(packed: str) -> str:
    kind = packed[0] if len(packed) > TRK_SUB_WIDTH else "A"
    return kind if kind in "AS" else "C"


def _fragment(prov_id: str) -> str:
    return prov_id.partition("-")[2] if "/" in prov_id else ""


def _packed(packed: str, name: str) -> str:
    if not packed:
        raise FormatError(f"{name!r} is no designation", remedy="write it as ADES does, as 2014 BA1")
    return packed


def _refuse(text: str) -> Identity:
    raise _no_name(text)


def _no_name(text: str) -> FormatError:
    return FormatError(
        f"columns 1 to {WIDTH} ({text!r}) name no object",
        remedy="a packed designation, or your own name of up to 7 letters and digits from column 6",
    )
