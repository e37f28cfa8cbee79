"""What the archive knows of one spectrum: read from its file, said in every answer."""

from __future__ import annotations

import dataclasses
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.time import Time

from astrolib.collection import read_spectra
from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import ANGSTROM_PER_METRE, Spectrum

AUTHORITY = "ivo://x-astrolib.sky/~?"
"""Publisher DIDs begin with this; the name of the file in the folder follows."""


_REFERENCES = {"topocentric": "TOPOCENTER", "heliocentric": "HELIOCENTER", "barycentric": "BARYCENTER"}


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
    medium, rest_frame, time_scale : str
        As in `Spectrum`; `mjd` is in UTC, and its scale UTC, wherever it is known.
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
    time_scale: str
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
    def reference(self) -> str:
        """Where the observer of the wavelengths stands, in the words of the data model; '' where unknown."""
        return _REFERENCES.get(self.rest_frame, "")

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


def read_entry(path: Path) -> Spectrum:
    """Read the one spectrum that a file holds.

    Raises
    ------
    UnreadableFileError
        If it holds none or several: an accref leads to one.
    OSError
        If it has gone since the index was made.
    """
    path.stat()
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


def entry_of(folder: Path, path: Path) -> Entry:
    """Read a file below `folder` and return what is to be said of it."""
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
        time_scale="UTC" if spectrum.time_scale else "",
        flux_unit=spectrum.flux_unit,
        calibration=_calibration(spectrum),
    )


def _calibration(spectrum: Spectrum) -> str:
    """Return NORMALIZED for a flux without a unit whose continuum is near 1."""
    near_one = 0.3 < float(np.nanmedian(spectrum.flux)) < 3
    return "NORMALIZED" if near_one and not spectrum.flux_unit else "RELATIVE"
