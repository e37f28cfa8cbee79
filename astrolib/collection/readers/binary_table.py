"""The columns of a FITS binary table as plain arrays (FITS Standard 4.0, section 7.3).

astropy builds an object for each column of a table before it gives one value, which takes longer than
reading the whole of a small file. Plain columns are taken from the bytes instead; scaled, packed and variable
ones are left to astropy.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from astropy.io.fits import BinTableHDU, HDUList, Header
from numpy.typing import NDArray

_FORMAT = re.compile(r"\s*(\d*)([LBIJKEDA])\s*$")
_KINDS = {"L": "i1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8", "A": "S"}


def table(hdus: HDUList, number: int) -> BinTableHDU | None:
    """Return an extension if it is a binary table, without reading the headers after it."""
    try:
        hdu = hdus[number]
    except IndexError:
        return None
    return hdu if isinstance(hdu, BinTableHDU) else None


def names(hdu: BinTableHDU | None) -> list[str]:
    """Return the names of the columns in order, in lower case; none where there is no table."""
    if hdu is None:
        return []
    return [str(hdu.header.get(f"TTYPE{n}", "")).strip().lower() for n in range(1, hdu.header["TFIELDS"] + 1)]


def columns(hdu: BinTableHDU) -> list[NDArray[Any]]:
    """Return the columns in order, each of shape (rows,) or (rows, repeat)."""
    layout = _plain_layout(hdu.header)
    if layout is None:
        return [np.asarray(hdu.data.field(number)) for number in range(hdu.header["TFIELDS"])]
    place = hdu.fileinfo()
    place["file"].seek(place["datLoc"])
    content = place["file"].read(layout.itemsize * hdu.header["NAXIS2"])
    rows = np.frombuffer(content, dtype=layout)
    return [rows[name] for name in layout.names or ()]


def _plain_layout(header: Header) -> np.dtype | None:
    """Return the layout of a row; None where a column is scaled or of a kind that astropy must unpack."""
    fields: list[tuple[Any, ...]] = []
    for number in range(1, header["TFIELDS"] + 1):
        form = _FORMAT.match(str(header[f"TFORM{number}"]))
        if form is None or f"TSCAL{number}" in header or f"TZERO{number}" in header:
            return None
        repeat, kind = int(form[1] or 1), _KINDS[form[2]]
        fields.append(
            (str(number), f"S{repeat}") if kind == "S" else (str(number), kind, (repeat,) * (repeat != 1))
        )
    layout = np.dtype(fields)
    return layout if layout.itemsize == header["NAXIS1"] else None
