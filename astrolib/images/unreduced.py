"""Raw frames where reduced ones are asked for: told as that, and not by whatever they lack first."""

from __future__ import annotations

from collections import Counter

from astropy.io import fits

from astrolib.collection.nights import header_map_for
from astrolib.core.errors import UnreadableFileError

_CALIBRATIONS = ("bias", "dark", "flat")
_OF_CONVERTERS = 16  # bits of a raw pixel


def refuse_raw(hdus: fits.HDUList, header: fits.Header, where: str) -> None:
    """Refuse a bias, dark or flat, and a mosaic as it comes from the telescope.

    Parameters
    ----------
    hdus : HDUList
        The file.
    header : astropy.io.fits.Header
        Of its first image, with what the primary one says.
    where : str
        The file, for the error message.

    Raises
    ------
    UnreadableFileError
        If it is one of these.
    """
    if "MAGZPT" in header:
        return
    said = header_map_for(header).read(header)
    if said.kind in _CALIBRATIONS:
        raise _raw(f"a raw {said.kind} ({said.kind_said})", where)
    chips = Counter(
        hdu.shape
        for hdu in hdus
        if hdu.is_image and hdu.header["BITPIX"] == _OF_CONVERTERS and len(hdu.shape) == 2
    )
    if chips and max(chips.values()) > 1:
        raise _raw(f"a raw mosaic of {max(chips.values())} chips", where)


def _raw(what: str, where: str) -> UnreadableFileError:
    return UnreadableFileError(
        what,
        where=where,
        remedy="reduce the night first (reduce_night), and give the folder frames that it leaves",
    )
