"""Which layers a network that a stranger made may have, and how large they may be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from astrolib.core.errors import HostileFileError

KNOWN = {
    "keras": {"DTypePolicy"},
    "keras.src.models.functional": {"Functional"},
    "keras.layers": {
        "Activation",
        "Add",
        "Average",
        "AveragePooling1D",
        "BatchNormalization",
        "Concatenate",
        "Conv1D",
        "Dense",
        "Dropout",
        "Flatten",
        "GlobalAveragePooling1D",
        "GlobalMaxPooling1D",
        "InputLayer",
        "LayerNormalization",
        "MaxPooling1D",
        "ReLU",
        "SpatialDropout1D",
    },
    "keras.initializers": {"GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Ones", "Zeros"},
    "keras.regularizers": {"L1", "L2"},
}
"""By module. None of them runs what its configuration says."""

_WEIGHTED = {"BatchNormalization", "Conv1D", "Dense", "LayerNormalization"}
_TENSOR = "__keras_tensor__"


def check_config(config: Any, n_values: int) -> None:
    """Refuse the configuration of a network that keras should not build.

    Parameters
    ----------
    config : dict
        As keras serialises a model.
    n_values : int
        Numbers among its weights; a layer that claims more would take memory that the file does not hold.

    Raises
    ------
    HostileFileError
        If an object in it is not `KNOWN`, or layers claim more weights than there are.
    """
    claimed = 0
    for described in _objects(config):
        name, module = described.get("class_name"), described.get("module")
        if name == _TENSOR:
            continue
        if not isinstance(name, str) or name not in KNOWN.get(str(module), ()):
            raise HostileFileError(f"a {name!r:.60} of {module!r:.60}, which we do not run")
        if described.get("registered_name") not in (None, name):
            raise HostileFileError(f"a {described['registered_name']!r:.60} in place of a {name}")
        if name in _WEIGHTED:
            claimed += _claimed(described)
    if not isinstance(config, dict) or config.get("class_name") != "Functional" or claimed > n_values:
        raise HostileFileError(f"layers that claim {claimed} weights, where there are {n_values}")


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in a configuration that keras would turn into an object."""
    if isinstance(node, dict):
        if "class_name" in node or "registered_name" in node:
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def _claimed(layer: dict[str, Any]) -> int:
    """Return how many numbers keras would make room for in the kernel of a layer."""
    try:
        channels = layer["build_config"]["input_shape"][-1]
        config = layer["config"]
        outputs = config.get("units", config.get("filters", 1))
        kernel = config.get("kernel_size", 1)
        sizes = [channels, outputs, *(kernel if isinstance(kernel, list) else [kernel])]
        if not all(isinstance(size, int) and size > 0 for size in sizes):
            raise ValueError(sizes)
        return math.prod(sizes)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise HostileFileError(f"a {layer['class_name']} that does not say how large it is") from error
