"""The formats of the Minor Planet Center: designations, 80-column lines, ADES (PSV and XML), MPCORB lines."""

from __future__ import annotations

from astrolib.movers.formats.ades import read_ades, write_ades
from astrolib.movers.formats.designations import pack, unpack
from astrolib.movers.formats.identity import Identity
from astrolib.movers.formats.refusal import FormatError

__all__ = ["FormatError", "Identity", "pack", "read_ades", "unpack", "write_ades"]
