"""Answers of Eurostat's dissemination interface: JSON-stat 2.0.

`value` and `status` are sparse: objects from the position of a cell to its figure and its flag, or lists with nulls.
The position counts the cells row by row, the last dimension fastest. An answer may be empty though the request went
well, and one that would be too large is an error with another shape.
"""

import json
import math
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import InputError


def read(content: bytes, what: str) -> pd.DataFrame:
    """Read an answer.

    Parameters
    ----------
    content
        Of the answer.
    what
        How errors call it.

    Returns
    -------
    DataFrame
        A row for each cell with a figure or a flag, in the order of positions: the dimensions by name with their codes,
        `value` (NaN where missing), `flag` (empty text where there is none). Without rows where the answer is empty.

    Raises
    ------
    InputError
        The answer is an error, such as one that would be too large, or is no JSON-stat 2.0; or a position or a value
        does not fit.
    """
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise InputError(f"{what} is no JSON; ask again.") from error
    _refuse_errors(answer, what)
    if not isinstance(answer, dict) or answer.get("class") != "dataset" or answer.get("version") != "2.0":
        raise InputError(f"{what} is no dataset in JSON-stat 2.0; ask the interface of version 1.0 with format=JSON.")
    try:
        names, sizes = list(answer["id"]), [int(size) for size in answer["size"]]
        codes = [
            _codes(answer["dimension"][name]["category"]["index"], size)
            for name, size in zip(names, sizes, strict=True)
        ]
        values, flags = _sparse(answer["value"]), _sparse(answer.get("status", {}))
        positions = np.array(sorted(values.keys() | flags.keys()), dtype=np.int64)
        if len(positions) and not 0 <= positions[0] <= positions[-1] < math.prod(sizes):
            raise InputError(f"{what} has a figure at position {positions[-1]}, beyond its size; ask again.")
        where = np.unravel_index(positions, sizes) if len(positions) else [positions] * len(sizes)
        frame = {name: np.array(of, dtype=object)[at] for name, of, at in zip(names, codes, where, strict=True)}
        figures = [float("nan") if (found := values.get(at)) is None else float(found) for at in positions.tolist()]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(f"{what} is no whole dataset in JSON-stat 2.0 ({error}); ask again.") from error
    told = [str(flags.get(at) or "").lstrip("|").lower() for at in positions.tolist()]
    columns = pd.DataFrame(frame, columns=names).astype("str")
    return columns.assign(value=np.array(figures, dtype=float), flag=pd.Series(told, dtype="str"))


def _refuse_errors(answer: Any, what: str) -> None:
    """Say the first error that an answer holds; one of size (413) comes with what to do."""
    errors = answer.get("error") if isinstance(answer, dict) else None
    if not errors:
        return
    first = errors[0] if isinstance(errors, list) else errors
    if first.get("status") == 413:
        raise InputError(f"{what} would be too large for one answer; ask for fewer regions, years or units at a time.")
    raise InputError(f"{what} is an error of the publisher: {first.get('label', first)}; change the request.")


def _codes(index: dict[str, int] | list[str], size: int) -> list[str]:
    """Codes of a dimension in the order of their positions."""
    codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
    if len(codes) != size:
        raise ValueError(f"a dimension of {size} with {len(codes)} codes")
    return codes


def _sparse(cells: dict[str, Any] | list[Any]) -> dict[int, Any]:
    """Cells that are there, by position."""
    pairs = cells.items() if isinstance(cells, dict) else enumerate(cells)
    return {int(at): cell for at, cell in pairs if cell is not None}
