"""The spectrum viewer without a browser: set the state, read the scales and marks."""

from __future__ import annotations

import re
import threading

import numpy as np
import pytest
from traitlets import TraitError

from astrolib.core.errors import AstrolibError
from astrolib.core.spectrum import Spectrum
from astrolib.widgets import SpectrumViewer
from astrolib.widgets.state.viewer import SpectrumViewerState
from astrolib.widgets.wiring import spectrum_functions

H_ALPHA = 6562.801


def spectrum(number=0, medium="air", size=4000, **facts):
    wavelength = np.linspace(6200, 6800, size)
    flux = 1 + number + 2 * np.exp(-0.5 * ((wavelength - H_ALPHA) / 3) ** 2)
    known = {"target": f"star {number}", "obstime": "2010-01-01T21:00:00", "time_scale": "UTC"}
    return Spectrum(wavelength, flux, medium=medium, **(known | facts))


@pytest.fixture
def viewer():
    return SpectrumViewer([spectrum(0), spectrum(1), spectrum(2)])


def scale(viewer):
    return viewer.plot.x.min, viewer.plot.x.max


def test_everything_is_in_view_at_first(viewer):
    assert scale(viewer) == (6200, 6800)
    assert viewer.plot.y.min < 1
    assert viewer.plot.y.max > 5
    assert viewer.state.phase == "ready"


def test_the_peak_is_drawn_at_its_wavelength(viewer):
    x, y = viewer.plot.spectra.x[0], viewer.plot.spectra.y[0]
    assert x[np.nanargmax(y)] == pytest.approx(H_ALPHA, abs=0.2)
    assert x.size < 4000


def test_zoom_in_the_browser_stays_when_the_spectra_change(viewer):
    viewer.plot.x.set_state({"min": 6500.0, "max": 6600.0})
    assert viewer.state.x_range == (6500, 6600)
    viewer.spectra = [spectrum(7)]
    viewer.state.normalised = True
    viewer.state.stacked = True
    assert scale(viewer) == (6500, 6600)
    viewer.state.reset()
    assert scale(viewer) == (6200, 6800)


def test_flux_fits_what_is_in_view_until_a_person_sets_it(viewer):
    viewer.state.x_range = (6200, 6300)
    assert viewer.plot.y.max < 3.2
    viewer.plot.y.set_state({"min": 0.5, "max": 2.0})
    viewer.state.x_range = (6500, 6600)
    assert (viewer.plot.y.min, viewer.plot.y.max) == (0.5, 2.0)


def test_zooming_in_brings_back_every_pixel(viewer):
    viewer.state.x_range = (6560, 6566)
    x = viewer.plot.spectra.x[0]
    inside = (x > 6560) & (x < 6566)
    assert inside.sum() == pytest.approx(6 / 0.15, abs=1)


def test_a_pan_within_what_was_drawn_sends_no_points(viewer):
    viewer.state.x_range = (6500, 6600)
    drawn = viewer.plot.spectra.y
    viewer.state.x_range = (6510, 6610)
    assert viewer.plot.spectra.y is drawn


@pytest.mark.parametrize(("unit", "ends"), [("nm", (620, 680)), ("micron", (0.62, 0.68))])
def test_the_unit_changes_the_axis_and_not_the_view(viewer, unit, ends):
    viewer.state.x_unit = unit
    assert scale(viewer) == pytest.approx(ends)
    assert viewer.state.x_range is None
    viewer.state.x_unit = "angstrom"
    assert scale(viewer) == (6200, 6800)


def test_velocities_are_about_the_line(viewer):
    viewer.state.x_unit = "km/s"
    x, y = viewer.plot.spectra.x[0], viewer.plot.spectra.y[0]
    assert x[np.nanargmax(y)] == pytest.approx(0, abs=10)
    assert viewer.plot.x_axis.label == "velocity about H-alpha [km/s], wavelength in air"
    viewer.plot.x.set_state({"min": -500.0, "max": 500.0})
    assert np.mean(viewer.state.x_range) == pytest.approx(H_ALPHA)


def test_air_and_vacuum_are_brought_together_and_said():
    vacuum = Spectrum(spectrum_functions().to_vacuum(spectrum().wavelength), spectrum().flux, medium="vacuum")
    viewer = SpectrumViewer([spectrum(), vacuum])
    x, y = viewer.plot.spectra.x, viewer.plot.spectra.y
    peaks = x[[0, 1], np.nanargmax(y, axis=1)]
    assert peaks[0] == pytest.approx(peaks[1], abs=0.05)
    assert viewer.plot.x_axis.label == "wavelength in air [Å]"
    viewer.state.medium = "vacuum"
    assert viewer.plot.x_axis.label == "wavelength in vacuum [Å]"
    assert viewer.plot.spectra.x[0][np.nanargmax(viewer.plot.spectra.y[0])] == pytest.approx(6564.61, abs=0.2)


def test_an_unknown_medium_is_said_and_never_converted():
    viewer = SpectrumViewer([spectrum(0), spectrum(1, medium="unknown")], medium="vacuum")
    curves = viewer.state.curves
    np.testing.assert_array_equal(curves[1].wavelength, spectrum().wavelength)
    assert viewer.plot.x_axis.label == "wavelength in vacuum, 1 of 2 unknown [Å]"
    assert "1 of 2 do not say" in viewer.state.notice
    viewer.spectra = [spectrum(1, medium="unknown")]
    assert viewer.plot.x_axis.label == "wavelength, medium unknown [Å]"


def test_the_flux_axis_says_its_unit():
    viewer = SpectrumViewer([spectrum(0, flux_unit="1e-17 erg / (Angstrom s cm2)")])
    assert viewer.plot.y_axis.label == "flux [1e-17 erg / (Å s cm2)]"
    viewer.spectra = [*viewer.spectra, spectrum(1, flux_unit="adu")]
    assert viewer.plot.y_axis.label == "flux [mixed units]"
    viewer.state.normalised = True
    assert viewer.plot.y_axis.label == "flux / continuum"


def test_stacked_spectra_do_not_touch(viewer):
    viewer.state.normalised = viewer.state.stacked = True
    viewer.state.offset = 3.0
    y = viewer.plot.spectra.y
    assert np.nanmin(y[1]) > np.nanmax(y[0])
    assert viewer.plot.y_axis.label == "flux / continuum + offset"


def test_a_hidden_spectrum_goes_and_the_others_keep_their_colours(viewer):
    colours = viewer.plot.spectra.colors
    viewer.state.hidden = (spectrum(1).id,)
    assert viewer.plot.spectra.colors == [colours[0], colours[2]]
    assert viewer.plot.spectra.y.shape[0] == 2
    assert viewer.shown()["ids"] == [spectrum(0).id, spectrum(2).id]


def test_one_spectrum_stands_out(viewer):
    viewer.state.highlighted = spectrum(2).id
    assert viewer.plot.spectra.opacities[2] > 4 * viewer.plot.spectra.opacities[0]
    viewer.state.highlighted = ""
    assert len(set(viewer.plot.spectra.opacities)) == 1


def test_masked_and_missing_pixels_are_gaps():
    whole = spectrum()
    mask = (whole.wavelength > 6300) & (whole.wavelength < 6310)
    viewer = SpectrumViewer([Spectrum(whole.wavelength, whole.flux, mask=mask, medium="air")])
    x, y = viewer.plot.spectra.x, viewer.plot.spectra.y
    assert np.isnan(y[(x > 6301) & (x < 6309)]).all()


def test_lines_stand_where_they_are_at_rest(viewer):
    plot = viewer.plot
    place = dict(zip(plot.lines.names.text, plot.lines.names.x, strict=True))
    assert place["H-alpha"] == pytest.approx(H_ALPHA)
    viewer.state.medium = "vacuum"
    assert dict(zip(plot.lines.names.text, plot.lines.names.x, strict=True))["H-alpha"] == pytest.approx(
        6564.614, abs=1e-3
    )
    viewer.state.groups_off = ("H I",)
    assert "H-alpha" not in set(plot.lines.names.text)
    viewer.state.show_lines = False
    assert not plot.lines.lines.visible


def test_centre_on_a_line(viewer):
    viewer.state.centre_on("H-alpha")
    assert np.mean(scale(viewer)) == pytest.approx(H_ALPHA)
    assert np.ptp(scale(viewer)) == pytest.approx(80)


def test_a_failed_function_says_so_and_shows_nothing_wrong():
    def refuse(wavelength, flux):
        raise AstrolibError("no continuum", where="star 0", remedy="switch it off")

    functions = spectrum_functions().__class__(**(vars(spectrum_functions()) | {"normalise": refuse}))
    state = SpectrumViewerState(functions, spectra=(spectrum(),))
    viewer = SpectrumViewer(state=state)
    state.normalised = True
    assert (state.phase, state.error) == ("failed", "star 0: no continuum; switch it off")
    assert viewer.controls.error == state.error
    assert not viewer.plot.spectra.y.any()
    state.normalised = False
    assert (state.phase, state.error) == ("ready", "")


def test_no_spectra_is_an_empty_state_and_not_an_error():
    viewer = SpectrumViewer()
    assert (viewer.state.phase, viewer.state.error) == ("idle", "")
    assert "astrolib-viewer-idle" in viewer.children[0]._dom_classes
    assert np.isfinite(viewer.plot.spectra.y).all()
    viewer.spectra = [spectrum()]
    assert "astrolib-viewer-idle" not in viewer.children[0]._dom_classes
    assert scale(viewer) == (6200, 6800)
    viewer.spectra = []
    assert viewer.state.phase == "idle"


def test_more_than_fifty_are_cut_and_the_viewer_says_so():
    viewer = SpectrumViewer([spectrum(number, size=20) for number in range(53)])
    assert viewer.plot.spectra.y.shape[0] == 50
    assert "50 of 53" in viewer.state.notice


def test_a_range_that_does_not_increase_is_refused(viewer):
    with pytest.raises(TraitError, match="lower end first"):
        viewer.state.x_range = (6600, 6500)


def test_the_legend_carries_names_as_they_are():
    hostile = "<img src=x onerror=alert(1)>"
    viewer = SpectrumViewer(
        [spectrum(0, target=hostile, instrument="CCD700"), spectrum(1, target="", source="f.fits")]
    )
    assert [entry["name"] for entry in viewer.controls.legend] == [hostile, "f.fits"]
    assert viewer.controls.legend[0]["detail"] == "2010-01-01 21:00 · CCD700"


def test_what_the_browser_sets_reaches_the_state(viewer):
    viewer.controls.set_state({"stacked": True, "x_unit": "nm", "hidden": [spectrum(0).id]})
    assert (viewer.state.stacked, viewer.state.x_unit, viewer.state.hidden) == (True, "nm", (spectrum(0).id,))
    assert viewer.controls.get_state("x_unit") == {"x_unit": "nm"}
    viewer.controls._handle_custom_msg({"do": "centre"}, [])
    assert viewer.state.x_range is not None
    viewer.controls._handle_custom_msg({"do": "reset"}, [])
    assert viewer.state.x_range is None


def test_marks_are_reused(viewer):
    marks = viewer.plot.figure.marks
    viewer.spectra = [spectrum(9)]
    assert viewer.plot.figure.marks is marks


def test_shown_is_what_a_label_event_records(viewer):
    viewer.state.x_range = (6500, 6600)
    shown = viewer.shown()
    assert shown["x_range"] == [6500, 6600]
    assert (shown["medium"], shown["normalised"], shown["view"]) == ("air", False, "overplotted")
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in shown["ids"])


def test_one_spectrum_has_its_error_band_and_several_have_none():
    noisy = spectrum(0, ivar=np.full(4000, 25.0, dtype="f4"))
    viewer = SpectrumViewer([noisy])
    band = viewer.plot.band.mark
    np.testing.assert_allclose(band.y[1] - band.y[0], 0.4, rtol=1e-5)
    assert viewer.controls.legend[0]["detail"].endswith("band ± 1 σ")
    viewer.spectra = [noisy, spectrum(1)]
    assert not band.y.any()


def test_the_error_band_follows_the_continuum():
    noisy = spectrum(1, ivar=np.full(4000, 25.0, dtype="f4"))
    viewer = SpectrumViewer([noisy], normalised=True)
    (curve,) = viewer.state.curves
    np.testing.assert_allclose(curve.error / curve.flux, 0.2 / noisy.flux, rtol=1e-4)


def test_pixels_without_a_known_error_have_no_band():
    ivar = np.full(4000, 25.0, dtype="f4")
    ivar[:100] = 0
    viewer = SpectrumViewer([spectrum(0, ivar=ivar)])
    assert np.isnan(viewer.plot.band.mark.y[:, 0]).all()


def test_page_and_cells_act_from_two_threads_and_agree(viewer):
    scale, errors = viewer.plot.x, []

    def page():
        try:
            for step in range(100):
                scale.min, scale.max = 6300.0 + step / 10, 6700.0
        except Exception as error:  # noqa: BLE001 - in a thread it would be seen by nobody
            errors.append(error)

    acting = threading.Thread(target=page)
    acting.start()
    for step in range(30):
        viewer.spectra = [spectrum(step % 3)]
    acting.join()
    assert errors == []
    np.testing.assert_allclose(viewer.state.x_range, (scale.min, scale.max))
