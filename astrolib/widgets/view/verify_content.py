"""What a verifying panel sends to the page: plain values, texts as they came, and arrays as bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from astrolib.widgets.state.verify_functions import Evidence, Neuron
from astrolib.widgets.state.verify_lookup import Lookup

if TYPE_CHECKING:
    from astrolib.archive import SkyImage
    from astrolib.candidates import Around

_SOFTENING = 1.5  # sigma of the sky, from where on the stretch is logarithmic
_BRIGHT = 99.7  # percentile that is black


def about(evidence: Evidence) -> dict[str, Any]:
    """Return what is said of a candidate in words and numbers."""
    return {
        "label": evidence.label,
        "scores": [{"name": name, "value": value} for name, value in evidence.scores],
        "facts": [{"name": fact.name, "value": fact.value} for fact in evidence.facts],
        "missing": list(evidence.missing),
        "others": max(len(evidence.spectra) - 1, 0),
    }


def curves(evidence: Evidence) -> tuple[dict[str, Any], bytes]:
    """Return how many curves of how many points the prepared spectrum makes, and their points.

    Float32: wavelengths, fluxes, and the reference vector where there is one.
    """
    seen = evidence.prepared
    if seen is None:
        return {"pixels": 0}, b""
    known = bool(np.isfinite(seen.wavelength).all())
    wavelength = seen.wavelength if known else np.arange(seen.flux.size)
    rows = [wavelength, seen.flux, *([evidence.neuron.reference] if evidence.neuron else [])]
    where = "" if seen.medium == "unknown" else f" in {seen.medium}"
    label = f"wavelength{where} [Å]" if known else "pixel"
    return {"pixels": seen.flux.size, "label": label}, np.concatenate(rows).astype("<f4").tobytes()


def lattice(neuron: Neuron | None) -> tuple[dict[str, Any], bytes]:
    """Return where a candidate lies on a map, and float32 ``x, y, height`` (from 0 to 1) of each neuron."""
    if neuron is None:
        return {}, b""
    span = float(np.ptp(neuron.heights)) or 1.0
    heights = (neuron.heights - neuron.heights.min()) / span
    cells = np.column_stack([neuron.positions, heights]).astype("<f4")
    told = {"number": neuron.number, "place": neuron.place, "distance": neuron.distance}
    return told | {"hexagonal": neuron.hexagonal}, cells.tobytes()


def picture(lookup: Lookup) -> tuple[dict[str, Any], bytes]:
    """Return what is known of the picture of the sky, and its bytes: 255 for the brightest, top row first."""
    image: SkyImage | None = lookup.answer
    told: dict[str, Any] = {"phase": lookup.phase, "reason": lookup.reason, "side": 0}
    pixels = getattr(image, "pixels", None)
    if image is None or pixels is None:
        return told, b""
    told |= {"side": pixels.shape[0], "fov": image.fov, "survey": image.survey}
    return told, stretched(pixels)[::-1].tobytes()


def stretched(pixels: np.ndarray) -> np.ndarray:
    """Return a picture as bytes, its sky dark and faint stars visible.

    The stretch is the asinh of Lupton et al. 2004, PASP 116, 133.
    """
    known = pixels[np.isfinite(pixels)].astype(np.float64)
    sky = np.median(known)
    noise = 1.4826 * np.median(np.abs(known - sky)) or 1.0
    above = np.arcsinh((np.nan_to_num(pixels, nan=sky) - sky) / (_SOFTENING * noise))
    top = max(float(np.arcsinh((np.percentile(known, _BRIGHT) - sky) / (_SOFTENING * noise))), 3.0)
    return (255 * np.clip((above + 0.6) / (top + 0.6), 0, 1)).astype(np.uint8)


def neighbourhood(lookup: Lookup) -> dict[str, Any]:
    """Return what SIMBAD and Gaia know around a candidate."""
    around: Around | None = lookup.answer
    told: dict[str, Any] = {"phase": lookup.phase, "reason": lookup.reason, "rows": [], "answers": []}
    if around is None or not hasattr(around, "answers"):
        return told
    told["answers"] = [
        {
            "catalogue": answer.catalogue,
            "status": answer.status,
            "reason": answer.reason,
            "count": len(answer.table),
            "truncated": answer.truncated,
        }
        for answer in around.answers
    ]
    told["rows"] = [_row(around.table, number) for number in range(len(around.table))]
    worst = around.worst
    told["worst"] = worst | {"brighter": _number(worst["brighter"])} if worst else None
    return told


def _row(table: Any, number: int) -> dict[str, Any]:
    row = table[number]
    numbers = {name: _number(row[name]) for name in ("mag", "brighter")}
    units = {"separation": "arcsec", "position_angle": "deg", "motion": "mas / yr", "moved": "arcsec"}
    numbers |= {name: _number(row[name].to_value(unit)) for name, unit in units.items()}
    texts = {name: str(row[name]) for name in ("name", "catalogue", "kind", "band")}
    return numbers | texts | {"own": bool(row["is_own"]), "trap": bool(row["is_trap"])}


def _number(value: Any) -> float | None:
    """Return what JSON carries: a missing number is none."""
    return float(value) if math.isfinite(value) else None
