"""The site file: checked whole, each error in one line with file, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.report import SiteError, read_site


def test_a_whole_site(site_file: Path) -> None:
    """What it says stands in the context, as ADES takes it."""
    site = read_site(site_file)
    assert (site.station, site.ast_cat, site.phot_cat, site.mode) == ("950", "Gaia3E", "PS1_DR2", "CCD")
    assert site.texts("observers", "name") == ("A. Observer", "B. Watcher")
    assert site.texts("telescope", "aperture") == ("2.5",)
    assert site.minimum_positions == 3


def test_what_may_be_left_out(site_file: Path) -> None:
    """A submitter may be one name; one name needs no list; one catalogue may serve for both."""
    text = site_file.read_text()
    text = text.replace('[submitter]\nname = "D. Sender"\ninstitution = "An Observatory, 1 Hill Road"\n', "")
    text = text.replace('station = "950"', 'station = "XXX"\nsubmitter = "D. Sender"')
    text = text.replace('["A. Observer", "B. Watcher"]', '"A. Observer"').replace('photCat = "PS1_DR2"', "")
    text = text.replace('fundingSource = "a grant"', "")
    site_file.write_text(text)
    site = read_site(site_file)
    assert site.texts("submitter", "name") == ("D. Sender",)
    assert site.phot_cat == "Gaia3E"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('station = "950"', "", "station: missing"),
        ('station = "950"', "station = 950", "station: 950 is no observatory code"),
        ('station = "950"', 'station = "95"', "station: '95' is no observatory code"),
        ('station = "950"', 'station = "La Palma"', "station: 'La Palma' is no observatory code"),
        ('station = "950"', 'station = "247"', "station: 247 is a roving observer"),
        ('station = "950"', 'station = "950"\ncolour = 1', "colour: no such key"),
        ('observers = ["A. Observer", "B. Watcher"]', "", "observers: missing"),
        ('["A. Observer", "B. Watcher"]', "[]", "observers: missing"),
        ('["A. Observer", "B. Watcher"]', '["A|B"]', "observers: 'A|B' is not a text"),
        ('["A. Observer", "B. Watcher"]', '["A\\nB"]', "is not one line"),
        ('["A. Observer", "B. Watcher"]', "[true]", "neither text nor number"),
        ('name = "D. Sender"', "", "submitter.name: missing"),
        ("aperture = 2.5", "", "telescope.aperture: missing"),
        ("aperture = 2.5", "aperture = -2.5", "telescope.aperture: '-2.5' is not a positive"),
        ("aperture = 2.5", "aperture = 2.5123456", "telescope.aperture"),
        ("aperture = 2.5", 'aperture = 2.5\ncolour = "red"', "telescope.colour: no such key"),
        ('detector = "CCD"', 'detector = "CCD"\nmode = "PHO"', "telescope.mode: 'PHO'"),
        ('design = "Reflector"', f'design = "{"x" * 36}"', "36 characters, more than 35"),
        ('astCat = "Gaia3E"', "", "catalogues.astCat: missing"),
        ('astCat = "Gaia3E"', 'astCat = "Gaia-DR3"', "catalogues.astCat"),
        ('astCat = "Gaia3E"', 'astCat = "MyCat"', "catalogues.astCat: 'MyCat' is no catalogue"),
        ("[catalogues]", '[bands]\nr = "Sloan r"\n[catalogues]', "bands.r: 'Sloan r' has 7 characters"),
        ('fundingSource = "a grant"', "minimum_positions = 1", "minimum_positions: 1; give 2 or more"),
        ('fundingSource = "a grant"', "uncTime = 0", "uncTime: '0' is below the range"),
        ("[submitter]", "[submitter", "not TOML"),
    ],
)
def test_each_error_in_one_line(site_file: Path, old: str, new: str, said: str) -> None:
    """With the file, the key and what to do."""
    text = site_file.read_text()
    assert old in text
    site_file.write_text(text.replace(old, new, 1))
    with pytest.raises(SiteError) as refused:
        read_site(site_file)
    line = str(refused.value)
    assert said in line
    assert "site.toml" in line
    assert ";" in line
    assert "\n" not in line


def test_no_file(tmp_path: Path) -> None:
    """A path to nothing is said to be one."""
    with pytest.raises(SiteError, match="no such file"):
        read_site(tmp_path / "site.toml")
