"""Any table that a planner brings, read by one set of rules whatever it is brought for: delimited text or a workbook.

Encoding, delimiter, sheet and header are found by `delimited`, `workbooks` and `tabular`; each cell is text.
"""

from collections.abc import Callable
from pathlib import PurePath

import pandas as pd

from geodata import delimited, tabular, workbooks
from geodata.archives import open_zip
from geodata.errors import InputError
from geodata.i18n import number, say

LARGEST_MB = 50
LARGEST = LARGEST_MB * 2**20  # bytes
ENDINGS = ("csv", "txt", "tsv", "xlsx")
FORMATS = "CSV or XLSX"
ZIP_MAGIC = b"PK"
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
WORKBOOK = "xl/workbook.xml"


def read(
    content: bytes,
    filename: str,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    largest: float = LARGEST,
    most_rows: float = tabular.ROWS,
    is_data: Callable[[list[str]], bool] = tabular.has_measure,
    formats: str = FORMATS,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read a table; what the content is counts, not what the name says.

    Parameters
    ----------
    content
        The file. Nothing in it is executed, unpickled or evaluated.
    filename
        Its name, for messages.
    encoding
        Of delimited text, when the guess is wrong.
    sheet
        Of a workbook, when the guess is wrong.
    largest, most_rows
        Bytes and rows that are accepted.
    is_data
        Whether the cells of the row where a header may stand show that it is none.
    formats
        What else to give, in messages.

    Returns
    -------
    tuple
        The rows, all text, empty text where a cell is empty, index `row`: the number of the row in the file. Then what
        was found out about the file, by name: format, encoding, delimiter, header, sheet, ...

    Raises
    ------
    InputError
        The file is too large, unsafe, damaged, empty, or in another format.
    """
    name = PurePath(filename).name
    check_size(content, name, largest)
    if content.startswith(ZIP_MAGIC):
        if WORKBOOK not in members(content, name):
            raise InputError(
                say("{name} is an archive without a workbook; give {formats}.", name=name, formats=formats)
            )
        rows, guesses = workbooks.read(content, name, sheet=sheet, most_rows=most_rows, is_data=is_data)
        return rows, {"format": "XLSX"} | guesses
    if content.startswith(OLE_MAGIC):
        raise InputError(
            say("{name} is an old Excel file or protected by a password; save it as .xlsx without one.", name=name)
        )
    if first_sign(content) == b"<":
        raise InputError(say("{name} is a web page or XML, not a table; give {formats}.", name=name, formats=formats))
    rows, guesses = delimited.read(
        content, name, encoding=encoding, most_rows=most_rows, is_data=is_data, formats=formats
    )
    return rows, {"format": "CSV"} | guesses


def check_size(content: bytes, name: str, largest: float) -> None:
    """Refuse a file of more bytes than `largest`."""
    if len(content) > largest:
        raise InputError(
            say(
                "{name} has {size} MB, allowed are {most} MB; split it.",
                name=name,
                size=number(len(content) / 2**20, 1),
                most=number(largest / 2**20),
            )
        )


def members(content: bytes, name: str) -> set[str]:
    """Names in an archive, in small letters; `InputError` when it is damaged or unsafe."""
    with open_zip(content, name) as archive:
        return {member.lower() for member in archive.namelist()}


def first_sign(content: bytes) -> bytes:
    """The first byte that is neither white space nor a byte order mark of UTF-8."""
    return content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
