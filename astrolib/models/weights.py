"""The weights of a network, copied from an HDF5 file that a stranger made without following any link."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py

from astrolib.core.errors import HostileFileError

_MAX_DEPTH = 16
_MAX_NODES = 20_000
_MAX_NAME = 200


def copy_weights(content: bytes, path: Path) -> int:
    """Copy groups and plain datasets of numbers into a new file.

    Parameters
    ----------
    content : bytes
        An HDF5 file.
    path : Path
        The new one.

    Returns
    -------
    int
        How many numbers there are.

    Raises
    ------
    HostileFileError
        If a link leads out of its group or out of the file, a dataset lies in other files, is packed or holds
        anything but numbers, or groups are nested without bounds.
    """
    with h5py.File(io.BytesIO(content), "r") as source, h5py.File(path, "w") as target:
        copier = _Copier(len(content))
        copier.group(source, target, 0)
    return copier.values


class _Copier:
    """Copies group after group, and counts."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._nodes, self._bytes, self.values = max_bytes, 0, 0, 0

    def group(self, source: h5py.Group, target: h5py.Group, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise HostileFileError("weights nested without bounds")
        self._attributes(source, target)
        for name in source:
            self._nodes += 1
            if self._nodes > _MAX_NODES or not isinstance(source.get(name, getlink=True), h5py.HardLink):
                raise HostileFileError(f"a link at {name!r:.60} among the weights")
            member = source[name]
            if isinstance(member, h5py.Group):
                self.group(member, target.create_group(name), depth + 1)
            else:
                self._dataset(name, member, target)

    def _dataset(self, name: str, member: Any, target: h5py.Group) -> None:
        if not isinstance(member, h5py.Dataset) or member.dtype.kind not in "fiu" or member.shape is None:
            raise HostileFileError(f"{name!r:.60} among the weights holds no numbers")
        if member.external or member.is_virtual or member.id.get_create_plist().get_nfilters():
            raise HostileFileError(f"{name!r:.60} among the weights lies in other files, or is packed")
        self._bytes += member.nbytes
        if self._bytes > self._max_bytes:
            raise HostileFileError(f"weights that claim more bytes than the {self._max_bytes} of their file")
        self.values += member.size
        self._attributes(member, target.create_dataset(name, data=member[()]))

    def _attributes(self, source: Any, target: Any) -> None:
        """Copy short texts: keras keeps the names of layers there."""
        for name in source.attrs:
            kind = source.attrs.get_id(name)
            if (
                kind.shape == ()
                and h5py.check_string_dtype(kind.dtype)
                and isinstance(text := source.attrs[name], str)
            ):
                target.attrs[name] = text[:_MAX_NAME]
