"""One observation in 80 columns: an optical line, or one of the pairs of lines of those who are elsewhere.

Sources: Minor Planet Center, "Format For Optical Astrometric Observations", "Roving Observer Extensions",
"Format For Satellite-Based Observations" and "Format For Radar Observations".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolib.movers.formats import obs80_fields as fields
from astrolib.movers.formats.identity import Identity, read_columns

WIDTH = 80
PAIRED = "RSV"
"""Kinds (column 15) of which a second line follows, with the small letter."""

_OPTICAL_KINDS = " ABCDEHMNOPQTWXZcenqtwx"
_ROVING = ("247", "270")

_ROVER = re.compile(r"1 ([-+0-9 .]{10}) ([-+0-9 .]{10}) ([-+0-9 ]{5}) {10}")
_SATELLITE = re.compile(r"([12]).([+-][0-9 .]{10}).([+-][0-9 .]{10}).([+-][0-9 .]{10})  ")
_POINT = {"1": 6, "2": 2}
_NUMBER = re.compile(r" *[+-]? *[0-9]+(?:\.[0-9]*)? *")
_RADAR = re.compile(r"([0-9 ]{15})([ +-][0-9 ]{14})([0-9 .]{6}).{3}")
_RADAR_ERRORS = re.compile(r"([SC])([0-9 .]{14})([0-9 .]{15})[0-9 .]{6}.{3}")


@dataclass(frozen=True)
class Observation:
    """One observation, its text as written, column by column.

    Parameters
    ----------
    line : str
        80 columns.
    second : str
        The second line of a satellite, radar or roving observation; '' for others.
    """

    line: str
    second: str = ""

    @property
    def kind(self) -> str:
        """``satellite``, ``radar``, ``roving`` or ``optical``."""
        return {"S": "satellite", "R": "radar", "V": "roving"}.get(self.line[14], "optical")

    @property
    def identity(self) -> Identity:
        """What was observed."""
        return read_columns(self.line[:12])

    @property
    def discovery(self) -> str:
        """``*`` or ``+`` on the observation that counts as the discovery, else ''."""
        return self.line[12].strip()

    @property
    def note(self) -> str:
        """The note or the code of the programme, column 14."""
        return self.line[13].strip()

    @property
    def method(self) -> str:
        """Column 15: ``C`` for a CCD, ``B`` for CMOS, ..."""
        return self.line[14]

    @property
    def obstime(self) -> str:
        """Time of the observation, UTC, ISO 8601 with Z."""
        return fields.iso_time(self.line[15:32])

    @property
    def ra(self) -> float:
        """Right ascension [deg]; NaN of a radar observation."""
        return float("nan") if self.kind == "radar" else fields.ra_degrees(self.line[32:44])

    @property
    def dec(self) -> float:
        """Declination [deg]; NaN of a radar observation."""
        return float("nan") if self.kind == "radar" else fields.dec_degrees(self.line[44:56])

    @property
    def magnitude(self) -> str:
        """Magnitude as written; '' where there is none."""
        return "" if self.kind == "radar" else self.line[65:70].strip()

    @property
    def band(self) -> str:
        """Band of the magnitude, column 71."""
        return "" if self.kind == "radar" else self.line[70].strip()

    @property
    def catalogue(self) -> str:
        """Code of the reference catalogue, column 72."""
        return "" if self.kind == "radar" else self.line[71].strip()

    @property
    def station(self) -> str:
        """Code of the observatory; of the receiving one for radar."""
        return self.line[77:80]

    @property
    def lines(self) -> tuple[str, ...]:
        """The one or two lines."""
        return (self.line, self.second) if self.second else (self.line,)


def line_faults(line: str) -> Iterator[str]:
    """Give what is wrong with a first line."""
    if len(line) != WIDTH:
        yield f"{len(line)} columns, not {WIDTH}"
    elif not line.isascii() or not line.isprintable():
        yield "a character that is not printable ASCII"
    else:
        yield from filter(None, _column_faults(line))


def second_line_faults(first: str, line: str) -> Iterator[str]:
    """Give what is wrong with the second line of a pair."""
    kind = first[14]
    if len(line) != WIDTH or not line.isascii() or not line.isprintable():
        yield f"the second line has not {WIDTH} printable columns"
    elif line[14] != kind.lower():
        yield f"column 15 of the second line is {line[14]!r}, not {kind.lower()!r}"
    elif (line[:12], line[15:32], line[77:]) != (first[:12], first[15:32], first[77:]):
        yield "the two lines differ in object, date or station"
    else:
        yield from {"V": _rover_faults, "S": _satellite_faults, "R": _radar_faults}[kind](first, line)


def _column_faults(line: str) -> Iterator[str]:
    read_columns(line[:12])
    yield "" if line[12] in " *+" else f"column 13 is {line[12]!r}, not blank, * or +"
    yield fields.date_fault(line[15:32])
    if line[14] == "R":
        yield from _radar_line_faults(line)
        return
    if line[14] not in _OPTICAL_KINDS + "SV":
        yield f"column 15 is {line[14]!r}, which stands for no method"
    yield fields.ra_fault(line[32:44])
    yield fields.dec_fault(line[44:56])
    yield fields.magnitude_fault(line[65:70])
    yield "" if re.fullmatch(r"[A-Za-z0-9_ ]", line[70]) else f"column 71 is {line[70]!r}, which is no band"
    yield fields.reference_fault(line[72:77])
    yield _station_fault(line[77:80])
    if line[14] == "V" and line[77:80] not in _ROVING:
        yield f"a roving observer at {line[77:80]}, not {' or '.join(_ROVING)}"


def _station_fault(code: str) -> str:
    return "" if re.fullmatch(r"[A-Za-z0-9]{3}", code) else f"{code!r} is no observatory code"


def _rover_faults(_first: str, line: str) -> Iterator[str]:
    place = _ROVER.fullmatch(line[32:71])
    if not place or not all(_NUMBER.fullmatch(text) for text in place.groups()):
        yield "columns 33 to 71 of the second line hold no longitude, latitude and altitude"
    elif not (float(place[1]) < 360 and abs(float(place[2])) <= 90):
        yield "the roving observer stands nowhere on Earth"


def _satellite_faults(_first: str, line: str) -> Iterator[str]:
    place = _SATELLITE.fullmatch(line[32:71])
    if not place or line[71] != " ":
        yield "columns 33 to 72 of the second line hold no position of the satellite"
        return
    for text in place.groups()[1:]:
        if not _NUMBER.fullmatch(text) or text[_POINT[place[1]]] != ".":
            yield f"{text!r} is no coordinate with its point where parallax type {place[1]} has it"


def _radar_line_faults(line: str) -> Iterator[str]:
    measured = _RADAR.fullmatch(line[32:71])
    if not measured:
        yield "columns 33 to 71 hold no delay, Doppler shift, frequency and transmitter"
    elif not (measured[1].strip() or measured[2].strip(" +-")):
        yield "neither a delay nor a Doppler shift"
    elif not measured[3].strip():
        yield "no frequency, in columns 63 to 68"
    yield _station_fault(line[68:71])
    yield _station_fault(line[77:80])


def _radar_faults(first: str, line: str) -> Iterator[str]:
    measured, errors = _RADAR.fullmatch(first[32:71]), _RADAR_ERRORS.fullmatch(line[32:71])
    if measured is None or errors is None:
        yield "columns 33 to 71 of the second line hold no errors"
        return
    if line[68:71] != first[68:71]:
        yield "the two lines differ in the transmitter"
    for name, value, error in (("delay", measured[1], errors[2]), ("Doppler shift", measured[2], errors[3])):
        if bool(value.strip(" +-")) != bool(error.strip(" 0.")):
            yield f"the {name} and its error do not go together"
