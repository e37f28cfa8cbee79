"""How far people agree beyond chance: percent, Cohen's kappa, Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np


def percent_agreement(first: Sequence[str], second: Sequence[str]) -> float:
    """Return the share of objects on which two people say the same, in percent; NaN without objects."""
    if not first:
        return np.nan
    return 100.0 * sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cohen's kappa of two people who labelled the same objects.

    Cohen, J. 1960, Educational and Psychological Measurement 20, 37: (observed - expected) / (1 - expected).

    Parameters
    ----------
    first, second : sequence of str
        Their labels, object by object.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance would give; NaN where both use one and the same label only,
        or there is no object.
    """
    n = len(first)
    if not n:
        return np.nan
    observed = percent_agreement(first, second) / 100.0
    ours, theirs = Counter(first), Counter(second)
    expected = sum(ours[label] * theirs[label] for label in ours) / n**2
    return (observed - expected) / (1.0 - expected) if expected < 1.0 else np.nan


def krippendorff_alpha(units: Iterable[Mapping[str, str]]) -> float:
    """Return Krippendorff's alpha for nominal labels, any number of people, gaps allowed.

    Krippendorff, K. 2011, Computing Krippendorff's Alpha-Reliability, section C:
    alpha = 1 - (n - 1) sum(o_ck) / sum(n_c n_k), over c != k, of the coincidence matrix o.

    Parameters
    ----------
    units : iterable of mapping
        For each object, who said what. Objects with one label only do not count.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance would give; NaN where nothing can disagree.
    """
    counts = [Counter(unit.values()) for unit in units if len(unit) > 1]
    totals: Counter[str] = sum(counts, Counter())
    n = sum(totals.values())
    disagreed = sum(_disagreement(count) for count in counts)
    possible = n**2 - sum(total**2 for total in totals.values())
    return 1.0 - (n - 1) * disagreed / possible if possible else np.nan


def _disagreement(count: Counter[str]) -> float:
    """Return the coincidences off the diagonal that one object adds."""
    m = sum(count.values())
    return (m**2 - sum(c**2 for c in count.values())) / (m - 1)
