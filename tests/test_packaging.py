"""What is declared, what is locked and what is shipped say the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

COMMON = {"sys_platform": "linux", "platform_machine": "x86_64"}  # what the conda file is written for

FLOORS = {
    "jupyter-server": "2.20",
    "jupyterlab": "4.6.2",
    "nbconvert": "7.17.1",
    "tornado": "6.6.1",
    "astropy": "5.3.3",
    "pyarrow": "14.0.1",
    "ipywidgets": "8.0",
    "jupyterhub": "6.0",
    "keras": "3.15.1",
}


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / "environments" / f"{name}.txt").read_text()
    return {
        found[1]: Version(found[2])
        for found in re.finditer(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("lock", ["hub", "dev"])
@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_locked_versions_reach_the_security_floors(lock, package, floor):
    assert locked(lock)[package] >= Version(floor)


def test_the_hub_lock_satisfies_every_declared_dependency():
    versions = locked("hub")
    for requirement in map(Requirement, PROJECT["dependencies"]):
        if requirement.marker and not requirement.marker.evaluate(COMMON):
            continue
        assert versions[requirement.name] in requirement.specifier


def test_both_locks_agree_where_they_overlap():
    hub, dev = locked("hub"), locked("dev")
    assert hub.items() <= dev.items()


@pytest.mark.parametrize("lock", ["hub", "dev", "uv"])
def test_every_locked_package_carries_hashes_and_no_address(lock):
    text = (ROOT / "environments" / f"{lock}.txt").read_text()
    assert text.count("--hash=sha256:") >= len(locked(lock))
    assert "://" not in text


def test_conda_environment_names_what_pyproject_names():
    lines = re.findall(r"^\s+- ([a-z][^#\n]*)", (ROOT / "environment.yml").read_text(), re.MULTILINE)
    packages = {line.replace(" ", "") for line in lines if ">=" in line}
    declared = {
        f"{requirement.name}{requirement.specifier}"
        for requirement in map(Requirement, PROJECT["dependencies"])
        if not requirement.marker or requirement.marker.evaluate(COMMON)
    }
    assert packages == declared | {f"python{PROJECT['requires-python']}"}


def test_the_wheel_carries_notebooks_extensions_and_hub(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for file in (
        "hub_config/jupyterhub_config.py",
        "notebooks/batch/collect_spectra.ipynb",
        "nbextensions/deck.js",
    ):
        assert any(name.endswith(f"share/astrolib/{file}") for name in names), file


@pytest.mark.parametrize(
    "notebook", sorted((ROOT / "notebooks").rglob("*.ipynb")), ids=lambda path: path.stem
)
def test_notebooks_are_thin_and_stripped(notebook):
    cells = [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    source = "\n".join("".join(cell["source"]) for cell in cells)
    assert not re.search(r"^\s*(def|class) ", source, re.MULTILINE)


def test_import_astrolib_loads_nothing_heavy():
    code = "import sys, astrolib; print({'keras', 'matplotlib', 'numpy', 'astropy'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "set()"
