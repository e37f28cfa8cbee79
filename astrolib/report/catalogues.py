"""Catalogues of stars: the abbreviations of ADES, and the names that a header of 80 columns gives.

Source: Minor Planet Center, "ADES Field Values" and "Catalogue Codes".
"""

from __future__ import annotations

import re

NAMES = {
    "Gaia1": "Gaia-DR1", "Gaia2": "Gaia-DR2", "Gaia3": "Gaia-DR3", "Gaia3E": "Gaia-EDR3",
    "Gaia_Int": "Gaia-Int", "Gaia_2016": "Gaia-2016", "PS1_DR1": "PS1-DR1", "PS1_DR2": "PS1-DR2",
    "ATLAS2": "ATLAS-2", "UBSC": "UBSC", "GZ": "GZ", "UCAC5": "UCAC-5", "UCAC4": "UCAC-4",
    "UCAC3": "UCAC-3", "UCAC2": "UCAC-2", "UCAC1": "UCAC-1", "URAT1": "URAT-1", "URAT2": "URAT-2",
    "PPMXL": "PPMXL", "NOMAD": "NOMAD", "2MASS": "2MASS", "CMC14": "CMC-14", "CMC15": "CMC-15",
    "SDSS7": "SDSS-DR7", "SDSS8": "SDSS-DR8", "USNOA1": "USNO-A1.0", "USNOA2": "USNO-A2.0",
    "USNOB1": "USNO-B1.0", "USNOSA1": "USNO-SA1.0", "USNOSA2": "USNO-SA2.0", "GSC2.2": "GSC-2.2",
    "GSC2.3": "GSC-2.3", "Tyc2": "Tycho-2", "Hip1": "Hipparcos", "Hip2": "Hipparcos 2",
}  # fmt: skip

_NEWER = re.compile(r"Gaia[0-9]+E?|PS1_DR[0-9]+|SDSS[0-9]+|ATLAS[0-9]+")


def is_known(catalogue: str) -> bool:
    """Return whether a catalogue is abbreviated so, or a later release of it would be."""
    return catalogue in NAMES or bool(_NEWER.fullmatch(catalogue))


def name(catalogue: str) -> str:
    """Return the name for the line NET."""
    return NAMES.get(catalogue, catalogue)
