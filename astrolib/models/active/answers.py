"""Labels as numbers, one for each spectrum of the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from astropy.table import Table
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.models.audit import AMBIGUOUS, UNANSWERED

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra


def known_classes(
    prepared: PreparedSpectra, labels: Table | Mapping[str, str], classes: Sequence[str]
) -> NDArray[np.int16]:
    """Return what is known of each spectrum of the pool.

    Parameters
    ----------
    prepared : PreparedSpectra
        The pool.
    labels : Table or mapping of id to label
        Columns ``id`` and ``label``. Labels of spectra that are not in the pool say nothing about it.
    classes : sequence of str
        In the order of their numbers.

    Returns
    -------
    ndarray of int16, shape (spectra,)
        The number of the class; `AMBIGUOUS` where the label is none of the classes, `UNANSWERED` where there
        is none.

    Raises
    ------
    ParameterError
        If a spectrum has two labels, or none of the labels belongs to the pool.
    """
    ids, names = _columns(labels)
    unique, counts = np.unique(ids, return_counts=True)
    if (counts > 1).any():
        raise ParameterError(
            f"{unique[counts > 1][0]} is labelled twice", where="labels", remedy="agree on one label"
        )
    known = np.full(len(prepared), UNANSWERED, dtype=np.int16)
    here = np.isin(ids, prepared.ids)
    if len(ids) and not here.any():
        raise ParameterError(
            f"none of {len(ids)} labels is of these spectra",
            where=prepared.folder,
            remedy="give labels by the id of the prepared spectra",
        )
    number = {name: index for index, name in enumerate(classes)}
    known[prepared.rows(ids[here])] = [number.get(name, AMBIGUOUS) for name in names[here]]
    return known


def _columns(labels: Table | Mapping[str, str]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    pairs = (
        (labels.keys(), labels.values()) if isinstance(labels, Mapping) else (labels["id"], labels["label"])
    )
    ids, names = (np.array([str(value) for value in column], dtype=np.str_) for column in pairs)
    given = names != ""
    return ids[given], names[given]
