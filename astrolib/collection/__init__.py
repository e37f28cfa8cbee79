"""What we hold on disk: spectra from any archive, read into one record and kept in Parquet.

=========== =====================================================================
readers     one layout, one file
reading     any file, through the reader that knows it
epochs      the time keys of a header, with their scale and meaning
time_scales what a header calls the scale of its times
store       a collection: open, append, select, search
parts       its layout on disk
index       its metadata, and where each spectrum lies
batches     all spectra in order, a row group at a time
selection   rows by values, ranges and place
fulltext    rows by words
export      the table for other programs
bridge      to specutils and back
gather      what an archive delivered, into a collection
prepared    spectra on one grid: written, opened, as a matrix
objects     which spectra are of the same object
nights      nights at a telescope: raw files sorted, and the ledger of what became of them
=========== =====================================================================
"""

from astrolib.collection.batches import Batch
from astrolib.collection.bridge import from_specutils, to_specutils
from astrolib.collection.export import export
from astrolib.collection.gather import collect
from astrolib.collection.nights import HeaderMap, Ledger, SortedFile, read_header_map, sort_file
from astrolib.collection.objects import same_object
from astrolib.collection.prepared import PreparedSpectra
from astrolib.collection.prepared_writer import PreparedWriter
from astrolib.collection.reading import read_spectra
from astrolib.collection.store import SpectrumCollection

__all__ = [
    "Batch",
    "HeaderMap",
    "Ledger",
    "PreparedSpectra",
    "PreparedWriter",
    "SortedFile",
    "SpectrumCollection",
    "collect",
    "export",
    "from_specutils",
    "read_header_map",
    "read_spectra",
    "same_object",
    "sort_file",
    "to_specutils",
]
