"""What a folder of spectra holds: every file is read once at the start, and again when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from astropy.table import Table

from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.sky.archive.catalogue import Catalogue
from astrolib.sky.archive.entry import Entry, entry_of
from astrolib.sky.archive.skybot import SkyBot
from astrolib.sky.nights.night import NIGHT
from astrolib.sky.spectra.universe import TRUTH

SUFFIXES = (".fits", ".fit", ".fits.gz")


@dataclass(frozen=True)
class Star:
    """One object of the catalogue: name, ICRS position [deg] and magnitude (NaN where unknown)."""

    name: str
    ra: float
    dec: float
    mag: float


@dataclass(frozen=True)
class Index:
    """All that the archive offers.

    Parameters
    ----------
    entries : tuple of Entry
        The spectra, by file name.
    stars : tuple of Star
        The catalogue.
    refused : tuple of str
        One line for each file that is no spectrum.
    skybot : SkyBot
        Who knows the movers of the simulated night, if there is one.
    """

    entries: tuple[Entry, ...]
    stars: tuple[Star, ...]
    refused: tuple[str, ...] = ()
    skybot: SkyBot = field(default_factory=lambda: SkyBot(Path(NIGHT)))

    @cached_property
    def by_did(self) -> dict[str, Entry]:
        """The entries by publisher DID: nothing outside this dictionary can be asked for."""
        return {entry.did: entry for entry in self.entries}

    @cached_property
    def by_key(self) -> dict[str, Entry]:
        """The entries by file name."""
        return {entry.key: entry for entry in self.entries}

    @cached_property
    def names(self) -> dict[str, Star]:
        """The stars by name as `plain_name` writes it."""
        return {plain_name(star.name): star for star in self.stars}

    @cached_property
    def catalogue(self) -> Catalogue:
        """The simulated stars and what stands about them."""
        return Catalogue.about((star.name, star.ra, star.dec, star.mag) for star in self.stars)


def plain_name(name: str) -> str:
    """Return a name without case and white space, as people compare names."""
    return "".join(name.split()).casefold()


def build_index(folder: Path, *, skybot: str = "honest") -> Index:
    """Read all spectra of a folder and what is below it; a file that is no spectrum is listed, not served.

    Parameters
    ----------
    folder : Path
        The folder; the frames of its night are not looked at.
    skybot : Behaviour
        How its SkyBoT behaves (`skybot.BEHAVIOURS`).

    Raises
    ------
    RefusedError
        If the folder is not there or holds no spectrum.
    """
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.name.lower().endswith(SUFFIXES) and folder / NIGHT not in path.parents and path.is_file()
    )
    entries: list[Entry] = []
    refused: list[str] = []
    for path in files:
        try:
            entries.append(entry_of(folder, path))
        except (AstrolibError, OSError, ValueError) as error:
            refused.append(f"{path.relative_to(folder)}: {error}")
    if not entries:
        why = f", {refused[0]}" if refused else ""
        raise RefusedError(f"no spectrum to serve{why}", where=folder, remedy="name a folder of FITS spectra")
    return Index(tuple(entries), _stars(folder, entries), tuple(refused), SkyBot(folder / NIGHT, skybot))


def _stars(folder: Path, entries: Iterable[Entry]) -> tuple[Star, ...]:
    magnitudes = _magnitudes(folder / TRUTH)
    found: dict[str, Star] = {}
    for entry in entries:
        if np.isfinite(entry.ra) and np.isfinite(entry.dec):
            magnitude = magnitudes.get(entry.target, np.nan)
            found.setdefault(plain_name(entry.target), Star(entry.target, entry.ra, entry.dec, magnitude))
    return tuple(found.values())


def _magnitudes(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    truth = Table.read(path, format="ascii.ecsv")
    return dict(zip(truth["star"].tolist(), truth["mag"].tolist(), strict=True))
