"""Ask a catalogue what lies around a position, for cross-checks (Simple Cone Search 1.03)."""

from __future__ import annotations

from dataclasses import dataclass, field

import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.units import Quantity

from astrolib.archive.columns import Columns
from astrolib.archive.dali import fetch_results
from astrolib.archive.http import Client
from astrolib.archive.query import in_unit
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.core.outcome import Status
from astrolib.core.settings import Settings


@dataclass(frozen=True, eq=False)
class CatalogueAnswer:
    """What a catalogue holds around a position.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none`` only where the catalogue answered, and was not cut short.
    table : QTable
        Its rows, as the catalogue gave them.
    truncated : bool
        Whether there are more.
    reason : str
        Why it failed, on one line.
    """

    status: Status
    table: QTable = field(default_factory=QTable)
    truncated: bool = False
    reason: str = ""


def cone_search(
    address: str, position: SkyCoord, radius: Quantity, settings: Settings | None = None
) -> CatalogueAnswer:
    """Ask a catalogue for its objects within a radius.

    Parameters
    ----------
    address : str
        Base address of a cone search service.
    position : SkyCoord
        The centre, scalar.
    radius : Quantity
        An angle, at most 180 degrees.
    settings : Settings, optional
        Those in force by default.

    Raises
    ------
    RefusedError
        If the address is malformed, or the radius is no such angle.
    """
    degrees = in_unit(radius, u.deg, "radius")
    if not 0 <= degrees <= 180:
        raise RefusedError(f"a radius of {radius}", remedy="give 0 to 180 degrees")
    guard = AddressGuard.of(address)
    place = position.icrs
    sent = {"RA": f"{place.ra.deg:.8f}", "DEC": f"{place.dec.deg:.8f}", "SR": f"{degrees:.8g}"}
    try:
        with Client(guard, settings or core_settings.load()) as client:
            answer = fetch_results(client, address, sent)
            table = QTable(Columns(answer.table).native())
    except AstrolibError as error:
        return CatalogueAnswer("failed", reason=str(error))
    if answer.truncated and not len(table):
        return CatalogueAnswer(
            "failed", table, True, "cut short before the first row; make the radius smaller"
        )
    return CatalogueAnswer("found" if len(table) else "none", table, answer.truncated)
