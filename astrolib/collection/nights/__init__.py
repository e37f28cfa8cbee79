"""Nights at a telescope: the raw files sorted, and one ledger of who moved what to which state.

============ =====================================================================
header_map   which key of a telescope's header means what: one TOML file each
header_forms what such a file may say
sections     where in an image the sky is, and where its overscans are
header       a header read through its map
instants     the time keys of a header: what they say, and whether they agree
pixels       what the pixels of a raw frame look like
file_names   what the names of files say
sorting      raw files, one or all of a night
sorted_file  a raw file as its header, its name and its pixels say, and as people answered
rules        where these disagree
doubts       what a person is asked, and what an answer changes
naming       what a night is called that nobody has named
states       what a night goes through, and what may follow what
ledger       surveys, projects, nights, fields and frames, and all that was done to them; what
             is in it without changing it stands in ledger_reading
event        one thing that was done, by whom and when
entry        what follows from the events: one row for each thing as it is now
arranging    frames that are sure are loaded, and go into their fields
missing      what a night lacks
tree         surveys to fields, as people look through them
thumbnail    a small grey picture of a raw file
extract      one night as a file, taken into another ledger once
============ =====================================================================
"""

from astrolib.collection.nights.connection import LedgerError
from astrolib.collection.nights.doubt import Doubt
from astrolib.collection.nights.entry import Entry
from astrolib.collection.nights.event import LedgerEvent
from astrolib.collection.nights.file_names import is_fits, is_packed, stem
from astrolib.collection.nights.header import FrameHeader
from astrolib.collection.nights.header_map import (
    HeaderMap,
    header_map_for,
    known_header_maps,
    read_header_map,
)
from astrolib.collection.nights.ledger import Ledger
from astrolib.collection.nights.missing import Lack
from astrolib.collection.nights.naming import evenings, name_of
from astrolib.collection.nights.sections import Section, Sections
from astrolib.collection.nights.sorted_file import SortedFile
from astrolib.collection.nights.sorting import frames_in, sort_file, sort_files, unread
from astrolib.collection.nights.states import ALLOWED, STATES, StaleMoveError
from astrolib.collection.nights.thumbnail import thumbnail
from astrolib.collection.nights.tree import Branch

__all__ = [
    "ALLOWED",
    "STATES",
    "Branch",
    "Doubt",
    "Entry",
    "FrameHeader",
    "HeaderMap",
    "Lack",
    "Ledger",
    "LedgerError",
    "LedgerEvent",
    "Section",
    "Sections",
    "SortedFile",
    "StaleMoveError",
    "evenings",
    "frames_in",
    "header_map_for",
    "is_fits",
    "is_packed",
    "known_header_maps",
    "name_of",
    "read_header_map",
    "sort_file",
    "sort_files",
    "stem",
    "thumbnail",
    "unread",
]
