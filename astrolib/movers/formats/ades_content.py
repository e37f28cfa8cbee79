"""Which elements an ADES element holds, in which order, in the versions 2017 and 2022.

A content model is written as names with ``?`` (may be missing), ``|`` (one of) and ``+`` (one or more), and
read as a regular expression over names.

Source: IAU ADES, general schema of each version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Sequenced:
    """Elements in an order."""

    model: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name, in the order in which they may stand."""
        return tuple(dict.fromkeys(re.findall(r"\w+", self.model)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\w+", r"(?:\g<0>;)", self.model).replace(" ", ""))

    @cached_property
    def required(self) -> frozenset[str]:
        """Names that no record of this model lacks."""
        everything = self.model
        while "(" in everything:
            everything = re.sub(r"\(([^()]*)\)(\??)", _flatten, everything)
        return frozenset(name for name in re.findall(r"\w+(?!\w|\?)", everything))

    def fault(self, found: Sequence[str]) -> str:
        """Return what is wrong with elements in this order, or ''."""
        if self._matches(found):
            return ""
        if strange := _strange_or_twice(found, self.names):
            return strange
        order = self.ordered(found)
        if self._matches(order):
            early = next(name for name, right in zip(found, order, strict=True) if name != right)
            return f"holds {early} too early; the order is {', '.join(order)}"
        return self._missing(found) or f"holds {', '.join(found) or 'nothing'}, which do not go together"

    def ordered(self, found: Sequence[str]) -> list[str]:
        """Return names in the order of the model."""
        return sorted(found, key=self.names.index)

    def _matches(self, found: Sequence[str]) -> bool:
        return bool(self._pattern.fullmatch("".join(f"{name};" for name in found)))

    def _missing(self, found: Sequence[str]) -> str:
        if needed := [name for name in self.names if name in self.required and name not in found]:
            return f"lacks {', '.join(needed)}"
        absent = (name for name in self.names if name not in found)
        enough = [name for name in absent if self._matches(self.ordered([*found, name]))]
        return f"lacks {' or '.join(enough)}" if enough else ""


@dataclass(frozen=True)
class Unordered:
    """Elements in any order, each at most once."""

    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()

    def fault(self, found: Sequence[str]) -> str:
        """Return what is wrong with elements, or ''."""
        lacking = [name for name in self.needed if name not in found]
        return _strange_or_twice(found, (*self.needed, *self.allowed)) or (
            f"lacks {', '.join(lacking)}" if lacking else ""
        )


@dataclass(frozen=True)
class Listed:
    """One element, once or more."""

    name: str

    def fault(self, found: Sequence[str]) -> str:
        """Return what is wrong with elements, or ''."""
        strange = next((name for name in found if name != self.name), "")
        return f"holds {strange}, not {self.name}" if strange else "" if found else f"lacks {self.name}"


Content = Sequenced | Unordered | Listed


def _flatten(group: re.Match[str]) -> str:
    inner, mark = group[1], group[2]
    return re.sub(r"(\w+)\b(?!\?)", r"\1?", inner) if mark or "|" in inner else inner


def _strange_or_twice(found: Sequence[str], names: Sequence[str]) -> str:
    for place, name in enumerate(found):
        if name not in names:
            return f"must not hold {name!r}"
        if name in found[:place]:
            return f"holds {name} twice"
    return ""


_MPC_ID = "(permID provID?|provID|artSat)"
_OPTICAL_ID = f"({_MPC_ID} trkSub?|trkSub) obsID? obsSubID? trkID? trkMPC?"
_RADAR_ID = f"{_MPC_ID} trkSub? obsID?"
_POSITION_ERRORS = "(posCov11? posCov12? posCov13? posCov22? posCov23? posCov33?)"
_OFFSET = "(deltaRA deltaDec rmsRA? rmsDec? rmsCorr?|dist pa rmsDist? rmsPA? rmsCorr?)"
_RESIDUALS = "resRA resDec selAst sigRA sigDec sigCorr? sigTime? biasRA? biasDec? biasTime?"
_MAG_RESIDUALS = "photProd? resMag selPhot sigMag biasMag? photMod?"
_RADAR_RESIDUALS = "orbProd orbID (resDelay selDelay sigDelay|resDoppler selDoppler sigDoppler)"
_PRECISION = "(precTime precRA precDec)?"
_LAST = "uncTime? notes? remarks?"

_BY_VERSION = {
    "2017": {
        "LOCATION": f"(sys ctr pos1 pos2 pos3 {_POSITION_ERRORS})?",
        "PHOTOMETRY": "(mag rmsMag? band photCat? photAp? nucMag?)?",
        "RESIDUALS": f"orbProd orbID ({_RESIDUALS})? ({_MAG_RESIDUALS})?",
        "MODE": "",
    },
    "2022": {
        "LOCATION": f"(sys ctr pos1 pos2 pos3 vel1? vel2? vel3? {_POSITION_ERRORS})?",
        "PHOTOMETRY": "(mag rmsMag? band fltr? photCat? photAp? nucMag?)?",
        "RESIDUALS": f"orbProd orbID ({_RESIDUALS} ({_MAG_RESIDUALS})?|{_MAG_RESIDUALS})",
        "MODE": "mode",
    },
}


def _records(version: str) -> dict[str, Sequenced]:
    parts = _BY_VERSION[version]
    location, photometry, residuals = parts["LOCATION"], parts["PHOTOMETRY"], parts["RESIDUALS"]
    end = f"subFrm? subFmt? {_PRECISION} {_LAST} ({residuals})? deprecated? localUse?"
    where = f"stn {location} prog? obsTime rmsTime?"
    measured = f"{photometry} logSNR? seeing? exp? rmsFit? nStars? ref? disc? {end}"
    return {
        "optical": Sequenced(f"{_OPTICAL_ID} mode {where} ra dec rmsRA? rmsDec? rmsCorr? astCat {measured}"),
        "offset": Sequenced(f"{_OPTICAL_ID} mode {where} obsCenter {_OFFSET} {measured}"),
        "occultation": Sequenced(
            f"{_OPTICAL_ID} {parts['MODE']} {where} raStar decStar {_OFFSET} astCat"
            f" {photometry} logSNR? shapeOcc? seeing? ref? disc? {end}"
        ),
        "radar": Sequenced(
            f"{_RADAR_ID} trx rcv prog? obsTime (doppler rmsDoppler|delay rmsDelay)"
            f" logSNR? com? frq ref? remarks? ({_RADAR_RESIDUALS})? localUse?"
        ),
        "opticalResidual": Sequenced(f"{_OPTICAL_ID} obsTime {residuals}"),
        "radarResidual": Sequenced(f"{_RADAR_ID} obsTime {_RADAR_RESIDUALS}"),
    }


RECORDS: Mapping[str, Mapping[str, Sequenced]] = {version: _records(version) for version in _BY_VERSION}
"""Models of the records, by version and name."""

IN_BLOCK = ("optical", "offset", "occultation", "radar")
"""Records that a block of one observatory may hold."""

_CONTEXT_MAY = ("software", "coinvestigators", "collaborators", "fundingSource", "comment")

CONTEXT: Mapping[str, Unordered] = {
    "2017": Unordered(("observatory", "submitter", "observers", "measurers", "telescope"), _CONTEXT_MAY),
    "2022": Unordered(("observatory", "submitter", "measurers", "telescope"), ("observers", *_CONTEXT_MAY)),
}
"""Groups of a block's context, by version."""

GROUPS: Mapping[str, Content] = {
    "observatory": Unordered(("mpcCode",), ("name",)),
    "submitter": Unordered(("name",), ("institution",)),
    "observers": Listed("name"),
    "measurers": Listed("name"),
    "coinvestigators": Listed("name"),
    "collaborators": Listed("name"),
    "telescope": Unordered(
        ("design", "aperture", "detector"), ("name", "fRatio", "filter", "arraySize", "pixelScale")
    ),
    "software": Unordered((), ("astrometry", "fitOrder", "photometry", "objectDetection")),
    "comment": Listed("line"),
}
"""What a group of the context holds; `fundingSource` holds a text."""

NOT_SUBMITTED = (
    "obsID", "trkID", "trkMPC", "prog", "nucMag", "ref", "subFrm", "subFmt", "precTime", "precRA", "precDec",
    "deprecated", "localUse", "orbProd", "orbID",
)  # fmt: skip
"""Elements that only the Minor Planet Center and computers of orbits add."""
