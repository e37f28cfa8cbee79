"""The platform's notebooks, copied fresh into a home without touching what its owner changed.

Each file that was delivered is remembered by its hash in ``.delivered.json`` beside the copies:

- a copy that still has the hash is the platform's, and is replaced by a newer version;
- a copy that differs is its owner's and stays; a newer version is put beside it as ``NAME.new.ipynb``;
- a copy that is gone was deleted by its owner, and does not come back.

Deleting the whole folder brings everything back. No link inside the home is followed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

MANIFEST = ".delivered.json"
LARGEST = 64 * 1024 * 1024


def deliver(source: Path, home: Path) -> list[str]:
    """Bring `home`/``notebooks`` up to date with `source`, and return the files that were written.

    Parameters
    ----------
    source : Path
        The platform's notebooks.
    home : Path
        The user's home; it must exist.

    Returns
    -------
    list of str
        Paths below ``notebooks``, in the order of `source`.

    Raises
    ------
    OSError
        If a folder on the way is a link, or the disk refuses.
    """
    with _folder(home, PurePosixPath("notebooks")) as root:
        delivered = _manifest(root)
        written = []
        for path in platform_files(source):
            content = (source / path).read_bytes()
            name = _deliver_one(home, path, content, delivered)
            written += [name] if name else []
        _write(root, MANIFEST, json.dumps(delivered, indent=1).encode())
    return written


def platform_files(source: Path) -> list[str]:
    """Return the files of `source`, relative, sorted, hidden ones and caches left out."""
    found = (path.relative_to(source) for path in source.rglob("*") if path.is_file())
    return sorted(
        path.as_posix() for path in found if not any(part.startswith((".", "__")) for part in path.parts)
    )


def _deliver_one(home: Path, path: str, content: bytes, delivered: dict[str, str]) -> str | None:
    """Deliver one file where that is due; return the path that was written."""
    target = PurePosixPath("notebooks") / path
    last, new = delivered.get(path), _hash(content)
    if last == new:
        return None
    with _folder(home, target.parent) as folder:
        mine = _hash_of(folder, target.name)
        if mine is None and last is not None:
            return None  # deleted by its owner
        name = target.name if mine in (None, last, new) else f"{target.stem}.new{target.suffix}"
        if name != target.name and _hash_of(folder, name) not in (None, last):
            return None  # the version beside it was changed too; asked again next time
        delivered[path] = new
        if mine == new:
            return None
        _write(folder, name, content)
    return (PurePosixPath(path).parent / name).as_posix()


@contextmanager
def _folder(home: Path, below: PurePosixPath) -> Iterator[int]:
    """Open the folder `below` `home`, made where missing, refusing links on the way."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    current = os.open(home, flags)
    try:
        for part in below.parts:
            _make_folder(part, current)
            inner = os.open(part, flags | os.O_NOFOLLOW, dir_fd=current)
            os.close(current)
            current = inner
        yield current
    finally:
        os.close(current)


def _make_folder(name: str, folder: int) -> None:
    try:
        os.mkdir(name, 0o755, dir_fd=folder)
    except FileExistsError:
        return


def _hash_of(folder: int, name: str) -> str | None:
    """Return the hash of a file, None where there is none; what cannot be read counts as the owner's."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError:
        return "unreadable"
    with os.fdopen(handle, "rb", closefd=True) as file:
        return _hash(file.read(LARGEST)) if _is_regular(handle) else "unreadable"


def _is_regular(handle: int) -> bool:
    return (os.fstat(handle).st_mode & 0o170000) == 0o100000


def _write(folder: int, name: str, content: bytes) -> None:
    """Write a file whole or not at all; a link of that name is replaced, not followed."""
    temporary = f".{name}.{secrets.token_hex(4)}"
    handle = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        os.unlink(temporary, dir_fd=folder)
        raise


def _manifest(folder: int) -> dict[str, str]:
    try:
        handle = os.open(MANIFEST, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        with os.fdopen(handle, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
