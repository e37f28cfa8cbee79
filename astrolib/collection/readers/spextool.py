"""Spextool (IRTF SpeX, APO TripleSpec), merged: Cushing, Vacca and Rayner 2004, PASP 116, 362.

The primary image holds three rows for each aperture and order: wavelength in ``XUNITS``, flux in ``YUNITS``,
and its error. Wavelengths are in vacuum from version 4; those of earlier ones are not said to be.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from astropy.io import fits

from astrolib.collection import epochs
from astrolib.collection.readers import headers
from astrolib.core.spectrum import Spectrum

_FLUX_UNITS = {"ergss-1cm-2A-1": "erg / (Angstrom s cm2)"}


def recognises(hdus: fits.HDUList) -> bool:
    """Say whether the header gives the units and the counts that Spextool writes."""
    header = hdus[0].header
    return header["NAXIS"] >= 2 and {"XUNITS", "YUNITS", "NAPS", "NORDERS"} <= set(header)


def read(hdus: fits.HDUList, where: str) -> list[Spectrum]:
    """Read each aperture and order."""
    header = hdus[0].header
    triplets = np.reshape(hdus[0].data, (-1, 3, header["NAXIS1"])).astype("f8")
    names = [where] if len(triplets) == 1 else [f"{where}[{n}]" for n in range(1, len(triplets) + 1)]
    known = _metadata(header, where)
    return [
        _spectrum(rows, header, {**known, "source": name}) for rows, name in zip(triplets, names, strict=True)
    ]


def _spectrum(rows: np.ndarray, header: fits.Header, known: dict[str, Any]) -> Spectrum:
    wavelength = headers.to_angstrom(rows[0], header["XUNITS"], known["source"], "XUNITS")
    good = np.isfinite(wavelength)  # gaps between orders
    flux, error = rows[1][good], rows[2][good]
    ivar = np.divide(1, error**2, out=np.zeros_like(error), where=error > 0)
    return Spectrum(wavelength[good], flux, ivar=ivar, **known)


def _metadata(header: fits.Header, where: str) -> dict[str, Any]:
    unit = headers.text(header, "YUNITS")
    return {
        "target": headers.text(header, "OBJECT"),
        "instrument": headers.text(header, "INSTR", "INSTRUME"),
        "resolving_power": headers.number(header, "RP"),
        "flux_unit": _FLUX_UNITS.get(unit) or headers.flux_unit(unit, where, "YUNITS"),
        "medium": headers.medium(header),
        "rest_frame": headers.rest_frame(header),
        **headers.position(header, where),
        "exptime": epochs.exposure(header, where, ("ITOT", "EXPTIME")),
    }
