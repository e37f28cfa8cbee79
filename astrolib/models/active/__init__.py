"""Active learning: train on few labels, and ask people about the spectra that teach most.

=========== ====================================================================
plan        what a loop is to do
answers     labels as numbers, one for each spectrum of the pool
spread      choose points that are far from one another
uncertainty how unsure a network is of each spectrum
query       the spectra to ask about
last_audit  what its answers say of a network
batch       the tables of a round
committee   several networks as one
learning    one round
round       what came of it, on disk and off
history     the rounds of a loop as a table
figure      the audit and the rounds, drawn
advice      whether to go on, in plain words
replay      the same rounds from the same labels
=========== ====================================================================

A round trains on every label but the answers to the last audit, judges itself by those, draws the next audit
over all scores and then chooses what to ask. Audit answers enter training a round later.
"""

from __future__ import annotations

from astrolib.models.active.figure import sketch_rounds
from astrolib.models.active.learning import learn_round
from astrolib.models.active.plan import STRATEGIES, Plan
from astrolib.models.active.replay import replay
from astrolib.models.active.round import Round, find_before

__all__ = ["STRATEGIES", "Plan", "Round", "find_before", "learn_round", "replay", "sketch_rounds"]
