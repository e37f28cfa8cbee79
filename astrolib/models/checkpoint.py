"""The state of a training on disk, in one file that appears whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.models import backend

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Checkpoint:
    """A training after some epoch.

    Parameters
    ----------
    fingerprint : str
        Of what is trained on what, in 64 hex digits.
    history : tuple of dict
        What each epoch so far gave.
    variables : tuple of ndarray
        All that the network holds, the state of its dropout included.
    optimizer : tuple of ndarray
        All that the optimiser holds.
    best : tuple of ndarray
        The weights of the best epoch.
    """

    fingerprint: str
    history: tuple[dict[str, Any], ...] = ()
    variables: Arrays = field(default=(), repr=False)
    optimizer: Arrays = field(default=(), repr=False)
    best: Arrays = field(default=(), repr=False)

    def save(self, path: Path) -> None:
        """Write it, so that a kill at any moment leaves this one or the one before."""
        head = json.dumps({"fingerprint": self.fingerprint, "history": self.history})
        members: dict[str, Any] = {"head": np.array(head)}
        for name in ("variables", "optimizer", "best"):
            members |= {f"{name}-{number}": array for number, array in enumerate(getattr(self, name))}
        with whole_file(path) as temporary, temporary.open("wb") as stream:
            np.savez(stream, **members)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Read one; no pickle in it is ever loaded.

        Raises
        ------
        UnreadableFileError
            If it is no checkpoint.
        """
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as members:
                head = json.loads(str(members["head"]))
                parts = {name: _numbered(members, name) for name in ("variables", "optimizer", "best")}
                return cls(head["fingerprint"], tuple(head["history"]), **parts)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise UnreadableFileError(
                f"not a checkpoint ({error})", where=path, remedy="give an empty folder"
            ) from error


def _numbered(members: Any, name: str) -> Arrays:
    count = sum(member.startswith(f"{name}-") for member in members.files)
    return tuple(members[f"{name}-{number}"] for number in range(count))


def values(variables: Sequence[Any]) -> Arrays:
    """Return copies of the values of keras variables."""
    to_numpy = backend.load().ops.convert_to_numpy
    return tuple(np.array(to_numpy(variable)) for variable in variables)


def assign(variables: Sequence[Any], arrays: Arrays) -> None:
    """Give keras variables their values."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
