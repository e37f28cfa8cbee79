"""The one place where widgets meet science: the functions they call when they are given none.

Each function imports its room when it is first called: a viewer is on the screen before astropy is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolib.widgets.state.functions import QueryFunctions, SpectrumFunctions
from astrolib.widgets.state.map_content import MapContent

if TYPE_CHECKING:
    from astrolib.archive import Answer, Cutout
    from astrolib.collection import PreparedSpectra
    from astrolib.core.outcome import Outcome
    from astrolib.core.progress import Progress
    from astrolib.models.map import SpectrumMap
    from astrolib.widgets.state.learn_functions import LearnFunctions


def _later(module: str, name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **keywords)

    return call


def spectrum_functions() -> SpectrumFunctions:
    """Return what a spectrum viewer calls, from `astrolib.spectra`."""
    return SpectrumFunctions(
        to_air=_later("astrolib.spectra.air", "vacuum_to_air"),
        to_vacuum=_later("astrolib.spectra.air", "air_to_vacuum"),
        velocity=_later("astrolib.spectra.velocity", "velocity"),
        wavelength_at=_later("astrolib.spectra.velocity", "wavelength_at"),
        normalise=_later("astrolib.spectra.normalise", "normalise"),
        line_list=_later("astrolib.spectra.lines", "line_list"),
    )


def query_functions(folder: Path) -> QueryFunctions:
    """Return what a query panel calls, from `astrolib.archive`; downloads go into the collection `folder`."""
    from astrolib import archive  # brings astropy and pyvo, which a viewer does without

    return QueryFunctions(
        services=lambda: tuple(archive.known_services().values()),
        resolve=archive.resolve_name,
        ask=archive.ask,
        deliver=lambda chosen, cutout, progress: deliver_into(folder, chosen, cutout, progress),
    )


def deliver_into(folder: Path, chosen: Answer, cutout: Cutout | None, progress: Progress) -> Outcome:
    """Fetch the rows of an answer, and read them into the collection in `folder`.

    The files as they came stay beside it, in ``FOLDER-files``. A row counts half when its file is here,
    and whole when it is read.
    """
    from astrolib import archive, collection  # as above

    files = folder.with_name(f"{folder.name}-files")
    delivery = archive.fetch(
        chosen.offer, files, given=chosen.address, cutout=cutout, progress=lambda n, of: progress(n // 2, of)
    )
    folder.mkdir(parents=True, exist_ok=True)
    store = collection.SpectrumCollection.open(folder)
    rows, missed = len(chosen), len(delivery.missing)
    return collection.collect(
        delivery, store, lambda n, _: progress((rows + missed + n) // 2, rows), truncated=chosen.truncated
    )


def learn_functions(prepared: Any, collection: Any, folder: Path, **plan: Any) -> LearnFunctions:
    """Return what a learning panel calls, from `astrolib.models.active`; rounds are kept in `folder`.

    Parameters
    ----------
    prepared : PreparedSpectra or path-like
        The pool.
    collection : SpectrumCollection, path-like or None
        The raw spectra.
    folder : Path
        Made where it is not there.
    **plan
        As `astrolib.models.active.Plan` takes it.
    """
    from astrolib.widgets.state import learn_wiring  # brings astropy and pyarrow

    return learn_wiring.functions(prepared, collection, folder, plan)


def map_content(
    som: SpectrumMap, prepared: PreparedSpectra, labels: Mapping[str, str] | None = None
) -> MapContent:
    """Return what an explorer shows of a map and the spectra on it, with `astrolib.models.map`.

    Parameters
    ----------
    som : SpectrumMap
        The map.
    prepared : PreparedSpectra
        Spectra prepared by the same recipe.
    labels : mapping, optional
        Id -> label; ids that are not among the spectra are left out.
    """
    from astrolib.models import map as maps  # brings scipy, which a viewer does without

    matches = som.match(prepared)
    known, ids = labels or {}, [str(one) for one in prepared.ids]
    named = maps.label_map(matches.neuron, [known.get(one, "") for one in ids], som.topology)
    return MapContent(
        *(som.topology.rows, som.topology.columns, som.topology.grid, som.topology.edges),
        weights=som.weights,
        wavelength=som.wavelength,
        medium=prepared.medium,
        flux=prepared.flux,
        ids=ids,
        titles=prepared.info["target"],
        distance=matches.distance,
        members=maps.Members(matches, som.topology).of,
        evenly=maps.evenly,
        counts=maps.counts(matches.neuron, som.topology),
        u_matrix=maps.u_matrix(som.weights, som.topology),
        component=lambda at: maps.component_plane(som.weights, som.wavelength, at),
        labels=named.labels,
        label=named.label,
        share=named.share,
    )
