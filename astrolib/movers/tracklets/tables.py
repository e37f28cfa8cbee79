"""The tables of a search: detections, tracklets, and the trail of what was removed."""

from __future__ import annotations

from astrolib.core.schema import Column, TableSchema

PAIR = "two-trail pair"
"""Kind of a tracklet that was seen as two trails only: too fast for a third frame."""

DETECTION = TableSchema(
    "detections",
    (
        Column("tracklet_id", "str", "the tracklet it belongs to"),
        Column("obstime", "str", "middle of the exposure, UTC, ISO 8601"),
        Column("ra", "float", "right ascension, ICRS", "deg"),
        Column("dec", "float", "declination, ICRS", "deg"),
        Column("rms_ra", "float", "error of the right ascension, with cos dec", "arcsec"),
        Column("rms_dec", "float", "error of the declination", "arcsec"),
        Column("rms_corr", "float", "correlation of both errors"),
        Column("mag", "float", "magnitude in the band of the frame", "mag"),
        Column("rms_mag", "float", "error of the magnitude", "mag"),
        Column("band", "str", "the filter"),
        Column("snr", "float", "signal-to-noise ratio of the fitted flux"),
        Column("exptime", "float", "exposure time", "s"),
        Column("fwhm", "float", "full width at half maximum, across a trail", "arcsec"),
        Column("ellipticity", "float", "1 - b/a"),
        Column("theta", "float", "position angle of the long axis, east of north, 0 to 180", "deg"),
        Column("trail_length", "float", "length of the trail; 0 for a point", "arcsec"),
        Column("trail_pa", "float", "position angle of the trail, east of north, 0 to 360", "deg"),
        Column("x", "float", "column, 0 at the centre of the first pixel"),
        Column("y", "float", "row, 0 at the centre of the first pixel"),
        Column("flags", "str", "words with commas: edge, masked, blended, predicted, saturated"),
        Column("frame", "str", "file name of the frame"),
    ),
)
"""One source in one frame; the file `detections.ecsv`."""

TRACKLET = TableSchema(
    "tracklets",
    (
        Column("tracklet_id", "str", "name within the run"),
        Column("n_detections", "int", "rows among the detections"),
        Column(
            "rate", "float", "sqrt((dra/dt cos dec)^2 + (ddec/dt)^2) of the straight path", "arcsec / min"
        ),
        Column("position_angle", "float", "of the motion, east of north, 0 to 360", "deg"),
        Column("rate_err", "float", "error of the rate", "arcsec / min"),
        Column("position_angle_err", "float", "error of the position angle", "deg"),
        Column("rms", "float", "residual from the straight path", "arcsec"),
        Column("rms_curved", "float", "residual from the curved path; NaN below four times", "arcsec"),
        Column("curvature", "float", "acceleration across the motion; NaN below four times", "arcsec / min2"),
        Column("curvature_err", "float", "error of the curvature", "arcsec / min2"),
        Column("mag", "float", "median magnitude", "mag"),
        Column("snr", "float", "median signal-to-noise ratio of the fitted flux"),
        Column("score", "float", "significance of all frames together, in standard deviations"),
        Column("stage", "str", "what found it: ordinary, deep, trails or slow"),
        Column("kind", "str", "mover, two-trail pair, variable, satellite, ghost or crosstalk"),
        Column("planted", "bool", "a fake that was planted to test whoever validates"),
        Column("known_name", "str", "designation of the known object"),
        Column("known_status", "str", "known, none, ambiguous, failed or not asked"),
        Column("oc_ra", "float", "observed minus computed, with cos dec", "arcsec"),
        Column("oc_dec", "float", "observed minus computed", "arcsec"),
    ),
)
"""Detections of one moving object over a few frames; the file `tracklets.ecsv`."""

REMOVED = TableSchema(
    "removed candidates",
    (
        Column("stage", "str", "where it was removed: ordinary, deep, trails, slow or merge"),
        Column("filter", "str", "the filter that removed it"),
        Column("amount", "float", "what the filter measured"),
        Column("limit", "float", "what it would have had to be"),
        Column("kind", "str", "what it is where that is known: variable, satellite, ghost or crosstalk"),
        Column("frame", "str", "file name of the frame; the first one of a path"),
        Column("x", "float", "column in that frame"),
        Column("y", "float", "row in that frame"),
        Column("ra", "float", "right ascension, ICRS", "deg"),
        Column("dec", "float", "declination, ICRS", "deg"),
        Column("rate", "float", "of the path; NaN for a single detection", "arcsec / min"),
        Column("snr", "float", "signal-to-noise ratio"),
    ),
)
"""What was not kept, and why: one row a candidate."""

SAME_AS = "the same mover as "
"""The filter of a removed tracklet, before the name of the one that was kept."""

PLANTED = TableSchema(
    "planted objects",
    (
        Column("tracklet_id", "str", "the tracklet that was made of it"),
        Column("kind", "str", "mover, or decoy: a path on which nothing moves"),
        Column("mag", "float", "true magnitude; for a decoy that of what was taken for it", "mag"),
    ),
)
"""What was planted among the tracklets of a search: the file ``planted.ecsv``."""
