"""Values are parsed by their declared type, and come back from text, JSON and Python source as they were."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.jobs import types, values

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_PATHS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).map(Path)
_MEMBERS = {
    "bool": st.booleans(),
    "int": st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "str": _TEXT,
    "Path": _PATHS,
    "Literal['none', 3, True]": st.sampled_from(["none", 3, True]),
}


def kind(annotation: str) -> types.ParameterType:
    return types.from_annotation(ast.parse(annotation, mode="eval").body)


@st.composite
def typed_values(draw):
    name = draw(st.sampled_from(sorted(_MEMBERS)))
    value = _MEMBERS[name]
    if draw(st.booleans()):
        name, value = f"list[{name}]", st.lists(value, max_size=4)
    if draw(st.booleans()):
        name, value = f"{name} | None", st.none() | value
    return kind(name), draw(value)


def same(one, other) -> bool:
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other and repr(one) == repr(other)


@given(typed_values())
def test_json_gives_the_value_back(pair):
    declared, value = pair
    text = json.dumps(values.to_json(value))
    assert same(values.from_json(declared, json.loads(text)), value)


@given(typed_values())
def test_source_gives_the_value_back(pair):
    _, value = pair
    assert same(eval(values.to_source(value), {"__builtins__": {}, "Path": Path}), value)


@given(typed_values())
def test_text_gives_the_value_back(pair):
    declared, value = pair
    if declared.optional and isinstance(value, str | Path) and str(value).lower() == "none":
        return  # on a command line, none is None where that is allowed
    as_json = values.to_json(value)
    text = as_json if isinstance(as_json, str) else "none" if value is None else json.dumps(as_json)
    assert same(values.from_text(declared, text), value)


@given(typed_values())
def test_a_type_reads_its_own_name_back(pair):
    declared, _ = pair
    assert kind(str(declared)) == declared


@given(st.sampled_from([*_MEMBERS, "float | None", "list[int]"]), _TEXT)
def test_any_text_is_a_value_or_a_value_error(annotation, text):
    try:
        value = values.from_text(kind(annotation), text)
    except ValueError:
        return
    assert not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("text", ["007", "1e5", "true", "none", "[1]", "NaN", " x "])
def test_text_stays_text(text):
    assert values.from_text(kind("str"), text) == text


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        ("bool", "true", True),
        ("bool", "False", False),
        ("int", "-3", -3),
        ("float", "1", 1.0),
        ("float", "-1.5e-3", -0.0015),
        ("float | None", "none", None),
        ("str | None", "None", None),
        ("list[float]", "[1, 2.5]", [1.0, 2.5]),
        ("list[str]", '["007"]', ["007"]),
        ("Literal['a', 'b']", "b", "b"),
        ("Path", "a b/c", Path("a b/c")),
    ],
)
def test_text_is_read_by_the_declared_type(annotation, text, value):
    assert same(values.from_text(kind(annotation), text), value)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("bool", "1"),
        ("bool", "yes"),
        ("int", "1.0"),
        ("int", "1_000"),
        ("int", "٣"),
        ("int", "9" * 5000),
        ("int", ""),
        ("int", "none"),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "1e999"),
        ("float", "1,5"),
        ("float", "6563 angstrom"),
        ("Literal['a', 'b']", "c"),
        ("Path", ""),
        ("Path", "a\0b"),
        ("Path", "\udcff"),
        ("str", "\udcff"),
        ("list[int]", "1, 2"),
        ("list[int]", "[1, 2.0]"),
        ("list[float]", "[NaN]"),
        ("list[int]", "{}"),
        ("list[int]", "[[1]]"),
    ],
)
def test_text_of_another_type_is_an_error(annotation, text):
    with pytest.raises(ValueError):  # noqa: PT011 - the contract words it
        values.from_text(kind(annotation), text)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("int", True),
        ("int", 1.0),
        ("int", "1"),
        ("float", "1"),
        ("float", True),
        ("float", math.nan),
        ("bool", 0),
        ("str", 7),
        ("str", None),
        ("Literal[1, 2]", True),
        ("Literal['1']", 1),
        ("list[str]", "ab"),
        ("Path", 1),
    ],
)
def test_json_of_another_type_is_an_error(annotation, value):
    with pytest.raises(ValueError):  # noqa: PT011 - the contract words it
        values.from_json(kind(annotation), value)
