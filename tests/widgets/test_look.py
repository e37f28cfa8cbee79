"""The visual language: contrast in both themes, colours that colour-blind eyes tell apart, one copy."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from astrolib.core.paths import shipped
from astrolib.widgets.view import look

PAPER = {"light": "#ffffff", "dark": "#111111"}  # JupyterLab's --jp-layout-color0
TEXT = ("ink", "ink-2", "accent", "good", "warn", "bad")
SERIES = tuple(f"series-{number}" for number in range(1, 9))

# Machado, Oliveira and Fernandes 2009 (IEEE TVCG 15, 1291), severity 1
DEUTERANOPIA = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
PROTANOPIA = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])


def colours(theme):
    light, dark = look.stylesheet().split('[data-jp-theme-light="false"] .astrolib {')
    return dict(re.findall(r"--astrolib-([\w-]+): (#[0-9a-f]{6});", light if theme == "light" else dark))


def linear(colour):
    value = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    luminance = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (one, other))
    return (luminance[1] + 0.05) / (luminance[0] + 0.05)


def oklab(rgb):
    cones = np.array(
        [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
    ) @ np.clip(rgb, 0, 1)
    return np.array(
        [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    ) @ np.cbrt(cones)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme):
    found = colours(theme)
    assert {
        name: contrast(found[name], PAPER[theme])
        for name in TEXT
        if contrast(found[name], PAPER[theme]) < 4.5
    } == {}
    assert contrast(found["accent"], found["on-accent"]) >= 4.5
    assert contrast(found["ink"], found["accent-wash"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_curves_and_fields_stand_out_from_the_paper(theme):
    found = colours(theme)
    faint = {name: contrast(found[name], PAPER[theme]) for name in (*SERIES, "field")}
    assert {name: ratio for name, ratio in faint.items() if ratio < 3} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "eyes", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all", "deuteranopia", "protanopia"]
)
def test_series_are_told_apart(theme, eyes):
    seen = {name: oklab(eyes @ linear(colours(theme)[name])) for name in SERIES}
    near = {
        (one, other): round(float(np.linalg.norm(seen[one] - seen[other])), 3)
        for one, other in itertools.combinations(SERIES, 2)
    }
    assert {pair: distance for pair, distance in near.items() if distance < 0.09} == {}


def test_every_colour_of_the_light_theme_that_carries_meaning_has_a_dark_one():
    fixed = {name for name, value in colours("light").items()}
    assert fixed <= set(colours("dark"))


def test_a_module_stands_alone():
    for script in shipped("nbextensions").glob("*.js"):
        assert 'from "./' not in look.module(script.name), script.name


DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("name", sorted(script.name for script in shipped("nbextensions").glob("*.js")))
def test_a_module_declares_no_name_twice(name):
    names = DECLARED.findall(look.module(name))
    assert sorted(names) == sorted(set(names))


def test_a_part_that_two_parts_import_comes_once_and_before_both(tmp_path, monkeypatch):
    (tmp_path / "root.js").write_text("export const root = 1;\n")
    for side in ("left", "right"):
        (tmp_path / f"{side}.js").write_text(
            f'import {{ root }} from "./root.js";\nexport const {side} = root;\n'
        )
    both = 'import { left } from "./left.js";\nimport { right } from "./right.js";\n'
    (tmp_path / "top.js").write_text(f"{both}export default left + right;\n")
    monkeypatch.setattr(look, "shipped", lambda _: tmp_path)
    assert DECLARED.findall(look.module("top.js")) == ["root", "left", "right"]


def test_no_module_parses_text_as_html():
    for script in shipped("nbextensions").glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(", source
        ), script.name


def test_motion_is_reduced_where_asked():
    assert "prefers-reduced-motion" in look.stylesheet()


def test_a_panel_brings_the_stylesheet():
    panel = look.panel(name="astrolib-test")
    assert panel._dom_classes == ("astrolib", "astrolib-panel", "astrolib-test")
    assert isinstance(panel.children[0], look.Look)
