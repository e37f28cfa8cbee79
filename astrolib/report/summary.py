"""The table that says what became of each tracklet; the file `report.ecsv`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import numpy as np
from astropy.table import QTable

from astrolib.core.schema import Column, TableSchema
from astrolib.report.entries import Entry
from astrolib.report.scores import Score

REPORTED = TableSchema(
    "reported tracklets",
    (
        Column("tracklet_id", "str", "name within the run"),
        Column("reported", "bool", "whether it is in the report"),
        Column("reason", "str", "why it is not"),
        Column("trk_sub", "str", "the name it is reported under"),
        Column("perm_id", "str", "permanent designation, where it is known"),
        Column("prov_id", "str", "provisional designation, where it is known"),
        Column("known_name", "str", "the known object that it is, or may be"),
        Column(
            "known_off", "float", "how far it is from where the known object's ephemeris has it", "arcsec"
        ),
        Column("n_positions", "int", "positions reported"),
        Column("n_left_out", "int", "positions called invalid, or not measured"),
        Column("validated_by", "str", "who calls it valid"),
        Column("validated_at", "str", "when the last of them said so"),
        Column("digest2", "str", "scored, or not scored with the reason"),
        Column("digest2_neo", "float", "score that it is a near-Earth object, 0 to 100"),
        Column("digest2_int", "float", "score that it is interesting, 0 to 100"),
        Column("digest2_rms", "float", "of the positions around a great circle", "arcsec"),
    ),
)
"""One row a tracklet of the search."""

_NOT_REPORTED = Score("not scored: not reported")


def summary_of(entries: Iterable[Entry], scores: Mapping[str, Score]) -> QTable:
    """Return what became of each tracklet (schema `REPORTED`); `scores` by the id of the tracklet."""
    return REPORTED.table(
        _row(entry, scores.get(entry.choice.tracklet_id, _NOT_REPORTED)) for entry in entries
    )


def names_in_doubt(summary: QTable) -> list[str]:
    """Return a line for each reported tracklet that may be a known object and does not go under its name."""
    return [
        f"{row['trk_sub']} goes out without a designation: it may be {row['known_name']}"
        + (f", {off:.0f} arcsec from its ephemeris" if np.isfinite(off := row["known_off"].value) else "")
        for row in summary
        if row["reported"] and row["known_name"] and not (row["perm_id"] or row["prov_id"])
    ]


def format_summary(summary: QTable) -> str:
    """Return the table as ECSV."""
    stream = io.StringIO()
    summary.write(stream, format="ascii.ecsv")
    return stream.getvalue()


def _row(entry: Entry, score: Score) -> dict[str, object]:
    word = entry.choice.word
    return {
        "tracklet_id": entry.choice.tracklet_id,
        "reported": bool(entry.records),
        "reason": entry.reason,
        "trk_sub": entry.identity.trk_sub if entry.records else "",
        "perm_id": entry.identity.perm_id,
        "prov_id": entry.identity.prov_id,
        "known_name": entry.choice.known_name,
        "known_off": entry.choice.known_off,
        "n_positions": len(entry.records),
        "n_left_out": entry.choice.left_out,
        "validated_by": ", ".join(word.who),
        "validated_at": word.time,
        "digest2": score.status,
        "digest2_neo": score.neo,
        "digest2_int": score.interesting,
        "digest2_rms": score.rms,
    }
