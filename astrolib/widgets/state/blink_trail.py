"""What is said of a tracklet in words: its motion, what is known nearby, and which tests it passed."""

from __future__ import annotations

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable, Row

from astrolib.movers.known.matches import SURE
from astrolib.movers.tracklets.path import Path
from astrolib.widgets.state.blink_functions import Known
from astrolib.widgets.state.verify_functions import Fact

_NEAR = 30.0  # arcsec within which removed candidates are listed
_MOST = 12

_SAID = {
    "none": "No known object is here.",
    "failed": "Nobody knows whether it is known: the service failed.",
    "not asked": "Nobody asked which known objects are here.",
}


def facts(row: Row, path: Path | None, counted: QTable) -> tuple[Fact, ...]:
    """Return rate, position angle, residual, magnitude and first place of the positions that count."""
    known = [Fact("positions", f"{len(counted)} of {row['n_detections']}")]
    if path is not None:
        known += [
            Fact("rate", f"{_with_error(path.rate, path.rate_err, 3)} ″/min"),
            Fact("PA", f"{_with_error(path.position_angle, path.position_angle_err, 1)}°"),
            Fact("rms", f"{path.rms:.2f}″"),
        ]
    mags = counted["mag"].to_value("mag")
    if np.isfinite(mags).any():
        band = str(counted["band"][0])
        known.append(Fact(band or "mag", f"{np.nanmedian(mags):.2f} mag"))
    if len(counted):
        first = SkyCoord(counted["ra"][0], counted["dec"][0])
        known.append(Fact("first at", first.to_string("hmsdms", sep=" ", precision=2)))
    if str(row["kind"]) not in ("", "mover"):
        known.append(Fact("looks like", str(row["kind"])))
    return tuple(known)


def _with_error(value: float, error: float, usual: int) -> str:
    """Return a value and its error, to two digits of the error; to the usual decimals without one."""
    known = np.isfinite(error) and error > 0
    decimals = int(np.clip(1 - np.floor(np.log10(error)), 0, 6)) if known else usual
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"


def scores(row: Row, model: float | None) -> tuple[Fact, ...]:
    """Return how sure the search, and a model, are: what a blind validator does not see."""
    known = []
    if np.isfinite(row["score"]):
        known.append(Fact("significance", f"{row['score']:.1f} σ"))
    if model is not None and np.isfinite(model):
        known.append(Fact("probability", f"{model:.2f}"))
    return tuple(known)


def known(row: Row, matches: QTable | None) -> Known:
    """Return what is known of known objects near a tracklet."""
    status, name = str(row["known_status"]), str(row["known_name"])
    said = _SAID.get(status, f"Several known objects may be this one: {name}." if name else "Ambiguous.")
    near = () if matches is None else _near(str(row["tracklet_id"]), matches)
    if status != "known":
        return Known(status, said, near)
    off = [row[column].to_value("arcsec") for column in ("oc_ra", "oc_dec")]
    said = f"{name}: O−C {off[0]:+.2f}″ in α cos δ, {off[1]:+.2f}″ in δ.".replace("-", "−")
    if not np.hypot(*off) > SURE:
        return Known(status, said, near)
    allowed = max((float(one["allowed"]) for one in near if one["name"] == name), default=np.nan)
    up_to = f" (up to {allowed:.0f}″)" if np.isfinite(allowed) else ""
    return Known(status, f"{said} Not sure: only its uncertain ephemeris allows it{up_to}.", near, sure=False)


def _near(identity: str, matches: QTable) -> tuple[dict[str, str | float], ...]:
    near = matches[np.asarray(matches["tracklet_id"], str) == identity]
    order = np.lexsort((near["separation"].to_value("arcsec"), ~np.asarray(near["matches"], bool)))
    return tuple(_nearby(one) for one in near[order])


def _nearby(match: Row) -> dict[str, str | float]:
    return {
        "name": str(match["known_name"]),
        "matches": bool(match["matches"]),
        "separation": float(match["separation"].to_value("arcsec")),
        "allowed": float(match["tolerance"].to_value("arcsec")),
        "motion": float(match["rate_difference"].to_value("arcsec / min")),
        "motion_allowed": float(match["rate_tolerance"].to_value("arcsec / min")),
        "mag": float(getattr(match["mag"], "value", match["mag"])),
    }


def trail(row: Row, rows: QTable, removed: QTable | None) -> tuple[Fact, ...]:
    """Return what found a tracklet, what was odd, and what was removed near it."""
    steps = [Fact("found by", f"the {row['stage']} search")] if str(row["stage"]) else []
    if np.isfinite(row["rms_curved"].to_value("arcsec")):
        bend, error = (row[name].to_value("arcsec / min2") for name in ("curvature", "curvature_err"))
        steps.append(Fact("straight", f"rms {row['rms'].to_value('arcsec'):.2f}″"))
        curved = f"rms {row['rms_curved'].to_value('arcsec'):.2f}″, bend {bend / error:+.1f} σ".replace(
            "-", "−"
        )
        steps.append(Fact("curved", curved))
    odd = sorted({word for flags in rows["flags"] for word in str(flags).split(",") if word})
    steps.append(Fact("flags", ", ".join(odd) or "none"))
    return (*steps, *_removed_near(rows, removed))


def _removed_near(rows: QTable, removed: QTable | None) -> list[Fact]:
    if removed is None or not len(removed) or not len(rows):
        return []
    places = SkyCoord(removed["ra"], removed["dec"])
    _, apart, _ = places.match_to_catalog_sky(SkyCoord(rows["ra"], rows["dec"]))
    order = np.argsort(apart.arcsec)
    near = [index for index in order if apart.arcsec[index] <= _NEAR][:_MOST]
    return [Fact("removed nearby", _removed(removed[index], apart.arcsec[index])) for index in near]


def _removed(row: Row, apart: float) -> str:
    limit = f", limit {row['limit']:.3g}" if np.isfinite(row["limit"]) else ""
    amount = f" {row['amount']:.3g}" if np.isfinite(row["amount"]) else ""
    words = (f"{apart:.0f}″ away", f"{row['filter']}{amount}{limit}", str(row["kind"]), str(row["frame"]))
    return " · ".join(filter(None, words))
