"""What a parameter may be: bool, int, float, str, Path, Literal, lists of these, and ``| None``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

BASES = ("bool", "int", "float", "str", "Path", "Literal")

Choice = bool | int | str

_EXPECTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a finite number",
    "str": "text",
    "Path": "a path",
}


@dataclass(frozen=True)
class ParameterType:
    """The declared type of a parameter.

    Parameters
    ----------
    base : {'bool', 'int', 'float', 'str', 'Path', 'Literal'}
        The type of the value, or of each member of a list.
    choices : tuple of bool, int or str
        What a Literal allows; empty otherwise.
    is_list : bool
        Whether the value is a list.
    optional : bool
        Whether the value may be None.
    """

    base: str
    choices: tuple[Choice, ...] = ()
    is_list: bool = False
    optional: bool = False

    def __str__(self) -> str:
        shown = f"Literal[{', '.join(map(repr, self.choices))}]" if self.choices else self.base
        return (f"list[{shown}]" if self.is_list else shown) + " | None" * self.optional

    @property
    def expected(self) -> str:
        """What a person is asked to give, in words."""
        one = f"one of {', '.join(map(str, self.choices))}" if self.choices else _EXPECTED[self.base]
        wanted = f"a JSON list, each member {one}" if self.is_list else one
        return wanted + ", or none" * self.optional


def from_annotation(node: ast.expr) -> ParameterType:
    """Return the type that an annotation declares.

    Raises
    ------
    ValueError
        If it is none of those a parameter may have.
    """
    alternatives = _alternatives(node)
    types = [alternative for alternative in alternatives if not _is_none(alternative)]
    if len(types) != 1:
        raise ValueError(ast.unparse(node))
    optional = len(types) < len(alternatives)
    member = _member(types[0], "list")
    base, choices = _base(member or types[0])
    return ParameterType(base, choices, is_list=member is not None, optional=optional)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _member(node: ast.expr, name: str) -> ast.expr | None:
    """Return what stands in the brackets of ``name[...]``, or None."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
        return node.slice
    return None


def _base(node: ast.expr) -> tuple[str, tuple[Choice, ...]]:
    if isinstance(node, ast.Name) and node.id in BASES[:-1]:
        return node.id, ()
    inner = _member(node, "Literal")
    if inner is None:
        raise ValueError(ast.unparse(node))
    choices = tuple(ast.literal_eval(choice) for choice in getattr(inner, "elts", [inner]))
    if not all(isinstance(choice, bool | int | str) for choice in choices):
        raise ValueError(ast.unparse(node))
    return "Literal", choices
