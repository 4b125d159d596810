"""Delimited text: encoding and delimiter guessed, every cell kept as text."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from itertools import islice

import pandas as pd

from geodata.errors import InputError
from geodata.i18n import say
from geodata.tabular import ROWS, has_measure, to_frame

# Where several fit equally well the first is taken: commas are common inside text, and as decimal marks.
DELIMITERS = (";", "\t", "|", ",")
DELIMITER_NAMES = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SAMPLE = 200  # records


def read(
    content: bytes,
    what: str,
    *,
    encoding: str | None = None,
    most_rows: float = ROWS,
    is_data: Callable[[list[str]], bool] = has_measure,
    formats: str = "CSV or XLSX",
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read delimited text into a table of text, and say what was guessed; parameters as `tables.read` has them.

    Raises
    ------
    InputError
        The content is not text in the encoding, or not a table.
    """
    encoding = encoding or guess_encoding(content)
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise InputError(
            say("{what} is not text in {encoding}; save it as CSV in UTF-8.", what=what, encoding=encoding)
        ) from None
    if "\0" in text[:100_000]:
        raise InputError(say("{what} is not text; give {formats}.", what=what, formats=formats))
    delimiter = guess_delimiter(text)
    try:
        grid = [[cell.strip() for cell in cells] for cells in csv.reader(io.StringIO(text, ""), delimiter=delimiter)]
    except csv.Error as error:
        raise InputError(
            say("{what} is not a readable table ({error}); look for an open quotation mark.", what=what, error=error)
        ) from None
    frame, header = to_frame(grid, what, most_rows=most_rows, is_data=is_data)
    guesses = {"encoding": encoding, "delimiter": DELIMITER_NAMES[delimiter], "header": header}
    # The sign that a program writes for letters it could not read.
    if lost := text.count("\ufffd"):
        guesses["letters lost"] = f"{lost:,}, before the file came here"
    return frame, guesses


def guess_encoding(content: bytes) -> str:
    """Encoding of a text: by its byte order mark, else UTF-8 when it is that, else cp1250 or cp1252.

    The two Windows encodings share š and ž; in Slovenian, Croatian or Czech lists these come with č, which cp1252
    reads as è, and no language of cp1252 writes š or ž beside è.
    """
    for mark, name in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return name
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        western = content.decode("cp1252", errors="replace")
        central = bool(re.search("[šžŠŽ]", western)) and bool(re.search("[èÈæÆ]", western))
        if central:
            return "cp1250"
        return "latin-1" if "\ufffd" in western else "cp1252"


def guess_delimiter(text: str) -> str:
    """Delimiter by which the first records have the most regular width, header included."""

    def regularity(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(cells) for cells in islice(csv.reader(io.StringIO(text, ""), delimiter=delimiter), SAMPLE)]
        except csv.Error:
            return 0.0, 0
        common = Counter(width for width in widths if width > 1).most_common(1)
        return (common[0][1] / len([width for width in widths if width]), common[0][0]) if common else (0.0, 0)

    return max(DELIMITERS, key=regularity)
