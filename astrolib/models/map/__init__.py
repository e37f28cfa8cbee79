"""Self-organising maps of spectra: like lies beside like, and a person sees a million at a glance.

============= ======================================================================
topology      rectangular or hexagonal, planar or toroidal
start         where the neurons stand before training
training      the batch map, in matrix products over chunks
matching      the neuron of each spectrum; quantisation and topographic error
planes        counts, U-matrix, component planes, labels
members       the spectra of each neuron
spectrum_map  the map and its file `som.npz`
assignments   the table `assignments.ecsv`
page          `som.html`, which stands alone
============= ======================================================================
"""

from astrolib.models.map.assignments import ASSIGNMENT, assignments, write_assignments
from astrolib.models.map.matching import Matches, match, quantisation_error, topographic_error
from astrolib.models.map.members import Members, evenly
from astrolib.models.map.page import write_page
from astrolib.models.map.planes import LabelMap, component_plane, counts, label_map, u_matrix
from astrolib.models.map.spectrum_map import SpectrumMap
from astrolib.models.map.topology import Topology
from astrolib.models.map.training import train

__all__ = [
    "ASSIGNMENT",
    "LabelMap",
    "Matches",
    "Members",
    "SpectrumMap",
    "Topology",
    "assignments",
    "component_plane",
    "counts",
    "evenly",
    "label_map",
    "match",
    "quantisation_error",
    "topographic_error",
    "train",
    "u_matrix",
    "write_assignments",
    "write_page",
]
