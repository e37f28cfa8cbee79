"""What an explorer of a map knows: the plane on show, the neuron, and the region that is brushed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from traitlets import Enum, Float, HasTraits, Instance, Int, TraitError, Tuple, Unicode, validate

from astrolib.widgets.state.map_content import MapContent
from astrolib.widgets.state.map_density import density, flux_range

LISTED = 60
"""Spectra of a neuron that are listed and drawn as lines; more are drawn as their density."""

MOST_VALUES = 4_000_000
"""Fluxes of which the density is made: of 28,000 spectra of 140 pixels."""

PLANES = ("counts", "u-matrix", "flux", "labels")


@dataclass(frozen=True, eq=False)
class NeuronSpectra:
    """The spectra of one neuron, as they are drawn.

    Parameters
    ----------
    count : int
        How many there are.
    reference : ndarray of float32, shape (pixels,)
        The reference vector.
    rows : ndarray of int
        Of those that are listed, nearest first.
    flux : ndarray of float32, shape (listed, pixels)
        Theirs.
    low, high : float
        Ends of the flux axis.
    image : ndarray of uint8 or None
        The density of all, where more are there than are listed.
    note : str
        What is left out, in words.
    """

    count: int
    reference: NDArray[np.float32]
    rows: NDArray[np.int64]
    flux: NDArray[np.float32]
    low: float
    high: float
    image: NDArray[np.uint8] | None
    note: str


class MapExplorerState(HasTraits):
    """A map, and where a person is on it.

    Parameters
    ----------
    content : MapContent
        The map and its spectra.
    **traits
        First values of traits.

    Attributes
    ----------
    plane : {'counts', 'u-matrix', 'flux', 'labels'}
        What colours the map.
    at : float
        The wavelength at which the plane `flux` is cut [angstrom].
    neuron : int
        ``row * columns + column``; its spectra are on show. At first the one with most spectra.
    brushed : tuple of int
        Neurons of the region that is brushed.
    error : str
        What went wrong last.
    """

    content = Instance(MapContent)
    plane = Enum(PLANES, "counts")
    at = Float()
    neuron = Int()
    brushed: Any = Tuple()
    error = Unicode()

    def __init__(self, content: MapContent, **traits: Any) -> None:
        axis = axis_of(content)
        first = {"neuron": int(np.argmax(content.counts)), "at": float(np.mean(axis[[0, -1]]))}
        super().__init__(content=content, **(first | traits))

    @validate("neuron")
    def _on_map(self, proposal: dict[str, Any]) -> int:
        return self._checked(proposal["value"])

    @validate("brushed")
    def _all_on_map(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        return tuple(sorted({self._checked(neuron) for neuron in proposal["value"]}))

    def _checked(self, neuron: int) -> int:
        if not 0 <= neuron < len(self.content.counts):
            raise TraitError(f"no neuron {neuron}; the map has {len(self.content.counts)}")
        return int(neuron)

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the spectra in the region, neuron by neuron, nearest to the reference vector first."""
        content = self.content
        return tuple(str(content.ids[row]) for neuron in self.brushed for row in content.members(neuron))

    def brush(self, rows: slice, columns: slice) -> None:
        """Brush a rectangle, as in ``state.brush(slice(0, 3), slice(4, 8))``."""
        lattice = np.arange(len(self.content.counts)).reshape(self.content.rows, self.content.columns)
        self.brushed = tuple(lattice[rows, columns].ravel().tolist())

    def values(self) -> NDArray[np.float32]:
        """Return the plane on show, one value a neuron; for labels the counts."""
        content = self.content
        if self.plane == "flux":
            return content.component(self.at)
        values = content.u_matrix if self.plane == "u-matrix" else content.counts
        return values.astype(np.float32)

    def spectra(self) -> NeuronSpectra:
        """Return the spectra of the neuron, as they are drawn."""
        content = self.content
        members = content.members(self.neuron)
        reference = content.weights[self.neuron]
        listed = content.evenly(members, LISTED)
        drawn = content.evenly(members, max(LISTED, MOST_VALUES // len(reference)))
        flux = np.asarray(content.flux[np.sort(drawn)], dtype=np.float32)
        low, high = flux_range(flux, reference)
        image = density(flux, low, high) if len(members) > LISTED else None
        lines = np.asarray(content.flux[listed], dtype=np.float32)
        note = _note(len(members), len(drawn))
        return NeuronSpectra(len(members), reference, listed, lines, low, high, image, note)


def axis_of(content: MapContent) -> NDArray[np.float64]:
    """Return wavelengths [angstrom], or the pixels' numbers where nobody knows the wavelengths."""
    known = np.isfinite(content.wavelength).all()
    return content.wavelength if known else np.arange(len(content.wavelength), dtype=np.float64)


def _note(count: int, drawn: int) -> str:
    if not count:
        return "No spectrum lies here; the curve is the reference vector."
    if count <= LISTED:
        return "All its spectra, and the reference vector over them. Nearest first:"
    of = f"{drawn:,} of {count:,} spectra" if drawn < count else f"all {count:,} spectra"
    return f"Density of {of}, and the reference vector. {LISTED} evenly from the nearest to the farthest:"
