"""Networks on spectra: build, train, judge, explain, map, learn actively.

============== =================================================================
backend        which backend keras runs on
network        build a network
training       train it, and go on after a kill
labelled       spectra with the numbers of their classes
fitting        one training while it runs
checkpoint     its state on disk
prediction     what a network answers, batch by batch
judge          how good answers are
calibration    probabilities that mean what they say
trained        a network with its classes, recipe and calibration
model_file     its file, saved whole and loaded safely
inspection     look through such a file in a process of its own
layers         which layers a stranger's network may have
weights        its weights, without links
classification many spectra in bounded memory
candidate_file ``candidates.ecsv``, written fast
map            self-organising maps
audit          precision and completeness, from a sample over all scores
active         learn from the labels that teach most
============== =================================================================

Nothing here imports keras before it is needed.
"""

from __future__ import annotations

from astrolib.models.classification import Classification, classify
from astrolib.models.network import build
from astrolib.models.trained import TrainedModel
from astrolib.models.training import Training, train

__all__ = ["Classification", "TrainedModel", "Training", "build", "classify", "train"]
