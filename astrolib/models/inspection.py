"""Look through a ``.keras`` file in a process of its own, and copy what is plain.

Run as ``python -m astrolib.models.inspection FILE FOLDER``; `astrolib.models.model_file` does. Both formats
inside, a zip archive and HDF5, have read files and run code before: here nothing is loaded by keras, no link
is followed, and the process has limits.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from pathlib import Path
from typing import Any

from astrolib.core.errors import AstrolibError, HostileFileError, UnreadableFileError
from astrolib.models.layers import check_config

CONFIG, WEIGHTS, RECORD = "config.json", "model.weights.h5", "astrolib.json"
MEMBERS = {"metadata.json", CONFIG, WEIGHTS, RECORD}

SECONDS = 30
"""Of processor time."""

_MAX_BYTES = {WEIGHTS: 1 << 30}
_MAX_JSON = 8 << 20
_MAX_MEMORY = 4 << 30


def inspect(path: Path, folder: Path) -> None:
    """Copy the plain parts of `path` into `folder`.

    Raises
    ------
    HostileFileError
        If it holds anything else.
    UnreadableFileError
        If it is no file of ours.
    """
    from astrolib.models.weights import copy_weights  # h5py only in this process

    if not zipfile.is_zipfile(path):
        raise UnreadableFileError("not a .keras file")
    with zipfile.ZipFile(path) as archive:
        _check_members(archive, path.stat().st_size)
        content = {name: archive.read(name) for name in (CONFIG, RECORD, WEIGHTS)}
    n_values = copy_weights(content[WEIGHTS], folder / WEIGHTS)
    check_config(json.loads(content[CONFIG]), n_values)
    for name in (CONFIG, RECORD):
        (folder / name).write_bytes(content[name])


def _check_members(archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if unknown := set(names) - MEMBERS:
        raise HostileFileError(f"a member {min(unknown)!r:.80}, which no network needs")
    if missing := MEMBERS - set(names):
        raise UnreadableFileError(f"no member {min(missing)}; astrolib did not save it")
    if len(names) != len(MEMBERS):
        raise HostileFileError("a member that comes twice")
    for member in members:
        if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
            raise HostileFileError(f"{member.filename} is packed, and could expand without bounds")
        if member.file_size > _MAX_BYTES.get(member.filename, _MAX_JSON):
            raise HostileFileError(f"{member.filename} has {member.file_size} bytes")
    if sum(member.file_size for member in members) > size:
        raise HostileFileError("members that overlap")


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, _MAX_MEMORY),
        (resource.RLIMIT_FSIZE, 2 * _MAX_BYTES[WEIGHTS]),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main(path: str, folder: str) -> dict[str, Any]:
    """Inspect a file under limits, and return the verdict."""
    _limit()
    try:
        inspect(Path(path), Path(folder))
    except HostileFileError as error:
        return {"what": error.what}
    except AstrolibError as error:
        return {"what": error.what, "damaged": True}
    except RecursionError:
        return {"what": "it is nested too deep"}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        return {"what": f"damaged ({error})", "damaged": True}
    return {"plain": True}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:3])))
