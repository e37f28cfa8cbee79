"""A question about a raw file, and the answers that every question has."""

from __future__ import annotations

from dataclasses import dataclass

LEAVE_OUT = "leave out"
"""The answer after which a file is used for nothing."""

AS_IT_IS = "use as it is"
"""The answer that the header is right, whatever else speaks against it."""


@dataclass(frozen=True)
class Doubt:
    """A question about a file.

    Parameters
    ----------
    about : str
        What is asked: ``kind``, ``filter``, ``exposure``, ``time``, ``pointing`` or ``pixels``.
    rule : str
        Which rule asks, in a few words; files of which the same is asked can be answered together.
    reason : str
        Why, in a sentence.
    answers : tuple of str
        Those that can be chosen.
    free : str
        What may be typed instead; '' where only `answers` are possible.
    """

    about: str
    rule: str
    reason: str
    answers: tuple[str, ...]
    free: str = ""

    @property
    def possible(self) -> str:
        """All that may be answered, for people."""
        return ", ".join((*self.answers, *filter(None, [self.free])))
