"""The 80-column lines of a tracklet, as a report would hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from astropy.table import QTable, Row

from astrolib.movers.formats import Identity
from astrolib.report.mpc_lines import line_of
from astrolib.report.naming import known_as, official_identity, trk_sub
from astrolib.report.positions import record_of
from astrolib.report.site import Site, read_site

Lines = Callable[[Row, QTable], str]
"""A tracklet and those of its detections that count -> the lines that would report them."""


def lines_of(site: Site | Path) -> Lines:
    """Return what writes the lines of a tracklet for a site, given as it is or by its file."""
    where = site if isinstance(site, Site) else read_site(site)
    return lambda tracklet, detections: _lines(tracklet, detections, where)


def _lines(tracklet: Row, detections: QTable, site: Site) -> str:
    *_, sure_name = known_as(tracklet)
    official = official_identity(sure_name) or Identity()
    fields = [record_of(row, official, site).fields for row in detections]
    places = [(one["obsTime"], one["ra"], one["dec"]) for one in fields]
    named = replace(official, trk_sub=trk_sub(site.station, places, ()))
    return "\n".join(line_of(record_of(row, named, site)) for row in detections)
