"""What is said of a spectrum, as columns of an answer and as parameters of the spectrum itself."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from astrolib.sky.archive.entry import Entry
from astrolib.sky.archive.votable import Field, Node, param


@dataclass(frozen=True)
class Said:
    """One thing that is said of every spectrum, as ``columns.toml`` has it."""

    name: str
    attributes: dict[str, Any]

    def field(self, prefix: str) -> Field:
        """Return it as a field whose utype begins with `prefix`."""
        known = {key: value for key, value in self.attributes.items() if key in _FIELD_KEYS}
        return Field(self.name, **known | {"utype": prefix + self.attributes["utype"]})

    def value(self, entry: Entry) -> Any:
        """Return what it is for one spectrum."""
        of = self.attributes.get("of")
        return getattr(entry, of) if of else self.attributes["is"]


_FIELD_KEYS = {field.name for field in fields(Field)} - {"name"}

ACCREF = Field(
    "accref", "char", "Address of the spectrum", ucd="meta.ref.url;meta.dataset", utype="ssa:Access.Reference"
)
DATALINK = Field("datalink", "char", "Address of what belongs to it", ucd="meta.ref.url")


@cache
def said() -> tuple[Said, ...]:
    """Return all that is said, in the order of the file."""
    text = (resources.files(__package__) / "columns.toml").read_text(encoding="utf-8")
    return tuple(Said(name, attributes) for name, attributes in tomllib.loads(text).items())


def ssap_fields() -> tuple[Field, ...]:
    """Return the columns of an SSAP answer."""
    return (*(one.field("ssa:") for one in said()), ACCREF, DATALINK)


def ssap_row(entry: Entry, accref: str, datalink: str) -> list[Any]:
    """Return the cells of one spectrum."""
    return [*(one.value(entry) for one in said()), accref, datalink]


def sdm_params(entry: Entry) -> list[Node]:
    """Return what a spectrum says of itself; what is not known is left out."""
    known = [(one, one.value(entry)) for one in said() if one.attributes.get("sdm")]
    return [param(one.field("spec:Spectrum."), value) for one, value in known if not _unknown(value)]


def _unknown(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
