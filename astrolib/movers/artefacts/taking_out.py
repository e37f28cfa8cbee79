"""All artefacts of a field taken out of its difference images, each with its row of what was removed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.artefacts.leftovers import blemishes, quieten, stationary
from astrolib.movers.artefacts.lines import Line, find_lines, subtract_line
from astrolib.movers.artefacts.marks import mark_peaks
from astrolib.movers.artefacts.stars import find_stars, mark_variables, on_stars
from astrolib.movers.difference.peaks import MOST_PEAKS, Peaks, find_peaks
from astrolib.movers.difference.subtraction import Difference
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.removed import removed_place


def take_out(
    field: Registered, difference: Difference, least: float
) -> tuple[list[dict[str, object]], list[list[Line]]]:
    """Take artefacts out of a difference.

    Parameters
    ----------
    field : Registered
        The frames.
    difference : Difference
        Of the same field; changed in place.
    least : float
        Score from which a peak is looked at.

    Returns
    -------
    removed : list of dict
        Rows of the trail of what was removed.
    lines : list of list of Line
        Satellites of each frame.
    """
    removed, lines = [], []
    stars = find_stars(difference)
    for x, y in mark_variables(difference, stars):
        removed.append(_row(field, 0, (x, y), "varies", 0.0, "variable"))
    for number in range(len(field)):
        lines.append(find_lines(_peaks(difference, number, least), difference.static.shape))
        for line in lines[-1]:
            subtract_line(difference, number, line)
            x, y = line.middle(difference.static.shape)
            removed.append(_row(field, number, (x, y), "long line", float(line.peaks), "satellite"))
        quieten(difference, number)
    peaks = [_peaks(difference, number, least) for number in range(len(field))]
    for number, these in enumerate(peaks):
        varied = on_stars(difference, number, these, stars)
        for name, found in (
            ("crowded", blemishes(these)),
            ("still", _still(peaks, number)),
            ("on a star", varied),
        ):
            mark_peaks(difference, number, these.part(found))
            removed += [
                _row(field, number, (float(x), float(y)), name, float(score))
                for x, y, score in zip(these.x[found], these.y[found], these.score[found], strict=True)
            ]
    return removed, lines


def _row(
    field: Registered, number: int, at: tuple[float, float], name: str, amount: float, kind: str = ""
) -> dict[str, object]:
    told = {"stage": "deep", "filter": name, "amount": amount, "kind": kind}
    return removed_place(field, number, *at, told)


def _still(peaks: list[Peaks], number: int) -> NDArray[np.bool_]:
    if len(peaks) < 4:
        return np.zeros(len(peaks[number]), bool)
    return stationary(peaks, number) & (peaks[number].score > 4.0)


def _peaks(difference: Difference, number: int, least: float) -> Peaks:
    return find_peaks(difference.score(number), least, MOST_PEAKS)
