"""What a loop of active learning is to do."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from astrolib.core.errors import ParameterError

STRATEGIES = ("margin", "entropy", "least_confidence", "disagreement", "random")
"""How the spectra to ask about are chosen; `uncertainty` says what each means."""

MIN_BATCH = 10
MIN_AUDIT = 3

FIRST_QUERIES = 20
"""Spectra of the first rounds chosen to teach: what they teach changes what is best asked next."""

LABELS_A_QUERY = 4
"""Then there is one query for so many labels, until the size of a batch is reached."""


@dataclass(frozen=True)
class Plan:
    """What a loop of active learning is to do.

    Parameters
    ----------
    classes : tuple of str
        The labels that the network tells apart, in the order of its outputs. Spectra with another label are
        neither learned from nor asked about again.
    targets : tuple of str
        Those of the classes that are looked for.
    batch_size : int
        Spectra a round chosen to teach, once there are four times as many labels; at least 10. Before that a
        round asks for less: while few are known, each answer changes what is best asked next.
    audit_size : int
        Spectra a round drawn to judge, at least 3; of a smaller round as much less.
    strategy : str
        One of `STRATEGIES`.
    seed : int
        Of all that is random.

    Raises
    ------
    ParameterError
        If a value is out of its range, or a target is no class.
    """

    classes: tuple[str, ...]
    targets: tuple[str, ...]
    batch_size: int = 100
    audit_size: int = 30
    strategy: str = "margin"
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(map(str, self.classes)))
        object.__setattr__(self, "targets", tuple(map(str, self.targets)))
        for wrong, remedy in self._faults():
            raise ParameterError(wrong, remedy=remedy)

    @property
    def columns(self) -> tuple[int, ...]:
        """The numbers of the targets among the classes."""
        return tuple(self.classes.index(name) for name in self.targets)

    def sizes(self, n_labels: int) -> tuple[int, int]:
        """Return how many spectra a round asks to learn from and to be judged by, given the labels so far."""
        queries = min(self.batch_size, max(FIRST_QUERIES, n_labels // LABELS_A_QUERY))
        return queries, max(MIN_AUDIT, math.ceil(self.audit_size * queries / self.batch_size))

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self) | {"classes": list(self.classes), "targets": list(self.targets)}

    def _faults(self) -> list[tuple[str, str]]:
        strangers = [name for name in self.targets if name not in self.classes]
        rules = [
            (len(set(self.classes)) < max(2, len(self.classes)), f"classes {list(self.classes)}",
             "name two or more, each once"),
            (bool(strangers), f"target {', '.join(map(repr, strangers))} is none of the classes",
             "name it among the classes"),
            (not self.targets or len(set(self.targets)) < len(self.targets), f"targets {list(self.targets)}",
             "name one or more, each once"),
            (self.batch_size < MIN_BATCH, f"batch_size {self.batch_size}", f"give at least {MIN_BATCH}"),
            (self.audit_size < MIN_AUDIT, f"audit_size {self.audit_size}", f"give at least {MIN_AUDIT}"),
            (self.strategy not in STRATEGIES, f"strategy {self.strategy!r}",
             f"use one of {', '.join(STRATEGIES)}"),
        ]  # fmt: skip
        return [(wrong, remedy) for broken, wrong, remedy in rules if broken]
