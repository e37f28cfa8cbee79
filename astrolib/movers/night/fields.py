"""The reduced frames of a night by field: which are searched together, and which cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolib.collection.nights import unread
from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.images import ReducedFrame, read_frame, same_field
from astrolib.images.reading import fits_files

_BREAK = 6.0  # hours without a frame of the field: the next night, to be linked by motion alone

Rows = list[dict[str, str]]
"""Rows of the schema `astrolib.images.REJECTED`."""


@dataclass(frozen=True)
class NightFields:
    """The frames of a night.

    Parameters
    ----------
    fields : tuple of tuple of str
        Names of the frames of each field, by time; those of another night apart.
    rejected : list of dict
        What cannot be read, of the schema `astrolib.images.REJECTED`.
    stations : set of str
        Where the frames were taken.
    """

    fields: tuple[tuple[str, ...], ...]
    rejected: Rows
    stations: set[str]


def fields_of(folder: Path) -> NightFields:
    """Look at the frames of a folder, one at a time; no pixels stay in memory.

    Raises
    ------
    RefusedError
        If it is no folder.
    """
    light: list[ReducedFrame] = []
    rejected = []
    for path in fits_files(folder):
        try:
            frame = read_frame(_safely_named(path))
        except AstrolibError as error:
            rejected.append(rejected_row(path.name, error))
        else:
            light.append(replace(frame, data=_shape_only(frame), mask=None, uncertainty=None))
    known = {row["file"] for row in rejected}
    lost = {str(error.where): error for error in unread(folder.iterdir())}
    rejected += [rejected_row(name, error) for name, error in lost.items() if name not in known]
    groups = [night for group in same_field(light) for night in _nights(group)]
    fields = tuple(tuple(frame.name for frame in group) for group in groups)
    return NightFields(fields, rejected, {frame.station for frame in light})


def rejected_row(name: str, error: AstrolibError) -> dict[str, str]:
    """Return the row of a frame that was not searched."""
    return {"file": name, "key": error.what, "reason": str(error)}


def _safely_named(path: Path) -> Path:
    """Refuse a name that is not one line of text, or is hidden, or is a path on some other machine."""
    name = path.name
    if not name.isprintable() or name.startswith(".") or "\\" in name:
        raise UnreadableFileError(
            "its name is hidden, or holds a control character or a backslash",
            where=ascii(name)[1:-1],
            remedy="rename it",
        )
    return path


def _shape_only(frame: ReducedFrame) -> NDArray[np.float32]:
    """Return pixels that take no memory."""
    return np.broadcast_to(np.float32(0), frame.data.shape)


def _nights(frames: Sequence[ReducedFrame]) -> list[list[ReducedFrame]]:
    """Split the frames of one field where it was left for hours."""
    hours = np.array([frame.mid.jd for frame in frames]) * 24
    breaks = np.flatnonzero(np.diff(hours) > _BREAK) + 1
    return [list(part) for part in np.split(np.array(frames, dtype=object), breaks)]
