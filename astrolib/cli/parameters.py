"""The parameters on the command line: ``-p NAME VALUE`` and ``-p @file.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from astrolib.core.errors import ParameterError
from astrolib.jobs import Contract

_MOST_BYTES = 1_000_000
"""More of a file is not read, and so is no JSON."""


def shield(argv: Sequence[str]) -> list[str]:
    """Return the arguments with each ``-p`` and what follows it as one JSON text.

    Without it, a value that begins with a hyphen would be taken for an option.

    Raises
    ------
    ParameterError
        If a name or a value is missing.
    """
    shielded = []
    arguments = iter(argv)
    for argument in arguments:
        if not argument.startswith("-p"):
            shielded.append(argument)
            continue
        name = next(arguments, None) if argument == "-p" else None
        given = [name] if name is None or name.startswith("@") else [name, next(arguments, None)]
        if None in given:
            raise ParameterError(
                f"{argument[:80]} lacks a value", remedy="write -p NAME VALUE or -p @FILE.json"
            )
        shielded.append("-p" + json.dumps(given))
    return shielded


def read(given: Iterable[Sequence[str]], contract: Contract) -> dict[str, Any]:
    """Return the values of shielded parameters in their declared types.

    Raises
    ------
    ParameterError
        If one is unknown, ill-typed or given twice, or a file cannot be read.
    """
    values: dict[str, Any] = {}
    for name, *text in given:
        found = contract.parse({name: text[0]}) if text else contract.check(_from_file(Path(name[1:])))
        for twice in found.keys() & ({"out"} | values.keys()):
            remedy = "give it with --out" if twice == "out" else "give it once"
            raise ParameterError(f"{twice} is given in two ways", remedy=remedy)
        values |= found
    return values


def _from_file(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:  # not its size, which a pipe does not tell
            content = json.loads(stream.read(_MOST_BYTES), object_pairs_hook=_without_repeats)
    except (OSError, ValueError, RecursionError) as error:
        raise ParameterError(f"not JSON ({error})", where=file, remedy="check the file") from error
    if not isinstance(content, dict):
        raise ParameterError("not a JSON object", where=file, remedy='write {"name": value, ...}')
    return content


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def describe(contract: Contract) -> str:
    """Return the parameters of a notebook as lines of help, with types, defaults and units."""
    lines = []
    for parameter in contract.parameters:
        if parameter.name == "out":
            continue
        default = "required" if parameter.required else f"default {_shown(parameter.default)}"
        unit = f" [{parameter.unit}]" if parameter.unit else ""
        lines.append(f"  {parameter.name}: {parameter.type} ({default})")
        lines.append(f"      {parameter.help}{unit}".rstrip())
    return "\n".join(["parameters:", *filter(str.strip, lines)])


def _shown(default: Any) -> str:
    return "none" if default is None else json.dumps(default, default=str, ensure_ascii=False)
