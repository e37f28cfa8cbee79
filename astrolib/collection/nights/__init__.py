"""Nights at a telescope: the raw files sorted, and one ledger of who moved what to which state.

============ =====================================================================
header_map   which key of a telescope's header means what: one TOML file each
header       a header read through its map
instants     the time keys of a header: what they say, and whether they agree
pixels       what the pixels of a raw frame look like
sorting      a raw file as its header, its name and its pixels say
doubts       where these disagree: what is asked of a person
============ =====================================================================
"""

from astrolib.collection.nights.doubts import Doubt
from astrolib.collection.nights.header import FrameHeader
from astrolib.collection.nights.header_map import (
    HeaderMap,
    header_map_for,
    known_header_maps,
    read_header_map,
)
from astrolib.collection.nights.sorting import SortedFile, sort_file, sort_files

__all__ = [
    "Doubt",
    "FrameHeader",
    "HeaderMap",
    "SortedFile",
    "header_map_for",
    "known_header_maps",
    "read_header_map",
    "sort_file",
    "sort_files",
]
