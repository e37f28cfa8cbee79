"""A panel over what a search left in a folder."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.wcs import WCS

from astrolib.candidates.ecsv import read_ecsv, write_ecsv
from astrolib.core.errors import RefusedError
from astrolib.core.paths import shipped
from astrolib.labels import LabelStore
from astrolib.labels.validation import validations
from astrolib.movers.blink import CUTOUT, Blink, write_blink
from astrolib.movers.known.matches import MATCH
from astrolib.movers.tracklets.tables import DETECTION, PLANTED, REMOVED, TRACKLET
from astrolib.report import read_site, write_report
from astrolib.widgets.state import blink_wiring
from astrolib.widgets.state.background import Foreground
from astrolib.widgets.view import blink_content

SITE = shipped("notebooks") / "site.toml"


def make_blink(name: str) -> Blink:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [150.0, 0.0]
    wcs.wcs.cdelt = [-0.333 / 3600, 0.333 / 3600]
    wcs.wcs.set()
    times = ("22:00", "22:04", "22:08", "22:17")
    table = CUTOUT.table(
        {
            "frame": f"r{n}.fits",
            "obstime": f"2026-03-01T{time}:30.000",
            "x": 16.0,
            "y": 16.0,
            "measured": n != 1,
        }
        for n, time in enumerate(times)
    )
    return Blink(name, np.zeros((4, 32, 32), np.float32), wcs, table)


@pytest.fixture
def folder(tmp_path):
    rows = [
        {
            "tracklet_id": name,
            "obstime": f"2026-03-01T{time}:30.000",
            "frame": f"r{n}.fits",
            "ra": 150.0 + off,
        }
        | {"dec": 0.0, "rms_ra": 0.1, "rms_dec": 0.1, "mag": 20.0, "snr": 9.0, "band": "r", "fwhm": 1.2}
        for name in ("t1", "t2")
        for n, time, off in ((3, "22:17", 0.002), (0, "22:00", 0.0), (2, "22:08", 0.001))
    ]
    tracklets = [
        {"tracklet_id": name, "n_detections": 3, "score": 12.0, "stage": "ordinary", "kind": "mover"}
        | {"known_status": "known", "known_name": "Ceres"}
        for name in ("t1", "t2")
    ]
    write_ecsv(TRACKLET.table(tracklets), tmp_path / "tracklets.ecsv")
    write_ecsv(DETECTION.table(rows), tmp_path / "detections.ecsv")
    (tmp_path / "blink").mkdir()
    write_blink(tmp_path / "blink" / "t1.fits", make_blink("t1"))
    return tmp_path


def test_positions_stand_in_the_order_of_the_cutouts(folder):
    seen = blink_wiring.Found(folder).evidence("t1")
    assert [position.frame for position in seen.positions] == [f"r{n}.fits" for n in range(4)]
    assert [position.measured for position in seen.positions] == [True, False, True, True]
    assert seen.positions[3].hours == pytest.approx(17 / 60)
    assert seen.positions[0].mag == 20.0
    assert seen.cutouts.scale == pytest.approx(0.333)
    assert seen.cutouts.north == pytest.approx((0.0, 1.0))
    assert seen.cutouts.east == pytest.approx((-1.0, 0.0))
    assert seen.missing == ()


def test_without_cutouts_the_rest_is_there_and_it_is_said(folder):
    seen = blink_wiring.Found(folder).evidence("t2")
    assert seen.cutouts is None
    assert [position.frame for position in seen.positions] == ["r0.fits", "r2.fits", "r3.fits"]
    assert "The cutouts are not here" in seen.missing[0]


def test_what_positions_give_leaves_out_those_that_do_not_count(folder):
    found = blink_wiring.Found(folder, lines=lambda _row, rows: "\n".join(rows["frame"]))
    whole, part = found.measured("t1", frozenset()), found.measured("t1", frozenset({"r2.fits"}))
    assert whole.lines.split() == ["r0.fits", "r2.fits", "r3.fits"]
    assert part.lines.split() == ["r0.fits", "r3.fits"]
    assert abs(part.residuals["r2.fits"][0]) > abs(whole.residuals["r2.fits"][0]) > 0
    assert part.facts[0].value == "2 of 3"
    assert part.facts[-1].value == "10 00 00.00 +00 00 00.00"


def test_lines_that_cannot_be_made_say_why(folder):
    def lines(_row, _rows):
        raise RefusedError("no station", remedy="name it in the site file")

    seen = blink_wiring.Found(folder, lines=lines).measured("t1", frozenset())
    assert (seen.lines, "no station" in seen.why) == ("", True)


@pytest.mark.parametrize(("off", "designation"), [(1.0, "00001"), (90.0, "     ")])
def test_lines_are_those_that_a_report_holds(folder, tmp_path, off, designation):
    tracklets = TRACKLET.check(read_ecsv(folder / "tracklets.ecsv"))
    tracklets["known_name"] = ["(1) Ceres", ""]
    tracklets["known_status"] = ["known", "none"]
    tracklets["oc_ra"], tracklets["oc_dec"] = [off, 0.0] * u.arcsec, [0.0, 0.0] * u.arcsec
    write_ecsv(tracklets, folder / "tracklets.ecsv")
    store = LabelStore(tmp_path / "labels.sqlite")
    state = blink_wiring.state(folder, ids=["t1"], site=SITE, store=store, who="ada", background=Foreground())
    shown = state.measured.lines.splitlines()
    assert {line[:5] for line in shown} == {designation}
    state.answer("valid")
    found = blink_wiring.Found(folder)
    said = validations(store.events())
    report = write_report(found.tracklets, found.detections, said, read_site(SITE), tmp_path / "report")
    written = (report.folder / "mpc.txt").read_text().splitlines()
    assert set(shown) <= set(written)
    assert [len(line) for line in shown] == [80] * 3


@pytest.mark.parametrize(
    ("off", "sure", "said"), [(9.0, True, ""), (90.0, False, "Not sure: only its uncertain ephemeris allows")]
)
def test_of_a_match_that_only_a_poor_ephemeris_allows_it_is_said(folder, off, sure, said):
    tracklets = TRACKLET.check(read_ecsv(folder / "tracklets.ecsv"))
    tracklets["oc_ra"][0], tracklets["oc_dec"][0] = -off * u.arcsec, 0.0 * u.arcsec
    write_ecsv(tracklets, folder / "tracklets.ecsv")
    match = {"tracklet_id": "t1", "known_name": "Ceres", "separation": off, "tolerance": 390.0}
    other = {"tracklet_id": "t1", "known_name": "Vesta", "separation": 5.0, "tolerance": 10.0}
    write_ecsv(MATCH.table([other, match | {"matches": True}]), folder / "known.ecsv")
    evidence = blink_wiring.Found(folder).evidence("t1")
    known = evidence.known
    assert [row["name"] for row in known.nearby] == ["Ceres", "Vesta"]
    assert blink_content.about(evidence)["known"]["sure"] is sure
    assert known.said.startswith(f"Ceres: O−C −{off:.2f}″ in α cos δ")
    assert (said in known.said, "up to 390″" in known.said, known.sure) == (True, not sure, sure)
    assert known.nearby[0]["allowed"] == 390.0


def test_known_objects_removed_ones_and_scores_are_told(folder):
    match = {"tracklet_id": "t1", "known_name": "Vesta", "separation": 4.0, "rate_difference": 0.5}
    write_ecsv(
        MATCH.table([match, match | {"known_name": "Ceres", "separation": 1.0}]), folder / "known.ecsv"
    )
    removed = {"filter": "straightness", "amount": 3.0, "limit": 1.0, "ra": 150.001, "dec": 0.0}
    write_ecsv(REMOVED.table([removed, removed | {"ra": 151.0}]), folder / "removed.ecsv")
    seen = blink_wiring.Found(folder, models={"t1": 0.93}).evidence("t1")
    assert seen.known.said.startswith("Ceres: O−C")
    assert [row["name"] for row in seen.known.nearby] == ["Ceres", "Vesta"]
    assert [fact.value for fact in seen.scores] == ["12.0 σ", "0.93"]
    near = [fact.value for fact in seen.trail if fact.name == "removed nearby"]
    assert near == ["0″ away · straightness 3, limit 1"]
    assert not any("12" in fact.value for fact in seen.trail)


def test_a_state_over_the_folder_and_what_was_planted(folder, tmp_path):
    planted = PLANTED.table([{"tracklet_id": "t2", "kind": "mover", "mag": 20.0}])
    write_ecsv(planted, folder / "planted.ecsv")
    store = LabelStore(tmp_path / "labels.sqlite")
    state = blink_wiring.state(folder, store=store, who="ada", background=Foreground())
    assert sorted(state.order.ids) == ["t1", "t2"]
    assert state.name == folder.name
    for _ in range(2):
        state.answer("valid")
    assert [(row.who, row.n, row.found) for row in state.watch()] == [("ada", 1, 1), ("ada", 1, 1)]


def test_a_folder_without_a_search_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(RefusedError, match="run find_movers first"):
        blink_wiring.Found(tmp_path)


def test_an_unknown_tracklet_is_refused(folder):
    with pytest.raises(RefusedError, match="no such tracklet"):
        blink_wiring.Found(folder).evidence("t9")
