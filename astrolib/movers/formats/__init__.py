"""The formats of the Minor Planet Center: designations, 80-column lines, ADES (PSV and XML), MPCORB lines."""

from __future__ import annotations

from astrolib.movers.formats.ades import read_ades, write_ades
from astrolib.movers.formats.ades_document import Block, Document, Group, Record, check_submission
from astrolib.movers.formats.designations import pack, unpack
from astrolib.movers.formats.identity import Identity
from astrolib.movers.formats.mpcorb import Orbit, read_mpcorb, write_mpcorb
from astrolib.movers.formats.obs80 import Header, Obs80, read_obs80, sift_obs80, write_obs80
from astrolib.movers.formats.obs80_line import Observation
from astrolib.movers.formats.refusal import FormatError

__all__ = [
    "Block",
    "Document",
    "FormatError",
    "Group",
    "Header",
    "Identity",
    "Obs80",
    "Observation",
    "Orbit",
    "Record",
    "check_submission",
    "pack",
    "read_ades",
    "read_mpcorb",
    "read_obs80",
    "sift_obs80",
    "unpack",
    "write_ades",
    "write_mpcorb",
    "write_obs80",
]
