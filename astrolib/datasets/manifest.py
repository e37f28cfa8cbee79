"""A frozen dataset: which spectrum of which class belongs to which part, with a hash over all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from astropy.table import QTable, Table
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.datasets.leaks import check_leaks
from astrolib.datasets.split import FRACTIONS, split_objects

if TYPE_CHECKING:
    from astrolib.collection.prepared import PreparedSpectra

_COLUMNS = ("id", "label", "part", "object", "ra", "dec")


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training set that nothing changes any more.

    Parameters
    ----------
    table : QTable
        One row a spectrum, sorted by ``id``: ``id, label, part, object, ra, dec``.
    classes : tuple of str
        In the order of the numbers that a network learns.
    prepared : str
        SHA-256 of the prepared spectra.
    recipe_hash : str
        Of how they were prepared.
    seed : int
        Of the split.
    """

    table: QTable
    classes: tuple[str, ...]
    prepared: str
    recipe_hash: str
    seed: int

    @property
    def sha256(self) -> str:
        """SHA-256 over spectra, labels, parts and all else, as 64 hex digits."""
        digest = hashlib.sha256(json.dumps(self._about(), sort_keys=True).encode())
        for name in ("id", "label", "part", "object"):
            digest.update("\n".join(map(str, self.table[name])).encode() + b"\0")
        for name in ("ra", "dec"):
            digest.update(self.table[name].to_value("deg").astype("<f8").tobytes())
        return digest.hexdigest()

    def ids(self, part: str) -> NDArray[np.str_]:
        """Return the spectra of a part."""
        return np.asarray(self.table["id"][self._rows(part)], dtype=str)

    def labels(self, part: str) -> NDArray[np.int64]:
        """Return the numbers of their classes, in the same order."""
        numbers = {name: number for number, name in enumerate(self.classes)}
        return np.array([numbers[name] for name in self.table["label"][self._rows(part)]], dtype=np.int64)

    def save(self, path: Path) -> None:
        """Write ``manifest.ecsv``, whole or not at all."""
        table = Table(self.table)
        table.meta = self._about() | {"sha256": self.sha256}
        with whole_file(path) as temporary:
            table.write(temporary, format="ascii.ecsv", overwrite=True)

    @classmethod
    def load(cls, path: Path) -> Dataset:
        """Read a manifest, and check that nobody changed it.

        Raises
        ------
        UnreadableFileError
            If it is no manifest, or its hash is that of another.
        LeakError
            If its parts share an object or a place.
        """
        try:
            table = QTable.read(path, format="ascii.ecsv")
            about = table.meta
            kept = str(about.pop("sha256"))
            told = str(about["prepared"]), str(about["recipe_hash"]), int(about["seed"])
            dataset = cls(table[list(_COLUMNS)], tuple(about["classes"]), *told)
        except Exception as error:  # astropy's parsers raise anything
            raise UnreadableFileError(
                f"no manifest ({error})", where=path, remedy="freeze it again"
            ) from error
        check_leaks(dataset.table)
        if dataset.sha256 != kept:
            raise UnreadableFileError(
                "it was changed after it was frozen", where=path, remedy="freeze it again"
            )
        return dataset

    def check(self, prepared: PreparedSpectra) -> None:
        """Refuse spectra other than those that the dataset was frozen from.

        Raises
        ------
        ParameterError
            If their hash is another.
        """
        if prepared.sha256 != self.prepared:
            raise ParameterError(
                f"spectra {prepared.sha256[:12]}, and the dataset was frozen from {self.prepared[:12]}",
                where=prepared.folder,
                remedy="freeze a dataset from these spectra",
            )

    def _rows(self, part: str) -> NDArray[np.bool_]:
        return np.asarray(self.table["part"], dtype=str) == part

    def _about(self) -> dict[str, object]:
        return {
            "classes": list(self.classes),
            "prepared": self.prepared,
            "recipe_hash": self.recipe_hash,
            "seed": self.seed,
        }


def freeze(
    prepared: PreparedSpectra,
    labels: Table,
    classes: Sequence[str],
    *,
    seed: int = 0,
    fractions: Mapping[str, float] = FRACTIONS,
) -> Dataset:
    """Freeze labelled spectra into a dataset whose parts share no object and no place.

    Parameters
    ----------
    prepared : PreparedSpectra
        Holds every labelled spectrum.
    labels : Table
        Columns ``id`` and ``label``; each spectrum once. Where it has a column ``part``, that is the split.
    classes : sequence of str
        Labels that count, in the order of their numbers; spectra of other labels are left out.
    seed : int
        Of the split.
    fractions : mapping of str to float
        Share of each part, where `labels` has no column ``part``.

    Raises
    ------
    ParameterError
        If a labelled spectrum is not among the prepared, is labelled twice, or none is of the classes.
    LeakError
        If two parts share an object or a place; it names both spectra.
    """
    ids, names = (np.asarray(labels[name], dtype=str) for name in ("id", "label"))
    _check_labels(ids, names, classes)
    used = np.flatnonzero(np.isin(names, list(classes)))
    used = used[np.argsort(ids[used])]
    rows = prepared.rows(ids[used])
    objects = prepared.objects()[rows]
    info = prepared.info[rows]
    table = QTable({"id": ids[used], "label": names[used]})
    given = "part" in labels.colnames
    table["part"] = (
        np.asarray(labels["part"], dtype=str)[used]
        if given
        else split_objects(objects, names[used], fractions, seed)
    )
    table["object"] = objects
    table["ra"], table["dec"] = info["ra"], info["dec"]
    check_leaks(table)
    return Dataset(table, tuple(classes), prepared.sha256, prepared.recipe_hash, seed)


def _check_labels(ids: NDArray[np.str_], names: NDArray[np.str_], classes: Sequence[str]) -> None:
    unique, counts = np.unique(ids, return_counts=True)
    if (counts > 1).any():
        raise ParameterError(
            f"{unique[counts > 1][0]} is labelled twice", where="labels", remedy="agree on one label"
        )
    if missing := [name for name in classes if name not in set(names)]:
        raise ParameterError(f"no label {missing[0]!r}", where="labels", remedy="label some, or leave it out")
