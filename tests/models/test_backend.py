import os
import subprocess
import sys

import pytest

from astrolib.core.errors import SettingsError
from astrolib.models import backend


def test_importing_models_imports_no_network_library():
    code = "import astrolib.models, sys; print({'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_environment_decides(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert backend.choose() == "jax"


def test_a_backend_that_is_not_installed_is_refused(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "abacus")
    with pytest.raises(SettingsError, match=r"abacus.*tensorflow, jax"):
        backend.choose()


def test_jax_where_it_sees_a_gpu_else_tensorflow(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(backend, "sees_gpu", lambda: True)
    assert backend.choose() == "jax"
    monkeypatch.setattr(backend, "sees_gpu", lambda: False)
    assert backend.choose() == "tensorflow"


def test_without_any_backend_the_error_says_what_to_install(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match="install tensorflow-cpu"):
        backend.choose()


def test_keras_comes_up_quietly_on_the_chosen_backend():
    code = "from astrolib.models.backend import load; print(load().backend.backend())"
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("jax\n", "")
