"""Candidates for other programs: VOTable, CSV, ECSV, and desktop tools."""

from __future__ import annotations

import warnings
from pathlib import Path

import astropy.units as u
from astropy.table import QTable

from astrolib.archive.samp import Sent, send_table
from astrolib.collection.export import export as export_table

NAME = "candidates"


def export(table: QTable, path: Path) -> None:
    """Write a table of candidates in the format that the suffix names (`astrolib.collection.export`).

    In CSV a text that a spreadsheet would run is preceded by an apostrophe; -12.3 stays a number.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    export_table(plain(table), path)


def send(table: QTable, folder: Path, name: str = NAME) -> Sent:
    """Tell the desktop tools (TOPCAT, Aladin) of a table, over SAMP; its file stays in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", u.UnitsWarning)  # VOUnit deprecates the angstrom, which all read
        return send_table(plain(table), name, folder)


def plain(table: QTable) -> QTable:
    """Return a table without what only astrolib reads, and without blanks in the names of its columns."""
    table = QTable(table, copy=False)
    table.meta.clear()
    for name in table.colnames:
        table.rename_column(name, "_".join(name.split()))
    return table
