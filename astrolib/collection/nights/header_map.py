"""Header maps: one TOML file for each telescope says which of its keys mean what.

Keys are looked up in the order in which the file names them. A number among them holds where no key before it
is there, and a number or a word in place of the list holds for every frame of the telescope.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from astrolib.collection.nights import header as reading
from astrolib.collection.nights.header_forms import TABLES, check
from astrolib.core.errors import SettingsError

STANDARD = "standard"
"""The map that reads the keys of the FITS Standard and the habits of the common programs."""

Keys = tuple[str, ...]

_MOST_MAPS = 8
"""A map may extend another one, and that one another, so often."""


@dataclass(frozen=True)
class HeaderMap:
    """Which keys of a telescope's headers mean what.

    Parameters
    ----------
    name : str
        What it is called.
    about : str
        The telescope and the camera, for people.
    recognise : mapping of str to tuple of str
        Keys of the header, and with which words one of theirs begins where a frame is of this telescope.
    tables : mapping
        The tables of the file: ``kind``, ``filter``, ``exposure``, ``time``, ``pointing``, ``detector``,
        ``place`` and ``reduced``, as `docs/how-to/your-own-telescope.md` explains them.
    """

    name: str
    about: str
    recognise: Mapping[str, Keys]
    tables: Mapping[str, Mapping[str, Any]]

    def read(
        self, header: Mapping[str, Any], extension: Mapping[str, Any] | None = None
    ) -> reading.FrameHeader:
        """Read a header through this map.

        Parameters
        ----------
        header : mapping
            The primary header.
        extension : mapping, optional
            That of one chip of a mosaic; what it says goes before what the primary one says.
        """
        return reading.read(self.tables, self.name, header, extension)

    def recognises(self, header: Mapping[str, Any]) -> bool:
        """Say whether a header is of this telescope, as far as the map can tell."""
        said = {key: str(header.get(key, "")).strip().lower() for key in self.recognise}
        return bool(self.recognise) and all(
            any(said[key].startswith(word.lower()) for word in words) for key, words in self.recognise.items()
        )


def read_header_map(name_or_path: str | Path = STANDARD) -> HeaderMap:
    """Return a header map by its known name, or the one in a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        ``standard``, ``int-wfc``, ``maxim-dl``, ``wise``, or the path of a file.

    Raises
    ------
    SettingsError
        If it is not there, no TOML, holds a table or key that means nothing, or extends itself.
    """
    return _read(name_or_path, 0)


def _read(name_or_path: str | Path, depth: int) -> HeaderMap:
    if str(name_or_path) in _names():
        return _shipped(str(name_or_path))
    if depth > _MOST_MAPS:
        raise SettingsError("extends itself", where=name_or_path, remedy='extend "standard"')
    path = Path(name_or_path).expanduser()
    try:
        return _of_text(path.read_text(encoding="utf-8-sig"), str(path), depth)
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(_names()))
        raise SettingsError(
            f"no header map ({error})", where=path, remedy=f"give {known}, or the path of a TOML file"
        ) from error


def known_header_maps() -> dict[str, HeaderMap]:
    """Return the header maps that ship with astrolib, by name."""
    return {name: _shipped(name) for name in sorted(_names())}


def header_map_for(header: Mapping[str, Any]) -> HeaderMap:
    """Return the shipped map that recognises a header; the standard one where none does."""
    found = (known for known in known_header_maps().values() if known.recognises(header))
    return next(found, read_header_map())


@cache
def _names() -> frozenset[str]:
    folder = resources.files(__package__) / "headers"
    return frozenset(
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")
    )


@cache
def _shipped(name: str) -> HeaderMap:
    file = resources.files(__package__) / "headers" / f"{name}.toml"
    return _of_text(file.read_text(encoding="utf-8"), f"{name}.toml")


def _of_text(text: str, where: str, depth: int = 0) -> HeaderMap:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"no TOML ({error})", where=where, remedy="mend that line") from error
    check(told, where)
    told = _without_hierarch(told)
    base = _read(told["extends"], depth + 1).tables if "extends" in told else {}
    tables = {name: {**base.get(name, {}), **told.get(name, {})} for name in TABLES}
    recognise = {key: _words(words) for key, words in told.get("recognise", {}).items()}
    return HeaderMap(str(told.get("name", Path(where).stem)), str(told.get("about", "")), recognise, tables)


def _without_hierarch(told: Any) -> Any:
    """Return a map whose long keys are called as FITS libraries call them, without the word before them."""
    if isinstance(told, dict):
        return {_without_hierarch(key): _without_hierarch(value) for key, value in told.items()}
    if isinstance(told, list):
        return [_without_hierarch(each) for each in told]
    return told.removeprefix("HIERARCH ") if isinstance(told, str) else told


def _words(words: Any) -> Keys:
    return (words,) if isinstance(words, str) else tuple(str(word) for word in words)
