"""The table of which spectrum lies where: `assignments.ecsv`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from astropy.table import QTable

from astrolib.core.files import whole_file
from astrolib.core.schema import Column, TableSchema
from astrolib.models.map.matching import Matches
from astrolib.models.map.topology import Topology

ASSIGNMENT = TableSchema(
    "a spectrum's place on a map",
    (
        Column("id", "str", "of the spectrum"),
        Column("row", "int", "of its neuron, from 0"),
        Column("column", "int", "of its neuron, from 0"),
        Column("distance", "float", "to the reference vector of its neuron, in the unit of the flux"),
    ),
)


def assignments(ids: Sequence[str], matches: Matches, topology: Topology) -> QTable:
    """Return the place of each spectrum, in the order of `ids`; columns as `ASSIGNMENT` says."""
    row, column = np.divmod(matches.neuron, topology.columns)
    distance = matches.distance.astype(np.float64).round(6)
    return QTable(
        [np.asarray(ids, dtype=str), row, column, distance], names=["id", "row", "column", "distance"]
    )


def write_assignments(path: Path, table: QTable) -> None:
    """Write the table as ECSV, whole or not at all."""
    with whole_file(path) as temporary:
        table.write(temporary, format="ascii.ecsv", overwrite=True)
