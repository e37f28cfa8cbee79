"""A night of raw files, reduced: masters, frames, and what became of each file."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from astropy.table import QTable

from astrolib.collection.nights import (
    HeaderMap,
    Ledger,
    SortedFile,
    frames_in,
    name_of,
    sort_files,
    stem,
    unread,
)
from astrolib.core.errors import AstrolibError, RefusedError, UnreadableFileError
from astrolib.core.progress import Progress, silent
from astrolib.images.master_files import MASTER, check_calibration, masters_of, write_masters
from astrolib.images.masters import Masters
from astrolib.images.product_names import product_name
from astrolib.images.raw import RawChip, open_chips
from astrolib.images.reading import REJECTED
from astrolib.images.reduction import Reduction, reduce_chip
from astrolib.images.reference import Reference, read_reference
from astrolib.images.refused import Row, questions_of, row_of
from astrolib.images.summary import Summary, summarise
from astrolib.images.writing import write_frame


@dataclass
class Night:
    """What became of a night's files.

    Parameters
    ----------
    name : str
        What the night is called.
    files : list of SortedFile
        Those that could be read.
    frames : list of Summary
        The reduced frames, by time.
    masters, rejected : QTable
        Of schemas `MASTER` and `astrolib.images.reading.REJECTED`.
    reasons : mapping of str to str
        Why a file, by its id, or a chip of it gave nothing.
    """

    name: str
    files: list[SortedFile]
    frames: list[Summary] = field(default_factory=list)
    masters: QTable = field(default_factory=MASTER.table)
    rejected: QTable = field(default_factory=REJECTED.table)
    reasons: dict[str, str] = field(default_factory=dict)


def reduce_night(
    raw: Path,
    out: Path,
    catalogue: Path,
    *,
    night: str = "",
    header_map: HeaderMap | None = None,
    ledger: Ledger | None = None,
    progress: Progress | None = None,
) -> Night:
    """Reduce all science frames of a folder; a bad file is a row, and the others go on.

    Parameters
    ----------
    raw : Path
        The folder of the raw files, and those in it.
    out : Path
        Gets ``masters/*.fits`` and ``frames/*.fits``.
    catalogue : Path
        Reference stars, as `astrolib.images.reference.read_reference` reads them.
    night : str
        What it is called; by default the date of its evening.
    header_map : HeaderMap, optional
        By default the one that recognises the headers.
    ledger : Ledger, optional
        Where people have answered about these files.
    progress : Progress, optional
        Told of each science frame.

    Raises
    ------
    RefusedError
        If the folder holds no FITS files.
    UnreadableFileError
        If the catalogue cannot be read.
    """
    reference = read_reference(catalogue)
    paths, lost = frames_in(raw), unread(raw.rglob("*"))
    if not (paths or lost):
        raise RefusedError("no FITS files", where=raw, remedy="give the folder of the raw frames")
    files, refused = sort_files(paths, header_map)
    files = files if ledger is None else ledger.answered(files)
    done = Night(night or name_of(files, raw), files)
    rows = [row_of(Path(error.where).name or "?", error) for error in [*refused, *lost]]
    rows += [row for file in files for row in questions_of(file)]
    sure = [file for file in files if not file.doubts and not file.left_out]
    for name in ("masters", "frames"):
        (out / name).mkdir(parents=True, exist_ok=True)
    chips, more = _opened([file for file in sure if file.kind in ("bias", "dark", "flat")], header_map)
    masters, done.masters = write_masters(chips, out / "masters")
    science = sorted((file for file in sure if file.kind == "science"), key=lambda file: file.start)
    rows += more + _science(science, header_map, masters, reference, out / "frames", done, progress or silent)
    done.reasons = {row.pop("id"): row["reason"] for row in rows}
    done.rejected = REJECTED.table(rows)
    return done


def _opened(files: Sequence[SortedFile], header_map: HeaderMap | None) -> tuple[list[RawChip], list[Row]]:
    chips, rows = [], []
    for file in files:
        try:
            opened = chips_of(file, header_map)
            for chip in opened:
                check_calibration(chip)
            chips += opened
        except AstrolibError as error:
            rows.append(row_of(file.name, error, file.id))
    return chips, rows


def chips_of(file: SortedFile, header_map: HeaderMap | None = None) -> list[RawChip]:
    """Open the chips of a sorted file; what a person said of it goes before what its header says."""
    return [
        dataclasses.replace(
            chip,
            header=dataclasses.replace(
                chip.header,
                kind=file.kind,
                filter=file.filter,
                exposure=file.exposure,
                starts={"start": file.start} if file.start else {},
                time_problem="" if file.start else "no time",
            ),
        )
        for chip in open_chips(Path(file.path), header_map)
    ]


def _science(
    files: Sequence[SortedFile],
    header_map: HeaderMap | None,
    masters: dict[tuple[str, ...], Masters],
    reference: Reference,
    folder: Path,
    done: Night,
    progress: Progress,
) -> list[Row]:
    """Reduce the science frames one after the other, and return those that could not be."""
    rows: list[Row] = []
    taken: set[str] = set()
    for count, file in enumerate(files, start=1):
        chips, more = _opened([file], header_map)
        rows += more
        for chip in chips:
            name = product_name((stem(chip.file), chip.name), taken)
            try:
                result = _reduced(chip, masters_of(chip, masters), reference, name)
            except AstrolibError as error:
                rows.append(row_of(chip.label, error, file.id))
                continue
            write_frame(result.frame, folder / name)
            done.frames.append(summarise(chip, result, file.id))
        progress(count, len(files))
    return rows


def _reduced(chip: RawChip, masters: Masters, reference: Reference, name: str) -> Reduction:
    """Reduce a chip; whatever its pixels make the libraries raise is about this frame alone."""
    try:
        return reduce_chip(chip, masters, reference, name)
    except AstrolibError:
        raise
    except Exception as error:  # pixels of a stranger's file have no bounds
        raise UnreadableFileError(
            f"it cannot be reduced ({type(error).__name__}: {error})",
            where=chip.label,
            remedy="look at its pixels",
        ) from error
