"""Names of filters as bands: those of ADES, and the one character of 80 columns.

Source: Minor Planet Center, "ADES Field Values".
"""

from __future__ import annotations

from collections.abc import Mapping

from astrolib.core.errors import RefusedError

BANDS = {
    "u": "Su", "g": "Sg", "r": "Sr", "i": "Si", "z": "Sz", "y": "Py", "w": "Pw",
    "U": "Uj", "B": "Bj", "V": "Vj", "R": "Rc", "I": "Ic", "J": "J", "H": "H", "K": "K",
    "G": "G", "BP": "Gb", "RP": "Gr", "VR": "VR",
}  # fmt: skip
"""ADES band of what a filter is called, after words as Sloan or Bessell are taken off its name."""

_CODES = frozenset([*BANDS.values(), "Pg", "Pr", "Pi", "Pz", "Ac", "Ao", "Lu", "Lg", "Lr", "Li", "Lz", "Ly"])
_SYSTEMS = ("sloan", "sdss", "johnson", "bessell", "bessel", "cousins", "harris", "kron", "gaia")
_FIRST_CHARACTER = frozenset(["Vj", "VR", "Rc", "Rj", "Ic", "Bj", "Uj", "Gb", "Gr"])


def band_of(filter_name: str, site_bands: Mapping[str, str]) -> str:
    """Return the ADES band of a filter.

    Parameters
    ----------
    filter_name : str
        As the frames name it.
    site_bands : mapping
        What the site file says of filters; it goes before what is known anyway.

    Raises
    ------
    RefusedError
        If nobody says which band it is.
    """
    name = filter_name.strip()
    if name in site_bands:
        return site_bands[name]
    bare = _bare(name)
    band = bare if bare in _CODES else BANDS.get(bare, "")
    if not band:
        raise RefusedError(
            f"no band for the filter {filter_name!r}",
            where="site file, bands",
            remedy=f'add "{filter_name}" = "..." under [bands], with the band of the magnitudes',
        )
    return band


def one_character(band: str) -> str:
    """Return the character that stands for an ADES band in 80 columns."""
    return band[0] if len(band) == 1 or band in _FIRST_CHARACTER else band[1]


def _bare(name: str) -> str:
    """Take the system off a filter's name: ``SDSS r'`` and ``sloan_r`` are ``r``."""
    words = [word for word in name.replace("_", " ").replace("-", " ").replace("'", "").split() if word]
    return " ".join(word for word in words if word.lower() not in _SYSTEMS)
