"""What is said of a raw file that gives no frame: one line, with the remedy."""

from __future__ import annotations

from astrolib.collection.nights import SortedFile
from astrolib.core.errors import AstrolibError

Row = dict[str, str]
"""What became of a file, with its id."""


def row_of(file: str, error: AstrolibError, id_: str = "") -> Row:
    """Return why a file, or a chip of it, gave nothing."""
    return {"id": id_, "file": file, "key": error.what, "reason": str(error)}


def questions_of(file: SortedFile) -> list[Row]:
    """Return what is asked about a file before it can be used."""
    told = {"id": file.id, "file": file.name}
    if file.left_out:
        return [told | {"key": "left out", "reason": f"{file.name}: {_left_out(file)}"}]
    return [
        told
        | {
            "key": f"asked: {doubt.about}",
            "reason": f"{file.name}: {doubt.reason.rstrip('.')}; answer in the ledger: {doubt.possible}",
        }
        for doubt in file.doubts
    ]


def _left_out(file: SortedFile) -> str:
    if file.kind == "other":
        return f"it says {file.kind_said}, which is used for nothing; if it is, write so into the header map"
    return "a person left it out"
