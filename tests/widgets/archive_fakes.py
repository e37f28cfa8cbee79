"""A small archive that lives in memory, for tests of the query panel."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord

from astrolib.archive import Answer, Position, Service
from astrolib.core.outcome import Missing, Outcome
from astrolib.core.schema import SPECTRUM_OFFER

HOSTILE = "<img src=x onerror=window.hostile=1>"
ADDRESS = "http://127.0.0.1:1/ssap?"
NAMES = ("BU Tau", "V923 Aql", HOSTILE, "4 Her")


def offer(count):
    """Return rows around 10 +20, a name from `NAMES` each."""
    return SPECTRUM_OFFER.table(
        {
            "pubdid": f"ivo://test/{number}",
            "target": NAMES[number % len(NAMES)],
            "ra": 10 + 0.001 * number,
            "dec": 20 - 0.001 * number,
            "obstime": f"2010-01-{number % 28 + 1:02}T21:00:00",
            "time_scale": "UTC",
            "exptime": 300.0 + number,
            "accref": f"http://127.0.0.1:1/{number}.fits",
        }
        for number in range(count)
    )


class FakeArchive:
    """Answers by the target's name or the path: ``nothing``, ``broken``, ``cut``; all else is found."""

    def __init__(self, count=12):
        self.count = count
        self.asked = []
        self.places = []
        self.delivered = []

    def functions(self):
        """Return what a panel takes instead of `astrolib.archive`."""
        return {
            "services": lambda: (Service("test", ADDRESS, title="The archive of the tests"),),
            "resolve": self.resolve,
            "ask": self.ask,
            "deliver": self.deliver,
        }

    def resolve(self, name):
        if name == "broken":
            return Position("failed", name, reason="no name service answers")
        if name == "nothing":
            return Position("none", name)
        return Position("found", name, SkyCoord(10 * u.deg, 20 * u.deg))

    def ask(self, source, query, *, service, path):
        self.asked.append(query)
        self.places.append((source, service, path))
        told = query.target or path
        if told == "broken":
            return Answer("failed", reason="it answered 503; try again later", address=service)
        if told == "nothing":
            return Answer("none", address=service)
        rows = offer(self.count)
        if source in ("folder", "listing"):
            rows["ra"], rows["dec"] = np.nan * rows["ra"], np.nan * rows["dec"]
        return Answer.of_offer(rows, address=ADDRESS, truncated=told == "cut")

    def deliver(self, chosen, cutout, progress):
        self.delivered.append((list(map(str, chosen.offer["pubdid"])), cutout))
        missing = tuple(
            Missing(name, "it answered 404; ask the archive's operators")
            for name in self.delivered[-1][0]
            if name.endswith("3")
        )
        for done in range(len(chosen)):
            progress(done + 1, len(chosen))
        return Outcome.of_delivery(len(chosen) - len(missing), missing)
