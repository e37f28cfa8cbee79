"""Found, none or failed: the three answers of every remote query."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["found", "none", "failed"]


@dataclass(frozen=True)
class Missing:
    """A row that was requested and is not in the collection.

    Parameters
    ----------
    id : str
        Publisher DID, accref or file name.
    reason : str
        One line that says why.
    """

    id: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of a query and of the rows chosen from it.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none`` is an honest empty answer; ``failed`` never looks like one.
    requested : int
        Rows chosen for download.
    delivered : int
        Rows now in the collection.
    missing : tuple of Missing
        The rest; ``requested == delivered + len(missing)`` always holds.
    truncated : bool
        Whether the service cut its answer short (OVERFLOW).
    reason : str
        Why it failed, on one line; empty otherwise.
    """

    status: Status
    requested: int = 0
    delivered: int = 0
    missing: tuple[Missing, ...] = ()
    truncated: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if self.requested != self.delivered + len(self.missing):
            raise ValueError(
                f"{self.requested} requested, but {self.delivered} delivered and {len(self.missing)} missing"
            )

    @classmethod
    def failed(cls, reason: object, missing: tuple[Missing, ...] = ()) -> Outcome:
        """Return the answer of a query that failed, with the reason on one line."""
        return cls("failed", len(missing), 0, missing, reason=" ".join(str(reason).split()))

    @classmethod
    def of_delivery(cls, delivered: int, missing: tuple[Missing, ...], *, truncated: bool = False) -> Outcome:
        """Return the answer of a download: found, none (nothing was requested), or failed (nothing came)."""
        requested = delivered + len(missing)
        if requested and not delivered:
            return dataclasses.replace(
                cls.failed(f"none of {requested} rows arrived: {missing[0].reason}", missing),
                truncated=truncated,
            )
        return cls("found" if requested else "none", requested, delivered, missing, truncated)

    def as_dict(self) -> dict[str, Any]:
        """Return the content of ``query.json``."""
        return dataclasses.asdict(self) | {"missing": [dataclasses.asdict(row) for row in self.missing]}
