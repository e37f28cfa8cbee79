"""FITS files in the layouts of the two archives, each saying that it is simulated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
from astropy.io import fits
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.core.files import whole_file

CHINA = 8 * u.hour
"""Local time at LAMOST less UTC."""

_NOTE = "Simulated: no telescope ever saw this star"


def write_ondrejov(
    path: Path, row: Mapping[str, Any], wavelength: NDArray[np.float64], flux: NDArray[np.float32]
) -> None:
    """Write a one-dimensional image with a linear axis in air, heliocentric: Ondrejov's layout of old.

    Parameters
    ----------
    path : Path
        The file.
    row : mapping
        ``star``, ``ra``, ``dec``, ``mag``, ``mjd`` (middle), ``exptime`` [s], ``correction`` [km/s].
    wavelength, flux : ndarray, shape (pixels,)
        In air [angstrom]; over the continuum.
    """
    header = fits.Header(_common(row))
    header["OBJECT"], header["RA"], header["DEC"] = row["star"], row["ra"], row["dec"]
    header["DATE-OBS"] = (_start(row).to_value("iso", subfmt="date_hms")[:19], "UTC of start of observation")
    header["EXPTIME"] = (row["exptime"], "[s]")
    header["INSTRUME"] = ("COUDE700", "simulated")
    header["OBSERVAT"] = "ONDREJOV"
    header["CRVAL1"], header["CDELT1"] = wavelength[0], round(float(wavelength[1] - wavelength[0]), 6)
    header["CRPIX1"], header["CTYPE1"], header["CUNIT1"] = 1.0, "LINEAR", "Angstrom"
    header["SPECRES"] = (0.505, "[Angstrom] full width at half maximum")
    header["SPECSYS"] = "HELIOCEN"
    header["VHELIO"] = (row["correction"], "[km/s] heliocentric correction, applied")
    _write(path, fits.PrimaryHDU(flux, header))


def write_lamost(
    path: Path,
    row: Mapping[str, Any],
    wavelength: NDArray[np.float64],
    flux: NDArray[np.float32],
    ivar: NDArray[np.float32],
    mask: NDArray[np.bool_],
) -> None:
    """Write the five rows of LAMOST's second data release: flux, inverse variance, wavelength, two masks.

    Parameters
    ----------
    path : Path
        The file.
    row : mapping
        As for `write_ondrejov`, and ``snr``, ``rv`` [km/s], ``fibre``.
    wavelength, flux, ivar, mask : ndarray, shape (pixels,)
        In vacuum, heliocentric [angstrom].
    """
    header = fits.Header(_common(row))
    middle, exposure = Time(row["mjd"], format="mjd"), row["exptime"] * u.s
    beginning, end = (middle + CHINA + side * exposure / 2 for side in (-1, 1))
    header["EXTEN0"] = "Flux Inverse Wavelength Andmask Ormask"
    header["FILENAME"], header["TELESCOP"] = path.name, ("LAMOST", "simulated")
    header["DATE-OBS"] = (middle.isot[:22], "The observation median UTC")
    header["DATE-BEG"] = (beginning.isot[:21], "The observation start local time")
    header["DATE-END"] = (end.isot[:21], "The observation end local time")
    header["LMJD"], header["MJD"] = int((middle + CHINA).mjd), int(middle.mjd)
    header["PLANID"], header["SPID"], header["FIBERID"] = f"SIM{header['LMJD']}", 1, row["fibre"]
    header["RA"], header["DEC"], header["DESIG"] = row["ra"], row["dec"], row["star"]
    header["OBJNAME"], header["OBJTYPE"] = row["star"], "Star"
    header["MAGTYPE"], header["MAG1"] = "V", row["mag"]
    header["EXPTIME"] = (row["exptime"], "[s]")
    header["HELIO"], header["HELIO_RV"] = (True, "applied"), (row["correction"], "[km/s]")
    header["VACUUM"] = (True, "Wavelengths are in vacuum")
    header["COEFF0"] = header["CRVAL1"] = round(float(np.log10(wavelength[0])), 6)
    header["COEFF1"] = header["CD1_1"] = 0.0001
    header["CRPIX1"], header["CTYPE1"], header["DC-FLAG"] = 1, "LINEAR", 1
    header["CLASS"], header["SN_R"] = "STAR", row["snr"]
    data = np.array([flux, ivar, wavelength, mask, mask], dtype=np.float64)
    _write(path, fits.PrimaryHDU(data, header))


def _common(row: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    return [
        ("ORIGIN", "astrolib sky", _NOTE),
        ("SIMULATD", True, _NOTE),
        ("MAG", row["mag"], "[mag] V"),
        ("RADECSYS", "ICRS", ""),
    ]


def _start(row: Mapping[str, Any]) -> Time:
    start = Time(row["mjd"], format="mjd") - row["exptime"] / 2 * u.s
    return start + 0.5 * u.ms  # the start is a whole second, to which the sum of days may fall short


def _write(path: Path, hdu: fits.PrimaryHDU) -> None:
    with whole_file(path) as temporary:
        hdu.writeto(temporary, overwrite=True)
