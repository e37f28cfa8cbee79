"""The catalogues of stars that are asked what lies around a position: SIMBAD and Gaia, live or simulated.

Live they speak TAP 1.1; the archive on this machine speaks the Simple Cone Search 1.03, with the same
columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from astropy.coordinates import SkyCoord

from astrolib.archive import local
from astrolib.archive.columns import Role
from astrolib.archive.pace import Pace
from astrolib.core.errors import ServiceError
from astrolib.core.settings import Settings

MOST_ROWS = 2000
"""Sources about one position; in a globular cluster there are more, and the answer says so."""


@dataclass(frozen=True)
class StarCatalogue:
    """A catalogue of stars.

    Parameters
    ----------
    name : str
        What people call it.
    tap : str
        Address of its synchronous TAP.
    columns, tables : str
        What is selected from where, in ADQL.
    service : str
        What the archive on this machine calls it (`astrolib.archive.local.VARIABLES`).
    epoch : float
        Of its positions, where a row does not say [Julian year].
    pace : Pace
        How often it may be asked.
    prefix : str
        Before its identifiers.
    identifier, magnitudes : Role, tuple of (str, Role)
        Where to find what a source is called, and its magnitudes by band, the first that is known counts.
    """

    name: str
    tap: str
    columns: str
    tables: str
    service: str
    epoch: float
    pace: Pace
    prefix: str
    identifier: Role
    magnitudes: tuple[tuple[str, Role], ...]

    def question(self, position: SkyCoord, radius: float, settings: Settings) -> tuple[str, dict[str, str]]:
        """Return whom to ask, and the parameters, for what lies within `radius` [deg].

        Raises
        ------
        ServiceError
            If the archive on this machine is meant, and does not run.
        """
        ra, dec = float(position.icrs.ra.deg), float(position.icrs.dec.deg)
        if settings.profile == "live":
            circle = f"CIRCLE('ICRS', {ra:.8f}, {dec:.8f}, {radius:.8f})"
            where = f"CONTAINS(POINT('ICRS', ra, dec), {circle}) = 1"
            query = f"SELECT {self.columns} FROM {self.tables} WHERE {where}"  # noqa: S608 - numbers, and our own
            asked = {"REQUEST": "doQuery", "LANG": "ADQL", "FORMAT": "votable", "QUERY": query}
            return self.tap, asked | {"MAXREC": str(MOST_ROWS)}
        address = local.addresses().get(self.service, "")
        if not address:
            raise ServiceError(f"no local archive that stands for {self.name} runs", remedy=local.REMEDY)
        return address, {"RA": f"{ra:.8f}", "DEC": f"{dec:.8f}", "SR": f"{radius:.8f}"}


SIMBAD = StarCatalogue(
    name="SIMBAD",
    tap="https://simbad.cds.unistra.fr/simbad/sim-tap/sync",
    columns="main_id, otype, ra, dec, pmra, pmdec, V, G",
    tables="basic LEFT JOIN allfluxes ON oid = oidref",
    service="simbad",
    epoch=2000.0,
    pace=Pace(5),  # six a second are allowed
    prefix="",
    identifier=Role(names=("main_id",)),
    magnitudes=(("V", Role(names=("v",))), ("G", Role(names=("g",)))),
)

GAIA = StarCatalogue(
    name="Gaia",
    tap="https://gea.esac.esa.int/tap-server/tap/sync",
    columns="source_id, ra, dec, pmra, pmdec, ref_epoch, phot_g_mean_mag, bp_rp",
    tables="gaiadr3.gaia_source",
    service="gaia",
    epoch=2016.0,
    pace=Pace(5),
    prefix="Gaia DR3 ",
    identifier=Role(names=("source_id",)),
    magnitudes=(("G", Role(names=("phot_g_mean_mag",))),),
)
