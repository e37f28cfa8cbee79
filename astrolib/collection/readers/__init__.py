"""The readers of FITS layouts, one layout in one file, in the order in which they are asked.

Each module says at its top what the layout is and where it is documented, and has ``recognises(hdus)`` and
``read(hdus, where)``. A survey's own reader comes before the general layout that it builds upon.
"""

from __future__ import annotations

from typing import Protocol

from astropy.io.fits import HDUList

from astrolib.collection.readers import iraf, lamost, ondrejov, sdm_fits, sdss, spextool
from astrolib.core.spectrum import Spectrum


class Reader(Protocol):
    """What a module of this folder provides."""

    def recognises(self, hdus: HDUList) -> bool:
        """Say whether the file is of this layout, from its headers alone."""

    def read(self, hdus: HDUList, where: str) -> list[Spectrum]:
        """Read its spectra; `where` is the name of the file."""


FITS_READERS: tuple[Reader, ...] = (lamost, sdss, ondrejov, sdm_fits, spextool, iraf)
"""The first that recognises a file reads it."""
