"""Frames a second on the screen when 30 are asked for: ten cutouts of 200 x 200, in a real JupyterLab.

Ours is the blinking panel: raw pixels sent once, stretched and drawn in the page. The peer is what one would
write in a notebook without it: an `ipywidgets.Image` in the same page, which Python gives the same cutouts as
PNG, encoded beforehand. Both run in turn in one page. Ours counts the refreshes (timestamps of
requestAnimationFrame) in which a frame was drawn; the peer the images that were loaded.

Run it as ``python benchmarks/bench_blink.py``; it needs Chromium.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from itertools import pairwise

from lab import lab, of_tests
from playwright.sync_api import Page, sync_playwright

SECONDS = 6
ROUNDS = 3
ASKED = 30
LEAST = 28.5  # frames a second, of the 30

SETUP = """
import io, tempfile, time
from pathlib import Path
import ipywidgets
import numpy as np
from PIL import Image as Picture
from astrolib.labels import LabelStore
from astrolib.widgets import BlinkPanel
from astrolib.widgets.state.blink import BlinkState
from astrolib.widgets.state.blink_functions import BlinkFunctions, Cutouts, Evidence, Measured, Position

rng = np.random.default_rng(7)
pixels = rng.normal(1000, 12, (10, 200, 200)).astype(np.float32)
place, none = np.full(10, 100.0) + np.arange(10), np.zeros(10, int)
cutouts = Cutouts(pixels, place, place, none, none, 0.333, (0.0, 1.0), (-1.0, 0.0))
positions = tuple(Position(f"{n}.fits", f"2026-03-01T22:0{n}:00", n / 60, True, 20.0, 0.1) for n in range(10))
functions = BlinkFunctions(lambda one: Evidence(one, cutouts, positions), lambda *_: Measured())
store = LabelStore(Path(tempfile.mkdtemp()) / "labels.sqlite")
BlinkPanel(state=BlinkState(["one"], functions, name="bench", store=store))
"""
PEER = """
def png(cutout):
    grey = np.arcsinh(12 * np.clip((cutout - 970) / 60, 0, 1)) / np.arcsinh(12)
    stream = io.BytesIO()
    Picture.fromarray((255 * grey).astype(np.uint8)).save(stream, "png")
    return stream.getvalue()

pictures = [png(cutout) for cutout in pixels]
image = ipywidgets.Image(value=pictures[0], width=400)
image
"""
PLAY = """
begin = time.perf_counter()
for number in range(SECONDS * ASKED):
    image.value = pictures[number % 10]
    time.sleep(max(0.0, begin + (number + 1) / ASKED - time.perf_counter()))
"""

WATCH = """() => {
  window.drawn = [];
  let refresh = 0;
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) => ask((time) => ((refresh = time), act(time)));
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    const ours = this.canvas.matches(".astrolib-blink-canvas");
    if (ours && window.drawn.at(-1) !== refresh) window.drawn.push(refresh);
    return draw.apply(this, given);
  };
  window.loaded = [];
  const loaded = ({ target }) => {
    if (target.matches?.("img.widget-image")) window.loaded.push(performance.now());
  };
  document.addEventListener("load", loaded, true);
}"""
RUN_CELL = """async (index) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  await jupyterapp.commands.execute("notebook:run-cell");
}"""


def main() -> None:
    """Print a row, and fail where ours shows fewer than 28.5 of 30 frames a second."""
    tools, arguments = of_tests("widgets/conftest.py"), of_tests("conftest.py").CHROMIUM_ARGUMENTS
    with lab(tools) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = browser.new_page(viewport={"width": 1400, "height": 1100})
        page.add_init_script(f"({WATCH})()")
        given = f"SECONDS, ASKED = {SECONDS}, {ASKED}\n"
        server.write([SETUP, PEER, given + PLAY]).open(page)
        for cell in (0, 1):
            page.evaluate(RUN_CELL, cell)
        page.locator("img.widget-image").wait_for(timeout=60_000)
        for _ in range(6):
            page.locator(".astrolib-deck").press("k")
        page.get_by_text(f"{ASKED}/s").wait_for()
        pairs = [(_ours(page), _peer(page)) for _ in range(ROUNDS)]
        browser.close()
    ours, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one[0] / other[0] for one, other in pairs)
    name = f"ten cutouts of 200 x 200, {ASKED} a second asked for"
    print(f"{name:<50} {ours[0]:9.1f} /s  peer {peer[0]:9.1f} /s  ratio {ratio:7.3f}")
    print(f"{'  longest wait between two frames':<50} {ours[1]:9.0f} ms  peer {peer[1]:9.0f} ms")
    sys.exit(ours[0] < LEAST)


def _ours(page: Page) -> tuple[float, float]:
    """Let the panel blink; return frames a second and the longest wait [ms]."""
    if page.get_by_role("button", name="Space Play").count():
        page.locator(".astrolib-deck").press("Space")
    page.evaluate("window.drawn = []")
    page.wait_for_timeout(1000 * SECONDS)
    times = page.evaluate("window.drawn")
    page.locator(".astrolib-deck").press("Space")
    return _rate(times)


def _peer(page: Page) -> tuple[float, float]:
    """Let Python send pictures; return frames a second and the longest wait [ms]."""
    page.evaluate("window.loaded = []")
    page.evaluate(RUN_CELL, 2)
    return _rate(page.evaluate("window.loaded"))


def _rate(times: list[float]) -> tuple[float, float]:
    waits = [after - before for before, after in pairwise(times)]
    return 1000.0 * len(waits) / (times[-1] - times[0]), max(waits)


if __name__ == "__main__":
    main()
