"""An offer of spectra as columns of a table, first those that people choose by."""

from __future__ import annotations

from astropy.table import QTable

from astrolib.core.schema import SPECTRUM_OFFER
from astrolib.widgets.view.table import TableColumn

_COLUMNS = {  # what is shown, and with how many decimals
    "target": None,
    "obstime": None,
    "instrument": None,
    "resolving_power": 0,
    "exptime": 0,
    "ra": 5,
    "dec": 5,
    "band_min": 1,
    "band_max": 1,
    "title": None,
    "pubdid": None,
}
_TO_SECONDS = len("2010-01-31T21:00:00")
_HEADINGS = {
    "obstime": "epoch",
    "resolving_power": "R",
    "exptime": "exposure",
    "band_min": "from",
    "band_max": "to",
    "pubdid": "id",
}


def offer_columns(offer: QTable) -> list[TableColumn]:
    """Return the columns of an offer, of the schema `SPECTRUM_OFFER`, that say anything."""
    return [column for column in (_column(offer, name) for name in _COLUMNS) if column]


def _column(offer: QTable, name: str) -> TableColumn | None:
    """Return a column of the offer, or None where it says nothing."""
    described = {column.name: column for column in SPECTRUM_OFFER.columns}[name]
    values = (offer[name].to_value(described.unit) if described.unit else offer[name]).tolist()
    if all(value == "" or value != value for value in values):
        return None
    unit = described.unit.replace("Angstrom", "Å")
    if name == "obstime":
        values, unit = [value[:_TO_SECONDS].replace("T", " ") for value in values], _time_scale(offer)
    return TableColumn(_HEADINGS.get(name, name), values, unit, _COLUMNS[name])


def _time_scale(offer: QTable) -> str:
    """Return the scale that all epochs of the offer share, or that they do not."""
    scales = {str(scale) for scale in offer["time_scale"]}
    return scales.pop() if len(scales) == 1 else "several scales"
