"""What others hold: spectra in the Virtual Observatory, in folders and in listings.

`ask` any source, look at the `Answer`, and `fetch` the rows that were chosen. Every answer is found, none or
failed; what was refused before anything was sent is an error.

============== =================================================================
query          what an astronomer asks
answer         found, none or failed, with the spectra on offer
services       whom to ask: by name, local, or by address
registry       whom else to ask
searching      ask an archive
ssap, obscore  how it is asked
votable_file   an offer in a VOTable
folder         files on disk
listing, ftp   files on a web or FTP server
sources        ask an archive, a VOTable, a folder or a listing alike
fetch          download, whole or cut
datalink, soda what belongs to a data set; cut it before it is sent
cone, names    what lies around a position; where an object is
neighbours     the same from SIMBAD and Gaia, moved to an epoch
skybot         which known objects of the solar system stood in a field
sky_image      a picture of a piece of sky
samp           to and from desktop tools
http           the one client behind all of them, and its guard
============== =================================================================
"""

from astrolib.archive.answer import Answer
from astrolib.archive.cone import CatalogueAnswer, cone_search
from astrolib.archive.delivery import Delivered, Delivery
from astrolib.archive.fetch import fetch
from astrolib.archive.folder import list_folder
from astrolib.archive.listing import list_address
from astrolib.archive.names import Position, resolve_name
from astrolib.archive.neighbours import NEIGHBOUR, Neighbours, neighbours
from astrolib.archive.query import SpectrumQuery
from astrolib.archive.registry import RegistryAnswer, find_in_registry
from astrolib.archive.searching import search
from astrolib.archive.services import Service, find_service, known_services
from astrolib.archive.sky_image import SkyImage, sky_image
from astrolib.archive.skybot import KNOWN_OBJECT, KnownObjects, known_objects
from astrolib.archive.soda import Cutout
from astrolib.archive.sources import ask
from astrolib.archive.star_catalogues import GAIA, SIMBAD, StarCatalogue
from astrolib.archive.votable_file import read_offer

__all__ = [
    "GAIA",
    "KNOWN_OBJECT",
    "NEIGHBOUR",
    "SIMBAD",
    "Answer",
    "CatalogueAnswer",
    "Cutout",
    "Delivered",
    "Delivery",
    "KnownObjects",
    "Neighbours",
    "Position",
    "RegistryAnswer",
    "Service",
    "SkyImage",
    "SpectrumQuery",
    "StarCatalogue",
    "ask",
    "cone_search",
    "fetch",
    "find_in_registry",
    "find_service",
    "known_objects",
    "known_services",
    "list_address",
    "list_folder",
    "neighbours",
    "read_offer",
    "resolve_name",
    "search",
    "sky_image",
]
