"""From Run to 50 spectra of 4,000 pixels on the screen, in a real JupyterLab, against bare bqplot.

Every run has a fresh page and a fresh kernel, so that importing counts. Opening them is not timed, which is
why the pairs are run here and not by `peer.compare`. Bare bqplot draws one `Lines` mark with 50 rows, its
quickest way. The time ends when all 50 curves are in the page.

Run it as ``python benchmarks/bench_viewer.py``; it needs Chromium.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from typing import Any

from lab import lab, of_tests
from playwright.sync_api import Browser, sync_playwright

RUNS = 5
PATIENCE = 120_000  # ms
DATA = """
import numpy as np
from astrolib.core.spectrum import Spectrum
rng = np.random.default_rng(7)
wavelength = np.linspace(6200, 6800, 4000)
flux = 1 + 0.02 * rng.normal(size=(50, 4000)) + np.exp(-0.5 * ((wavelength - 6562.8) / 3) ** 2)
spectra = [Spectrum(wavelength, row, medium="air", target=f"star {n}") for n, row in enumerate(flux)]
"""
OURS = "from astrolib.widgets import SpectrumViewer\nSpectrumViewer(spectra)"
BARE = """
import bqplot
x, y = bqplot.LinearScale(), bqplot.LinearScale()
lines = bqplot.Lines(x=wavelength, y=flux, scales={"x": x, "y": y}, stroke_width=1)
bqplot.Figure(marks=[lines], axes=[bqplot.Axis(scale=x), bqplot.Axis(scale=y, side="left")])
"""
SHOWN = """() => [...document.querySelectorAll(".bqplot .curve path.line")]
  .filter(path => (path.getAttribute("d") ?? "").length > 5000).length >= 50"""
RUN_LAST = """async () => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = 1;
  notebook.deselectAll();
  await jupyterapp.commands.execute("notebook:run-cell");
}"""
RAN_FIRST = (
    "() => jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.execution_count !== null"
)


def main() -> None:
    """Print the row, and fail where ours takes more than 1.2 times bare bqplot's time."""
    tools, arguments = of_tests("widgets/conftest.py"), of_tests("conftest.py").CHROMIUM_ARGUMENTS
    with lab(tools) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        pairs = [[_seconds(browser, server, cell) for cell in (OURS, BARE)] for _ in range(RUNS + 1)][1:]
        browser.close()
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    name = "50 spectra of 4,000 pixels, Run to shown"
    print(f"{name:<50} {ours:9.3f} s   peer {bare:9.3f} s   ratio {ratio:7.3f}")
    sys.exit(ratio > 1.2)


def _seconds(browser: Browser, server: Any, cell: str) -> float:
    """Return the time from Run until a cell's spectra are shown [s]."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    server.write([DATA, cell]).open(page)
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    page.wait_for_function(RAN_FIRST, timeout=PATIENCE)
    begin = time.perf_counter()
    page.evaluate(f"void ({RUN_LAST})()")
    page.wait_for_function(SHOWN, timeout=PATIENCE)
    taken = time.perf_counter() - begin
    page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    page.close()
    return taken


if __name__ == "__main__":
    main()
