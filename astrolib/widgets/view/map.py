"""MapExplorer: a self-organising map, the spectra of each neuron, and a region brushed into a deck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import ipywidgets
import numpy as np
from traitlets import Bool, Bytes, Dict, Float, Int, List, Unicode, dlink, link

from astrolib.core.errors import AstrolibError
from astrolib.widgets import wiring
from astrolib.widgets.state.map import MapExplorerState, axis_of
from astrolib.widgets.view.look import module, panel, stylesheet

_PLANES = (
    ("counts", "Counts", "How many spectra each neuron has"),
    ("u-matrix", "U-matrix", "How far each neuron is from its neighbours: walls between groups"),
    ("flux", "Flux", "The reference vectors at one wavelength; click in the spectra to choose it"),
    ("labels", "Labels", "What most labelled spectra of each neuron are called"),
)
_UNITS = {
    "counts": "spectra",
    "u-matrix": "mean distance to the neighbouring neurons",
    "flux": "prepared flux of the reference vector",
    "labels": "",
}


class MapControls(anywidget.AnyWidget):
    """The lattice and the spectra of a neuron; drawn by ``map.js``."""

    _esm = module("map.js")
    _css = stylesheet("map.css")

    shape, axis, scale, shown = (Dict().tag(sync=True) for _ in range(4))
    planes: List = List().tag(sync=True)
    labels: List = List().tag(sync=True)
    brushed: List = List().tag(sync=True)
    wavelength, counts, values, label_of, share_of = (Bytes().tag(sync=True) for _ in range(5))
    plane, deck, error = (Unicode().tag(sync=True) for _ in range(3))
    at = Float().tag(sync=True)
    neuron = Int().tag(sync=True)
    brushing = Bool(True).tag(sync=True)


class MapExplorer(ipywidgets.VBox):
    """Walk over a map of spectra, see what lies where, and brush a region into a deck.

    Parameters
    ----------
    som : SpectrumMap, optional
        The map.
    prepared : PreparedSpectra, optional
        Spectra prepared by the same recipe; they need not be those that the map was made of.
    labels : mapping, optional
        Id -> label, of some spectra.
    deck : callable, optional
        Ids of the brushed spectra -> the widget that opens below the map, such as a `Deck`.
    deck_label : str
        What the button says that calls it.
    state : MapExplorerState, optional
        A state of your own, in place of `som`, `prepared` and `labels`.

    Attributes
    ----------
    state : MapExplorerState
        Everything that can be changed; ``state.selected`` are the ids in the region.
    """

    def __init__(
        self,
        som: Any = None,
        prepared: Any = None,
        *,
        labels: Mapping[str, str] | None = None,
        deck: Callable[[tuple[str, ...]], ipywidgets.Widget] | None = None,
        deck_label: str = "Open in a deck",
        state: MapExplorerState | None = None,
    ) -> None:
        self.state = state or MapExplorerState(wiring.map_content(som, prepared, labels))
        self._deck = deck
        self.controls = _controls(self.state, deck_label if deck else "")
        self._show_plane()
        self._show_spectra()
        self.state.observe(self._show_plane, ["plane", "at"])
        self.state.observe(self._show_spectra, "neuron")
        self.controls.on_msg(self._on_message)
        self._below = ipywidgets.VBox()
        super().__init__([panel(self.controls, name="astrolib-map"), self._below])

    def open_deck(self) -> None:
        """Open the brushed spectra in a deck below the map, as the button does."""
        if self._deck is None or not self.state.selected:
            return
        for before in self._below.children:
            before.close()
        self.state.error = ""
        try:
            self._below.children = (self._deck(self.state.selected),)
        except AstrolibError as error:
            self.state.error = str(error)

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("do") == "deck":
            self.open_deck()

    def _show_plane(self, _change: object = None) -> None:
        values = self.state.values()
        plane, counting = self.state.plane, self.state.plane == "counts"
        scale = {
            "plane": plane,
            "low": 0.0 if counting else float(values.min()),
            "high": float(values.max()),
            "kind": "root" if counting else "linear",
            "unit": _UNITS[plane],
        }
        with self.controls.hold_sync():
            self.controls.values = values.astype("<f4").tobytes()
            self.controls.scale = scale

    def _show_spectra(self, _change: object = None) -> None:
        self.controls.shown = _shown(self.state)


def _controls(state: MapExplorerState, deck: str) -> MapControls:
    """Return the controls of a state, linked with it."""
    content = state.content
    nothing = np.full(len(content.counts), -1)
    planes = _PLANES if content.labels else _PLANES[:-1]
    controls = MapControls(
        shape={name: getattr(content, name) for name in ("rows", "columns", "grid", "edges")},
        axis=_axis(state),
        wavelength=axis_of(content).astype("<f8").tobytes(),
        counts=content.counts.astype("<f4").tobytes(),
        planes=[dict(zip(("name", "title", "about"), plane, strict=True)) for plane in planes],
        labels=list(content.labels),
        label_of=(nothing if content.label is None else content.label).astype("<i4").tobytes(),
        share_of=(nothing if content.share is None else content.share).astype("<f4").tobytes(),
        deck=deck,
    )
    for name in ("plane", "at", "neuron"):
        link((state, name), (controls, name))
    link((state, "brushed"), (controls, "brushed"), transform=(list, tuple))
    dlink((state, "error"), (controls, "error"))
    return controls


def _axis(state: MapExplorerState) -> dict[str, Any]:
    content = state.content
    axis = axis_of(content)
    known = axis is content.wavelength
    medium = f"wavelength in {content.medium}" if content.medium in ("air", "vacuum") else "wavelength"
    return {
        "label": f"{medium} [Å]" if known else "pixel",
        "unit": "Å" if known else "",
        "low": float(axis.min()),
        "high": float(axis.max()),
        "count": len(axis),
    }


def _shown(state: MapExplorerState) -> dict[str, Any]:
    """Return the spectra of the neuron in one piece, so that the page never shows half of them."""
    content, spectra = state.content, state.spectra()
    members = [
        [str(content.ids[row]), str(content.titles[row]), float(content.distance[row])]
        for row in spectra.rows
    ]
    rows, columns = (0, 0) if spectra.image is None else spectra.image.shape
    return {
        "neuron": state.neuron,
        "count": spectra.count,
        "reference": spectra.reference.astype("<f4").tobytes(),
        "lines": spectra.flux.astype("<f4").tobytes(),
        "density": None if spectra.image is None else spectra.image.tobytes(),
        "rows": rows,
        "columns": columns,
        "low": spectra.low,
        "high": spectra.high,
        "members": members,
        "note": spectra.note,
    }
