"""What is tested on TensorFlow is tested on JAX as well, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = ("test_network.py", "test_training.py", "test_trained.py", "test_classify.py")


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("KERAS_BACKEND") == "jax", reason="this is the other process")
def test_the_same_on_jax():
    pytest.importorskip("jax")
    here = Path(__file__).parent
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *(str(here / name) for name in FILES)],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        cwd=here.parents[1],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:]
