"""Images: raw frames reduced, placed on the sky and measured.

========= ===============================================================
frame     a reduced frame
reading   one frame, or a folder of them
writing   a frame as FITS
dialects  headers with names of their own, brought to the standard's
times     the middle of an exposure
placement the celestial WCS of a header
fields    which frames see the same field
mesh      the sky and its noise
========= ===============================================================
"""

import importlib
from typing import Any

__all__ = [
    "REJECTED",
    "ReducedFrame",
    "background",
    "fits_files",
    "read_frame",
    "read_frames",
    "same_field",
    "write_frame",
]

_LATER = {
    "REJECTED": "reading",
    "ReducedFrame": "frame",
    "background": "mesh",
    "fits_files": "reading",
    "read_frame": "reading",
    "read_frames": "reading",
    "same_field": "fields",
    "write_frame": "writing",
}


def __getattr__(name: str) -> Any:
    """Import each part when it is first needed: `import astrolib` stays quick."""
    if name not in _LATER:
        raise AttributeError(f"module 'astrolib.images' has no attribute {name!r}")
    return getattr(importlib.import_module(f"astrolib.images.{_LATER[name]}"), name)
