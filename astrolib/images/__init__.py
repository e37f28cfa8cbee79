"""Images: raw frames reduced, placed on the sky and measured.

============ ================================================================
frame        a reduced frame
reading      one frame, or a folder of them
writing      a frame as FITS
dialects     headers with names of their own, brought to the standard's
times        the middle of an exposure
placement    the celestial WCS of a header
fields       which frames see the same field
mesh         the sky and its noise
sources      what is in a frame: places, fluxes, widths, shapes
source_table the same with places on the sky
moments      how centres, widths and shapes are measured
wings        what of a star lies outside an aperture
raw          a raw file as its chips
overscan     the level of the electronics
combine      many frames into one
masters      bias, dark, flat and bad pixels of a chip
master_files those of a night, written
cosmic       cosmic rays
calibration  a raw chip without what the camera put into it
reference    a catalogue of stars, moved to the epoch of a frame
rough        where a raw frame roughly looks
matching     which source is which star
astrometry   the place of a frame on the sky
tangent      a WCS through places of stars
photometry   zero point and depth
reduction    a raw chip into a reduced frame
summary      what a night remembers of it
night        all files of a night
record       what the ledger is told
page         how the night was, to be looked at
drawing      its figures
============ ================================================================
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
    "calibrate",
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
    "MASTER": "master_files",
    "Masters": "masters",
    "Night": "night",
    "REJECTED": "reading",
    "ReducedFrame": "frame",
    "Reference": "reference",
    "SOURCE": "source_table",
    "Solution": "astrometry",
    "background": "mesh",
    "calibrate": "calibration",
    "cosmic_rays": "cosmic",
    "detect": "source_table",
    "find_sources": "sources",
    "fit_wcs": "tangent",
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
