"""Files of 80-column observations: headers and lines in the order of the file, every column as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from astrolib.core.errors import HostileFileError
from astrolib.core.files import write_text
from astrolib.movers.formats.obs80_line import PAIRED, WIDTH, Observation, line_faults, second_line_faults
from astrolib.movers.formats.refusal import FormatError

MAX_BYTES = 256_000_000

_HEADER = re.compile(r"(ACK|COD|CON|OBS|MEA|TEL|NET|BND|COM|NUM|AC2) (.*)")


@dataclass(frozen=True)
class Header:
    """One line that says who observed, where and how."""

    keyword: str
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The line."""
        return (f"{self.keyword} {self.text}",)


@dataclass(frozen=True)
class Refused:
    """A line that breaks the rules, and why."""

    number: int
    line: str
    reason: str


@dataclass(frozen=True)
class Obs80:
    """What a file of 80-column lines holds.

    Parameters
    ----------
    entries : tuple of Header or Observation
        In the order of the file. Blank lines are not kept.
    """

    entries: tuple[Header | Observation, ...]

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The observations without the headers."""
        return tuple(entry for entry in self.entries if isinstance(entry, Observation))

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers without the observations."""
        return tuple(entry for entry in self.entries if isinstance(entry, Header))


def read_obs80(path: Path) -> Obs80:
    """Read a file of 80-column observations, whole or not at all.

    Raises
    ------
    FormatError
        Naming the first line that breaks the rules, why, and how many others do.
    HostileFileError
        If it is larger than 256 MB.
    """
    if path.stat().st_size > MAX_BYTES:
        raise HostileFileError(f"more than {MAX_BYTES} bytes", where=path.name, remedy="split it")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"byte {error.start + 1} is not UTF-8", where=path.name, remedy="save it in UTF-8"
        ) from error
    return parse_obs80(text, path.name)


def parse_obs80(text: str, where: str = "80 columns") -> Obs80:
    """Return what a text of 80-column lines holds; see `read_obs80`."""
    found, refused = sift_obs80(text)
    if refused:
        others = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        raise FormatError(
            f"{refused[0].reason}{others}",
            where=f"{where}, line {refused[0].number}",
            remedy="see the Minor Planet Center's format of 80 columns",
        )
    if not found.entries:
        raise FormatError("no line of 80 columns", where=where, remedy="check that it is the right file")
    return found


def sift_obs80(text: str) -> tuple[Obs80, tuple[Refused, ...]]:
    """Return what a text holds, and the refused lines with the reason, for those who go on without them."""
    sieve = _Sieve()
    for number, line in _lines(text):
        sieve.take(number, line)
    sieve.end()
    return Obs80(tuple(sieve.entries)), tuple(sieve.refused)


def format_obs80(found: Obs80) -> str:
    """Return a text of 80-column lines, every column as it was read."""
    return "".join(f"{line}\n" for entry in found.entries for line in entry.lines)


def write_obs80(found: Obs80, path: Path) -> None:
    """Write a file of 80-column lines, whole or not at all.

    Raises
    ------
    FormatError
        If a line breaks the rules; nothing is written.
    """
    text = format_obs80(found)
    parse_obs80(text, path.name)
    write_text(path, text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line.strip(" "):
            yield number, line[:WIDTH] + line[WIDTH:].rstrip(" ")


def _fault(line: str) -> str:
    try:
        return next(line_faults(line), "")
    except FormatError as error:
        return error.what


class _Sieve:
    """Puts lines together to entries, and sets aside those that break the rules."""

    def __init__(self) -> None:
        self.entries: list[Header | Observation] = []
        self.refused: list[Refused] = []
        self._first: tuple[int, str] | None = None

    def take(self, number: int, line: str) -> None:
        if self._first and line[14:15] == self._first[1][14].lower():
            self._pair(number, self._first[1], line)
            return
        self.end()
        if header := _HEADER.fullmatch(line):
            self._header(number, line, header)
        elif line[14:15] and line[14] in PAIRED.lower():
            self._refuse(number, line, f"a second line ({line[14]}) without a first one")
        else:
            self._observation(number, line)

    def end(self) -> None:
        if self._first:
            number, line = self._first
            self._refuse(
                number, line, f"a first line ({line[14]}) without its second one ({line[14].lower()})"
            )
        self._first = None

    def _header(self, number: int, line: str, header: re.Match[str]) -> None:
        if len(line) > WIDTH:
            self._refuse(number, line, f"a header of {len(line)} characters, more than {WIDTH}")
        elif not line.isprintable():
            self._refuse(number, line, "a header that is not printable")
        else:
            self.entries.append(Header(header[1], header[2].rstrip(" ")))

    def _observation(self, number: int, line: str) -> None:
        if fault := _fault(line):
            self._refuse(number, line, fault)
        elif line[14] in PAIRED:
            self._first = (number, line)
        else:
            self.entries.append(Observation(line))

    def _pair(self, number: int, first: str, line: str) -> None:
        self._first = None
        if fault := next(second_line_faults(first, line), ""):
            self._refuse(number, line, fault)
        else:
            self.entries.append(Observation(first, line))

    def _refuse(self, number: int, line: str, reason: str) -> None:
        self.refused.append(Refused(number, line, reason))
