"""Read a file of spectra, whoever made it, through the reader that knows its layout."""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from pathlib import Path

from astropy.utils.exceptions import AstropyWarning

from astrolib.collection.readers import FITS_READERS, sdm_votable, text_table, unknown
from astrolib.core import settings
from astrolib.core.errors import AstrolibError, HostileFileError, UnreadableFileError
from astrolib.core.fits import open_fits
from astrolib.core.spectrum import Spectrum

_REFUSED = {b"\x89HDF\r\n\x1a\n": "HDF5", b"\x80": "a pickle", b"PK\x03\x04": "a zip archive"}
_HEAD = 512


def read_spectra(path: Path) -> list[Spectrum]:
    """Read the spectra of a file: FITS in the layouts of `readers`, VOTable, ECSV or CSV.

    Parameters
    ----------
    path : Path
        The file, plain or (FITS, VOTable) gzipped.

    Returns
    -------
    list of Spectrum
        One for most layouts; one for each order or aperture of an IRAF multispec image.

    Raises
    ------
    UnreadableFileError
        If it is damaged, its keys contradict each other, or nobody here knows its layout.
    HostileFileError
        If it is no regular file, claims more than it holds, or reaches outside itself.
    """
    if not path.is_file():
        raise HostileFileError("not a regular file", where=path.name, remedy="give the name of a file")
    head = _head(path)
    for magic, name in _REFUSED.items():
        if head.startswith(magic):
            raise HostileFileError(
                f"it is {name}, which can run code or reach outside itself",
                where=path.name,
                remedy="convert it to FITS, VOTable or ECSV",
            )
    try:
        # What astropy warns of (odd cards, old spellings, a last block without padding) harms no spectrum.
        with warnings.catch_warnings(action="ignore", category=AstropyWarning):
            return _reader(head, path)(path)
    except AstrolibError:
        raise
    except Exception as error:  # what a stranger's file makes astropy raise has no bounds
        raise UnreadableFileError(
            f"damaged ({type(error).__name__}: {error})", where=path.name, remedy="fetch it again"
        ) from error


def read_fits(path: Path) -> list[Spectrum]:
    """Read a FITS file through the first reader that recognises it, else through specutils."""
    limit = int(settings.load().max_file_mb * 1e6)
    with open_fits(path, max_bytes=limit) as hdus:
        for reader in FITS_READERS:
            if reader.recognises(hdus):
                return reader.read(hdus, path.name)
    return unknown.read(path)


def _reader(head: bytes, path: Path) -> Callable[[Path], list[Spectrum]]:
    if head.startswith(b"SIMPLE  ="):
        return read_fits
    if b"<VOTABLE" in head or head.lstrip().startswith(b"<?xml"):
        return sdm_votable.read
    if path.suffix.lower() in (".csv", ".ecsv"):
        return text_table.read
    raise UnreadableFileError(
        "no format that is read here", where=path.name, remedy="give FITS, VOTable, ECSV or CSV"
    )


def _head(path: Path) -> bytes:
    """Return the first bytes, unpacked."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.startswith(b"\x1f\x8b"):
        return head
    try:
        with gzip.open(path) as packed:
            return packed.read(_HEAD)
    except (OSError, EOFError) as error:
        raise UnreadableFileError(
            f"broken gzip ({error})", where=path.name, remedy="fetch it again"
        ) from error
