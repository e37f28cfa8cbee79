"""The objects of a deck in their order, and how one is found among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from astrolib.core.errors import RefusedError


class Order:
    """Objects in order, each once, with the names that people know them by.

    Parameters
    ----------
    ids : sequence of str
        The objects.
    titles : mapping
        Id -> name; an object without one goes by its id.

    Raises
    ------
    RefusedError
        If an id stands twice.
    """

    def __init__(self, ids: Sequence[str], titles: Mapping[str, str]) -> None:
        self.ids = tuple(str(object_id) for object_id in ids)
        self.titles = {str(object_id): str(title) for object_id, title in titles.items()}
        self._index = {object_id: index for index, object_id in enumerate(self.ids)}
        if len(self._index) < len(self.ids):
            raise RefusedError("an object stands twice in the deck", remedy="give each id once")

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, object_id: str) -> bool:
        return object_id in self._index

    def title(self, object_id: str) -> str:
        """Return the name that people know an object by."""
        return self.titles.get(object_id) or object_id

    def index(self, object_id: str, default: int) -> int:
        """Return the place of an object, or `default` where it is not in the deck."""
        return self._index.get(object_id, default)

    def find(self, where: str | int) -> int:
        """Return the place of an object given by its id, its title or its number from 1.

        Raises
        ------
        RefusedError
            If there is none.
        """
        text = str(where).strip()
        if isinstance(where, str) and text in self._index:
            return self._index[text]
        titled = [self._index[object_id] for object_id in self.ids if self.titles.get(object_id) == text]
        if titled:
            return titled[0]
        if text.isdecimal() and 1 <= int(text) <= len(self.ids):
            return int(text) - 1
        raise RefusedError(
            "no such object in the deck",
            where=repr(text[:80]),
            remedy=f"give an id, a name or a number from 1 to {len(self.ids)}",
        )

    def around(self, index: int, by: int, wanted: Callable[[str], bool]) -> list[int]:
        """Return the places of wanted objects after `index` in a direction, round the end, `index` last."""
        n = len(self.ids)
        places = ((index + by * step) % n for step in range(1, n + 1))
        return [place for place in places if wanted(self.ids[place])]

    def ahead(self, index: int, by: int, wanted: Callable[[str], bool] | None = None) -> Sequence[int]:
        """Return where a step from `index` in a direction leads, and further ones, nearest first.

        All objects stand up to the end; only the wanted ones stand in a ring.
        """
        if wanted:
            return [place for place in self.around(index, by, wanted) if place != index]
        return range(index + by, len(self) if by > 0 else -1, by)
