"""What opens below a map when a region is brushed: a deck of its spectra, to be labelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from astrolib.labels import Question
from astrolib.widgets.state.deck import DeckState
from astrolib.widgets.view.deck import Deck
from astrolib.widgets.view.viewer import SpectrumViewer


def spectrum_decks(
    collection: Any,
    question: Question | str = "halpha",
    *,
    name: str = "from the map",
    titles: Mapping[str, str] | None = None,
    **viewer: Any,
) -> Callable[[tuple[str, ...]], Deck]:
    """Return a function that makes a deck of some spectra of a collection, as `MapExplorer` calls it.

    Parameters
    ----------
    collection : SpectrumCollection
        Holds the spectra.
    question : Question or str
        What is asked.
    name : str
        Of the decks: one place is kept for all of them.
    titles : mapping, optional
        Id -> the name that people know the object by.
    **viewer
        First values of the `SpectrumViewer` in the deck.
    """

    def deck(ids: tuple[str, ...]) -> Deck:
        state = DeckState(ids, question, load=collection.spectrum, name=name, titles=titles)
        return Deck(state, SpectrumViewer(**viewer))

    return deck
