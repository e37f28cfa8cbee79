"""Nothing leaves twice, and nothing is lost, whatever is interrupted when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolib.collection.nights import Ledger
from astrolib.core.errors import RefusedError
from astrolib.movers.formats import read_obs80
from astrolib.report import Site, Submissions, read_site, read_tables, read_validations, write_report

FILES = {"mpc.txt", "ades.psv", "ades.xml", "report.ecsv"}


def folder(tmp_path: Path, name: str) -> Path:
    """Return a new folder."""
    made = tmp_path / name
    made.mkdir()
    return made


def test_the_same_again_is_refused(night: Any, site: Site, out: Path, tmp_path: Path) -> None:
    """With who reported it, when and where; no file appears."""
    write_report(night.tracklets, night.detections, night.said, site, out, who="anna")
    again = folder(tmp_path, "again")
    with pytest.raises(
        RefusedError, match=r"reported on \d{4}-\d\d-\d\d by anna, in .*/out; the files lie there"
    ):
        write_report(night.tracklets, night.detections, night.said, site, again)
    assert not list(again.iterdir())
    assert len(Submissions(Ledger()).all()) == 1


def test_measured_again_is_the_same(night: Any, site: Site, out: Path, tmp_path: Path) -> None:
    """Another run of the search, with other names and slightly other positions, is no other observation."""
    write_report(night.tracklets, night.detections, night.said, site, out)
    night.detections["ra"] += 1e-4 * night.detections["ra"].unit
    for table in (night.tracklets, night.detections):
        table["tracklet_id"] = [f"N{name}" for name in table["tracklet_id"]]
    said = [type(one)(f"N{one.tracklet_id}", one.who, *list(vars(one).values())[2:]) for one in night.said]
    with pytest.raises(RefusedError, match="reported on"):
        write_report(night.tracklets, night.detections, said, site, folder(tmp_path, "again"))


def test_what_is_new_goes_and_the_rest_stays(
    night: Any, site: Site, out: Path, tmp_path: Path, word: Callable[..., Any]
) -> None:
    """A tracklet that is validated later is reported alone."""
    write_report(night.tracklets, night.detections, [word("T0")], site, out)
    later = folder(tmp_path, "later")
    report = write_report(night.tracklets, night.detections, night.said, site, later)
    assert list(report.summary["reported"]) == [False, True, True]
    assert str(report.summary["reason"][0]).startswith("reported on ")
    assert len(read_obs80(later / "mpc.txt").observations) == 8


def test_another_station_reports_for_itself(night: Any, site_file: Path, out: Path, tmp_path: Path) -> None:
    """Two telescopes may see the same object at the same time."""
    write_report(night.tracklets, night.detections, night.said, read_site(site_file), out)
    site_file.write_text(site_file.read_text().replace('"950"', '"J95"'))
    report = write_report(
        night.tracklets, night.detections, night.said, read_site(site_file), folder(tmp_path, "other")
    )
    assert report.summary["reported"].all()


def test_two_at_once(night: Any, site: Site, tmp_path: Path) -> None:
    """Of two who report the same at once one is refused."""
    ends: list[str] = []

    def report(name: str) -> None:
        try:
            write_report(night.tracklets, night.detections, night.said, site, folder(tmp_path, name))
            ends.append("written")
        except RefusedError:
            ends.append("refused")

    threads = [threading.Thread(target=report, args=(f"run{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["refused"] * 3 + ["written"]
    assert len(list(tmp_path.glob("run*/mpc.txt"))) == 1


CHILD = """
import os, signal, sys
from pathlib import Path
from astrolib.report import read_site, read_tables, read_validations, submissions, write_report
place, count = sys.argv[1], int(sys.argv[2])
written = submissions.write_text
def killed(path, text):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    written(path, text)
submissions.write_text = killed
folder = Path(sys.argv[3])
tracklets, detections = read_tables(folder / "tracklets.ecsv")
if place == "before":
    submissions.Submissions.enter = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if place == "after":
    submissions.Submissions.written = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
said = read_validations(folder / "labels.ecsv")
write_report(tracklets, detections, said, read_site(folder / "site.toml"), Path(sys.argv[4]))
"""


@pytest.fixture
def files(night: Any, site_file: Path) -> Path:
    """Return a folder with the files of a night."""
    night.tracklets.write(site_file.parent / "tracklets.ecsv", format="ascii.ecsv")
    night.detections.write(site_file.parent / "detections.ecsv", format="ascii.ecsv")
    rows = "".join(f"{one.tracklet_id} valid anna\n" for one in night.said)
    columns = "".join(f"# - {{name: {name}, datatype: string}}\n" for name in ("id", "label", "who"))
    head = f"# %ECSV 1.0\n# ---\n# datatype:\n{columns}# schema: astropy-2.0\nid label who\n"
    (site_file.parent / "labels.ecsv").write_text(head + rows)
    return site_file.parent


def kill(files: Path, out: Path, place: str, count: int) -> None:
    """Report in a child that is killed before it enters, after so many files, or before it says "written"."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, place, str(count), str(files), str(out)],
        env={**os.environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def again(files: Path, out: Path) -> Any:
    """Report the same once more."""
    tracklets, detections = read_tables(files / "tracklets.ecsv")
    said = read_validations(files / "labels.ecsv")
    return write_report(tracklets, detections, said, read_site(files / "site.toml"), out)


def test_killed_before_it_was_entered(files: Path, out: Path, tmp_path: Path) -> None:
    """Nothing is there, and the next one goes as if there had been none."""
    kill(files, out, "before", 9)
    assert not list(out.iterdir())
    report = again(files, folder(tmp_path, "second"))
    assert {path.name for path in report.folder.iterdir()} == FILES


@pytest.mark.parametrize(("place", "count"), [("during", 0), ("during", 2), ("after", 9)])
def test_killed_after_it_was_entered(files: Path, out: Path, tmp_path: Path, place: str, count: int) -> None:
    """The next one completes the files where they belong, and writes no others."""
    kill(files, out, place, count)
    assert len({path for path in out.iterdir() if path.name in FILES}) == min(count, 4)
    second = folder(tmp_path, "second")
    with pytest.raises(RefusedError, match=r"reported on .* in .*/out; the files lie there"):
        again(files, second)
    assert {path.name for path in out.iterdir()} == FILES
    assert not list(second.iterdir())
    assert len(read_obs80(out / "mpc.txt").observations) == 12
    assert [one.written for one in Submissions(Ledger()).all()] == [True]


def test_killed_and_its_folder_lost(files: Path, out: Path, tmp_path: Path) -> None:
    """The report that nobody has is written word for word where the next one belongs."""
    kill(files, out, "during", 0)
    before = Submissions(Ledger()).all()[0]
    out.rmdir()
    second = folder(tmp_path, "second")
    report = again(files, second)
    assert report.submission == before.id
    assert {name: (second / name).read_text() for name in before.files} == dict(before.files)
    with pytest.raises(RefusedError, match=r"/second; the files lie there"):
        again(files, folder(tmp_path, "third"))
    assert len(Submissions(Ledger()).all()) == 1


def test_the_ledger_of_nights_stays_one(night: Any, site: Site, out: Path) -> None:
    """Reports live in it beside nights, and it opens as before."""
    ledger = Ledger()
    survey = ledger.add_survey("A survey", "anna")
    write_report(night.tracklets, night.detections, night.said, site, out, ledger=ledger)
    assert Ledger().path == ledger.path
    assert Ledger().add_survey("A survey", "anna") == survey


def test_a_report_that_was_never_sent_is_withdrawn(night: Any, site: Site, out: Path, tmp_path: Path) -> None:
    """On a person's word, with the reason; then the same positions go again under the same names."""
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    submissions = Submissions(Ledger())
    for who, why in (("", "wrong catalogue"), ("anna", " ")):
        with pytest.raises(RefusedError, match="nobody says who and why"):
            submissions.withdraw(report.submission, who, why)
    submissions.withdraw(report.submission, "anna", "wrong catalogue")
    with pytest.raises(RefusedError, match="no such report"):
        submissions.withdraw(report.submission, "anna", "again")
    second = folder(tmp_path, "second")
    write_report(night.tracklets, night.detections, night.said, site, second)
    assert (second / "ades.xml").read_text() == (out / "ades.xml").read_text()
    with pytest.raises(RefusedError, match="/second; the files lie there"):
        write_report(night.tracklets, night.detections, night.said, site, folder(tmp_path, "third"))


def test_a_folder_that_cannot_be_written_stops_no_other_report(
    files: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was interrupted stays interrupted, and the rest goes on."""
    kill(files, out, "during", 0)

    def fails(self: Any) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("astrolib.report.submissions.Submission.place", fails)
    with pytest.raises(RefusedError, match="reported on"):
        again(files, folder(tmp_path, "second"))
    assert [one.written for one in Submissions(Ledger()).all()] == [False]
