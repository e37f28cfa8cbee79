"""The files that a run reads: every parameter that is a Path, but `out`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from astrolib.core.errors import ParameterError
from astrolib.core.files import sha256


def absolute(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with every Path made absolute, so that the record says which file it was."""
    return {name: _absolute(value) for name, value in values.items()}


def check(values: Mapping[str, Any]) -> None:
    """Refuse a path to nothing.

    Raises
    ------
    ParameterError
        If a file or folder that a parameter names is not there.
    """
    for name, path in _paths(values):
        if not path.exists():
            raise ParameterError("no such file or folder", where=f"{name} = {path}", remedy="check the path")


def hashes(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each file or folder by its path.

    Raises
    ------
    ParameterError
        If one cannot be read.
    """
    try:
        return {str(path): sha256(path) for _, path in _paths(values)}
    except OSError as error:
        raise ParameterError(
            f"cannot be read ({error.strerror})", where=error.filename, remedy="check its permissions"
        ) from error


def _absolute(value: Any) -> Any:
    if isinstance(value, list):
        return [_absolute(member) for member in value]
    return value.absolute() if isinstance(value, Path) else value


def _paths(values: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    for name, value in values.items():
        if name == "out":
            continue
        for member in value if isinstance(value, list) else [value]:
            if isinstance(member, Path):
                yield name, member
