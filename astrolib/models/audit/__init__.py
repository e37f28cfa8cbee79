"""How good is a network on the whole pool: precision and completeness from a few hundred answers.

`draw` takes a stratified random sample over all scores. A person answers it. `estimate` turns the answers
into precision and completeness of each target class, with intervals, for the network that was drawn from
or for any other.
"""

from __future__ import annotations

from astrolib.models.audit.figures import Figures, estimate
from astrolib.models.audit.sample import AMBIGUOUS, UNANSWERED, Draw, draw

__all__ = ["AMBIGUOUS", "UNANSWERED", "Draw", "Figures", "draw", "estimate"]
