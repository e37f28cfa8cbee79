"""IRAF spectra: one-dimensional and equispec images, and multispec.

https://iraf.net/irafhelp.php?val=specwcs: each row of the first band is a spectrum (an aperture, or an
order of an echelle); the band that ``BANDIDn`` calls sigma holds its error. IRAF does not say whether
wavelengths are in air, nor their frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from astrolib.collection import epochs
from astrolib.collection.readers import dispersion, headers
from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Spectrum

_SYSTEMS = ("LINEAR", "MULTISPE", "WAVE", "AWAV", "LAMBDA", "WAVELENGTH")


def recognises(hdus: fits.HDUList) -> bool:
    """Say whether the primary image has a spectral axis first."""
    header = hdus[0].header
    if not 1 <= header["NAXIS"] <= 3:
        return False
    kind = headers.text(header, "CTYPE1").upper()
    return kind.split("-")[0] in _SYSTEMS or headers.text(header, "WAT0_001").startswith("system=")


def read(hdus: fits.HDUList, where: str) -> list[Spectrum]:
    """Read every row of the first band."""
    header = hdus[0].header
    return spectra(
        hdus,
        where,
        instrument=" ".join(
            filter(None, (headers.text(header, "TELESCOP"), headers.text(header, "INSTRUME")))
        ),
        medium=headers.medium(header),
        rest_frame=headers.rest_frame(header),
    )


def spectra(hdus: fits.HDUList, where: str, **known: Any) -> list[Spectrum]:
    """Read every row of the first band; `known` goes into each spectrum."""
    header = hdus[0].header
    data = np.reshape(hdus[0].data, (-1, *_rows(header), header["NAXIS1"]))
    fluxes, error = data[0], _sigma(header, data)
    axes = _axes(header, len(fluxes), where)
    said = {
        "target": headers.text(header, "OBJECT", "OBJNAME"),
        "flux_unit": headers.flux_unit(headers.text(header, "BUNIT"), where, "BUNIT"),
        **headers.position(header, where),
        **vars(epochs.of_header(header, where)),
        **known,
    }
    return [
        _spectrum(axes[row], fluxes[row], error[row], {**said, "source": _name(where, row, len(fluxes))})
        for row in range(len(fluxes))
    ]


def _spectrum(
    wavelength: NDArray[np.float64], flux: NDArray[Any], error: NDArray[Any] | None, known: dict[str, Any]
) -> Spectrum:
    """Build one spectrum; an axis with a negative step is stored from its blue end."""
    order = slice(None, None, -1) if wavelength[0] > wavelength[-1] else slice(None)
    flux = flux[: wavelength.size]
    ivar = None
    if error is not None:
        sigma = error[: wavelength.size].astype("f8")
        ivar = np.divide(1, sigma**2, out=np.zeros_like(sigma), where=sigma > 0)[order]
    return Spectrum(wavelength[order], flux[order], ivar=ivar, **known)


def _axes(header: fits.Header, rows: int, where: str) -> list[NDArray[np.float64]]:
    if headers.text(header, "CTYPE1") == "MULTISPE" or "multispec" in headers.text(header, "WAT0_001"):
        values = [aperture.wavelength for aperture in dispersion.apertures(header, where)]
    else:
        values = [dispersion.linear(header, where)] * rows
    unit = dispersion.unit(header)
    return [headers.to_angstrom(value, unit, where, "CUNIT1 or WAT1_001") for value in values]


def _rows(header: fits.Header) -> tuple[int]:
    rows = header.get("NAXIS2", 1)
    if rows < 1:
        raise UnreadableFileError("no rows", where=headers.text(header, "OBJECT"), remedy="check the file")
    return (rows,)


def _sigma(header: fits.Header, data: NDArray[Any]) -> list[Any]:
    for band in range(1, len(data) + 1):
        if headers.text(header, f"BANDID{band}").lower().startswith("sigma"):
            return list(data[band - 1])
    return [None] * data.shape[1]


def _name(where: str, row: int, rows: int) -> str:
    return where if rows == 1 else f"{where}[{row + 1}]"
