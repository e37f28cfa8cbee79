"""From pixels to wavelengths as IRAF writes it.

The IRAF/NOAO Spectral World Coordinate Systems, https://iraf.net/irafhelp.php?val=specwcs: a ``multispec``
header holds one text for each aperture: aperture, beam, type (0 linear, 1 log-linear, 2 non-linear),
wavelength of the first pixel, dispersion, number of pixels, redshift, the aperture's limits, and for a
non-linear one a weighted sum of functions: 1 Chebyshev, 2 Legendre, 3 cubic spline, 4 linear spline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy.io.fits import Header
from numpy.polynomial import chebyshev, legendre
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError

_APERTURE = re.compile(r'spec(\d+)\s*=\s*"([^"]*)"?')
_CARD = 68  # characters that a FITS card holds of a text; trailing blanks count here
_NAMES = {1: "Chebyshev", 2: "Legendre", 3: "cubic spline", 4: "linear spline"}


@dataclass(frozen=True)
class Aperture:
    """One spectrum of a multispec image.

    Parameters
    ----------
    number : int
        As the observer numbered it.
    wavelength : ndarray of float64
        Of each pixel that counts, in the unit of the axis.
    """

    number: int
    wavelength: NDArray[np.float64]


def apertures(header: Header, where: str) -> list[Aperture]:
    """Return the apertures of a ``multispec`` header, in the order of the image's rows.

    Raises
    ------
    UnreadableFileError
        If an aperture is not calibrated, damaged, or uses a function other than the four.
    """
    text = _joined(header, "WAT2_")
    found = {int(row): words.split() for row, words in _APERTURE.findall(text)}
    pixels = _physical_pixels(header, 1)
    return [_aperture(row, found.get(row, []), pixels, where) for row in range(1, header["NAXIS2"] + 1)]


def linear(header: Header, where: str) -> NDArray[np.float64]:
    """Return the wavelengths of an axis that ``CRVAL1`` and ``CD1_1`` or ``CDELT1`` give.

    They are logarithms where ``DC-FLAG`` is 1, and grow exponentially where ``CTYPE1`` ends in ``-LOG``
    (Greisen et al. 2006, A&A 446, 747, eq. 5).

    Raises
    ------
    UnreadableFileError
        If one of them is missing, the axis is in pixels, or ``CTYPE1`` names another algorithm.
    """
    kind = str(header.get("CTYPE1", ""))
    algorithm = kind[5:].strip() if kind[4:5] == "-" else ""
    if algorithm not in ("", "LOG"):
        raise UnreadableFileError(
            f"CTYPE1 is {header['CTYPE1']!r}", where=where, remedy="resample it to a linear wavelength"
        )
    step = header.get("CD1_1", header.get("CDELT1"))
    if header.get("DC-FLAG", 0) == -1 or "CRVAL1" not in header or not step:
        raise UnreadableFileError(
            "no wavelength calibration (CRVAL1 with CD1_1 or CDELT1)", where=where, remedy="calibrate it"
        )
    pixel = np.arange(1, header["NAXIS1"] + 1) - float(header.get("CRPIX1", 1))
    if algorithm == "LOG":
        return header["CRVAL1"] * np.exp(step * pixel / header["CRVAL1"])
    value = header["CRVAL1"] + step * pixel
    return 10**value if header.get("DC-FLAG", 0) == 1 else value


def unit(header: Header) -> str:
    """Return the unit of wavelength, from ``CUNIT1`` or IRAF's ``units=``; empty where none is said."""
    found = re.search(r"units\s*=\s*(\S+)", _joined(header, "WAT1_"))
    return str(header.get("CUNIT1") or (found.group(1) if found else ""))


def _joined(header: Header, prefix: str) -> str:
    keys = sorted(key for key in header if key.startswith(prefix))
    return "".join(str(header[key]).ljust(_CARD) for key in keys)


def _physical_pixels(header: Header, axis: int) -> NDArray[np.float64]:
    """Return the pixel numbers of the image before it was trimmed or binned."""
    scale, shift = header.get(f"LTM{axis}_{axis}", 1.0), header.get(f"LTV{axis}", 0.0)
    return (np.arange(1, header["NAXIS1"] + 1) - shift) / scale


def _aperture(row: int, words: list[str], pixels: NDArray[np.float64], where: str) -> Aperture:
    try:
        numbers = [float(word.replace("D", "E")) for word in words]
        kind, first, step, count, redshift = int(numbers[2]), *numbers[3:5], int(numbers[5]), numbers[6]
        valid = pixels[:count]
        if kind == 2:
            wavelength = _non_linear(numbers[9:], valid)
        elif kind in (0, 1):
            wavelength = first + step * (valid - 1)
            wavelength = 10**wavelength if kind else wavelength
        else:
            raise ValueError("it is not calibrated in wavelength")
    except (ValueError, IndexError) as error:
        raise UnreadableFileError(
            f"aperture {row} in WAT2: {error}",
            where=where,
            remedy="calibrate it, or resample it with dispcor",
        ) from error
    return Aperture(int(numbers[0]), wavelength / (1 + redshift))


def _non_linear(numbers: list[float], pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.zeros_like(pixels)
    while numbers:
        weight, zero, kind = numbers[0], numbers[1], int(numbers[2])
        if kind not in _NAMES:
            raise ValueError(f"dispersion function {kind} is none of {', '.join(_NAMES.values())}")
        value, used = _function(kind, numbers[3:], pixels)
        total += weight * (zero + value)
        numbers = numbers[3 + used :]
    return total


def _function(kind: int, numbers: list[float], pixels: NDArray[np.float64]) -> tuple[NDArray[Any], int]:
    """Return the values of one function, and how many numbers described it."""
    order, low, high = int(numbers[0]), numbers[1], numbers[2]
    n_coefficients = order + {3: 3, 4: 1}.get(kind, 0)
    coefficients = np.array(numbers[3 : 3 + n_coefficients])
    if order < 1 or coefficients.size < n_coefficients:
        raise ValueError(f"a {_NAMES[kind]} of order {order} with {coefficients.size} coefficients")
    if kind in (1, 2):
        x = (pixels - (high + low) / 2) / ((high - low) / 2)
        value = (chebyshev.chebval if kind == 1 else legendre.legval)(x, coefficients)
    else:
        value = _spline(kind, coefficients, order * (pixels - low) / (high - low), order)
    return value, 3 + n_coefficients


def _spline(kind: int, c: NDArray[np.float64], s: NDArray[np.float64], pieces: int) -> NDArray[np.float64]:
    piece = np.clip(s.astype(int), 0, pieces - 1)
    a, b = piece + 1 - s, s - piece
    if kind == 4:
        return c[piece] * a + c[piece + 1] * b
    bases = (a**3, 1 + 3 * a * (1 + a * b), 1 + 3 * b * (1 + a * b), b**3)
    return sum((c[piece + n] * basis for n, basis in enumerate(bases)), start=np.zeros_like(s))
