"""Images: raw frames reduced, placed on the sky and measured.

=========== ================================================================
frame       a reduced frame
reading     one frame, or a folder of them
writing     a frame as FITS
dialects    headers with names of their own, brought to the standard's
times       the middle of an exposure
placement   the celestial WCS of a header
fields      which frames see the same field
mesh        the sky and its noise
sources     what is in a frame: places, fluxes, widths, shapes
moments     how they are measured
raw         a raw file as its chips
overscan    the level of the electronics
combine     many frames into one
masters     bias, dark, flat and bad pixels of a chip
cosmic      cosmic rays
reference   a catalogue of stars, moved to the epoch of a frame
matching    which source is which star
astrometry  the place of a frame on the sky
photometry  its zero point and depth
reduction   a raw chip into a reduced frame
summary     what a night remembers of it
night       all files of a night
record      what the ledger is told
page        how the night was, to be looked at
drawing     its figures
=========== ================================================================
"""

import importlib
from typing import Any

__all__ = [
    "MASTER",
    "REJECTED",
    "SOURCE",
    "Masters",
    "Night",
    "ReducedFrame",
    "Reference",
    "Solution",
    "background",
    "cosmic_rays",
    "detect",
    "find_sources",
    "fit_wcs",
    "fits_files",
    "make_masters",
    "open_chips",
    "read_frame",
    "read_frames",
    "read_reference",
    "reduce_chip",
    "reduce_night",
    "same_field",
    "solve",
    "write_frame",
    "write_page",
    "write_record",
    "zero_point",
]

_LATER = {
    "MASTER": "night",
    "Masters": "masters",
    "Night": "night",
    "REJECTED": "reading",
    "ReducedFrame": "frame",
    "Reference": "reference",
    "SOURCE": "sources",
    "Solution": "astrometry",
    "background": "mesh",
    "cosmic_rays": "cosmic",
    "detect": "sources",
    "find_sources": "sources",
    "fit_wcs": "astrometry",
    "fits_files": "reading",
    "make_masters": "masters",
    "open_chips": "raw",
    "read_frame": "reading",
    "read_frames": "reading",
    "read_reference": "reference",
    "reduce_chip": "reduction",
    "reduce_night": "night",
    "same_field": "fields",
    "solve": "astrometry",
    "write_frame": "writing",
    "write_page": "page",
    "write_record": "record",
    "zero_point": "photometry",
}


def __getattr__(name: str) -> Any:
    """Import each part when it is first needed: `import astrolib` stays quick."""
    if name not in _LATER:
        raise AttributeError(f"module 'astrolib.images' has no attribute {name!r}")
    return getattr(importlib.import_module(f"astrolib.images.{_LATER[name]}"), name)
