"""The masters of a night, made and written for each chip."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.io import fits
from astropy.table import QTable

from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.core.schema import Column, TableSchema
from astrolib.images.combine import Combined
from astrolib.images.masters import Masters, long_darks, make_masters
from astrolib.images.product_names import product_name
from astrolib.images.raw import RawChip
from astrolib.images.writing import card_text

MASTER = TableSchema(
    "master frames",
    (
        Column("file", "str", "its name"),
        Column("kind", "str", "bias, dark or flat"),
        Column("chip", "str", "of which chip"),
        Column("filter", "str", "of a flat"),
        Column("frames", "int", "how many were combined"),
        Column("noise", "float", "median standard error of a pixel, in the unit of the master"),
        Column("bad", "int", "bad pixels of the chip"),
    ),
)
"""The masters of a night, one row each."""

_STEP = 16
"""Every so many rows tell whether a frame is of any use."""


def write_masters(chips: Sequence[RawChip], folder: Path) -> tuple[dict[tuple[str, ...], Masters], QTable]:
    """Make and write the masters of each chip of each camera; return them, and what was written."""
    groups: dict[tuple[str, ...], list[RawChip]] = defaultdict(list)
    for chip in chips:
        groups[same_chip(chip)].append(chip)
    made, rows, taken = {}, [], set[str]()
    for key, members in sorted(groups.items()):
        kinds: dict[str, list[RawChip]] = defaultdict(list)
        flats: dict[str, list[RawChip]] = defaultdict(list)
        for chip in members:
            (flats[chip.header.filter] if chip.header.kind == "flat" else kinds[chip.header.kind]).append(
                chip
            )
        made[key] = make_masters(kinds["bias"], kinds["dark"], flats)
        counts = Counter((chip.header.kind, "") for chip in members)
        counts["dark", ""] = len(long_darks(kinds["dark"]))
        counts.update(("dark", f"{chip.header.exposure:g}s") for chip in kinds["dark"])
        counts.update(("flat", chip.header.filter) for chip in members if chip.header.kind == "flat")
        several = len({same[1] for same in groups}) < len(groups)
        rows += _written(made[key], key, counts, folder, several, taken)
    return made, MASTER.table(rows)


def check_calibration(chip: RawChip) -> None:
    """Refuse a frame without a number in it, a dark whose exposure is not known, and a flat without light.

    Raises
    ------
    UnreadableFileError
        It names the file and the remedy.
    """
    if chip.header.kind == "dark" and not chip.header.exposure > 0:
        raise UnreadableFileError(
            f"a dark of {chip.header.exposure} s", where=chip.label, remedy="name the key in the header map"
        )
    some = np.concatenate([chip[slice(row, row + 1)] for row in range(0, chip.shape[0], _STEP)])
    if not np.isfinite(some).any():
        raise UnreadableFileError("no pixel is a finite number", where=chip.label, remedy="leave it out")
    if chip.header.kind == "flat" and not np.nanmedian(some) > 0:
        raise UnreadableFileError("a flat without light", where=chip.label, remedy="leave it out")


def same_chip(chip: RawChip) -> tuple[str, ...]:
    """Return what frames share of which one calibrates the other: camera, chip, size, binning, overscan."""
    size = f"{chip.shape[1]}x{chip.shape[0]}"
    name = chip.name or chip.header.chip
    return chip.header.instrument, name, size, chip.binning, "overscan" * bool(chip.levels)


def masters_of(chip: RawChip, made: Mapping[tuple[str, ...], Masters]) -> Masters:
    """Return what calibrates a chip; nothing, where the night has no frames for it.

    Raises
    ------
    UnreadableFileError
        If it is freed of an overscan and they are not, or the other way round.
    """
    own = same_chip(chip)
    if own not in made and any(other[:-1] == own[:-1] for other in made):
        has, have = ("an", "none") if chip.levels else ("no", "one")
        raise UnreadableFileError(
            f"it has {has} overscan (BIASSEC), the night's bias, dark and flat frames have {have}",
            where=chip.label,
            remedy="write the key into the others, or the strip into [detector] of the header map",
        )
    return made.get(own, Masters())


def _written(
    masters: Masters,
    key: tuple[str, ...],
    counts: Mapping[tuple[str, str], int],
    folder: Path,
    several: bool,
    taken: set[str],
) -> list[dict[str, object]]:
    parts: list[tuple[str, str, Combined | None, u.UnitBase]] = [
        ("bias", "", masters.bias, u.adu),
        ("dark", "", masters.dark, u.adu / u.s),
        *(("dark", f"{seconds:g}s", dark, u.adu) for seconds, dark in masters.whole_darks.items()),
        *(("flat", band, flat, u.dimensionless_unscaled) for band, flat in masters.flats.items()),
    ]
    chip = "-".join(filter(None, key)) if several else key[1]
    rows: list[dict[str, object]] = []
    for kind, band, master, unit in parts:
        if master is None:
            continue
        name = product_name((kind, band, chip), taken)
        header = fits.Header({"BUNIT": unit.to_string(), "IMAGETYP": f"master {kind}"})
        header["FILTER"] = card_text(band if kind == "flat" else "")
        hdus = [fits.PrimaryHDU(master.mean, header), fits.ImageHDU(master.error, name="UNCERT")]
        if masters.bad is not None:
            hdus.append(fits.ImageHDU(masters.bad.astype(np.uint8), name="MASK"))
        with whole_file(folder / name) as temporary:
            fits.HDUList(hdus).writeto(temporary, overwrite=True)
        rows.append(
            {
                "file": name,
                "kind": kind,
                "chip": key[1],
                "filter": band if kind == "flat" else "",
                "frames": counts[kind, band],
                "noise": float(np.nanmedian(master.error)),
                "bad": 0 if masters.bad is None else int(masters.bad.sum()),
            }
        )
    return rows
