"""Candidates, spectra, maps and archives on this machine, as the functions of a verifying panel."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np

from astrolib import archive, candidates
from astrolib.candidates.around import epoch_of, place_of
from astrolib.candidates.table import PREFIX
from astrolib.collection import PreparedSpectra, SpectrumCollection
from astrolib.collection.objects import same_object
from astrolib.core import settings as core_settings
from astrolib.core.errors import AstrolibError
from astrolib.core.spectrum import Spectrum
from astrolib.labels import LabelStore
from astrolib.models.map import planes
from astrolib.models.map.matching import match
from astrolib.models.map.spectrum_map import SpectrumMap
from astrolib.widgets.state.verify_functions import Evidence, Fact, Neuron, Prepared, VerifyFunctions

FIELD = 90 * u.arcsec
"""Side of the picture: a bright star 30 arcsec away is well inside."""

PIXELS = 300
PATIENCE = 20.0
"""How long a person is made to wait for one answer [s]."""


class Sources:
    """Where the evidence is.

    Parameters
    ----------
    scored : Candidates
    collection : SpectrumCollection or None
    prepared : PreparedSpectra or None
    som : SpectrumMap or None
    """

    def __init__(
        self,
        scored: candidates.Candidates,
        collection: SpectrumCollection | None,
        prepared: PreparedSpectra | None,
        som: SpectrumMap | None,
    ) -> None:
        self.scored, self.collection, self.prepared, self.som = scored, collection, prepared, som
        self._rows = {str(one): row for row, one in enumerate(scored.table["id"])}
        self._lock = threading.Lock()

    def evidence(self, identity: str) -> Evidence:
        """Return all that is on this machine about a candidate."""
        row = self.scored.row(identity)
        scores = tuple((name, float(row[PREFIX + name])) for name in self.scored.classes)
        known = Evidence(identity, row["label"], scores, tuple(_facts(row)))
        return self._with_prepared(self._with_spectra(known))

    def around(self, identity: str) -> candidates.Around:
        """Ask SIMBAD and Gaia what stood around a candidate when its spectrum was taken."""
        row, settings = self._rows[identity], _patient()
        place = place_of(self.scored.table, row)
        if place is None:
            return candidates.Around(tuple(_nowhere(name) for name in ("SIMBAD", "Gaia")))

        ask = partial(archive.neighbours, settings=settings)
        return candidates.what_is_around(place, epoch_of(self.scored.table, row), ask)

    def image(self, identity: str) -> archive.SkyImage:
        """Ask for a picture of the sky around a candidate."""
        place = place_of(self.scored.table, self._rows[identity])
        if place is None:
            return archive.SkyImage("failed", reason=_nowhere("").reason)
        return archive.sky_image(place, FIELD, PIXELS, _patient())

    def _with_spectra(self, known: Evidence) -> Evidence:
        if self.collection is None:
            return _lacking(known, "No collection was given, so the spectrum itself is not here.")
        try:
            own = self.collection.spectrum(known.id)
            others = [self.collection.spectrum(one) for one in self._of_same_object(known.id)]
        except AstrolibError as error:
            return _lacking(known, f"The spectrum is not here: {error}.")
        return dataclasses.replace(known, spectra=(own, *sorted(others, key=_epoch)))

    def _of_same_object(self, identity: str) -> list[str]:
        """Return the other spectra of the collection that are of the same object."""
        with self._lock:
            objects = self._objects
        assert self.collection is not None
        ids = self.collection.ids
        here = objects[ids.index(identity)]
        return [one for one, key in zip(ids, objects, strict=True) if key == here and one != identity]

    @cached_property
    def _objects(self) -> np.ndarray:
        assert self.collection is not None
        metadata = self.collection.metadata
        return same_object(
            np.asarray(metadata["target"]), *(metadata[name].to_value("deg") for name in ("ra", "dec"))
        )

    def _with_prepared(self, known: Evidence) -> Evidence:
        if self.prepared is None:
            return _lacking(known, "No prepared spectra were given.")
        try:
            flux = np.array(self.prepared.flux[int(self.prepared.rows([known.id])[0])])
        except AstrolibError as error:
            return _lacking(known, f"The prepared spectrum is not here: {error}.")
        seen = Prepared(self.prepared.wavelength, flux, self.prepared.medium)
        known = dataclasses.replace(known, prepared=seen)
        if self.som is None:
            return known
        if self.som.recipe_hash != self._recipe_hash:
            return _lacking(known, "The map is of spectra that were prepared by another recipe.")
        return dataclasses.replace(known, neuron=self._neuron(self.som, flux))

    def _neuron(self, som: SpectrumMap, flux: np.ndarray) -> Neuron:
        found = match(flux[None], som.weights)
        number = int(found.neuron[0])
        row, column = divmod(number, som.topology.columns)
        return Neuron(
            som.topology.positions,
            self._heights,
            som.topology.grid == "hexagonal",
            number,
            f"row {row}, column {column}",
            som.weights[number],
            float(found.distance[0]),
        )

    @cached_property
    def _recipe_hash(self) -> str:
        assert self.prepared is not None
        return self.prepared.recipe_hash

    @cached_property
    def _heights(self) -> np.ndarray:
        assert self.som is not None
        return planes.u_matrix(self.som.weights, self.som.topology)


def opened(scored: candidates.Candidates, collection: Any, prepared: Any, som: Any) -> Sources:
    """Return the sources of evidence, each given as it is or by its path; None where there is none."""
    return Sources(
        scored,
        _opened(collection, SpectrumCollection.open),
        _opened(prepared, PreparedSpectra.open),
        _opened(som, SpectrumMap.load),
    )


def _opened(given: Any, open_it: Callable[[Path], Any]) -> Any:
    return open_it(Path(given).expanduser()) if isinstance(given, str | Path) else given


def functions(sources: Sources, store: LabelStore, folder: Path) -> VerifyFunctions:
    """Return what a verifying panel calls; what leaves goes into `folder`."""

    def leave(kind: str) -> str:
        table = candidates.with_verdicts(sources.scored, store.events(question="candidate"))
        said = f"{int(np.sum(table['verdict'] != ''))} verdicts, {len(table)} candidates"
        if kind == "samp":
            sent = candidates.send(table, folder)
            if sent.reason:
                raise AstrolibError(sent.reason)
            return f"{said}: taken by {sent.receivers} desktop tool{'s' if sent.receivers > 1 else ''}"
        path = folder / f"candidates.{ {'votable': 'vot', 'csv': 'csv'}[kind] }"
        candidates.export(table, path)
        return f"{said} in {path}"

    return VerifyFunctions(sources.evidence, sources.around, sources.image, leave)


def titles(scored: candidates.Candidates) -> dict[str, str]:
    """Return for each candidate whose it is, who took it and when; its id where nobody knows."""
    table = scored.table
    columns = (map(str, table[name]) for name in ("id", "target", "instrument", "obstime"))
    return {
        one: " · ".join(filter(None, (target or one, instrument, obstime[:10])))
        for one, target, instrument, obstime in zip(*columns, strict=True)
    }


def surest_first(scored: candidates.Candidates) -> list[str]:
    """Return the candidates that no cut has removed, the most probable first."""
    kept = scored.kept
    sure = np.max([kept[PREFIX + name] for name in scored.classes], axis=0) if len(kept) else np.empty(0)
    return [str(one) for one in np.asarray(kept["id"])[np.argsort(-sure, kind="stable")]]


def _facts(row: dict[str, Any]) -> list[Fact]:
    facts = [Fact("entropy", f"{row['entropy']:.2f}")]
    numbers = {"snr": ("S/N", ".0f"), "mag": ("G", ".2f"), "resolving_power": ("R", ".0f")}
    for name, (said, digits) in numbers.items():
        value = row.get(name, np.nan)
        if isinstance(value, int | float) and np.isfinite(value):
            facts.append(Fact(said, f"{value:{digits}}"))
    if np.isfinite(row["ra"] + row["dec"]):
        facts.append(Fact("position", f"{row['ra']:.5f} {row['dec']:+.5f}".replace("-", "−")))
    if row["obstime"]:
        facts.append(Fact("epoch", f"{row['obstime'][:16].replace('T', ' ')} {row['time_scale']}".strip()))
    return facts


def _lacking(known: Evidence, what: str) -> Evidence:
    return dataclasses.replace(known, missing=(*known.missing, what))


def _nowhere(name: str) -> archive.Neighbours:
    return archive.Neighbours(name, "failed", reason="nobody knows where this object is on the sky")


def _patient() -> core_settings.Settings:
    loaded = core_settings.load()
    return dataclasses.replace(loaded, deadline=min(PATIENCE, loaded.deadline))


def _epoch(spectrum: Spectrum) -> str:
    return spectrum.obstime
