"""Scored objects, the trail of every cut, and what decides whether a candidate is one.

========== =====================================================================
ecsv       tables of a million rows on disk
scores     the table that a network leaves: `candidates.ecsv`
known      what a collection knows of them
trail      the trail of cuts, and the rows that a cut judges
table      candidates with what is known of them; cut, trail, save, open
cuts       what can be asked of a candidate
noise      the signal-to-noise ratio of a spectrum
around     what stands around an object, from SIMBAD and Gaia
traps      which neighbours could spoil a spectrum
verdicts   what people said, beside what the network said
leaving    to VOTable, CSV and desktop tools
========== =====================================================================
"""

from astrolib.candidates.around import Around, look_around, what_is_around
from astrolib.candidates.cuts import (
    Cut,
    at_least,
    at_most,
    between,
    entropy_at_most,
    in_region,
    label_is,
    no_bright_neighbour,
    one_per_object,
    probability_at_least,
    sure_of_label,
    surest,
)
from astrolib.candidates.leaving import export, send
from astrolib.candidates.noise import measure_snr, signal_to_noise
from astrolib.candidates.scores import Scores, read_scores
from astrolib.candidates.table import Candidates
from astrolib.candidates.trail import Rows, Step
from astrolib.candidates.verdicts import with_verdicts

__all__ = [
    "Around",
    "Candidates",
    "Cut",
    "Rows",
    "Scores",
    "Step",
    "at_least",
    "at_most",
    "between",
    "entropy_at_most",
    "export",
    "in_region",
    "label_is",
    "look_around",
    "measure_snr",
    "no_bright_neighbour",
    "one_per_object",
    "probability_at_least",
    "read_scores",
    "send",
    "signal_to_noise",
    "sure_of_label",
    "surest",
    "what_is_around",
    "with_verdicts",
]
