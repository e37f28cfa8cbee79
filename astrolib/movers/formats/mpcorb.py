"""Lines of MPCORB: orbits of minor planets, one a line, every column as written.

Source: Minor Planet Center, "Export Format for Minor-Planet Orbits". Angles are J2000.0 ecliptic, epochs TT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from astrolib.core.files import write_text
from astrolib.movers.formats.base62 import DIGITS, decode
from astrolib.movers.formats.designations import unpack
from astrolib.movers.formats.refusal import FormatError

GAUSS = 0.9856076686
"""Mean daily motion of an orbit of one astronomical unit [deg/day]: the Gaussian constant in degrees."""

_COLUMNS = {
    "absolute_magnitude": (8, 13),
    "slope": (14, 19),
    "mean_anomaly": (26, 35),
    "perihelion": (37, 46),
    "node": (48, 57),
    "inclination": (59, 68),
    "eccentricity": (70, 79),
    "daily_motion": (80, 91),
    "semimajor_axis": (92, 103),
}
_NEEDED = tuple(_COLUMNS)[2:]
_LEAST_WIDTH = 103
_NUMBER = re.compile(r" *(-?[0-9]*\.[0-9]+) *")
_EPOCH = re.compile(r"[I-K][0-9]{2}[1-9A-C][1-9A-V]")
_TOLERANCE = 3.0  # in units of the last printed place of the semimajor axis


@dataclass(frozen=True)
class Orbit:
    """One line of MPCORB.

    Parameters
    ----------
    line : str
        The line as written, without its end.
    """

    line: str

    @property
    def designation(self) -> str:
        """Number or provisional designation, unpacked."""
        return unpack(self.line[:7].strip())

    @property
    def epoch(self) -> date:
        """Epoch of the elements, at 0 h TT."""
        return unpack_date(self.line[20:25])

    @property
    def name(self) -> str:
        """Number and name as people read them, ``(1) Ceres``; '' where the line ends before."""
        return self.line[166:194].strip()

    @property
    def last_observation(self) -> str:
        """Date of the last observation used, YYYYMMDD; '' where the line ends before."""
        return self.line[194:202].strip()

    @property
    def uncertainty(self) -> str:
        """U: 0 to 9; E, D or F where the eccentricity is assumed or the designation is double."""
        return self.line[105:106].strip()

    @property
    def reference(self) -> str:
        """Where the orbit was published."""
        return self.line[107:116].strip()

    def element(self, name: str) -> float:
        """Return an element by its name; NaN where the columns are blank.

        Parameters
        ----------
        name : str
            ``absolute_magnitude``, ``slope``, ``mean_anomaly``, ``perihelion``, ``node``, ``inclination``
            [deg], ``eccentricity``, ``daily_motion`` [deg/day] or ``semimajor_axis`` [au].
        """
        text = self.line[slice(*_COLUMNS[name])].strip()
        return float(text) if text else float("nan")

    def doubts(self) -> tuple[str, ...]:
        """Return what does not fit together: a line that was edited shows itself in Kepler's third law."""
        motion, axis = self.element("daily_motion"), self.element("semimajor_axis")
        expected = (GAUSS / motion) ** (2 / 3)
        places = len(self.line[92:103].strip().partition(".")[2])
        digits = len(self.line[80:91].strip().partition(".")[2])
        allowed = _TOLERANCE * (10.0**-places + axis * 2 / 3 * 10.0**-digits / motion)
        if abs(axis - expected) > allowed:
            return (
                f"a semimajor axis of {axis} au, but a daily motion of {motion} deg, of {expected:.7f} au",
            )
        return ()


@dataclass(frozen=True)
class RefusedOrbit:
    """A line that is no orbit, and why."""

    number: int
    line: str
    reason: str


def read_mpcorb(path: Path) -> tuple[tuple[Orbit, ...], tuple[RefusedOrbit, ...]]:
    """Read a file of MPCORB lines: the orbits, and the lines that are none.

    The head of the whole file, up to its line of dashes, is passed over.
    """
    return parse_mpcorb(path.read_text(encoding="utf-8-sig"))


def parse_mpcorb(text: str) -> tuple[tuple[Orbit, ...], tuple[RefusedOrbit, ...]]:
    """Return the orbits of a text of MPCORB lines, and the lines that are none; see `read_mpcorb`."""
    orbits: list[Orbit] = []
    refused: list[RefusedOrbit] = []
    for number, line in _body(text):
        fault = next(_faults(line), "")
        if fault:
            refused.append(RefusedOrbit(number, line, fault))
        else:
            orbits.append(Orbit(line))
    return tuple(orbits), tuple(refused)


def write_mpcorb(orbits: tuple[Orbit, ...], path: Path) -> None:
    """Write orbits, one a line, whole or not at all."""
    write_text(path, "".join(f"{orbit.line}\n" for orbit in orbits))


def unpack_date(packed: str) -> date:
    """Return the day that five characters stand for: ``K239D`` is 13 September 2023.

    Raises
    ------
    FormatError
        If they stand for none.
    """
    try:
        if not _EPOCH.fullmatch(packed):
            raise ValueError
        return date(decode(packed[0]) * 100 + int(packed[1:3]), decode(packed[3]), decode(packed[4]))
    except ValueError:
        raise FormatError(f"{packed!r} is no packed date", remedy="as K239D for 2023-09-13") from None


def pack_date(day: date) -> str:
    """Return a day of 1800 to 2099 in five characters."""
    if not 1800 <= day.year <= 2099:
        raise FormatError(f"{day} has no packed form", remedy="take a year from 1800 to 2099")
    return f"{DIGITS[day.year // 100]}{day.year % 100:02d}{DIGITS[day.month]}{DIGITS[day.day]}"


def _body(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    start = next((place + 1 for place, line in enumerate(lines) if re.fullmatch(r"-{20,}\s*", line)), 0)
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.strip():
            yield number, line


def _faults(line: str) -> Iterator[str]:
    if len(line) < _LEAST_WIDTH:
        yield f"{len(line)} columns, less than {_LEAST_WIDTH}"
        return
    try:
        unpack(line[:7].strip())
        unpack_date(line[20:25])
    except FormatError as error:
        yield error.what
    for name, (first, end) in _COLUMNS.items():
        text = line[first:end]
        if not _NUMBER.fullmatch(text) and (name in _NEEDED or text.strip()):
            yield f"{text.strip()!r} is no {name.replace('_', ' ')}, in columns {first + 1} to {end}"
    if not 0 <= float(line[70:79]) < 1 or not float(line[80:91]) > 0:
        yield "the orbit is no ellipse"
