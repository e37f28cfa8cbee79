"""The visual language of all widgets: one stylesheet, one palette, and how both reach the page.

`nbextensions/look.css` holds spacing, type, colours and focus, for light and dark. A panel made here brings
the stylesheet with it; the page keeps one copy however many panels it shows.
"""

from __future__ import annotations

import re
from typing import Any

import anywidget
import ipywidgets

from astrolib.core.paths import shipped

SERIES = tuple(f"var(--astrolib-series-{number})" for number in range(1, 9))
"""Colours of data series, as CSS variables: they follow the theme while the plot is on show."""

INK, MUTED, ACCENT = "var(--astrolib-ink)", "var(--astrolib-ink-2)", "var(--astrolib-accent)"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)


def stylesheet(name: str = "look.css") -> str:
    """Return a stylesheet of `nbextensions`."""
    return (shipped("nbextensions") / name).read_text(encoding="utf-8")


def module(name: str) -> str:
    """Return an ES module of `nbextensions`, with those it imports from its own folder before it, each once.

    anywidget loads a module from text, where a relative import leads nowhere.
    """
    parts: dict[str, str] = {}
    _gather(name, parts)
    return "\n".join(parts.values())


def _gather(name: str, parts: dict[str, str]) -> None:
    """Add a module behind those it imports; a name that stands twice would stop the whole text."""
    source = (shipped("nbextensions") / name).read_text(encoding="utf-8")
    for imported in _IMPORT.findall(source):
        if imported not in parts:
            _gather(imported, parts)
    parts[name] = _IMPORT.sub("", source)


class Look(anywidget.AnyWidget):
    """Brings the stylesheet to the page, keeps JupyterLab's keys off its panel, and shows nothing."""

    _esm = module("look.js")
    _css = stylesheet()


def panel(*children: ipywidgets.Widget, name: str, **layout: Any) -> ipywidgets.VBox:
    """Return a panel in the common look.

    Parameters
    ----------
    *children : Widget
        From top to bottom.
    name : str
        The CSS class of its own, as in ``astrolib-viewer``.
    **layout
        Passed on to the panel's `ipywidgets.Layout`.
    """
    box = ipywidgets.VBox([Look(), *children], layout=ipywidgets.Layout(**layout))
    for css_class in ("astrolib", "astrolib-panel", name):
        box.add_class(css_class)
    return box
