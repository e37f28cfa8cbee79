"""What a folder of spectra holds: every file is read once at the start, and again when it is asked for."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from astropy.table import Table
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.collection.reading import read_spectra
from astrolib.core.errors import AstrolibError, RefusedError, UnreadableFileError
from astrolib.core.spectrum import ANGSTROM_PER_METRE, Spectrum
from astrolib.sky.spectra.universe import TRUTH

AUTHORITY = "ivo://x-astrolib.sky/~?"
"""Publisher DIDs begin with this; the name of the file in the folder follows."""

SUFFIXES = (".fits", ".fit", ".fits.gz")


@dataclass(frozen=True)
class Entry:
    """One spectrum on offer.

    Parameters
    ----------
    key : str
        Its file relative to the folder, with slashes.
    path : Path
        The file.
    size : int
        Of the file [byte].
    target, instrument, title : str
        As people read them.
    ra, dec : float
        ICRS [deg].
    mjd : float
        Middle of the exposure [d]; NaN where unknown.
    exptime : float
        [s].
    start, end : float
        Shortest and longest wavelength [m].
    pixels : int
        Their number.
    resolution : float
        Full width at half maximum [m]; NaN where unknown.
    medium, rest_frame : str
        As in `Spectrum`.
    flux_unit : str
        Empty for a normalised flux.
    calibration : str
        Of the flux, in the words of SSAP 1.1, section 4.2.5.
    """

    key: str
    path: Path
    size: int
    target: str
    instrument: str
    title: str
    ra: float
    dec: float
    mjd: float
    exptime: float
    start: float
    end: float
    pixels: int
    resolution: float
    medium: str
    rest_frame: str
    flux_unit: str
    calibration: str

    @property
    def did(self) -> str:
        """The publisher DID."""
        return AUTHORITY + self.key

    @property
    def ucd(self) -> str:
        """The UCD of the wavelength: whether it was measured in air."""
        return "em.wl;obs.atmos" if self.medium == "air" else "em.wl"

    @property
    def place(self) -> tuple[float, float]:
        """Right ascension and declination [deg]."""
        return self.ra, self.dec

    @property
    def middle(self) -> float:
        """The middle of its wavelengths [m]."""
        return (self.start + self.end) / 2

    @property
    def width(self) -> float:
        """The range of its wavelengths [m]."""
        return self.end - self.start

    @property
    def votable_size(self) -> int:
        """What it takes as a VOTable, roughly [byte]."""
        return 5000 + 75 * self.pixels

    def of_part(self, spectrum: Spectrum, calibration: str) -> Entry:
        """Return what is to be said of a part of it, perhaps recalibrated."""
        first, last = (float(value) / ANGSTROM_PER_METRE for value in spectrum.wavelength[[0, -1]])
        return dataclasses.replace(
            self,
            start=first,
            end=last,
            pixels=len(spectrum),
            flux_unit=spectrum.flux_unit,
            calibration=calibration,
        )


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
    """

    entries: tuple[Entry, ...]
    stars: tuple[Star, ...]
    refused: tuple[str, ...] = ()

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


def plain_name(name: str) -> str:
    """Return a name without case and white space, as people compare names."""
    return "".join(name.split()).casefold()


def build_index(folder: Path) -> Index:
    """Read all spectra of a folder and what is below it; a file that is no spectrum is listed, not served.

    Raises
    ------
    RefusedError
        If the folder is not there or holds no spectrum.
    """
    files = sorted(
        path for path in folder.rglob("*") if path.name.lower().endswith(SUFFIXES) and path.is_file()
    )
    entries: list[Entry] = []
    refused: list[str] = []
    for path in files:
        try:
            entries.append(_entry(folder, path))
        except (AstrolibError, OSError, ValueError) as error:
            refused.append(f"{path.relative_to(folder)}: {error}")
    if not entries:
        why = f", {refused[0]}" if refused else ""
        raise RefusedError(f"no spectrum to serve{why}", where=folder, remedy="name a folder of FITS spectra")
    return Index(tuple(entries), _stars(folder, entries), tuple(refused))


def read_entry(path: Path) -> Spectrum:
    """Read the one spectrum that a file holds.

    Raises
    ------
    UnreadableFileError
        If it holds none or several: an accref leads to one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # astropy remarks on headers of old; what cannot be read raises
        spectra = read_spectra(path)
    if len(spectra) != 1:
        raise UnreadableFileError(f"{len(spectra)} spectra", where=path.name, remedy="one file, one spectrum")
    return spectra[0]


def middle(spectrum: Spectrum) -> float:
    """Return the middle of the exposure [d, MJD]; NaN where the file does not say."""
    if not spectrum.obstime:
        return np.nan
    epoch = float(Time(spectrum.obstime, scale=(spectrum.time_scale or "UTC").lower()).utc.mjd)
    late = spectrum.time_ref == "start" and np.isfinite(spectrum.exptime)
    return epoch + spectrum.exptime / 2 / 86400 if late else epoch


def _entry(folder: Path, path: Path) -> Entry:
    spectrum = read_entry(path)
    first, last = (float(value) / ANGSTROM_PER_METRE for value in spectrum.wavelength[[0, -1]])
    return Entry(
        key=path.relative_to(folder).as_posix(),
        path=path,
        size=path.stat().st_size,
        target=spectrum.target or path.stem,
        instrument=spectrum.instrument,
        title=f"{spectrum.target} {spectrum.obstime}".strip(),
        ra=spectrum.ra,
        dec=spectrum.dec,
        mjd=middle(spectrum),
        exptime=spectrum.exptime,
        start=first,
        end=last,
        pixels=len(spectrum),
        resolution=(first + last) / 2 / spectrum.resolving_power,
        medium=spectrum.medium,
        rest_frame=spectrum.rest_frame,
        flux_unit=spectrum.flux_unit,
        calibration=_calibration(spectrum),
    )


def _calibration(spectrum: Spectrum) -> str:
    """Return NORMALIZED for a flux without a unit whose continuum is near 1."""
    near_one = 0.3 < float(np.nanmedian(spectrum.flux)) < 3
    return "NORMALIZED" if near_one and not spectrum.flux_unit else "RELATIVE"


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


def unit_vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors of positions [deg], shape (n, 3)."""
    longitude, latitude = np.radians(ra), np.radians(dec)
    across = np.cos(latitude)
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=-1)


def within(
    ra: NDArray[np.float64], dec: NDArray[np.float64], centre: tuple[float, float], radius: float
) -> NDArray[np.bool_]:
    """Say which positions lie within `radius` of `centre` [deg]; those without a position do not."""
    chord = np.linalg.norm(unit_vectors(ra, dec) - unit_vectors(*map(np.asarray, centre)), axis=-1)
    return chord <= 2 * np.sin(np.radians(min(radius, 180)) / 2) + 1e-12
