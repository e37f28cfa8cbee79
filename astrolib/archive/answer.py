"""What an archive answers: found, none or failed, with the spectra on offer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from astropy.table import QTable, Table
from numpy.typing import NDArray

from astrolib.core.addresses import AddressGuard, Origin
from astrolib.core.errors import AstrolibError
from astrolib.core.outcome import Status
from astrolib.core.schema import SPECTRUM_OFFER


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a query for spectra.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none`` is an honest empty answer; ``failed`` never looks like one.
    offer : QTable
        One row a spectrum, of the schema `SPECTRUM_OFFER`.
    native : Table
        The same rows as the archive gave them; empty for folders and listings.
    truncated : bool
        Whether there is more than the offer holds.
    reason : str
        Why it failed or is incomplete, on one line; empty otherwise.
    address : str
        What the person gave: the service, listing, folder or file. Addresses that the offer names are
        judged by it.
    """

    status: Status
    offer: QTable = field(default_factory=SPECTRUM_OFFER.table)
    native: Table = field(default_factory=Table, repr=False)
    truncated: bool = False
    reason: str = ""
    address: str = ""

    def __len__(self) -> int:
        return len(self.offer)

    @classmethod
    def of_offer(
        cls,
        offer: QTable,
        native: Table | None = None,
        *,
        truncated: bool = False,
        reason: str = "",
        address: str = "",
    ) -> Answer:
        """Return ``found`` or ``none``, as the offer has rows or not.

        An answer that was cut short before its first row is a failure: nobody knows whether there are any.
        """
        if truncated and not len(offer):
            reason = reason or "it was cut short before any row that matches; raise max_records"
            return cls("failed", reason=reason, truncated=True, address=address)
        status: Status = "found" if len(offer) else "none"
        native = Table() if native is None else native
        return cls(status, SPECTRUM_OFFER.check(offer), native, truncated, reason, address)

    def only(self, rows: NDArray[np.bool_]) -> Answer:
        """Return the answer cut to some of its rows."""
        native = self.native[rows] if len(self.native) else self.native
        return Answer.of_offer(
            self.offer[rows], native, truncated=self.truncated, reason=self.reason, address=self.address
        )


def guard_of(given: str) -> AddressGuard:
    """Return the guard for what an offer names: after a path on disk, only public addresses.

    Raises
    ------
    AddressError
        If `given` is a malformed address.
    """
    return AddressGuard.of(given) if "://" in given else AddressGuard(Origin("file", "", 0))


def answered(address: str, ask: Callable[[], Answer]) -> Answer:
    """Call `ask`; what goes wrong far away becomes an answer that says failed."""
    try:
        return dataclasses.replace(ask(), address=address)
    except (AstrolibError, OSError) as error:
        return Answer("failed", reason=" ".join(str(error).split()), address=address)
