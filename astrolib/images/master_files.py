"""The masters of a night, made and written for each chip."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.io import fits
from astropy.table import QTable

from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.core.schema import Column, TableSchema
from astrolib.images.combine import Combined
from astrolib.images.masters import Masters, make_masters
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

UNSAFE = re.compile(r"[^\w.+-]+")
"""What a file name made from a header must not hold."""


def write_masters(chips: Sequence[RawChip], folder: Path) -> tuple[dict[tuple[str, ...], Masters], QTable]:
    """Make and write the masters of each chip of each camera; return them, and what was written."""
    groups: dict[tuple[str, ...], list[RawChip]] = defaultdict(list)
    for chip in chips:
        groups[same_chip(chip)].append(chip)
    made, rows = {}, []
    for key, members in sorted(groups.items()):
        kinds: dict[str, list[RawChip]] = defaultdict(list)
        flats: dict[str, list[RawChip]] = defaultdict(list)
        for chip in members:
            (flats[chip.header.filter] if chip.header.kind == "flat" else kinds[chip.header.kind]).append(
                chip
            )
        made[key] = make_masters(kinds["bias"], kinds["dark"], flats)
        counts = {kind: len(kinds[kind]) for kind in ("bias", "dark")} | {
            band: len(some) for band, some in flats.items()
        }
        several = len({same[1] for same in groups}) < len(groups)
        rows += _written(made[key], key, counts, folder, several)
    return made, MASTER.table(rows)


def check_calibration(chip: RawChip) -> None:
    """Refuse a dark whose exposure is not known, and a flat without light.

    Raises
    ------
    UnreadableFileError
        It names the file and the remedy.
    """
    if chip.header.kind == "dark" and not chip.header.exposure > 0:
        raise UnreadableFileError(
            f"a dark of {chip.header.exposure} s", where=chip.label, remedy="name the key in the header map"
        )
    if chip.header.kind == "flat" and not np.nanmedian(chip[slice(0, 256)]) > 0:
        raise UnreadableFileError("a flat without light", where=chip.label, remedy="leave it out")


def same_chip(chip: RawChip) -> tuple[str, ...]:
    """Return what frames must share that one may calibrate the other: chip, camera and size."""
    return chip.header.instrument, chip.name, f"{chip.shape[1]}x{chip.shape[0]}"


def _written(
    masters: Masters, key: tuple[str, ...], counts: dict[str, int], folder: Path, several: bool
) -> list[dict[str, object]]:
    parts: list[tuple[str, str, Combined | None, u.UnitBase]] = [
        ("bias", "", masters.bias, u.adu),
        ("dark", "", masters.dark, u.adu / u.s),
        *(("flat", band, flat, u.dimensionless_unscaled) for band, flat in masters.flats.items()),
    ]
    chip = "-".join(filter(None, key)) if several else key[1]
    rows: list[dict[str, object]] = []
    for kind, band, master, unit in parts:
        if master is None:
            continue
        name = "-".join(UNSAFE.sub("_", part) for part in (kind, band, chip) if part) + ".fits"
        header = fits.Header(
            {"BUNIT": unit.to_string(), "FILTER": card_text(band), "IMAGETYP": f"master {kind}"}
        )
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
                "filter": band,
                "frames": counts[band or kind],
                "noise": float(np.median(master.error)),
                "bad": 0 if masters.bad is None else int(masters.bad.sum()),
            }
        )
    return rows
