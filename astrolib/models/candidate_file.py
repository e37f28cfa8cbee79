"""``candidates.ecsv``: a million rows in seconds, and astropy reads them as if it had written them.

ECSV is a header in YAML and then a CSV body (Astropy Proposal for Enhancement 6). astropy writes the header,
pyarrow the body.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.core.files import whole_file
from astrolib.models.calibration import entropy

CANDIDATES = "candidates.ecsv"
OWN_COLUMNS = ("id", "label", "entropy")

_BODY = pyarrow.csv.WriteOptions(include_header=False, delimiter=" ", quoting_style="needed")


class CandidateWriter:
    """Appends rows to an open file.

    Parameters
    ----------
    stream : binary file
        Where to.
    classes : sequence of str
        Each names a column of probabilities.
    """

    def __init__(self, stream: BinaryIO, classes: Sequence[str]) -> None:
        self._stream, self._names = stream, pa.array(classes, pa.string())
        self._classes = list(classes)

    def append(self, ids: NDArray[np.str_], probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        """Write spectra with their probabilities, shape (n, classes); return the number of each one's class.

        Raises
        ------
        ParameterError
            If an identity spans lines.
        """
        names, answers = pa.array(ids, pa.string()), probabilities.argmax(axis=1)
        broken = pc.match_substring_regex(names, "[\\r\\n]")
        if pc.any(broken).as_py():
            raise ParameterError(
                "a line break in it", where=repr(names.filter(broken)[0].as_py()), remedy="name it otherwise"
            )
        columns: list[Any] = [names, self._names.take(pa.array(answers))]
        columns += [np.ascontiguousarray(column) for column in probabilities.T]
        columns.append(entropy(probabilities))
        keys = ["id", "label", *self._classes, "entropy"]
        body = io.BytesIO()
        pyarrow.csv.write_csv(pa.Table.from_arrays(list(map(pa.array, columns)), keys), body, _BODY)
        self._stream.write(body.getbuffer())
        return answers


@contextmanager
def candidate_writer(path: Path, classes: Sequence[str], about: dict[str, Any]) -> Iterator[CandidateWriter]:
    """Give a writer of ``candidates.ecsv``; the file appears whole at the end of the block, or not at all.

    Parameters
    ----------
    path : Path
        The file.
    classes : sequence of str
        Each names a column of probabilities.
    about : dict
        For the header's ``meta``.

    Raises
    ------
    ParameterError
        If a class has the name of another column.
    """
    if clash := {*OWN_COLUMNS} & {*classes}:
        raise ParameterError(f"a class is called {min(clash)!r}", where=path.name, remedy="rename the class")
    with whole_file(path) as temporary, temporary.open("wb") as stream:
        stream.write(_header(classes, about))
        yield CandidateWriter(stream, classes)


def _header(classes: Sequence[str], about: dict[str, Any]) -> bytes:
    table = QTable({"id": np.empty(0, "U1"), "label": np.empty(0, "U1")}, meta=about)
    for name in classes:
        table[name] = np.empty(0, np.float32)
        table[name].info.description = "calibrated probability"
    table["entropy"] = np.empty(0, np.float32)
    table["entropy"].info.description = "of the probabilities [nat]"
    text = io.StringIO()
    table.write(text, format="ascii.ecsv")
    return text.getvalue().encode()
