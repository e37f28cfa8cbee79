"""The last resort for FITS files: whatever specutils knows (https://specutils.readthedocs.io, data loaders).

The file has been checked before. What specutils does not carry over as plain values (position, epoch, air or
vacuum) stays unknown.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from astrolib.collection import bridge
from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.core.spectrum import Spectrum


def read(path: Path) -> list[Spectrum]:
    """Read a FITS file that no reader here recognises.

    Raises
    ------
    UnreadableFileError
        If specutils does not know it either.
    """
    import specutils  # takes 1 s to import, and few files come this far

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = specutils.SpectrumList.read(path)
            if not found:
                raise ValueError("no spectrum in it")
            names = [path.name] if len(found) == 1 else [f"{path.name}[{n + 1}]" for n in range(len(found))]
            return [bridge.from_specutils(each, source=name) for each, name in zip(found, names, strict=True)]
    except AstrolibError:
        raise
    except Exception as error:  # loaders of others raise whatever comes
        raise UnreadableFileError(
            "a layout that neither a reader here nor specutils knows",
            where=path.name,
            remedy="write a reader (docs/how-to/add-a-reader.md), or convert it to ECSV",
        ) from error
